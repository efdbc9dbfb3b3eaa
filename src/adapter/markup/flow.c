#include "adapter/markup/flow.h"

#include "adapter/markup/room.h"

enum { TOLD_MAX = 32 * 1024 }; /* bytes of headers that are remembered: no document has more, and the search stays short */

/* ---- tables -------------------------------------------------------------------------------------------------------- */

static ac_gap *gap_of(flow *f) { return f->side ? &f->side->gap : &f->gap; }

/* Tables around a text that waits are not its own. */
static uint32_t base_of(const flow *f) { return f->side ? f->side->base : 0; }

static flow_table *innermost(flow *f) { return f->depth > base_of(f) && !f->skipped ? &f->table[f->depth - 1] : NULL; }

/* A line ends in the text of all cells that are open. */
static void note_line(flow *f)
{
    for (uint32_t i = base_of(f); i < f->depth; i++)
        if (f->table[i].in_cell && !f->table[i].fresh)
            f->table[i].lines = true;
}

static void note_text(flow *f)
{
    for (uint32_t i = f->depth; i-- > base_of(f) && f->table[i].fresh;)
        f->table[i].fresh = false;
}

void flow_table_begin(flow *f)
{
    flow_gap(f, f->depth > base_of(f) ? AC_GAP_LINE : AC_GAP_BLOCK);
    if (f->depth == FLOW_TABLES_MAX) {
        f->skipped++;
        return;
    }
    f->table[f->depth++] = (flow_table) { .id = f->tables };
    f->tables += !f->side;
}

void flow_table_end(flow *f)
{
    if (f->skipped) {
        f->skipped--;
        return;
    }
    flow_row_end(f);
    if (f->depth > base_of(f))
        f->depth--;
    flow_gap(f, f->depth > base_of(f) ? AC_GAP_LINE : AC_GAP_BLOCK);
}

void flow_row(flow *f)
{
    flow_table *t = innermost(f);
    flow_row_end(f);
    flow_gap(f, AC_GAP_LINE);
    if (t) {
        t->in_row = true;
        t->column = 0;
        t->lines = false;
    }
}

void flow_row_end(flow *f)
{
    flow_table *t = innermost(f);
    flow_cell_end(f);
    if (t && t->in_row) {
        t->row++;
        t->in_row = false;
        for (; t->column < FLOW_COLUMNS_MAX; t->column++)
            if (t->covered[t->column])
                t->covered[t->column]--;
    }
    flow_gap(f, AC_GAP_LINE);
}

/* The next column that no cell of a row above covers. */
static void skip_covered(flow_table *t)
{
    while (t->column < FLOW_COLUMNS_MAX && t->covered[t->column])
        t->covered[t->column++]--;
}

void flow_cell_at(flow *f, uint32_t row, uint32_t column)
{
    flow_table *t = innermost(f);
    if (!t) {
        flow_gap(f, AC_GAP_BLANK);
        return;
    }
    flow_cell_end(f);
    ac_gap *gap = gap_of(f);
    if (*gap < AC_GAP_LINE)
        *gap = t->lines ? AC_GAP_LINE : AC_GAP_BLANK;
    t->in_cell = t->fresh = true;
    if (!f->side)
        ac_mw_cell(f->out, t->id, row, column);
}

void flow_cell(flow *f, uint32_t columns, uint32_t rows)
{
    flow_table *t = innermost(f);
    if (!t) {
        flow_gap(f, AC_GAP_BLANK);
        return;
    }
    if (!t->in_row)
        flow_row(f);
    flow_cell_end(f);
    skip_covered(t);
    flow_cell_at(f, t->row, t->column);
    for (uint32_t i = 0; i < columns && i < FLOW_COLUMNS_MAX; i++, t->column++)
        if (t->column < FLOW_COLUMNS_MAX && rows > 1)
            t->covered[t->column] = (uint16_t)(rows - 1 < UINT16_MAX ? rows - 1 : UINT16_MAX);
}

/* What the last paragraph of a cell asked for does not part it from the next cell. */
void flow_cell_end(flow *f)
{
    flow_table *t = innermost(f);
    if (!t || !t->in_cell)
        return;
    t->in_cell = false;
    if (!t->fresh)
        *gap_of(f) = AC_GAP_NONE;
    if (!f->side)
        ac_mw_cell_end(f->out);
}

/* ---- text ---------------------------------------------------------------------------------------------------------- */

void flow_gap(flow *f, ac_gap gap)
{
    flow_table *t = innermost(f);
    f->blanks = 0;
    if ((t && t->in_cell && t->fresh) || f->item.n)
        return;
    ac_gap *to = gap_of(f);
    if (gap > *to)
        *to = gap;
}

void flow_label(flow *f, ac_sv label)
{
    f->item.n = 0;
    ac_gap *gap = gap_of(f);
    if (!label.n && *gap > AC_GAP_LINE)
        *gap = AC_GAP_LINE; /* items of paragraphs are items still */
    flow_gap(f, AC_GAP_LINE);
    if (label.n && label.n <= sizeof f->item.text) {
        memcpy(f->item.text, label.p, label.n);
        f->item.n = label.n;
    }
}

void flow_join(flow *f)
{
    ac_gap *to = gap_of(f);
    if (*to == AC_GAP_LINE)
        *to = AC_GAP_NONE;
}

static void put_side(flow_side *s, ac_sv text)
{
    static const char *const gaps[] = { "", " ", "\n", "\n\n", "\n\n" };
    if (s->text.n)
        ac_sb_add(&s->text, ac_sv_z(gaps[s->gap]));
    s->gap = AC_GAP_NONE;
    ac_sb_add(&s->text, text);
}

static void put_one(flow *f, ac_sv text)
{
    f->last = text.p[text.n - 1];
    f->puts++;
    if (*gap_of(f) >= AC_GAP_LINE)
        note_line(f);
    note_text(f);
    if (f->side) {
        put_side(f->side, text);
        (void)is_whole_or_too_large(&f->side->text, f->out);
        return;
    }
    ac_mw_gap(f->out, f->gap);
    f->gap = AC_GAP_NONE;
    ac_mw_text(f->out, text);
}

/* text has no white space but the blanks that are to stand. */
static void put(flow *f, ac_sv text)
{
    if (f->item.n) {
        ac_sv label = { f->item.text, f->item.n };
        f->item.n = 0;
        put_one(f, label);
        flow_gap(f, AC_GAP_BLANK);
    } else if (f->raised && *gap_of(f) == AC_GAP_NONE && ac_is_digit(f->last) && (ac_is_digit(text.p[0]) || text.p[0] == '-')) {
        put_one(f, AC_SV("^"));
    }
    put_one(f, text);
}

typedef enum { IS_TEXT, IS_BLANK, IS_LINE_END, IS_NOTHING } look;

/* What a character of more than one byte is to a reader. */
static look look_of(ac_sv c)
{
    static const struct {
        ac_sv begin, end; /* in byte order, both of them in */
        look is;
    } rows[] = {
        { { "\xC2\x85", 2 }, { "\xC2\x85", 2 }, IS_LINE_END },                 /* next line */
        { { "\xC2\xA0", 2 }, { "\xC2\xA0", 2 }, IS_BLANK },                    /* no-break space */
        { { "\xC2\xAD", 2 }, { "\xC2\xAD", 2 }, IS_NOTHING },                  /* soft hyphen */
        { { "\xE2\x80\x80", 3 }, { "\xE2\x80\x8A", 3 }, IS_BLANK },            /* en quad to hair space */
        { { "\xE2\x80\x8B", 3 }, { "\xE2\x80\x8F", 3 }, IS_NOTHING },          /* zero width, directions */
        { { "\xE2\x80\xA8", 3 }, { "\xE2\x80\xA9", 3 }, IS_LINE_END },         /* line and paragraph separator */
        { { "\xE2\x80\xAA", 3 }, { "\xE2\x80\xAE", 3 }, IS_NOTHING },          /* directions */
        { { "\xE2\x80\xAF", 3 }, { "\xE2\x80\xAF", 3 }, IS_BLANK },            /* narrow no-break space */
        { { "\xE2\x81\x9F", 3 }, { "\xE2\x81\x9F", 3 }, IS_BLANK },            /* mathematical space */
        { { "\xE2\x81\xA0", 3 }, { "\xE2\x81\xA9", 3 }, IS_NOTHING },          /* word joiner, directions */
        { { "\xE3\x80\x80", 3 }, { "\xE3\x80\x80", 3 }, IS_BLANK },            /* ideographic space */
        { { "\xEF\xBB\xBF", 3 }, { "\xEF\xBB\xBF", 3 }, IS_NOTHING },          /* byte order mark */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_cmp(c, rows[i].begin) >= 0 && ac_sv_cmp(c, rows[i].end) <= 0)
            return rows[i].is;
    return IS_TEXT;
}

/* How the text goes on at its front, and for how many bytes. */
static look next_look(ac_sv s, size_t *n)
{
    unsigned char c = (unsigned char)s.p[0];
    *n = 1;
    if (c == '\n')
        return IS_LINE_END;
    if (c <= ' ' || c == 0x7F)
        return IS_BLANK;
    if (c < 0x80)
        return IS_TEXT;
    *n = ac_utf8_length(s);
    *n += !*n; /* a byte that is no UTF-8: core/media_write.h mends it */
    return c == 0xC2 || c == 0xE2 || c == 0xE3 || c == 0xEF ? look_of(ac_sv_sub(s, 0, *n)) : IS_TEXT;
}

static void put_blanks(flow *f)
{
    static const ac_sv blanks = { "                                ", 32 };
    while (f->blanks) {
        uint32_t n = f->blanks < blanks.n ? f->blanks : (uint32_t)blanks.n;
        uint32_t rest = f->blanks - n;
        put(f, ac_sv_sub(blanks, 0, n));
        f->blanks = rest;
    }
}

static void break_off(flow *f, look is)
{
    if (f->keep_blanks && is == IS_BLANK) {
        f->blanks++;
    } else if (f->keep_blanks && is == IS_LINE_END) {
        flow_gap(f, *gap_of(f) >= AC_GAP_LINE ? AC_GAP_BLOCK : AC_GAP_LINE);
    } else if (is != IS_NOTHING) {
        flow_gap(f, AC_GAP_BLANK);
    }
}

void flow_text(flow *f, ac_sv s)
{
    size_t begin = 0, i = 0;
    while (i <= s.n && !ac_mw_over(f->out)) {
        size_t n = 1;
        look is = i < s.n ? next_look((ac_sv) { s.p + i, s.n - i }, &n) : IS_NOTHING;
        if (is != IS_TEXT) {
            if (i > begin) {
                put_blanks(f);
                put(f, ac_sv_sub(s, begin, i));
            }
            if (i < s.n)
                break_off(f, is);
            begin = i + n;
        }
        i += n;
    }
}

/* ---- what waits ---------------------------------------------------------------------------------------------------- */

flow_side *flow_divert(flow *f, flow_side *side)
{
    flow_side *before = f->side;
    side->base = f->depth;
    side->item = f->item;
    f->item.n = 0;
    f->side = side;
    f->blanks = 0;
    f->last = 0;
    return before;
}

/* Tables and items of what waits end with it. */
void flow_return(flow *f, flow_side *before)
{
    if (f->side) {
        f->depth = f->depth > f->side->base ? f->side->base : f->depth;
        f->item = f->side->item;
    }
    f->side = before;
    f->blanks = 0;
    f->last = 0;
}

void flow_replay(flow *f, flow_side *side, ac_gap gap)
{
    flow_side *before = f->side;
    bool kept = f->keep_blanks;
    if (!side->text.n)
        return;
    f->side = NULL;
    f->keep_blanks = true;
    flow_gap(f, gap);
    flow_text(f, ac_sb_view(&side->text));
    flow_gap(f, gap);
    f->keep_blanks = kept;
    ac_sb_clear(&side->text);
    side->gap = AC_GAP_NONE;
    f->side = before;
}

bool flow_is_told(ac_sb *told, ac_sv text)
{
    if (text.n + told->n > TOLD_MAX)
        return false;
    AC_AUTO(ac_sb) entry = AC_SB(text.n + 2);
    ac_sb_add_char(&entry, '\f'); /* never within a text that waits */
    ac_sb_add(&entry, text);
    ac_sb_add_char(&entry, '\f');
    if (entry.rc == AC_OK && told->n && memmem(told->p, told->n, entry.p, entry.n))
        return true;
    ac_sb_add(told, ac_sb_view(&entry));
    return false;
}
