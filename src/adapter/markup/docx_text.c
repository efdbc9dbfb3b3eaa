#include "adapter/markup/docx_text.h"

#include <stdlib.h>

/* ---- small things -------------------------------------------------------------------------------------------------- */

/* On or off, as of <w:vanish/> and <w:vanish w:val="0"/>. */
bool docx_is_on(const xml_tag *tag)
{
    static const char *const off[] = { "0", "false", "off", "none" };
    ac_sv value = xml_attr_of(tag, "val");
    for (size_t i = 0; i < sizeof off / sizeof off[0]; i++)
        if (ac_sv_eq(value, ac_sv_z(off[i])))
            return false;
    return true;
}

int64_t docx_number(const xml_tag *tag, const char *name, int64_t otherwise)
{
    int64_t n;
    return ac_sv_to_i64(xml_attr_of(tag, name), &n) ? n : otherwise;
}

docx_paragraph *docx_paragraph_of(docx *d)
{
    return d->paragraphs && d->paragraphs <= DOCX_NESTED_MAX ? &d->paragraph[d->paragraphs - 1] : NULL;
}

/* The code of a field, and what is struck through, is not the document's text. */
bool docx_shows(docx *d)
{
    if (d->codes)
        return false;
    d->deleted |= d->run.struck;
    return !d->run.struck;
}

void docx_show(docx *d, ac_sv text)
{
    if (!text.n || !docx_shows(d))
        return;
    d->f.raised = d->run.raised;
    flow_text(&d->f, text);
    d->f.raised = false;
}

/* ---- the walk ------------------------------------------------------------------------------------------------------ */


static int by_name(const void *key, const void *row)
{
    return ac_sv_cmp(*(const ac_sv *)key, ac_sv_z(((const docx_element *)row)->name));
}

/* Elements of Word, of its formulas and of the choice between alternatives; drawings have their own "p" and "t". */
static const docx_element *element_of(const xml_tag *tag)
{
    static const char *const spaces[] = {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main",
        "http://schemas.openxmlformats.org/markup-compatibility/2006", "http://schemas.openxmlformats.org/officeDocument/2006/math",
        "http://purl.oclc.org/ooxml/officeDocument/math",
    };
    bool known = false;
    for (size_t i = 0; !known && i < sizeof spaces / sizeof spaces[0]; i++)
        known = ac_sv_eq(tag->space, ac_sv_z(spaces[i]));
    const docx_elements lists[] = { docx_blocks(), docx_runs(), docx_changes() };
    const docx_element *e = NULL;
    for (size_t i = 0; known && !e && i < sizeof lists / sizeof lists[0]; i++)
        e = bsearch(&tag->name, lists[i].at, lists[i].n, sizeof *e, by_name);
    return e;
}

static void on_open(void *context, const xml_tag *tag)
{
    docx *d = context;
    d->depth++;
    if (d->skip)
        return;
    const docx_element *e = element_of(tag);
    if (e && e->left_out)
        d->skip = d->depth;
    else if (e && e->open)
        e->open(d, tag);
}

static void on_close(void *context, const xml_tag *tag)
{
    docx *d = context;
    bool skipped = d->skip && d->skip != d->depth; /* the element itself was opened, what is in it was not */
    const docx_element *e = skipped ? NULL : element_of(tag);
    if (d->skip >= d->depth)
        d->skip = 0;
    if (e && e->close && !e->left_out)
        e->close(d);
    d->depth--;
}

static void on_chars(void *context, ac_sv text)
{
    docx *d = context;
    if (d->in_text && !d->skip)
        ac_sb_add(&d->text, text);
}

void docx_walk(docx *d, ac_sv part)
{
    static const xml_events events = { on_open, on_close, on_chars };
    d->depth = d->skip = d->in_paragraph_props = d->in_run_props = d->in_row_props = d->box = 0;
    d->in_text = d->joins = d->cell_waits = false;
    d->paragraphs = d->alternatives = 0;
    d->codes = 0;
    d->run = (docx_run) { 0 };
    ac_sb_clear(&d->note);
    xml_read(part, &events, d, d->out);
}
