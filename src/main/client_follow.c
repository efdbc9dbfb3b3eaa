/* Looking at jobs: their state, their events, their results. */
#include "main/client_parts.h"

#include "base/event_read.h"
#include "os/clock.h"

#include <stdio.h>
#include <string.h>

enum {
    EVENT_MAX = 64 << 10,
    EVENT_DEPTH = 8,
    ARENA = 1 << 20,
    RESULT_ARENA = 1 << 30,
    AGAIN_MS = 250,
    NS_PER_MS = 1000000,
    DEPTH = 64,
    TOO_LARGE = 413
};

bool ac_client_job_of(const ac_json *j, ac_client_job *out)
{
    ac_client_job job = { .job = ac_json_id(j, "id") };
    const ac_json *at = ac_json_get(j, "progress") ? ac_json_get(j, "progress") : j, *error = ac_json_get(j, "error");
    if (ac_id_none(job.job))
        job.job = ac_json_id(j, "job_id");
    job.event = (uint64_t)ac_json_i64(j, "event", 0);
    job.attempt = (uint64_t)ac_json_i64(j, "attempt", 0);
    job.step = (uint64_t)ac_json_i64(at, "step", 0);
    job.done = (uint64_t)ac_json_i64(at, "done", 0);
    job.total = (uint64_t)ac_json_i64(at, "total", 0);
    if (error && error->type == AC_JSON_OBJECT)
        job.error = ac_json_text(error, "code");
    else if (error && error->type == AC_JSON_STRING)
        job.error = error->text;
    *out = job;
    return !ac_id_none(job.job) && ac_job_state_parse(ac_json_text(j, "state"), &out->state);
}

/* ---- events ---- */

typedef struct {
    const ac_client_listener *listener;
    ac_client_ask ask;
    ac_event_reader reader;
    ac_id job;
    uint64_t *last;
    bool moved, ended; /* an event came, the last one came */
    ac_rc rc;
} follower;

static bool on_event(void *context, const ac_event_read *e)
{
    follower *f = context;
    ac_json *j;
    ac_client_job event;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena || ac_json_parse(e->data, EVENT_DEPTH, arena, &j, NULL) != AC_OK || !ac_client_job_of(j, &event) ||
        !ac_id_eq(event.job, f->job)) {
        f->rc = arena ? AC_EIO : AC_ENOMEM;
        return false;
    }
    if (event.event <= *f->last)
        return true;
    *f->last = event.event;
    f->moved = true;
    f->ended = ac_job_ended(event.state);
    f->listener->told(f->listener->context, &event, e->data);
    return !f->ended;
}

static bool on_bytes(void *context, ac_sv bytes)
{
    follower *f = context;
    const ac_rc rc = ac_event_feed(&f->reader, bytes, NULL);
    if (rc != AC_OK && rc != AC_ECANCELLED)
        f->rc = rc;
    return rc == AC_OK;
}

/* The stream was cut: the next one begins behind what came. */
static bool go_back(void *context)
{
    follower *f = context;
    ac_event_cut(&f->reader);
    f->ask.after = *f->last;
    return true;
}

static bool may_come_back(ac_rc rc) { return rc == AC_OK || rc == AC_EBUSY || rc == AC_EIO; }

static ac_rc read_streams(ac_client *c, follower *f, ac_client_answer *out)
{
    uint64_t silent_since = ac_clock_ticks_ns(ac_clock_system());
    for (;;) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        if (!arena)
            return AC_ENOMEM;
        f->moved = false;
        (void)go_back(f);
        const ac_rc rc = ac_client_send(c, &f->ask, arena, out);
        const uint64_t now = ac_clock_ticks_ns(ac_clock_system());
        if (f->ended)
            return AC_OK;
        if (f->rc != AC_OK || !may_come_back(rc))
            return f->rc != AC_OK ? f->rc : rc;
        silent_since = f->moved ? now : silent_since;
        if (now - silent_since > (uint64_t)c->patience_ms * NS_PER_MS || !ac_client_sleep(c, AGAIN_MS))
            return ac_client_stopped(c) ? AC_ECANCELLED : AC_EBUSY;
    }
}

ac_rc ac_client_follow(ac_client *c, ac_id job, uint64_t *last, const ac_client_listener *listener,
                       ac_client_answer *out)
{
    char id[AC_ID_TEXT], path[AC_CLIENT_PATH];
    follower f = { .listener = listener, .job = job, .last = last };
    ac_id_format(job, id);
    (void)snprintf(path, sizeof path, "/v1/jobs/%.*s/events", AC_ID_TEXT, id);
    f.ask = (ac_client_ask) {
        .path = path, .accept = "text/event-stream", .stream = true, .context = &f, .chunk = on_bytes, .rewind = go_back
    };
    f.reader = ac_event_reader_of(&f, on_event, EVENT_MAX);
    const ac_rc rc = read_streams(c, &f, out);
    ac_event_reader_cleanup(&f.reader);
    if (rc != AC_OK && !out->why[0])
        (void)snprintf(out->why, sizeof out->why, "its events cannot be read");
    return rc;
}

/* ---- results ---- */

/* Pieces as they come; after a cut what was given on before is passed over: a result does not change. */
typedef struct {
    void *context;
    bool (*piece)(void *context, ac_sv bytes);
    uint64_t given, seen;
} giver;

static bool on_piece(void *context, ac_sv bytes)
{
    giver *g = context;
    const uint64_t old = g->seen < g->given ? g->given - g->seen : 0;
    g->seen += bytes.n;
    if (old >= bytes.n)
        return true;
    g->given = g->seen;
    return g->piece(g->context, ac_sv_sub(bytes, (size_t)old, bytes.n));
}

static bool again(void *context)
{
    ((giver *)context)->seen = 0;
    return true;
}

static bool add_text(const ac_json *result, ac_sb *out)
{
    const ac_json *text = ac_json_get(ac_json_get(result, "deidentified"), "text");
    if (!text || text->type != AC_JSON_STRING)
        return false;
    ac_sb_add(out, text->text);
    if (!ac_sv_ends(text->text, AC_SV("\n")))
        ac_sb_add_char(out, '\n');
    return true;
}

bool ac_client_texts(ac_sv json, ac_sb *out)
{
    ac_json *j;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(RESULT_ARENA);
    if (!arena || ac_json_parse(json, DEPTH, arena, &j, NULL) != AC_OK)
        return false;
    const ac_json *several = ac_json_get(j, "results");
    if (!several)
        return add_text(j, out);
    bool all = several->n > 0;
    for (const ac_json *r = several->first; r && all; r = r->next)
        all = add_text(r, out);
    return all;
}

static bool keep(void *context, ac_sv bytes)
{
    ac_sb_add(context, bytes);
    return ((ac_sb *)context)->rc == AC_OK;
}

/* The server cannot take a part out of a very large result: then all of it is read. */
static ac_rc send_texts(ac_client_run *run, char *path, const giver *g, ac_client_answer *out)
{
    AC_AUTO(ac_sb) json = AC_SB(AC_CLIENT_RESULT_MAX), texts = AC_SB(AC_CLIENT_RESULT_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    giver whole = { &json, keep, 0, 0 };
    const ac_client_ask ask = { .path = path, .context = &whole, .chunk = on_piece, .rewind = again };
    if (!arena)
        return AC_ENOMEM;
    ac_rc rc = ac_client_send(run->client, &ask, arena, out);
    if (out->status == TOO_LARGE) {
        path[strcspn(path, "?")] = '\0';
        rc = ac_client_send(run->client, &ask, arena, out);
    }
    if (rc != AC_OK)
        return json.rc != AC_OK ? json.rc : rc;
    if (!ac_client_texts(ac_sb_view(&json), &texts) || texts.rc != AC_OK) {
        (void)snprintf(out->why, sizeof out->why, "the result has no de-identified text");
        return AC_EIO;
    }
    return g->piece(g->context, ac_sb_view(&texts)) ? AC_OK : AC_ECANCELLED;
}

ac_rc ac_client_result(ac_client_run *run, ac_id job, void *context, bool (*piece)(void *context, ac_sv bytes),
                       ac_client_answer *out)
{
    char id[AC_ID_TEXT], path[AC_CLIENT_PATH];
    giver g = { context, piece, 0, 0 };
    const bool fhir = run->format == AC_CLIENT_FHIR;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_id_format(job, id);
    (void)snprintf(path, sizeof path, "/v1/jobs/%.*s/%s%s", AC_ID_TEXT, id, fhir ? "fhir" : "result",
                   run->format == AC_CLIENT_TEXT                      ? "?fields=deidentified"
                   : fhir && ac_cli_flag(run->cli, AC_OPT_IDENTIFIED) ? "?identified=true"
                                                                      : "");
    if (run->format == AC_CLIENT_TEXT)
        return send_texts(run, path, &g, out);
    const ac_client_ask ask = { .path = path, .context = &g, .chunk = on_piece, .rewind = again };
    if (!arena)
        return AC_ENOMEM;
    const ac_rc rc = ac_client_send(run->client, &ask, arena, out);
    return rc == AC_OK && !piece(context, AC_SV("\n")) ? AC_ECANCELLED : rc;
}
