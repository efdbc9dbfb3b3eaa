/* Single sign-on: the issuer, whose keys are fetched by one thread for all who wait for them. */
#include "main/server.h"

#include "adapter/crypto/signature.h"
#include "app/access_token.h"
#include "net/hand.h"
#include "os/file.h"
#include "os/gather.h"

enum {
    WAITING = 8, /* requests that may wait for the issuer; others are told to come again: most of the crew stays free */
    FILE_MAX = 1 << 20,
    ARENA = 1 << 22,
    MS = 1000
};

struct ac_sso {
    ac_fetch *fetch; /* borrowed */
    ac_issuer *issuer;
    ac_gather *together;
    struct ac_crew *crew;
    ac_sb text;      /* of the file with groups, */
    ac_arena *arena; /* and what it says */
    ac_group_roles groups;
};

/* ---- on other threads ---- */

static void fetch_keys(void *context, void **asked, size_t n)
{
    (void)asked;
    (void)n;
    ac_issuer_fetch(((ac_sso *)context)->issuer);
}

static ac_rc wait(void *context, ac_issuer *i, ac_err *err)
{
    return ac_gather_ask(((ac_sso *)context)->together, i, err);
}

static void in_background(void *arg)
{
    ac_sso *s = arg;
    (void)!wait(s, s->issuer, NULL);
    ac_issuer_fetched(s->issuer);
}

static void later(void *context, ac_issuer *i)
{
    if (ac_hand(((ac_sso *)context)->crew, in_background, context, NULL) != AC_OK)
        ac_issuer_fetched(i); /* too much waits: the next request asks again */
}

/* ---- starting ---- */

static ac_rc read_groups(ac_sso *s, const char *file, ac_err *err)
{
    size_t line = 0;
    ac_err why = { 0 };
    s->text = AC_SB(FILE_MAX);
    s->arena = ac_arena_new(ARENA);
    if (!s->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_rc rc = ac_file_read(file, &s->text, &why);
    if (rc != AC_OK)
        return ac_fail(err, rc, "--oidc-roles: the file cannot be read");
    rc = ac_group_roles_read(ac_sb_view(&s->text), s->arena, &s->groups, &line, &why);
    if (rc != AC_OK)
        return ac_fail(err, rc,
                       "--oidc-roles: line %zu: a group, a tab and one of admin, clinician, integrator, researcher, "
                       "auditor are expected",
                       line);
    return AC_OK;
}

/* Not there is found out now, and not at the first token. */
static ac_rc check_ca(const char *file, ac_err *err)
{
    AC_AUTO(ac_sb) text = AC_SB(FILE_MAX);
    const ac_rc rc = file ? ac_file_read(file, &text, NULL) : AC_OK;
    return rc == AC_OK ? rc : ac_fail(err, rc, "--oidc-ca: the file cannot be read");
}

static ac_rc make_issuer(ac_sso *s, const ac_sso_options *opt, ac_err *err)
{
    const ac_gather_options together = { .waiting = WAITING, .together = WAITING, .run = fetch_keys, .context = s };
    const ac_issuer_options issuer = { .url = ac_sv_z(opt->issuer),
                                       .ca_file = ac_sv_z(opt->ca_file),
                                       .fetch = s->fetch,
                                       .signatures = ac_signatures_system(),
                                       .clock = ac_clock_system(),
                                       .wait = wait,
                                       .later = later,
                                       .context = s };
    AC_TRY(err, ac_issuer_new(&issuer, &s->issuer, err));
    return ac_gather_new(&together, &s->together, err);
}

static ac_rc fill(ac_sso *s, const ac_sso_options *opt, ac_data *d, ac_err *err)
{
    AC_TRY(err, check_ca(opt->ca_file, err));
    if (opt->roles_file)
        AC_TRY(err, read_groups(s, opt->roles_file, err));
    AC_TRY(err, make_issuer(s, opt, err));
    const ac_token_options tokens = { .issuer = s->issuer,
                                      .url = ac_sv_z(opt->issuer),
                                      .audience = ac_sv_z(opt->audience),
                                      .role_claim = ac_sv_z(opt->role_claim),
                                      .groups = opt->roles_file ? &s->groups : NULL,
                                      .leeway_ms = opt->leeway_s * MS,
                                      .host = d->tenant };
    return ac_access_take_tokens(d->access, &tokens, err);
}

ac_rc ac_sso_new(const ac_sso_options *opt, ac_data *d, ac_fetch *fetch, struct ac_crew *crew, ac_sso **out,
                 ac_err *err)
{
    ac_sso *s = ac_mem_alloc(sizeof *s);
    if (!s)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    s->fetch = fetch;
    s->crew = crew;
    *out = s;
    return fill(s, opt, d, err);
}

void ac_sso_start(ac_sso *s)
{
    if (s)
        ac_issuer_refresh(s->issuer);
}

void ac_sso_stop(ac_sso *s)
{
    if (s && s->issuer)
        ac_issuer_stop(s->issuer);
}

void ac_sso_free(ac_sso *s)
{
    if (!s)
        return;
    ac_gather_free(s->together);
    ac_issuer_free(s->issuer);
    ac_arena_free(s->arena);
    ac_sb_cleanup(&s->text);
    ac_mem_free(s);
}
