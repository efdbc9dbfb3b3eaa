/** Facts: all mentions of the same thing with the same assertion are one fact. */
#ifndef AC_NLP_FACT_H
#define AC_NLP_FACT_H

#include "core/note.h"

/** Step: reads sections, entities with their assertions, values and attributes; fills facts in the order of their first mention
 *  and each entity's fact. Identity: kind, assertion and concept (without a concept: the folded words); results with
 *  different values are different facts; "the pain" after "chest pain" is that pain; "lisinopril held" is the lisinopril of the list. Mentions in section headers and mere anatomy make no fact. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_facts(ac_note *note, ac_err *err);

/** The mention with the most detail; of a medication the one with the dose that holds now: a discharge list before a plan or a
 *  change, these before a list, and all before a story. */
static inline const ac_entity *ac_fact_best(const ac_note *note, const ac_fact *f)
{
    return &note->entities.at[f->best];
}

/** A medication that is not (or no longer) taken: stopped, held, completed, refused. */
bool ac_medication_stopped(const ac_entity *e);
bool ac_status_stopped(ac_sv norm); /* the same of the norm of an AC_ATTR_STATUS */

/** What the note says last about whether a medication is taken: its AC_ATTR_STATUS, or NULL. */
const ac_attr *ac_fact_status(const ac_note *note, const ac_fact *f);

#endif
