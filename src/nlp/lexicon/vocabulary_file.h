/** The bytes of a vocabulary file (NAME@EDITION.acv), little-endian. Parts are found by offsets from the start of the file, so that
 *  it can be mapped anywhere and shared between processes. Terms are kept as in pack.h: one hash table over the words of
 *  the terms, whose nodes lead to entries; but with 64-bit offsets, and with a filter for millions of terms. */
#ifndef AC_NLP_VOCABULARY_FILE_H
#define AC_NLP_VOCABULARY_FILE_H

#include "base/str.h"

#define AC_VOCAB_MAGIC "AcesoVo1" /* the last character is the version of the format */
enum {
    AC_VOCAB_NAME_MAX = 48,     /* bytes of a name or an edition, with the NUL */
    AC_VOCAB_SYSTEMS_MAX = 255,
    AC_VOCAB_URI_MAX = 112,
    AC_VOCAB_ALIGN = 4,         /* of entries and codes: references are in these units */
    AC_VOCAB_HEADER = 4096,
    AC_VOCAB_DIGEST = 32,
    AC_VOCAB_PROBES = 1 << 14,  /* no node lies farther behind its home */
};

typedef struct {
    uint64_t off, n; /* bytes from the start of the file; bytes */
} ac_vocab_part;

typedef struct {
    char name[AC_VOCAB_NAME_MAX], uri[AC_VOCAB_URI_MAX]; /* NUL-terminated */
    uint32_t edition; /* 1: the edition of the vocabulary is that of this code system, too */
    uint32_t pad;
} ac_vocab_system;

typedef struct {
    char magic[8];
    uint64_t bytes;                   /* of the whole file */
    uint64_t terms, n_codes;          /* terms as the release has them */
    uint64_t n_entries;               /* with their plurals */
    uint64_t places, n_nodes;         /* homes of nodes; nodes */
    ac_vocab_part singles, filter;    /* uint64_t, a power of two of them: see AC_VOCAB_FILTER_WORDS */
    ac_vocab_part nodes;              /* ac_vocab_node; the last one is empty */
    ac_vocab_part entries, codes;
    ac_vocab_part systems;            /* ac_vocab_system */
    char name[AC_VOCAB_NAME_MAX], edition[AC_VOCAB_NAME_MAX];
    char made[AC_VOCAB_NAME_MAX];     /* when, as 2026-05-10T12:00:00Z */
    char licence[AC_VOCAB_NAME_MAX];  /* whose terms bind the user: a key of data/vocabulary */
    unsigned char digest[AC_VOCAB_DIGEST]; /* SHA-256 of everything behind the header */
    uint64_t check;                   /* ac_vocab_header_check; last */
} ac_vocab_header;

/** Like ac_pack_node: the hash of the words so far, and where the entry of the term that ends here lies. */
typedef struct {
    uint32_t hash;
    uint32_t entry; /* AC_VOCAB_LONGER | offset in units of AC_VOCAB_ALIGN, 0 when no term ends here; 0: no node */
} ac_vocab_node;
#define AC_VOCAB_LONGER (1u << 31)

enum { /* ac_vocab_meaning.flags */
    AC_VOCAB_CAPITALS = 1, /* counts only where the text has no small letter: an abbreviation */
    AC_VOCAB_LAST = 2,     /* the last meaning of the term */
    AC_VOCAB_SUPPORT = 4,  /* counts only where its place speaks for it: a drug called by everyday words */
};

/** An entry is the folded term with its NUL, then at the next multiple of AC_VOCAB_ALIGN its meanings. */
typedef struct {
    uint32_t code;       /* offset in units of AC_VOCAB_ALIGN */
    uint8_t kind;        /* ac_kind */
    uint8_t langs;       /* bit per ac_lang */
    uint8_t flags;
    uint8_t system;      /* of the code: index into the systems */
} ac_vocab_meaning;

/** A code: this, the code, NUL, the display, NUL. */
typedef struct {
    uint16_t code_n, display_n;
} ac_vocab_code;

static inline uint64_t ac_vocab_pad(uint64_t n, uint64_t align) { return (n + align - 1) & ~(align - 1); }

/** FNV-1a of the header but for its last member. */
static inline uint64_t ac_vocab_header_check(const ac_vocab_header *h)
{
    uint64_t v = 14695981039346656037u;
    for (size_t i = 0; i < offsetof(ac_vocab_header, check); i++)
        v = (v ^ ((const unsigned char *)h)[i]) * 1099511628211u;
    return v;
}

/* Two Bloom filters, three bits in the 64 of one place for each term. singles holds the terms of one word: small enough to stay near.
 * filter holds the first words of the others, up to AC_VOCAB_FILTER_WORDS; a blank or a mark counts as a word. */
enum { AC_VOCAB_FILTER_WORDS = 3 };

static inline uint64_t ac_vocab_filter_mix(uint32_t hash) { return (hash + UINT64_C(0x9E3779B97F4A7C15)) * UINT64_C(0xD6E8FEB86659FD93); }
static inline uint64_t ac_vocab_filter_bits(uint64_t mix)
{
    return UINT64_C(1) << (mix >> 58) | UINT64_C(1) << (mix >> 52 & 63) | UINT64_C(1) << (mix >> 46 & 63);
}
static inline uint64_t ac_vocab_filter_at(uint64_t mix, uint64_t mask) { return mix >> 16 & mask; }

#endif
