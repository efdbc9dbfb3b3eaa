/** Small domain types. */
#ifndef AC_CORE_TYPES_H
#define AC_CORE_TYPES_H

#include "base/str.h"

/** BYTES, half-open, into the normalised UTF-8 text of one note. */
typedef struct {
    uint32_t begin, end;
} ac_span;

typedef struct {
    ac_span *at;
    size_t n, cap;
} ac_spans;

/** A calendar date as exact as its source: month and day are 0 when not said. */
typedef struct {
    int16_t year; /* 0: no date at all */
    uint8_t month, day;
} ac_date;

static inline ac_span ac_span_of(size_t begin, size_t end) { return (ac_span) { (uint32_t)begin, (uint32_t)end }; }
static inline uint32_t ac_span_len(ac_span s) { return s.end - s.begin; }
static inline bool ac_span_overlaps(ac_span a, ac_span b) { return a.begin < b.end && b.begin < a.end; }
static inline bool ac_span_contains(ac_span outer, ac_span inner)
{
    return outer.begin <= inner.begin && inner.end <= outer.end;
}
/** The bytes of a span. */
static inline ac_sv ac_span_text(ac_sv text, ac_span s) { return ac_sv_sub(text, s.begin, s.end); }

#endif
