/** From the items of official releases to a vocabulary file, in memory that does not grow with them: what belongs together is put
 *  aside on disk by bucket and sorted bucket by bucket. One thread. */
#ifndef AC_VOCAB_BUILD_H
#define AC_VOCAB_BUILD_H

#include "interop/release.h"
#include "nlp/lexicon/vocabulary.h"

typedef struct ac_vocab_builder ac_vocab_builder;

/** dir     where temporary files may lie, as large as what is read
 *  plurals look for the plurals of problems, symptoms, procedures and devices, too
 *  errors  as ac_spill_new. The caller frees it. */
AC_NODISCARD ac_rc ac_vocab_builder_new(const char *dir, bool plurals, ac_vocab_builder **out, ac_err *err);
void ac_vocab_builder_free(ac_vocab_builder *b); /* NULL is fine */
static inline void ac_vocab_builder_cleanup_ptr(ac_vocab_builder **b) { ac_vocab_builder_free(*b); }

/** Where a reader of releases puts what it reads. */
ac_release_sink ac_vocab_builder_sink(ac_vocab_builder *b);

typedef struct {
    ac_sv name, edition, made, licence; /* each shorter than AC_VOCAB_NAME_MAX */
    ac_sv system;                       /* the code system that has the edition; empty: none */
} ac_vocab_title;

/** What became of it. */
typedef struct {
    uint64_t terms, codes, bytes; /* terms: as the release has them; further forms are not counted */
    uint64_t left[AC_LEFT_COUNT];
} ac_vocab_report;

/** Write path as a whole or not at all. Call it once.
 *  errors  AC_EINPUT (nothing to look for was read), AC_ELIMIT (more than a file can hold), those of ac_bigfile */
AC_NODISCARD ac_rc ac_vocab_build(ac_vocab_builder *b, const ac_vocab_title *title, const char *path, ac_vocab_report *report, ac_err *err);

bool ac_vocab_name_is_good(ac_sv name); /* letters, digits, dot, dash and underscore; shorter than AC_VOCAB_NAME_MAX */

#endif
