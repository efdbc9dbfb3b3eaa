/** The only door to the heap, so that tests can make the n-th allocation fail. Any thread. */
#ifndef AC_BASE_MEM_H
#define AC_BASE_MEM_H

#include <stddef.h>

void *ac_mem_alloc(size_t n);          /* zeroed; NULL when out of memory; the caller frees */
void *ac_mem_grow(void *p, size_t n);  /* like realloc, new bytes not zeroed; p survives failure */
void ac_mem_free(void *p);             /* NULL is fine */
void ac_mem_fail_at(long nth);         /* tests, this thread: 0 = never; 1 = next call fails */
long ac_mem_fail_left(void);           /* <= 0 once the failure has fired */

/** The value is released when the variable leaves scope: TYPE_cleanup(TYPE *) must exist. */
#define AC_AUTO(type) __attribute__((cleanup(type##_cleanup))) type
#define AC_AUTO_PTR(type) __attribute__((cleanup(type##_cleanup_ptr))) type *

/** Hand ownership on: yields *pp and leaves NULL behind, so the cleanup does nothing. */
#define AC_MOVE(pp)                                                                                                    \
    __extension__({                                                                                                    \
        __typeof__(*(pp)) moved_ = *(pp);                                                                              \
        *(pp) = NULL;                                                                                                  \
        moved_;                                                                                                        \
    })

#endif
