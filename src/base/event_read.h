/** Reader of server-sent events (WHATWG HTML, 9.2.6): bytes in any pieces in, events out. Pure; one thread. */
#ifndef AC_BASE_EVENT_READ_H
#define AC_BASE_EVENT_READ_H

#include "base/str.h"

/** Borrowed until the next call. */
typedef struct {
    ac_sv id;   /* of the last event that had one: what Last-Event-ID says after a cut; empty: none yet */
    ac_sv type; /* empty: "message" */
    ac_sv data; /* lines with a line feed between them */
} ac_event_read;

typedef struct {
    void *context;
    bool (*event)(void *context, const ac_event_read *e); /* false: no more are wanted */
    ac_sb line, type, data, id; /* the reader's; max of them is the longest line, and the most data of one event */
    bool begun, after_cr, stopped;
} ac_event_reader;

ac_event_reader ac_event_reader_of(void *context, bool (*event)(void *context, const ac_event_read *e), size_t max);
void ac_event_reader_cleanup(ac_event_reader *r);

/** errors  AC_ELIMIT (a line, or the data of one event, is longer than max), AC_ENOMEM, AC_ECANCELLED (event said no,
 * now or before) */
AC_NODISCARD ac_rc ac_event_feed(ac_event_reader *r, ac_sv bytes, ac_err *err);

/** The connection was cut: what was not a whole event is dropped, the id stays. */
void ac_event_cut(ac_event_reader *r);

#endif
