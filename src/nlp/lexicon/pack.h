/** The bytes of a compiled term list: written by src/lexc, read by terms.c and lexicon.c. Little-endian, every array
 *  at a cache line's begin, every reference an offset or an index, so that the bytes can be mapped anywhere. */
#ifndef AC_NLP_PACK_H
#define AC_NLP_PACK_H

#include "nlp/lexicon/lexicon.h"

#include <string.h>

#define AC_PACK_MAGIC 0x36504341u /* "ACP6" */
#define AC_PACK_SHARED_MAGIC 0x31534341u /* "ACS1" */
#define AC_PACK_LIST_MAX 255

/** The sets by the name of their folder in data. The first AC_PACK_INDEXED are looked up at nearly every word of a note,
 *  the names among them at those that begin with a capital. */
#define AC_PACK_SETS(X)                                                                                                                    \
    X(sig) X(context) X(phi) X(outputs) X(sections) X(lexicon) X(names) X(units) X(guidelines) X(interview) X(vocabulary)
enum { AC_PACK_LEXICON = 5, AC_PACK_NAMES = 6, AC_PACK_INDEXED = 8 }; /* places in the list; lexicon and names are large */

typedef struct {
    uint32_t off, n; /* bytes from the start of the pack; number of elements */
} ac_pack_array;

/** A node of the trie over words: the words of a term, or the first of a longer one. All nodes lie in one hash table, found by
 *  the hash of all their words, so that a term of three words costs three loads, not one for each letter. Ascending by hash;
 *  the home of a hash is hash * places / 2^32; a node lies at its home or, where that is taken, behind it. Nodes of equal hash are
 *  told apart by the words of their terms: entries[entry] is the length of the folded term as one byte and the term, then, at the next
 *  multiple of four bytes, its meanings as ac_term: a list for each set that has the term, its last one marked AC_TERM_LAST. An entry that
 *  fits into a cache line lies in one. */
typedef struct {
    uint32_t hash;
    uint32_t entry; /* AC_PACK_LONGER, the sets, the offset in units of four bytes, which is 0 when no term ends here; 0: no node */
} ac_pack_node;
#define AC_PACK_LONGER (1u << 31) /* longer terms start with these words */
enum { AC_PACK_ENTRY_ALIGN = 4, AC_PACK_TERM_MAX = 255, AC_PACK_SETS_SHIFT = 23, AC_PACK_LINE = 64 };

static inline uint32_t ac_pack_node_sets(ac_pack_node n) { return (n.entry & ~AC_PACK_LONGER) >> AC_PACK_SETS_SHIFT; }
static inline size_t ac_pack_node_entry(ac_pack_node n)
{
    return (size_t)(n.entry & ((1u << AC_PACK_SETS_SHIFT) - 1)) * AC_PACK_ENTRY_ALIGN;
}

/** Where the meanings of an entry begin, after a term of n bytes. */
static inline size_t ac_pack_entry_terms(size_t n) { return (1 + n + AC_PACK_ENTRY_ALIGN - 1) & ~(size_t)(AC_PACK_ENTRY_ALIGN - 1); }

/** Terms to be looked up: those of a pack, or of all packs that share a table. */
typedef struct {
    uint32_t places, pad;  /* homes of nodes */
    ac_pack_array entries; /* bytes */
    ac_pack_array nodes;   /* ac_pack_node; the last one is empty; none: the pack's terms are in the shared table */
} ac_pack_table;

typedef struct {
    uint32_t cells; /* string offset of the first cell; cells, then the terms as written, each an ac_pack_length, that many bytes and NUL */
    uint32_t n;
} ac_pack_row;
typedef uint16_t ac_pack_length; /* not aligned */

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

/** A rule of data/guidelines by a name that it asks for: who has no fact of any such name need not read the rule. */
typedef struct {
    uint64_t name; /* ac_pack_name_hash; 0 for a rule that may be met without */
    uint32_t row, pad;
} ac_pack_trigger;

static inline uint64_t ac_pack_name_hash(ac_sv prefix, ac_sv name) /* FNV-1a; never 0 */
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < prefix.n; i++)
        h = (h ^ (unsigned char)prefix.p[i]) * 1099511628211u;
    for (size_t i = 0; i < name.n; i++)
        h = (h ^ (unsigned char)name.p[i]) * 1099511628211u;
    return h | 1u;
}

struct ac_terms {
    uint32_t magic, bytes;
    uint32_t set, terms;      /* place in AC_PACK_SETS; terms with their meanings */
    ac_pack_table table;      /* of its own: behind all else */
    ac_pack_array rows;       /* ac_pack_row; empty for the lexicon */
    ac_pack_array triggers;   /* ac_pack_trigger, ascending by name; the guidelines only */
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

/** The hash of the words so far (first 0) and the next, which is as ac_fold_word gives it. */
static inline uint32_t ac_pack_hash(uint32_t hash, uint32_t word)
{
    hash = (hash ^ word) * 0x2C1B3C6Du;
    return hash ^ hash >> 15;
}

/** Where the nodes of a hash begin; those behind it belong to it until hash differs. */
static inline size_t ac_pack_home(uint32_t hash, uint32_t places) { return (size_t)((uint64_t)hash * places >> 32); }

/** A table where it was mapped. */
typedef struct {
    const ac_pack_node *nodes;
    const char *entries;
    uint32_t places;
} ac_pack_words;

static inline ac_pack_words ac_pack_words_at(const void *base, const ac_pack_table *t)
{
    return (ac_pack_words) { (const void *)((const char *)base + t->nodes.off), (const char *)base + t->entries.off, t->places };
}

/** What is known of a few words. */
typedef struct {
    const ac_term *terms; /* the meanings of the term that is these words, or NULL */
    uint32_t sets;        /* a list of them for each of these sets, ascending */
    bool longer;          /* other terms go on from here */
} ac_pack_found;

/** The meanings of an entry, when its term is these words. */
static inline const ac_term *ac_pack_terms_at(const char *entry, ac_sv words)
{
    if ((unsigned char)*entry != words.n || memcmp(entry + 1, words.p, words.n) != 0)
        return NULL;
    return (const ac_term *)(const void *)(entry + ac_pack_entry_terms(words.n));
}

/** The first node of a hash or of a higher one. */
static inline const ac_pack_node *ac_pack_node_of(const ac_pack_words *t, uint32_t hash)
{
    const ac_pack_node *node = t->nodes + ac_pack_home(hash, t->places);
    while (node->entry && node->hash < hash)
        node++;
    return node;
}

/** Words and their hash among the terms of any of the sets. */
static inline ac_pack_found ac_pack_find(const ac_pack_words *t, uint32_t hash, ac_sv words, uint32_t sets)
{
    ac_pack_found found = { 0 };
    for (const ac_pack_node *node = ac_pack_node_of(t, hash); node->entry && node->hash == hash; node++) {
        found.longer |= (node->entry & AC_PACK_LONGER) != 0;
        if (!found.terms && ac_pack_node_sets(*node) & sets) {
            found.terms = ac_pack_terms_at(t->entries + ac_pack_node_entry(*node), words);
            found.sets = ac_pack_node_sets(*node);
        }
    }
    return found;
}

/** The list behind a list of meanings. */
static inline const ac_term *ac_pack_next_list(const ac_term *list)
{
    while (!(list->flags & AC_TERM_LAST))
        list++;
    return list + 1;
}

/** The list of one of the sets that have a term. */
static inline const ac_term *ac_pack_list_of(ac_pack_found found, uint32_t set)
{
    for (uint32_t before = found.sets & ((1u << set) - 1); before; before &= before - 1)
        found.terms = ac_pack_next_list(found.terms);
    return found.terms;
}

/** What ac_terms_index remembers of a place: one term that begins there. */
typedef struct ac_term_mark {
    uint32_t terms; /* its meanings in that set: offset in units of AC_PACK_ENTRY_ALIGN among the entries */
    uint8_t n;      /* folded bytes */
    uint8_t set;    /* place in AC_PACK_SETS */
    bool last;      /* of those that begin there */
} ac_term_mark;

/** Whether the index knows the names that begin at that byte of the note: a capital, or a letter beyond ASCII. */
static inline bool ac_pack_may_be_name(ac_sv text, uint32_t at)
{
    return ac_is_upper(text.p[at]) || (unsigned char)text.p[at] >= 0x80;
}

/** The indexed sets together: one table of all their terms, for most words are looked up in all of them; its sets are bits by the place
 *  in AC_PACK_SETS, that of a pack's own table is the first bit. And how words start terms: a blocked Bloom filter (Putze, Sanders, Singler
 *  2007). The first word chooses a line; two bits of it stand for the hash of the term's words up to AC_PACK_START_WORDS, and for each bit
 *  there is a byte: the sets that have it set. A blank or a mark counts as a word, so these are mostly two in the common sense. */
typedef struct {
    uint32_t magic, bytes;
    ac_pack_table table;
    ac_pack_array starts; /* uint8_t [AC_PACK_START_LINES][AC_PACK_START_BITS] */
} ac_pack_shared;
enum { AC_PACK_START_WORDS = 3, AC_PACK_START_LINES = 1 << 15, AC_PACK_START_BITS = 64 };
extern const ac_pack_shared ac_pack_all; /* made by lexc, linked in by packs.S */

/** The line of the filter for a first word. */
static inline const uint8_t *ac_pack_start_line(const ac_pack_shared *s, uint32_t first_word)
{
    return (const uint8_t *)s + s->starts.off + (size_t)(first_word >> 8 & (AC_PACK_START_LINES - 1)) * AC_PACK_START_BITS;
}

/** The sets in which the words of that hash may be a term, or the first three of one. */
static inline uint32_t ac_pack_start_sets(const uint8_t line[AC_PACK_START_BITS], uint32_t hash)
{
    return line[hash >> 26] & (uint32_t)line[hash >> 20 & (AC_PACK_START_BITS - 1)];
}

static inline const char *ac_pack_string(const ac_terms *t, uint32_t off)
{
    return (const char *)ac_pack_at(t, t->strings) + off;
}

#endif
