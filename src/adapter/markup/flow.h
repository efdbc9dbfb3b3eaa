/* Running text on its way to core/media_write.h: white space collapses, paragraphs and rows become lines, tables become cells, and
 * what stands elsewhere than where it was written (text boxes, notes, comments) waits in a flow_side. */
#ifndef AC_ADAPTER_MARKUP_FLOW_H
#define AC_ADAPTER_MARKUP_FLOW_H

#include "core/media_write.h"

enum { FLOW_TABLES_MAX = 16, FLOW_COLUMNS_MAX = 64, FLOW_LABEL_MAX = 64 };

typedef struct {
    char text[FLOW_LABEL_MAX];
    size_t n;
} flow_item;

typedef struct {
    uint32_t id, row, column;
    bool in_row, in_cell;
    bool fresh;                 /* nothing is written in the cell yet */
    bool lines;                 /* a cell of the row had more than one line */
    uint16_t covered[FLOW_COLUMNS_MAX]; /* rows still covered by a cell of a row above */
} flow_table;

/* Text that waits: lines end in '\n', blocks in two. Zeroed with a limit: FLOW_SIDE(bytes). */
typedef struct {
    ac_sb text;
    ac_gap gap;
    /* private: what was open where it is written */
    uint32_t base;
    flow_item item;
} flow_side;
#define FLOW_SIDE(limit) ((flow_side) { .text = AC_SB(limit) })

typedef struct {
    ac_mw *out;
    flow_side *side;            /* where text goes instead of out; NULL: to out */
    bool keep_blanks;           /* as in <pre>: blanks and line ends stand as written */
    bool raised;                /* superscript: "10" and a raised "9" are "10^9", never "109" */
    /* private */
    ac_gap gap;
    char last;                  /* byte written */
    flow_item item;
    uint64_t puts;              /* pieces of text written, anywhere */
    uint32_t blanks, tables, depth, skipped; /* skipped: tables nested deeper than FLOW_TABLES_MAX */
    flow_table table[FLOW_TABLES_MAX];
} flow;

/* UTF-8. No-break and other wide blanks are blanks; soft hyphens and marks without width are dropped. */
void flow_text(flow *f, ac_sv text);
void flow_gap(flow *f, ac_gap gap);
/* What stands before the next text of an item ("- ", "2."), on a line of its own with it; empty: the item is over. Longer than
 * FLOW_LABEL_MAX it is left out. */
void flow_label(flow *f, ac_sv label);
/* Text on the line is wanted next, whatever gap was asked for (two paragraphs joined). */
void flow_join(flow *f);

void flow_table_begin(flow *f);
void flow_table_end(flow *f);
void flow_row(flow *f);
void flow_row_end(flow *f);
void flow_cell(flow *f, uint32_t columns, uint32_t rows); /* that it spans, 1 when none */
void flow_cell_at(flow *f, uint32_t row, uint32_t column);
void flow_cell_end(flow *f);

/* Send text elsewhere; returns what it was sent to before, for flow_return. */
flow_side *flow_divert(flow *f, flow_side *side);
void flow_return(flow *f, flow_side *before);
/* Write what waits after a gap, and forget it. */
void flow_replay(flow *f, flow_side *side, ac_gap gap);
/* Is text one of those that told remembers? Else it is now. What sections repeat is told once. */
bool flow_is_told(ac_sb *told, ac_sv text);
static inline void flow_side_cleanup(flow_side *side) { ac_sb_cleanup(&side->text); }

#endif
