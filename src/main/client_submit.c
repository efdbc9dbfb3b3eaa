/* aceso client submit: notes are collected into batches and sent, each batch once. */
#include "main/client_parts.h"

#include "app/jobs.h"
#include "os/stop.h"

#include <stdio.h>
#include <string.h>

enum { BATCH_NOTES = 500, BATCH_BYTES = 4 << 20, SEND_ARENA = 32 << 20, BODY_MAX = 64 << 20, PRINT_MAX = 16 << 10 };

/* ---- what is told ---- */

void ac_submit_failed(ac_submit *s, const ac_client_note *note, const char *why)
{
    ac_progress_clear(&s->progress);
    s->run->failed++;
    if (note->line)
        ac_say("%s:%llu: %s", note->in->path, (unsigned long long)note->line, why);
    else
        ac_say("%s: %s", note->in->path, why);
}

static bool is_for_all(ac_rc rc)
{
    return rc == AC_EBUSY || rc == AC_ERATE || rc == AC_EAUTH || rc == AC_EDENIED || rc == AC_ECANCELLED ||
           rc == AC_ENOMEM || rc == AC_EIO;
}

void ac_submit_refused(ac_submit *s, const ac_client_note *note, ac_rc rc, const char *why)
{
    if (!is_for_all(rc)) {
        ac_submit_failed(s, note, why);
        return;
    }
    if (!s->fatal && rc != AC_ECANCELLED) {
        ac_progress_clear(&s->progress);
        ac_say("%s: %s", s->run->client->told, why);
        s->run->failed++;
    }
    s->fatal = true;
}

static void add_json(const ac_submit *s, const ac_client_note *n, ac_sb *out)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "job_id", n->job.job);
    ac_jw_kid(&w, "batch_id", n->batch);
    ac_jw_kstring(&w, "input", ac_sv_z(n->in->path));
    if (n->line)
        ac_jw_ku64(&w, "line", n->line);
    if (n->id.n)
        ac_jw_kstring(&w, "id", n->id);
    if (s->wait) {
        ac_jw_key(&w, AC_SV("state"));
        if (n->known)
            ac_jw_string(&w, ac_sv_z(ac_job_state_name(n->job.state)));
        else
            ac_jw_null(&w);
    }
    ac_jw_end_object(&w);
}

void ac_submit_print(ac_submit *s, const ac_client_note *n)
{
    char id[AC_ID_TEXT];
    AC_AUTO(ac_sb) line = AC_SB(PRINT_MAX);
    ac_id_format(n->job.job, id);
    ac_progress_clear(&s->progress);
    if (s->run->format == AC_CLIENT_JSON)
        add_json(s, n, &line);
    else if (s->wait)
        ac_sb_addf(&line, "%.*s %s", AC_ID_TEXT, id, n->known ? ac_job_state_name(n->job.state) : "submitted");
    else
        ac_sb_addf(&line, "%.*s", AC_ID_TEXT, id);
    ac_sb_add_char(&line, '\n');
    ac_client_print(s->run, ac_sb_view(&line));
}

void ac_submit_taken(ac_submit *s, ac_client_note *n, ac_id batch, ac_id job)
{
    n->taken = true;
    n->batch = batch;
    n->job.job = job;
    if (!s->wait)
        ac_submit_print(s, n);
    ac_progress_step(&s->progress, s->share);
}

/* ---- batches ---- */

static void put_text(ac_jw *w, const char *name, ac_sv value)
{
    if (value.n)
        ac_jw_kstring(w, name, value);
}

ac_client_note *ac_submit_keep(ac_submit *s, const ac_client_note *note)
{
    ac_client_note *n = ac_vec_push(&s->notes, s->run->arena);
    if (n) {
        *n = *note;
        n->id = ac_arena_copy(s->run->arena, note->id);
    }
    if (!n || (note->id.n && !n->id.p)) {
        ac_submit_refused(s, note, AC_ENOMEM, "too many documents at once");
        return NULL;
    }
    return n;
}

/* The end of a long name tells more than its beginning. */
ac_sv ac_submit_name(ac_sv name)
{
    if (!ac_utf8_is(name))
        return AC_SV("");
    size_t skip = name.n > AC_NAME_MAX ? name.n - AC_NAME_MAX : 0;
    while (skip && skip < name.n && ((unsigned char)name.p[skip] & 0xC0) == 0x80)
        skip++;
    return ac_sv_sub(name, skip, name.n);
}

void ac_submit_note(ac_submit *s, const ac_client_note *note, const ac_client_how *how, ac_sv name, ac_sv text)
{
    const ac_cli *cli = s->run->cli;
    if (!ac_sv_trim(text).n || how->patient.n > AC_REF_MAX) {
        ac_submit_failed(
            s, note, how->patient.n > AC_REF_MAX ? "the name of its patient is too long" : "there is nothing in it");
        return;
    }
    if (s->notes.n - s->first >= BATCH_NOTES || s->pending.n + text.n > BATCH_BYTES)
        ac_submit_flush(s);
    if (s->fatal || !ac_submit_keep(s, note))
        return;
    ac_jw w = ac_jw_to(&s->pending, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "text", text);
    put_text(&w, "name", ac_submit_name(name));
    put_text(&w, "patient_reference", how->patient);
    put_text(&w, "lang", how->lang);
    put_text(&w, "note_date", how->note_date);
    put_text(&w, "profile", ac_cli_text(cli, AC_OPT_PROFILE));
    put_text(&w, "mode", ac_cli_text(cli, AC_OPT_MODE));
    ac_jw_ku64(&w, "priority", ac_cli_number(cli, AC_OPT_PRIORITY, 0));
    ac_jw_end_object(&w);
    size_t *end = ac_vec_push(&s->ends, s->run->arena);
    if (!end || s->pending.rc != AC_OK) {
        ac_submit_refused(s, note, AC_ENOMEM, "out of memory");
        return;
    }
    *end = s->pending.n;
}

static ac_sv piece_of(const ac_submit *s, size_t i)
{
    return ac_sv_sub(ac_sb_view(&s->pending), i ? s->ends.at[i - 1] : 0, s->ends.at[i]);
}

/* The same notes a second time in one run are other jobs, and the same ones when the run is done again. */
static ac_rc tell_apart(ac_submit *s, ac_mac_key *key)
{
    for (size_t i = 0; i < s->sent.n; i++)
        if (memcmp(&s->sent.at[i], key, sizeof *key) == 0) {
            AC_TRY(NULL, ac_client_once_add(key, AC_SV("again"), NULL));
            i = SIZE_MAX; /* from the first */
        }
    ac_mac_key *kept = ac_vec_push(&s->sent, s->run->arena);
    if (!kept)
        return AC_ELIMIT;
    *kept = *key;
    return AC_OK;
}

static ac_rc make_body(ac_submit *s, size_t from, size_t to, ac_sb *body, char once[AC_CLIENT_ONCE])
{
    ac_mac_key key;
    if (to - from > 1)
        ac_sb_add(body, AC_SV("{\"jobs\":["));
    for (size_t i = from; i < to; i++) {
        if (i > from)
            ac_sb_add_char(body, ',');
        ac_sb_add(body, piece_of(s, i));
    }
    if (to - from > 1)
        ac_sb_add(body, AC_SV("]}"));
    AC_TRY(NULL, ac_sb_done(body, NULL));
    AC_TRY(NULL, ac_client_once_begin(s->run->client, &key, NULL));
    AC_TRY(NULL, ac_client_once_add(&key, ac_sb_view(body), NULL));
    AC_TRY(NULL, tell_apart(s, &key));
    ac_client_once_text(&key, once);
    return AC_OK;
}

/* Their ids are known. */
static void take_all(ac_submit *s, size_t from, size_t to, ac_id batch)
{
    for (size_t i = s->first + from; i < s->first + to; i++)
        ac_submit_taken(s, &s->notes.at[i], batch, s->notes.at[i].job.job);
}

/* The server answers a batch that it has taken before with its id alone. The ids of its jobs ascend in the order of the
 * notes. */
static ac_rc take_again(ac_submit *s, size_t from, size_t to, ac_id batch, ac_arena *arena, ac_client_answer *answer)
{
    char id[AC_ID_TEXT], path[AC_CLIENT_PATH];
    const ac_json *j = NULL;
    ac_id_format(batch, id);
    (void)snprintf(path, sizeof path, "/v1/jobs?batch_id=%.*s&limit=%d", AC_ID_TEXT, id, AC_SUBMIT_MAX);
    AC_TRY(NULL, ac_client_json(s->run->client, &(ac_client_ask) { .path = path }, arena, &j, answer));
    const ac_json *jobs = ac_json_get(j, "jobs");
    if (!jobs || jobs->n != to - from) {
        (void)snprintf(answer->why, sizeof answer->why,
                       "these notes were submitted before, and the server does not have all of those jobs any more: "
                       "submit them with --again");
        return AC_ECONFLICT;
    }
    size_t i = to; /* newest first */
    for (const ac_json *job = jobs->first; job && i > from; job = job->next)
        s->notes.at[s->first + --i].job.job = ac_json_id(job, "id");
    take_all(s, from, to, batch);
    return AC_OK;
}

static ac_rc strange(ac_client_answer *answer)
{
    (void)snprintf(answer->why, sizeof answer->why, "the answer is not that of a server of Aceso");
    return AC_EIO;
}

static ac_rc take_batch(ac_submit *s, size_t from, size_t to, const ac_json *j, ac_arena *arena,
                        ac_client_answer *answer)
{
    const ac_json *ids = ac_json_get(j, "job_ids");
    const ac_id batch = ac_json_id(j, "batch_id");
    if (!ids || ac_id_none(batch) || (ids->n && ids->n != to - from))
        return strange(answer);
    if (!ids->n)
        return take_again(s, from, to, batch, arena, answer);
    size_t i = from;
    for (const ac_json *id = ids->first; id; id = id->next)
        if (!ac_id_parse(id->text, &s->notes.at[s->first + i++].job.job))
            return strange(answer);
    take_all(s, from, to, batch);
    return AC_OK;
}

static ac_rc send_range(ac_submit *s, size_t from, size_t to, ac_client_answer *answer)
{
    char once[AC_CLIENT_ONCE];
    const ac_json *j = NULL;
    const bool one = to - from == 1;
    AC_AUTO(ac_sb) body = AC_SB(BODY_MAX);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(SEND_ARENA);
    if (!arena || make_body(s, from, to, &body, once) != AC_OK) {
        (void)snprintf(answer->why, sizeof answer->why, "out of memory");
        return AC_ENOMEM;
    }
    const ac_client_ask ask = { .path = one ? "/v1/jobs" : "/v1/batches", .body = ac_sb_view(&body), .once = once };
    AC_TRY(NULL, ac_client_json(s->run->client, &ask, arena, &j, answer));
    if (!one)
        return take_batch(s, from, to, j, arena, answer);
    const ac_id job = ac_json_id(j, "id");
    if (ac_id_none(job))
        return strange(answer);
    ac_submit_taken(s, &s->notes.at[s->first + from], (ac_id) { { 0 } }, job);
    return AC_OK;
}

/* A batch is taken as a whole or not at all: halves of one that is refused are tried, until the note that it is because
 * of stands alone. */
static void send_notes(ac_submit *s, size_t from, size_t to)
{
    enum { HALVES = 24 };
    struct {
        size_t from, to;
    } todo[HALVES] = { { from, to } };
    for (size_t n = 1; n && !s->fatal && !ac_stop_signal();) {
        const size_t a = todo[n - 1].from, b = todo[n - 1].to, half = a + (b - a) / 2;
        ac_client_answer answer = { 0 };
        n--;
        const ac_rc rc = send_range(s, a, b, &answer);
        if ((rc == AC_EINPUT || rc == AC_ELIMIT) && b - a > 1 && n + 2 <= HALVES) {
            todo[n].from = half;
            todo[n++].to = b;
            todo[n].from = a;
            todo[n++].to = half;
        } else if (rc != AC_OK) {
            ac_submit_refused(s, &s->notes.at[s->first + a], rc, answer.why);
        }
    }
}

void ac_submit_flush(ac_submit *s)
{
    if (s->ends.n && !s->fatal && !ac_stop_signal())
        send_notes(s, 0, s->ends.n);
    s->ends.n = 0;
    ac_sb_clear(&s->pending);
    s->first = s->notes.n;
}
