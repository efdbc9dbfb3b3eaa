/** What the user typed, checked against the tables of commands.h. */
#ifndef AC_MAIN_CLI_H
#define AC_MAIN_CLI_H

#include "core/types.h"
#include "main/commands.h"

#define AC_CMD_ENUM(id, ...) AC_CMD_##id,
typedef enum { AC_COMMAND_LIST(AC_CMD_ENUM) AC_CMD_COUNT } ac_command_id;
#undef AC_CMD_ENUM
#define AC_OPT_ENUM(id, ...) AC_OPT_##id,
typedef enum { AC_OPTION_LIST(AC_OPT_ENUM) AC_OPT_COUNT } ac_option_id;
#undef AC_OPT_ENUM

typedef enum { AC_ARG_FLAG, AC_ARG_CHOICE, AC_ARG_NUMBER, AC_ARG_DATE, AC_ARG_PATH, AC_ARG_TEXT } ac_arg_type;

enum { AC_EXIT_OK = 0, AC_EXIT_FAILED = 1, AC_EXIT_USAGE = 2, AC_EXIT_SIGNAL = 128 };

typedef struct ac_cli ac_cli;

typedef struct {
    const char *name, *args, *summary, *text, *examples;
    int (*run)(const ac_cli *);
} ac_command;

typedef struct {
    char shorthand; /* 0: none */
    ac_arg_type type;
    uint32_t commands;
    const char *name, *arg, *fallback, *choices, *help;
} ac_option;

struct ac_cli {
    ac_command_id command;
    const char *value[AC_OPT_COUNT]; /* of the last time it was given, else its default, else NULL; a flag: "" */
    char **inputs;
    size_t n_inputs;
};

extern const ac_command ac_commands[AC_CMD_COUNT];
extern const ac_option ac_options[AC_OPT_COUNT];

/** False: *why says what is wrong, in one line (cap bytes). */
bool ac_cli_parse(ac_cli *cli, int argc, char **argv, char *why, size_t cap);

static inline bool ac_cli_flag(const ac_cli *c, ac_option_id o) { return c->value[o] != NULL; }
ac_sv ac_cli_text(const ac_cli *c, ac_option_id o);          /* empty when not given */
size_t ac_cli_choice(const ac_cli *c, ac_option_id o);       /* index into the choices */
uint64_t ac_cli_number(const ac_cli *c, ac_option_id o, uint64_t fallback);
ac_date ac_cli_date(const ac_cli *c, ac_option_id o);        /* year 0 when not given */

/** Is the option for that command? */
static inline bool ac_option_is_for(ac_option_id o, ac_command_id c) { return ac_options[o].commands >> c & 1; }

/** From the tables; the text goes to out. */
void ac_help(ac_command_id c, ac_sb *out);
void ac_man(ac_command_id c, ac_sb *out);
void ac_completion_bash(ac_sb *out);
void ac_completion_zsh(ac_sb *out);

/** The whole program; returns the exit code. */
int ac_main(int argc, char **argv);

/** "aceso: words" and the like on standard error. Names come from the command line, never from a document. */
void ac_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int ac_cmd_none(const ac_cli *cli);
int ac_cmd_notes(const ac_cli *cli);
int ac_cmd_serve(const ac_cli *cli);
int ac_cmd_audit(const ac_cli *cli);
int ac_cmd_keys(const ac_cli *cli);
int ac_cmd_eval(const ac_cli *cli);
int ac_cmd_bench(const ac_cli *cli);
int ac_cmd_vocab(const ac_cli *cli);
int ac_cmd_client(const ac_cli *cli);
int ac_cmd_admin(const ac_cli *cli);

#endif
