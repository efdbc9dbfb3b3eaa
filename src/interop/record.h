/** FHIR R4 resources as C structs. Each type is one list of its members: struct, reader and writer are made from the same
 *  row, so what is read is what is written. Numbers stay text: a FHIR decimal must not lose its precision.
 *  Only members that carry clinical facts are here; the reader counts everything else (ac_record.coverage). */
#ifndef AC_INTEROP_RECORD_H
#define AC_INTEROP_RECORD_H

#include "base/arena.h"
#include "interop/record_care.h"
#include "interop/record_document.h"
#include "interop/record_exchange.h"

/* Rows are X(struct, kind, C name, FHIR name, type of the member).
 * TEXT: a string, code, uri or date. NUMBER: as written. BOOL: ac_rec_bool. TEXTS: array of strings.
 * OBJECT: one value of a type below, or NULL. LIST: array of such values. OURS: the extensions that are known (fhir_type.h). */

#define AC_REC_CODING(X, S)                                                                                            \
    X(S, TEXT, system, "system", _) X(S, TEXT, version, "version", _) X(S, TEXT, code, "code", _)                      \
    X(S, TEXT, display, "display", _)
#define AC_REC_CONCEPT(X, S) X(S, LIST, coding, "coding", coding) X(S, TEXT, text, "text", _)
#define AC_REC_QUANTITY(X, S)                                                                                          \
    X(S, NUMBER, value, "value", _) X(S, TEXT, comparator, "comparator", _) X(S, TEXT, unit, "unit", _)                \
    X(S, TEXT, system, "system", _) X(S, TEXT, code, "code", _)
#define AC_REC_RANGE(X, S) X(S, OBJECT, low, "low", quantity) X(S, OBJECT, high, "high", quantity)
#define AC_REC_RATIO(X, S)                                                                                             \
    X(S, OBJECT, numerator, "numerator", quantity) X(S, OBJECT, denominator, "denominator", quantity)
#define AC_REC_PERIOD(X, S)                                                                                            \
    X(S, TEXT, start, "start", _) X(S, TEXT, end, "end", _) X(S, OURS, extension, "extension", extension)
#define AC_REC_REFERENCE(X, S)                                                                                         \
    X(S, TEXT, reference, "reference", _) X(S, TEXT, type, "type", _) X(S, TEXT, display, "display", _)                \
    X(S, OBJECT, identifier, "identifier", identifier)
#define AC_REC_IDENTIFIER(X, S)                                                                                        \
    X(S, TEXT, use, "use", _) X(S, OBJECT, type, "type", concept) X(S, TEXT, system, "system", _)                      \
    X(S, TEXT, value, "value", _) X(S, OBJECT, period, "period", period) X(S, OBJECT, assigner, "assigner", assigner)  \
    X(S, OURS, extension, "extension", extension)
#define AC_REC_HUMAN_NAME(X, S)                                                                                        \
    X(S, TEXT, use, "use", _) X(S, TEXT, text, "text", _) X(S, TEXT, family, "family", _)                              \
    X(S, TEXTS, given, "given", _) X(S, TEXTS, prefix, "prefix", _) X(S, TEXTS, suffix, "suffix", _)                   \
    X(S, OBJECT, period, "period", period)
#define AC_REC_ANNOTATION(X, S)                                                                                        \
    X(S, TEXT, author_string, "authorString", _) X(S, TEXT, time, "time", _) X(S, TEXT, text, "text", _)
#define AC_REC_EXTENSION(X, S)                                                                                         \
    X(S, TEXT, url, "url", _) X(S, TEXT, value_string, "valueString", _) X(S, TEXT, value_code, "valueCode", _)        \
    X(S, TEXT, value_date_time, "valueDateTime", _) X(S, BOOL, value_boolean, "valueBoolean", _)                       \
    X(S, OBJECT, value_concept, "valueCodeableConcept", concept) X(S, OBJECT, value_address, "valueAddress", address)  \
    X(S, OURS, extension, "extension", sub_extension)
#define AC_REC_NARRATIVE(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, div, "div", _)
#define AC_REC_ATTACHMENT(X, S)                                                                                        \
    X(S, TEXT, content_type, "contentType", _) X(S, TEXT, language, "language", _) X(S, TEXT, data, "data", _)         \
    X(S, TEXT, url, "url", _) X(S, NUMBER, size, "size", _) X(S, TEXT, title, "title", _)                              \
    X(S, TEXT, creation, "creation", _)
#define AC_REC_META(X, S)                                                                                              \
    X(S, TEXT, version_id, "versionId", _) X(S, TEXT, last_updated, "lastUpdated", _)                                  \
    X(S, TEXT, source, "source", _) X(S, LIST, security, "security", coding) X(S, LIST, tag, "tag", coding)

#define AC_REC_REPEAT(X, S)                                                                                            \
    X(S, OBJECT, bounds_duration, "boundsDuration", quantity) X(S, OBJECT, bounds_range, "boundsRange", range)         \
    X(S, OBJECT, bounds_period, "boundsPeriod", period) X(S, NUMBER, count, "count", _)                                \
    X(S, NUMBER, count_max, "countMax", _) X(S, NUMBER, duration, "duration", _)                                       \
    X(S, NUMBER, duration_max, "durationMax", _) X(S, TEXT, duration_unit, "durationUnit", _)                          \
    X(S, NUMBER, frequency, "frequency", _) X(S, NUMBER, frequency_max, "frequencyMax", _)                             \
    X(S, NUMBER, period, "period", _) X(S, NUMBER, period_max, "periodMax", _)                                         \
    X(S, TEXT, period_unit, "periodUnit", _) X(S, TEXTS, day_of_week, "dayOfWeek", _)                                  \
    X(S, TEXTS, time_of_day, "timeOfDay", _) X(S, TEXTS, when, "when", _) X(S, NUMBER, offset, "offset", _)
#define AC_REC_TIMING(X, S)                                                                                            \
    X(S, TEXTS, event, "event", _) X(S, OBJECT, repeat, "repeat", repeat) X(S, OBJECT, code, "code", concept)
#define AC_REC_DOSE(X, S)                                                                                              \
    X(S, OBJECT, type, "type", concept) X(S, OBJECT, dose_quantity, "doseQuantity", quantity)                          \
    X(S, OBJECT, dose_range, "doseRange", range) X(S, OBJECT, rate_quantity, "rateQuantity", quantity)                 \
    X(S, OBJECT, rate_range, "rateRange", range) X(S, OBJECT, rate_ratio, "rateRatio", ratio)
#define AC_REC_DOSAGE(X, S)                                                                                            \
    X(S, NUMBER, sequence, "sequence", _) X(S, TEXT, text, "text", _)                                                  \
    X(S, LIST, additional_instruction, "additionalInstruction", concept)                                               \
    X(S, TEXT, patient_instruction, "patientInstruction", _) X(S, OBJECT, timing, "timing", timing)                    \
    X(S, BOOL, as_needed, "asNeededBoolean", _) X(S, OBJECT, as_needed_for, "asNeededCodeableConcept", concept)        \
    X(S, OBJECT, site, "site", concept) X(S, OBJECT, route, "route", concept)                                          \
    X(S, OBJECT, method, "method", concept) X(S, LIST, dose_and_rate, "doseAndRate", dose)                             \
    X(S, OBJECT, max_per_period, "maxDosePerPeriod", ratio)                                                            \
    X(S, OBJECT, max_per_administration, "maxDosePerAdministration", quantity)                                         \
    X(S, OBJECT, max_per_lifetime, "maxDosePerLifetime", quantity)
#define AC_REC_REFERENCE_RANGE(X, S)                                                                                   \
    X(S, OBJECT, low, "low", quantity) X(S, OBJECT, high, "high", quantity) X(S, OBJECT, type, "type", concept)        \
    X(S, LIST, applies_to, "appliesTo", concept) X(S, OBJECT, age, "age", range) X(S, TEXT, text, "text", _)
/* Observation and its components share these */
#define AC_REC_VALUE(X, S)                                                                                             \
    X(S, OBJECT, quantity, "valueQuantity", quantity) X(S, OBJECT, concept, "valueCodeableConcept", concept)           \
    X(S, TEXT, string, "valueString", _) X(S, BOOL, boolean, "valueBoolean", _)                                        \
    X(S, NUMBER, integer, "valueInteger", _) X(S, OBJECT, range, "valueRange", range)                                  \
    X(S, OBJECT, ratio, "valueRatio", ratio) X(S, TEXT, time, "valueTime", _)                                          \
    X(S, TEXT, date_time, "valueDateTime", _) X(S, OBJECT, period, "valuePeriod", period)                              \
    X(S, OBJECT, absent_reason, "dataAbsentReason", concept) X(S, LIST, interpretation, "interpretation", concept)     \
    X(S, LIST, reference_range, "referenceRange", reference_range)
#define AC_REC_COMPONENT(X, S) X(S, OBJECT, code, "code", concept) AC_REC_VALUE(X, S)
#define AC_REC_REACTION(X, S)                                                                                          \
    X(S, OURS, extension, "extension", extension)                                                                      \
    X(S, OBJECT, substance, "substance", concept) X(S, LIST, manifestation, "manifestation", concept)                  \
    X(S, TEXT, description, "description", _) X(S, TEXT, onset, "onset", _) X(S, TEXT, severity, "severity", _)        \
    X(S, OBJECT, exposure_route, "exposureRoute", concept) X(S, LIST, note, "note", annotation)
#define AC_REC_RELATIVE_CONDITION(X, S)                                                                                \
    X(S, OURS, extension, "extension", extension)                                                                      \
    X(S, OBJECT, code, "code", concept) X(S, OBJECT, outcome, "outcome", concept)                                      \
    X(S, BOOL, contributed_to_death, "contributedToDeath", _) X(S, OBJECT, onset_age, "onsetAge", quantity)            \
    X(S, OBJECT, onset_range, "onsetRange", range) X(S, OBJECT, onset_period, "onsetPeriod", period)                   \
    X(S, TEXT, onset_string, "onsetString", _) X(S, LIST, note, "note", annotation)
#define AC_REC_SECTION(X, S)                                                                                           \
    X(S, TEXT, title, "title", _) X(S, OBJECT, code, "code", concept) X(S, OBJECT, text, "text", narrative)            \
    X(S, LIST, entry, "entry", reference)
#define AC_REC_AGENT(X, S) X(S, OBJECT, type, "type", concept) X(S, OBJECT, who, "who", reference)
#define AC_REC_ENTITY(X, S) X(S, TEXT, role, "role", _) X(S, OBJECT, what, "what", reference)
#define AC_REC_CONTENT(X, S) X(S, OBJECT, attachment, "attachment", attachment) X(S, OBJECT, format, "format", coding)
#define AC_REC_CONTEXT(X, S)                                                                                           \
    X(S, LIST, encounter, "encounter", reference) X(S, OBJECT, period, "period", period)                               \
    X(S, OBJECT, facility_type, "facilityType", concept) X(S, OBJECT, practice_setting, "practiceSetting", concept)    \
    X(S, LIST, event, "event", concept) X(S, LIST, related, "related", reference)
#define AC_REC_FINDING(X, S)                                                                                           \
    X(S, OBJECT, concept, "itemCodeableConcept", concept) X(S, OBJECT, reference, "itemReference", reference)          \
    X(S, TEXT, basis, "basis", _)
#define AC_REC_DEVICE_NAME(X, S) X(S, TEXT, name, "name", _) X(S, TEXT, type, "type", _)
#define AC_REC_DEVICE_VERSION(X, S) X(S, OBJECT, type, "type", concept) X(S, TEXT, value, "value", _)
#define AC_REC_PERFORMER(X, S) X(S, OBJECT, function, "function", concept) X(S, OBJECT, actor, "actor", reference)

/* ---- resources ----------------------------------------------------------------------------------------------- */

#define AC_REC_HEAD(X, S)                                                                                              \
    X(S, TEXT, id, "id", _) X(S, OBJECT, meta, "meta", meta) X(S, TEXT, language, "language", _)                       \
    X(S, OBJECT, narrative, "text", narrative) X(S, OURS, extension, "extension", extension)                           \
    X(S, LIST, identifier, "identifier", identifier)

#define AC_REC_PATIENT(X, S)                                                                                           \
    AC_REC_HEAD(X, S) X(S, BOOL, active, "active", _) X(S, LIST, name, "name", human_name)                             \
    X(S, TEXT, gender, "gender", _) X(S, TEXT, birth_date, "birthDate", _)                                             \
    X(S, BOOL, deceased, "deceasedBoolean", _) X(S, TEXT, deceased_date, "deceasedDateTime", _)                        \
    X(S, OBJECT, marital_status, "maritalStatus", concept) X(S, OBJECT, birth_date_more, "_birthDate", element)        \
    X(S, LIST, telecom, "telecom", contact_point) X(S, LIST, address, "address", address)                              \
    X(S, BOOL, multiple_birth, "multipleBirthBoolean", _) X(S, NUMBER, birth_order, "multipleBirthInteger", _)         \
    X(S, LIST, contact, "contact", patient_contact) X(S, LIST, communication, "communication", communication)          \
    X(S, LIST, general_practitioner, "generalPractitioner", reference)                                                 \
    X(S, OBJECT, organization, "managingOrganization", reference) X(S, LIST, link, "link", patient_link)
#define AC_REC_ENCOUNTER(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, class, "class", coding)                             \
    X(S, LIST, type, "type", concept) X(S, OBJECT, subject, "subject", reference)                                      \
    X(S, OBJECT, period, "period", period) X(S, LIST, reason_code, "reasonCode", concept)                              \
    X(S, OBJECT, service_type, "serviceType", concept) X(S, OBJECT, priority, "priority", concept)                     \
    X(S, LIST, participant, "participant", participant) X(S, OBJECT, length, "length", quantity)                       \
    X(S, LIST, diagnosis, "diagnosis", diagnosis) X(S, LIST, account, "account", reference)                            \
    X(S, OBJECT, hospitalization, "hospitalization", hospitalization)                                                  \
    X(S, LIST, location, "location", encounter_location) X(S, OBJECT, provider, "serviceProvider", reference)          \
    X(S, LIST, based_on, "basedOn", reference)                                                                         \
    X(S, LIST, reason_reference, "reasonReference", reference)
#define AC_REC_CONDITION(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, OBJECT, clinical_status, "clinicalStatus", concept)                                         \
    X(S, OBJECT, verification_status, "verificationStatus", concept) X(S, LIST, category, "category", concept)         \
    X(S, OBJECT, severity, "severity", concept) X(S, OBJECT, code, "code", concept)                                    \
    X(S, LIST, body_site, "bodySite", concept) X(S, OBJECT, subject, "subject", reference)                             \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, onset_date, "onsetDateTime", _)                         \
    X(S, OBJECT, onset_age, "onsetAge", quantity) X(S, OBJECT, onset_period, "onsetPeriod", period)                    \
    X(S, OBJECT, onset_range, "onsetRange", range) X(S, TEXT, onset_string, "onsetString", _)                          \
    X(S, TEXT, abatement_date, "abatementDateTime", _) X(S, OBJECT, abatement_age, "abatementAge", quantity)           \
    X(S, OBJECT, abatement_period, "abatementPeriod", period) X(S, OBJECT, abatement_range, "abatementRange", range)   \
    X(S, TEXT, abatement_string, "abatementString", _) X(S, TEXT, recorded_date, "recordedDate", _)                    \
    X(S, LIST, note, "note", annotation) X(S, OBJECT, recorder, "recorder", reference)                                 \
    X(S, OBJECT, asserter, "asserter", reference)
#define AC_REC_OBSERVATION(X, S)                                                                                       \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, LIST, category, "category", concept)                        \
    X(S, OBJECT, code, "code", concept) X(S, OBJECT, subject, "subject", reference)                                    \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, effective_date, "effectiveDateTime", _)                 \
    X(S, OBJECT, effective_period, "effectivePeriod", period) X(S, TEXT, issued, "issued", _) AC_REC_VALUE(X, S)       \
    X(S, LIST, note, "note", annotation) X(S, OBJECT, body_site, "bodySite", concept)                                  \
    X(S, OBJECT, method, "method", concept) X(S, LIST, component, "component", component)                              \
    X(S, LIST, has_member, "hasMember", reference) X(S, LIST, based_on, "basedOn", reference)                          \
    X(S, LIST, part_of, "partOf", reference) X(S, LIST, performer, "performer", reference)                             \
    X(S, OBJECT, specimen, "specimen", reference) X(S, OBJECT, device, "device", reference)                            \
    X(S, LIST, derived_from, "derivedFrom", reference)
#define AC_REC_MEDICATION_STATEMENT(X, S)                                                                              \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, LIST, status_reason, "statusReason", concept)               \
    X(S, OBJECT, category, "category", concept) X(S, OBJECT, code, "medicationCodeableConcept", concept)               \
    X(S, OBJECT, reference, "medicationReference", reference) X(S, OBJECT, subject, "subject", reference)              \
    X(S, OBJECT, context, "context", reference) X(S, TEXT, effective_date, "effectiveDateTime", _)                     \
    X(S, OBJECT, effective_period, "effectivePeriod", period) X(S, TEXT, date, "dateAsserted", _)                      \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, LIST, reason_reference, "reasonReference", reference)          \
    X(S, LIST, note, "note", annotation) X(S, LIST, dosage, "dosage", dosage)                                          \
    X(S, OBJECT, information_source, "informationSource", reference)
#define AC_REC_MEDICATION_REQUEST(X, S)                                                                                \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, intent, "intent", _)                                  \
    X(S, LIST, category, "category", concept) X(S, TEXT, priority, "priority", _)                                      \
    X(S, BOOL, do_not_perform, "doNotPerform", _) X(S, OBJECT, code, "medicationCodeableConcept", concept)             \
    X(S, OBJECT, reference, "medicationReference", reference) X(S, OBJECT, subject, "subject", reference)              \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, date, "authoredOn", _)                                  \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, LIST, reason_reference, "reasonReference", reference)          \
    X(S, LIST, note, "note", annotation) X(S, LIST, dosage, "dosageInstruction", dosage)                               \
    X(S, OBJECT, status_reason, "statusReason", concept) X(S, OBJECT, requester, "requester", reference)               \
    X(S, OBJECT, performer, "performer", reference) X(S, OBJECT, recorder, "recorder", reference)                      \
    X(S, OBJECT, group, "groupIdentifier", identifier) X(S, OBJECT, dispense, "dispenseRequest", dispense_request)     \
    X(S, OBJECT, substitution, "substitution", substitution)                                                           \
    X(S, LIST, supporting, "supportingInformation", reference) X(S, LIST, based_on, "basedOn", reference)
#define AC_REC_ALLERGY_INTOLERANCE(X, S)                                                                               \
    AC_REC_HEAD(X, S) X(S, OBJECT, clinical_status, "clinicalStatus", concept)                                         \
    X(S, OBJECT, verification_status, "verificationStatus", concept) X(S, TEXT, type, "type", _)                       \
    X(S, TEXTS, category, "category", _) X(S, TEXT, criticality, "criticality", _)                                     \
    X(S, OBJECT, code, "code", concept) X(S, OBJECT, patient, "patient", reference)                                    \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, onset_date, "onsetDateTime", _)                         \
    X(S, OBJECT, onset_age, "onsetAge", quantity) X(S, TEXT, onset_string, "onsetString", _)                           \
    X(S, TEXT, recorded_date, "recordedDate", _) X(S, TEXT, last_occurrence, "lastOccurrence", _)                      \
    X(S, LIST, note, "note", annotation) X(S, LIST, reaction, "reaction", reaction)                                    \
    X(S, OBJECT, recorder, "recorder", reference) X(S, OBJECT, asserter, "asserter", reference)                        \
    X(S, OBJECT, onset_period, "onsetPeriod", period)
#define AC_REC_PROCEDURE(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, status_reason, "statusReason", concept)             \
    X(S, OBJECT, category, "category", concept) X(S, OBJECT, code, "code", concept)                                    \
    X(S, OBJECT, subject, "subject", reference) X(S, OBJECT, encounter, "encounter", reference)                        \
    X(S, TEXT, performed_date, "performedDateTime", _) X(S, OBJECT, performed_period, "performedPeriod", period)       \
    X(S, TEXT, performed_string, "performedString", _) X(S, OBJECT, performed_age, "performedAge", quantity)           \
    X(S, LIST, performer, "performer", performer) X(S, LIST, reason_code, "reasonCode", concept)                       \
    X(S, LIST, reason_reference, "reasonReference", reference) X(S, LIST, body_site, "bodySite", concept)              \
    X(S, OBJECT, outcome, "outcome", concept) X(S, LIST, complication, "complication", concept)                        \
    X(S, LIST, follow_up, "followUp", concept) X(S, LIST, note, "note", annotation)                                    \
    X(S, OBJECT, recorder, "recorder", reference) X(S, OBJECT, asserter, "asserter", reference)                        \
    X(S, OBJECT, location, "location", reference) X(S, LIST, based_on, "basedOn", reference)                           \
    X(S, LIST, focal_device, "focalDevice", focal_device)
#define AC_REC_SERVICE_REQUEST(X, S)                                                                                   \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, intent, "intent", _)                                  \
    X(S, LIST, category, "category", concept) X(S, TEXT, priority, "priority", _)                                      \
    X(S, BOOL, do_not_perform, "doNotPerform", _) X(S, OBJECT, code, "code", concept)                                  \
    X(S, OBJECT, subject, "subject", reference) X(S, OBJECT, encounter, "encounter", reference)                        \
    X(S, TEXT, occurrence_date, "occurrenceDateTime", _) X(S, OBJECT, occurrence_period, "occurrencePeriod", period)   \
    X(S, TEXT, date, "authoredOn", _) X(S, OBJECT, requester, "requester", reference)                                  \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, LIST, reason_reference, "reasonReference", reference)          \
    X(S, LIST, body_site, "bodySite", concept) X(S, LIST, note, "note", annotation)                                    \
    X(S, TEXT, patient_instruction, "patientInstruction", _) X(S, OBJECT, requisition, "requisition", identifier)      \
    X(S, OBJECT, occurrence_timing, "occurrenceTiming", timing) X(S, LIST, performer, "performer", reference)          \
    X(S, LIST, location_code, "locationCode", concept) X(S, LIST, supporting, "supportingInfo", reference)             \
    X(S, LIST, specimen, "specimen", reference) X(S, OBJECT, quantity, "quantityQuantity", quantity)                   \
    X(S, LIST, order_detail, "orderDetail", concept)
#define AC_REC_FAMILY_MEMBER_HISTORY(X, S)                                                                             \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, patient, "patient", reference)                      \
    X(S, TEXT, date, "date", _) X(S, TEXT, name, "name", _) X(S, OBJECT, relationship, "relationship", concept)        \
    X(S, OBJECT, sex, "sex", concept) X(S, TEXT, born_date, "bornDate", _) X(S, OBJECT, age, "ageAge", quantity)       \
    X(S, TEXT, age_string, "ageString", _) X(S, BOOL, deceased, "deceasedBoolean", _)                                  \
    X(S, OBJECT, deceased_age, "deceasedAge", quantity) X(S, LIST, reason_code, "reasonCode", concept)                 \
    X(S, LIST, note, "note", annotation) X(S, LIST, condition, "condition", relative_condition)
#define AC_REC_CLINICAL_IMPRESSION(X, S)                                                                               \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, code, "code", concept)                              \
    X(S, TEXT, description, "description", _) X(S, OBJECT, subject, "subject", reference)                              \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, date, "date", _)                                        \
    X(S, LIST, problem, "problem", reference) X(S, TEXT, summary, "summary", _)                                        \
    X(S, LIST, finding, "finding", finding) X(S, LIST, note, "note", annotation)
#define AC_REC_DOCUMENT_REFERENCE(X, S)                                                                                \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, doc_status, "docStatus", _)                           \
    X(S, OBJECT, type, "type", concept) X(S, LIST, category, "category", concept)                                      \
    X(S, OBJECT, subject, "subject", reference) X(S, TEXT, date, "date", _)                                            \
    X(S, TEXT, description, "description", _) X(S, LIST, content, "content", content)                                  \
    X(S, OBJECT, context, "context", context) X(S, OBJECT, master, "masterIdentifier", identifier)                     \
    X(S, LIST, author, "author", reference) X(S, OBJECT, authenticator, "authenticator", reference)                    \
    X(S, OBJECT, custodian, "custodian", reference) X(S, LIST, relates_to, "relatesTo", related_document)              \
    X(S, LIST, security, "securityLabel", concept)
#define AC_REC_DEVICE(X, S)                                                                                            \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, TEXT, manufacturer, "manufacturer", _)                      \
    X(S, LIST, name, "deviceName", device_name) X(S, OBJECT, type, "type", concept)                                    \
    X(S, LIST, version, "version", device_version) X(S, OBJECT, patient, "patient", reference)                         \
    X(S, LIST, udi, "udiCarrier", udi)
#define AC_REC_PROVENANCE(X, S)                                                                                        \
    X(S, TEXT, id, "id", _) X(S, OBJECT, meta, "meta", meta) X(S, OBJECT, narrative, "text", narrative)                \
    X(S, LIST, target, "target", reference) X(S, TEXT, recorded, "recorded", _)                                        \
    X(S, OBJECT, activity, "activity", concept) X(S, LIST, agent, "agent", agent)                                      \
    X(S, LIST, entity, "entity", entity)
/* Composition.identifier is a single object, so it has no AC_REC_HEAD */
#define AC_REC_COMPOSITION(X, S)                                                                                       \
    X(S, TEXT, id, "id", _) X(S, OBJECT, meta, "meta", meta) X(S, TEXT, language, "language", _)                       \
    X(S, OBJECT, narrative, "text", narrative) X(S, OBJECT, identifier, "identifier", identifier)                      \
    X(S, TEXT, status, "status", _) X(S, OBJECT, type, "type", concept) X(S, LIST, category, "category", concept)      \
    X(S, OBJECT, subject, "subject", reference) X(S, OBJECT, encounter, "encounter", reference)                        \
    X(S, TEXT, date, "date", _) X(S, LIST, author, "author", reference) X(S, TEXT, title, "title", _)                  \
    X(S, TEXT, confidentiality, "confidentiality", _) X(S, LIST, section, "section", section)                          \
    X(S, LIST, attester, "attester", attester) X(S, OBJECT, custodian, "custodian", reference)                         \
    X(S, LIST, event, "event", event)

/* what stands in a Bundle before its entries */
#define AC_REC_BUNDLE(X, S)                                                                                            \
    X(S, TEXT, id, "id", _) X(S, OBJECT, meta, "meta", meta) X(S, OBJECT, identifier, "identifier", identifier)        \
    X(S, TEXT, type, "type", _) X(S, TEXT, timestamp, "timestamp", _)

#define AC_REC_TYPE_LIST(T)                                                                                            \
    T(coding, AC_REC_CODING) T(concept, AC_REC_CONCEPT) T(quantity, AC_REC_QUANTITY) T(range, AC_REC_RANGE)            \
    T(ratio, AC_REC_RATIO) T(period, AC_REC_PERIOD) T(reference, AC_REC_REFERENCE) T(identifier, AC_REC_IDENTIFIER)    \
    T(human_name, AC_REC_HUMAN_NAME) T(annotation, AC_REC_ANNOTATION) T(extension, AC_REC_EXTENSION)                   \
    T(narrative, AC_REC_NARRATIVE) T(attachment, AC_REC_ATTACHMENT) T(meta, AC_REC_META) T(repeat, AC_REC_REPEAT)      \
    T(timing, AC_REC_TIMING) T(dose, AC_REC_DOSE) T(dosage, AC_REC_DOSAGE)                                             \
    T(reference_range, AC_REC_REFERENCE_RANGE) T(component, AC_REC_COMPONENT) T(reaction, AC_REC_REACTION)             \
    T(relative_condition, AC_REC_RELATIVE_CONDITION) T(section, AC_REC_SECTION) T(agent, AC_REC_AGENT)                 \
    T(entity, AC_REC_ENTITY) T(content, AC_REC_CONTENT) T(context, AC_REC_CONTEXT) T(finding, AC_REC_FINDING)          \
    T(device_name, AC_REC_DEVICE_NAME) T(device_version, AC_REC_DEVICE_VERSION) T(performer, AC_REC_PERFORMER)         \
    T(bundle, AC_REC_BUNDLE) AC_REC_EXCHANGE_TYPE_LIST(T) AC_REC_CARE_TYPE_LIST(T) AC_REC_DOCUMENT_TYPE_LIST(T)        \
    AC_REC_RESOURCE_LIST(T)

/* C name, members, FHIR name */
#define AC_REC_RESOURCE_LIST(T)                                                                                        \
    T(patient, AC_REC_PATIENT, "Patient") T(encounter, AC_REC_ENCOUNTER, "Encounter")                                  \
    T(condition, AC_REC_CONDITION, "Condition") T(observation, AC_REC_OBSERVATION, "Observation")                      \
    T(medication_statement, AC_REC_MEDICATION_STATEMENT, "MedicationStatement")                                        \
    T(medication_request, AC_REC_MEDICATION_REQUEST, "MedicationRequest")                                              \
    T(allergy_intolerance, AC_REC_ALLERGY_INTOLERANCE, "AllergyIntolerance")                                           \
    T(procedure, AC_REC_PROCEDURE, "Procedure") T(service_request, AC_REC_SERVICE_REQUEST, "ServiceRequest")           \
    T(family_member_history, AC_REC_FAMILY_MEMBER_HISTORY, "FamilyMemberHistory")                                      \
    T(clinical_impression, AC_REC_CLINICAL_IMPRESSION, "ClinicalImpression")                                           \
    T(document_reference, AC_REC_DOCUMENT_REFERENCE, "DocumentReference") T(device, AC_REC_DEVICE, "Device")           \
    T(provenance, AC_REC_PROVENANCE, "Provenance") T(composition, AC_REC_COMPOSITION, "Composition")                   \
    AC_REC_EXCHANGE_RESOURCE_LIST(T) AC_REC_CARE_RESOURCE_LIST(T) AC_REC_DOCUMENT_RESOURCE_LIST(T)

typedef enum { AC_REC_ABSENT, AC_REC_FALSE, AC_REC_TRUE } ac_rec_bool;

typedef struct {
    ac_sv *at;
    size_t n, cap;
} ac_rec_texts;

#define AC_REC_MEMBER_TEXT(name, type) ac_sv name;
#define AC_REC_MEMBER_NUMBER(name, type) ac_sv name;
#define AC_REC_MEMBER_BOOL(name, type) uint8_t name;
#define AC_REC_MEMBER_TEXTS(name, type) ac_rec_texts name;
#define AC_REC_MEMBER_OBJECT(name, type) struct ac_rec_##type *name;
#define AC_REC_MEMBER_LIST(name, type)                                                                                 \
    struct {                                                                                                           \
        struct ac_rec_##type *at;                                                                                      \
        size_t n, cap;                                                                                                 \
    } name;
#define AC_REC_MEMBER_OURS(name, type) AC_REC_MEMBER_LIST(name, type)
#define AC_REC_MEMBER(self, kind, name, key, type) AC_REC_MEMBER_##kind(name, type)
#define AC_REC_STRUCT(name, fields, ...)                                                                               \
    typedef struct ac_rec_##name ac_rec_##name;                                                                        \
    struct ac_rec_##name {                                                                                             \
        fields(AC_REC_MEMBER, ac_rec_##name)                                                                                          \
    };
AC_REC_TYPE_LIST(AC_REC_STRUCT)

#define AC_REC_ENUM(name, ...) AC_REC_##name,
typedef enum { AC_REC_RESOURCE_LIST(AC_REC_ENUM) AC_REC_RESOURCES } ac_rec_kind;
#undef AC_REC_ENUM

#define AC_REC_POINTER(name, ...) ac_rec_##name *name;
typedef struct {
    ac_rec_kind kind;
    ac_sv full_url; /* of the bundle's entry; empty when none */
    uint32_t container; /* 1 + the index of the resource that contains it, which stands before it; 0: it stands alone */
    union {
        void *any;
        AC_REC_RESOURCE_LIST(AC_REC_POINTER)
    } as;
} ac_rec_entry;
#undef AC_REC_POINTER

/** A member of a FHIR object that has no place in the structs above. */
typedef struct {
    ac_sv type, key; /* the resource it was in, and its name */
    size_t n;        /* how often */
} ac_rec_unknown;

/** Complete or say so: nothing of the source is dropped without being counted. */
typedef struct {
    size_t resources;          /* that stand in the source */
    size_t resources_unknown;  /* of a type that is not read */
    size_t resources_refused;  /* with a modifierExtension or implicitRules: their meaning may be another */
    size_t members;            /* of the bundle and of the resources that were read, at every depth */
    size_t members_unknown;    /* with everything below them */
    struct {
        ac_rec_unknown *at;
        size_t n, cap;
    } unknown;                 /* the first 64 different ones, resources (key empty) and members */
} ac_rec_coverage;

typedef struct {
    bool bundle;               /* false: a single resource */
    ac_rec_bundle head;
    struct {
        ac_rec_entry *at;
        size_t n, cap;
    } entries;                 /* in the order of the source */
    ac_rec_coverage coverage;
} ac_record;

/** The FHIR name of a resource type. Static. */
ac_sv ac_rec_kind_name(ac_rec_kind kind);

/** Append a zeroed resource; NULL when the arena is full. */
ac_rec_entry *ac_record_add(ac_record *record, ac_rec_kind kind, ac_arena *arena);
/** Count what has no place, among the first 64 different ones. Borrows both names. False when the arena is full. */
bool ac_record_unknown(ac_record *record, ac_sv type, ac_sv key, ac_arena *arena);

#endif
