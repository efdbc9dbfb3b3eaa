#include "main/cli.h"

#include "kit/test.h"

#include "main/bench.h"
#include "main/inputs.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WORDS = 12 };

typedef struct {
    char *argv[WORDS + 1];
    char words[WORDS][64], why[256];
    ac_cli cli;
} line;

/* Words are separated by blanks. */
static bool parse(line *l, const char *text)
{
    ac_sv rest = ac_sv_z(text), word;
    int n = 0;
    while (n < WORDS && ac_sv_split(&rest, ' ', &word)) {
        (void)snprintf(l->words[n], sizeof l->words[n], "%.*s", (int)word.n, word.p);
        l->argv[n] = l->words[n];
        n++;
    }
    l->argv[n] = NULL;
    return ac_cli_parse(&l->cli, n, l->argv, l->why, sizeof l->why);
}

AC_TEST(cli, every_way_to_write_an_option)
{
    static const char *const ways[] = { "aceso process -f json a", "aceso process -fjson a", "aceso process --format json a",
                                        "aceso process --format=json a", "aceso process a --format=text -qf json" };
    line l;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        CHECK(parse(&l, ways[i]));
        CHECK(l.cli.command == AC_CMD_PROCESS && ac_cli_choice(&l.cli, AC_OPT_FORMAT) == 2);
        CHECK(l.cli.n_inputs == 1 && strcmp(l.cli.inputs[0], "a") == 0);
    }
    CHECK(ac_cli_flag(&l.cli, AC_OPT_QUIET) && !ac_cli_flag(&l.cli, AC_OPT_HELP));
    CHECK(parse(&l, "aceso deid -q -- --format -") && l.cli.n_inputs == 2 && strcmp(l.cli.inputs[0], "--format") == 0);
    CHECK(parse(&l, "aceso deid - -") && l.cli.n_inputs == 2);
}

AC_TEST(cli, values)
{
    line l;
    CHECK(parse(&l, "aceso process --jobs 3 --max-bytes 2k --note-date 2024-02-29 --patient X --out d"));
    CHECK(ac_cli_number(&l.cli, AC_OPT_JOBS, 9) == 3 && ac_cli_number(&l.cli, AC_OPT_MAX_BYTES, 0) == 2048);
    CHECK(ac_cli_date(&l.cli, AC_OPT_NOTE_DATE).day == 29 && ac_sv_eq(ac_cli_text(&l.cli, AC_OPT_PATIENT), AC_SV("X")));
    CHECK(parse(&l, "aceso process"));
    CHECK(ac_cli_number(&l.cli, AC_OPT_JOBS, 9) == 9 && ac_cli_number(&l.cli, AC_OPT_MAX_BYTES, 0) == 16u << 20);
    CHECK(ac_cli_date(&l.cli, AC_OPT_NOTE_DATE).year == 0 && !ac_cli_text(&l.cli, AC_OPT_PATIENT).n);
    CHECK(!l.cli.value[AC_OPT_EVAL_ALL] && !l.cli.value[AC_OPT_SECONDS]); /* other commands' options */
}

AC_TEST(cli, mistakes)
{
    static const char *const bad[] = { "aceso nonsense",           "aceso process --nonsense",       "aceso process -Z",
                                       "aceso process --format",   "aceso process --format xml",     "aceso process -f",
                                       "aceso process --quiet=1",  "aceso process --jobs -1",        "aceso process --jobs 1x",
                                       "aceso process --jobs=99999999999999999999",                  "aceso process --note-date 2024-02-30",
                                       "aceso process --out=",     "aceso extract --mode tag",       "aceso eval --jobs 3",
                                       "aceso process --max-bytes 9999999999999G" };
    line l;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        l.why[0] = '\0';
        CHECK(!parse(&l, bad[i]) && l.why[0]);
    }
}

AC_TEST(cli, no_two_options_of_a_command_share_a_name)
{
    for (size_t c = 0; c < AC_CMD_COUNT; c++)
        for (size_t i = 0; i < AC_OPT_COUNT; i++)
            for (size_t k = 0; k < i; k++) {
                if (!ac_option_is_for((ac_option_id)i, (ac_command_id)c) || !ac_option_is_for((ac_option_id)k, (ac_command_id)c))
                    continue;
                CHECK(strcmp(ac_options[i].name, ac_options[k].name) != 0);
                CHECK(!ac_options[i].shorthand || ac_options[i].shorthand != ac_options[k].shorthand);
            }
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        CHECK((ac_options[i].type == AC_ARG_FLAG) == !ac_options[i].arg && ac_options[i].help[0]);
}

AC_TEST(cli, help_man_and_completion_name_every_option)
{
    for (size_t c = 0; c < AC_CMD_COUNT; c++) {
        AC_AUTO(ac_sb) help = AC_SB(1 << 20), man = AC_SB(1 << 20), bash = AC_SB(1 << 20), zsh = AC_SB(1 << 20);
        ac_help((ac_command_id)c, &help);
        ac_man((ac_command_id)c, &man);
        ac_completion_bash(&bash);
        ac_completion_zsh(&zsh);
        ac_sb_add_char(&help, '\0');
        ac_sb_add_char(&man, '\0');
        ac_sb_add_char(&bash, '\0');
        ac_sb_add_char(&zsh, '\0');
        CHECK(strstr(bash.p, ac_commands[c].name) && strstr(zsh.p, ac_commands[c].name) && strstr(man.p, ".SH NAME"));
        for (size_t i = 0; i < AC_OPT_COUNT; i++) {
            char name[40];
            (void)snprintf(name, sizeof name, "--%s", ac_options[i].name);
            if (ac_option_is_for((ac_option_id)i, (ac_command_id)c))
                CHECK(strstr(help.p, name) && strstr(bash.p, name) && strstr(zsh.p, name));
        }
    }
}

AC_TEST(inputs, files_folders_and_patterns)
{
    char dir[64], path[128], pattern[128], missing[128], none[128], stdin_name[] = "-";
    (void)snprintf(dir, sizeof dir, "/tmp/ac-inputs-%ld", (long)getpid());
    (void)snprintf(path, sizeof path, "%s/sub", dir);
    CHECK(ac_dir_make(path, NULL) == AC_OK);
    (void)snprintf(path, sizeof path, "%s/sub/b.note.txt", dir);
    CHECK(ac_file_write(path, AC_SV("x"), NULL) == AC_OK);
    (void)snprintf(path, sizeof path, "%s/a.txt", dir);
    CHECK(ac_file_write(path, AC_SV("x"), NULL) == AC_OK);
    (void)snprintf(pattern, sizeof pattern, "%s/*", dir);
    (void)snprintf(missing, sizeof missing, "%s/missing.txt", dir);
    (void)snprintf(none, sizeof none, "%s/z*", dir);
    char *args[] = { dir, pattern, path, missing, none, stdin_name };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20), *tiny = ac_arena_new(64);
    ac_inputs in;
    CHECK(ac_inputs_expand(args, 6, a, &in, NULL) == AC_OK && in.n == 8);
    CHECK(ac_sv_eq(in.at[0].stem, AC_SV("a")) && ac_sv_eq(in.at[1].stem, AC_SV("sub/b.note")));
    CHECK(ac_sv_eq(in.at[2].stem, AC_SV("a")) && ac_sv_eq(in.at[3].stem, AC_SV("b.note")));
    CHECK(strcmp(in.at[4].path, path) == 0 && in.at[5].rc == AC_OK); /* opening says that it is missing */
    CHECK(in.at[6].rc == AC_ENOTFOUND && in.at[6].why[0] && ac_sv_eq(in.at[7].stem, AC_SV("stdin")));
    CHECK(ac_inputs_expand(args, 6, tiny, &in, NULL) == AC_ELIMIT);
    CHECK(ac_input_has_lines("x/a.jsonl") && ac_input_has_lines("b.ndjson") && !ac_input_has_lines("jsonl"));
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/sub/b.note.txt", dir);
    (void)unlink(path);
    (void)snprintf(path, sizeof path, "%s/sub", dir);
    (void)rmdir(path);
    (void)rmdir(dir);
}

static uint64_t fake_ticks(ac_clock *c)
{
    static _Thread_local uint64_t now;
    (void)c;
    return now += 1000;
}

AC_TEST(bench, measures_every_step)
{
    static const ac_clock_ops ops = { "fake", fake_ticks, NULL, NULL };
    ac_clock clock = { &ops };
    ac_sv notes[] = { AC_SV("Chest pain for 2 hours."), AC_SV("No fever.") };
    ac_bench_notes list = { notes, 2, 2 };
    ac_bench_options opt = { .notes = &list, .parts = AC_PART_ALL, .ns = 100000, .clock = &clock };
    ac_bench_run run = { .opt = &opt };
    ac_bench_tally sum = { .steps = ac_mem_alloc(AC_PROCESS_STEPS_MAX * sizeof sum.steps[0]) };
    ac_bench_work(NULL, &run);
    CHECK(run.rc == AC_OK && run.tally.whole.n >= 2 && run.tally.n_steps > 20);
    ac_bench_add(&sum, &run.tally);
    ac_bench_add(&sum, &run.tally);
    CHECK(sum.whole.n == 2 * run.tally.whole.n && sum.steps[0].ns == 2 * run.tally.steps[0].ns);
    CHECK(ac_bench_percentile(&sum.steps[0], 0.5) >= 940 && ac_bench_percentile(&sum.steps[0], 0.99) <= 1000);
    for (int json = 0; json < 2; json++) {
        AC_AUTO(ac_sb) out = AC_SB(1 << 20);
        ac_bench_report report = { .notes = &list, .jobs = 1, .json = json };
        sum.wall_ns = 1000000000;
        ac_bench_begin(&report, &out);
        ac_bench_mode(&report, "process", &sum, &out);
        ac_bench_mode(&report, "deid", &sum, &out);
        ac_bench_end(&report, 12345, &out);
        ac_sb_add_char(&out, '\0');
        CHECK(strstr(out.p, "normalise") && strstr(out.p, json ? "\"peak_rss_bytes\":12345}" : "peak resident memory"));
    }
    ac_mem_free(run.tally.steps);
    ac_mem_free(sum.steps);
}

AC_TEST(bench, samples_are_part_of_the_program)
{
    ac_sv rest = ac_bench_samples(), one;
    size_t n = 0;
    while (ac_sv_split(&rest, '\f', &one))
        n += one.n > 500;
    CHECK(n == 6);
}
