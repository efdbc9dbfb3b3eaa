/** The chapters of the route table, one file each. */
#ifndef AC_API_ROUTES_H
#define AC_API_ROUTES_H

#include "api/call.h"

enum { AC_ROUTES_MAX = 128 };

extern const ac_route ac_routes_jobs[], ac_routes_text[], ac_routes_documents[], ac_routes_patients[],
    ac_routes_access[], ac_routes_tenants[], ac_routes_retention[],
    ac_routes_webhooks[], ac_routes_system[], ac_routes_legacy[];
extern const size_t ac_routes_jobs_n, ac_routes_text_n, ac_routes_documents_n, ac_routes_patients_n, ac_routes_access_n,
    ac_routes_tenants_n, ac_routes_retention_n,
    ac_routes_webhooks_n, ac_routes_system_n, ac_routes_legacy_n;

/* Schemas that more than one chapter uses. */
extern const ac_schema ac_schema_job, ac_schema_job_new, ac_schema_page_query, ac_schema_result, ac_schema_any,
    ac_schema_message;

#endif
