/** What the files of de-identification share. Inside deid*.c only. */
#ifndef AC_NLP_DEID_INTERNAL_H
#define AC_NLP_DEID_INTERNAL_H

#include "nlp/deid.h"

typedef struct {
    uint64_t hash;
    uint32_t item; /* index into note->phi: whose value this is */
    uint8_t words; /* 0: free slot */
} ac_deid_value;

/** The hidden values of a note, by the words they are made of, for finding them elsewhere. */
typedef struct {
    ac_deid_value *slot;
    size_t cap;
    unsigned lengths; /* bit n: some value has n words */
} ac_deid_values;

typedef struct {
    const ac_note *note;
    const ac_deid_options *options;
    ac_deid_values values;
    int32_t day_offset;
} ac_deid;

/** An invented value of the same kind and shape; an empty view (p NULL only when the arena is full) when there is none.
 */
ac_sv ac_deid_surrogate(const ac_deid *d, const ac_phi_item *item);
/** The item's date moved by the patient's offset and written as it was; empty when it cannot be read. */
ac_sv ac_deid_shifted_date(const ac_deid *d, const ac_phi_item *item);
/** "92-year-old" becomes "90+-year-old". */
ac_sv ac_deid_top_age(const ac_deid *d, const ac_phi_item *item);
/** List name of data/phi/surrogates.tsv in the note's language: element i. Empty past its end. n: how many, may be
 * NULL. */
ac_sv ac_deid_list(const ac_note *note, ac_sv name, size_t i, size_t *n);

AC_NODISCARD ac_rc ac_deid_values_init(ac_deid *d, ac_err *err);
/** Is this one word a hidden value of its own? */
bool ac_deid_values_has_word(const ac_deid_values *v, ac_sv word);
/** Spans outside the hidden items that hold a hidden value: ascending; kind is not used, item is in the parallel array.
 */
typedef struct {
    ac_span span;
    uint32_t item;
} ac_deid_piece;
typedef struct {
    ac_deid_piece *at;
    size_t n, cap;
} ac_deid_pieces;
/** Everything to replace: the hidden items and what repeats them, ascending. */
AC_NODISCARD ac_rc ac_deid_pieces_of(const ac_deid *d, ac_deid_pieces *out, ac_err *err);

#endif
