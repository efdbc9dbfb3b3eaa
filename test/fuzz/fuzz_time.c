/* Times: ascending, never overlapping, inside the text, with dates that exist; in both languages. */
#include "nlp/time/time.h"

#include "fuzz/fuzz.h"
#include "kit/step_note.h"
#include "nlp/time/calendar.h"

#include <math.h>
#include <stdlib.h>

static void check(const ac_note *note)
{
    for (size_t i = 0; i < note->times.n; i++) {
        const ac_time_expr *t = &note->times.at[i];
        if (t->span.begin >= t->span.end || t->span.end > note->text.n || (i && t->span.begin < note->times.at[i - 1].span.end))
            abort();
        if (t->kind > AC_TIME_CLOCK || !isfinite(t->amount) || (t->date.year && !ac_date_valid(t->date)))
            abort();
        if (t->unit && ac_period_ucum(t->unit).n == 0)
            abort();
    }
    if (note->note_date.year && !ac_date_valid(note->note_date))
        abort();
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
