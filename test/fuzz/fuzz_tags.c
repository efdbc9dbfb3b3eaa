/* Both languages' taggers over any text: mentions and identifiers lie in the text, in order and apart, with a confidence. */
#include "fuzz/fuzz.h"
#include "nlp/pipeline.h"
#include "nlp/text/normalise.h"

#include <stdlib.h>

static void check(const ac_note *note)
{
    for (size_t i = 0; i < note->mentions.n; i++) {
        const ac_mention *m = &note->mentions.at[i];
        if (m->span.begin >= m->span.end || m->span.end > note->text.n || (i && note->mentions.at[i - 1].span.end > m->span.begin))
            abort();
        if (!m->type.n || !m->model.n || !(m->confidence >= 0 && m->confidence <= 1))
            abort();
    }
    for (size_t i = 0; i < note->phi.n; i++) {
        const ac_phi_item *p = &note->phi.at[i];
        if (p->span.begin >= p->span.end || p->span.end > note->text.n || (i && note->phi.at[i - 1].span.end > p->span.begin))
            abort();
        if (!(p->confidence >= 0 && p->confidence <= 1))
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    for (ac_lang lang = 0; lang < AC_LANG_COUNT; lang++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)64 << 20);
        ac_source source;
        if (!arena || ac_normalise((ac_sv) { (const char *)data, n }, 1 << 20, arena, &source, NULL) != AC_OK)
            return 0;
        ac_note note = { .arena = arena, .text = source.text, .lang = lang };
        if (ac_analyse(&note, NULL) == AC_OK)
            check(&note);
    }
    return 0;
}
