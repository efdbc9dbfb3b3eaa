/** Does a sentence end here? Used by sentence.c only. */
#ifndef AC_NLP_SENTENCE_BREAK_H
#define AC_NLP_SENTENCE_BREAK_H

#include "core/note.h"

/** A stretch of text without section or turn boundary, being split. */
typedef struct {
    ac_sv text;       /* of the note, up to the end of the stretch */
    size_t begin;     /* of the stretch */
    ac_lang lang;
    bool dialogue;
    bool form;        /* a line is a sentence: "Address: 4 Main St. Apt. 2" */
    size_t wrap;      /* code points of a full line; 0: lines are not wrapped */
    bool capitals;    /* what begins on a line of its own begins with a capital */
    int64_t list;     /* the number that the next item of a running list has; 0: no list */
    char letter;      /* the same for "A. ... ,B. ..." */
} ac_stretch;

/** Text byte at is one of . ? ! - where the sentence that it ends is over (past closing marks), or 0. */
size_t ac_stop_end(const ac_stretch *x, size_t at);

/** Text byte at is a line end: true when the sentence goes on in the next line. sentence: where it began. */
bool ac_line_goes_on(const ac_stretch *x, size_t line, size_t sentence, size_t at);

/** The mark of a list item at i ("2.", "3)", "-", "•") with the blanks behind it: its length, or 0. *number is 0 for
 *  marks without one. */
size_t ac_list_mark(ac_sv s, size_t i, int64_t *number);

/** "A. " or "b) " at i, in front of a word: its length, or 0. */
size_t ac_letter_mark(ac_sv s, size_t i);

/** The list's next item begins at i, inside a line ("1. Aspirin 2. Metoprolol", "A.  Lung,B.  Lymph node"). */
bool ac_list_goes_on(const ac_stretch *x, size_t i);

/** Code points of a full line, learnt from the whole text; 0 when its lines are not wrapped. */
size_t ac_wrap_width(ac_sv text);

/** Does what begins on a line of its own begin with a capital in this text? */
bool ac_begins_with_capitals(ac_sv text);

#endif
