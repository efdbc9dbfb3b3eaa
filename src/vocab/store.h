/** The folder of vocabularies: NAME@EDITION.acv files, and the file "active" with one NAME@EDITION a line. */
#ifndef AC_VOCAB_STORE_H
#define AC_VOCAB_STORE_H

#include "base/arena.h"
#include "nlp/lexicon/vocabulary.h"

typedef struct {
    ac_sv id, path; /* "NAME@EDITION"; both NUL-terminated */
    bool active;
} ac_vocab_place;

typedef struct {
    ac_vocab_place *at; /* ascending by id; numbers in it count as numbers */
    size_t n, cap;
    ac_sv dir;          /* NUL-terminated */
} ac_vocab_store;

/** Look into the folder: data/vocabularies, where data is what the user gave, else $ACESO_HOME, else $XDG_DATA_HOME/aceso, else
 *  $HOME/.local/share/aceso. A folder that is not there holds nothing. Everything lives in arena.
 *  errors  AC_EINPUT (nowhere to look), AC_ELIMIT, those of ac_dir_walk */
AC_NODISCARD ac_rc ac_vocab_store_open(const char *data, ac_arena *arena, ac_vocab_store *out, ac_err *err);

/** The one that is called so: NAME@EDITION, or NAME for its latest edition. NULL when there is none. */
const ac_vocab_place *ac_vocab_store_find(const ac_vocab_store *s, ac_sv name);

/** Write which are active. errors  as ac_file_write */
AC_NODISCARD ac_rc ac_vocab_store_use(const ac_vocab_store *s, ac_err *err);

/** Mapped vocabularies. */
typedef struct {
    ac_vocab *at;
    ac_sv *maps;
    size_t n;
} ac_vocab_set;

/** Map those that names says, comma-separated: "active" stands for the active ones, "none" for none.
 *  which   the name that could not be found or opened, in arena, NUL-terminated; also of an error
 *  errors  AC_ENOTFOUND, AC_EINPUT (damaged), those of ac_mapping_open. out is to be closed in any case. */
AC_NODISCARD ac_rc ac_vocab_set_open(const ac_vocab_store *s, ac_sv names, ac_arena *arena, ac_vocab_set *out, ac_sv *which, ac_err *err);
void ac_vocab_set_close(ac_vocab_set *set);

/** Map one file and check its header. The caller closes the mapping. errors  those of ac_mapping_open and ac_vocab_open */
AC_NODISCARD ac_rc ac_vocab_map(const char *path, ac_sv *map, ac_vocab *out, ac_err *err);

/** Read all of it: the digest, and that every term leads to its codes. errors  AC_EINPUT: what is damaged */
AC_NODISCARD ac_rc ac_vocab_verify(ac_sv map, const ac_vocab *v, ac_err *err);

#endif
