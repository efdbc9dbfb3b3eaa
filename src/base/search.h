/** Binary search over what is sorted already. */
#ifndef AC_BASE_SEARCH_H
#define AC_BASE_SEARCH_H

#include <stddef.h>

/** Of n sorted elements, how many come first: those for which before(i) holds, an expression with i, the name given to the index.
 *  It is also the index of the first element for which it does not hold (n when there is none).
 *  No search within before: the names would shadow each other.
 *      size_t k = AC_COUNT_BEFORE(i, times->n, times->at[i].span.end <= at); */
#define AC_COUNT_BEFORE(i, n, before)                                                                                  \
    __extension__({                                                                                                    \
        size_t lo_ = 0, hi_ = (n);                                                                                     \
        while (lo_ < hi_) {                                                                                            \
            size_t i = lo_ + (hi_ - lo_) / 2;                                                                          \
            if (before)                                                                                                \
                lo_ = i + 1;                                                                                           \
            else                                                                                                       \
                hi_ = i;                                                                                               \
        }                                                                                                              \
        lo_;                                                                                                           \
    })

/** The last of those elements; 0 when there is none. */
#define AC_LAST_BEFORE(i, n, before)                                                                                   \
    __extension__({                                                                                                    \
        size_t count_ = AC_COUNT_BEFORE(i, n, before);                                                                 \
        count_ ? count_ - 1 : 0;                                                                                       \
    })

#endif
