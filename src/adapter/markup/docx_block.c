/* Paragraphs, tables, text boxes and notes of a Word document. */
#include "adapter/markup/docx_text.h"

#include "adapter/markup/charset.h"
#include "adapter/markup/room.h"

enum { ID_MAX = 64, NOTES_MAX = 10000 };

static ac_sv keep(docx *d, ac_sv s)
{
    ac_sv kept = ac_arena_copy(d->styles.arena, s);
    if (s.n && !kept.p)
        ac_mw_fail(d->out, AC_MEDIA_TOO_LARGE);
    return kept;
}

static void push_id(docx *d, docx_ids *ids, ac_sv id, size_t most)
{
    ac_sv *at = ids->n < most ? ac_vec_push(ids, d->styles.arena) : NULL;
    if (at)
        *at = keep(d, ac_sv_sub(id, 0, ID_MAX));
    else
        ac_mw_fail(d->out, AC_MEDIA_TOO_LARGE);
}

/* ---- paragraphs ---------------------------------------------------------------------------------------------------- */

/* A cell begins where its first paragraph or table does: its width is known by then. */
static void begin_cell(docx *d)
{
    if (d->cell_waits)
        flow_cell(&d->f, d->cell_span, 1);
    d->cell_waits = false;
}

static void open_p(docx *d, const xml_tag *tag)
{
    (void)tag;
    begin_cell(d);
    if (!d->joins)
        flow_gap(&d->f, AC_GAP_LINE);
    d->joins = false;
    if (is_whole(&d->note, d->out) && d->note.n) {
        flow_text(&d->f, ac_sb_view(&d->note));
        flow_gap(&d->f, AC_GAP_BLANK);
        ac_sb_clear(&d->note);
    }
    d->paragraphs++;
    docx_paragraph *p = docx_paragraph_of(d);
    if (p)
        *p = (docx_paragraph) { .run = d->run, .puts = d->f.puts };
    d->run = (docx_run) { 0 };
}

static void close_p(docx *d)
{
    docx_paragraph *p = docx_paragraph_of(d);
    d->paragraphs -= d->paragraphs > 0;
    if (!p)
        return;
    bool blank = d->f.puts == p->puts;
    if (p->heading && !d->f.side)
        ac_mw_heading_end(d->out);
    d->joins = p->mark_deleted;
    d->f.item.n = 0;
    if (!d->joins)
        flow_gap(&d->f, blank ? AC_GAP_BLOCK : AC_GAP_LINE);
    d->run = p->run;
    d->codes = 0; /* no code of a field goes on in the next paragraph; a field without end must not hide the rest */
    if (!d->f.side)
        flow_replay(&d->f, &d->boxes, AC_GAP_LINE);
}

static void open_p_props(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->in_paragraph_props = d->depth;
}

static void close_p_props(docx *d)
{
    AC_AUTO(ac_sb) label = AC_SB(FLOW_LABEL_MAX);
    docx_paragraph *p = docx_paragraph_of(d);
    d->in_paragraph_props = 0;
    if (!p)
        return;
    const docx_style *style = p->style;
    if (style && !p->has_list && style->has_list) {
        p->list = style->list;
        p->has_list = true;
    }
    if (style && !p->has_level)
        p->level = style->level;
    p->heading |= style && style->heading;
    if (p->heading)
        flow_gap(&d->f, AC_GAP_BLOCK);
    if (p->heading && !d->f.side)
        ac_mw_heading(d->out);
    if (p->has_list && p->list > 0)
        docx_label(&d->styles, p->list, p->level, &label);
    if (is_whole(&label, d->out) && label.n)
        flow_label(&d->f, ac_sv_trim(ac_sb_view(&label)));
}

static void on_style(docx *d, const xml_tag *tag)
{
    docx_paragraph *p = docx_paragraph_of(d);
    if (p && d->in_paragraph_props)
        p->style = docx_style_of(&d->styles, xml_attr_of(tag, "val"));
}

static void on_list(docx *d, const xml_tag *tag)
{
    docx_paragraph *p = docx_paragraph_of(d);
    if (p && d->in_paragraph_props) {
        p->list = docx_number(tag, "val", 0);
        p->has_list = true;
    }
}

static void on_level(docx *d, const xml_tag *tag)
{
    docx_paragraph *p = docx_paragraph_of(d);
    if (p && d->in_paragraph_props) {
        p->level = docx_number(tag, "val", 0);
        p->has_level = true;
    }
}

static void on_outline(docx *d, const xml_tag *tag)
{
    docx_paragraph *p = docx_paragraph_of(d);
    int64_t level = docx_number(tag, "val", -1);
    if (p && d->in_paragraph_props)
        p->heading |= level >= 0 && level < DOCX_LEVELS;
}

/* ---- tables, boxes, notes ------------------------------------------------------------------------------------------ */

static void open_tbl(docx *d, const xml_tag *tag)
{
    (void)tag;
    begin_cell(d);
    flow_table_begin(&d->f);
}

static void close_tbl(docx *d) { flow_table_end(&d->f); }

static void open_tr(docx *d, const xml_tag *tag)
{
    (void)tag;
    flow_row(&d->f);
}

static void close_tr(docx *d) { flow_row_end(&d->f); }

static void open_tc(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->cell_waits = true;
    d->cell_span = 1;
    d->joins = false;
}

static void on_span(docx *d, const xml_tag *tag)
{
    int64_t n = docx_number(tag, "val", 1);
    d->cell_span = n > 0 && n < FLOW_COLUMNS_MAX ? (uint32_t)n : 1;
}

static void close_tc(docx *d)
{
    begin_cell(d);
    flow_cell_end(&d->f);
}

static void open_text_box(docx *d, const xml_tag *tag)
{
    (void)tag;
    if (d->box++ == 0 && !d->f.side)
        (void)flow_divert(&d->f, &d->boxes);
    flow_gap(&d->f, AC_GAP_LINE);
}

static void close_text_box(docx *d)
{
    d->box -= d->box > 0;
    flow_gap(&d->f, AC_GAP_LINE);
    if (!d->box && d->f.side == &d->boxes)
        flow_return(&d->f, NULL);
    if (!d->paragraphs && !d->f.side)
        flow_replay(&d->f, &d->boxes, AC_GAP_LINE);
}

static void mark_note(docx *d, const xml_tag *tag, docx_ids *ids, label_style style)
{
    AC_AUTO(ac_sb) mark = AC_SB(64);
    if (!docx_shows(d))
        return;
    push_id(d, ids, xml_attr_of(tag, "id"), NOTES_MAX);
    if (xml_attr_of(tag, "customMarkFollows").n)
        return;
    ac_sb_add_char(&mark, '[');
    label_number(&mark, style, (int64_t)ids->n);
    ac_sb_add_char(&mark, ']');
    (void)is_whole(&mark, d->out);
    flow_gap(&d->f, AC_GAP_BLANK);
    flow_text(&d->f, ac_sb_view(&mark));
}

static void on_footnote_mark(docx *d, const xml_tag *tag) { mark_note(d, tag, &d->footnotes, LABEL_DECIMAL); }
static void on_endnote_mark(docx *d, const xml_tag *tag) { mark_note(d, tag, &d->endnotes, LABEL_LOWER_ROMAN); }

/* A note of the part of notes; one that the text does not mark is not shown by Word either. */
static void open_note(docx *d, const xml_tag *tag, const docx_ids *ids, label_style style)
{
    ac_sv id = ac_sv_sub(xml_attr_of(tag, "id"), 0, ID_MAX);
    ac_sb_clear(&d->note);
    flow_gap(&d->f, AC_GAP_BLOCK);
    for (size_t i = 0; i < ids->n; i++)
        if (ac_sv_eq(ids->at[i], id)) {
            ac_sb_add_char(&d->note, '[');
            label_number(&d->note, style, (int64_t)i + 1);
            ac_sb_add_char(&d->note, ']');
            return;
        }
    d->skip = d->depth;
}

static void open_footnote(docx *d, const xml_tag *tag) { open_note(d, tag, &d->footnotes, LABEL_DECIMAL); }
static void open_endnote(docx *d, const xml_tag *tag) { open_note(d, tag, &d->endnotes, LABEL_LOWER_ROMAN); }

static void open_comment(docx *d, const xml_tag *tag)
{
    ac_sv author = ac_sv_sub(xml_attr_of(tag, "author"), 0, 200);
    ac_sb_clear(&d->note);
    ac_sb_add(&d->note, AC_SV("Comment"));
    if (author.n && ac_utf8_is(author)) {
        ac_sb_add(&d->note, AC_SV(" by "));
        ac_sb_add(&d->note, author);
    }
    ac_sb_add_char(&d->note, ':');
}

docx_elements docx_blocks(void)
{
    static const docx_element elements[] = {
        { "comment", open_comment, NULL, false },
        { "endnote", open_endnote, NULL, false },
        { "endnoteReference", on_endnote_mark, NULL, false },
        { "footnote", open_footnote, NULL, false },
        { "footnoteReference", on_footnote_mark, NULL, false },
        { "gridSpan", on_span, NULL, false },
        { "ilvl", on_level, NULL, false },
        { "numId", on_list, NULL, false },
        { "outlineLvl", on_outline, NULL, false },
        { "p", open_p, close_p, false },
        { "pPr", open_p_props, close_p_props, false },
        { "pStyle", on_style, NULL, false },
        { "tbl", open_tbl, close_tbl, false },
        { "tc", open_tc, close_tc, false },
        { "tr", open_tr, close_tr, false },
        { "txbxContent", open_text_box, close_text_box, false },
    };
    return (docx_elements) { elements, sizeof elements / sizeof elements[0] };
}
