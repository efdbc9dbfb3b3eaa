/* The walker of an OpenDocument's content and of the headers and footers in its styles. */
#ifndef AC_ADAPTER_MARKUP_ODT_TEXT_H
#define AC_ADAPTER_MARKUP_ODT_TEXT_H

#include "adapter/markup/flow.h"
#include "adapter/markup/odt_style.h"

enum { ODT_NESTED_MAX = 64, ODT_SIDE_MAX = 16 * 1024 * 1024 };

typedef enum { ODT_BODY, ODT_HEADERS, ODT_FOOTERS } odt_part;

/* A paragraph, or what holds paragraphs of its own: a note, a comment, a text box. */
typedef struct {
    uint32_t paragraphs;        /* that were open around it */
    uint64_t puts;              /* of the flow when it began */
    flow_side *before;          /* where text went */
    bool diverted;
} odt_frame;

typedef struct {
    const odt_style *style;
    int64_t next;
} odt_list;

typedef struct {
    ac_mw *out;
    flow f;
    odt_styles styles;
    odt_part part;
    flow_side boxes, footnotes, endnotes, comments, margin;
    ac_sb value;                /* of the citation or author that is open */
    ac_sb note;                 /* what goes before the next paragraph */
    ac_sb told;                 /* headers and footers */
    bool deleted, hidden, unread;
    /* where the walker is */
    uint32_t depth, skip, raised, active; /* elements open; the one left out; the raised one; the one whose text is wanted */
    uint32_t paragraphs, frames, lists;
    odt_frame frame[ODT_NESTED_MAX];
    odt_list list[ODT_LEVELS];
    int64_t last_number;        /* of the list before, for one that goes on with it */
    bool endnote, in_value;
} odt;

void odt_walk(odt *o, ac_sv bytes, odt_part part);

#endif
