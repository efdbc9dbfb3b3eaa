/* Break-glass: a patient that one is not confined to, for a while, with a reason, and somebody looks at it afterwards.
 */
#include "app/access_parts.h"
#include "app/repeat.h"

enum { DEPTH = 4, SEALED_MAX = 1 << 14, PAGE = 100 };

static const ac_sv FIELD = { "break-glass", 11 };

static ac_rc seal(ac_access *a, const ac_glass *g, ac_stored *item, ac_arena *arena, ac_err *err)
{
    AC_AUTO(ac_sb) json = AC_SB(SEALED_MAX);
    ac_jw w = ac_jw_to(&json, 0);
    ac_jw_object(&w);
    ac_jw_kid(&w, "actor", g->actor);
    ac_jw_kstring(&w, "reason", g->reason);
    ac_jw_ku64(&w, "until_ms", (uint64_t)g->until_ms);
    ac_jw_ku64(&w, "reviewed_ms", (uint64_t)g->reviewed_ms);
    ac_jw_kid(&w, "reviewer", g->reviewer);
    ac_jw_kbool(&w, "accepted", g->accepted);
    ac_jw_end_object(&w);
    AC_TRY(err, ac_sb_done(&json, err));
    return ac_vault_seal(a->o.vault, item->key, item->id, FIELD, ac_sb_view(&json), arena, &item->sealed, err);
}

static ac_rc unseal(ac_access *a, const ac_stored *item, ac_arena *arena, ac_glass *out, ac_err *err)
{
    ac_sv text;
    ac_json *j;
    AC_TRY(err, ac_vault_unseal(a->o.vault, item->key, item->id, FIELD, item->sealed, SEALED_MAX, arena, &text, err));
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    const ac_json *accepted = ac_json_get(j, "accepted");
    *out = (ac_glass) { .id = item->id,
                        .actor = ac_json_id(j, "actor"),
                        .patient.v = item->owner,
                        .reason = ac_json_text(j, "reason"),
                        .created_ms = item->created_ms,
                        .until_ms = ac_json_i64(j, "until_ms", 0),
                        .reviewed_ms = ac_json_i64(j, "reviewed_ms", 0),
                        .reviewer = ac_json_id(j, "reviewer"),
                        .accepted = accepted && accepted->type == AC_JSON_TRUE };
    return AC_OK;
}

ac_rc ac_glass_break(ac_access *a, const ac_principal *p, ac_patient_id patient, ac_sv reason, int64_t for_ms,
                     ac_id *out, ac_err *err)
{
    ac_stored owner;
    ac_once once;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (reason.n < AC_REASON_MIN || reason.n > AC_REASON_MAX || !ac_utf8_is(reason))
        return ac_fail(err, AC_EINPUT, "a reason of %d to %d bytes is needed", AC_REASON_MIN, AC_REASON_MAX);
    if (for_ms < AC_GLASS_MIN_MS || for_ms > AC_GLASS_MAX_MS)
        return ac_fail(err, AC_EINPUT, "from one minute to one day");
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_PATIENT, patient.v, arena, &owner, err));
    if (!ac_id_eq(owner.tenant.v, p->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such patient");
    AC_TRY(err, ac_repeat_begin(a, p, &once, out, err));
    if (ac_repeated(p))
        return AC_OK;
    ac_stored item = { .kind = AC_ITEM_GLASS,
                       .id = ac_vault_id(a->o.vault, err),
                       .tenant = p->tenant,
                       .owner = patient.v,
                       .created_ms = now,
                       .updated_ms = now };
    if (ac_id_none(item.id))
        return AC_EIO;
    AC_TRY(err, ac_access_tenant_key(a, p->tenant, &item.key, err));
    const ac_glass g = { .actor = p->actor, .reason = reason, .until_ms = now + for_ms };
    AC_TRY(err, seal(a, &g, &item, arena, err));
    ac_change changes[] = { { .kind = AC_CHANGE_ITEM_PUT, .item = item },
                            ac_audit_of(p, now, AC_AUDIT_BREAK_GLASS, AC_WHAT_PATIENT, item.id, patient, AC_OK) };
    changes[1].audit.detail = (uint64_t)for_ms;
    *out = item.id;
    return ac_repeat_commit(a, p, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, &once, out, err);
}

ac_rc ac_glass_is_open(ac_access *a, const ac_principal *p, ac_patient_id patient, bool *out, ac_err *err)
{
    ac_stored_list items = { 0 };
    const int64_t now = ac_clock_now_ms(a->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const ac_item_query q = {
        .kind = AC_ITEM_GLASS, .tenant = p->tenant, .owner = patient.v, .max = PAGE
    }; /* newest first */
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &items, err));
    *out = false;
    for (size_t i = 0; i < items.n && !*out && items.at[i].created_ms + AC_GLASS_MAX_MS > now; i++) {
        ac_glass g;
        AC_TRY(err, unseal(a, &items.at[i], arena, &g, err));
        *out = ac_id_eq(g.actor, p->actor) && g.until_ms > now && !(g.reviewed_ms && !g.accepted);
    }
    return AC_OK;
}

ac_rc ac_glass_list(ac_access *a, const ac_principal *by, ac_id before, size_t max, ac_arena *arena, ac_glasses *out,
                    ac_err *err)
{
    ac_stored_list items = { 0 };
    const ac_item_query q = { .kind = AC_ITEM_GLASS, .tenant = by->tenant, .before = before, .max = max };
    AC_TRY(err, ac_store_items(a->o.store, &q, arena, &items, err));
    for (size_t i = 0; i < items.n; i++) {
        ac_glass *g = ac_vec_push(out, arena);
        if (!g)
            return ac_fail(err, AC_ELIMIT, "no room for the list");
        AC_TRY(err, unseal(a, &items.at[i], arena, g, err));
    }
    return AC_OK;
}

ac_rc ac_glass_review(ac_access *a, const ac_principal *by, ac_id id, bool accepted, ac_err *err)
{
    ac_stored item;
    ac_glass g;
    const int64_t now = ac_clock_now_ms(a->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_item(a->o.store, AC_ITEM_GLASS, id, arena, &item, err));
    if (!ac_id_eq(item.tenant.v, by->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such break-glass");
    AC_TRY(err, unseal(a, &item, arena, &g, err));
    if (ac_id_eq(g.actor, by->actor))
        return ac_fail(err, AC_EDENIED, "nobody reviews what he did himself");
    if (g.reviewed_ms)
        return ac_fail(err, AC_ECONFLICT, "it was reviewed before");
    g.reviewed_ms = now;
    g.reviewer = by->actor;
    g.accepted = accepted;
    item.updated_ms = now;
    AC_TRY(err, seal(a, &g, &item, arena, err));
    ac_change changes[] = { { .kind = AC_CHANGE_ITEM_REPLACE, .item = item },
                            ac_audit_of(by, now, AC_AUDIT_REVIEW, AC_WHAT_PATIENT, id, g.patient, AC_OK) };
    changes[1].audit.detail = accepted;
    return ac_store_commit(a->o.store, &(ac_commit) { .changes = changes, .n = 2, .now_ms = now }, NULL, err);
}
