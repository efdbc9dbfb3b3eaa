#include "nlp/phi/phi_tag.h"

#include "kit/note.h"
#include "kit/test.h"

enum { PHI_TAG_TEST_MAX = 16 << 20 };

static const ac_phi_item *item_of(const ac_note *note, const char *words)
{
    for (size_t i = 0; i < note->phi.n; i++)
        if (ac_sv_eq(ac_span_text(note->text, note->phi.at[i].span), ac_sv_z(words)))
            return &note->phi.at[i];
    return NULL;
}

static bool in_order(const ac_note *note)
{
    for (size_t i = 0; i < note->phi.n; i++)
        if (note->phi.at[i].span.begin >= note->phi.at[i].span.end || (i && note->phi.at[i - 1].span.end > note->phi.at[i].span.begin))
            return false;
    return true;
}

AC_TEST(phi_tag, rules_and_tagger_agree_and_the_rule_says_why)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Nombre: Ernesto.\nApellidos: Rivera Bueno.\nNHC: 368503.\nDomicilio: Calle Miguel Benitez 90.\n"
                                       "Localidad/ Provincia: Madrid.\nCP: 28016.\n", AC_LANG_ES);
    const ac_phi_item *name = item_of(&note, "Ernesto"), *street = item_of(&note, "Calle Miguel Benitez 90"), *zip = item_of(&note, "28016");
    CHECK(name && name->type == AC_PHI_PATIENT && name->method == AC_METHOD_VOTE && name->reason);
    CHECK(street && street->type == AC_PHI_STREET);
    CHECK(zip && zip->type == AC_PHI_ZIP);
    CHECK(in_order(&note));
}

AC_TEST(phi_tag, a_value_that_has_been_checked_is_not_outvoted)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Responsable clínico: Dra. Sonia Vázquez. Servicio de Alergia. 28040 Madrid. e-mail: "
                                       "sonia.vazquez@gmail.com | consulta@meditex.es", AC_LANG_ES);
    const ac_phi_item *one = item_of(&note, "sonia.vazquez@gmail.com"), *two = item_of(&note, "consulta@meditex.es");
    CHECK(one && one->type == AC_PHI_EMAIL && two && two->type == AC_PHI_EMAIL);
    CHECK(in_order(&note));
}

AC_TEST(phi_tag, words_without_a_digit_are_no_number)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Antecedentes familiares: Madre con diabetes. Padre fallecido por infarto. Paciente casada, de profesión maestra, "
                                       "lactante de la menor, joven morena.", AC_LANG_ES);
    for (size_t i = 0; i < note.phi.n; i++)
        CHECK(note.phi.at[i].type != AC_PHI_MRN && note.phi.at[i].type != AC_PHI_SSN && note.phi.at[i].type != AC_PHI_INSURANCE);
    CHECK(in_order(&note));
}

AC_TEST(phi_tag, an_age_of_the_tagger_has_its_years)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Paciente: Rosario Villalobos Quintero, de 61 años.", AC_LANG_ES);
    for (size_t i = 0; i < note.phi.n; i++)
        CHECK(note.phi.at[i].type != AC_PHI_AGE || (note.phi.at[i].number > 60 && note.phi.at[i].number < 62));
    CHECK(item_of(&note, "61 años"));
}

AC_TEST(phi_tag, in_english_what_the_rules_found_keeps_its_type_and_its_place)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Patient: John Smith\nMRN: 1234567\nDOB: 01/02/1950\nSeen by Dr. Helen Whitcombe at Lakeview Medical Center.\n", AC_LANG_EN);
    const ac_phi_item *name = item_of(&note, "John Smith"), *mrn = item_of(&note, "1234567"), *doctor = item_of(&note, "Dr. Helen Whitcombe");
    CHECK(name && name->type == AC_PHI_PATIENT && name->method == AC_METHOD_VOTE && name->reason);
    CHECK(mrn && mrn->type == AC_PHI_MRN && mrn->method == AC_METHOD_RULE);
    CHECK(doctor && doctor->type == AC_PHI_STAFF);
    CHECK(item_of(&note, "01/02/1950") && item_of(&note, "Lakeview Medical Center"));
    CHECK(in_order(&note));
}

AC_TEST(phi_tag, the_english_tagger_finds_people_and_places_that_no_rule_sees)
{
    static const struct {
        const char *text, *words;
        ac_phi_type type;
    } cases[] = {
        { "Thank you, Min-ho, for this consult.", "Min-ho", AC_PHI_NAME },
        { "Anterograde view by Tamsyn Okonjo shows no change.", "Tamsyn Okonjo", AC_PHI_NAME },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
        ac_note note = ac_test_note(arena, cases[i].text, AC_LANG_EN);
        const ac_phi_item *item = item_of(&note, cases[i].words);
        CHECK(item && item->type == cases[i].type && item->method != AC_METHOD_RULE && item->confidence > 0 && item->confidence < 1);
    }
}

AC_TEST(phi_tag, clinical_words_in_english_stay_what_they_are)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(PHI_TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Rose Bengal staining was positive, Rinne and Weber normal. Kocher clamps and a Bovie were used. Ranson criteria: 2.\n"
                                       "Coverage for EBV, Legionella, Chlamydia, Mycoplasma and Coccidioides was added. Group O, Rh negative.\n"
                                       "Test            Result   Flag  Units     Reference\nSodium          128      L     mmol/L    135-145\n"
                                       "Novolin, Afrin, Nephro-Vite were continued.\n", AC_LANG_EN);
    for (size_t i = 0; i < note.phi.n; i++)
        CHECK(note.phi.at[i].method != AC_METHOD_TAGGER);
}

AC_TEST(phi_tag, english_without_a_word_or_with_nothing_but_names_stays_in_order)
{
    static const char *const pieces[] = { "SMITH, John; ", "Dr. Jane Q. Doe-Roe MD, ", "Springfield General, \n", "., ,. \"O'\" ", "3/4 @@ Lake\n" };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)256 << 20);
    AC_AUTO_PTR(ac_arena) small = ac_arena_new(PHI_TAG_TEST_MAX);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 5000; i++)
        ac_sb_add(&text, ac_sv_z(pieces[i * 7 % 5]));
    ac_sb_add_char(&text, '\0');
    ac_note note = ac_test_note(arena, text.p, AC_LANG_EN), none = ac_test_note(small, "", AC_LANG_EN);
    CHECK(note.phi.n > 1000 && in_order(&note));
    CHECK(none.phi.n == 0);
}

AC_TEST(phi_tag, a_note_of_nothing_but_names_and_marks_stays_in_order)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)256 << 20);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 3000; i++)
        ac_sb_add(&text, AC_SV("Dra. Ana: C/ Mayor, 3-2. \xC2\xBA" "B 28040 Madrid @@ 12/12/12 | "));
    ac_sb_add_char(&text, '\0');
    ac_note note = ac_test_note(arena, text.p, AC_LANG_ES);
    CHECK(note.phi.n > 3000 && in_order(&note));
}
