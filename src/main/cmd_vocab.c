/* aceso vocab: bring, see, choose, check and drop vocabularies. */
#include "main/cli.h"

#include "core/types.h"
#include "nlp/lexicon/vocabulary_words.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/mapping.h"
#include "os/outfile.h"
#include "os/stop.h"
#include "vocab/import.h"
#include "vocab/store.h"

#include <stdio.h>
#include <string.h>

enum { ARENA_MAX = 64 << 20, OUTPUT_MAX = 1 << 20 };

/* One run of the command. args: what stands behind the verb. */
typedef struct {
    const ac_cli *cli;
    char **args;
    size_t n_args;
    ac_arena *arena;
    ac_vocab_store store;
    ac_sb out;
} session;

static int failed(const char *what, const ac_err *err)
{
    ac_say("%s: %s", what, err->text);
    return AC_EXIT_FAILED;
}

static void add_count(ac_sb *out, uint64_t n) /* 1,203,441 */
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            ac_sb_add_char(out, ',');
        ac_sb_add_char(out, digits[i]);
    }
}

/* ---- import ------------------------------------------------------------------------------------------------------- */

typedef struct {
    ac_sv name, edition, system;
    const char *licence;
    uint64_t lines, bytes;
} import;

/* What the files say of the vocabulary as long as the user did not. */
static bool learn(session *s, import *im, const char *path, const ac_vocab_file *f)
{
    const char *slash = strrchr(path, '/'), *name = ac_release_layout_vocabulary(f->layout);
    ac_sv edition = ac_release_edition(ac_sv_z(slash ? slash + 1 : path)), system = ac_sv_z(ac_release_layout_system(f->layout));
    if (im->licence && strcmp(im->licence, name) != 0 && !s->cli->value[AC_OPT_VOCAB_NAME]) {
        ac_say("%s: this is %s, the file before it %s: import them one by one, or give --name", path, name, im->licence);
        return false;
    }
    im->system = im->licence && strcmp(im->licence, name) != 0 ? AC_SV("") : system.n ? system : im->system;
    im->licence = im->licence ? im->licence : name;
    im->name = im->name.n ? im->name : ac_sv_z(name);
    im->edition = im->edition.n ? im->edition : edition;
    im->lines += f->lines;
    im->bytes += f->bytes;
    return true;
}

static bool read_files(session *s, ac_vocab_builder *b, import *im)
{
    ac_lang lang;
    ac_kind kind;
    const bool has_lang = ac_lang_from(ac_cli_text(s->cli, AC_OPT_VOCAB_LANG), &lang), has_kind = ac_kind_from(ac_cli_text(s->cli, AC_OPT_VOCAB_KIND), &kind);
    const ac_vocab_import_options opt = { (uint8_t)(has_lang ? lang : AC_LANG_COUNT), (uint8_t)(has_kind ? kind : AC_KIND_COUNT) };
    for (size_t i = 0; i < s->n_args; i++) {
        ac_vocab_file f;
        ac_err err = { 0 };
        if (ac_vocab_import(b, s->args[i], &opt, &f, &err) != AC_OK) {
            (void)failed(s->args[i], &err);
            return false;
        }
        if (f.bad)
            ac_say("%s: %llu lines are not as the layout says, the first is line %llu", s->args[i], (unsigned long long)f.bad,
                   (unsigned long long)f.first_bad);
        if (!learn(s, im, s->args[i], &f))
            return false;
        if (!ac_cli_flag(s->cli, AC_OPT_VOCAB_QUIET))
            ac_say("%s: %s, %llu lines", s->args[i], ac_release_layout_name(f.layout), (unsigned long long)f.lines);
    }
    return true;
}

static void tell_import(session *s, const import *im, const ac_vocab_report *r, double seconds)
{
    ac_sb *out = &s->out;
    ac_sv licence = ac_release_cell(AC_RELEASE_LICENCE, ac_sv_z(im->licence));
    ac_sb_addf(out, "%.*s@%.*s: ", (int)im->name.n, im->name.p, (int)im->edition.n, im->edition.p);
    add_count(out, r->terms);
    ac_sb_add(out, AC_SV(" terms taken, with "));
    add_count(out, r->codes);
    ac_sb_addf(out, " codes, from ");
    add_count(out, im->lines);
    ac_sb_addf(out, " lines; %.1f MB, %.1f s\n", (double)r->bytes / 1e6, seconds);
    for (size_t i = 0; i < AC_LEFT_COUNT; i++)
        if (r->left[i]) {
            ac_sb_add(out, AC_SV("  left out: "));
            add_count(out, r->left[i]);
            ac_sb_addf(out, " %s\n", ac_left_text((ac_left)i));
        }
    ac_sb_add(out, licence);
    ac_sb_addf(out, "\nUse it with: aceso vocab use %.*s@%.*s\n", (int)im->name.n, im->name.p, (int)im->edition.n, im->edition.p);
}

static bool good_title(const import *im)
{
    if (!im->edition.n)
        ac_say("no edition in the name of the file: say which it is with --edition, as 2026AA");
    else if (!ac_vocab_name_is_good(im->name) || !ac_vocab_name_is_good(im->edition))
        ac_say("--name and --edition: letters, digits, dots and dashes, at most %d", AC_VOCAB_NAME_MAX - 1);
    else
        return true;
    return false;
}

static int build(session *s, ac_vocab_builder *b, import *im)
{
    char made[AC_INSTANT_TEXT];
    ac_err err = { 0 };
    ac_vocab_report report;
    uint64_t start = ac_clock_ticks_ns(ac_clock_system());
    if (!read_files(s, b, im))
        return AC_EXIT_FAILED;
    if (!good_title(im))
        return AC_EXIT_USAGE;
    const ac_vocab_title title = { im->name, im->edition, ac_clock_instant(made), ac_sv_z(im->licence), im->system };
    ac_sv path = ac_arena_printf(s->arena, "%s/%.*s@%.*s.acv", s->store.dir.p, (int)im->name.n, im->name.p, (int)im->edition.n, im->edition.p);
    ac_rc rc = path.p ? ac_vocab_build(b, &title, path.p, &report, &err) : ac_fail(&err, AC_ELIMIT, "no room for a path");
    if (rc != AC_OK)
        return failed(path.p ? path.p : "vocabulary", &err);
    tell_import(s, im, &report, (double)(ac_clock_ticks_ns(ac_clock_system()) - start) / 1e9);
    return AC_EXIT_OK;
}

static int verb_import(session *s)
{
    AC_AUTO_PTR(ac_vocab_builder) b = NULL;
    ac_err err = { 0 };
    import im = { .name = ac_cli_text(s->cli, AC_OPT_VOCAB_NAME), .edition = ac_cli_text(s->cli, AC_OPT_EDITION) };
    ac_stop_install();
    if (ac_dir_make(s->store.dir.p, &err) != AC_OK || ac_vocab_builder_new(s->store.dir.p, ac_cli_choice(s->cli, AC_OPT_PLURALS) == 0, &b, &err) != AC_OK)
        return failed(s->store.dir.p, &err);
    int code = build(s, b, &im);
    return ac_stop_signal() ? AC_EXIT_SIGNAL + ac_stop_signal() : code;
}

/* ---- the others --------------------------------------------------------------------------------------------------- */

static void list_one(session *s, const ac_vocab_place *p, const ac_vocab *v)
{
    const ac_vocab_header *h = v->header;
    ac_sb_addf(&s->out, "%c %s  ", p->active ? '*' : ' ', p->id.p);
    add_count(&s->out, h->terms);
    ac_sb_add(&s->out, AC_SV(" terms, "));
    add_count(&s->out, h->n_codes);
    ac_sb_addf(&s->out, " codes, %.1f MB, imported %.10s\n    ", (double)h->bytes / 1e6, h->made);
    ac_sb_add(&s->out, ac_release_cell(AC_RELEASE_LICENCE, ac_sv_z(h->licence)));
    ac_sb_add_char(&s->out, '\n');
}

static int verb_list(session *s)
{
    int code = AC_EXIT_OK;
    for (size_t i = 0; i < s->store.n; i++) {
        const ac_vocab_place *p = &s->store.at[i];
        ac_vocab v;
        ac_sv map;
        ac_err err = { 0 };
        if (ac_vocab_map(p->path.p, &map, &v, &err) != AC_OK) {
            code = failed(p->id.p, &err);
            continue;
        }
        list_one(s, p, &v);
        ac_mapping_close(map);
    }
    if (!s->store.n)
        ac_sb_addf(&s->out, "no vocabularies in %s\n", s->store.dir.p);
    return code;
}

static ac_vocab_place *wanted(session *s, const char *name)
{
    const ac_vocab_place *p = ac_vocab_store_find(&s->store, ac_sv_z(name));
    if (!p)
        ac_say("%s: no such vocabulary (see aceso vocab list)", name);
    return p ? &s->store.at[p - s->store.at] : NULL;
}

static int write_active(session *s)
{
    ac_err err = { 0 };
    return ac_vocab_store_use(&s->store, &err) == AC_OK ? AC_EXIT_OK : failed(s->store.dir.p, &err);
}

static int verb_use(session *s)
{
    bool none = s->n_args == 1 && strcmp(s->args[0], "none") == 0;
    for (size_t i = 0; i < s->store.n; i++)
        s->store.at[i].active = false;
    for (size_t i = 0; !none && i < s->n_args; i++) {
        ac_vocab_place *p = wanted(s, s->args[i]);
        if (!p)
            return AC_EXIT_FAILED;
        p->active = true;
    }
    for (size_t i = 0; i < s->store.n; i++)
        if (s->store.at[i].active)
            ac_sb_addf(&s->out, "in use: %s\n", s->store.at[i].id.p);
    return write_active(s);
}

static int verb_verify(session *s)
{
    int code = AC_EXIT_OK;
    for (size_t i = 0; i < (s->n_args ? s->n_args : s->store.n); i++) {
        const ac_vocab_place *p = s->n_args ? wanted(s, s->args[i]) : &s->store.at[i];
        ac_vocab v;
        ac_sv map;
        ac_err err = { 0 };
        ac_rc rc = p ? ac_vocab_map(p->path.p, &map, &v, &err) : AC_ENOTFOUND;
        if (rc == AC_OK) {
            rc = ac_vocab_verify(map, &v, &err);
            ac_mapping_close(map);
        }
        if (rc == AC_OK)
            ac_sb_addf(&s->out, "%s: sound\n", p->id.p);
        else
            code = p ? failed(p->id.p, &err) : AC_EXIT_FAILED;
    }
    return code;
}

static int verb_rm(session *s)
{
    for (size_t i = 0; i < s->n_args; i++) {
        ac_vocab_place *p = wanted(s, s->args[i]);
        ac_err err = { 0 };
        if (!p)
            return AC_EXIT_FAILED;
        if (!memchr(s->args[i], '@', strlen(s->args[i]))) {
            ac_say("%s: say which edition, as %s", s->args[i], p->id.p);
            return AC_EXIT_USAGE;
        }
        bool active = p->active;
        p->active = false;
        if (active && write_active(s) != AC_EXIT_OK)
            return AC_EXIT_FAILED;
        if (ac_file_remove(p->path.p, &err) != AC_OK)
            return failed(p->id.p, &err);
        ac_sb_addf(&s->out, "removed: %s\n", p->id.p);
    }
    return AC_EXIT_OK;
}

static const struct {
    const char *name;
    size_t min, max; /* arguments */
    int (*run)(session *);
} verbs[] = {
    { "import", 1, SIZE_MAX, verb_import }, { "list", 0, 0, verb_list },        { "use", 1, SIZE_MAX, verb_use },
    { "verify", 0, SIZE_MAX, verb_verify }, { "rm", 1, SIZE_MAX, verb_rm },
};

static int print(const session *s, int code)
{
    ac_outfile out;
    ac_err err = { 0 };
    if (ac_sb_done(&s->out, &err) != AC_OK || ac_outfile_open(&out, NULL, &err) != AC_OK ||
        ac_outfile_write(&out, ac_sb_view(&s->out), &err) != AC_OK)
        return failed("standard output", &err);
    return code;
}

static int run(session *s, size_t verb)
{
    ac_err err = { 0 };
    if (ac_vocab_store_open(s->cli->value[AC_OPT_DATA], s->arena, &s->store, &err) != AC_OK)
        return failed(s->store.dir.p ? s->store.dir.p : "vocabularies", &err);
    return print(s, verbs[verb].run(s));
}

int ac_cmd_vocab(const ac_cli *cli)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA_MAX);
    session s = { .cli = cli, .args = cli->inputs + 1, .n_args = cli->n_inputs ? cli->n_inputs - 1 : 0, .arena = arena, .out = AC_SB(OUTPUT_MAX) };
    for (size_t i = 0; arena && cli->n_inputs && i < sizeof verbs / sizeof verbs[0]; i++)
        if (strcmp(cli->inputs[0], verbs[i].name) == 0 && s.n_args >= verbs[i].min && s.n_args <= verbs[i].max) {
            int code = run(&s, i);
            ac_sb_cleanup(&s.out);
            return code;
        }
    ac_say(arena ? "vocab: say import FILE..., list, use NAME..., verify or rm NAME@EDITION (try aceso vocab --help)" : "out of memory");
    return arena ? AC_EXIT_USAGE : AC_EXIT_FAILED;
}
