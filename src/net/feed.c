#include "net/feed.h"

#include "net/hand.h"
#include "net/http_parts.h"

enum { PIECE_MAX = 1 << 17 };

/* While the crew makes a piece it holds the request, which then stays, although the client may go. */
typedef struct {
    ac_feed_source source;
    ac_http_request *r;
    struct ac_crew *crew;
    ac_sb made; /* the crew's while it is busy */
    bool last, busy, dropped;
    ac_rc rc;
} feed;

static void end(feed *f)
{
    f->source.free(f->source.context);
    ac_sb_cleanup(&f->made);
    ac_mem_free(f);
}

/* On the loop's thread. */
static void made(ac_http_request *r, void *arg)
{
    feed *f = arg;
    f->busy = false;
    if (f->dropped)
        end(f);
    else
        ac_http_more(r);
}

static void make(void *arg)
{
    feed *f = arg;
    f->rc = AC_OK;
    while (f->rc == AC_OK && !f->made.n && !f->last && !ac_http_is_gone(f->r))
        f->rc = f->source.next(f->source.context, &f->made, &f->last, NULL);
    ac_http_visit(f->r, made, f);
}

static ac_rc begin(feed *f)
{
    f->busy = true;
    ac_http_hold(f->r);
    const ac_rc rc = ac_hand(f->crew, make, f, NULL);
    if (rc == AC_OK)
        return AC_OK;
    ((ac_http_req *)f->r)->held = false;
    f->busy = false;
    return AC_EIO; /* too much is waiting: it is cut off, as what cannot be read */
}

/* One piece goes out while the next one is made. */
static ac_rc on_pull(void *context, ac_sb *to, size_t room, bool *last, ac_err *err)
{
    feed *f = context;
    (void)room;
    (void)err;
    if (f->busy)
        return AC_EBUSY;
    if (f->rc != AC_OK)
        return f->rc;
    if (!f->made.n && !f->last)
        return begin(f) == AC_OK ? AC_EBUSY : AC_EIO;
    ac_sb_add(to, ac_sb_view(&f->made));
    ac_sb_clear(&f->made);
    *last = f->last;
    return f->last ? AC_OK : begin(f);
}

static void on_free(void *context)
{
    feed *f = context;
    f->dropped = true;
    if (!f->busy)
        end(f);
}

void ac_reply_feed(ac_reply *p, const char *type, uint64_t length, ac_http_request *r, struct ac_crew *crew,
                   const ac_feed_source *source)
{
    feed *f = ac_mem_alloc(sizeof *f);
    if (!p || !f) {
        ac_mem_free(f);
        source->free(source->context);
        if (p)
            p->bad = true;
        return;
    }
    *f = (feed) { .source = *source, .r = r, .crew = crew, .made = AC_SB(PIECE_MAX) };
    ac_reply_pull(p, type, length, &(ac_reply_source) { f, on_pull, on_free });
}
