#include "nlp/tag/tag_feature.h"

#include "base/bytes.h"

#include <string.h>

#define NAME(id, name, ...) name,
static const char *const names[] = { AC_TAG_WORD_LIST(NAME) AC_TAG_CLASS_LIST(NAME) };
#define REACH(id, name, reach) [id] = reach,
static const uint8_t reaches[AC_TAG_TEMPLATES] = { AC_TAG_WORD_LIST(REACH) AC_TAG_CLASS_LIST(REACH) };

const char *ac_tag_template_name(ac_tag_template t) { return names[t]; }
int ac_tag_template_reach(ac_tag_template t) { return reaches[t]; }

/* ---- a word ------------------------------------------------------------------------------------------------------ */

/* Letters of Latin-1 without their accent, lower case; \0: as it is. From U+00C0. */
static const char plain[] = "aaaaaa\0ceeeeiiii\0\0ooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiii\0\0ooooo\0\0uuuuy\0y";

typedef struct {
    char letter; /* X or x */
    uint8_t n;   /* bytes read */
    char out[4];
    uint8_t n_out;
} letter;

static letter wide_letter(ac_sv s, size_t i)
{
    unsigned char lead = (unsigned char)s.p[i], next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
    letter l = { .letter = 'x', .n = (uint8_t)(lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2) };
    if (l.n > s.n - i)
        l.n = (uint8_t)(s.n - i);
    memcpy(l.out, s.p + i, l.n);
    l.n_out = l.n;
    if (lead != 0xC3 || (next & 0xC0) != 0x80)
        return l;
    bool upper = next < 0x9F && next != 0x97; /* neither ß nor × */
    l.letter = upper ? 'X' : 'x';
    l.out[1] = (char)(upper ? next + 0x20 : next);
    if (plain[next - 0x80]) {
        l.out[0] = plain[next - 0x80];
        l.n_out = 1;
    }
    return l;
}

#define TIMES_8(x)  x, x, x, x, x, x, x, x
#define TIMES_26(x) TIMES_8(x), TIMES_8(x), TIMES_8(x), x, x
/* What a letter's place in the shape of its word says: X, x, 0; 0: the byte itself. */
static const char ascii_letters[128] = { ['0'] = TIMES_8('0'), '0', '0', ['A'] = TIMES_26('X'), ['a'] = TIMES_26('x') };

void ac_tag_word_read(ac_sv text, ac_token_kind kind, ac_tag_word *out)
{
    enum { FORM_MAX = 6 };
    size_t norm = 0, shape = 0, form = 0;
    for (size_t i = 0; i < text.n && norm + sizeof((letter *)0)->out <= AC_TAG_WORD_BYTES;) {
        char c = text.p[i], sort = (unsigned char)c < 0x80 ? ascii_letters[(unsigned char)c] : 0;
        if ((unsigned char)c < 0x80) {
            out->norm[norm++] = sort == '0' && kind == AC_TOKEN_NUMBER ? '0' : ac_lower(c);
            sort = sort ? sort : c;
            i++;
        } else {
            letter l = wide_letter(text, i);
            memcpy(out->norm + norm, l.out, sizeof l.out);
            norm += l.n_out;
            i += l.n;
            sort = l.letter;
        }
        if (!shape || out->shape[shape - 1] != sort)
            out->shape[shape++] = sort;
        out->form[form++] = sort;
    }
    out->n_norm = (uint8_t)norm;
    out->n_shape = kind == AC_TOKEN_PUNCT ? 0 : (uint8_t)shape;
    out->n_form = kind == AC_TOKEN_PUNCT || form > FORM_MAX ? 0 : (uint8_t)form;
}

static bool inside_letter(ac_sv s, size_t at) { return at < s.n && ((unsigned char)s.p[at] & 0xC0) == 0x80; }

size_t ac_tag_norm_features(const ac_tag_word *w, ac_token_kind kind, ac_tag_feature out[AC_TAG_WORD_FEATURES])
{
    enum { AFFIX_MIN = 2, AFFIX_MAX = 5 };
    ac_sv norm = { w->norm, w->n_norm };
    size_t n = 0;
    out[n++] = (ac_tag_feature) { norm, AC_TAG_W };
    for (size_t k = AFFIX_MIN; kind == AC_TOKEN_WORD && k <= AFFIX_MAX && k <= norm.n; k++) { /* an affix that cuts a letter is none */
        if (!inside_letter(norm, k))
            out[n++] = (ac_tag_feature) { ac_sv_sub(norm, 0, k), (uint8_t)(AC_TAG_P2 + k - AFFIX_MIN) };
        if (!inside_letter(norm, norm.n - k))
            out[n++] = (ac_tag_feature) { ac_sv_sub(norm, norm.n - k, norm.n), (uint8_t)(AC_TAG_S2 + k - AFFIX_MIN) };
    }
    return n;
}

size_t ac_tag_shape_features(const ac_tag_word *w, ac_tag_feature out[AC_TAG_WORD_FEATURES])
{
    size_t n = 0;
    if (w->n_shape)
        out[n++] = (ac_tag_feature) { { w->shape, w->n_shape }, AC_TAG_SHAPE };
    if (w->n_form)
        out[n++] = (ac_tag_feature) { { w->form, w->n_form }, AC_TAG_FORM };
    return n;
}

/* ---- keys -------------------------------------------------------------------------------------------------------- */

uint64_t ac_tag_hash(ac_sv bytes)
{
    uint64_t h = bytes.n;
    size_t i = 0;
    for (; bytes.n - i >= 8; i += 8)
        h = ac_tag_mix(h, ac_bytes_eight(bytes.p + i));
    return i < bytes.n ? ac_tag_mix(h, ac_bytes_few(bytes.p + i, bytes.n - i)) : h;
}

bool ac_tag_key_read(ac_sv written, uint64_t *key, ac_tag_template *t, ac_sv *value)
{
    ac_sv name;
    if (!ac_sv_split(&written, '=', &name) || !written.n)
        return false;
    for (size_t i = 0; i < AC_TAG_TEMPLATES; i++)
        if (ac_sv_eq(ac_sv_z(names[i]), name)) {
            *t = (ac_tag_template)i;
            *key = ac_tag_key(*t, written);
            *value = written;
            return true;
        }
    return false;
}
