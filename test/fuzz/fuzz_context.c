#include "nlp/context/context.h"

#include "fuzz/fuzz.h"
#include "nlp/entity/entity.h"
#include "nlp/text/fold.h"
#include "nlp/text/normalise.h"
#include "nlp/text/section.h"
#include "nlp/text/sentence.h"
#include "nlp/time/time.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"

#include <stdlib.h>

static ac_rc prepare(ac_note *note)
{
    AC_TRY(NULL, ac_fold(note->text, note->arena, &note->folded, NULL));
    AC_TRY(NULL, ac_step_tokens(note, NULL));
    AC_TRY(NULL, ac_step_sections(note, NULL));
    AC_TRY(NULL, ac_step_turns(note, NULL));
    AC_TRY(NULL, ac_step_sentences(note, NULL));
    AC_TRY(NULL, ac_step_times(note, NULL));
    return ac_step_entities(note, NULL);
}

static void require(bool ok)
{
    if (!ok)
        abort();
}

/* Scopes of one kind never overlap, lie inside the note and never reach over their own cue. */
static void check_cues(const ac_note *note, const ac_cue_scopes *cues)
{
    uint32_t last[AC_CUE_COUNT] = { 0 }, cue_before = 0;
    for (size_t i = 0; i < cues->n; i++) {
        const ac_cue_scope *c = &cues->at[i];
        require(c->kind < AC_CUE_COUNT && c->cue.begin < c->cue.end && c->cue.end <= note->text.n);
        require(c->cue.begin >= cue_before && c->scope.begin <= c->scope.end && c->scope.end <= note->text.n);
        cue_before = c->cue.begin;
        if (ac_span_len(c->scope) == 0)
            continue;
        require(c->scope.begin >= last[c->kind]);
        last[c->kind] = c->scope.end;
        char d = ac_cue_direction((ac_cue)c->kind);
        require(d != '>' || c->scope.begin >= c->cue.end);
        require(d != '<' || c->scope.end <= c->cue.begin);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)256 << 20);
    if (n == 0)
        return 0;
    ac_note note = { .arena = arena, .lang = data[0] & 1 ? AC_LANG_ES : AC_LANG_EN };
    ac_source source = { 0 };
    if (!arena || ac_normalise((ac_sv) { (const char *)data, n }, 1 << 20, arena, &source, NULL) != AC_OK)
        return 0;
    note.text = source.text;
    if (prepare(&note) != AC_OK)
        return 0;
    ac_cue_scopes cues = { 0 };
    if (ac_context_cues(&note, arena, &cues, NULL) == AC_OK)
        check_cues(&note, &cues);
    size_t before = note.entities.n;
    if (ac_step_context(&note, NULL) != AC_OK)
        return 0;
    require(note.entities.n <= before);
    for (size_t i = 0; i < note.entities.n; i++) {
        const ac_entity *e = &note.entities.at[i];
        require(e->assertion < AC_ASSERTION_COUNT && e->kind < AC_KIND_COUNT && e->cue.end <= note.text.n);
        require(i == 0 || note.entities.at[i - 1].span.end <= e->span.begin);
    }
    return 0;
}
