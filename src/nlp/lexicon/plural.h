/** The forms in which a term also stands in notes: what the lexicon's terms and those of imported vocabularies get besides. */
#ifndef AC_NLP_PLURAL_H
#define AC_NLP_PLURAL_H

#include "base/arena.h"
#include "core/vocab.h"

/** Simple plurals of a folded term, en or es, at most max; returns how many. They live in the arena. Pure. */
size_t ac_plurals(ac_arena *arena, ac_sv folded, ac_lang lang, ac_sv *out, size_t max);

/** The same term with the article that speech puts into it, "carcinoma of the breast", "fractura del radio", at most max; returns how many. */
size_t ac_articles(ac_arena *arena, ac_sv folded, ac_lang lang, ac_sv *out, size_t max);

#endif
