/** For the tests of assertion: cases in one string each, run through the steps that come before. */
#ifndef AC_NLP_CONTEXT_TESTING_H
#define AC_NLP_CONTEXT_TESTING_H

#include "nlp/context/context.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/fold.h"
#include "nlp/text/section.h"
#include "nlp/text/sentence.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"
#include "nlp/time/time.h"

#include <stdio.h>
#include <string.h>

/* A case is one string: "No [fever|absent], but [cough|present]." The first word in brackets is a mention, the last what
 * must be said of it ("gone": dropped). Between them may stand a kind, and a concept: [asthma|problem:asthma|present]. */

enum { ARENA = 8 << 20, MENTIONS = 24, TEXT = 4096 };

typedef struct {
    ac_entity e;
    ac_sv want;
} mention;

typedef struct {
    char text[TEXT];
    size_t n, n_mentions;
    mention mentions[MENTIONS];
} sample;

static ac_entity entity_of(ac_sv spec)
{
    ac_entity e = { .kind = AC_KIND_SYMPTOM, .concept = AC_NONE, .fact = AC_NONE };
    ac_sv kind;
    if (ac_sv_split(&spec, ':', &kind) && kind.n) {
        ac_kind k;
        CHECK(ac_kind_from(kind, &k));
        e.kind = (uint8_t)k;
    }
    if (spec.n) {
        e.concept = ac_concept_find(spec);
        CHECK(e.concept != AC_NONE);
    }
    return e;
}

static void add_mention(sample *s, ac_sv inside)
{
    ac_sv words, spec = AC_SV(""), want = AC_SV(""), part;
    ac_sv_split(&inside, '|', &words);
    while (ac_sv_split(&inside, '|', &part)) {
        spec = want;
        want = part;
    }
    mention *m = &s->mentions[s->n_mentions++];
    *m = (mention) { entity_of(spec), want };
    m->e.span.begin = (uint32_t)s->n;
    memcpy(s->text + s->n, words.p, words.n);
    s->n += words.n;
    m->e.span.end = (uint32_t)s->n;
}

static void read_sample(const char *marked, sample *s)
{
    s->n = s->n_mentions = 0;
    for (const char *p = marked; *p; p++) {
        const char *close = *p == '[' ? strchr(p, ']') : NULL;
        if (close && memchr(p, '|', (size_t)(close - p))) {
            add_mention(s, (ac_sv) { p + 1, (size_t)(close - p - 1) });
            p = close;
        } else
            s->text[s->n++] = *p;
    }
}

static ac_rc prepare(ac_note *note)
{
    AC_TRY(NULL, ac_fold(note->text, note->arena, &note->folded, NULL));
    AC_TRY(NULL, ac_step_tokens(note, NULL));
    AC_TRY(NULL, ac_step_sections(note, NULL));
    AC_TRY(NULL, ac_step_turns(note, NULL));
    AC_TRY(NULL, ac_step_sentences(note, NULL));
    return ac_step_times(note, NULL);
}

static ac_rc run(ac_note *note, const sample *s)
{
    AC_TRY(NULL, prepare(note));
    for (size_t i = 0; i < s->n_mentions; i++) {
        ac_entity *e = ac_vec_push(&note->entities, note->arena);
        if (!e)
            return AC_ELIMIT;
        *e = s->mentions[i].e;
        e->sentence = ac_note_sentence_at(note, e->span.begin);
    }
    return ac_step_context(note, NULL);
}

static const ac_entity *entity_at(const ac_note *note, uint32_t begin)
{
    for (size_t i = 0; i < note->entities.n; i++)
        if (note->entities.at[i].span.begin == begin)
            return &note->entities.at[i];
    return NULL;
}

static bool right(const ac_note *note, const mention *m)
{
    const ac_entity *e = entity_at(note, m->e.span.begin);
    ac_sv got = e ? ac_assertion_name((ac_assertion)e->assertion) : AC_SV("gone");
    if (!ac_sv_eq(got, m->want))
        printf("  %.*s: is %.*s, wants %.*s\n", (int)note->text.n, note->text.p, (int)got.n, got.p, (int)m->want.n, m->want.p);
    return ac_sv_eq(got, m->want);
}

static void check_all(const char *const *cases, size_t n, ac_lang lang)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        sample s;
        read_sample(cases[i], &s);
        ac_note note = { .arena = arena, .text = { s.text, s.n }, .lang = lang, .note_date = { 2020, 6, 1 } };
        CHECK(run(&note, &s) == AC_OK);
        for (size_t k = 0; k < s.n_mentions; k++)
            CHECK(right(&note, &s.mentions[k]));
    }
}

#define CHECK_ALL(lang, ...)                                                                                           \
    do {                                                                                                               \
        static const char *const cases_[] = { __VA_ARGS__ };                                                           \
        check_all(cases_, sizeof cases_ / sizeof cases_[0], lang);                                                     \
    } while (0)
#define EN(...) CHECK_ALL(AC_LANG_EN, __VA_ARGS__)
#define ES(...) CHECK_ALL(AC_LANG_ES, __VA_ARGS__)

#endif
