#include "nlp/time/calendar.h"
#include "nlp/phi/phi_testing.h"

#include "kit/test.h"

#include <stdio.h>
#include <string.h>

static char shown[8192];

/* The de-identified text, NUL-terminated in a static buffer. */
static const char *deid(ac_lang lang, ac_deid_profile profile, ac_deid_mode mode, const char *text, uint64_t key)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    ac_deidentified out = { 0 };
    ac_deid_options o = { profile, mode, ac_testing_prf, &key };
    if (!ac_testing_note(&note, arena, ac_sv_z(text), lang) || ac_deidentify(&note, &o, &out, NULL) != AC_OK)
        return "failed";
    CHECK(out.replacements != NULL && ac_sv_eq(out.mode, ac_deid_mode_name(mode)));
    snprintf(shown, sizeof shown, "%.*s", (int)out.text.n, out.text.p);
    return shown;
}

static void expect(ac_lang lang, ac_deid_profile profile, ac_deid_mode mode, const char *text, const char *want)
{
    const char *got = deid(lang, profile, mode, text, 7);
    if (strcmp(got, want) != 0)
        printf("# want: %s\n# got:  %s\n", want, got);
    CHECK(strcmp(got, want) == 0);
}

AC_TEST(deid, names_of_profiles_and_modes)
{
    ac_deid_profile p;
    ac_deid_mode m;
    for (p = 0; p < AC_DEID_PROFILE_COUNT; p++) {
        ac_deid_profile back = AC_DEID_PROFILE_COUNT;
        CHECK(ac_deid_profile_from(ac_deid_profile_name(p), &back) && back == p);
    }
    for (m = 0; m < AC_DEID_MODE_COUNT; m++) {
        ac_deid_mode back = AC_DEID_MODE_COUNT;
        CHECK(ac_deid_mode_from(ac_deid_mode_name(m), &back) && back == m);
    }
    CHECK(!ac_deid_profile_from(AC_SV("none"), &p) && !ac_deid_mode_from(AC_SV(""), &m));
}

AC_TEST(deid, safe_harbor_keeps_years_states_and_ages_to_89)
{
    expect(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_TAG,
           "John Smith, a 45-year-old male from Texas, was seen on May 10th, 2023; surgery in 2019.",
           "[PATIENT], a 45-year-old male from Texas, was seen on [DATE]; surgery in 2019.");
    expect(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, "This is a 92-year-old woman.",
           "This is a 90+-year-old woman.");
    expect(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, "Mujer de 91 años con tos.", "Mujer de 90+ años con tos.");
    expect(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, "Dallas, TX 75201 and Keene, NH 03601-2222",
           "[LOCATION] 752 and [LOCATION] 000");
}

AC_TEST(deid, limited_data_set_keeps_dates_and_towns)
{
    expect(AC_LANG_EN, AC_DEID_LIMITED, AC_DEID_TAG,
           "John Smith of Dallas, TX 75201, 92 years old, came on May 10th, 2023. MRN: 12345",
           "[NAME] of Dallas, TX 75201, 92 years old, came on May 10th, 2023. MRN: [MRN]");
}

AC_TEST(deid, meddocan_hides_sex_and_kin_under_its_own_names)
{
    expect(AC_LANG_ES, AC_DEID_MEDDOCAN, AC_DEID_TAG, "Sexo: H.\nSu madre y NHC: 368503.",
           "Sexo: [SEXO_SUJETO_ASISTENCIA].\nSu [FAMILIARES_SUJETO_ASISTENCIA] y NHC: [ID_SUJETO_ASISTENCIA].");
}

AC_TEST(deid, tags_are_left_alone)
{
    const char *text = "Remitido por: Dr. [STAFF] [STREET] [ZIP] [LOCATION].\nDomicilio: [STREET].\nNombre: [PATIENT].";
    expect(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, text, text);
    text = "Patient: [PATIENT]\nAddress: [STREET]\nSeen at [HOSPITAL] in [LOCATION] by Dr. [STAFF] on [DATE].";
    expect(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, text, text);
}

AC_TEST(deid, mask_keeps_the_number_of_characters)
{
    expect(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_MASK, "Nombre: Inés.\nNHC: 368503.", "Nombre: ****.\nNHC: ******.");
}

AC_TEST(deid, what_detection_missed_elsewhere_goes_too)
{
    expect(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_TAG, "MRN: 44321. Sample of 44321 arrived; x44321y is another.",
           "MRN: [MRN]. Sample of [MRN] arrived; x44321y is another.");
}

AC_TEST(deid, surrogates_are_stable_and_consistent)
{
    const char *text =
        "Patient: John Smith\nMr. Smith was seen. John Smith, MRN: AB-1234, phone: 415-555-1234, ann@x.org";
    char first[8192];
    snprintf(first, sizeof first, "%s", deid(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE, text, 7));
    CHECK(strcmp(first, deid(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE, text, 7)) == 0);
    CHECK(strcmp(first, deid(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE, text, 8)) != 0);
    CHECK(!strstr(first, "Smith") && !strstr(first, "John") && !strstr(first, "1234") && !strstr(first, "ann@"));
    const char *line = strchr(first, '\n'), *surname = line;
    while (surname && surname > first && surname[-1] != ' ')
        surname--;
    CHECK(line && strncmp(line, "\nMr. ", 5) == 0 && strncmp(line + 5, surname, (size_t)(line - surname)) == 0);
    CHECK(strstr(first, "@example.com") != NULL);
}

AC_TEST(deid, surrogates_keep_language_case_and_shape)
{
    const char *got =
        deid(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE,
             "Nombre: MARÍA.\nDomicilio: Calle Mayor, 5.\nHospital Universitario La Paz\nIP 10.0.0.1 Madrid.", 3);
    CHECK(!strstr(got, "MARÍA") && !strstr(got, "Mayor") && !strstr(got, "La Paz") && strstr(got, "192.0.2."));
    CHECK(got[8] >= 'A' && got[9] >= 'A' && !(got[9] >= 'a' && got[9] <= 'z'));
    CHECK(!strstr(got, "[PATIENT]") && !strstr(got, "[STREET]"));
}

/* Does words stand in text, not as a piece of a longer word ("Oak" in "Oakdale")? */
static bool has_words(const char *text, const char *words)
{
    size_t n = strlen(words);
    for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
        if ((at == text || !ac_is_alnum(at[-1])) && !ac_is_alnum(at[n]))
            return true;
    return false;
}

AC_TEST(deid, every_type_has_a_surrogate_or_a_tag)
{
    const char *got =
        deid(AC_LANG_EN, AC_DEID_MEDDOCAN, AC_DEID_SURROGATE,
             "DR. JOHN SMITH of Denver, Texas and France, 12 Oak Street, works for Henderson Corporation.\n"
             "Occupation: plumber. https://a.example/x, J. R. Smith, ZIP: 02139, serial number: AB12345X",
             11);
    static const char *const gone[] = { "JOHN",      "SMITH",   "Denver",    "Texas", "France", "Oak",
                                        "Henderson", "plumber", "a.example", "Smith", "02139",  "AB12345X" };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++) {
        if (has_words(got, gone[i]))
            printf("# %s is left in: %s\n", gone[i], got);
        CHECK(!has_words(got, gone[i]));
    }
    CHECK(strncmp(got, "DR. ", 4) == 0 && strstr(got, "[URL_WEB]"));
}

AC_TEST(deid, without_a_key_surrogates_fall_back_to_tags)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    ac_deidentified out = { 0 };
    ac_deid_options o = { AC_DEID_SAFE_HARBOR, AC_DEID_SURROGATE, NULL, NULL };
    CHECK(ac_testing_note(&note, arena, AC_SV("MRN: 44321"), AC_LANG_EN));
    CHECK(ac_deidentify(&note, &o, &out, NULL) == AC_OK && ac_sv_eq(out.text, AC_SV("MRN: [MRN]")));
}

/* The n-th run of digits, or -1. */
static int number(const char *s, size_t n)
{
    for (; *s; s++) {
        if (!ac_is_digit(*s))
            continue;
        int v = 0;
        for (; ac_is_digit(*s); s++)
            v = v * 10 + (*s - '0');
        if (n-- == 0)
            return v;
        s--;
    }
    return -1;
}

static ac_date iso_date(const char *s, size_t n)
{
    return (ac_date) { (int16_t)number(s, n), (uint8_t)number(s, n + 1), (uint8_t)number(s, n + 2) };
}

AC_TEST(deid, dates_move_together)
{
    for (uint64_t key = 1; key < 40; key++) {
        const char *got =
            deid(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, "On 2023-05-10 and again on 2024-02-29.", key);
        ac_date a = iso_date(got, 0), b = iso_date(got, 3);
        CHECK(ac_date_full(a) && ac_date_full(b) && ac_date_days(b) - ac_date_days(a) == 295);
        int32_t moved = ac_date_days(a) - ac_date_days((ac_date) { 2023, 5, 10 });
        CHECK(moved != 0 && moved % 7 == 0 && moved >= -364 && moved <= 364); /* "Monday" stays true */
    }
}

AC_TEST(deid, shifted_dates_keep_their_form)
{
    const char *got =
        deid(AC_LANG_EN, AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, "May 10th, 2023; 05/10/2023; 5/10/23; Dr. Lee", 5);
    /* numbers: day year; month day year; month day year */
    CHECK(number(got, 0) == number(got, 3) && number(got, 0) == number(got, 6));
    CHECK(number(got, 1) == number(got, 4) && number(got, 1) % 100 == number(got, 7));
    CHECK(number(got, 2) == number(got, 5) && strstr(got, "; [STAFF]") && got[0] >= 'A' && got[0] <= 'Z');
    got = deid(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, "El 10 de mayo de 2023 y en marzo de 2012.", 5);
    CHECK(strstr(got, " de ") && !strstr(got, "[DATE]") && !strstr(got, "10 de mayo de 2023"));
    got = deid(AC_LANG_ES, AC_DEID_SAFE_HARBOR, AC_DEID_DATE_SHIFT, "Fecha de Ingreso: 26708/2017.", 5);
    CHECK(strstr(got, "[DATE]") != NULL);
}

AC_TEST(deid, every_mode_works_in_every_small_arena)
{
    const ac_sv text = AC_SV("Dr. Ana Gil, MRN: 12345, Mayo Clinic, 12 Oak Street, Dallas, TX 75201 on May 10th, 2023. "
                             "a@b.org 91 years old");
    uint64_t key = 1;
    for (ac_deid_mode m = 0; m < AC_DEID_MODE_COUNT; m++)
        for (size_t room = 20000; room < 120000; room += 1777) {
            AC_AUTO_PTR(ac_arena) arena = ac_arena_new(room);
            ac_note note;
            ac_deidentified out = { 0 };
            ac_deid_options o = { AC_DEID_SAFE_HARBOR, m, ac_testing_prf, &key };
            if (!ac_testing_note(&note, arena, text, AC_LANG_EN))
                continue;
            ac_rc rc = ac_deidentify(&note, &o, &out, NULL);
            CHECK(rc == AC_OK ? out.text.n > 0 : rc == AC_ELIMIT && out.text.p == NULL);
        }
}
