/** Port: reading what is not plain text (PDF, pictures, Office files, XML), away from this process. */
#ifndef AC_PORT_MEDIA_H
#define AC_PORT_MEDIA_H

#include "core/layout.h"
#include "core/tree.h"

typedef struct ac_media ac_media;

typedef struct {
    ac_sv lang;                  /* of text recognition: "en", "es", or empty for both */
    uint64_t max_bytes;          /* of text that may come out */
    uint32_t max_pages;          /* 0: no limit of their number */
    bool ocr_all;                /* look for words in every picture, however small, of pages that have text, too */
    uint32_t deadline_ms;        /* for the whole document; 0: the worker's own */
    bool (*progress)(void *context, uint32_t done, uint32_t total); /* may be NULL; false ends it: AC_ECANCELLED */
    void (*heard)(void *context, ac_sv packet); /* may be NULL: what the reader says (core/media_read.h), to be kept */
    void *context;
} ac_media_options;

/** One of the two is filled. */
typedef struct {
    ac_layout layout;
    const ac_tree_node *tree;    /* of an XML document, else NULL */
} ac_media_document;

typedef enum { AC_CHANGE_REDACT, AC_CHANGE_ANNOTATE } ac_media_change;

typedef struct {
    const char *name;
    ac_rc (*read)(ac_media *, const ac_media_options *, ac_sv bytes, ac_arena *, ac_media_document *, ac_err *);
    ac_rc (*change)(ac_media *, const ac_media_options *, ac_media_change, ac_sv bytes, const ac_layout *, ac_sb *, ac_err *);
    void (*free)(ac_media *);
} ac_media_ops;

struct ac_media {
    const ac_media_ops *ops;     /* first member of each adapter's struct */
};

/** Read one document.
 *  bytes   borrowed until it returns
 *  arena   owns the document
 *  errors  AC_EINPUT with the reason (ac_media_note), AC_ELIMIT, AC_ENOMEM, AC_EIO (no worker, or it died), AC_ECANCELLED
 *  thread  any; calls from several threads run side by side */
AC_NODISCARD static inline ac_rc ac_media_read(ac_media *m, const ac_media_options *opt, ac_sv bytes, ac_arena *arena,
                                               ac_media_document *out, ac_err *err)
{
    return m->ops->read(m, opt, bytes, arena, out, err);
}

/** Make a new document of the same kind from a PDF or a file of pictures, or a DOCX or ODT of words alone.
 *  how     AC_CHANGE_REDACT of a DOCX or ODT (edit->media_type): it is made of edit->text and cells, and of nothing else. AC_CHANGE_REDACT of
 *          pages: edit->regions are painted over, and nothing of the old file but the pictures of its pages goes into the new one,
 *          with the words of edit, which must lie in no region, above them. AC_CHANGE_ANNOTATE: the regions are framed
 *  bytes   borrowed
 *  edit    regions, pages, words with text in edit->text; borrowed
 *  out     appended to; its limit is that of the new file. What it holds after an error is worth nothing
 *  errors  as ac_media_read */
AC_NODISCARD static inline ac_rc ac_media_make(ac_media *m, const ac_media_options *opt, ac_media_change how, ac_sv bytes,
                                               const ac_layout *edit, ac_sb *out, ac_err *err)
{
    return m->ops->change(m, opt, how, bytes, edit, out, err);
}
static inline void ac_media_free(ac_media *m)
{
    if (m)
        m->ops->free(m);
}

#endif
