#include "base/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_BYTES = 8 * 1024 /* the first one: many are for something small */, VEC_FIRST = 16, VEC_FIRST_BYTES = 512, VEC_FIRST_MIN = 2 };

typedef struct block {
    struct block *next;
    size_t used, cap;
    alignas(max_align_t) unsigned char data[];
} block;

struct ac_arena {
    block *head;
    size_t used, max;
    size_t expected; /* what was used before the last reset: the next turn is likely to need as much */
};

ac_arena *ac_arena_new(size_t max_bytes)
{
    ac_arena *a = ac_mem_alloc(sizeof *a);
    if (a)
        a->max = max_bytes;
    return a;
}

static void free_blocks(block *b)
{
    for (block *next; b; b = next) {
        next = b->next;
        ac_mem_free(b);
    }
}

void ac_arena_free(ac_arena *a)
{
    if (!a)
        return;
    free_blocks(a->head);
    ac_mem_free(a);
}

void ac_arena_reset(ac_arena *a)
{
    a->expected = a->used;
    a->used = 0;
    for (block *b = a->head; b; b = b->next) { /* a later allocation is zeroed again, and no note outlives its turn */
        memset(b->data, 0, b->used);
        b->used = 0;
    }
    if (a->head && a->head->next) { /* it was not enough: the next turn begins with one block that is */
        free_blocks(a->head);
        a->head = NULL;
    }
}

static block *block_with_room(ac_arena *a, size_t n)
{
    if (a->head && n <= a->head->cap - a->head->used)
        return a->head;
    size_t cap = a->used > BLOCK_BYTES ? a->used : BLOCK_BYTES; /* doubling: few blocks, however large the note */
    cap = !a->head && a->expected > cap ? a->expected : cap;
    cap = n > cap ? n : cap;
    if (cap > SIZE_MAX - sizeof(block))
        return NULL;
    block *b = ac_mem_alloc(sizeof *b + cap);
    if (!b)
        return NULL;
    b->cap = cap;
    b->next = a->head;
    a->head = b;
    return b;
}

void *ac_arena_alloc(ac_arena *a, size_t n)
{
    const size_t align = alignof(max_align_t);
    if (n > SIZE_MAX - align)
        return NULL;
    n = (n + align - 1) & ~(align - 1);
    if (n > a->max - a->used)
        return NULL;
    block *b = block_with_room(a, n);
    if (!b)
        return NULL;
    void *p = b->data + b->used;
    b->used += n;
    a->used += n;
    return p;
}

size_t ac_arena_used(const ac_arena *a) { return a->used; }

ac_arena_mark ac_arena_here(const ac_arena *a) { return (ac_arena_mark) { a->head, a->head ? a->head->used : 0 }; }

void ac_arena_back(ac_arena *a, ac_arena_mark to)
{
    block *b = a->head;
    if (!b || b != to.block)
        return;
    memset(b->data + to.used, 0, b->used - to.used);
    a->used -= b->used - to.used;
    b->used = to.used;
}

ac_sv ac_arena_copy(ac_arena *a, ac_sv s)
{
    char *p = ac_arena_alloc(a, s.n + 1);
    if (!p)
        return (ac_sv) { NULL, 0 };
    if (s.n)
        memcpy(p, s.p, s.n);
    return (ac_sv) { p, s.n };
}

ac_sv ac_arena_printf(ac_arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : ac_arena_alloc(a, (size_t)n + 1);
    if (p)
        (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (ac_sv) { p, p ? (size_t)n : 0 };
}

/* A note has hundreds of vectors, most of them with an element or two: large elements begin with room for few. */
static size_t first_cap(size_t size)
{
    size_t fit = VEC_FIRST_BYTES / size;
    return fit > VEC_FIRST ? VEC_FIRST : fit < VEC_FIRST_MIN ? VEC_FIRST_MIN : fit;
}

void *ac_vec_grow(ac_arena *a, void *at, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return at;
    size_t want = *cap ? *cap * 2 : first_cap(size);
    void *p = want > SIZE_MAX / size ? NULL : ac_arena_alloc(a, want * size);
    if (!p)
        return NULL;
    if (n)
        memcpy(p, at, n * size);
    *cap = want;
    return p;
}
