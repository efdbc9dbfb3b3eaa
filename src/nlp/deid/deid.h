/** De-identification: what a profile hides of note->phi, and what stands there instead. */
#ifndef AC_NLP_DEID_H
#define AC_NLP_DEID_H

#include "core/result.h"

/* safe-harbor: 45 CFR 164.514(b)(2), all eighteen identifiers; years, states, countries and ages up to 89 stay.
 * limited-dataset: 45 CFR 164.514(e)(2); dates, ages, cities, states and postal codes stay as well.
 * meddocan: everything that the MEDDOCAN guidelines annotate, also sex, relatives and occupations. */
#define AC_DEID_PROFILE_LIST(X)                                                                                        \
    X(AC_DEID_SAFE_HARBOR, "safe-harbor")                                                                              \
    X(AC_DEID_LIMITED, "limited-dataset")                                                                              \
    X(AC_DEID_MEDDOCAN, "meddocan")

/* tag: [PATIENT]. mask: as many * as there were characters. surrogate: another value of the same kind and shape; dates
 * as in date-shift. date-shift: dates moved by one number of whole weeks per patient, at most 52, written as they were,
 * so that intervals and days of the week stay true; everything else tagged. */
#define AC_DEID_MODE_LIST(X)                                                                                           \
    X(AC_DEID_TAG, "tag")                                                                                              \
    X(AC_DEID_MASK, "mask")                                                                                            \
    X(AC_DEID_SURROGATE, "surrogate")                                                                                  \
    X(AC_DEID_DATE_SHIFT, "date-shift")

#define AC_DEID_ENUM(id, name) id,
typedef enum { AC_DEID_PROFILE_LIST(AC_DEID_ENUM) AC_DEID_PROFILE_COUNT } ac_deid_profile;
typedef enum { AC_DEID_MODE_LIST(AC_DEID_ENUM) AC_DEID_MODE_COUNT } ac_deid_mode;
#undef AC_DEID_ENUM

ac_sv ac_deid_profile_name(ac_deid_profile p);
ac_sv ac_deid_mode_name(ac_deid_mode m);
bool ac_deid_profile_from(ac_sv name, ac_deid_profile *out);
bool ac_deid_mode_from(ac_sv name, ac_deid_mode *out);

typedef struct {
    ac_deid_profile profile;
    ac_deid_mode mode;
    /** A keyed pseudo-random function. The same label and value give the same number as long as the key (in ctx) is the
     *  same: one key per patient keeps that patient's surrogates and date offset stable over all notes, and nobody
     *  without the key can go back. Needed by surrogate and date-shift; without it they fall back to tag. */
    uint64_t (*prf)(void *ctx, ac_sv label, ac_sv value);
    void *ctx;
} ac_deid_options;

/** Does the profile hide this item? */
bool ac_deid_hides(ac_deid_profile profile, const ac_note *note, const ac_phi_item *item);

/** Days by which every date of the patient is moved: whole weeks, never 0. 0 without prf: dates cannot be moved. */
int32_t ac_deid_day_offset(const ac_deid_options *options);

/** Replace what the profile hides.
 *  note     with phi filled; borrowed
 *  out      lives in note->arena. replacements has one entry per note->phi item; for what stays it is the original text
 *  property a hidden value that stands again elsewhere in the note is replaced there as well, whatever its letter case,
 *           accents and separators, but for values that mean something else there: numbers under five digits (an MRN of 120
 *           must not blank a blood pressure), ages, and one-word names that are ordinary words where they are not
 *           written as a name
 *  errors   AC_ELIMIT when the arena is full
 *  thread   any; pure; linear in the length of the note */
AC_NODISCARD ac_rc ac_deidentify(const ac_note *note, const ac_deid_options *options, ac_deidentified *out,
                                 ac_err *err);

#endif
