/** The other side of core/media_write.h: packets of a worker become an ac_layout or an ac_tree. The worker may have been taken over by
 *  its document: nothing that it says is believed (offsets, lengths, counts, UTF-8), and a packet that does not fit ends it all. */
#ifndef AC_CORE_MEDIA_READ_H
#define AC_CORE_MEDIA_READ_H

#include "core/media_write.h"

typedef struct {
    ac_layout layout;
    const ac_tree_node *tree;    /* the root element of an XML document; NULL for all others */
    ac_sb bytes;                 /* the file that the worker has made (ac_mw_file) */
    uint32_t done, total;        /* the last progress */
    ac_media_note failed;        /* why it ended; AC_MEDIA_OK when it is complete */
    bool finished;               /* DONE or ERROR has come */
    /* private */
    ac_arena *arena;
    uint64_t max_bytes;
    ac_sb text;
    ac_tree_node *open, *last[AC_TREE_DEPTH_MAX];
    uint32_t depth;
    bool in_page;
    struct {
        size_t text, words, cells, headings, warnings;
    } before; /* the page that is open */
} ac_mr;

/** arena owns all that is read; max_bytes bounds text and file. */
void ac_mr_init(ac_mr *r, ac_arena *arena, uint64_t max_bytes);
void ac_mr_cleanup(ac_mr *r);
/** errors  AC_EINPUT (no packet of ours), AC_ELIMIT, AC_ENOMEM */
AC_NODISCARD ac_rc ac_mr_packet(ac_mr *r, ac_sv packet, ac_err *err);
/** The stream has ended: complete the layout. errors  AC_EINPUT when neither DONE nor ERROR came */
AC_NODISCARD ac_rc ac_mr_end(ac_mr *r, ac_err *err);

#endif
