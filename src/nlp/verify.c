#include "nlp/verify.h"

#include "nlp/fold.h"
#include "nlp/lexicon.h"
#include "nlp/quantity.h"
#include "nlp/token.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* Words that turn a statement round, and words that name a side; without accents, sorted by bytes. */
#define W(word) { word, sizeof word - 1 }
static const ac_sv negations[] = {
    W("absence"), W("absent"), W("ausencia"), W("ausente"), W("ausentes"), W("denied"), W("denies"), W("deny"),
    W("descarta"), W("descartado"), W("excluded"), W("jamas"), W("negado"), W("negativa"), W("negativas"),
    W("negative"), W("negativo"), W("negativos"), W("neither"), W("never"), W("niega"), W("niegan"), W("ningun"),
    W("ninguna"), W("ninguno"), W("no"), W("none"), W("nor"), W("not"), W("nunca"), W("sin"), W("tampoco"),
    W("unremarkable"), W("without"),
};
static const ac_sv sides[] = {
    W("ambas"), W("ambos"), W("bilateral"), W("bilaterales"), W("bilaterally"), W("both"), W("dcha"), W("dcho"),
    W("derecha"), W("derechas"), W("derecho"), W("derechos"), W("izda"), W("izdo"), W("izquierda"),
    W("izquierdas"), W("izquierdo"), W("izquierdos"), W("left"), W("lt"), W("right"), W("rt"),
};
#undef W

static bool listed(const ac_sv *list, size_t n, ac_sv word)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].n == word.n && list[i].p[0] == word.p[0] && ac_sv_eq(list[i], word))
            return true;
    return false;
}

/* ---- the words of the evidence, as a set of hashes ------------------------------------------------------------- */

typedef struct {
    uint64_t *at; /* 0 is empty; kept from statement to statement */
    size_t mask, cap;
} word_set;

enum { HASH_START = 0x4222325, SET_FIRST = 256 };

static uint64_t hash_word(ac_sv s)
{
    uint64_t h = HASH_START;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)ac_lower(s.p[i])) * 0x100000001b3u;
    return (h ^ h >> 29) | 1u;
}

static uint64_t hash_pair(uint64_t a, uint64_t b) { return (a * 31 + b) * 0x9e3779b97f4a7c15u >> 7 | 1u; }

/* Empty, with room for n entries. */
static ac_rc set_clear(word_set *s, size_t n, ac_arena *arena, ac_err *err)
{
    size_t cap = 64;
    while (cap < n)
        cap *= 2;
    if (cap > s->cap) {
        s->cap = cap > SET_FIRST ? cap : SET_FIRST;
        s->at = ac_arena_alloc(arena, s->cap * sizeof s->at[0]);
        if (!s->at)
            return ac_fail(err, AC_ELIMIT, "no room to verify a statement");
    } else {
        memset(s->at, 0, cap * sizeof s->at[0]);
    }
    s->mask = cap - 1;
    return AC_OK;
}

static void set_add(word_set *s, uint64_t h)
{
    size_t i = h >> 8 & s->mask;
    while (s->at[i] && s->at[i] != h)
        i = (i + 1) & s->mask;
    s->at[i] = h;
}

static bool set_has(const word_set *s, uint64_t h)
{
    size_t i = h >> 8 & s->mask;
    while (s->at[i] && s->at[i] != h)
        i = (i + 1) & s->mask;
    return s->at[i] == h;
}

typedef struct {
    const ac_note *note;
    const ac_spans *evidence;
    ac_note item;    /* the statement as a note of its own: text and tokens; folded when a word is foreign */
    const uint64_t *hashes; /* of the note's tokens, or NULL: computed when needed */
    word_set *words; /* words, and pairs of neighbours, of the evidence */
    ac_arena *arena;
} judge;

static ac_sv token_text(const ac_note *n, size_t i) { return ac_sv_sub(n->text, n->tokens.at[i].begin, n->tokens.at[i].end); }

/* Half-open range of the tokens that begin inside the k-th span of the evidence. */
typedef struct {
    uint32_t at, end;
} range;

static range evidence_tokens(const judge *j, size_t k)
{
    ac_span s = j->evidence->at[k];
    range r = { ac_note_token_at(j->note, s.begin), 0 };
    for (r.end = r.at; r.end < j->note->tokens.n && j->note->tokens.at[r.end].begin < s.end;)
        r.end++;
    return r;
}

static ac_rc read_evidence(judge *j, ac_err *err)
{
    size_t tokens = 0;
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_tokens(j, k);
        tokens += r.end - r.at;
    }
    AC_TRY(err, set_clear(j->words, 4 * tokens, j->arena, err)); /* a word and a pair each: at most half full */
    for (size_t k = 0; k < j->evidence->n; k++) {
        uint64_t before = 0;
        range r = evidence_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            uint64_t h = j->hashes ? j->hashes[i] : hash_word(token_text(j->note, i));
            set_add(j->words, h);
            if (before)
                set_add(j->words, hash_pair(before, h));
            before = h;
        }
    }
    return AC_OK;
}

/* ---- numbers ---------------------------------------------------------------------------------------------------- */

static bool same_number(double a, double b) { return fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)); }

static bool number_in_evidence(const judge *j, double value)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            double v;
            uint32_t end;
            if (ac_number_at(j->note, i, &v, &end) && same_number(v, value))
                return true;
        }
    }
    return false;
}

static size_t first_time(const ac_times *times, uint32_t at)
{
    size_t lo = 0, hi = times->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (times->at[mid].span.end <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* A date that the engine worked out ("3 days ago") is written in parts: year, month, day. */
static bool part_of_date(const judge *j, double value)
{
    const ac_times *times = &j->note->times;
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_span s = j->evidence->at[k];
        for (size_t i = first_time(times, s.begin); i < times->n && times->at[i].span.begin < s.end; i++) {
            ac_date d = times->at[i].date;
            if (d.year && (same_number(value, d.year) || same_number(value, d.month) || same_number(value, d.day)))
                return true;
        }
    }
    return false;
}

static bool number_supported(const judge *j, ac_sv word)
{
    double v;
    char buf[32];
    if (word.n >= sizeof buf)
        return false;
    memcpy(buf, word.p, word.n);
    for (size_t i = 0; i < word.n; i++)
        if (buf[i] == ',')
            buf[i] = '.';
    return ac_sv_to_double((ac_sv) { buf, word.n }, &v) && (number_in_evidence(j, v) || part_of_date(j, v));
}

/* ---- units, drugs, sides, negation ------------------------------------------------------------------------------ */

static ac_sv folded_word(const judge *j, size_t token)
{
    const ac_folded *f = &j->item.folded;
    return ac_sv_trim(ac_sv_sub(f->text, ac_fold_at(f, j->item.tokens.at[token].begin), ac_fold_at(f, j->item.tokens.at[token].end)));
}

static bool unit_of(ac_sv folded, ac_lang lang, ac_sv *ucum)
{
    const ac_terms *units = ac_terms_units();
    const ac_term *t = folded.n ? ac_terms_find(units, folded, lang) : NULL;
    if (t)
        *ucum = ac_terms_cell(units, t->row, 0);
    return t;
}

/* The unit is written differently there ("mcg", "ug"): the same UCUM code beside the same number will do. */
static bool unit_supported(const judge *j, ac_sv number, ac_sv ucum)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            ac_quantity q;
            uint32_t end;
            ac_span where;
            double v;
            if (ac_quantity_at(j->note, i, &q, &end, &where) && (!q.unit.n || ac_sv_eq(q.unit, ucum)) &&
                ac_sv_to_double(number, &v) && (same_number(q.low, v) || same_number(q.high, v)))
                return true;
        }
    }
    return false;
}

static size_t first_entity(const ac_note *n, uint32_t at)
{
    size_t lo = 0, hi = n->entities.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (n->entities.at[mid].span.end <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static range evidence_entities(const judge *j, size_t k)
{
    ac_span s = j->evidence->at[k];
    range r = { (uint32_t)first_entity(j->note, s.begin), 0 };
    for (r.end = r.at; r.end < j->note->entities.n && j->note->entities.at[r.end].span.begin < s.end;)
        r.end++;
    return r;
}

static bool concept_in_evidence(const judge *j, uint32_t concept)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (j->note->entities.at[i].concept == concept)
                return true;
    }
    return false;
}

static bool any_absent(const judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (j->note->entities.at[i].assertion == AC_ABSENT)
                return true;
    }
    return false;
}

/* A drug that the evidence does not name by this word: is it the same drug under another name? */
static bool drug_supported(const judge *j, size_t token)
{
    const ac_terms *lexicon = ac_terms_lexicon();
    const ac_folded *f = &j->item.folded;
    ac_term_hit hit;
    uint32_t at = ac_fold_at(f, j->item.tokens.at[token].begin);
    if (!ac_terms_longest(lexicon, f, j->item.text, at, j->item.lang, &hit))
        return true;
    bool drug = false;
    ac_sv surface = ac_span_text(j->item.text, ac_fold_span(f, j->item.text, hit.begin, hit.end));
    for (const ac_term *t = hit.terms; t; t = ac_term_next(lexicon, t, surface, j->item.lang)) {
        if (ac_concept_kind(t->row) != AC_KIND_MEDICATION)
            return true; /* also an everyday word */
        drug = true;
        if (concept_in_evidence(j, t->row))
            return true;
    }
    return !drug;
}

/* "do n't", "can't": speech negates with an ending, a note with a word. */
static bool contracted_in_evidence(const judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_tokens(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (ac_sv_ends(token_text(j->note, i), AC_SV("n't")) || ac_sv_ends(token_text(j->note, i), AC_SV("n\xE2\x80\x99t")))
                return true;
    }
    return false;
}

static ac_verdict judge_foreign(const judge *j, size_t token)
{
    ac_sv w = token_text(&j->item, token), folded = folded_word(j, token), ucum;
    if (j->item.tokens.at[token].kind == AC_TOKEN_NUMBER)
        return number_supported(j, w) ? AC_VERIFIED : AC_VERIFY_NUMBER;
    if (j->item.tokens.at[token].kind != AC_TOKEN_WORD || !folded.n)
        return AC_VERIFIED;
    if (listed(sides, sizeof sides / sizeof sides[0], folded))
        return AC_VERIFY_SIDE;
    if (listed(negations, sizeof negations / sizeof negations[0], folded))
        return any_absent(j) || contracted_in_evidence(j) ? AC_VERIFIED : AC_VERIFY_NEGATION;
    if (token && j->item.tokens.at[token - 1].kind == AC_TOKEN_NUMBER && unit_of(folded, j->item.lang, &ucum))
        return unit_supported(j, token_text(&j->item, token - 1), ucum) ? AC_VERIFIED : AC_VERIFY_UNIT;
    return drug_supported(j, token) ? AC_VERIFIED : AC_VERIFY_DRUG;
}

/* Both words are in the evidence, but not side by side: 20 mg of one thing and 500 ml of another do not make 20 ml. */
static bool pair_supported(const judge *j, size_t token, uint64_t before, uint64_t here)
{
    ac_sv w = token_text(&j->item, token), ucum;
    if (set_has(j->words, hash_pair(before, here)) || j->item.tokens.at[token].kind != AC_TOKEN_WORD)
        return true;
    char buf[16];
    if (w.n >= sizeof buf)
        return true;
    for (size_t i = 0; i < w.n; i++)
        buf[i] = ac_lower(w.p[i]);
    return !unit_of((ac_sv) { buf, w.n }, j->item.lang, &ucum) || unit_supported(j, token_text(&j->item, token - 1), ucum);
}

static ac_rc judge_words(judge *j, ac_verdict *out, ac_err *err)
{
    uint64_t number = 0; /* hash of the token before, when it is a number */
    for (size_t i = 0; i < j->item.tokens.n && *out == AC_VERIFIED; i++) {
        ac_sv w = token_text(&j->item, i);
        uint64_t h = hash_word(w);
        if (!set_has(j->words, h) && ac_is_alnum(w.p[0])) {
            if (!j->item.folded.text.p)
                AC_TRY(err, ac_fold(j->item.text, j->arena, &j->item.folded, err));
            *out = judge_foreign(j, i);
        } else if (number && !pair_supported(j, i, number, h)) {
            *out = AC_VERIFY_UNIT;
        }
        number = j->item.tokens.at[i].kind == AC_TOKEN_NUMBER ? h : 0;
    }
    return AC_OK;
}

static bool quotes(const judge *j, ac_span s)
{
    ac_sv w = ac_span_text(j->note->text, s);
    return w.n && j->item.text.n >= w.n && memmem(j->item.text.p, j->item.text.n, w.p, w.n);
}

static bool is_negation(ac_sv w)
{
    char lower[16];
    if (w.n >= sizeof lower)
        return false;
    for (size_t k = 0; k < w.n; k++)
        lower[k] = ac_lower(w.p[k]);
    return listed(negations, sizeof negations / sizeof negations[0], (ac_sv) { lower, w.n });
}

static bool negated(const judge *j)
{
    for (size_t i = 0; i < j->item.tokens.n; i++)
        if (is_negation(token_text(&j->item, i)))
            return true;
    return false;
}

/* Something that the note negates, told without its negation. */
static bool lost_negation(const judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        range r = evidence_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++) {
            const ac_entity *e = &j->note->entities.at[i];
            if (e->assertion == AC_ABSENT && ac_span_contains(j->evidence->at[k], e->span) && quotes(j, e->span) &&
                !quotes(j, e->cue))
                return !negated(j);
        }
    }
    return false;
}

/* Every span lies in the note. */
static bool good_evidence(const ac_note *note, const ac_spans *evidence)
{
    for (size_t i = 0; i < evidence->n; i++)
        if (evidence->at[i].begin >= evidence->at[i].end || evidence->at[i].end > note->text.n)
            return false;
    return evidence->n > 0;
}

static ac_rc verify(judge j, ac_sv text, ac_verdict *out, ac_err *err)
{
    ac_verdict verdict = AC_VERIFIED;
    if (!good_evidence(j.note, j.evidence)) {
        *out = AC_VERIFY_NO_EVIDENCE;
        return AC_OK;
    }
    j.item = (ac_note) { .arena = j.arena, .text = text, .lang = j.note->lang };
    AC_TRY(err, ac_step_tokens(&j.item, err));
    AC_TRY(err, read_evidence(&j, err));
    AC_TRY(err, judge_words(&j, &verdict, err));
    if (verdict == AC_VERIFIED && lost_negation(&j))
        verdict = AC_VERIFY_NEGATION;
    *out = verdict;
    return AC_OK;
}

ac_rc ac_verify(const ac_note *note, ac_sv text, const ac_spans *evidence, ac_arena *arena, ac_verdict *out, ac_err *err)
{
    word_set words = { 0 };
    return verify((judge) { .note = note, .evidence = evidence, .arena = arena, .words = &words }, text, out, err);
}

/* ---- the whole result ------------------------------------------------------------------------------------------- */

static const size_t item_lists[] = {
    offsetof(ac_result, clinical_summary.risk_factors), offsetof(ac_result, clinical_summary.relevant_conditions),
    offsetof(ac_result, clinical_summary.medications),  offsetof(ac_result, clinical_summary.allergies),
    offsetof(ac_result, clinical_summary.vitals),       offsetof(ac_result, clinical_summary.labs),
    offsetof(ac_result, clinical_summary.procedures),   offsetof(ac_result, clinical_summary.narrative),
    offsetof(ac_result, soap.subjective),               offsetof(ac_result, soap.objective),
    offsetof(ac_result, soap.assessment),               offsetof(ac_result, soap.plan),
    offsetof(ac_result, summary.top),                   offsetof(ac_result, summary.problems),
    offsetof(ac_result, summary.medications),           offsetof(ac_result, summary.allergies),
    offsetof(ac_result, summary.results),               offsetof(ac_result, summary.procedures),
    offsetof(ac_result, summary.chronology),            offsetof(ac_result, summary.follow_up),
    offsetof(ac_result, summary.contradictions),        offsetof(ac_result, summary.questions),
};

typedef struct {
    ac_result *result;
    ac_arena *arena;
    const uint64_t *hashes;
    word_set *words;
} gate;

static ac_rc reject(const gate *g, ac_item item, ac_err *err)
{
    ac_item *slot = ac_vec_push(&g->result->unsupported, g->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for unsupported statements");
    *slot = item;
    return AC_OK;
}

static ac_rc check(const gate *g, ac_item item, bool *keep, ac_err *err)
{
    ac_verdict v;
    judge j = { .note = g->result->note, .evidence = &item.evidence, .arena = g->arena, .words = g->words,
                .hashes = g->hashes };
    AC_TRY(err, verify(j, item.text, &v, err));
    *keep = v == AC_VERIFIED;
    return *keep ? AC_OK : reject(g, item, err);
}

static ac_rc check_items(const gate *g, ac_items *items, ac_err *err)
{
    size_t kept = 0;
    for (size_t i = 0; i < items->n; i++) {
        bool keep;
        AC_TRY(err, check(g, items->at[i], &keep, err));
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
                AC_TRY(err, check(g, (ac_item) { parts[k], s->evidence, s->fact }, &keep, err));
        if (keep)
            items->at[kept++] = items->at[i];
    }
    items->n = kept;
    return AC_OK;
}

ac_rc ac_verify_result(ac_result *result, ac_arena *arena, ac_err *err)
{
    word_set words = { 0 };
    const ac_note *note = result->note;
    uint64_t *hashes = ac_arena_alloc(arena, note->tokens.n * sizeof hashes[0]);
    if (!hashes)
        return ac_fail(err, AC_ELIMIT, "no room to verify statements");
    for (size_t i = 0; i < note->tokens.n; i++)
        hashes[i] = hash_word(token_text(note, i));
    gate g = { result, arena, hashes, &words };
    for (size_t i = 0; i < sizeof item_lists / sizeof item_lists[0]; i++)
        AC_TRY(err, check_items(&g, (ac_items *)(void *)((char *)result + item_lists[i]), err));
    AC_TRY(err, check_symptoms(&g, &result->clinical_summary.symptoms, err));
    size_t kept = 0;
    for (size_t i = 0; i < result->timeline.n; i++) {
        bool keep;
        AC_TRY(err, check(&g, result->timeline.at[i].item, &keep, err));
        if (keep)
            result->timeline.at[kept++] = result->timeline.at[i];
    }
    result->timeline.n = kept;
    kept = 0;
    for (size_t i = 0; i < result->guidelines.n; i++) {
        if (good_evidence(note, &result->guidelines.at[i].item.evidence))
            result->guidelines.at[kept++] = result->guidelines.at[i];
        else
            AC_TRY(err, reject(&g, result->guidelines.at[i].item, err));
    }
    result->guidelines.n = kept;
    return AC_OK;
}
