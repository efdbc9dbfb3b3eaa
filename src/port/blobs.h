/** Port: large bytes, sealed before they come here. A blob is written once, as a stream, and is there as a whole or not
 * at all. */
#ifndef AC_PORT_BLOBS_H
#define AC_PORT_BLOBS_H

#include "base/str.h"
#include "core/id.h"

typedef struct ac_blobs ac_blobs;
typedef struct ac_blob ac_blob; /* one that is being written */

typedef struct {
    const char *name;
    ac_rc (*begin)(ac_blobs *, ac_id, bool over, ac_blob **out, ac_err *);
    ac_rc (*add)(ac_blob *, ac_sv, ac_err *);
    ac_rc (*end)(ac_blob *, ac_err *);
    void (*abandon)(ac_blob *);
    ac_rc (*read)(ac_blobs *, ac_id, uint64_t at, size_t n, ac_sb *out, ac_err *);
    ac_rc (*size)(ac_blobs *, ac_id, uint64_t *out, ac_err *);
    ac_rc (*remove)(ac_blobs *, ac_id, ac_err *);
    ac_rc (*each)(ac_blobs *, void (*seen)(void *, ac_id), void *, ac_err *);
    void (*free)(ac_blobs *);
} ac_blobs_ops;

struct ac_blobs {
    const ac_blobs_ops *ops; /* first member of each adapter's struct */
};
struct ac_blob {
    ac_blobs *blobs; /* first member of each adapter's struct */
};

/** Begin a new one. To be ended or abandoned. errors  AC_ECONFLICT (the id is taken), AC_EIO (with the reason: disk
 * full ...), AC_ENOMEM */
AC_NODISCARD static inline ac_rc ac_blob_begin(ac_blobs *b, ac_id id, ac_blob **out, ac_err *err)
{
    return b->ops->begin(b, id, false, out, err);
}
/** The same, and one of that id that is there is no conflict: the new one takes its place when it is ended, and until
 * then the old one is read. errors  AC_ECONFLICT: one is being written */
AC_NODISCARD static inline ac_rc ac_blob_begin_over(ac_blobs *b, ac_id id, ac_blob **out, ac_err *err)
{
    return b->ops->begin(b, id, true, out, err);
}
AC_NODISCARD static inline ac_rc ac_blob_add(ac_blob *b, ac_sv bytes, ac_err *err)
{
    return b->blobs->ops->add(b, bytes, err);
}
/** It is on the disk when this returns AC_OK. b is gone in any case. */
AC_NODISCARD static inline ac_rc ac_blob_end(ac_blob *b, ac_err *err) { return b->blobs->ops->end(b, err); }
/** Nothing of it stays. NULL is fine. */
static inline void ac_blob_abandon(ac_blob *b)
{
    if (b)
        b->blobs->ops->abandon(b);
}
static inline void ac_blob_cleanup_ptr(ac_blob **b) { ac_blob_abandon(*b); }

/** Append bytes [at, at + n) to out, fewer at its end. errors  AC_ENOTFOUND, AC_EIO, AC_ENOMEM, AC_ELIMIT */
AC_NODISCARD static inline ac_rc ac_blobs_read(ac_blobs *b, ac_id id, uint64_t at, size_t n, ac_sb *out, ac_err *err)
{
    return b->ops->read(b, id, at, n, out, err);
}
AC_NODISCARD static inline ac_rc ac_blobs_size(ac_blobs *b, ac_id id, uint64_t *out, ac_err *err)
{
    return b->ops->size(b, id, out, err);
}
/** Not there is fine. */
AC_NODISCARD static inline ac_rc ac_blobs_remove(ac_blobs *b, ac_id id, ac_err *err)
{
    return b->ops->remove(b, id, err);
}
/** All that were ended, in no order. */
AC_NODISCARD static inline ac_rc ac_blobs_each(ac_blobs *b, void (*seen)(void *context, ac_id id), void *context,
                                               ac_err *err)
{
    return b->ops->each(b, seen, context, err);
}
static inline void ac_blobs_free(ac_blobs *b)
{
    if (b)
        b->ops->free(b);
}
static inline void ac_blobs_cleanup_ptr(ac_blobs **b) { ac_blobs_free(*b); }

#endif
