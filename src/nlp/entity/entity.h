/** Entity recognition: the lexicon's terms in the note, the longest first, the right meaning by context. */
#ifndef AC_NLP_ENTITY_H
#define AC_NLP_ENTITY_H

#include "core/note.h"

/** Step: reads text, folded, tokens, sentences, sections, phi; fills entities (ascending, not overlapping; assertion
 *  present, no attributes yet). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_entities(ac_note *note, ac_err *err);

/** Does the code of a vocabulary hold for this mention? Of what is over, nobody knows whether an ICD-10-CM code of the disease still does. */
static inline bool ac_entity_code_holds(const ac_entity *e, const ac_entity_code *c)
{
    return e->assertion != AC_HISTORICAL || !ac_sv_eq(c->system, AC_SV("icd10cm"));
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

/** The span is (part of) the header of its sentence's section. */
bool ac_in_header(const ac_note *note, ac_span span, uint32_t sentence);

#endif
