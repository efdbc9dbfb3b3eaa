#include "adapter/markup/office_write.h"

#include "adapter/markup/zip_write.h"

enum { COLUMNS_MAX = 64, XML_MAX = 1 << 30 };

/* How one of the two formats writes it. */
typedef struct {
    const char *type;                              /* media type */
    const char *begin, *end;                       /* of the part with the text */
    const char *paragraph, *paragraph_end, *blank; /* blank: a paragraph without text */
    const char *heading, *heading_end;
    const char *table, *table_columns,
        *table_end; /* between the first two: the number of columns, where table_columns is not NULL */
    const char *row, *row_end, *cell, *cell_end;
    const char *parts[3][2]; /* name, content; content NULL: the part with the text */
} format;

#define W            "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#define PACKAGE      "http://schemas.openxmlformats.org/package/2006/"
#define BORDER(side) "<w:" side " w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>"
#define OASIS        "urn:oasis:names:tc:opendocument:xmlns:"
#define XML          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const format formats[] = {
    { .type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      .begin = XML "<w:document xmlns:w=\"" W "\"><w:body>",
      .end = "<w:sectPr/></w:body></w:document>",
      .paragraph = "<w:p><w:r><w:t xml:space=\"preserve\">",
      .paragraph_end = "</w:t></w:r></w:p>",
      .blank = "<w:p/>",
      .heading = "<w:p><w:pPr><w:outlineLvl w:val=\"0\"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t xml:space=\"preserve\">",
      .heading_end = "</w:t></w:r></w:p>",
      .table = "<w:tbl><w:tblPr><w:tblW w:w=\"0\" w:type=\"auto\"/><w:tblBorders>" BORDER("top") BORDER("left")
          BORDER("bottom") BORDER("right") BORDER("insideH") BORDER("insideV") "</w:tblBorders></w:tblPr><w:tblGrid/>",
      .table_end = "</w:tbl><w:p/>", /* a table may not end the body, nor touch the next one */
      .row = "<w:tr>",
      .row_end = "</w:tr>",
      .cell = "<w:tc>",
      .cell_end = "</w:tc>",
      .parts = { { "[Content_Types].xml",
                   XML "<Types xmlns=\"" PACKAGE "content-types\"><Default Extension=\"rels\" "
                       "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Override "
                       "PartName=\"/word/document.xml\" "
                       "ContentType=\"application/"
                       "vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>" },
                 { "_rels/.rels",
                   XML "<Relationships xmlns=\"" PACKAGE "relationships\"><Relationship Id=\"rId1\" "
                       "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" "
                       "Target=\"word/document.xml\"/></Relationships>" },
                 { "word/document.xml", NULL } } },
    { .type = "application/vnd.oasis.opendocument.text",
      .begin = XML "<office:document-content xmlns:office=\"" OASIS "office:1.0\" xmlns:text=\"" OASIS
                   "text:1.0\" xmlns:table=\"" OASIS "table:1.0\" office:version=\"1.2\"><office:body><office:text>",
      .end = "</office:text></office:body></office:document-content>",
      .paragraph = "<text:p>",
      .paragraph_end = "</text:p>",
      .blank = "<text:p/>",
      .heading = "<text:h text:outline-level=\"1\">",
      .heading_end = "</text:h>",
      .table = "<table:table><table:table-column table:number-columns-repeated=\"",
      .table_columns = "\"/>",
      .table_end = "</table:table>",
      .row = "<table:table-row>",
      .row_end = "</table:table-row>",
      .cell = "<table:table-cell>",
      .cell_end = "</table:table-cell>",
      .parts = { { "mimetype", "application/vnd.oasis.opendocument.text" },
                 { "content.xml", NULL },
                 { "META-INF/manifest.xml", XML
                   "<manifest:manifest xmlns:manifest=\"" OASIS
                   "manifest:1.0\" manifest:version=\"1.2\"><manifest:file-entry "
                   "manifest:full-path=\"/\" "
                   "manifest:media-type=\"application/vnd.oasis.opendocument.text\"/><manifest:file-entry "
                   "manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>" } } },
};

typedef struct {
    const format *f;
    const ac_layout *edit;
    ac_sb xml;
    size_t at; /* the cell that comes next */
    size_t heading; /* and the heading */
    bool in_table;
    uint32_t table, row, column; /* the open row, and the column of its next cell */
} writer;

static void put(writer *w, const char *words) { ac_sb_add(&w->xml, ac_sv_z(words)); }

/* XML knows no control characters but these two. */
static void put_text(writer *w, ac_sv text)
{
    for (size_t i = 0; i < text.n; i++) {
        const char c = text.p[i];
        if (c == '&' || c == '<' || c == '>')
            put(w, c == '&' ? "&amp;" : c == '<' ? "&lt;" : "&gt;");
        else
            ac_sb_add_char(&w->xml, (unsigned char)c < ' ' && c != '\t' ? ' ' : c);
    }
}

/* Lines only ever come in the order of the text. */
static bool is_heading(writer *w, ac_sv line)
{
    const size_t begin = (size_t)(line.p - w->edit->text.p);
    while (w->heading < w->edit->headings.n && w->edit->headings.at[w->heading].span.end <= begin)
        w->heading++;
    return w->heading < w->edit->headings.n && w->edit->headings.at[w->heading].span.begin <= begin;
}

/* Lines as paragraphs; a cell has at least one. */
static void put_lines(writer *w, ac_sv text, bool cell)
{
    ac_sv line;
    bool any = false;
    while (ac_sv_split(&text, '\n', &line)) {
        const ac_sv words = ac_sv_trim(line);
        if (!words.n)
            continue;
        const bool heading = is_heading(w, words);
        put(w, heading ? w->f->heading : w->f->paragraph);
        put_text(w, words);
        put(w, heading ? w->f->heading_end : w->f->paragraph_end);
        any = true;
    }
    if (cell && !any)
        put(w, w->f->blank);
}

/* ---- tables ---- */

static void end_row(writer *w)
{
    if (w->column)
        put(w, w->f->row_end);
    w->column = 0;
}

static void end_table(writer *w)
{
    if (w->in_table) {
        end_row(w);
        put(w, w->f->table_end);
    }
    w->in_table = false;
}

static uint32_t columns_from(const writer *w)
{
    uint32_t n = 1;
    const ac_cell *cells = w->edit->cells.at;
    for (size_t i = w->at; i < w->edit->cells.n && cells[i].table == cells[w->at].table; i++)
        n = cells[i].column >= n && cells[i].column < COLUMNS_MAX ? cells[i].column + 1 : n;
    return n;
}

static void begin_table(writer *w, uint32_t table)
{
    put(w, w->f->table);
    if (w->f->table_columns) {
        ac_sb_add_u64(&w->xml, columns_from(w));
        put(w, w->f->table_columns);
    }
    w->in_table = true;
    w->table = table;
    w->row = 0;
}

static void put_cell(writer *w, const ac_cell *cell)
{
    if (w->in_table && w->table != cell->table)
        end_table(w);
    if (!w->in_table)
        begin_table(w, cell->table);
    if (w->column && w->row != cell->row)
        end_row(w);
    if (!w->column)
        put(w, w->f->row);
    w->row = cell->row;
    for (; w->column < cell->column && w->column < COLUMNS_MAX; w->column++) {
        put(w, w->f->cell);
        put(w, w->f->blank);
        put(w, w->f->cell_end);
    }
    put(w, w->f->cell);
    put_lines(w, ac_span_text(w->edit->text, cell->span), true);
    put(w, w->f->cell_end);
    w->column++;
}

static void put_body(writer *w)
{
    uint32_t done = 0;
    put(w, w->f->begin);
    for (; w->at < w->edit->cells.n; w->at++) {
        const ac_cell *cell = &w->edit->cells.at[w->at];
        const ac_sv between = ac_span_text(w->edit->text, (ac_span) { done, cell->span.begin });
        if (ac_sv_trim(between).n) {
            end_table(w);
            put_lines(w, between, false);
        }
        put_cell(w, cell);
        done = cell->span.end;
    }
    end_table(w);
    put_lines(w, ac_sv_sub(w->edit->text, done, w->edit->text.n), false);
    put(w, w->f->end);
}

bool office_write(const ac_layout *edit, ac_sb *out)
{
    writer w = { .edit = edit, .xml = AC_SB(XML_MAX) };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++)
        if (ac_sv_eq(edit->media_type, ac_sv_z(formats[i].type)))
            w.f = &formats[i];
    if (!w.f)
        return false;
    put_body(&w);
    zip_writer z = { .out = out };
    for (size_t i = 0; i < sizeof w.f->parts / sizeof w.f->parts[0]; i++)
        zip_write_part_of(&z, w.f->parts[i][0], w.f->parts[i][1] ? ac_sv_z(w.f->parts[i][1]) : ac_sb_view(&w.xml));
    zip_write_end(&z);
    if (w.xml.rc != AC_OK)
        out->rc = w.xml.rc;
    ac_sb_cleanup(&w.xml);
    return true;
}
