#include "main/client_parts.h"

#include "kit/test.h"

#include <stdlib.h>

typedef struct {
    ac_arena *arena;
    const ac_json *json;
} parsed;

static parsed parse(const char *text)
{
    parsed p = { ac_arena_new(1 << 20), NULL };
    ac_json *j = NULL;
    CHECK(ac_json_parse(ac_sv_z(text), 16, p.arena, &j, NULL) == AC_OK);
    p.json = j;
    return p;
}

static void parsed_cleanup(parsed *p) { ac_arena_free(p->arena); }

#define JOB "01890000-0000-7000-8000-000000000001"

AC_TEST(client, what_a_job_and_an_event_say)
{
    ac_client_job job;
    AC_AUTO(parsed)
    a = parse("{\"id\":\"" JOB "\",\"state\":\"failed\",\"event\":3,\"attempt\":1,"
              "\"progress\":{\"step\":1,\"done\":2,\"total\":5},\"error\":{\"code\":\"input\"}}");
    CHECK(ac_client_job_of(a.json, &job) && job.state == AC_JOB_FAILED && job.event == 3 && job.done == 2 &&
          job.total == 5);
    CHECK(ac_sv_eq(job.error, AC_SV("input")) && !ac_id_none(job.job));
    AC_AUTO(parsed)
    b = parse("{\"job_id\":\"" JOB "\",\"state\":\"running\",\"event\":2,\"done\":7,\"error\":\"busy\"}");
    CHECK(ac_client_job_of(b.json, &job) && job.state == AC_JOB_RUNNING && job.done == 7 &&
          ac_sv_eq(job.error, AC_SV("busy")));
}

AC_TEST(client, what_is_no_job)
{
    static const char *const bad[] = { "{}",
                                       "[]",
                                       "7",
                                       "{\"id\":\"" JOB "\"}",
                                       "{\"id\":\"" JOB "\",\"state\":\"exploded\"}",
                                       "{\"id\":7,\"state\":\"queued\"}",
                                       "{\"id\":\"x\",\"state\":\"queued\"}" };
    ac_client_job job;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AC_AUTO(parsed) p = parse(bad[i]);
        CHECK(!ac_client_job_of(p.json, &job));
    }
}

AC_TEST(client, de_identified_texts)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 10);
    CHECK(ac_client_texts(AC_SV("{\"deidentified\":{\"text\":\"Seen by [STAFF].\"}}"), &out));
    CHECK(ac_client_texts(
        AC_SV("{\"results\":[{\"deidentified\":{\"text\":\"a\\n\"}},{\"deidentified\":{\"text\":\"b\"}}]}"), &out));
    CHECK(ac_sv_eq(ac_sb_view(&out), AC_SV("Seen by [STAFF].\na\nb\n")));
    CHECK(!ac_client_texts(AC_SV("{\"results\":[]}"), &out) && !ac_client_texts(AC_SV("{}"), &out));
    CHECK(!ac_client_texts(AC_SV("{\"deidentified\":{\"text\":7}}"), &out) &&
          !ac_client_texts(AC_SV("nonsense"), &out));
}

AC_TEST(client, the_same_content_has_the_same_key_and_another_one_under_another_api_key)
{
    ac_client a = { .key = AC_SV("aceso_0123456789abcdef") }, b = { .key = AC_SV("aceso_0123456789abcdeX") }, c = a;
    char text[4][AC_CLIENT_ONCE];
    const ac_client *const of[] = { &a, &a, &b, &c };
    c.again = true;
    CHECK(ac_mac_key_random(&c.nonce, NULL) == AC_OK);
    for (size_t i = 0; i < 4; i++) {
        ac_mac_key once;
        CHECK(ac_client_once_begin(of[i], &once, NULL) == AC_OK);
        CHECK(ac_client_once_add(&once, AC_SV("{\"text\":\"Cough.\"}"), NULL) == AC_OK);
        ac_client_once_text(&once, text[i]);
    }
    CHECK(strcmp(text[0], text[1]) == 0 && strcmp(text[0], text[2]) != 0 && strcmp(text[0], text[3]) != 0);
    CHECK(ac_sv_z(text[0]).n == AC_CLIENT_ONCE - 1);
}

AC_TEST(client, names_that_a_server_takes)
{
    char longest[400];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    memcpy(longest + 142, "\xC3\xA9", 2); /* cut within that letter */
    CHECK(ac_sv_eq(ac_submit_name(AC_SV("notes/visit.txt")), AC_SV("notes/visit.txt")));
    CHECK(!ac_submit_name(AC_SV("\xff.txt")).n);
    const ac_sv cut = ac_submit_name((ac_sv) { longest, sizeof longest - 1 });
    CHECK(cut.n == 255 && ac_utf8_is(cut));
}

/* Of the environment and the options; what is wrong is said, and nothing is sent. */
AC_TEST(client, servers_and_keys)
{
    static const struct {
        const char *url;
        bool good;
    } rows[] = { { "http://127.0.0.1:8080", true },
                 { "http://localhost", true },
                 { "http://[::1]:8080/", true },
                 { "https://aceso.example/prefix/", true },
                 { "unix:/run/aceso.sock", true },
                 { "http://aceso.example", false },
                 { "http://127.0.0.1.example", false },
                 { "http://localhost.example", false },
                 { "http://[::2]", false },
                 { "ftp://localhost", false },
                 { "localhost:8080", false },
                 { "http://u@localhost", false },
                 { "http://localhost/?x", false },
                 { "unix:relative", false },
                 { "", false } };
    CHECK(setenv("ACESO_KEY", "aceso_0123456789abcdef", 1) == 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ac_cli cli = { .command = AC_CMD_CLIENT };
        ac_client c;
        ac_err err = { 0 };
        cli.value[AC_OPT_URL] = rows[i].url;
        CHECK((ac_client_open(&cli, &c, &err) == AC_OK) == rows[i].good && !err.text[0] == rows[i].good);
        CHECK(!rows[i].good || c.url[ac_sv_z(c.url).n - 1] != '/');
        ac_client_close(&c);
    }
    CHECK(unsetenv("ACESO_KEY") == 0);
    ac_cli cli = { .command = AC_CMD_CLIENT };
    ac_client c;
    CHECK(ac_client_open(&cli, &c, NULL) == AC_EINPUT);
    ac_client_close(&c);
}
