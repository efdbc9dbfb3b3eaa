/** The values of a note's identifiers, by the words they are made of, for finding them elsewhere in the note. Inside PHI
 *  detection and de-identification only. */
#ifndef AC_NLP_PHI_VALUE_H
#define AC_NLP_PHI_VALUE_H

#include "core/note.h"

#define AC_PHI_CERTAIN 0.78f /* a name this sure is found wherever else it stands */

typedef struct {
    uint64_t hash;
    uint32_t item; /* index into note->phi: whose value this is */
    uint8_t words; /* 0: free slot */
} ac_phi_value;

typedef struct {
    ac_phi_value *slot;
    size_t cap;
    unsigned lengths;  /* bit n: some value has n words */
    uint64_t first[16]; /* bits for the first two bytes and the length of the values' first words, letter case ignored */
} ac_phi_values;

typedef struct {
    ac_span span;
    uint32_t item; /* index into note->phi */
} ac_phi_piece;

typedef struct {
    ac_phi_piece *at; /* ascending */
    size_t n, cap;
} ac_phi_pieces;

/** Is a value of this item the same thing wherever it stands? Not an age, a month, a room number: those have other
 *  meanings elsewhere. */
bool ac_phi_value_wanted(ac_sv text, const ac_phi_item *item);
/** Could this word of the text be the one-word value of that item? In lower case it is an ordinary word, and names that
 *  were certain have been looked for already, with what stands around them (phi_repeat.c). */
bool ac_phi_value_word(ac_sv word, const ac_phi_item *item);

/** Values of the items i with hidden[i] (of all when hidden is NULL). parts: keep their single words as well. */
AC_NODISCARD ac_rc ac_phi_values_init(const ac_note *note, const bool *hidden, bool parts, ac_phi_values *out,
                                      ac_err *err);
/** Is this word part of some value? Needs parts. */
bool ac_phi_values_has_part(const ac_phi_values *v, ac_sv word);
/** The hidden items, and what repeats their values: outside them, or beginning or ending in one of which only a part was recognised. */
AC_NODISCARD ac_rc ac_phi_values_find(const ac_note *note, const bool *hidden, const ac_phi_values *v,
                                      ac_phi_pieces *out, ac_err *err);

#endif
