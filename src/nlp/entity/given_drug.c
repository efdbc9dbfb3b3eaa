#include "nlp/entity/given_drug.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/text/fold.h"

enum { PARTS_MAX = 4, HITS_MAX = 16 };

typedef struct {
    uint32_t at[PARTS_MAX];
    size_t n;
    bool many; /* more than that */
} parts;

static void add(parts *p, uint32_t concept)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i] == concept)
            return;
    p->many = p->n == PARTS_MAX;
    if (!p->many)
        p->at[p->n++] = concept;
}

/* The meaning of a hit that is a drug, or AC_NONE: words that need support from their context count for nothing here. */
static uint32_t drug_of(const ac_note *note, const ac_term_hit *hit, bool allergens)
{
    ac_sv surface = ac_term_surface(hit, &note->folded, note->text);
    for (const ac_term *t = hit->terms; t; t = ac_term_next(ac_terms_lexicon(), t, surface, note->lang)) {
        ac_kind kind = ac_concept_kind(t->row);
        if (!(t->flags & AC_TERM_AMBIGUOUS) && (kind == AC_KIND_MEDICATION || (allergens && kind == AC_KIND_ALLERGY)))
            return t->row;
    }
    return AC_NONE;
}

static bool is_part(const parts *p, uint32_t concept)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i] == concept)
            return true;
    return false;
}

static uint32_t combination_of(const parts *p)
{
    uint32_t made_of[PARTS_MAX + 1];
    for (uint32_t c = 0; c < ac_lexicon_size(); c++) {
        size_t n = ac_concept_kind(c) == AC_KIND_MEDICATION ? ac_concept_ingredients(c, made_of, PARTS_MAX + 1) : 0, same = 0;
        for (size_t i = 0; n == p->n && i < n; i++)
            same += is_part(p, made_of[i]);
        if (n == p->n && same == n)
            return c;
    }
    return AC_NONE;
}

uint32_t ac_given_drug(const ac_note *note, ac_span words, bool allergens)
{
    const ac_folded *f = &note->folded;
    uint32_t end = ac_fold_at(f, words.end);
    parts found = { 0 };
    for (uint32_t at = ac_fold_at(f, words.begin); at < end;) {
        ac_term_hit hits[HITS_MAX];
        size_t n = f->words[at] && f->text.p[at] != ' ' ? ac_terms_all(ac_terms_lexicon(), f, note->text, at, note->lang, hits, HITS_MAX) : 0;
        uint32_t drug = AC_NONE;
        while (n && drug == AC_NONE)
            drug = hits[--n].end <= end ? drug_of(note, &hits[n], allergens) : AC_NONE;
        if (drug != AC_NONE)
            add(&found, drug);
        at = drug != AC_NONE ? hits[n].end : at + 1;
    }
    if (found.many || found.n == 0)
        return AC_NONE;
    return found.n == 1 ? found.at[0] : combination_of(&found);
}
