#include "eval/rouge.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    ac_sv text;
    uint32_t id;   /* equal for equal words */
    uint32_t line;
} word;

typedef struct {
    word *at;
    size_t n, cap;
} words;

typedef struct {
    uint64_t *at;
    size_t n;
} grams;

static ac_rc split(ac_sv s, ac_arena *arena, words *out, ac_err *err)
{
    uint32_t line = 0;
    for (size_t i = 0; i < s.n;) {
        size_t begin = i;
        while (i < s.n && ac_is_alnum(s.p[i]))
            i++;
        if (i == begin) {
            line += s.p[i++] == '\n';
            continue;
        }
        word *w = ac_vec_push(out, arena);
        if (!w)
            return ac_fail(err, AC_ELIMIT, "no room for words");
        *w = (word) { ac_sv_sub(s, begin, i), 0, line };
    }
    return AC_OK;
}

static int compare_nocase(ac_sv a, ac_sv b)
{
    for (size_t i = 0; i < a.n && i < b.n; i++)
        if (ac_lower(a.p[i]) != ac_lower(b.p[i]))
            return ac_lower(a.p[i]) < ac_lower(b.p[i]) ? -1 : 1;
    return (a.n > b.n) - (a.n < b.n);
}

static int by_text(const void *a, const void *b)
{
    const word *const *x = a, *const *y = b;
    return compare_nocase((*x)->text, (*y)->text);
}

/* Equal words of both texts get equal numbers, from 1. Returns how many there are; 0 when the arena is full. */
static uint32_t number_words(words *a, words *b, ac_arena *arena)
{
    size_t n = a->n + b->n;
    uint32_t id = 0;
    word **order = ac_arena_alloc(arena, (n + 1) * sizeof *order);
    if (!order)
        return 0;
    for (size_t i = 0; i < n; i++)
        order[i] = i < a->n ? &a->at[i] : &b->at[i - a->n];
    qsort(order, n, sizeof *order, by_text);
    for (size_t i = 0; i < n; i++) {
        id += i == 0 || compare_nocase(order[i - 1]->text, order[i]->text) != 0;
        order[i]->id = id;
    }
    return id + 1;
}

static double f1(uint64_t hits, size_t gold, size_t found)
{
    return hits ? 2 * (double)hits / ((double)gold + (double)found) : 0;
}

/* ---- ROUGE-N ----------------------------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool grams_of(const words *w, size_t n, ac_arena *arena, grams *out)
{
    size_t count = w->n >= n ? w->n - n + 1 : 0;
    *out = (grams) { ac_arena_alloc(arena, (count + 1) * sizeof *out->at), count };
    if (!out->at)
        return false;
    for (size_t i = 0; i < count; i++)
        out->at[i] = (uint64_t)w->at[i].id << 32 | (n == 2 ? w->at[i + 1].id : 0);
    qsort(out->at, count, sizeof *out->at, by_value);
    return true;
}

static bool rouge_n(const words *a, const words *b, size_t n, ac_arena *arena, double *out)
{
    grams x, y;
    uint64_t hits = 0;
    if (!grams_of(a, n, arena, &x) || !grams_of(b, n, arena, &y))
        return false;
    for (size_t i = 0, k = 0; i < x.n && k < y.n;) {
        if (x.at[i] == y.at[k]) {
            hits++;
            i++;
            k++;
        } else if (x.at[i] < y.at[k]) {
            i++;
        } else {
            k++;
        }
    }
    *out = f1(hits, x.n, y.n);
    return true;
}

/* ---- ROUGE-Lsum -------------------------------------------------------------------------------------------------- */

typedef struct {
    const words *ref, *can;
    uint32_t *table;    /* (longest line + 1) squared */
    uint8_t *in_union;  /* words of the reference line that some candidate line has in order */
} lsum;

static size_t line_end(const words *w, size_t begin)
{
    size_t end = begin;
    while (end < w->n && w->at[end].line == w->at[begin].line)
        end++;
    return end;
}

static size_t longest_line(const words *w)
{
    size_t longest = 0;
    for (size_t i = 0, end; i < w->n; i = end) {
        end = line_end(w, i);
        longest = end - i > longest ? end - i : longest;
    }
    return longest;
}

/* Mark one longest common subsequence; ties are broken as rouge-score breaks them. */
static void mark_common(lsum *l, const word *r, size_t n, const word *c, size_t m)
{
    size_t w = m + 1;
    memset(l->table, 0, w * sizeof *l->table);
    for (size_t i = 1; i <= n; i++) {
        l->table[i * w] = 0;
        for (size_t k = 1; k <= m; k++) {
            uint32_t up = l->table[(i - 1) * w + k], left = l->table[i * w + k - 1];
            l->table[i * w + k] = r[i - 1].id == c[k - 1].id ? l->table[(i - 1) * w + k - 1] + 1 : up > left ? up : left;
        }
    }
    for (size_t i = n, k = m; i && k;) {
        if (r[i - 1].id == c[k - 1].id) {
            l->in_union[i - 1] = 1;
            i--;
            k--;
        } else if (l->table[i * w + k - 1] > l->table[(i - 1) * w + k]) {
            k--;
        } else {
            i--;
        }
    }
}

static uint64_t union_hits(lsum *l, uint32_t *ref_left, uint32_t *can_left)
{
    uint64_t hits = 0;
    for (size_t i = 0, end; i < l->ref->n; i = end) {
        end = line_end(l->ref, i);
        memset(l->in_union, 0, end - i);
        for (size_t k = 0, stop; k < l->can->n; k = stop) {
            stop = line_end(l->can, k);
            mark_common(l, &l->ref->at[i], end - i, &l->can->at[k], stop - k);
        }
        for (size_t k = i; k < end; k++) {
            uint32_t id = l->ref->at[k].id;
            if (!l->in_union[k - i] || !ref_left[id] || !can_left[id])
                continue;
            ref_left[id]--;
            can_left[id]--;
            hits++;
        }
    }
    return hits;
}

static bool rouge_lsum(const words *ref, const words *can, uint32_t ids, ac_arena *arena, double *out)
{
    size_t a = longest_line(ref), b = longest_line(can);
    lsum l = { ref, can, NULL, ac_arena_alloc(arena, a + 1) };
    size_t bytes;
    if (!__builtin_mul_overflow((a + 1) * sizeof *l.table, b + 1, &bytes))
        l.table = ac_arena_alloc(arena, bytes);
    uint32_t *left = ac_arena_alloc(arena, 2 * (size_t)ids * sizeof *left);
    if (!l.table || !l.in_union || !left)
        return false;
    for (size_t i = 0; i < ref->n; i++)
        left[ref->at[i].id]++;
    for (size_t i = 0; i < can->n; i++)
        left[ids + can->at[i].id]++;
    *out = f1(union_hits(&l, left, left + ids), ref->n, can->n);
    return true;
}

ac_rc ac_rouge_score(ac_sv reference, ac_sv candidate, ac_arena *arena, ac_rouge *out, ac_err *err)
{
    words ref = { 0 }, can = { 0 };
    ac_rouge r = { 0 };
    AC_TRY(err, split(reference, arena, &ref, err));
    AC_TRY(err, split(candidate, arena, &can, err));
    uint32_t ids = number_words(&ref, &can, arena);
    if (!ids || !rouge_n(&ref, &can, 1, arena, &r.one) || !rouge_n(&ref, &can, 2, arena, &r.two) ||
        !rouge_lsum(&ref, &can, ids, arena, &r.lsum))
        return ac_fail(err, AC_ELIMIT, "no room to compare texts");
    *out = r;
    return AC_OK;
}
