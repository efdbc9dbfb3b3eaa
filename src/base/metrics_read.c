#include "base/metrics_read.h"

#include <math.h>

/* One line, and how far it is read. */
typedef struct {
    ac_sv rest;
    ac_arena *arena;
    unsigned long number;
} line;

static ac_rc wrong(const line *l, ac_err *err)
{
    return ac_fail(err, AC_EINPUT, "line %lu is not in the text format of Prometheus", l->number);
}

static ac_rc full(ac_err *err) { return ac_fail(err, AC_ELIMIT, "more metrics than are read"); }

static void skip(line *l, size_t n) { l->rest = ac_sv_sub(l->rest, n, l->rest.n); }

static void skip_blanks(line *l)
{
    while (l->rest.n && (l->rest.p[0] == ' ' || l->rest.p[0] == '\t'))
        skip(l, 1);
}

static bool take(line *l, char c)
{
    skip_blanks(l);
    if (!l->rest.n || l->rest.p[0] != c)
        return false;
    skip(l, 1);
    return true;
}

static bool take_name(line *l, bool colons, ac_sv *out)
{
    size_t n = 0;
    skip_blanks(l);
    for (; n < l->rest.n; n++) {
        const char c = l->rest.p[n];
        if (!ac_is_alpha(c) && c != '_' && !(colons && c == ':') && !(n && ac_is_digit(c)))
            break;
    }
    *out = ac_sv_sub(l->rest, 0, n);
    skip(l, n);
    return n > 0;
}

static ac_rc unescape(line *l, ac_sv raw, ac_sv *out, ac_err *err)
{
    char *p = ac_arena_alloc(l->arena, raw.n);
    size_t n = 0;
    if (!p)
        return full(err);
    for (size_t i = 0; i < raw.n; i++) {
        const bool escaped = raw.p[i] == '\\';
        i += escaped;
        p[n++] = escaped && raw.p[i] == 'n' ? '\n' : raw.p[i];
    }
    *out = (ac_sv) { p, n };
    return AC_OK;
}

/* Behind the first quote. Most values hold nothing to undo, and are borrowed. */
static ac_rc take_quoted(line *l, ac_sv *out, ac_err *err)
{
    size_t n = 0;
    bool escapes = false;
    while (n < l->rest.n && l->rest.p[n] != '"') {
        const bool escape = l->rest.p[n] == '\\';
        escapes |= escape;
        n += escape ? 2 : 1;
    }
    if (n >= l->rest.n)
        return wrong(l, err);
    const ac_sv raw = ac_sv_sub(l->rest, 0, n);
    skip(l, n + 1);
    *out = raw;
    return escapes ? unescape(l, raw, out, err) : AC_OK;
}

/* Behind the opening brace; a comma may stand behind the last one. */
static ac_rc take_labels(line *l, ac_metric *m, ac_err *err)
{
    ac_metric_label some[AC_METRIC_LABELS_MAX];
    size_t n = 0;
    for (bool comma = true; !take(l, '}'); comma = take(l, ',')) {
        if (!comma)
            return wrong(l, err);
        if (n == AC_METRIC_LABELS_MAX)
            return ac_fail(err, AC_ELIMIT, "line %lu has more than %d labels", l->number, AC_METRIC_LABELS_MAX);
        if (!take_name(l, false, &some[n].name) || !take(l, '=') || !take(l, '"'))
            return wrong(l, err);
        AC_TRY(err, take_quoted(l, &some[n++].value, err));
    }
    ac_metric_label *kept = ac_arena_alloc(l->arena, (n + 1) * sizeof *kept);
    if (!kept)
        return full(err);
    memcpy(kept, some, n * sizeof *kept);
    m->labels = kept;
    m->n_labels = n;
    return AC_OK;
}

static bool take_word(line *l, ac_sv *out)
{
    size_t n = 0;
    skip_blanks(l);
    while (n < l->rest.n && l->rest.p[n] != ' ' && l->rest.p[n] != '\t')
        n++;
    *out = ac_sv_sub(l->rest, 0, n);
    skip(l, n);
    return n > 0;
}

static bool number_of(ac_sv word, double *out)
{
    const ac_sv bare = word.n && (word.p[0] == '+' || word.p[0] == '-') ? ac_sv_sub(word, 1, word.n) : word;
    if (ac_sv_eq_nocase(bare, AC_SV("Inf")) || ac_sv_eq_nocase(bare, AC_SV("Infinity"))) {
        *out = word.p[0] == '-' ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    if (ac_sv_eq_nocase(bare, AC_SV("NaN"))) {
        *out = (double)NAN;
        return true;
    }
    return ac_sv_to_double(word, out);
}

static ac_rc take_metric(line *l, ac_metric *m, ac_err *err)
{
    ac_sv word;
    int64_t when;
    if (!take_name(l, true, &m->name))
        return wrong(l, err);
    if (take(l, '{'))
        AC_TRY(err, take_labels(l, m, err));
    if (!take_word(l, &word) || !number_of(word, &m->value))
        return wrong(l, err);
    if (take_word(l, &word) && !ac_sv_to_i64(word, &when))
        return wrong(l, err);
    return take_word(l, &word) ? wrong(l, err) : AC_OK;
}

ac_rc ac_metrics_read(ac_sv text, ac_arena *arena, ac_metrics_list *out, ac_err *err)
{
    ac_metrics_list list = { 0 };
    line l = { .arena = arena };
    ac_sv rest = text;
    while (ac_sv_split(&rest, '\n', &l.rest)) {
        l.number++;
        l.rest = ac_sv_trim(l.rest);
        if (!l.rest.n || l.rest.p[0] == '#')
            continue;
        ac_metric m = { 0 };
        AC_TRY(err, take_metric(&l, &m, err));
        ac_metric *kept = ac_vec_push(&list, arena);
        if (!kept)
            return full(err);
        *kept = m;
    }
    *out = list;
    return AC_OK;
}

ac_sv ac_metric_label_of(const ac_metric *m, const char *label)
{
    for (size_t i = 0; i < m->n_labels; i++)
        if (ac_sv_eq(m->labels[i].name, ac_sv_z(label)))
            return m->labels[i].value;
    return AC_SV("");
}

double ac_metrics_sum(const ac_metrics_list *list, const char *name, const char *label, ac_sv value, bool *found)
{
    double sum = 0;
    bool any = false;
    for (size_t i = 0; i < list->n; i++) {
        const ac_metric *m = &list->at[i];
        if (!ac_sv_eq(m->name, ac_sv_z(name)) || (label && !ac_sv_eq(ac_metric_label_of(m, label), value)))
            continue;
        any = true;
        sum += isfinite(m->value) ? m->value : 0;
    }
    if (found)
        *found = any;
    return sum;
}
