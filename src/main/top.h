/** aceso admin top: what two pictures of a server's metrics say, as a page for a terminal. Pure. */
#ifndef AC_MAIN_TOP_H
#define AC_MAIN_TOP_H

#include "base/metrics_read.h"

typedef struct {
    ac_metrics_list now, before; /* before: of the same server, earlier */
    double seconds;              /* between the two; 0: there is no earlier one */
    const char *server;          /* as the user named it */
    const char *health;          /* a word */
    const char *trouble;         /* why there is nothing newer; NULL: there is */
    const char *time;            /* of the picture, HH:MM:SS */
    unsigned columns, rows;      /* rows 0: as many as there are */
    bool colour;
} ac_top_page;

/** Lines, each with its line end. */
void ac_top_draw(const ac_top_page *page, ac_sb *out);

/** A quantile of a histogram: of all whose label has that value, over what came between the two pictures.
 *  share   0 to 1
 *  above   true: it is larger than the last bound, which is what is given
 *  returns seconds, interpolated as Prometheus does; negative: nothing came */
double ac_top_quantile(const ac_top_page *page, const char *histogram, const char *label, ac_sv value, double share,
                       bool *above);

#endif
