/* aceso client: its verbs, and those that look at jobs one by one. */
#include "main/client_parts.h"

#include "os/file.h"
#include "os/lines.h"
#include "os/stop.h"
#include "os/terminal.h"

#include <stdio.h>
#include <string.h>

enum { ARENA = 1 << 20, LINE_MAX = 256, CLOSED_PIPE = 13 };

void ac_client_print(ac_client_run *run, ac_sv line)
{
    ac_err err = { 0 };
    if (run->lost || ac_outfile_write(&run->out, line, &err) == AC_OK)
        return;
    run->lost = true;
    if (!run->out.closed_pipe)
        ac_say("standard output: %s", err.text);
}

int ac_client_exit(const ac_client_run *run)
{
    const int number = ac_stop_signal();
    if (number)
        return AC_EXIT_SIGNAL + number;
    if (run->out.closed_pipe)
        return AC_EXIT_SIGNAL + CLOSED_PIPE;
    return run->failed || run->lost ? AC_EXIT_FAILED : AC_EXIT_OK;
}

/* ---- which jobs ---- */

static bool add_id(ac_client_run *run, ac_sv word, ac_client_ids *out)
{
    ac_id id;
    if (!ac_id_parse(word, &id)) {
        ac_say("%.*s: no id of a job", (int)(word.n < LINE_MAX ? word.n : LINE_MAX), word.p);
        return false;
    }
    ac_id *at = ac_vec_push(out, run->arena);
    if (!at) {
        ac_say("too many jobs");
        return false;
    }
    *at = id;
    return true;
}

/* Of a line that submit --wait has written the first word counts. */
static bool add_lines(ac_client_run *run, ac_client_ids *out)
{
    AC_AUTO_PTR(ac_lines) lines = NULL;
    ac_err err = { 0 };
    bool more = true;
    ac_sv line = { "", 0 }, word;
    if (ac_lines_open("-", LINE_MAX, &lines, &err) != AC_OK) {
        ac_say("standard input: %s", err.text);
        return false;
    }
    for (;;) {
        const ac_rc rc = ac_lines_next(lines, &line, &more, &err);
        if (rc == AC_ECANCELLED)
            return true;
        if (rc != AC_OK) {
            ac_say("standard input: %s", err.text);
            return false;
        }
        if (!more)
            return true;
        line = ac_sv_trim(line);
        if (ac_sv_split(&line, ' ', &word) && word.n && !add_id(run, word, out))
            return false;
    }
}

bool ac_client_read_ids(ac_client_run *run, ac_client_ids *out)
{
    for (size_t i = 0; i < run->n_args; i++)
        if (!(strcmp(run->args[i], "-") == 0 ? add_lines(run, out) : add_id(run, ac_sv_z(run->args[i]), out)))
            return false;
    return true;
}

/* ---- status, cancel, result ---- */

static void name_failure(ac_client_run *run, ac_id job, const char *why)
{
    char id[AC_ID_TEXT];
    ac_id_format(job, id);
    run->failed++;
    ac_say("%.*s: %s", AC_ID_TEXT, id, why);
}

static void print_job(ac_client_run *run, const ac_client_job *job, ac_sv json)
{
    char id[AC_ID_TEXT];
    AC_AUTO(ac_sb) line = AC_SB(1 << 20);
    ac_id_format(job->job, id);
    if (run->format == AC_CLIENT_JSON)
        ac_sb_add(&line, ac_sv_trim(json));
    else
        ac_sb_addf(&line, "%.*s %s", AC_ID_TEXT, id, ac_job_state_name(job->state));
    ac_sb_add_char(&line, '\n');
    ac_client_print(run, ac_sb_view(&line));
}

static ac_rc ask_job(ac_client_run *run, ac_id job, const char *verb)
{
    char id[AC_ID_TEXT], path[AC_CLIENT_PATH];
    const ac_json *j = NULL;
    ac_client_answer answer = { 0 };
    ac_client_job said;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_id_format(job, id);
    (void)snprintf(path, sizeof path, "/v1/jobs/%.*s%s", AC_ID_TEXT, id, verb);
    if (!arena)
        return AC_ENOMEM;
    ac_rc rc = ac_client_json(run->client, &(ac_client_ask) { .method = *verb ? "POST" : NULL, .path = path }, arena,
                              &j, &answer);
    if (rc == AC_OK && !ac_client_job_of(j, &said)) {
        rc = AC_EIO;
        (void)snprintf(answer.why, sizeof answer.why, "the answer is not that of a server of Aceso");
    }
    if (rc == AC_OK)
        print_job(run, &said, answer.body);
    else if (rc != AC_ECANCELLED)
        name_failure(run, job, answer.why);
    return rc;
}

/* What is wrong with the server or the key is wrong with all jobs: it is said once. */
static bool is_for_all(ac_rc rc) { return rc == AC_EBUSY || rc == AC_EAUTH || rc == AC_ECANCELLED || rc == AC_ENOMEM; }

static int each_job(ac_client_run *run, ac_rc (*act)(ac_client_run *run, ac_id job))
{
    ac_client_ids ids = { 0 };
    if (!ac_client_read_ids(run, &ids))
        return AC_EXIT_USAGE;
    for (size_t i = 0; i < ids.n && !run->lost && !ac_stop_signal(); i++)
        if (is_for_all(act(run, ids.at[i])))
            break;
    return ac_client_exit(run);
}

static ac_rc show_status(ac_client_run *run, ac_id job) { return ask_job(run, job, ""); }
static ac_rc cancel(ac_client_run *run, ac_id job) { return ask_job(run, job, "/cancel"); }

typedef struct {
    ac_client_run *run;
    ac_outfile *file;
    ac_err err;
} writer;

static bool write_piece(void *context, ac_sv bytes)
{
    writer *w = context;
    return ac_outfile_write(w->file, bytes, &w->err) == AC_OK;
}

static ac_rc result_file(ac_client_run *run, ac_id job, ac_client_answer *answer)
{
    char id[AC_ID_TEXT], path[4096];
    ac_outfile file;
    writer w = { run, &file, { 0 } };
    ac_id_format(job, id);
    (void)snprintf(path, sizeof path, "%s/%.*s%s", run->cli->value[AC_OPT_OUT], AC_ID_TEXT, id,
                   run->format == AC_CLIENT_TEXT ? ".txt" : ".json");
    if (ac_outfile_open(&file, path, &w.err) != AC_OK) {
        (void)snprintf(answer->why, sizeof answer->why, "%s", w.err.text);
        return AC_EIO;
    }
    ac_rc rc = ac_client_result(run, job, &w, write_piece, answer);
    if (rc == AC_OK)
        rc = ac_outfile_commit(&file, &w.err);
    if (rc != AC_OK) {
        if (w.err.text[0])
            (void)snprintf(answer->why, sizeof answer->why, "%s", w.err.text);
        ac_outfile_discard(&file);
    }
    return w.err.text[0] ? AC_EIO : rc;
}

static ac_rc get_result(ac_client_run *run, ac_id job)
{
    ac_client_answer answer = { 0 };
    writer w = { run, &run->out, { 0 } };
    ac_rc rc;
    if (run->cli->value[AC_OPT_OUT]) {
        rc = result_file(run, job, &answer);
    } else {
        rc = ac_client_result(run, job, &w, write_piece, &answer);
        run->lost = w.err.text[0];
    }
    if (run->lost && !run->out.closed_pipe)
        ac_say("standard output: %s", w.err.text);
    if (rc != AC_OK && !run->lost && rc != AC_ECANCELLED)
        name_failure(run, job, answer.why);
    return rc;
}

static int verb_status(ac_client_run *run) { return each_job(run, show_status); }
static int verb_cancel(ac_client_run *run) { return each_job(run, cancel); }

static int verb_result(ac_client_run *run)
{
    ac_err err = { 0 };
    const char *dir = run->cli->value[AC_OPT_OUT];
    if (dir && ac_dir_make(dir, &err) != AC_OK) {
        ac_say("%s: %s", dir, err.text);
        return AC_EXIT_FAILED;
    }
    return each_job(run, get_result);
}

static const struct {
    const char *name;
    bool input; /* takes inputs, and standard input when there are none */
    int (*run)(ac_client_run *);
} verbs[] = {
    { "submit", true, ac_client_submit }, { "watch", false, ac_client_watch }, { "status", false, verb_status },
    { "result", false, verb_result },     { "cancel", false, verb_cancel },
};

static int run_verb(const ac_cli *cli, size_t verb)
{
    ac_client client = { 0 };
    ac_err err = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)AC_CLIENT_ARENA * 8);
    ac_client_run run = { .cli = cli,
                          .client = &client,
                          .args = cli->inputs + 1,
                          .n_args = cli->n_inputs - 1,
                          .arena = arena,
                          .format = cli->value[AC_OPT_CLIENT_FORMAT]
                                        ? (ac_client_format)(1 + ac_cli_choice(cli, AC_OPT_CLIENT_FORMAT))
                                        : AC_CLIENT_UNSAID };
    int code = AC_EXIT_USAGE;
    if (!arena || ac_client_open(cli, &client, &err) != AC_OK) {
        ac_say("%s", arena ? err.text : "out of memory");
    } else if (ac_outfile_open(&run.out, NULL, &err) != AC_OK) {
        ac_say("standard output: %s", err.text);
        code = AC_EXIT_FAILED;
    } else {
        ac_stop_install();
        code = verbs[verb].run(&run);
    }
    ac_client_close(&client);
    return code;
}

int ac_cmd_client(const ac_cli *cli)
{
    for (size_t i = 0; cli->n_inputs && i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(cli->inputs[0], verbs[i].name) != 0)
            continue;
        if (cli->n_inputs > 1 || (verbs[i].input && !ac_is_terminal(0)))
            return run_verb(cli, i);
    }
    ac_say("client: say submit INPUT..., watch, status, result or cancel JOB... (try aceso client --help)");
    return AC_EXIT_USAGE;
}
