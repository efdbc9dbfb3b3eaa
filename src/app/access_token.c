#include "app/access_token.h"

#include "app/access_parts.h"

enum { KNOWN = 1024, KNOWN_TOKEN_MS = 60 * 1000, ITEM_ARENA = 1 << 17 };

/* A token that was checked a moment ago. */
typedef struct {
    unsigned char hash[AC_MAC_SIZE]; /* keyed: whoever reads this memory has no token */
    uint64_t which;                  /* set of the issuer's keys */
    int64_t checked_ms;              /* 0: none */
    ac_principal who;
} known_token;

struct ac_tokens {
    ac_token_options o;
    ac_spin lock; /* held for a copy */
    known_token known[KNOWN];
};

/* ---- settings ---- */

ac_rc ac_group_roles_read(ac_sv text, ac_arena *arena, ac_group_roles *out, size_t *line, ac_err *err)
{
    ac_sv l;
    for (*line = 1; ac_sv_split(&text, '\n', &l); ++*line) {
        ac_sv rest = ac_sv_trim(l), group;
        ac_role role;
        if (!rest.n || rest.p[0] == '#')
            continue;
        (void)ac_sv_split(&rest, '\t', &group);
        group = ac_sv_trim(group);
        if (!rest.p || !group.n || !ac_utf8_is(group) || !ac_role_from(ac_sv_trim(rest), &role))
            return ac_fail(err, AC_EINPUT, "a group, a tab, and a role are expected");
        if (out->n == AC_GROUPS_MAX)
            return ac_fail(err, AC_ELIMIT, "more than %d groups", AC_GROUPS_MAX);
        ac_group_role *g = ac_vec_push(out, arena);
        if (!g)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        *g = (ac_group_role) { group, role };
    }
    return AC_OK;
}

ac_rc ac_access_take_tokens(ac_access *a, const ac_token_options *opt, ac_err *err)
{
    struct ac_tokens *t = ac_mem_alloc(sizeof *t);
    if (!t)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    t->o = *opt;
    ac_spin_init(&t->lock);
    a->tokens = t;
    return AC_OK;
}

const ac_token_options *ac_access_tokens(const ac_access *a) { return a->tokens ? &a->tokens->o : NULL; }

bool ac_access_is_token(const ac_access *a, ac_sv text)
{
    return a->tokens && text.n && memchr(text.p, '.', text.n); /* an API key has no dots */
}

/* ---- what the claims give ---- */

static void add_role(ac_principal *p, ac_role role, bool *any)
{
    p->scopes |= ac_role_scopes(role);
    p->role = *any && p->role < role ? p->role : role; /* of several, the one that comes first in the list */
    *any = true;
}

static ac_rc read_roles(const ac_token_options *o, const ac_json *claims, ac_principal *p, ac_err *err)
{
    bool any = false;
    ac_sv word;
    ac_role role;
    for (ac_jwt_words w = ac_jwt_words_of(ac_jwt_claim(claims, o->role_claim), false); ac_jwt_word(&w, &word);) {
        if (!o->groups && ac_role_from(word, &role))
            add_role(p, role, &any);
        for (size_t i = 0; o->groups && i < o->groups->n; i++)
            if (ac_sv_eq(word, o->groups->at[i].group))
                add_role(p, o->groups->at[i].role, &any);
    }
    return any ? AC_OK : ac_fail(err, AC_EDENIED, "the token gives no role on this server");
}

/* Scopes of ours in a token leave nothing but them; a token that names none is not narrowed. */
static void narrow(const ac_json *claims, ac_principal *p)
{
    static const char *const names[] = { "scope", "scp" };
    uint32_t asked = 0, bit;
    ac_sv word;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (ac_jwt_words w = ac_jwt_words_of(ac_json_get(claims, names[i]), true); ac_jwt_word(&w, &word);)
            asked |= ac_scope_from(word, &bit) ? bit : 0;
    p->scopes &= asked ? asked : p->scopes;
}

/* Without a word of the issuer nobody is put anywhere, but where there is only one place. */
static ac_rc read_tenant(ac_access *a, const ac_json *claims, ac_principal *p, ac_err *err)
{
    enum { TWO = 2 };
    ac_stored_list all = { 0 };
    const ac_json *claim = ac_json_get(claims, "aceso_tenant");
    p->tenant = a->tokens->o.host;
    if (claim) {
        p->tenant = (ac_tenant_id) { { { 0 } } };
        return ac_id_parse(ac_json_text(claims, "aceso_tenant"), &p->tenant.v)
                   ? AC_OK
                   : ac_fail(err, AC_EDENIED, "the token is of a tenant that is not known here");
    }
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ITEM_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_items(a->o.store, &(ac_item_query) { .kind = AC_ITEM_TENANT, .max = TWO }, arena, &all, err));
    return all.n < TWO ? AC_OK : ac_fail(err, AC_EDENIED, "the token does not say of which tenant it is");
}

/* Asked each time: a tenant may be disabled meanwhile. */
static ac_rc check_tenant(ac_access *a, ac_principal *p, ac_err *err)
{
    ac_known_tenant t;
    const ac_rc rc = ac_tenant_known(a, p->tenant, &t, err);
    if (rc == AC_ENOTFOUND || (rc == AC_OK && t.disabled))
        return ac_fail(err, AC_EDENIED, "the token is of a tenant that is not known here");
    p->scopes &= rc == AC_OK && !t.host ? ~(uint32_t)AC_SCOPES_OF_HOST : UINT32_MAX;
    return rc;
}

/* An id of ours, else what the patient is called by those who send documents. Nobody's: an id that no patient has. */
static ac_rc find_patient(ac_access *a, ac_tenant_id tenant, ac_sv word, ac_patient_id *out, ac_err *err)
{
    ac_stored item;
    if (ac_id_parse(word, &out->v) && !ac_id_none(out->v))
        return AC_OK;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ITEM_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_lookup lookup = ac_vault_lookup(a->o.vault, tenant, AC_PATIENT_FIELD, word);
    const ac_rc rc = ac_store_find(a->o.store, AC_ITEM_PATIENT, tenant, &lookup, arena, &item, err);
    if (rc == AC_OK)
        out->v = item.id;
    else
        out->v = ac_vault_pseudonym(a->o.vault, AC_SV("no patient"), word);
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

/* "patient" as SMART App Launch has it, one or a list. The claim is there: confined, whatever it says. */
static ac_rc read_patients(ac_access *a, const ac_json *claims, ac_principal *p, ac_err *err)
{
    const ac_json *claim = ac_json_get(claims, "patient");
    ac_jwt_words w = ac_jwt_words_of(claim, false);
    ac_sv word;
    if (!claim)
        return AC_OK;
    while (ac_jwt_word(&w, &word)) {
        if (p->n_confined == AC_CONFINED_MAX)
            return ac_fail(err, AC_EDENIED, "the token names more than %d patients", AC_CONFINED_MAX);
        AC_TRY(err, find_patient(a, p->tenant, word, &p->confined[p->n_confined++], err));
    }
    return p->n_confined ? AC_OK : ac_fail(err, AC_EDENIED, "the token names no patient where one is expected");
}

static ac_id pseudonym(ac_access *a, ac_sv issuer, ac_sv subject, ac_arena *arena)
{
    const ac_sv both = ac_arena_printf(arena, "%zu:%.*s", issuer.n, (int)issuer.n, issuer.p);
    AC_AUTO(ac_sb) b = AC_SB(AC_JWT_MAX * 2);
    ac_sb_add(&b, both);
    ac_sb_add(&b, subject);
    return both.p && b.rc == AC_OK ? ac_vault_pseudonym(a->o.vault, AC_SV("user"), ac_sb_view(&b)) : (ac_id) { { 0 } };
}

static ac_rc principal_of(ac_access *a, const ac_jwt *t, ac_arena *arena, ac_principal *p, ac_err *err)
{
    const ac_token_options *o = &a->tokens->o;
    *p = (ac_principal) { .kind = AC_ACTOR_USER,
                          .actor = pseudonym(a, o->url, t->subject, arena),
                          .expires_ms = t->expires_ms + o->leeway_ms };
    if (ac_id_none(p->actor))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, read_tenant(a, t->claims, p, err));
    AC_TRY(err, read_roles(o, t->claims, p, err));
    narrow(t->claims, p);
    AC_TRY(err, check_tenant(a, p, err));
    return read_patients(a, t->claims, p, err);
}

/* ---- whose is it ---- */

/* What costs nothing comes first, so that tokens of others make nobody ask the issuer. */
static ac_rc verify(ac_access *a, ac_sv text, int64_t now, known_token *k, ac_err *err)
{
    ac_jws j;
    ac_jwt t;
    const ac_token_options *o = &a->tokens->o;
    const ac_jwt_terms terms = { o->url, o->audience, now, o->leeway_ms };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(AC_JWT_ARENA);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_jws_read(text, arena, &j, err));
    AC_TRY(err, ac_jwt_read(j.payload, &terms, arena, &t, err));
    AC_TRY(err, ac_issuer_check(o->issuer, &j, &k->which, err));
    return principal_of(a, &t, arena, &k->who, err);
}

static known_token *place(struct ac_tokens *t, const unsigned char hash[AC_MAC_SIZE])
{
    return &t->known[((size_t)hash[0] << 8 | hash[1]) % KNOWN];
}

/* false: it is not known. *seen: it was, a while ago. */
static bool recall(struct ac_tokens *t, int64_t now, known_token *k, bool *seen)
{
    known_token found;
    ac_spin_lock(&t->lock);
    found = *place(t, k->hash);
    ac_spin_unlock(&t->lock);
    *seen = found.checked_ms && memcmp(found.hash, k->hash, sizeof k->hash) == 0;
    if (!*seen || now - found.checked_ms >= KNOWN_TOKEN_MS || now >= found.who.expires_ms ||
        !ac_issuer_still(t->o.issuer, found.which))
        return false;
    *k = found;
    return true;
}

static void remember(struct ac_tokens *t, const known_token *k)
{
    ac_spin_lock(&t->lock);
    *place(t, k->hash) = *k;
    ac_spin_unlock(&t->lock);
}

/* One that has no record of its first use must not be let in by the cache. */
static ac_rc log_in(ac_access *a, const known_token *k, ac_err *err)
{
    const ac_rc rc = ac_audit_write(a, &k->who, AC_AUDIT_LOGIN, AC_WHAT_SERVER, (ac_id) { { 0 } },
                                    (ac_patient_id) { { { 0 } } }, AC_OK, 0, err);
    if (rc == AC_OK)
        remember(a->tokens, k);
    return rc;
}

ac_rc ac_access_token(ac_access *a, ac_sv text, ac_principal *out, ac_err *err)
{
    known_token k = { 0 };
    bool seen;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    if (text.n > AC_JWT_MAX)
        return ac_fail(err, AC_EAUTH, "the token is larger than %d bytes", AC_JWT_MAX);
    ac_vault_mac(a->o.vault, AC_VAULT_LOOKUP, AC_SV("token"), text, k.hash);
    if (recall(a->tokens, now, &k, &seen)) {
        *out = k.who;
        return check_tenant(a, out, err);
    }
    const ac_rc rc = verify(a, text, now, &k, err);
    *out = k.who;
    AC_TRY(err, rc);
    k.checked_ms = now;
    if (!seen)
        return log_in(a, &k, err);
    remember(a->tokens, &k);
    return AC_OK;
}
