#include "app/audit_head.h"

enum { ROOM = 1 << 14 };

ac_rc ac_audit_head_sign(ac_store *store, ac_vault *vault, int64_t now_ms, ac_audit_head *out, ac_err *err)
{
    char text[AC_HEAD_TEXT];
    ac_audit_records last = { 0 };
    ac_audit_head h = { .at_ms = now_ms };
    ac_sign_public key;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_store_audit(store, &(ac_audit_query) { .last = true, .max = 1 }, arena, &last, err));
    if (last.n) {
        h.number = last.at[0].number;
        memcpy(h.mac, last.at[0].mac, sizeof h.mac);
    }
    AC_TRY(err, ac_vault_sign_public(vault, &key, err));
    memcpy(h.key, key.b, sizeof h.key);
    AC_TRY(err, ac_vault_sign(vault, ac_audit_head_text(&h, text), h.signature, err));
    *out = h;
    return AC_OK;
}

bool ac_audit_head_is_of(ac_vault *vault, const ac_audit_head *h, const ac_sign_public *key)
{
    char text[AC_HEAD_TEXT];
    return memcmp(h->key, key->b, sizeof h->key) == 0 &&
           ac_vault_signed(vault, key, ac_audit_head_text(h, text), h->signature);
}

ac_rc ac_audit_head_check(ac_store *store, const ac_audit_head *h, ac_err *err)
{
    ac_audit_records found = { 0 };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ROOM);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    if (!h->number)
        return AC_OK;
    AC_TRY(err, ac_store_audit(store, &(ac_audit_query) { .after = h->number - 1, .max = 1 }, arena, &found, err));
    if (!found.n)
        return ac_fail(
            err, AC_ECONFLICT,
            "the log ends before record %llu, whose head was shipped: it was cut off, or an older one is in its place",
            (unsigned long long)h->number);
    if (found.at[0].number != h->number || memcmp(found.at[0].mac, h->mac, sizeof h->mac) != 0)
        return ac_fail(
            err, AC_ECONFLICT,
            "record %llu is not the one whose head was shipped: this is another log from there on, or before",
            (unsigned long long)h->number);
    return AC_OK;
}
