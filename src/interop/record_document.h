/** Rows of record.h for what clinical documents tell beyond messages: who signed, care teams, devices in use. record.h says how to
 *  read a row; include that, not this. */
#ifndef AC_INTEROP_RECORD_DOCUMENT_H
#define AC_INTEROP_RECORD_DOCUMENT_H

/* ---- elements ---- */

#define AC_REC_ATTESTER(X, S)                                                                                          \
    X(S, TEXT, mode, "mode", _) X(S, TEXT, time, "time", _) X(S, OBJECT, party, "party", reference)
#define AC_REC_EVENT(X, S) /* Composition.event */                                                                     \
    X(S, LIST, code, "code", concept) X(S, OBJECT, period, "period", period) X(S, LIST, detail, "detail", reference)
#define AC_REC_UDI(X, S)                                                                                               \
    X(S, TEXT, device_identifier, "deviceIdentifier", _) X(S, TEXT, issuer, "issuer", _)                               \
    X(S, TEXT, jurisdiction, "jurisdiction", _) X(S, TEXT, carrier, "carrierHRF", _)                                   \
    X(S, TEXT, entry_type, "entryType", _)
#define AC_REC_PROTOCOL_APPLIED(X, S)                                                                                  \
    X(S, TEXT, series, "series", _) X(S, LIST, target_disease, "targetDisease", concept)                               \
    X(S, NUMBER, dose_number, "doseNumberPositiveInt", _) X(S, TEXT, dose_number_string, "doseNumberString", _)
#define AC_REC_FOCAL_DEVICE(X, S)                                                                                      \
    X(S, OBJECT, action, "action", concept) X(S, OBJECT, manipulated, "manipulated", reference)
#define AC_REC_TEAM_MEMBER(X, S)                                                                                       \
    X(S, LIST, role, "role", concept) X(S, OBJECT, member, "member", reference) X(S, OBJECT, period, "period", period)

#define AC_REC_DOCUMENT_TYPE_LIST(T)                                                                                   \
    T(attester, AC_REC_ATTESTER) T(event, AC_REC_EVENT) T(udi, AC_REC_UDI)                                             \
    T(protocol_applied, AC_REC_PROTOCOL_APPLIED) T(focal_device, AC_REC_FOCAL_DEVICE)                                  \
    T(team_member, AC_REC_TEAM_MEMBER)

/* ---- resources ---- */

#define AC_REC_CARE_TEAM(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, LIST, category, "category", concept)                        \
    X(S, TEXT, name, "name", _) X(S, OBJECT, subject, "subject", reference)                                            \
    X(S, OBJECT, encounter, "encounter", reference) X(S, OBJECT, period, "period", period)                             \
    X(S, LIST, participant, "participant", team_member) X(S, LIST, note, "note", annotation)
#define AC_REC_DEVICE_USE(X, S)                                                                                        \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, subject, "subject", reference)                      \
    X(S, OBJECT, timing_period, "timingPeriod", period) X(S, TEXT, timing_date, "timingDateTime", _)                   \
    X(S, TEXT, recorded, "recordedOn", _) X(S, OBJECT, device, "device", reference)                                    \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, OBJECT, body_site, "bodySite", concept)                        \
    X(S, LIST, note, "note", annotation)

#define AC_REC_DOCUMENT_RESOURCE_LIST(T)                                                                               \
    T(care_team, AC_REC_CARE_TEAM, "CareTeam") T(device_use, AC_REC_DEVICE_USE, "DeviceUseStatement")

#endif
