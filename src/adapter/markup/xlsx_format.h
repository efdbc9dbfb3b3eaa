/* How a workbook shows numbers, where that changes what they say: dates, times, percentages. All else is told as stored. */
#ifndef AC_ADAPTER_MARKUP_XLSX_FORMAT_H
#define AC_ADAPTER_MARKUP_XLSX_FORMAT_H

#include "base/str.h"

typedef enum { XLSX_NUMBER, XLSX_DATE, XLSX_TIME, XLSX_DATE_TIME, XLSX_PERCENT } xlsx_format;

/* Of a number format that every Excel knows, by its id. */
xlsx_format xlsx_builtin_format(int64_t id);
/* Of a format code, "dd/mm/yyyy hh:mm". */
xlsx_format xlsx_format_of(ac_sv code);
/* Append the value of a cell as shown: dates as 2024-05-31, times as 13:05. from_1904: the workbook counts days from 1904. What is no
 * number, or out of range for a date, is told as stored. */
void xlsx_show(ac_sb *out, ac_sv stored, xlsx_format format, bool from_1904);

#endif
