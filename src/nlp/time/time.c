#include "nlp/time/time.h"

#include "base/search.h"
#include "nlp/text/section.h"
#include "nlp/time/calendar.h"
#include "nlp/time/time_parse.h"

enum { FUTURE_DAYS = 90, NOTE_DATE_GAP = 4, NOTE_DATE_WORDS = 6, NOTE_TOP = 600, WEEK = 7, EPOCH_WEEKDAY = 3 };

typedef bool parser(const ac_note *, uint32_t, ac_time_found *);

/* In this order: what is more specific comes first. */
static parser *const at_numbers[] = { ac_time_numeric_date, ac_time_named_date, ac_time_clock, ac_time_age,
                                      ac_time_relative, ac_time_bare_year, ac_time_duration, NULL };
static parser *const at_words[] = { ac_time_named_date, ac_time_relative, ac_time_age, ac_time_duration, NULL };

static bool parse_at(const ac_note *note, uint32_t token, ac_time_found *out)
{
    bool number = note->tokens.at[token].kind == AC_TOKEN_NUMBER;
    bool marked = note->marks.first[token] != AC_NONE;
    bool times = (note->tokens.at[token].shape & AC_SHAPE_HAS_DIGIT) && ac_lower(ac_token_text(note, token).p[0]) == 'x';
    if (!number && !marked && !times)
        return false;
    for (parser *const *p = number ? at_numbers : at_words; *p; p++)
        if ((*p)(note, token, out) && out->end > token && out->end <= note->tokens.n)
            return true;
    return false;
}

static ac_rc find_times(ac_note *note, ac_err *err)
{
    for (uint32_t i = 0; i < note->tokens.n;) {
        ac_time_found f;
        if (!parse_at(note, i, &f)) {
            i++;
            continue;
        }
        ac_time_expr *slot = ac_vec_push(&note->times, note->arena);
        if (!slot)
            return ac_fail(err, AC_ELIMIT, "no room for %zu times", note->times.n + 1);
        *slot = f.t;
        slot->span = ac_tokens_span(note, f.begin, f.end);
        i = f.end;
    }
    return AC_OK;
}

size_t ac_time_after(const ac_note *note, uint32_t at)
{
    return AC_COUNT_BEFORE(i, note->times.n, note->times.at[i].span.end <= at);
}

const ac_time_expr *ac_time_at(const ac_note *note, ac_span span)
{
    size_t i = ac_time_after(note, span.begin);
    return i < note->times.n && ac_span_overlaps(note->times.at[i].span, span) ? &note->times.at[i] : NULL;
}

int ac_time_past_weekday(const ac_note *note, uint32_t token)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_WEEKDAY);
    double day;
    ac_sv norm = m ? ac_mark_norm(m) : AC_SV("");
    if (!m || !ac_cell_number(&norm, &day))
        return 0;
    return norm.n || ac_mark_before(note, token, AC_SIG_SINCE) ? (int)day : 0;
}

/* The longest words of that kind that end before token: "date of birth" and not its "birth". */
static const ac_mark *longest_before(const ac_note *note, uint32_t token, ac_sig_kind kind)
{
    for (uint32_t back = NOTE_DATE_WORDS; back >= 1; back--) {
        const ac_mark *m = back <= token ? ac_mark_at(note, token - back, kind) : NULL;
        if (m && m->token_end == token)
            return m;
    }
    return NULL;
}

/* Words of this note and not of a history: they begin a statement. */
static bool of_this_note(const ac_note *note, uint32_t token)
{
    const ac_token *t = &note->tokens.at[token];
    uint16_t type = ac_note_section_type_at(note, t->begin);
    if (type == AC_SECTION_PMH || type == AC_SECTION_PSH || type == AC_SECTION_FAMILY)
        return false;
    return token == 0 || (t->shape & AC_SHAPE_LINE_START) || ac_token_is(note, token - 1, '.');
}

/* Names of dates count before a colon, and everywhere when they are more than a word; what can also tell a story
 * ("admitted on") at the head of a statement. Without a colon it must stand near the top. */
static bool labels(const ac_note *note, const ac_mark *m, bool marked)
{
    if (!m->ambiguous && (marked || m->token_end - m->token_begin > 1))
        return true;
    return (marked || note->tokens.at[m->token_begin].begin < NOTE_TOP) && of_this_note(note, m->token_begin);
}

/* The words that announce the note's date end at most a few marks before it. Their rank, 0 when none. */
static double announced_rank(const ac_note *note, const ac_time_expr *t)
{
    uint32_t at = ac_note_token_at(note, t->span.begin);
    const ac_mark *join = longest_before(note, at, AC_SIG_NOTE_DATE) ? NULL : longest_before(note, at, AC_SIG_DATE_PRE);
    at = join ? join->token_begin : at; /* "Admitted on", "Ingresado el día" */
    for (int k = 0; k < NOTE_DATE_GAP && at > 0; k++, at--) {
        const ac_mark *m = longest_before(note, at, AC_SIG_NOTE_DATE);
        double rank;
        if (m) {
            ac_sv norm = ac_mark_norm(m);
            return labels(note, m, k > 0) && ac_cell_number(&norm, &rank) ? rank : 0;
        }
        if (note->tokens.at[at - 1].kind != AC_TOKEN_PUNCT)
            return 0;
    }
    return 0;
}

ac_date ac_note_date_from_text(const ac_note *note)
{
    ac_date best = { 0 };
    double best_rank = 100;
    for (size_t i = 0; i < note->times.n; i++) {
        const ac_time_expr *t = &note->times.at[i];
        if (t->kind != AC_TIME_DATE || !ac_date_full(t->date))
            continue;
        double rank = announced_rank(note, t);
        if (rank > 0 && rank < best_rank) {
            best = t->date;
            best_rank = rank;
        }
    }
    return best;
}

/* "May 10" is the last one before the note; one shortly after it may be a plan, so that stays open. */
static ac_date with_year(ac_date d, ac_date note_date)
{
    ac_date open = d;
    if (!ac_date_full(note_date))
        return open;
    d.year = note_date.year;
    if (d.month == 2 && d.day == 29 && ac_month_days(d.year, 2) == 28)
        return open;
    int32_t ahead = ac_date_days(d) - ac_date_days(note_date);
    if (ahead > 0 && ahead <= FUTURE_DAYS && d.day)
        return open;
    if (ahead > 0)
        d.year--;
    return ac_date_valid(d) ? d : open;
}

static void count_weekday(const ac_note *note, ac_time_expr *t)
{
    int day = ac_time_past_weekday(note, ac_note_token_at(note, t->span.begin));
    if (!day)
        return;
    if (!ac_date_full(note->note_date)) {
        t->unit = 0;
        return;
    }
    int32_t today = (ac_date_days(note->note_date) + EPOCH_WEEKDAY) % WEEK;
    today = (today + WEEK) % WEEK + 1;
    t->amount = -(double)((today - day + WEEK - 1) % WEEK + 1);
}

static void resolve(ac_note *note)
{
    for (size_t i = 0; i < note->times.n; i++) {
        ac_time_expr *t = &note->times.at[i];
        if (t->kind == AC_TIME_DATE && t->date.year == 0)
            t->date = with_year(t->date, note->note_date);
        else if (t->kind == AC_TIME_RELATIVE && t->unit) {
            count_weekday(note, t);
            t->date = ac_date_move(note->note_date, t->amount, t->unit);
        }
    }
}

ac_rc ac_step_times(ac_note *note, ac_err *err)
{
    AC_TRY(err, ac_step_marks(note, err));
    AC_TRY(err, find_times(note, err));
    if (note->note_date.year == 0)
        note->note_date = ac_note_date_from_text(note);
    resolve(note);
    return AC_OK;
}

ac_sv ac_period_ucum(char unit)
{
    static const struct {
        char unit;
        ac_sv ucum;
    } codes[] = { { 'h', { "h", 1 } }, { 'i', { "min", 3 } }, { 's', { "s", 1 } }, { 'd', { "d", 1 } },
                  { 'w', { "wk", 2 } }, { 'o', { "mo", 2 } }, { 'a', { "a", 1 } } };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].unit == unit)
            return codes[i].ucum;
    return AC_SV("");
}
