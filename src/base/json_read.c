#include "base/json_read.h"

#include <string.h>

typedef struct {
    ac_sv in;
    size_t at;
    ac_arena *arena;
    ac_err *err;
} reader;

static ac_rc bad(const reader *r, const char *what)
{
    return ac_err_set(r->err, AC_EINPUT, __FILE__, __LINE__, "not JSON: %s at byte %zu", what, r->at);
}

static void skip_space(reader *r)
{
    while (r->at < r->in.n && memchr(" \t\n\r", r->in.p[r->at], 4))
        r->at++;
}

static int peek(const reader *r) { return r->at < r->in.n ? (unsigned char)r->in.p[r->at] : -1; }

static bool take(reader *r, ac_sv word)
{
    if (!ac_sv_starts(ac_sv_sub(r->in, r->at, r->in.n), word))
        return false;
    r->at += word.n;
    return true;
}

static size_t digits(reader *r)
{
    size_t from = r->at;
    while (r->at < r->in.n && ac_is_digit(r->in.p[r->at]))
        r->at++;
    return r->at - from;
}

static ac_rc number(reader *r, ac_json *v)
{
    size_t from = r->at;
    (void)take(r, AC_SV("-"));
    bool zero = peek(r) == '0';
    size_t whole = digits(r);
    if (whole == 0 || (zero && whole > 1))
        return bad(r, "a malformed number");
    if (take(r, AC_SV(".")) && digits(r) == 0)
        return bad(r, "a malformed number");
    if (peek(r) == 'e' || peek(r) == 'E') {
        r->at++;
        if (peek(r) == '+' || peek(r) == '-')
            r->at++;
        if (digits(r) == 0)
            return bad(r, "a malformed number");
    }
    v->type = AC_JSON_NUMBER;
    v->text = ac_sv_sub(r->in, from, r->at);
    return AC_OK;
}

static bool hex4(reader *r, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++, r->at++) {
        int c = peek(r);
        if (c >= '0' && c <= '9')
            v = v * 16 + (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            v = v * 16 + (uint32_t)((c | 32) - 'a' + 10);
        else
            return false;
    }
    *out = v;
    return true;
}

static size_t encode(uint32_t cp, char *out)
{
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)((n == 2 ? 0xC0 : n == 3 ? 0xE0 : 0xF0) | cp);
    return n;
}

static ac_rc unicode_escape(reader *r, char *out, size_t *n)
{
    uint32_t cp, low;
    if (!hex4(r, &cp))
        return bad(r, "a malformed escape");
    if (cp >= 0xDC00 && cp <= 0xDFFF)
        return bad(r, "a lone surrogate");
    if (cp >= 0xD800 && cp <= 0xDBFF) {
        if (!take(r, AC_SV("\\u")) || !hex4(r, &low) || low < 0xDC00 || low > 0xDFFF)
            return bad(r, "a lone surrogate");
        cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
    }
    *n += encode(cp, out + *n);
    return AC_OK;
}

static ac_rc escape(reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    int c = peek(r);
    r->at++;
    if (c == 'u')
        return unicode_escape(r, out, n);
    const char *p = c > 0 ? strchr(from, c) : NULL;
    if (!p)
        return bad(r, "an unknown escape");
    out[(*n)++] = to[p - from];
    return AC_OK;
}

/* Bytes of the UTF-8 sequence at p, 0 when malformed. Compact form of Unicode table 3-7. */
static size_t sequence(const unsigned char *p, size_t left)
{
    size_t n = p[0] < 0x80 ? 1 : p[0] < 0xC2 ? 0 : p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : p[0] < 0xF5 ? 4 : 0;
    if (n == 0 || n > left)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xF0 && p[1] < 0x90);
    bool surrogate = p[0] == 0xED && p[1] > 0x9F, too_big = p[0] == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || too_big ? 0 : n;
}

static const char *closing_quote(const reader *r)
{
    for (size_t i = r->at; i < r->in.n; i++) {
        if (r->in.p[i] == '"')
            return r->in.p + i;
        i += r->in.p[i] == '\\';
    }
    return NULL;
}

/* The text between quotes; it shares the source's bytes when nothing is escaped. */
static ac_rc string(reader *r, ac_sv *out)
{
    size_t from = ++r->at, n = 0;
    char *copy = NULL;
    for (int c; (c = peek(r)) != '"';) {
        if (c < 0x20)
            return bad(r, c < 0 ? "an unfinished string" : "a control character");
        if (c == '\\') {
            if (!copy) {
                const char *quote = closing_quote(r); /* a bound is enough: the copy is never longer than its source */
                copy = quote ? ac_arena_alloc(r->arena, (size_t)(quote - r->in.p) - from + 4) : NULL;
                if (!copy)
                    return quote ? ac_fail(r->err, AC_ELIMIT, "no room for JSON text") : bad(r, "an unfinished string");
                n = r->at - from;
                memcpy(copy, r->in.p + from, n);
            }
            r->at++;
            AC_TRY(r->err, escape(r, copy, &n));
            continue;
        }
        size_t len = sequence((const unsigned char *)r->in.p + r->at, r->in.n - r->at);
        if (len == 0)
            return bad(r, "bytes that are not UTF-8");
        if (copy)
            memcpy(copy + n, r->in.p + r->at, len);
        n += copy ? len : 0;
        r->at += len;
    }
    *out = copy ? (ac_sv) { copy, n } : ac_sv_sub(r->in, from, r->at);
    r->at++;
    return AC_OK;
}

static ac_rc literal(reader *r, ac_json *v)
{
    static const struct {
        ac_sv word;
        ac_json_type type;
    } words[] = { { { "true", 4 }, AC_JSON_TRUE }, { { "false", 5 }, AC_JSON_FALSE }, { { "null", 4 }, AC_JSON_NULL } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (take(r, words[i].word)) {
            v->type = words[i].type;
            return AC_OK;
        }
    return bad(r, "an unexpected character");
}

static ac_rc value(reader *r, ac_json *v)
{
    int c = peek(r);
    v->at = r->at;
    if (c == '{' || c == '[') {
        v->type = c == '{' ? AC_JSON_OBJECT : AC_JSON_ARRAY;
        r->at++;
        return AC_OK;
    }
    if (c == '"') {
        v->type = AC_JSON_STRING;
        return string(r, &v->text);
    }
    return c == '-' || ac_is_digit((char)c) ? number(r, v) : literal(r, v);
}

/* Open containers: the value, its last child and, for objects with many members, a hash table of their names. */
typedef struct frame {
    struct frame *up;
    ac_json *v, *last;
    const ac_json **names; /* slots - 1 is a mask; NULL while a walk over the members is cheaper */
    size_t slots;
    unsigned depth;
} frame;

enum { NAMES_FIRST = 16 }; /* members from which on a table is kept */

static size_t hash(ac_sv key)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < key.n; i++)
        h = (h ^ (unsigned char)key.p[i]) * 1099511628211u;
    return (size_t)(h ^ (h >> 32));
}

/* The slot of that name, or the free one where it belongs. */
static const ac_json **slot_of(const frame *f, ac_sv key)
{
    size_t i = hash(key) & (f->slots - 1);
    while (f->names[i] && !ac_sv_eq(f->names[i]->key, key))
        i = (i + 1) & (f->slots - 1);
    return &f->names[i];
}

/* Room for one more name, at most half full. The old table stays in the arena: all of them together are twice the last.
 */
static bool grow_names(reader *r, frame *f)
{
    if (f->v->n < NAMES_FIRST || (f->v->n + 1) * 2 <= f->slots)
        return true;
    size_t slots = f->slots ? f->slots * 2 : NAMES_FIRST * 4;
    const ac_json **names = ac_arena_alloc(r->arena, slots * sizeof(*names));
    if (!names)
        return false;
    f->names = names;
    f->slots = slots;
    for (const ac_json *o = f->v->first; o; o = o->next)
        *slot_of(f, o->key) = o;
    return true;
}

static bool stands_twice(const frame *f, const ac_json *child)
{
    if (f->names) {
        const ac_json **slot = slot_of(f, child->key);
        bool taken = *slot;
        *slot = child;
        return taken;
    }
    for (const ac_json *o = f->v->first; o; o = o->next)
        if (ac_sv_eq(o->key, child->key))
            return true;
    return false;
}

static ac_rc member_key(reader *r, frame *f, ac_json *child)
{
    if (peek(r) != '"')
        return bad(r, "a member without a name");
    AC_TRY(r->err, string(r, &child->key));
    if (!grow_names(r, f))
        return ac_fail(r->err, AC_ELIMIT, "no room for JSON names");
    if (stands_twice(f, child))
        return bad(r, "a name that stands twice");
    skip_space(r);
    if (!take(r, AC_SV(":")))
        return bad(r, "a missing colon");
    skip_space(r);
    return AC_OK;
}

static ac_rc next_child(reader *r, frame *f, ac_json **out)
{
    ac_json *child = ac_arena_alloc(r->arena, sizeof *child);
    if (!child)
        return ac_fail(r->err, AC_ELIMIT, "no room for JSON");
    if (f->v->type == AC_JSON_OBJECT)
        AC_TRY(r->err, member_key(r, f, child));
    AC_TRY(r->err, value(r, child));
    *(f->last ? &f->last->next : &f->v->first) = child;
    f->last = child;
    f->v->n++;
    *out = child;
    return AC_OK;
}

static ac_rc push(reader *r, frame **top, ac_json *v, unsigned depth_max)
{
    unsigned depth = *top ? (*top)->depth + 1 : 1;
    if (depth > depth_max)
        return ac_fail(r->err, AC_ELIMIT, "JSON nests deeper than %u at byte %zu", depth_max, r->at);
    frame *f = ac_arena_alloc(r->arena, sizeof *f);
    if (!f)
        return ac_fail(r->err, AC_ELIMIT, "no room for JSON");
    *f = (frame) { .up = *top, .v = v, .depth = depth };
    *top = f;
    return AC_OK;
}

static bool is_container(const ac_json *v) { return v->type == AC_JSON_OBJECT || v->type == AC_JSON_ARRAY; }

/* One step inside the open container: a closing bracket, or a comma and the next child. */
static ac_rc advance(reader *r, frame **top, unsigned depth_max)
{
    frame *f = *top;
    skip_space(r);
    if (peek(r) == (f->v->type == AC_JSON_OBJECT ? '}' : ']')) {
        r->at++;
        *top = f->up;
        return AC_OK;
    }
    if (f->last && !take(r, AC_SV(",")))
        return bad(r, "a missing comma");
    skip_space(r);
    ac_json *child = NULL;
    AC_TRY(r->err, next_child(r, f, &child));
    return child && is_container(child) ? push(r, top, child, depth_max) : AC_OK;
}

ac_rc ac_json_parse(ac_sv source, unsigned depth_max, ac_arena *arena, ac_json **out, ac_err *err)
{
    reader r = { .in = source, .arena = arena, .err = err };
    frame *top = NULL;
    ac_json *root = ac_arena_alloc(arena, sizeof *root);
    if (!root)
        return ac_fail(err, AC_ELIMIT, "no room for JSON");
    skip_space(&r);
    AC_TRY(err, value(&r, root));
    if (is_container(root))
        AC_TRY(err, push(&r, &top, root, depth_max));
    while (top)
        AC_TRY(err, advance(&r, &top, depth_max));
    skip_space(&r);
    if (r.at != source.n)
        return bad(&r, "more after the value");
    *out = root;
    return AC_OK;
}

const ac_json *ac_json_get(const ac_json *j, const char *key)
{
    ac_sv k = ac_sv_z(key);
    for (const ac_json *c = j && j->type == AC_JSON_OBJECT ? j->first : NULL; c; c = c->next)
        if (ac_sv_eq(c->key, k))
            return c;
    return NULL;
}

ac_sv ac_json_text(const ac_json *j, const char *key)
{
    const ac_json *v = ac_json_get(j, key);
    return v && v->type == AC_JSON_STRING ? v->text : AC_SV("");
}

double ac_json_number(const ac_json *j, const char *key, double fallback)
{
    const ac_json *v = ac_json_get(j, key);
    double d;
    return v && v->type == AC_JSON_NUMBER && ac_sv_to_double(v->text, &d) ? d : fallback;
}

int64_t ac_json_i64(const ac_json *j, const char *key, int64_t fallback)
{
    const ac_json *m = ac_json_get(j, key);
    int64_t n;
    return m && m->type == AC_JSON_NUMBER && ac_sv_to_i64(m->text, &n) ? n : fallback;
}
