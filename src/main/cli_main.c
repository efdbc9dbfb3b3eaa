#include "main/cli.h"

#include "os/outfile.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SAY_MAX = 8192 };

/* One line, whatever the name of a file holds: a control character would be a command to the terminal. */
void ac_say(const char *fmt, ...)
{
    char line[SAY_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7F)
            *c = '?';
    (void)fprintf(stderr, "aceso: %s\n", line);
}

static int print(ac_sb *text)
{
    ac_outfile out;
    ac_err err = { 0 };
    if (ac_sb_done(text, &err) != AC_OK || ac_outfile_open(&out, NULL, &err) != AC_OK ||
        ac_outfile_write(&out, ac_sb_view(text), &err) != AC_OK) {
        ac_say("standard output: %s", err.text);
        return AC_EXIT_FAILED;
    }
    return AC_EXIT_OK;
}

static bool command_named(const char *name, ac_command_id *out)
{
    for (size_t i = 0; i < AC_CMD_COUNT; i++)
        if (strcmp(ac_commands[i].name, name) == 0 || (i == AC_CMD_NONE && strcmp(name, "aceso") == 0)) {
            *out = (ac_command_id)i;
            return true;
        }
    return false;
}

int ac_cmd_none(const ac_cli *cli)
{
    AC_AUTO(ac_sb) text = AC_SB(1u << 20);
    ac_command_id of = AC_CMD_NONE;
    if (ac_cli_flag(cli, AC_OPT_VERSION)) {
        ac_sb_add(&text, AC_SV("aceso " AC_VERSION "\n"));
    } else if (cli->value[AC_OPT_MAN]) {
        if (!command_named(cli->value[AC_OPT_MAN], &of)) {
            ac_say("--man: unknown command %.100s", cli->value[AC_OPT_MAN]);
            return AC_EXIT_USAGE;
        }
        ac_man(of, &text);
    } else if (cli->value[AC_OPT_COMPLETION]) {
        (ac_cli_choice(cli, AC_OPT_COMPLETION) == 0 ? ac_completion_bash : ac_completion_zsh)(&text);
    } else {
        ac_say("no command given (try aceso --help)");
        return AC_EXIT_USAGE;
    }
    return print(&text);
}

int ac_main(int argc, char **argv)
{
    ac_cli cli = { 0 };
    char why[256];
    if (!ac_cli_parse(&cli, argc, argv, why, sizeof why)) {
        const char *name = ac_commands[cli.command].name;
        ac_say("%s (try aceso %s%s--help)", why, name, *name ? " " : "");
        return AC_EXIT_USAGE;
    }
    if (ac_cli_flag(&cli, AC_OPT_HELP)) {
        AC_AUTO(ac_sb) text = AC_SB(1u << 20);
        ac_help(cli.command, &text);
        return print(&text);
    }
    return ac_commands[cli.command].run(&cli);
}
