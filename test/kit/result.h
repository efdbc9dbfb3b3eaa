/** Test kit: the whole result of a text, made the way the program makes it. */
#ifndef AC_TEST_KIT_RESULT_H
#define AC_TEST_KIT_RESULT_H

#include "kit/test.h"
#include "nlp/output/clinical_summary.h"
#include "nlp/deid/deid.h"
#include "nlp/guideline/guideline.h"
#include "nlp/pipeline.h"
#include "nlp/output/soap.h"
#include "nlp/output/summary.h"
#include "nlp/output/timeline.h"

typedef struct {
    ac_arena *arena;
    ac_note note;
    ac_result r;
} kit_result;

static inline void kit_result_cleanup(kit_result *k) { ac_arena_free(k->arena); }

static inline ac_rc kit_result_steps(kit_result *k, const ac_deid_options *deid, ac_err *err)
{
    AC_TRY(err, ac_analyse(&k->note, err));
    k->r.note = &k->note;
    AC_TRY(err, ac_deidentify(&k->note, deid, &k->r.deidentified, err));
    AC_TRY(err, ac_clinical_summary_make(&k->note, &k->r.clinical_summary, err));
    AC_TRY(err, ac_soap_make(&k->note, &k->r.soap, err));
    AC_TRY(err, ac_patient_summary_make(&k->note, &k->r.summary, err));
    AC_TRY(err, ac_timeline_make(&k->note, &k->r.timeline, err));
    return ac_guidelines_check(&k->note, &k->r.guidelines, err);
}

/** Fills k (caller storage, so that r.note stays right). text is borrowed. False when the arena is too small. */
static inline bool kit_result_init(kit_result *k, ac_sv text, ac_lang lang, ac_date date, ac_deid_profile profile)
{
    ac_deid_options deid = { .profile = profile };
    *k = (kit_result) { .arena = ac_arena_new((size_t)1 << 28) };
    k->note = (ac_note) { .arena = k->arena, .text = text, .lang = lang, .note_date = date, .id = AC_SV("doc-1") };
    return k->arena && kit_result_steps(k, &deid, NULL) == AC_OK;
}

#endif
