#include "interop/result_json.h"

#include "base/json_read.h"
#include "kit/result.h"
#include "kit/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    kit_result k;
    ac_sb out;
    ac_json *json;
} made;

static void made_cleanup(made *m)
{
    ac_sb_cleanup(&m->out);
    kit_result_cleanup(&m->k);
}

static bool make(made *m, const char *text, ac_lang lang, const ac_result_json_options *opt)
{
    *m = (made) { .out = AC_SB((size_t)1 << 26) };
    bool ok = kit_result_init(&m->k, ac_sv_z(text), lang, (ac_date) { 2023, 5, 10 }, AC_DEID_SAFE_HARBOR) &&
              ac_result_json(&m->k.r, opt, &m->out, NULL) == AC_OK &&
              ac_json_parse(ac_sb_view(&m->out), 16, m->k.arena, &m->json, NULL) == AC_OK;
    CHECK(ok);
    return ok;
}

static bool is(ac_sv s, const char *z) { return ac_sv_eq(s, ac_sv_z(z)); }
static size_t u(const ac_json *j, const char *key) { return (size_t)ac_json_number(j, key, -1); }

/* Set AC_RESULT_OUT to a folder to validate the results against docs/schema/result-1.json with test/e2e/fhir/run.sh. */
static void keep(const made *m, const char *name)
{
    const char *dir = getenv("AC_RESULT_OUT");
    char path[512];
    if (!dir || snprintf(path, sizeof path, "%s/%s.json", dir, name) >= (int)sizeof path)
        return;
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (f) {
        CHECK(fwrite(m->out.p, 1, m->out.n, f) == m->out.n);
        CHECK(fclose(f) == 0);
    }
}

/* Every evidence span of the tree lies in the text; counts them. */
static size_t check_spans(const ac_json *root, size_t limit)
{
    const ac_json *stack[64];
    size_t depth = 0, seen = 0;
    stack[depth++] = root;
    while (depth) {
        const ac_json *j = stack[--depth];
        if (ac_json_get(j, "begin")) {
            CHECK(u(j, "begin") <= u(j, "end") && u(j, "end") <= limit);
            seen++;
        }
        if (j->next)
            stack[depth++] = j->next;
        if (j->first)
            stack[depth++] = j->first;
    }
    return seen;
}

AC_TEST(result_json, samples_are_json_and_their_places_are_right)
{
    const ac_step_time times[] = { { AC_SV("fold"), 1234567 }, { AC_SV("total"), 2000000 } };
    ac_result_json_options opt = { .indent = 2, .source = AC_SV("test"), .times = times, .n_times = 2 };
    for (size_t s = 0; s < KIT_SAMPLES; s++) {
        AC_AUTO(made) m;
        if (!make(&m, kit_samples[s].text, kit_samples[s].lang, &opt))
            continue;
        keep(&m, kit_samples[s].name);
        ac_sv text = ac_json_text(m.json, "text");
        CHECK(ac_sv_eq(text, m.k.note.text) && is(ac_json_text(m.json, "schema"), "aceso/result/1"));
        CHECK(check_spans(m.json, text.n) >= m.k.note.entities.n);
        const ac_json *e = ac_json_get(m.json, "entities");
        CHECK(e && e->n == m.k.note.entities.n);
        for (e = e ? e->first : NULL; e; e = e->next) {
            CHECK(ac_sv_eq(ac_sv_sub(text, u(e, "begin"), u(e, "end")), ac_json_text(e, "text")));
            CHECK(u(e, "cp_end") - u(e, "cp_begin") <= u(e, "end") - u(e, "begin"));
        }
        CHECK(ac_json_number(ac_json_get(m.json, "timing_ms"), "fold", 0) == 1.2345);
    }
}

AC_TEST(result_json, an_entity_says_all_that_is_known)
{
    AC_AUTO(made) m;
    if (!make(&m, "MEDICATIONS: Ibuprofen 400 mg PO every 6-8 hours as needed for pain.\nLABS: Hgb 9.8 g/dL, CRP < 5 mg/L. "
                  "BP 120/80 mmHg.\n", AC_LANG_EN, NULL))
        return;
    bool drug = false, hb = false, crp = false, bp = false;
    for (const ac_json *e = ac_json_get(m.json, "entities")->first; e; e = e->next) {
        ac_sv text = ac_json_text(e, "text");
        const ac_json *q = ac_json_get(e, "quantity");
        if (is(text, "Ibuprofen")) {
            const ac_json *freq = ac_json_get(ac_json_get(e, "attributes"), "frequency");
            const ac_json *timing = freq ? ac_json_get(freq->first, "timing") : NULL;
            drug = is(ac_json_text(e, "kind"), "medication") && is(ac_json_text(e, "assertion"), "present") &&
                   u(timing, "period") == 6 && u(timing, "period_max") == 8 && is(ac_json_text(timing, "unit"), "h") &&
                   ac_json_get(timing, "as_needed")->type == AC_JSON_TRUE && ac_json_get(e, "codes")->n > 0;
        }
        if (is(text, "Hgb"))
            hb = ac_json_number(e, "value", 0) == 9.8 && is(ac_json_text(e, "unit"), "g/dL");
        if (is(text, "CRP"))
            crp = is(ac_json_text(e, "value"), "<5") && is(ac_json_text(q, "comparator"), "<") && u(q, "low") == 5;
        if (is(text, "BP"))
            bp = is(ac_json_text(e, "value"), "120/80") && u(q, "low") == 120 && u(q, "second") == 80;
    }
    CHECK(drug && hb && crp && bp);
    const ac_json *relations = ac_json_get(m.json, "relations");
    CHECK(relations && relations->n >= 1 && is(ac_json_text(relations->first, "type"), "indication"));
}

AC_TEST(result_json, only_the_parts_asked_for)
{
    AC_AUTO(made) m;
    ac_result_json_options opt = { .parts = AC_PART_SOAP | AC_PART_PHI, .hide_phi = true };
    if (!make(&m, kit_samples[0].text, AC_LANG_EN, &opt))
        return;
    CHECK(m.json->n == 5); /* schema, document, phi, soap, coverage */
    CHECK(!ac_json_get(m.json, "text") && ac_json_get(m.json, "soap") && ac_json_get(m.json, "coverage"));
    const ac_json *phi = ac_json_get(m.json, "phi");
    CHECK(phi && phi->n > 3 && !ac_json_get(phi->first, "text") && ac_json_text(phi->first, "replacement").n);
    AC_AUTO(ac_sb) phi_only = AC_SB(1 << 20);
    CHECK(ac_result_json(&m.k.r, &(ac_result_json_options) { .parts = AC_PART_PHI, .hide_phi = true }, &phi_only, NULL) == AC_OK);
    CHECK(!memmem(phi_only.p, phi_only.n, "Holloway", 8));
}

AC_TEST(result_json, meddocan_uses_its_own_names)
{
    AC_AUTO(kit_result) k;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(kit_result_init(&k, AC_SV("Paciente: Rosario Quintanilla\nFecha: 10/05/2023\n"), AC_LANG_ES, (ac_date) { 0 },
                          AC_DEID_MEDDOCAN));
    CHECK(ac_result_json(&k.r, NULL, &out, NULL) == AC_OK);
    CHECK(memmem(out.p, out.n, "\"type\":\"FECHAS\"", 15));
    CHECK(memmem(out.p, out.n, "\"profile\":\"meddocan\"", 20));
}

AC_TEST(result_json, code_points_are_not_bytes)
{
    AC_AUTO(made) m;
    if (!make(&m, "Niña con ñañaras y fiebre.", AC_LANG_ES, NULL))
        return;
    const ac_json *e = ac_json_get(m.json, "entities")->first;
    while (e && !is(ac_json_text(e, "text"), "fiebre"))
        e = e->next;
    CHECK(e && u(e, "begin") == u(e, "cp_begin") + 3 && u(e, "cp_end") == u(e, "cp_begin") + 6);
}

/* Steps that did not run leave zeroes: still a valid result. */
AC_TEST(result_json, an_empty_result)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    ac_note note = { .arena = a, .text = AC_SV("x") };
    ac_result r = { .note = &note };
    ac_json *json = NULL;
    CHECK(ac_result_json(&r, NULL, &out, NULL) == AC_OK);
    CHECK(ac_json_parse(ac_sb_view(&out), 16, a, &json, NULL) == AC_OK && json->n == 16);
    CHECK(ac_json_get(json, "deidentified")->type == AC_JSON_NULL);
}

AC_TEST(result_json, no_room_and_no_memory_are_reported)
{
    AC_AUTO(kit_result) k;
    CHECK(kit_result_init(&k, ac_sv_z(kit_samples[0].text), AC_LANG_EN, (ac_date) { 0 }, AC_DEID_SAFE_HARBOR));
    for (size_t max = 0; max < 30000; max += 997) {
        AC_AUTO(ac_sb) out = AC_SB(max);
        CHECK(ac_result_json(&k.r, NULL, &out, NULL) == AC_ELIMIT);
    }
    AC_AUTO_PTR(ac_arena) tiny = ac_arena_new(1);
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    k.note.arena = tiny;
    CHECK(ac_result_json(&k.r, NULL, &out, NULL) == AC_ELIMIT);
    k.note.arena = k.arena;
    int failed = 0;
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) b = AC_SB(1 << 22);
        ac_rc rc = ac_result_json(&k.r, NULL, &b, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM || rc == AC_ELIMIT);
        failed += rc != AC_OK;
    }
    CHECK(failed > 3);
}
