/* The control words of RTF that a reader of its text has to know. */
#include "adapter/markup/rtf_reader.h"

#include "adapter/markup/room.h"
#include "adapter/markup/symbol.h"

#include <stdlib.h>

typedef enum {
    DO_CHARACTER, DO_GAP, DO_PARAGRAPH, DO_PLAIN, DO_PARD, DO_CELL, DO_ROW, DO_IN_TABLE, DO_DEST, DO_META, DO_STAR_ONLY,
    DO_DELETED, DO_HIDDEN, DO_RAISED, DO_LOWERED, DO_FONT, DO_FONT_CHARSET, DO_CHARSET, DO_CODE_PAGE, DO_FALLBACK, DO_HEADING,
    DO_NOTE_MARK, DO_PICTURE_TYPE, DO_FORM_TYPE, DO_FORM_RESULT, DO_FORM_DEFAULT,
} action;

typedef struct {
    const char *word;
    action act;
    uint32_t value;             /* a character, gap, destination or charset */
    const char *text;
} row;

/* In alphabetical order. Unknown words are passed over, unknown groups that begin with "\*" left out. */
static const row rows[] = {
    { "annotation", DO_DEST, RTF_COMMENT, NULL },
    { "ansi", DO_CHARSET, CHARSET_1252, NULL },
    { "ansicpg", DO_CODE_PAGE, 0, NULL },
    { "atnauthor", DO_DEST, RTF_AUTHOR, NULL },
    { "author", DO_META, 0, "author" },
    { "bullet", DO_CHARACTER, 0x2022, NULL },
    { "category", DO_META, 0, "category" },
    { "cell", DO_CELL, 0, NULL },
    { "chftn", DO_NOTE_MARK, 0, NULL },
    { "colortbl", DO_DEST, RTF_SKIP, NULL },
    { "column", DO_GAP, AC_GAP_LINE, NULL },
    { "deleted", DO_DELETED, 0, NULL },
    { "do", DO_STAR_ONLY, RTF_HOLDER, NULL },
    { "doccomm", DO_META, 0, "description" },
    { "dptxbxtext", DO_DEST, RTF_BOX, NULL },
    { "emdash", DO_CHARACTER, 0x2014, NULL },
    { "emspace", DO_CHARACTER, ' ', NULL },
    { "endash", DO_CHARACTER, 0x2013, NULL },
    { "enspace", DO_CHARACTER, ' ', NULL },
    { "f", DO_FONT, 0, NULL },
    { "fcharset", DO_FONT_CHARSET, 0, NULL },
    { "ffdefres", DO_FORM_DEFAULT, 0, NULL },
    { "ffres", DO_FORM_RESULT, 0, NULL },
    { "fftype", DO_FORM_TYPE, 0, NULL },
    { "fldinst", DO_DEST, RTF_HOLDER, NULL },
    { "fonttbl", DO_DEST, RTF_FONTS_TABLE, NULL },
    { "footer", DO_DEST, RTF_FOOTER, NULL },
    { "footerf", DO_DEST, RTF_FOOTER, NULL },
    { "footerl", DO_DEST, RTF_FOOTER, NULL },
    { "footerr", DO_DEST, RTF_FOOTER, NULL },
    { "footnote", DO_DEST, RTF_FOOTNOTE, NULL },
    { "formfield", DO_DEST, RTF_FORM, NULL },
    { "header", DO_DEST, RTF_HEADER, NULL },
    { "headerf", DO_DEST, RTF_HEADER, NULL },
    { "headerl", DO_DEST, RTF_HEADER, NULL },
    { "headerr", DO_DEST, RTF_HEADER, NULL },
    { "info", DO_DEST, RTF_INFO, NULL },
    { "intbl", DO_IN_TABLE, 0, NULL },
    { "jpegblip", DO_PICTURE_TYPE, 0, "image/jpeg" },
    { "keywords", DO_META, 0, "keywords" },
    { "ldblquote", DO_CHARACTER, 0x201C, NULL },
    { "line", DO_GAP, AC_GAP_LINE, NULL },
    { "listtext", DO_DEST, RTF_LABEL, NULL },
    { "lquote", DO_CHARACTER, 0x2018, NULL },
    { "mac", DO_CHARSET, CHARSET_MAC, NULL },
    { "nestcell", DO_GAP, AC_GAP_BLANK, NULL },
    { "nestrow", DO_GAP, AC_GAP_LINE, NULL },
    { "nonesttables", DO_DEST, RTF_SKIP, NULL },
    { "nonshppict", DO_DEST, RTF_SKIP, NULL },
    { "nosupersub", DO_LOWERED, 0, NULL },
    { "objdata", DO_DEST, RTF_OBJECT, NULL },
    { "operator", DO_META, 0, "last_modified_by" },
    { "outlinelevel", DO_HEADING, 0, NULL },
    { "page", DO_GAP, AC_GAP_BLOCK, NULL },
    { "par", DO_PARAGRAPH, 0, NULL },
    { "pard", DO_PARD, 0, NULL },
    { "pc", DO_CHARSET, CHARSET_437, NULL },
    { "pca", DO_CHARSET, CHARSET_850, NULL },
    { "pict", DO_DEST, RTF_PICTURE, NULL },
    { "plain", DO_PLAIN, 0, NULL },
    { "pngblip", DO_PICTURE_TYPE, 0, "image/png" },
    { "pntext", DO_DEST, RTF_LABEL, NULL },
    { "qmspace", DO_CHARACTER, ' ', NULL },
    { "rdblquote", DO_CHARACTER, 0x201D, NULL },
    { "row", DO_ROW, 0, NULL },
    { "rquote", DO_CHARACTER, 0x2019, NULL },
    { "sect", DO_GAP, AC_GAP_BLOCK, NULL },
    { "shpinst", DO_STAR_ONLY, RTF_HOLDER, NULL },
    { "shppict", DO_STAR_ONLY, RTF_TEXT, NULL },
    { "shprslt", DO_DEST, RTF_SKIP, NULL },
    { "shptxt", DO_DEST, RTF_BOX, NULL },
    { "strike", DO_DELETED, 0, NULL },
    { "striked", DO_DELETED, 0, NULL },
    { "stylesheet", DO_DEST, RTF_SKIP, NULL },
    { "sub", DO_LOWERED, 0, NULL },
    { "subject", DO_META, 0, "subject" },
    { "super", DO_RAISED, 0, NULL },
    { "tab", DO_GAP, AC_GAP_BLANK, NULL },
    { "tc", DO_DEST, RTF_SKIP, NULL },
    { "title", DO_META, 0, "title" },
    { "trowd", DO_IN_TABLE, 0, NULL },
    { "uc", DO_FALLBACK, 0, NULL },
    { "v", DO_HIDDEN, 0, NULL },
    { "xe", DO_DEST, RTF_SKIP, NULL },
};

static int by_word(const void *key, const void *r) { return ac_sv_cmp(*(const ac_sv *)key, ac_sv_z(((const row *)r)->word)); }

/* ---- destinations -------------------------------------------------------------------------------------------------- */

static flow_side *side_of(rtf *r, rtf_dest dest)
{
    switch (dest) {
    case RTF_HEADER:
    case RTF_FOOTER: return &r->side;
    case RTF_FOOTNOTE: return &r->footnotes;
    case RTF_COMMENT: return &r->comments;
    case RTF_BOX: return &r->boxes;
    default: return NULL;
    }
}

/* May a group of that destination stand in one of another? */
static bool may_open(rtf_dest dest, rtf_dest within)
{
    if (dest == RTF_SKIP)
        return true;
    bool held = dest == RTF_BOX || dest == RTF_FORM || dest == RTF_PICTURE || dest == RTF_OBJECT;
    bool elsewhere = dest == RTF_HEADER || dest == RTF_FOOTER || dest == RTF_FOOTNOTE || dest == RTF_COMMENT;
    if (within == RTF_HOLDER)
        return held;
    return elsewhere ? within == RTF_TEXT : rtf_is_text(within);
}

static void begin_comment(rtf *r)
{
    ac_sv author = ac_sb_view(&r->author);
    flow_text(&r->f, author.n ? AC_SV("Comment by ") : AC_SV("Comment"));
    flow_text(&r->f, author);
    flow_text(&r->f, AC_SV(": "));
    ac_sb_clear(&r->author);
}

static void divert(rtf *r, rtf_dest dest, flow_side *side)
{
    rtf_group *g = r->group;
    (void)flow_divert(&r->f, side);
    flow_gap(&r->f, dest == RTF_FOOTNOTE ? AC_GAP_BLOCK : AC_GAP_LINE);
    r->table = (rtf_table) { 0 };
    g->deleted = g->hidden = g->raised = false;
    if (dest == RTF_COMMENT)
        begin_comment(r);
}

static void open_dest(rtf *r, rtf_dest dest)
{
    rtf_group *g = r->group;
    rtf_flush(r);
    if (g->opened || !may_open(dest, g->dest))
        return;
    g->dest = dest;
    g->opened = true;
    g->before = r->f.side;
    g->table = r->table;
    flow_side *side = side_of(r, dest);
    if (side)
        divert(r, dest, side);
    if (dest == RTF_AUTHOR || dest == RTF_LABEL || dest == RTF_FONTS_TABLE)
        ac_sb_clear(&r->value);
    if (dest == RTF_PICTURE || dest == RTF_OBJECT) {
        r->object_bytes = 0;
        r->object_type = dest == RTF_OBJECT ? "application/x-ole-storage" : "";
    }
    if (dest == RTF_FORM)
        r->form_type = r->form_result = r->form_default = 0;
}

/* Sections repeat their headers and footers. */
static void end_margin(rtf *r, bool header)
{
    ac_sv text = ac_sb_view(&r->side.text);
    bool told = !text.n || flow_is_told(&r->margins, text);
    if (!told && header) {
        flow_replay(&r->f, &r->side, AC_GAP_BLOCK);
    } else if (!told) {
        if (r->footers.text.n)
            ac_sb_add(&r->footers.text, AC_SV("\n"));
        ac_sb_add(&r->footers.text, text);
        (void)is_whole_or_too_large(&r->footers.text, r->out);
    }
    ac_sb_clear(&r->side.text);
    r->side.gap = AC_GAP_NONE;
    if (header)
        flow_replay(&r->f, &r->boxes, AC_GAP_LINE);
}

/* A bullet of any font is "-"; a number keeps its writing. */
static void end_label(rtf *r)
{
    ac_sv label = ac_sv_trim(ac_sb_view(&r->value));
    bool counts = false;
    for (size_t i = 0; i < label.n; i++)
        counts |= ac_is_digit(label.p[i]) || (ac_is_alpha(label.p[i]) && label.n > 1);
    if (is_whole(&r->value, r->out) && label.n)
        flow_label(&r->f, counts ? label : AC_SV("-"));
}

void rtf_font_end(rtf *r)
{
    const char *symbol = symbol_font(ac_sv_trim(ac_sb_view(&r->value)));
    r->fonts[r->group->font].symbol = symbol;
    ac_sb_clear(&r->value);
}

static void end_object(rtf *r)
{
    ac_mw_attachment(r->out, AC_SV(""), ac_sv_z(r->object_type), r->object_bytes / 2);
    r->unread = true;
}

static void end_form(rtf *r)
{
    enum { CHECK_BOX = 1, AS_DEFAULT = 25 };
    int64_t result = r->form_result == AS_DEFAULT ? r->form_default : r->form_result;
    if (r->form_type != CHECK_BOX)
        return;
    rtf_place(r);
    flow_text(&r->f, result ? AC_SV("\u2612") : AC_SV("\u2610"));
}

void rtf_group_end(rtf *r)
{
    rtf_group *g = r->group;
    if (side_of(r, g->dest)) {
        rtf_table_close(r);
        flow_return(&r->f, g->before);
        r->table = g->table;
    }
    ac_sv value = ac_sv_trim(ac_sb_view(&r->value));
    switch (g->dest) {
    case RTF_HEADER:
    case RTF_FOOTER: end_margin(r, g->dest == RTF_HEADER); break;
    case RTF_LABEL: end_label(r); break;
    case RTF_FORM: end_form(r); break;
    case RTF_PICTURE:
    case RTF_OBJECT: end_object(r); break;
    case RTF_AUTHOR:
        ac_sb_clear(&r->author);
        ac_sb_add(&r->author, value);
        (void)(is_whole(&r->value, r->out) && is_whole(&r->author, r->out));
        break;
    case RTF_META:
        if (is_whole(&r->value, r->out) && value.n)
            ac_mw_meta(r->out, ac_sv_z(g->meta), value);
        break;
    default: break;
    }
}

/* ---- properties ---------------------------------------------------------------------------------------------------- */

static charset font_charset(int64_t n)
{
    static const struct {
        int64_t n;
        charset set;
    } sets[] = { { 0, CHARSET_1252 }, { 2, CHARSET_1252 }, { 77, CHARSET_MAC }, { 161, CHARSET_1253 }, { 162, CHARSET_1254 },
                 { 186, CHARSET_1257 }, { 204, CHARSET_1251 }, { 238, CHARSET_1250 }, { 254, CHARSET_437 }, { 255, CHARSET_850 },
                 { 163, CHARSET_UNREAD }, { 177, CHARSET_UNREAD }, { 178, CHARSET_UNREAD }, { 222, CHARSET_UNREAD },
                 { 128, CHARSET_UNREAD_PAIRS }, { 129, CHARSET_UNREAD_PAIRS }, { 130, CHARSET_UNREAD_PAIRS },
                 { 134, CHARSET_UNREAD_PAIRS }, { 136, CHARSET_UNREAD_PAIRS } };
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (sets[i].n == n)
            return sets[i].set;
    return CHARSET_UNKNOWN;
}

static void paragraph_end(rtf *r)
{
    rtf_flush(r);
    if (!rtf_is_text(r->group->dest))
        return;
    flow_label(&r->f, AC_SV(""));
    if (r->f.puts == r->puts)
        flow_gap(&r->f, AC_GAP_BLOCK); /* a blank line */
    r->puts = r->f.puts;
    if (!r->f.side && !r->table.cell)
        flow_replay(&r->f, &r->boxes, AC_GAP_LINE);
}

/* An empty cell counts, too. */
static void cell_end(rtf *r)
{
    rtf_flush(r);
    if (!rtf_is_text(r->group->dest))
        return;
    if (!r->table.table)
        flow_table_begin(&r->f);
    if (!r->table.row)
        flow_row(&r->f);
    if (!r->table.cell)
        flow_cell(&r->f, 1, 1);
    flow_label(&r->f, AC_SV(""));
    flow_cell_end(&r->f);
    r->table.table = r->table.row = true;
    r->table.cell = false;
    r->puts = r->f.puts;
}

static void row_end(rtf *r)
{
    rtf_flush(r);
    if (!rtf_is_text(r->group->dest))
        return;
    if (r->table.row)
        flow_row_end(&r->f);
    r->table.row = r->table.cell = false;
}

static void note_mark(rtf *r)
{
    AC_AUTO(ac_sb) mark = AC_SB(32);
    bool within = r->group->dest == RTF_FOOTNOTE;
    r->notes += !within;
    ac_sb_addf(&mark, "[%u]", r->notes);
    rtf_gap(r, AC_GAP_BLANK);
    bool raised = r->group->raised;
    r->group->raised = false;
    if (rtf_is_text(r->group->dest))
        ac_sb_add(&r->text, ac_sb_view(&mark));
    rtf_flush(r);
    r->group->raised = raised;
    if (within)
        rtf_gap(r, AC_GAP_BLANK);
}

static void set_meta(rtf *r, const row *w)
{
    if (r->group->dest != RTF_INFO || r->group->opened)
        return;
    r->group->dest = RTF_META;
    r->group->opened = true;
    r->group->meta = w->text;
    ac_sb_clear(&r->value);
}

static void set_font(rtf *r, int64_t n)
{
    if (r->group->dest == RTF_FONTS_TABLE)
        ac_sb_clear(&r->value);
    if (n >= 0 && n < RTF_FONTS)
        r->group->font = (uint32_t)n;
}

/* Words that set something of the group, the document or an object. */
static void set(rtf *r, const row *w, bool on, int64_t n)
{
    rtf_group *g = r->group;
    rtf_flush(r);
    switch (w->act) {
    case DO_PLAIN: g->deleted = g->hidden = g->raised = false; break;
    case DO_PARD: r->table.wanted = false; break;
    case DO_IN_TABLE: r->table.wanted = on; break;
    case DO_DELETED: g->deleted = on; break;
    case DO_HIDDEN: g->hidden = on; break;
    case DO_RAISED: g->raised = on; break;
    case DO_LOWERED: g->raised = false; break;
    case DO_FONT: set_font(r, n); break;
    case DO_FONT_CHARSET:
        if (g->dest == RTF_FONTS_TABLE)
            r->fonts[g->font].set = (uint8_t)font_charset(n);
        break;
    case DO_CHARSET: r->set = (charset)w->value; break;
    case DO_CODE_PAGE: r->set = charset_codepage(n); break;
    case DO_FALLBACK: g->fallback = n >= 0 && n < 32 ? (uint32_t)n : 1; break;
    case DO_HEADING:
        if (n >= 0 && n < 9)
            rtf_gap(r, AC_GAP_BLOCK);
        break;
    case DO_PICTURE_TYPE: r->object_type = w->text; break;
    case DO_FORM_TYPE: r->form_type = n; break;
    case DO_FORM_RESULT: r->form_result = n; break;
    case DO_FORM_DEFAULT: r->form_default = n; break;
    default: break;
    }
}

void rtf_word(rtf *r, ac_sv word, bool has_n, int64_t n)
{
    const row *w = bsearch(&word, rows, sizeof rows / sizeof rows[0], sizeof rows[0], by_word);
    bool starred = r->group->starred;
    r->group->starred = false;
    if (!w || (w->act == DO_STAR_ONLY && !starred)) {
        if (starred)
            open_dest(r, RTF_SKIP);
        return;
    }
    switch (w->act) {
    case DO_CHARACTER: rtf_put(r, w->value); break;
    case DO_GAP: rtf_gap(r, (ac_gap)w->value); break;
    case DO_PARAGRAPH: paragraph_end(r); break;
    case DO_CELL: cell_end(r); break;
    case DO_ROW: row_end(r); break;
    case DO_DEST:
    case DO_STAR_ONLY: open_dest(r, (rtf_dest)w->value); break;
    case DO_META: set_meta(r, w); break;
    case DO_NOTE_MARK: note_mark(r); break;
    default: set(r, w, !has_n || n != 0, n);
    }
}
