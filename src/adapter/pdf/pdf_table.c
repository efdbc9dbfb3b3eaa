#include "adapter/pdf/pdf_table.h"

#include "adapter/pdf/pdf_grid.h"

#include <math.h>
#include <stdlib.h>

/* When in doubt a grid is no table, and its words are read by rows like all others. */
static const float STICKS_OUT = 0.3f; /* of a word's width, across the edge of its cell */
static const float SLACK = 3;         /* points: where a line counts as full */
enum { CELLS_MIN = 4, LINES_MAX = 3, ALIKE = 3 }; /* cells with words; lines of a cell that are read as one; cells with as many lines that tell */

static float middle_x(const ac_flow_word *w) { return (w->box.x0 + w->box.x1) / 2; }
static float middle_y(const ac_flow_word *w) { return (w->box.y0 + w->box.y1) / 2; }

/* ---- the cells of a grid, with words [begin[f], begin[f + 1]) of the cell that field f begins -------------------------------- */

typedef struct {
    const ac_grid *grid;
    ac_flow_words words;       /* ordered by cells; lent */
    size_t *begin;
} table;

/* Where the cell that begins with field f ends on the right. */
static float right_of(const ac_grid *g, uint32_t f)
{
    uint32_t c = f % g->columns;
    while (c + 1 < g->columns && g->first[f - f % g->columns + c + 1] == f)
        c++;
    return g->x[c + 1];
}

/* The cell of a word that lies well within it; UINT32_MAX otherwise. */
static uint32_t cell_of(const ac_grid *g, const ac_flow_word *w)
{
    const uint32_t field = ac_grid_field(g, middle_x(w), middle_y(w));
    if (field == UINT32_MAX)
        return UINT32_MAX;
    const uint32_t cell = g->first[field];
    const float out = fmaxf(g->x[cell % g->columns] - w->box.x0, w->box.x1 - right_of(g, cell));
    return out > STICKS_OUT * (w->box.x1 - w->box.x0) ? UINT32_MAX : cell;
}

static int by_middle(const void *a, const void *b)
{
    const float ya = middle_y(a), yb = middle_y(b);
    return (ya > yb) - (ya < yb);
}

/* The lines of a cell: how many, and whether one ends where the next word would not have fitted. */
typedef struct {
    size_t n;
    bool full;
} cell_lines;

static cell_lines lines_of(const table *t, uint32_t f)
{
    const ac_flow_word *w = t->words.at + t->begin[f];
    const size_t n = t->begin[f + 1] - t->begin[f];
    const float left = t->grid->x[f % t->grid->columns], right = right_of(t->grid, f);
    cell_lines l = { 0, false };
    float ends = 0, pad = INFINITY; /* of the line before; between text and the edges of the cell */
    bool words = false;             /* more than one, of the line before: of a number nobody knows whether it was all */
    for (size_t i = 0; i < n; i++)
        pad = fminf(pad, w[i].box.x0 - left);
    for (size_t i = 0, end; i < n; i = end) {
        const ac_flow_word *first = &w[i];
        float to = w[i].box.x1;
        for (end = i + 1; end < n && middle_y(&w[end]) < w[i].box.y1; end++) {
            first = w[end].box.x0 < first->box.x0 ? &w[end] : first;
            to = fmaxf(to, w[end].box.x1);
        }
        const float blank = (first->box.y1 - first->box.y0) / 4;
        l.full |= words && ends + blank + first->box.x1 - first->box.x0 > right - pad - SLACK;
        l.n++;
        ends = to;
        words = end - i > 1;
    }
    return l;
}

/* Where more than one cell of a row has lines, those may be rows of their own that no rule parts. They are not when lines end because they are full;
 * they are when all of many cells have as many. */
static bool is_one_row(const table *t, uint32_t row)
{
    size_t long_cells = 0, cells = 0, least = SIZE_MAX, most = 0;
    bool full = false;
    for (uint32_t f = row * t->grid->columns; f < (row + 1) * t->grid->columns; f++) {
        qsort(t->words.at + t->begin[f], t->begin[f + 1] - t->begin[f], sizeof *t->words.at, by_middle);
        const cell_lines l = lines_of(t, f);
        full |= l.full;
        cells += l.n > 0;
        long_cells += l.n > 1;
        least = l.n && l.n < least ? l.n : least;
        most = l.n > most ? l.n : most;
    }
    return long_cells < 2 || (full && !(cells >= ALIKE && least == most));
}

/* Two rows at least have words in two cells or more: a frame around paragraphs is no table. */
static bool is_table(const table *t)
{
    const ac_grid *g = t->grid;
    for (uint32_t r = 0; r < g->rows; r++)
        if (!is_one_row(t, r))
            return false;
    size_t cells = 0, rows = 0;
    for (uint32_t r = 0; r < g->rows; r++) {
        size_t of_row = 0;
        for (uint32_t f = r * g->columns; f < (r + 1) * g->columns; f++)
            of_row += t->begin[f] < t->begin[f + 1];
        cells += of_row;
        rows += of_row > 1;
    }
    return rows > 1 && cells >= CELLS_MIN;
}

/* Order words [begin, end) of a page by cells; false when it is no table. Their order does not change then. */
static bool make_table(const ac_grid *g, const ac_flow_words *page, size_t begin, size_t end, table *out)
{
    const size_t fields = (size_t)g->columns * g->rows, n = end - begin;
    uint32_t *cell = ac_arena_alloc(page->arena, n * sizeof *cell);
    size_t *at = ac_arena_alloc(page->arena, (fields + 1) * sizeof *at);
    *out = (table) { .grid = g, .words.arena = page->arena, .begin = ac_arena_alloc(page->arena, (fields + 1) * sizeof *out->begin) };
    out->words.at = ac_arena_alloc(page->arena, n * sizeof *out->words.at);
    if (!cell || !at || !out->begin || !out->words.at)
        return false;
    for (size_t i = 0; i < n; i++) {
        cell[i] = cell_of(g, &page->at[begin + i]);
        if (cell[i] == UINT32_MAX)
            return false;
        out->begin[cell[i] + 1]++;
    }
    for (size_t f = 0; f < fields; f++)
        at[f + 1] = out->begin[f + 1] += out->begin[f];
    out->words.n = n;
    for (size_t i = 0; i < n; i++)
        out->words.at[at[cell[i]]++] = page->at[begin + i];
    return is_table(out);
}

/* ---- writing --------------------------------------------------------------------------------------------------------- */

/* A row is a line of the text, unless one of its cells is a text of its own. */
static void write_row(const table *t, uint32_t row, uint32_t id, ac_mw *out)
{
    const ac_grid *g = t->grid;
    ac_gap lines = AC_GAP_BLANK;
    for (uint32_t f = row * g->columns; f < (row + 1) * g->columns; f++)
        if (lines_of(t, f).n > LINES_MAX)
            lines = AC_GAP_LINE;
    ac_mw_gap(out, AC_GAP_LINE);
    for (uint32_t f = row * g->columns; f < (row + 1) * g->columns; f++) {
        ac_flow_words words = { .at = t->words.at + t->begin[f], .n = t->begin[f + 1] - t->begin[f], .arena = t->words.arena };
        if (!words.n)
            continue;
        ac_mw_gap(out, lines);
        ac_mw_cell(out, id, row, f % g->columns);
        ac_flow_write_cell(&words, lines, out);
        ac_mw_cell_end(out);
    }
}

static void write_table(const table *t, uint32_t id, ac_mw *out)
{
    ac_mw_gap(out, AC_GAP_BLOCK);
    for (uint32_t r = 0; r < t->grid->rows; r++)
        write_row(t, r, id, out);
    ac_mw_gap(out, AC_GAP_BLOCK);
}

static void write_flow(const ac_flow_words *page, size_t begin, size_t end, ac_mw *out)
{
    ac_flow_words words = { .at = page->at + begin, .n = end - begin, .arena = page->arena };
    ac_flow_write(&words, out);
}

/* Bring words [begin, page->n) whose middle lies above y to the front; one after the last of them. */
static size_t above(const ac_flow_words *page, size_t begin, float y)
{
    size_t n = begin;
    for (size_t i = begin; i < page->n; i++)
        if (middle_y(&page->at[i]) < y) {
            const ac_flow_word w = page->at[i];
            page->at[i] = page->at[n];
            page->at[n++] = w;
        }
    return n;
}

void ac_table_write(ac_flow_words *words, const ac_pdf_rule *rules, size_t n_rules, uint32_t *tables, ac_mw *out)
{
    ac_grids grids = { 0 };
    size_t written = 0;
    if (n_rules && !words->turn && !ac_grids_of(rules, n_rules, words->arena, &grids))
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    for (size_t i = 0; i < grids.n; i++) {
        table t;
        const size_t top = above(words, written, grids.at[i].box.y0), bottom = above(words, top, grids.at[i].box.y1);
        if (!make_table(&grids.at[i], words, top, bottom, &t))
            continue;
        write_flow(words, written, top, out);
        write_table(&t, (*tables)++, out);
        written = bottom;
    }
    if (written)
        write_flow(words, written, words->n, out);
    else
        ac_flow_write(words, out);
}
