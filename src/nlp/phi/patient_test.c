#include "nlp/phi/phi_testing.h"

#include "kit/test.h"

#include <stdio.h>

static ac_patient patient(ac_lang lang, ac_sv text)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    CHECK(ac_testing_note(&note, arena, text, lang));
    return note.patient;
}

static bool near(double a, double b) { return a - b < 0.01 && b - a < 0.01; }

AC_TEST(patient, age_and_sex_in_english)
{
    ac_patient p = patient(AC_LANG_EN, AC_SV("This is a 45-year-old male with chest pain."));
    CHECK(near(p.age, 45) && p.sex == AC_SEX_MALE && p.age_span.end > p.age_span.begin);
    p = patient(AC_LANG_EN, AC_SV("Mrs. Jones is 81 years old. Her father died at age 50."));
    CHECK(near(p.age, 81) && p.sex == AC_SEX_FEMALE);
    p = patient(AC_LANG_EN, AC_SV("She fell. She broke her wrist."));
    CHECK(p.sex == AC_SEX_FEMALE && !p.age_span.end);
    p = patient(AC_LANG_EN, AC_SV("Mr. Henry Jones was seen."));
    CHECK(p.sex == AC_SEX_MALE);
    p = patient(AC_LANG_EN, AC_SV("Echo showed EF 25% and severe MR. Creatinine peaked at 2.1."));
    CHECK(p.sex == AC_SEX_UNKNOWN);
    p = patient(AC_LANG_EN, AC_SV("History of MS since 2010. MS is stable."));
    CHECK(p.sex == AC_SEX_UNKNOWN);
    p = patient(AC_LANG_EN, AC_SV("Ms. Ana Jones was seen."));
    CHECK(p.sex == AC_SEX_FEMALE);
    p = patient(AC_LANG_EN, AC_SV("A 14-month-old boy was seen."));
    CHECK(near(p.age, 14.0 / 12) && p.sex == AC_SEX_MALE);
    static const char *const women[] = { "54F with CKD.", "54 F, presents with cough.\n", "ID: 54yo F with asthma.", "HPI: 54 y/o F here for cough.",
                                         "Jane Roe\n54/F seen for cough.", "54 year old F, cough.", "54yr F with cough.", "54-yo-F with cough." };
    for (size_t i = 0; i < sizeof women / sizeof women[0]; i++) {
        p = patient(AC_LANG_EN, ac_sv_z(women[i]));
        if (!near(p.age, 54) || p.sex != AC_SEX_FEMALE)
            printf("# %s\n", women[i]);
        CHECK(near(p.age, 54) && p.sex == AC_SEX_FEMALE && ac_span_len(p.sex_span) == 1);
    }
    p = patient(AC_LANG_EN, AC_SV("HPI: 72M with COPD presents with dyspnea."));
    CHECK(near(p.age, 72) && p.sex == AC_SEX_MALE);
    static const char *const nobody[] = { "Temp: 99 F with chills.", "T 101F, chills.", "A 30F catheter was placed.", "Placed a 14 F, then irrigated.",
                                          "BMI 30 M 20.", "Lead 54 F was bent." };
    for (size_t i = 0; i < sizeof nobody / sizeof nobody[0]; i++) {
        p = patient(AC_LANG_EN, ac_sv_z(nobody[i]));
        if (p.sex != AC_SEX_UNKNOWN || p.age_span.end)
            printf("# %s\n", nobody[i]);
        CHECK(p.sex == AC_SEX_UNKNOWN && !p.age_span.end);
    }
    p = patient(AC_LANG_EN, AC_SV("Knee pain for three weeks."));
    CHECK(p.sex == AC_SEX_UNKNOWN && !p.age_span.end && !p.name_span.end && !p.birth.year);
}

AC_TEST(patient, somebody_elses_age_is_not_taken)
{
    ac_patient p = patient(AC_LANG_EN, AC_SV("Her mother is 70 years old. The patient is a 40-year-old woman."));
    CHECK(near(p.age, 40) && p.sex == AC_SEX_FEMALE);
    p = patient(AC_LANG_ES, AC_SV("Madre de 60 años con asma. Paciente varón de 30 años."));
    CHECK(near(p.age, 30) && p.sex == AC_SEX_MALE);
}

AC_TEST(patient, spanish_header)
{
    ac_patient p = patient(AC_LANG_ES, AC_SV("Nombre: Blanca.\nApellidos: Ramos.\nFecha de nacimiento: 05/03/1996.\n"
                                             "Edad: 22 Sexo: M.\nFecha de Ingreso: 28/02/2018.\n"));
    CHECK(near(p.age, 22) && p.sex == AC_SEX_FEMALE);
    CHECK(p.birth.year == 1996 && p.birth.month == 3 && p.birth.day == 5);
    CHECK(ac_span_len(p.name_span) == 6);
    static const char *const men[] = { "Var\xC3\xB3n 72a con tos.", "Paciente var\xC3\xB3n de 72 a. que acude por tos." };
    for (size_t i = 0; i < sizeof men / sizeof men[0]; i++) {
        p = patient(AC_LANG_ES, ac_sv_z(men[i]));
        CHECK(near(p.age, 72) && p.sex == AC_SEX_MALE);
    }
    p = patient(AC_LANG_ES, AC_SV("Paciente mujer con tos. Ingresa en la 2a planta."));
    CHECK(!p.age_span.end && p.sex == AC_SEX_FEMALE);
    p = patient(AC_LANG_ES, AC_SV("Edad: 70 años Sexo: H."));
    CHECK(p.sex == AC_SEX_MALE);
    p = patient(AC_LANG_ES, AC_SV("Se atiende a D\xC3\xB1" "a. Carmen Ruiz L\xC3\xB3pez por tos."));
    CHECK(p.sex == AC_SEX_FEMALE);
    p = patient(AC_LANG_ES, AC_SV("La paciente ingresa por fiebre. El paciente refiere tos. La paciente mejora."));
    CHECK(p.sex == AC_SEX_FEMALE);
}
