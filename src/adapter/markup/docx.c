#include "adapter/markup/docx.h"

#include "adapter/markup/docx_text.h"
#include "adapter/markup/opc.h"

enum { MARGINS_MAX = 4096, TEXT_MAX = 16 * 1024 * 1024 };

typedef struct {
    bool header;
    ac_sv id;                   /* of the relationship */
    const zip_part *part;       /* once it is told */
} margin;

typedef struct {
    docx d;
    zip *z;
    opc_rels rels;              /* of the document part */
    AC_VEC(margin) margins;     /* as the sections name them */
} document;

/* ---- headers and footers ------------------------------------------------------------------------------------------- */

static void on_reference(void *context, const xml_tag *tag)
{
    document *doc = context;
    bool header = xml_is(tag, "headerReference");
    if (!header && !xml_is(tag, "footerReference"))
        return;
    margin *m = doc->margins.n < MARGINS_MAX ? ac_vec_push(&doc->margins, doc->z->arena) : NULL;
    if (m)
        *m = (margin) { .header = header, .id = ac_arena_copy(doc->z->arena, xml_attr_of(tag, "id")) };
    else
        ac_mw_fail(doc->d.out, AC_MEDIA_TOO_LARGE);
}

static void on_nothing(void *context, const xml_tag *tag) { (void)context, (void)tag; }
static void on_no_chars(void *context, ac_sv text) { (void)context, (void)text; }

/* Sections often have copies of the same header: the same bytes are told once. */
static bool is_told(const document *doc, const zip_part *part)
{
    for (size_t i = 0; i < doc->margins.n; i++) {
        const zip_part *told = doc->margins.at[i].part;
        if (told && (told == part || ac_sv_eq(told->bytes, part->bytes)))
            return true;
    }
    return false;
}

static void tell_part(document *doc, const zip_part *part)
{
    flow_gap(&doc->d.f, AC_GAP_BLOCK);
    docx_walk(&doc->d, part->bytes);
    flow_gap(&doc->d.f, AC_GAP_BLOCK);
}

static void tell_margins(document *doc, bool headers)
{
    for (size_t i = 0; i < doc->margins.n && !ac_mw_over(doc->d.out); i++) {
        margin *m = &doc->margins.at[i];
        const opc_rel *rel = m->header == headers ? opc_rel_by_id(&doc->rels, m->id) : NULL;
        const zip_part *part = rel ? zip_find(doc->z, rel->target) : NULL;
        if (!part || !part->bytes.p || is_told(doc, part))
            continue;
        m->part = part;
        tell_part(doc, part);
    }
}

/* ---- the document -------------------------------------------------------------------------------------------------- */

static ac_sv bytes_of_type(const document *doc, const char *type)
{
    const zip_part *part = opc_part_of_type(doc->z, &doc->rels, type);
    return part ? part->bytes : AC_SV("");
}

static void tell_comments(document *doc)
{
    const zip_part *part = opc_part_of_type(doc->z, &doc->rels, "comments");
    uint64_t before = doc->d.f.puts;
    if (!part)
        return;
    flow_side comments = FLOW_SIDE(TEXT_MAX);
    (void)flow_divert(&doc->d.f, &comments);
    docx_walk(&doc->d, part->bytes);
    flow_return(&doc->d.f, NULL);
    if (doc->d.f.puts != before) {
        flow_gap(&doc->d.f, AC_GAP_BLOCK);
        flow_text(&doc->d.f, AC_SV("Comments"));
        flow_replay(&doc->d.f, &comments, AC_GAP_LINE);
    }
    flow_side_cleanup(&comments);
}

static void tell_text(document *doc, const zip_part *main)
{
    static const xml_events references = { on_reference, on_nothing, on_no_chars };
    static const char *const notes[] = { "footnotes", "endnotes" };
    xml_read(main->bytes, &references, doc, doc->d.out);
    tell_margins(doc, true);
    tell_part(doc, main);
    tell_margins(doc, false);
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        const zip_part *part = opc_part_of_type(doc->z, &doc->rels, notes[i]);
        if (part)
            tell_part(doc, part);
    }
    tell_comments(doc);
}

static bool tell_attachments(const zip *z, const opc_rels *rels, ac_mw *out)
{
    static const char *const folders[] = { "word/media/", "word/embeddings/", "word/charts/", "word/diagrams/", "word/activeX/" };
    bool any = false;
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
        any |= opc_tell_attachments(z, folders[i], out);
    for (size_t i = 0; i < rels->n; i++) {
        bool chunk = ac_sv_eq(rels->at[i].type, AC_SV("aFChunk")) && rels->at[i].target.n;
        if (chunk)
            ac_mw_attachment(out, zip_base_name(rels->at[i].target), AC_SV(""), 0);
        any |= chunk;
    }
    return any;
}

void docx_read(zip *z, const zip_part *main, ac_mw *out)
{
    document doc = { .z = z, .d = { .out = out, .f.out = out, .styles.arena = z->arena, .boxes = FLOW_SIDE(TEXT_MAX),
                                    .text = AC_SB(TEXT_MAX), .note = AC_SB(1024) } };
    ac_mw_type(out, AC_SV("application/vnd.openxmlformats-officedocument.wordprocessingml.document"));
    opc_rels package = opc_rels_of(z, AC_SV(""), out);
    doc.rels = opc_rels_of(z, main->name, out);
    opc_tell_properties(z, &package, out);
    docx_styles_read(&doc.d.styles, bytes_of_type(&doc, "styles"), bytes_of_type(&doc, "numbering"), out);
    tell_text(&doc, main);
    if (tell_attachments(z, &doc.rels, out))
        ac_mw_warn(out, AC_MEDIA_ATTACHMENT_UNREAD, AC_NO_PAGE);
    if (doc.d.deleted)
        ac_mw_warn(out, AC_MEDIA_DELETED_TEXT, AC_NO_PAGE);
    if (doc.d.hidden)
        ac_mw_warn(out, AC_MEDIA_HIDDEN_TEXT, AC_NO_PAGE);
    flow_side_cleanup(&doc.d.boxes);
    ac_sb_cleanup(&doc.d.text);
    ac_sb_cleanup(&doc.d.note);
}
