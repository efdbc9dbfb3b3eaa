/* Quantities: where one is found, it lies in the text, ends after it began, and its numbers are numbers. */
#include "nlp/entity/quantity.h"

#include "fuzz/fuzz.h"
#include "kit/step_note.h"

#include <math.h>
#include <stdlib.h>

static void check(const ac_note *note)
{
    for (uint32_t i = 0; i < note->tokens.n; i++) {
        ac_measured m;
        if (!ac_measured_at(note, i, &m))
            continue;
        if (m.begin != i || m.number_end <= i || m.end < m.number_end || m.end > note->tokens.n || !m.q.has)
            abort();
        if (!isfinite(m.q.low) || !isfinite(m.q.high) || (!m.q.pair && m.q.high < m.q.low) || m.q.cmp > AC_CMP_ABOUT)
            abort();
        double v;
        if (m.q.unit.n && (!ac_unit_convert(m.q.low, m.q.unit, m.q.unit, &v) || v != m.q.low))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    for (ac_lang lang = 0; lang < AC_LANG_COUNT; lang++) {
        kit_note k;
        if (kit_note_init(&k, (ac_sv) { (const char *)data, n }, lang, (ac_date) { 0 }, 1 << 26))
            check(&k.note);
        kit_note_cleanup(&k);
    }
    return 0;
}
