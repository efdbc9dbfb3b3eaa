/* Identifiers that the document's structure calls so. */
#include "nlp/phi/phi_scan.h"

#include "base/search.h"
#include "core/given.h"

/* Words that came with a code name a thing and no person: "Burns involving 20-29 percent of body surface". */
static bool in_coded_words(const ac_given *g, ac_span span)
{
    size_t i = AC_COUNT_BEFORE(k, g->entities.n, g->entities.at[k].span.end <= span.begin);
    return i < g->entities.n && g->entities.at[i].n_codes && ac_span_contains(g->entities.at[i].span, span);
}

void ac_phi_rule_given(ac_phi_scan *s)
{
    const ac_given *g = s->note->given;
    size_t kept = 0;
    if (!g)
        return;
    for (size_t i = 0; i < s->found.n; i++)
        if (!in_coded_words(g, s->found.at[i].span))
            s->found.at[kept++] = s->found.at[i];
    s->found.n = kept;
    for (size_t i = 0; i < g->phi.n && !s->full; i++) {
        const ac_given_phi *p = &g->phi.at[i];
        if (p->span.begin >= p->span.end || p->span.end > s->note->text.n)
            continue;
        ac_phi_item *item = ac_phi_add(s, p->span, (ac_phi_type)p->type, 1, "given by the structure of the document");
        if (!item)
            continue;
        item->method = AC_METHOD_SOURCE;
        item->date = p->date;
        item->number = p->number;
    }
}
