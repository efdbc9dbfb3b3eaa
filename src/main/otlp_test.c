#include "main/otlp.h"

#include "base/json_read.h"
#include "kit/test.h"

#include <stdlib.h>

static ac_trace_span example(void)
{
    ac_trace_span s = { .kind = AC_SPAN_SERVER,
                        .verb = AC_SV("GET"),
                        .name = AC_SV("/v1/jobs/{job_id}"),
                        .begin_ns = 5,
                        .end_ns = 7,
                        .failed = true };
    CHECK(ac_trace_parse(AC_SV("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), &s.at));
    AC_SPAN_ADD(&s, "http.response.status_code", (uint64_t)503);
    AC_SPAN_ADD(&s, "error.type", (ac_rc)AC_EBUSY);
    return s;
}

AC_TEST(otlp, a_span_as_the_protocol_writes_it)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    const ac_trace_span s = example();
    const ac_otlp_source from = { "ward \"4\"", "01890000-0000-7000-8000-000000000000", 1000 };
    CHECK(ac_otlp_json(&from, &s, 1, &out, NULL) == AC_OK);
    static const char *const parts[] = {
        "\"traceId\":\"4bf92f3577b34da6a3ce929d0e0e4736\",\"spanId\":\"00f067aa0ba902b7\"",
        "\"name\":\"GET /v1/jobs/{job_id}\",\"kind\":2",
        "\"startTimeUnixNano\":\"1005\",\"endTimeUnixNano\":\"1007\"",
        "{\"key\":\"http.response.status_code\",\"value\":{\"intValue\":\"503\"}}",
        "{\"key\":\"error.type\",\"value\":{\"stringValue\":\"AC_EBUSY\"}}",
        "\"status\":{\"code\":2}",
        "{\"key\":\"service.name\",\"value\":{\"stringValue\":\"ward \\\"4\\\"\"}}",
    };
    ac_sb_add_char(&out, '\0');
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        CHECK(strstr(out.p, parts[i]));
    CHECK(!strstr(out.p, "parentSpanId") && !strstr(out.p, "traceState"));
    ac_trace_span stated = s;
    stated.at.state = AC_SV("a=\"1\",b=2");
    ac_sb_clear(&out);
    CHECK(ac_otlp_json(&from, &stated, 1, &out, NULL) == AC_OK);
    ac_sb_add_char(&out, '\0');
    CHECK(strstr(out.p, "\"traceState\":\"a=\\\"1\\\",b=2\""));
}

AC_TEST(otlp, no_more_than_there_is_room_for)
{
    ac_trace_span all[16];
    for (size_t i = 0; i < 16; i++)
        all[i] = example();
    const ac_otlp_source from = { "s", "i", 0 };
    for (size_t max = 1; max < 4000; max += 97) {
        AC_AUTO(ac_sb) out = AC_SB(max);
        CHECK(ac_otlp_json(&from, all, 16, &out, NULL) == AC_ELIMIT);
    }
    for (size_t i = 0; i < 2 * AC_SPAN_FIELDS; i++)
        AC_SPAN_ADD(&all[0], "n", (uint64_t)i);
    CHECK(all[0].n == AC_SPAN_FIELDS);
}

static ac_rc read_with(const char *name, const char *value, ac_otlp_options *out)
{
    CHECK(setenv(name, value, 1) == 0);
    const ac_rc rc = ac_otlp_options_read("http://collector:4318/", out, NULL);
    CHECK(unsetenv(name) == 0);
    return rc;
}

AC_TEST(otlp, where_spans_go)
{
    static const struct {
        const char *given, *url;
    } urls[] = { { "http://h:4318", "http://h:4318/v1/traces" },
                 { "https://h/otel/", "https://h/otel/v1/traces" },
                 { "http://h/v1/traces", "http://h/v1/traces" },
                 { "ftp://h", NULL },
                 { "h:4318", NULL } };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        AC_AUTO(ac_otlp_options) o = { .n_headers = 0 };
        const ac_rc rc = ac_otlp_options_read(urls[i].given, &o, NULL);
        CHECK(rc == (urls[i].url ? AC_OK : AC_EINPUT) && (rc != AC_OK || strcmp(o.url, urls[i].url) == 0));
    }
    AC_AUTO(ac_otlp_options) none = { .n_headers = 0 };
    CHECK(ac_otlp_options_read(NULL, &none, NULL) == AC_OK && !none.url[0]);
}

AC_TEST(otlp, headers_are_decoded_and_checked)
{
    AC_AUTO(ac_otlp_options) o = { .n_headers = 0 };
    CHECK(read_with("OTEL_EXPORTER_OTLP_HEADERS", " a=b%20c , ,x-y=, d = e=f ", &o) == AC_OK && o.n_headers == 3);
    CHECK(ac_sv_eq(o.headers[0].name, AC_SV("a")) && ac_sv_eq(o.headers[0].value, AC_SV("b c")));
    CHECK(ac_sv_eq(o.headers[1].name, AC_SV("x-y")) && !o.headers[1].value.n);
    CHECK(ac_sv_eq(o.headers[2].name, AC_SV("d")) && ac_sv_eq(o.headers[2].value, AC_SV("e=f")));
    static const char *const bad[] = { "a", "=b", "a=%", "a=%4", "a=%zz", "a=%0d%0a", "a=\x01" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(ac_otlp_options) refused = { .n_headers = 0 };
        CHECK(read_with("OTEL_EXPORTER_OTLP_HEADERS", bad[i], &refused) == AC_EINPUT);
    }
}

AC_TEST(otlp, which_traces_are_recorded)
{
    ac_trace parent = example().at;
    unsigned char trace[AC_TRACE_BYTES] = { 0 };
    size_t taken = 0;
    const ac_sampler third = { true, 1.0 / 3 }, all = { false, 1 }, none = { true, 0 };
    for (size_t i = 0; i < 65536; i++) {
        trace[AC_TRACE_BYTES - 7] = (unsigned char)(i >> 8);
        trace[AC_TRACE_BYTES - 6] = (unsigned char)i;
        taken += ac_sampler_takes(&third, NULL, trace);
        CHECK(ac_sampler_takes(&all, NULL, trace) && !ac_sampler_takes(&none, NULL, trace));
    }
    CHECK(taken > 21800 && taken < 21900);
    CHECK(ac_sampler_takes(&none, &parent, trace)); /* as the caller says */
    parent.sampled = false;
    CHECK(!ac_sampler_takes(&third, &parent, trace) && ac_sampler_takes(&all, &parent, trace));
}
