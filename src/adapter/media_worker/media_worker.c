#include "adapter/media_worker/media_worker.h"

#include "core/media_read.h"
#include "core/media_request.h"
#include "core/media_type.h"
#include "os/clock.h"
#include "os/worker.h"

typedef struct {
    ac_media port;
    ac_worker *worker;
    ac_media_worker_options opt;
} media_worker;

enum { SILENCE_MS = 60 * 1000, CPU_SECONDS = 600, CRASHES_MAX = 10 };
#define MEMORY_BYTES (UINT64_C(2) << 30)

/* One document on its way. */
typedef struct {
    const ac_media_options *opt;
    int channel;
    uint32_t silence_ms;
    uint64_t began_ns;
    ac_mr reader;
    ac_zygote_status status;
    bool ended;              /* a status has come */
    bool careful;            /* a reader has failed, and nobody knows at which page; */
    bool begun;              /* but it could open the document */
    uint32_t crashes;
    ac_media_note killed;    /* why we stopped listening; AC_MEDIA_OK when we did not */
    char packet[AC_CHANNEL_PACKET_MAX];
} reading;

static void reading_cleanup_ptr(reading **r)
{
    if (!*r)
        return;
    ac_channel_close(&(*r)->channel);
    ac_mr_cleanup(&(*r)->reader);
    ac_mem_free(*r);
}

/* How long the next packet may take: until silence is suspicious, or the document's time is over. */
static int patience(const reading *r)
{
    uint32_t ms = r->silence_ms;
    if (r->opt->deadline_ms) {
        const uint64_t gone = (ac_clock_ticks_ns(ac_clock_system()) - r->began_ns) / 1000000;
        const uint64_t left = gone < r->opt->deadline_ms ? r->opt->deadline_ms - gone : 0;
        ms = left < ms ? (uint32_t)left : ms;
    }
    return ms > INT32_MAX ? INT32_MAX : (int)ms;
}

static ac_rc take(reading *r, ac_sv packet, ac_err *err)
{
    if ((unsigned char)packet.p[0] == AC_ZYGOTE_STATUS) {
        if (packet.n == sizeof r->status)
            memcpy(&r->status, packet.p, sizeof r->status);
        r->ended = true;
        return AC_OK;
    }
    const uint32_t done = r->reader.done;
    AC_TRY(err, ac_mr_packet(&r->reader, packet, err));
    if (r->opt->heard)
        r->opt->heard(r->opt->context, packet);
    if (r->opt->progress && r->reader.done != done &&
        !r->opt->progress(r->opt->context, r->reader.done, r->reader.total))
        return ac_fail(err, AC_ECANCELLED, "not wanted any more");
    return AC_OK;
}

static ac_rc listen(reading *r, ac_err *err)
{
    while (!r->ended) {
        size_t n = 0;
        ac_rc rc = ac_channel_receive(r->channel, patience(r), r->packet, sizeof r->packet, &n, NULL, err);
        if (rc == AC_EBUSY) {
            r->killed = AC_MEDIA_TIME;
            return AC_OK;
        }
        AC_TRY(err, rc);
        if (n == 0)
            return ac_fail(err, AC_EIO, "aceso-media has ended");
        AC_TRY(err, take(r, (ac_sv) { r->packet, n }, err));
    }
    return AC_OK;
}

/* A reader that ended without a word: by the clock's limit, or because it failed. */
static ac_media_note why(const reading *r)
{
    enum { KILLED_BY_CPU_LIMIT = 24 }; /* SIGXCPU */
    if (r->killed != AC_MEDIA_OK)
        return r->killed;
    if (r->reader.finished)
        return r->reader.failed;
    return r->status.signal == KILLED_BY_CPU_LIMIT ? AC_MEDIA_TIME : AC_MEDIA_CRASHED;
}

static ac_rc report(ac_media_note reason, ac_err *err)
{
    const bool limit = reason == AC_MEDIA_TOO_LARGE || reason == AC_MEDIA_TOO_MANY_PAGES || reason == AC_MEDIA_MEMORY ||
                       reason == AC_MEDIA_TIME;
    const ac_rc rc = limit ? AC_ELIMIT : AC_EINPUT;
#define SAY(id, name, text)                                                                                            \
    case id: return ac_fail(err, rc, text);
    switch (reason) {
        AC_MEDIA_NOTE_LIST(SAY)
    case AC_MEDIA_NOTES: break;
    }
#undef SAY
    return ac_fail(err, AC_EINTERNAL, "no such reason");
}

static void reading_of(const media_worker *m, const ac_media_options *opt, reading *r)
{
    r->opt = opt;
    r->channel = -1;
    r->silence_ms = m->opt.silence_ms ? m->opt.silence_ms : SILENCE_MS;
    r->began_ns = ac_clock_ticks_ns(ac_clock_system());
}

/* What stands for a value may be longer than it. */
static uint64_t most_text(const ac_media_options *opt, ac_media_mode mode)
{
    return mode == AC_MEDIA_READ ? opt->max_bytes : 4 * opt->max_bytes + UINT16_MAX;
}

static uint32_t tables_of(const ac_layout *l)
{
    uint32_t n = 0;
    for (size_t i = 0; i < l->cells.n; i++)
        n = l->cells.at[i].table >= n ? l->cells.at[i].table + 1 : n;
    return n;
}

static ac_rc begin(media_worker *m, ac_media_mode mode, ac_sv bytes, reading *r, ac_err *err)
{
    char buf[AC_MEDIA_REQUEST_BYTES];
    const ac_media_request request = { .mode = mode, .ocr_all = r->opt->ocr_all, .lang = r->opt->lang, .max_bytes = most_text(r->opt, mode),
                                       .careful = r->careful, .begun = r->begun, .page = (uint32_t)r->reader.layout.pages.n, .text = (uint32_t)r->reader.text.n,
                                       .words = (uint32_t)r->reader.layout.words.n, .tables = tables_of(&r->reader.layout), .max_pages = r->opt->max_pages, .max_memory = m->opt.max_memory ? m->opt.max_memory : MEMORY_BYTES,
                                       .cpu_seconds = m->opt.cpu_seconds ? m->opt.cpu_seconds : CPU_SECONDS };
    return ac_worker_begin(m->worker, ac_media_request_write(&request, buf), bytes, &r->channel, err);
}

/* ---- a reader that fails at a page ---- */

typedef struct {
    reading *r;
    ac_rc rc;
} own_words;

static bool say(void *context, ac_sv packet)
{
    own_words *own = context;
    own->rc = take(own->r, packet, NULL);
    return own->rc == AC_OK;
}

/* What it said of the page goes; leave_out: the page is one that cannot be read. As packets, so that who keeps what was
 * said keeps this, too. */
static ac_rc step_back(reading *r, bool leave_out)
{
    ac_mw w;
    own_words own = { r, AC_OK };
    ac_mw_init(&w, say, &own, r->opt->max_bytes);
    if (r->reader.in_page || !r->begun)
        ac_mw_back(&w);
    if (leave_out) {
        const uint32_t page = (uint32_t)r->reader.layout.pages.n;
        ac_mw_resume(&w, page, (uint32_t)r->reader.text.n, 0);
        ac_mw_page(&w, 0, 0);
        ac_mw_page_end(&w, AC_PAGE_FAILED, 0);
        ac_mw_warn(&w, AC_MEDIA_PAGE_UNREAD, page);
    }
    ac_mw_cleanup(&w);
    return own.rc;
}

/* Another one goes on with the page at which it failed, sending what it reads at once; when that fails, too, it is known
 * which page it was, and the next one goes on behind it. false: there is no going on */
static bool may_go_on(reading *r)
{
    const uint32_t total = r->reader.total;
    const bool known = r->careful, over = total && r->reader.layout.pages.n >= total + r->reader.in_page;
    if ((known && !total) || over || r->crashes++ == CRASHES_MAX)
        return false;
    r->begun |= total > 0;
    r->careful = true;
    r->reader.total = 0; /* until the next one has opened it */
    r->status = (ac_zygote_status) { 0 };
    r->ended = false;
    ac_channel_close(&r->channel);
    return step_back(r, known) == AC_OK;
}

static ac_rc read_document(ac_media *port, const ac_media_options *opt, ac_sv bytes, ac_arena *arena, ac_media_document *out,
                           ac_err *err)
{
    media_worker *m = (media_worker *)port;
    AC_AUTO_PTR(reading) r = ac_mem_alloc(sizeof *r);
    if (!r)
        return ac_fail(err, AC_ENOMEM, "no room to read a document");
    reading_of(m, opt, r);
    ac_mr_init(&r->reader, arena, opt->max_bytes);
    ac_media_note reason;
    do {
        AC_TRY(err, begin(m, AC_MEDIA_READ, bytes, r, err));
        AC_TRY(err, listen(r, err));
        reason = why(r);
    } while (reason == AC_MEDIA_CRASHED && !r->reader.finished && ac_media_type_of(bytes) == AC_MEDIA_PDF && may_go_on(r));
    if (reason != AC_MEDIA_OK)
        return report(reason, err);
    AC_TRY(err, ac_mr_end(&r->reader, err));
    *out = (ac_media_document) { r->reader.layout, r->reader.tree };
    return AC_OK;
}

/* ---- documents that are changed ---------------------------------------------------------------------------------------- */

/* The text up to there, with the headings that are in it. */
static void send_text(ac_mw *w, const ac_layout *edit, size_t *heading, uint32_t *at, uint32_t end)
{
    for (; *heading < edit->headings.n && edit->headings.at[*heading].span.end <= end; ++*heading) {
        const ac_span span = edit->headings.at[*heading].span;
        if (span.begin < *at)
            continue;
        ac_mw_text(w, ac_span_text(edit->text, (ac_span) { *at, span.begin }));
        ac_mw_heading(w);
        ac_mw_text(w, ac_span_text(edit->text, span));
        ac_mw_heading_end(w);
        *at = span.end;
    }
    ac_mw_text(w, ac_span_text(edit->text, (ac_span) { *at, end }));
    *at = end;
}

/* Of what has no pages: its text, cell by cell. */
static void send_cells(ac_mw *w, const ac_layout *edit)
{
    uint32_t done = 0;
    size_t heading = 0;
    ac_mw_type(w, edit->media_type);
    for (size_t i = 0; i < edit->cells.n; i++) {
        const ac_cell *cell = &edit->cells.at[i];
        send_text(w, edit, &heading, &done, cell->span.begin);
        ac_mw_cell(w, cell->table, cell->row, cell->column);
        send_text(w, edit, &heading, &done, cell->span.end);
        ac_mw_cell_end(w);
    }
    send_text(w, edit, &heading, &done, (uint32_t)edit->text.n);
}

/* The regions, and the words page by page. */
static bool send_edit(int channel, const ac_layout *edit, uint64_t max_bytes)
{
    ac_mw w;
    ac_mw_init(&w, ac_channel_put, &channel, max_bytes);
    if (!edit->pages.n)
        send_cells(&w, edit);
    for (size_t i = 0; i < edit->regions.n; i++)
        ac_mw_region(&w, edit->regions.at[i]);
    size_t word = 0;
    for (uint32_t p = 0; p < edit->pages.n; p++) {
        ac_mw_page(&w, edit->pages.at[p].width, edit->pages.at[p].height);
        for (; word < edit->words.n && edit->words.at[word].page == p; word++) {
            ac_mw_gap(&w, AC_GAP_BLANK);
            ac_mw_word(&w, ac_span_text(edit->text, edit->words.at[word].span), edit->words.at[word].box, edit->words.at[word].confidence);
        }
        ac_mw_page_end(&w, (ac_page_source)edit->pages.at[p].source, 0);
    }
    const bool sent = ac_mw_done(&w) && w.failed == AC_MEDIA_OK;
    ac_mw_cleanup(&w);
    return sent;
}

static ac_rc change_document(ac_media *port, const ac_media_options *opt, ac_media_change how, ac_sv bytes, const ac_layout *edit,
                             ac_sb *out, ac_err *err)
{
    media_worker *m = (media_worker *)port;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20); /* of a changed document, only bytes come back */
    AC_AUTO_PTR(reading) r = ac_mem_alloc(sizeof *r);
    if (!r || !arena)
        return ac_fail(err, AC_ENOMEM, "no room to change a document");
    reading_of(m, opt, r);
    ac_mr_init(&r->reader, arena, out->max);
    AC_TRY(err, begin(m, how == AC_CHANGE_REDACT ? AC_MEDIA_REDACT : AC_MEDIA_ANNOTATE, bytes, r, err));
    if (!send_edit(r->channel, edit, most_text(opt, AC_MEDIA_REDACT)))
        return ac_fail(err, AC_EIO, "aceso-media does not take what is to be changed");
    AC_TRY(err, listen(r, err));
    const ac_media_note reason = why(r);
    if (reason != AC_MEDIA_OK)
        return report(reason, err);
    ac_sb_add(out, ac_sb_view(&r->reader.bytes));
    return ac_sb_done(out, err);
}

static void free_worker(ac_media *port)
{
    media_worker *m = (media_worker *)port;
    ac_worker_free(m->worker);
    ac_mem_free(m);
}

static const ac_media_ops ops = { "aceso-media", read_document, change_document, free_worker };

ac_rc ac_media_worker_new(const ac_media_worker_options *opt, ac_media **out, ac_err *err)
{
    media_worker *m = ac_mem_alloc(sizeof *m);
    char *beside = opt->program ? NULL : ac_worker_program("aceso-media");
    const char *program = opt->program ? opt->program : beside;
    ac_rc rc = m && program ? ac_worker_new(program, &m->worker, err) : ac_fail(err, AC_ENOMEM, "no room for a worker");
    ac_mem_free(beside);
    if (rc != AC_OK) {
        ac_mem_free(m);
        return rc;
    }
    m->port.ops = &ops;
    m->opt = *opt;
    *out = &m->port;
    return AC_OK;
}
