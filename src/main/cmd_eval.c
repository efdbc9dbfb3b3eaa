/* aceso eval: scores on annotated corpora. */
#include "main/cli.h"

#include "eval/eval.h"
#include "os/outfile.h"

static int print(const ac_cli *cli, const ac_eval_report *report)
{
    AC_AUTO(ac_sb) text = AC_SB((size_t)1 << 30);
    ac_outfile out;
    ac_err err = { 0 };
    (ac_cli_flag(cli, AC_OPT_JSON) ? ac_eval_write_json : ac_eval_write_text)(report, &text);
    if (ac_sb_done(&text, &err) != AC_OK || ac_outfile_open(&out, NULL, &err) != AC_OK ||
        ac_outfile_write(&out, ac_sb_view(&text), &err) != AC_OK) {
        ac_say("standard output: %s", err.text);
        return AC_EXIT_FAILED;
    }
    return AC_EXIT_OK;
}

int ac_cmd_eval(const ac_cli *cli)
{
    const char *all = cli->value[AC_OPT_EVAL_ALL];
    ac_sv format = ac_cli_text(cli, AC_OPT_EVAL_FORMAT);
    if (cli->n_inputs != (all ? 0 : 1)) {
        ac_say("eval: give one corpus, or --all DIR (try aceso eval --help)");
        return AC_EXIT_USAGE;
    }
    ac_eval_options opt = { .path = all ? all : cli->inputs[0], .errors = (size_t)ac_cli_number(cli, AC_OPT_EVAL_ERRORS, 0),
                            .format = ac_sv_eq(format, AC_SV("auto")) ? AC_SV("") : format };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 36);
    ac_eval_report report = { 0 };
    ac_err err = { 0 };
    if (!arena || ac_eval_run(&opt, arena, &report, &err) != AC_OK) {
        ac_say("%s: %s", report.file.n ? report.file.p : opt.path, arena ? err.text : "out of memory");
        return AC_EXIT_FAILED;
    }
    return print(cli, &report);
}
