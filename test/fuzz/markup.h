/** What fuzz targets of markup share: whatever a reader writes must be in order for the other side of the sandbox. */
#ifndef AC_TEST_FUZZ_MARKUP_H
#define AC_TEST_FUZZ_MARKUP_H

#include "core/media_read.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

static inline bool fuzz_markup_carry(void *context, ac_sv packet)
{
    if (ac_mr_packet(context, packet, NULL) != AC_OK)
        abort();
    return true;
}

static inline int fuzz_markup(void (*read)(ac_sv bytes, ac_mw *out), const uint8_t *data, size_t n)
{
    enum { MAX_TEXT = 1 << 20 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 28);
    AC_AUTO(ac_mr) reader;
    AC_AUTO(ac_mw) writer;
    ac_mr_init(&reader, arena, 4 * MAX_TEXT);
    ac_mw_init(&writer, fuzz_markup_carry, &reader, MAX_TEXT);
    if (arena)
        read((ac_sv) { (const char *)data, n }, &writer);
    if (!ac_mw_done(&writer) || ac_mr_end(&reader, NULL) != AC_OK)
        abort();
    for (size_t i = 0; reader.failed == AC_MEDIA_OK && i < reader.layout.cells.n; i++)
        if (reader.layout.cells.at[i].span.end > reader.layout.text.n)
            abort();
    return 0;
}

#endif
