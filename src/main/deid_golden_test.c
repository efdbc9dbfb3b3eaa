/* Properties of de-identification that hold for every note: the golden notes and the samples of the test kit. */
#include "nlp/phi/phi_testing.h"
#include "os/file.h"

#include "kit/samples.h"
#include "kit/test.h"

#include <stdio.h>
#include <string.h>

enum { NUMBER_LEAST = 6 };

static bool word_char(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Does value stand in text as whole words? Compared folded: neither letter case nor accents nor hyphens hide it. */
static bool stands_in(ac_sv text, ac_sv value)
{
    for (size_t i = 0; value.n && i + value.n <= text.n; i++)
        if (ac_sv_eq(ac_sv_sub(text, i, i + value.n), value) && (i == 0 || !word_char(text.p[i - 1])) &&
            (i + value.n == text.n || !word_char(text.p[i + value.n])))
            return true;
    return false;
}

static ac_sv digits_of(ac_arena *arena, ac_sv t)
{
    char *p = ac_arena_alloc(arena, t.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < t.n; i++)
        if (ac_is_digit(t.p[i]))
            p[n++] = t.p[i];
    return (ac_sv) { p, n };
}

static bool date_like(const ac_phi_item *p) { return p->type == AC_PHI_DATE || p->type == AC_PHI_AGE; }

/* Values of one's own: an age or "mother" elsewhere is somebody else's, and a postal code keeps three digits. */
static void no_value_left(const ac_note *note, ac_deid_profile profile, ac_deidentified out)
{
    ac_folded folded;
    CHECK(ac_fold(out.text, note->arena, &folded, NULL) == AC_OK);
    for (size_t i = 0; i < note->phi.n; i++) {
        const ac_phi_item *p = &note->phi.at[i];
        ac_sv value = ac_span_text(note->text, p->span), digits = digits_of(note->arena, value);
        ac_folded f;
        if (!ac_deid_hides(profile, note, p))
            continue;
        bool kept_part = p->type == AC_PHI_ZIP || (date_like(p) && value.n < 6);
        CHECK(!ac_sv_eq(out.replacements[i], value));
        if (kept_part || p->type == AC_PHI_SEX || p->type == AC_PHI_KINSHIP || p->type == AC_PHI_AGE ||
            p->type == AC_PHI_PROFESSION)
            continue;
        CHECK(ac_fold(value, note->arena, &f, NULL) == AC_OK);
        if (stands_in(folded.text, f.text))
            printf("# left: %.*s\n", (int)value.n, value.p);
        CHECK(!stands_in(folded.text, f.text));
        if (digits.n >= NUMBER_LEAST) /* also not with other separators */
            CHECK(!memmem(out.text.p, out.text.n, digits.p, digits.n));
    }
}

/* Applying the replacements to the note gives the text: the evidence of a reader of both. */
static void replacements_make_the_text(const ac_note *note, ac_deidentified out)
{
    size_t at = 0, done = 0;
    bool same = true;
    for (size_t i = 0; i < note->phi.n && same; i++) {
        ac_span s = note->phi.at[i].span;
        ac_sv before = ac_sv_sub(note->text, done, s.begin), r = out.replacements[i];
        same = ac_sv_eq(ac_sv_sub(out.text, at, at + before.n), before) &&
               ac_sv_eq(ac_sv_sub(out.text, at + before.n, at + before.n + r.n), r);
        at += before.n + r.n;
        done = s.end;
    }
    CHECK(same && ac_sv_eq(ac_sv_sub(out.text, at, out.text.n), ac_sv_sub(note->text, done, note->text.n)));
}

static void tagged_text_stays(ac_sv text, ac_lang lang, const ac_deid_options *o)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(64 << 20);
    ac_note note;
    ac_deidentified again = { 0 };
    CHECK(ac_testing_note(&note, arena, text, lang) && ac_deidentify(&note, o, &again, NULL) == AC_OK);
    if (!ac_sv_eq(again.text, text))
        printf("# not idempotent: %.*s\n", (int)again.text.n, again.text.p);
    CHECK(ac_sv_eq(again.text, text));
}

static void properties(ac_sv text, ac_lang lang)
{
    uint64_t key = 5;
    for (ac_deid_profile p = 0; p < AC_DEID_PROFILE_COUNT; p++)
        for (ac_deid_mode m = 0; m < AC_DEID_MODE_COUNT; m++) {
            AC_AUTO_PTR(ac_arena) arena = ac_arena_new(64 << 20);
            ac_note note;
            ac_deidentified out = { 0 };
            ac_deid_options o = { p, m, ac_testing_prf, &key };
            bool made = ac_testing_note(&note, arena, text, lang) && ac_deidentify(&note, &o, &out, NULL) == AC_OK;
            CHECK(made);
            if (!made)
                continue;
            no_value_left(&note, p, out);
            replacements_make_the_text(&note, out);
            if (m == AC_DEID_TAG || m == AC_DEID_MASK)
                tagged_text_stays(out.text, lang, &o);
        }
}

AC_TEST(deid_golden, samples_of_the_test_kit)
{
    for (size_t i = 0; i < KIT_SAMPLES; i++)
        properties(ac_sv_z(kit_samples[i].text), kit_samples[i].lang);
}

AC_TEST(deid_golden, golden_notes)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_names names = { 0 };
    CHECK(ac_dir_walk("test/golden/notes", arena, &names, NULL) == AC_OK && names.n > 0);
    for (size_t i = 0; i < names.n; i++) {
        AC_AUTO(ac_sb) file = AC_SB(1 << 20);
        bool spanish = strstr(names.at[i].p, "/es-") != NULL;
        CHECK(ac_file_read(names.at[i].p, &file, NULL) == AC_OK);
        properties(ac_sb_view(&file), spanish ? AC_LANG_ES : AC_LANG_EN);
    }
}
