#include "base/event_read.h"

#include "kit/test.h"

enum { MAX = 256 };

typedef struct {
    ac_sb seen; /* "id|type|data;" of each */
    size_t n, stop_at;
} story;

static bool on_event(void *context, const ac_event_read *e)
{
    story *s = context;
    ac_sb_add(&s->seen, e->id);
    ac_sb_add_char(&s->seen, '|');
    ac_sb_add(&s->seen, e->type);
    ac_sb_add_char(&s->seen, '|');
    ac_sb_add(&s->seen, e->data);
    ac_sb_add_char(&s->seen, ';');
    return ++s->n != s->stop_at;
}

/* In pieces of so many bytes. */
static ac_rc feed(ac_event_reader *r, ac_sv text, size_t piece)
{
    for (size_t at = 0; at < text.n; at += piece)
        AC_TRY(NULL, ac_event_feed(r, ac_sv_sub(text, at, at + piece), NULL));
    return AC_OK;
}

static bool tells(ac_sv text, const char *wanted)
{
    bool same = true;
    for (size_t piece = 1; piece <= text.n + 1; piece = piece < 4 ? piece + 1 : piece * 3) {
        story s = { .seen = AC_SB(1 << 12) };
        ac_event_reader r = ac_event_reader_of(&s, on_event, MAX);
        same = same && feed(&r, text, piece) == AC_OK && ac_sv_eq(ac_sb_view(&s.seen), ac_sv_z(wanted));
        ac_event_reader_cleanup(&r);
        ac_sb_cleanup(&s.seen);
    }
    return same;
}

AC_TEST(event_read, as_the_standard_says)
{
    CHECK(tells(AC_SV("id: 1\nevent: queued\ndata: {\"a\":1}\n\n"), "1|queued|{\"a\":1};"));
    CHECK(tells(AC_SV("data: YHOO\ndata: +2\ndata: 10\n\n"), "||YHOO\n+2\n10;"));
    CHECK(tells(AC_SV(": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n"),
                "1||first event;||second event;|| third event;"));
    CHECK(tells(AC_SV("data\n\ndata\ndata\n\ndata:"), "||;||\n;")); /* the last one never ended */
    CHECK(tells(AC_SV("data:test\n\ndata: test\n\n"), "||test;||test;"));
}

AC_TEST(event_read, every_line_end_and_a_byte_order_mark)
{
    CHECK(tells(AC_SV("\xEF\xBB\xBF"
                      "data: a\r\n\r\ndata: b\r\rdata: c\n\n"),
                "||a;||b;||c;"));
    CHECK(tells(AC_SV("id: 5\r\ndata: a\r\n\r\nevent: none\r\n\r\ndata: b\r\n\r\n"),
                "5||a;5||b;")); /* an event without data is none, the id stays */
    CHECK(tells(AC_SV("retry: 1000\nunknown: x\ndata: a\n\n"), "||a;"));
    CHECK(tells((ac_sv) { "id: 1\nid: 2\0003\ndata: a\n\n", 23 }, "1||a;")); /* an id with NUL is passed over */
}

AC_TEST(event_read, what_is_too_long_is_an_error_and_not_cut)
{
    char line[MAX + 8];
    memset(line, 'x', sizeof line);
    story s = { .seen = AC_SB(1 << 12) };
    ac_event_reader r = ac_event_reader_of(&s, on_event, MAX);
    CHECK(ac_event_feed(&r, AC_SV("data: "), NULL) == AC_OK);
    CHECK(ac_event_feed(&r, (ac_sv) { line, sizeof line }, NULL) == AC_ELIMIT);
    ac_event_cut(&r);
    CHECK(ac_event_feed(&r, AC_SV("data: a\n\n"), NULL) == AC_OK && s.n == 1);
    ac_event_cut(&r);
    ac_rc rc = AC_OK; /* many short lines of data */
    for (size_t i = 0; i < MAX && rc == AC_OK; i++)
        rc = ac_event_feed(&r, AC_SV("data: abcdef\n"), NULL);
    CHECK(rc == AC_ELIMIT && s.n == 1);
    ac_event_reader_cleanup(&r);
    ac_sb_cleanup(&s.seen);
}

AC_TEST(event_read, a_cut_keeps_the_id_and_nothing_else)
{
    story s = { .seen = AC_SB(1 << 12) };
    ac_event_reader r = ac_event_reader_of(&s, on_event, MAX);
    CHECK(ac_event_feed(&r, AC_SV("id: 7\ndata: a\n\nevent: running\ndata: half"), NULL) == AC_OK);
    ac_event_cut(&r);
    CHECK(ac_sv_eq(ac_sb_view(&r.id), AC_SV("7")));
    CHECK(ac_event_feed(&r, AC_SV("\n\ndata: b\n\n"), NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sb_view(&s.seen), AC_SV("7||a;7||b;")));
    ac_event_reader_cleanup(&r);
    ac_sb_cleanup(&s.seen);
}

AC_TEST(event_read, whoever_has_seen_enough_is_told_no_more)
{
    story s = { .seen = AC_SB(1 << 12), .stop_at = 1 };
    ac_event_reader r = ac_event_reader_of(&s, on_event, MAX);
    CHECK(ac_event_feed(&r, AC_SV("data: a\n\ndata: b\n\n"), NULL) == AC_ECANCELLED && s.n == 1);
    CHECK(ac_event_feed(&r, AC_SV("data: c\n\n"), NULL) == AC_ECANCELLED && s.n == 1);
    ac_event_reader_cleanup(&r);
    ac_sb_cleanup(&s.seen);
}

AC_TEST(event_read, without_memory)
{
    AC_EACH_OOM(i)
    {
        story s = { .seen = AC_SB(1 << 12) };
        ac_event_reader r = ac_event_reader_of(&s, on_event, MAX);
        const ac_rc rc = ac_event_feed(&r, AC_SV("id: 1\nevent: e\ndata: a\n\n"), NULL);
        CHECK(rc == AC_ENOMEM || (rc == AC_OK && s.n == 1));
        ac_event_reader_cleanup(&r);
        ac_sb_cleanup(&s.seen);
    }
}
