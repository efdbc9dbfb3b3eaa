#include "nlp/entity.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/lexicon.h"

static bool is(const ac_note *n, const char *surface, ac_kind kind)
{
    const ac_entity *e = ac_test_entity(n, surface);
    return e && e->kind == kind && ac_concept_kind(e->concept) == kind;
}

AC_TEST(entity, kinds_in_english)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "ASSESSMENT:\nType 2 diabetes mellitus and chest pain. Started on metformin 500 mg twice daily.\n"
                                "Hemoglobin A1c 8.2 %. Chest x-ray was normal.\n", AC_LANG_EN);
    CHECK(is(&n, "Type 2 diabetes mellitus", AC_KIND_PROBLEM) && is(&n, "chest pain", AC_KIND_SYMPTOM));
    CHECK(is(&n, "metformin", AC_KIND_MEDICATION) && is(&n, "Hemoglobin A1c", AC_KIND_LAB));
    CHECK(is(&n, "Chest x-ray", AC_KIND_PROCEDURE));
}

AC_TEST(entity, kinds_in_spanish)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Diagn\xC3\xB3stico: insuficiencia card\xC3\xAD" "aca. Tratamiento con enalapril 20 mg cada 12 horas. "
                                "Refiere disnea. Creatinina 1,2 mg/dl.", AC_LANG_ES);
    CHECK(is(&n, "insuficiencia card\xC3\xAD" "aca", AC_KIND_PROBLEM) && is(&n, "enalapril", AC_KIND_MEDICATION));
    CHECK(is(&n, "disnea", AC_KIND_SYMPTOM) && is(&n, "Creatinina", AC_KIND_LAB));
}

AC_TEST(entity, a_word_with_two_meanings_is_settled_by_what_stands_beside_it)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Labs: K 3.1, Na 140. Calcium 9.1 mg/dL.", AC_LANG_EN);
    CHECK(is(&n, "K", AC_KIND_LAB) && is(&n, "Na", AC_KIND_LAB) && is(&n, "Calcium", AC_KIND_LAB));
    n = ac_test_note(a, "The patient is OK. Vitamin K was discussed, and a plan was made.", AC_LANG_EN);
    CHECK(!ac_test_entity(&n, "K"));
}

AC_TEST(entity, spans_are_ordered_and_inside)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Fever, cough and fever. Crohn's disease. No rash; HIV negative. BP 120/80.", AC_LANG_EN);
    CHECK(n.entities.n >= 5);
    for (size_t i = 0; i < n.entities.n; i++) {
        ac_span s = n.entities.at[i].span;
        CHECK(s.begin < s.end && s.end <= n.text.n && (i == 0 || n.entities.at[i - 1].span.end <= s.begin));
    }
    CHECK(ac_test_entity(&n, "Crohn's disease") != NULL);
}

AC_TEST(entity, an_empty_note_and_a_full_arena)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_note n = ac_test_note(a, "", AC_LANG_EN);
    CHECK(n.entities.n == 0 && n.facts.n == 0);
}
