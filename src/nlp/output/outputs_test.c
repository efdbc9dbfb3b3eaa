/* The four outputs on notes analysed from their text: what they say, and that each statement proves itself. */
#include "kit/test.h"

#include "nlp/output/clinical_summary.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/pipeline.h"
#include "nlp/output/render.h"
#include "nlp/output/soap.h"
#include "nlp/output/speech.h"
#include "nlp/output/summary.h"
#include "nlp/output/timeline.h"
#include "nlp/output/verify.h"

#include <string.h>

typedef struct {
    ac_arena *arena;
    ac_note note;
    ac_result result;
} made;

static bool make(made *m, const char *text, ac_lang lang)
{
    m->arena = ac_arena_new((size_t)1 << 28);
    m->note = (ac_note) { .arena = m->arena, .text = ac_sv_z(text), .lang = lang };
    m->result = (ac_result) { .note = &m->note };
    return ac_analyse(&m->note, NULL) == AC_OK &&
           ac_clinical_summary_make(&m->note, &m->result.clinical_summary, NULL) == AC_OK &&
           ac_soap_make(&m->note, &m->result.soap, NULL) == AC_OK &&
           ac_patient_summary_make(&m->note, &m->result.summary, NULL) == AC_OK &&
           ac_timeline_make(&m->note, &m->result.timeline, NULL) == AC_OK;
}

static void done(made *m) { ac_arena_free(m->arena); }

static bool has(const ac_items *items, const char *text)
{
    for (size_t i = 0; i < items->n; i++)
        if (ac_sv_eq(items->at[i].text, ac_sv_z(text)))
            return true;
    return false;
}

static bool mentions(const ac_items *items, const char *words)
{
    for (size_t i = 0; i < items->n; i++)
        if (memmem(items->at[i].text.p, items->at[i].text.n, words, strlen(words)))
            return true;
    return false;
}

static bool proves(const made *m, const ac_items *items)
{
    for (size_t i = 0; i < items->n; i++) {
        const ac_spans *e = &items->at[i].evidence;
        if (!e->n || !items->at[i].text.n)
            return false;
        for (size_t k = 0; k < e->n; k++)
            if (e->at[k].begin >= e->at[k].end || e->at[k].end > m->note.text.n ||
                (k && e->at[k].begin < e->at[k - 1].end))
                return false;
    }
    return true;
}

static bool all_proven(const made *m)
{
    const ac_clinical_summary *c = &m->result.clinical_summary;
    const ac_soap *s = &m->result.soap;
    const ac_patient_summary *p = &m->result.summary;
    const ac_items *lists[] = { &c->risk_factors,
                                &c->relevant_conditions,
                                &c->medications,
                                &c->allergies,
                                &c->vitals,
                                &c->labs,
                                &c->procedures,
                                &c->narrative,
                                &s->subjective,
                                &s->objective,
                                &s->assessment,
                                &s->plan,
                                &p->top,
                                &p->problems,
                                &p->medications,
                                &p->allergies,
                                &p->results,
                                &p->procedures,
                                &p->chronology,
                                &p->follow_up,
                                &p->contradictions,
                                &p->questions };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        if (!proves(m, lists[i]))
            return false;
    return true;
}

static const char visit[] =
    "Date of visit: 05/10/2023\n\n"
    "CHIEF COMPLAINT: Chest pain.\n\n"
    "HISTORY OF PRESENT ILLNESS: The patient is a 62-year-old woman with severe chest pain for 2 hours. She denies "
    "fever. "
    "She had a myocardial infarction in 2018.\n\n"
    "PAST MEDICAL HISTORY: Hypertension, type 2 diabetes. Right knee osteoarthritis.\n\n"
    "MEDICATIONS: Metformin 500 mg PO BID, lisinopril 10 mg daily, aspirin. Amoxicillin 500 mg TID.\n\n"
    "ALLERGIES: Penicillin (rash), amoxicillin.\n\n"
    "SOCIAL HISTORY: Current smoker.\n\n"
    "FAMILY HISTORY: Father died of myocardial infarction.\n\n"
    "VITALS: BP 182/101, HR 110, SpO2 91%.\n\n"
    "LABS: Troponin 2.5 ng/mL (H), potassium 6.9 mmol/L, Hgb 13.2 g/dL.\n\n"
    "ASSESSMENT AND PLAN:\n1. Acute NSTEMI. Start heparin.\n2. Possible pneumonia. Chest x-ray pending.\n"
    "3. Left knee osteoarthritis.\nFollow up in 2 weeks. This 65-year-old woman was admitted.\n";

AC_TEST(outputs, clinical_summary_of_a_visit)
{
    made m;
    CHECK(make(&m, visit, AC_LANG_EN));
    const ac_clinical_summary *c = &m.result.clinical_summary;
    CHECK(c->has_age && c->age == 62 && ac_sv_eq(c->gender, AC_SV("female")));
    CHECK(c->symptoms.n >= 1 && ac_sv_eq(c->symptoms.at[0].name, AC_SV("chest pain")));
    CHECK(ac_sv_eq(c->symptoms.at[0].severity, AC_SV("severe")));
    CHECK(has(&c->medications, "lisinopril 10 mg daily"));
    CHECK(has(&c->medications, "Metformin 500 mg PO BID"));
    CHECK(has(&c->vitals, "BP 182/101 (critically high)"));
    CHECK(!mentions(&c->relevant_conditions, "pneumonia")); /* only possible */
    CHECK(mentions(&c->risk_factors, "myocardial infarction (Father)"));
    CHECK(c->narrative.n >= 3 && c->narrative.n <= 6);
    CHECK(mentions(&c->narrative, "62-year-old woman with severe chest pain for 2 hours"));
    CHECK(!mentions(&c->narrative, "fever"));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, patient_summary_finds_what_does_not_fit)
{
    made m;
    CHECK(make(&m, visit, AC_LANG_EN));
    const ac_patient_summary *p = &m.result.summary;
    CHECK(p->top.n == 3);
    CHECK(mentions(&p->top, "chest pain") && mentions(&p->top, "critically") && mentions(&p->top, "NSTEMI"));
    CHECK(has(&p->contradictions, "Listed as a medication and as an allergy: Amoxicillin."));
    CHECK(mentions(&p->contradictions, "Different ages: 62"));
    CHECK(has(&p->contradictions, "Different sides: Right knee osteoarthritis; Left knee osteoarthritis."));
    CHECK(has(&p->questions, "To be confirmed: pneumonia."));
    CHECK(has(&p->questions, "Dose to be clarified: aspirin."));
    CHECK(mentions(&p->questions, "pending"));
    CHECK(mentions(&p->follow_up, "Follow up in 2 weeks"));
    CHECK(has(&p->problems, "Possible: pneumonia"));
    CHECK(p->results.n && ac_sv_eq(p->results.at[0].text, AC_SV("BP 182/101 (critically high)")));
    CHECK(mentions(&p->chronology, "2018"));
    done(&m);
}

AC_TEST(outputs, soap_keeps_the_sentences_of_sections)
{
    made m;
    CHECK(make(&m, visit, AC_LANG_EN));
    const ac_soap *s = &m.result.soap;
    CHECK(has(&s->subjective, "Chest pain.") && has(&s->subjective, "She denies fever."));
    CHECK(mentions(&s->objective, "BP 182/101"));
    CHECK(has(&s->assessment, "Acute NSTEMI.") && has(&s->assessment, "Possible pneumonia."));
    CHECK(has(&s->plan, "Start heparin.") && has(&s->plan, "Follow up in 2 weeks."));
    done(&m);
}

AC_TEST(outputs, timeline_is_ascending_and_dated)
{
    made m;
    CHECK(make(&m, visit, AC_LANG_EN));
    const ac_timeline *t = &m.result.timeline;
    CHECK(t->n >= 2 && t->at[0].date.year == 2018);
    const ac_items first = { .at = &t->at[0].item, .n = 1 };
    CHECK(mentions(&first, "yocardial infarction") && !mentions(&first, "2018")); /* the date stands beside it */
    CHECK(mentions(&m.result.summary.chronology, "yocardial infarction (2018)"));
    for (size_t i = 1; i < t->n; i++)
        CHECK(t->at[i - 1].date.year <= t->at[i].date.year);
    done(&m);
}

AC_TEST(outputs, contradictions_need_two_firm_statements)
{
    made m;
    CHECK(make(&m,
               "PAST MEDICAL HISTORY: Asthma. Hypertension.\nASSESSMENT: The patient does not have asthma. "
               "Chest pain resolved; no chest pain today.\n"
               "LABS: Potassium 4.0 mmol/L on 03/04/2023. Potassium 5.9 mmol/L on 03/04/2023. "
               "Sodium 140 mmol/L on 03/04/2023. Sodium 128 mmol/L on 03/05/2023.\n",
               AC_LANG_EN));
    const ac_items *c = &m.result.summary.contradictions;
    CHECK(mentions(c, "Said to be present and absent: Asthma"));
    CHECK(!mentions(c, "pain") && !mentions(c, "Hypertension"));
    CHECK(mentions(c, "Different values on one date: Potassium 4.0 mmol/L"));
    CHECK(!mentions(c, "Sodium")); /* another day, another value */
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, what_comes_next_is_no_allergy)
{
    made m;
    CHECK(make(&m,
               "ASSESSMENT: COPD exacerbation.\nALLERGIES: NKDA\nFollow up with Dr. Singh in 1 week. Return if fever.\n",
               AC_LANG_EN));
    CHECK(mentions(&m.result.soap.plan, "Follow up with Dr. Singh") && mentions(&m.result.soap.plan, "Return if fever"));
    CHECK(mentions(&m.result.soap.subjective, "Allergies: NKDA") && !mentions(&m.result.soap.subjective, "Singh"));
    done(&m);
}

AC_TEST(outputs, a_consistent_note_raises_nothing)
{
    made m;
    CHECK(make(&m,
               "A 50-year-old man with asthma. Father died at age 70. Left knee pain. Right knee pain. "
               "MEDICATIONS: Albuterol 90 mcg. Ibuprofen stopped.\nALLERGIES: Penicillin.\nROS: Negative for asthma.\n",
               AC_LANG_EN));
    CHECK(m.result.summary.contradictions.n == 0);
    done(&m);
}

static const char visita[] =
    "Fecha de ingreso: 12/03/2021\nMOTIVO DE CONSULTA\nDisnea.\n"
    "ANTECEDENTES PERSONALES\nHipertensión arterial, diabetes mellitus tipo 2. Fumador. Alergia a penicilina. "
    "Apendicectomía en 2010.\nTRATAMIENTO HABITUAL\nMetformina 850 mg cada 12 horas. Enalapril.\n"
    "ENFERMEDAD ACTUAL\nMujer de 67 años que acude por disnea desde hace 3 días. Niega fiebre.\n"
    "EXPLORACIÓN\nTA 165/95 mmHg. Edemas en pierna izquierda.\nPRUEBAS\nPotasio 6,9 mEq/L.\n"
    "DIAGNÓSTICO\nNeumonía. Posible tromboembolismo pulmonar.\nPLAN\nSe solicita angio-TC. Control en 2 semanas.\n";

AC_TEST(outputs, spanish_note_is_told_in_spanish)
{
    made m;
    CHECK(make(&m, visita, AC_LANG_ES));
    const ac_clinical_summary *c = &m.result.clinical_summary;
    CHECK(c->age == 67 && ac_sv_eq(c->gender, AC_SV("femenino")));
    CHECK(c->symptoms.n && ac_sv_eq(c->symptoms.at[0].name, AC_SV("disnea")));
    CHECK(mentions(&c->narrative, "Paciente femenino de 67 años con disnea"));
    CHECK(mentions(&c->medications, "850 mg cada 12 horas"));
    CHECK(mentions(&c->labs, "Potasio 6,9 mEq/L (críticamente alto)"));
    CHECK(has(&m.result.soap.subjective, "Niega fiebre.") && has(&m.result.soap.plan, "Se solicita angio-TC."));
    CHECK(has(&m.result.summary.questions, "Por confirmar: tromboembolismo pulmonar."));
    CHECK(has(&m.result.summary.questions, "Dosis por aclarar: Enalapril."));
    CHECK(mentions(&m.result.summary.follow_up, "Control en 2 semanas"));
    CHECK(m.result.timeline.n && m.result.timeline.at[0].date.year == 2010);
    CHECK(all_proven(&m));
    done(&m);
}

static const char talk[] =
    "[doctor] hi , how are you ?\n[patient] i'm doing okay .\n"
    "[doctor] so mary is a 50-year-old female with a past medical history significant for hypertension who presents "
    "today .\n"
    "[doctor] so what's going on ?\n"
    "[patient] um , i've been having a , a cough for two weeks , you know , and i do n't have any energy .\n"
    "[doctor] any chest pain or shortness of breath ?\n[patient] no .\n"
    "[patient] i take lisinopril 20 milligrams every day .\n"
    "[doctor] okay . on exam your lungs are clear and your right knee has some swelling , okay ?\n[patient] okay .\n"
    "[doctor] so i think you have acute bronchitis .\n"
    "[doctor] i'd like to order a chest x-ray , all right ?\n"
    "[doctor] i'm gon na start you on azithromycin 250 milligrams once a day .\n[patient] thank you .\n";

AC_TEST(outputs, dialogue_becomes_a_note)
{
    made m;
    CHECK(make(&m, talk, AC_LANG_EN));
    const ac_soap *s = &m.result.soap;
    CHECK(m.note.dialogue);
    CHECK(mentions(&s->subjective, "having a cough for two weeks, and"));
    CHECK(mentions(&s->subjective, "does not have any energy"));
    CHECK(mentions(&s->subjective, "takes lisinopril 20 milligrams every day"));
    CHECK(!mentions(&s->subjective, "doing okay") && !mentions(&s->subjective, "um"));
    CHECK(mentions(&s->objective, "lungs are clear"));
    CHECK(mentions(&s->objective, "right knee")); /* "right" is a side here, no filler */
    CHECK(!mentions(&s->objective, "okay"));
    CHECK(mentions(&s->assessment, "acute bronchitis"));
    CHECK(mentions(&s->plan, "We will order a chest x-ray."));
    CHECK(mentions(&s->plan, "start the patient on azithromycin 250 milligrams once a day") ||
          mentions(&s->plan, "start her on azithromycin 250 milligrams once a day"));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, answers_are_told_and_questions_are_not)
{
    made m;
    CHECK(make(&m, talk, AC_LANG_EN));
    CHECK(!mentions(&m.result.soap.subjective, "Reports chest pain"));
    CHECK(!mentions(&m.result.clinical_summary.narrative, "chest pain"));
    CHECK(!mentions(&m.result.summary.top, "chest pain"));
    done(&m);
}

AC_TEST(outputs, a_confirmed_medication_and_a_hedged_opinion_are_told)
{
    static const char said[] = "[doctor] are you still taking the lisinopril?\n[patient] yes, twenty milligrams every morning.\n"
                               "[doctor] are you taking metformin?\n[patient] no, i stopped it.\n"
                               "[doctor] i think this is a medial meniscus tear.\n[patient] okay.\n";
    made m;
    CHECK(make(&m, said, AC_LANG_EN));
    const ac_soap *s = &m.result.soap;
    CHECK(mentions(&s->subjective, "Takes lisinopril twenty milligrams every morning"));
    CHECK(!mentions(&s->subjective, "metformin"));
    CHECK(mentions(&s->assessment, "I think this is a medial meniscus tear."));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, text_without_sections_is_sorted_by_content)
{
    made m;
    CHECK(make(&m,
               "62 yo man complains of cough for 3 days. BP 120/80, temperature 38.5 C. Findings are consistent with "
               "pneumonia. Recommend amoxicillin 500 mg TID. Follow up in one week. The weather was fine.",
               AC_LANG_EN));
    const ac_soap *s = &m.result.soap;
    CHECK(mentions(&s->subjective, "cough for 3 days"));
    CHECK(mentions(&s->objective, "BP 120/80"));
    CHECK(mentions(&s->assessment, "consistent with pneumonia"));
    CHECK(mentions(&s->plan, "amoxicillin") && mentions(&s->plan, "Follow up in one week"));
    CHECK(!mentions(&s->subjective, "weather"));
    done(&m);
}

AC_TEST(outputs, every_statement_passes_the_verifier)
{
    const struct {
        const char *text;
        ac_lang lang;
    } notes[] = { { visit, AC_LANG_EN }, { visita, AC_LANG_ES }, { talk, AC_LANG_EN } };
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        made m;
        CHECK(make(&m, notes[i].text, notes[i].lang));
        CHECK(ac_verify_result(&m.result, m.arena, NULL) == AC_OK);
        CHECK(m.result.unsupported.n == 0);
        done(&m);
    }
}

AC_TEST(outputs, poor_and_hostile_text_is_survived)
{
    static const char *const texts[] = { " ",
                                         "?",
                                         ", , , .",
                                         "[doctor] \n[patient] \n[doctor] ?\n[patient] ,",
                                         "i i i i i i",
                                         "you you , you ?",
                                         "\xC3\xB1 \xE2\x80\x94 \xF0\x9F\x98\x80",
                                         "1. 2. 3. - - -",
                                         "ASSESSMENT:" };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        made m;
        CHECK(make(&m, texts[i], i % 2 ? AC_LANG_ES : AC_LANG_EN));
        CHECK(all_proven(&m));
        done(&m);
    }
}

AC_TEST(outputs, long_repetition_stays_linear)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 21);
    ac_sb_add(&b, AC_SV("[doctor] hello there .\n[patient] hi .\n"));
    for (int i = 0; i < 4000; i++)
        ac_sb_add(&b, AC_SV("[patient] i i i , i have chest pain , you know , and no fever .\n"));
    ac_sb_add_char(&b, '\0');
    made m;
    CHECK(make(&m, b.p, AC_LANG_EN));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, a_full_arena_is_an_error_and_not_a_half_output)
{
    made m;
    CHECK(make(&m, visit, AC_LANG_EN));
    ac_arena *big = m.note.arena;
    for (size_t room = 64; room < 60000; room = room * 3 / 2) {
        AC_AUTO_PTR(ac_arena) small = ac_arena_new(room);
        m.note.arena = small;
        ac_clinical_summary c;
        ac_soap s;
        ac_patient_summary p;
        ac_timeline t;
        ac_rc rc[] = { ac_clinical_summary_make(&m.note, &c, NULL), ac_soap_make(&m.note, &s, NULL),
                       ac_patient_summary_make(&m.note, &p, NULL), ac_timeline_make(&m.note, &t, NULL) };
        for (size_t i = 0; i < sizeof rc / sizeof rc[0]; i++)
            CHECK(rc[i] == AC_OK || rc[i] == AC_ELIMIT);
    }
    m.note.arena = big;
    done(&m);
}

AC_TEST(outputs, an_event_that_is_planned_says_so)
{
    made m = { 0 };
    CHECK(make(&m, "Plan:\nColonoscopy is scheduled for 2024-03-01.\n", AC_LANG_EN) && m.result.timeline.n == 1);
    CHECK(m.result.timeline.n == 1 && ac_sv_eq(m.result.timeline.at[0].item.text, AC_SV("Planned: Colonoscopy")));
    CHECK(has(&m.result.summary.chronology, "Planned: Colonoscopy (2024-03-01)"));
    done(&m);
}

AC_TEST(outputs, the_same_note_gives_the_same_words)
{
    made a = { 0 }, b = { 0 };
    CHECK(make(&a, talk, AC_LANG_EN) && make(&b, talk, AC_LANG_EN));
    CHECK(a.result.soap.plan.n == b.result.soap.plan.n);
    for (size_t i = 0; i < a.result.soap.plan.n && i < b.result.soap.plan.n; i++)
        CHECK(ac_sv_eq(a.result.soap.plan.at[i].text, b.result.soap.plan.at[i].text));
    done(&a);
    done(&b);
}

AC_TEST(outputs, statements_stand_by_themselves)
{
    made m;
    CHECK(make(&m,
               "DISCHARGE SUMMARY\n\nPatient: Margaret Oyelaran\nMRN: 4471-902\nDate of Admission: 02/03/2024\n\n"
               "She is an 80-year-old woman with cough.\n\n"
               "ALLERGIES: Penicillin (rash).\n\nPAST MEDICAL HISTORY: Hypertension, eczema.\n\nCOMPLICATIONS: None.\n\n"
               "LABS:\nSodium   128  L  mmol/L  135-145\nPotassium  5.9  H  mmol/L  3.5-5.1\neGFR  24  mL/min/1.73m2\n\n"
               "ASSESSMENT:\n1. Pneumonia.\n2. Hyponatremia.\n\n"
               "PLAN: Call her daughter Anna at (555) 014-2299 with the results.\n\n"
               "Electronically signed by Samuel Whitcombe, MD, 02/09/2024 14:20\n",
               AC_LANG_EN));
    const ac_soap *s = &m.result.soap;
    const ac_items *parts[] = { &s->subjective, &s->objective, &s->assessment, &s->plan };
    for (size_t i = 0; i < 4; i++)
        CHECK(!mentions(parts[i], "Oyelaran") && !mentions(parts[i], "4471") && !mentions(parts[i], "Whitcombe") &&
              !mentions(parts[i], "SUMMARY") && !mentions(parts[i], "1. "));
    CHECK(has(&s->subjective, "Allergies: penicillin (rash)."));
    CHECK(mentions(&s->subjective, "Past medical history: "));
    CHECK(has(&s->subjective, "She is an 80-year-old woman with cough."));
    CHECK(has(&s->objective, "Complications: None."));
    CHECK(has(&s->objective, "Sodium 128 L mmol/L 135-145.") && mentions(&s->objective, "eGFR 24"));
    CHECK(has(&s->assessment, "Pneumonia.") && has(&s->assessment, "Hyponatremia."));
    CHECK(mentions(&s->plan, "Call her daughter Anna"));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, the_specific_problem_stands_for_the_general_one)
{
    made m;
    CHECK(make(&m,
               "HPI: A 70-year-old man with pain. He has chest pain for 5 days. Lungs clear. Denies tobacco.\n"
               "PMH: Chronic kidney disease. Hypertension, myocardial infarction in 2015.\n"
               "ASSESSMENT: Stage 3 chronic kidney disease.\n"
               "PLAN: MRI of the brain. Stop lisinopril. Call if weight rises by 2 kg.\n"
               "MEDICATIONS: Lisinopril 10 mg daily. Metformin 500 mg daily for 7 days, then 1000 mg daily.\n",
               AC_LANG_EN));
    const ac_patient_summary *p = &m.result.summary;
    const ac_clinical_summary *c = &m.result.clinical_summary;
    CHECK(mentions(&p->problems, "tage 3 chronic kidney disease") && !has(&p->problems, "Chronic kidney disease"));
    CHECK(!has(&p->top, "pain"));
    for (size_t i = 0; i < c->symptoms.n; i++)
        CHECK(!ac_sv_eq(c->symptoms.at[i].name, AC_SV("pain")) && !ac_sv_eq(c->symptoms.at[i].name, AC_SV("Lungs clear")));
    CHECK(!mentions(&c->risk_factors, "tobacco"));
    CHECK(!mentions(&p->results, "2 kg"));
    CHECK(mentions(&c->medications, "Metformin 500 mg daily for 7 days, then 1000 mg daily"));
    CHECK(mentions(&p->chronology, "infarction (2015)") && !mentions(&p->chronology, "Hypertension"));
    CHECK(all_proven(&m));
    done(&m);
}

AC_TEST(outputs, a_drug_that_was_stopped_is_not_listed)
{
    made m;
    CHECK(make(&m,
               "TRATAMIENTO: enalapril 20 mg al día, metformina 850 mg cada 12 horas.\n"
               "PLAN: Suspender enalapril. Iniciar losartán 50 mg cada 24 horas.\n",
               AC_LANG_ES));
    CHECK(!mentions(&m.result.summary.medications, "enalapril"));
    CHECK(mentions(&m.result.summary.medications, "metformina") && mentions(&m.result.summary.medications, "losartán"));
    CHECK(mentions(&m.result.soap.plan, "Suspender enalapril"));
    done(&m);
}

AC_TEST(outputs, concepts_that_the_lists_pass_over_exist)
{
    static const char *const risks[] = { "never-smoker", "nondrinker", "pack-years", "sober" };
    static const char *const findings[] = { "clear-lungs", "well-appearing", "arm-pain-radiating", "pupils-equal-and-reactive" };
    for (size_t i = 0; i < 4; i++) {
        CHECK(ac_phrase_lists(AC_PHRASE_NO_RISK, ac_sv_z(risks[i])) && ac_concept_find(ac_sv_z(risks[i])) != AC_NONE);
        CHECK(ac_phrase_lists(AC_PHRASE_NO_COMPLAINT, ac_sv_z(findings[i])) && ac_concept_find(ac_sv_z(findings[i])) != AC_NONE);
    }
    CHECK(!ac_phrase_lists(AC_PHRASE_NO_RISK, AC_SV("current-smoker")) && !ac_phrase_lists(AC_PHRASE_NO_RISK, AC_SV("")));
}

AC_TEST(outputs, spanish_words_agree)
{
    made m;
    CHECK(make(&m,
               "Mujer de 40 años. Presenta tos, insomnio.\nDIAGNÓSTICO: Bronquitis aguda. Hipertensión arterial.\n"
               "TRATAMIENTO: Paracetamol 1 g. Ibuprofeno 600 mg.\n",
               AC_LANG_ES));
    const ac_items *n = &m.result.clinical_summary.narrative;
    CHECK(mentions(n, "Paciente femenino de 40 años con tos") && mentions(n, " e "));
    CHECK(!mentions(n, " y i") && !mentions(n, " y I") && !mentions(n, " y hip"));
    done(&m);
}
