/* Notes into which train/surrogate.py has written identifiers: what safe-harbor hides of these, and what else it hides. */
#include "eval/brat.h"
#include "eval/spans.h"
#include "nlp/pipeline.h"

#include <string.h>

enum { CLINICAL, GOLD, UNSCORED }; /* what a byte of the note is */

typedef struct {
    ac_span_score types;            /* names only */
    ac_count chars[AC_SPAN_TYPES];  /* by gold type */
    ac_count words;                 /* words that are no identifiers; tp: hidden */
    uint64_t notes, english, mismatches, marks;
} surrogate;

static ac_rc paint(ac_eval *e, const ac_eval_doc *d, const ac_brat *b, const uint8_t **out, ac_err *err)
{
    uint8_t *kind = ac_arena_alloc(e->scratch, d->note.text.n + 1);
    if (!kind)
        return ac_fail(err, AC_ELIMIT, "no room for the identifiers of a note");
    for (size_t i = 0; i < b->marks.n; i++) {
        ac_span s = b->marks.at[i].span;
        memset(kind + s.begin, ac_sv_eq(b->marks.at[i].type, AC_SV("UNSCORED")) ? UNSCORED : GOLD, ac_span_len(s));
    }
    *out = kind;
    return AC_OK;
}

static ac_rc score_marks(ac_eval *e, const ac_eval_doc *d, const ac_brat *b, const uint8_t *flags, surrogate *s, ac_err *err)
{
    for (size_t i = 0; i < b->marks.n; i++) {
        const ac_brat_mark *m = &b->marks.at[i];
        if (ac_sv_eq(m->type, AC_SV("UNSCORED")))
            continue;
        ac_sv name = ac_arena_copy(e->arena, m->type);
        uint32_t type = ac_span_type(&s->types, name);
        if (!name.p || type >= AC_SPAN_TYPES)
            return ac_fail(err, AC_ELIMIT, "too many types");
        ac_count c = ac_eval_covered(d->note.text, m->span, flags);
        ac_count_add(&s->chars[type], c);
        s->marks++;
        if (c.fn)
            AC_TRY(err, ac_eval_error_add(e, d, c.tp ? AC_EVAL_BOUNDARY : AC_EVAL_MISSED, m->span, name, AC_SV(""), err));
    }
    return AC_OK;
}

/* The type of what hides the word; empty when it was hidden as a repeated value. */
static ac_sv hider(const ac_note *note, ac_span word)
{
    for (size_t i = 0; i < note->phi.n; i++)
        if (ac_span_overlaps(note->phi.at[i].span, word))
            return ac_phi_name((ac_phi_type)note->phi.at[i].type);
    return AC_SV("");
}

static ac_rc score_words(ac_eval *e, const ac_eval_doc *d, const uint8_t *kind, const uint8_t *flags, surrogate *s, ac_err *err)
{
    for (size_t i = 0; i < d->note.tokens.n; i++) {
        const ac_token *t = &d->note.tokens.at[i];
        ac_span word = ac_span_of(t->begin, t->end);
        bool clinical = true;
        for (uint32_t k = t->begin; k < t->end; k++)
            clinical = clinical && kind[k] == CLINICAL;
        if (t->kind == AC_TOKEN_PUNCT || !clinical)
            continue;
        bool hidden = ac_eval_covered(d->note.text, word, flags).tp > 0;
        ac_count_decision(&s->words, true, hidden);
        if (hidden && e->opt->errors)
            AC_TRY(err, ac_eval_error_add(e, d, AC_EVAL_SPURIOUS, word, AC_SV(""), hider(&d->note, word), err));
    }
    return AC_OK;
}

static ac_rc report_surrogate(ac_eval *e, const surrogate *s, ac_err *err)
{
    ac_count all = { 0 };
    for (size_t i = 0; i < s->types.n_types; i++)
        ac_count_add(&all, s->chars[i]);
    AC_TRY(err, ac_eval_share(e, "character-recall", all.tp, all.tp + all.fn, err));
    AC_TRY(err, ac_eval_share(e, "over-redaction", s->words.tp, s->words.tp + s->words.fn, err));
    AC_TRY(err, ac_eval_share(e, "language", s->english, s->notes, err));
    AC_TRY(err, ac_eval_share(e, "gold-offset-errors", s->mismatches, s->marks, err));
    for (size_t i = 0; i < s->types.n_types; i++)
        AC_TRY(err, ac_eval_part(e, "character-recall", s->types.types[i].name, s->chars[i].tp,
                                 s->chars[i].tp + s->chars[i].fn, err));
    return AC_OK;
}

ac_rc ac_score_surrogate(ac_eval *e, ac_err *err)
{
    surrogate s = { 0 };
    ac_eval_doc d;
    ac_brat b;
    bool done;
    for (size_t i = 0;;) {
        const uint8_t *flags, *kind;
        AC_TRY(err, ac_brat_next(e, &i, NULL, &d, &b, &done, err));
        if (done)
            break;
        AC_TRY(err, ac_analyse(&d.note, err));
        AC_TRY(err, ac_eval_masked(&d, AC_DEID_SAFE_HARBOR, &flags, err));
        AC_TRY(err, paint(e, &d, &b, &kind, err));
        AC_TRY(err, score_marks(e, &d, &b, flags, &s, err));
        AC_TRY(err, score_words(e, &d, kind, flags, &s, err));
        s.notes++;
        s.english += d.note.lang == AC_LANG_EN;
        s.mismatches += b.mismatches;
    }
    return report_surrogate(e, &s, err);
}
