/** A compiled term list: a trie over the words of folded terms, each pointing to rows of a table.
 *  data/SET/ (tab-separated files) is compiled by lexc at build time; the bytes are read-only and position-free, so they can be mapped.
 *  Matching is linear: from each word start at most the length of the longest term is read. */
#ifndef AC_NLP_TERMS_H
#define AC_NLP_TERMS_H

#include "core/note.h"

typedef struct ac_terms ac_terms; /* opaque; lives as long as its bytes */

enum {                      /* ac_term.flags */
    AC_TERM_EXACT = 1,      /* marked ^ : same letter case only (the matcher has checked it) */
    AC_TERM_AMBIGUOUS = 2,  /* marked ? : counts only with support from its context */
    AC_TERM_LAST = 4,       /* internal: ends a list of entries */
};

/** One meaning of a term. */
typedef struct {
    uint32_t row;     /* row of the table (for the lexicon: the concept) */
    uint32_t surface; /* internal: exact spelling for AC_TERM_EXACT */
    uint16_t value;   /* the row's key as the number of the set's vocabulary (cue, section type ...) */
    uint8_t langs;    /* bit per ac_lang */
    uint8_t flags;
} ac_term;

typedef struct {
    uint32_t begin, end;  /* folded bytes */
    const ac_term *terms; /* its meanings in this language: check ac_term_next */
} ac_term_hit;

/** The compiled sets of the binary. Static, read-only. */
const ac_terms *ac_terms_lexicon(void);  /* data/lexicon: rows are concepts, see nlp/lexicon/lexicon.h */
const ac_terms *ac_terms_sections(void); /* data/sections: value is ac_section_type */
const ac_terms *ac_terms_context(void);  /* data/context: value is ac_cue */
const ac_terms *ac_terms_sig(void);      /* data/sig: routes, forms, frequencies, severities ...: value is ac_sig_kind */
const ac_terms *ac_terms_units(void);    /* data/units: value is unused, cell 0 is the UCUM code */
const ac_terms *ac_terms_phi(void);      /* data/phi: PHI triggers and list words: value is ac_phi_word */
const ac_terms *ac_terms_names(void);    /* data/names: first names, surnames, places: value is a set of AC_NAME_ bits */
const ac_terms *ac_terms_outputs(void);  /* data/outputs: turns of phrase: value is ac_phrase_kind, cell 0 what a note says */
const ac_terms *ac_terms_interview(void); /* data/interview: routine questions and plain answers: value is ac_interview_word */
const ac_terms *ac_terms_vocabulary(void); /* data/vocabulary: how imported vocabularies are read: value is ac_release_word */

const ac_terms *ac_terms_guidelines(void); /* data/guidelines: rules and sets of names, see nlp/guideline/guideline.c */

/** Find the terms of all sets that every word of a note is looked up in, so that a look-up reads what was found: done in one go, many
 *  words wait for memory together. Whoever folds a text for a few look-ups need not.
 *  f       from ac_fold of text, with words
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure; linear */
AC_NODISCARD ac_rc ac_terms_index(ac_folded *f, ac_sv text, ac_arena *arena, ac_err *err);

/** Longest term that starts at folded byte at (which must start a word) and ends at a word end, in language lang.
 *  note_text is needed for exact terms. False when none. */
bool ac_terms_longest(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                      ac_term_hit *out);

/** Every term that starts there, shortest first; at most max. Returns how many. */
size_t ac_terms_all(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                    ac_term_hit *out, size_t max);

/** Look a whole string up (it is folded already). NULL when it is no term. */
const ac_term *ac_terms_find(const ac_terms *t, ac_sv folded, ac_lang lang);

/* Of the two functions behind these, what nearly always is nothing to do is inline. */
const ac_term *ac_term_behind(const ac_terms *t, const ac_term *term, ac_sv surface, ac_lang lang);
ac_sv ac_term_surface_of(const ac_term_hit *hit, const ac_folded *f, ac_sv note_text);

/** The next meaning of the same term that fits the language and (for exact terms) the spelling at the hit; NULL at the end.
 *  Start with hit->terms. surface is the text under the hit. */
static inline const ac_term *ac_term_next(const ac_terms *t, const ac_term *term, ac_sv surface, ac_lang lang)
{
    return term->flags & AC_TERM_LAST ? NULL : ac_term_behind(t, term, surface, lang);
}

/** The text under a hit, as ac_term_next needs it: of a term with one meaning, which has no next, nothing. */
static inline ac_sv ac_term_surface(const ac_term_hit *hit, const ac_folded *f, ac_sv note_text)
{
    return hit->terms->flags & AC_TERM_LAST ? (ac_sv) { "", 0 } : ac_term_surface_of(hit, f, note_text);
}

/** Cell i (columns after the terms, from 0) of a row; empty when the row has fewer. Static. */
ac_sv ac_terms_cell(const ac_terms *t, uint32_t row, size_t i);

/** The terms of a row as data/ writes them; empty for rows without cells. Static. */
ac_sv ac_terms_written(const ac_terms *t, uint32_t row);

size_t ac_terms_rows(const ac_terms *t);

#endif
