/* /v1/retention: how long a tenant's data is kept. */
#include "api/routes.h"
#include "app/retention.h"

enum { BODY = 4 << 10 };

static const ac_field gone_fields[] = {
    { "documents", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "" },
    { "results", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "jobs with their results" },
    { "events", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "jobs whose events go" },
    { "patients", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "" },
    { "held", AC_FIELD_NUMBER, true, 0, INT64_MAX, NULL, NULL, "would go, but belongs to a patient on hold" },
    { "more", AC_FIELD_BOOL, true, 0, 0, NULL, NULL, "there was too much to be counted: these are the least" },
    { 0 },
};
static const ac_schema gone_schema = { "RetentionCounts", gone_fields };

#define DAYS(name, help)                                                                                               \
    {                                                                                                                  \
        name, AC_FIELD_NUMBER, false, 1, AC_RULE_DAYS_MAX, NULL, NULL, help                                            \
    }
#define RULES                                                                                                          \
    DAYS("documents_days", "documents, since they were stored"),                                                       \
        DAYS("results_days", "jobs with their results, since their end; the server's own time when not given"),        \
        DAYS("events_days", "what happened to a job, since its end; as long as the job when not given"),               \
        DAYS("patients_days", "patients with all that is theirs, since their last document, job or change"),           \
        DAYS("idempotency_days", "keys of requests; a day when not given")
static const ac_field rules_fields[] = { RULES, { 0 } };
static const ac_schema rules_schema = { "RetentionRequest", rules_fields };
static const ac_field retention_fields[] = {
    RULES,
    { "would_remove", AC_FIELD_OBJECT, false, 0, 0, NULL, &gone_schema, "now; only with dry_run" },
    { 0 },
};
static const ac_schema retention_schema = { "Retention", retention_fields };
static const ac_field put_fields[] = {
    { "dry_run", AC_FIELD_BOOL, false, 0, 0, NULL, NULL, "change nothing, and tell what these rules would remove now" },
    { 0 },
};
static const ac_schema put_query = { NULL, put_fields };

static void answer(ac_call *c, const ac_retention *rules, const ac_retention_counts *gone)
{
    ac_jw w = ac_call_json(c, 0);
    ac_jw_object(&w);
    for (int r = 0; r < AC_RULES; r++) {
        ac_jw_key(&w, ac_sv_z(ac_rule_word((ac_rule)r)));
        if (rules->days[r])
            ac_jw_u64(&w, rules->days[r]);
        else
            ac_jw_null(&w);
    }
    if (gone) {
        ac_jw_kobject(&w, "would_remove");
        ac_jw_ku64(&w, "documents", gone->n[AC_RULE_DOCUMENTS]);
        ac_jw_ku64(&w, "results", gone->n[AC_RULE_RESULTS]);
        ac_jw_ku64(&w, "events", gone->n[AC_RULE_EVENTS]);
        ac_jw_ku64(&w, "patients", gone->n[AC_RULE_PATIENTS]);
        ac_jw_ku64(&w, "held", gone->held);
        ac_jw_kbool(&w, "more", gone->more);
        ac_jw_end_object(&w);
    }
    ac_jw_end_object(&w);
}

static ac_rc get_retention(ac_call *c, ac_err *err)
{
    ac_retention rules;
    AC_TRY(err, ac_retention_get(c->service, &c->who, &rules, err));
    answer(c, &rules, NULL);
    return AC_OK;
}

static ac_rc put_retention(ac_call *c, ac_err *err)
{
    ac_retention rules;
    ac_retention_counts gone;
    const bool dry = ac_call_flag(c, "dry_run", false);
    for (int r = 0; r < AC_RULES; r++)
        rules.days[r] = (uint32_t)ac_call_number(c, ac_rule_word((ac_rule)r), 0);
    AC_TRY(err, dry ? ac_retention_count(c->service, &c->who, &rules, &gone, err)
                    : ac_retention_set(c->service, &c->who, &rules, err));
    answer(c, &rules, dry ? &gone : NULL);
    return AC_OK;
}

const ac_route ac_routes_retention[] = {
    { AC_HTTP_GET, "/v1/retention", AC_SCOPE_PATIENTS_DELETE, 0, 0, 0, NULL, NULL, &retention_schema, 200,
      get_retention, "Retention", "getRetention", "How long is what kept?", NULL },
    { AC_HTTP_PUT, "/v1/retention", AC_SCOPE_PATIENTS_DELETE, 0, 0, BODY, &rules_schema, &put_query, &retention_schema,
      200, put_retention, "Retention", "putRetention", "Say how long what is kept",
      "All rules at once: one that is not given is none. They hold at once, and each hour again; each removal leaves "
      "its "
      "record in the audit log, and each pass one with how many. What belongs to a patient on hold stays." },
};
const size_t ac_routes_retention_n = sizeof ac_routes_retention / sizeof *ac_routes_retention;
