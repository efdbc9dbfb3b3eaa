#include "adapter/sqlite/sqlite_room.h"

ac_rc sq_audit_append(sq_store *s, const ac_audit_record *record, int64_t now_ms, ac_err *err)
{
    unsigned char bytes[AC_AUDIT_BYTES];
    ac_audit_record r = *record;
    r.number = s->head.audit_number + 1;
    r.at_ms = r.at_ms ? r.at_ms : now_ms;
    ac_audit_seal(&s->opt.chain, s->head.audit_mac, &r);
    ac_audit_encode(&r, bytes);
    AC_AUTO(sq_query) q = sq_query_of(&s->writer, SQ_AUDIT_PUT);
    sq_put_u64(&q, r.number);
    sq_put_id(&q, r.tenant.v);
    sq_put_id(&q, r.patient.v);
    sq_put_bytes(&q, bytes, sizeof bytes);
    sq_put_bytes(&q, r.mac, sizeof r.mac);
    AC_TRY(err, sq_run(&q, NULL, err));
    s->head.audit_number = r.number;
    memcpy(s->head.audit_mac, r.mac, sizeof r.mac);
    return AC_OK;
}

static ac_rc record_of(sq_query *q, ac_audit_record *out, ac_err *err)
{
    unsigned char bytes[AC_AUDIT_BYTES];
    sq_get_bytes(q, bytes, sizeof bytes);
    if (!ac_audit_decode(bytes, out))
        return ac_fail(err, AC_EIO, "a record of the audit log is damaged");
    sq_get_bytes(q, out->mac, sizeof out->mac);
    return AC_OK;
}

static sq_query audit_query(sq_conn *c, const ac_audit_query *question)
{
    const bool of_patient = !ac_id_none(question->patient.v), of_tenant = !ac_id_none(question->tenant.v);
    if (question->last)
        return sq_query_of(c, SQ_AUDIT_NEWEST);
    sq_query q = sq_query_of(c, of_patient         ? SQ_AUDIT_PATIENT
                                : !of_tenant       ? SQ_AUDIT
                                : question->server ? SQ_AUDIT_HOST
                                                   : SQ_AUDIT_TENANT);
    sq_put_id(&q, of_patient ? question->patient.v : question->tenant.v);
    sq_put_u64(&q, question->after);
    sq_put_id(&q, question->tenant.v);
    sq_put_u64(&q, question->max);
    return q;
}

ac_rc sq_op_audit(ac_store *store, const ac_audit_query *question, ac_arena *a, ac_audit_records *out, ac_err *err)
{
    ac_audit_records found = { 0 };
    bool row = false;
    AC_AUTO(sq_reader) r = sq_reader_of(store);
    AC_AUTO(sq_query) q = audit_query(r.c, question);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        ac_audit_record *record = ac_vec_push(&found, a);
        if (!record)
            return ac_fail(err, AC_ENOMEM, "no room for what was read");
        AC_TRY(err, record_of(&q, record, err));
        AC_TRY(err, sq_next(&q, &row, err));
    }
    *out = found;
    return AC_OK;
}
