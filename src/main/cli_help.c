/* --help and man pages, from the tables. */
#include "main/cli.h"

enum { WIDTH = 88, NAME_COLUMN = 26, COMMAND_COLUMN = 14 };

static void pad(ac_sb *out, size_t used, size_t column)
{
    for (; used < column; used++)
        ac_sb_add_char(out, ' ');
}

/* Words from column indent on, wrapped; *at is the column now. */
static void wrap(ac_sb *out, ac_sv words, size_t indent, size_t *at)
{
    ac_sv word;
    bool first = true;
    while (ac_sv_split(&words, ' ', &word)) {
        if (!first && *at + 1 + word.n > WIDTH) {
            ac_sb_add_char(out, '\n');
            pad(out, 0, indent);
            *at = indent;
        } else if (!first) {
            ac_sb_add_char(out, ' ');
            ++*at;
        }
        ac_sb_add(out, word);
        *at += word.n;
        first = false;
    }
}

static void paragraphs(ac_sb *out, const char *text)
{
    ac_sv rest = ac_sv_z(text), part;
    while (ac_sv_split(&rest, '\n', &part)) {
        size_t at = 0;
        wrap(out, part, 0, &at);
        ac_sb_add_char(out, '\n');
    }
}

static void option_help(ac_sb *out, const ac_option *o)
{
    size_t start = out->n;
    if (o->shorthand)
        ac_sb_addf(out, "  -%c, --%s", o->shorthand, o->name);
    else
        ac_sb_addf(out, "      --%s", o->name);
    if (o->arg)
        ac_sb_addf(out, " %s", o->arg);
    size_t at = out->n - start;
    if (at + 2 > NAME_COLUMN) {
        ac_sb_add_char(out, '\n');
        at = 0;
    }
    pad(out, at, NAME_COLUMN);
    at = NAME_COLUMN;
    wrap(out, ac_sv_z(o->help), NAME_COLUMN, &at);
    AC_AUTO(ac_sb) more = AC_SB(1024);
    if (o->choices)
        ac_sb_addf(&more, " %s", o->choices);
    if (o->fallback)
        ac_sb_addf(&more, " [%s]", o->fallback);
    if (more.n)
        wrap(out, ac_sb_view(&more), NAME_COLUMN, &at);
    ac_sb_add_char(out, '\n');
}

static void example_help(ac_sb *out, const char *examples)
{
    ac_sv rest = ac_sv_z(examples), line, command;
    while (ac_sv_split(&rest, '\n', &line)) {
        if (!line.n)
            continue;
        (void)ac_sv_split(&line, '\t', &command);
        ac_sb_add(out, AC_SV("  "));
        ac_sb_add(out, command);
        ac_sb_add(out, AC_SV("\n      "));
        ac_sb_add(out, line);
        ac_sb_add_char(out, '\n');
    }
}

static const char inputs_text[] =
    "An INPUT is a file, a folder (all files below it), a pattern such as 'notes/*.txt', or - for standard input. "
    "A .jsonl or .ndjson file holds one note a line: {\"id\", \"text\", \"lang\"?, \"note_date\"?, \"patient\"?}; other "
    "members are not used, and named on standard error. Notes may be UTF-8, UTF-16 or Windows-1252.";
static const char exits_text[] = "Exit status: 0 all done; 1 some inputs failed, each named on standard error; 2 wrong usage; "
                                 "130 stopped by Ctrl-C; 141 the reader of the output has gone.";

static bool takes_notes(ac_command_id c) { return AC_ON_NOTES >> c & 1; }

void ac_help(ac_command_id c, ac_sb *out)
{
    const ac_command *cmd = &ac_commands[c];
    if (c == AC_CMD_NONE)
        ac_sb_add(out, AC_SV("Usage: aceso COMMAND [OPTION...] [INPUT...]\n\n"));
    else
        ac_sb_addf(out, "Usage: aceso %s [OPTION...] %s\n\n", cmd->name, cmd->args);
    paragraphs(out, cmd->text);
    if (c == AC_CMD_NONE) {
        ac_sb_add(out, AC_SV("\nCommands:\n"));
        for (size_t i = 1; i < AC_CMD_COUNT; i++) {
            size_t start = out->n;
            ac_sb_addf(out, "  %s", ac_commands[i].name);
            pad(out, out->n - start, COMMAND_COLUMN);
            ac_sb_addf(out, "%s\n", ac_commands[i].summary);
        }
    }
    if (takes_notes(c)) {
        ac_sb_add_char(out, '\n');
        paragraphs(out, inputs_text);
    }
    ac_sb_add(out, AC_SV("\nOptions:\n"));
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, c))
            option_help(out, &ac_options[i]);
    ac_sb_add(out, AC_SV("\nExamples:\n"));
    example_help(out, cmd->examples);
    ac_sb_add_char(out, '\n');
    paragraphs(out, exits_text);
    if (c == AC_CMD_NONE)
        ac_sb_add(out, AC_SV("\nMore about a command: aceso COMMAND --help, or its man page.\n"));
}

/* ---- roff --------------------------------------------------------------------------------------------------------- */

static void roff(ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-')
            ac_sb_add(out, AC_SV("\\-"));
        else if (s.p[i] == '\\')
            ac_sb_add(out, AC_SV("\\e"));
        else if ((s.p[i] == '.' || s.p[i] == '\'') && (i == 0 || s.p[i - 1] == '\n'))
            ac_sb_addf(out, "\\&%c", s.p[i]);
        else if (s.p[i] == '\n')
            ac_sb_add(out, AC_SV("\n.PP\n"));
        else
            ac_sb_add_char(out, s.p[i]);
    }
}

static void roff_z(ac_sb *out, const char *s) { roff(out, ac_sv_z(s)); }

static void option_man(ac_sb *out, const ac_option *o)
{
    ac_sb_add(out, AC_SV(".TP\n"));
    if (o->shorthand)
        ac_sb_addf(out, "\\fB\\-%c\\fR, ", o->shorthand);
    ac_sb_add(out, AC_SV("\\fB\\-\\-"));
    roff_z(out, o->name);
    ac_sb_add(out, AC_SV("\\fR"));
    if (o->arg)
        ac_sb_addf(out, " \\fI%s\\fR", o->arg);
    ac_sb_add_char(out, '\n');
    roff_z(out, o->help);
    ac_sb_add(out, AC_SV(".\n"));
    if (o->choices) {
        ac_sb_add(out, AC_SV("One of "));
        ac_sv rest = ac_sv_z(o->choices), word;
        for (bool first = true; ac_sv_split(&rest, '|', &word); first = false) {
            ac_sb_add(out, first ? AC_SV("\\fB") : AC_SV(", \\fB"));
            roff(out, word);
            ac_sb_add(out, AC_SV("\\fR"));
        }
        ac_sb_add(out, AC_SV(".\n"));
    }
    if (o->fallback) {
        ac_sb_add(out, AC_SV("Default: "));
        roff_z(out, o->fallback);
        ac_sb_add(out, AC_SV(".\n"));
    }
}

static void examples_man(ac_sb *out, const char *examples)
{
    ac_sv rest = ac_sv_z(examples), line, command;
    while (ac_sv_split(&rest, '\n', &line)) {
        if (!line.n)
            continue;
        (void)ac_sv_split(&line, '\t', &command);
        ac_sb_add(out, AC_SV(".TP\n\\fB"));
        roff(out, command);
        ac_sb_add(out, AC_SV("\\fR\n"));
        roff(out, line);
        ac_sb_add(out, AC_SV(".\n"));
    }
}

static void see_also(ac_sb *out, ac_command_id self)
{
    bool first = true;
    ac_sb_add(out, AC_SV(".SH SEE ALSO\n"));
    for (size_t i = 0; i < AC_CMD_COUNT; i++) {
        if (i == self)
            continue;
        ac_sb_addf(out, "%s.BR aceso%s%s (1)", first ? "" : ",\n", i ? "\\-" : "", ac_commands[i].name);
        first = false;
    }
    ac_sb_add_char(out, '\n');
}

void ac_man(ac_command_id c, ac_sb *out)
{
    const ac_command *cmd = &ac_commands[c];
    const char *dash = c == AC_CMD_NONE ? "" : "-";
    ac_sb_addf(out, ".TH \"ACESO%s%s\" 1 \"\" \"aceso %s\" \"User Commands\"\n.SH NAME\naceso", dash, cmd->name, AC_VERSION);
    ac_sb_addf(out, "%s%s \\- ", c == AC_CMD_NONE ? "" : "\\-", cmd->name);
    roff_z(out, cmd->summary);
    ac_sb_addf(out, "\n.SH SYNOPSIS\n.B aceso %s\n[\\fIOPTION\\fR...] %s\n.SH DESCRIPTION\n", c == AC_CMD_NONE ? "COMMAND" : cmd->name,
               cmd->args);
    roff_z(out, cmd->text);
    if (takes_notes(c)) {
        ac_sb_add(out, AC_SV("\n.PP\n"));
        roff_z(out, inputs_text);
    }
    if (c == AC_CMD_NONE) {
        ac_sb_add(out, AC_SV("\n.SH COMMANDS"));
        for (size_t i = 1; i < AC_CMD_COUNT; i++) {
            ac_sb_addf(out, "\n.TP\n.BR aceso\\-%s (1)\n", ac_commands[i].name);
            roff_z(out, ac_commands[i].summary);
        }
    }
    ac_sb_add(out, AC_SV("\n.SH OPTIONS\n"));
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, c))
            option_man(out, &ac_options[i]);
    ac_sb_add(out, AC_SV(".SH EXIT STATUS\n"));
    roff_z(out, exits_text);
    ac_sb_add(out, AC_SV("\n.SH EXAMPLES\n"));
    examples_man(out, cmd->examples);
    see_also(out, c);
}
