#include "nlp/phi/phi_testing.h"

#include "fuzz/fuzz.h"
#include "nlp/text/normalise.h"
#include "nlp/phi/phi_value.h"

#include <stdlib.h>
#include <string.h>

static int word_char(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80; }

/* Does value stand in text as words, letter case ignored? */
static int stands_in(ac_sv text, ac_sv value)
{
    for (size_t i = 0; i + value.n <= text.n; i++)
        if (ac_sv_eq_nocase(ac_sv_sub(text, i, i + value.n), value) && (i == 0 || !word_char(text.p[i - 1])) &&
            (i + value.n == text.n || !word_char(text.p[i + value.n])))
            return 1;
    return 0;
}

static void check_items(const ac_note *note)
{
    for (size_t i = 0; i < note->phi.n; i++) {
        ac_span s = note->phi.at[i].span;
        if (s.begin >= s.end || s.end > note->text.n || (i && s.begin < note->phi.at[i - 1].span.end))
            abort();
    }
}

/* Applying the replacements to the note gives the text. */
static void check_map(const ac_note *note, ac_deidentified out)
{
    size_t at = 0, done = 0;
    for (size_t i = 0; i <= note->phi.n; i++) {
        size_t until = i < note->phi.n ? note->phi.at[i].span.begin : note->text.n;
        ac_sv before = ac_sv_sub(note->text, done, until), r = { "", 0 };
        if (i < note->phi.n)
            r = out.replacements[i];
        if (!ac_sv_eq(ac_sv_sub(out.text, at, at + before.n), before) ||
            !ac_sv_eq(ac_sv_sub(out.text, at + before.n, at + before.n + r.n), r))
            abort();
        at += before.n + r.n;
        done = i < note->phi.n ? note->phi.at[i].span.end : until;
    }
    if (at != out.text.n)
        abort();
}

static size_t words_of(ac_sv value)
{
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++)
        n += word_char(value.p[i]) && (i == 0 || !word_char(value.p[i - 1]));
    return n;
}

static int one_word(ac_sv value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!word_char(value.p[i]))
            return 0;
    return 1;
}

/* Masked: the length in characters stays, and no hidden value is left that has but one meaning. */
static void check_mask(const ac_note *note, ac_deidentified out)
{
    size_t was = 0, is = 0;
    for (size_t i = 0; i < note->text.n; i++)
        was += ((unsigned char)note->text.p[i] & 0xC0) != 0x80;
    for (size_t i = 0; i < out.text.n; i++)
        is += ((unsigned char)out.text.p[i] & 0xC0) != 0x80;
    if (was != is)
        abort();
    for (size_t i = 0; i < note->phi.n && i < 50; i++) {
        ac_sv value = ac_span_text(note->text, note->phi.at[i].span);
        if (value.n < 100 && word_char(value.p[0]) && word_char(value.p[value.n - 1]) && !one_word(value) &&
            ac_phi_value_wanted(note->text, &note->phi.at[i]) && words_of(value) <= 8 &&
            ac_deid_hides(AC_DEID_SAFE_HARBOR, note, &note->phi.at[i]) && stands_in(out.text, value))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(64 << 20);
    ac_source source;
    uint64_t key = 1;
    if (n < 1 || n > 20000 || ac_normalise((ac_sv) { (const char *)data + 1, n - 1 }, n, arena, &source, NULL) != AC_OK)
        return 0;
    ac_note note;
    if (!ac_testing_note(&note, arena, source.text, data[0] & 1 ? AC_LANG_ES : AC_LANG_EN))
        return 0;
    check_items(&note);
    for (ac_deid_mode m = 0; m < AC_DEID_MODE_COUNT; m++) {
        ac_deidentified out = { 0 };
        ac_deid_options o = { AC_DEID_SAFE_HARBOR, m, ac_testing_prf, &key };
        if (ac_deidentify(&note, &o, &out, NULL) != AC_OK)
            return 0;
        check_map(&note, out);
        if (m == AC_DEID_MASK)
            check_mask(&note, out);
    }
    return 0;
}
