#include "app/process.h"

#include "kit/samples.h"
#include "kit/test.h"

#include "app/view.h"
#include "interop/fhir_bundle.h"
#include "nlp/pipeline.h"

#include <string.h>

enum { ALL_BLOCKS = (1 << 10) - 1, STEP_BYTES = 997 };

static const char note_en[] =
    "Patient: Mary Ellison\nDate of visit: 03/11/2024\n\nHISTORY: 66-year-old woman with hypertension and severe chest "
    "pain for 2 hours. She denies fever.\n\nMEDICATIONS: Lisinopril 20 mg PO daily.\n\nPLAN: Repeat "
    "potassium tomorrow.\n";
static const char note_es[] =
    "Motivo: dolor abdominal. Paciente de 45 años con hipertensión. Niega fiebre. Toma enalapril 20 mg cada 24 horas.";

static uint64_t fake_ticks(ac_clock *c)
{
    static _Thread_local uint64_t now;
    (void)c;
    return now += 1000;
}
static ac_date fake_today(ac_clock *c)
{
    (void)c;
    return (ac_date) { 2024, 1, 1 };
}

static ac_rc run(ac_arena *a, const char *text, uint32_t parts, ac_result *r, ac_process_extra *x)
{
    static const ac_clock_ops ops = { "fake", fake_ticks, fake_today, NULL };
    ac_clock clock = { &ops };
    ac_process_options opt = { .id = AC_SV("n"), .max_bytes = 1 << 20, .parts = parts, .clock = &clock };
    return ac_process(&opt, ac_sv_z(text), a, r, x, NULL);
}

AC_TEST(process, everything)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result r;
    ac_process_extra x;
    CHECK(run(a, note_en, AC_PART_ALL, &r, &x) == AC_OK);
    CHECK(r.note->lang == AC_LANG_EN && r.note->facts.n > 3 && r.note->phi.n > 0);
    CHECK(r.soap.subjective.n && r.summary.medications.n && r.clinical_summary.has_age);
    CHECK(memmem(r.deidentified.text.p, r.deidentified.text.n, "Ellison", 7) == NULL);
    CHECK(x.n_times > 20 && ac_sv_eq(x.times[0].name, AC_SV("normalise")) && x.times[0].ns == 1000);
    CHECK(ac_sv_eq(x.times[x.n_times - 1].name, AC_SV("verify")));
    CHECK(ac_source_offset(&x.source, 5) == 5);
}

AC_TEST(process, only_what_is_asked_for)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result r;
    ac_process_extra x;
    ac_sv names[32];
    size_t n_all, n = ac_process_plan(AC_PART_DEIDENTIFIED, names, 32);
    (void)ac_steps(&n_all);
    CHECK(n > 4 && n < n_all);
    for (size_t i = 0; i < n; i++)
        CHECK(!ac_sv_eq(names[i], AC_SV("entities")) && !ac_sv_eq(names[i], AC_SV("context")));
    CHECK(ac_process_plan(AC_PART_ALL, names, 32) == n_all);
    CHECK(ac_process_plan(AC_PART_ALL & ~(uint32_t)AC_PART_SECTIONS, names, 32) == n_all); /* no step is for nothing */
    CHECK(ac_process_plan(AC_PART_TEXT, names, 32) == 0);
    CHECK(ac_process_plan(AC_PART_ALL, names, 2) == 2);
    CHECK(run(a, note_en, AC_PART_DEIDENTIFIED, &r, &x) == AC_OK);
    CHECK(r.deidentified.text.n && !r.note->entities.n && !r.soap.plan.n);
    CHECK(run(a, note_en, AC_PART_SECTIONS, &r, &x) == AC_OK);
    CHECK(r.note->sections.n && !r.note->phi.n && !r.deidentified.text.n);
}

AC_TEST(process, the_plan_changes_no_result)
{
    static const uint32_t parts[] = { AC_PART_PHI, AC_PART_ENTITIES, AC_PART_SOAP, AC_PART_TIMELINE,
                                      AC_PART_GUIDELINES };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result all, r;
    ac_process_extra x;
    CHECK(run(a, note_en, AC_PART_ALL, &all, &x) == AC_OK);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        CHECK(run(a, note_en, parts[i], &r, &x) == AC_OK);
        CHECK(parts[i] != AC_PART_PHI || r.note->phi.n == all.note->phi.n);
        CHECK(parts[i] == AC_PART_PHI || r.note->facts.n == all.note->facts.n);
        CHECK(parts[i] != AC_PART_SOAP || r.soap.plan.n == all.soap.plan.n);
        CHECK(parts[i] != AC_PART_GUIDELINES || r.guidelines.n == all.guidelines.n);
    }
}

AC_TEST(process, what_cannot_be_read)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26), *tiny = ac_arena_new(8192);
    ac_result r = { 0 };
    ac_process_extra x = { 0 };
    ac_process_options opt = { .max_bytes = 10, .parts = AC_PART_ALL };
    CHECK(ac_process(&opt, ac_sv_z(note_en), a, &r, &x, NULL) == AC_ELIMIT);
    CHECK(ac_process(&opt, AC_SV(""), a, &r, &x, NULL) == AC_EINPUT);
    opt.max_bytes = 1 << 20;
    CHECK(ac_process(&opt, ac_sv_z(note_en), tiny, &r, &x, NULL) == AC_ELIMIT);
    CHECK(!r.note && !x.times);
}

AC_TEST(process, language_and_date_of_the_caller_win)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result r;
    ac_process_extra x;
    ac_lang es = AC_LANG_ES;
    ac_process_options opt = {
        .max_bytes = 1 << 20, .parts = AC_PART_ENTITIES, .lang = &es, .note_date = { 2020, 5, 6 }
    };
    CHECK(ac_process(&opt, ac_sv_z(note_en), a, &r, &x, NULL) == AC_OK);
    CHECK(r.note->lang == AC_LANG_ES && x.lang_confidence == 1 && r.note->note_date.year == 2020 && x.n_times == 0);
    CHECK(run(a, note_es, AC_PART_ENTITIES, &r, &x) == AC_OK && r.note->lang == AC_LANG_ES);
}

/* The note through the engine and every writer. */
static ac_rc run_and_write(ac_arena *arena, const char *text, ac_sb *out)
{
    ac_result r;
    ac_process_extra x;
    ac_view_options page = { .blocks = ALL_BLOCKS, .width = 80 };
    ac_rc rc = run(arena, text, AC_PART_ALL, &r, &x);
    rc = rc ? rc : ac_result_json(&r, NULL, out, NULL);
    rc = rc ? rc : ac_fhir_bundle(&r, NULL, out, NULL);
    return rc ? rc : ac_view(&r, &x, &page, out, NULL);
}

static bool out_of_room(ac_rc rc) { return rc == AC_ELIMIT || rc == AC_ENOMEM; }

AC_TEST(process, every_allocation_that_fails_is_an_error)
{
    for (size_t k = 0; k < 2 + sizeof kit_samples / sizeof kit_samples[0]; k++) {
        ac_rc rc = AC_OK;
        const char *text = k == 0 ? note_en : k == 1 ? note_es : kit_samples[k - 2].text;
        AC_EACH_OOM(i)
        {
            AC_AUTO(ac_sb) out = AC_SB(1 << 22);
            AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
            rc = a ? run_and_write(a, text, &out) : AC_ENOMEM;
            CHECK((ac_mem_fail_left() > 0) == (rc == AC_OK)); /* what was not written is never passed over */
            CHECK(rc == AC_OK || out_of_room(rc));
        }
        CHECK(rc == AC_OK);
    }
}

AC_TEST(process, any_full_arena_is_an_error)
{
    for (int spanish = 0; spanish < 2; spanish++) {
        ac_rc rc = AC_ELIMIT;
        for (size_t max = 0; rc && max < 1 << 24; max += STEP_BYTES) {
            AC_AUTO(ac_sb) out = AC_SB(1 << 22);
            AC_AUTO_PTR(ac_arena) a = ac_arena_new(max);
            rc = run_and_write(a, spanish ? note_es : note_en, &out);
            CHECK(rc == AC_OK || out_of_room(rc));
        }
        CHECK(rc == AC_OK);
    }
}

AC_TEST(process, any_full_output_is_an_error)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_rc rc = AC_ELIMIT;
    for (size_t max = 1; rc && max < 1 << 22; max += STEP_BYTES) {
        AC_AUTO(ac_sb) out = AC_SB(max);
        ac_arena_reset(a);
        rc = run_and_write(a, note_en, &out);
        CHECK(rc == AC_OK || out_of_room(rc));
    }
    CHECK(rc == AC_OK);
}

/* ---- pages ------------------------------------------------------------------------------------------------------- */

static void show(const char *text, ac_view_options opt, ac_sb *out)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result r;
    ac_process_extra x;
    CHECK(run(a, text, ac_view_parts(opt.blocks), &r, &x) == AC_OK);
    CHECK(ac_view(&r, &x, &opt, out, NULL) == AC_OK);
}

static bool has(const ac_sb *s, const char *words) { return memmem(s->p, s->n, words, strlen(words)); }

AC_TEST(view, a_plain_page)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show(note_en, (ac_view_options) { .blocks = ALL_BLOCKS, .width = 80 }, &out);
    CHECK(has(&out, "── n ─") && has(&out, "English") && has(&out, "1 Patient: Mary Ellison\n"));
    CHECK(has(&out, "SOAP\n") && has(&out, "○ absent: fever [") && has(&out, "Lisinopril 20 mg PO daily"));
    CHECK(has(&out, "[4:") && has(&out, "RxNorm 29046") && has(&out, "all read"));
    CHECK(!has(&out, "\033"));
}

AC_TEST(view, a_coloured_page)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show(note_en, (ac_view_options) { .blocks = ALL_BLOCKS, .width = 80, .colour = true }, &out);
    CHECK(has(&out, "\033[30;43mMary Ellison\033[0m") && has(&out, "\033[32mLisinopril\033[0m"));
    CHECK(has(&out, "\033[2mfever\033[0m"));
}

AC_TEST(view, markdown)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show(note_en, (ac_view_options) { .blocks = ALL_BLOCKS, .width = 80, .markdown = true, .colour = true }, &out);
    CHECK(has(&out, "# n\n") && has(&out, "## SOAP\n") && has(&out, "`[4:") && !has(&out, "\033"));
    CHECK(has(&out, "\n    1 Patient: Mary Ellison\n")); /* four blanks: as code */
}

AC_TEST(view, spanish)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show(note_es, (ac_view_options) { .blocks = ALL_BLOCKS, .width = 60 }, &out);
    CHECK(has(&out, "español") && has(&out, "HALLAZGOS") && has(&out, "ausente: ") && has(&out, "Medicación"));
}

AC_TEST(view, lines_are_wrapped_to_the_width)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show(note_en, (ac_view_options) { .blocks = ALL_BLOCKS & ~AC_VIEW_NOTE, .width = 60 }, &out);
    size_t columns = 0, widest = 0;
    for (size_t i = 0; i < out.n; i++) {
        columns = out.p[i] == '\n' ? 0 : columns + (((unsigned char)out.p[i] & 0xC0) != 0x80);
        widest = columns > widest ? columns : widest;
    }
    CHECK(widest <= 62);
}

AC_TEST(view, words_of_the_note_are_no_markdown)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    show("PLAN: Continue *aspirin* 81 mg daily <b>now</b>.",
         (ac_view_options) { .blocks = AC_VIEW_SOAP, .width = 80, .markdown = true }, &out);
    CHECK(!has(&out, " *aspirin") && !has(&out, "<b>"));
}

AC_TEST(view, a_code_of_another_unit_is_not_shown)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    AC_AUTO(ac_sb) other = AC_SB(1 << 20);
    show("The glucose was 5.5 mmol/L.", (ac_view_options) { .blocks = AC_VIEW_FACTS, .width = 80 }, &out);
    show("The glucose was 100 mg/dL.", (ac_view_options) { .blocks = AC_VIEW_FACTS, .width = 80 }, &other);
    CHECK(has(&out, "5.5 mmol/L") && !has(&out, "LOINC") && has(&other, "LOINC"));
}

AC_TEST(view, nothing_to_say)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 20), little = AC_SB(16);
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_result r;
    ac_process_extra x;
    ac_view_options opt = { .blocks = ALL_BLOCKS, .width = 80 };
    show("zzz", opt, &out);
    CHECK(has(&out, "  1 zzz\n") && !has(&out, "SOAP\n") && !has(&out, "TIMELINE"));
    CHECK(run(a, note_en, AC_PART_ALL, &r, &x) == AC_OK);
    CHECK(ac_view(&r, &x, &opt, &little, NULL) == AC_ELIMIT);
}
