#include "vocab/vocab_testing.h"

#include "kit/note.h"
#include "nlp/pipeline.h"
#include "nlp/text/fold.h"

#define KIT                                                                                                            \
    __attribute__((cleanup(kit_vocab_cleanup))) kit_vocab k;                                                           \
    kit_vocab_init(&k)

static void make(kit_vocab *k, const char *id, const char *lines)
{
    CHECK(ac_dir_make(kit_path(k, "vocabularies"), &k->err) == AC_OK);
    CHECK(kit_build(k, ac_arena_printf(k->arena, "vocabularies/%s.acv", id).p, lines) == AC_OK);
}

AC_TEST(vocab_store, a_name_is_its_latest_edition)
{
    KIT;
    ac_vocab_store s;
    CHECK(ac_vocab_store_open(k.dir, k.arena, &s, &k.err) == AC_OK && s.n == 0); /* no folder, no vocabularies */
    make(&k, "a@9", "gouty knee\tC1\tours\tproblem\n");
    make(&k, "a@10", "gouty knee\tC1\tours\tproblem\n");
    make(&k, "ab@2026AA", "gouty knee\tC1\tours\tproblem\n");
    make(&k, "ab@2025AB", "gouty knee\tC1\tours\tproblem\n");
    CHECK(ac_vocab_store_open(k.dir, k.arena, &s, &k.err) == AC_OK && s.n == 4);
    const ac_vocab_place *p = ac_vocab_store_find(&s, AC_SV("a"));
    CHECK(p && ac_sv_eq(p->id, AC_SV("a@10")) && !p->active);
    CHECK((p = ac_vocab_store_find(&s, AC_SV("ab"))) && ac_sv_eq(p->id, AC_SV("ab@2026AA")));
    CHECK((p = ac_vocab_store_find(&s, AC_SV("a@9"))) && ac_sv_eq(p->id, AC_SV("a@9")));
    CHECK(!ac_vocab_store_find(&s, AC_SV("a@1")) && !ac_vocab_store_find(&s, AC_SV("")) && !ac_vocab_store_find(&s, AC_SV("b")));
}

AC_TEST(vocab_store, what_is_in_use_is_kept_and_opened)
{
    KIT;
    ac_vocab_store s;
    ac_vocab_set set;
    ac_sv which = { "", 0 };
    make(&k, "a@1", "gouty knee\tC1\tours\tproblem\n");
    make(&k, "b@1", "gouty toe\tC1\tours\tproblem\n");
    CHECK(ac_vocab_store_open(k.dir, k.arena, &s, &k.err) == AC_OK && s.n == 2);
    s.at[1].active = true;
    CHECK(ac_vocab_store_use(&s, &k.err) == AC_OK && ac_vocab_store_open(k.dir, k.arena, &s, &k.err) == AC_OK);
    CHECK(!s.at[0].active && s.at[1].active);
    CHECK(ac_vocab_set_open(&s, AC_SV("active"), k.arena, &set, &which, &k.err) == AC_OK && set.n == 1);
    ac_vocab_set_close(&set);
    CHECK(ac_vocab_set_open(&s, AC_SV("a,b"), k.arena, &set, &which, &k.err) == AC_OK && set.n == 2);
    ac_vocab_set_close(&set);
    CHECK(ac_vocab_set_open(&s, AC_SV("none"), k.arena, &set, &which, &k.err) == AC_OK && set.n == 0);
    CHECK(ac_vocab_set_open(&s, AC_SV("a,zz"), k.arena, &set, &which, &k.err) == AC_ENOTFOUND && ac_sv_eq(which, AC_SV("zz")));
    ac_vocab_set_close(&set);
    CHECK(ac_file_write(kit_path(&k, "vocabularies/b@1.acv"), AC_SV("AcesoVo"), &k.err) == AC_OK);
    CHECK(ac_vocab_set_open(&s, AC_SV("a,b"), k.arena, &set, &which, &k.err) == AC_EINPUT && ac_sv_eq(which, AC_SV("b@1")));
    ac_vocab_set_close(&set);
}

/* ---- notes with a vocabulary -------------------------------------------------------------------------------------- */

static ac_note analyse(kit_vocab *k, const char *text, ac_lang lang)
{
    static struct ac_vocabs vocabs;
    vocabs = (struct ac_vocabs) { &k->vocab, 1 };
    ac_note note = { .arena = k->arena, .text = ac_sv_z(text), .lang = lang, .vocabs = &vocabs };
    CHECK(ac_analyse(&note, &k->err) == AC_OK);
    return note;
}

static bool has_code(const ac_entity *e, const char *system, const char *code)
{
    for (uint32_t i = 0; e && i < e->n_codes; i++)
        if (ac_sv_eq(e->codes[i].system, ac_sv_z(system)) && ac_sv_eq(e->codes[i].code, ac_sv_z(code)))
            return true;
    return false;
}

AC_TEST(vocab_note, what_only_the_vocabulary_knows_is_an_entity_like_any_other)
{
    KIT;
    CHECK(kit_open(&k, "zorbic fever\tZ1\tours\tproblem\ten\nzorbicillin\tZ2\tours\tmedication\ten\nfiebre zórbica\tZ1\tours\tproblem\tes\n"));
    ac_note n = analyse(&k, "ASSESSMENT: No zorbic fever. Started zorbicillin 20 mg daily.\n", AC_LANG_EN);
    const ac_entity *e = ac_test_entity(&n, "zorbic fever"), *m = ac_test_entity(&n, "zorbicillin");
    CHECK(e && e->kind == AC_KIND_PROBLEM && e->assertion == AC_ABSENT && e->concept == AC_NONE && has_code(e, "ours", "Z1"));
    CHECK(e && ac_sv_eq(e->codes[0].vocabulary, AC_SV("vocabulary@1")) && e->codes[0].own_edition);
    CHECK(m && m->kind == AC_KIND_MEDICATION && has_code(m, "ours", "Z2") && ac_entity_attr(m, AC_ATTR_DOSE));
    ac_note es = analyse(&k, "Diagnóstico: fiebre zórbica.\n", AC_LANG_ES);
    CHECK(has_code(ac_test_entity(&es, "fiebre zórbica"), "ours", "Z1"));
}

AC_TEST(vocab_note, the_lexicon_keeps_its_terms_and_takes_on_codes_of_other_systems)
{
    KIT;
    CHECK(kit_open(&k, "pneumonia\tP1\tours\tproblem\ten\npneumonia\tX99.9\ticd10cm\tproblem\ten\n"
                       "pneumonia of the zorbic lobe\tP2\tours\tproblem\ten\nlisinopril\tL1\tours\tproblem\ten\n"));
    ac_note n = analyse(&k, "ASSESSMENT: Pneumonia. Also pneumonia of the zorbic lobe. Takes lisinopril.\n", AC_LANG_EN);
    const ac_entity *e = ac_test_entity(&n, "Pneumonia"), *longer = ac_test_entity(&n, "pneumonia of the zorbic lobe");
    CHECK(e && e->concept != AC_NONE && e->n_codes == 1 && has_code(e, "ours", "P1")); /* its own ICD-10-CM code was reviewed */
    CHECK(longer && longer->concept == AC_NONE && has_code(longer, "ours", "P2"));
    const ac_entity *l = ac_test_entity(&n, "lisinopril");
    CHECK(l && l->kind == AC_KIND_MEDICATION && l->n_codes == 0); /* a code of another kind is none of it */
}

AC_TEST(vocab_note, a_drug_called_by_everyday_words_needs_a_place_that_speaks_for_it)
{
    KIT;
    CHECK(kit_open(&k, "Recovery\tR1\tours\tmedication\nThe First\tR2\tours\tmedication\nzorbicillin\tR3\tours\tmedication\nzorbicillin 20\tR4\tours\tmedication\n"));
    CHECK(k.report.left[AC_LEFT_RULE] == 1); /* a strength is read by itself */
    ac_note n = analyse(&k, "HOSPITAL COURSE: She went to recovery in good state. The first day was calm. She got zorbicillin.\n", AC_LANG_EN);
    CHECK(!ac_test_entity(&n, "recovery") && !ac_test_entity(&n, "The first") && has_code(ac_test_entity(&n, "zorbicillin"), "ours", "R3"));
    ac_note m = analyse(&k, "MEDICATIONS: Recovery 20 mg twice daily.\n", AC_LANG_EN);
    CHECK(has_code(ac_test_entity(&m, "Recovery"), "ours", "R1"));
}

AC_TEST(vocab_note, two_names_of_one_code_are_one_fact)
{
    KIT;
    CHECK(kit_open(&k, "zorbic fever\tZ1\tours\tproblem\nmorbus zorbicus\tZ1\tours\tproblem\n"));
    ac_note n = analyse(&k, "ASSESSMENT: Zorbic fever. Morbus zorbicus was seen before.\n", AC_LANG_EN);
    const ac_entity *a = ac_test_entity(&n, "Zorbic fever"), *b = ac_test_entity(&n, "Morbus zorbicus");
    CHECK(a && b && (a->assertion != b->assertion || (a->fact == b->fact && a->fact != AC_NONE)));
}

AC_TEST(vocab_note, names_of_people_are_no_terms_and_linear_time_holds)
{
    enum { BYTES = 1 << 20 };
    KIT;
    CHECK(kit_open(&k, "zorbic\tZ1\tours\tproblem\nzorbic zorbic zorbic zorbic zorbic zorbic zorbic zorbic zorbic fever\tZ2\tours\tproblem\n"));
    ac_note p = analyse(&k, "Patient: Mary Zorbic\nDOB: 04/05/1950\nASSESSMENT: well.\n", AC_LANG_EN);
    CHECK(!ac_test_entity(&p, "Zorbic"));
    AC_AUTO(ac_sb) text = AC_SB(BYTES + 16);
    while (text.n < BYTES)
        ac_sb_add(&text, AC_SV("zorbic "));
    ac_sb_add_char(&text, '\0');
    ac_folded f;
    ac_vocab_starts starts = { 0 };
    ac_vocab_hit hits[8];
    ac_sv note = ac_sv_z(text.p);
    CHECK(ac_fold(note, k.arena, &f, NULL) == AC_OK && ac_vocab_scan(&k.vocab, &f, k.arena, &starts, NULL) == AC_OK && starts.n > BYTES / 8);
    for (size_t i = 0; i < starts.n; i++)
        CHECK(ac_vocab_all(&k.vocab, &f, note, &starts.at[i], AC_LANG_EN, hits, 8) == 1);
}
