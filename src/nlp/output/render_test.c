#include "nlp/output/render.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/text/fold.h"
#include "nlp/entity/mark.h"
#include "nlp/output/phrase.h"
#include "nlp/output/speech.h"
#include "nlp/text/token.h"

/* A note that has text and tokens, and what the test gives it. */
static ac_note note_of(ac_arena *a, const char *text, ac_lang lang)
{
    ac_note n = { .arena = a, .text = ac_sv_z(text), .lang = lang };
    CHECK(ac_fold(n.text, a, &n.folded, NULL) == AC_OK);
    CHECK(ac_step_tokens(&n, NULL) == AC_OK);
    return n;
}

static ac_item told(ac_note *n, const ac_entity *e)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(n);
    ac_item item = { 0 };
    ac_draft_entity(&d, e);
    CHECK(ac_draft_end(&d, false, &item, NULL) == AC_OK);
    return item;
}

static bool says(ac_item i, const char *text) { return ac_sv_eq(i.text, ac_sv_z(text)); }

AC_TEST(render, a_quote_has_one_blank_between_words)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "  chest \n\t pain  here ", AC_LANG_EN);
    AC_AUTO(ac_draft) d = AC_DRAFT(&n);
    ac_item i;
    ac_draft_quote(&d, ac_span_of(0, n.text.n));
    CHECK(ac_draft_end(&d, true, &i, NULL) == AC_OK && says(i, "Chest pain here."));
    CHECK(i.evidence.n == 1 && i.evidence.at[0].end == n.text.n);
}

AC_TEST(render, a_statement_without_evidence_is_refused)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "x", AC_LANG_EN);
    AC_AUTO(ac_draft) d = AC_DRAFT(&n);
    ac_items items = { 0 };
    ac_draft_say(&d, AC_SAY_DENIES);
    CHECK(ac_draft_push(&d, true, &items, AC_NONE, NULL) == AC_EINTERNAL);
    CHECK(items.n == 0);
}

AC_TEST(render, spanish_sentences_begin_with_a_capital)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "\xC3\xBAlcera g\xC3\xA1strica", AC_LANG_ES);
    AC_AUTO(ac_draft) d = AC_DRAFT(&n);
    ac_item i;
    ac_draft_quote(&d, ac_span_of(0, n.text.n));
    CHECK(ac_draft_end(&d, true, &i, NULL) == AC_OK && says(i, "\xC3\x9Alcera g\xC3\xA1strica."));
}

AC_TEST(render, evidence_is_sorted_and_merged)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_span spans[] = { { 9, 12 }, { 1, 3 }, { 2, 5 }, { 9, 10 } };
    ac_spans from = { .at = spans, .n = 4 }, out;
    CHECK(ac_evidence_copy(a, &from, &out, NULL) == AC_OK);
    CHECK(out.n == 2 && out.at[0].begin == 1 && out.at[0].end == 5 && out.at[1].begin == 9 && out.at[1].end == 12);
}

AC_TEST(render, neighbours_are_told_as_written_and_others_after_a_comma)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "severe left knee pain, worse, in the left leg", AC_LANG_EN);
    ac_attr attrs[] = { { .kind = AC_ATTR_SEVERITY, .span = { 0, 6 } },
                        { .kind = AC_ATTR_LATERALITY, .span = { 7, 11 } },
                        { .kind = AC_ATTR_SITE, .span = { 42, 45 } } };
    ac_entity e = { .kind = AC_KIND_SYMPTOM, .span = { 12, 21 }, .concept = AC_NONE, .attrs = { attrs, 3, 3 } };
    CHECK(says(told(&n, &e), "severe left knee pain, leg"));
}

AC_TEST(render, sides_and_places_stay_together)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "Edemas en pierna izquierda", AC_LANG_ES);
    ac_attr attrs[] = { { .kind = AC_ATTR_SITE, .span = { 10, 16 } },
                        { .kind = AC_ATTR_LATERALITY, .span = { 17, 26 } } };
    ac_entity e = { .kind = AC_KIND_SYMPTOM, .span = { 0, 6 }, .concept = AC_NONE, .attrs = { attrs, 2, 2 } };
    CHECK(says(told(&n, &e), "Edemas en pierna izquierda"));
}

AC_TEST(render, a_sig_is_told_in_the_order_of_a_prescription)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "20 mg of enalapril daily by mouth for 5 days", AC_LANG_EN);
    ac_attr attrs[] = { { .kind = AC_ATTR_FREQUENCY, .span = { 19, 24 } },
                        { .kind = AC_ATTR_ROUTE, .span = { 25, 33 } },
                        { .kind = AC_ATTR_DOSE, .span = { 0, 5 } },
                        { .kind = AC_ATTR_DURATION, .span = { 34, 44 } } };
    ac_entity e = { .kind = AC_KIND_MEDICATION, .span = { 9, 18 }, .concept = AC_NONE, .attrs = { attrs, 4, 4 } };
    CHECK(says(told(&n, &e), "enalapril 20 mg by mouth daily for 5 days"));
}

AC_TEST(render, results_relatives_reactions_and_dates)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "K 6.9 mother rash 2010", AC_LANG_EN);
    ac_attr value[] = { { .kind = AC_ATTR_VALUE, .span = { 2, 5 } },
                        { .kind = AC_ATTR_FLAG, .span = { 2, 5 }, .norm = AC_SV("critical-high") } };
    ac_entity lab = { .kind = AC_KIND_LAB, .span = { 0, 1 }, .attrs = { value, 2, 2 } };
    CHECK(says(told(&n, &lab), "K 6.9 (critically high)") && ac_result_critical(&lab) && ac_result_abnormal(&lab));
    value[1].norm = AC_SV("puzzling");
    CHECK(says(told(&n, &lab), "K 6.9") && !ac_result_abnormal(&lab));
    ac_attr mother = { .kind = AC_ATTR_RELATIVE, .span = { 6, 12 } },
            rash = { .kind = AC_ATTR_REACTION, .span = { 13, 17 } },
            date = { .kind = AC_ATTR_DATE, .span = { 18, 22 } };
    ac_entity e = { .kind = AC_KIND_PROBLEM, .assertion = AC_FAMILY, .span = { 0, 1 }, .attrs = { &mother, 1, 1 } };
    CHECK(says(told(&n, &e), "K (mother)"));
    e = (ac_entity) { .kind = AC_KIND_ALLERGY, .span = { 0, 1 }, .attrs = { &rash, 1, 1 } };
    CHECK(says(told(&n, &e), "K (rash)"));
    e = (ac_entity) { .kind = AC_KIND_PROCEDURE, .span = { 0, 1 }, .attrs = { &date, 1, 1 } };
    CHECK(says(told(&n, &e), "K (2010)"));
}

AC_TEST(render, a_result_is_told_with_its_range_and_its_baseline)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "Cr 2.1 (0.6-1.2) baseline 1.6", AC_LANG_EN);
    ac_attr attrs[] = { { .kind = AC_ATTR_VALUE, .span = { 3, 6 } },
                        { .kind = AC_ATTR_RANGE, .span = { 8, 15 } },
                        { .kind = AC_ATTR_BASELINE, .span = { 17, 29 } },
                        { .kind = AC_ATTR_FLAG, .span = { 3, 6 }, .norm = AC_SV("high") } };
    ac_entity lab = { .kind = AC_KIND_LAB, .span = { 0, 2 }, .attrs = { attrs, 4, 4 } };
    CHECK(says(told(&n, &lab), "Cr 2.1 (high; 0.6-1.2; baseline 1.6)"));
    lab.attrs.n = 3;
    CHECK(says(told(&n, &lab), "Cr 2.1 (baseline 1.6)"));
}

AC_TEST(render, durations_keep_since_and_lose_for)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = note_of(a, "for 3 days since May", AC_LANG_EN), m = note_of(a,
                                                                            "desde hace 3 d\xC3\xAD"
                                                                            "as desde mayo",
                                                                            AC_LANG_ES);
    bool since;
    CHECK(ac_duration_words(&n, ac_span_of(0, 10), &since).begin == 4 && !since);
    CHECK(ac_duration_words(&n, ac_span_of(11, 20), &since).begin == 11 && since);
    CHECK(ac_duration_words(&m, ac_span_of(0, 18), &since).begin == 11 && !since);
    CHECK(ac_duration_words(&m, ac_span_of(18, 28), &since).begin == 18 && since);
}

static ac_sv spoken(ac_arena *a, const char *text, ac_lang lang, ac_speaker who, ac_sex sex)
{
    ac_note *n = ac_arena_alloc(a, sizeof *n);
    *n = note_of(a, text, lang);
    n->patient.sex = (uint8_t)sex;
    ac_sentence s = { .span = ac_span_of(0, n->text.n), .token_end = (uint32_t)n->tokens.n, .turn = 0 };
    AC_AUTO(ac_draft) d = AC_DRAFT(n);
    ac_item i = { 0 };
    ac_draft_speech(&d, &s, who, false);
    return ac_draft_end(&d, true, &i, NULL) == AC_OK ? i.text : AC_SV("");
}

AC_TEST(speech, the_patient_is_told_in_the_third_person)
{
    static const struct {
        const char *said, *written;
        ac_lang lang;
        ac_speaker who;
        ac_sex sex;
    } rows[] = {
        { "i take my pills , um , and i do n't smoke .", "The patient takes her pills, and she does not smoke.",
          AC_LANG_EN, AC_SPEAKER_PATIENT, AC_SEX_FEMALE },
        { "i usually sleep well and my wife helps me", "The patient usually sleeps well and his wife helps him.",
          AC_LANG_EN, AC_SPEAKER_PATIENT, AC_SEX_MALE },
        { "i've had a , a sh- sharp pain in my right knee",
          "The patient has had a sharp pain in their right knee.", AC_LANG_EN, AC_SPEAKER_PATIENT,
          AC_SEX_UNKNOWN },
        { "i'm gon na start you on lisinopril 10 mg , okay ?", "We will start the patient on lisinopril 10 mg.",
          AC_LANG_EN, AC_SPEAKER_CLINICIAN, AC_SEX_UNKNOWN },
        { "right , your right knee is swollen", "The patient's right knee is swollen.", AC_LANG_EN,
          AC_SPEAKER_CLINICIAN, AC_SEX_UNKNOWN },
        { "bueno , tengo tos y me duele la cabeza", "Tiene tos y le duele la cabeza.", AC_LANG_ES, AC_SPEAKER_PATIENT,
          AC_SEX_UNKNOWN },
        { "a 50-year-old man , BP 120/80", "A 50-year-old man, BP 120/80.", AC_LANG_EN, AC_SPEAKER_OTHER,
          AC_SEX_UNKNOWN },
        { "um , uh , okay .", "", AC_LANG_EN, AC_SPEAKER_PATIENT, AC_SEX_UNKNOWN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        CHECK(ac_sv_eq(spoken(a, rows[i].said, rows[i].lang, rows[i].who, rows[i].sex), ac_sv_z(rows[i].written)));
    }
}

AC_TEST(speech, a_tag_is_no_question)
{
    static const struct {
        const char *text;
        bool asks;
    } rows[] = { { "take it daily , okay ?", false },      { "any fever ?", true },
                 { "and do you have any children", true }, { "you do n't smoke , right ?", false },
                 { "does it hurt , you know ?", true },    { "?", true } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        ac_note n = note_of(a, rows[i].text, AC_LANG_EN);
        ac_sentence s = { .span = ac_span_of(0, n.text.n), .token_end = (uint32_t)n.tokens.n };
        CHECK(ac_speech_asks(&n, &s) == rows[i].asks);
        CHECK(ac_step_phrases(&n, NULL) == AC_OK && ac_speech_asks(&n, &s) == rows[i].asks);
    }
}

AC_TEST(render, a_word_for_the_patient_is_told_as_the_disease)
{
    static const struct {
        ac_lang lang;
        const char *text, *surface, *told;
    } rows[] = {
        { AC_LANG_ES, "Mujer hipertensa y diabética.", "hipertensa", "hipertensión" },
        { AC_LANG_ES, "Mujer hipertensa y diabética.", "diabética", "diabetes" },
        { AC_LANG_ES, "Hipertensión arterial.", "Hipertensión arterial", "Hipertensión arterial" },
        { AC_LANG_EN, "He is obese.", "obese", "obesity" },
        { AC_LANG_EN, "He is severely malnourished.", "malnourished", "severely malnourished" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        ac_note n = ac_test_note(a, rows[i].text, rows[i].lang);
        const ac_entity *e = ac_test_entity(&n, rows[i].surface);
        CHECK(e && says(told(&n, e), rows[i].told));
    }
}

AC_TEST(render, a_course_keeps_its_parentheses)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Metoprolol 25 mg BID (increased from 12.5 mg).", AC_LANG_EN);
    const ac_entity *e = ac_test_entity(&n, "Metoprolol");
    CHECK(e && says(told(&n, e), "Metoprolol 25 mg BID (increased from 12.5 mg)"));
}
