#include "app/documents.h"

#include "app/corrections.h"
#include "app/repeat.h"
#include "app/service_parts.h"

enum { DEPTH = 3, TYPE_MAX = 128, ORPHAN_MS = 24 * 3600 * 1000 };

static const ac_sv FIELD = { "document", 8 };

struct ac_upload {
    ac_service *s;
    ac_principal who;
    ac_stored row; /* sealed is filled at the end */
    ac_sb name, type;
    uint64_t bytes, max_bytes;
    bool once;
    unsigned char *digest;            /* the caller's; may be NULL */
    unsigned char chain[AC_MAC_SIZE]; /* of all that was uploaded */
    ac_pieces_out *pieces;
};

/* ---- upload ---- */

void ac_upload_abandon(ac_upload *u)
{
    if (!u)
        return;
    ac_pieces_free(u->pieces);
    ac_sb_cleanup(&u->name);
    ac_sb_cleanup(&u->type);
    ac_mem_free(u);
}

static ac_rc find_owner(ac_service *s, const ac_principal *who, const ac_upload_options *opt, ac_arena *arena,
                        ac_stored *row, ac_err *err)
{
    ac_stored patient;
    ac_patient_id id = opt->patient;
    bool fresh;
    if (opt->reference.n && ac_id_none(id.v))
        AC_TRY(err, ac_patient_ensure(s, who, opt->reference, arena, &id, &fresh, err));
    if (ac_id_none(id.v)) {
        AC_TRY(err, ac_access_patient(s->o.access, who, id, err));
        return ac_access_tenant_key(s->o.access, who->tenant, &row->key, err);
    }
    AC_TRY(err, ac_patient_row(s, who, id, arena, &patient, err));
    row->owner = id.v;
    row->key = patient.key;
    return AC_OK;
}

ac_rc ac_upload_begin(ac_service *s, const ac_principal *who, const ac_upload_options *opt, ac_upload **out,
                      ac_err *err)
{
    if (opt->name.n > AC_NAME_MAX || !ac_utf8_is(opt->name) || opt->type.n > TYPE_MAX || !ac_utf8_is(opt->type))
        return ac_fail(err, AC_EINPUT, "a name has at most %d bytes of UTF-8, a type %d", AC_NAME_MAX, TYPE_MAX);
    AC_AUTO_PTR(ac_upload) u = ac_mem_alloc(sizeof *u);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    if (!u || !arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *u = (ac_upload) { .s = s,
                       .who = *who,
                       .name = AC_SB(AC_NAME_MAX),
                       .type = AC_SB(TYPE_MAX),
                       .max_bytes = opt->max_bytes ? opt->max_bytes : UINT64_MAX,
                       .once = opt->once && who->repeat && who->repeat->key.n,
                       .digest = opt->digest };
    u->row = (ac_stored) { .kind = AC_ITEM_DOCUMENT, .id = ac_vault_id(s->o.vault, err), .tenant = who->tenant };
    if (ac_id_none(u->row.id))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_sb_add(&u->name, opt->name);
    ac_sb_add(&u->type, opt->type);
    AC_TRY(err, find_owner(s, who, opt, arena, &u->row, err));
    AC_TRY(err,
           ac_pieces_begin(s, u->row.key, u->row.id, false, u->once || u->digest ? u->chain : NULL, &u->pieces, err));
    *out = AC_MOVE(&u);
    return AC_OK;
}

ac_rc ac_upload_add(ac_upload *u, ac_sv bytes, ac_err *err)
{
    if (bytes.n > u->max_bytes - u->bytes)
        return ac_fail(err, AC_ELIMIT, "the document is larger than %llu bytes", (unsigned long long)u->max_bytes);
    AC_TRY(err, ac_in_time(u->s, &u->who, err));
    u->bytes += bytes.n;
    return ac_pieces_add(u->pieces, bytes, err);
}

static ac_rc seal_row(ac_upload *u, ac_arena *arena, ac_err *err)
{
    AC_AUTO(ac_sb) json = AC_SB(AC_SEALED_JSON_MAX);
    ac_jw w = ac_jw_to(&json, 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "name", ac_sb_view(&u->name));
    ac_jw_kstring(&w, "type", ac_sb_view(&u->type));
    ac_jw_ku64(&w, "bytes", u->bytes);
    ac_jw_end_object(&w);
    AC_TRY(err, ac_sb_done(&json, err));
    return ac_vault_seal(u->s->o.vault, u->row.key, u->row.id, FIELD, ac_sb_view(&json), arena, &u->row.sealed, err);
}

/* What the same request has to have the same. */
static ac_rc once_of(ac_upload *u, ac_once *out, ac_err *err)
{
    AC_AUTO(ac_sb) all = AC_SB(sizeof u->chain + AC_ID_BYTES + AC_NAME_MAX);
    *out = (ac_once) { .forget_ms = 0 };
    if (!u->once)
        return AC_OK;
    ac_sb_add(&all, (ac_sv) { (const char *)u->chain, sizeof u->chain });
    ac_sb_add(&all, (ac_sv) { (const char *)u->row.owner.b, AC_ID_BYTES });
    ac_sb_add(&all, ac_sb_view(&u->name));
    AC_TRY(err, ac_sb_done(&all, err));
    return ac_repeat_of(u->s->o.access, u->who.tenant, u->who.repeat->key, ac_sb_view(&all), out, err);
}

/* Its row; what was uploaded before stays as it is, and this one goes. */
static ac_rc keep(ac_upload *u, const ac_once *once, int64_t now, ac_err *err)
{
    const ac_change changes[] = { { .kind = AC_CHANGE_ITEM_PUT, .item = u->row },
                                  ac_audit_of(&u->who, now, AC_AUDIT_CREATE, AC_WHAT_DOCUMENT, u->row.id,
                                              (ac_patient_id) { u->row.owner }, AC_OK),
                                  { .kind = AC_CHANGE_ITEM_NEED, /* he may have been deleted while it came */
                                    .item = { .kind = AC_ITEM_PATIENT, .id = u->row.owner } } };
    const size_t n = sizeof changes / sizeof *changes - ac_id_none(u->row.owner);
    const ac_id blob = u->row.id;
    ac_rc rc = ac_repeat_commit(u->s->o.access, &u->who, &(ac_commit) { .changes = changes, .n = n, .now_ms = now },
                                once, &u->row.id, err);
    if (rc != AC_OK || !ac_id_eq(blob, u->row.id))
        (void)!ac_blobs_remove(u->s->o.blobs, blob, NULL);
    return rc;
}

static ac_rc finish(ac_upload *u, ac_document_id *out, ac_err *err)
{
    ac_once once;
    const int64_t now = ac_clock_now_ms(u->s->o.clock);
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 18);
    if (!u->bytes || !arena)
        return ac_fail(err, arena ? AC_EINPUT : AC_ENOMEM, arena ? "there is nothing in it" : "out of memory");
    AC_TRY(err, ac_pieces_last(u->pieces, err));
    AC_TRY(err, seal_row(u, arena, err));
    AC_TRY(err, ac_to_do(u->s, &u->who, err));
    AC_TRY(err, ac_pieces_end(u->pieces, err));
    AC_TRY(err, once_of(u, &once, err));
    u->row.created_ms = u->row.updated_ms = now;
    AC_TRY(err, keep(u, &once, now, err));
    out->v = u->row.id;
    if (u->digest)
        memcpy(u->digest, u->chain, sizeof u->chain);
    return AC_OK;
}

ac_rc ac_upload_end(ac_upload *u, ac_document_id *out, ac_err *err)
{
    ac_rc rc = finish(u, out, err);
    ac_upload_abandon(u);
    return rc;
}

/* ---- reading ---- */

ac_rc ac_document_bytes(ac_service *s, ac_id key, ac_id id, ac_sb *out, ac_err *err)
{
    AC_AUTO_PTR(ac_pieces_in) pieces = NULL;
    bool last = false;
    AC_TRY(err, ac_pieces_open(s, key, id, &pieces, err));
    while (!last)
        AC_TRY(err, ac_pieces_next(pieces, out, &last, err));
    return AC_OK;
}

ac_rc ac_document_row(ac_service *s, const ac_principal *who, ac_document_id id, ac_arena *arena, ac_stored *out,
                      ac_err *err)
{
    AC_TRY(err, ac_store_item(s->o.store, AC_ITEM_DOCUMENT, id.v, arena, out, err));
    if (!ac_id_eq(out->tenant.v, who->tenant.v))
        return ac_fail(err, AC_ENOTFOUND, "no such document");
    return ac_access_patient(s->o.access, who, (ac_patient_id) { out->owner }, err);
}

static ac_rc info_of(ac_service *s, const ac_stored *row, ac_arena *arena, ac_document_info *out, ac_err *err)
{
    ac_sv text;
    ac_json *j;
    AC_TRY(err,
           ac_vault_unseal(s->o.vault, row->key, row->id, FIELD, row->sealed, AC_SEALED_JSON_MAX, arena, &text, err));
    AC_TRY(err, ac_json_parse(text, DEPTH, arena, &j, err));
    *out = (ac_document_info) { .id.v = row->id,
                                .patient.v = row->owner,
                                .name = ac_json_text(j, "name"),
                                .type = ac_json_text(j, "type"),
                                .bytes = (uint64_t)ac_json_i64(j, "bytes", 0),
                                .created_ms = row->created_ms };
    return AC_OK;
}

static ac_rc note(ac_service *s, const ac_principal *who, ac_audit_action action, ac_id document, ac_id patient,
                  ac_err *err)
{
    return ac_audit_write(s->o.access, who, action, AC_WHAT_DOCUMENT, document, (ac_patient_id) { patient }, AC_OK, 0,
                          err);
}

ac_rc ac_documents_get(ac_service *s, const ac_principal *who, ac_document_id id, ac_arena *arena,
                       ac_document_info *out, ac_err *err)
{
    ac_stored row;
    AC_TRY(err, ac_document_row(s, who, id, arena, &row, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, id.v, row.owner, err));
    return info_of(s, &row, arena, out, err);
}

ac_rc ac_documents_list(ac_service *s, const ac_principal *who, ac_patient_id patient, ac_id before, size_t max,
                        ac_arena *arena, ac_document_infos *out, ac_err *err)
{
    ac_stored_list rows = { 0 };
    const ac_item_query q = {
        .kind = AC_ITEM_DOCUMENT, .tenant = who->tenant, .owner = patient.v, .before = before, .max = max
    };
    AC_TRY(err, ac_access_patient(s->o.access, who, patient, err));
    AC_TRY(err, ac_store_items(s->o.store, &q, arena, &rows, err));
    AC_TRY(err, note(s, who, AC_AUDIT_READ, (ac_id) { { 0 } }, patient.v, err));
    for (size_t i = 0; i < rows.n; i++) {
        ac_document_info *d = ac_vec_push(out, arena);
        if (!d)
            return ac_fail(err, AC_ELIMIT, "no room for the list");
        AC_TRY(err, info_of(s, &rows.at[i], arena, d, err));
    }
    return AC_OK;
}

ac_rc ac_documents_open(ac_service *s, const ac_principal *who, ac_document_id id, ac_pieces_in **out, uint64_t *bytes,
                        ac_err *err)
{
    ac_stored row;
    ac_document_info info;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 18);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_document_row(s, who, id, arena, &row, err));
    AC_TRY(err, info_of(s, &row, arena, &info, err));
    AC_TRY(err, note(s, who, AC_AUDIT_EXPORT, id.v, row.owner, err));
    *bytes = info.bytes;
    return ac_pieces_open(s, row.key, id.v, out, err);
}

ac_rc ac_document_forget(ac_service *s, const ac_principal *who, const ac_stored *row, bool idle, ac_arena *arena,
                         ac_err *err)
{
    const int64_t now = ac_clock_now_ms(s->o.clock);
    bool corrected;
    size_t n = 2;
    ac_change changes[4] = { { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_DOCUMENT, .id = row->id } },
                             ac_audit_of(who, now, AC_AUDIT_DELETE, AC_WHAT_DOCUMENT, row->id,
                                         (ac_patient_id) { row->owner }, AC_OK) };
    AC_TRY(err, ac_correction_gone(s, row, arena, &changes[n], &corrected, err));
    n += corrected;
    if (idle)
        changes[n++] = (ac_change) { .kind = AC_CHANGE_ITEM_IDLE, .item = { .kind = AC_ITEM_DOCUMENT, .id = row->id } };
    const ac_commit commit = { .changes = changes, .n = n, .now_ms = now };
    AC_TRY(err, ac_store_commit(s->o.store, &commit, NULL, err));
    return ac_blobs_remove(s->o.blobs, row->id, err);
}

ac_rc ac_documents_remove(ac_service *s, const ac_principal *who, ac_document_id id, ac_err *err)
{
    ac_stored row;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)2 * AC_CORRECTION_MAX);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_document_row(s, who, id, arena, &row, err));
    return ac_document_forget(s, who, &row, false, arena, err);
}

/* ---- orphans ---- */

typedef struct {
    ac_service *s;
    ac_arena *arena;
    int64_t now;
    size_t n;
} sweep;

/* One that is being uploaded right now has no row yet. Nobody has gone on with one from before the server began: it was
 * killed between the row and the blob. A result's blob has the id of its job. */
static void look_at(void *context, ac_id id)
{
    sweep *w = context;
    ac_stored row;
    ac_job job;
    if (ac_id_ms(id) >= w->s->began_ms && w->now - ac_id_ms(id) < ORPHAN_MS)
        return;
    if (ac_store_item(w->s->o.store, AC_ITEM_DOCUMENT, id, w->arena, &row, NULL) == AC_ENOTFOUND &&
        ac_store_job(w->s->o.store, (ac_job_id) { id }, false, w->arena, &job, NULL) == AC_ENOTFOUND)
        w->n += ac_blobs_remove(w->s->o.blobs, id, NULL) == AC_OK;
    ac_arena_reset(w->arena);
}

ac_rc ac_documents_sweep(ac_service *s, size_t *n, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 17);
    sweep w = { s, arena, ac_clock_now_ms(s->o.clock), 0 };
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_blobs_each(s->o.blobs, look_at, &w, err));
    *n = w.n;
    return AC_OK;
}
