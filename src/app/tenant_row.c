/* A tenant as the store has it, and what is kept of it in memory. The row names the tenant's key as its owner; it is
 * sealed with the key of what belongs to the tenant alone. */
#include "app/access_parts.h"

enum { DEPTH = 4, SEALED_MAX = 1 << 14 };

static const ac_sv FIELD = { "tenant", 6 };

#define RULE_WORD(id, word) [id] = word,
static const char *const rule_words[AC_RULES] = { AC_RULE_LIST(RULE_WORD) };

const char *ac_rule_word(ac_rule r) { return rule_words[r]; }

static void write_row(const ac_tenant_row *t, ac_sb *out)
{
    ac_jw w = ac_jw_to(out, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "name", t->name);
    ac_jw_kbool(&w, "host", t->known.host);
    ac_jw_kbool(&w, "disabled", t->known.disabled);
    ac_jw_karray(&w, "retiring");
    for (size_t i = 0; i < t->known.n_retiring; i++)
        ac_jw_id(&w, t->known.retiring[i]);
    ac_jw_end_array(&w);
    for (int r = 0; r < AC_RULES; r++)
        ac_jw_ku64(&w, rule_words[r], t->known.rules.days[r]);
    ac_jw_end_object(&w);
}

static bool is_true(const ac_json *j, const char *name)
{
    const ac_json *m = ac_json_get(j, name);
    return m && m->type == AC_JSON_TRUE;
}

static ac_rc read_row(ac_sv text, ac_arena *arena, ac_tenant_row *out, ac_err *err)
{
    ac_json *j;
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    const ac_json *retiring = ac_json_get(j, "retiring");
    out->name = ac_json_text(j, "name");
    out->known.host = is_true(j, "host");
    out->known.disabled = is_true(j, "disabled");
    for (int r = 0; r < AC_RULES; r++)
        out->known.rules.days[r] = (uint32_t)ac_json_i64(j, rule_words[r], 0);
    for (const ac_json *k = retiring ? retiring->first : NULL; k; k = k->next)
        if (out->known.n_retiring >= AC_RETIRING_MAX ||
            !ac_id_parse(k->text, &out->known.retiring[out->known.n_retiring++]))
            return ac_fail(err, AC_EIO, "a tenant that cannot be read");
    return AC_OK;
}

ac_rc ac_tenant_open(ac_access *a, const ac_stored *item, ac_arena *arena, ac_tenant_row *out, ac_err *err)
{
    ac_sv text;
    *out = (ac_tenant_row) {
        .row = *item,
        .known = { .id = item->tenant, .above = item->owner, .own = item->key, .created_ms = item->created_ms }
    };
    AC_TRY(err, ac_vault_unseal(a->o.vault, item->key, item->id, FIELD, item->sealed, SEALED_MAX, arena, &text, err));
    return read_row(text, arena, out, err);
}

ac_rc ac_tenant_load(ac_access *a, ac_tenant_id id, ac_arena *arena, ac_tenant_row *out, ac_err *err)
{
    ac_stored item;
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_TENANT, id.v, arena, &item, err));
    return ac_tenant_open(a, &item, arena, out, err);
}

ac_rc ac_tenant_seal(ac_access *a, ac_tenant_row *t, ac_arena *arena, ac_change *out, ac_err *err)
{
    AC_AUTO(ac_sb) json = AC_SB(SEALED_MAX);
    write_row(t, &json);
    AC_TRY(err, ac_sb_done(&json, err));
    t->row.owner = t->known.above;
    t->row.key = t->known.own;
    AC_TRY(err, ac_vault_seal(a->o.vault, t->row.key, t->row.id, FIELD, ac_sb_view(&json), arena, &t->row.sealed, err));
    *out = (ac_change) { .kind = t->row.version ? AC_CHANGE_ITEM_REPLACE : AC_CHANGE_ITEM_PUT, .item = t->row };
    return AC_OK;
}

/* ---- in memory ---- */

static ac_known_tenant *place(ac_access *a, ac_tenant_id id)
{
    return &a->tenants[id.v.b[AC_ID_BYTES - 1] % AC_KNOWN_TENANTS];
}

void ac_tenant_remember(ac_access *a, const ac_known_tenant *t)
{
    ac_spin_lock(&a->lock);
    *place(a, t->id) = *t;
    ac_spin_unlock(&a->lock);
}

void ac_tenant_forget(ac_access *a, ac_tenant_id id)
{
    ac_spin_lock(&a->lock);
    if (ac_id_eq(place(a, id)->id.v, id.v))
        place(a, id)->checked_ms = 0;
    ac_spin_unlock(&a->lock);
}

ac_rc ac_tenant_known(ac_access *a, ac_tenant_id id, ac_known_tenant *out, ac_err *err)
{
    ac_tenant_row t;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    ac_spin_lock(&a->lock);
    *out = *place(a, id);
    ac_spin_unlock(&a->lock);
    if (ac_id_eq(out->id.v, id.v) && out->checked_ms && now - out->checked_ms < AC_KNOWN_MS)
        return AC_OK;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_tenant_load(a, id, arena, &t, err));
    *out = t.known;
    out->checked_ms = now;
    ac_tenant_remember(a, out);
    return AC_OK;
}

ac_rc ac_access_tenant_key(ac_access *a, ac_tenant_id tenant, ac_id *out, ac_err *err)
{
    ac_known_tenant t;
    AC_TRY(err, ac_tenant_known(a, tenant, &t, err));
    *out = t.own;
    return AC_OK;
}
