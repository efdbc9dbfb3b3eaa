#include "eval/xmi.h"

#include <string.h>

static bool is_name(char c) { return ac_is_alnum(c) || c == ':' || c == '_' || c == '-' || c == '.'; }

/* The '>' that ends the tag; quotes may hide one. s.n when there is none. */
static size_t tag_end(ac_sv s, size_t i)
{
    char quote = 0;
    for (; i < s.n; i++) {
        if (quote)
            quote = s.p[i] == quote ? 0 : quote;
        else if (s.p[i] == '"' || s.p[i] == '\'')
            quote = s.p[i];
        else if (s.p[i] == '>')
            break;
    }
    return i;
}

bool ac_xml_next(ac_sv *rest, ac_xml_tag *out)
{
    while (rest->n) {
        const char *at = memchr(rest->p, '<', rest->n);
        if (!at)
            break;
        *rest = ac_sv_sub(*rest, (size_t)(at - rest->p) + 1, rest->n);
        size_t n = 0;
        while (n < rest->n && is_name(rest->p[n]))
            n++;
        if (!n)
            continue; /* an end tag, a comment, a declaration */
        size_t end = tag_end(*rest, n);
        if (end == rest->n)
            break;
        *out = (ac_xml_tag) { ac_sv_sub(*rest, 0, n), ac_sv_sub(*rest, n, end) };
        *rest = ac_sv_sub(*rest, end + 1, rest->n);
        return true;
    }
    *rest = (ac_sv) { NULL, 0 };
    return false;
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static size_t put_utf8(char *to, uint32_t cp)
{
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF) || cp == 0)
        cp = 0xFFFD;
    if (cp < 0x80) {
        to[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n; i-- > 1; cp >>= 6)
        to[i] = (char)(0x80 | (cp & 0x3F));
    static const unsigned char lead[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
    to[0] = (char)(lead[n] | cp);
    return n;
}

/* "#10" or "#x0A"; false for anything else */
static bool char_reference(ac_sv s, uint32_t *out)
{
    bool hex = s.n > 1 && (s.p[1] == 'x' || s.p[1] == 'X');
    uint32_t v = 0;
    if (s.n < 2 || s.p[0] != '#' || s.n > 9 || (hex && s.n == 2))
        return false;
    for (size_t i = hex ? 2 : 1; i < s.n; i++) {
        char c = ac_lower(s.p[i]);
        bool letter = hex && c >= 'a' && c <= 'f';
        if (!ac_is_digit(c) && !letter)
            return false;
        v = v * (hex ? 16 : 10) + (uint32_t)(letter ? c - 'a' + 10 : c - '0');
    }
    *out = v;
    return true;
}

static bool entity(ac_sv s, uint32_t *out)
{
    static const struct {
        const char *name;
        uint32_t cp;
    } named[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (ac_sv_eq(s, ac_sv_z(named[i].name))) {
            *out = named[i].cp;
            return true;
        }
    return char_reference(s, out);
}

/* An entity is at least as long as what it stands for ("&lt;", "&#9;"; U+FFFD for "&#0;" takes three bytes of four). */
static ac_sv decode(ac_sv raw, ac_arena *arena)
{
    char *p = ac_arena_alloc(arena, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; p && i < raw.n;) {
        uint32_t cp;
        size_t end = i + 1;
        while (raw.p[i] == '&' && end < raw.n && end < i + 12 && raw.p[end] != ';')
            end++;
        if (raw.p[i] == '&' && end < raw.n && raw.p[end] == ';' && entity(ac_sv_sub(raw, i + 1, end), &cp)) {
            n += put_utf8(p + n, cp);
            i = end + 1;
        } else {
            bool space = raw.p[i] == '\n' || raw.p[i] == '\r' || raw.p[i] == '\t';
            p[n++] = space ? ' ' : raw.p[i];
            i++;
        }
    }
    return (ac_sv) { p, p ? n : 0 };
}

ac_sv ac_xml_attr(const ac_xml_tag *tag, const char *name, ac_arena *arena)
{
    ac_sv s = tag->attrs, wanted = ac_sv_z(name);
    for (size_t i = 0; i < s.n;) {
        size_t begin = i;
        while (i < s.n && is_name(s.p[i]))
            i++;
        ac_sv found = ac_sv_sub(s, begin, i);
        if (i + 1 >= s.n || s.p[i] != '=' || (s.p[i + 1] != '"' && s.p[i + 1] != '\'')) {
            i += i == begin;
            continue;
        }
        const char *end = i + 2 < s.n ? memchr(s.p + i + 2, s.p[i + 1], s.n - i - 2) : NULL;
        if (!end)
            break;
        ac_sv value = ac_sv_sub(s, i + 2, (size_t)(end - s.p));
        if (ac_sv_eq(found, wanted))
            return decode(value, arena);
        i = (size_t)(end - s.p) + 1;
    }
    return (ac_sv) { NULL, 0 };
}

int64_t ac_xml_number(const ac_xml_tag *tag, const char *name, int64_t fallback, ac_arena *arena)
{
    int64_t v;
    ac_sv s = ac_xml_attr(tag, name, arena);
    return s.p && ac_sv_to_i64(s, &v) ? v : fallback;
}

uint32_t *ac_utf16_bytes(ac_sv text, ac_arena *arena, size_t *n)
{
    uint32_t *at = ac_arena_alloc(arena, (text.n + 1) * sizeof *at); /* never more units than bytes */
    size_t units = 0;
    for (size_t i = 0; at && i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if ((c & 0xC0) == 0x80)
            continue;
        at[units++] = (uint32_t)i;
        if (c >= 0xF0) /* four bytes: two units */
            at[units++] = (uint32_t)i;
    }
    if (at)
        at[units] = (uint32_t)text.n;
    *n = units;
    return at;
}
