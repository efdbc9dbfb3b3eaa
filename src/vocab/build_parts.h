/** Inside the builder: three passes. Groups (a concept with all that was said of it) become codes and terms; terms become entries
 *  and nodes; nodes become the table. */
#ifndef AC_VOCAB_BUILD_PARTS_H
#define AC_VOCAB_BUILD_PARTS_H

#include "os/bigfile.h"
#include "os/spill.h"
#include "vocab/build.h"

enum { AC_BUCKETS = 128, AC_BUCKET_MAX = 1 << 30, AC_RECORD_ALIGN = 8 };

/** An item of a release as it is put aside; behind it group, code and term. Records are multiples of AC_RECORD_ALIGN. */
typedef struct {
    uint64_t hash; /* of the group */
    uint32_t bytes, seq;
    uint16_t group_n, code_n, term_n;
    uint8_t what, kind, order, langs, rank, system;
} ac_item_record;

enum { AC_RANK_FORM = 3 }; /* a plural: it gives way to every name that a release has */

/** A term with one meaning; behind it the folded term. */
typedef struct {
    uint64_t hash; /* of the folded term */
    uint32_t bytes;
    ac_vocab_meaning meaning;
    uint16_t n;
    uint8_t rank, pad;
} ac_term_record;

/** Where the records of a bucket are, so that they can be sorted. */
typedef struct {
    uint64_t hash;
    const void *record;
} ac_record_ref;

struct ac_vocab_builder {
    ac_spill *groups, *terms, *nodes;
    ac_bigfile *file;
    ac_arena *arena;        /* of one term at a time */
    ac_sb bucket, record, entry;
    ac_record_ref *refs;
    size_t n_refs, cap_refs;
    ac_vocab_system *systems; /* AC_VOCAB_SYSTEMS_MAX of them */
    size_t n_systems;
    uint64_t *singles, *filter;
    uint32_t seq;
    bool plurals;
    uint64_t records, single_records; /* terms and their forms that were put aside; those of one word */
    ac_vocab_header header;
    ac_vocab_report report;
    const char *dir;
};

uint64_t ac_build_hash(ac_sv s);
static inline size_t ac_build_bucket(uint64_t hash) { return (size_t)(hash >> 57); }
_Static_assert(AC_BUCKETS == 1 << (64 - 57), "the highest bits choose the bucket");

/** All records of a bucket of s, ascending by hash and then by compare; they lie in b->bucket. Each begins with its hash (uint64_t) and
 *  its length (uint32_t). errors  those of ac_spill_take, AC_ECANCELLED (a signal) */
AC_NODISCARD ac_rc ac_build_load(ac_vocab_builder *b, ac_spill *s, size_t bucket, int (*compare)(const void *, const void *), ac_err *err);

void ac_build_left(ac_vocab_builder *b, ac_left why);

AC_NODISCARD ac_rc ac_build_groups(ac_vocab_builder *b, ac_err *err); /* groups -> codes part, terms */
AC_NODISCARD ac_rc ac_build_entries(ac_vocab_builder *b, ac_err *err); /* terms -> entries part, nodes, filter */
AC_NODISCARD ac_rc ac_build_nodes(ac_vocab_builder *b, ac_err *err);   /* nodes -> nodes part */

#endif
