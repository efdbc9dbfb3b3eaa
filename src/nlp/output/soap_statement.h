/** A sentence of a note as a statement that stands by itself: without its list mark, with the header that it needs. */
#ifndef AC_NLP_SOAP_STATEMENT_H
#define AC_NLP_SOAP_STATEMENT_H

#include "nlp/output/render.h"

/** The sentence is about the document and no statement on the patient: a signature, the label of a form with a name or a
 *  number, little more than names. clinical: something of the lexicon stands in it. */
bool ac_soap_clerical(const ac_note *note, const ac_sentence *s, bool clinical);

/** Sentence i is the first line and no sentence: "WELL CHILD VISIT". */
bool ac_soap_title(const ac_note *note, uint32_t i);

/** Append the sentence to items: the rows of a table one by one; "Allergies: penicillin (rash)." where the header makes
 *  the sense; what was spoken as a note puts it. Errors: AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_soap_statement(ac_draft *d, const ac_sentence *s, ac_items *items, ac_err *err);

#endif
