#include "nlp/output/verify.h"

#include "kit/note.h"
#include "kit/test.h"

#include <string.h>

static const char en[] = "She has pain in the left knee for three days and takes metformin 500 mg twice daily. No fever or cough. BP 120/80 "
                         "mmHg. Seen 3 days ago. Given 20 ml of saline and Tylenol 650 mg. Weight 1,200.50 g.";
static const char es[] = "Dolor en la rodilla izquierda desde hace tres días. Toma enalapril 2,5 mg al día. Niega fiebre.";

/* The verdict on text with the whole note as its evidence, or with the words from..to of it. */
static ac_verdict judge(const char *note_text, ac_lang lang, const char *text, const char *evidence)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    ac_note note = ac_test_note(a, note_text, lang);
    const char *at = evidence ? strstr(note_text, evidence) : note_text;
    size_t begin = (size_t)(at - note_text);
    ac_span span = ac_span_of(begin, begin + strlen(evidence ? evidence : note_text));
    ac_spans spans = { &span, 1, 1 };
    ac_verdict v = AC_VERIFY_NO_EVIDENCE;
    CHECK(ac_verify(&note, ac_sv_z(text), &spans, a, &v, NULL) == AC_OK);
    return v;
}

static ac_verdict in_en(const char *text, const char *evidence) { return judge(en, AC_LANG_EN, text, evidence); }
static ac_verdict in_es(const char *text, const char *evidence) { return judge(es, AC_LANG_ES, text, evidence); }

AC_TEST(verify, what_the_evidence_says)
{
    CHECK(in_en("Pain in the left knee.", NULL) == AC_VERIFIED);
    CHECK(in_en("Metformin 500 mg twice daily.", "metformin 500 mg twice daily") == AC_VERIFIED);
    CHECK(in_en("History of pain.", "pain") == AC_VERIFIED);
    CHECK(in_es("Dolor en la rodilla izquierda.", NULL) == AC_VERIFIED);
    CHECK(in_es("Enalapril 2,5 mg al día.", NULL) == AC_VERIFIED);
}

AC_TEST(verify, what_was_stopped_is_told_as_stopped)
{
    static const char held[] = "Lisinopril was held for AKI.", suspendido[] = "Se ha suspendido enalapril.";
    CHECK(judge(held, AC_LANG_EN, "Stopped or on hold: lisinopril.", "Lisinopril was held") == AC_VERIFIED);
    CHECK(judge(held, AC_LANG_EN, "Treatment consists of lisinopril.", "Lisinopril was held") == AC_VERIFY_NEGATION);
    CHECK(judge(suspendido, AC_LANG_ES, "Suspendidos o en pausa: enalapril.", "suspendido enalapril") == AC_VERIFIED);
}

AC_TEST(verify, numbers)
{
    CHECK(in_en("Metformin 850 mg.", NULL) == AC_VERIFY_NUMBER);
    CHECK(in_en("Pain for 3 days.", "pain in the left knee for three days") == AC_VERIFIED);
    CHECK(in_en("Pain for 4 days.", "pain in the left knee for three days") == AC_VERIFY_NUMBER);
    CHECK(in_en("Pain 500 mg.", "pain in the left knee") == AC_VERIFY_NUMBER);
    CHECK(in_en("Metformin 500 mg.", "pain in the left knee") == AC_VERIFY_DRUG); /* the first fault in the text's order */
    CHECK(in_en("BP 120/80 mmHg.", NULL) == AC_VERIFIED);
    CHECK(in_en("BP 120/90 mmHg.", NULL) == AC_VERIFY_NUMBER);
    CHECK(in_es("Enalapril 25 mg.", NULL) == AC_VERIFY_NUMBER);
    CHECK(in_es("Dolor desde hace 3 días.", "Dolor en la rodilla izquierda desde hace tres días") == AC_VERIFIED);
}

AC_TEST(verify, units)
{
    CHECK(in_en("Metformin 500 g.", NULL) == AC_VERIFY_UNIT);
    CHECK(in_en("Metformin 500 ml.", NULL) == AC_VERIFY_UNIT); /* "ml" is in the evidence, beside another number */
    CHECK(in_en("Saline 20 mg.", NULL) == AC_VERIFY_UNIT);
    CHECK(in_en("Saline 20 ml.", NULL) == AC_VERIFIED);
    CHECK(in_en("Metformin 500 milligrams.", NULL) == AC_VERIFIED); /* the same unit, written out */
}

AC_TEST(verify, drugs)
{
    CHECK(in_en("Takes warfarin.", NULL) == AC_VERIFY_DRUG);
    CHECK(in_en("Takes metformin.", "pain in the left knee") == AC_VERIFY_DRUG);
    CHECK(in_en("Given acetaminophen 650 mg.", "Tylenol 650 mg") == AC_VERIFIED); /* the same substance */
    CHECK(in_es("Toma losartán.", NULL) == AC_VERIFY_DRUG);
}

AC_TEST(verify, sides)
{
    CHECK(in_en("Pain in the right knee.", NULL) == AC_VERIFY_SIDE);
    CHECK(in_en("Bilateral knee pain.", NULL) == AC_VERIFY_SIDE);
    CHECK(in_es("Dolor en la rodilla derecha.", NULL) == AC_VERIFY_SIDE);
}

AC_TEST(verify, negation)
{
    CHECK(in_en("No fever or cough.", NULL) == AC_VERIFIED);
    CHECK(in_en("Denies fever.", "No fever or cough.") == AC_VERIFIED);
    CHECK(in_en("Fever.", "No fever or cough.") == AC_VERIFY_NEGATION);
    CHECK(in_en("Reports fever.", "fever") == AC_VERIFY_NEGATION);
    CHECK(in_en("Denies pain.", "pain in the left knee") == AC_VERIFY_NEGATION);
    CHECK(in_es("Fiebre.", "Niega fiebre.") == AC_VERIFY_NEGATION && in_es("fiebre", "Niega fiebre.") == AC_VERIFY_NEGATION);
    CHECK(in_es("Sin fiebre.", "Niega fiebre.") == AC_VERIFIED);
}

AC_TEST(verify, a_negation_stays_with_what_it_negates)
{
    static const char text[] = "No fever, but a dry cough. Chest pain since Monday; no pain on exertion. Dr. Obi found no rash.";
    CHECK(judge(text, AC_LANG_EN, "Fever, no cough.", text) == AC_VERIFY_NEGATION);
    CHECK(judge(text, AC_LANG_EN, "No dry cough.", text) == AC_VERIFY_NEGATION);
    CHECK(judge(text, AC_LANG_EN, "Rash, fever.", text) == AC_VERIFY_NEGATION);
    CHECK(judge(text, AC_LANG_EN, "Dry cough without fever.", text) == AC_VERIFIED);
    CHECK(judge(text, AC_LANG_EN, "Fever was denied.", text) == AC_VERIFIED);
    CHECK(judge(text, AC_LANG_EN, "Chest pain.", text) == AC_VERIFIED); /* its pain is not the one that is denied */
    CHECK(judge(text, AC_LANG_EN, text, text) == AC_VERIFIED);
}

AC_TEST(verify, a_hedge_is_not_lost)
{
    static const struct {
        const char *note, *text;
        ac_lang lang;
        ac_verdict verdict;
    } rows[] = {
        { "Possible pneumonia.", "Pneumonia.", AC_LANG_EN, AC_VERIFY_HEDGE },
        { "Possible pneumonia.", "Possible pneumonia.", AC_LANG_EN, AC_VERIFIED },
        { "Possible pneumonia.", "To be confirmed: pneumonia.", AC_LANG_EN, AC_VERIFIED },
        { "FAMILY HISTORY: Mother had breast cancer.", "Breast cancer.", AC_LANG_EN, AC_VERIFY_HEDGE },
        { "FAMILY HISTORY: Mother had breast cancer.", "Breast cancer (mother).", AC_LANG_EN, AC_VERIFIED },
        { "FAMILY HISTORY: Mother had breast cancer.", "Family history: breast cancer.", AC_LANG_EN, AC_VERIFIED },
        { "Return if fever occurs.", "Fever.", AC_LANG_EN, AC_VERIFY_HEDGE },
        { "Return if fever occurs.", "Return if fever occurs.", AC_LANG_EN, AC_VERIFIED },
        { "Possible pneumonia. Later the pneumonia was seen.", "Pneumonia.", AC_LANG_EN, AC_VERIFIED },
        { "Posible neumonía.", "Neumonía.", AC_LANG_ES, AC_VERIFY_HEDGE },
        { "Posible neumonía.", "Por confirmar: neumonía.", AC_LANG_ES, AC_VERIFIED },
        { "Probable neumonía.", "Probable neumonía.", AC_LANG_ES, AC_VERIFIED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(judge(rows[i].note, rows[i].lang, rows[i].text, rows[i].note) == rows[i].verdict);
}

AC_TEST(verify, invented_diseases)
{
    CHECK(in_en("Pneumonia.", NULL) == AC_VERIFY_FINDING);
    CHECK(in_en("History of stroke, pain.", NULL) == AC_VERIFY_FINDING);
    CHECK(in_es("Neumonía.", NULL) == AC_VERIFY_FINDING);
}

AC_TEST(verify, evidence_must_lie_in_the_note)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    ac_note note = ac_test_note(a, en, AC_LANG_EN);
    ac_span bad[] = { { 5, 5 }, { 9, 3 }, { 0, 100000 } };
    ac_verdict v = AC_VERIFIED;
    ac_spans none = { 0 };
    CHECK(ac_verify(&note, AC_SV("pain"), &none, a, &v, NULL) == AC_OK && v == AC_VERIFY_NO_EVIDENCE);
    for (size_t i = 0; i < 3; i++) {
        ac_spans s = { &bad[i], 1, 1 };
        CHECK(ac_verify(&note, AC_SV("pain"), &s, a, &v, NULL) == AC_OK && v == AC_VERIFY_NO_EVIDENCE);
    }
}

AC_TEST(verify, dates_that_were_worked_out)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    ac_note note = { .arena = a, .text = ac_sv_z(en), .lang = AC_LANG_EN };
    ac_span span = { 0, (uint32_t)strlen(en) };
    ac_spans spans = { &span, 1, 1 };
    ac_verdict v;
    note = ac_test_note(a, en, AC_LANG_EN);
    for (size_t i = 0; i < note.times.n; i++)
        if (note.times.at[i].kind == AC_TIME_RELATIVE)
            note.times.at[i].date = (ac_date) { 2024, 3, 8 };
    CHECK(ac_verify(&note, AC_SV("2024-03-08 seen"), &spans, a, &v, NULL) == AC_OK && v == AC_VERIFIED);
    CHECK(ac_verify(&note, AC_SV("2024-03-09 seen"), &spans, a, &v, NULL) == AC_OK && v == AC_VERIFY_NUMBER);
}

AC_TEST(verify, what_fails_leaves_the_result)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    ac_note note = ac_test_note(a, en, AC_LANG_EN);
    ac_span span = { 0, (uint32_t)strlen(en) }, nowhere = { 1, 1 };
    ac_spans all = { &span, 1, 1 }, bad = { &nowhere, 1, 1 };
    ac_item items[] = { { AC_SV("Pain in the right knee."), all, AC_NONE }, { AC_SV("Pain in the left knee."), all, AC_NONE },
                        { AC_SV("Warfarin."), all, AC_NONE } };
    ac_event events[] = { { .item = items[1] }, { .item = items[2] } };
    ac_symptom_item symptoms[] = { { .name = AC_SV("pain"), .duration = AC_SV("9 days"), .evidence = all },
                                   { .name = AC_SV("pain"), .duration = AC_SV("three days"), .evidence = all } };
    ac_finding findings[] = { { .item = { AC_SV("Goal below 130."), all, AC_NONE } }, { .item = { AC_SV("x"), bad, AC_NONE } } };
    ac_result r = { .note = &note, .soap.plan = { items, 3, 3 }, .timeline = { events, 2, 2 }, .guidelines = { findings, 2, 2 },
                    .clinical_summary.symptoms = { symptoms, 2, 2 } };
    CHECK(ac_verify_result(&r, a, NULL) == AC_OK);
    CHECK(r.soap.plan.n == 1 && ac_sv_eq(r.soap.plan.at[0].text, AC_SV("Pain in the left knee.")));
    CHECK(r.timeline.n == 1 && r.clinical_summary.symptoms.n == 1 && r.guidelines.n == 1 && r.unsupported.n == 5);
}

AC_TEST(verify, a_full_arena_is_an_error)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24), *tiny = ac_arena_new(300);
    ac_note note = ac_test_note(a, en, AC_LANG_EN);
    ac_span span = { 0, (uint32_t)strlen(en) };
    ac_spans all = { &span, 1, 1 };
    ac_item item = { AC_SV("warfarin"), all, AC_NONE };
    ac_result r = { .note = &note, .soap.plan = { &item, 1, 1 } };
    ac_verdict v;
    CHECK(ac_verify(&note, AC_SV("some words of a statement"), &all, tiny, &v, NULL) == AC_ELIMIT);
    CHECK(ac_verify_result(&r, tiny, NULL) == AC_ELIMIT);
}

AC_TEST(verify, long_statements_take_linear_time)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 28);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (size_t i = 0; i < 20000; i++)
        ac_sb_add(&text, AC_SV("pain 5 mg "));
    ac_sb_add_char(&text, '\0');
    ac_note note = ac_test_note(a, text.p, AC_LANG_EN);
    ac_span span = { 0, (uint32_t)note.text.n };
    ac_spans all = { &span, 1, 1 };
    ac_verdict v;
    CHECK(ac_verify(&note, note.text, &all, a, &v, NULL) == AC_OK && v == AC_VERIFIED);
}
