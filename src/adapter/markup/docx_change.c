/* What stands in a Word document, but not (or not so) in its text: deletions, alternatives, fields, forms. */
#include "adapter/markup/docx_text.h"

/* ---- fields -------------------------------------------------------------------------------------------------------- */

static void on_field(docx *d, const xml_tag *tag)
{
    ac_sv type = xml_attr_of(tag, "fldCharType");
    if (ac_sv_eq(type, AC_SV("begin"))) {
        d->codes = d->codes << 1 | 1;
    } else if (ac_sv_eq(type, AC_SV("separate"))) {
        d->codes &= ~(uint64_t)1;
    } else if (ac_sv_eq(type, AC_SV("end"))) {
        d->codes >>= 1;
    }
}

static void open_box(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->ticked = -1;
    d->tick_default = 0;
}

static void on_default(docx *d, const xml_tag *tag) { d->tick_default = docx_is_on(tag); }

static void on_checked(docx *d, const xml_tag *tag) { d->ticked = docx_is_on(tag); }

/* What a form shows is no text of the document, but says what was answered. */
static void close_box(docx *d)
{
    bool ticked = d->ticked < 0 ? d->tick_default : d->ticked;
    flow_text(&d->f, ticked ? AC_SV("\u2612") : AC_SV("\u2610"));
}

static void open_drop_down(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->drop_wanted = d->drop_at = 0;
}

static void on_result(docx *d, const xml_tag *tag) { d->drop_wanted = docx_number(tag, "val", 0); }

static void on_entry(docx *d, const xml_tag *tag)
{
    if (d->drop_at++ == d->drop_wanted)
        flow_text(&d->f, xml_attr_of(tag, "val"));
}

/* ---- changes ------------------------------------------------------------------------------------------------------- */

/* Deleted text, or (as a property) a deleted paragraph mark or row. */
static void open_deleted(docx *d, const xml_tag *tag)
{
    (void)tag;
    docx_paragraph *p = docx_paragraph_of(d);
    d->deleted = true;
    if (d->in_paragraph_props && p)
        p->mark_deleted = true;
    else if (d->in_row_props)
        d->skip = d->in_row_props - 1; /* the row around */
    d->in_row_props = d->in_paragraph_props ? d->in_row_props : 0;
    if (!d->skip)
        d->skip = d->depth;
}

static void open_row_props(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->in_row_props = d->depth;
}

static void close_row_props(docx *d) { d->in_row_props = 0; }

static void open_alternatives(docx *d, const xml_tag *tag)
{
    (void)tag;
    if (d->alternatives++ < DOCX_NESTED_MAX)
        d->chosen[d->alternatives - 1] = false;
}

static void close_alternatives(docx *d) { d->alternatives -= d->alternatives > 0; }

/* The first of the alternatives is what a modern Word shows; the others say the same. */
static void open_alternative(docx *d, const xml_tag *tag)
{
    (void)tag;
    if (!d->alternatives || d->alternatives > DOCX_NESTED_MAX)
        return;
    if (d->chosen[d->alternatives - 1])
        d->skip = d->depth;
    d->chosen[d->alternatives - 1] = true;
}

docx_elements docx_changes(void)
{
    static const docx_element elements[] = {
        { "AlternateContent", open_alternatives, close_alternatives, false },
        { "Choice", open_alternative, NULL, false },
        { "Fallback", open_alternative, NULL, false },
        { "checkBox", open_box, close_box, false },
        { "checked", on_checked, NULL, false },
        { "ddList", open_drop_down, NULL, false },
        { "default", on_default, NULL, false },
        { "del", open_deleted, NULL, false },
        { "delInstrText", NULL, NULL, true },
        { "delText", open_deleted, NULL, false },
        { "fldChar", on_field, NULL, false },
        { "instrText", NULL, NULL, true },
        { "listEntry", on_entry, NULL, false },
        { "moveFrom", open_deleted, NULL, false },
        { "numberingChange", NULL, NULL, true },
        { "pPrChange", NULL, NULL, true },
        { "rPrChange", NULL, NULL, true },
        { "result", on_result, NULL, false },
        { "sdtPr", NULL, NULL, true },
        { "sectPr", NULL, NULL, true },
        { "sectPrChange", NULL, NULL, true },
        { "tblPr", NULL, NULL, true },
        { "tcPrChange", NULL, NULL, true },
        { "trPr", open_row_props, close_row_props, false },
        { "trPrChange", NULL, NULL, true },
    };
    return (docx_elements) { elements, sizeof elements / sizeof elements[0] };
}
