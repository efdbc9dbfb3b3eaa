#include "nlp/text/section.h"

#include "kit/test.h"
#include "nlp/text/fold.h"
#include "nlp/text/token.h"

#include <stdio.h>

static ac_note sections_of(ac_arena *arena, ac_sv text, ac_lang lang)
{
    ac_note note = { .arena = arena, .text = text, .lang = lang };
    CHECK(ac_fold(text, arena, &note.folded, NULL) == AC_OK);
    CHECK(ac_step_sections(&note, NULL) == AC_OK);
    uint32_t at = 0;
    for (size_t i = 0; i < note.sections.n; i++) { /* they cover the text in order, headers inside */
        const ac_section *s = &note.sections.at[i];
        CHECK(s->span.begin == at && s->span.end >= s->header.end && s->type < AC_SECTION_SYSTEM);
        CHECK(ac_span_len(s->header) == 0 || s->header.begin >= s->span.begin);
        at = s->span.end;
    }
    CHECK(at == text.n);
    return note;
}

typedef struct {
    const char *text, *expected; /* "type(header) type(header) ..." */
} section_case;

static void check_cases(const section_case *rows, size_t n, ac_lang lang)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 22);
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(ac_sb) got = AC_SB(1 << 16);
        ac_note note = sections_of(arena, ac_sv_z(rows[i].text), lang);
        for (size_t k = 0; k < note.sections.n; k++) {
            ac_sb_add(&got, k ? AC_SV(" ") : AC_SV(""));
            ac_sb_add(&got, ac_section_name(note.sections.at[k].type));
            ac_sb_add_char(&got, '(');
            ac_sb_add(&got, ac_span_text(note.text, note.sections.at[k].header));
            ac_sb_add_char(&got, ')');
        }
        bool same = ac_sv_eq(ac_sb_view(&got), ac_sv_z(rows[i].expected));
        CHECK(same);
        if (!same)
            printf("# expected %s\n# got      %.*s\n", rows[i].expected, (int)got.n, got.p);
    }
}

#define CHECK_CASES(rows, lang) check_cases(rows, sizeof(rows) / sizeof(rows)[0], lang)

AC_TEST(section, english)
{
    static const section_case rows[] = {
        { "CHIEF COMPLAINT: Cough.\nHPI: Three days.", "chief_complaint(CHIEF COMPLAINT:) history_of_present_illness(HPI:)" },
        { "CHIEF COMPLAINT\n\nAnnual exam.\n\nPLAN\n\nRest", "chief_complaint(CHIEF COMPLAINT) plan(PLAN)" },
        { "Well.,MEDICATIONS: , None.,ALLERGIES:,None", "unknown() medications(MEDICATIONS:) allergies(ALLERGIES:)" },
        { "He is well. Assessment: cold. Plan: rest.", "unknown() assessment(Assessment:) plan(Plan:)" },
        { "Takes aspirin daily ALLERGIES: none SOCIAL HISTORY: smokes", "unknown() allergies(ALLERGIES:) social_history(SOCIAL HISTORY:)" },
        { "Stable. Allergies: penicillin (rash).\nBP 164/92, potassium 5.6.", "unknown() allergies(Allergies:) unknown()" },
        { "Stable. Allergies: penicillin.\n\nPLAN: rest", "unknown() allergies(Allergies:) plan(PLAN:)" },
        { "Stable. Allergies: penicillin,\nsulfa.", "unknown() allergies(Allergies:)" },
        { "ALLERGIES: NKDA\nFollow up with Dr. Roe.", "allergies(ALLERGIES:) unknown()" },
        { "ALLERGIES: NKDA\n\nLungs clear.", "allergies(ALLERGIES:) unknown()" },
        { "ALLERGIES: penicillin\nsulfa\nLatex - rash\nHeart regular.", "allergies(ALLERGIES:) unknown()" },
        { "ALLERGIES: penicillin\nAspirin 81 mg daily\n", "allergies(ALLERGIES:) unknown()" },
        { "ALLERGIES: She told us of a rash and of hives with\nPenicillin as a child.", "allergies(ALLERGIES:)" },
        { "ALLERGIES:\nstrawberries\nHe is well.", "allergies(ALLERGIES:)" },
        { "SOCIAL HISTORY: Does not smoke.\nDrinks.\nFollow-up in 2 weeks.", "social_history(SOCIAL HISTORY:) unknown()" },
        { "FAMILY HISTORY: Asthma.\nFather had a stroke.", "family_history(FAMILY HISTORY:)" },
        { "Stable. Plan: rest.\nReturn in a week.\n", "unknown() plan(Plan:)" },
        { "S: cough\nO: clear\nA/P: cold", "subjective(S:) objective(O:) assessment_and_plan(A/P:)" },
        { "S: cough O: clear A: cold P: rest", "subjective(S:) objective(O:) assessment(A:) plan(P:)" },
        { "S: well\nA/P: cold", "subjective(S:) assessment_and_plan(A/P:)" },
        { "D: any pain?\nP: yes\nS: no\nO: x", "unknown()" },
        { "P: 80\nR: 16", "unknown()" },
        { "MEDICATIONS ON ADMISSION: aspirin", "medications(MEDICATIONS ON ADMISSION:)" },
        { "Labs (03/04/2020): normal", "results(Labs (03/04/2020):)" },
        { "Plan for the next visit: rest", "plan(Plan for the next visit:)" },
        { "Data from the assays were as follows: high", "unknown()" },
        { "Plan - start metformin", "plan(Plan -)" },
        { "Plan \xE2\x80\x93 start metformin", "plan(Plan \xE2\x80\x93)" },
        { "IMPRESSION Normal study.", "impression(IMPRESSION)" },
        { "PE is suspected", "unknown()" },
        { "PAIN MANAGEMENT NOTE OF CARE:\nnone", "unknown(PAIN MANAGEMENT NOTE OF CARE:)" },
        { "UNUSUAL OPERATIVE FINDINGS:\nnone", "findings(UNUSUAL OPERATIVE FINDINGS:)" },
        { "ABNORMAL EATING HISTORY: yes", "unknown(ABNORMAL EATING HISTORY:)" },
        { "BP: 120/80\nHEMOGLOBIN: 12", "unknown()" },
        { "DOCTOR: hi\nPATIENT: hello", "unknown()" },
        { "EXAM:\nHEENT: normal\nNECK: supple\nTONSILS: red\nPLAN: x", "physical_exam(EXAM:) plan(PLAN:)" },
        { "SOCIAL HISTORY: smokes\nHEENT: normal", "social_history(SOCIAL HISTORY:) physical_exam(HEENT:)" },
        { "Vitals: 120/80\nHeart: regular", "vital_signs(Vitals:) physical_exam(Heart:)" },
        { "ASSESSMENT AND PLAN:\n1. Follow-up: soon\n- Medications: same", "assessment_and_plan(ASSESSMENT AND PLAN:)" },
        { "1. Allergies: none\n2. Medications: none", "allergies(Allergies:) medications(Medications:)" },
        { "## Allergies\nnone\n**Plan:** rest", "allergies(Allergies) plan(Plan:)" },
        { "Patient's current\nmedications were reviewed.", "unknown()" },
        { "meds: aspirin\nallergies: none", "medications(meds:) allergies(allergies:)" },
        { "Name: John\nDate of birth: 1950\nHPI: x", "demographics(Name:) history_of_present_illness(HPI:)" },
        { "Medical History.\nShe fell.", "past_medical_history(Medical History.)" },
        { "Alergias: no", "allergies(Alergias:)" },
        { "VALUES (ELISA-G: negative", "unknown()" },
        { "   \n PLAN: x", "plan(PLAN:)" },
        { "x", "unknown()" },
        { "", "" },
    };
    CHECK_CASES(rows, AC_LANG_EN);
}

AC_TEST(section, spanish)
{
    static const section_case rows[] = {
        { "Motivo de consulta: tos.\nAntecedentes: HTA.", "chief_complaint(Motivo de consulta:) past_medical_history(Antecedentes:)" },
        { "Datos del paciente.\nNombre: Ana.\nNHC: 3.\nInforme cl\xC3\xADnico del paciente: Mujer.",
          "demographics(Datos del paciente.) history_of_present_illness(Informe cl\xC3\xADnico del paciente:)" },
        { "EXPLORACI\xC3\x93N F\xC3\x8DSICA: normal\nJUICIO CL\xC3\x8DNICO: gripe", "physical_exam(EXPLORACI\xC3\x93N F\xC3\x8DSICA:) assessment(JUICIO CL\xC3\x8DNICO:)" },
        { "Exploracion fisica\nnormal", "physical_exam(Exploracion fisica)" },
        { "Mejora. Tratamiento: reposo. Evoluci\xC3\xB3n: buena.", "unknown() plan(Tratamiento:) hospital_course(Evoluci\xC3\xB3n:)" },
        { "Tratamiento al alta: aspirina", "discharge_medications(Tratamiento al alta:)" },
        { "Remitido por:Ana P\xC3\xA9rez", "signature(Remitido por:)" },
        { "Resumen de pruebas complementarias: TAC", "results(Resumen de pruebas complementarias:)" },
        { "Exploraci\xC3\xB3n: buena\nAbdomen: blando\nACP: normal", "physical_exam(Exploraci\xC3\xB3n:)" },
        { "Allergies: none", "allergies(Allergies:)" },
        { "Alergias: penicilina.\nExploraci\xC3\xB3n normal.", "allergies(Alergias:) unknown()" },
        { "Alergias: penicilina\nAmoxicilina (urticaria)\n\nRefiere tos.", "allergies(Alergias:) unknown()" },
        { "Alergias: no conocidas.\nEnalapril 20 mg al d\xC3\xAD" "a.", "allergies(Alergias:) unknown()" },
        { "Alergias: no.\nRevisi\xC3\xB3n en 2 semanas.", "allergies(Alergias:) unknown()" },
        { "El tratamiento fue: reposo", "unknown()" },
    };
    CHECK_CASES(rows, AC_LANG_ES);
}

AC_TEST(section, every_type_is_complete)
{
    for (ac_section_type t = 0; t < AC_SECTION_COUNT; t++) {
        CHECK(ac_section_name(t).n > 0);
        char soap = ac_section_soap(t);
        CHECK(soap == 'S' || soap == 'O' || soap == 'A' || soap == 'P' || soap == '-');
    }
    CHECK(ac_sv_eq(ac_section_loinc(AC_SECTION_ALLERGIES), AC_SV("48765-2")));
}
