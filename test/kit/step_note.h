/** Test kit: a note for tests of single steps: folded, cut into tokens and plain sentences, marked, with its times. */
#ifndef AC_TEST_KIT_STEP_NOTE_H
#define AC_TEST_KIT_STEP_NOTE_H

#include "nlp/text/fold.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/time/time.h"
#include "nlp/text/token.h"

#include <string.h>

typedef struct {
    ac_arena *arena;
    ac_note note;
} kit_note;

static inline void kit_note_cleanup(kit_note *k) { ac_arena_free(k->arena); }

/* A sentence ends at a line end, and after ". ": enough for the steps that are tested with it. */
static inline bool kit_ends(ac_sv s, size_t i)
{
    return i >= s.n || s.p[i] == '\n' || (s.p[i] == ' ' && i && s.p[i - 1] == '.');
}

static inline bool kit_sentences(ac_note *n)
{
    uint32_t token = 0;
    for (size_t i = 0; i <= n->text.n; i++) {
        if (!kit_ends(n->text, i))
            continue;
        uint32_t first = token;
        while (token < n->tokens.n && n->tokens.at[token].begin < i)
            token++;
        if (token == first)
            continue;
        ac_sentence *s = ac_vec_push(&n->sentences, n->arena);
        if (!s)
            return false;
        ac_span span = { n->tokens.at[first].begin, n->tokens.at[token - 1].end };
        *s = (ac_sentence) { .span = span, .token_begin = first, .token_end = token, .turn = AC_NONE };
    }
    return true;
}

/** False when the arena is too small (hostile tests). text is borrowed. */
static inline bool kit_note_init(kit_note *k, ac_sv text, ac_lang lang, ac_date date, size_t max)
{
    *k = (kit_note) { .arena = ac_arena_new(max) };
    if (!k->arena)
        return false;
    k->note = (ac_note) { .arena = k->arena, .text = text, .lang = lang, .note_date = date };
    return ac_fold(text, k->arena, &k->note.folded, NULL) == AC_OK && ac_step_tokens(&k->note, NULL) == AC_OK &&
           kit_sentences(&k->note) && ac_step_times(&k->note, NULL) == AC_OK;
}

/** The note is of 20 May 2023. */
static inline kit_note kit_note_of(const char *text, ac_lang lang)
{
    kit_note k;
    (void)kit_note_init(&k, ac_sv_z(text), lang, (ac_date) { 2023, 5, 20 }, 1 << 22);
    return k;
}

/** The bytes of a span. */
static inline ac_sv kit_text(const kit_note *k, ac_span s) { return ac_span_text(k->note.text, s); }

/** Adds an entity for the first such words after the last entity. Returns its index; AC_NONE when they are not there. */
static inline uint32_t kit_entity(kit_note *k, const char *words, ac_kind kind, const char *concept)
{
    size_t len = strlen(words);
    uint32_t from = k->note.entities.n ? k->note.entities.at[k->note.entities.n - 1].span.end : 0;
    for (size_t i = from; i + len <= k->note.text.n; i++)
        if (memcmp(k->note.text.p + i, words, len) == 0) {
            ac_entity *e = ac_vec_push(&k->note.entities, k->arena);
            if (!e)
                return AC_NONE;
            *e = (ac_entity) { .span = ac_span_of(i, i + len), .kind = (uint8_t)kind, .fact = AC_NONE };
            e->concept = concept ? ac_concept_find(ac_sv_z(concept)) : AC_NONE;
            e->sentence = ac_note_sentence_at(&k->note, e->span.begin);
            return (uint32_t)k->note.entities.n - 1;
        }
    return AC_NONE;
}

#endif
