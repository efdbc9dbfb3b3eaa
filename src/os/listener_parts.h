/** Private to listener.c and link.c. */
#ifndef AC_OS_LISTENER_PARTS_H
#define AC_OS_LISTENER_PARTS_H

#include "os/listener.h"

#include <uv.h>

enum { AC_LISTENER_ADDRESSES = 4, AC_LISTENER_READ = 64 * 1024 };

struct ac_link {
    uv_tcp_t tcp; /* first: a handle is its link */
    uv_shutdown_t shutdown;
    ac_listener *listener;
    ac_link *next, *before;
    void *state;
    ac_sb pending;       /* read, but not taken */
    uint64_t heard;      /* when bytes came or went last */
    uint64_t sent;       /* when the peer took something last, or sending began */
    uint64_t shut;       /* when our side was closed */
    size_t discarded;    /* bytes that came after it was finished */
    bool known;          /* opened() was fine */
    bool eof;            /* the peer has sent its last byte */
    bool ended;          /* nothing more is delivered */
    bool held, expected, delivering, finishing, flushed, closing;
};

typedef struct ac_listener_job {
    uv_work_t work; /* first */
    ac_listener *listener;
    void *item, *worker;
    struct ac_listener_job *next;
} ac_listener_job;

struct ac_listener {
    ac_loop_member member; /* first */
    ac_loop *loop;
    uv_tcp_t *servers[AC_LISTENER_ADDRESSES]; /* n_servers of them; freed once they are closed */
    size_t n_servers;
    ac_timer sweep;
    ac_listener_options opt;
    ac_listener_ops ops;
    ac_listener_counts counts;
    ac_link *links;
    size_t n_links;
    ac_listener_job *first, **last;  /* waiting */
    void **idle_workers; /* n_idle of them */
    size_t n_idle;
    bool stopping, over;
    char buffer[AC_LISTENER_READ]; /* of the one read that goes on at a time */
};

static inline uint64_t ac_listener_now(const ac_listener *l) { return ac_loop_now(l->loop); }
void ac_listener_end_if_done(ac_listener *l); /* the last thing under way may have ended */

void ac_link_accept(uv_stream_t *server, int status);
void ac_link_end_input(ac_link *link);        /* nothing more is delivered; the owner is told */
void ac_link_look_at(ac_link *link);          /* now and then: has it waited for too long? */

#endif
