/** What an examiner found, told under no header of its own. */
#ifndef AC_NLP_SOAP_FOUND_H
#define AC_NLP_SOAP_FOUND_H

#include "nlp/output/render.h"

/** Sentence s tells vital signs, results or an examination and nothing else: "BP 130/80, HR 72", "Lungs clear to auscultation."
 *  Words of an examination and a lone vital sign count at the start of a line only.
 *  entity: the first entity of the sentence; said: what ac_phrases_in gives of it, AC_PHRASE_PLAN, _FOLLOW_UP, _EXAM and _TOLD. */
bool ac_soap_found(const ac_note *note, const ac_sentence *s, size_t entity, uint32_t said);

#endif
