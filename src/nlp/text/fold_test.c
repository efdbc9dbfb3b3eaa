#include "nlp/text/fold.h"

#include "kit/test.h"

#include <string.h>

static ac_sv folded(ac_arena *a, const char *text)
{
    ac_folded f = { 0 };
    CHECK(ac_fold(ac_sv_z(text), a, &f, NULL) == AC_OK);
    return f.text;
}

AC_TEST(fold, one_form_for_comparison)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        { "Chest  PAIN", "chest pain" },
        { "Náuseas y vómitos, AÑO", "nauseas y vomitos, año" },
        { "anti-inflammatory and/or", "anti inflammatory and or" },
        { "Crohn's disease, Bell\xE2\x80\x99s palsy", "crohn disease, bell palsy" },
        { "heart\nfailure", "heart failure" },
        { "a\n\nb", "a\nb" },
        { "Plan:\n1. Aspirin\n2. Rest", "plan:\n1. aspirin\n2. rest" },
        { "x \n- item", "x\nitem" },
        { "  lead and trail  \n", "lead and trail" },
        { "kg/m\xC2\xB2 5 \xC2\xB5g", "kg m2 5 \xCE\xBCg" },
        { "\xEF\xAC\x81" "brosis \xE2\x80\x93 mild", "fibrosis mild" },
        { "it's 3's", "it 3" },
        { "I do n't, he does n\xE2\x80\x99t, it is n 't", "i do not, he does not, it is not" },
        { "I don t know. DOESNT hurt, wasnt", "i do not know. does not hurt, was not" },
        { "I can't, CAN\xE2\x80\x99T, ca n't; shouldn't", "i cannot, cannot, cannot; should not" },
        { "occlusal cant, as is his wont, want n't", "occlusal cant, as is his wont, want n't" },
        { "lead aVF n T wave, Don T. Smith, n't t", "lead avf n t wave, don t. smith, n't t" },
        { "", "" },
        { "'s", "'s" },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv got = folded(a, rows[i].in);
        CHECK(ac_sv_eq(got, ac_sv_z(rows[i].out)));
        /* Once folded, folding again changes nothing, but that a lone line break is a blank. */
        CHECK(memchr(got.p, '\n', got.n) || ac_sv_eq(folded(a, rows[i].out), got));
    }
}

AC_TEST(fold, spans_lead_back_to_the_text)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_sv text = AC_SV("El se\xC3\xB1or tiene ARTRITIS  reumatoide.");
    ac_folded f = { 0 };
    CHECK(ac_fold(text, a, &f, NULL) == AC_OK);
    ac_span s = ac_fold_span(&f, text, 3, 9); /* "señor", the ñ kept */
    CHECK(ac_sv_eq(ac_span_text(text, s), AC_SV("se\xC3\xB1or")));
    s = ac_fold_span(&f, text, 16, 35);
    CHECK(ac_sv_eq(ac_span_text(text, s), AC_SV("ARTRITIS  reumatoide")));
    CHECK(ac_fold_at(&f, s.begin) == 16 && ac_fold_at(&f, (uint32_t)text.n) == f.text.n);
    CHECK(ac_fold_word_starts(f.text, 16) && !ac_fold_word_starts(f.text, 17) && ac_fold_word_ends(f.text, 35));
}

AC_TEST(fold, mended_contractions_keep_their_place)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_sv text = AC_SV("He does n't, I dont.");
    ac_folded f = { 0 };
    CHECK(ac_fold(text, a, &f, NULL) == AC_OK);
    CHECK(ac_sv_eq(f.text, AC_SV("he does not, i do not.")));
    CHECK(ac_sv_eq(ac_span_text(text, ac_fold_span(&f, text, 3, 11)), AC_SV("does n't")));
    CHECK(ac_sv_eq(ac_span_text(text, ac_fold_span(&f, text, 15, 21)), AC_SV("dont")));
    CHECK(f.src[f.text.n] == text.n);
}

/* Every byte is a word of its own, inside one, or begins one, whatever was joined, dropped or spelt out before it. */
static bool words_are_right(const ac_folded *f)
{
    uint32_t at = 0;
    while (at < f->text.n) {
        uint32_t word = ac_fold_word(f->text, at), n = word & AC_FOLD_WORD_MAX;
        while (n >= AC_FOLD_WORD_MAX && !ac_fold_word_ends(f->text, at + n))
            n++;
        if (f->words[at] != word)
            return false;
        for (uint32_t k = 1; k < n; k++)
            if (f->words[at + k])
                return false;
        at += n;
    }
    return f->words[f->text.n] == 0;
}

AC_TEST(fold, words_are_those_of_the_folded_text)
{
    static const char *const pieces[] = { "do", "ca", "n't", "nt", "t", "n", "'s", "'", " ", "  ", "\n", "-", "Crohn", "wo", "x1", ".", "\xE2\x80\x99",
                                          "\xC3\xB1", "\xC3\x89", "\xEF\xAC\x81", "\xE2\x80\x93", "did", "s", "\n- ", "\xC2\xA0" };
    uint32_t random = 12345;
    for (int round = 0; round < 2000; round++) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        AC_AUTO(ac_sb) text = AC_SB(4096);
        for (int k = 0; k < 24; k++) {
            random = random * 1664525u + 1013904223u;
            ac_sb_add(&text, ac_sv_z(pieces[(random >> 16) % (sizeof pieces / sizeof pieces[0])]));
        }
        ac_folded f = { 0 };
        CHECK(ac_fold(ac_sb_view(&text), a, &f, NULL) == AC_OK);
        CHECK(words_are_right(&f));
    }
}

AC_TEST(fold, long_words_are_words)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    AC_AUTO(ac_sb) text = AC_SB(4096);
    for (int k = 0; k < 700; k++)
        ac_sb_add_char(&text, "abc"[k % 3]);
    ac_sb_add(&text, AC_SV(" can't"));
    ac_folded f = { 0 };
    CHECK(ac_fold(ac_sb_view(&text), a, &f, NULL) == AC_OK && words_are_right(&f) && f.words[701]);
}

AC_TEST(fold, refuses_what_does_not_fit)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64);
    ac_folded f;
    CHECK(ac_fold(AC_SV("some text that is longer than the arena can hold"), a, &f, NULL) == AC_ELIMIT);
}
