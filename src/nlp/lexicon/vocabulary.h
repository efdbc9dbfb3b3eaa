/** A vocabulary that the user brought: millions of terms in one file that is mapped, not loaded. Written by src/vocab, found in a
 *  note's folded text by the same words and hashes as the built-in lexicon. Everything here is pure: the caller maps the bytes. */
#ifndef AC_NLP_VOCABULARY_H
#define AC_NLP_VOCABULARY_H

#include "core/note.h"
#include "nlp/lexicon/vocabulary_file.h"

typedef struct {
    const ac_vocab_header *header;
    const uint64_t *singles, *filter;
    const ac_vocab_node *nodes;
    const unsigned char *entries, *codes;
    const ac_vocab_system *systems;
    uint64_t singles_mask, filter_mask;
    ac_sv edition;
    char id[2 * AC_VOCAB_NAME_MAX]; /* "NAME@EDITION" */
} ac_vocab;

/** The vocabularies that a run uses, in the order in which they are asked. Borrowed: they outlive every note that names them. */
struct ac_vocabs {
    const ac_vocab *at;
    size_t n;
};

/** Check the header and where its parts lie, in time that does not depend on the size. What the parts hold is not checked here:
 *  every reader below keeps within the bytes whatever they hold.
 *  bytes   borrowed by out; aligned to 8
 *  errors  AC_EINPUT (no vocabulary, another version, truncated, damaged header) */
AC_NODISCARD ac_rc ac_vocab_open(ac_sv bytes, ac_vocab *out, ac_err *err);

/** A term of the vocabulary at folded [begin, end). */
typedef struct {
    uint32_t begin, end;
    const ac_vocab_meaning *meanings; /* n of them: all languages; ask ac_vocab_meaning_fits */
    uint32_t n;
} ac_vocab_hit;

/** A word of the text with which terms may start. */
typedef struct {
    uint32_t at;    /* folded byte */
    uint32_t words; /* bit i: there may be a term of i + 1 words, or one that starts with AC_VOCAB_FILTER_WORDS; a blank or mark counts */
} ac_vocab_start;

typedef struct {
    ac_vocab_start *at; /* ascending */
    size_t n, cap;
} ac_vocab_starts;

/** All of them, in one pass that has the memory of the next words come while it looks at this one: a vocabulary is larger than any
 *  cache. Errors: AC_ELIMIT. Pure. */
AC_NODISCARD ac_rc ac_vocab_scan(const ac_vocab *v, const ac_folded *f, ac_arena *arena, ac_vocab_starts *out, ac_err *err);

/** Every term that starts there and has a meaning that fits; shortest first, at most max. Pure. */
size_t ac_vocab_all(const ac_vocab *v, const ac_folded *f, ac_sv note_text, const ac_vocab_start *start, ac_lang lang, ac_vocab_hit *out,
                    size_t max);

/** The meaning counts in this language and for what stands in the text, surface. */
bool ac_vocab_meaning_fits(const ac_vocab_meaning *m, ac_sv surface, ac_lang lang);

/** The name of its code system; empty when the bytes are damaged. */
ac_sv ac_vocab_system_of(const ac_vocab *v, const ac_vocab_meaning *m);

/** The code of a meaning. False when the bytes are damaged. */
bool ac_vocab_code_of(const ac_vocab *v, const ac_vocab_meaning *m, ac_entity_code *out);

/** Look through all of it: every node leads to an entry whose words lead back to it, every meaning to a code.
 *  errors  AC_EINPUT: where the damage is */
AC_NODISCARD ac_rc ac_vocab_check(const ac_vocab *v, ac_err *err);

#endif
