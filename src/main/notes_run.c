/* The run over all inputs: the owner's thread reads lines, hands notes to the pool, and writes results in input order. */
#include "main/notes.h"
#include "main/sink.h"
#include "main/progress.h"

#include "os/file.h"
#include "os/lines.h"
#include "os/pool.h"
#include "os/stop.h"
#include "os/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WINDOW_PER_JOB = 4, KEEP_MAX = 1 << 20, LINE_EXTRA = 64 * 1024, ESCAPED = 6, UNUSED_MAX = 400 };

typedef struct {
    const ac_settings *s;
    ac_inputs inputs;
    ac_pool *pool;
    ac_work *works;      /* window of them */
    ac_work **spare;     /* those not under way */
    size_t n_spare, window;
    ac_sink sink;
    ac_progress progress;
    double share;        /* of the inputs that were read so far */
    const ac_input *unused_in; /* the batch input whose unused members are collected */
    ac_sb unused;        /* their names, as in ac_work */
    size_t failed;
    bool broken;         /* the output cannot be written: stop */
} runner;

static void name_failure(runner *r, const ac_input *in, uint64_t line, const char *why)
{
    ac_progress_clear(&r->progress);
    r->failed++;
    if (line)
        ac_say("%s:%llu: %s", in->path, (unsigned long long)line, why);
    else
        ac_say("%s: %s", in->path, why);
}

static void recycle(runner *r, ac_work *w)
{
    if (w->source.cap > KEEP_MAX || w->out.cap > KEEP_MAX)
        ac_work_cleanup(w);
    ac_sb_clear(&w->source);
    ac_sb_clear(&w->out);
    ac_sb_clear(&w->id);
    ac_sb_clear(&w->unused);
    ac_sb_clear(&w->faults);
    *w = (ac_work) { .s = r->s, .source = w->source, .out = w->out, .id = w->id, .unused = w->unused, .faults = w->faults };
    r->spare[r->n_spare++] = w;
}

static bool has_name(ac_sv names, ac_sv name)
{
    ac_sv word;
    while (ac_sv_split(&names, ',', &word))
        if (ac_sv_eq(word, name))
            return true;
    return false;
}

static void tell_unused(runner *r)
{
    if (r->unused.n > 1 && !r->s->quiet) {
        ac_progress_clear(&r->progress);
        ac_say("%s: members that are not used: %.*s", r->unused_in->path, (int)r->unused.n - 1, r->unused.p);
    }
    ac_sb_clear(&r->unused);
}

/* Once for each batch input, however many lines have them. */
static void collect_unused(runner *r, const ac_work *w)
{
    ac_sv rest = ac_sb_view(&w->unused), name;
    if (r->unused_in != w->input)
        tell_unused(r);
    r->unused_in = w->input;
    while (ac_sv_split(&rest, ',', &name))
        if (name.n && !has_name(ac_sb_view(&r->unused), name) && r->unused.n + name.n < UNUSED_MAX) {
            ac_sb_add(&r->unused, name);
            ac_sb_add_char(&r->unused, ',');
        }
}

/* Parts that could not be read, beside those that could. */
static void name_faults(runner *r, const ac_work *w)
{
    AC_AUTO(ac_sb) why = AC_SB(LINE_EXTRA);
    ac_sv rest = ac_sb_view(&w->faults), line;
    while (w->rc == AC_OK && ac_sv_split(&rest, '\n', &line)) {
        ac_sb_clear(&why);
        ac_sb_add(&why, line);
        ac_sb_add_char(&why, '\0');
        if (line.n && why.rc == AC_OK)
            name_failure(r, w->input, 0, why.p);
    }
}

static void deliver(runner *r, ac_work *w)
{
    ac_err err = { 0 };
    collect_unused(r, w);
    name_faults(r, w);
    if (w->rc != AC_OK) {
        name_failure(r, w->input, w->line, w->err.text);
    } else if (!r->broken) {
        ac_rc rc = ac_sink_write(&r->sink, w, &err);
        if (rc != AC_OK && !r->sink.file.closed_pipe) {
            ac_progress_clear(&r->progress);
            ac_say("%s: %s", r->sink.where, err.text);
            r->failed++;
        }
        r->broken = rc != AC_OK && ac_sink_lost(&r->sink);
    }
    ac_progress_step(&r->progress, r->share);
    recycle(r, w);
}

static bool stopped(const runner *r) { return r->broken || ac_stop_signal(); }

static void drain(runner *r)
{
    for (ac_work *w; (w = ac_pool_take(r->pool));)
        deliver(r, w);
}

static ac_work *spare(runner *r)
{
    for (ac_work *w; (w = ac_pool_try_take(r->pool));)
        deliver(r, w);
    if (!r->n_spare)
        deliver(r, ac_pool_take(r->pool));
    return r->spare[--r->n_spare];
}

static void submit(runner *r, ac_work *w)
{
    ac_err err = { 0 };
    if (ac_pool_submit(r->pool, w, &err) == AC_OK)
        return;
    name_failure(r, w->input, w->line, err.text);
    recycle(r, w);
}

static void run_whole(runner *r, const ac_input *in, ac_lines *lines)
{
    ac_work *w = spare(r);
    w->input = in;
    w->read = !lines;
    w->source.max = r->s->max_bytes;
    if (lines) { /* standard input was opened already */
        ac_err err = { 0 };
        if (ac_lines_rest(lines, &w->source, &err) != AC_OK) {
            name_failure(r, in, 0, err.text);
            recycle(r, w);
            return;
        }
    }
    submit(r, w);
}

/* A line may hold a note of max_bytes with every character escaped. */
static size_t line_max(const ac_settings *s) { return s->max_bytes * ESCAPED + LINE_EXTRA; }

static void run_lines(runner *r, const ac_input *in, ac_lines *lines)
{
    bool more = true;
    for (uint64_t number = 1; !stopped(r); number++) {
        ac_err err = { 0 };
        ac_sv line = { "", 0 };
        if (!ac_lines_ready(lines))
            drain(r); /* whoever feeds us line by line gets each answer before the next question */
        ac_rc rc = ac_lines_next(lines, &line, &more, &err);
        if (rc != AC_OK && rc != AC_ECANCELLED)
            name_failure(r, in, number, err.text);
        if (rc == AC_ELIMIT)
            continue;
        if (rc != AC_OK || !more)
            return;
        if (number == 1 && ac_sv_starts(line, AC_SV("\xEF\xBB\xBF")))
            line = ac_sv_sub(line, 3, line.n); /* a byte order mark, as some editors write it */
        if (!ac_sv_trim(line).n)
            continue;
        ac_work *w = spare(r);
        w->input = in;
        w->line = number;
        w->source.max = line_max(r->s);
        ac_sb_add(&w->source, line);
        submit(r, w);
    }
}

static void run_input(runner *r, const ac_input *in)
{
    bool from_stdin = strcmp(in->path, "-") == 0;
    bool by_name = r->s->input == AC_INPUT_AUTO && ac_input_has_lines(in->path);
    if (in->rc != AC_OK) {
        name_failure(r, in, 0, in->why);
        return;
    }
    if (!from_stdin && !by_name && r->s->input != AC_INPUT_LINES) {
        run_whole(r, in, NULL);
        return;
    }
    AC_AUTO_PTR(ac_lines) lines = NULL;
    ac_err err = { 0 };
    if (ac_lines_open(in->path, line_max(r->s), &lines, &err) != AC_OK)
        name_failure(r, in, 0, err.text);
    else if (ac_lines_are_notes(lines, r->s->input, by_name))
        run_lines(r, in, lines);
    else
        run_whole(r, in, lines);
}

static ac_rc start(runner *r, ac_arena **arenas, void **workers, ac_err *err)
{
    r->window = r->s->jobs * WINDOW_PER_JOB;
    r->works = ac_mem_alloc(r->window * sizeof r->works[0]);
    r->spare = ac_mem_alloc(r->window * sizeof(ac_work *));
    if (!r->works || !r->spare)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    for (size_t i = 0; i < r->window; i++)
        recycle(r, &r->works[i]);
    for (size_t i = 0; i < r->s->jobs; i++)
        workers[i] = &arenas[i];
    return ac_pool_new(&(ac_pool_options) { r->s->jobs, r->window, ac_work_run, workers }, &r->pool, err);
}

static void finish(runner *r, ac_arena **arenas)
{
    ac_pool_free(r->pool);
    for (size_t i = 0; i < r->s->jobs; i++)
        ac_arena_free(arenas[i]);
    for (size_t i = 0; r->works && i < r->window; i++)
        ac_work_cleanup(&r->works[i]);
    ac_mem_free(r->works);
    ac_mem_free((void *)r->spare);
}

static void run_all(runner *r)
{
    ac_err err = { 0 };
    for (size_t i = 0; i < r->inputs.n && !stopped(r); i++) {
        run_input(r, &r->inputs.at[i]);
        r->share = (double)(i + 1) / (double)r->inputs.n;
    }
    drain(r);
    tell_unused(r);
    ac_progress_clear(&r->progress);
    bool whole = !ac_stop_signal();
    if (!r->broken && ac_sink_finish(&r->sink, whole, &err) != AC_OK) {
        ac_say("%s: %s", r->sink.where, err.text);
        r->failed++;
    }
}

static int exit_code(const runner *r)
{
    int number = ac_stop_signal();
    if (number) {
        ac_say("stopped after %llu notes%s%s%s", (unsigned long long)r->progress.notes, r->sink.kept ? "; what was done is in " : "",
               r->sink.kept ? r->sink.path : "", r->sink.kept ? ".part" : "");
        return AC_EXIT_SIGNAL + number;
    }
    if (r->sink.file.closed_pipe)
        return AC_EXIT_SIGNAL + 13; /* as if SIGPIPE had ended us, which is what a shell expects */
    return r->failed ? AC_EXIT_FAILED : AC_EXIT_OK;
}

static void run_with(runner *r, ac_arena **arenas, void **workers)
{
    const ac_settings *s = r->s;
    ac_err err = { 0 };
    ac_rc rc = ac_sink_open(&r->sink, s, &r->inputs, &err);
    if (rc == AC_OK)
        rc = start(r, arenas, workers, &err);
    if (rc == AC_OK) {
        r->progress = ac_progress_start(!s->quiet && (s->out_dir || !ac_is_terminal(STDOUT_FILENO)));
        run_all(r);
    } else {
        ac_say("%s%s%s", s->out_dir ? s->out_dir : "", s->out_dir ? ": " : "", err.text);
        r->failed++;
    }
    finish(r, arenas);
    ac_sink_close(&r->sink);
    ac_sb_cleanup(&r->unused);
}

static int run_settings(const ac_settings *s, const ac_inputs *inputs)
{
    runner r = { .s = s, .inputs = *inputs, .unused = AC_SB(UNUSED_MAX + 8) };
    ac_arena **arenas = ac_mem_alloc(s->jobs * sizeof(ac_arena *));
    void **workers = ac_mem_alloc(s->jobs * sizeof(void *));
    bool room = arenas && workers;
    if (room)
        run_with(&r, arenas, workers);
    else
        ac_say("out of memory");
    ac_mem_free((void *)arenas);
    ac_mem_free((void *)workers);
    return room ? exit_code(&r) : AC_EXIT_FAILED;
}

int ac_cmd_notes(const ac_cli *cli)
{
    static char dash[] = "-";
    static char *from_stdin[] = { dash };
    AC_AUTO(ac_settings) settings = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 30);
    ac_inputs inputs;
    ac_err err = { 0 };
    if (!cli->n_inputs && ac_is_terminal(STDIN_FILENO)) {
        ac_say("no input given (try aceso %s --help)", ac_commands[cli->command].name);
        return AC_EXIT_USAGE;
    }
    if (ac_settings_read(cli, &settings, &err) != AC_OK) {
        bool key = cli->value[AC_OPT_KEY] && strncmp(err.text, "--", 2) != 0;
        ac_say("%s%s%s", key ? cli->value[AC_OPT_KEY] : "", key ? ": " : "", err.text);
        return AC_EXIT_USAGE;
    }
    ac_stop_install();
    if (!arena || ac_inputs_expand(cli->n_inputs ? cli->inputs : from_stdin, cli->n_inputs ? cli->n_inputs : 1, arena, &inputs,
                                   &err) != AC_OK) {
        ac_say("%s", arena ? err.text : "out of memory");
        return AC_EXIT_FAILED;
    }
    ac_settings_inputs(cli, &inputs, &settings);
    if (settings.redact || settings.annotate)
        return ac_copies_run(&settings, &inputs);
    return run_settings(&settings, &inputs);
}
