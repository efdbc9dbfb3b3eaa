/* GET /v1/audit/head: of the log as a whole, not of a tenant's part of it. */
#include "api/api_parts.h"
#include "api/audit_json.h"
#include "app/audit_head.h"

static const ac_field head_fields[] = {
    { "schema", AC_FIELD_WORD, true, 0, 0, "aceso/audit-head/1", NULL, "" },
    { "number", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "of the last record" },
    { "at_ms", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "when it was signed, milliseconds since 1970" },
    { "mac", AC_FIELD_TEXT, true, 64, 64, NULL, NULL, "of that record" },
    { "key", AC_FIELD_TEXT, true, 64, 64, NULL, NULL, "public key of the installation, Ed25519" },
    { "signature", AC_FIELD_TEXT, true, 128, 128, NULL, NULL, "over schema, number, at_ms and mac, a line each" },
    { 0 },
};
const ac_schema ac_schema_audit_head = { "AuditHead", head_fields };

ac_rc ac_get_audit_head(ac_call *c, ac_err *err)
{
    ac_audit_head head;
    AC_TRY(err, ac_audit_head_sign(c->api->o.store, c->api->o.vault, c->now_ms, &head, err));
    ac_jw w = ac_call_json(c, 0);
    ac_jw_audit_head(&w, &head);
    return AC_OK;
}
