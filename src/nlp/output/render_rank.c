/* Facts in the order of what they are worth, each told once. */
#include "nlp/text/fold.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/output/render.h"

#include <stdlib.h>

ac_rc ac_rank_add(const ac_note *note, ac_ranking *r, uint32_t fact, int32_t score, ac_err *err)
{
    ac_ranked *slot = ac_vec_push(r, note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room to rank facts");
    *slot = (ac_ranked) { fact, score };
    return AC_OK;
}

static int by_score(const void *a, const void *b)
{
    const ac_ranked *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->fact > y->fact) - (x->fact < y->fact);
}

void ac_rank_sort(ac_ranking *r)
{
    if (r->n > 1)
        qsort(r->at, r->n, sizeof r->at[0], by_score);
}

/* ---- the specific one stands for the general one ------------------------------------------------------------------ */

enum { COMPARED = 48 }; /* facts at the head of a list that are compared with each other */

typedef struct {
    ac_sv text;
    uint64_t stems; /* a bit for each of its words: what has others cannot be within it */
} name;

static ac_sv stem(ac_sv word)
{
    if (word.n > 3 && word.p[word.n - 1] == 's')
        word.n--;
    return word;
}

static bool has_word(ac_sv text, ac_sv word)
{
    for (ac_sv w; ac_sv_split(&text, ' ', &w);)
        if (ac_sv_eq(stem(w), stem(word)))
            return true;
    return false;
}

static uint64_t stem_bit(ac_sv word)
{
    word = stem(word);
    return word.n ? UINT64_C(1) << ((word.n * 19 + (unsigned char)word.p[0] * 5u + (unsigned char)word.p[word.n - 1]) & 63) : 0;
}

static name name_of(const ac_note *note, uint32_t fact)
{
    ac_span s = ac_entity_name(note, ac_fact_entity(note, fact));
    ac_sv text = ac_sv_sub(note->folded.text, ac_fold_at(&note->folded, s.begin), ac_fold_at(&note->folded, s.end));
    name out = { .text = ac_sv_trim(text) };
    ac_sv rest = out.text;
    for (ac_sv w; ac_sv_split(&rest, ' ', &w);)
        out.stems |= stem_bit(w);
    return out;
}

/* "chronic kidney disease" in "stage 3 chronic kidney disease". */
static bool within(const name *general, const name *specific)
{
    ac_sv rest = general->text;
    if (rest.n >= specific->text.n || general->stems & ~specific->stems)
        return false;
    for (ac_sv w; ac_sv_split(&rest, ' ', &w);)
        if (w.n && !has_word(specific->text, w))
            return false;
    return true;
}

static bool is_state(const ac_fact *f) { return f->kind == AC_KIND_PROBLEM || f->kind == AC_KIND_SYMPTOM; }

void ac_rank_specific(const ac_note *note, ac_ranking *r)
{
    name names[COMPARED];
    bool general[COMPARED] = { false };
    size_t n = r->n < COMPARED ? r->n : COMPARED, kept = 0;
    for (size_t i = 0; i < n; i++)
        if (is_state(&note->facts.at[r->at[i].fact])) /* the others are not compared */
            names[i] = name_of(note, r->at[i].fact);
    for (size_t i = 0; i < n; i++) {
        const ac_fact *a = &note->facts.at[r->at[i].fact];
        for (size_t k = 0; k < n && is_state(a) && !general[i]; k++) {
            const ac_fact *b = &note->facts.at[r->at[k].fact];
            general[i] = is_state(b) && a->assertion == b->assertion && within(&names[i], &names[k]);
            if (general[i] && r->at[k].score < r->at[i].score)
                r->at[k].score = r->at[i].score;
        }
    }
    for (size_t i = 0; i < r->n; i++)
        if (i >= n || !general[i])
            r->at[kept++] = r->at[i];
    r->n = kept;
    ac_rank_sort(r);
}
