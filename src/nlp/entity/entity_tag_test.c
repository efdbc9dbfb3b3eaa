#include "nlp/entity/entity_tag.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/pipeline.h"

enum { TAG_TEST_MAX = 16 << 20 };

static const ac_mention *mention_of(const ac_note *note, const char *words)
{
    for (size_t i = 0; i < note->mentions.n; i++)
        if (ac_sv_eq(ac_span_text(note->text, note->mentions.at[i].span), ac_sv_z(words)))
            return &note->mentions.at[i];
    return NULL;
}

static ac_note with_mentions(ac_arena *arena, const char *text, ac_lang lang)
{
    ac_note note = { .arena = arena, .text = ac_sv_z(text), .lang = lang, .wants_mentions = true };
    CHECK(ac_analyse(&note, NULL) == AC_OK);
    return note;
}

AC_TEST(entity_tag, a_drug_that_no_list_knows_is_a_medication_without_a_code_where_it_is_taken)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "Se inició tratamiento con carbamacepina 200 mg cada 8 horas por vía oral.", AC_LANG_ES);
    const ac_entity *e = ac_test_entity(&note, "carbamacepina"); /* misspelt */
    const ac_mention *m = mention_of(&note, "carbamacepina");
    CHECK(note.tagged && m && ac_sv_eq(m->type, AC_SV("drug")) && ac_sv_eq(m->model, AC_SV("es-pharma")));
    CHECK(e && e->kind == AC_KIND_MEDICATION && e->method == AC_METHOD_TAGGER && e->concept == AC_NONE);
    CHECK(e && ac_entity_attr(e, AC_ATTR_DOSE) && e->confidence > 0.5f && e->confidence < 1);
}

AC_TEST(entity_tag, what_nobody_takes_or_measures_stays_a_mention)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note note = with_mentions(arena, "Las células expresaban vimentina y desmina. Tinción con hematoxilina y eosina.", AC_LANG_ES);
    CHECK(mention_of(&note, "vimentina") && ac_sv_eq(mention_of(&note, "vimentina")->type, AC_SV("protein")));
    for (size_t i = 0; i < note.entities.n; i++)
        CHECK(note.entities.at[i].kind != AC_KIND_MEDICATION || note.entities.at[i].concept != AC_NONE);
}

AC_TEST(entity_tag, lexicon_and_tagger_agree)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note note = with_mentions(arena, "Tratamiento: amoxicilina 500 mg cada 8 horas. PSA total 4,2 ng/ml.", AC_LANG_ES);
    const ac_entity *e = ac_test_entity(&note, "amoxicilina");
    CHECK(e && e->method == AC_METHOD_VOTE && e->concept != AC_NONE); /* and its codes stay */
    const ac_mention *psa = mention_of(&note, "PSA"); /* inside an entity of more words */
    CHECK(psa && ac_sv_eq(psa->type, AC_SV("protein")));
}

AC_TEST(entity_tag, what_the_lexicon_has_refused_is_not_brought_back)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note note = ac_test_note(arena, "PCR positiva para SARS-CoV-2.", AC_LANG_ES);
    CHECK(!ac_test_entity(&note, "PCR"));
}

AC_TEST(entity_tag, entities_stay_in_order_and_apart)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note note = with_mentions(arena, "Analítica: proteínas 6,1 g/dl, creatinina 1,2 mg/dl, CD56 12 %, sodio 140 mEq/l. Toma diacepam 5 mg por la noche, "
                                       "amlodipino 5 mg y clorambucil 2 mg al día.", AC_LANG_ES);
    for (size_t i = 1; i < note.entities.n; i++)
        CHECK(note.entities.at[i - 1].span.end <= note.entities.at[i].span.begin);
    for (size_t i = 1; i < note.mentions.n; i++)
        CHECK(note.mentions.at[i - 1].span.end <= note.mentions.at[i].span.begin);
}

AC_TEST(entity_tag, english_mentions_are_made_when_asked_for_and_never_become_entities)
{
    static const char text[] = "A 54-year-old man was admitted with severe chest pain. CT showed a mass in the left lung.";
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(TAG_TEST_MAX);
    ac_note plain = ac_test_note(arena, text, AC_LANG_EN);
    CHECK(!plain.tagged && plain.mentions.n == 0);
    ac_note note = with_mentions(arena, text, AC_LANG_EN);
    CHECK(note.tagged && mention_of(&note, "54-year-old") && mention_of(&note, "severe"));
    CHECK(note.entities.n == plain.entities.n);
    for (size_t i = 0; i < note.entities.n; i++)
        CHECK(note.entities.at[i].method != AC_METHOD_TAGGER);
}

AC_TEST(entity_tag, entities_are_the_same_whether_or_not_all_mentions_are_wanted)
{
    static const char text[] = "Las c\u00e9lulas expresaban vimentina. Se inici\u00f3 carbamacepina 200 mg cada 8 horas.\n"
                               "Mejor\u00eda con zilucoplan por v\u00eda oral. Sin cambios en la resonancia. Troponina ultrasensible positiva.";
    ac_note notes[2];
    ac_arena *arenas[2] = { ac_arena_new(TAG_TEST_MAX), ac_arena_new(TAG_TEST_MAX) };
    for (size_t i = 0; i < 2; i++) {
        notes[i] = (ac_note) { .arena = arenas[i], .lang = AC_LANG_ES, .wants_mentions = i, .text = ac_sv_z(text) };
        CHECK(ac_analyse(&notes[i], NULL) == AC_OK);
    }
    CHECK(notes[0].entities.n == notes[1].entities.n && notes[0].mentions.n < notes[1].mentions.n);
    for (size_t i = 0; i < notes[0].entities.n && i < notes[1].entities.n; i++)
        CHECK(notes[0].entities.at[i].span.begin == notes[1].entities.at[i].span.begin &&
              notes[0].entities.at[i].kind == notes[1].entities.at[i].kind);
    for (size_t i = 0; i < 2; i++)
        ac_arena_free(arenas[i]);
}
