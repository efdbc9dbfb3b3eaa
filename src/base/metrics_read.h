/** Reader of metrics in the text format of Prometheus (version 0.0.4): what a server says at /metrics. Pure. */
#ifndef AC_BASE_METRICS_READ_H
#define AC_BASE_METRICS_READ_H

#include "base/arena.h"

enum { AC_METRIC_LABELS_MAX = 32 };

typedef struct {
    ac_sv name, value; /* unescaped */
} ac_metric_label;

typedef struct {
    ac_sv name;
    const ac_metric_label *labels; /* in the order in which they stand there */
    size_t n_labels;
    double value; /* may be infinite, or no number */
} ac_metric;

typedef AC_VEC(ac_metric) ac_metrics_list;

/** Comments are passed over, time stamps too. What is given out lives in text and arena.
 *  errors  AC_EINPUT (err names the line, never its text), AC_ELIMIT (more labels than that, or the arena is full) */
AC_NODISCARD ac_rc ac_metrics_read(ac_sv text, ac_arena *arena, ac_metrics_list *out, ac_err *err);

/** Value of a label; empty when it has no such label. */
ac_sv ac_metric_label_of(const ac_metric *m, const char *label);

/** Sum over all of that name; of those whose label has that value, when label is given. Nothing that is no finite
 * number counts. found: is there any? May be NULL. */
double ac_metrics_sum(const ac_metrics_list *list, const char *name, const char *label, ac_sv value, bool *found);

#endif
