/** Entity recognition: the lexicon's terms in the note, the longest first, the right meaning by context. */
#ifndef AC_NLP_ENTITY_H
#define AC_NLP_ENTITY_H

#include "core/note.h"

/** Step: reads text, folded, tokens, sentences, sections, phi; fills entities (ascending, not overlapping; assertion
 *  present, no attributes yet). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_entities(ac_note *note, ac_err *err);

/** Does the code of a vocabulary hold for this mention? Of what is over, nobody knows whether an ICD-10-CM code of the disease still does;
 *  one that stands in the document does. */
static inline bool ac_entity_code_holds(const ac_entity *e, const ac_entity_code *c)
{
    return e->given || e->assertion != AC_HISTORICAL || !ac_sv_eq(c->system, AC_SV("icd10cm"));
}

/** Where an entity stands. */
typedef struct {
    uint32_t entity, begin, end; /* its index and tokens */
    uint32_t from, to;           /* tokens of its sentence */
} ac_place;

/** Pure; from <= begin and end <= to, also for an entity outside every sentence. */
ac_place ac_place_of(const ac_note *note, uint32_t entity);

/** The span lies in a name, a place or an identifier. Spans are asked for in ascending order; *next is the caller's, from 0. */
bool ac_hidden_by_phi(const ac_note *note, size_t *next, ac_span span);

/** Append what was found: its span, kind, concept, method and confidence are given; where it stands is filled in, and that it is
 *  present, until the context says otherwise. Whoever does not append in ascending order sorts. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_entity_add(ac_note *note, ac_entity found, ac_err *err);

#endif
