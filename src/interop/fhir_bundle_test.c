#include "interop/fhir_bundle.h"

#include "interop/fhir_read.h"
#include "interop/fhir_write.h"
#include "kit/result.h"
#include "kit/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const ac_fhir_options whole = { .now = { "2026-05-10T12:00:00Z", 20 }, .indent = 1 };

typedef struct {
    kit_result k;
    ac_sb out;
    ac_record record;
} made;

static void made_cleanup(made *m)
{
    ac_sb_cleanup(&m->out);
    kit_result_cleanup(&m->k);
}

static bool make_as(made *m, const char *text, ac_lang lang, const ac_fhir_options *opt)
{
    *m = (made) { .out = AC_SB((size_t)1 << 26) };
    ac_json *json = NULL;
    bool ok = kit_result_init(&m->k, ac_sv_z(text), lang, (ac_date) { 2023, 5, 10 }, AC_DEID_SAFE_HARBOR) &&
              ac_fhir_bundle(&m->k.r, opt, &m->out, NULL) == AC_OK &&
              ac_json_parse(ac_sb_view(&m->out), 32, m->k.arena, &json, NULL) == AC_OK &&
              ac_fhir_read(json, m->k.arena, &m->record, NULL) == AC_OK;
    CHECK(ok);
    return ok;
}

static bool make(made *m, const char *text) { return make_as(m, text, AC_LANG_EN, &whole); }

static const ac_rec_entry *nth(const made *m, ac_rec_kind kind, size_t n)
{
    for (size_t i = 0; i < m->record.entries.n; i++)
        if (m->record.entries.at[i].kind == kind && n-- == 0)
            return &m->record.entries.at[i];
    return NULL;
}

static size_t count(const made *m, ac_rec_kind kind)
{
    size_t n = 0;
    while (nth(m, kind, n))
        n++;
    return n;
}

static bool has(const made *m, const char *words)
{
    return memmem(m->out.p, m->out.n, words, strlen(words)) != NULL;
}

static bool is(ac_sv s, const char *z) { return ac_sv_eq(s, ac_sv_z(z)); }

static const ac_rec_condition *condition(const made *m, const char *words)
{
    const ac_rec_entry *e;
    for (size_t i = 0; (e = nth(m, AC_REC_condition, i)); i++)
        if (e->as.condition->code && ac_sv_eq_nocase(e->as.condition->code->text, ac_sv_z(words)))
            return e->as.condition;
    return NULL;
}

/* Set AC_FHIR_OUT to a folder to look at the bundles, or to run test/e2e/fhir/run.sh over them. */
static void keep(const made *m, const char *name, const char *kind)
{
    const char *dir = getenv("AC_FHIR_OUT");
    char path[512];
    if (!dir || snprintf(path, sizeof path, "%s/%s-%s.json", dir, name, kind) >= (int)sizeof path)
        return;
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (f) {
        CHECK(fwrite(m->out.p, 1, m->out.n, f) == m->out.n);
        CHECK(fclose(f) == 0);
    }
}

AC_TEST(fhir_bundle, samples_in_every_way)
{
    const ac_fhir_options ways[] = {
        whole, { .indent = 0 },
        { .now = whole.now, .identified = true, .refuted = true, .text = true, .patient_id = AC_SV("p-77") },
        { .now = AC_SV("2026-05-10T12:00:00.123+02:00"), .text = true },
    };
    static const char *const names[] = { "document", "collection", "identified", "text" };
    for (size_t s = 0; s < KIT_SAMPLES; s++)
        for (size_t w = 0; w < 4; w++) {
            AC_AUTO(made) m;
            if (!make_as(&m, kit_samples[s].text, kit_samples[s].lang, &ways[w]))
                continue;
            keep(&m, kit_samples[s].name, names[w]);
            CHECK(is(m.record.head.type, ways[w].now.n ? "document" : "collection"));
            CHECK(m.record.coverage.members_unknown == 0 && m.record.coverage.resources_unknown == 0);
            CHECK(m.record.entries.at[0].kind == AC_REC_composition && count(&m, AC_REC_patient) == 1);
            CHECK(count(&m, AC_REC_provenance) == (ways[w].now.n ? 1 : 0));
        }
}

AC_TEST(fhir_bundle, the_same_note_gives_the_same_bytes)
{
    AC_AUTO(made) a;
    AC_AUTO(made) b;
    AC_AUTO(made) c;
    bool all = make(&a, "Hypertension.");
    all = make(&b, "Hypertension.") && all;
    all = make(&c, "Hypertension!") && all;
    CHECK(all);
    if (!all)
        return;
    CHECK(ac_sv_eq(ac_sb_view(&a.out), ac_sb_view(&b.out)));
    CHECK(!ac_sv_eq(a.record.entries.at[0].full_url, c.record.entries.at[0].full_url));
}

AC_TEST(fhir_bundle, what_is_read_is_written_again)
{
    for (size_t s = 0; s < KIT_SAMPLES; s++) {
        AC_AUTO(made) m;
        AC_AUTO(ac_sb) again = AC_SB((size_t)1 << 26);
        CHECK(make_as(&m, kit_samples[s].text, kit_samples[s].lang, &whole));
        CHECK(ac_fhir_write(&m.record, 1, &again, NULL) == AC_OK);
        CHECK(ac_sv_eq(ac_sb_view(&again), ac_sb_view(&m.out)));
    }
}

AC_TEST(fhir_bundle, nothing_that_names_the_patient)
{
    static const char *const secrets[] = { "Holloway", "Margaret", "4471", "1961-03", "Pratchley", "2023-05", "05/24", "05/10" };
    AC_AUTO(made) m;
    CHECK(make_as(&m, kit_samples[0].text, AC_LANG_EN, &(ac_fhir_options) { .now = whole.now, .text = true }));
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        CHECK(!has(&m, secrets[i]));
    AC_AUTO(made) named;
    CHECK(make_as(&named, kit_samples[0].text, AC_LANG_EN, &(ac_fhir_options) { .identified = true }));
    CHECK(has(&named, "2023-05-10"));
}

AC_TEST(fhir_bundle, assertions_decide_what_a_problem_becomes)
{
    AC_AUTO(made) m;
    AC_AUTO(made) all;
    const char *text = "Hypertension. Possible pneumonia. Denies fever. No diabetes. Return if vomiting.\n";
    ac_fhir_options refuted = { .refuted = true };
    if (!make(&m, text) || !make_as(&all, text, AC_LANG_EN, &refuted))
        return;
    const ac_rec_condition *c = condition(&m, "Hypertension");
    CHECK(c && is(c->verification_status->coding.at[0].code, "confirmed"));
    CHECK(c && is(c->clinical_status->coding.at[0].code, "active") && c->subject && c->extension.n == 1);
    CHECK(c && is(c->extension.at[0].value_string, "0-12"));
    c = condition(&m, "pneumonia");
    CHECK(c && is(c->verification_status->coding.at[0].code, "provisional"));
    CHECK(!condition(&m, "fever") && !condition(&m, "diabetes") && !condition(&m, "vomiting"));
    c = condition(&all, "diabetes");
    CHECK(c && is(c->verification_status->coding.at[0].code, "refuted") && !c->clinical_status);
    CHECK(has(&m, "Denied or ruled out"));
}

AC_TEST(fhir_bundle, results_carry_value_unit_and_flag)
{
    AC_AUTO(made) m;
    if (!make(&m, "VITAL SIGNS: BP 150/95 mmHg.\nLABS: Hgb 9.8 g/dL (12.0-16.0), CRP < 5 mg/L.\n"))
        return;
    bool pressure = false, haemoglobin = false, crp = false;
    const ac_rec_entry *e;
    for (size_t i = 0; (e = nth(&m, AC_REC_observation, i)); i++) {
        const ac_rec_observation *o = e->as.observation;
        if (is(o->code->text, "BP"))
            pressure = o->component.n == 2 && is(o->component.at[0].quantity->value, "150") &&
                       is(o->component.at[1].quantity->value, "95") && is(o->component.at[1].quantity->code, "mm[Hg]") &&
                       is(o->category.at[0].coding.at[0].code, "vital-signs");
        if (is(o->code->text, "Hgb"))
            haemoglobin = is(o->quantity->value, "9.8") && is(o->quantity->code, "g/dL") && o->interpretation.n == 1 &&
                          is(o->interpretation.at[0].coding.at[0].code, "L") && is(o->reference_range.at[0].high->value, "16");
        if (is(o->code->text, "CRP"))
            crp = is(o->quantity->comparator, "<") && is(o->quantity->value, "5");
    }
    CHECK(pressure);
    CHECK(haemoglobin);
    CHECK(crp);
}

static const ac_rec_medication_statement *medication(const made *m, const char *name)
{
    const ac_rec_entry *e;
    for (size_t i = 0; (e = nth(m, AC_REC_medication_statement, i)); i++)
        if (ac_sv_eq_nocase(e->as.medication_statement->code->text, ac_sv_z(name)))
            return e->as.medication_statement;
    return NULL;
}

AC_TEST(fhir_bundle, medications_carry_their_dosage)
{
    AC_AUTO(made) m;
    if (!make(&m, "MEDICATIONS:\nIbuprofen 400 mg PO every 6-8 hours as needed x 5 days\nSTOPPED: none\n"
                  "Plan: warfarin was discontinued.\n"))
        return;
    const ac_rec_medication_statement *s = medication(&m, "Ibuprofen");
    CHECK(s && s->dosage.n == 1 && is(s->status, "active"));
    if (!s || !s->dosage.n)
        return;
    const ac_rec_dosage *d = &s->dosage.at[0];
    CHECK(d->as_needed == AC_REC_TRUE && d->route && is(d->route->coding.at[0].code, "26643006"));
    CHECK(d->timing && d->timing->repeat && is(d->timing->repeat->frequency, "1"));
    if (!d->timing || !d->timing->repeat)
        return;
    CHECK(is(d->timing->repeat->period, "6") && is(d->timing->repeat->period_max, "8"));
    CHECK(is(d->timing->repeat->period_unit, "h") && d->timing->repeat->bounds_duration);
    CHECK(ac_sv_starts(d->text, AC_SV("400 mg")));
    s = medication(&m, "warfarin");
    CHECK(s && is(s->status, "stopped"));
}

AC_TEST(fhir_bundle, allergies_procedures_and_relatives)
{
    AC_AUTO(made) m;
    if (!make(&m, kit_samples[0].text))
        return;
    CHECK(count(&m, AC_REC_allergy_intolerance) >= 1);
    const ac_rec_entry *a = nth(&m, AC_REC_allergy_intolerance, 0);
    CHECK(a && a->as.allergy_intolerance->code && a->as.allergy_intolerance->patient);
    CHECK(count(&m, AC_REC_family_member_history) == 2);
    const ac_rec_entry *f = nth(&m, AC_REC_family_member_history, 0);
    CHECK(f && is(f->as.family_member_history->relationship->coding.at[0].code, "MTH"));
    CHECK(f && f->as.family_member_history->condition.n == 1 && f->as.family_member_history->extension.n == 1);
    bool planned = false, done = false;
    const ac_rec_entry *e;
    for (size_t i = 0; (e = nth(&m, AC_REC_procedure, i)); i++) {
        CHECK(!ac_sv_eq_nocase(e->as.procedure->code->text, AC_SV("colonoscopy")));
        done |= is(e->as.procedure->status, "completed") && ac_sv_eq_nocase(e->as.procedure->code->text, AC_SV("appendectomy"));
    }
    for (size_t i = 0; (e = nth(&m, AC_REC_service_request, i)); i++)
        planned |= is(e->as.service_request->intent, "plan") && ac_sv_eq_nocase(e->as.service_request->code->text, AC_SV("colonoscopy"));
    CHECK(planned && done);
    const ac_rec_entry *p = nth(&m, AC_REC_patient, 0);
    CHECK(p && is(p->as.patient->gender, "female") && !p->as.patient->name.n);
}

AC_TEST(fhir_bundle, a_patient_with_a_pseudonym_keeps_the_id)
{
    ac_fhir_options opt = { .patient_id = AC_SV("p-77") };
    AC_AUTO(made) a;
    AC_AUTO(made) b;
    if (!make_as(&a, "Fever.", AC_LANG_EN, &opt) || !make_as(&b, "Cough.", AC_LANG_EN, &opt))
        return;
    CHECK(ac_sv_eq(nth(&a, AC_REC_patient, 0)->full_url, nth(&b, AC_REC_patient, 0)->full_url));
    CHECK(!ac_sv_eq(a.record.entries.at[0].full_url, b.record.entries.at[0].full_url) && !has(&a, "p-77"));
}

AC_TEST(fhir_bundle, the_attached_text_is_base64)
{
    AC_AUTO(made) m;
    ac_fhir_options opt = { .identified = true, .text = true };
    static const char *const texts[] = { "Cough", "Coughs", "Cough.." };
    static const char *const wanted[] = { "Q291Z2g=", "Q291Z2hz", "Q291Z2guLg==" };
    for (size_t i = 0; i < 3; i++) {
        AC_AUTO(made) one;
        if (!make_as(&one, texts[i], AC_LANG_EN, &opt))
            continue;
        const ac_rec_attachment *a = nth(&one, AC_REC_document_reference, 0)->as.document_reference->content.at[0].attachment;
        CHECK(is(a->data, wanted[i]));
    }
    CHECK(make(&m, "Cough") && !has(&m, "Q291Z2g="));
}

AC_TEST(fhir_bundle, a_time_that_is_none_is_refused)
{
    static const char *const bad[] = { "now", "2026-05-10", "2026-05-10T12:00:00", "2026-05-10T12:00:00.Z",
                                       "2026-05-10T12:00:00+2:00", "2026-05-10T12:00:00Zx", "2026-05-10T12:00:00+02:0x" };
    AC_AUTO(kit_result) k;
    CHECK(kit_result_init(&k, AC_SV("Fever."), AC_LANG_EN, (ac_date) { 0 }, AC_DEID_SAFE_HARBOR));
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(ac_sb) out = AC_SB(1 << 20);
        CHECK(ac_fhir_bundle(&k.r, &(ac_fhir_options) { .now = ac_sv_z(bad[i]) }, &out, NULL) == AC_EINPUT);
        CHECK(out.n == 0);
    }
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(ac_fhir_bundle(&k.r, NULL, &out, NULL) == AC_OK); /* no date at all: no Composition */
    CHECK(!memmem(out.p, out.n, "Composition", 11));
}

/* The arena and the builder may end anywhere: an error, never a wrong bundle. */
AC_TEST(fhir_bundle, no_room_is_reported)
{
    size_t limits = 0;
    for (size_t room = 0; room < 220000; room += 701) {
        AC_AUTO(kit_result) k;
        AC_AUTO(ac_sb) out = AC_SB(1 << 22);
        if (!kit_result_init(&k, ac_sv_z(kit_samples[0].text), AC_LANG_EN, (ac_date) { 2023, 5, 10 }, AC_DEID_SAFE_HARBOR))
            continue;
        AC_AUTO_PTR(ac_arena) small = ac_arena_new(room + 1);
        k.note.arena = small;
        ac_rc rc = ac_fhir_bundle(&k.r, &whole, &out, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT);
        limits += rc == AC_ELIMIT;
    }
    CHECK(limits > 10);
    AC_AUTO(kit_result) k;
    AC_AUTO(ac_sb) tiny = AC_SB(100);
    CHECK(kit_result_init(&k, AC_SV("Fever."), AC_LANG_EN, (ac_date) { 0 }, AC_DEID_SAFE_HARBOR));
    CHECK(ac_fhir_bundle(&k.r, &whole, &tiny, NULL) == AC_ELIMIT);
}

AC_TEST(fhir_bundle, every_allocation_may_fail)
{
    AC_AUTO(kit_result) k;
    CHECK(kit_result_init(&k, AC_SV("Fever for 3 days. BP 120/80."), AC_LANG_EN, (ac_date) { 0 }, AC_DEID_SAFE_HARBOR));
    int failed = 0;
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) out = AC_SB(1 << 22);
        ac_rc rc = ac_fhir_bundle(&k.r, &whole, &out, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT || rc == AC_ENOMEM);
        failed += rc != AC_OK;
    }
    CHECK(failed > 3);
}

/* ---- what a reader of the bundle alone can check ---- */

static ac_sv unbase64(ac_arena *a, ac_sv s)
{
    char *out = ac_arena_alloc(a, s.n + 1);
    size_t n = 0;
    uint32_t bits = 0, have = 0;
    for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        bits = bits << 6 | (uint32_t)(strchr(alphabet, s.p[i]) - alphabet);
        have += 6;
        if (have >= 8)
            out[n++] = (char)(bits >> (have -= 8) & 255);
    }
    return (ac_sv) { out, n };
}

static ac_sv evidence_text(ac_sv text, ac_sv place)
{
    int64_t begin = 0, end = 0;
    ac_sv first;
    CHECK(ac_sv_split(&place, '-', &first) && ac_sv_to_i64(first, &begin) && ac_sv_to_i64(place, &end));
    bool inside = begin >= 0 && begin < end && end <= (int64_t)text.n;
    CHECK(inside);
    return inside ? ac_sv_sub(text, (size_t)begin, (size_t)end) : AC_SV("");
}

AC_TEST(fhir_bundle, evidence_leads_to_the_words_in_the_attached_text)
{
    const ac_fhir_options ways[] = { { .now = whole.now, .text = true }, { .now = whole.now, .text = true, .identified = true } };
    size_t checked = 0;
    for (size_t s = 0; s < KIT_SAMPLES; s++)
        for (size_t w = 0; w < 2; w++) {
            AC_AUTO(made) m;
            const ac_rec_entry *e;
            if (!make_as(&m, kit_samples[s].text, kit_samples[s].lang, &ways[w]))
                continue;
            const ac_rec_entry *d = nth(&m, AC_REC_document_reference, 0);
            ac_sv text = unbase64(m.k.arena, d->as.document_reference->content.at[0].attachment->data);
            for (size_t i = 0; (e = nth(&m, AC_REC_condition, i)); i++, checked++) {
                const ac_rec_condition *c = e->as.condition;
                CHECK(c->extension.n && ac_sv_eq_nocase(evidence_text(text, c->extension.at[0].value_string), c->code->text));
            }
            for (size_t i = 0; (e = nth(&m, AC_REC_medication_statement, i)); i++)
                for (size_t k = 0; k < e->as.medication_statement->extension.n; k++)
                    CHECK(evidence_text(text, e->as.medication_statement->extension.at[k].value_string).n);
        }
    CHECK(checked > 20);
}

AC_TEST(fhir_bundle, plans_are_requests_and_never_events)
{
    AC_AUTO(made) m;
    if (!make(&m, "PLAN: Schedule colonoscopy. Return to the emergency department if chest pain.\n"))
        return;
    const ac_rec_entry *s = nth(&m, AC_REC_service_request, 0);
    CHECK(s && is(s->as.service_request->intent, "plan") && ac_sv_eq_nocase(s->as.service_request->code->text, AC_SV("colonoscopy")));
    CHECK(count(&m, AC_REC_procedure) == 0 && !condition(&m, "chest pain"));
}

AC_TEST(fhir_bundle, a_history_of_what_lasts_has_no_status)
{
    AC_AUTO(made) m;
    if (!make(&m, "She has a history of hypertension and a history of pneumonia.\n"))
        return;
    const ac_rec_condition *lasting = condition(&m, "hypertension"), *past = condition(&m, "pneumonia");
    CHECK(lasting && (!lasting->clinical_status || is(lasting->clinical_status->coding.at[0].code, "active")));
    CHECK(past && past->clinical_status && is(past->clinical_status->coding.at[0].code, "inactive"));
}

AC_TEST(fhir_bundle, white_space_of_unicode_becomes_blanks)
{
    static const char *const spaces[] = { "\xC2\xA0", "\xE2\x80\x89", "\xE2\x80\xAF", "\xE3\x80\x80" };
    AC_AUTO(made) m;
    if (!make(&m, "MEDICATIONS: Metformin 500\xC2\xA0mg\xE2\x80\x89twice\xE2\x80\xAF" "daily.\n"))
        return;
    const ac_rec_medication_statement *s = medication(&m, "Metformin");
    CHECK(s && s->dosage.n == 1);
    for (size_t i = 0; i < 4; i++)
        CHECK(!has(&m, spaces[i]));
}

AC_TEST(fhir_bundle, what_repeats_a_hidden_name_is_hidden_as_well)
{
    AC_AUTO(made) m;
    ac_fhir_options opt = { .now = whole.now, .text = true };
    if (!make_as(&m, "Patient: Margaret Holloway\nASSESSMENT: Hypertension of margaret holloway is controlled.\n", AC_LANG_EN, &opt))
        return;
    CHECK(!has(&m, "olloway"));
}
