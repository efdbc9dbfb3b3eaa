/** From a reference to the resource of the record that it means. */
#ifndef AC_INTEROP_RECORD_REFS_H
#define AC_INTEROP_RECORD_REFS_H

#include "core/note.h"
#include "interop/record.h"

typedef struct {
    const ac_record *record;
    struct {
        ac_sv key;      /* a full url, "Patient/17", or "3#med1": contained in the third entry */
        uint32_t entry;
    } *at;              /* sorted by key */
    size_t n;
    uint32_t *ordinal;  /* per entry: it is the first, second ... of its type */
} ac_refs;

/** Errors: AC_ELIMIT. The record is borrowed. */
AC_NODISCARD ac_rc ac_refs_init(const ac_record *record, ac_arena *arena, ac_refs *out, ac_err *err);

/** The index of the entry that the reference means, or AC_NONE: none here, or one of several. from: the entry that holds the reference,
 *  for "#med1" is what that, or the resource around it, contains. Pure. */
uint32_t ac_refs_find(const ac_refs *refs, uint32_t from, ac_sv reference);

/** The member of a resource that says whom it is about: subject, patient or beneficiary; NULL when it has none. */
const ac_rec_reference *ac_rec_subject(const ac_rec_entry *e);

/** Append the entries of another record, whose strings stay where they are, and add what it counts. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_record_join(ac_record *into, const ac_record *from, ac_arena *arena, ac_err *err);

#endif
