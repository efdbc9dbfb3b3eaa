/** Chunked bodies (RFC 9112, 7.1), strict. Pure; one thread at a time. */
#ifndef AC_NET_HTTP_CHUNK_H
#define AC_NET_HTTP_CHUNK_H

#include "base/str.h"

/** All zero: at the beginning. */
typedef struct {
    uint64_t left;   /* bytes of this chunk */
    uint32_t line;   /* bytes of the line, or of all trailers */
    uint8_t digits;
    uint8_t state;
} ac_chunk;

typedef enum { AC_CHUNK_MORE, AC_CHUNK_DATA, AC_CHUNK_END, AC_CHUNK_BAD } ac_chunk_event;

/** Take bytes off *rest until something happened. AC_CHUNK_DATA: *data is a piece of the body, borrowed from *rest; call again.
 *  AC_CHUNK_END: the body is whole; what is left belongs to the next request. Extensions and trailers are dropped. */
ac_chunk_event ac_chunk_take(ac_chunk *c, ac_sv *rest, ac_sv *data);

#endif
