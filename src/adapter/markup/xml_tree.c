#include "adapter/markup/xml_tree.h"

#include "adapter/markup/xml.h"

enum {
    CHARS_MAX = 16 * 1024,      /* bytes of text that go out together */
    ATTRS_TOLD = 1024,          /* attributes of one element */
};

typedef struct {
    ac_mw *out;
    ac_sb chars;                /* text since the last tag */
    ac_sb names;                /* of the attributes being told, where they have prefixes */
} tree;

/* Prefixes by which readers ask, whatever the document calls them. */
static ac_sv usual_prefix(const xml_attr *a)
{
    static const struct {
        const char *space, *prefix;
    } rows[] = { { "http://www.w3.org/2001/XMLSchema-instance", "xsi" }, { "http://www.w3.org/XML/1998/namespace", "xml" },
                 { "http://www.w3.org/1999/xlink", "xlink" }, { "urn:hl7-org:sdtc", "sdtc" } };
    for (size_t i = 0; a->space.n && i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(a->space, ac_sv_z(rows[i].space)))
            return ac_sv_z(rows[i].prefix);
    return a->prefix;
}

static void tell_chars(tree *t)
{
    ac_mw_chars(t->out, ac_sb_view(&t->chars));
    ac_sb_clear(&t->chars);
}

static void on_open(void *context, const xml_tag *tag)
{
    tree *t = context;
    ac_tree_attr attrs[ATTRS_TOLD];
    size_t n = 0;
    tell_chars(t);
    if (tag->n > ATTRS_TOLD) {
        ac_mw_fail(t->out, AC_MEDIA_TOO_LARGE);
        return;
    }
    ac_sb_clear(&t->names);
    for (size_t i = 0; i < tag->n; i++)
        if (tag->attrs[i].prefix.n) {
            ac_sb_add(&t->names, usual_prefix(&tag->attrs[i]));
            ac_sb_add_char(&t->names, ':');
            ac_sb_add(&t->names, tag->attrs[i].name);
            ac_sb_add_char(&t->names, '\n');
        }
    if (t->names.rc != AC_OK) {
        ac_mw_fail(t->out, AC_MEDIA_TOO_LARGE);
        return;
    }
    ac_sv rest = ac_sb_view(&t->names); /* a name holds no line end */
    for (; n < tag->n; n++) {
        attrs[n] = (ac_tree_attr) { tag->attrs[n].name, tag->attrs[n].value };
        if (tag->attrs[n].prefix.n)
            (void)ac_sv_split(&rest, '\n', &attrs[n].name);
    }
    ac_mw_element(t->out, tag->space, tag->name, tag->line, attrs, n);
}

static void on_close(void *context, const xml_tag *tag)
{
    (void)tag;
    tree *t = context;
    tell_chars(t);
    ac_mw_element_end(t->out);
}

static void on_chars(void *context, ac_sv text)
{
    tree *t = context;
    while (text.n && !ac_mw_over(t->out)) {
        size_t n = text.n < CHARS_MAX - t->chars.n ? text.n : CHARS_MAX - t->chars.n;
        while (n && n < text.n && ((unsigned char)text.p[n] & 0xC0) == 0x80)
            n--; /* no character is cut in two */
        if (!n) {
            tell_chars(t);
            continue;
        }
        ac_sb_add(&t->chars, ac_sv_sub(text, 0, n));
        if (t->chars.rc != AC_OK)
            ac_mw_fail(t->out, AC_MEDIA_MEMORY);
        text = ac_sv_sub(text, n, text.n);
    }
}

void xml_tree_read(ac_sv bytes, ac_mw *out)
{
    static const xml_events events = { on_open, on_close, on_chars };
    tree t = { .out = out, .chars = AC_SB(CHARS_MAX), .names = AC_SB(AC_MEDIA_PACKET_MAX) };
    ac_mw_type(out, AC_SV("application/xml"));
    xml_read(bytes, &events, &t, out);
    ac_sb_cleanup(&t.chars);
    ac_sb_cleanup(&t.names);
}
