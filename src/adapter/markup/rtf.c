#include "adapter/markup/rtf.h"

#include "adapter/markup/room.h"
#include "adapter/markup/rtf_reader.h"
#include "adapter/markup/symbol.h"

enum { WORD_MAX = 32, DIGITS_MAX = 10, VALUE_MAX = 8 * 1024, FIRST_SECOND_BYTE = 0x40 };

/* ---- text ---------------------------------------------------------------------------------------------------------- */

bool rtf_is_text(rtf_dest dest)
{
    return dest == RTF_TEXT || dest == RTF_HEADER || dest == RTF_FOOTER || dest == RTF_FOOTNOTE || dest == RTF_COMMENT ||
           dest == RTF_BOX;
}

/* Cells begin with their text; a paragraph that is not of the table ends it. */
void rtf_place(rtf *r)
{
    if (!r->table.wanted) {
        rtf_table_close(r);
        return;
    }
    if (!r->table.table)
        flow_table_begin(&r->f);
    if (!r->table.row)
        flow_row(&r->f);
    if (!r->table.cell)
        flow_cell(&r->f, 1, 1);
    r->table = (rtf_table) { true, true, true, true };
}

void rtf_table_close(rtf *r)
{
    if (r->table.table)
        flow_table_end(&r->f);
    r->table.table = r->table.row = r->table.cell = false;
}

void rtf_flush(rtf *r)
{
    (void)is_whole_or_too_large(&r->text, r->out);
    if (r->text.n && rtf_is_text(r->group->dest)) {
        rtf_place(r);
        r->f.raised = r->group->raised;
        flow_text(&r->f, ac_sb_view(&r->text));
        r->f.raised = false;
    }
    ac_sb_clear(&r->text);
}

void rtf_gap(rtf *r, ac_gap gap)
{
    rtf_flush(r);
    if (rtf_is_text(r->group->dest))
        flow_gap(&r->f, gap);
}

void rtf_put(rtf *r, uint32_t c)
{
    const rtf_group *g = r->group;
    if (g->dest == RTF_FONTS_TABLE && c == ';')
        rtf_font_end(r);
    else if (g->dest == RTF_META || g->dest == RTF_AUTHOR || g->dest == RTF_LABEL || g->dest == RTF_FONTS_TABLE)
        charset_put(&r->value, c);
    else if (g->dest == RTF_PICTURE || g->dest == RTF_OBJECT)
        r->object_bytes += c != ' ';
    if (!rtf_is_text(g->dest))
        return;
    bool blank = c == ' ' || c == 0xA0;
    r->deleted |= g->deleted && !blank;
    r->hidden |= g->hidden && !blank && !g->deleted;
    if (!g->deleted)
        charset_put(&r->text, c);
}

/* A letter that nothing here can name; of two bytes the second goes with the first, whatever it would be alone. */
static void put_unread(rtf *r, charset set)
{
    r->half = set == CHARSET_UNREAD_PAIRS;
    r->unread_letters |= rtf_is_text(r->group->dest);
    rtf_put(r, 0xFFFD);
}

static void put_byte(rtf *r, unsigned char byte)
{
    const bool half = r->half;
    r->half = false;
    if (r->skip) {
        r->skip--;
        return;
    }
    r->high = 0;
    if (half && byte >= FIRST_SECOND_BYTE)
        return;
    const rtf_font *font = &r->fonts[r->group->font];
    const charset set = font->set == CHARSET_UNKNOWN || r->group->dest == RTF_META ? r->set : (charset)font->set;
    if (font->symbol && rtf_is_text(r->group->dest) && byte > ' ')
        rtf_put(r, symbol_char(font->symbol, byte));
    else if (byte < 0x80)
        rtf_put(r, byte);
    else if (set < CHARSET_TABLES)
        rtf_put(r, charset_char(set, byte));
    else
        put_unread(r, set);
}

/* ---- groups -------------------------------------------------------------------------------------------------------- */

static void open_group(rtf *r)
{
    r->skip = 0;
    rtf_flush(r);
    if (r->group + 1 == r->groups + RTF_DEPTH_MAX) {
        ac_mw_fail(r->out, AC_MEDIA_TOO_DEEP);
        return;
    }
    r->group[1] = r->group[0];
    r->group++;
    r->group->opened = r->group->starred = false;
}

/* False at the end of the document's own group. */
static bool close_group(rtf *r)
{
    r->skip = r->high = 0;
    rtf_flush(r);
    if (r->group->opened)
        rtf_group_end(r);
    if (r->group == r->groups)
        return false;
    r->group--;
    return true;
}

/* ---- control words ------------------------------------------------------------------------------------------------- */

static char take(rtf *r)
{
    char c = r->rest.p[0];
    r->rest = ac_sv_sub(r->rest, 1, r->rest.n);
    return c;
}

static int hex(char c)
{
    c = ac_lower(c);
    return ac_is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void read_hex(rtf *r)
{
    int a = r->rest.n ? hex(r->rest.p[0]) : -1, b = r->rest.n > 1 ? hex(r->rest.p[1]) : -1;
    if (a < 0 || b < 0)
        return;
    r->rest = ac_sv_sub(r->rest, 2, r->rest.n);
    put_byte(r, (unsigned char)(a * 16 + b));
}

static void read_symbol(rtf *r, char c)
{
    switch (c) {
    case '\'': read_hex(r); return;
    case '\\':
    case '{':
    case '}': put_byte(r, (unsigned char)c); return;
    case '~': put_byte(r, ' '); return;
    case '_': put_byte(r, '-'); return;
    case '*': r->group->starred = true; return;
    case '\n':
    case '\r': rtf_word(r, AC_SV("par"), false, 1); return;
    case '\t': rtf_word(r, AC_SV("tab"), false, 1); return;
    default: return; /* "\-" may be broken there, "\:" is of an index */
    }
}

static void read_unicode(rtf *r, int64_t n)
{
    uint32_t c = (uint32_t)(n < 0 ? n + 0x10000 : n) & 0x1FFFFF;
    r->skip = r->group->fallback;
    if (c >= 0xD800 && c <= 0xDBFF) {
        r->high = c;
        return;
    }
    if (c >= 0xDC00 && c <= 0xDFFF)
        c = r->high ? 0x10000 + ((r->high - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD;
    r->high = 0;
    const char *symbol = r->fonts[r->group->font].symbol;
    if (c >= 0xF020 && c <= 0xF0FF)
        c = symbol_char(symbol ? symbol : "Symbol", c);
    rtf_put(r, c);
}

/* A word of letters, a number, one blank that belongs to it. */
static void read_word(rtf *r)
{
    size_t n = 0, digits = 0;
    while (n < r->rest.n && n < WORD_MAX && ac_is_alpha(r->rest.p[n]))
        n++;
    ac_sv word = ac_sv_sub(r->rest, 0, n);
    r->rest = ac_sv_sub(r->rest, n, r->rest.n);
    size_t sign = r->rest.n && r->rest.p[0] == '-';
    while (sign + digits < r->rest.n && digits < DIGITS_MAX && ac_is_digit(r->rest.p[sign + digits]))
        digits++;
    int64_t value = 1;
    bool has_n = digits && ac_sv_to_i64(ac_sv_sub(r->rest, 0, sign + digits), &value);
    if (digits)
        r->rest = ac_sv_sub(r->rest, sign + digits, r->rest.n);
    if (r->rest.n && r->rest.p[0] == ' ')
        (void)take(r);
    if (ac_sv_eq(word, AC_SV("u")) && has_n) {
        read_unicode(r, value);
    } else if (ac_sv_eq(word, AC_SV("bin"))) {
        if (has_n && value > 0 && (uint64_t)value > r->rest.n)
            ac_mw_fail(r->out, AC_MEDIA_TRUNCATED);
        r->rest = ac_sv_sub(r->rest, has_n && value > 0 ? (size_t)value : 0, r->rest.n);
        r->object_bytes += has_n && value > 0 ? 2 * (uint64_t)value : 0;
    } else if (r->skip) {
        r->skip--; /* a control word counts as one character of a fallback */
    } else {
        rtf_word(r, word, has_n, value);
    }
}

static void read_control(rtf *r)
{
    if (!r->rest.n)
        return;
    if (ac_is_alpha(r->rest.p[0]))
        read_word(r);
    else
        read_symbol(r, take(r));
}

/* ---- the document -------------------------------------------------------------------------------------------------- */

static void read_all(rtf *r)
{
    bool open = true;
    open_group(r);
    r->rest = ac_sv_sub(r->rest, 1, r->rest.n);
    while (open && r->rest.n && !ac_mw_over(r->out)) {
        char c = take(r);
        switch (c) {
        case '{': open_group(r); break;
        case '}': open = close_group(r) && r->group != r->groups; break;
        case '\\': read_control(r); break;
        case '\r':
        case '\n': break;
        default: put_byte(r, (unsigned char)c);
        }
    }
    if (open && !ac_mw_over(r->out))
        ac_mw_fail(r->out, AC_MEDIA_TRUNCATED);
}

static void tell_rest(rtf *r)
{
    rtf_flush(r);
    rtf_table_close(r);
    flow_replay(&r->f, &r->boxes, AC_GAP_LINE);
    flow_replay(&r->f, &r->footers, AC_GAP_BLOCK);
    flow_replay(&r->f, &r->footnotes, AC_GAP_BLOCK);
    if (r->comments.text.n) {
        flow_gap(&r->f, AC_GAP_BLOCK);
        flow_text(&r->f, AC_SV("Comments"));
        flow_replay(&r->f, &r->comments, AC_GAP_LINE);
    }
    static const ac_media_note notes[] = { AC_MEDIA_DELETED_TEXT, AC_MEDIA_HIDDEN_TEXT, AC_MEDIA_ATTACHMENT_UNREAD, AC_MEDIA_CHARSET_UNREAD };
    const bool told[] = { r->deleted, r->hidden, r->unread, r->unread_letters };
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (told[i])
            ac_mw_warn(r->out, notes[i], AC_NO_PAGE);
}

static void rtf_free(rtf *r)
{
    flow_side *sides[] = { &r->side, &r->footers, &r->footnotes, &r->comments, &r->boxes };
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        flow_side_cleanup(sides[i]);
    ac_sb_cleanup(&r->text);
    ac_sb_cleanup(&r->value);
    ac_sb_cleanup(&r->author);
    ac_sb_cleanup(&r->margins);
    ac_mem_free(r->fonts);
    ac_mem_free(r);
}

void rtf_read(ac_sv bytes, ac_mw *out)
{
    ac_mw_type(out, AC_SV("application/rtf"));
    rtf *r = ac_mem_alloc(sizeof *r);
    rtf_font *fonts = ac_mem_alloc(RTF_FONTS * sizeof *fonts);
    if (!r || !fonts) {
        ac_mw_fail(out, AC_MEDIA_MEMORY);
        ac_mem_free(r);
        ac_mem_free(fonts);
        return;
    }
    *r = (rtf) { .rest = bytes, .out = out, .f.out = out, .group = r->groups, .fonts = fonts, .set = CHARSET_1252,
                 .groups[0].fallback = 1, .text = AC_SB(RTF_SIDE_MAX), .value = AC_SB(VALUE_MAX), .author = AC_SB(VALUE_MAX),
                 .side = FLOW_SIDE(RTF_SIDE_MAX), .footers = FLOW_SIDE(RTF_SIDE_MAX), .footnotes = FLOW_SIDE(RTF_SIDE_MAX),
                 .comments = FLOW_SIDE(RTF_SIDE_MAX), .boxes = FLOW_SIDE(RTF_SIDE_MAX), .margins = AC_SB(RTF_SIDE_MAX) };
    for (size_t i = 0; i < RTF_FONTS; i++)
        fonts[i].set = CHARSET_UNKNOWN;
    if (ac_sv_starts(bytes, AC_SV("{\\rtf")))
        read_all(r);
    else
        ac_mw_fail(out, AC_MEDIA_DAMAGED);
    if (!ac_mw_over(out))
        tell_rest(r);
    rtf_free(r);
}
