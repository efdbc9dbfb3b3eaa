#include "adapter/pdf/pdf_grid.h"

#include <math.h>
#include <stdlib.h>

/* Points. What lies closer is meant to meet; what is shorter is a tick or a dash; what is narrower is no column. */
static const float SAME = 2, SHORT = 5, NARROW = 6;
enum { RULES_MAX = 500, FIELDS_MAX = 4000 }; /* of a page each way; of a grid. More is a drawing */

/* A line across the page at height at, or down it: from, to along it. */
typedef struct {
    float at, from, to;
    uint32_t group;            /* of the lines that meet, by way of others, too */
} line;

typedef struct {
    line *at;
    size_t n;
} lines;

static int by_at(const void *a, const void *b)
{
    const line *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static int by_from(const void *a, const void *b)
{
    const line *x = a, *y = b;
    return (x->from > y->from) - (x->from < y->from);
}

/* Pieces of a line, as each cell draws its own, become one. */
static void join_pieces(lines *l)
{
    size_t n = 0;
    qsort(l->at, l->n, sizeof *l->at, by_at);
    for (size_t i = 0, end; i < l->n; i = end) {
        for (end = i + 1; end < l->n && l->at[end].at - l->at[i].at <= SAME; end++)
            ;
        qsort(l->at + i, end - i, sizeof *l->at, by_from);
        line one = l->at[i];
        for (size_t k = i + 1; k < end; k++) {
            if (l->at[k].from <= one.to + SAME) {
                one.to = fmaxf(one.to, l->at[k].to);
                continue;
            }
            l->at[n++] = one;
            one = l->at[k];
        }
        l->at[n++] = one;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (l->at[i].to - l->at[i].from >= SHORT)
            l->at[kept++] = l->at[i];
    l->n = kept;
}

static bool collect(const ac_pdf_rule *rules, size_t n, bool across, ac_arena *arena, lines *out)
{
    *out = (lines) { ac_arena_alloc(arena, (n + 1) * sizeof *out->at), 0 };
    for (size_t i = 0; out->at && i < n; i++) {
        const ac_pdf_rule *r = &rules[i];
        const float dx = fabsf(r->x1 - r->x0), dy = fabsf(r->y1 - r->y0);
        if (across ? dy > 1 || dx < dy : dx > 1 || dy < dx)
            continue;
        out->at[out->n++] = across ? (line) { (r->y0 + r->y1) / 2, fminf(r->x0, r->x1), fmaxf(r->x0, r->x1), 0 }
                                   : (line) { (r->x0 + r->x1) / 2, fminf(r->y0, r->y1), fmaxf(r->y0, r->y1), 0 };
    }
    if (out->at)
        join_pieces(out);
    return out->at;
}

/* ---- which lines meet ------------------------------------------------------------------------------------------------ */

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The smaller one stays the root. */
static void unite(uint32_t *parent, uint32_t a, uint32_t b)
{
    const uint32_t x = root_of(parent, a), y = root_of(parent, b);
    parent[x > y ? x : y] = x > y ? y : x;
}

static uint32_t *each_alone(ac_arena *arena, size_t n)
{
    uint32_t *parent = ac_arena_alloc(arena, n * sizeof *parent);
    for (size_t i = 0; parent && i < n; i++)
        parent[i] = (uint32_t)i;
    return parent;
}

static bool meet(const line *across, const line *down)
{
    return down->at >= across->from - SAME && down->at <= across->to + SAME && across->at >= down->from - SAME && across->at <= down->to + SAME;
}

static bool group(lines *across, lines *down, ac_arena *arena)
{
    uint32_t *parent = each_alone(arena, across->n + down->n);
    for (size_t i = 0; parent && i < across->n; i++)
        for (size_t k = 0; k < down->n; k++)
            if (meet(&across->at[i], &down->at[k]))
                unite(parent, (uint32_t)i, (uint32_t)(across->n + k));
    for (size_t i = 0; parent && i < across->n; i++)
        across->at[i].group = root_of(parent, (uint32_t)i);
    for (size_t k = 0; parent && k < down->n; k++)
        down->at[k].group = root_of(parent, (uint32_t)(across->n + k));
    return parent;
}

/* ---- one grid ---------------------------------------------------------------------------------------------------------- */

/* The edges of columns (rows): where lines of the group stand, and the ends of those that run towards them when no line closes the grid there. */
static float *edges(const lines *own, const lines *other, uint32_t of, ac_arena *arena, uint32_t *n)
{
    float *at = ac_arena_alloc(arena, (own->n + 2) * sizeof *at), least = INFINITY, most = -INFINITY;
    *n = 0;
    if (!at)
        return NULL;
    for (size_t i = 0; i < other->n; i++)
        if (other->at[i].group == of) {
            least = fminf(least, other->at[i].from);
            most = fmaxf(most, other->at[i].to);
        }
    uint32_t count = 0;
    at[count++] = least;
    for (size_t i = 0; i < own->n; i++) /* in order already */
        if (own->at[i].group == of && own->at[i].at > at[count - 1] + NARROW)
            at[count++] = own->at[i].at;
    if (most > at[count - 1] + NARROW)
        at[count++] = most;
    *n = count - 1;
    return at;
}

/* The edge that a line stands at; 0 when it is none within. */
static uint32_t edge_at(const float *edge, uint32_t n, float at)
{
    for (uint32_t i = 1; i < n; i++)
        if (fabsf(edge[i] - at) <= NARROW)
            return i;
    return 0;
}

/* A line parts the fields to whose middle it reaches. */
static bool reaches(const line *l, const float *edge, uint32_t i)
{
    const float middle = (edge[i] + edge[i + 1]) / 2;
    return l->from < middle && middle < l->to;
}

/* Fields that no line parts become one. */
static bool join_fields(ac_grid *g, const lines *across, const lines *down, uint32_t of, ac_arena *arena)
{
    const uint32_t n = g->columns * g->rows;
    bool *right = ac_arena_alloc(arena, n), *below = ac_arena_alloc(arena, n);
    g->first = each_alone(arena, n);
    if (!right || !below || !g->first)
        return false;
    for (size_t i = 0; i < down->n; i++) {
        const uint32_t c = down->at[i].group == of ? edge_at(g->x, g->columns, down->at[i].at) : 0;
        for (uint32_t r = 0; c && r < g->rows; r++)
            right[r * g->columns + c - 1] |= reaches(&down->at[i], g->y, r);
    }
    for (size_t i = 0; i < across->n; i++) {
        const uint32_t r = across->at[i].group == of ? edge_at(g->y, g->rows, across->at[i].at) : 0;
        for (uint32_t c = 0; r && c < g->columns; c++)
            below[(r - 1) * g->columns + c] |= reaches(&across->at[i], g->x, c);
    }
    for (uint32_t f = 0; f < n; f++) {
        if ((f + 1) % g->columns && !right[f])
            unite(g->first, f, f + 1);
        if (f + g->columns < n && !below[f])
            unite(g->first, f, f + g->columns);
    }
    for (uint32_t f = 0; f < n; f++)
        g->first[f] = root_of(g->first, f);
    return true;
}

typedef struct {
    uint32_t fields, right, bottom;
} extent;

/* A cell that is no rectangle is no cell. */
static bool all_rectangles(const ac_grid *g, ac_arena *arena)
{
    const uint32_t n = g->columns * g->rows;
    extent *cell = ac_arena_alloc(arena, n * sizeof *cell);
    bool good = cell;
    for (uint32_t f = 0; good && f < n; f++) {
        extent *e = &cell[g->first[f]];
        const uint32_t c = f % g->columns, r = f / g->columns;
        e->fields++;
        e->right = c > e->right ? c : e->right;
        e->bottom = r > e->bottom ? r : e->bottom;
        good = c >= g->first[f] % g->columns;
    }
    for (uint32_t f = 0; good && f < n; f++)
        good = g->first[f] != f || (cell[f].right - f % g->columns + 1) * (cell[f].bottom - f / g->columns + 1) == cell[f].fields;
    return good;
}

static bool grid_of(const lines *across, const lines *down, uint32_t of, ac_arena *arena, ac_grid *g)
{
    g->x = edges(down, across, of, arena, &g->columns);
    g->y = edges(across, down, of, arena, &g->rows);
    if (!g->x || !g->y || g->columns < 2 || g->rows < 2 || (uint64_t)g->columns * g->rows > FIELDS_MAX)
        return false;
    g->box = (ac_box) { g->x[0], g->y[0], g->x[g->columns], g->y[g->rows] };
    return join_fields(g, across, down, of, arena) && all_rectangles(g, arena);
}

/* ---- all of a page ------------------------------------------------------------------------------------------------------ */

static int by_top(const void *a, const void *b)
{
    const ac_grid *x = a, *y = b;
    return (x->box.y0 > y->box.y0) - (x->box.y0 < y->box.y0);
}

static bool overlap(const ac_box *a, const ac_box *b) { return a->y0 < b->y1 && b->y0 < a->y1; }

/* Of two at one height none is sure to be the whole of a table; of one within another the outer one is. */
static void keep_apart(ac_grids *grids)
{
    size_t n = 0;
    for (size_t i = 0; i < grids->n; i++) {
        const ac_box *b = &grids->at[i].box;
        bool alone = true;
        for (size_t k = 0; k < grids->n && alone; k++) {
            const ac_box *o = &grids->at[k].box;
            const bool outer = b->x0 <= o->x0 && b->x1 >= o->x1 && b->y0 <= o->y0 && b->y1 >= o->y1;
            alone = k == i || !overlap(b, o) || outer;
        }
        if (alone)
            grids->at[n++] = grids->at[i];
    }
    grids->n = n;
}

bool ac_grids_of(const ac_pdf_rule *rules, size_t n, ac_arena *arena, ac_grids *out)
{
    lines across, down;
    *out = (ac_grids) { 0 };
    if (!collect(rules, n, true, arena, &across) || !collect(rules, n, false, arena, &down))
        return false;
    if (across.n > RULES_MAX || down.n > RULES_MAX || across.n < 2 || !down.n)
        return true;
    if (!group(&across, &down, arena))
        return false;
    for (size_t i = 0; i < across.n; i++) {
        ac_grid g = { 0 };
        if (across.at[i].group != i || !grid_of(&across, &down, (uint32_t)i, arena, &g))
            continue;
        ac_grid *at = ac_vec_push(out, arena);
        if (!at)
            return false;
        *at = g;
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_top);
    keep_apart(out);
    return true;
}

static uint32_t interval(const float *edge, uint32_t n, float at)
{
    uint32_t i = 0;
    while (i < n && at >= edge[i + 1])
        i++;
    return at >= edge[0] ? i : n;
}

uint32_t ac_grid_field(const ac_grid *g, float x, float y)
{
    const uint32_t c = interval(g->x, g->columns, x), r = interval(g->y, g->rows, y);
    return c < g->columns && r < g->rows ? r * g->columns + c : UINT32_MAX;
}
