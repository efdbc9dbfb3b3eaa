/** Rows of record.h for who cares and what is planned. record.h says how to read a row; include that, not this. */
#ifndef AC_INTEROP_RECORD_CARE_H
#define AC_INTEROP_RECORD_CARE_H

/* ---- elements ---- */

#define AC_REC_QUALIFICATION(X, S)                                                                                     \
    X(S, LIST, identifier, "identifier", identifier) X(S, OBJECT, code, "code", concept)                               \
    X(S, OBJECT, period, "period", period) X(S, OBJECT, issuer, "issuer", reference)
#define AC_REC_INGREDIENT(X, S)                                                                                        \
    X(S, OBJECT, concept, "itemCodeableConcept", concept) X(S, OBJECT, reference, "itemReference", reference)          \
    X(S, BOOL, active, "isActive", _) X(S, OBJECT, strength, "strength", ratio)
#define AC_REC_ACTIVITY_DETAIL(X, S)                                                                                   \
    X(S, TEXT, kind, "kind", _) X(S, OBJECT, code, "code", concept) X(S, LIST, reason_code, "reasonCode", concept)     \
    X(S, TEXT, status, "status", _) X(S, BOOL, do_not_perform, "doNotPerform", _)                                      \
    X(S, OBJECT, period, "scheduledPeriod", period) X(S, TEXT, scheduled, "scheduledString", _)                        \
    X(S, TEXT, description, "description", _)
#define AC_REC_ACTIVITY(X, S)                                                                                          \
    X(S, OBJECT, reference, "reference", reference) X(S, OBJECT, detail, "detail", activity_detail)
#define AC_REC_GOAL_TARGET(X, S)                                                                                       \
    X(S, OBJECT, measure, "measure", concept) X(S, OBJECT, quantity, "detailQuantity", quantity)                       \
    X(S, OBJECT, range, "detailRange", range) X(S, TEXT, string, "detailString", _) X(S, TEXT, due, "dueDate", _)      \
    X(S, OBJECT, concept, "detailCodeableConcept", concept)
#define AC_REC_SERIES(X, S)                                                                                            \
    X(S, TEXT, uid, "uid", _) X(S, NUMBER, number, "number", _) X(S, OBJECT, modality, "modality", coding)             \
    X(S, TEXT, description, "description", _) X(S, NUMBER, instances, "numberOfInstances", _)                          \
    X(S, OBJECT, body_site, "bodySite", coding) X(S, OBJECT, laterality, "laterality", coding)                         \
    X(S, TEXT, started, "started", _)

#define AC_REC_CARE_TYPE_LIST(T)                                                                                       \
    T(qualification, AC_REC_QUALIFICATION) T(ingredient, AC_REC_INGREDIENT)                                            \
    T(activity_detail, AC_REC_ACTIVITY_DETAIL) T(activity, AC_REC_ACTIVITY) T(goal_target, AC_REC_GOAL_TARGET)         \
    T(series, AC_REC_SERIES)

/* ---- resources ---- */

#define AC_REC_PRACTITIONER(X, S)                                                                                      \
    AC_REC_HEAD(X, S) X(S, BOOL, active, "active", _) X(S, LIST, name, "name", human_name)                             \
    X(S, LIST, telecom, "telecom", contact_point) X(S, LIST, address, "address", address)                              \
    X(S, TEXT, gender, "gender", _) X(S, TEXT, birth_date, "birthDate", _)                                             \
    X(S, LIST, qualification, "qualification", qualification) X(S, LIST, communication, "communication", concept)
#define AC_REC_PRACTITIONER_ROLE(X, S)                                                                                 \
    AC_REC_HEAD(X, S) X(S, BOOL, active, "active", _) X(S, OBJECT, period, "period", period)                           \
    X(S, OBJECT, practitioner, "practitioner", reference) X(S, OBJECT, organization, "organization", reference)        \
    X(S, LIST, code, "code", concept) X(S, LIST, specialty, "specialty", concept)                                      \
    X(S, LIST, location, "location", reference) X(S, LIST, telecom, "telecom", contact_point)
#define AC_REC_ORGANIZATION(X, S)                                                                                      \
    AC_REC_HEAD(X, S) X(S, BOOL, active, "active", _) X(S, LIST, type, "type", concept) X(S, TEXT, name, "name", _)    \
    X(S, TEXTS, alias, "alias", _) X(S, LIST, telecom, "telecom", contact_point)                                       \
    X(S, LIST, address, "address", address) X(S, OBJECT, part_of, "partOf", reference)
#define AC_REC_LOCATION(X, S)                                                                                          \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, name, "name", _)                                      \
    X(S, TEXT, description, "description", _) X(S, TEXT, mode, "mode", _) X(S, LIST, type, "type", concept)            \
    X(S, LIST, telecom, "telecom", contact_point) X(S, OBJECT, address, "address", address)                            \
    X(S, OBJECT, physical_type, "physicalType", concept)                                                               \
    X(S, OBJECT, organization, "managingOrganization", reference) X(S, OBJECT, part_of, "partOf", reference)
#define AC_REC_MEDICATION(X, S)                                                                                        \
    AC_REC_HEAD(X, S) X(S, OBJECT, code, "code", concept) X(S, TEXT, status, "status", _)                              \
    X(S, OBJECT, manufacturer, "manufacturer", reference) X(S, OBJECT, form, "form", concept)                          \
    X(S, OBJECT, amount, "amount", ratio) X(S, LIST, ingredient, "ingredient", ingredient)             \
    X(S, OBJECT, batch, "batch", batch)
#define AC_REC_CARE_PLAN(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, intent, "intent", _)                                  \
    X(S, LIST, category, "category", concept) X(S, TEXT, title, "title", _)                                            \
    X(S, TEXT, description, "description", _) X(S, OBJECT, subject, "subject", reference)                              \
    X(S, OBJECT, encounter, "encounter", reference) X(S, OBJECT, period, "period", period)                             \
    X(S, TEXT, created, "created", _) X(S, OBJECT, author, "author", reference)                                        \
    X(S, LIST, care_team, "careTeam", reference) X(S, LIST, addresses, "addresses", reference)                         \
    X(S, LIST, goal, "goal", reference) X(S, LIST, activity, "activity", activity) X(S, LIST, note, "note", annotation)
#define AC_REC_GOAL(X, S)                                                                                              \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "lifecycleStatus", _) X(S, OBJECT, achievement, "achievementStatus", concept) \
    X(S, LIST, category, "category", concept) X(S, OBJECT, priority, "priority", concept)                              \
    X(S, OBJECT, description, "description", concept) X(S, OBJECT, subject, "subject", reference)                      \
    X(S, TEXT, start, "startDate", _) X(S, LIST, target, "target", goal_target) X(S, TEXT, status_date, "statusDate", _)\
    X(S, LIST, addresses, "addresses", reference) X(S, LIST, note, "note", annotation)                                 \
    X(S, OBJECT, expressed_by, "expressedBy", reference)
#define AC_REC_IMAGING_STUDY(X, S)                                                                                     \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, LIST, modality, "modality", coding)                         \
    X(S, OBJECT, subject, "subject", reference) X(S, OBJECT, encounter, "encounter", reference)                        \
    X(S, TEXT, started, "started", _) X(S, LIST, based_on, "basedOn", reference)                                       \
    X(S, OBJECT, referrer, "referrer", reference) X(S, NUMBER, series_n, "numberOfSeries", _)                          \
    X(S, NUMBER, instances, "numberOfInstances", _) X(S, LIST, code, "procedureCode", concept)                         \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, LIST, note, "note", annotation)                                \
    X(S, TEXT, description, "description", _) X(S, LIST, series, "series", series)

#define AC_REC_CARE_RESOURCE_LIST(T)                                                                                   \
    T(practitioner, AC_REC_PRACTITIONER, "Practitioner")                                                               \
    T(practitioner_role, AC_REC_PRACTITIONER_ROLE, "PractitionerRole")                                                 \
    T(organization, AC_REC_ORGANIZATION, "Organization") T(location, AC_REC_LOCATION, "Location")                      \
    T(medication, AC_REC_MEDICATION, "Medication") T(care_plan, AC_REC_CARE_PLAN, "CarePlan")                          \
    T(goal, AC_REC_GOAL, "Goal") T(imaging_study, AC_REC_IMAGING_STUDY, "ImagingStudy")

#endif
