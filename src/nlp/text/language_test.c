#include "nlp/text/language.h"

#include "kit/test.h"

AC_TEST(language, short_and_long_texts)
{
    static const struct {
        const char *text;
        ac_lang lang;
    } rows[] = {
        { "pt c/o cough", AC_LANG_EN },
        { "Paciente de 45 a\xC3\xB1os con tos", AC_LANG_ES },
        { "PACIENTE VAR\xC3\x93N DE 70 A\xC3\x91OS", AC_LANG_ES },
        { "Dolor abdominal y fiebre", AC_LANG_ES },
        { "CHEST PAIN WITH NAUSEA", AC_LANG_EN },
        { "Jos\xC3\xA9 Mu\xC3\xB1oz is a 45-year-old male with pain", AC_LANG_EN },
        { "John Smith acude por dolor de cabeza desde hace tres d\xC3\xAD" "as", AC_LANG_ES },
        { "What did the doctor say about my blood pressure?", AC_LANG_EN },
        { "\xC2\xBF" "Cu\xC3\xA1l es mi tensi\xC3\xB3n?", AC_LANG_ES },
        { "Recomendaciones: reposo, hidrataci\xC3\xB3n abundante", AC_LANG_ES },
        { "aspirin 81 mg daily", AC_LANG_EN },
        { "sin antecedentes de interes", AC_LANG_ES },
        { "metformin", AC_LANG_EN },
        { "Name:    Ond\xC5\x99" "ej N\xC3\xA1vr\xC3\xA1til\nAddress:     12 Pr\xC3\xA1ter \xC3\xBAt 7.\nPhone: 12 34 56", AC_LANG_EN },
        { "\xC3\x93skar \xC3\x81g\xC3\xBAstsson lives at 22 Rue de Paris, La Marsa", AC_LANG_EN },
        { "Nombre: \xC3\x93scar Garc\xC3\xAD" "a\nDomicilio: Calle del Prado 7", AC_LANG_ES },
        { "SIN H\xC3\x81" "BITOS T\xC3\x93XICOS", AC_LANG_ES },
        { "", AC_LANG_EN },
        { "123 / 45", AC_LANG_EN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        double confidence = -1;
        CHECK(ac_detect_language(ac_sv_z(rows[i].text), &confidence) == rows[i].lang);
        CHECK(confidence >= 0 && confidence <= 1);
    }
    CHECK(ac_detect_language(AC_SV("la tos de la paciente"), NULL) == AC_LANG_ES);
}

AC_TEST(language, confidence_follows_the_evidence)
{
    double none, little, much;
    (void)ac_detect_language(AC_SV("12345"), &none);
    (void)ac_detect_language(AC_SV("the cough"), &little);
    (void)ac_detect_language(AC_SV("The patient was seen in the clinic with a cough and has been treated for it since then."), &much);
    CHECK(none == 0 && little > 0 && little < much && much > 0.9);
}
