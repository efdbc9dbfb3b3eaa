/** Tables whose lines are drawn: the cells between the rules of a page. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_GRID_H
#define AC_ADAPTER_PDF_GRID_H

#include "adapter/pdf/pdf_core.h"
#include "base/arena.h"
#include "core/layout.h"

/** A lattice; a cell that spans some of its fields is known by the first of them, at its upper left. */
typedef struct {
    ac_box box;
    float *x, *y;              /* columns + 1, rows + 1 of them, ascending */
    uint32_t columns, rows;
    uint32_t *first;           /* of each field, row by row: the field that its cell begins with */
} ac_grid;

typedef AC_VEC(ac_grid) ac_grids;

/** Grids of at least two rows and columns, in the order of their upper edges; those within others are left out.
 *  arena   owns them. False when it is full */
bool ac_grids_of(const ac_pdf_rule *rules, size_t n, ac_arena *arena, ac_grids *out);

/** The field of the grid where that point lies; UINT32_MAX outside of it. */
uint32_t ac_grid_field(const ac_grid *g, float x, float y);

#endif
