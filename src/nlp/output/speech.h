/** A spoken sentence as a note puts it: fillers and stutters out, "I" and "you" made the patient. */
#ifndef AC_NLP_SPEECH_H
#define AC_NLP_SPEECH_H

#include "nlp/output/render.h"

/** The sentence asks: it ends in a question mark that is no mere "..., okay?". */
bool ac_speech_asks(const ac_note *note, const ac_sentence *s);

/** How many words it has when fillers are left out. */
uint32_t ac_speech_words(const ac_note *note, const ac_sentence *s);

/** Draft the sentence in the third person and cite it. Words that carry facts are the speaker's.
 *  named: the patient was named before, a pronoun will do (when the note tells the sex). */
void ac_draft_speech(ac_draft *d, const ac_sentence *s, ac_speaker speaker, bool named);

#endif
