/** data/vocabulary: what the words and classes of official releases mean to an import. */
#ifndef AC_NLP_VOCABULARY_WORDS_H
#define AC_NLP_VOCABULARY_WORDS_H

#include "nlp/lexicon/terms.h"

#define AC_RELEASE_WORD_LIST(X)                                                                                        \
    X(AC_RELEASE_SEMANTIC_TAG, "semantic-tag")   /* SNOMED CT; cell: kind */                                           \
    X(AC_RELEASE_SEMANTIC_TYPE, "semantic-type") /* UMLS TUI; cell: kind */                                            \
    X(AC_RELEASE_SOURCE_KIND, "source-kind")     /* UMLS SAB; cell: kind */                                            \
    X(AC_RELEASE_RXNORM_TYPE, "rxnorm-type")     /* TTY; cell: kind */                                                 \
    X(AC_RELEASE_LOINC_CLASS, "loinc-class")     /* CLASS or CLASSTYPE; cell: kind */                                  \
    X(AC_RELEASE_ICD10_LETTER, "icd10-letter")   /* first letter of a code; cell: kind */                              \
    X(AC_RELEASE_SYSTEM, "system")               /* code system; cell: URI */                                          \
    X(AC_RELEASE_SOURCE, "source")               /* UMLS SAB; cell: code system */                                     \
    X(AC_RELEASE_LICENCE, "licence")             /* cell: sentence */                                                  \
    X(AC_RELEASE_STARTS, "starts")               /* terms that start so are left out */                                \
    X(AC_RELEASE_ENDS, "ends")                                                                                         \
    X(AC_RELEASE_COMMON, "common")               /* terms that are this word are left out */                           \
    X(AC_RELEASE_EVERYDAY, "everyday")           /* drugs whose names are such words need support */

#define AC_RELEASE_WORD_ENUM(id, name) id,
typedef enum { AC_RELEASE_WORD_LIST(AC_RELEASE_WORD_ENUM) AC_RELEASE_WORD_COUNT } ac_release_word;
#undef AC_RELEASE_WORD_ENUM

/** The line of data/vocabulary that has text, which is folded here as ASCII, under that key; NULL when there is none. Pure. */
const ac_term *ac_release_find(ac_release_word key, ac_sv text);

/** Its first cell; empty when there is no such line. */
ac_sv ac_release_cell(ac_release_word key, ac_sv text);

/** Its first cell as a kind, and how early in data/vocabulary the line stands: the lower counts. False when there is none. */
bool ac_release_kind(ac_release_word key, ac_sv text, ac_kind *kind, uint8_t *order);

#endif
