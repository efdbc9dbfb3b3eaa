/** The lexicon compiler: turns data/ (text) into packs (nlp/lexicon/pack.h) at build time. Runs on the build machine only. */
#ifndef AC_LEXC_LEXC_H
#define AC_LEXC_LEXC_H

#include "nlp/lexicon/pack.h"

enum { LEXC_PACK_MAX = 256 << 20 };

/** A term with one of its meanings, before it is in the trie. */
typedef struct {
    ac_sv folded;
    ac_sv surface; /* exact spelling when AC_TERM_EXACT, else empty */
    ac_sv where;   /* "file:line", for messages */
    uint32_t row;
    uint32_t order; /* how many terms were read before: ties keep the order of the files */
    uint16_t value;
    uint8_t langs, flags;
    bool inflected; /* made by a rule; gives way to a written term */
} lexc_term;

typedef struct {
    lexc_term *at;
    size_t n, cap;
} lexc_terms;

typedef struct {
    ac_sv cells[16];
    size_t n;
    ac_sv where;
} lexc_row;

typedef struct {
    lexc_row *at;
    size_t n, cap;
} lexc_rows;

/** Interned strings: offset 0 is the empty string. */
typedef struct {
    ac_sb bytes;
    uint32_t *slots; /* open addressing; 0 is free, else offset + 1 */
    size_t n, cap;
} lexc_strings;

/** Names of a set's keys; the index of a name is the value stored. */
typedef struct {
    const char *set;
    const char *const *keys;
    size_t n_keys;
} lexc_set;

typedef struct {
    ac_pack_node *at;
    size_t n, cap;
} lexc_nodes;

typedef struct {
    ac_term *at;
    size_t n, cap;
} lexc_meanings;

/** Terms on their way into a table. */
typedef struct {
    lexc_nodes nodes;
    ac_sb entries;
} lexc_table;

static inline void lexc_table_cleanup(lexc_table *t) { ac_sb_cleanup(&t->entries); }

typedef struct {
    ac_arena *arena;
    lexc_strings strings;
    lexc_rows rows;
    lexc_terms terms;
    bool lexicon;
    const lexc_set *set;
} lexc;

/** Compile the files of a set and append the pack to out.
 *  errors  AC_EINPUT with "FILE:LINE: what is wrong" when a row is bad, AC_ELIMIT, AC_ENOMEM, those of ac_file_read */
AC_NODISCARD ac_rc lexc_compile(const char *set, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err);

/** Put where ("file:line") before the text of an error that a row caused; returns rc. */
ac_rc lexc_fail_at(ac_err *err, ac_rc rc, ac_sv where);

const lexc_set *lexc_set_find(ac_sv name); /* NULL when there is no such set */

/** Read one file into rows: comments and blank lines out, cells split at tabs, "-" made empty.
 *  errors  AC_EINPUT on a line that is not UTF-8 or holds a control character */
AC_NODISCARD ac_rc lexc_read(lexc *l, const char *path, ac_err *err);
/** Fold the terms in a "a|b^|c?" cell into l->terms for row. kind: inflect when true. */
AC_NODISCARD ac_rc lexc_add_terms(lexc *l, ac_sv cell, const lexc_term *proto, bool inflect, ac_err *err);
uint32_t lexc_string(lexc_strings *s, ac_sv text); /* offset; out of memory: 0, and s->bytes keeps the error */
/** Put a term into the table, with its bits of sets and a list of meanings for each of them.
 *  errors  AC_EINPUT for a term or word that is too long, AC_ELIMIT */
AC_NODISCARD ac_rc lexc_table_add(lexc *l, lexc_table *t, ac_sv term, uint32_t sets, lexc_meanings meanings, ac_err *err);
/** Append the table to the pack. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc lexc_table_append(lexc *l, lexc_table *t, ac_sb *out, ac_pack_table *header, ac_err *err);
/** Put l->terms, which are sorted by folded, into the table. Errors: as lexc_table_add. */
AC_NODISCARD ac_rc lexc_trie(lexc *l, lexc_table *t, ac_err *err);
/** What makes a rule of the guidelines worth reading: the names of its first condition that asks for a fact. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc lexc_triggers(lexc *l, ac_sb *out, ac_terms *header, ac_err *err);
/** The concepts of the lexicon, from rows sorted by id. out has one per row. */
AC_NODISCARD ac_rc lexc_concepts(lexc *l, ac_sb *out, ac_terms *header, ac_err *err);
/** Compile taggers, one a file (nlp/tag/tag_pack.h). Errors as lexc_compile. */
AC_NODISCARD ac_rc lexc_models(lexc *l, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err);
/** One table of the terms of compiled packs, and the filter over their first words (ac_pack_shared). errors: AC_EINPUT for what is no
 *  pack, AC_ELIMIT, those of ac_file_read */
AC_NODISCARD ac_rc lexc_shared(lexc *l, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err);
/** A pack without its terms, which are in the shared table. Errors: as lexc_shared. */
AC_NODISCARD ac_rc lexc_bare(char *const *paths, size_t n_paths, ac_sb *out, ac_err *err);
/** Append an array to the pack, aligned, and return its place. */
ac_pack_array lexc_append(ac_sb *out, const void *data, size_t n, size_t size);

#endif
