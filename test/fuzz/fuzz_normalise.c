#include "nlp/text/normalise.h"

#include "base/mem.h"
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <utf8proc.h>

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Valid UTF-8 without control characters, and offsets that only go forward. */
static void check_text(const ac_source *s)
{
    uint64_t before = 0;
    for (size_t i = 0, step; i < s->text.n; i += step) {
        utf8proc_int32_t cp;
        utf8proc_ssize_t len =
            utf8proc_iterate((const utf8proc_uint8_t *)s->text.p + i, (utf8proc_ssize_t)(s->text.n - i), &cp);
        require(len > 0 && cp != 0x7F && (cp >= ' ' || cp == '\n' || cp == '\t') && !(cp >= 0x80 && cp < 0xA0));
        step = (size_t)len;
        uint64_t at = ac_source_offset(s, (uint32_t)i);
        require(at >= before && at < s->coverage.bytes_in);
        require(ac_source_text_at(s, at) <= i);
        before = at;
    }
}

static void check_map(const ac_source *s, ac_arena *a)
{
    ac_cp_map m;
    if (ac_cp_map_new(s->text, a, &m, NULL) != AC_OK)
        return;
    uint32_t cps = ac_cp_of_byte(&m, (uint32_t)s->text.n);
    for (uint32_t cp = 0; cp < cps; cp++)
        require(ac_cp_of_byte(&m, ac_byte_of_cp(&m, cp)) == cp);
    require(ac_byte_of_cp(&m, cps) == s->text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_source s = { 0 };
    if (ac_normalise((ac_sv) { (const char *)data, n }, 1 << 20, a, &s, NULL) != AC_OK)
        return 0;
    require(s.coverage.bytes_in == n && s.coverage.bytes_read + s.coverage.bytes_dropped == n);
    require(s.pieces[s.n_pieces - 1].text == s.text.n && s.pieces[s.n_pieces - 1].source == n);
    require(ac_source_offset(&s, (uint32_t)s.text.n) == n && ac_source_text_at(&s, n) == s.text.n);
    check_text(&s);
    check_map(&s, a);
    return 0;
}
