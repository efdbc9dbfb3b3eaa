/** One arena per note or request: allocate freely, free once, never past the limit. One thread at a time. */
#ifndef AC_BASE_ARENA_H
#define AC_BASE_ARENA_H

#include "base/str.h"

typedef struct ac_arena ac_arena;

ac_arena *ac_arena_new(size_t max_bytes);        /* NULL when out of memory; the caller owns it */
void ac_arena_free(ac_arena *a);                 /* NULL is fine */
void ac_arena_reset(ac_arena *a);                /* forgets everything, wipes it, keeps memory for as much again */
void *ac_arena_alloc(ac_arena *a, size_t n);     /* zeroed, max-aligned; NULL past the limit or out of memory */
size_t ac_arena_used(const ac_arena *a);         /* bytes handed out since new or reset */
ac_sv ac_arena_copy(ac_arena *a, ac_sv s);       /* p is NULL on failure unless s is empty */
ac_sv ac_arena_printf(ac_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* p NULL on failure */

/** A place to go back to, for scratch. */
typedef struct {
    const void *block;
    size_t used;
} ac_arena_mark;
ac_arena_mark ac_arena_here(const ac_arena *a);
void ac_arena_back(ac_arena *a, ac_arena_mark to); /* forgets and wipes what was handed out since; keeps it where a new block was begun */

static inline void ac_arena_cleanup_ptr(ac_arena **a) { ac_arena_free(*a); }

/** A growing array that lives in an arena. Name the type: typedef AC_VEC(ac_token) ac_tokens; */
#define AC_VEC(T)                                                                                                      \
    struct {                                                                                                           \
        T *at;                                                                                                         \
        size_t n, cap;                                                                                                 \
    }

/** Make room for one more element of size bytes. Returns the (moved) array, or NULL when the arena is full. */
void *ac_vec_grow(ac_arena *a, void *at, size_t n, size_t *cap, size_t size);

/** Append a zeroed element; yields a pointer to it, or NULL when the arena is full (the array stays intact). */
#define ac_vec_push(v, arena)                                                                                          \
    __extension__({                                                                                                    \
        __typeof__((v)->at) grown_ =                                                                                   \
            (v)->n < (v)->cap ? (v)->at : ac_vec_grow((arena), (v)->at, (v)->n, &(v)->cap, sizeof *(v)->at);           \
        if (grown_)                                                                                                    \
            (v)->at = grown_;                                                                                          \
        grown_ ? &(v)->at[(v)->n++] : NULL;                                                                            \
    })

#endif
