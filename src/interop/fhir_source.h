/** A bundle of a document that has a structure: its own resources, with what the text says beside them. */
#ifndef AC_INTEROP_FHIR_SOURCE_H
#define AC_INTEROP_FHIR_SOURCE_H

#include "interop/fhir_make.h"
#include "interop/record_refs.h"

typedef struct {
    ac_sv url;           /* of the copy; empty: it has none */
    void *resource;
} ac_fhir_copied;

struct ac_fhir_source {
    ac_fhir_copied *copies; /* one for each of opt->chart->entries */
    uint32_t copying;    /* the entry of the record that is copied now */
    size_t first, end;   /* the copies among the bundle's entries */
};

/** The copy of that entry of the record; NULL: it is not this patient's, or not told. */
ac_fhir_copied *ac_fhir_copy_of(const ac_fhir_maker *m, uint32_t entry);

/** Copy the patient's resources into the bundle; without a Patient among them one is made. Nothing happens without opt->record. */
void ac_fhir_take_source(ac_fhir_maker *m);

/** The fact stands in resources of the source: what the text says of it becomes evidence in the newest of them, and true comes back. */
bool ac_fhir_join_source(ac_fhir_maker *m, const ac_fact *f);

/** One resource, all its members or the safe ones; out keeps its id. */
void ac_fhir_copy(ac_fhir_maker *m, ac_rec_kind kind, const void *in, void *out);

/** The span of the chart's text in the note's: the same but where normalising has changed the bytes before it. */
ac_span ac_fhir_in_note(const ac_fhir_maker *m, ac_span chart);

#endif
