#include "adapter/markup/odt_text.h"

#include "adapter/markup/room.h"

#include <stdlib.h>

typedef struct {
    const char *space, *name;
    void (*open)(odt *, const xml_tag *);
    void (*close)(odt *);
    bool left_out;
} element;

static int64_t number(const xml_tag *tag, const char *name, int64_t least, int64_t most)
{
    int64_t n;
    return ac_sv_to_i64(xml_attr_of(tag, name), &n) && n >= least && n <= most ? n : least;
}

/* ---- frames -------------------------------------------------------------------------------------------------------- */

static void push(odt *o, flow_side *side)
{
    if (o->frames == ODT_NESTED_MAX) {
        ac_mw_fail(o->out, AC_MEDIA_TOO_DEEP);
        return;
    }
    odt_frame *f = &o->frame[o->frames++];
    *f = (odt_frame) { .paragraphs = o->paragraphs, .puts = o->f.puts, .before = o->f.side, .diverted = side && side != o->f.side };
    if (f->diverted)
        (void)flow_divert(&o->f, side);
}

static odt_frame pop(odt *o)
{
    odt_frame none = { .puts = o->f.puts };
    if (!o->frames)
        return none;
    odt_frame f = o->frame[--o->frames];
    if (f.diverted)
        flow_return(&o->f, f.before);
    o->paragraphs = f.paragraphs;
    return f;
}

static void open_holder(odt *o, flow_side *side)
{
    push(o, side);
    o->paragraphs = 0;
}

/* ---- paragraphs ---------------------------------------------------------------------------------------------------- */

/* A paragraph within a paragraph is one of a shape. */
static void open_p(odt *o, const xml_tag *tag)
{
    (void)tag;
    push(o, o->paragraphs ? &o->boxes : NULL);
    o->paragraphs++;
    flow_gap(&o->f, AC_GAP_LINE);
    if (is_whole(&o->note, o->out) && o->note.n) {
        flow_text(&o->f, ac_sb_view(&o->note));
        flow_gap(&o->f, AC_GAP_BLANK);
        ac_sb_clear(&o->note);
    }
}

static void close_p(odt *o)
{
    bool blank = o->frames && o->frame[o->frames - 1].puts == o->f.puts;
    flow_gap(&o->f, blank ? AC_GAP_BLOCK : AC_GAP_LINE);
    (void)pop(o);
    if (!o->paragraphs && !o->f.side)
        flow_replay(&o->f, &o->boxes, AC_GAP_LINE);
}

static void open_h(odt *o, const xml_tag *tag)
{
    flow_gap(&o->f, AC_GAP_BLOCK);
    open_p(o, tag);
    if (!o->f.side)
        ac_mw_heading(o->out);
}

static void close_h(odt *o)
{
    if (!o->f.side)
        ac_mw_heading_end(o->out);
    close_p(o);
}

static void open_span(odt *o, const xml_tag *tag)
{
    const odt_style *style = odt_text_style(&o->styles, xml_attr_of(tag, "style-name"));
    if (!style)
        return;
    o->hidden |= style->hidden;
    if (style->struck) {
        o->deleted = true;
        o->skip = o->depth;
    } else if (style->raised && !o->raised) {
        o->raised = o->depth;
    }
}

static void open_blank(odt *o, const xml_tag *tag)
{
    (void)tag;
    flow_gap(&o->f, AC_GAP_BLANK);
}

static void open_break(odt *o, const xml_tag *tag)
{
    (void)tag;
    flow_gap(&o->f, AC_GAP_LINE);
}

/* ---- lists --------------------------------------------------------------------------------------------------------- */

static void open_list(odt *o, const xml_tag *tag)
{
    if (o->lists++ >= ODT_LEVELS)
        return;
    size_t level = o->lists - 1;
    odt_list *l = &o->list[level];
    const odt_style *style = odt_list_style(&o->styles, xml_attr_of(tag, "style-name"));
    l->style = style ? style : level ? l[-1].style : NULL;
    l->next = l->style ? l->style->start[level] : 1;
    if (ac_sv_eq(xml_attr_of(tag, "continue-numbering"), AC_SV("true")) && !level)
        l->next = o->last_number;
}

static void close_list(odt *o)
{
    o->lists -= o->lists > 0;
    if (!o->lists)
        o->last_number = o->list[0].next;
}

static void open_item(odt *o, const xml_tag *tag)
{
    AC_AUTO(ac_sb) label = AC_SB(FLOW_LABEL_MAX);
    if (!o->lists || o->lists > ODT_LEVELS)
        return;
    size_t level = o->lists - 1;
    odt_list *l = &o->list[level];
    (void)ac_sv_to_i64(xml_attr_of(tag, "start-value"), &l->next);
    label_style style = l->style ? l->style->style[level] : LABEL_BULLET;
    if (style != LABEL_NONE && style != LABEL_BULLET)
        ac_sb_add(&label, l->style->prefix[level]);
    label_number(&label, style, l->next);
    if (style != LABEL_NONE && style != LABEL_BULLET)
        ac_sb_add(&label, l->style->suffix[level]);
    l->next += l->next < INT64_MAX;
    flow_label(&o->f, is_whole(&label, o->out) ? ac_sv_trim(ac_sb_view(&label)) : AC_SV(""));
}

static void close_item(odt *o) { flow_label(&o->f, AC_SV("")); }

/* ---- tables -------------------------------------------------------------------------------------------------------- */

static void open_table(odt *o, const xml_tag *tag)
{
    (void)tag;
    flow_table_begin(&o->f);
}

static void close_table(odt *o) { flow_table_end(&o->f); }

static void open_row(odt *o, const xml_tag *tag)
{
    (void)tag;
    flow_row(&o->f);
}

static void close_row(odt *o) { flow_row_end(&o->f); }

/* What a wide cell covers stands there as cells of its own. */
static void open_cell(odt *o, const xml_tag *tag) { flow_cell(&o->f, (uint32_t)number(tag, "number-columns-repeated", 1, 1000), 1); }

static void close_cell(odt *o) { flow_cell_end(&o->f); }

/* ---- notes, comments, boxes ---------------------------------------------------------------------------------------- */

static void open_note(odt *o, const xml_tag *tag) { o->endnote = ac_sv_eq(xml_attr_of(tag, "note-class"), AC_SV("endnote")); }

static void open_value(odt *o, const xml_tag *tag)
{
    (void)tag;
    ac_sb_clear(&o->value);
    o->in_value = true;
}

static void close_citation(odt *o)
{
    ac_sv value = ac_sv_trim(ac_sb_view(&o->value));
    o->in_value = false;
    ac_sb_clear(&o->note);
    ac_sb_add_char(&o->note, '[');
    ac_sb_add(&o->note, value);
    ac_sb_add_char(&o->note, ']');
    (void)is_whole(&o->value, o->out);
    flow_gap(&o->f, AC_GAP_BLANK);
    flow_text(&o->f, ac_sb_view(&o->note));
}

static void open_note_body(odt *o, const xml_tag *tag)
{
    (void)tag;
    open_holder(o, o->endnote ? &o->endnotes : &o->footnotes);
    flow_gap(&o->f, AC_GAP_BLOCK);
}

static void close_holder(odt *o)
{
    flow_gap(&o->f, AC_GAP_LINE);
    (void)pop(o);
}

static void close_note_body(odt *o)
{
    ac_sb_clear(&o->note);
    close_holder(o);
}

static void open_comment(odt *o, const xml_tag *tag)
{
    (void)tag;
    open_holder(o, &o->comments);
    ac_sb_clear(&o->note);
    ac_sb_add(&o->note, AC_SV("Comment:"));
}

static void close_author(odt *o)
{
    ac_sv value = ac_sv_trim(ac_sb_view(&o->value));
    o->in_value = false;
    if (!is_whole(&o->value, o->out) || !is_whole(&o->note, o->out) || !o->note.n || !value.n)
        return;
    ac_sb_clear(&o->note);
    ac_sb_add(&o->note, AC_SV("Comment by "));
    ac_sb_add(&o->note, ac_sv_sub(value, 0, 512));
    ac_sb_add_char(&o->note, ':');
}

static void open_box(odt *o, const xml_tag *tag)
{
    (void)tag;
    open_holder(o, o->paragraphs || o->f.side ? &o->boxes : NULL);
    flow_gap(&o->f, AC_GAP_LINE);
}

static void open_data(odt *o, const xml_tag *tag)
{
    (void)tag;
    o->unread = true;
    ac_mw_attachment(o->out, AC_SV(""), AC_SV(""), 0);
}

/* ---- headers and footers ------------------------------------------------------------------------------------------- */

static void open_margin(odt *o, odt_part part, const xml_tag *tag)
{
    if (o->part != part || ac_sv_eq(xml_attr_of(tag, "display"), AC_SV("false"))) {
        o->skip = o->depth;
        return;
    }
    o->active = o->depth;
    open_holder(o, &o->margin);
}

static void open_header(odt *o, const xml_tag *tag) { open_margin(o, ODT_HEADERS, tag); }
static void open_footer(odt *o, const xml_tag *tag) { open_margin(o, ODT_FOOTERS, tag); }

static void close_margin(odt *o)
{
    if (o->active != o->depth)
        return;
    o->active = 0;
    (void)pop(o);
    if (!flow_is_told(&o->told, ac_sb_view(&o->margin.text)))
        flow_replay(&o->f, &o->margin, AC_GAP_BLOCK);
    ac_sb_clear(&o->margin.text);
    o->margin.gap = AC_GAP_NONE;
    flow_replay(&o->f, &o->boxes, AC_GAP_LINE);
}

static void open_body(odt *o, const xml_tag *tag)
{
    (void)tag;
    if (o->part == ODT_BODY)
        o->active = o->depth;
    else
        o->skip = o->depth;
}

/* ---- the walk ------------------------------------------------------------------------------------------------------ */

/* In byte order of names, then of spaces; elements that are not here are transparent. */
static const element elements[] = {
    { "office", "annotation", open_comment, close_holder, false },
    { "office", "binary-data", open_data, NULL, true },
    { "office", "body", open_body, NULL, false },
    { "table", "covered-table-cell", open_cell, close_cell, false },
    { "dc", "creator", open_value, close_author, false },
    { "dc", "date", NULL, NULL, true },
    { "svg-compatible", "desc", NULL, NULL, true },
    { "office", "event-listeners", NULL, NULL, true },
    { "style", "footer", open_footer, close_margin, false },
    { "style", "footer-first", open_footer, close_margin, false },
    { "style", "footer-left", open_footer, close_margin, false },
    { "office", "forms", NULL, NULL, true },
    { "text", "h", open_h, close_h, false },
    { "style", "header", open_header, close_margin, false },
    { "style", "header-first", open_header, close_margin, false },
    { "style", "header-left", open_header, close_margin, false },
    { "text", "line-break", open_break, NULL, false },
    { "text", "list", open_list, close_list, false },
    { "text", "list-item", open_item, close_item, false },
    { "text", "note", open_note, NULL, false },
    { "text", "note-body", open_note_body, close_note_body, false },
    { "text", "note-citation", open_value, close_citation, false },
    { "text", "p", open_p, close_p, false },
    { "text", "ruby-text", NULL, NULL, true },
    { "text", "s", open_blank, NULL, false },
    { "text", "span", open_span, NULL, false },
    { "text", "tab", open_blank, NULL, false },
    { "table", "table", open_table, close_table, false },
    { "table", "table-cell", open_cell, close_cell, false },
    { "table", "table-row", open_row, close_row, false },
    { "draw", "text-box", open_box, close_holder, false },
    { "svg-compatible", "title", NULL, NULL, true },
    { "text", "tracked-changes", NULL, NULL, true },
};

static int by_name(const void *key, const void *row) { return ac_sv_cmp(*(const ac_sv *)key, ac_sv_z(((const element *)row)->name)); }

/* "text" of "urn:oasis:names:tc:opendocument:xmlns:text:1.0" */
static ac_sv space_of(const xml_tag *tag)
{
    static const ac_sv begin = { "urn:oasis:names:tc:opendocument:xmlns:", 38 };
    ac_sv rest = tag->space, name = AC_SV("");
    if (!ac_sv_starts(rest, begin))
        return ac_sv_eq(rest, AC_SV("http://purl.org/dc/elements/1.1/")) ? AC_SV("dc") : name;
    rest = ac_sv_sub(rest, begin.n, rest.n);
    (void)ac_sv_split(&rest, ':', &name);
    return name;
}

static const element *element_of(const xml_tag *tag)
{
    const element *e = bsearch(&tag->name, elements, sizeof elements / sizeof elements[0], sizeof elements[0], by_name);
    return e && ac_sv_eq(space_of(tag), ac_sv_z(e->space)) ? e : NULL;
}

static void on_open(void *context, const xml_tag *tag)
{
    odt *o = context;
    o->depth++;
    if (o->skip) {
        o->deleted |= xml_is(tag, "deletion");
        return;
    }
    const element *e = element_of(tag);
    bool starts = e && (e->open == open_body || e->close == close_margin);
    if (!e || (!o->active && !starts))
        return;
    if (e->open)
        e->open(o, tag);
    if (e->left_out)
        o->skip = o->depth;
}

static void on_close(void *context, const xml_tag *tag)
{
    odt *o = context;
    const element *e = o->skip ? NULL : element_of(tag);
    if (e && e->close && o->active)
        e->close(o);
    if (o->skip == o->depth)
        o->skip = 0;
    if (o->raised == o->depth)
        o->raised = 0;
    if (o->active == o->depth)
        o->active = 0;
    o->depth--;
}

static void on_chars(void *context, ac_sv text)
{
    odt *o = context;
    if (o->skip || !o->active)
        return;
    if (o->in_value)
        ac_sb_add(&o->value, text);
    else if (o->paragraphs) {
        o->f.raised = o->raised;
        flow_text(&o->f, text);
        o->f.raised = false;
    }
}

void odt_walk(odt *o, ac_sv bytes, odt_part part)
{
    static const xml_events events = { on_open, on_close, on_chars };
    o->part = part;
    o->depth = o->skip = o->raised = o->active = 0;
    o->paragraphs = o->frames = o->lists = 0;
    o->in_value = false;
    xml_read(bytes, &events, o, o->out);
}
