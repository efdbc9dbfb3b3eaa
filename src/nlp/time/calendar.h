/** Calendar arithmetic, proleptic Gregorian. Pure. */
#ifndef AC_NLP_CALENDAR_H
#define AC_NLP_CALENDAR_H

#include "core/types.h"

bool ac_date_valid(ac_date d);                    /* year 1..9999; month and day may be 0 (not said) */
bool ac_date_full(ac_date d);                     /* year, month and day are known and valid */
int32_t ac_date_days(ac_date d);                  /* days since 1970-01-01; a missing month or day counts as the first */
ac_date ac_date_of_days(int32_t days);            /* year 0 when out of range */
unsigned ac_month_days(int year, unsigned month); /* 28..31; 0 for no month */
/** d moved by amount units (h i s d w o a, as in ac_timing). The result is as exact as the unit: months leave no day,
 *  years no month. Year 0 when d is not exact enough or the result is out of range. */
ac_date ac_date_move(ac_date d, double amount, char unit);
int ac_date_cmp(ac_date a, ac_date b);            /* by days; less exact dates count from their first day */
/** "2023-05-10", "2023-05", "2023", or "--05-10" without a year. buf takes 11 bytes; returns the length. */
size_t ac_date_iso(ac_date d, char buf[11]);

#endif
