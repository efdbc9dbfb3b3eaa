/** Private to the HTTP server: its files share these. All on the loop's thread, but for what is atomic. */
#ifndef AC_NET_HTTP_PARTS_H
#define AC_NET_HTTP_PARTS_H

#include "net/http_chunk.h"
#include "net/http_field.h"
#include "net/http_head.h"
#include "net/reply_parts.h"
#include "net/wire.h"

#include <stdatomic.h>

typedef struct ac_http_conn ac_http_conn;
typedef struct ac_http_req ac_http_req;

typedef enum {
    AC_PHASE_IDLE,     /* nothing of the next request is there */
    AC_PHASE_HEAD,     /* some of its head */
    AC_PHASE_BODY,     /* its head, not all of its body */
    AC_PHASE_WORK,     /* all of it, not the answer */
    AC_PHASE_SOURCE,   /* the answer comes piece by piece */
    AC_PHASE_UPPER,    /* no HTTP any more: events, WebSocket */
    AC_PHASE_OVER,     /* no more requests: what is unsent leaves */
} ac_phase;

/** What takes a connection over. Nothing is called after gone(). */
typedef struct {
    void (*bytes)(ac_http_conn *c, ac_sv bytes);       /* takes all */
    void (*stop)(ac_http_conn *c);                     /* the server stops: say goodbye */
    uint32_t (*look)(ac_http_conn *c, uint64_t now);   /* at the time asked for; returns ms until the next time */
    void (*gone)(ac_http_conn *c);                     /* once: the connection ends */
} ac_http_upper;

struct ac_http_conn {
    ac_wire wire;      /* first */
    ac_http_server *server;
    ac_http_conn *next, **at;
    ac_http_req *request;
    const ac_http_upper *upper;
    void *state;       /* of upper */
    ac_timer timer;
    uint64_t since;    /* when the phase began */
    uint64_t stalled;  /* when the peer was last seen to take too little, 0: nothing is unsent */
    uint64_t acked;    /* by then */
    uint64_t upper_due;
    ac_head_scan scan;
    ac_sb head;        /* as far as it has come, when that was not at once */
    uint8_t address[16];
    ac_phase phase;
    bool busy;         /* bytes are being taken; ac_http_settle comes afterwards */
    bool counted;      /* among those of its address */
    bool any;          /* a request has been answered here */
    bool ip, ipv4, local, tls;
};

struct ac_http_req {
    ac_http_request pub; /* first */
    ac_http_conn *conn;  /* NULL: gone */
    ac_http_server *server;
    ac_head head;
    atomic_bool gone;
    _Atomic uint64_t late; /* on_late is called then; 0: never */
    bool held, deciding, replied, body_taken, body_done, paused, close, in_end;
    int refuse;          /* the status to refuse it with once on_request has returned */
    int status;
    ac_http_body_mode mode;
    uint64_t max, received, sent, since;
    uint64_t paused_at, paused_ms;
    ac_chunk chunk;
    ac_sb body;
    ac_reply *reply;     /* while it is being sent, or on its way from another thread */
    uint64_t source_left;
    bool chunked, parked;
    ac_task task;        /* from another thread */
    ac_reply *answer;
    void (*visit)(ac_http_request *r, void *arg);
    void *visit_arg;
};

typedef struct ac_http_address ac_http_address;

/* ac_http_counts, as they change. */
typedef struct {
    _Atomic uint64_t connections, requests, refused, bad, late, gone;
    _Atomic size_t open, streams, sockets;
} ac_http_tally;

struct ac_http_server {
    ac_loop_member member; /* first */
    ac_loop *loop;
    ac_http_settings settings;
    ac_http_handler handler;
    ac_head_limits limits;
    struct ac_http_listener *listeners;
    ac_http_conn *conns;
    ac_http_address **addresses;
    ac_arena *arenas[64];  /* of requests, to be used again */
    size_t n_arenas;
    ac_http_tally counts;
    ac_sb scratch;         /* heads of answers are written there */
    int64_t date_at;
    char date[AC_FIELD_DATE];
    size_t date_n;
    char id_prefix[9];
    uint64_t ids;
    size_t orphans;        /* requests that somebody holds, though their connections are gone */
    bool stopping;
    ac_wire_room room;
};

enum { AC_HTTP_HIGH = 64 * 1024 /* bytes unsent: before more are made */ };

/* http_conn.c */
void ac_http_conn_prepare(ac_http_conn *c);               /* its handle is there */
void ac_http_conn_begin(ac_http_conn *c);                 /* so is its peer */
void ac_http_settle(ac_http_conn *c);                     /* after anything that may have changed something: send, go on, set the timer */
void ac_http_drop(ac_http_conn *c);                       /* close at once; tell whoever depends on it */
void ac_http_finish(ac_http_conn *c);                     /* what is unsent leaves, then it is closed */
void ac_http_refuse(ac_http_conn *c, int status);         /* there is no request; an error is sent, and it is finished */
static inline bool ac_http_is_over(const ac_http_conn *c) { return c->wire.closing || c->phase == AC_PHASE_OVER; }

/* http_request.c */
void ac_http_begin(ac_http_conn *c, ac_sv head);
size_t ac_http_take_body(ac_http_conn *c, ac_sv bytes);
/** May the Origin of r talk to us? True as well when there is none. */
bool ac_http_origin_ok(const ac_http_req *r);

/* http_answer.c */
void ac_http_write(ac_http_conn *c, ac_http_req *r, ac_reply *p, bool close); /* head and body; r NULL: there is no request */
void ac_http_write_head(ac_http_req *r, const ac_reply *p); /* the head alone; without memory the connection is dropped */
void ac_http_fail(ac_http_req *r, int status, bool tell); /* an error is sent, the connection finished; tell: on_gone */
void ac_http_gone(ac_http_req *r);                        /* the connection is, or has other things to do */
void ac_http_end(ac_http_req *r);                         /* the answer is out */
void ac_http_pump(ac_http_conn *c);                       /* more of the source */
ac_http_conn *ac_http_take_over(ac_http_request *r, const ac_http_upper *upper, void *state, int status); /* r is done with */

/* http_server.c */
void ac_http_conn_closed(ac_http_conn *c);
ac_sv ac_http_date(ac_http_server *s);
void ac_http_leave_if_done(ac_http_server *s);            /* it stops, and the last one has gone */

#endif
