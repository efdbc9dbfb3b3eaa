/** One note's result as a FHIR R4 Bundle (docs/adr/0007-fhir-bundle.md says what becomes what, and why). */
#ifndef AC_INTEROP_FHIR_BUNDLE_H
#define AC_INTEROP_FHIR_BUNDLE_H

#include "core/result.h"
#include "interop/chart/chart.h"

typedef struct {
    int indent;        /* blanks per level; 0 writes one line, without a line end */
    bool identified;   /* names, full dates and the original text are written; off: nothing that names the patient */
    bool refuted;      /* absent findings become refuted Conditions, procedures not done ...; off: narrative only */
    bool text;         /* the document's text is attached, base64: the de-identified one unless identified */
    bool relative;     /* of ac_fhir_redacted: references are "Patient/ID", for resources that will stand in no bundle */
    ac_sv patient_id;  /* caller's stable pseudonym: the same patient gets the same Patient.id; empty: one per document */
    const ac_record *record; /* what the document gave in its structure; NULL: it was all text. Borrowed, like chart */
    const ac_chart *chart;   /* the patient's, of which the note was made; needed with record */
    ac_sv now;         /* FHIR instant, "2026-05-10T12:00:00Z": when the bundle is made; empty: not known */
} ac_fhir_options;

/** Is it YYYY-MM-DDThh:mm:ss, any fraction, then Z or an offset? */
bool ac_fhir_is_instant(ac_sv s);

/** Append the bundle to out. With now it is a `document` (Composition first, Provenance last); without it a `collection`,
 *  because FHIR demands the instant of both, and without any date not even a Composition can stand in it.
 *  With record its resources are the bundle's, and what the text says of the same things is evidence in them; identified they keep all members
 *  and their ids, else codes, numbers, years and words without identifiers (fhir_copy.c). A second Provenance tells them from what was found in text.
 *  Ids come from the text and the document's id: the same input gives the same bytes.
 *  opt     NULL: all fields zero
 *  errors  AC_EINPUT (now is no instant), AC_ELIMIT, AC_ENOMEM (out or the note's arena is full)
 *  thread  any, one at a time per note (memory comes from the note's arena); pure */
AC_NODISCARD ac_rc ac_fhir_bundle(const ac_result *r, const ac_fhir_options *opt, ac_sb *out, ac_err *err);

/** The source's own resources as they may leave, of one patient: what ac_fhir_bundle copies of them without identified, with nothing that was
 *  found in text; when the source has documents, one DocumentReference with all that its chart says, de-identified. Ids are new, references
 *  point to them.
 *  opt     record and chart are needed; indent, identified and now are not used
 *  out     lives in the note's arena; a bundle if the source was one. It may have no entries
 *  errors  AC_ELIMIT
 *  thread  any, one at a time per note; pure */
AC_NODISCARD ac_rc ac_fhir_redacted(const ac_result *r, const ac_fhir_options *opt, ac_record *out, ac_err *err);

#endif
