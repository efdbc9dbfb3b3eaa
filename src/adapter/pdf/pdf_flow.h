/** The order in which the words of a page are read: row by row, as tables and forms want it, but column after column where both
 *  sides of a gutter are running text. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_FLOW_H
#define AC_ADAPTER_PDF_FLOW_H

#include "core/media_write.h"

typedef struct {
    ac_sv text;
    ac_box box;
} ac_flow_word;

typedef struct {
    ac_flow_word *at;
    size_t n, cap;
    ac_arena *arena;          /* borrowed: of the texts, and of those that joining makes */
    int turn;                 /* quarters clockwise by which the text lies on the page; */
    float width, height;      /* and the size of the page, which are asked for when it does */
} ac_flow_words;

/** Append; false when there is no memory. */
bool ac_flow_add(ac_flow_words *words, ac_sv text, ac_box box);
void ac_flow_words_cleanup(ac_flow_words *words);

/** Write all words of a page; their order changes. */
void ac_flow_write(ac_flow_words *words, ac_mw *out);

/** The same for the words of a cell: lines are parted by that and nothing else. */
void ac_flow_write_cell(ac_flow_words *words, ac_gap lines, ac_mw *out);

#endif
