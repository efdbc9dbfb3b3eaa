#include "nlp/entity/vocabulary_hit.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/text/fold.h"

enum { CODES_MAX = 16 };

ac_rc ac_vocab_hits_scan(const ac_note *note, ac_vocab_scanned **out, ac_err *err)
{
    *out = NULL;
    if (!note->vocabs || !note->vocabs->n)
        return AC_OK;
    ac_vocab_scanned *all = ac_arena_alloc(note->arena, note->vocabs->n * sizeof *all);
    if (!all)
        return ac_fail(err, AC_ELIMIT, "no room for the starts of terms");
    for (size_t i = 0; i < note->vocabs->n; i++)
        AC_TRY(err, ac_vocab_scan(&note->vocabs->at[i], &note->folded, note->arena, &all[i].starts, err));
    *out = all;
    return AC_OK;
}

/* Put the hits of one vocabulary where their ends belong. */
static void sort_in(ac_vocab_hits *out, const ac_vocab *v, const ac_vocab_hit *found, size_t n)
{
    for (size_t k = 0; k < n; k++) {
        size_t to = out->n++;
        for (; to && out->at[to - 1].end > found[k].end; to--) {
            out->at[to] = out->at[to - 1];
            out->of[to] = out->of[to - 1];
        }
        out->at[to] = found[k];
        out->of[to] = v;
    }
}

void ac_vocab_hits_at(const ac_note *note, ac_vocab_scanned *scanned, uint32_t at, ac_vocab_hits *out)
{
    out->n = 0;
    for (size_t i = 0; scanned && i < note->vocabs->n && out->n < AC_VOCAB_HITS; i++) {
        const ac_vocab *v = &note->vocabs->at[i];
        ac_vocab_scanned *s = &scanned[i];
        ac_vocab_hit found[AC_VOCAB_HITS] = { 0 };
        while (s->next < s->starts.n && s->starts.at[s->next].at < at)
            s->next++;
        if (s->next == s->starts.n || s->starts.at[s->next].at != at)
            continue;
        size_t n = ac_vocab_all(v, &note->folded, note->text, &s->starts.at[s->next], note->lang, found, AC_VOCAB_HITS - out->n);
        sort_in(out, v, found, n);
    }
}

static ac_sv surface_of(const ac_note *note, const ac_vocab_hit *h)
{
    return ac_span_text(note->text, ac_fold_span(&note->folded, note->text, h->begin, h->end));
}

/* The first of the hits that end where the last one does. */
static size_t first_of_last(const ac_vocab_hits *h)
{
    size_t i = h->n;
    while (i && h->at[i - 1].end == h->at[h->n - 1].end)
        i--;
    return i;
}

ac_vocab_kinds ac_vocab_hits_kinds(const ac_note *note, const ac_vocab_hits *h)
{
    ac_vocab_kinds kinds = { 0, 0 };
    for (size_t i = first_of_last(h); i < h->n; i++) {
        ac_sv surface = surface_of(note, &h->at[i]);
        for (uint32_t k = 0; k < h->at[i].n; k++) {
            const ac_vocab_meaning *m = &h->at[i].meanings[k];
            if (ac_vocab_meaning_fits(m, surface, note->lang))
                *(m->flags & AC_VOCAB_SUPPORT ? &kinds.in_need : &kinds.plain) |= 1u << m->kind;
        }
    }
    return kinds;
}

/* A code of that system is there already, reviewed or from a vocabulary that was asked before. */
static bool has_system(const ac_entity *e, const ac_entity_code *codes, size_t n, ac_sv system)
{
    ac_code_system known;
    ac_sv code;
    if (e->concept != AC_NONE && ac_code_system_from(system, &known) && ac_concept_code(e->concept, known, &code))
        return true;
    for (size_t i = 0; i < n; i++)
        if (ac_sv_eq(codes[i].system, system))
            return true;
    return false;
}

ac_rc ac_vocab_hits_code(ac_note *note, const ac_vocab_hits *h, ac_entity *e, ac_err *err)
{
    ac_entity_code codes[CODES_MAX];
    size_t n = 0;
    for (size_t i = first_of_last(h); i < h->n; i++) {
        ac_sv surface = surface_of(note, &h->at[i]);
        for (uint32_t k = 0; k < h->at[i].n && n < CODES_MAX; k++) {
            const ac_vocab_meaning *m = &h->at[i].meanings[k];
            if (m->kind == e->kind && ac_vocab_meaning_fits(m, surface, note->lang) &&
                !has_system(e, codes, n, ac_vocab_system_of(h->of[i], m)) && ac_vocab_code_of(h->of[i], m, &codes[n]))
                n++;
        }
    }
    if (!n)
        return AC_OK;
    ac_entity_code *kept = ac_arena_alloc(note->arena, n * sizeof *kept);
    if (!kept)
        return ac_fail(err, AC_ELIMIT, "no room for codes");
    memcpy(kept, codes, n * sizeof *kept);
    e->codes = kept;
    e->n_codes = (uint32_t)n;
    return AC_OK;
}

void ac_vocab_hits_drop(ac_vocab_hits *h) { h->n = first_of_last(h); }
