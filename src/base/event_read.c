#include "base/event_read.h"

ac_event_reader ac_event_reader_of(void *context, bool (*event)(void *context, const ac_event_read *e), size_t max)
{
    return (ac_event_reader) {
        .context = context, .event = event, .line = AC_SB(max), .type = AC_SB(max), .data = AC_SB(max), .id = AC_SB(max)
    };
}

void ac_event_reader_cleanup(ac_event_reader *r)
{
    ac_sb_cleanup(&r->line);
    ac_sb_cleanup(&r->type);
    ac_sb_cleanup(&r->data);
    ac_sb_cleanup(&r->id);
}

void ac_event_cut(ac_event_reader *r)
{
    ac_sb_clear(&r->line);
    ac_sb_clear(&r->type);
    ac_sb_clear(&r->data);
    r->begun = r->after_cr = false;
}

/* A blank line: the event is whole. One without data is none. */
static ac_rc dispatch(ac_event_reader *r, ac_err *err)
{
    AC_TRY(err, ac_sb_done(&r->data, err));
    if (r->data.n) {
        const ac_sv data = ac_sb_view(&r->data);
        const ac_event_read e = { ac_sb_view(&r->id), ac_sb_view(&r->type), ac_sv_sub(data, 0, data.n - 1) };
        r->stopped = !r->event(r->context, &e);
    }
    ac_sb_clear(&r->type);
    ac_sb_clear(&r->data);
    return r->stopped ? ac_fail(err, AC_ECANCELLED, "no more events are wanted") : AC_OK;
}

static void set(ac_sb *to, ac_sv value)
{
    ac_sb_clear(to);
    ac_sb_add(to, value);
}

static ac_rc take_line(ac_event_reader *r, ac_err *err)
{
    AC_TRY(err, ac_sb_done(&r->line, err));
    ac_sv value = ac_sb_view(&r->line), name;
    if (!r->begun && ac_sv_starts(value, AC_SV("\xEF\xBB\xBF")))
        value = ac_sv_sub(value, 3, value.n);
    r->begun = true;
    if (!value.n)
        return dispatch(r, err);
    const bool comment = value.p[0] == ':', has_colon = memchr(value.p, ':', value.n);
    (void)ac_sv_split(&value, ':', &name);
    value = !has_colon ? AC_SV("") : value.n && value.p[0] == ' ' ? ac_sv_sub(value, 1, value.n) : value;
    if (comment)
        return AC_OK;
    if (ac_sv_eq(name, AC_SV("data"))) {
        ac_sb_add(&r->data, value);
        ac_sb_add_char(&r->data, '\n');
    } else if (ac_sv_eq(name, AC_SV("event"))) {
        set(&r->type, value);
    } else if (ac_sv_eq(name, AC_SV("id")) && !(value.n && memchr(value.p, '\0', value.n))) {
        set(&r->id, value);
    }
    AC_TRY(err, ac_sb_done(&r->type, err));
    AC_TRY(err, ac_sb_done(&r->id, err));
    return ac_sb_done(&r->data, err);
}

static size_t line_end(ac_sv bytes)
{
    size_t n = 0;
    while (n < bytes.n && bytes.p[n] != '\n' && bytes.p[n] != '\r')
        n++;
    return n;
}

ac_rc ac_event_feed(ac_event_reader *r, ac_sv bytes, ac_err *err)
{
    if (r->stopped)
        return ac_fail(err, AC_ECANCELLED, "no more events are wanted");
    while (bytes.n) {
        if (r->after_cr && bytes.p[0] == '\n')
            bytes = ac_sv_sub(bytes, 1, bytes.n);
        r->after_cr = false;
        const size_t n = line_end(bytes);
        ac_sb_add(&r->line, ac_sv_sub(bytes, 0, n));
        AC_TRY(err, ac_sb_done(&r->line, err));
        if (n == bytes.n)
            return AC_OK;
        r->after_cr = bytes.p[n] == '\r';
        bytes = ac_sv_sub(bytes, n + 1, bytes.n);
        AC_TRY(err, take_line(r, err));
        ac_sb_clear(&r->line);
    }
    return AC_OK;
}
