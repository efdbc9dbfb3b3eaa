/* aceso audit: what the audit log of a data folder proves, while no server runs on it. */
#include "main/audit_heads.h"
#include "main/server.h"

#include "base/hex.h"

#include <stdio.h>
#include <string.h>

enum { PAGE = 1000 };

static void unchained(void *context, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC])
{
    ac_vault_chain(context, bytes, n, out);
}

typedef struct {
    uint64_t number;
    unsigned char mac[AC_AUDIT_MAC];
    uint64_t broken; /* number of the first record that does not follow; 0: none */
} chain;

static void follow(const ac_audit_chain *how, chain *c, const ac_audit_records *page)
{
    for (size_t i = 0; i < page->n && !c->broken; i++) {
        const ac_audit_record *r = &page->at[i];
        if (!ac_audit_follows(how, c->number, c->mac, r))
            c->broken = c->number + 1;
        c->number = r->number;
        memcpy(c->mac, r->mac, sizeof c->mac);
    }
}

static ac_rc verify(ac_data *d, chain *c, ac_err *err)
{
    const ac_audit_chain how = { unchained, &d->vault };
    for (;;) {
        ac_audit_records page = { 0 };
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
        if (!arena)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        AC_TRY(err, ac_store_audit(d->store, &(ac_audit_query) { .after = c->number, .max = PAGE }, arena, &page, err));
        follow(&how, c, &page);
        if (c->broken || page.n < PAGE)
            return AC_OK;
    }
}

/* ---- audit verify ---- */

static int say_broken(const chain *c)
{
    ac_say("the audit log is broken at record %llu: it, or one before it, was changed, removed or moved",
           (unsigned long long)c->broken);
    return AC_EXIT_FAILED;
}

/* Heads that were kept elsewhere have to be in it. */
static ac_rc verify_heads(const ac_cli *cli, ac_data *d, ac_heads_found *found, ac_err *err)
{
    ac_sign_public key;
    const char *file = cli->value[AC_OPT_PUBLIC_KEY];
    AC_TRY(err, file ? ac_public_key_read(file, &key, err) : ac_vault_sign_public(d->vault, &key, err));
    return ac_heads_check(d, cli->value[AC_OPT_HEADS], &key, found, err);
}

static int run_verify(const ac_cli *cli, ac_data *d, ac_err *err)
{
    chain c = { 0 };
    ac_heads_found found = { 0 };
    char head[2 * AC_AUDIT_MAC];
    if (verify(d, &c, err) != AC_OK)
        return AC_EXIT_FAILED;
    if (c.broken)
        return say_broken(&c);
    if (cli->value[AC_OPT_HEADS] && verify_heads(cli, d, &found, err) != AC_OK)
        return AC_EXIT_FAILED;
    (void)ac_hex_put(head, c.mac, sizeof c.mac);
    (void)printf("%llu records, the chain is whole; head %.*s\n", (unsigned long long)c.number, (int)sizeof head, head);
    if (cli->value[AC_OPT_HEADS])
        (void)printf("%llu heads were shipped, and all of them are in it; the last one is of record %llu\n",
                     (unsigned long long)found.n, (unsigned long long)found.last);
    return AC_EXIT_OK;
}

/* ---- audit key ---- */

static int run_key(const ac_cli *cli, ac_data *d, ac_err *err)
{
    ac_sign_public key;
    AC_AUTO(ac_sb) pem = AC_SB(1 << 10);
    (void)cli;
    if (ac_vault_sign_public(d->vault, &key, err) != AC_OK || ac_public_key_pem(&key, &pem, err) != AC_OK)
        return AC_EXIT_FAILED;
    (void)fwrite(pem.p, 1, pem.n, stdout);
    return AC_EXIT_OK;
}

static const struct {
    const char *verb;
    int (*run)(const ac_cli *cli, ac_data *d, ac_err *err);
} verbs[] = { { "verify", run_verify }, { "key", run_key } };

int ac_cmd_audit(const ac_cli *cli)
{
    ac_data data;
    ac_err err = { 0 };
    size_t v = 0;
    while (v < sizeof verbs / sizeof verbs[0] && (cli->n_inputs != 1 || strcmp(cli->inputs[0], verbs[v].verb) != 0))
        v++;
    if (v == sizeof verbs / sizeof verbs[0] || !cli->value[AC_OPT_DATA]) {
        ac_say("audit verify --data DIR, or audit key --data DIR (try aceso audit --help)");
        return AC_EXIT_USAGE;
    }
    int code = AC_EXIT_FAILED;
    if (ac_data_open(cli->value[AC_OPT_DATA], ac_master_of(cli), NULL, &data, &err) == AC_OK)
        code = verbs[v].run(cli, &data, &err);
    ac_data_close(&data);
    if (err.rc != AC_OK)
        ac_say("%s: %s", cli->value[AC_OPT_DATA], err.text);
    return code;
}
