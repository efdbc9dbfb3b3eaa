/* Choose among overlapping candidates: the surer wins, then the longer; what the loser covers beyond stays covered. */
#include "nlp/phi/phi_scan.h"

#include <stdlib.h>

static int by_place(const void *a, const void *b)
{
    const ac_phi_item *x = a, *y = b;
    if (x->span.begin != y->span.begin)
        return x->span.begin < y->span.begin ? -1 : 1;
    if (x->span.end != y->span.end)
        return x->span.end > y->span.end ? -1 : 1;
    if (x->confidence > y->confidence || x->confidence < y->confidence)
        return x->confidence > y->confidence ? -1 : 1;
    return (int)x->type - (int)y->type;
}

static bool better(const ac_phi_item *a, const ac_phi_item *b)
{
    if (a->confidence > b->confidence || a->confidence < b->confidence)
        return a->confidence > b->confidence;
    return ac_span_len(a->span) > ac_span_len(b->span);
}

/* Trim to letters and digits; false when nothing is left that could identify anyone. */
static bool tidy(ac_sv text, ac_span *span)
{
    while (span->begin < span->end && !ac_is_alnum(text.p[span->begin]) && (unsigned char)text.p[span->begin] < 0x80)
        span->begin++;
    while (span->begin < span->end && !ac_is_alnum(text.p[span->end - 1]) &&
           (unsigned char)text.p[span->end - 1] < 0x80)
        span->end--;
    return ac_span_len(*span) >= 2;
}

static ac_phi_item *keep(ac_phi_scan *s, const ac_phi_item *item)
{
    ac_phi_item *slot = ac_vec_push(&s->note->phi, s->note->arena);
    if (slot)
        *slot = *item;
    else
        s->full = true;
    return slot;
}

/* next overlaps the last kept item and begins at or after it. */
static void settle(ac_phi_scan *s, ac_phi_item next)
{
    ac_phi_list *phi = &s->note->phi;
    ac_phi_item *last = &phi->at[phi->n - 1];
    if (!better(&next, last)) { /* keep what next covers after last */
        next.span.begin = last->span.end;
        if (next.span.begin < next.span.end && tidy(s->note->text, &next.span))
            keep(s, &next);
        return;
    }
    ac_phi_item tail = *last;
    last->span.end = next.span.begin;
    if (last->span.end <= last->span.begin || !tidy(s->note->text, &last->span))
        phi->n--;
    keep(s, &next);
    tail.span.begin = next.span.end;
    if (tail.span.begin < tail.span.end && tidy(s->note->text, &tail.span))
        keep(s, &tail);
}

ac_rc ac_phi_resolve(ac_phi_scan *s, ac_err *err)
{
    ac_phi_list *phi = &s->note->phi;
    phi->n = 0;
    if (s->found.n)
        qsort(s->found.at, s->found.n, sizeof *s->found.at, by_place);
    for (size_t k = 0; k < s->found.n && !s->full; k++) {
        const ac_phi_item *item = &s->found.at[k];
        if (phi->n && item->span.begin < phi->at[phi->n - 1].span.begin) { /* behind the tail of a split item */
            ac_phi_item rest = *item;
            rest.span.begin = phi->at[phi->n - 1].span.begin;
            if (rest.span.begin < rest.span.end)
                settle(s, rest);
        } else if (phi->n && ac_span_overlaps(item->span, phi->at[phi->n - 1].span))
            settle(s, *item);
        else
            keep(s, item);
    }
    return s->full ? ac_fail(err, AC_ELIMIT, "no room for the identifiers of a note") : AC_OK;
}
