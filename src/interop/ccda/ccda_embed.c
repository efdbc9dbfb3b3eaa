#include "core/media_type.h"
#include "interop/ccda/ccda_make.h"

static int sextet(char c)
{
    if (ac_is_upper(c))
        return c - 'A';
    if (ac_is_lower(c))
        return c - 'a' + 26;
    if (ac_is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The text of an element as it stands. */
static ac_sv joined(ac_ccda_maker *m, const ac_tree_node *n)
{
    size_t all = 0, at = 0, pieces = 0;
    ac_sv only = { 0 };
    for (const ac_tree_node *c = n->first; c; c = c->next)
        if (c->text.n) {
            all += c->text.n;
            pieces++;
            only = c->text;
        }
    if (pieces <= 1)
        return only;
    char *p = ac_arena_alloc(m->arena, all);
    if (!p) {
        m->full = true;
        return AC_SV("");
    }
    for (const ac_tree_node *c = n->first; c; c = c->next)
        if (c->text.n) {
            memcpy(p + at, c->text.p, c->text.n);
            at += c->text.n;
        }
    return (ac_sv) { p, all };
}

/* Empty when it is no base64: nothing is better than half of a document. */
static ac_sv unbase64(ac_ccda_maker *m, ac_sv s)
{
    char *out = ac_arena_alloc(m->arena, s.n / 4 * 3 + 3);
    unsigned bits = 0;
    size_t n = 0, have = 0, i = 0;
    if (!out) {
        m->full = true;
        return AC_SV("");
    }
    for (; i < s.n && s.p[i] != '='; i++) {
        if (ac_is_space(s.p[i]))
            continue;
        int v = sextet(s.p[i]);
        if (v < 0)
            return AC_SV("");
        bits = (bits << 6 | (unsigned)v) & 0xFFFFFFu;
        if (++have % 4 != 1)
            out[n++] = (char)(unsigned char)(bits >> (6 - 2 * ((have - 1) % 4)) & 0xFFu);
    }
    for (; i < s.n; i++)
        if (s.p[i] != '=' && !ac_is_space(s.p[i]))
            return AC_SV("");
    return have % 4 == 1 ? AC_SV("") : (ac_sv) { out, n };
}

static ac_sv base64_of(ac_ccda_maker *m, ac_sv s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = ac_arena_alloc(m->arena, (s.n + 2) / 3 * 4 + 1);
    size_t n = 0;
    if (!out) {
        m->full = true;
        return AC_SV("");
    }
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0u);
        for (unsigned k = 0; k < 4; k++)
            out[n++] = i + k > s.n ? '=' : digits[v >> (18 - 6 * k) & 63];
    }
    return (ac_sv) { out, n };
}

static void document_reference(ac_ccda_maker *m, const ac_ccda_attachment *a)
{
    ac_rec_document_reference *d = ac_ccda_add(m, AC_REC_document_reference, a->path, NULL);
    ac_rec_attachment *data = AC_CCDA_PUSH(m, &d->content)->attachment = AC_CCDA_NEW(m, attachment);
    d->status = AC_SV("current");
    d->subject = ac_ccda_ref(m, m->patient);
    data->content_type = a->media_type;
    data->language = a->language;
    data->title = a->title;
    data->data = base64_of(m, a->bytes);
}

/* text/plain, whatever parameters follow */
static bool is_plain(ac_sv type)
{
    ac_sv rest = type, name = { 0 };
    (void)ac_sv_split(&rest, ';', &name);
    return ac_sv_eq_nocase(ac_sv_trim(name), AC_SV("text/plain"));
}

bool ac_ccda_embedded(ac_ccda_maker *m, const ac_tree_node *ed, ac_sv title, ac_sv path)
{
    bool coded = ac_ccda_attr_is(ed, "representation", "B64");
    ac_ccda_attachment a = { .media_type = ac_ccda_attr(ed, "mediaType"), .language = ac_ccda_attr(ed, "language"), .title = title,
                             .path = path, .compressed = ac_ccda_attr(ed, "compression").n > 0 };
    ac_sv bytes = ed ? joined(m, ed) : AC_SV("");
    a.bytes = coded ? unbase64(m, bytes) : ac_sv_trim(bytes);
    if (!a.bytes.n) {
        ac_ccda_skip(m, ed ? ed->name : AC_SV("nonXMLBody"), ac_tree_child(ed, AC_SV("reference")) ? AC_SV("reference") : AC_SV("no data"));
        m->out.record.coverage.members_unknown++;
        return false;
    }
    document_reference(m, &a);
    if (!a.compressed && (is_plain(a.media_type) || (!a.media_type.n && ac_media_type_of(a.bytes) == AC_MEDIA_TEXT))) {
        *AC_CCDA_PUSH(m, &m->out.passages) = (ac_ccda_passage) { .title = title, .text = a.bytes, .path = path };
        return true;
    }
    *AC_CCDA_PUSH(m, &m->out.attachments) = a;
    return true;
}
