/* The report as text and as JSON. */
#include "base/json_write.h"
#include "eval/eval.h"

ac_sv ac_eval_group_name(ac_eval_group g)
{
    static const ac_sv names[AC_EVAL_GROUPS] = { { "missed", 6 }, { "spurious", 8 }, { "boundary", 8 }, { "type", 4 } };
    return names[g];
}

static void add_padded(ac_sb *out, ac_sv s, size_t width)
{
    ac_sb_add(out, s);
    for (size_t i = s.n; i < width; i++)
        ac_sb_add_char(out, ' ');
}

static void write_row(const ac_eval_row *r, ac_sb *out)
{
    ac_sb_add(out, AC_SV("  "));
    add_padded(out, r->measure, 28);
    add_padded(out, r->type, 34);
    if (r->counted)
        ac_sb_addf(out, " %6.2f %6.2f %6.2f  %6lu %6lu %6lu\n", 100 * ac_precision(r->count), 100 * ac_recall(r->count),
                   100 * r->value, (unsigned long)r->count.tp, (unsigned long)r->count.fp, (unsigned long)r->count.fn);
    else if (r->share)
        ac_sb_addf(out, "               %6.2f  %6lu of %lu\n", 100 * r->value, (unsigned long)r->count.tp, (unsigned long)r->n);
    else
        ac_sb_addf(out, "               %6.2f  over %lu\n", 100 * r->value, (unsigned long)r->n);
}

/* Line ends would break the table. */
static void add_line(ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        ac_sb_add_char(out, ac_is_space(s.p[i]) ? ' ' : s.p[i]);
}

/* The sentence with the words marked: "the [[intermittent]] cough". */
static void write_sentence(const ac_eval_error *x, ac_sb *out)
{
    bool marked = x->mark.end > x->mark.begin; /* words of the gold may stand nowhere in the text */
    ac_sb_add(out, AC_SV("           "));
    add_line(out, ac_sv_sub(x->sentence, 0, x->mark.begin));
    ac_sb_add(out, marked ? AC_SV("[[") : AC_SV(""));
    add_line(out, ac_sv_sub(x->sentence, x->mark.begin, x->mark.end));
    ac_sb_add(out, marked ? AC_SV("]]") : AC_SV(""));
    add_line(out, ac_sv_sub(x->sentence, x->mark.end, x->sentence.n));
    ac_sb_add_char(out, '\n');
}

static void write_error(const ac_eval_error *x, ac_sb *out)
{
    ac_sb_addf(out, "  %6lux  ", (unsigned long)x->times);
    add_line(out, x->words);
    ac_sb_add(out, x->words.n ? AC_SV("  [") : AC_SV("["));
    ac_sb_add(out, x->gold.n ? x->gold : AC_SV("-"));
    ac_sb_add(out, AC_SV(" / "));
    ac_sb_add(out, x->found.n ? x->found : AC_SV("-"));
    ac_sb_add(out, AC_SV("]"));
    if (x->found_words.n) {
        ac_sb_add(out, AC_SV("  found: "));
        add_line(out, x->found_words);
    }
    if (x->document.n) {
        ac_sb_add(out, AC_SV("  in "));
        ac_sb_add(out, x->document);
    }
    ac_sb_add_char(out, '\n');
    if (x->sentence.n)
        write_sentence(x, out);
}

static void write_total(const ac_eval_total *t, ac_sb *out)
{
    ac_sb_addf(out, "\n  %s: %lu %s, %lu different\n", ac_eval_group_name((ac_eval_group)t->group).p, (unsigned long)t->errors,
               t->errors == 1 ? "error" : "errors", (unsigned long)t->kinds);
}

static void write_errors(const ac_eval_report *report, ac_sb *out)
{
    size_t next = 0;
    for (size_t i = 0; i < report->totals.n; i++) {
        const ac_eval_total *t = &report->totals.at[i];
        if (i == 0 || !ac_sv_eq(t[-1].corpus, t->corpus)) {
            ac_sb_add(out, AC_SV("\nErrors in "));
            ac_sb_add(out, t->corpus);
            ac_sb_add(out, AC_SV("  [gold / found]\n"));
        }
        write_total(t, out);
        for (; next < report->errors.n && report->errors.at[next].group == t->group &&
               ac_sv_eq(report->errors.at[next].corpus, t->corpus); next++)
            write_error(&report->errors.at[next], out);
    }
}

void ac_eval_write_text(const ac_eval_report *report, ac_sb *out)
{
    ac_sv corpus = { 0 };
    for (size_t i = 0; i < report->rows.n; i++) {
        const ac_eval_row *r = &report->rows.at[i];
        if (i == 0 || !ac_sv_eq(corpus, r->corpus)) {
            corpus = r->corpus;
            ac_sb_add(out, i ? AC_SV("\n") : AC_SV(""));
            add_padded(out, corpus, 64);
            ac_sb_add(out, AC_SV("      P      R  F1 or %    right  wrong missed\n"));
        }
        write_row(r, out);
    }
    write_errors(report, out);
}

static void json_row(const ac_eval_row *r, ac_jw *j)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "corpus", r->corpus);
    ac_jw_kstring(j, "measure", r->measure);
    ac_jw_kstring(j, "type", r->type);
    if (r->counted) {
        ac_jw_ku64(j, "tp", r->count.tp);
        ac_jw_ku64(j, "fp", r->count.fp);
        ac_jw_ku64(j, "fn", r->count.fn);
        ac_jw_kdouble(j, "precision", ac_precision(r->count));
        ac_jw_kdouble(j, "recall", ac_recall(r->count));
        ac_jw_kdouble(j, "f1", r->value);
    }
    if (r->share)
        ac_jw_ku64(j, "part", r->count.tp);
    ac_jw_kdouble(j, "value", r->value);
    ac_jw_ku64(j, "n", r->n);
    ac_jw_end_object(j);
}

static void json_error(const ac_eval_error *x, ac_jw *j)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "corpus", x->corpus);
    ac_jw_kstring(j, "document", x->document);
    ac_jw_kstring(j, "group", ac_eval_group_name((ac_eval_group)x->group));
    ac_jw_kstring(j, "gold", x->gold);
    ac_jw_kstring(j, "found", x->found);
    ac_jw_kstring(j, "words", x->words);
    ac_jw_kstring(j, "found_words", x->found_words);
    ac_jw_kstring(j, "sentence", x->sentence);
    ac_jw_ku64(j, "mark_begin", x->mark.begin);
    ac_jw_ku64(j, "mark_end", x->mark.end);
    ac_jw_ku64(j, "times", x->times);
    ac_jw_end_object(j);
}

static void json_total(const ac_eval_total *t, ac_jw *j)
{
    ac_jw_object(j);
    ac_jw_kstring(j, "corpus", t->corpus);
    ac_jw_kstring(j, "group", ac_eval_group_name((ac_eval_group)t->group));
    ac_jw_ku64(j, "errors", t->errors);
    ac_jw_ku64(j, "different", t->kinds);
    ac_jw_end_object(j);
}

void ac_eval_write_json(const ac_eval_report *report, ac_sb *out)
{
    ac_jw j = ac_jw_to(out, 0);
    ac_jw_object(&j);
    ac_jw_kstring(&j, "format", AC_SV("aceso/eval/1"));
    ac_jw_karray(&j, "rows");
    for (size_t i = 0; i < report->rows.n; i++)
        json_row(&report->rows.at[i], &j);
    ac_jw_end_array(&j);
    ac_jw_karray(&j, "totals");
    for (size_t i = 0; i < report->totals.n; i++)
        json_total(&report->totals.at[i], &j);
    ac_jw_end_array(&j);
    ac_jw_karray(&j, "errors");
    for (size_t i = 0; i < report->errors.n; i++)
        json_error(&report->errors.at[i], &j);
    ac_jw_end_array(&j);
    ac_jw_end_object(&j);
    ac_sb_add_char(out, '\n');
}
