#include "nlp/output/render.h"

#include <stdlib.h>
#include <string.h>

#define SAY(id, en, es) [id] = { { "" en, sizeof(en) - 1 }, { "" es, sizeof(es) - 1 } },
static const ac_sv grammar[][AC_LANG_COUNT] = { AC_SAY_LIST(SAY) };
#undef SAY

void ac_draft_cleanup(ac_draft *d) { ac_sb_cleanup(&d->text); }

void ac_draft_add(ac_draft *d, ac_sv words) { ac_sb_add(&d->text, words); }

void ac_draft_say(ac_draft *d, ac_say words) { ac_sb_add(&d->text, grammar[words][d->note->lang]); }

void ac_draft_cite(ac_draft *d, ac_span span)
{
    if (span.begin >= span.end || span.end > d->note->text.n)
        return;
    ac_span *slot = ac_vec_push(&d->evidence, d->note->arena);
    if (slot)
        *slot = span;
    else
        d->full = true;
}

void ac_draft_quote(ac_draft *d, ac_span span)
{
    ac_sv s = ac_sv_trim(ac_span_text(d->note->text, span));
    size_t from = 0;
    for (size_t i = 0; i < s.n; i++) {
        if ((unsigned char)s.p[i] > ' ' || !ac_is_space(s.p[i]) || (s.p[i] == ' ' && !ac_is_space(s.p[i + 1])))
            continue;
        ac_sb_add(&d->text, ac_sv_sub(s, from, i));
        ac_sb_add_char(&d->text, ' ');
        while (ac_is_space(s.p[i + 1])) /* s is trimmed: a letter follows */
            i++;
        from = i + 1;
    }
    ac_sb_add(&d->text, ac_sv_sub(s, from, s.n));
    ac_draft_cite(d, span);
}

/* ---- finishing ----------------------------------------------------------------------------------------------- */

static int by_begin(const void *a, const void *b)
{
    const ac_span *x = a, *y = b;
    if (x->begin != y->begin)
        return x->begin < y->begin ? -1 : 1;
    return (x->end > y->end) - (x->end < y->end);
}

/* Nearly always. */
static bool is_ascending(const ac_spans *spans)
{
    for (size_t i = 1; i < spans->n; i++)
        if (by_begin(&spans->at[i - 1], &spans->at[i]) > 0)
            return false;
    return true;
}

ac_rc ac_evidence_copy(ac_arena *arena, const ac_spans *from, ac_spans *out, ac_err *err)
{
    *out = (ac_spans) { .at = ac_arena_alloc(arena, (from->n ? from->n : 1) * sizeof out->at[0]) };
    if (!out->at)
        return ac_fail(err, AC_ELIMIT, "no room for evidence");
    if (!is_ascending(from))
        qsort(from->at, from->n, sizeof from->at[0], by_begin);
    for (size_t i = 0; i < from->n; i++) {
        ac_span s = from->at[i], *last = out->n ? &out->at[out->n - 1] : NULL;
        if (last && s.begin <= last->end)
            last->end = s.end > last->end ? s.end : last->end;
        else
            out->at[out->n++] = s;
    }
    out->cap = out->n;
    return AC_OK;
}

/* ASCII and the two-byte letters of Latin-1, the only ones that begin a Spanish or English word. "eGFR", "pH" stay. */
static void capitalise(char *p, size_t n)
{
    unsigned char *u = (unsigned char *)p;
    if (n > 1 && ac_is_upper(p[1]))
        return;
    if (n && ac_is_lower(p[0]))
        p[0] = ac_upper(p[0]);
    else if (n > 1 && u[0] == 0xC3 && u[1] >= 0xA0 && u[1] <= 0xBE && u[1] != 0xB7)
        u[1] = (unsigned char)(u[1] - 0x20);
}

static void make_sentence(ac_sb *text)
{
    while (text->n && ac_one_of(text->p[text->n - 1], " ,;:"))
        text->n--;
    if (!text->n)
        return;
    capitalise(text->p, text->n);
    if (!ac_one_of(text->p[text->n - 1], ".!?"))
        ac_sb_add_char(text, '.');
}

static void reset(ac_draft *d)
{
    ac_sb_clear(&d->text);
    d->evidence.n = 0;
}

ac_rc ac_draft_end(ac_draft *d, bool whole, ac_item *out, ac_err *err)
{
    if (whole)
        make_sentence(&d->text);
    AC_TRY(err, ac_sb_done(&d->text, err));
    if (d->full)
        return ac_fail(err, AC_ELIMIT, "no room for evidence");
    if (!d->evidence.n)
        return ac_fail(err, AC_EINTERNAL, "a statement has no evidence");
    *out = (ac_item) { .text = ac_arena_copy(d->note->arena, ac_sb_view(&d->text)), .fact = AC_NONE };
    if (!out->text.p)
        return ac_fail(err, AC_ELIMIT, "no room for a statement");
    AC_TRY(err, ac_evidence_copy(d->note->arena, &d->evidence, &out->evidence, err));
    reset(d);
    return AC_OK;
}

ac_rc ac_draft_push(ac_draft *d, bool whole, ac_items *items, uint32_t fact, ac_err *err)
{
    if (!d->text.n && d->text.rc == AC_OK) {
        reset(d);
        return AC_OK;
    }
    ac_item *slot = ac_vec_push(items, d->note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for statements");
    items->n--; /* counted once it is complete */
    AC_TRY(err, ac_draft_end(d, whole, slot, err));
    slot->fact = fact;
    items->n++;
    return AC_OK;
}
