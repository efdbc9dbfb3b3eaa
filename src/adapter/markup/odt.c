#include "adapter/markup/odt.h"

#include "adapter/markup/odt_text.h"
#include "adapter/markup/opc.h"
#include "adapter/markup/xml_meta.h"

enum { ARENA_MAX = 64 << 20 };

typedef struct {
    ac_sv content, styles, meta; /* the same bytes when the document is flat */
} parts;

static void on_style_open(void *context, const xml_tag *tag)
{
    odt *o = context;
    odt_style_open(&o->styles, tag, o->out);
}

static void on_style_close(void *context, const xml_tag *tag) { odt_style_close(&((odt *)context)->styles, tag); }
static void on_no_chars(void *context, ac_sv text) { (void)context, (void)text; }

static void tell_comments(odt *o)
{
    if (!o->comments.text.n)
        return;
    flow_gap(&o->f, AC_GAP_BLOCK);
    flow_text(&o->f, AC_SV("Comments"));
    flow_replay(&o->f, &o->comments, AC_GAP_LINE);
}

static void tell_warnings(const odt *o)
{
    const struct {
        bool told;
        ac_media_note note;
    } rows[] = { { o->deleted, AC_MEDIA_DELETED_TEXT }, { o->hidden, AC_MEDIA_HIDDEN_TEXT }, { o->unread, AC_MEDIA_ATTACHMENT_UNREAD } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].told)
            ac_mw_warn(o->out, rows[i].note, AC_NO_PAGE);
}

static void read_parts(const parts *p, ac_arena *arena, bool unread, ac_mw *out)
{
    static const xml_meta_row meta[] = { { "title", "title" }, { "subject", "subject" }, { "initial-creator", "author" },
                                         { "creator", "last_modified_by" }, { "keyword", "keywords" },
                                         { "description", "description" }, { "creation-date", "created" }, { "date", "modified" } };
    static const xml_events styles = { on_style_open, on_style_close, on_no_chars };
    odt o = { .out = out, .f.out = out, .styles.arena = arena, .unread = unread, .value = AC_SB(1024), .note = AC_SB(1024),
              .told = AC_SB(ODT_SIDE_MAX), .boxes = FLOW_SIDE(ODT_SIDE_MAX), .footnotes = FLOW_SIDE(ODT_SIDE_MAX),
              .endnotes = FLOW_SIDE(ODT_SIDE_MAX), .comments = FLOW_SIDE(ODT_SIDE_MAX), .margin = FLOW_SIDE(ODT_SIDE_MAX) };
    if (p->meta.n)
        xml_meta_tell(p->meta, "meta", meta, sizeof meta / sizeof meta[0], out);
    xml_read(p->content, &styles, &o, out);
    if (p->styles.n && p->styles.p != p->content.p)
        xml_read(p->styles, &styles, &o, out);
    odt_styles_sort(&o.styles);
    if (p->styles.n)
        odt_walk(&o, p->styles, ODT_HEADERS);
    odt_walk(&o, p->content, ODT_BODY);
    if (p->styles.n)
        odt_walk(&o, p->styles, ODT_FOOTERS);
    flow_replay(&o.f, &o.footnotes, AC_GAP_BLOCK);
    flow_replay(&o.f, &o.endnotes, AC_GAP_BLOCK);
    tell_comments(&o);
    tell_warnings(&o);
    flow_side *sides[] = { &o.boxes, &o.footnotes, &o.endnotes, &o.comments, &o.margin };
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        flow_side_cleanup(sides[i]);
    ac_sb_cleanup(&o.value);
    ac_sb_cleanup(&o.note);
    ac_sb_cleanup(&o.told);
}

static ac_sv bytes_of(const zip *z, const char *name)
{
    const zip_part *part = zip_find(z, ac_sv_z(name));
    return part && part->bytes.p ? part->bytes : AC_SV("");
}

void odt_read(zip *z, ac_mw *out)
{
    ac_sv manifest = bytes_of(z, "META-INF/manifest.xml");
    ac_mw_type(out, AC_SV("application/vnd.oasis.opendocument.text"));
    if (manifest.n && memmem(manifest.p, manifest.n, ":encryption-data", strlen(":encryption-data")))
        ac_mw_fail(out, AC_MEDIA_ENCRYPTED);
    parts p = { bytes_of(z, "content.xml"), bytes_of(z, "styles.xml"), bytes_of(z, "meta.xml") };
    if (!p.content.n)
        ac_mw_fail(out, AC_MEDIA_DAMAGED);
    bool pictures = opc_tell_attachments(z, "Pictures/", out);
    bool others = opc_tell_attachments(z, "media/", out);
    if (!ac_mw_over(out))
        read_parts(&p, z->arena, pictures || others, out);
}

void odt_read_flat(ac_sv bytes, ac_mw *out)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA_MAX);
    ac_mw_type(out, AC_SV("application/vnd.oasis.opendocument.text"));
    if (!arena)
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    else
        read_parts(&(parts) { bytes, bytes, bytes }, arena, false, out);
}
