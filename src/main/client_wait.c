/* aceso client submit --wait, --out: until the jobs have ended, and their results. */
#include "main/client_parts.h"
#include "main/sink.h"

#include "app/jobs.h"
#include "os/stop.h"

#include <stdio.h>

enum { FIRST_MS = 200, MOST_MS = 5000, LIST_ARENA = 64 << 20 };

typedef struct {
    ac_submit *s;
    ac_settings form; /* what the sink has to know */
    ac_sink sink;
    size_t ended;     /* of all notes */
    size_t next, end; /* of the batch whose results are read: the next note, behind the last one */
} waiter;

static bool is_over(const waiter *w) { return w->s->fatal || w->s->run->lost || ac_stop_signal(); }

static void show(waiter *w, size_t more)
{
    const size_t n = w->s->notes.n;
    ac_progress_to(&w->s->progress, w->ended + more, n ? (double)(w->ended + more) / (double)n : 1);
}

/* ---- until they have ended ---- */

/* Jobs come newest first, and their ids ascend in the order of the notes; one that is not there any more is passed
 * over. */
static size_t take_states(ac_submit *s, size_t from, size_t to, const ac_json *jobs)
{
    size_t ended = 0, i = to;
    for (const ac_json *j = jobs ? jobs->first : NULL; j; j = j->next) {
        ac_client_job job;
        if (!ac_client_job_of(j, &job))
            continue;
        while (i > from && ac_id_cmp(s->notes.at[i - 1].job.job, job.job) > 0)
            i--;
        if (i == from || !ac_id_eq(s->notes.at[i - 1].job.job, job.job))
            continue;
        ac_client_note *n = &s->notes.at[i - 1];
        job.error = n->job.error;
        n->job = job;
        n->known = ac_job_ended(job.state);
        ended += n->known;
    }
    return ended;
}

static ac_rc wait_batch(waiter *w, size_t from, size_t to, ac_client_answer *answer)
{
    char id[AC_ID_TEXT], path[AC_CLIENT_PATH];
    ac_submit *s = w->s;
    ac_id_format(s->notes.at[from].batch, id);
    (void)snprintf(path, sizeof path, "/v1/jobs?batch_id=%.*s&limit=%d", AC_ID_TEXT, id, AC_SUBMIT_MAX);
    for (int64_t pause = FIRST_MS;; pause = pause * 3 / 2 < MOST_MS ? pause * 3 / 2 : MOST_MS) {
        const ac_json *j = NULL;
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(LIST_ARENA);
        if (!arena)
            return AC_ENOMEM;
        AC_TRY(NULL, ac_client_json(s->run->client, &(ac_client_ask) { .path = path }, arena, &j, answer));
        const ac_json *jobs = ac_json_get(j, "jobs");
        const size_t there = jobs ? jobs->n : 0, ended = take_states(s, from, to, jobs);
        show(w, ended);
        if (ended >= there)
            return AC_OK;
        if (!ac_client_sleep(s->run->client, pause))
            return AC_ECANCELLED;
    }
}

static void on_event(void *context, const ac_client_job *event, ac_sv json)
{
    ac_client_note *n = context;
    (void)json;
    n->job.state = event->state;
    n->known = ac_job_ended(event->state);
}

static ac_rc wait_one(waiter *w, ac_client_note *n, ac_client_answer *answer)
{
    uint64_t last = 0;
    return ac_client_follow(w->s->run->client, n->job.job, &last, &(ac_client_listener) { n, on_event }, answer);
}

/* ---- results ---- */

static bool keep(void *context, ac_sv bytes)
{
    ac_sb_add(context, bytes);
    return ((ac_sb *)context)->rc == AC_OK;
}

static bool has_result(const ac_client_note *n)
{
    return n->known && (n->job.state == AC_JOB_COMPLETED || n->job.state == AC_JOB_INCOMPLETE);
}

static void write_out(waiter *w, ac_client_note *n, ac_work *work)
{
    ac_err err = { 0 };
    ac_sb_add(&work->id, n->id);
    if (ac_sink_write(&w->sink, work, &err) == AC_OK)
        return;
    ac_progress_clear(&w->s->progress);
    ac_say("%s: %s", w->sink.where, err.text);
    w->s->run->failed++;
}

/* result: empty: the server is asked for it. */
static void write_result(waiter *w, ac_client_note *n, ac_sv result)
{
    ac_client_answer answer = { 0 };
    ac_rc rc = AC_OK;
    ac_work work = {
        .s = &w->form, .input = n->in, .line = n->line, .out = AC_SB(AC_CLIENT_RESULT_MAX), .id = AC_SB(1 << 20)
    };
    ac_sb_add(&work.out, result);
    if (!result.n)
        rc = ac_client_result(w->s->run, n->job.job, &work.out, keep, &answer);
    if (rc != AC_OK)
        ac_submit_refused(w->s, n, rc, answer.why);
    else
        write_out(w, n, &work);
    ac_work_cleanup(&work);
}

static void finish_one(waiter *w, ac_client_note *n, ac_sv result)
{
    char why[128];
    ac_submit *s = w->s;
    if (!n->taken)
        return;
    if (!has_result(n)) {
        (void)snprintf(why, sizeof why, "the job %s",
                       !n->known                          ? "is not there any more"
                       : n->job.state == AC_JOB_CANCELLED ? "was cancelled"
                                                          : "failed: see client status JOB");
        ac_submit_failed(s, n, why);
    } else if (w->form.out_dir) {
        write_result(w, n, result);
    }
    w->ended++;
    if (!s->fatal)
        ac_submit_print(s, n);
    show(w, 0);
}

/* Of a batch, those before it had no result to be told. */
static void on_result(void *context, ac_id job, ac_sv result)
{
    waiter *w = context;
    while (w->next < w->end && !is_over(w)) {
        ac_client_note *n = &w->s->notes.at[w->next];
        const int order = ac_id_cmp(n->job.job, job);
        if (order > 0)
            return;
        w->next++;
        finish_one(w, n, order == 0 ? result : AC_SV(""));
    }
}

static void finish_group(waiter *w, size_t from, size_t to)
{
    ac_client_answer answer = { 0 };
    w->next = from;
    w->end = to;
    if (to - from > 1 && w->form.out_dir)
        (void)!ac_client_batch(w->s->run, w->s->notes.at[from].batch, w, on_result, &answer); /* the rest one by one */
    while (w->next < w->end && !is_over(w))
        finish_one(w, &w->s->notes.at[w->next++], AC_SV(""));
}

/* Those of one batch are waited for together. */
static size_t group_end(const ac_submit *s, size_t from)
{
    size_t to = from + 1;
    while (!ac_id_none(s->notes.at[from].batch) && to < s->notes.n &&
           ac_id_eq(s->notes.at[from].batch, s->notes.at[to].batch))
        to++;
    return to;
}

static void wait_all(waiter *w)
{
    ac_submit *s = w->s;
    for (size_t from = 0, to; from < s->notes.n && !is_over(w); from = to) {
        ac_client_answer answer = { 0 };
        ac_client_note *n = &s->notes.at[from];
        to = group_end(s, from);
        const ac_rc rc = !n->taken              ? AC_OK
                         : ac_id_none(n->batch) ? wait_one(w, n, &answer)
                                                : wait_batch(w, from, to, &answer);
        if (rc != AC_OK && rc != AC_ENOTFOUND) {
            ac_submit_refused(s, n, rc, answer.why);
            return;
        }
        finish_group(w, from, to);
    }
}

static void form_of(const ac_client_run *run, ac_settings *out)
{
    *out = (ac_settings) { .command = AC_CMD_CLIENT,
                           .out_dir = run->cli->value[AC_OPT_OUT],
                           .format = run->format == AC_CLIENT_TEXT   ? AC_FORMAT_TEXT
                                     : run->format == AC_CLIENT_FHIR ? AC_FORMAT_FHIR
                                                                     : AC_FORMAT_JSON };
}

void ac_submit_wait(ac_submit *s, const ac_inputs *inputs)
{
    waiter w = { .s = s };
    ac_err err = { 0 };
    form_of(s->run, &w.form);
    s->progress.what = "done";
    if (w.form.out_dir && ac_sink_open(&w.sink, &w.form, inputs, &err) != AC_OK) {
        ac_progress_clear(&s->progress);
        ac_say("%s: %s", w.sink.where, err.text);
        s->run->failed++;
        w.form.out_dir = NULL;
    }
    wait_all(&w);
    if (w.form.out_dir && ac_sink_finish(&w.sink, !s->fatal && !ac_stop_signal(), &err) != AC_OK) {
        ac_say("%s: %s", w.sink.where, err.text);
        s->run->failed++;
    }
    if (w.form.out_dir)
        ac_sink_close(&w.sink);
}
