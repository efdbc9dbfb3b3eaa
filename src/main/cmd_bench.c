/* aceso bench: how fast the engine is on this machine, and where the time goes. */
#include "main/cli.h"
#include "main/bench.h"
#include "main/inputs.h"
#include "main/vocabularies.h"

#include "app/batch.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/outfile.h"
#include "os/pool.h"
#include "os/terminal.h"

#include <string.h>

enum { FILE_MAX = 64 << 20 };

static ac_rc add_note(ac_sv text, ac_arena *arena, ac_bench_notes *out, ac_err *err)
{
    ac_sv *slot = ac_vec_push(out, arena);
    ac_sv copy = ac_arena_copy(arena, text);
    if (!slot || !copy.p)
        return ac_fail(err, AC_ELIMIT, "too many notes");
    *slot = copy;
    return AC_OK;
}

/* One note a line, as for `aceso process`. */
static ac_rc add_lines(ac_sv rest, ac_arena *arena, ac_bench_notes *out, ac_err *err)
{
    for (ac_sv line; ac_sv_split(&rest, '\n', &line);) {
        ac_batch_note note;
        if (ac_sv_trim(line).n == 0)
            continue;
        AC_TRY(err, ac_batch_parse(line, arena, &note, err));
        AC_TRY(err, add_note(note.text, arena, out, err));
    }
    return AC_OK;
}

static ac_rc load_file(const ac_input *in, ac_arena *arena, ac_bench_notes *out, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(FILE_MAX);
    if (in->rc != AC_OK)
        return ac_fail(err, in->rc, "cannot be read");
    AC_TRY(err, ac_file_read(in->path, &text, err));
    return ac_input_has_lines(in->path) ? add_lines(ac_sb_view(&text), arena, out, err) : add_note(ac_sb_view(&text), arena, out, err);
}

static ac_rc load_files(const ac_cli *cli, ac_arena *arena, ac_bench_notes *out, ac_err *err)
{
    ac_inputs inputs = { 0 };
    AC_TRY(err, ac_inputs_expand(cli->inputs, cli->n_inputs, arena, &inputs, err));
    for (size_t i = 0; i < inputs.n; i++) {
        ac_rc rc = load_file(&inputs.at[i], arena, out, err);
        if (rc != AC_OK) {
            ac_say("%s: %s", inputs.at[i].path, inputs.at[i].why ? inputs.at[i].why : err->text);
            err->text[0] = '\0'; /* told */
            return rc;
        }
    }
    return out->n ? AC_OK : ac_fail(err, AC_EINPUT, "no notes in the files");
}

/* The built-in notes, each repeated or cut to the size that the budgets speak of. */
static ac_rc load_samples(ac_arena *arena, ac_bench_notes *out, ac_err *err)
{
    ac_sv rest = ac_bench_samples(), sample;
    while (ac_sv_split(&rest, '\f', &sample)) {
        if (!sample.n)
            continue;
        char *p = ac_arena_alloc(arena, AC_BENCH_NOTE_BYTES + 1);
        ac_sv *slot = ac_vec_push(out, arena);
        if (!p || !slot)
            return ac_fail(err, AC_ELIMIT, "too many samples");
        for (size_t i = 0; i < AC_BENCH_NOTE_BYTES; i++)
            p[i] = sample.p[i % sample.n];
        size_t n = AC_BENCH_NOTE_BYTES;
        while (n && p[n - 1] != '\n')
            n--;
        *slot = (ac_sv) { p, n };
    }
    return out->n ? AC_OK : ac_fail(err, AC_ENOTFOUND, "no sample notes in this program");
}

static ac_rc run_threads(const ac_bench_options *opt, size_t jobs, ac_bench_run *runs, void **workers, ac_bench_tally *total, ac_err *err)
{
    AC_AUTO_PTR(ac_pool) pool = NULL;
    AC_TRY(err, ac_pool_new(&(ac_pool_options) { jobs, jobs, ac_bench_work, workers }, &pool, err));
    ac_rc rc = AC_OK;
    uint64_t start = ac_clock_ticks_ns(opt->clock);
    for (size_t i = 0; i < jobs && rc == AC_OK; i++) {
        runs[i] = (ac_bench_run) { .opt = opt };
        rc = ac_pool_submit(pool, &runs[i], err);
    }
    for (ac_bench_run *r; (r = ac_pool_take(pool));) {
        if (rc == AC_OK && r->rc != AC_OK)
            rc = ac_fail(err, r->rc, "a note failed: %d", (int)r->rc);
        ac_bench_add(total, &r->tally);
        ac_mem_free(r->tally.steps);
    }
    total->wall_ns = ac_clock_ticks_ns(opt->clock) - start;
    return rc;
}

static ac_rc run_mode(const ac_bench_options *opt, size_t jobs, ac_bench_tally *total, ac_err *err)
{
    ac_bench_run *runs = ac_mem_alloc(jobs * sizeof runs[0]);
    void **workers = ac_mem_alloc(jobs * sizeof workers[0]);
    ac_rc rc = runs && workers ? run_threads(opt, jobs, runs, workers, total, err) : ac_fail(err, AC_ENOMEM, "out of memory");
    ac_mem_free(runs);
    ac_mem_free((void *)workers);
    return rc;
}

static ac_rc measure(const ac_cli *cli, const ac_bench_notes *notes, const struct ac_vocabs *vocabs, ac_sb *out, ac_err *err)
{
    static const struct {
        const char *name;
        uint32_t parts;
        bool json;
    } modes[] = { { "process", AC_PART_ALL, true }, { "deid", AC_PART_PHI | AC_PART_DEIDENTIFIED, false },
                  { "extract", AC_PART_ENTITIES, false } };
    enum { MODES = sizeof modes / sizeof modes[0] };
    static const ac_lang langs[] = { AC_LANG_EN, AC_LANG_ES };
    ac_bench_report report = { .notes = notes, .jobs = (size_t)ac_cli_number(cli, AC_OPT_BENCH_JOBS, 1),
                               .json = ac_cli_flag(cli, AC_OPT_JSON) };
    uint64_t seconds = ac_cli_number(cli, AC_OPT_SECONDS, 1);
    size_t lang = ac_cli_choice(cli, AC_OPT_LANG);
    ac_bench_begin(&report, out);
    for (size_t i = 0; i < MODES; i++) {
        ac_bench_options opt = { .notes = notes, .parts = modes[i].parts, .clock = ac_clock_system(),
                                 .ns = (seconds ? seconds : 1) * 1000000000u / MODES, .lang = lang ? &langs[lang - 1] : NULL,
                                 .json = modes[i].json, .vocabs = vocabs };
        ac_bench_tally total = { 0 };
        total.steps = ac_mem_alloc(AC_PROCESS_STEPS_MAX * sizeof total.steps[0]);
        ac_rc rc = total.steps ? run_mode(&opt, report.jobs, &total, err) : ac_fail(err, AC_ENOMEM, "out of memory");
        if (rc == AC_OK)
            ac_bench_mode(&report, modes[i].name, &total, out);
        ac_mem_free(total.steps);
        AC_TRY(err, rc);
    }
    ac_bench_end(&report, ac_peak_rss(), out);
    return ac_sb_done(out, err);
}

int ac_cmd_bench(const ac_cli *cli)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 32);
    AC_AUTO(ac_sb) out = AC_SB(1u << 20);
    ac_bench_notes notes = { 0 };
    ac_vocab_set set = { 0 };
    ac_err err = { 0 };
    ac_outfile file;
    uint64_t jobs = ac_cli_number(cli, AC_OPT_BENCH_JOBS, 1);
    if (jobs < 1 || jobs > 1024) {
        ac_say("--jobs: from 1 to 1024");
        return AC_EXIT_USAGE;
    }
    if (!arena)
        return AC_EXIT_FAILED;
    ac_rc rc = cli->n_inputs ? load_files(cli, arena, &notes, &err) : load_samples(arena, &notes, &err);
    if (rc == AC_OK)
        rc = ac_vocabularies_open(cli, arena, &set, &err);
    if (rc == AC_OK)
        rc = measure(cli, &notes, &(struct ac_vocabs) { set.at, set.n }, &out, &err);
    if (rc == AC_OK)
        rc = ac_outfile_open(&file, NULL, &err);
    if (rc == AC_OK)
        rc = ac_outfile_write(&file, ac_sb_view(&out), &err);
    if (rc != AC_OK && err.text[0])
        ac_say("bench: %s", err.text);
    ac_vocab_set_close(&set);
    return rc == AC_OK ? AC_EXIT_OK : AC_EXIT_FAILED;
}
