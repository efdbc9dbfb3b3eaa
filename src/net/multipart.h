/** multipart/form-data (RFC 7578, RFC 2046; strict), piece by piece as the bytes come. Nothing of a part's content is kept. One thread. */
#ifndef AC_NET_MULTIPART_H
#define AC_NET_MULTIPART_H

#include "base/arena.h"

typedef struct {
    ac_sv name;        /* never empty; UTF-8 */
    ac_sv filename;    /* the last part of the path that the sender wrote; p is NULL: no file. Never a name to open */
    ac_sv type;        /* Content-Type as written; empty: none (text/plain) */
} ac_part;

/** Anything but AC_OK ends the reading, and is what ac_multipart_feed returns. */
typedef struct {
    void *context;
    ac_rc (*begin)(void *context, const ac_part *part, ac_err *err); /* views are valid until end() */
    ac_rc (*data)(void *context, ac_sv bytes, ac_err *err);          /* never empty */
    ac_rc (*end)(void *context, ac_err *err);                        /* the part is whole */
} ac_multipart_ops;

typedef struct {
    size_t parts;      /* at most */
    size_t head;       /* bytes of the headers of one part */
    uint64_t part;     /* bytes of one part */
} ac_multipart_limits;

typedef struct ac_multipart ac_multipart;

/** content_type  of the request: "multipart/form-data; boundary=..."
 *  errors  AC_EINPUT (another type, no or a bad boundary), AC_ENOMEM */
AC_NODISCARD ac_rc ac_multipart_new(ac_sv content_type, const ac_multipart_ops *ops, const ac_multipart_limits *limits, ac_multipart **out,
                                    ac_err *err);
void ac_multipart_free(ac_multipart *m); /* NULL is fine */
static inline void ac_multipart_cleanup_ptr(ac_multipart **m) { ac_multipart_free(*m); }

/** The next bytes, cut anywhere. Linear in them.
 *  errors  AC_EINPUT (not as the standard says), AC_ELIMIT, what an operation returned; the reading is over then */
AC_NODISCARD ac_rc ac_multipart_feed(ac_multipart *m, ac_sv bytes, ac_err *err);

/** No more bytes: was the last boundary there? errors  AC_EINPUT */
AC_NODISCARD ac_rc ac_multipart_end(ac_multipart *m, ac_err *err);

#endif
