#include "app/recall.h"

#include "core/media_read.h"
#include "kit/test.h"

/* A reader of a made-up format: the document is its text, one word a page. */
typedef struct {
    ac_media port;
    int reads;
    bool broken;
} reader;

typedef struct {
    const ac_media_options *opt;
    ac_mr *into;
} way;

static bool take(void *context, ac_sv packet)
{
    const way *w = context;
    if (ac_mr_packet(w->into, packet, NULL) != AC_OK)
        return false;
    if (w->opt->heard)
        w->opt->heard(w->opt->context, packet);
    return true;
}

static ac_rc read_words(ac_media *port, const ac_media_options *opt, ac_sv bytes, ac_arena *arena,
                        ac_media_document *out, ac_err *err)
{
    reader *self = (reader *)port;
    ac_mr into;
    ac_mw w;
    ac_sv rest = bytes, word;
    uint32_t page = 0;
    self->reads++;
    if (self->broken)
        return ac_fail(err, AC_EINPUT, "broken");
    ac_mr_init(&into, arena, opt->max_bytes);
    ac_mw_init(&w, take, &(way) { opt, &into }, opt->max_bytes);
    ac_mw_type(&w, AC_SV("application/x-words"));
    while (ac_sv_split(&rest, ' ', &word)) {
        ac_mw_page(&w, 100, 200);
        ac_mw_word(&w, word, (ac_box) { 1, 2, 3, 4 }, 90);
        ac_mw_page_end(&w, AC_PAGE_OCR, 0);
        if (opt->progress && !opt->progress(opt->context, ++page, 9))
            break;
    }
    if (rest.p && rest.n)
        ac_mw_fail(&w, AC_MEDIA_TIME);
    ac_mw_done(&w);
    ac_mw_cleanup(&w);
    ac_rc rc = ac_mr_end(&into, err);
    rc = rc == AC_OK && into.failed != AC_MEDIA_OK ? AC_ECANCELLED : rc;
    *out = (ac_media_document) { into.layout, into.tree };
    ac_mr_cleanup(&into);
    return rc;
}

static const ac_media_ops words = { "words", read_words, NULL, NULL };
static const ac_media_options options = { .max_bytes = 1 << 20 };

/* Its text and pages, or the reason why not. */
static bool gives(ac_recall *r, const ac_media_options *opt, ac_sv bytes, const char *text, size_t pages)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(4 << 20);
    ac_media_document out = { 0 };
    return ac_media_read(&r->port, opt, bytes, arena, &out, NULL) == AC_OK &&
           ac_sv_eq(out.layout.text, ac_sv_z(text)) && out.layout.pages.n == pages && out.layout.words.n == pages &&
           out.layout.words.at[0].box.y1 == 4.0f;
}

static ac_sv recording_of(ac_recall *r, ac_arena *arena) { return ac_arena_copy(arena, ac_recall_record(r)); }

AC_TEST(recall, what_was_read_once_is_not_read_again)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(4 << 20);
    reader below = { { &words }, 0, false };
    ac_recall first, second;
    ac_recall_init(&first, &below.port, AC_SV(""), 1 << 20);
    CHECK(!ac_recall_record(&first).n);
    CHECK(gives(&first, &options, AC_SV("one two"), "one\n\ftwo", 2) &&
          gives(&first, &options, AC_SV("six"), "six", 1));
    const ac_sv record = recording_of(&first, arena);
    CHECK(record.n && below.reads == 2);
    ac_recall_init(&second, &below.port, record, 1 << 20);
    CHECK(gives(&second, &options, AC_SV("one two"), "one\n\ftwo", 2) &&
          gives(&second, &options, AC_SV("six"), "six", 1));
    CHECK(below.reads == 2 && !ac_recall_record(&second).n); /* nothing new */
    CHECK(gives(&second, &options, AC_SV("more"), "more", 1) && below.reads == 3);
    CHECK(ac_sv_starts(ac_recall_record(&second), record) && ac_recall_record(&second).n > record.n);
    ac_media_free(&first.port);
    ac_media_free(&second.port);
}

AC_TEST(recall, another_document_or_damage_is_read)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(4 << 20);
    reader below = { { &words }, 0, false };
    ac_recall first, later;
    ac_recall_init(&first, &below.port, AC_SV(""), 1 << 20);
    CHECK(gives(&first, &options, AC_SV("one two"), "one\n\ftwo", 2));
    const ac_sv record = recording_of(&first, arena);
    ac_recall_init(&later, &below.port, record, 1 << 20);
    CHECK(gives(&later, &options, AC_SV("seventeen"), "seventeen", 1) && below.reads == 2);
    ac_media_free(&later.port);
    for (size_t n = 0; n < record.n; n++) { /* cut short anywhere */
        ac_recall_init(&later, &below.port, ac_sv_sub(record, 0, n), 1 << 20);
        const int reads = below.reads;
        CHECK(gives(&later, &options, AC_SV("one two"), "one\n\ftwo", 2) && below.reads == reads + 1);
        ac_media_free(&later.port);
    }
    ac_recall_init(&later, &below.port, AC_SV("aceso/recall/0.0.0\nanything"), 1 << 20);
    const int reads = below.reads;
    CHECK(gives(&later, &options, AC_SV("one two"), "one\n\ftwo", 2) && below.reads == reads + 1);
    ac_media_free(&later.port);
    ac_media_free(&first.port);
}

static bool stop_at_two(void *context, uint32_t done, uint32_t total)
{
    *(uint32_t *)context = done;
    return done < 2 && total == 9;
}

AC_TEST(recall, what_fails_or_is_too_large_is_not_recorded)
{
    reader below = { { &words }, 0, true };
    uint32_t done = 0;
    const ac_media_options stopped = { .max_bytes = 1 << 20, .progress = stop_at_two, .context = &done };
    ac_recall r;
    ac_recall_init(&r, &below.port, AC_SV(""), 1 << 20);
    CHECK(!gives(&r, &options, AC_SV("one"), "one", 1) && !ac_recall_record(&r).n);
    below.broken = false;
    CHECK(gives(&r, &options, AC_SV("one"), "one", 1) &&
          !ac_recall_record(&r).n); /* it would be the first, and is not */
    ac_media_free(&r.port);
    ac_recall_init(&r, &below.port, AC_SV(""), 1 << 20);
    CHECK(!gives(&r, &stopped, AC_SV("one two three"), "", 0) && done == 2 && !ac_recall_record(&r).n);
    ac_media_free(&r.port);
    ac_recall_init(&r, &below.port, AC_SV(""), 100);
    CHECK(gives(&r, &options, AC_SV("one two"), "one\n\ftwo", 2) && !ac_recall_record(&r).n);
    ac_media_free(&r.port);
}
