#include "main/mllp_server.h"

#include "main/mllp_seen.h"
#include "net/mllp.h"
#include "os/clock.h"
#include "os/file.h"

#include <string.h>
#include <time.h>

enum {
    WINDOW = 16,            /* messages of one connection under way; more are not read */
    UNSENT_MAX = 64 * 1024, /* of answers that a peer does not take, before nothing more is read of it */
    STRAY_MAX = 64 * 1024,  /* bytes outside of frames between two messages: this is no MLLP */
    HEAD_MAX = 8192,        /* of a message that is too long, for its header */
    SEEN = 4096, LINGER_MS = 2000, ACK_MAX = 16 * 1024, INCOMING_ARENA = 1 << 30,
    NS_PER_MS = 1000000,
};

typedef struct entry entry;

typedef struct {
    ac_mllp_server *server;
    ac_link *link;          /* NULL: gone; the rest stays for as long as messages are under way */
    ac_mllp mllp;
    entry *first, **last;   /* messages in the order of their answers */
    size_t n, bytes;        /* of them */
    uint64_t began_ns;      /* when the frame that is not whole yet began; 0: none */
    uint64_t stray;         /* mllp.stray at the last message */
    size_t over;            /* bytes of a frame that is too long */
    bool ended;             /* no more messages are taken */
} talk;

/* A message and its answers. While a worker has the job, only its message and what the check said may be looked at, and nothing changed. */
struct entry {
    ac_mllp_job job;
    talk *talk;             /* NULL: of a process before this one */
    entry *next;            /* of the same connection */
    entry *next_waiting;    /* for one with the same bytes that is being worked on */
    bool checked, enhanced, stored; /* as the job says since its last step */
    bool begun;             /* it is the one that others wait for */
    bool again;             /* its answer was known */
    bool accepted;          /* the acknowledgement of the first stage was due and is out; enhanced mode */
    bool done;
};

typedef struct {
    uint64_t messages, outcomes[3], again, silent;
} counts;

struct ac_mllp_server {
    ac_mllp_options opt;
    const ac_settings *settings;
    ac_mllp_folders folders;
    ac_listener *listener;
    ac_mllp_seen seen;
    ac_arena **arenas;      /* of the workers */
    void **workers;
    entry *waiting;
    ac_arena *names_arena;
    ac_names names;         /* of DIR/incoming at the start */
    size_t next_name;
    uint64_t started, acks; /* the ids of acknowledgements */
    counts counts;
};

/* ---- answers ------------------------------------------------------------------------------------------------------- */

static void answer(entry *e, ac_hl7_stage stage, ac_hl7_outcome outcome)
{
    ac_mllp_server *s = e->talk->server;
    AC_AUTO(ac_sb) text = AC_SB(ACK_MAX);
    AC_AUTO(ac_sb) frame = AC_SB(ACK_MAX);
    AC_AUTO(ac_sb) time = AC_SB(ACK_MAX);
    AC_AUTO(ac_sb) id = AC_SB(ACK_MAX);
    char at[AC_INSTANT_TEXT];
    ac_sv instant = ac_clock_instant(at), message = ac_sb_view(&e->job.message);
    if (!e->talk->link || e->job.silent || !ac_hl7_wants(message, stage, outcome))
        return;
    for (size_t i = 0; i < instant.n; i++)
        if (ac_is_digit(instant.p[i]))
            ac_sb_add_char(&time, instant.p[i]);
    ac_sb_add(&time, AC_SV("+0000"));
    ac_sb_addf(&id, "%llX.%llu", (unsigned long long)s->started, (unsigned long long)++s->acks);
    const bool bad = outcome != AC_HL7_TAKEN;
    const ac_hl7_reply reply = { stage, outcome, bad ? e->job.error : AC_HL7_E_NONE, ac_sb_view(&time), ac_sb_view(&id), bad ? e->job.place : AC_SV("") };
    if (ac_hl7_ack(message, &reply, &text, NULL) == AC_OK && ac_mllp_frame(ac_sb_view(&text), &frame, NULL) == AC_OK)
        ac_link_send(e->talk->link, ac_sb_view(&frame));
}

/* Enhanced mode: is the acknowledgement of the first stage out? It says that the message itself is safe. */
static bool accept_it(entry *e)
{
    if (!e->accepted && (e->stored || e->done)) {
        answer(e, AC_HL7_ACK_ACCEPT, e->stored ? AC_HL7_TAKEN : e->job.outcome);
        e->accepted = true;
    }
    return e->accepted;
}

/* The last answer. A message that was refused before it was accepted has had its only one, if its sender wanted that. */
static void conclude(entry *e)
{
    ac_sv message = ac_sb_view(&e->job.message);
    if (!e->enhanced)
        answer(e, AC_HL7_ACK_ACCEPT, e->job.outcome);
    else if (e->stored || !ac_hl7_wants(message, AC_HL7_ACK_ACCEPT, e->job.outcome))
        answer(e, AC_HL7_ACK_APPLICATION, e->job.outcome);
}

static void entry_free(entry *e)
{
    ac_mllp_job_cleanup(&e->job);
    ac_mem_free(e);
}

static bool has_room(const talk *t)
{
    return t->n < WINDOW && t->bytes <= t->server->settings->max_bytes && (!t->link || ac_link_unsent(t->link) < UNSENT_MAX);
}

static void talk_free(talk *t)
{
    ac_mllp_cleanup(&t->mllp);
    ac_mem_free(t);
}

/* Send what can be sent in order: of each stage an answer only after those of the messages before. May free t. */
static void flush(talk *t)
{
    for (entry *e = t->first; e && (e->enhanced ? accept_it(e) : e->done);)
        e = e->next;
    while (t->first && t->first->done) {
        entry *e = t->first;
        conclude(e);
        t->first = e->next;
        t->n--;
        t->bytes -= e->job.message.n;
        entry_free(e);
    }
    t->last = t->first ? t->last : &t->first;
    if (!t->link) {
        if (!t->n)
            talk_free(t);
        return;
    }
    ac_link_hold(t->link, t->n > 0);
    if (t->ended && !t->n)
        ac_link_finish(t->link);
    else if (has_room(t))
        ac_link_resume(t->link);
}

/* ---- messages on their way ----------------------------------------------------------------------------------------- */

static void tell(const ac_mllp_job *j)
{
    static const char *const codes[] = {
#define CODE(name, code, text) code,
        AC_HL7_ERRORS(CODE)
#undef CODE
    };
    if (j->outcome != AC_HL7_TAKEN)
        ac_say("message %llu: %s %s (%s)", (unsigned long long)j->number, j->outcome == AC_HL7_FAILED ? "AE" : "AR", codes[j->error], ac_rc_text(j->rc));
}

static void proceed(ac_mllp_server *s, entry *e);
static void wake(ac_mllp_server *s);

static void finish(ac_mllp_server *s, entry *e)
{
    e->done = true;
    if (e->begun)
        ac_mllp_seen_end(&s->seen, &e->job);
    s->counts.silent += e->job.silent;
    s->counts.again += e->again;
    s->counts.outcomes[e->job.outcome] += !e->again && !e->job.silent;
    if (!e->again && !e->job.silent)
        tell(&e->job);
    const bool waited_for = e->begun;
    if (e->talk)
        flush(e->talk);
    else
        entry_free(e);
    if (waited_for)
        wake(s);
}

/* A message that was answered is answered again, one that is being worked on is waited for. */
static void admit(ac_mllp_server *s, entry *e)
{
    const ac_mllp_known *k = e->job.printed && !e->job.silent ? ac_mllp_seen_find(&s->seen, &e->job) : NULL;
    if (k && k->state == AC_SEEN_RUNNING) {
        e->next_waiting = s->waiting;
        s->waiting = e;
        return;
    }
    if (k) {
        e->again = true;
        e->job.outcome = k->outcome;
        e->job.error = k->error;
        e->job.place = k->place;
        e->stored = k->stored;
        e->job.next = AC_MLLP_DONE;
    } else if (e->job.printed && !e->job.silent) {
        e->begun = true;
        ac_mllp_seen_begin(&s->seen, &e->job);
    }
    proceed(s, e);
}

/* Those that waited find the outcome now, or are worked on themselves, or wait again. */
static void wake(ac_mllp_server *s)
{
    entry *e = AC_MOVE(&s->waiting);
    while (e) {
        entry *next = e->next_waiting;
        admit(s, e);
        e = next;
    }
}

static void proceed(ac_mllp_server *s, entry *e)
{
    if (e->job.next != AC_MLLP_DONE && ac_listener_submit(s->listener, e, NULL) == AC_OK) {
        if (e->talk)
            flush(e->talk);
        return;
    }
    if (e->job.next != AC_MLLP_DONE) {
        e->job.retry = true;
        ac_mllp_job_refuse(&e->job, AC_HL7_REFUSED, AC_HL7_E_INTERNAL, AC_ENOMEM);
        e->job.next = AC_MLLP_DONE;
    }
    finish(s, e);
}

static void work(void *worker, void *job)
{
    entry *e = job;
    ac_mllp_job_step(worker, &e->job);
}

static void recover_next(ac_mllp_server *s);

static void worked(void *context, void *job)
{
    ac_mllp_server *s = context;
    entry *e = job;
    const bool old = !e->talk, first = !e->checked;
    e->checked = true;
    e->enhanced = e->job.enhanced;
    e->stored = e->job.stored;
    const bool last = e->job.next == AC_MLLP_DONE;
    if (first && !old)
        admit(s, e);
    else
        proceed(s, e);
    if (old && last)
        recover_next(s);
}

/* ---- connections --------------------------------------------------------------------------------------------------- */

static ac_rc opened(void *context, ac_link *link, void **state, ac_err *err)
{
    ac_mllp_server *s = context;
    talk *t = ac_mem_alloc(sizeof *t);
    if (!t)
        return ac_fail(err, AC_ENOMEM, "no room for a connection");
    *t = (talk) { .server = s, .link = link, .mllp = { .max = s->settings->max_bytes } };
    t->last = &t->first;
    *state = t;
    return AC_OK;
}

static entry *append(talk *t)
{
    entry *e = ac_mem_alloc(sizeof *e);
    if (!e)
        return NULL;
    *e = (entry) { .job = { .folders = &t->server->folders, .number = ++t->server->counts.messages }, .talk = t };
    *t->last = e;
    t->last = &e->next;
    t->n++;
    t->stray = t->mllp.stray;
    return e;
}

static ac_rc take_message(talk *t, ac_err *err)
{
    entry *e = append(t);
    if (!e)
        return ac_fail(err, AC_ENOMEM, "no room for a message");
    e->job.message = t->mllp.block; /* moved: a message is not copied */
    t->mllp.block = (ac_sb) { 0 };
    t->bytes += e->job.message.n;
    proceed(t->server, e);
    return AC_OK;
}

/* Nothing of it is kept but its header, so that its sender knows which one it was. */
static ac_rc refuse_long(talk *t, ac_err *err)
{
    entry *e = append(t);
    if (!e)
        return ac_fail(err, AC_ENOMEM, "no room for a message");
    e->job.message.max = HEAD_MAX;
    ac_sb_add(&e->job.message, ac_sv_sub(ac_sb_view(&t->mllp.block), 0, HEAD_MAX));
    ac_mllp_cleanup(&t->mllp);
    t->mllp.block = (ac_sb) { 0 };
    t->bytes += e->job.message.n;
    t->over = 0;
    ac_hl7_envelope envelope = { 0 };
    (void)ac_hl7_envelope_read(ac_sb_view(&e->job.message), &envelope);
    e->enhanced = envelope.enhanced;
    ac_mllp_job_refuse(&e->job, AC_HL7_REFUSED, AC_HL7_E_LENGTH, AC_ELIMIT);
    e->job.next = AC_MLLP_DONE;
    proceed(t->server, e);
    return AC_OK;
}

static bool is_skipping(const talk *t) { return t->mllp.state == AC_MLLP_SKIPPING || t->mllp.state == AC_MLLP_SKIP_ENDING; }

/* A frame has to end at some time, and what is no frame, too. */
static ac_rc check_patience(talk *t, bool paused, ac_err *err)
{
    const uint64_t now = ac_clock_ticks_ns(ac_clock_system());
    ac_link_expect(t->link, t->mllp.state != AC_MLLP_OUTSIDE && !paused);
    if (t->mllp.state == AC_MLLP_OUTSIDE || paused)
        t->began_ns = 0;
    else if (!t->began_ns)
        t->began_ns = now;
    else if ((now - t->began_ns) / NS_PER_MS > t->server->opt.wait_ms)
        return ac_fail(err, AC_ELIMIT, "a message that does not end");
    return t->mllp.stray - t->stray > STRAY_MAX ? ac_fail(err, AC_EINPUT, "no MLLP") : AC_OK;
}

static ac_rc bytes(void *state, ac_sv *rest, ac_err *err)
{
    talk *t = state;
    while (rest->n && !t->ended && has_room(t)) {
        const size_t before = rest->n;
        ac_mllp_event event;
        ac_sv message;
        AC_TRY(err, ac_mllp_take(&t->mllp, rest, &event, &message, err));
        t->over += is_skipping(t) ? before - rest->n : 0;
        t->ended = t->over > t->server->settings->max_bytes; /* it goes on and on */
        if (event == AC_MLLP_MESSAGE)
            AC_TRY(err, take_message(t, err));
        else if (event == AC_MLLP_TOO_LONG || t->ended)
            AC_TRY(err, refuse_long(t, err));
    }
    return check_patience(t, rest->n > 0, err);
}

static void ended(void *state)
{
    talk *t = state;
    t->ended = true;
    flush(t);
}

static void closed(void *state)
{
    talk *t = state;
    t->link = NULL;
    flush(t);
}

/* ---- messages of a process before this one ------------------------------------------------------------------------- */

/* False: no such file can be ours. */
static bool name_of(ac_sv path, char name[AC_MLLP_NAME])
{
    const char *slash = memrchr(path.p, '/', path.n);
    ac_sv file = slash ? ac_sv_sub(path, (size_t)(slash - path.p) + 1, path.n) : path;
    if (!ac_sv_ends(file, AC_SV(".hl7")) || file.n - 4 >= AC_MLLP_NAME)
        return false;
    memcpy(name, file.p, file.n - 4);
    name[file.n - 4] = '\0';
    return true;
}

static void recover_next(ac_mllp_server *s)
{
    while (s->next_name < s->names.n && !ac_listener_stopping(s->listener)) {
        entry *e = ac_mem_alloc(sizeof *e);
        if (!e)
            return;
        *e = (entry) { .job = { .folders = &s->folders, .next = AC_MLLP_LOAD, .message = AC_SB(s->settings->max_bytes) }, .checked = true };
        if (name_of(s->names.at[s->next_name++], e->job.name)) {
            e->job.number = ++s->counts.messages;
            proceed(s, e);
            return;
        }
        entry_free(e);
    }
}

/* ---- the server ---------------------------------------------------------------------------------------------------- */

static ac_rc make_workers(ac_mllp_server *s, ac_loop *loop, ac_err *err)
{
    const size_t n = s->settings->jobs;
    s->arenas = ac_mem_alloc(n * sizeof(ac_arena *));
    s->workers = ac_mem_alloc(n * sizeof(void *));
    if (!s->arenas || !s->workers)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (size_t i = 0; i < n; i++)
        s->workers[i] = &s->arenas[i];
    const ac_listener_options opt = { s->opt.links, s->opt.idle_ms, s->opt.wait_ms, LINGER_MS, n, s->workers };
    const ac_listener_ops ops = { s, opened, bytes, ended, closed, work, worked };
    return ac_listener_new(loop, &opt, &ops, &s->listener, err);
}

ac_rc ac_mllp_server_new(const ac_settings *settings, const ac_mllp_options *opt, ac_loop *loop, ac_mllp_server **out, ac_err *err)
{
    ac_mllp_server *s = ac_mem_alloc(sizeof *s);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *s = (ac_mllp_server) { .opt = *opt, .settings = settings, .started = (uint64_t)time(NULL) };
    *out = s;
    s->names_arena = ac_arena_new(INCOMING_ARENA);
    if (!s->names_arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_mllp_folders_open(settings, &s->folders, err));
    AC_TRY(err, ac_mllp_seen_new(SEEN, &s->seen, err));
    AC_TRY(err, make_workers(s, loop, err));
    return ac_dir_walk(s->folders.incoming, s->names_arena, &s->names, err);
}

ac_listener *ac_mllp_server_listener(ac_mllp_server *s) { return s->listener; }

void ac_mllp_server_tell(const ac_mllp_server *s)
{
    const counts *c = &s->counts;
    const ac_listener_counts l = ac_listener_counted(s->listener);
    ac_say("%llu messages: %llu accepted, %llu failed, %llu refused, %llu came again; %llu connections, %llu over the limit, %llu idle, %llu cut off",
           (unsigned long long)c->messages, (unsigned long long)c->outcomes[AC_HL7_TAKEN], (unsigned long long)c->outcomes[AC_HL7_FAILED],
           (unsigned long long)c->outcomes[AC_HL7_REFUSED], (unsigned long long)c->again, (unsigned long long)l.opened, (unsigned long long)l.refused,
           (unsigned long long)l.idle, (unsigned long long)l.cut);
}

void ac_mllp_server_begin(ac_mllp_server *s)
{
    for (size_t i = 0; i < s->settings->jobs; i++)
        recover_next(s);
}

void ac_mllp_server_free(ac_mllp_server *s)
{
    if (!s)
        return;
    ac_listener_free(s->listener);
    for (size_t i = 0; s->arenas && i < s->settings->jobs; i++)
        ac_arena_free(s->arenas[i]);
    ac_mem_free((void *)s->arenas);
    ac_mem_free((void *)s->workers);
    ac_mllp_seen_cleanup(&s->seen);
    ac_mllp_folders_cleanup(&s->folders);
    ac_arena_free(s->names_arena);
    ac_mem_free(s);
}
