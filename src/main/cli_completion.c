/* Shell completions, from the tables. */
#include "main/cli.h"

static void words(ac_sb *out, const char *choices)
{
    ac_sv rest = ac_sv_z(choices), word;
    for (bool first = true; ac_sv_split(&rest, '|', &word); first = false) {
        if (!first)
            ac_sb_add_char(out, ' ');
        ac_sb_add(out, word);
    }
}

static void bash_options(ac_sb *out, ac_command_id c)
{
    for (size_t i = 0; i < AC_OPT_COUNT; i++)
        if (ac_option_is_for((ac_option_id)i, c))
            ac_sb_addf(out, " --%s", ac_options[i].name);
}

/* One case "command --option" with the words that may follow. */
static void bash_values(ac_sb *out, ac_command_id c)
{
    for (size_t i = 0; i < AC_OPT_COUNT; i++) {
        const ac_option *o = &ac_options[i];
        if (!ac_option_is_for((ac_option_id)i, c) || !o->arg)
            continue;
        ac_sb_addf(out, "    '%s --%s'", ac_commands[c].name, o->name);
        if (o->shorthand)
            ac_sb_addf(out, "|'%s -%c'", ac_commands[c].name, o->shorthand);
        ac_sb_add(out, AC_SV(") "));
        if (o->choices) {
            ac_sb_add(out, AC_SV("COMPREPLY=( $(compgen -W '"));
            words(out, o->choices);
            ac_sb_add(out, AC_SV("' -- \"$cur\") ); "));
        } else if (o->type == AC_ARG_PATH) {
            ac_sb_add(out, AC_SV("COMPREPLY=( $(compgen -f -- \"$cur\") ); "));
        }
        ac_sb_add(out, AC_SV("return ;;\n"));
    }
}

void ac_completion_bash(ac_sb *out)
{
    ac_sb_add(out, AC_SV("# bash completion for aceso: source <(aceso --completion bash)\n"
                         "_aceso() {\n"
                         "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} cmd=\n"
                         "  COMPREPLY=()\n"
                         "  [ \"$COMP_CWORD\" -gt 1 ] && cmd=${COMP_WORDS[1]}\n"
                         "  case $cmd in -*) cmd= ;; esac\n"
                         "  case \"$cmd $prev\" in\n"));
    for (size_t i = 0; i < AC_CMD_COUNT; i++)
        bash_values(out, (ac_command_id)i);
    ac_sb_add(out, AC_SV("  esac\n"
                         "  if [ \"$COMP_CWORD\" -eq 1 ] && [ \"${cur#-}\" = \"$cur\" ]; then\n"
                         "    COMPREPLY=( $(compgen -W '"));
    for (size_t i = 1; i < AC_CMD_COUNT; i++)
        ac_sb_addf(out, "%s%s", i > 1 ? " " : "", ac_commands[i].name);
    ac_sb_add(out, AC_SV("' -- \"$cur\") ); return\n  fi\n"
                         "  if [ \"${cur#-}\" != \"$cur\" ]; then\n    case $cmd in\n"));
    for (size_t i = 0; i < AC_CMD_COUNT; i++) {
        ac_sb_addf(out, "    '%s') COMPREPLY=( $(compgen -W '", ac_commands[i].name);
        bash_options(out, (ac_command_id)i);
        ac_sb_add(out, AC_SV("' -- \"$cur\") ) ;;\n"));
    }
    ac_sb_add(out, AC_SV("    esac\n    return\n  fi\n"
                         "  COMPREPLY=( $(compgen -f -- \"$cur\") )\n}\n"
                         "complete -o filenames -F _aceso aceso\n"));
}

/* Inside '...' of zsh: no quote, and no bracket or colon that _arguments would read. */
static void zsh_text(ac_sb *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            ac_sb_add(out, AC_SV("'\\''"));
        else if (*s == ':' || *s == '[' || *s == ']') {
            ac_sb_add_char(out, '\\');
            ac_sb_add_char(out, *s);
        } else {
            ac_sb_add_char(out, *s);
        }
    }
}

static void zsh_option(ac_sb *out, const ac_option *o)
{
    ac_sb_add(out, AC_SV(" \\\n      "));
    if (o->shorthand) /* either of the two, once */
        ac_sb_addf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", o->shorthand, o->name, o->shorthand, o->arg ? "+" : "", o->name, o->arg ? "=" : "");
    else
        ac_sb_addf(out, "'--%s%s[", o->name, o->arg ? "=" : "");
    zsh_text(out, o->help);
    ac_sb_add_char(out, ']');
    if (o->arg)
        ac_sb_addf(out, ":%s:", o->arg);
    if (o->choices) {
        ac_sb_add_char(out, '(');
        words(out, o->choices);
        ac_sb_add_char(out, ')');
    } else if (o->type == AC_ARG_PATH) {
        ac_sb_add(out, AC_SV("_files"));
    }
    ac_sb_add_char(out, '\'');
}

void ac_completion_zsh(ac_sb *out)
{
    ac_sb_add(out, AC_SV("#compdef aceso\n_aceso() {\n  local -a commands=(\n"));
    for (size_t i = 1; i < AC_CMD_COUNT; i++) {
        ac_sb_addf(out, "    '%s:", ac_commands[i].name);
        zsh_text(out, ac_commands[i].summary);
        ac_sb_add(out, AC_SV("'\n"));
    }
    ac_sb_add(out, AC_SV("  )\n  if (( CURRENT == 2 )) && [[ $words[2] != -* ]]; then _describe command commands; return; fi\n"
                         "  local cmd=$words[2]\n  [[ $cmd == -* ]] && cmd=\n"
                         "  case $cmd in\n"));
    for (size_t i = 0; i < AC_CMD_COUNT; i++) {
        ac_sb_addf(out, "    '%s') _arguments", ac_commands[i].name);
        for (size_t k = 0; k < AC_OPT_COUNT; k++)
            if (ac_option_is_for((ac_option_id)k, (ac_command_id)i))
                zsh_option(out, &ac_options[k]);
        ac_sb_add(out, AC_SV(" \\\n      '*:input:_files' ;;\n"));
    }
    ac_sb_add(out, AC_SV("  esac\n}\ncompdef _aceso aceso 2>/dev/null || _aceso \"$@\"\n"));
}
