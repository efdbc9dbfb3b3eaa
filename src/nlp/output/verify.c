#include "nlp/text/fold.h"
#include "nlp/text/token.h"
#include "nlp/output/phrase.h"
#include "nlp/output/verify_judge.h"

#include <stddef.h>
#include <string.h>

/* Every span lies in the note. */
static bool good_evidence(const ac_note *note, const ac_spans *evidence)
{
    for (size_t i = 0; i < evidence->n; i++)
        if (evidence->at[i].begin >= evidence->at[i].end || evidence->at[i].end > note->text.n)
            return false;
    return evidence->n > 0;
}

/* The text is what was said, but for white space and a full stop at the end. */
static bool says(ac_sv text, ac_sv said)
{
    size_t i = 0, k = 0;
    while (i < text.n && k < said.n) {
        if (text.p[i] == said.p[k] && (unsigned char)text.p[i] > ' ') { /* nearly all bytes */
            i++, k++;
            continue;
        }
        bool blank = ac_is_space(text.p[i]);
        if (blank != ac_is_space(said.p[k]) || (!blank && ac_lower(text.p[i]) != ac_lower(said.p[k])))
            return false;
        for (i++; blank && i < text.n && ac_is_space(text.p[i]);)
            i++;
        for (k++; blank && k < said.n && ac_is_space(said.p[k]);)
            k++;
    }
    return k == said.n && (i == text.n || (i + 1 == text.n && text.p[i] == '.'));
}

/* The evidence itself, from word to word, with the cues of all that it mentions: most statements of a SOAP note. Whoever finds one word
 * of it changed asks the judge, who takes a hundred times as long. */
static bool is_quote(const ac_judge *j, ac_sv text)
{
    ac_span span = j->evidence->at[0];
    ac_sv note = j->note->text;
    return j->evidence->n == 1 && ac_fold_word_ends(note, span.begin) && ac_fold_word_ends(note, span.end) &&
           says(text, ac_span_text(note, span)) && !ac_judge_cue_elsewhere(j);
}

/* All that the evidence mentions is simply there. */
static bool all_present(const ac_judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (j->note->entities.at[i].assertion != AC_PRESENT)
                return false;
    }
    return true;
}

/* A piece of one line from token to token that the evidence covers, but for blanks: "Lisinopril 20 mg PO daily" of a drug, its dose, its
 * route and its frequency. When all that it mentions is there and nothing in it negates, nobody can say it wrongly. A number at the end
 * of one piece of evidence is left to the judge, who asks for its unit. */
static bool is_piece(const ac_judge *j, ac_sv text)
{
    const ac_spans *e = j->evidence;
    const ac_note *note = j->note;
    ac_span hull = ac_span_of(e->at[0].begin, e->at[e->n - 1].end);
    if (e->n < 2 || !note->phrases)
        return false;
    for (size_t k = 1; k < e->n; k++) {
        if (e->at[k].begin <= e->at[k - 1].end || ac_is_digit(note->text.p[e->at[k - 1].end - 1]))
            return false;
        for (uint32_t at = e->at[k - 1].end; at < e->at[k].begin; at++)
            if (note->text.p[at] != ' ')
                return false;
    }
    ac_sv said = ac_span_text(note->text, hull);
    uint32_t first = ac_note_token_at(note, hull.begin), last = ac_note_token_at(note, hull.end - 1);
    return !memchr(said.p, '\n', said.n) && note->tokens.at[first].begin == hull.begin && note->tokens.at[last].end == hull.end &&
           says(text, said) && !ac_phrases_in(note, first, last + 1, ac_phrase_bit(AC_PHRASE_NEGATION)) && all_present(j);
}

ac_rc ac_judge_statement(ac_judge *j, ac_sv text, ac_verdict *out, ac_err *err)
{
    *out = AC_VERIFY_NO_EVIDENCE;
    if (!good_evidence(j->note, j->evidence))
        return AC_OK;
    if (is_quote(j, text) || is_piece(j, text)) {
        *out = AC_VERIFIED;
        return AC_OK;
    }
    j->item = (ac_note) { .arena = j->arena, .text = text, .lang = j->note->lang };
    ac_verdict verdict = AC_VERIFIED;
    AC_TRY(err, ac_step_tokens(&j->item, err));
    AC_TRY(err, ac_judge_read(j, err));
    AC_TRY(err, ac_judge_words(j, &verdict, err));
    if (verdict == AC_VERIFIED)
        AC_TRY(err, ac_judge_claims(j, &verdict, err));
    *out = verdict;
    return AC_OK;
}

ac_rc ac_verify(const ac_note *note, ac_sv text, const ac_spans *evidence, ac_arena *arena, ac_verdict *out, ac_err *err)
{
    ac_word_set words = { 0 };
    ac_judge j = { .note = note, .evidence = evidence, .arena = arena, .words = &words };
    return ac_judge_statement(&j, text, out, err);
}

/* ---- the whole result ------------------------------------------------------------------------------------------- */

#define LATER (1u << AC_PLANNED | 1u << AC_CONDITIONAL | 1u << AC_HYPOTHETICAL)
#define LIST(part, says) { offsetof(ac_result, part), says }
static const struct {
    size_t at;
    uint32_t implied; /* what the list itself says of its statements */
} lists[] = {
    LIST(clinical_summary.risk_factors, 0),   LIST(clinical_summary.relevant_conditions, 0),
    LIST(clinical_summary.medications, 0),    LIST(clinical_summary.allergies, 0),
    LIST(clinical_summary.vitals, 0),         LIST(clinical_summary.labs, 0),
    LIST(clinical_summary.procedures, 0),     LIST(clinical_summary.narrative, 0),
    LIST(soap.subjective, 0),                 LIST(soap.objective, 0),
    LIST(soap.assessment, 0),                 LIST(soap.plan, LATER),
    LIST(summary.top, 0),                     LIST(summary.problems, 0),
    LIST(summary.medications, 0),             LIST(summary.allergies, 0),
    LIST(summary.results, 0),                 LIST(summary.procedures, 0),
    LIST(summary.chronology, 0),              LIST(summary.follow_up, LATER),
    LIST(summary.contradictions, 0),          LIST(summary.questions, LATER),
};
#undef LIST

/* A verdict that was given: "type 2 diabetes" stands in several lists, each time with the same evidence. What is true in a list that
 * says nothing of its own is true in every list. */
typedef struct {
    ac_sv text;
    ac_spans evidence;
    uint32_t implied;
    ac_verdict verdict;
} precedent;

enum { PRECEDENTS = 256 };

typedef struct {
    ac_result *result;
    ac_arena *arena;
    const uint64_t *hashes;
    ac_word_set *words;
    precedent *precedents; /* see precedent_of; the last one stays */
} gate;

static bool is_same(const precedent *p, ac_item item, uint32_t implied)
{
    return p->text.n && item.evidence.n && (p->implied == implied || (!p->implied && p->verdict == AC_VERIFIED)) &&
           p->evidence.n == item.evidence.n && ac_sv_eq(p->text, item.text) &&
           memcmp(p->evidence.at, item.evidence.at, item.evidence.n * sizeof item.evidence.at[0]) == 0;
}

/* Its place, by what differs most and is read soonest: where its evidence begins, and its length. */
static precedent *precedent_of(const gate *g, ac_item item)
{
    uint64_t key = item.evidence.n ? (uint64_t)item.evidence.at[0].begin << 32 | item.evidence.at[item.evidence.n - 1].end : 0;
    return &g->precedents[ac_hash_pair(key, item.text.n) % PRECEDENTS];
}

static ac_rc reject(const gate *g, ac_item item, ac_err *err)
{
    ac_item *slot = ac_vec_push(&g->result->unsupported, g->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for unsupported statements");
    *slot = item;
    return AC_OK;
}

static ac_rc check(const gate *g, ac_item item, uint32_t implied, bool *keep, ac_err *err)
{
    precedent *p = precedent_of(g, item);
    if (!is_same(p, item, implied)) {
        ac_judge j = { .note = g->result->note, .evidence = &item.evidence, .hashes = g->hashes, .words = g->words,
                       .implied = implied, .arena = g->arena };
        ac_verdict v = AC_VERIFIED;
        const ac_arena_mark here = ac_arena_here(g->arena);
        const uint64_t *words = g->words->at;
        AC_TRY(err, ac_judge_statement(&j, item.text, &v, err));
        if (g->words->at == words) /* else they have moved to where the scratch is */
            ac_arena_back(g->arena, here);
        *p = (precedent) { item.text, item.evidence, implied, v };
    }
    *keep = p->verdict == AC_VERIFIED;
    return *keep ? AC_OK : reject(g, item, err);
}

static ac_rc check_items(const gate *g, ac_items *items, uint32_t implied, ac_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < items->n; i++) {
        bool keep = false;
        AC_TRY(err, check(g, items->at[i], implied, &keep, err));
        if (keep)
            items->at[kept++] = items->at[i];
    }
    items->n = kept;
    return AC_OK;
}

static ac_rc check_symptoms(const gate *g, ac_symptom_items *items, ac_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < items->n; i++) {
        const ac_symptom_item *s = &items->at[i];
        const ac_sv parts[] = { s->name, s->duration, s->severity };
        bool keep = true;
        for (size_t k = 0; k < 3 && keep; k++)
            if (parts[k].n)
                AC_TRY(err, check(g, (ac_item) { parts[k], s->evidence, s->fact }, 0, &keep, err));
        if (keep)
            items->at[kept++] = items->at[i];
    }
    items->n = kept;
    return AC_OK;
}

static ac_rc check_timeline(const gate *g, ac_timeline *t, ac_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < t->n; i++) {
        bool keep = false;
        AC_TRY(err, check(g, t->at[i].item, 0, &keep, err));
        if (keep)
            t->at[kept++] = t->at[i];
    }
    t->n = kept;
    return AC_OK;
}

static ac_rc check_guidelines(const gate *g, ac_findings *f, ac_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < f->n; i++) {
        if (good_evidence(g->result->note, &f->at[i].item.evidence))
            f->at[kept++] = f->at[i];
        else
            AC_TRY(err, reject(g, f->at[i].item, err));
    }
    f->n = kept;
    return AC_OK;
}

ac_rc ac_verify_result(ac_result *result, ac_arena *arena, ac_err *err)
{
    ac_word_set words = { 0 };
    const ac_note *note = result->note;
    uint64_t *hashes = ac_arena_alloc(arena, note->tokens.n * sizeof hashes[0]);
    precedent *precedents = ac_arena_alloc(arena, PRECEDENTS * sizeof precedents[0]);
    if (!hashes || !precedents)
        return ac_fail(err, AC_ELIMIT, "no room to verify statements");
    for (size_t i = 0; i < note->tokens.n; i++)
        hashes[i] = ac_hash_word(ac_judge_word(note, i));
    gate g = { result, arena, hashes, &words, precedents };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        AC_TRY(err, check_items(&g, (ac_items *)(void *)((char *)result + lists[i].at), lists[i].implied, err));
    AC_TRY(err, check_symptoms(&g, &result->clinical_summary.symptoms, err));
    AC_TRY(err, check_timeline(&g, &result->timeline, err));
    return check_guidelines(&g, &result->guidelines, err);
}
