#include "kit/note.h"

#include "kit/test.h"
#include "nlp/pipeline.h"

ac_note ac_test_note(ac_arena *arena, const char *text, ac_lang lang)
{
    ac_note note = { .arena = arena, .text = ac_sv_z(text), .lang = lang };
    CHECK(ac_analyse(&note, NULL) == AC_OK);
    return note;
}

const ac_entity *ac_test_entity(const ac_note *note, const char *surface)
{
    for (size_t i = 0; i < note->entities.n; i++)
        if (ac_sv_eq(ac_span_text(note->text, note->entities.at[i].span), ac_sv_z(surface)))
            return &note->entities.at[i];
    return NULL;
}
