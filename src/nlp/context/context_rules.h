/** Inside assertion: what sections, dates, allergies and questions say where no cue does. */
#ifndef AC_NLP_CONTEXT_RULES_H
#define AC_NLP_CONTEXT_RULES_H

#include "nlp/context/context_scan.h"

#define AC_KIND_BIT(kind) (1u << (kind))

/** Where the sweep over the cues stands: per kind the first hit whose scope may still hold an entity. */
typedef struct {
    const ac_cue_hits *hits;
    uint32_t at[AC_CUE_COUNT];
    uint32_t word[3];  /* the first allergy-pre, allergy-post and provokes cue whose words do not lie behind */
    ac_span allergen;  /* the last allergy; empty: none yet */
    uint32_t none_known; /* the concept "no known allergies", or AC_NONE */
    ac_span denied, excepted; /* where drugs and allergens are denied ("no known allergies to ..."), or are the exception */
    const ac_entity *before; /* the mention before, or NULL */
    bool before_done, done; /* it, and the one at work, is a test by which something was not found */
} ac_cue_sweep;

/** The hit of that kind whose scope holds e, or NULL. Entities must be asked about in ascending order. */
const ac_cue_hit *ac_cue_holding(ac_cue_sweep *sweep, ac_cue kind, const ac_entity *e);

/** Default of an entity that no cue decided: section and date. */
void ac_context_by_section(const ac_note *note, ac_entity *e);

/** "History of headache for 3 days", "of chest pain since yesterday" tell what is going on, not what is over. */
bool ac_context_goes_on(const ac_note *note, const ac_entity *e);

/** What stands in a denial and is not denied: the test that found nothing ("no fracture on X-ray"), a test with a number, the
 *  reason for what was not done ("no surgery for her hernia"). */
bool ac_context_was_done(const ac_note *note, ac_cue_sweep *sweep, const ac_cue_hit *denial, const ac_entity *e);

/** e says that no allergies are known, and next is the mention behind it (or NULL). False: it is no such statement, because
 *  it goes on ("no known allergies to penicillin", "no known allergies except sulfa"). */
bool ac_context_none_known(const ac_note *note, ac_cue_sweep *sweep, const ac_entity *e, const ac_entity *next);

/** Medications and allergens under an allergy cue or heading become allergies; their reactions conditional.
 *  False: the entity is no fact at all (an allergen that nobody is allergic to). */
bool ac_context_allergy(const ac_note *note, ac_cue_sweep *sweep, ac_entity *e);

/** Findings that were only asked about: the answer decides. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_context_answers(ac_note *note, const ac_cue_hits *hits, ac_err *err);

#endif
