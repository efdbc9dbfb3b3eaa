#include "adapter/markup/xlsx.h"

#include "adapter/markup/flow.h"
#include "adapter/markup/opc.h"
#include "adapter/markup/room.h"
#include "adapter/markup/xlsx_format.h"

enum { SHEETS_MAX = 1024, STRINGS_MAX = 4000000, FORMATS_MAX = 65536, VALUE_MAX = 1 << 20, SIDE_MAX = 4 << 20, COLUMNS = 16384 };

typedef struct {
    ac_sv name, id;
} sheet;

typedef struct {
    int64_t id;
    xlsx_format format;
} number_format;

typedef struct {
    zip *z;
    ac_mw *out;
    flow f;
    opc_rels rels;              /* of the workbook */
    AC_VEC(sheet) sheets;
    AC_VEC(ac_sv) strings;      /* shared by the cells */
    AC_VEC(number_format) formats;
    AC_VEC(xlsx_format) looks;  /* by the style number of a cell */
    flow_side comments;
    bool from_1904, hidden;
    /* where the reader is */
    bool in_looks, in_text, phonetic;
    ac_sb value;
    char type;                  /* of the cell: 's'hared, 'i'nline, 'b'oolean, 'n'umber, 't'ext */
    uint32_t row, column;       /* from 0 */
    size_t look;
} book;

static int64_t number(const xml_tag *tag, const char *name, int64_t otherwise)
{
    int64_t n;
    return ac_sv_to_i64(xml_attr_of(tag, name), &n) ? n : otherwise;
}

static void full(book *b) { ac_mw_fail(b->out, AC_MEDIA_TOO_LARGE); }

static void on_no_chars(void *context, ac_sv text) { (void)context, (void)text; }
static void on_no_close(void *context, const xml_tag *tag) { (void)context, (void)tag; }

/* ---- workbook.xml, styles.xml --------------------------------------------------------------------------------------- */

static ac_sv relation_of(const xml_tag *tag)
{
    for (size_t i = 0; i < tag->n; i++) /* "sheetId" is another number */
        if (tag->attrs[i].prefix.n && ac_sv_eq(tag->attrs[i].name, AC_SV("id")))
            return tag->attrs[i].value;
    return AC_SV("");
}

static void on_workbook(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "workbookPr"))
        b->from_1904 = ac_sv_eq(xml_attr_of(tag, "date1904"), AC_SV("1")) || ac_sv_eq(xml_attr_of(tag, "date1904"), AC_SV("true"));
    if (!xml_is(tag, "sheet"))
        return;
    sheet *s = b->sheets.n < SHEETS_MAX ? ac_vec_push(&b->sheets, b->z->arena) : NULL;
    if (!s) {
        full(b);
        return;
    }
    s->name = ac_arena_copy(b->z->arena, xml_attr_of(tag, "name"));
    s->id = ac_arena_copy(b->z->arena, relation_of(tag));
    b->hidden |= ac_sv_starts(xml_attr_of(tag, "state"), AC_SV("hidden")) || ac_sv_starts(xml_attr_of(tag, "state"), AC_SV("very"));
}

static xlsx_format format_of(const book *b, int64_t id)
{
    for (size_t i = 0; i < b->formats.n; i++)
        if (b->formats.at[i].id == id)
            return b->formats.at[i].format;
    return xlsx_builtin_format(id);
}

static void on_style(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "cellXfs"))
        b->in_looks = true;
    if (xml_is(tag, "numFmt")) {
        number_format *f = b->formats.n < 1024 ? ac_vec_push(&b->formats, b->z->arena) : NULL;
        if (f)
            *f = (number_format) { number(tag, "numFmtId", -1), xlsx_format_of(xml_attr_of(tag, "formatCode")) };
        else
            full(b);
    } else if (b->in_looks && xml_is(tag, "xf")) {
        xlsx_format *look = b->looks.n < FORMATS_MAX ? ac_vec_push(&b->looks, b->z->arena) : NULL;
        if (look)
            *look = format_of(b, number(tag, "numFmtId", 0));
        else
            full(b);
    }
}

static void on_style_end(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "cellXfs"))
        b->in_looks = false;
}

/* ---- strings: <si> or <is>, of <t>, without the <t> of <rPh> --------------------------------------------------------- */

static void on_string(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "si"))
        ac_sb_clear(&b->value);
    b->phonetic |= xml_is(tag, "rPh");
    b->in_text = xml_is(tag, "t") && !b->phonetic;
}

static void on_string_end(void *context, const xml_tag *tag)
{
    book *b = context;
    b->in_text = false;
    if (xml_is(tag, "rPh"))
        b->phonetic = false;
    if (!xml_is(tag, "si"))
        return;
    ac_sv *at = b->strings.n < STRINGS_MAX && is_whole(&b->value, b->out) ? ac_vec_push(&b->strings, b->z->arena) : NULL;
    if (at)
        *at = ac_arena_copy(b->z->arena, ac_sb_view(&b->value));
    if (!at || (b->value.n && !at->p))
        full(b);
}

static void on_string_chars(void *context, ac_sv text)
{
    book *b = context;
    if (b->in_text)
        ac_sb_add(&b->value, text);
}

/* ---- sheets --------------------------------------------------------------------------------------------------------- */

/* "BC12": column and row, from 0; where there is no such attribute, the next. */
static void place(book *b, ac_sv reference)
{
    uint32_t column = 0;
    size_t i = 0;
    for (; i < reference.n && i < 3 && ac_is_alpha(reference.p[i]); i++)
        column = column * 26 + (uint32_t)(ac_upper(reference.p[i]) - 'A' + 1);
    if (i && column <= COLUMNS)
        b->column = column - 1;
}

static void on_cell(book *b, const xml_tag *tag)
{
    static const struct {
        const char *name;
        char type;
    } types[] = { { "s", 's' }, { "inlineStr", 'i' }, { "b", 'b' }, { "str", 't' }, { "e", 't' }, { "d", 't' } };
    int64_t look = number(tag, "s", 0);
    place(b, xml_attr_of(tag, "r"));
    b->look = look >= 0 && (uint64_t)look < b->looks.n ? (size_t)look : SIZE_MAX;
    b->type = 'n';
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ac_sv_eq(xml_attr_of(tag, "t"), ac_sv_z(types[i].name)))
            b->type = types[i].type;
    ac_sb_clear(&b->value);
}

static void on_sheet(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "row")) {
        int64_t row = number(tag, "r", 0);
        b->row = row > 0 && row < UINT32_MAX ? (uint32_t)row - 1 : b->row;
        b->column = 0;
        b->hidden |= ac_sv_eq(xml_attr_of(tag, "hidden"), AC_SV("1"));
        flow_row(&b->f);
    } else if (xml_is(tag, "c")) {
        on_cell(b, tag);
    }
    b->phonetic |= xml_is(tag, "rPh");
    b->in_text = (xml_is(tag, "t") && !b->phonetic) || xml_is(tag, "v");
}

static void show_lines(book *b, ac_sv text)
{
    ac_sv line;
    for (bool first = true; ac_sv_split(&text, '\n', &line); first = false) {
        if (!first)
            flow_gap(&b->f, AC_GAP_LINE);
        flow_text(&b->f, line);
    }
}

static void end_cell(book *b)
{
    AC_AUTO(ac_sb) shown = AC_SB(VALUE_MAX);
    ac_sv value = ac_sb_view(&b->value), text = value;
    int64_t n;
    (void)is_whole_or_too_large(&b->value, b->out);
    if (b->type == 's') {
        bool known = ac_sv_to_i64(ac_sv_trim(value), &n) && n >= 0 && (uint64_t)n < b->strings.n;
        text = known ? b->strings.at[n] : AC_SV("");
        if (!known && value.n)
            ac_mw_fail(b->out, AC_MEDIA_DAMAGED);
    } else if (b->type == 'b') {
        text = ac_sv_eq(value, AC_SV("1")) ? AC_SV("TRUE") : AC_SV("FALSE");
    } else if (b->type == 'n') {
        xlsx_show(&shown, ac_sv_trim(value), b->look < b->looks.n ? b->looks.at[b->look] : XLSX_NUMBER, b->from_1904);
        text = is_whole_or_too_large(&shown, b->out) ? ac_sb_view(&shown) : AC_SV("");
    }
    if (value.n) {
        flow_cell_at(&b->f, b->row, b->column);
        show_lines(b, text);
        flow_cell_end(&b->f);
    }
    b->column++;
}

static void on_sheet_end(void *context, const xml_tag *tag)
{
    book *b = context;
    b->in_text = false;
    if (xml_is(tag, "rPh"))
        b->phonetic = false;
    else if (xml_is(tag, "c"))
        end_cell(b);
    else if (xml_is(tag, "row")) {
        flow_row_end(&b->f);
        b->row++;
    }
}

/* ---- comments ------------------------------------------------------------------------------------------------------- */

static void on_comment(void *context, const xml_tag *tag)
{
    book *b = context;
    if (xml_is(tag, "comment")) {
        flow_gap(&b->f, AC_GAP_LINE);
        flow_text(&b->f, AC_SV("Comment at "));
        flow_text(&b->f, ac_sv_sub(xml_attr_of(tag, "ref"), 0, 32));
        flow_text(&b->f, AC_SV(": "));
    }
    b->in_text = xml_is(tag, "t");
}

static void on_comment_end(void *context, const xml_tag *tag)
{
    (void)tag;
    ((book *)context)->in_text = false;
}

static void on_comment_chars(void *context, ac_sv text)
{
    book *b = context;
    if (b->in_text)
        flow_text(&b->f, text);
}

static void read_comments(book *b, const opc_rels *rels)
{
    static const xml_events events = { on_comment, on_comment_end, on_comment_chars };
    const zip_part *part = opc_part_of_type(b->z, rels, "comments");
    if (!part)
        return;
    (void)flow_divert(&b->f, &b->comments);
    b->in_text = false;
    xml_read(part->bytes, &events, b, b->out);
    flow_return(&b->f, NULL);
}

/* ---- the workbook --------------------------------------------------------------------------------------------------- */

static void read_sheet(book *b, const sheet *s)
{
    static const xml_events events = { on_sheet, on_sheet_end, on_string_chars };
    const opc_rel *rel = opc_rel_by_id(&b->rels, s->id);
    const zip_part *part = rel ? zip_find(b->z, rel->target) : NULL;
    if (!part || !part->bytes.p || !ac_sv_eq(rel->type, AC_SV("worksheet")))
        return; /* a sheet that is a chart */
    flow_gap(&b->f, AC_GAP_BLOCK);
    flow_text(&b->f, s->name);
    flow_gap(&b->f, AC_GAP_LINE);
    flow_table_begin(&b->f);
    b->row = b->column = 0;
    b->in_text = b->phonetic = false;
    xml_read(part->bytes, &events, b, b->out);
    flow_table_end(&b->f);
    opc_rels rels = opc_rels_of(b->z, part->name, b->out);
    read_comments(b, &rels);
}

static void read_part(book *b, const char *type, const xml_events *events)
{
    const zip_part *part = opc_part_of_type(b->z, &b->rels, type);
    if (part)
        xml_read(part->bytes, events, b, b->out);
}

void xlsx_read(zip *z, const zip_part *main, ac_mw *out)
{
    static const xml_events workbook = { on_workbook, on_no_close, on_no_chars };
    static const xml_events strings = { on_string, on_string_end, on_string_chars };
    static const xml_events styles = { on_style, on_style_end, on_no_chars };
    book b = { .z = z, .out = out, .f.out = out, .value = AC_SB(VALUE_MAX), .comments = FLOW_SIDE(SIDE_MAX) };
    ac_mw_type(out, AC_SV("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
    opc_rels package = opc_rels_of(z, AC_SV(""), out);
    b.rels = opc_rels_of(z, main->name, out);
    opc_tell_properties(z, &package, out);
    xml_read(main->bytes, &workbook, &b, out);
    read_part(&b, "sharedStrings", &strings);
    read_part(&b, "styles", &styles);
    for (size_t i = 0; i < b.sheets.n && !ac_mw_over(out); i++)
        read_sheet(&b, &b.sheets.at[i]);
    if (b.comments.text.n) {
        flow_gap(&b.f, AC_GAP_BLOCK);
        flow_text(&b.f, AC_SV("Comments"));
        flow_replay(&b.f, &b.comments, AC_GAP_LINE);
    }
    bool media = opc_tell_attachments(z, "xl/media/", out), embedded = opc_tell_attachments(z, "xl/embeddings/", out);
    if (media || embedded)
        ac_mw_warn(out, AC_MEDIA_ATTACHMENT_UNREAD, AC_NO_PAGE);
    if (b.hidden)
        ac_mw_warn(out, AC_MEDIA_HIDDEN_TEXT, AC_NO_PAGE);
    flow_side_cleanup(&b.comments);
    ac_sb_cleanup(&b.value);
}
