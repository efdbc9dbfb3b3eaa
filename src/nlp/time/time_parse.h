/** Inside the time step: each parser looks at one token and says what begins there. */
#ifndef AC_NLP_TIME_PARSE_H
#define AC_NLP_TIME_PARSE_H

#include "nlp/entity/mark.h"

typedef struct {
    ac_time_expr t;      /* span still empty */
    uint32_t begin, end; /* tokens */
} ac_time_found;

/** time_date.c: written and numeric calendar dates. */
bool ac_time_numeric_date(const ac_note *note, uint32_t token, ac_time_found *out);
bool ac_time_named_date(const ac_note *note, uint32_t token, ac_time_found *out);
bool ac_time_bare_year(const ac_note *note, uint32_t token, ac_time_found *out);
/** time_span.c: everything else. */
bool ac_time_clock(const ac_note *note, uint32_t token, ac_time_found *out);
bool ac_time_age(const ac_note *note, uint32_t token, ac_time_found *out);
bool ac_time_relative(const ac_note *note, uint32_t token, ac_time_found *out);
bool ac_time_duration(const ac_note *note, uint32_t token, ac_time_found *out);

/** 1 (Monday) to 7 when a day of the week that lies before the note begins at token, else 0. */
int ac_time_past_weekday(const ac_note *note, uint32_t token);

/** A whole number token of 1..max digits. */
bool ac_time_int(const ac_note *note, uint32_t token, size_t max_digits, int *value);
/** A year of four digits that a note can speak of. */
bool ac_time_year(const ac_note *note, uint32_t token, int *value);

#endif
