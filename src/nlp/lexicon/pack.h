/** The bytes of a compiled term list: written by src/lexc, read by terms.c and lexicon.c. Little-endian, every array
 *  aligned to 8 bytes, every reference an offset or an index, so that the bytes can be mapped anywhere. */
#ifndef AC_NLP_PACK_H
#define AC_NLP_PACK_H

#include "nlp/lexicon/lexicon.h"

#define AC_PACK_MAGIC 0x33504341u /* "ACP3" */
#define AC_PACK_LIST_MAX 255

typedef struct {
    uint32_t off, n; /* bytes from the start of the pack; number of elements */
} ac_pack_array;

/** One unit of the double array, four bytes because what a walk waits for is memory: state s goes on byte c to t = base(s) + c
 *  when label(t) == c; no two states share a base. Byte 0 leads to a leaf, whose base is the index of its first term. The base
 *  of a tail is no state: only one string goes on from here, and at tails[base] lie the index of its first term (uint32_t,
 *  unaligned) and its other bytes, ended by NUL. */
typedef uint32_t ac_pack_unit;
#define AC_PACK_LABEL 0xffu    /* the lowest byte; a free unit has 0xff, which no UTF-8 text holds */
#define AC_PACK_TAIL 0x100u
#define AC_PACK_BASE_SHIFT 9
#define AC_PACK_BASE_MAX ((1u << (32 - AC_PACK_BASE_SHIFT)) - 1)

typedef struct {
    uint32_t cells; /* string offset of the first cell; cells, then the terms as written, each ended by NUL */
    uint32_t n;
} ac_pack_row;

typedef struct {
    uint32_t system; /* ac_code_system */
    uint32_t code;   /* string offset */
} ac_pack_code;

typedef struct {
    double factor, offset; /* value in this unit * factor + offset = value in the reference unit */
    uint32_t unit;         /* string offset */
    uint32_t pad;
} ac_pack_alt;

#define AC_PACK_ALTS AC_ALT_UNITS

typedef struct {
    double low, high, lowf, highf, lowm, highm, crit_low, crit_high;
    uint32_t unit; /* string offset; 0 is the empty string */
    uint32_t n_alts;
    ac_pack_alt alts[AC_PACK_ALTS];
} ac_pack_reference;

typedef struct {
    uint32_t id, name[AC_LANG_COUNT];         /* string offsets */
    uint32_t kind, flags;
    uint32_t codes, classes, combo, reference; /* first index; reference: AC_NONE when there is none */
    ac_pack_code past;                         /* of its history; code 0 when none */
    uint8_t n_codes, n_classes, n_combo, pad;
} ac_pack_concept;

struct ac_terms {
    uint32_t magic, bytes;
    ac_pack_array units;      /* ac_pack_unit */
    ac_pack_array tails;      /* bytes */
    ac_pack_array starts;     /* uint64_t, a power of two of them: see AC_PACK_START_WORDS */
    ac_pack_array terms;      /* ac_term */
    ac_pack_array rows;       /* ac_pack_row; empty for the lexicon */
    ac_pack_array concepts;   /* ac_pack_concept, ascending by id; the lexicon only */
    ac_pack_array codes;      /* ac_pack_code */
    ac_pack_array classes;    /* uint32_t string offsets */
    ac_pack_array combo;      /* uint32_t concept indices */
    ac_pack_array references; /* ac_pack_reference */
    ac_pack_array strings;    /* bytes; offset 0 is the empty string */
};

static inline const void *ac_pack_at(const ac_terms *t, ac_pack_array a)
{
    return (const unsigned char *)t + a.off;
}

/** How words start terms: a blocked Bloom filter (Putze, Sanders, Singler 2007). The first word chooses one of starts, and in it
 *  stand two bits for the hash of the term's words up to AC_PACK_START_WORDS. A blank or a mark counts as a word, so these
 *  are mostly two in the common sense. */
enum { AC_PACK_START_WORDS = 3 };

/** The hash of the words so far (first 0) and the next, which is as ac_fold_word gives it. */
static inline uint32_t ac_pack_start_hash(uint32_t hash, uint32_t word)
{
    hash = (hash ^ word >> 8) * 0x2C1B3C6Du;
    return hash ^ hash >> 15;
}

static inline size_t ac_pack_start_at(const ac_terms *t, uint32_t first_word)
{
    return first_word >> 8 & (t->starts.n - 1);
}

static inline uint64_t ac_pack_start_bits(uint32_t hash)
{
    return UINT64_C(1) << (hash >> 26) | UINT64_C(1) << (hash >> 20 & 63);
}

static inline const char *ac_pack_string(const ac_terms *t, uint32_t off)
{
    return (const char *)ac_pack_at(t, t->strings) + off;
}

#endif
