/** Numbers with their units. Written forms of units live in data/units, number words in data/sig. */
#ifndef AC_NLP_QUANTITY_H
#define AC_NLP_QUANTITY_H

#include "nlp/lexicon/lexicon.h"

/* kind of quantity, its name in data/units */
#define AC_UNIT_KIND_LIST(X)                                                                                           \
    X(AC_UNIT_NONE, "")                                                                                                \
    X(AC_UNIT_MASS, "mass")                                                                                            \
    X(AC_UNIT_WEIGHT, "weight")                                                                                        \
    X(AC_UNIT_VOLUME, "volume")                                                                                        \
    X(AC_UNIT_FORM, "form")                                                                                            \
    X(AC_UNIT_ACTIVITY, "activity")                                                                                    \
    X(AC_UNIT_AMOUNT, "amount")                                                                                        \
    X(AC_UNIT_PERCENT, "percent")                                                                                      \
    X(AC_UNIT_CONCENTRATION, "concentration")                                                                          \
    X(AC_UNIT_COUNT_PER, "count")                                                                                      \
    X(AC_UNIT_PER, "per")                                                                                              \
    X(AC_UNIT_RATE, "rate")                                                                                            \
    X(AC_UNIT_DOSE, "dose")                                                                                            \
    X(AC_UNIT_DENSITY, "density")                                                                                      \
    X(AC_UNIT_PRESSURE, "pressure")                                                                                    \
    X(AC_UNIT_TEMPERATURE, "temperature")                                                                              \
    X(AC_UNIT_DEGREE, "degree")                                                                                        \
    X(AC_UNIT_LENGTH, "length")                                                                                        \
    X(AC_UNIT_AREA, "area")                                                                                            \
    X(AC_UNIT_TIME, "time")                                                                                            \
    X(AC_UNIT_OTHER, "other")

#define AC_UNIT_KIND_ENUM(id, name) id,
typedef enum { AC_UNIT_KIND_LIST(AC_UNIT_KIND_ENUM) AC_UNIT_KINDS } ac_unit_kind;
#undef AC_UNIT_KIND_ENUM

/** What stands at a token. */
typedef struct {
    ac_quantity q;         /* q.has is true; q.unit is static */
    ac_unit_kind kind;     /* of its unit */
    uint32_t begin;        /* first token: the comparator, else the number */
    uint32_t number_end;   /* the token after the number, where the unit begins */
    uint32_t end;          /* the token after it */
} ac_measured;

/** A number at token: digits in the note's language ("1,200" en, "1.200,5" es), "1/2 tab", "1 1/2", "two",
 *  "treinta y dos". False when there is none, or when its separators can be read in two ways. Needs marks. */
bool ac_number_at(const ac_note *note, uint32_t token, double *value, uint32_t *token_end);

/** The unit whose first token this is, right after a number (glued to it, or after a slash: "5/campo").
 *  Fills the UCUM code (static), its kind and the token after it. False when there is none. */
bool ac_unit_at(const ac_note *note, uint32_t token, ac_sv *ucum, ac_unit_kind *kind, uint32_t *token_end);

/** Tokens [first, end) are the name of a laboratory test or a vital sign; a short name that needs support counts too. */
bool ac_names_a_test(const ac_note *note, uint32_t first, uint32_t end);

/** Tokens [first, end) are no unit of the number before them but the name of the next test, for they have a number of
 *  their own: "37.2 HR 88". */
bool ac_unit_names_a_test(const ac_note *note, uint32_t first, uint32_t end);

/** A quantity that begins at token: comparator, number, range "5-10" or pair "120/80", unit. Needs marks. */
bool ac_measured_at(const ac_note *note, uint32_t token, ac_measured *out);

/** The same for callers that need no token positions.
 *  out        has is true; unit is empty when none was said
 *  token_end  the token after it
 *  span       its bytes, comparator and unit included
 *  False, and nothing filled, when no number begins there. */
bool ac_quantity_at(const ac_note *note, uint32_t token, ac_quantity *out, uint32_t *token_end, ac_span *span);

/** value in unit `from`, told in unit `to` (both UCUM): factors of ten, litres, minutes, pounds, inches, Fahrenheit.
 *  False when the two do not measure the same thing or are not known here. */
bool ac_unit_convert(double value, ac_sv from, ac_sv to, double *out);

/** value in unit, told in the reference's unit; also by the concept's own factor (mmol/L to mg/dL). */
bool ac_quantity_to_reference(double value, ac_sv unit, const ac_reference *ref, double *out);

#endif
