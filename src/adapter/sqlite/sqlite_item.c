#include "adapter/sqlite/sqlite_room.h"

static void put_lookup(sq_query *q, const ac_lookup *l)
{
    static const ac_lookup none;
    if (memcmp(l, &none, sizeof none) == 0)
        sq_skip(q);
    else
        sq_put_bytes(q, l->b, sizeof l->b);
}

/* ---- keys lie elsewhere: see sqlite_schema.c
 * ---------------------------------------------------------------------------
 */

enum { SLOT = AC_STORED_KEY_MAX + 1 }; /* the length, the bytes, zeros */

static ac_rc fill_slot(ac_sv sealed, unsigned char bytes[SLOT], ac_err *err)
{
    if (sealed.n > AC_STORED_KEY_MAX)
        return ac_fail(err, AC_ELIMIT, "a key has at most %d bytes, this one %zu", AC_STORED_KEY_MAX, sealed.n);
    memset(bytes, 0, SLOT);
    bytes[0] = (unsigned char)sealed.n;
    if (sealed.n)
        memcpy(bytes + 1, sealed.p, sealed.n);
    return AC_OK;
}

static ac_rc slot_set(sq_store *s, int64_t slot, const unsigned char bytes[SLOT], ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_SLOT_SET);
    sq_put_bytes(&q, bytes, SLOT);
    sq_put(&q, slot);
    return sq_run(&q, NULL, err);
}

static ac_rc slot_new(sq_store *s, const unsigned char bytes[SLOT], int64_t *slot, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_SLOT_NEW);
    sq_put_bytes(&q, bytes, SLOT);
    AC_TRY(err, sq_one(&q, err));
    *slot = sq_get(&q);
    return sq_run(&q, NULL, err);
}

static ac_rc slot_take(sq_store *s, ac_sv sealed, int64_t *slot, ac_err *err)
{
    unsigned char bytes[SLOT];
    bool row = false;
    AC_TRY(err, fill_slot(sealed, bytes, err));
    {
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_SLOT_FREE);
        AC_TRY(err, sq_next(&q, &row, err));
        if (row)
            *slot = sq_get(&q);
    }
    return row ? slot_set(s, *slot, bytes, err) : slot_new(s, bytes, slot, err);
}

/* ---- changes
 * ------------------------------------------------------------------------------------------------------------
 */

ac_rc sq_item_need(sq_store *s, const ac_stored *item, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_IS);
    sq_put(&q, item->kind);
    sq_put_id(&q, item->id);
    return sq_one(&q, err);
}

ac_rc sq_item_idle(sq_store *s, const ac_stored *item, ac_err *err)
{
    bool busy = false;
    if (item->kind != AC_ITEM_DOCUMENT && item->kind != AC_ITEM_PATIENT)
        return ac_fail(err, AC_EINPUT, "jobs are of documents and of patients");
    AC_AUTO(sq_query)
    q = sq_query_of(&s->writer, item->kind == AC_ITEM_DOCUMENT ? SQ_DOCUMENT_BUSY : SQ_PATIENT_BUSY);
    sq_put_id(&q, item->id);
    AC_TRY(err, sq_next(&q, &busy, err));
    return busy ? ac_fail(err, AC_ECONFLICT, "a job of it has not ended") : AC_OK;
}

/* A key that is sealed with one that has just gone would open nothing. */
static ac_rc parent_is_there(sq_store *s, ac_id parent, ac_err *err)
{
    if (ac_id_none(parent))
        return AC_OK;
    const ac_rc rc = sq_item_need(s, &(ac_stored) { .kind = AC_ITEM_KEY, .id = parent }, err);
    return rc == AC_ENOTFOUND ? ac_fail(err, AC_ECONFLICT, "the key that seals it is gone") : rc;
}

/* Nobody could open what it seals. */
static ac_rc key_is_unused(sq_store *s, ac_id id, ac_err *err)
{
    bool used = false;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_KEY_USED);
    sq_put_id(&q, id);
    AC_TRY(err, sq_next(&q, &used, err));
    return used ? ac_fail(err, AC_ECONFLICT, "something is sealed with this key") : AC_OK;
}

ac_rc sq_item_put(sq_store *s, const ac_stored *item, int64_t now_ms, ac_err *err)
{
    const int64_t created = item->created_ms ? item->created_ms : now_ms;
    const bool key = item->kind == AC_ITEM_KEY;
    int64_t slot = 0;
    if (key) {
        AC_TRY(err, parent_is_there(s, item->owner, err));
        AC_TRY(err, slot_take(s, item->sealed, &slot, err));
    }
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_PUT);
    sq_put(&q, item->kind);
    sq_put_id(&q, item->id);
    sq_put_tenant(&q, item->tenant);
    sq_put_id(&q, item->owner);
    put_lookup(&q, &item->lookup);
    sq_put_id(&q, item->key);
    sq_put(&q, 1);
    sq_put(&q, created);
    sq_put(&q, item->updated_ms ? item->updated_ms : created);
    sq_put(&q, item->delete_ms);
    if (key)
        sq_put(&q, slot);
    else
        sq_skip(&q);
    sq_put_bytes(&q, item->sealed.p, key ? 0 : item->sealed.n);
    return sq_run(&q, NULL, err);
}

static ac_rc absent_or_changed(sq_store *s, const ac_stored *item, ac_err *err)
{
    bool row = false;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_IS);
    sq_put(&q, item->kind);
    sq_put_id(&q, item->id);
    AC_TRY(err, sq_next(&q, &row, err));
    return row ? ac_fail(err, AC_ECONFLICT, "it has been changed since version %llu", (unsigned long long)item->version)
               : ac_fail(err, AC_ENOTFOUND, "not found");
}

/* What lay in a slot must not stay in the log, either. */
static ac_rc replace_key(sq_store *s, int64_t slot, ac_sv sealed, ac_err *err)
{
    unsigned char bytes[SLOT];
    AC_TRY(err, fill_slot(sealed, bytes, err));
    s->scrub = true;
    return slot_set(s, slot, bytes, err);
}

ac_rc sq_item_replace(sq_store *s, const ac_stored *item, int64_t now_ms, ac_err *err)
{
    const bool key = item->kind == AC_ITEM_KEY;
    bool row = false;
    int64_t slot = 0;
    {
        AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_REPLACE);
        sq_put_id(&q, item->owner);
        put_lookup(&q, &item->lookup);
        sq_put_id(&q, item->key);
        sq_put(&q, now_ms);
        sq_put(&q, item->delete_ms);
        sq_put_bytes(&q, item->sealed.p, key ? 0 : item->sealed.n);
        sq_put(&q, item->kind);
        sq_put_id(&q, item->id);
        sq_put_u64(&q, item->version);
        AC_TRY(err, sq_next(&q, &row, err));
        if (!row)
            return absent_or_changed(s, item, err);
        slot = sq_get(&q);
        AC_TRY(err, sq_run(&q, NULL, err));
    }
    return key ? replace_key(s, slot, item->sealed, err) : AC_OK;
}

ac_rc sq_not_held(sq_store *s, ac_id patient, ac_err *err)
{
    bool held = false;
    if (ac_id_none(patient))
        return AC_OK;
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_HELD);
    sq_put_id(&q, patient);
    AC_TRY(err, sq_next(&q, &held, err));
    return held ? ac_fail(err, AC_ECONFLICT, "the patient is on hold: nothing of it is removed") : AC_OK;
}

static ac_rc owner_of(sq_store *s, const ac_stored *item, ac_id *out, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_OWNER);
    sq_put(&q, item->kind);
    sq_put_id(&q, item->id);
    AC_TRY(err, sq_one(&q, err));
    *out = sq_get_id(&q);
    return AC_OK;
}

ac_rc sq_item_delete(sq_store *s, const ac_stored *item, ac_err *err)
{
    size_t changed = 0;
    ac_id owner = { { 0 } };
    if (item->kind == AC_ITEM_KEY)
        AC_TRY(err, key_is_unused(s, item->id, err));
    else
        AC_TRY(err, owner_of(s, item, &owner, err));
    AC_TRY(err, sq_not_held(s, owner, err));
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM_DELETE);
    sq_put(&q, item->kind);
    sq_put_id(&q, item->id);
    AC_TRY(err, sq_run(&q, &changed, err));
    s->scrub |= item->kind == AC_ITEM_KEY;
    return changed ? AC_OK : ac_fail(err, AC_ENOTFOUND, "not found");
}

/* ---- a patient goes
 * ---------------------------------------------------------------------------------------------------
 */

static ac_rc shred_jobs(sq_store *s, ac_id patient, ac_err *err)
{
    for (;;) {
        sq_job job;
        bool row = false;
        {
            AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_SHRED_JOBS);
            sq_put_id(&q, patient);
            AC_TRY(err, sq_next(&q, &row, err));
            if (!row)
                return AC_OK;
            AC_TRY(err, sq_job_read(&q, &job, err));
        }
        AC_TRY(err, sq_job_forget(s, &job, err));
    }
}

static ac_rc key_of(sq_store *s, ac_id patient, ac_id *key, ac_err *err)
{
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_ITEM);
    sq_put(&q, AC_ITEM_PATIENT);
    sq_put_id(&q, patient);
    AC_TRY(err, sq_one(&q, err));
    q.column = 5; /* of SQ_ITEM_COLUMNS */
    *key = sq_get_id(&q);
    return AC_OK;
}

ac_rc sq_shred(sq_store *s, const ac_stored *item, ac_err *err)
{
    ac_id key;
    if (item->kind != AC_ITEM_PATIENT || ac_id_none(item->id))
        return ac_fail(err, AC_EINPUT, "only a patient can be shredded");
    AC_TRY(err, key_of(s, item->id, &key, err));
    AC_TRY(err, sq_not_held(s, item->id, err));
    AC_TRY(err, shred_jobs(s, item->id, err));
    AC_AUTO(sq_query) owned = sq_query_of(&s->writer, SQ_SHRED_ITEMS);
    sq_put_id(&owned, item->id);
    AC_TRY(err, sq_run(&owned, NULL, err));
    AC_TRY(err, sq_item_delete(s, item, err));
    AC_AUTO(sq_query) own = sq_query_of(&s->writer, SQ_SHRED_KEY);
    sq_put(&own, AC_ITEM_KEY);
    sq_put_id(&own, key);
    AC_TRY(err, sq_run(&own, NULL, err));
    s->scrub = true;
    return AC_OK;
}

/* ---- reading
 * ----------------------------------------------------------------------------------------------------------
 */

static ac_rc item_of(sq_query *q, ac_arena *a, ac_stored *out, ac_err *err)
{
    ac_stored item = { .kind = (ac_item_kind)sq_get(q), .id = sq_get_id(q) };
    item.tenant.v = sq_get_id(q);
    item.owner = sq_get_id(q);
    sq_get_bytes(q, item.lookup.b, sizeof item.lookup.b);
    item.key = sq_get_id(q);
    item.version = sq_get_u64(q);
    item.created_ms = sq_get(q);
    item.updated_ms = sq_get(q);
    item.delete_ms = sq_get(q);
    const bool in_slot = !sq_get_null(q);
    AC_TRY(err, sq_get_copy(q, a, &item.sealed, err));
    if (in_slot && item.sealed.n == SLOT)
        item.sealed = ac_sv_sub(item.sealed, 1, 1 + (size_t)(unsigned char)item.sealed.p[0]);
    *out = item;
    return AC_OK;
}

ac_rc sq_op_item(ac_store *store, ac_item_kind kind, ac_id id, ac_arena *a, ac_stored *out, ac_err *err)
{
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_AUTO(sq_query) q = sq_query_of(r.c, SQ_ITEM);
    sq_put(&q, kind);
    sq_put_id(&q, id);
    AC_TRY(err, sq_one(&q, err));
    return item_of(&q, a, out, err);
}

ac_rc sq_op_find(ac_store *store, ac_item_kind kind, ac_tenant_id tenant, const ac_lookup *lookup, ac_arena *a,
                 ac_stored *out, ac_err *err)
{
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_AUTO(sq_query) q = sq_query_of(r.c, SQ_ITEM_FIND);
    sq_put(&q, kind);
    sq_put_tenant(&q, tenant);
    put_lookup(&q, lookup);
    AC_TRY(err, sq_one(&q, err));
    return item_of(&q, a, out, err);
}

/* Above every id. */
static const ac_id last = { { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 } };

static sq_query page_of(sq_conn *c, const ac_item_query *question)
{
    const ac_id before = ac_id_none(question->before) ? last : question->before;
    const bool owned = !ac_id_none(question->owner), of_tenant = !ac_id_none(question->tenant.v);
    sq_query q = sq_query_of(c, owned ? SQ_ITEMS_OWNER : of_tenant ? SQ_ITEMS_TENANT : SQ_ITEMS);
    if (owned || of_tenant)
        sq_put_id(&q, owned ? question->owner : question->tenant.v);
    sq_put(&q, question->kind);
    sq_put_id(&q, before);
    if (owned)
        sq_put_id(&q, question->tenant.v);
    sq_put_u64(&q, question->max);
    return q;
}

ac_rc sq_op_items(ac_store *store, const ac_item_query *question, ac_arena *a, ac_stored_list *out, ac_err *err)
{
    ac_stored_list found = { 0 };
    bool row = false;
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_AUTO(sq_query) q = page_of(r.c, question);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        ac_stored *item = ac_vec_push(&found, a);
        if (!item)
            return ac_fail(err, AC_ENOMEM, "no room for what was read");
        AC_TRY(err, item_of(&q, a, item, err));
        AC_TRY(err, sq_next(&q, &row, err));
    }
    *out = found;
    return AC_OK;
}
