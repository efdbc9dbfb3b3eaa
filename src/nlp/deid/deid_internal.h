/** What the files of de-identification share. Inside deid*.c only. */
#ifndef AC_NLP_DEID_INTERNAL_H
#define AC_NLP_DEID_INTERNAL_H

#include "nlp/deid/deid.h"
#include "nlp/phi/phi_value.h"

typedef struct {
    const ac_note *note;
    const ac_deid_options *options;
    ac_phi_values values; /* of the hidden items, with their parts */
    const bool *hidden;   /* per item of note->phi */
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

#endif
