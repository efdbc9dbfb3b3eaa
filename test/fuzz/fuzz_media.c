/* Packets of a worker that has been taken over: first a byte for the length of each, then the packet. What is accepted keeps its promises. */
#include "core/media_read.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>

static void check(const ac_layout *l)
{
    uint32_t after = 0;
    for (size_t i = 0; i < l->words.n; i++) {
        const ac_word *w = &l->words.at[i];
        if (w->span.begin < after || w->span.end <= w->span.begin || w->span.end > l->text.n || w->page >= l->pages.n)
            abort();
        after = w->span.end;
    }
    for (size_t i = 0; i < l->pages.n; i++)
        if (l->pages.at[i].span.end > l->text.n || l->pages.at[i].source >= AC_PAGE_SOURCES)
            abort();
    for (size_t i = 0; i < l->cells.n; i++)
        if (l->cells.at[i].span.begin > l->cells.at[i].span.end || l->cells.at[i].span.end > l->text.n)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 24);
    ac_mr r;
    if (!a)
        return 0;
    ac_mr_init(&r, a, 1 << 20);
    ac_rc rc = AC_OK;
    for (size_t at = 0; at < n && rc == AC_OK;) {
        const size_t length = data[at] < n - at - 1 ? data[at] : n - at - 1;
        rc = ac_mr_packet(&r, (ac_sv) { (const char *)data + at + 1, length }, NULL);
        at += 1 + length;
    }
    if (rc == AC_OK && ac_mr_end(&r, NULL) == AC_OK && r.failed == AC_MEDIA_OK)
        check(&r.layout);
    ac_mr_cleanup(&r);
    return 0;
}
