/* Runs of a Word document: text, symbols, breaks, formulas. */
#include "adapter/markup/docx_text.h"

#include "adapter/markup/charset.h"
#include "adapter/markup/room.h"
#include "adapter/markup/symbol.h"

/* ---- runs ---------------------------------------------------------------------------------------------------------- */

static void open_r(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->run = (docx_run) { 0 };
}

static void open_r_props(docx *d, const xml_tag *tag)
{
    (void)tag;
    if (!d->in_run_props)
        d->in_run_props = d->depth;
}

static void close_r_props(docx *d)
{
    if (d->in_run_props >= d->depth)
        d->in_run_props = 0;
}

/* Properties of the mark at a paragraph's end are not those of its text. */
static bool of_run(const docx *d) { return d->in_run_props && !d->in_paragraph_props; }

static void on_strike(docx *d, const xml_tag *tag)
{
    if (of_run(d))
        d->run.struck = docx_is_on(tag);
}

static void on_vanish(docx *d, const xml_tag *tag)
{
    if (of_run(d))
        d->hidden |= docx_is_on(tag);
}

static void on_vertical(docx *d, const xml_tag *tag)
{
    if (of_run(d))
        d->run.raised = ac_sv_eq(xml_attr_of(tag, "val"), AC_SV("superscript"));
}

static void on_fonts(docx *d, const xml_tag *tag)
{
    if (of_run(d))
        d->run.font = symbol_font(xml_attr_of(tag, "ascii"));
}

static void open_text(docx *d, const xml_tag *tag)
{
    (void)tag;
    d->in_text = true;
    ac_sb_clear(&d->text);
}

/* Word keeps characters of picture fonts in the private use area. */
static void show_pictures(docx *d, ac_sv s)
{
    AC_AUTO(ac_sb) out = AC_SB(2 * d->text.n + 16);
    for (size_t n; s.n; s = ac_sv_sub(s, n, s.n)) {
        n = ac_utf8_length(s);
        n += !n;
        const unsigned char *p = (const unsigned char *)s.p;
        uint32_t c = n == 3 ? (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F) : 0;
        uint32_t picture = c >= 0xF020 && c <= 0xF0FF ? symbol_char(d->run.font ? d->run.font : "Symbol", c) : 0;
        if (picture)
            charset_put(&out, picture);
        else
            ac_sb_add(&out, ac_sv_sub(s, 0, n));
    }
    (void)is_whole_or_too_large(&out, d->out);
    docx_show(d, ac_sb_view(&out));
}

static void close_text(docx *d)
{
    ac_sv s = ac_sb_view(&d->text);
    d->in_text = false;
    if (!is_whole_or_too_large(&d->text, d->out))
        return;
    if (s.n && memchr(s.p, 0xEF, s.n))
        show_pictures(d, s);
    else
        docx_show(d, s);
}

static void on_symbol(docx *d, const xml_tag *tag)
{
    AC_AUTO(ac_sb) out = AC_SB(8);
    ac_sv code = xml_attr_of(tag, "char");
    uint32_t c = 0;
    for (size_t i = 0; i < code.n && i < 6; i++) {
        char digit = ac_lower(code.p[i]);
        c = c * 16 + (uint32_t)(ac_is_digit(digit) ? digit - '0' : digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : 0);
    }
    const char *font = symbol_font(xml_attr_of(tag, "font"));
    uint32_t picture = font ? symbol_char(font, c) : 0;
    charset_put(&out, picture ? picture : c >= 0xF000 && c <= 0xF0FF ? 0xFFFD : c);
    (void)is_whole_or_too_large(&out, d->out);
    docx_show(d, ac_sb_view(&out));
}

static void gap(docx *d, ac_gap wide)
{
    if (!d->codes && !d->in_paragraph_props)
        flow_gap(&d->f, wide);
}

static void on_tab(docx *d, const xml_tag *tag)
{
    (void)tag;
    gap(d, AC_GAP_BLANK);
}

static void on_break(docx *d, const xml_tag *tag)
{
    gap(d, ac_sv_eq(xml_attr_of(tag, "type"), AC_SV("page")) ? AC_GAP_BLOCK : AC_GAP_LINE);
}

static void on_hyphen(docx *d, const xml_tag *tag)
{
    (void)tag;
    docx_show(d, AC_SV("-"));
}

/* ---- formulas: only what would change a number --------------------------------------------------------------------- */

static void open_denominator(docx *d, const xml_tag *tag)
{
    (void)tag;
    docx_show(d, AC_SV("/"));
}

static void open_power(docx *d, const xml_tag *tag)
{
    (void)tag;
    docx_show(d, AC_SV("^"));
}

docx_elements docx_runs(void)
{
    static const docx_element elements[] = {
        { "br", on_break, NULL, false },
        { "cr", on_break, NULL, false },
        { "den", open_denominator, NULL, false },
        { "dstrike", on_strike, NULL, false },
        { "noBreakHyphen", on_hyphen, NULL, false },
        { "ptab", on_tab, NULL, false },
        { "r", open_r, NULL, false },
        { "rFonts", on_fonts, NULL, false },
        { "rPr", open_r_props, close_r_props, false },
        { "rt", NULL, NULL, true },
        { "strike", on_strike, NULL, false },
        { "sup", open_power, NULL, false },
        { "sym", on_symbol, NULL, false },
        { "t", open_text, close_text, false },
        { "tab", on_tab, NULL, false },
        { "vanish", on_vanish, NULL, false },
        { "vertAlign", on_vertical, NULL, false },
    };
    return (docx_elements) { elements, sizeof elements / sizeof elements[0] };
}
