/* Followers of jobs: event streams and WebSockets. A follower is told nothing but what the store has: when something
 * happens, or might have, a thread of the crew reads the events after the last one that was sent. So every client sees
 * the same story, in order, without gaps. */
#include "api/api_parts.h"
#include "api/jobs_json.h"
#include "net/sse.h"
#include "net/ws.h"

#include <stdatomic.h>

enum { EVENTS = 200, ARENA = 1 << 20, MESSAGE_MAX = 1 << 12, GATHER = 64 };

struct ac_follower {
    ac_api *api;
    ac_follower *next; /* in its place of the table */
    ac_job_id job;
    ac_principal who;
    uint64_t last; /* number of the last event that was sent; touched by the one thread that tells */
    bool over;     /* the job had ended before */
    bool legacy;   /* messages as those of the system that was replaced */
    ac_sse *sse;   /* one of the two */
    ac_ws *ws;
    atomic_int holders;  /* the table, whoever tells */
    atomic_bool telling; /* a thread is at it, or will be */
    atomic_bool again;   /* something happened meanwhile */
};

bool ac_follow_is_asked(const ac_visit *v, const ac_http_request *r)
{
    const ac_sv accept = ac_http_get(r, "accept");
    if (v->match.route->flags & AC_ROUTE_SOCKET)
        return true;
    return v->match.route->flags & AC_ROUTE_EVENTS &&
           (ac_ws_is_asked(r) || (accept.n && memmem(accept.p, accept.n, "text/event-stream", 17)));
}

/* ---- the table ---- */

static ac_follower **place(ac_api *a, ac_job_id id)
{
    return &a->followers[((size_t)id.v.b[AC_ID_BYTES - 2] << 8 | id.v.b[AC_ID_BYTES - 1]) % AC_FOLLOW_PLACES];
}

static void release(ac_follower *f)
{
    if (atomic_fetch_sub(&f->holders, 1) != 1)
        return;
    ac_sse_release(f->sse);
    ac_ws_release(f->ws);
    atomic_fetch_sub(&f->api->n_followers, 1);
    ac_mem_free(f);
}

static void add(ac_follower *f)
{
    ac_follower **at = place(f->api, f->job);
    ac_spin_lock(&f->api->lock);
    f->next = *at;
    *at = f;
    ac_spin_unlock(&f->api->lock);
}

/* Once: the table's hold is given back by whoever takes it out. */
static void take_out(ac_follower *f)
{
    bool found = false;
    ac_spin_lock(&f->api->lock);
    for (ac_follower **at = place(f->api, f->job); *at; at = &(*at)->next)
        if (*at == f) {
            *at = f->next;
            found = true;
            break;
        }
    ac_spin_unlock(&f->api->lock);
    if (found)
        release(f);
}

/* ---- telling ---- */

static void legacy_message(ac_jw *w, const ac_job_event *e)
{
    ac_jw_object(w);
    ac_jw_kid(w, "job_id", e->job.v);
    ac_jw_kstring(w, "status", ac_legacy_status(e->state));
    ac_jw_ku64(w, "event", e->number);
    ac_jw_end_object(w);
}

static ac_rc send(ac_follower *f, const ac_job_event *e)
{
    char number[24];
    AC_AUTO(ac_sb) data = AC_SB(MESSAGE_MAX);
    AC_AUTO(ac_sb) id = AC_SB(sizeof number);
    ac_jw w = ac_jw_to(&data, 0);
    if (f->legacy)
        legacy_message(&w, e);
    else
        ac_jw_job_event(&w, e);
    ac_sb_add_u64(&id, e->number);
    AC_TRY(NULL, ac_sb_done(&data, NULL));
    if (f->ws)
        return ac_ws_send(f->ws, true, ac_sb_view(&data), NULL);
    const ac_sse_event event = { .id = ac_sb_view(&id),
                                 .event = ac_sv_z(ac_job_state_name(e->state)),
                                 .data = ac_sb_view(&data) };
    return ac_sse_send(f->sse, &event, NULL);
}

static void finish(ac_follower *f, uint16_t code)
{
    if (f->ws)
        ac_ws_close(f->ws, code, AC_SV(""));
    else
        ac_sse_close(f->sse);
    take_out(f);
}

/* false: there is nothing more to tell, now or ever */
static bool tell_some(ac_follower *f)
{
    ac_job_events events = { 0 };
    if (f->who.expires_ms && ac_clock_now_ms(f->api->o.clock) >= f->who.expires_ms) {
        finish(f, AC_WS_POLICY); /* with a new token he goes on where he was */
        return false;
    }
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    if (!arena || ac_store_events(f->api->o.store, f->job, f->last, EVENTS, arena, &events, NULL) != AC_OK) {
        finish(f, AC_WS_NORMAL); /* the job was deleted, or the store fails: the client comes back and is told why */
        return false;
    }
    for (size_t i = 0; i < events.n; i++) {
        if (send(f, &events.at[i]) != AC_OK) {
            take_out(f);
            return false;
        }
        f->last = events.at[i].number;
        if (ac_job_ended(events.at[i].state)) {
            finish(f, AC_WS_NORMAL);
            return false;
        }
    }
    if (!events.n && f->over)
        finish(f, AC_WS_NORMAL);
    return events.n == EVENTS;
}

static void tell(void *arg)
{
    ac_follower *f = arg;
    do {
        atomic_store(&f->again, false);
        while (tell_some(f)) {}
        atomic_store(&f->telling, false);
        /* what happened between reading and this is told by whoever comes first */
    } while (atomic_load(&f->again) && !atomic_exchange(&f->telling, true));
    release(f);
}

/* Holds f for the thread that will tell. */
static void wake(ac_follower *f)
{
    atomic_store(&f->again, true);
    if (atomic_exchange(&f->telling, true))
        return;
    atomic_fetch_add(&f->holders, 1);
    if (ac_hand(f->api->o.crew, tell, f, NULL) != AC_OK) { /* too much waits: ac_api_tick comes back to it */
        atomic_store(&f->telling, false);
        release(f);
    }
}

typedef enum { OF_JOB, MISSED, ALL } which;

/* Some of those in a place, held, so that nothing is done under the lock. */
static size_t gather(ac_api *a, size_t index, which w, const ac_job_id *job, size_t skip, ac_follower *out[GATHER])
{
    size_t n = 0;
    ac_spin_lock(&a->lock);
    for (ac_follower *f = a->followers[index]; f && n < GATHER; f = f->next) {
        const bool wanted = w == OF_JOB ? ac_id_eq(f->job.v, job->v) : w == ALL || atomic_load(&f->again);
        if (!wanted || (skip && skip--))
            continue;
        atomic_fetch_add(&f->holders, 1);
        out[n++] = f;
    }
    ac_spin_unlock(&a->lock);
    return n;
}

static void each(ac_api *a, size_t index, which w, const ac_job_id *job, void (*act)(ac_follower *f))
{
    ac_follower *some[GATHER];
    size_t n, seen = 0;
    do {
        n = gather(a, index, w, job, w == MISSED ? 0 : seen, some);
        seen += n;
        for (size_t i = 0; i < n; i++) {
            act(some[i]);
            release(some[i]);
        }
    } while (w != MISSED && n == GATHER);
}

static void say_goodbye(ac_follower *f)
{
    if (f->ws)
        ac_ws_close(f->ws, AC_WS_GOING_AWAY, AC_SV(""));
    else
        ac_sse_close(f->sse);
}

void ac_api_event(ac_api *a, const ac_job *job, const ac_job_event *e)
{
    (void)e;
    if (atomic_load(&a->n_followers))
        each(a, (size_t)(place(a, job->id) - a->followers), OF_JOB, &job->id, wake);
}

void ac_api_tick(ac_api *a)
{
    for (size_t i = 0; atomic_load(&a->n_followers) && i < AC_FOLLOW_PLACES; i++)
        each(a, i, MISSED, NULL, wake);
}

void ac_api_stop(ac_api *a)
{
    for (size_t i = 0; i < AC_FOLLOW_PLACES; i++)
        each(a, i, ALL, NULL, say_goodbye);
}

/* ---- opening, on the loop's thread ---- */

static void sse_closed(void *context, ac_sse *s)
{
    (void)s;
    ac_follower *f = context;
    take_out(f);
    release(f); /* the stream's */
}

static void ws_closed(void *context, ac_ws *ws, uint16_t code)
{
    (void)ws;
    (void)code;
    ac_follower *f = context;
    take_out(f);
    release(f);
}

static void ws_message(void *context, ac_ws *ws, bool text, ac_sv data)
{
    (void)context;
    (void)ws;
    (void)text;
    (void)data; /* nothing is asked by them: clients of the system that was replaced send "ping" */
}

static uint64_t last_of(const ac_http_request *r)
{
    int64_t n;
    const ac_sv header = ac_http_get(r, "last-event-id"), param = ac_http_param(r, "after");
    if (ac_sv_to_i64(header.p ? header : param, &n) && n > 0)
        return (uint64_t)n;
    return 0;
}

static void open_stream(ac_http_request *r, void *arg)
{
    ac_follower *f = arg;
    if (ac_http_is_gone(r)) {
        release(f);
        return;
    }
    atomic_store(&f->holders, 3); /* this function's, the table's, the stream's */
    if (f->legacy || ac_ws_is_asked(r)) {
        const ac_ws_options opt = {
            .context = f, .message = ws_message, .closed = ws_closed, .message_max = MESSAGE_MAX
        };
        f->ws = ac_ws_open(r, &opt);
    } else {
        char request[AC_ID_TEXT];
        ac_reply *head = ac_reply_new(200);
        ac_id_format(f->who.request, request);
        ac_reply_header(head, "Request-Id", (ac_sv) { request, sizeof request });
        f->sse = ac_sse_open(r, head, &(ac_sse_options) { .context = f, .closed = sse_closed, .retry_ms = 1000 });
    }
    if (!f->ws && !f->sse) {
        atomic_store(&f->holders, 1);
        release(f);
        return;
    }
    add(f);
    wake(f);
    release(f);
}

void ac_follow(ac_visit *v, ac_http_request *r)
{
    ac_err err = { 0 };
    ac_job job;
    ac_call c = { .http = r };
    ac_follower *f = ac_mem_alloc(sizeof *f);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 16);
    const ac_job_id id = { v->match.args[0] };
    ac_rc rc = f && arena ? ac_jobs_get(v->api->o.service, &v->who, id, arena, &job, &err) : AC_ENOMEM;
    if (rc != AC_OK) {
        ac_mem_free(f);
        ac_visit_answer(v, r, &c, rc, &err);
        return;
    }
    *f = (ac_follower) { .api = v->api,
                         .job = id,
                         .who = v->who,
                         .last = last_of(r),
                         .over = ac_job_ended(job.state),
                         .legacy = v->match.route->flags & AC_ROUTE_SOCKET };
    f->who.deadline = NULL; /* of this request, which ends here */
    if (f->over && f->last >= job.event && !f->legacy && !ac_ws_is_asked(r)) {
        ac_mem_free(f); /* he has all of it: 204 says to an EventSource that it need not come back */
        c.reply = ac_reply_new(204);
        ac_visit_answer(v, r, &c, AC_OK, NULL);
        return;
    }
    atomic_store(&f->holders, 1);
    atomic_fetch_add(&v->api->n_followers, 1);
    ac_http_visit(r, open_stream, f);
}
