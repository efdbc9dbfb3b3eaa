/** What a note says about its patient, by kind and concept, drug class or ingredient: the sets that rules ask. */
#ifndef AC_NLP_GUIDELINE_PROFILE_H
#define AC_NLP_GUIDELINE_PROFILE_H

#include "core/note.h"

typedef struct {
    uint64_t name; /* ac_pack_name_hash */
    uint32_t kind; /* ac_kind, or AC_KIND_COUNT for problems that are or were */
    uint32_t fact;
} ac_profile_row;

typedef struct {
    const ac_note *note;
    ac_profile_row *at; /* ascending by name, kind, fact */
    size_t n, cap;
} ac_profile;

/** Collect the facts that count. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_profile_make(const ac_note *note, ac_profile *out, ac_err *err);

/** The facts of that kind under that name (a concept's id, or "class=NAME"): rows [*begin, return value).
 *  ever: also problems that are over. */
size_t ac_profile_find(const ac_profile *p, ac_kind kind, bool ever, ac_sv name, size_t *begin);

#endif
