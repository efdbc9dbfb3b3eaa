/** Pieces of JSON and text that several writers of this folder share. */
#ifndef AC_INTEROP_PART_H
#define AC_INTEROP_PART_H

#include "base/json_write.h"
#include "core/result.h"

enum { AC_DATE_TEXT = 16 };

/** "2023-05-10", "2023-05" or "2023", as exact as the date; empty when the year is 0. buf owns the bytes. */
ac_sv ac_date_text(ac_date d, char buf[AC_DATE_TEXT]);

/** The FHIR and UCUM-like name of a unit of ac_timing and ac_time_expr: s min h d wk mo a; empty when unknown. Static. */
ac_sv ac_period_unit(char unit);

/** "<", "<=", ">", ">=", "~"; empty for equal. Static. */
ac_sv ac_comparator_text(uint8_t cmp);

/** The second number of a pair such as 120/80. */
static inline double ac_pair_second(const ac_quantity *q) { return q->low2 > 0 ? q->low2 : q->high; }

/** A string member, or null when s is empty. Inline, so that the compiler measures the key. */
static inline void ac_jw_text_or_null(ac_jw *j, const char *key, ac_sv s)
{
    ac_jw_key(j, (ac_sv) { key, strlen(key) });
    if (s.n)
        ac_jw_string(j, s);
    else
        ac_jw_null(j);
}

/** key: [{"begin":1,"end":2}, ...] */
void ac_jw_spans(ac_jw *j, const char *key, const ac_spans *spans);

#endif
