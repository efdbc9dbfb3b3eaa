/* aceso serve: what is listened to, and where results go. */
#include "main/mllp_server.h"
#include "main/origins.h"
#include "main/server.h"

#include "app/access_token.h"
#include "os/dumps.h"
#include "os/file.h"
#include "os/stop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    MS = 1000,
    STOP_MS = 30000,
    SECONDS_MAX = 7 * 24 * 3600,
    CONNECTIONS_MAX = 10000,
    HOST_MAX = 64,
    PORT_MAX = 65535,
    DEFAULT_HOSTS = 2,
    MLLP_LINKS = 64,
    MINUTE = 60,
    HOUR = 3600
};

typedef struct {
    char hosts[DEFAULT_HOSTS][HOST_MAX];
    size_t n_hosts;
    bool given; /* by the user */
    uint16_t port;
    const char *path; /* of a Unix socket; NULL: none */
} address;

static bool host_from(ac_sv host, address *a)
{
    if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
        host = ac_sv_sub(host, 1, host.n - 1);
    if (!host.n || host.n >= HOST_MAX)
        return false;
    memcpy(a->hosts[0], host.p, host.n);
    a->hosts[0][host.n] = '\0';
    a->n_hosts = 1;
    a->given = true;
    return true;
}

/* PORT, ADDRESS:PORT, [ADDRESS]:PORT, localhost:PORT */
static bool address_from(ac_sv s, address *a)
{
    const char *colon = s.n ? memrchr(s.p, ':', s.n) : NULL;
    ac_sv host = colon ? ac_sv_sub(s, 0, (size_t)(colon - s.p)) : (ac_sv) { "", 0 };
    int64_t port;
    *a = (address) { .hosts = { "127.0.0.1", "::1" }, .n_hosts = DEFAULT_HOSTS };
    if (!ac_sv_to_i64(colon ? ac_sv_sub(s, host.n + 1, s.n) : s, &port) || port < 0 || port > PORT_MAX)
        return false;
    a->port = (uint16_t)port;
    return !colon || ac_sv_eq(host, AC_SV("localhost")) || host_from(host, a);
}

/* The same port at each address. A machine without IPv6 is fine as long as nobody asked for it. */
static ac_rc bind_all(ac_listener *l, const address *a, uint16_t *port, size_t *n, ac_err *err)
{
    uint16_t other;
    *n = 1;
    AC_TRY(err, ac_listener_bind(l, a->hosts[0], a->port, port, err));
    ac_rc rc = a->n_hosts > 1 ? ac_listener_bind(l, a->hosts[1], *port, &other, err) : AC_ENOTFOUND;
    *n += rc == AC_OK;
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

static bool reachable(const ac_cli *cli, const address *a)
{
    return a->given && !ac_address_is_local(a->hosts[0]) && !ac_cli_flag(cli, AC_OPT_ANYWHERE);
}

static bool mllp_usage(const ac_cli *cli, address *a)
{
    if (!cli->value[AC_OPT_OUT])
        ac_say("where do the results go? Say --out DIR (try aceso serve --help)");
    else if (!address_from(ac_cli_text(cli, AC_OPT_MLLP), a))
        ac_say("--mllp: PORT or ADDRESS:PORT, as 2575 or 127.0.0.1:2575 or [::1]:2575");
    else if (reachable(cli, a))
        ac_say("--mllp: other machines can reach this address, and MLLP has no encryption and no authentication: "
               "anyone could send messages "
               "and read the answers. Add --listen-anywhere where the network itself is protected");
    else
        return true;
    return false;
}

static bool sso_usage(const ac_cli *cli)
{
    static const ac_option_id others[] = { AC_OPT_OIDC_AUDIENCE, AC_OPT_OIDC_ROLES, AC_OPT_OIDC_CA };
    for (size_t i = 0; i < sizeof others / sizeof *others && !cli->value[AC_OPT_OIDC_ISSUER]; i++)
        if (cli->value[others[i]]) {
            ac_say("--%s: of which issuer? Say --oidc-issuer URL", ac_options[others[i]].name);
            return false;
        }
    if (!cli->value[AC_OPT_OIDC_ISSUER])
        return true;
    if (!ac_issuer_is_url(ac_cli_text(cli, AC_OPT_OIDC_ISSUER)))
        ac_say("--oidc-issuer: https://HOST[/PATH], as the tokens have it in iss; http:// on this machine alone");
    else if (!ac_cli_text(cli, AC_OPT_OIDC_AUDIENCE).n)
        ac_say("--oidc-issuer: tokens for others would be taken, too. Say --oidc-audience AUD: what this server is "
               "called in aud");
    else if (!ac_cli_text(cli, AC_OPT_OIDC_ROLE_CLAIM).n)
        ac_say("--oidc-role-claim: the name of a claim");
    else if (ac_cli_number(cli, AC_OPT_OIDC_LEEWAY, 0) > AC_LEEWAY_MAX_S)
        ac_say("--oidc-leeway: from 0 to %d", AC_LEEWAY_MAX_S);
    else
        return true;
    return false;
}

/* unix:PATH */
static bool listen_from(const char *s, address *a)
{
    static const ac_sv UNIX = { "unix:", 5 };
    if (!ac_sv_starts(ac_sv_z(s), UNIX))
        return address_from(ac_sv_z(s), a);
    *a = (address) { .path = s + UNIX.n };
    return *a->path;
}

static bool http_usage(const ac_cli *cli, address *a)
{
    const bool tls = cli->value[AC_OPT_TLS_CERT];
    if (!cli->value[AC_OPT_DATA])
        ac_say("where does the data lie? Say --data DIR (try aceso serve --help)");
    else if (!listen_from(cli->value[AC_OPT_LISTEN], a))
        ac_say("--listen: PORT, ADDRESS:PORT or unix:PATH, as 8080 or 127.0.0.1:8080 or [::1]:8080 or "
               "unix:/run/aceso/aceso.sock");
    else if (a->path && (tls || ac_cli_flag(cli, AC_OPT_TLS_GENERATE)))
        ac_say("a Unix socket has no TLS: nobody but this machine's own users can reach it");
    else if (tls != (cli->value[AC_OPT_TLS_KEY] != NULL))
        ac_say("--tls-cert and --tls-key go together");
    else if (!tls && reachable(cli, a))
        ac_say("--listen: other machines can reach this address, and nothing would be encrypted. Give --tls-cert and "
               "--tls-key, or "
               "--listen-anywhere behind a proxy that encrypts");
    else
        return sso_usage(cli);
    return false;
}

static bool usage_of(const ac_cli *cli, address *a)
{
    if (cli->n_inputs)
        ac_say("serve takes no inputs: it receives them (try aceso serve --help)");
    else if (!cli->value[AC_OPT_MLLP] == !cli->value[AC_OPT_LISTEN])
        ac_say("what is to be served? Say --listen [HOST:]PORT for the HTTP API, or --mllp [HOST:]PORT; both are two "
               "servers");
    else
        return cli->value[AC_OPT_MLLP] ? mllp_usage(cli, a) : http_usage(cli, a);
    return false;
}

static bool number_in(const ac_cli *cli, ac_option_id option, uint64_t max, uint64_t *out)
{
    *out = ac_cli_number(cli, option, option == AC_OPT_CONNECTIONS ? MLLP_LINKS : 0);
    if (*out >= 1 && *out <= max)
        return true;
    ac_say("--%s: from 1 to %llu", ac_options[option].name, (unsigned long long)max);
    return false;
}

static bool options_from(const ac_cli *cli, ac_mllp_options *out)
{
    uint64_t links, idle, wait;
    if (!number_in(cli, AC_OPT_CONNECTIONS, CONNECTIONS_MAX, &links) ||
        !number_in(cli, AC_OPT_IDLE, SECONDS_MAX, &idle) || !number_in(cli, AC_OPT_TIMEOUT, SECONDS_MAX, &wait))
        return false;
    *out = (ac_mllp_options) { (size_t)links, (uint32_t)idle * MS, (uint32_t)wait * MS };
    return true;
}

static void tell_ready(const address *a, size_t n, uint16_t port)
{
    const bool six = strchr(a->hosts[0], ':');
    if (n > 1)
        ac_say("listening on %s:%u and [%s]:%u", a->hosts[0], port, a->hosts[1], port);
    else
        ac_say("listening on %s%s%s:%u", six ? "[" : "", a->hosts[0], six ? "]" : "", port);
}

static int run(ac_loop *loop, const ac_mllp_server *server, bool quiet)
{
    ac_err err = { 0 };
    const ac_rc rc = ac_loop_run(loop, &err);
    if (rc == AC_OK && !quiet)
        ac_mllp_server_tell(server);
    if (rc == AC_OK)
        return AC_EXIT_OK;
    ac_say("%s", err.text);
    if (rc == AC_ECANCELLED)
        _exit(AC_EXIT_FAILED); /* messages are still being worked on; none of them was acknowledged */
    return AC_EXIT_FAILED;
}

static int serve(const ac_cli *cli, const ac_settings *settings, const ac_mllp_options *opt, const address *a)
{
    AC_AUTO_PTR(ac_loop) loop = NULL; /* freed last */
    AC_AUTO_PTR(ac_mllp_server) server = NULL;
    const ac_loop_options loop_options = { .stop_ms = STOP_MS, .signals = true };
    ac_err err = { 0 };
    uint16_t port;
    size_t n;
    if (ac_loop_new(&loop_options, &loop, &err) != AC_OK) {
        ac_say("%s", err.text);
        return AC_EXIT_FAILED;
    }
    if (ac_mllp_server_new(settings, opt, loop, &server, &err) != AC_OK) {
        ac_say("%s: %s", settings->out_dir, err.text);
        return AC_EXIT_FAILED;
    }
    if (bind_all(ac_mllp_server_listener(server), a, &port, &n, &err) != AC_OK) {
        ac_say("--mllp %s: %s", cli->value[AC_OPT_MLLP], err.text);
        return AC_EXIT_FAILED;
    }
    tell_ready(a, n, port);
    ac_mllp_server_begin(server);
    return run(loop, server, settings->quiet);
}

static bool budgets_from(const char *file, ac_budgets *out)
{
    enum { FILE_MAX = 64 << 10 };
    AC_AUTO(ac_sb) text = AC_SB(FILE_MAX);
    ac_err err = { 0 };
    *out = ac_budgets_default();
    ac_rc rc = file ? ac_file_read(file, &text, &err) : AC_OK;
    if (rc == AC_OK)
        rc = ac_budgets_read(ac_sb_view(&text), out, &err);
    if (rc != AC_OK)
        ac_say("--budgets %s: %s", file, err.text);
    return rc == AC_OK;
}

static bool cors_is_fine(const char *origins)
{
    ac_err err = { 0 };
    if (!origins || ac_origins_check(origins, &err) == AC_OK)
        return true;
    ac_say("--cors: %s", err.text);
    return false;
}

static int serve_http(const ac_cli *cli, const ac_settings *settings, const address *a)
{
    const uint32_t burst = (uint32_t)ac_cli_number(cli, AC_OPT_BURST, 1);
    ac_server_options opt = { .folder = cli->value[AC_OPT_DATA],
                              .master = ac_master_of(cli),
                              .cors = cli->value[AC_OPT_CORS],
                              .certificate = cli->value[AC_OPT_TLS_CERT],
                              .key = cli->value[AC_OPT_TLS_KEY],
                              .generate_tls = ac_cli_flag(cli, AC_OPT_TLS_GENERATE),
                              .n_hosts = a->n_hosts,
                              .path = a->path,
                              .port = a->port,
                              .connections = (size_t)ac_cli_number(cli, AC_OPT_CONNECTIONS, 0),
                              .by_address = { (uint32_t)ac_cli_number(cli, AC_OPT_RATE_ADDRESS, 0), MINUTE, burst },
                              .by_key = { (uint32_t)ac_cli_number(cli, AC_OPT_RATE_KEY, 0), HOUR, burst },
                              .keep_ms = (int64_t)ac_cli_number(cli, AC_OPT_KEEP, 0) * 24 * HOUR * MS,
                              .log_requests = ac_cli_flag(cli, AC_OPT_LOG_REQUESTS),
                              .otlp = cli->value[AC_OPT_OTLP],
                              .webhook_private = cli->value[AC_OPT_WEBHOOK_PRIVATE],
                              .webhook_ca = cli->value[AC_OPT_WEBHOOK_CA],
                              .webhook_backoff_ms = (int64_t)ac_cli_number(cli, AC_OPT_WEBHOOK_BACKOFF, 0) * MS,
                              .ship = cli->value[AC_OPT_AUDIT_SHIP],
                              .ship_ms = (int64_t)ac_cli_number(cli, AC_OPT_AUDIT_SHIP_EVERY, 1) * MINUTE * MS };
    opt.sso = (ac_sso_options) { .issuer = cli->value[AC_OPT_OIDC_ISSUER],
                                 .audience = cli->value[AC_OPT_OIDC_AUDIENCE],
                                 .role_claim = cli->value[AC_OPT_OIDC_ROLE_CLAIM],
                                 .roles_file = cli->value[AC_OPT_OIDC_ROLES],
                                 .ca_file = cli->value[AC_OPT_OIDC_CA],
                                 .leeway_s = (int64_t)ac_cli_number(cli, AC_OPT_OIDC_LEEWAY, 0) };
    if (!cors_is_fine(opt.cors) || !budgets_from(cli->value[AC_OPT_BUDGETS], &opt.budgets))
        return AC_EXIT_USAGE;
    memcpy(opt.hosts, a->hosts, sizeof opt.hosts);
    return ac_server_run(settings, &opt);
}

int ac_cmd_serve(const ac_cli *cli)
{
    AC_AUTO(ac_settings) settings = { 0 };
    ac_mllp_options opt;
    address a;
    ac_err err = { 0 };
    if (!usage_of(cli, &a))
        return AC_EXIT_USAGE;
    if (ac_dumps_refuse(&err) != AC_OK || ac_settings_read(cli, &settings, &err) != AC_OK) {
        ac_say("%s", err.text);
        return AC_EXIT_USAGE;
    }
    if (cli->value[AC_OPT_LISTEN])
        return serve_http(cli, &settings, &a);
    if (!options_from(cli, &opt))
        return AC_EXIT_USAGE;
    ac_stop_install(); /* a connection that is closed is no reason to end; the loop takes the other signals over */
    return serve(cli, &settings, &opt, &a);
}
