/** Bytes of a text eight at a time, the first lowest. What a loop over single bytes costs is mostly its end, which nobody foresees. */
#ifndef AC_BASE_BYTES_H
#define AC_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AC_BYTES_ONES (UINT64_MAX / 0xFF)
#define AC_BYTES_HIGH (AC_BYTES_ONES << 7)

static inline uint64_t ac_bytes_eight(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
    return w;
}

/** Up to seven bytes: two reads that overlap rather than a copy whose length nobody knows. */
static inline uint64_t ac_bytes_few(const char *p, size_t n)
{
    uint32_t first4, last4;
    uint16_t first2, last2;
    if (n >= sizeof first4) {
        memcpy(&first4, p, sizeof first4);
        /* cppcheck-suppress pointerOutOfBoundsCond ; n is at most seven */
        memcpy(&last4, p + n - sizeof last4, sizeof last4);
        return first4 | (uint64_t)last4 << 8 * (n - sizeof last4);
    }
    if (n < sizeof first2)
        return n ? (unsigned char)*p : 0;
    memcpy(&first2, p, sizeof first2);
    memcpy(&last2, p + n - sizeof last2, sizeof last2);
    return first2 | (uint64_t)last2 << 8 * (n - sizeof last2);
}

/** The high bit of each ASCII byte from first to last. */
static inline uint64_t ac_bytes_between(uint64_t w, char first, char last)
{
    const uint64_t low = w & ~AC_BYTES_HIGH;
    return (low + AC_BYTES_ONES * (uint64_t)(0x80 - first)) & ~(low + AC_BYTES_ONES * (uint64_t)(0x7F - last)) & ~w & AC_BYTES_HIGH;
}

/** ASCII capitals made small. */
static inline uint64_t ac_bytes_lower(uint64_t w) { return w | ac_bytes_between(w, 'A', 'Z') >> 2; }

/** How many bytes come before the first whose high bit is set; 8 when none is. */
static inline size_t ac_bytes_before(uint64_t bits) { return bits ? (size_t)__builtin_ctzll(bits) / 8 : 8; }

#endif
