#include "main/client.h"

#include "adapter/fetch/fetch.h"
#include "base/hex.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/stop.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    MS = 1000,
    NS_PER_MS = 1000000,
    CONNECT_MS = 10000,
    ANSWER_MS = 120000,
    NAP_MS = 50,
    BACKOFF_MS = 250,
    BACKOFF_MAX_MS = 8000,
    RETRY_AFTER_MAX_S = 3600,
    FAULTS_MAX = 3,
    RATE_WAITS_MAX = 1000,
    ERROR_DEPTH = 8,
    JSON_DEPTH = 64,
    BODY_MAX = 64 << 20,
    KEY_MIN = 16,
    HEADERS = 8
};

/* ---- who is talked to ---- */

/* By digits, or the one name that RFC 6761 keeps for it: 127.example is a name. */
static bool is_loopback(ac_sv host)
{
    bool digits = true;
    for (size_t i = 0; i < host.n; i++)
        digits = digits && (ac_is_digit(host.p[i]) || host.p[i] == '.');
    return ac_sv_eq(host, AC_SV("localhost")) || ac_sv_eq(host, AC_SV("[::1]")) ||
           (digits && ac_sv_starts(host, AC_SV("127.")));
}

static ac_sv host_of(ac_sv url)
{
    ac_sv rest = ac_sv_sub(url, AC_SV("http://").n, url.n), host;
    (void)ac_sv_split(&rest, '/', &host);
    if (host.n && host.p[0] == '[') {
        const char *end = memchr(host.p, ']', host.n);
        return end ? ac_sv_sub(host, 0, (size_t)(end - host.p) + 1) : host;
    }
    rest = host;
    (void)ac_sv_split(&rest, ':', &host);
    return host;
}

static ac_rc read_url(const ac_cli *cli, ac_client *c, ac_err *err)
{
    const char *given = cli->value[AC_OPT_URL], *set = getenv("ACESO_URL");
    c->told = given ? given : set && *set ? set : "http://127.0.0.1:8080";
    ac_sv url = ac_sv_z(c->told);
    if (ac_sv_starts(url, AC_SV("unix:/"))) {
        if (url.n - 5 >= sizeof c->socket)
            return ac_fail(err, AC_EINPUT, "--url: the name of the socket is too long");
        memcpy(c->socket, url.p + 5, url.n - 5 + 1);
        url = AC_SV("http://localhost");
    }
    const bool plain = ac_sv_starts(url, AC_SV("http://"));
    if ((!plain && !ac_sv_starts(url, AC_SV("https://"))) || memchr(url.p, '@', url.n) || memchr(url.p, '?', url.n))
        return ac_fail(err, AC_EINPUT,
                       "--url: as https://aceso.example:8443 or http://127.0.0.1:8080 or unix:/run/aceso.sock");
    if (plain && !c->socket[0] && !is_loopback(host_of(url)) && !ac_cli_flag(cli, AC_OPT_UNENCRYPTED))
        return ac_fail(err, AC_EINPUT,
                       "--url: the key and the documents would not be encrypted on their way. Say https, or "
                       "--unencrypted where the network is protected");
    while (url.n && url.p[url.n - 1] == '/')
        url.n--;
    if (url.n >= sizeof c->url)
        return ac_fail(err, AC_EINPUT, "--url: too long");
    memcpy(c->url, url.p, url.n);
    return AC_OK;
}

static ac_rc read_key(const ac_cli *cli, ac_client *c, ac_err *err)
{
    AC_AUTO(ac_sb) file = AC_SB(AC_CLIENT_KEY_MAX);
    const char *path = cli->value[AC_OPT_KEY_FILE], *set = getenv("ACESO_KEY");
    if (path && ac_file_read(path, &file, err) != AC_OK)
        return ac_fail(err, AC_EINPUT, "--key-file: cannot be read");
    const ac_sv key = ac_sv_trim(path ? ac_sb_view(&file) : ac_sv_z(set));
    const int n = snprintf(c->bearer, sizeof c->bearer, "Bearer %.*s", (int)key.n, key.n ? key.p : "");
    if (file.p)
        explicit_bzero(file.p, file.n);
    if (!key.n)
        return ac_fail(err, AC_EINPUT, "no key: put it into $ACESO_KEY, or say --key-file FILE");
    c->key = ac_sv_sub(ac_sv_z(c->bearer), AC_SV("Bearer ").n, sizeof c->bearer);
    for (size_t i = 0; i < c->key.n; i++)
        if (!ac_is_alnum(c->key.p[i]) && !memchr("-._~+/=", c->key.p[i], 7)) /* RFC 6750 */
            return ac_fail(err, AC_EINPUT, "the key has a character that no key has");
    return n >= KEY_MIN && (size_t)n < sizeof c->bearer && c->key.n >= KEY_MIN
               ? AC_OK
               : ac_fail(err, AC_EINPUT, "that is no key of a server");
}

ac_rc ac_client_open(const ac_cli *cli, ac_client *out, ac_err *err)
{
    *out = (ac_client) { .ca = ac_cli_text(cli, AC_OPT_CA), .again = ac_cli_flag(cli, AC_OPT_AGAIN) };
    out->patience_ms = (int64_t)ac_cli_number(cli, AC_OPT_PATIENCE, 0) * MS;
    out->quiet = ac_cli_flag(cli, AC_OPT_QUIET);
    AC_TRY(err, read_url(cli, out, err));
    AC_TRY(err, read_key(cli, out, err));
    if (out->again)
        AC_TRY(err, ac_mac_key_random(&out->nonce, err));
    return ac_fetch_new(&out->fetch, err);
}

void ac_client_close(ac_client *c)
{
    ac_fetch_free(c->fetch);
    explicit_bzero(c, sizeof *c);
}

/* ---- waiting ---- */

bool ac_client_stopped(const ac_client *c) { return c->stop ? c->stop() : ac_stop_signal() != 0; }

bool ac_client_sleep(const ac_client *c, int64_t ms)
{
    for (; ms > 0 && !ac_client_stopped(c); ms -= NAP_MS) {
        const int64_t some = ms < NAP_MS ? ms : NAP_MS;
        (void)nanosleep(&(struct timespec) { 0, (long)some * NS_PER_MS }, NULL);
    }
    return !ac_client_stopped(c);
}

static int64_t now_ms(void) { return (int64_t)(ac_clock_ticks_ns(ac_clock_system()) / NS_PER_MS); }

static void tell(const ac_client *c, const char *text)
{
    if (c->quiet)
        return;
    if (c->tell)
        c->tell(c->context, text);
    else
        ac_say("%s: %s", c->told, text);
}

/* ---- one try ---- */

/* What the callbacks of a request share. */
typedef struct {
    ac_client *c;
    const ac_client_ask *ask;
} one;

static bool on_chunk(void *context, ac_sv bytes)
{
    const one *o = context;
    return o->ask->chunk(o->ask->context, bytes);
}

static size_t on_read(void *context, char *into, size_t max)
{
    const one *o = context;
    return o->ask->read(o->ask->context, into, max);
}

static bool on_cancelled(void *context) { return ac_client_stopped(((const one *)context)->c); }

static void add_header(ac_fetch_header *at, size_t *n, const char *name, const char *value)
{
    if (value)
        at[(*n)++] = (ac_fetch_header) { ac_sv_z(name), ac_sv_z(value) };
}

static size_t headers_of(const ac_client *c, const ac_client_ask *ask, const char *after, ac_fetch_header *at)
{
    size_t n = 0;
    const bool body = ask->body.n || ask->read;
    add_header(at, &n, "Authorization", c->bearer);
    add_header(at, &n, "Accept", ask->accept);
    add_header(at, &n, "Idempotency-Key", ask->once);
    add_header(at, &n, "Content-Type", !body ? NULL : ask->type ? ask->type : "application/json");
    add_header(at, &n, "Last-Event-ID", ask->after ? after : NULL);
    return n;
}

static ac_rc try_once(ac_client *c, const ac_client_ask *ask, ac_arena *arena, ac_fetch_answer *got, ac_err *err)
{
    char url[2 * AC_FETCH_URL_MAX], after[24];
    ac_fetch_header headers[HEADERS];
    one o = { c, ask };
    if (snprintf(url, sizeof url, "%s%s", c->url, ask->path) >= AC_FETCH_URL_MAX)
        return ac_fail(err, AC_EINPUT, "too long for a request");
    (void)snprintf(after, sizeof after, "%llu", (unsigned long long)ask->after);
    const ac_fetch_request r = { .method = ac_sv_z(ask->method),
                                 .url = ac_sv_z(url),
                                 .headers = headers,
                                 .n_headers = headers_of(c, ask, after, headers),
                                 .body = ask->body,
                                 .reach = AC_REACH_ANY,
                                 .ca_file = c->ca,
                                 .unix_socket = ac_sv_z(c->socket),
                                 .connect_ms = CONNECT_MS,
                                 .timeout_ms = ask->stream ? 0 : ANSWER_MS,
                                 .max_bytes = ask->chunk ? 0 : BODY_MAX,
                                 .context = &o,
                                 .chunk = ask->chunk ? on_chunk : NULL,
                                 .read = ask->read ? on_read : NULL,
                                 .read_bytes = ask->read_bytes,
                                 .cancelled = on_cancelled };
    return ac_fetch_send(c->fetch, &r, arena, got, err);
}

/* ---- until it goes well ---- */

static bool is_good(int status) { return status >= 200 && status < 300; }

static ac_rc rc_of(int status)
{
    static const struct {
        int status;
        ac_rc rc;
    } known[] = { { 400, AC_EINPUT }, { 401, AC_EAUTH },     { 403, AC_EDENIED }, { 404, AC_ENOTFOUND },
                  { 405, AC_EINPUT }, { 409, AC_ECONFLICT }, { 413, AC_ELIMIT },  { 415, AC_EINPUT },
                  { 429, AC_ERATE },  { 501, AC_EINPUT },    { 502, AC_EBUSY },   { 503, AC_EBUSY },
                  { 504, AC_EBUSY } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].status == status)
            return known[i].rc;
    return AC_EIO;
}

/* Of another machine: nothing but letters that do nothing to a terminal. */
static void add_words(ac_sb *out, ac_sv s)
{
    for (size_t i = 0; i < s.n && out->n < AC_CLIENT_WHY / 2; i++)
        ac_sb_add_char(out, s.p[i] >= ' ' && s.p[i] < 0x7F ? s.p[i] : '?');
}

/* "HTTP 400: reference: it is missing", from the server's own words where there are some. */
static void explain(ac_client_answer *a, ac_arena *arena)
{
    AC_AUTO(ac_sb) why = AC_SB(AC_CLIENT_WHY - 1);
    ac_json *j = NULL;
    ac_sb_addf(&why, "HTTP %d", a->status);
    if (ac_json_parse(a->body, ERROR_DEPTH, arena, &j, NULL) == AC_OK) {
        const ac_json *e = ac_json_get(j, "error");
        const ac_sv field = ac_json_text(ac_json_get(e, "details"), "field"), text = ac_json_text(e, "message");
        if (field.n) {
            ac_sb_add(&why, AC_SV(": "));
            add_words(&why, field);
        }
        if (text.n) {
            ac_sb_add(&why, AC_SV(": "));
            add_words(&why, text);
        }
    }
    (void)snprintf(a->why, sizeof a->why, "%.*s", (int)why.n, why.p ? why.p : "");
}

/* What a request's tries have come to. */
typedef struct {
    int64_t until; /* then patience is at its end */
    int64_t backoff;
    unsigned faults, waits;
} tries;

/* How long to wait before the next try; 0: there is none. */
static int64_t next_try(tries *t, ac_rc rc, const ac_fetch_answer *got)
{
    int64_t asked = 0;
    (void)ac_sv_to_i64(got->retry_after, &asked);
    asked = asked < 0 ? 0 : asked > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : asked;
    if (rc != AC_EBUSY && rc != AC_ERATE && !(rc == AC_EIO && ++t->faults < FAULTS_MAX))
        return 0;
    int64_t wait = t->backoff + now_ms() % (t->backoff / 2); /* not all clients at the same moment */
    t->backoff = t->backoff * 2 < BACKOFF_MAX_MS ? t->backoff * 2 : BACKOFF_MAX_MS;
    wait = wait > asked * MS ? wait : asked * MS;
    if (rc == AC_ERATE && ++t->waits <= RATE_WAITS_MAX)
        t->until += wait; /* it is there, and said when */
    return now_ms() + wait > t->until ? 0 : wait;
}

static void tell_silence(ac_client *c, ac_rc rc, const char *why)
{
    char text[AC_CLIENT_WHY + 80];
    if (rc == AC_ERATE || atomic_exchange(&c->silent, true))
        return;
    (void)snprintf(text, sizeof text, "%s; trying again for %lld s", why, (long long)(c->patience_ms / MS));
    tell(c, text);
}

ac_rc ac_client_send(ac_client *c, const ac_client_ask *ask, ac_arena *arena, ac_client_answer *out)
{
    tries t = { .until = now_ms() + c->patience_ms, .backoff = BACKOFF_MS };
    for (;;) {
        ac_err err = { 0 };
        ac_fetch_answer got = { 0 };
        *out = (ac_client_answer) { 0 };
        ac_rc rc = try_once(c, ask, arena, &got, &err);
        if (rc != AC_OK) {
            (void)snprintf(out->why, sizeof out->why, "%s", err.text);
        } else {
            out->status = got.status;
            out->body = got.body;
            atomic_store(&c->silent, false);
            if (is_good(got.status))
                return AC_OK;
            rc = rc_of(got.status);
            explain(out, arena);
        }
        const int64_t wait = next_try(&t, rc, &got);
        if (!wait)
            return rc;
        tell_silence(c, rc, out->why);
        if (!ac_client_sleep(c, wait) || (ask->rewind && !ask->rewind(ask->context)))
            return AC_ECANCELLED;
    }
}

ac_rc ac_client_json(ac_client *c, const ac_client_ask *ask, ac_arena *arena, const ac_json **json,
                     ac_client_answer *out)
{
    ac_json *j = NULL;
    ac_err err = { 0 };
    ac_rc rc = ac_client_send(c, ask, arena, out);
    if (rc != AC_OK)
        return rc;
    rc = ac_json_parse(out->body, JSON_DEPTH, arena, &j, &err);
    if (rc != AC_OK)
        (void)snprintf(out->why, sizeof out->why, "the answer is not that of a server of Aceso (%s)", err.text);
    *json = j;
    return rc == AC_OK ? AC_OK : AC_EIO;
}

/* ---- idempotency keys ---- */

ac_rc ac_client_once_begin(const ac_client *c, ac_mac_key *once, ac_err *err)
{
    AC_TRY(err, ac_mac_key_derive(c->key, AC_SV("aceso client once 1"), once, err));
    if (!c->again)
        return AC_OK;
    return ac_client_once_add(once, (ac_sv) { (const char *)c->nonce.bytes, sizeof c->nonce.bytes }, err);
}

ac_rc ac_client_once_add(ac_mac_key *once, ac_sv piece, ac_err *err)
{
    const ac_mac_key before = *once;
    return ac_mac_key_derive((ac_sv) { (const char *)before.bytes, sizeof before.bytes }, piece, once, err);
}

void ac_client_once_text(const ac_mac_key *once, char out[AC_CLIENT_ONCE])
{
    *ac_hex_put(out, once->bytes, sizeof once->bytes) = '\0';
}
