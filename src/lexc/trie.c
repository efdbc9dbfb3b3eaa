#include "lexc/lexc.h"

#include <string.h>

/* Double array with tails (Aoe 1989), built breadth-first over the sorted strings. Where only one string is left its rest
 * is stored as bytes: most words differ after a few letters, so most of the array and most cache misses go away. */
enum { FREE = AC_PACK_LABEL, ROOT = 0, ALPHABET = 256 };

typedef struct {
    uint32_t base;
    uint8_t label; /* FREE: nothing here yet */
    bool tail, is_base; /* is_base: the base of some state, so of no other */
} unit;

typedef struct {
    uint32_t state;
    size_t begin, end, depth; /* strings [begin, end) share their first depth bytes */
} node;

typedef struct {
    node *at;
    size_t n, cap;
} nodes;

typedef struct {
    ac_arena *arena;
    const lexc_terms *terms;
    unit *units;
    size_t n, cap, first_free; /* units below first_free are all taken */
    nodes queue;
    ac_sb *tails;
} builder;

static bool reserve(builder *b, size_t n)
{
    if (n <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : 1 << 16;
    while (cap < n)
        cap *= 2;
    unit *units = ac_mem_grow(b->units, cap * sizeof *units);
    if (!units)
        return false;
    for (size_t i = b->cap; i < cap; i++)
        units[i] = (unit) { .label = FREE };
    b->units = units;
    b->cap = cap;
    return true;
}

static int byte_at(const builder *b, size_t i, size_t depth)
{
    ac_sv s = b->terms->at[i].folded;
    return depth < s.n ? (unsigned char)s.p[depth] : 0;
}

static size_t labels_of(const builder *b, const node *at, unsigned char *labels)
{
    size_t n = 0;
    for (size_t i = at->begin; i < at->end; i++) {
        int c = byte_at(b, i, at->depth);
        if (n == 0 || labels[n - 1] != c)
            labels[n++] = (unsigned char)c;
    }
    return n;
}

static bool fits(const builder *b, size_t base, const unsigned char *labels, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (b->units[base + labels[i]].label != FREE)
            return false;
    return !b->units[base].is_base;
}

/* First fit. A region that is nearly full is not searched again and again: first_free moves on. */
static bool find_base(builder *b, const unsigned char *labels, size_t n, size_t *out)
{
    size_t tried = 0, taken = 0;
    size_t start = b->first_free > labels[0] ? b->first_free - labels[0] : 1;
    for (size_t base = start;; base++, tried++) {
        if (!reserve(b, base + ALPHABET + 1))
            return false;
        taken += b->units[base + labels[0]].label != FREE;
        if (fits(b, base, labels, n)) {
            if (tried > 64 && taken * 20 >= tried * 19)
                b->first_free = base + labels[0];
            *out = base;
            return true;
        }
    }
}

static bool push(builder *b, node child)
{
    node *slot = ac_vec_push(&b->queue, b->arena);
    if (slot)
        *slot = child;
    return slot;
}

/* All strings of the node are one: its meanings. */
static bool is_single(const builder *b, const node *at)
{
    return ac_sv_eq(b->terms->at[at->begin].folded, b->terms->at[at->end - 1].folded);
}

static void add_tail(builder *b, const node *at)
{
    ac_sv whole = b->terms->at[at->begin].folded;
    uint32_t term = (uint32_t)at->begin;
    b->units[at->state].tail = true;
    b->units[at->state].base = (uint32_t)b->tails->n;
    ac_sb_add(b->tails, (ac_sv) { (const char *)&term, sizeof term });
    ac_sb_add(b->tails, ac_sv_sub(whole, at->depth, whole.n));
    ac_sb_add(b->tails, (ac_sv) { "", 1 });
}

static bool place(builder *b, const node *at)
{
    unsigned char labels[ALPHABET] = { 0 };
    size_t n = labels_of(b, at, labels), base;
    if (!find_base(b, labels, n, &base))
        return false;
    b->units[at->state].base = (uint32_t)base;
    b->units[base].is_base = true;
    size_t from = at->begin;
    const node parent = *at; /* the queue may move */
    for (size_t i = 0; i < n; i++) {
        size_t to = base + labels[i], end = from;
        while (end < parent.end && byte_at(b, end, parent.depth) == labels[i])
            end++;
        b->units[to].label = labels[i];
        if (labels[i] == 0) {
            b->units[to].base = (uint32_t)from;
        } else {
            node child = { (uint32_t)to, from, end, parent.depth + 1 };
            if (is_single(b, &child))
                add_tail(b, &child);
            else if (!push(b, child))
                return false;
        }
        b->n = to + 1 > b->n ? to + 1 : b->n;
        from = end;
    }
    return true;
}

static void free_units(builder *b) { ac_mem_free(b->units); }

/* The units as the pack has them. */
static ac_rc packed(const builder *b, lexc_array *out, ac_err *err)
{
    out->n = (uint32_t)b->n;
    out->units = ac_mem_grow(NULL, b->n * sizeof *out->units);
    if (!out->units)
        return ac_fail(err, AC_ENOMEM, "trie");
    for (size_t i = 0; i < b->n; i++) {
        const unit *u = &b->units[i];
        if (u->base > AC_PACK_BASE_MAX)
            return ac_fail(err, AC_ELIMIT, "more terms than a pack can hold");
        out->units[i] = u->base << AC_PACK_BASE_SHIFT | (u->tail ? AC_PACK_TAIL : 0) | u->label;
    }
    return AC_OK;
}

ac_rc lexc_trie(ac_arena *arena, const lexc_terms *terms, lexc_array *out, ac_err *err)
{
    __attribute__((cleanup(free_units))) builder b = { .arena = arena, .terms = terms, .first_free = 1, .n = 1, .tails = &out->tails };
    if (!reserve(&b, ALPHABET + 1))
        return ac_fail(err, AC_ENOMEM, "trie");
    b.units[ROOT].label = 0;
    if (!push(&b, (node) { ROOT, 0, terms->n, 0 }))
        return ac_fail(err, AC_ELIMIT, "trie");
    for (size_t i = 0; terms->n && i < b.queue.n; i++)
        if (!place(&b, &b.queue.at[i]))
            return ac_fail(err, AC_ENOMEM, "trie of %zu terms", terms->n);
    AC_TRY(err, packed(&b, out, err));
    return ac_sb_done(&out->tails, err);
}
