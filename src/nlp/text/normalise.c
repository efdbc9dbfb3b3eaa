#include "nlp/text/normalise.h"

#include "base/latin.h"
#include "base/search.h"
#include "nlp/text/decode.h"

#include <string.h>
#include <utf8proc.h>

enum {
    MARKS_MAX = 30,      /* marks composed with one letter: UAX #15, stream-safe text format */
    COMPOSE_MAX = 160,   /* (1 + MARKS_MAX) characters, canonically decomposed */
    CONTROLS_FREE = 4,   /* this many control characters plus one in CONTROLS_SHARE: still text, more is binary data */
    CONTROLS_SHARE = 25,
    PLAIN_LEAD_MIN = 0xC3, PLAIN_LEAD_MAX = 0xCB, /* two-byte letters U+00C0 to U+02FF: nothing to do */
};

typedef struct {
    ac_piece *at;
    size_t n, cap;
} pieces;

typedef struct {
    ac_sv in;
    ac_arena *arena;
    char *out;
    size_t n, cap;
    pieces map;
    size_t compose_from; /* text from here on waits for ac composition; n when none does */
    unsigned marks;      /* characters that wait behind the first */
    size_t controls, chars;
    ac_coverage cov;
    bool full;           /* the arena is */
} normaliser;

/* ---- writing ------------------------------------------------------------------------------------------------- */

static uint64_t piece_source(const ac_piece *p, size_t text) { return p->source + (text - p->text) * p->stride; }

static void put(normaliser *z, const char *p, size_t len, uint64_t source, uint8_t stride)
{
    const ac_piece *last = z->map.n ? &z->map.at[z->map.n - 1] : NULL;
    if (!last || !stride || last->stride != stride || piece_source(last, z->n) != source) {
        ac_piece *fresh = ac_vec_push(&z->map, z->arena);
        if (fresh)
            *fresh = (ac_piece) { source, (uint32_t)z->n, stride };
        z->full |= !fresh;
    }
    z->full |= len > z->cap - z->n;
    if (z->full)
        return;
    memcpy(z->out + z->n, p, len);
    z->n += len;
}

static size_t encode(int32_t cp, char *out) { return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out); }

static size_t last_char_begin(const normaliser *z)
{
    size_t i = z->n;
    while (i > 0 && ((unsigned char)z->out[--i] & 0xC0) == 0x80)
        ;
    return i;
}

/* Put what waits into NFC. When that changes it, the new bytes all come from where the old ones began. */
static void compose(normaliser *z)
{
    size_t from = z->compose_from, len = z->n - from, made = 0;
    z->compose_from = SIZE_MAX;
    z->marks = 0;
    utf8proc_int32_t cps[COMPOSE_MAX];
    const utf8proc_option_t nfc = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)z->out + from, (utf8proc_ssize_t)len, cps,
                                            COMPOSE_MAX, nfc);
    if (n <= 0 || n > COMPOSE_MAX)
        return;
    n = utf8proc_normalize_utf32(cps, n, nfc);
    char text[COMPOSE_MAX * 4] = { 0 };
    for (utf8proc_ssize_t i = 0; i < n; i++)
        made += encode(cps[i], text + made);
    if (made == len && memcmp(text, z->out + from, len) == 0)
        return;
    while (z->map.n > 1 && z->map.at[z->map.n - 1].text > from)
        z->map.n--;
    ac_piece *p = &z->map.at[z->map.n - 1];
    uint64_t source = piece_source(p, from);
    z->map.n -= p->text == from;
    z->n = from;
    put(z, text, made, source, 0);
}

static void settle(normaliser *z)
{
    if (z->compose_from != SIZE_MAX && !z->full)
        compose(z);
}

/* ---- characters ---------------------------------------------------------------------------------------------- */

typedef enum { KEEP, DROP, NEW_LINE, MARK, UNSTABLE } treatment;

static treatment treat_rare(int32_t cp)
{
    if (cp == 0x2028 || cp == 0x2029)
        return NEW_LINE;
    if (cp == 0xFEFF || (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
        (cp >= 0x2060 && cp <= 0x206F))
        return DROP; /* invisible: they would hide a name or a drug from every rule */
    const utf8proc_property_t *p = utf8proc_get_property(cp);
    bool jamo = cp >= 0x1160 && cp <= 0x11FF;
    if (p->combining_class || jamo || (p->category >= UTF8PROC_CATEGORY_MN && p->category <= UTF8PROC_CATEGORY_ME))
        return MARK;
    return p->decomp_seqindex != UINT16_MAX && !p->decomp_type ? UNSTABLE : KEEP;
}

static treatment treat(int32_t cp)
{
    if (cp >= 0x300)
        return treat_rare(cp);
    if (cp == '\n' || cp == '\t' || (cp >= ' ' && cp < 0x7F) || (cp >= 0xA0 && cp != 0xAD))
        return KEEP;
    return cp == '\r' || cp == '\f' || cp == '\v' || cp == 0x85 ? NEW_LINE : DROP;
}

/* One character of the source: its bytes are in.p[at .. at + len). */
static void put_char(normaliser *z, int32_t cp, size_t at, size_t len, uint8_t stride)
{
    char utf8[4];
    treatment t = treat(cp);
    z->chars++;
    if (t == DROP) {
        z->controls += cp < 0xA0;
        z->cov.bytes_dropped += len;
        return;
    }
    if (t != MARK || z->marks >= MARKS_MAX)
        settle(z);
    if (t == UNSTABLE)
        z->compose_from = z->n;
    else if (t == MARK && z->compose_from == SIZE_MAX && z->n)
        z->compose_from = last_char_begin(z);
    z->marks += t == MARK;
    if (t == NEW_LINE)
        put(z, "\n", 1, at, 0);
    else
        put(z, utf8, encode(cp, utf8), at, stride);
}

static void put_invalid(normaliser *z, size_t at, size_t len)
{
    settle(z);
    z->chars++;
    z->cov.bytes_replaced += len;
    put(z, "\xEF\xBF\xBD", 3, at, 0);
}

/* "\r\n" is one line end; both come from the place of the first. Returns the bytes it takes, 0 when this is none. */
static size_t line_end(normaliser *z, size_t i, size_t unit, bool big_endian)
{
    size_t low = big_endian ? unit - 1 : 0;
    if (i + 2 * unit > z->in.n || z->in.p[i + low] != '\r' || z->in.p[i + unit + low] != '\n')
        return 0;
    if (unit == 2 && (z->in.p[i + !low] || z->in.p[i + unit + !low]))
        return 0;
    put_char(z, '\r', i, 2 * unit, 0);
    return 2 * unit;
}

/* ---- encodings ----------------------------------------------------------------------------------------------- */

static bool is_plain(char c) { return (c >= ' ' && c < 0x7F) || c == '\n' || c == '\t'; }

/* Bytes from i on that are themselves in the text: ASCII and, in UTF-8, the common accented letters. */
static size_t plain_run(ac_sv in, size_t i, bool utf8)
{
    for (;;) {
        while (i < in.n && is_plain(in.p[i]))
            i++;
        unsigned char c = i + 1 < in.n ? (unsigned char)in.p[i] : 0;
        if (!utf8 || c < PLAIN_LEAD_MIN || c > PLAIN_LEAD_MAX || ((unsigned char)in.p[i + 1] & 0xC0) != 0x80)
            return i;
        i += 2;
    }
}

static void read_bytes(normaliser *z, size_t i, bool utf8)
{
    while (i < z->in.n && !z->full) {
        size_t len = plain_run(z->in, i, utf8) - i;
        if (len) {
            settle(z);
            z->chars += len;
            put(z, z->in.p + i, len, i, 1);
            i += len;
            continue;
        }
        if ((len = line_end(z, i, 1, false)) == 0) {
            len = 1;
            int32_t cp = utf8 ? ac_decode_utf8(ac_sv_sub(z->in, i, z->in.n), &len)
                              : ac_latin_1252((unsigned char)z->in.p[i]);
            if (cp == AC_CP_INVALID)
                put_invalid(z, i, len);
            else
                put_char(z, cp, i, len, utf8);
        }
        i += len;
    }
}

static void read_utf16(normaliser *z, size_t i, bool big_endian)
{
    size_t len;
    for (; i < z->in.n && !z->full; i += len) {
        if ((len = line_end(z, i, 2, big_endian)) != 0)
            continue;
        int32_t cp = ac_decode_utf16(ac_sv_sub(z->in, i, z->in.n), big_endian, &len);
        if (cp == AC_CP_INVALID)
            put_invalid(z, i, len);
        else
            put_char(z, cp, i, len, cp < 0x80 ? 2 : 0);
    }
}

static ac_rc finish(normaliser *z, ac_source *out, ac_err *err)
{
    settle(z);
    ac_piece *sentinel = z->full ? NULL : ac_vec_push(&z->map, z->arena);
    if (!sentinel)
        return ac_fail(err, AC_ELIMIT, "no room for the text of %zu bytes", z->in.n);
    *sentinel = (ac_piece) { z->in.n, (uint32_t)z->n, 0 };
    if (z->controls > CONTROLS_FREE + z->chars / CONTROLS_SHARE)
        return ac_fail(err, AC_EINPUT, "binary data: %zu control characters of %zu", z->controls, z->chars);
    if (ac_sv_trim((ac_sv) { z->out, z->n }).n == 0)
        return ac_fail(err, AC_EINPUT, "document without text");
    z->cov.bytes_in = z->in.n;
    z->cov.bytes_read = z->in.n - z->cov.bytes_dropped;
    *out = (ac_source) { { z->out, z->n }, z->map.at, z->map.n, z->cov };
    return AC_OK;
}

ac_rc ac_normalise(ac_sv source, size_t max, ac_arena *arena, ac_source *out, ac_err *err)
{
    if (source.n > max)
        return ac_fail(err, AC_ELIMIT, "document of %zu bytes, limit %zu", source.n, max);
    if (source.n == 0)
        return ac_fail(err, AC_EINPUT, "empty document");
    ac_decode_plan plan = ac_decode_detect(source);
    if (plan.encoding == AC_ENC_BINARY)
        return ac_fail(err, AC_EINPUT, "binary data");
    if (plan.text_max >= UINT32_MAX)
        return ac_fail(err, AC_ELIMIT, "document of %zu bytes is too long", source.n);
    normaliser z = { .in = source, .arena = arena, .cap = plan.text_max + 1, .compose_from = SIZE_MAX };
    z.out = ac_arena_alloc(arena, z.cap);
    if (!z.out)
        return ac_fail(err, AC_ELIMIT, "no room for the text of %zu bytes", source.n);
    z.cov.encoding = ac_encoding_name(plan.encoding);
    z.cov.bytes_dropped = plan.bom;
    if (plan.encoding == AC_ENC_UTF16LE || plan.encoding == AC_ENC_UTF16BE)
        read_utf16(&z, plan.bom, plan.encoding == AC_ENC_UTF16BE);
    else
        read_bytes(&z, plan.bom, plan.encoding == AC_ENC_UTF8);
    return finish(&z, out, err);
}

/* ---- where things came from ---------------------------------------------------------------------------------- */

uint64_t ac_source_offset(const ac_source *s, uint32_t at)
{
    return piece_source(&s->pieces[AC_LAST_BEFORE(i, s->n_pieces, s->pieces[i].text <= at)], at);
}

uint32_t ac_source_text_at(const ac_source *s, uint64_t at)
{
    size_t next = AC_COUNT_BEFORE(i, s->n_pieces, s->pieces[i].source < at);
    if (next == 0 || (next < s->n_pieces && s->pieces[next].source == at)) /* the first of several from one place */
        return s->pieces[next].text;
    const ac_piece *p = &s->pieces[next - 1];
    if (next == s->n_pieces || !p->stride)
        return p->text;
    uint64_t text = p->text + (at - p->source) / p->stride;
    return text < p[1].text ? (uint32_t)text : p[1].text;
}
