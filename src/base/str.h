/** String view (borrowed, not NUL-terminated) and string builder (owned, bounded). */
#ifndef AC_BASE_STR_H
#define AC_BASE_STR_H

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
    const char *p;
    size_t n; /* bytes */
} ac_sv;
#define AC_SV(literal) ((ac_sv) { "" literal, sizeof(literal) - 1 })

static inline bool ac_sv_eq(ac_sv a, ac_sv b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }

/** Bytes [begin, end) of s, clamped to s; of nothing, the empty view. */
static inline ac_sv ac_sv_sub(ac_sv s, size_t begin, size_t end)
{
    end = end > s.n ? s.n : end;
    begin = begin > end ? end : begin;
    return s.p ? (ac_sv) { s.p + begin, end - begin } : AC_SV("");
}

bool ac_sv_starts(ac_sv s, ac_sv prefix);
bool ac_sv_ends(ac_sv s, ac_sv suffix);
int ac_sv_cmp(ac_sv a, ac_sv b);                        /* byte order, like memcmp */
ac_sv ac_sv_trim(ac_sv s);                              /* without ASCII white space at both ends */
ac_sv ac_sv_z(const char *z);                           /* borrowed NUL-terminated text; NULL gives an empty view */
/** Cut the part before the first sep off *rest and return it. False when *rest was used up. */
bool ac_sv_split(ac_sv *rest, char sep, ac_sv *part);
bool ac_sv_to_i64(ac_sv s, int64_t *out);               /* whole view, optional sign, base 10; false on anything else */
bool ac_sv_to_double(ac_sv s, double *out);             /* whole view, decimal point only, no locale, no inf/nan */
size_t ac_utf8_length(ac_sv s);                         /* bytes of the UTF-8 sequence that s starts with (Unicode table 3-7); 0 = none */
size_t ac_utf8_put(uint32_t c, char out[4]);            /* the character as UTF-8, how many bytes; what is none becomes U+FFFD */

static inline bool ac_is_digit(char c) { return c >= '0' && c <= '9'; }
static inline bool ac_is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static inline bool ac_is_lower(char c) { return c >= 'a' && c <= 'z'; }
static inline bool ac_is_alpha(char c) { return ac_is_upper(c) || ac_is_lower(c); }
static inline bool ac_is_alnum(char c) { return ac_is_alpha(c) || ac_is_digit(c); }
static inline bool ac_is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
static inline char ac_lower(char c) { return ac_is_upper(c) ? (char)(c + 32) : c; }
static inline char ac_upper(char c) { return ac_is_lower(c) ? (char)(c - 32) : c; }

bool ac_same_nocase(const char *a, const char *b, size_t n);
/** The same but for the case of ASCII letters. Inline: most lengths differ. */
static inline bool ac_sv_eq_nocase(ac_sv a, ac_sv b) { return a.n == b.n && ac_same_nocase(a.p, b.p, a.n); }
/** One of the words, which end with NULL; ASCII letter case does not count. */
bool ac_sv_one_of(ac_sv s, const char *const *words);
bool ac_utf8_is(ac_sv s);                               /* is it all UTF-8? */

/** Appends after a failure do nothing; ac_sb_done() reports the first failure once. */
typedef struct {
    char *p;
    size_t n, cap, max;
    ac_rc rc;
} ac_sb;
#define AC_SB(limit) ((ac_sb) { .max = (limit) })

void ac_sb_add(ac_sb *b, ac_sv s);                      /* AC_ELIMIT past max bytes */
void ac_sb_add_char(ac_sb *b, char c);
char *ac_sb_more(ac_sb *b, size_t n);                   /* as ac_sb_room, where memory may have to grow */
/** n more bytes, for the caller to fill at once; NULL as ac_sb_add fails. */
static inline char *ac_sb_room(ac_sb *b, size_t n)
{
    if (b->rc != AC_OK || n > b->cap - b->n)
        return ac_sb_more(b, n);
    b->n += n;
    return b->p + b->n - n;
}
void ac_sb_add_u64(ac_sb *b, uint64_t v);
size_t ac_decimal_digits(uint64_t v);                   /* how many it is written with */
void ac_sb_add_double(ac_sb *b, double v);              /* shortest form of at most 15 digits that a human would write */
void ac_sb_addf(ac_sb *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ac_sb_clear(ac_sb *b);                             /* empty and without error again; keeps the memory */
ac_sv ac_sb_view(const ac_sb *b);                       /* borrowed until the next append */
AC_NODISCARD ac_rc ac_sb_done(const ac_sb *b, ac_err *err);
void ac_sb_cleanup(ac_sb *b);

#endif
