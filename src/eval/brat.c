#include "eval/brat.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t id, mark; /* number of an event, number of its trigger */
} event;

typedef struct {
    event *at;
    size_t n, cap;
} events;

/* "T12" -> 12 for letter T */
static bool number_of(ac_sv s, char letter, uint32_t *out)
{
    int64_t v;
    if (s.n < 2 || s.p[0] != letter || !ac_sv_to_i64(ac_sv_sub(s, 1, s.n), &v) || v < 0 || v >= AC_NONE)
        return false;
    *out = (uint32_t)v;
    return true;
}

static bool offset_of(ac_sv s, uint32_t *out)
{
    int64_t v;
    if (!ac_sv_to_i64(s, &v) || v < 0 || v >= AC_NONE)
        return false;
    *out = (uint32_t)v;
    return true;
}

/* "10 14;20 25" -> 10, 25 */
static bool offsets_of(ac_sv s, uint32_t *begin, uint32_t *end)
{
    ac_sv fragment, a;
    bool first = true;
    while (ac_sv_split(&s, ';', &fragment)) {
        uint32_t b, c;
        if (!ac_sv_split(&fragment, ' ', &a) || !offset_of(a, &b) || !offset_of(fragment, &c))
            return false;
        if (first)
            *begin = b;
        *end = c;
        first = false;
    }
    return !first;
}

/* Quoted words and text agree up to the first byte beyond ASCII, or before an accent that is a character of its own there
 * (the text is normalised). A line end is quoted as a blank, a Windows one as two, so white space of any
 * length agrees. */
static bool agrees(ac_sv quoted, ac_sv text)
{
    size_t i = 0, k = 0;
    while (i < quoted.n && k < text.n) {
        if ((unsigned char)(quoted.p[i] | text.p[k]) >= 0x80)
            return true;
        if (ac_is_space(quoted.p[i]) != ac_is_space(text.p[k]) ||
            (!ac_is_space(quoted.p[i]) && quoted.p[i] != text.p[k]))
            return false;
        bool blank = ac_is_space(quoted.p[i]);
        do
            i++;
        while (blank && i < quoted.n && ac_is_space(quoted.p[i]));
        do
            k++;
        while (blank && k < text.n && ac_is_space(text.p[k]));
    }
    return i == quoted.n && k == text.n;
}

static ac_rc read_mark(ac_sv id, ac_sv rest, const ac_eval_doc *d, ac_arena *arena, ac_brat *out, ac_err *err)
{
    ac_sv head, type;
    uint32_t begin = 0, end = 0, points = ac_cp_of_byte(&d->points, (uint32_t)d->points.text.n);
    ac_brat_mark m = { 0 };
    bool readable = number_of(id, 'T', &m.id) && ac_sv_split(&rest, '\t', &head) && ac_sv_split(&head, ' ', &type) &&
                    offsets_of(head, &begin, &end);
    if (!readable || begin >= end || end > points) /* a gold mark that is lost would raise the score in silence */
        return ac_fail(err, AC_EINPUT, readable ? "annotation T%lu is not within its text" : "annotation T%lu is damaged",
                       (unsigned long)m.id);
    bool whole = !head.n || !memchr(head.p, ';', head.n);
    m.type = type;
    m.span = ac_eval_span(d, begin, end);
    ac_brat_mark *to = ac_vec_push(&out->marks, arena);
    if (!to)
        return ac_fail(err, AC_ELIMIT, "no room for an annotation");
    *to = m;
    out->mismatches += whole && !agrees(rest, ac_span_text(d->note.text, m.span));
    return AC_OK;
}

static int by_id(const void *a, const void *b)
{
    const ac_brat_mark *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

static uint32_t mark_index(const ac_brat *b, uint32_t id)
{
    ac_brat_mark key = { .id = id };
    const ac_brat_mark *m = b->marks.n ? bsearch(&key, b->marks.at, b->marks.n, sizeof key, by_id) : NULL;
    return m ? (uint32_t)(m - b->marks.at) : AC_NONE;
}

static int by_event(const void *a, const void *b)
{
    const event *x = a, *y = b;
    return (x->id > y->id) - (x->id < y->id);
}

/* "Arg1:T3" or "Arg2:E5" */
static uint32_t end_of(ac_sv s, const ac_brat *b, const events *ev)
{
    ac_sv label;
    uint32_t id;
    if (!ac_sv_split(&s, ':', &label))
        return AC_NONE;
    if (number_of(s, 'T', &id))
        return mark_index(b, id);
    if (!number_of(s, 'E', &id) || !ev->n)
        return AC_NONE;
    const event *x = bsearch(&(event) { .id = id }, ev->at, ev->n, sizeof(event), by_event);
    return x ? mark_index(b, x->mark) : AC_NONE;
}

static ac_rc read_event(ac_sv id, ac_sv rest, ac_arena *arena, events *out, ac_err *err)
{
    event ev;
    ac_sv trigger, type;
    if (!number_of(id, 'E', &ev.id) || !ac_sv_split(&rest, ' ', &trigger) || !ac_sv_split(&trigger, ':', &type) ||
        !number_of(trigger, 'T', &ev.mark))
        return AC_OK;
    event *to = ac_vec_push(out, arena);
    if (!to)
        return ac_fail(err, AC_ELIMIT, "no room for an annotation");
    *to = ev;
    return AC_OK;
}

static ac_rc read_link(ac_sv rest, const events *ev, ac_arena *arena, ac_brat *out, ac_err *err)
{
    ac_sv type, from, to;
    rest = ac_sv_trim(rest);
    if (!ac_sv_split(&rest, ' ', &type) || !ac_sv_split(&rest, ' ', &from) || !ac_sv_split(&rest, ' ', &to))
        return AC_OK;
    ac_brat_link link = { type, end_of(from, out, ev), end_of(to, out, ev) };
    ac_brat_link *at = link.from != AC_NONE && link.to != AC_NONE ? ac_vec_push(&out->links, arena) : NULL;
    if (at)
        *at = link;
    else if (link.from != AC_NONE && link.to != AC_NONE)
        return ac_fail(err, AC_ELIMIT, "no room for an annotation");
    return AC_OK;
}

ac_rc ac_brat_parse(ac_sv file, const ac_eval_doc *d, ac_arena *arena, ac_brat *out, ac_err *err)
{
    ac_brat b = { 0 };
    events ev = { 0 };
    for (int pass = 0; pass < 2; pass++) { /* links name what may stand below them */
        ac_sv lines = file, line, id;
        while (ac_sv_split(&lines, '\n', &line)) {
            if (line.n && line.p[line.n - 1] == '\r')
                line.n--;
            if (!ac_sv_split(&line, '\t', &id) || !id.n)
                continue;
            if (pass == 0 && id.p[0] == 'T')
                AC_TRY(err, read_mark(id, line, d, arena, &b, err));
            else if (pass == 0 && id.p[0] == 'E')
                AC_TRY(err, read_event(id, line, arena, &ev, err));
            else if (pass == 1 && id.p[0] == 'R')
                AC_TRY(err, read_link(line, &ev, arena, &b, err));
        }
        if (b.marks.n)
            qsort(b.marks.at, b.marks.n, sizeof b.marks.at[0], by_id);
        if (ev.n)
            qsort(ev.at, ev.n, sizeof ev.at[0], by_event);
    }
    *out = b;
    return AC_OK;
}

ac_rc ac_brat_next(ac_eval *e, size_t *i, const ac_lang *lang, ac_eval_doc *d, ac_brat *out, bool *done, ac_err *err)
{
    *done = *i >= e->n_files;
    if (*done)
        return AC_OK;
    ac_sv path = e->files[(*i)++], text, ann;
    ac_eval_next(e);
    const char *partner = ac_eval_partner(e, path, "txt");
    if (!partner)
        return ac_fail(err, AC_ELIMIT, "no room for a path");
    AC_TRY(err, ac_eval_read(e, partner, e->buffer2, &text, err));
    AC_TRY(err, ac_eval_read(e, path.p, e->buffer, &ann, err));
    AC_TRY(err, ac_eval_open(e, ac_eval_base(path), text, lang, d, err));
    AC_TRY(err, ac_brat_parse(ann, d, e->scratch, out, err));
    return AC_OK;
}
