/** The vocabularies of a run, from --vocab and --data. */
#ifndef AC_MAIN_VOCABULARIES_H
#define AC_MAIN_VOCABULARIES_H

#include "main/cli.h"
#include "vocab/store.h"

/** Map them. A vocabulary that cannot be used is an error, never a run with fewer codes.
 *  arena   owns what set points to; the caller closes set in any case, before the arena goes
 *  errors  those of ac_vocab_store_open and ac_vocab_set_open; err names the vocabulary */
AC_NODISCARD ac_rc ac_vocabularies_open(const ac_cli *cli, ac_arena *arena, ac_vocab_set *set, ac_err *err);

#endif
