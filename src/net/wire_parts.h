/** Private to wire.c and wire_tls.c. */
#ifndef AC_NET_WIRE_PARTS_H
#define AC_NET_WIRE_PARTS_H

#include "net/wire.h"

struct ac_wire_segment {
    ac_wire_segment *next;
    size_t at;              /* bytes sent of it */
    ac_sb bytes;
};

typedef struct ac_wire_writing {
    uv_write_t request; /* first */
    ac_wire_segment *first;
    size_t n;
} ac_wire_writing;

typedef struct ac_wire_tls {
    struct ssl_st *ssl;
    ac_sv in;               /* what came and was not read yet */
    ac_sb plain;            /* read, but not taken */
    bool ended;             /* the peer said that it sends no more */
    ac_wire_queue out;      /* encrypted */
} ac_wire_tls;

bool ac_wire_queue_add(ac_wire_queue *q, ac_sv bytes); /* false: no memory */
void ac_wire_queue_take(ac_wire_queue *q, size_t n);   /* these have left */
void ac_wire_queue_cleanup(ac_wire_queue *q);

size_t ac_wire_deliver(ac_wire *w, ac_sv bytes);        /* how many were taken */

/* TLS, on a wire that has it */
void ac_wire_tls_read(ac_wire *w, ac_sv *raw);          /* decrypt and deliver; what is left of raw was not needed yet */
bool ac_wire_tls_encrypt(ac_wire *w);                   /* from w->out to tls->out; false: it cannot go on */
void ac_wire_tls_goodbye(ac_wire *w);
void ac_wire_tls_cleanup(ac_wire *w);

#endif
