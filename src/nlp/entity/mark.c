#include "nlp/entity/mark.h"

#include "nlp/text/fold.h"
#include "nlp/lexicon/terms.h"

#include <string.h>

enum { MARK_TOKENS_MAX = 4 };
_Static_assert((int)AC_SIG_COUNT <= 64, "a bit for each kind");

/* Where each token starts in the folded text. Both are ascending, so one walk over both is enough. */
static void place_tokens(const ac_note *note, uint32_t *fold)
{
    uint32_t j = 0;
    for (size_t i = 0; i < note->tokens.n; i++) {
        while (j < note->folded.text.n && note->folded.src[j] < note->tokens.at[i].begin)
            j++;
        fold[i] = j;
    }
    fold[note->tokens.n] = (uint32_t)note->folded.text.n;
}

static uint32_t token_end_at(const ac_note *note, const uint32_t *fold, uint32_t token, uint32_t folded_end)
{
    uint32_t end = token + 1;
    while (end < note->tokens.n && fold[end] < folded_end)
        end++;
    return end;
}

static ac_rc push_meanings(ac_note *note, const ac_term_hit *hit, uint32_t token, ac_err *err)
{
    const ac_terms *sig = ac_terms_sig();
    ac_marks *marks = &note->marks;
    ac_sv surface = ac_term_surface(hit, &note->folded, note->text);
    uint32_t end = token_end_at(note, marks->fold, token, hit->end);
    marks->first[token] = (uint32_t)marks->n;
    for (const ac_term *m = hit->terms; m; m = ac_term_next(sig, m, surface, note->lang)) {
        marks->kinds[token] |= UINT64_C(1) << m->value;
        ac_mark *slot = ac_vec_push(marks, note->arena);
        if (!slot)
            return ac_fail(err, AC_ELIMIT, "no room for %zu marks", marks->n + 1);
        *slot = (ac_mark) { .token_begin = token, .token_end = end, .row = m->row, .kind = (uint8_t)m->value,
                            .ambiguous = m->flags & AC_TERM_AMBIGUOUS };
    }
    return AC_OK;
}

ac_rc ac_step_marks(ac_note *note, ac_err *err)
{
    ac_marks *marks = &note->marks;
    if (marks->first)
        return AC_OK;
    size_t n = note->tokens.n;
    marks->fold = ac_arena_alloc(note->arena, (n + 1) * sizeof *marks->fold);
    marks->kinds = marks->fold ? ac_arena_alloc(note->arena, (n + 1) * sizeof *marks->kinds) : NULL;
    marks->first = marks->kinds ? ac_arena_alloc(note->arena, (n + 1) * sizeof *marks->first) : NULL;
    if (!marks->first)
        return ac_fail(err, AC_ELIMIT, "no room to mark %zu tokens", n);
    place_tokens(note, marks->fold);
    memset(marks->first, 0xFF, (n + 1) * sizeof *marks->first); /* AC_NONE */
    for (uint32_t i = 0; i < n; i++) {
        ac_term_hit hit;
        if (ac_terms_longest(ac_terms_sig(), &note->folded, note->text, marks->fold[i], note->lang, &hit))
            AC_TRY(err, push_meanings(note, &hit, i, err));
    }
    return AC_OK;
}

const ac_mark *ac_mark_of(const ac_note *note, uint32_t token, ac_sig_kind kind)
{
    const ac_marks *marks = &note->marks;
    for (size_t i = marks->first[token]; i < marks->n && marks->at[i].token_begin == token; i++)
        if (marks->at[i].kind == (uint8_t)kind)
            return &marks->at[i];
    return NULL;
}

const ac_mark *ac_mark_before(const ac_note *note, uint32_t token, ac_sig_kind kind)
{
    for (uint32_t back = 1; back <= MARK_TOKENS_MAX && back <= token; back++) {
        const ac_mark *m = ac_mark_at(note, token - back, kind);
        if (m && m->token_end == token)
            return m;
    }
    return NULL;
}

ac_sv ac_mark_norm(const ac_mark *m) { return ac_terms_cell(ac_terms_sig(), m->row, 0); }

ac_span ac_tokens_span(const ac_note *note, uint32_t begin, uint32_t end)
{
    return (ac_span) { note->tokens.at[begin].begin, note->tokens.at[end - 1].end };
}

uint32_t ac_token_fold(const ac_note *note, uint32_t token)
{
    if (token >= note->tokens.n)
        return (uint32_t)note->folded.text.n;
    return note->marks.fold ? note->marks.fold[token] : ac_fold_at(&note->folded, note->tokens.at[token].begin);
}

uint32_t ac_token_behind(const ac_note *note, uint32_t token, uint32_t end)
{
    do
        token++;
    while (token < note->tokens.n && ac_token_fold(note, token) < end);
    return token;
}

bool ac_cell_number(ac_sv *s, double *out)
{
    size_t n = 0;
    while (n < s->n && (ac_is_digit(s->p[n]) || s->p[n] == '.' || (n == 0 && s->p[n] == '-')))
        n++;
    if (!ac_sv_to_double(ac_sv_sub(*s, 0, n), out))
        return false;
    *s = ac_sv_sub(*s, n, s->n);
    return true;
}

bool ac_token_is_dash(const ac_note *note, uint32_t token)
{
    ac_sv s = ac_token_text(note, token);
    return (s.n == 1 && s.p[0] == '-') ||
           (s.n == 3 && memcmp(s.p, "\xE2\x80", 2) == 0 && (unsigned char)s.p[2] >= 0x90 && (unsigned char)s.p[2] <= 0x95);
}
