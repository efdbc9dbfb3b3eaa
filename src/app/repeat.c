#include "app/repeat.h"

#include "app/access_parts.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static bool is_asked(const ac_principal *who) { return who && who->repeat && who->repeat->key.n; }

void ac_repeat_feed(ac_sb *b, ac_sv part)
{
    ac_sb_add_u64(b, part.n);
    ac_sb_add_char(b, ':');
    ac_sb_add(b, part);
}

/* Who asks for what: what somebody was answered is not for another. */
static void content_of(const ac_principal *who, ac_sb *out)
{
    ac_repeat_feed(out, (ac_sv) { (const char *)who->actor.b, AC_ID_BYTES });
    ac_repeat_feed(out, who->repeat->path);
    ac_repeat_feed(out, who->repeat->body);
}

ac_rc ac_repeat_of(ac_access *a, ac_tenant_id tenant, ac_sv key, ac_sv content, ac_once *out, ac_err *err)
{
    ac_known_tenant t;
    if (key.n > AC_ONCE_MAX)
        return ac_fail(err, AC_EINPUT, "an idempotency key has at most %d bytes", AC_ONCE_MAX);
    AC_TRY(err, ac_tenant_known(a, tenant, &t, err));
    const int64_t days = t.rules.days[AC_RULE_IDEMPOTENCY];
    *out = (ac_once) { .key = ac_vault_lookup(a->o.vault, tenant, AC_SV("once"), key),
                       .body = ac_vault_lookup(a->o.vault, tenant, AC_SV("once body"), content),
                       .tenant = tenant,
                       .forget_ms = ac_clock_now_ms(a->o.clock) + (days ? days * DAY_MS : a->o.once_ms) };
    return AC_OK;
}

ac_rc ac_repeat_begin(ac_access *a, const ac_principal *who, ac_once *once, ac_id *outcome, ac_err *err)
{
    AC_AUTO(ac_sb) content = AC_SB(SIZE_MAX / 2);
    *once = (ac_once) { .forget_ms = 0 };
    *outcome = (ac_id) { { 0 } };
    if (!is_asked(who))
        return AC_OK;
    content_of(who, &content);
    ac_rc rc = ac_sb_done(&content, err);
    if (rc == AC_OK)
        rc = ac_repeat_of(a, who->tenant, who->repeat->key, ac_sb_view(&content), once, err);
    if (content.p)
        ac_crypto_wipe(a->o.crypto, content.p, content.n);
    AC_TRY(err, rc);
    rc = ac_store_came(a->o.store, once, ac_clock_now_ms(a->o.clock), outcome, err);
    who->repeat->came = rc == AC_OK;
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

ac_rc ac_repeat_commit(ac_access *a, const ac_principal *who, const ac_commit *commit, const ac_once *once,
                       ac_id *outcome, ac_err *err)
{
    ac_committed did;
    ac_commit c = *commit;
    c.once = *once;
    c.once.outcome = *outcome;
    AC_TRY(err, ac_store_commit(a->o.store, &c, &did, err));
    if (did.replayed) {
        who->repeat->came = true;
        *outcome = did.outcome;
    }
    return AC_OK;
}

ac_rc ac_repeat_secret(ac_access *a, const ac_principal *who, ac_id of, unsigned char *out, size_t n, ac_err *err)
{
    unsigned char mac[AC_MAC_SIZE];
    AC_AUTO(ac_sb) content = AC_SB(SIZE_MAX / 2);
    if (!is_asked(who))
        return ac_crypto_random(a->o.crypto, out, n, err);
    ac_repeat_feed(&content, (ac_sv) { (const char *)of.b, AC_ID_BYTES });
    ac_repeat_feed(&content, who->repeat->key);
    content_of(who, &content);
    const ac_rc rc = ac_sb_done(&content, err);
    if (rc == AC_OK) {
        ac_vault_mac(a->o.vault, AC_VAULT_LOOKUP, AC_SV("secret of a request"), ac_sb_view(&content), mac);
        memcpy(out, mac, n);
    }
    ac_crypto_wipe(a->o.crypto, mac, sizeof mac);
    if (content.p)
        ac_crypto_wipe(a->o.crypto, content.p, content.n);
    return rc;
}
