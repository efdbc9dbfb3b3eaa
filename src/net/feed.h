/** The body of an answer that a crew's threads bring piece by piece: what has to wait for a disk, or to be opened, and is
 * too large to be in memory as a whole. */
#ifndef AC_NET_FEED_H
#define AC_NET_FEED_H

#include "net/http.h"

struct ac_crew;

/** All on threads of the crew, but one at a time; free: on whatever thread is the last. */
typedef struct {
    void *context;
    /** Append the next bytes, some tens of kilobytes, fewer are fine. *last: there are no more. An error cuts the connection. */
    ac_rc (*next)(void *context, ac_sb *to, bool *last, ac_err *err);
    void (*free)(void *context); /* once, in any case */
} ac_feed_source;

/** Make it the body of p, which is the answer to r. length: AC_REPLY_LENGTH_UNKNOWN, or what comes in all. The source is
 * freed with the reply, or here without memory, where the reply becomes a 500. */
void ac_reply_feed(ac_reply *p, const char *type, uint64_t length, ac_http_request *r, struct ac_crew *crew,
                   const ac_feed_source *source);

#endif
