#include "app/corrections.h"

#include "app/service_parts.h"

static const ac_sv FIELD = { "correction", 10 };

static ac_rc find(ac_service *s, const ac_stored *document, ac_arena *arena, ac_stored *out, ac_err *err)
{
    const ac_lookup lookup =
        ac_vault_lookup(s->o.vault, document->tenant, FIELD, (ac_sv) { (const char *)document->id.b, AC_ID_BYTES });
    ac_rc rc = ac_store_find(s->o.store, AC_ITEM_CORRECTION, document->tenant, &lookup, arena, out, err);
    if (rc == AC_ENOTFOUND)
        *out = (ac_stored) { .kind = AC_ITEM_CORRECTION, .lookup = lookup };
    return rc == AC_ENOTFOUND ? AC_OK : rc;
}

/* The actor, a line feed, and what was said. */
static ac_rc seal(ac_service *s, const ac_principal *who, ac_sv text, ac_stored *item, ac_arena *arena, ac_err *err)
{
    char actor[AC_ID_TEXT];
    AC_AUTO(ac_sb) plain = AC_SB(AC_CORRECTION_MAX + AC_ID_TEXT + 1);
    ac_id_format(who->actor, actor);
    ac_sb_add(&plain, (ac_sv) { actor, AC_ID_TEXT });
    ac_sb_add_char(&plain, '\n');
    ac_sb_add(&plain, text);
    ac_rc rc = ac_sb_done(&plain, err);
    if (rc == AC_OK)
        rc = ac_vault_seal(s->o.vault, item->key, item->id, FIELD, ac_sb_view(&plain), arena, &item->sealed, err);
    if (plain.p)
        ac_crypto_wipe(s->o.crypto, plain.p, plain.n);
    return rc;
}

ac_rc ac_correction_put(ac_service *s, const ac_principal *who, ac_document_id document, ac_sv text, ac_err *err)
{
    ac_stored row, item;
    const int64_t now = ac_clock_now_ms(s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)4 * AC_CORRECTION_MAX);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (text.n > AC_CORRECTION_MAX || !ac_utf8_is(text))
        return ac_fail(err, text.n > AC_CORRECTION_MAX ? AC_ELIMIT : AC_EINPUT, "at most %d bytes of UTF-8",
                       AC_CORRECTION_MAX);
    AC_TRY(err, ac_document_row(s, who, document, arena, &row, err));
    AC_TRY(err, find(s, &row, arena, &item, err));
    const bool fresh = !item.version;
    if (fresh)
        item.id = ac_vault_id(s->o.vault, err);
    if (ac_id_none(item.id))
        return AC_EIO;
    item.tenant = row.tenant;
    item.owner = row.owner;
    item.key = row.key;
    item.updated_ms = now;
    AC_TRY(err, seal(s, who, text, &item, arena, err));
    AC_TRY(err, ac_to_do(s, who, err));
    const ac_change changes[] = {
        { .kind = AC_CHANGE_ITEM_NEED, .item = { .kind = AC_ITEM_DOCUMENT, .id = row.id } },
        { .kind = fresh ? AC_CHANGE_ITEM_PUT : AC_CHANGE_ITEM_REPLACE, .item = item },
        ac_audit_of(who, now, AC_AUDIT_UPDATE, AC_WHAT_RESULT, row.id, (ac_patient_id) { row.owner }, AC_OK),
    };
    return ac_store_commit(s->o.store, &(ac_commit) { .changes = changes, .n = 3, .now_ms = now }, NULL, err);
}

ac_rc ac_correction_get(ac_service *s, const ac_principal *who, ac_document_id document, ac_arena *arena,
                        ac_correction *out, ac_err *err)
{
    ac_stored row, item;
    ac_sv actor;
    *out = (ac_correction) { .text = AC_SV("") };
    AC_TRY(err, ac_document_row(s, who, document, arena, &row, err));
    AC_TRY(err, find(s, &row, arena, &item, err));
    if (!item.version)
        return AC_OK;
    AC_TRY(err, ac_audit_write(s->o.access, who, AC_AUDIT_READ, AC_WHAT_RESULT, row.id, (ac_patient_id) { row.owner },
                               AC_OK, 0, err));
    AC_TRY(err, ac_vault_unseal(s->o.vault, item.key, item.id, FIELD, item.sealed,
                                (size_t)AC_CORRECTION_MAX + AC_ID_TEXT + 1, arena, &out->text, err));
    out->at_ms = item.updated_ms;
    return ac_sv_split(&out->text, '\n', &actor) && ac_id_parse(actor, &out->actor)
               ? AC_OK
               : ac_fail(err, AC_EIO, "a correction that cannot be read");
}

ac_rc ac_correction_gone(ac_service *s, const ac_stored *document, ac_arena *arena, ac_change *out, bool *found,
                         ac_err *err)
{
    ac_stored item;
    AC_TRY(err, find(s, document, arena, &item, err));
    *found = item.version > 0;
    *out = (ac_change) { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_CORRECTION, .id = item.id } };
    return AC_OK;
}
