/** The worker's side of a document on its way out of the sandbox: readers of formats call these, and packets leave through send.
 *  Whatever fails once (the other side has gone, a limit) makes all later calls do nothing; ac_mw_done reports it.
 *
 *  Text is built from words: each call says what comes next, the writer puts blanks and line ends between, never two of a kind.
 *  One thread. */
#ifndef AC_CORE_MEDIA_WRITE_H
#define AC_CORE_MEDIA_WRITE_H

#include "core/layout.h"
#include "core/tree.h"

enum { AC_MEDIA_PACKET_MAX = 32 * 1024 };

/*    type of a packet; its payload is described at the function that writes it */
#define AC_PACKET_LIST(X)                                                                                              \
    X(AC_PACKET_TYPE) X(AC_PACKET_TEXT) X(AC_PACKET_WORDS) X(AC_PACKET_PAGE) X(AC_PACKET_PAGE_END) X(AC_PACKET_CELLS)  \
    X(AC_PACKET_META) X(AC_PACKET_WARNING) X(AC_PACKET_ATTACHMENT) X(AC_PACKET_ELEMENT) X(AC_PACKET_CHARS)             \
    X(AC_PACKET_ELEMENT_END) X(AC_PACKET_PROGRESS) X(AC_PACKET_FILE) X(AC_PACKET_ERROR) X(AC_PACKET_DONE)              \
    X(AC_PACKET_REGION) X(AC_PACKET_HEADING)                                                                           \
    X(AC_PACKET_BACK) /* what came of the page that is open is taken back, and the page, too; before pages, all */     \
    X(AC_PACKET_BATCH) /* others, each after its length as u32: what is small travels together (os/channel.h) */
#define AC_PACKET_ENUM(id) id,
typedef enum { AC_PACKET_LIST(AC_PACKET_ENUM) AC_PACKETS } ac_packet;
#undef AC_PACKET_ENUM

typedef enum { AC_GAP_NONE, AC_GAP_BLANK, AC_GAP_LINE, AC_GAP_BLOCK, AC_GAP_PAGE } ac_gap;

typedef struct {
    bool (*send)(void *context, ac_sv packet); /* false: nobody reads any more */
    void *context;
    uint64_t max_text;           /* bytes of text, attribute values and names together: more is AC_MEDIA_TOO_LARGE */
    /* private */
    ac_media_note failed;        /* the first reason, AC_MEDIA_OK while there is none */
    bool gone;                   /* send has refused */
    uint64_t text, spent;        /* bytes of text so far; of all that counts against max_text */
    uint32_t words, pages, depth, page_begin;
    ac_gap gap;                  /* to be written before what comes next */
    bool on_page, in_cell, in_heading;
    ac_cell cell;
    uint32_t heading;            /* where it begins; UINT32_MAX before its first text */
    ac_sb out, pending;          /* the packet being made; words that wait for their text */
} ac_mw;

void ac_mw_init(ac_mw *w, bool (*send)(void *, ac_sv), void *context, uint64_t max_text);
void ac_mw_cleanup(ac_mw *w);

/** Go on behind another reader that has written so much. */
void ac_mw_resume(ac_mw *w, uint32_t pages, uint32_t text, uint32_t words);
/** That one failed: take back what it said of a page that it did not end. */
void ac_mw_back(ac_mw *w);

/** What the document is, "application/pdf"; first of all. */
void ac_mw_type(ac_mw *w, ac_sv media_type);

/* ---- text ---- */
/** Part what comes next from what was: the widest gap asked for wins; none before the first text, none twice. */
void ac_mw_gap(ac_mw *w, ac_gap gap);
/** Text without a place, valid UTF-8 (else it is dropped); blanks and line feeds within are kept, other control bytes become blanks. */
void ac_mw_text(ac_mw *w, ac_sv text);
/** A word with its place on the page that is open. */
void ac_mw_word(ac_mw *w, ac_sv word, ac_box box, int confidence);
void ac_mw_page(ac_mw *w, float width, float height);
void ac_mw_page_end(ac_mw *w, ac_page_source source, float turned);
/** What is written until the end is that cell of a table. Cells do not nest: the outer one ends where an inner one begins. */
void ac_mw_cell(ac_mw *w, uint32_t table, uint32_t row, uint32_t column);
void ac_mw_cell_end(ac_mw *w);
/** What is written until the end is a heading; in cells, too. */
void ac_mw_heading(ac_mw *w);
void ac_mw_heading_end(ac_mw *w);
void ac_mw_meta(ac_mw *w, ac_sv name, ac_sv value);
void ac_mw_attachment(ac_mw *w, ac_sv name, ac_sv type, uint64_t bytes);
void ac_mw_warn(ac_mw *w, ac_media_note note, uint32_t page);
void ac_mw_region(ac_mw *w, ac_region region);

/* ---- XML ---- */
void ac_mw_element(ac_mw *w, ac_sv space, ac_sv name, uint32_t line, const ac_tree_attr *attrs, size_t n);
void ac_mw_chars(ac_mw *w, ac_sv text);
void ac_mw_element_end(ac_mw *w);

/** A sign of life: done of total pages or parts. */
void ac_mw_progress(ac_mw *w, uint32_t done, uint32_t total);
/** Bytes of the file that the worker makes, in order (redaction, annotation). */
void ac_mw_file(ac_mw *w, ac_sv bytes);

/** Give up: the whole document fails for that reason. The first reason stands. */
void ac_mw_fail(ac_mw *w, ac_media_note reason);
/** Has it failed? Readers of formats should stop then. */
static inline bool ac_mw_over(const ac_mw *w) { return w->gone || w->failed != AC_MEDIA_OK; }
/** The last packet: DONE with the totals, or ERROR with the reason. False when it could not be sent. */
bool ac_mw_done(ac_mw *w);

#endif
