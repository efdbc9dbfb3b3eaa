/* The life of a connection: what comes is handed to what its phase wants, what takes too long is ended. */
#include "net/http_parts.h"

enum { CHECK_MS = 1000, MS = 1000 };

/* ---- the end ------------------------------------------------------------------------------------------------------- */

/* Whoever depends on the connection hears that it is not there any more. */
static void detach(ac_http_conn *c)
{
    const ac_http_upper *upper = c->upper;
    ac_http_req *r = c->request;
    c->upper = NULL;
    c->request = NULL;
    if (upper)
        upper->gone(c);
    if (!r)
        return;
    c->server->counts.gone++;
    r->status = 499;
    ac_http_gone(r);
}

void ac_http_drop(ac_http_conn *c)
{
    c->phase = AC_PHASE_OVER;
    ac_wire_close(&c->wire);
    detach(c);
}

void ac_http_finish(ac_http_conn *c)
{
    c->phase = AC_PHASE_OVER;
    c->since = ac_loop_now(c->server->loop);
    ac_wire_finish(&c->wire);
    detach(c);
}

void ac_http_refuse(ac_http_conn *c, int status)
{
    ac_http_server *s = c->server;
    s->counts.bad += status != 408;
    s->counts.late += status == 408;
    if (s->handler.on_refused)
        s->handler.on_refused(s->handler.context, status);
    ac_http_write(c, NULL, ac_reply_error(status, ac_status_code(status), ac_sv_z(ac_status_text(status)), AC_SV("")), true);
    ac_http_finish(c);
}

/* ---- what comes ---------------------------------------------------------------------------------------------------- */

static size_t take_head(ac_http_conn *c, ac_sv bytes)
{
    const size_t before = c->head.n;
    if (c->phase == AC_PHASE_IDLE) {
        c->phase = AC_PHASE_HEAD;
        c->since = ac_loop_now(c->server->loop);
        c->scan = (ac_head_scan) { 0 };
    }
    if (before)
        ac_sb_add(&c->head, bytes);
    ac_sv all = before ? ac_sb_view(&c->head) : bytes;
    const int status = c->head.rc == AC_OK ? ac_head_look(&c->scan, all, &c->server->limits) : 503;
    if (status == 200) {
        ac_sb head = c->head; /* all may lie there */
        c->head = (ac_sb) { 0 };
        ac_http_begin(c, ac_sv_sub(all, c->scan.begin, c->scan.at));
        ac_sb_cleanup(&head);
        return c->scan.at - before;
    }
    if (status) {
        ac_http_refuse(c, status);
    } else if (!before) {
        c->head = AC_SB(AC_WIRE_READ + c->server->limits.head + c->server->limits.target); /* the scan ends far before */
        ac_sb_add(&c->head, bytes);
    }
    return bytes.n;
}

static bool can_take(const ac_http_conn *c)
{
    switch (c->phase) {
    case AC_PHASE_IDLE:
    case AC_PHASE_HEAD: return ac_wire_unsent(&c->wire) <= AC_HTTP_HIGH;
    case AC_PHASE_BODY: return c->request && !c->request->paused;
    case AC_PHASE_WORK:
    case AC_PHASE_SOURCE: return false;
    case AC_PHASE_UPPER:
    case AC_PHASE_OVER: break;
    }
    return true;
}

static size_t take(ac_http_conn *c, ac_sv bytes)
{
    switch (c->phase) {
    case AC_PHASE_IDLE:
    case AC_PHASE_HEAD: return take_head(c, bytes);
    case AC_PHASE_BODY: return ac_http_take_body(c, bytes);
    case AC_PHASE_UPPER:
        if (c->upper)
            c->upper->bytes(c, bytes);
        break;
    case AC_PHASE_WORK:
    case AC_PHASE_SOURCE:
    case AC_PHASE_OVER: break;
    }
    return bytes.n;
}

static size_t on_bytes(ac_wire *w, ac_sv bytes)
{
    ac_http_conn *c = (ac_http_conn *)w;
    size_t at = 0;
    c->busy = true;
    while (at < bytes.n && !ac_http_is_over(c) && can_take(c))
        at += take(c, ac_sv_sub(bytes, at, bytes.n));
    c->busy = false;
    ac_http_settle(c);
    return ac_http_is_over(c) ? bytes.n : at;
}

/* A client that closes its side does not wait for an answer; one that has it all may have been told to close. */
static void on_ended(ac_wire *w)
{
    ac_http_conn *c = (ac_http_conn *)w;
    if (ac_http_is_over(c))
        return;
    if (c->phase == AC_PHASE_IDLE && ac_wire_unsent(w))
        ac_http_finish(c);
    else
        ac_http_drop(c);
}

static void on_drained(ac_wire *w) { ac_http_settle((ac_http_conn *)w); }

static void on_closed(ac_wire *w)
{
    ac_http_conn *c = (ac_http_conn *)w;
    detach(c);
    ac_loop_unset(c->server->loop, &c->timer);
    ac_sb_cleanup(&c->head);
    ac_http_conn_closed(c);
}

/* ---- patience ------------------------------------------------------------------------------------------------------ */

static uint64_t body_due(const ac_http_conn *c, uint64_t now)
{
    const ac_http_req *r = c->request;
    const ac_http_settings *s = &c->server->settings;
    const uint64_t took = now - c->since - r->paused_ms;
    if (r->paused)
        return 0;
    if (took < s->body_ms)
        return c->since + r->paused_ms + s->body_ms;
    return r->received < (took - s->body_ms) * s->rate / MS ? now : now + CHECK_MS;
}

/* Another thread may say how long it may take only after it has begun. */
static uint64_t work_due(const ac_http_conn *c, uint64_t now)
{
    const uint64_t late = c->request ? atomic_load_explicit(&c->request->late, memory_order_relaxed) : 0;
    return late && late < now + CHECK_MS ? late : now + CHECK_MS;
}

/* When the phase has taken too long, or has to be looked at: a time, now (it has), or 0 (never). */
static uint64_t phase_due(const ac_http_conn *c, uint64_t now)
{
    const ac_http_settings *s = &c->server->settings;
    switch (c->phase) {
    case AC_PHASE_IDLE: return c->since + (c->any ? s->idle_ms : s->head_ms);
    case AC_PHASE_HEAD: return c->since + s->head_ms;
    case AC_PHASE_BODY: return body_due(c, now);
    case AC_PHASE_UPPER: return c->upper_due;
    case AC_PHASE_OVER: return ac_wire_unsent(&c->wire) ? 0 : c->since + s->linger_ms;
    case AC_PHASE_WORK: return work_due(c, now);
    case AC_PHASE_SOURCE: break;
    }
    return 0;
}

/* Does the peer take what is sent? When that has to be looked at again, or 0; now: it does not. */
static uint64_t write_due(ac_http_conn *c, uint64_t now)
{
    const ac_http_settings *s = &c->server->settings;
    if (!ac_wire_unsent(&c->wire)) {
        c->stalled = 0;
        return 0;
    }
    const uint64_t acked = ac_wire_acked(&c->wire);
    if (c->stalled && now - c->stalled >= s->write_ms && acked - c->acked < (uint64_t)s->rate * s->write_ms / MS)
        return now;
    if (!c->stalled || now - c->stalled >= s->write_ms) {
        c->stalled = now;
        c->acked = acked;
    }
    return c->stalled + s->write_ms;
}

static void set_timer(ac_http_conn *c)
{
    const uint64_t now = ac_loop_now(c->server->loop), phase = phase_due(c, now), write = write_due(c, now);
    const uint64_t due = !phase || (write && write < phase) ? write : phase;
    if (due)
        ac_loop_after(c->server->loop, &c->timer, due > now ? (uint32_t)(due - now) : 0);
}

/* Once: whoever holds it may go on. */
static void work_is_late(ac_http_conn *c)
{
    const ac_http_handler *h = &c->server->handler;
    ac_http_req *r = c->request;
    atomic_store_explicit(&r->late, 0, memory_order_relaxed);
    if (r->held && !r->replied && h->on_late)
        h->on_late(h->context, &r->pub);
}

/* The phase has taken too long. */
static void on_late(ac_http_conn *c, uint64_t now)
{
    switch (c->phase) {
    case AC_PHASE_IDLE: ac_http_finish(c); break;
    case AC_PHASE_HEAD: ac_http_refuse(c, 408); break;
    case AC_PHASE_BODY:
        c->server->counts.late++;
        ac_http_fail(c->request, 408, true);
        break;
    case AC_PHASE_UPPER: {
        const uint32_t next = c->upper->look(c, now);
        c->upper_due = next ? now + next : 0;
        break;
    }
    case AC_PHASE_OVER: ac_http_drop(c); break;
    case AC_PHASE_WORK: work_is_late(c); break;
    case AC_PHASE_SOURCE: break;
    }
}

static void on_timer(ac_timer *t)
{
    ac_http_conn *c = (ac_http_conn *)((char *)t - offsetof(ac_http_conn, timer));
    const uint64_t now = ac_loop_now(c->server->loop), phase = phase_due(c, now), write = write_due(c, now);
    if (c->wire.closing)
        return;
    if (write && write <= now) {
        c->server->counts.late++;
        ac_http_drop(c);
        return;
    }
    if (c->phase == AC_PHASE_OVER && write)
        c->since = now; /* the peer has time from the last byte on */
    if (phase && phase <= now)
        on_late(c, now);
    ac_http_settle(c);
}

void ac_http_settle(ac_http_conn *c)
{
    if (c->busy || c->wire.closing)
        return;
    if (c->phase == AC_PHASE_SOURCE)
        ac_http_pump(c);
    ac_wire_flush(&c->wire);
    if (c->wire.closing) {
        detach(c);
        return;
    }
    set_timer(c);
    if (can_take(c))
        ac_wire_resume(&c->wire);
}

void ac_http_conn_prepare(ac_http_conn *c)
{
    static const ac_wire_ops ops = { on_bytes, on_ended, on_drained, on_closed };
    c->wire.ops = &ops;
    c->timer.fire = on_timer;
}

void ac_http_conn_begin(ac_http_conn *c)
{
    c->since = ac_loop_now(c->server->loop);
    ac_wire_start(&c->wire);
    ac_http_settle(c);
}
