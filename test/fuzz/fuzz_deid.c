#include "nlp/phi_testing.h"

#include "fuzz/fuzz.h"
#include "nlp/normalise.h"

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

/* Masked: the length in characters stays, and no hidden value of three letters or digits is left. */
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
        size_t letters = 0;
        for (size_t k = 0; k < value.n; k++)
            letters += word_char(value.p[k]) != 0;
        if (letters >= 3 && value.n < 100 && word_char(value.p[0]) && word_char(value.p[value.n - 1]) &&
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
        if (m == AC_DEID_MASK)
            check_mask(&note, out);
    }
    return 0;
}
