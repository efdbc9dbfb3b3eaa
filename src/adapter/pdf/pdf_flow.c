#include "adapter/pdf/pdf_flow.h"

#include <math.h>
#include <stdlib.h>

/* Tried on the training notes set in columns, as tables and as letters. */
static const float GUTTER = 1.2f;      /* a gap between columns, in heights of a line; words of justified text lie closer */
static const float BLOCK = 0.8f;       /* an empty space above a new block, in the same measure */
enum { PROSE_ROWS = 3, PROSE_LETTERS = 18 }; /* rows of a column; letters of its lines on average */

/* The words of a row are words[begin, end), from left to right. */
typedef struct {
    size_t begin, end;
    float y0, y1;
} row;

typedef struct {
    const ac_flow_word *words;
    row *rows;
    size_t n_rows;
    ac_mw *out;
    bool has_last;
    float last_y0, last_y1;  /* of the line before */
} flow;

bool ac_flow_add(ac_flow_words *words, ac_sv text, ac_box box)
{
    if (words->n == words->cap) {
        const size_t cap = words->cap ? words->cap * 2 : 256;
        ac_flow_word *grown = ac_mem_grow(words->at, cap * sizeof *grown);
        if (!grown)
            return false;
        words->at = grown;
        words->cap = cap;
    }
    words->at[words->n++] = (ac_flow_word) { text, box };
    return true;
}

void ac_flow_words_cleanup(ac_flow_words *words) { ac_mem_free(words->at); }

/* ---- rows ----------------------------------------------------------------------------------------------------------- */

static float middle(const ac_flow_word *w) { return (w->box.y0 + w->box.y1) / 2; }

static int by_middle(const void *a, const void *b)
{
    const float ya = middle(a), yb = middle(b);
    return (ya > yb) - (ya < yb);
}

static int by_left(const void *a, const void *b)
{
    const float xa = ((const ac_flow_word *)a)->box.x0, xb = ((const ac_flow_word *)b)->box.x0;
    return (xa > xb) - (xa < xb);
}

/* In the row when its middle lies within the row's height, and the row's middle within its own. */
static bool belongs(const row *r, const ac_flow_word *w)
{
    const float at = (r->y0 + r->y1) / 2;
    return middle(w) < r->y1 && at > w->box.y0;
}

static size_t make_rows(ac_flow_words *words, row *rows)
{
    size_t n = 0;
    qsort(words->at, words->n, sizeof *words->at, by_middle);
    for (size_t i = 0; i < words->n; i++) {
        const ac_flow_word *w = &words->at[i];
        if (!n || !belongs(&rows[n - 1], w))
            rows[n++] = (row) { i, i, w->box.y0, w->box.y1 };
        rows[n - 1].end = i + 1;
    }
    for (size_t i = 0; i < n; i++)
        qsort(words->at + rows[i].begin, rows[i].end - rows[i].begin, sizeof *words->at, by_left);
    return n;
}

/* ---- columns -------------------------------------------------------------------------------------------------------- */

typedef struct {
    float x0, x1;
} gap;

/* Words of the row from first on that lie left of x. */
static size_t split(const flow *f, const row *r, float x)
{
    size_t i = r->begin;
    while (i < r->end && f->words[i].box.x1 <= x)
        i++;
    return i;
}

static size_t letters(const flow *f, size_t begin, size_t end)
{
    size_t n = 0;
    for (size_t i = begin; i < end; i++)
        n += f->words[i].text.n + 1;
    return n;
}

/* A run of rows that the gutter divides: where it ends, and whether both sides of it are running text. */
typedef struct {
    size_t end, both, left, right; /* row; rows with words on both sides, and their letters */
    gap g;
} run;

/* A row that the gutter does not cross narrows it; false when it does cross. */
static bool narrow(const flow *f, const row *r, run *u)
{
    gap g = u->g;
    const size_t at = split(f, r, (g.x0 + g.x1) / 2);
    if (at > r->begin && f->words[at - 1].box.x1 > g.x0)
        g.x0 = f->words[at - 1].box.x1;
    if (at < r->end && f->words[at].box.x0 < g.x1)
        g.x1 = f->words[at].box.x0;
    if (g.x1 - g.x0 < GUTTER * (r->y1 - r->y0))
        return false;
    u->g = g;
    u->both += at > r->begin && at < r->end;
    u->left += letters(f, r->begin, at);
    u->right += letters(f, at, r->end);
    return true;
}

/* A row on one side alone goes on with its column while there is no empty space above it. */
static bool goes_on(const flow *f, size_t i, const run *u)
{
    const row *r = &f->rows[i];
    const size_t at = split(f, r, (u->g.x0 + u->g.x1) / 2);
    return (at > r->begin && at < r->end) || r->y0 - f->rows[i - 1].y1 <= BLOCK * (r->y1 - r->y0);
}

static run follow(const flow *f, size_t first, gap g)
{
    run u = { .end = first, .g = g };
    while (u.end < f->n_rows && (u.end == first || goes_on(f, u.end, &u)) && narrow(f, &f->rows[u.end], &u))
        u.end++;
    return u;
}

static bool is_prose(const run *u)
{
    return u->both >= PROSE_ROWS && u->left >= u->both * PROSE_LETTERS && u->right >= u->both * PROSE_LETTERS;
}

/* The longest run of columns that begins with this row. */
static bool columns_at(const flow *f, size_t first, run *best)
{
    const row *r = &f->rows[first];
    *best = (run) { .end = first };
    for (size_t i = r->begin; i + 1 < r->end; i++) {
        const gap g = { f->words[i].box.x1, f->words[i + 1].box.x0 };
        if (g.x1 - g.x0 < GUTTER * (r->y1 - r->y0))
            continue;
        const run u = follow(f, first, g);
        if (is_prose(&u) && u.end > best->end)
            *best = u;
    }
    return best->end > first;
}

/* ---- writing -------------------------------------------------------------------------------------------------------- */

static void write_line(flow *f, size_t begin, size_t end)
{
    if (begin == end)
        return;
    const ac_box *box = &f->words[begin].box;
    const float height = box->y1 - box->y0, below = box->y0 - f->last_y1;
    const bool block = f->has_last && (below > BLOCK * height || box->y0 < f->last_y0);
    ac_mw_gap(f->out, block ? AC_GAP_BLOCK : AC_GAP_LINE);
    for (size_t i = begin; i < end; i++) {
        ac_mw_word(f->out, f->words[i].text, f->words[i].box, 100);
        ac_mw_gap(f->out, AC_GAP_BLANK);
    }
    f->has_last = true;
    f->last_y0 = box->y0;
    f->last_y1 = box->y1;
}

/* Columns within columns are found again: a page of three has two gutters. */
static void write_side(flow *f, size_t first, const run *u, bool right);

static void write_rows(flow *f)
{
    for (size_t i = 0; i < f->n_rows;) {
        run u;
        if (columns_at(f, i, &u)) {
            write_side(f, i, &u, false);
            write_side(f, i, &u, true);
            i = u.end;
        } else {
            write_line(f, f->rows[i].begin, f->rows[i].end);
            i++;
        }
    }
}

static void write_side(flow *f, size_t first, const run *u, bool right)
{
    flow side = { .words = f->words, .out = f->out, .has_last = f->has_last, .last_y0 = f->last_y0, .last_y1 = f->last_y1 };
    side.rows = ac_mem_alloc((u->end - first) * sizeof *side.rows);
    if (!side.rows) {
        ac_mw_fail(f->out, AC_MEDIA_MEMORY);
        return;
    }
    for (size_t i = first; i < u->end; i++) {
        row r = f->rows[i];
        const size_t at = split(f, &r, (u->g.x0 + u->g.x1) / 2);
        if (right)
            r.begin = at;
        else
            r.end = at;
        if (r.begin < r.end)
            side.rows[side.n_rows++] = r;
    }
    write_rows(&side);
    ac_mem_free(side.rows);
    f->has_last = side.has_last;
    f->last_y0 = side.last_y0;
    f->last_y1 = side.last_y1;
}

void ac_flow_write(ac_flow_words *words, ac_mw *out)
{
    flow f = { .out = out };
    if (!words->n)
        return;
    f.rows = ac_mem_alloc(words->n * sizeof *f.rows);
    if (!f.rows) {
        ac_mw_fail(out, AC_MEDIA_MEMORY);
        return;
    }
    f.n_rows = make_rows(words, f.rows);
    f.words = words->at;
    write_rows(&f);
    ac_mem_free(f.rows);
}
