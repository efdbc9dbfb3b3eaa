/* aceso client watch: the events of many jobs at the same time. On a terminal a line with a bar for each job that is
 * under way, in a pipe a line for each event. */
#include "main/client_parts.h"

#include "os/clock.h"
#include "os/stop.h"
#include "os/terminal.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 16, BAR = 24, LINES_MAX = 12, FRAME_MS = 100, NS_PER_MS = 1000000, LINE_MAX = 256 };

typedef struct {
    ac_client_job job;
    bool begun, ended, failed;
} watched;

typedef struct {
    ac_client_run *run;
    watched *at;
    size_t n;
    bool bars;                 /* else lines */
    pthread_mutex_t lock;      /* of all below, of at, and of the outputs */
    size_t next, ended, drawn; /* the next job that nobody follows; lines on the terminal */
    bool stop;                 /* the server does not answer */
} watch;

typedef struct {
    watch *w;
    watched *job;
} place;

/* ---- lines ---- */

static void print_event(watch *w, const ac_client_job *e, ac_sv json)
{
    char id[AC_ID_TEXT];
    AC_AUTO(ac_sb) line = AC_SB(1 << 17);
    ac_id_format(e->job, id);
    if (w->run->format == AC_CLIENT_JSON)
        ac_sb_add(&line, ac_sv_trim(json));
    else
        ac_sb_addf(&line, "%.*s %s", AC_ID_TEXT, id, ac_job_state_name(e->state));
    ac_sb_add_char(&line, '\n');
    ac_client_print(w->run, ac_sb_view(&line));
}

/* ---- bars ---- */

static void add_bar(ac_sb *out, const ac_client_job *j)
{
    const double share = ac_job_ended(j->state)       ? 1
                         : j->total                   ? (double)j->done / (double)j->total
                         : j->state == AC_JOB_RUNNING ? 0.5
                                                      : 0;
    const int full = (int)(share * BAR);
    ac_sb_add_char(out, '[');
    for (int i = 0; i < BAR; i++)
        ac_sb_add(out, i < full ? AC_SV("█") : AC_SV("·"));
    ac_sb_add(out, AC_SV("] "));
}

static void add_line(ac_sb *out, const watched *j)
{
    char id[AC_ID_TEXT];
    ac_id_format(j->job.job, id);
    ac_sb_addf(out, "%.*s ", AC_ID_TEXT, id);
    add_bar(out, &j->job);
    ac_sb_add(out, ac_sv_z(ac_job_state_name(j->job.state)));
    if (j->job.total && !j->ended)
        ac_sb_addf(out, " %llu/%llu", (unsigned long long)j->job.done, (unsigned long long)j->job.total);
    ac_sb_add(out, AC_SV("\033[K\n"));
}

static void go_up(watch *w, ac_sb *out)
{
    if (w->drawn)
        ac_sb_addf(out, "\033[%zuA\r", w->drawn);
    w->drawn = 0;
}

/* Those that ended since stay above; below them those under way, and how many in all. */
static void draw(watch *w, const watched *just_ended)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    go_up(w, &out);
    if (just_ended)
        add_line(&out, just_ended);
    for (size_t i = 0; i < w->next && w->drawn < LINES_MAX; i++)
        if (w->at[i].begun && !w->at[i].ended) {
            add_line(&out, &w->at[i]);
            w->drawn++;
        }
    if (w->ended < w->n) {
        ac_sb_addf(&out, "%zu of %zu jobs have ended\033[K\n", w->ended, w->n);
        w->drawn++;
    }
    ac_sb_add(&out, AC_SV("\033[J"));
    ac_client_print(w->run, ac_sb_view(&out));
}

/* ---- following ---- */

static bool is_bad(ac_job_state s) { return s == AC_JOB_FAILED || s == AC_JOB_DEAD || s == AC_JOB_CANCELLED; }

static void on_event(void *context, const ac_client_job *event, ac_sv json)
{
    const place *p = context;
    watch *w = p->w;
    pthread_mutex_lock(&w->lock);
    p->job->job = *event;
    p->job->job.error = AC_SV("");
    p->job->begun = true;
    if (ac_job_ended(event->state)) {
        p->job->ended = true;
        w->ended++;
        w->run->failed += is_bad(event->state);
    }
    if (w->bars)
        draw(w, p->job->ended ? p->job : NULL);
    else
        print_event(w, event, json);
    pthread_mutex_unlock(&w->lock);
}

static void say_above(void *context, const char *text)
{
    watch *w = context;
    pthread_mutex_lock(&w->lock);
    AC_AUTO(ac_sb) out = AC_SB(LINE_MAX);
    if (w->bars) {
        go_up(w, &out);
        ac_sb_add(&out, AC_SV("\033[J"));
        ac_client_print(w->run, ac_sb_view(&out));
    }
    ac_say("%s: %s", w->run->client->told, text);
    pthread_mutex_unlock(&w->lock);
}

static void name_failure(watch *w, watched *j, ac_rc rc, const char *why)
{
    char id[AC_ID_TEXT], text[LINE_MAX + AC_CLIENT_WHY];
    const bool all = rc == AC_EBUSY || rc == AC_EAUTH || rc == AC_ENOMEM;
    ac_id_format(j->job.job, id);
    pthread_mutex_lock(&w->lock);
    const bool told = w->stop;
    w->stop |= all;
    j->ended = j->failed = true;
    w->ended++;
    w->run->failed++;
    pthread_mutex_unlock(&w->lock);
    (void)snprintf(text, sizeof text, "%.*s%s%s", all ? 0 : AC_ID_TEXT, id, all ? "" : ": ", why);
    if (!told)
        say_above(w, text);
}

static watched *next_job(watch *w)
{
    pthread_mutex_lock(&w->lock);
    watched *j = w->next < w->n && !w->stop && !w->run->lost && !ac_stop_signal() ? &w->at[w->next++] : NULL;
    pthread_mutex_unlock(&w->lock);
    return j;
}

static void *work(void *arg)
{
    watch *w = arg;
    for (watched *j; (j = next_job(w));) {
        uint64_t last = 0;
        ac_client_answer answer = { 0 };
        place p = { w, j };
        const ac_rc rc =
            ac_client_follow(w->run->client, j->job.job, &last, &(ac_client_listener) { &p, on_event }, &answer);
        if (rc != AC_OK && rc != AC_ECANCELLED)
            name_failure(w, j, rc, answer.why);
    }
    return NULL;
}

/* One thread of several does if no other can be had: this one. */
static void run_threads(watch *w)
{
    pthread_t threads[THREADS];
    size_t n = 0;
    while (n < THREADS && n + 1 < w->n && pthread_create(&threads[n], NULL, work, w) == 0)
        n++;
    (void)work(w);
    while (n)
        (void)pthread_join(threads[--n], NULL);
}

/* Whoever stops before the end gets the ids: the jobs go on. */
static void tell_left(watch *w)
{
    AC_AUTO(ac_sb) out = AC_SB(LINE_MAX);
    if (w->bars) {
        go_up(w, &out);
        ac_sb_add(&out, AC_SV("\033[J"));
        ac_client_print(w->run, ac_sb_view(&out));
    }
    for (size_t i = 0; w->bars && i < w->n; i++)
        if (!w->at[i].ended)
            print_event(w, &w->at[i].job, AC_SV("{}"));
    ac_say("%zu of %zu jobs have not ended; they go on at the server", w->n - w->ended, w->n);
}

int ac_client_watch(ac_client_run *run)
{
    ac_client_ids ids = { 0 };
    watch w = { .run = run, .bars = run->format == AC_CLIENT_UNSAID && ac_is_terminal(STDOUT_FILENO) };
    if (!ac_client_read_ids(run, &ids))
        return AC_EXIT_USAGE;
    w.n = ids.n;
    w.at = ac_arena_alloc(run->arena, (ids.n + 1) * sizeof *w.at);
    if (!w.at || pthread_mutex_init(&w.lock, NULL) != 0) {
        ac_say("out of memory");
        return AC_EXIT_FAILED;
    }
    for (size_t i = 0; i < ids.n; i++)
        w.at[i].job.job = ids.at[i];
    run->client->context = &w;
    run->client->tell = say_above;
    if (w.n)
        run_threads(&w);
    run->client->tell = NULL;
    if (w.ended < w.n)
        tell_left(&w);
    (void)pthread_mutex_destroy(&w.lock);
    return ac_client_exit(run);
}
