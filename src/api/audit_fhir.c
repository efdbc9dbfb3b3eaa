/* The audit log as FHIR R4 AuditEvents (http://hl7.org/fhir/R4/auditevent.html), in the terms of DICOM PS3.15 A.5 and
 * of IHE's Basic Audit Log Patterns: who, what, whose data. Number and MAC of each record come along, so that an
 * archive can be held against the log. */
#include "api/api_parts.h"
#include "api/audit_json.h"

#include "base/hex.h"

#include <stdio.h>

#define REST "http://terminology.hl7.org/CodeSystem/audit-event-type"
#define DCM  "http://dicom.nema.org/resources/ontology/DCM"
#define OP   "http://hl7.org/fhir/restful-interaction"

typedef struct {
    const char *system, *code, *display;
} coding;
static const coding rest = { REST, "rest", "RESTful Operation" };
static const coding activity = { DCM, "110100", "Application Activity" };
static const coding alert = { DCM, "110113", "Security Alert" };
static const coding export = { DCM, "110106", "Export" };
static const coding login = { DCM, "110114", "User Authentication" };

/* Type and subtype of an action; others are REST operations, named by their word alone. */
static const struct {
    ac_audit_action action;
    const coding *type;
    coding subtype; /* code NULL: none */
} kinds[] = {
    { AC_AUDIT_START, &activity, { DCM, "110120", "Application Start" } },
    { AC_AUDIT_STOP, &activity, { DCM, "110121", "Application Stop" } },
    { AC_AUDIT_LOGIN, &login, { DCM, "110122", "Login" } },
    { AC_AUDIT_DENY, &alert, { NULL, NULL, NULL } },
    { AC_AUDIT_EXPORT, &export, { NULL, NULL, NULL } },
    { AC_AUDIT_BREAK_GLASS, &alert, { DCM, "110127", "Emergency Override Started" } },
    { AC_AUDIT_KEY_ISSUE, &alert, { DCM, "110137", "User Security Attributes Changed" } },
    { AC_AUDIT_KEY_REVOKE, &alert, { DCM, "110137", "User Security Attributes Changed" } },
    { AC_AUDIT_CREATE, &rest, { OP, "create", "create" } },
    { AC_AUDIT_READ, &rest, { OP, "read", "read" } },
    { AC_AUDIT_UPDATE, &rest, { OP, "update", "update" } },
    { AC_AUDIT_DELETE, &rest, { OP, "delete", "delete" } },
    { AC_AUDIT_SHRED, &rest, { OP, "delete", "delete" } },
};

/* http://terminology.hl7.org/CodeSystem/object-role */
static const struct {
    ac_audit_what what;
    const char *code, *display;
} roles[] = {
    { AC_WHAT_PATIENT, "1", "Patient" }, { AC_WHAT_DOCUMENT, "3", "Report" },        { AC_WHAT_RESULT, "3", "Report" },
    { AC_WHAT_JOB, "20", "Job" },        { AC_WHAT_KEY, "13", "Security Resource" },
};

static void put_coding(ac_jw *w, const coding *c)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "system", ac_sv_z(c->system));
    ac_jw_kstring(w, "code", ac_sv_z(c->code));
    ac_jw_kstring(w, "display", ac_sv_z(c->display));
    ac_jw_end_object(w);
}

/* {"identifier": ...}: our ids are UUIDs. */
static void put_reference(ac_jw *w, const char *key, ac_id id)
{
    char text[sizeof "urn:uuid:" - 1 + AC_ID_TEXT] = "urn:uuid:";
    ac_id_format(id, text + sizeof "urn:uuid:" - 1);
    ac_jw_kobject(w, key);
    ac_jw_kobject(w, "identifier");
    ac_jw_kstring(w, "system", AC_SV("urn:ietf:rfc:3986"));
    ac_jw_kstring(w, "value", (ac_sv) { text, sizeof text });
    ac_jw_end_object(w);
    ac_jw_end_object(w);
}

static void put_kind(ac_jw *w, const ac_audit_record *r)
{
    const coding *type = &rest, *subtype = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].action == r->action) {
            type = kinds[i].type;
            subtype = kinds[i].subtype.code ? &kinds[i].subtype : NULL;
        }
    ac_jw_key(w, AC_SV("type"));
    put_coding(w, type);
    ac_jw_karray(w, "subtype");
    if (subtype)
        put_coding(w, subtype);
    ac_jw_object(w);
    ac_jw_kstring(w, "display", ac_sv_z(ac_audit_action_name(r->action)));
    ac_jw_end_object(w);
    ac_jw_end_array(w);
    ac_jw_kstring(w, "action", ac_sv_z(ac_audit_action_fhir(r->action)));
}

static void put_outcome(ac_jw *w, const ac_audit_record *r)
{
    ac_jw_kinstant(w, "recorded", r->at_ms);
    ac_jw_kstring(w, "outcome", r->outcome == AC_OK ? AC_SV("0") : ac_rc_retry(r->outcome) ? AC_SV("8") : AC_SV("4"));
    if (r->outcome != AC_OK)
        ac_jw_kstring(w, "outcomeDesc", ac_sv_z(ac_rc_code(r->outcome)));
}

static void put_agent(ac_jw *w, const ac_audit_record *r)
{
    static const char *const names[AC_ACTORS] = { [AC_ACTOR_SERVER] = "server",
                                                  [AC_ACTOR_KEY] = "API key",
                                                  [AC_ACTOR_USER] = "user",
                                                  [AC_ACTOR_NOBODY] = "nobody who is known" };
    ac_jw_karray(w, "agent");
    ac_jw_object(w);
    if (!ac_id_none(r->actor))
        put_reference(w, "who", r->actor);
    ac_jw_kstring(w, "name", ac_sv_z(names[r->actor_kind]));
    ac_jw_kbool(w, "requestor", r->actor_kind != AC_ACTOR_SERVER);
    ac_jw_end_object(w);
    ac_jw_end_array(w);
    ac_jw_kobject(w, "source");
    ac_jw_kobject(w, "observer");
    ac_jw_kstring(w, "display", AC_SV("aceso"));
    ac_jw_end_object(w);
    ac_jw_karray(w, "type");
    put_coding(w,
               &(coding) { "http://terminology.hl7.org/CodeSystem/security-source-type", "4", "Application Server" });
    ac_jw_end_array(w);
    ac_jw_end_object(w);
}

static void put_object(ac_jw *w, ac_audit_what what, ac_id id)
{
    const coding role = { "http://terminology.hl7.org/CodeSystem/object-role", NULL, NULL };
    coding found = role;
    if (ac_id_none(id))
        return;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].what == what)
            found = (coding) { role.system, roles[i].code, roles[i].display };
    ac_jw_object(w);
    put_reference(w, "what", id);
    ac_jw_key(w, AC_SV("type"));
    put_coding(w, what == AC_WHAT_PATIENT
                      ? &(coding) { "http://terminology.hl7.org/CodeSystem/audit-entity-type", "1", "Person" }
                      : &(coding) { "http://terminology.hl7.org/CodeSystem/audit-entity-type", "2", "System Object" });
    if (found.code) {
        ac_jw_key(w, AC_SV("role"));
        put_coding(w, &found);
    }
    ac_jw_kstring(w, "name", ac_sv_z(ac_audit_what_name(what)));
    ac_jw_end_object(w);
}

static void put_detail(ac_jw *w, const char *type, ac_sv value)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "type", ac_sv_z(type));
    ac_jw_kstring(w, "valueString", value);
    ac_jw_end_object(w);
}

/* The record itself: its place in the chain. */
static void put_record(ac_jw *w, const ac_audit_record *r)
{
    char number[24], mac[2 * AC_AUDIT_MAC], request[AC_ID_TEXT];
    const int n = snprintf(number, sizeof number, "%llu", (unsigned long long)r->number);
    ac_jw_object(w);
    ac_jw_kstring(w, "name", AC_SV("record"));
    ac_jw_karray(w, "detail");
    put_detail(w, "number", (ac_sv) { number, n > 0 ? (size_t)n : 0 });
    (void)ac_hex_put(mac, r->mac, AC_AUDIT_MAC);
    put_detail(w, "mac", (ac_sv) { mac, sizeof mac });
    if (!ac_id_none(r->request)) {
        ac_id_format(r->request, request);
        put_detail(w, "request", (ac_sv) { request, sizeof request });
    }
    ac_jw_end_array(w);
    ac_jw_end_object(w);
}

/* The same record has the same id wherever it is asked for: half of its MAC, as a UUID of version 8. */
static ac_id id_of(const ac_audit_record *r)
{
    ac_id id;
    memcpy(id.b, r->mac, sizeof id.b);
    id.b[6] = (unsigned char)(0x80 | (id.b[6] & 0x0f));
    id.b[8] = (unsigned char)(0x80 | (id.b[8] & 0x3f));
    return id;
}

static void put_event(ac_jw *w, const ac_audit_record *r)
{
    char url[sizeof "urn:uuid:" - 1 + AC_ID_TEXT] = "urn:uuid:";
    ac_id_format(id_of(r), url + sizeof "urn:uuid:" - 1);
    ac_jw_object(w);
    ac_jw_kstring(w, "fullUrl", (ac_sv) { url, sizeof url });
    ac_jw_kobject(w, "resource");
    ac_jw_kstring(w, "resourceType", AC_SV("AuditEvent"));
    ac_jw_kid(w, "id", id_of(r));
    put_kind(w, r);
    put_outcome(w, r);
    put_agent(w, r);
    ac_jw_karray(w, "entity");
    if (!ac_id_eq(r->patient.v, r->object) || r->what != AC_WHAT_PATIENT)
        put_object(w, r->what, r->object);
    put_object(w, AC_WHAT_PATIENT, r->patient.v);
    put_record(w, r);
    ac_jw_end_array(w);
    ac_jw_end_object(w);
    ac_jw_end_object(w);
}

/* Where the next page is. */
static void put_next(ac_jw *w, const ac_call *c, uint64_t after)
{
    AC_AUTO(ac_sb) url = AC_SB(4 << 10);
    const ac_sv patient = ac_call_text(c, "patient_id");
    ac_own_address(c->http, &url);
    ac_sb_addf(&url, "/v1/audit?format=fhir&after=%llu&limit=%zu", (unsigned long long)after, ac_call_limit(c));
    if (patient.n)
        ac_sb_addf(&url, "&patient_id=%.*s", (int)patient.n, patient.p);
    ac_jw_karray(w, "link");
    ac_jw_object(w);
    ac_jw_kstring(w, "relation", AC_SV("next"));
    ac_jw_kstring(w, "url", ac_sb_view(&url));
    ac_jw_end_object(w);
    ac_jw_end_array(w);
}

ac_rc ac_audit_fhir(ac_call *c, const ac_audit_records *list, bool full, ac_err *err)
{
    (void)err;
    c->reply = ac_reply_new(200);
    ac_jw w = ac_jw_to(ac_reply_text(c->reply, "application/fhir+json", AC_ANSWER_MAX), 0);
    ac_jw_object(&w);
    ac_jw_kstring(&w, "resourceType", AC_SV("Bundle"));
    ac_jw_kstring(&w, "type", AC_SV("collection"));
    if (full)
        put_next(&w, c, list->at[list->n - 1].number);
    if (list->n) {
        ac_jw_karray(&w, "entry");
        for (size_t i = 0; i < list->n; i++)
            put_event(&w, &list->at[i]);
        ac_jw_end_array(&w);
    }
    ac_jw_end_object(&w);
    return AC_OK;
}
