#include "app/access_parts.h"

#define SCOPE_WORD(id, word, text)    [id##_BIT] = word,
#define ROLE_WORD(id, word, scopes)   [id] = word,
#define ROLE_SCOPES(id, word, scopes) [id] = (uint32_t)(scopes),
static const char *const scope_words[AC_SCOPES] = { AC_SCOPE_LIST(SCOPE_WORD) };
static const char *const role_words[AC_ROLES] = { AC_ROLE_LIST(ROLE_WORD) };
static const uint32_t role_scopes[AC_ROLES] = { AC_ROLE_LIST(ROLE_SCOPES) };

ac_sv ac_role_word(ac_role r) { return ac_sv_z(role_words[r]); }
uint32_t ac_role_scopes(ac_role r) { return role_scopes[r]; }

ac_sv ac_scope_word(ac_scope s)
{
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if ((uint32_t)s == 1u << i)
            return ac_sv_z(scope_words[i]);
    return AC_SV("");
}

bool ac_role_from(ac_sv word, ac_role *out)
{
    for (int r = 0; r < AC_ROLES; r++)
        if (ac_sv_eq(word, ac_sv_z(role_words[r]))) {
            *out = (ac_role)r;
            return true;
        }
    return false;
}

bool ac_scope_from(ac_sv word, uint32_t *bit)
{
    for (unsigned i = 0; i < AC_SCOPES; i++)
        if (ac_sv_eq(word, ac_sv_z(scope_words[i]))) {
            *bit = 1u << i;
            return true;
        }
    return false;
}

ac_rc ac_access_new(const ac_access_options *opt, ac_access **out, ac_err *err)
{
    ac_access *a = ac_mem_alloc(sizeof *a);
    if (!a)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    a->o = *opt;
    ac_spin_init(&a->lock);
    a->rotating = true; /* who knows what the last run left */
    *out = a;
    return AC_OK;
}

void ac_access_free(ac_access *a)
{
    if (a)
        ac_mem_free(a->tokens);
    ac_mem_free(a);
}

/* ---- audit ---- */

ac_change ac_audit_of(const ac_principal *p, int64_t now_ms, ac_audit_action action, ac_audit_what what, ac_id object,
                      ac_patient_id patient, ac_rc outcome)
{
    ac_audit_record r = { .at_ms = now_ms,
                          .actor_kind = AC_ACTOR_SERVER,
                          .action = action,
                          .what = what,
                          .object = object,
                          .patient = patient,
                          .outcome = outcome };
    if (p) {
        r.tenant = p->tenant;
        r.actor_kind = p->kind;
        r.actor = p->actor;
        r.request = p->request;
    }
    return (ac_change) { .kind = AC_CHANGE_AUDIT, .audit = r };
}

ac_rc ac_audit_write(ac_access *a, const ac_principal *p, ac_audit_action action, ac_audit_what what, ac_id object,
                     ac_patient_id patient, ac_rc outcome, uint64_t detail, ac_err *err)
{
    const int64_t now = ac_clock_now_ms(a->o.clock);
    ac_change c = ac_audit_of(p, now, action, what, object, patient, outcome);
    c.audit.detail = detail;
    return ac_store_commit(a->o.store, &(ac_commit) { .changes = &c, .n = 1, .now_ms = now }, NULL, err);
}

ac_rc ac_audit_read(ac_access *a, const ac_principal *p, const ac_audit_query *q, ac_arena *arena,
                    ac_audit_records *out, ac_err *err)
{
    ac_audit_query own = *q;
    ac_known_tenant tenant;
    AC_TRY(err, ac_tenant_known(a, p->tenant, &tenant, err));
    own.tenant = p->tenant;
    own.server = tenant.host; /* who knocked with a key that nobody has, for example: else nobody would see it */
    AC_TRY(err,
           ac_audit_write(a, p, AC_AUDIT_READ, AC_WHAT_AUDIT, (ac_id) { { 0 } }, q->patient, AC_OK, q->after, err));
    return ac_store_audit(a->o.store, &own, arena, out, err);
}

/* ---- patients ---- */

ac_rc ac_access_patient(ac_access *a, const ac_principal *p, ac_patient_id patient, ac_err *err)
{
    bool open = false;
    for (size_t i = 0; i < p->n_confined; i++)
        if (ac_id_eq(p->confined[i].v, patient.v))
            return AC_OK;
    if (!p->n_confined)
        return AC_OK;
    if (!ac_id_none(patient.v) && ac_may(p, AC_SCOPE_GLASS))
        AC_TRY(err, ac_glass_is_open(a, p, patient, &open, err));
    return open ? AC_OK : ac_fail(err, AC_ENOTFOUND, "no such patient");
}
