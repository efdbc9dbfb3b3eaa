#include "nlp/text/section.h"

#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "nlp/text/fold.h"
#include "nlp/text/language.h"
#include "nlp/text/normalise.h"

#include <stdlib.h>

static void require(bool ok)
{
    if (!ok)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64 << 20);
    ac_source source;
    double confidence;
    if (ac_normalise((ac_sv) { (const char *)data, n }, 1 << 20, a, &source, NULL) != AC_OK)
        return 0;
    ac_note note = { .arena = a, .text = source.text };
    note.lang = ac_detect_language(note.text, &confidence);
    require(confidence >= 0 && confidence <= 1);
    if (ac_fold(note.text, a, &note.folded, NULL) != AC_OK || ac_step_sections(&note, NULL) != AC_OK)
        return 0;
    uint32_t at = 0;
    for (size_t i = 0; i < note.sections.n; i++) { /* they cover the text in order; a header lies in its section */
        const ac_section *s = &note.sections.at[i];
        require(s->span.begin == at && s->span.end > at && s->type < AC_SECTION_SYSTEM);
        require(ac_span_len(s->header) == 0 ? i == 0 || s->type == AC_SECTION_UNKNOWN : ac_span_contains(s->span, s->header));
        at = s->span.end;
    }
    require(at == note.text.n);
    return 0;
}
