/** For the tests of redacted copies: as if the engine had found nothing but what the structure calls an identifier. */
#ifndef AC_INTEROP_SHEET_TESTING_H
#define AC_INTEROP_SHEET_TESTING_H

#include "interop/sheet.h"

static inline uint32_t ac_sheet_same_place(const void *ctx, uint32_t at) { return (void)ctx, at; }

/** Close the sheet and fill it, with "#" for each identifier. */
static inline ac_rc ac_sheet_fill_hashes(ac_sheet *sheet, ac_arena *arena)
{
    AC_TRY(NULL, ac_sheet_close(sheet, NULL));
    ac_deidentified made = { .cuts = ac_arena_alloc(arena, (sheet->given.phi.n + 1) * sizeof(ac_deid_cut)), .n_cuts = sheet->given.phi.n };
    for (size_t i = 0; i < made.n_cuts; i++)
        made.cuts[i] = (ac_deid_cut) { sheet->given.phi.at[i].span, AC_SV("#"), 0 };
    return ac_sheet_fill(sheet, sheet->text, &made, ac_sheet_same_place, NULL, NULL);
}

#endif
