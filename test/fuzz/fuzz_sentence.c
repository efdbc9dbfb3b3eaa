#include "nlp/text/sentence.h"

#include "base/mem.h"
#include "fuzz/fuzz.h"
#include "nlp/text/fold.h"
#include "nlp/text/normalise.h"
#include "nlp/text/section.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"

#include <stdlib.h>

static void require(bool ok)
{
    if (!ok)
        abort();
}

static void check_tokens(const ac_note *note)
{
    for (size_t i = 0; i < note->tokens.n; i++) {
        const ac_token *t = &note->tokens.at[i];
        require(t->begin < t->end && t->end <= note->text.n && (i == 0 || t->begin >= t[-1].end));
    }
}

static void check_turns(const ac_note *note)
{
    require(note->dialogue == (note->turns.n > 0));
    for (size_t i = 0; i < note->turns.n; i++) {
        const ac_turn *t = &note->turns.at[i];
        require(t->label.begin < t->label.end && t->label.end <= t->span.begin && t->span.begin <= t->span.end);
        require(t->span.end <= note->text.n && (i == 0 || t->label.begin >= t[-1].span.end));
    }
}

/* Ascending, never empty, inside their section and turn; every word is in one of them or in a speaker's label. */
static void check_sentences(const ac_note *note)
{
    uint32_t at = 0;
    for (size_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        const ac_section *section = &note->sections.at[s->section];
        require(s->section < note->sections.n && ac_span_contains(section->span, s->span));
        require(s->span.begin >= at && s->span.begin < s->span.end && s->token_begin < s->token_end);
        require(s->turn == AC_NONE || ac_span_contains(note->turns.at[s->turn].span, s->span));
        require(ac_span_len(s->span) <= AC_SENTENCE_MAX && s->token_end <= note->tokens.n);
        at = s->span.end;
    }
    for (size_t i = 0, k = 0; i < note->tokens.n; i++) {
        const ac_token *t = &note->tokens.at[i];
        while (k < note->sentences.n && note->sentences.at[k].span.end <= t->begin)
            k++;
        bool held = k < note->sentences.n && note->sentences.at[k].span.begin <= t->begin;
        require(held || t->kind == AC_TOKEN_PUNCT || note->dialogue);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64 << 20);
    ac_source source;
    if (n == 0 || ac_normalise((ac_sv) { (const char *)data + 1, n - 1 }, 1 << 20, a, &source, NULL) != AC_OK)
        return 0;
    ac_note note = { .arena = a, .text = source.text, .lang = (ac_lang)(data[0] % AC_LANG_COUNT) };
    if (ac_fold(note.text, a, &note.folded, NULL) != AC_OK || ac_step_tokens(&note, NULL) != AC_OK ||
        ac_step_sections(&note, NULL) != AC_OK || ac_step_turns(&note, NULL) != AC_OK ||
        ac_step_sentences(&note, NULL) != AC_OK)
        return 0;
    check_tokens(&note);
    check_turns(&note);
    check_sentences(&note);
    return 0;
}
