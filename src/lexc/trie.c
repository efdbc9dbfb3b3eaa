#include "lexc/lexc.h"


#include <string.h>

/* Double array (Aoe 1989), built breadth-first over the sorted strings. A free unit has check == FREE. */
enum { FREE = -1, ROOT = 0, ALPHABET = 256 };

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
    ac_pack_unit *units;
    size_t n, cap, first_free; /* units below first_free are all taken */
    nodes queue;
} builder;

static bool reserve(builder *b, size_t n)
{
    if (n <= b->cap)
        return true;
    size_t cap = b->cap ? b->cap : 1 << 16;
    while (cap < n)
        cap *= 2;
    ac_pack_unit *units = ac_mem_grow(b->units, cap * sizeof *units);
    if (!units)
        return false;
    for (size_t i = b->cap; i < cap; i++)
        units[i] = (ac_pack_unit) { 0, FREE };
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
        if (b->units[base + labels[i]].check != FREE)
            return false;
    return true;
}

/* First fit. A region that is nearly full is not searched again and again: first_free moves on. */
static bool find_base(builder *b, const unsigned char *labels, size_t n, size_t *out)
{
    size_t tried = 0, taken = 0;
    size_t start = b->first_free > labels[0] ? b->first_free - labels[0] : 1;
    for (size_t base = start;; base++, tried++) {
        if (!reserve(b, base + ALPHABET + 1))
            return false;
        taken += b->units[base + labels[0]].check != FREE;
        if (fits(b, base, labels, n)) {
            if (tried > 64 && taken * 20 >= tried * 19)
                b->first_free = base + labels[0];
            *out = base;
            return true;
        }
    }
}

static bool place(builder *b, const node *at)
{
    unsigned char labels[ALPHABET];
    size_t n = labels_of(b, at, labels), base;
    if (!find_base(b, labels, n, &base))
        return false;
    b->units[at->state].base = (int32_t)base;
    size_t from = at->begin;
    const node parent = *at; /* the queue may move */
    for (size_t i = 0; i < n; i++) {
        size_t to = base + labels[i], end = from;
        while (end < parent.end && byte_at(b, end, parent.depth) == labels[i])
            end++;
        b->units[to].check = (int32_t)parent.state;
        if (labels[i] == 0) {
            b->units[to].base = (int32_t)from;
        } else {
            node *child = ac_vec_push(&b->queue, b->arena);
            if (!child)
                return false;
            *child = (node) { (uint32_t)to, from, end, parent.depth + 1 };
        }
        b->n = to + 1 > b->n ? to + 1 : b->n;
        from = end;
    }
    return true;
}

ac_rc lexc_trie(ac_arena *arena, const lexc_terms *terms, ac_pack_unit **units, uint32_t *n, ac_err *err)
{
    builder b = { .arena = arena, .terms = terms, .first_free = 1, .n = 1 };
    if (!reserve(&b, ALPHABET + 1))
        return ac_fail(err, AC_ENOMEM, "trie");
    b.units[ROOT].check = ROOT;
    node *root = ac_vec_push(&b.queue, arena);
    if (!root)
        return ac_fail(err, AC_ELIMIT, "trie");
    *root = (node) { ROOT, 0, terms->n, 0 };
    for (size_t i = 0; terms->n && i < b.queue.n; i++)
        if (!place(&b, &b.queue.at[i]))
            return ac_fail(err, AC_ENOMEM, "trie of %zu terms", terms->n);
    *units = b.units;
    *n = (uint32_t)b.n;
    return AC_OK;
}
