/* Doses, values, attributes and links of entities put on every fourth word: every span lies in the text, every link
 * goes to an entity, every number is one. */
#include "nlp/entity/sig.h"

#include "fuzz/fuzz.h"
#include "kit/step_note.h"
#include "nlp/entity/attribute.h"
#include "nlp/entity/measure.h"
#include "nlp/entity/relation.h"

#include <math.h>
#include <stdlib.h>

static void plant(ac_note *note)
{
    for (uint32_t i = 0; i < note->tokens.n; i += 4) {
        ac_entity *e = ac_vec_push(&note->entities, note->arena);
        if (!e)
            return;
        *e = (ac_entity) { .span = { note->tokens.at[i].begin, note->tokens.at[i].end }, .fact = AC_NONE };
        e->kind = (uint8_t)(i / 4 % AC_KIND_COUNT);
        e->concept = i % 8 ? AC_NONE : (uint32_t)(i % ac_lexicon_size());
        e->sentence = ac_note_sentence_at(note, e->span.begin);
    }
}

static void check(const ac_note *note)
{
    for (size_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        for (size_t k = 0; k < e->attrs.n; k++) {
            const ac_attr *a = &e->attrs.at[k];
            if (a->span.begin >= a->span.end || a->span.end > note->text.n || a->kind >= AC_ATTR_COUNT)
                abort();
            if (a->entity != AC_NONE && a->entity >= note->entities.n)
                abort();
            if (!isfinite(a->quantity.low) || !isfinite(a->quantity.high) || !isfinite(a->timing.count))
                abort();
        }
        (void)ac_sig_supports(note, e->span);
        (void)ac_measure_supports(note, e->span);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    for (ac_lang lang = 0; lang < AC_LANG_COUNT; lang++) {
        kit_note k;
        if (kit_note_init(&k, (ac_sv) { (const char *)data, n }, lang, (ac_date) { 2023, 5, 20 }, 1 << 26)) {
            plant(&k.note);
            if (ac_step_measures(&k.note, NULL) == AC_OK && ac_step_sig(&k.note, NULL) == AC_OK &&
                ac_step_attributes(&k.note, NULL) == AC_OK && ac_step_relations(&k.note, NULL) == AC_OK)
                check(&k.note);
        }
        kit_note_cleanup(&k);
    }
    return 0;
}
