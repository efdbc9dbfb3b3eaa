/** Private to tls.c and the wires. */
#ifndef AC_NET_TLS_PARTS_H
#define AC_NET_TLS_PARTS_H

#include "net/tls.h"

struct ac_tls {
    struct ssl_ctx_st *context; /* of new connections; those that are open hold theirs */
    struct bio_method_st *method; /* how wires are read and written */
    char *certificate, *key;    /* owned */
    bool tls12;
    int64_t expires;
};

/** How OpenSSL reads and writes a wire; NULL: no memory. */
struct bio_method_st *ac_wire_method_new(void);

#endif
