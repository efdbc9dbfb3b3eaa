/* Results as one JSON document: at once when they are small, piece by piece as the client takes them when they are not.
 */
#include "api/api_parts.h"
#include "api/jobs_json.h"
#include "net/feed.h"

typedef struct {
    ac_result_stream *stream;
    bool several, begun, more; /* more: an object has ended, and it is not known whether another comes */
    bool last;
    ac_sb lines; /* a piece as it is stored */
    ac_sb first; /* what was made before it was known whether more comes */
} results;

static void end(void *context)
{
    results *r = context;
    ac_result_close(r->stream);
    ac_sb_cleanup(&r->lines);
    ac_sb_cleanup(&r->first);
    ac_mem_free(r);
}

/* Within JSON there is no line feed: each ends an object. */
static void add_objects(results *r, ac_sv rest, ac_sb *to)
{
    while (rest.n) {
        const char *feed = memchr(rest.p, '\n', rest.n);
        const size_t n = feed ? (size_t)(feed - rest.p) : rest.n;
        if (r->more)
            ac_sb_add_char(to, ',');
        ac_sb_add(to, ac_sv_sub(rest, 0, n));
        r->more = feed;
        rest = ac_sv_sub(rest, n + 1, rest.n);
    }
}

/* One object as it is; several as {"results": [...]}. */
static ac_rc make(results *r, ac_sb *to, ac_err *err)
{
    ac_sb_clear(&r->lines);
    AC_TRY(err, ac_result_next(r->stream, &r->lines, &r->last, err));
    if (r->several && !r->begun)
        ac_sb_add(to, AC_SV("{\"results\":["));
    r->begun = true;
    add_objects(r, ac_sb_view(&r->lines), to);
    if (r->several && r->last)
        ac_sb_add(to, AC_SV("]}"));
    return ac_sb_done(to, err);
}

static ac_rc next(void *context, ac_sb *to, bool *last, ac_err *err)
{
    results *r = context;
    const bool again = r->first.n;
    ac_rc rc = AC_OK;
    if (again)
        ac_sb_add(to, ac_sb_view(&r->first));
    else
        rc = make(r, to, err);
    ac_sb_cleanup(&r->first);
    *last = r->last;
    return rc;
}

ac_rc ac_call_results(ac_call *c, ac_result_stream *stream, ac_err *err)
{
    results *r = ac_mem_alloc(sizeof *r);
    if (!r) {
        ac_result_close(stream);
        return ac_fail(err, AC_ENOMEM, "out of memory");
    }
    *r = (results) { .stream = stream,
                     .several = ac_result_lines(stream) != 1,
                     .lines = AC_SB(AC_ANSWER_MAX),
                     .first = AC_SB(AC_ANSWER_MAX) };
    const ac_rc rc = make(r, &r->first, err);
    if (rc != AC_OK) {
        end(r);
        return rc;
    }
    ac_reply_free(c->reply);
    c->reply = ac_reply_new(c->route->status);
    if (r->last) {
        ac_reply_own(c->reply, "application/json", &r->first);
        end(r);
    } else {
        ac_reply_feed(c->reply, "application/json", AC_REPLY_LENGTH_UNKNOWN, c->http, c->api->o.crew,
                      &(ac_feed_source) { r, next, end });
    }
    return AC_OK;
}

/* ---- documents ---- */

typedef struct {
    ac_pieces_in *pieces;
    ac_sb first;
    bool last; /* the first one is */
} document;

static ac_rc next_piece(void *context, ac_sb *to, bool *last, ac_err *err)
{
    document *d = context;
    if (!d->first.n)
        return ac_pieces_next(d->pieces, to, last, err);
    ac_sb_add(to, ac_sb_view(&d->first));
    ac_sb_cleanup(&d->first);
    *last = d->last;
    return ac_sb_done(to, err);
}

static void end_pieces(void *context)
{
    document *d = context;
    ac_pieces_close(d->pieces);
    ac_sb_cleanup(&d->first);
    ac_mem_free(d);
}

ac_rc ac_call_pieces(ac_call *c, ac_pieces_in *pieces, uint64_t bytes, ac_err *err)
{
    document *d = ac_mem_alloc(sizeof *d);
    if (!d) {
        ac_pieces_close(pieces);
        return ac_fail(err, AC_ENOMEM, "out of memory");
    }
    *d = (document) { .pieces = pieces, .first = AC_SB(AC_ANSWER_MAX) };
    const ac_rc rc = ac_pieces_next(pieces, &d->first, &d->last, err); /* so that a damaged one is an error */
    if (rc != AC_OK) {
        end_pieces(d);
        return rc;
    }
    ac_reply_free(c->reply);
    c->reply = ac_reply_new(c->route->status);
    ac_reply_feed(c->reply, "application/octet-stream", bytes, c->http, c->api->o.crew,
                  &(ac_feed_source) { d, next_piece, end_pieces });
    return AC_OK;
}
