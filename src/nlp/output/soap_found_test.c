#include "nlp/output/soap.h"

#include "kit/note.h"
#include "kit/test.h"

#include <stdio.h>
#include <string.h>

static bool has(const ac_items *items, ac_sv text)
{
    for (size_t i = 0; i < items->n; i++)
        if (ac_sv_eq(items->at[i].text, text))
            return true;
    return false;
}

/* The part of the SOAP note that holds the statement; '-' none. */
static char part_of(const char *text, ac_lang lang, const char *statement)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, text, lang);
    ac_soap soap;
    CHECK(ac_soap_make(&n, &soap, NULL) == AC_OK);
    const ac_items *parts[] = { &soap.subjective, &soap.objective, &soap.assessment, &soap.plan };
    for (size_t i = 0; i < 4; i++)
        if (has(parts[i], ac_sv_z(statement)))
            return "SOAP"[i];
    return '-';
}

typedef struct {
    const char *text, *statement;
    char part;
    ac_lang lang;
} row;

static void check_rows(const row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char got = part_of(rows[i].text, rows[i].lang, rows[i].statement);
        if (got != rows[i].part)
            printf("# %s [%s] %c\n", rows[i].text, rows[i].statement, got);
        CHECK(got == rows[i].part);
    }
}

AC_TEST(soap_found, lines_of_findings_under_the_patients_story)
{
    static const char en[] = "Subjective: Feels better. No chest pain.\nAfebrile. Lungs clear to auscultation bilaterally.\n"
                             "BP 130/80, HR 72.\nAbdomen soft, nontender.\nAssessment: Pneumonia.\nPlan: Continue ceftriaxone.\n",
                      es[] = "Subjetivo: Refiere mejoría.\nAfebril. Auscultación pulmonar: murmullo vesicular conservado.\n"
                             "TA 130/80, FC 72.\nPlan: alta.\n",
                      cc[] = "CC: cough\nCough for 3 days.\nT 38.1 HR 100 BP 120/70.\nCXR: right lower lobe infiltrate.\n"
                             "WBC 14.2, Cr 1.1\nFollow up in 1 week.\n";
    static const row rows[] = {
        { en, "Feels better.", 'S', AC_LANG_EN },
        { en, "No chest pain.", 'S', AC_LANG_EN },
        { en, "Afebrile.", 'O', AC_LANG_EN },
        { en, "Lungs clear to auscultation bilaterally.", 'O', AC_LANG_EN },
        { en, "BP 130/80, HR 72.", 'O', AC_LANG_EN },
        { en, "Abdomen soft, nontender.", 'O', AC_LANG_EN },
        { es, "Refiere mejoría.", 'S', AC_LANG_ES },
        { es, "Afebril.", 'O', AC_LANG_ES },
        { es, "Auscultación pulmonar: murmullo vesicular conservado.", 'O', AC_LANG_ES },
        { es, "TA 130/80, FC 72.", 'O', AC_LANG_ES },
        { cc, "Cough for 3 days.", 'S', AC_LANG_EN },
        { cc, "T 38.1 HR 100 BP 120/70.", 'O', AC_LANG_EN },
        { cc, "CXR: right lower lobe infiltrate.", 'O', AC_LANG_EN },
        { cc, "WBC 14.2, Cr 1.1.", 'O', AC_LANG_EN },
        { cc, "Follow up in 1 week.", 'P', AC_LANG_EN },
        { "S: Feels well. T 37.2 HR 88 BP 120/70.\nP: home", "T 37.2 HR 88 BP 120/70.", 'O', AC_LANG_EN },
        { "Progress note\nFeels better, no chest pain.\nBP 130/80, HR 72\n", "BP 130/80, HR 72.", 'O', AC_LANG_EN },
        { "Progress note\nFeels better, no chest pain.\nBP 130/80, HR 72\n", "Feels better, no chest pain.", 'S', AC_LANG_EN },
    };
    check_rows(rows, sizeof rows / sizeof rows[0]);
}

AC_TEST(soap_found, an_order_is_plan)
{
    static const row rows[] = {
        { "A/P: Pneumonia, improving. Continue ceftriaxone.", "Continue ceftriaxone.", 'P', AC_LANG_EN },
        { "Pneumonia, improving. Start azithromycin 500 mg daily.", "Start azithromycin 500 mg daily.", 'P', AC_LANG_EN },
        { "A/P:\n1. DM2: continue insulin glargine 10 units nightly.\n2. Rest", "DM2: continue insulin glargine 10 units nightly.", 'P', AC_LANG_EN },
        { "A/P: Sepsis. Continue IV fluids.", "Continue IV fluids.", 'P', AC_LANG_EN },
        { "ASSESSMENT AND PLAN:\n1. Hold lisinopril.\n2. Change in weight.", "Hold lisinopril.", 'P', AC_LANG_EN },
        { "ASSESSMENT AND PLAN: Change in weight noted.", "Change in weight noted.", 'A', AC_LANG_EN },
        { "HPI: Cough. Started azithromycin at home.", "Started azithromycin at home.", 'S', AC_LANG_EN },
        { "Neumonía. Mantener ceftriaxona.", "Mantener ceftriaxona.", 'P', AC_LANG_ES },
    };
    check_rows(rows, sizeof rows / sizeof rows[0]);
}

AC_TEST(soap_found, what_the_patient_tells_stays_his)
{
    static const row rows[] = {
        { "HPI: Cough. BP at home was 150/90.", "BP at home was 150/90.", 'S', AC_LANG_EN },
        { "HPI: Cough.\nBP was 150/90 when he checked it at home on his own.", "BP was 150/90 when he checked it at home on his own.", 'S', AC_LANG_EN },
        { "HPI: Cough.\nEdema for 2 weeks.", "Edema for 2 weeks.", 'S', AC_LANG_EN },
        { "HPI: Cough.\nNo chest pain, no fever.", "No chest pain, no fever.", 'S', AC_LANG_EN },
        { "HPI: Cough. Lungs were said to be clear last week.", "Lungs were said to be clear last week.", 'S', AC_LANG_EN },
        { "ROS: No edema.\nNo crackles.", "No crackles.", 'S', AC_LANG_EN },
        { "Anamnesis: Tos.\nRefiere edemas en las piernas.", "Refiere edemas en las piernas.", 'S', AC_LANG_ES },
        { "Anamnesis: Tos.\nEdemas desde hace 2 semanas.", "Edemas desde hace 2 semanas.", 'S', AC_LANG_ES },
    };
    check_rows(rows, sizeof rows / sizeof rows[0]);
}
