#include "adapter/pdf/pdf_flow.h"

#include <math.h>
#include <stdlib.h>

/* Tried on the training notes set in columns, as tables and as letters. */
static const float GUTTER = 1.2f;      /* a gap between columns, in heights of a line; words of justified text lie closer */
static const float BLOCK = 0.8f;       /* an empty space above a new block, in the same measure */
/* What is drawn piece by piece, in the same measure; poppler's own limits when it orders a page itself (TextOutputDev.cc). */
static const float TOUCH = 0.03f, UNDER = -0.2f;          /* the gap between pieces of one word, most and least */
static const float SPACED = 0.4f, SPACED_MORE = 1.3f;     /* the gap in a "H E A D I N G", and how much it may vary */
static const float CLOSE = 0.12f;                         /* ... in a "- 12 -", of any characters; a blank is wider */
static const float TWICE_ALONG = 0.1f, TWICE_ACROSS = 0.2f; /* drawn twice, for bold or a shadow */
enum { SPACED_LETTERS = 4, CLOSE_LETTERS = 3, SPACED_MAX = 64, TWICE_LOOK = 8 };
enum { PROSE_ROWS = 3, PROSE_LETTERS = 18 }; /* rows of a column; letters of its lines on average */

/* The words of a row are words[begin, end), from left to right. */
typedef struct {
    size_t begin, end;
    float y0, y1;
} row;

typedef struct {
    const ac_flow_words *page;
    const ac_flow_word *words;
    row *rows;
    size_t n_rows;
    ac_mw *out;
    ac_gap lines;            /* between the lines of a cell; AC_GAP_NONE: as they stand */
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

/* ---- pages that are turned: ordered as if they were upright ---------------------------------------------------------- */

static ac_box mirrored(ac_box b, bool across, bool down, const ac_flow_words *page)
{
    if (across)
        b = (ac_box) { page->width - b.x1, b.y0, page->width - b.x0, b.y1 };
    return down ? (ac_box) { b.x0, page->height - b.y1, b.x1, page->height - b.y0 } : b;
}

static ac_box swapped(ac_box b) { return (ac_box) { b.y0, b.x0, b.y1, b.x1 }; }

static ac_box upright(ac_box b, const ac_flow_words *page)
{
    const ac_box m = mirrored(b, page->turn == 1 || page->turn == 2, page->turn == 2 || page->turn == 3, page);
    return page->turn % 2 ? swapped(m) : m;
}

static ac_box as_it_lies(ac_box b, const ac_flow_words *page)
{
    const ac_box m = page->turn % 2 ? swapped(b) : b;
    return mirrored(m, page->turn == 1 || page->turn == 2, page->turn == 2 || page->turn == 3, page);
}

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

/* As qsort; what is drawn in order, as most is, is only looked at. */
static void sort(ac_flow_word *at, size_t n, int (*compare)(const void *, const void *))
{
    size_t i = 1;
    while (i < n && compare(&at[i - 1], &at[i]) <= 0)
        i++;
    if (i < n)
        qsort(at, n, sizeof *at, compare);
}

static float least_height(const ac_flow_word *a, const ac_flow_word *b) { return fminf(a->box.y1 - a->box.y0, b->box.y1 - b->box.y0); }

/* The same at the same place as one of the words before it. */
static bool is_twice(const ac_flow_word *first, const ac_flow_word *w)
{
    for (const ac_flow_word *before = w; before > first && w - before < TWICE_LOOK;) {
        before--;
        const float h = least_height(before, w), across = fabsf(w->box.y0 - before->box.y0), along = fabsf(w->box.x0 - before->box.x0);
        if (along < TWICE_ALONG * h && across < TWICE_ACROSS * h && ac_sv_eq(before->text, w->text))
            return true;
    }
    return false;
}

static float gap_between(const ac_flow_word *a, const ac_flow_word *b) { return b->box.x0 - a->box.x1; }

static bool touches(const ac_flow_word *a, const ac_flow_word *b)
{
    const float gap = gap_between(a, b), h = least_height(a, b);
    return gap < TOUCH * h && gap > UNDER * h;
}

static bool is_character(const ac_flow_word *w) { return w->text.n && ac_utf8_length(w->text) == w->text.n; }
static bool is_letter(const ac_flow_word *w) { return is_character(w) && (ac_is_alpha(w->text.p[0]) || w->text.n > 1); }

/* Characters with the same space between them all, not more than most: one after the last of them. */
static size_t spaced(const ac_flow_word *at, size_t first, size_t end, float most, bool is_one(const ac_flow_word *))
{
    size_t run = first, i = first;
    float least = INFINITY;
    while (run < end && run - first < SPACED_MAX && is_one(&at[run])) {
        const float gap = run > first ? gap_between(&at[run - 1], &at[run]) : 0;
        if (run > first && !(gap > 0 && gap < most * least_height(&at[run - 1], &at[run])))
            break;
        least = run > first ? fminf(least, gap) : least;
        run++;
    }
    while (i + 1 < run && gap_between(&at[i], &at[i + 1]) < SPACED_MORE * least)
        i++;
    return i + 1;
}

/* What is one word although there is space between its letters: one after the last of them; first + 1 when there is none. */
static size_t spaced_letters(const ac_flow_word *at, size_t first, size_t end)
{
    const size_t letters = spaced(at, first, end, SPACED, is_letter), close = spaced(at, first, end, CLOSE, is_character);
    if (letters - first >= SPACED_LETTERS)
        return letters;
    return close - first >= CLOSE_LETTERS ? close : first + 1;
}

/* Words [first, end) as one; its text is copied when there are more. */
static ac_flow_word joined(const ac_flow_words *words, size_t first, size_t end)
{
    ac_flow_word one = words->at[first];
    size_t n = 0;
    for (size_t i = first; i < end; i++)
        n += words->at[i].text.n;
    char *text = end - first > 1 ? ac_arena_alloc(words->arena, n) : NULL;
    if (!text) /* alone, or no memory: then only the first piece is kept, and the caller is told */
        return one;
    one.text = (ac_sv) { text, n };
    for (size_t i = first; i < end; i++) {
        const ac_flow_word *w = &words->at[i];
        memcpy(text, w->text.p, w->text.n);
        text += w->text.n;
        one.box = (ac_box) { fminf(one.box.x0, w->box.x0), fminf(one.box.y0, w->box.y0), fmaxf(one.box.x1, w->box.x1), fmaxf(one.box.y1, w->box.y1) };
    }
    return one;
}

/* From pieces to words: what is drawn twice counts once, what touches is one word. False when there is no memory. */
static bool make_words(ac_flow_words *words, row *r)
{
    ac_flow_word *at = words->at;
    size_t n = r->begin;
    for (size_t i = r->begin; i < r->end; i++) {
        at[n] = at[i];
        n += !is_twice(&at[r->begin], &at[n]);
    }
    const size_t end = n;
    n = r->begin;
    for (size_t i = r->begin, next; i < end; i = next) {
        next = spaced_letters(at, i, end);
        while (next < end && touches(&at[next - 1], &at[next]))
            next++;
        const ac_flow_word one = joined(words, i, next);
        if (next - i > 1 && one.text.p == at[i].text.p)
            return false;
        at[n++] = one;
    }
    r->end = n;
    return true;
}

static bool make_rows(ac_flow_words *words, row *rows, size_t *out)
{
    size_t n = 0;
    bool made = true;
    sort(words->at, words->n, by_middle);
    for (size_t i = 0; i < words->n; i++) {
        const ac_flow_word *w = &words->at[i];
        if (!n || !belongs(&rows[n - 1], w))
            rows[n++] = (row) { i, i, w->box.y0, w->box.y1 };
        rows[n - 1].end = i + 1;
    }
    for (size_t i = 0; i < n && made; i++) {
        sort(words->at + rows[i].begin, rows[i].end - rows[i].begin, by_left);
        made = make_words(words, &rows[i]);
    }
    *out = n;
    return made;
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
    if (f->lines == AC_GAP_NONE)
        ac_mw_gap(f->out, block ? AC_GAP_BLOCK : AC_GAP_LINE);
    else if (f->has_last)
        ac_mw_gap(f->out, f->lines);
    for (size_t i = begin; i < end; i++) {
        ac_mw_word(f->out, f->words[i].text, as_it_lies(f->words[i].box, f->page), 100);
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
    flow side = { .page = f->page, .lines = f->lines, .words = f->words, .out = f->out, .has_last = f->has_last, .last_y0 = f->last_y0, .last_y1 = f->last_y1 };
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

void ac_flow_write(ac_flow_words *words, ac_mw *out) { ac_flow_write_cell(words, AC_GAP_NONE, out); }

void ac_flow_write_cell(ac_flow_words *words, ac_gap lines, ac_mw *out)
{
    flow f = { .page = words, .lines = lines, .out = out };
    if (!words->n)
        return;
    for (size_t i = 0; words->turn && i < words->n; i++)
        words->at[i].box = upright(words->at[i].box, words);
    f.rows = ac_mem_alloc(words->n * sizeof *f.rows);
    f.words = words->at;
    if (f.rows && make_rows(words, f.rows, &f.n_rows))
        write_rows(&f);
    else
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    ac_mem_free(f.rows);
    for (size_t i = 0; words->turn && i < words->n; i++) /* the caller knows no other places */
        words->at[i].box = as_it_lies(words->at[i].box, words);
}
