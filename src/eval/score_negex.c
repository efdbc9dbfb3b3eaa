/* The NegEx/ConText test rows: number, condition, sentence, negation, temporality, experiencer; tabs, Latin-1. */
#include "eval/latin1.h"
#include "eval/session.h"

typedef struct {
    ac_count negated, historical, hypothetical, family;
    uint64_t rows, unmatched;
} tally;

static bool same_letter(char a, char b) { return ac_lower(a) == ac_lower(b); }

/* Bytes of text that say the words; white space of any length matches. 0: they are not there. */
static size_t match_here(ac_sv text, size_t at, ac_sv words)
{
    size_t i = at, k = 0;
    while (k < words.n) {
        if (ac_is_space(words.p[k])) {
            if (i >= text.n || !ac_is_space(text.p[i]))
                return 0;
            while (k < words.n && ac_is_space(words.p[k]))
                k++;
            while (i < text.n && ac_is_space(text.p[i]))
                i++;
        } else if (i < text.n && same_letter(text.p[i], words.p[k])) {
            i++;
            k++;
        } else {
            return 0;
        }
    }
    return i - at;
}

static bool find_words(ac_sv text, ac_sv words, ac_span *out)
{
    for (size_t i = 0; words.n && i < text.n; i++) {
        size_t n = match_here(text, i, words);
        if (n) {
            *out = ac_span_of(i, i + n);
            return true;
        }
    }
    return false;
}

static void count_row(tally *t, ac_assertion found, ac_sv negation, ac_sv temporality, ac_sv experiencer)
{
    bool hypothetical = found == AC_HYPOTHETICAL || found == AC_CONDITIONAL;
    ac_count_decision(&t->negated, ac_sv_eq(negation, AC_SV("Negated")), found == AC_ABSENT);
    ac_count_decision(&t->historical, ac_sv_eq(temporality, AC_SV("Historical")), found == AC_HISTORICAL);
    ac_count_decision(&t->hypothetical, ac_sv_eq(temporality, AC_SV("Not particular")), hypothetical);
    ac_count_decision(&t->family, !ac_sv_eq(experiencer, AC_SV("Patient")), found == AC_FAMILY);
    t->rows++;
}

static ac_rc note_row(ac_eval *e, const ac_eval_doc *d, ac_span where, ac_assertion found, ac_sv negation,
                      ac_sv temporality, ac_err *err)
{
    ac_sv is = found < AC_ASSERTION_COUNT ? ac_assertion_name(found) : AC_SV("not found");
    bool negated = ac_sv_eq(negation, AC_SV("Negated")), past = ac_sv_eq(temporality, AC_SV("Historical"));
    if (negated != (found == AC_ABSENT))
        AC_TRY(err, ac_eval_error_add(e, d, negated ? AC_EVAL_MISSED : AC_EVAL_SPURIOUS, where,
                                      negated ? AC_SV("negated") : AC_SV("affirmed"), is, err));
    if (!negated && past != (found == AC_HISTORICAL))
        AC_TRY(err, ac_eval_error_add(e, d, past ? AC_EVAL_MISSED : AC_EVAL_SPURIOUS, where,
                                      past ? AC_SV("historical") : AC_SV("recent"), is, err));
    return AC_OK;
}

static bool cells_of(ac_sv row, ac_sv cell[6])
{
    for (size_t i = 0; i < 6; i++) {
        if (!ac_sv_split(&row, '\t', &cell[i]))
            return false;
        cell[i] = ac_sv_trim(cell[i]);
    }
    return cell[2].n > 0;
}

static ac_rc score_row(ac_eval *e, ac_sv cell[6], tally *t, ac_err *err)
{
    static const ac_lang english = AC_LANG_EN;
    ac_eval_doc d;
    ac_span where = { 0 };
    ac_assertion found = AC_ASSERTION_COUNT;
    AC_TRY(err, ac_eval_open(e, cell[0], cell[2], &english, &d, err));
    AC_TRY(err, ac_eval_prepare(&d, err));
    if (find_words(d.note.text, cell[1], &where)) {
        AC_TRY(err, ac_eval_inject(&d, where, err));
        AC_TRY(err, ac_eval_judge(&d, err));
        found = ac_eval_assertion(&d, where);
    } else {
        t->unmatched++;
    }
    count_row(t, found, cell[3], cell[4], cell[5]);
    return note_row(e, &d, where, found, cell[3], cell[4], err);
}

ac_rc ac_score_negex(ac_eval *e, ac_err *err)
{
    tally t = { 0 };
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file, line;
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer2, &file, err));
        AC_TRY(err, ac_latin1_to_utf8(file, e->buffer, &file, err));
        for (uint64_t n = 1; ac_sv_split(&file, '\n', &line); n++) {
            ac_sv cell[6];
            ac_eval_next(e);
            if (!ac_sv_trim(line).n)
                continue;
            if (!cells_of(line, cell))
                return ac_fail(err, AC_EINPUT, "line %lu has fewer than six columns", (unsigned long)n);
            if (ac_is_digit(cell[0].n ? cell[0].p[0] : ' ')) /* not the header */
                AC_TRY(err, score_row(e, cell, &t, err));
        }
    }
    AC_TRY(err, ac_eval_count(e, "label", AC_SV("negated"), t.negated, err));
    AC_TRY(err, ac_eval_count(e, "label", AC_SV("historical"), t.historical, err));
    AC_TRY(err, ac_eval_count(e, "label", AC_SV("hypothetical"), t.hypothetical, err));
    AC_TRY(err, ac_eval_count(e, "label", AC_SV("family"), t.family, err));
    return ac_eval_share(e, "condition-not-in-sentence", t.unmatched, t.rows, err);
}
