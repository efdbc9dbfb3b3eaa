/** Words that end in a full stop which need not end a sentence. */
#ifndef AC_NLP_ABBREVIATION_H
#define AC_NLP_ABBREVIATION_H

#include "core/vocab.h"

typedef enum {
    AC_ABBR_NONE,
    AC_ABBR_TITLE,   /* something always follows: Dr., vs., Col. */
    AC_ABBR_UNIT,    /* may end a sentence: the next word decides (p.o., izda., Jr.) */
    AC_ABBR_NUMBER,  /* an abbreviation only before a number: no. 5, fig. 2 */
    AC_ABBR_CLASS,   /* no abbreviation: a word that goes before a single letter or number (vitamin C, grade 3) */
    AC_ABBR_STARTER, /* no abbreviation: a word that often begins a sentence */
} ac_abbr;

/** What the word (without its last full stop, any letter case) is in this language. Pure. */
ac_abbr ac_abbreviation(ac_sv word, ac_lang lang);

#endif
