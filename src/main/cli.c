#include "main/cli.h"

#include "app/batch.h"

#include <stdio.h>
#include <string.h>

const ac_command ac_commands[AC_CMD_COUNT] = {
#define ROW(id, name, args, run, summary, text, examples) { name, args, summary, text, examples, run },
    AC_COMMAND_LIST(ROW)
#undef ROW
};

const ac_option ac_options[AC_OPT_COUNT] = {
#define ROW(id, shorthand, name, arg, type, fallback, choices, commands, help)                                         \
    { shorthand, AC_ARG_##type, commands, name, arg, fallback, choices, help },
    AC_OPTION_LIST(ROW)
#undef ROW
};

typedef struct {
    ac_cli *cli;
    char *why;
    size_t cap;
} parser;

static bool wrong(const parser *p, const char *what, const char *word)
{
    (void)snprintf(p->why, p->cap, "%s %.100s", what, word);
    return false;
}

/* ---- a word that nobody knows: the one that was meant ------------------------------------------------------------- */

enum { WORD_MAX = 24, TYPOS_MAX = 2 };

/* How many letters differ: put in, left out, another one, or two neighbours swapped. */
static unsigned typos(ac_sv a, ac_sv b)
{
    unsigned d[WORD_MAX + 1][WORD_MAX + 1];
    if (a.n > WORD_MAX || b.n > WORD_MAX)
        return WORD_MAX;
    for (unsigned i = 0; i <= a.n; i++)
        for (unsigned j = 0; j <= b.n; j++) {
            if (!i || !j) {
                d[i][j] = i + j;
                continue;
            }
            unsigned best = d[i - 1][j - 1] + (a.p[i - 1] != b.p[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[a.n][b.n];
}

typedef struct {
    ac_sv word;
    const char *name;
    unsigned typos;
} nearest;

static void consider(nearest *n, const char *name)
{
    ac_sv known = ac_sv_z(name);
    bool begun = n->word.n > 2 && known.n > n->word.n && ac_sv_starts(known, n->word);
    unsigned t = begun ? 1 : typos(n->word, known);
    if (known.n && t <= TYPOS_MAX && t < n->word.n && t < n->typos) {
        n->name = name;
        n->typos = t;
    }
}

static bool unknown(const parser *p, const char *what, const char *word, const char *dashes, const nearest *n)
{
    if (!n->name)
        return wrong(p, what, word);
    (void)snprintf(p->why, p->cap, "%s %.100s: did you mean %s%s?", what, word, dashes, n->name);
    return false;
}

static bool unknown_command(const parser *p, const char *word)
{
    nearest n = { ac_sv_z(word), NULL, WORD_MAX };
    for (size_t i = 1; i < AC_CMD_COUNT; i++)
        consider(&n, ac_commands[i].name);
    return unknown(p, "unknown command", word, "", &n);
}

static bool unknown_option(const parser *p, const char *word, ac_sv name)
{
    nearest n = { name, NULL, WORD_MAX };
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, p->cli->command))
            consider(&n, ac_options[i].name);
    return unknown(p, "unknown option", word, "--", &n);
}

/* ---- values ------------------------------------------------------------------------------------------------------- */

static bool read_number(ac_sv s, uint64_t *out)
{
    static const struct {
        char letter;
        unsigned shift;
    } sizes[] = { { 'K', 10 }, { 'M', 20 }, { 'G', 30 } };
    unsigned shift = 0;
    int64_t v;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0] && s.n > 1; i++)
        if (ac_upper(s.p[s.n - 1]) == sizes[i].letter) {
            shift = sizes[i].shift;
            s.n--;
            break;
        }
    if (!ac_sv_to_i64(s, &v) || v < 0 || v > INT64_MAX >> shift)
        return false;
    *out = (uint64_t)v << shift;
    return true;
}

static bool choice_of(const ac_option *o, ac_sv value, size_t *out)
{
    ac_sv rest = ac_sv_z(o->choices), word;
    for (*out = 0; ac_sv_split(&rest, '|', &word); ++*out)
        if (ac_sv_eq(word, value))
            return true;
    return false;
}

static bool good_value(const ac_option *o, const char *value)
{
    uint64_t number;
    size_t index;
    ac_date date;
    switch (o->type) {
    case AC_ARG_CHOICE:
        return choice_of(o, ac_sv_z(value), &index);
    case AC_ARG_NUMBER:
        return read_number(ac_sv_z(value), &number);
    case AC_ARG_DATE:
        return ac_date_read(ac_sv_z(value), &date);
    case AC_ARG_PATH:
        return *value != '\0';
    default:
        return true;
    }
}

static bool set(const parser *p, ac_option_id id, const char *value)
{
    const ac_option *o = &ac_options[id];
    if (good_value(o, value)) {
        p->cli->value[id] = value;
        return true;
    }
    (void)snprintf(p->why, p->cap, "--%s: %.100s is not %s%s", o->name, value,
                   o->type == AC_ARG_CHOICE ? "one of " : o->type == AC_ARG_NUMBER ? "a number"
                                                        : o->type == AC_ARG_DATE   ? "a date YYYY-MM-DD"
                                                                                   : "a name",
                   o->type == AC_ARG_CHOICE ? o->choices : "");
    return false;
}

static bool find_long(const ac_cli *c, ac_sv name, ac_option_id *out)
{
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, c->command) && ac_sv_eq(name, ac_sv_z(ac_options[i].name))) {
            *out = (ac_option_id)i;
            return true;
        }
    return false;
}

static bool find_short(const ac_cli *c, char letter, ac_option_id *out)
{
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, c->command) && letter && ac_options[i].shorthand == letter) {
            *out = (ac_option_id)i;
            return true;
        }
    return false;
}

/* --name, --name value, --name=value. *next: the argument after this one. */
static bool parse_long(const parser *p, char *word, char ***next)
{
    ac_option_id id;
    ac_sv rest = ac_sv_z(word + 2), name;
    (void)ac_sv_split(&rest, '=', &name);
    const char *value = strchr(word, '=');
    if (!find_long(p->cli, name, &id))
        return unknown_option(p, word, name);
    if (!ac_options[id].arg)
        return value ? wrong(p, "this option takes no value:", word) : set(p, id, "");
    if (value)
        return set(p, id, value + 1);
    if (!**next)
        return wrong(p, "a value is missing after", word);
    return set(p, id, *(*next)++);
}

/* -q, -qf text, -ftext */
static bool parse_short(const parser *p, char *word, char ***next)
{
    for (char *c = word + 1; *c; c++) {
        ac_option_id id;
        if (!find_short(p->cli, *c, &id))
            return wrong(p, "unknown option", word);
        if (!ac_options[id].arg) {
            p->cli->value[id] = "";
            continue;
        }
        if (c[1])
            return set(p, id, c + 1);
        if (!**next)
            return wrong(p, "a value is missing after", word);
        return set(p, id, *(*next)++);
    }
    return true;
}

static bool find_command(const char *name, ac_command_id *out)
{
    for (size_t i = 1; i < AC_CMD_COUNT; i++)
        if (strcmp(ac_commands[i].name, name) == 0) {
            *out = (ac_command_id)i;
            return true;
        }
    return false;
}

bool ac_cli_parse(ac_cli *cli, int argc, char **argv, char *why, size_t cap)
{
    parser p = { cli, why, cap };
    char **next = argv + (argc > 0);
    *cli = (ac_cli) { .command = AC_CMD_NONE };
    if (*next && **next != '-') {
        if (!find_command(*next, &cli->command))
            return unknown_command(&p, *next);
        next++;
    }
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        cli->value[i] = ac_option_is_for((ac_option_id)i, cli->command) ? ac_options[i].fallback : NULL;
    cli->inputs = next; /* inputs move to the front of the arguments */
    bool options = true;
    while (*next) {
        char *word = *next++;
        bool dashed = options && word[0] == '-' && word[1];
        if (dashed && strcmp(word, "--") == 0)
            options = false;
        else if (!dashed)
            cli->inputs[cli->n_inputs++] = word;
        else if (!(word[1] == '-' ? parse_long : parse_short)(&p, word, &next))
            return false;
    }
    return true;
}

ac_sv ac_cli_text(const ac_cli *c, ac_option_id o) { return ac_sv_z(c->value[o]); }

size_t ac_cli_choice(const ac_cli *c, ac_option_id o)
{
    size_t i = 0;
    return c->value[o] && choice_of(&ac_options[o], ac_sv_z(c->value[o]), &i) ? i : 0;
}

uint64_t ac_cli_number(const ac_cli *c, ac_option_id o, uint64_t fallback)
{
    uint64_t v;
    return c->value[o] && read_number(ac_sv_z(c->value[o]), &v) ? v : fallback;
}

ac_date ac_cli_date(const ac_cli *c, ac_option_id o)
{
    ac_date d = { 0, 0, 0 };
    if (c->value[o])
        (void)ac_date_read(ac_sv_z(c->value[o]), &d);
    return d;
}
