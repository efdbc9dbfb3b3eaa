/* aceso admin top: pictures of a server's metrics, one after the other. */
#include "main/client.h"
#include "main/top.h"

#include "os/clock.h"
#include "os/outfile.h"
#include "os/screen.h"
#include "os/stop.h"
#include "os/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SAMPLE_ARENA = 16 << 20,
    PAGE_MAX = 1 << 20,
    PATIENCE_MS = 3000,
    INTERVAL_MAX = 3600,
    MS = 1000,
    NS_PER_MS = 1000000,
    WIDE = 160,
    CLOSED_PIPE = 13
};

/* One look at the server. */
typedef struct {
    ac_arena *arena;
    ac_metrics_list list;
    uint64_t at_ns;
    bool there;
} sample;

typedef struct {
    const ac_cli *cli;
    ac_client *client;
    sample now, before;
    char health[32], time[16], trouble[AC_CLIENT_WHY];
    int64_t interval_ms;
} top;

static ac_rc take_sample(top *t, sample *out)
{
    ac_client_answer answer;
    ac_err err = { 0 };
    ac_arena_reset(out->arena);
    *out = (sample) { .arena = out->arena };
    ac_rc rc = ac_client_send(t->client, &(ac_client_ask) { .path = "/metrics" }, out->arena, &answer);
    if (rc == AC_OK) {
        rc = ac_metrics_read(answer.body, out->arena, &out->list, &err);
        (void)snprintf(answer.why, sizeof answer.why, "/metrics: %s", err.text);
    }
    out->at_ns = ac_clock_ticks_ns(ac_clock_system());
    out->there = rc == AC_OK;
    t->trouble[0] = '\0';
    if (rc != AC_OK)
        (void)snprintf(t->trouble, sizeof t->trouble, "%s", answer.why);
    return rc;
}

static void take_health(top *t)
{
    char now[AC_INSTANT_TEXT];
    const ac_json *j = NULL;
    ac_client_answer answer;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    const ac_sv instant = ac_clock_instant(now);
    (void)snprintf(t->time, sizeof t->time, "%.8s UTC", instant.n > 19 ? instant.p + 11 : "");
    (void)snprintf(t->health, sizeof t->health, "not ready");
    if (!arena || ac_client_json(t->client, &(ac_client_ask) { .path = "/health" }, arena, &j, &answer) != AC_OK)
        return;
    const ac_sv word = ac_json_text(j, "status");
    (void)snprintf(t->health, sizeof t->health, "%.*s", (int)(word.n < 24 ? word.n : 24), word.n ? word.p : "ready");
}

/* The picture before this one stays until there is a newer one. */
static ac_rc look(top *t)
{
    sample fresh = t->before;
    const ac_rc rc = take_sample(t, &fresh);
    if (rc == AC_OK) {
        t->before = t->now;
        t->now = fresh;
        take_health(t);
    } else {
        t->before = fresh;
        (void)snprintf(t->health, sizeof t->health, "no answer");
    }
    return rc;
}

static void draw(const top *t, unsigned columns, unsigned rows, bool colour, ac_sb *out)
{
    const bool two = t->before.there;
    const ac_top_page page = { .now = t->now.list,
                               .before = two ? t->before.list : (ac_metrics_list) { 0 },
                               .seconds = two ? (double)(t->now.at_ns - t->before.at_ns) / 1e9 : 0,
                               .server = t->client->told,
                               .health = t->health,
                               .trouble = t->trouble[0] ? t->trouble : NULL,
                               .time = t->time,
                               .columns = columns,
                               .rows = rows,
                               .colour = colour };
    ac_top_draw(&page, out);
}

static bool wants_colour(const ac_cli *cli)
{
    const size_t when = ac_cli_choice(cli, AC_OPT_COLOR); /* auto, always, never */
    return when == 1 || (when == 0 && ac_terminal_colour(STDOUT_FILENO));
}

static int failed(const top *t)
{
    const int number = ac_stop_signal();
    if (number)
        return AC_EXIT_SIGNAL + number;
    ac_say("%s: %s", t->client->told, t->trouble);
    return AC_EXIT_FAILED;
}

/* ---- one picture ---- */

static int run_once(top *t)
{
    ac_outfile out;
    ac_err err = { 0 };
    AC_AUTO(ac_sb) page = AC_SB(PAGE_MAX);
    ac_stop_install();
    if (look(t) != AC_OK || !ac_client_sleep(t->client, t->interval_ms) || look(t) != AC_OK)
        return failed(t);
    draw(t, ac_is_terminal(STDOUT_FILENO) ? ac_terminal_width(STDOUT_FILENO) : WIDE, 0, wants_colour(t->cli), &page);
    if (ac_outfile_open(&out, NULL, &err) == AC_OK && ac_outfile_write(&out, ac_sb_view(&page), &err) == AC_OK)
        return AC_EXIT_OK;
    if (out.closed_pipe)
        return AC_EXIT_SIGNAL + CLOSED_PIPE;
    ac_say("standard output: %s", err.text);
    return AC_EXIT_FAILED;
}

/* ---- until q ---- */

/* Each line over the one that stood there: nothing flickers. */
static void show(top *t)
{
    unsigned columns, rows;
    AC_AUTO(ac_sb) page = AC_SB(PAGE_MAX);
    AC_AUTO(ac_sb) out = AC_SB(PAGE_MAX);
    ac_terminal_size(STDOUT_FILENO, &columns, &rows);
    draw(t, columns, rows, wants_colour(t->cli), &page);
    ac_sv rest = ac_sb_view(&page), line;
    ac_sb_add(&out, AC_SV("\033[H"));
    while (rest.n && ac_sv_split(&rest, '\n', &line)) {
        ac_sb_add(&out, line);
        ac_sb_add(&out, AC_SV("\033[K\n"));
    }
    ac_sb_add(&out, AC_SV("\033[J"));
    (void)!fwrite(out.p, 1, out.n, stdout);
    (void)fflush(stdout);
}

/* false: it is time to end */
static bool wait_for_keys(top *t)
{
    enum { ESCAPE = 27 };
    const uint64_t until = ac_clock_ticks_ns(ac_clock_system()) + (uint64_t)t->interval_ms * NS_PER_MS;
    for (;;) {
        const uint64_t now = ac_clock_ticks_ns(ac_clock_system());
        if (now >= until)
            return true;
        const int key = ac_screen_key((int64_t)((until - now) / NS_PER_MS) + 1);
        if (key == 'q' || key == 'Q' || key == ESCAPE || key == AC_KEY_CLOSED)
            return false;
        if (key == ' ')
            return true;
        if (key == AC_KEY_RESIZED)
            show(t);
    }
}

static int run_live(top *t)
{
    ac_err err = { 0 };
    ac_stop_install();    /* a connection that breaks is no reason to end */
    if (look(t) != AC_OK) /* a wrong key or address is told on the plain terminal */
        return failed(t);
    if (ac_screen_begin(&err) != AC_OK) {
        ac_say("%s", err.text);
        return AC_EXIT_FAILED;
    }
    do {
        show(t);
        if (!wait_for_keys(t))
            break;
        (void)look(t); /* one that does not answer may come back */
    } while (true);
    ac_screen_end();
    return AC_EXIT_OK;
}

static bool never(void) { return false; }

static int run_top(const ac_cli *cli)
{
    ac_client client = { 0 };
    ac_err err = { 0 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(SAMPLE_ARENA), *b = ac_arena_new(SAMPLE_ARENA);
    top t = { .cli = cli, .client = &client, .now.arena = a, .before.arena = b };
    const bool live = !ac_cli_flag(cli, AC_OPT_ONCE) && ac_is_terminal(STDIN_FILENO) && ac_is_terminal(STDOUT_FILENO);
    const uint64_t seconds = ac_cli_number(cli, AC_OPT_INTERVAL, 0);
    int code = AC_EXIT_USAGE;
    if (seconds < 1 || seconds > INTERVAL_MAX) {
        ac_say("--interval: from 1 to 3600");
        return code;
    }
    t.interval_ms = (int64_t)seconds * MS;
    if (!a || !b || ac_client_open(cli, &client, &err) != AC_OK) {
        ac_say("%s", a && b ? err.text : "out of memory");
    } else {
        client.quiet = true;
        if (live) {
            client.stop = never; /* signals give the terminal back and end us */
            client.patience_ms = client.patience_ms < PATIENCE_MS ? client.patience_ms : PATIENCE_MS;
        }
        code = live ? run_live(&t) : run_once(&t);
    }
    ac_client_close(&client);
    return code;
}

int ac_cmd_admin(const ac_cli *cli)
{
    if (cli->n_inputs == 1 && strcmp(cli->inputs[0], "top") == 0)
        return run_top(cli);
    ac_say("admin: say top (try aceso admin --help)");
    return AC_EXIT_USAGE;
}
