/** Inside the given step: which drug of the lexicon a coded medication is made of. */
#ifndef AC_NLP_GIVEN_DRUG_H
#define AC_NLP_GIVEN_DRUG_H

#include "core/note.h"

/** The one drug (or allergen, when asked for) that the words name: "Simvastatin 20 MG Oral Tablet" is made of simvastatin, and
 *  "Amoxicillin 250 MG / Clavulanate 125 MG" is the combination of the two. AC_NONE when they name none or several that are no combination:
 *  codes of products are countless, and whoever does not know the statin behind one says that there is no statin. Pure; linear in
 *  the words, and in the lexicon where they name several. */
uint32_t ac_given_drug(const ac_note *note, ac_span words, bool allergens);

#endif
