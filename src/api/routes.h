/** The chapters of the route table, one file each. */
#ifndef AC_API_ROUTES_H
#define AC_API_ROUTES_H

#include "api/call.h"

enum { AC_ROUTES_MAX = 128 };

/* The chapters of the table, each in a file of its own, in the order of the documentation. */
#define AC_CHAPTER_LIST(X)                                                                                             \
    X(jobs)                                                                                                            \
    X(batches)                                                                                                         \
    X(text)                                                                                                            \
    X(documents)                                                                                                       \
    X(patients)                                                                                                        \
    X(webhooks)                                                                                                        \
    X(access)                                                                                                          \
    X(tenants)                                                                                                         \
    X(retention)                                                                                                       \
    X(system)                                                                                                          \
    X(legacy)                                                                                                          \
    X(records)

#define AC_CHAPTER(name)                                                                                               \
    extern const ac_route ac_routes_##name[];                                                                          \
    extern const size_t ac_routes_##name##_n;
AC_CHAPTER_LIST(AC_CHAPTER)
#undef AC_CHAPTER

/* Members of a result that may be asked for. */
#define AC_RESULT_PARTS                                                                                                \
    "document text sections entities relations phi deidentified clinical_summary soap summary timeline guidelines "    \
    "unsupported coverage timing_ms layout structure schema"

/* Schemas that more than one chapter uses. */
extern const ac_schema ac_schema_job, ac_schema_job_new, ac_schema_page_query, ac_schema_result, ac_schema_any,
    ac_schema_message;

#endif
