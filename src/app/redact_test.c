/* Over a media port of the test's own, which keeps pages as text: what is planned, and that a copy which still tells is none. */
#include "app/redact.h"

#include "kit/test.h"

/* A document is words parted by blanks, each a box of its own; painting over makes "#" of a word. blind: regions are not painted. */
typedef struct {
    ac_media port;
    bool blind;
    int copies;
} fake;

static ac_rc read_words(ac_media *m, const ac_media_options *opt, ac_sv bytes, ac_arena *arena, ac_media_document *out, ac_err *err)
{
    (void)m, (void)opt;
    out->layout.text = ac_arena_copy(arena, bytes);
    ac_layout_page *page = ac_vec_push(&out->layout.pages, arena);
    if (!page)
        return ac_fail(err, AC_ELIMIT, "full");
    *page = (ac_layout_page) { .width = 612, .height = 792, .span = ac_span_of(0, bytes.n) };
    ac_sv rest = out->layout.text, word;
    while (ac_sv_split(&rest, ' ', &word)) {
        const uint32_t at = (uint32_t)(word.p - out->layout.text.p);
        ac_word *w = word.n ? ac_vec_push(&out->layout.words, arena) : NULL;
        if (w)
            *w = (ac_word) { .span = ac_span_of(at, at + word.n), .box = { (float)at, 0, (float)(at + word.n), 10 } };
    }
    return AC_OK;
}

static ac_rc paint(ac_media *m, const ac_media_options *opt, ac_media_change how, ac_sv bytes, const ac_layout *edit, ac_sb *out, ac_err *err)
{
    fake *f = (fake *)m;
    (void)opt, (void)how;
    f->copies++;
    ac_sb_add(out, bytes);
    for (size_t i = 0; i < edit->regions.n && !f->blind; i++)
        memset(out->p + (size_t)edit->regions.at[i].box.x0, '#', (size_t)(edit->regions.at[i].box.x1 - edit->regions.at[i].box.x0));
    return ac_sb_done(out, err);
}

static const ac_media_ops ops = { "fake", read_words, paint, NULL };

static ac_rc redact(fake *f, const char *text, ac_sb *out, ac_copy_report *report)
{
    static const ac_deid_options deid = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    const ac_process_options process = { .id = AC_SV("t"), .max_bytes = 1 << 20, .deid = &deid };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(64 << 20);
    f->port.ops = &ops;
    return ac_redact(&(ac_copy_options) { &f->port, &process, { .max_bytes = 1 << 20 } }, ac_sv_z(text), arena, out, report, NULL);
}

AC_TEST(redact, what_identifies_goes_wherever_it_stands)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, "Patient: Margaret Ellison MRN: 00473391 has asthma. Ellison takes metformin 500 mg.", &out, &report) == AC_OK);
    ac_sv copy = ac_sb_view(&out);
    CHECK(!memmem(copy.p, copy.n, "Ellison", 7) && !memmem(copy.p, copy.n, "Margaret", 8) && !memmem(copy.p, copy.n, "00473391", 8));
    CHECK(memmem(copy.p, copy.n, "has asthma.", 11) && memmem(copy.p, copy.n, "metformin 500 mg.", 17));
    CHECK(report.pages == 1 && report.regions >= 4 && report.rounds >= 2);
}

AC_TEST(redact, a_copy_is_made_even_of_what_tells_nothing)
{
    fake f = { 0 };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, "No chest pain.", &out, &report) == AC_OK && f.copies == 1 && report.regions == 0);
    CHECK(ac_sv_eq(ac_sb_view(&out), AC_SV("No chest pain.")));
}

AC_TEST(redact, a_copy_that_still_tells_is_no_copy)
{
    fake f = { .blind = true };
    ac_copy_report report;
    AC_AUTO(ac_sb) out = AC_SB(1 << 20);
    CHECK(redact(&f, "Patient: Margaret Ellison MRN: 00473391", &out, &report) == AC_EINTERNAL && out.n == 0);
}
