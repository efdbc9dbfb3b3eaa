/* XML of any bytes, through the reader and the packets to a tree, a record and charts: nothing crashes, and every span lies in its chart. */
#include "adapter/markup/markup.h"
#include "core/media_read.h"
#include "fuzz/fuzz.h"
#include "interop/ccda/ccda_read.h"
#include "interop/chart/chart.h"

#include <stdlib.h>

static bool carry(void *reader, ac_sv packet) { return ac_mr_packet(reader, packet, NULL) == AC_OK; }

static void check(const ac_charts *charts)
{
    for (size_t i = 0; i < charts->n; i++) {
        const ac_chart *c = &charts->at[i];
        for (size_t k = 0; k < c->given.entities.n; k++)
            if (c->given.entities.at[k].span.end > c->text.n)
                abort();
        for (size_t k = 0; k < c->given.phi.n; k++)
            if (c->given.phi.at[k].span.end > c->text.n)
                abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 26);
    ac_mr reader;
    ac_mw writer;
    ac_ccda document;
    ac_charts charts;
    if (!a)
        return 0;
    ac_mr_init(&reader, a, 1 << 22);
    ac_mw_init(&writer, carry, &reader, 1 << 22);
    ac_markup_read(AC_MEDIA_XML, (ac_sv) { (const char *)data, n }, &writer);
    (void)ac_mw_done(&writer);
    if (ac_mr_end(&reader, NULL) == AC_OK && reader.failed == AC_MEDIA_OK && reader.tree && ac_ccda_is(reader.tree) &&
        ac_ccda_read(reader.tree, a, &document, NULL) == AC_OK &&
        ac_charts_make(&(ac_chart_source) { .record = &document.record }, a, &charts, NULL) == AC_OK)
        check(&charts);
    ac_mw_cleanup(&writer);
    ac_mr_cleanup(&reader);
    return 0;
}
