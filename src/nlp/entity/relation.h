/** Links between entities, and one list of everything that ties something to an entity. */
#ifndef AC_NLP_RELATION_H
#define AC_NLP_RELATION_H

#include "core/note.h"

/** Step: reads entities with their attributes and assertions; adds INDICATION (medication -> problem or symptom) and
 *  REACTION (allergy -> symptom or problem) with the related entity. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_relations(ac_note *note, ac_err *err);

typedef struct {
    ac_attr_kind type;
    uint32_t from;       /* index into note->entities */
    uint32_t to;         /* the related entity, or AC_NONE: then span is what is related */
    ac_span span;        /* its words in the note */
    const ac_attr *attr; /* in from's attrs; valid while the note is */
} ac_relation;

typedef struct {
    ac_relation *at;     /* ascending by from, in the order of its attributes */
    size_t n, cap;
} ac_relations;

/** Every attribute and every link of the note. out lives in arena. Errors: AC_ELIMIT. Pure. */
AC_NODISCARD ac_rc ac_note_relations(const ac_note *note, ac_arena *arena, ac_relations *out, ac_err *err);

#endif
