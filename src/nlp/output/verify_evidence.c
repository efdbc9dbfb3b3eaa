#include "base/bytes.h"
#include "base/search.h"
#include "nlp/text/fold.h"
#include "nlp/output/phrase.h"
#include "nlp/output/verify_judge.h"

#include <string.h>

enum { SET_FIRST = 256 };
enum { ANY = AC_ASSERTION_COUNT }; /* the concept with whatever assertion */

static uint64_t mix(uint64_t h, uint64_t bytes)
{
    h = (h ^ bytes) * 0x9e3779b97f4a7c15u;
    return h ^ h >> 29;
}

uint64_t ac_hash_word(ac_sv s)
{
    uint64_t h = s.n;
    size_t i = 0;
    for (; s.n - i >= 8; i += 8)
        h = mix(h, ac_bytes_lower(ac_bytes_eight(s.p + i)));
    return mix(h, ac_bytes_lower(ac_bytes_few(s.p + i, s.n - i))) | 1u;
}

uint64_t ac_hash_pair(uint64_t a, uint64_t b) { return (a * 31 + b) * 0x9e3779b97f4a7c15u >> 7 | 1u; }

static uint64_t hash_claim(uint32_t concept, unsigned assertion)
{
    return ac_hash_pair((uint64_t)concept << 1, (uint64_t)assertion + 2); /* even: no word's hash is */
}

/* Empty, with room for n entries. */
static ac_rc set_clear(ac_word_set *s, size_t n, ac_arena *arena, ac_err *err)
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

static void set_add(ac_word_set *s, uint64_t h)
{
    size_t i = h >> 8 & s->mask;
    while (s->at[i] && s->at[i] != h)
        i = (i + 1) & s->mask;
    s->at[i] = h;
}

bool ac_word_set_has(const ac_word_set *s, uint64_t h)
{
    size_t i = h >> 8 & s->mask;
    while (s->at[i] && s->at[i] != h)
        i = (i + 1) & s->mask;
    return s->at[i] == h;
}

ac_sv ac_judge_word(const ac_note *n, size_t token)
{
    return ac_sv_sub(n->text, n->tokens.at[token].begin, n->tokens.at[token].end);
}

ac_range ac_judge_tokens(const ac_judge *j, size_t k)
{
    ac_span s = j->evidence->at[k];
    ac_range r = { ac_note_token_at(j->note, s.begin), 0 };
    for (r.end = r.at; r.end < j->note->tokens.n && j->note->tokens.at[r.end].begin < s.end;)
        r.end++;
    return r;
}

static size_t first_entity(const ac_note *n, uint32_t at)
{
    return AC_COUNT_BEFORE(i, n->entities.n, n->entities.at[i].span.end <= at);
}

ac_range ac_judge_entities(const ac_judge *j, size_t k)
{
    ac_span s = j->evidence->at[k];
    ac_range r = { (uint32_t)first_entity(j->note, s.begin), 0 };
    for (r.end = r.at; r.end < j->note->entities.n && j->note->entities.at[r.end].span.begin < s.end;)
        r.end++;
    return r;
}

bool ac_judge_says(const ac_judge *j, uint32_t concept, ac_assertion a)
{
    return concept != AC_NONE && ac_word_set_has(j->words, hash_claim(concept, a));
}

bool ac_judge_mentions(const ac_judge *j, uint32_t concept) { return ac_word_set_has(j->words, hash_claim(concept, ANY)); }

bool ac_judge_negates(const ac_judge *j) { return ac_word_set_has(j->words, hash_claim(AC_NONE, AC_ABSENT)); }

static bool is_cued_within(const ac_entity *e, ac_span span)
{
    return e->assertion == AC_PRESENT || (e->cue.begin < e->cue.end && ac_span_contains(span, e->cue));
}

bool ac_judge_cue_elsewhere(const ac_judge *j)
{
    for (size_t k = 0; k < j->evidence->n; k++) {
        ac_range r = ac_judge_entities(j, k);
        for (uint32_t i = r.at; i < r.end; i++)
            if (!is_cued_within(&j->note->entities.at[i], j->evidence->at[k]))
                return true;
    }
    return false;
}

static void read_mentions(ac_judge *j, ac_range r, ac_span span)
{
    for (uint32_t i = r.at; i < r.end; i++) {
        const ac_entity *e = &j->note->entities.at[i];
        j->qualified = j->qualified || e->assertion != AC_PRESENT;
        j->cue_elsewhere = j->cue_elsewhere || !is_cued_within(e, span);
        set_add(j->words, hash_claim(AC_NONE, e->assertion));
        if (e->concept == AC_NONE)
            continue;
        set_add(j->words, hash_claim(e->concept, e->assertion));
        set_add(j->words, hash_claim(e->concept, ANY));
    }
}

static void read_words(ac_judge *j, ac_range r)
{
    uint64_t before = 0;
    for (uint32_t i = r.at; i < r.end; i++) {
        uint64_t h = j->hashes ? j->hashes[i] : ac_hash_word(ac_judge_word(j->note, i));
        set_add(j->words, h);
        if (before)
            set_add(j->words, ac_hash_pair(before, h));
        before = h;
    }
}

ac_rc ac_judge_read(ac_judge *j, ac_err *err)
{
    size_t room = 0, n = j->evidence->n;
    ac_range *tokens = ac_arena_alloc(j->arena, 2 * n * sizeof *tokens);
    if (!tokens)
        return ac_fail(err, AC_ELIMIT, "no room to verify a statement");
    ac_range *entities = tokens + n;
    for (size_t k = 0; k < n; k++) {
        tokens[k] = ac_judge_tokens(j, k);
        entities[k] = ac_judge_entities(j, k);
        j->evidence_tokens += tokens[k].end - tokens[k].at;
        room += 2 * (size_t)(tokens[k].end - tokens[k].at) + 3 * (size_t)(entities[k].end - entities[k].at);
    }
    AC_TRY(err, set_clear(j->words, 2 * room, j->arena, err)); /* at most half full */
    for (size_t k = 0; k < n; k++) {
        read_words(j, tokens[k]);
        read_mentions(j, entities[k], j->evidence->at[k]);
    }
    return AC_OK;
}

ac_rc ac_judge_fold(ac_judge *j, ac_err *err)
{
    ac_note *n = &j->item;
    if (n->folded.text.p)
        return AC_OK;
    AC_TRY(err, ac_fold(n->text, j->arena, &n->folded, err));
    n->marks.fold = ac_arena_alloc(j->arena, (n->tokens.n + 1) * sizeof n->marks.fold[0]);
    if (!n->marks.fold)
        return ac_fail(err, AC_ELIMIT, "no room to verify a statement");
    uint32_t at = 0, end = (uint32_t)n->folded.text.n;
    for (size_t i = 0; i < n->tokens.n; n->marks.fold[i++] = at)
        while (at < end && n->folded.src[at] < n->tokens.at[i].begin)
            at++;
    n->marks.fold[n->tokens.n] = end;
    return ac_step_phrases(n, err); /* whoever folds a statement asks for its phrases */
}
