/* aceso client submit: inputs are read one after the other. A short text is a note for a batch, all else is uploaded.
 */
#include "main/client_parts.h"

#include "app/batch.h"
#include "app/intake.h"
#include "app/jobs.h"
#include "os/file.h"
#include "os/lines.h"
#include "os/stop.h"
#include "os/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_EXTRA = 64 << 10, ESCAPED = 6, LINE_ARENA = 1 << 30, SUBMIT_MAX = 1 << 26, STDIN_MAX = 256 << 20 };

static void close_file(FILE **f)
{
    if (*f)
        (void)fclose(*f);
}

static bool is_note(ac_sv bytes)
{
    return bytes.n <= AC_INLINE_MAX && ac_intake_kind_of(bytes) == AC_INTAKE_TEXT && ac_utf8_is(bytes);
}

/* ---- one note a line ---- */

static ac_sv date_text(ac_date d, char buf[16])
{
    if (!d.year)
        return AC_SV("");
    const int n = snprintf(buf, 16, "%04d-%02d-%02d", d.year, d.month, d.day);
    return (ac_sv) { buf, n > 0 ? (size_t)n : 0 };
}

static void submit_line(ac_submit *s, const ac_input *in, uint64_t number, ac_sv line, ac_arena *arena)
{
    static const char *const langs[AC_LANG_COUNT] = { [AC_LANG_EN] = "en", [AC_LANG_ES] = "es" };
    char date[16];
    ac_batch_note n;
    ac_err err = { 0 };
    ac_client_note note = { .in = in, .line = number };
    if (ac_batch_parse(line, arena, &n, &err) != AC_OK) {
        ac_submit_failed(s, &note, err.text);
        return;
    }
    ac_client_how how = s->how;
    note.id = n.id;
    how.patient = n.patient.n ? n.patient : how.patient;
    how.lang = n.has_lang ? ac_sv_z(langs[n.lang]) : how.lang;
    how.note_date = n.note_date.year ? date_text(n.note_date, date) : how.note_date;
    if (n.text.n > AC_INLINE_MAX)
        ac_submit_upload(s, &note, &how, n.id, n.text, NULL);
    else
        ac_submit_note(s, &note, &how, n.id, n.text);
}

static void submit_lines(ac_submit *s, const ac_input *in, ac_lines *lines)
{
    bool more = true;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(LINE_ARENA);
    for (uint64_t number = 1; arena && !s->fatal && !ac_stop_signal(); number++) {
        ac_err err = { 0 };
        ac_sv line = { "", 0 };
        const ac_rc rc = ac_lines_next(lines, &line, &more, &err);
        if (rc != AC_OK && rc != AC_ECANCELLED)
            ac_submit_failed(s, &(ac_client_note) { .in = in, .line = number }, err.text);
        if (rc == AC_ELIMIT)
            continue;
        if (rc != AC_OK || !more)
            return;
        if (number == 1 && ac_sv_starts(line, AC_SV("\xEF\xBB\xBF")))
            line = ac_sv_sub(line, 3, line.n);
        if (ac_sv_trim(line).n)
            submit_line(s, in, number, line, arena);
        ac_arena_reset(arena);
    }
}

/* ---- one document ---- */

static void submit_bytes(ac_submit *s, const ac_input *in, ac_sv name, ac_sv bytes)
{
    const ac_client_note note = { .in = in };
    if (is_note(bytes))
        ac_submit_note(s, &note, &s->how, name, bytes);
    else
        ac_submit_upload(s, &note, &s->how, name, bytes, NULL);
}

/* What cannot be read twice, as standard input, is kept in memory: it may have to be sent again. */
static void submit_rest(ac_submit *s, const ac_input *in, ac_lines *lines)
{
    ac_err err = { 0 };
    AC_AUTO(ac_sb) all = AC_SB(STDIN_MAX);
    const bool from_stdin = strcmp(in->path, "-") == 0;
    const ac_rc rc = lines ? ac_lines_rest(lines, &all, &err) : ac_file_read(in->path, &all, &err);
    if (rc != AC_OK)
        ac_submit_failed(s, &(ac_client_note) { .in = in }, err.text);
    else
        submit_bytes(s, in, from_stdin ? AC_SV("stdin") : ac_sv_z(in->path), ac_sb_view(&all));
}

/* A short one is looked at as a whole; of a long one only a piece is in memory at a time. */
static void submit_file(ac_submit *s, const ac_input *in)
{
    char begin[AC_INLINE_MAX + 1];
    ac_err err = { 0 };
    int fd;
    const ac_client_note note = { .in = in };
    if (ac_file_open_read(in->path, &fd, &err) != AC_OK) {
        ac_submit_failed(s, &note, err.text);
        return;
    }
    __attribute__((cleanup(close_file))) FILE *f = fdopen(fd, "rb");
    if (!f) {
        (void)close(fd);
        ac_submit_failed(s, &note, "cannot be read");
        return;
    }
    if (fseek(f, 0, SEEK_SET) != 0) { /* a pipe */
        submit_rest(s, in, NULL);
        return;
    }
    const size_t n = fread(begin, 1, sizeof begin, f);
    if (ferror(f) || !n)
        ac_submit_failed(s, &note, n ? "cannot be read" : "there is nothing in it");
    else if (n < sizeof begin)
        submit_bytes(s, in, ac_sv_z(in->path), (ac_sv) { begin, n });
    else if (fseek(f, 0, SEEK_SET) == 0)
        ac_submit_upload(s, &note, &s->how, ac_sv_z(in->path), (ac_sv) { "", 0 }, f);
}

/* ---- all of them ---- */

static void submit_input(ac_submit *s, const ac_input *in)
{
    const ac_input_kind kind = (ac_input_kind)ac_cli_choice(s->run->cli, AC_OPT_INPUT);
    const bool by_name = kind == AC_INPUT_AUTO && ac_input_has_lines(in->path);
    ac_err err = { 0 };
    if (in->rc != AC_OK) {
        ac_submit_failed(s, &(ac_client_note) { .in = in }, in->why);
        return;
    }
    if (strcmp(in->path, "-") != 0 && !by_name && kind != AC_INPUT_LINES) {
        submit_file(s, in);
        return;
    }
    AC_AUTO_PTR(ac_lines) lines = NULL;
    if (ac_lines_open(in->path, s->max_bytes * ESCAPED + LINE_EXTRA, &lines, &err) != AC_OK)
        ac_submit_failed(s, &(ac_client_note) { .in = in }, err.text);
    else if (ac_lines_are_notes(lines, kind, by_name)) {
        ac_submit_flush(s); /* the batches of a file do not depend on what else is submitted with it */
        submit_lines(s, in, lines);
        ac_submit_flush(s);
    } else
        submit_rest(s, in, lines);
}

static size_t count_taken(const ac_submit *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->notes.n; i++)
        n += s->notes.at[i].taken;
    return n;
}

/* Jobs that nobody waits for any more go on at the server: whoever reads their ids here can come back to them. */
static void tell_broken(ac_submit *s)
{
    for (size_t i = 0; s->wait && i < s->notes.n; i++)
        if (s->notes.at[i].taken && !s->notes.at[i].known)
            ac_submit_print(s, &s->notes.at[i]);
    if (count_taken(s))
        ac_say("%zu documents were submitted, and are worked on; submit the same again for the rest: nothing is done "
               "twice",
               count_taken(s));
}

static void submit_all(ac_submit *s, const ac_inputs *inputs)
{
    for (size_t i = 0; i < inputs->n && !s->fatal && !s->run->lost && !ac_stop_signal(); i++) {
        s->share = (double)i / (double)inputs->n;
        submit_input(s, &inputs->at[i]);
    }
    ac_submit_flush(s);
    if (s->wait && !s->fatal && !ac_stop_signal())
        ac_submit_wait(s, inputs);
    ac_progress_clear(&s->progress);
    if (s->fatal || ac_stop_signal())
        tell_broken(s);
}

static void settings_of(ac_submit *s)
{
    const ac_cli *cli = s->run->cli;
    s->max_bytes = (size_t)ac_cli_number(cli, AC_OPT_MAX_BYTES, 0);
    s->wait = ac_cli_flag(cli, AC_OPT_WAIT) || cli->value[AC_OPT_OUT];
    s->how.lang = ac_cli_choice(cli, AC_OPT_LANG) ? ac_cli_text(cli, AC_OPT_LANG) : AC_SV("");
    s->how.note_date = ac_cli_text(cli, AC_OPT_NOTE_DATE);
    s->how.patient = ac_cli_text(cli, AC_OPT_CLIENT_PATIENT);
    s->progress = ac_progress_start(!s->run->client->quiet && (s->wait || !ac_is_terminal(STDOUT_FILENO)));
    s->progress.what = "sent";
}

static void say_above(void *context, const char *text)
{
    ac_submit *s = context;
    ac_progress_clear(&s->progress);
    ac_say("%s: %s", s->run->client->told, text);
}

int ac_client_submit(ac_client_run *run)
{
    static char dash[] = "-";
    static char *from_stdin[] = { dash };
    ac_submit s = { .run = run, .pending = AC_SB(SUBMIT_MAX) };
    ac_inputs inputs;
    ac_err err = { 0 };
    settings_of(&s);
    if (s.max_bytes < 1 || s.max_bytes > STDIN_MAX ||
        ac_cli_number(run->cli, AC_OPT_PRIORITY, 0) > AC_JOB_PRIORITY_MAX) {
        ac_say(s.max_bytes < 1 || s.max_bytes > STDIN_MAX ? "--max-bytes: from 1 to 256M" : "--priority: from 0 to 9");
        return AC_EXIT_USAGE;
    }
    if (ac_inputs_expand(run->n_args ? run->args : from_stdin, run->n_args ? run->n_args : 1, run->arena, &inputs,
                         &err) != AC_OK) {
        ac_say("%s", err.text);
        return AC_EXIT_FAILED;
    }
    run->client->context = &s;
    run->client->tell = say_above;
    submit_all(&s, &inputs);
    run->client->tell = NULL;
    ac_sb_cleanup(&s.pending);
    return ac_client_exit(run);
}
