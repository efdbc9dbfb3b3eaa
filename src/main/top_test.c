#include "main/top.h"

#include "kit/test.h"

static const char BEFORE[] = "aceso_http_requests_total{route=\"getJob\",status=\"2xx\"} 100\n"
                             "aceso_http_requests_total{route=\"getJob\",status=\"4xx\"} 5\n"
                             "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"0.001\"} 100\n"
                             "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"0.01\"} 105\n"
                             "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"+Inf\"} 105\n"
                             "aceso_jobs_submitted_total 50\naceso_jobs_ended_total{state=\"completed\"} 40\n"
                             "aceso_job_work_seconds_total 1\naceso_job_wait_seconds_total 10\n";
static const char NOW[] =
    "aceso_http_requests_total{route=\"submitJob\",status=\"5xx\"} 2\n"
    "aceso_http_requests_total{route=\"getJob\",status=\"2xx\"} 300\n"
    "aceso_http_requests_total{route=\"getJob\",status=\"4xx\"} 15\n"
    "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"0.001\"} 205\n"
    "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"0.01\"} 315\n"
    "aceso_http_request_duration_seconds_bucket{route=\"getJob\",le=\"+Inf\"} 315\n"
    "aceso_http_request_duration_seconds_bucket{route=\"submitJob\",le=\"0.001\"} 0\n"
    "aceso_http_request_duration_seconds_bucket{route=\"submitJob\",le=\"0.01\"} 0\n"
    "aceso_http_request_duration_seconds_bucket{route=\"submitJob\",le=\"+Inf\"} 2\n"
    "aceso_jobs{kind=\"process\",state=\"queued\"} 11\naceso_jobs{kind=\"process\",state=\"running\"} 2\n"
    "aceso_jobs{kind=\"process\",state=\"dead\"} 0\naceso_jobs{kind=\"summary\",state=\"queued\"} 1\n"
    "aceso_webhook_queue{state=\"waiting\"} 4\naceso_webhook_queue{state=\"sending\"} 0\n"
    "aceso_webhook_queue{state=\"delivered\"} 90\naceso_webhook_queue{state=\"dead\"} 3\n"
    "aceso_webhook_oldest_seconds 1.5\naceso_job_oldest_seconds{kind=\"summary\"} 0.5\n"
    "aceso_jobs_submitted_total 150\naceso_jobs_ended_total{state=\"completed\"} 140\n"
    "aceso_job_work_seconds_total 1.2\naceso_job_wait_seconds_total 20\naceso_job_oldest_seconds{kind=\"process\"} "
    "3.25\n"
    "aceso_http_connections_open 7\naceso_event_followers 3\naceso_store_bytes 2097152\n"
    "aceso_webhook_targets 2\naceso_webhook_tries_total{outcome=\"taken\"} "
    "9\naceso_webhook_tries_total{outcome=\"failed\"} 0\n"
    "process_resident_memory_bytes 41943040\nprocess_cpu_seconds_total 1.5\n";

typedef struct {
    ac_arena *arena;
    ac_sb out;
    ac_top_page page;
} table;

static table table_of(const char *before, const char *now)
{
    table t = { .arena = ac_arena_new(1 << 20), .out = AC_SB(1 << 20) };
    t.page = (ac_top_page) { .server = "http://127.0.0.1:8080", .health = "ok", .time = "12:00:00", .columns = 110 };
    CHECK(ac_metrics_read(ac_sv_z(now), t.arena, &t.page.now, NULL) == AC_OK);
    CHECK(ac_metrics_read(ac_sv_z(before), t.arena, &t.page.before, NULL) == AC_OK);
    t.page.seconds = *before ? 2 : 0;
    return t;
}

static void table_cleanup(table *t)
{
    ac_arena_free(t->arena);
    ac_sb_cleanup(&t->out);
}

static bool shows(table *t, const char *text)
{
    ac_sb_clear(&t->out);
    ac_top_draw(&t->page, &t->out);
    const ac_sv all = ac_sb_view(&t->out);
    return memmem(all.p, all.n, text, ac_sv_z(text).n);
}

AC_TEST(top, what_came_between_two_pictures)
{
    AC_AUTO(table) t = table_of(BEFORE, NOW);
    CHECK(shows(&t, "aceso top · http://127.0.0.1:8080 · ok · 12:00:00 · the last 2.0 s\n"));
    CHECK(shows(&t, "50/s submitted · 50/s completed · 2.0 ms of work each · 100 ms in the queue\n"));
    CHECK(shows(&t, "12 queued · 2 running · 3.2 s the oldest that waits\n"));
    CHECK(shows(&t, "7 connections · 3 event streams · 2.0 MB database · 40 MB memory · 75 % of a processor"));
    CHECK(shows(&t, "Webhooks  2 switched on · 4 waiting · 3 dead · 1.5 s the oldest that waits · 4.5/s taken\n"));
    CHECK(shows(&t, "getJob                      105   1.0 ms   9.8 ms       10        0      315\n"));
    CHECK(shows(&t, "submitJob                     1   >10 ms   >10 ms        0        2        2\n"));
}

AC_TEST(top, the_first_picture_has_no_rates)
{
    AC_AUTO(table) t = table_of("", NOW);
    CHECK(shows(&t, "since its start\n") && shows(&t, "150 submitted · 140 completed"));
    CHECK(shows(&t, "getJob                        - "));
}

AC_TEST(top, a_server_that_was_started_anew_counts_from_nothing)
{
    AC_AUTO(table) t = table_of(NOW, BEFORE);
    CHECK(shows(&t, "25/s submitted · 20/s completed"));
}

AC_TEST(top, quantiles)
{
    AC_AUTO(table)
    t = table_of("",
                 "h_bucket{le=\"0.1\"} 0\nh_bucket{le=\"0.5\"} 50\nh_bucket{le=\"1\"} 100\nh_bucket{le=\"+Inf\"} 100\n"
                 "empty_bucket{le=\"1\"} 0\nempty_bucket{le=\"+Inf\"} 0\n"
                 "late_bucket{le=\"1\"} 1\nlate_bucket{le=\"+Inf\"} 100\n"
                 "odd_bucket{le=\"x\"} 1\nodd_bucket 7\nodd_bucket{le=\"1\"} NaN\n");
    bool above;
    CHECK(ac_top_quantile(&t.page, "h", NULL, AC_SV(""), 0.5, &above) == 0.5 && !above);
    CHECK(ac_top_quantile(&t.page, "h", NULL, AC_SV(""), 0.75, &above) == 0.75 && !above);
    CHECK(ac_top_quantile(&t.page, "empty", NULL, AC_SV(""), 0.5, &above) < 0);
    CHECK(ac_top_quantile(&t.page, "late", NULL, AC_SV(""), 0.99, &above) == 1 && above);
    CHECK(ac_top_quantile(&t.page, "odd", NULL, AC_SV(""), 0.5, &above) < 0);
    CHECK(ac_top_quantile(&t.page, "none", NULL, AC_SV(""), 0.5, &above) < 0);
}

AC_TEST(top, a_terminal_s_size_is_kept_to)
{
    AC_AUTO(table) t = table_of(BEFORE, NOW);
    t.page.colour = true;
    for (unsigned columns = 1; columns < 130; columns += 7)
        for (unsigned rows = 1; rows < 14; rows++) {
            t.page.columns = columns;
            t.page.rows = rows;
            (void)shows(&t, "");
            ac_sv rest = ac_sb_view(&t.out), line;
            size_t lines = 0;
            while (rest.n && ac_sv_split(&rest, '\n', &line)) {
                size_t wide = 0;
                for (size_t i = 0; i < line.n; i++) {
                    if (line.p[i] == '\033')
                        while (i < line.n && line.p[i] != 'm')
                            i++;
                    else
                        wide += ((unsigned char)line.p[i] & 0xC0) != 0x80;
                }
                CHECK(wide <= columns);
                lines++;
            }
            CHECK(rows < 6 || lines <= rows);
        }
}

AC_TEST(top, nothing_of_a_hostile_server_reaches_the_terminal)
{
    AC_AUTO(table)
    t = table_of("", "aceso_http_requests_total{route=\"a\033[2J\x9b\xc2\x9b"
                     "b\",status=\"2xx\"} NaN\naceso_jobs{state=\"\\n\a\"} 1e300\n"
                     "aceso_store_bytes -Inf\naceso_job_oldest_seconds -1e308\naceso_http_connections_open 1e308\n");
    t.page.health = "\033]0;x\a";
    CHECK(!shows(&t, "\033") && !shows(&t, "\x9b") && !shows(&t, "\a"));
    CHECK(t.out.rc == AC_OK && shows(&t, "a?[2J??b"));
}
