/** Rows of record.h for the types that come with structured messages and documents: who, where, when, orders, dispensing.
 *  record.h says how to read a row; include that, not this. */
#ifndef AC_INTEROP_RECORD_EXCHANGE_H
#define AC_INTEROP_RECORD_EXCHANGE_H

/* ---- elements ---- */

#define AC_REC_ADDRESS(X, S)                                                                                           \
    X(S, TEXT, use, "use", _) X(S, TEXT, type, "type", _) X(S, TEXT, text, "text", _) X(S, TEXTS, line, "line", _)     \
    X(S, TEXT, city, "city", _) X(S, TEXT, district, "district", _) X(S, TEXT, state, "state", _)                      \
    X(S, TEXT, postal_code, "postalCode", _) X(S, TEXT, country, "country", _) X(S, OBJECT, period, "period", period)
#define AC_REC_CONTACT_POINT(X, S)                                                                                     \
    X(S, TEXT, system, "system", _) X(S, TEXT, value, "value", _) X(S, TEXT, use, "use", _)                            \
    X(S, NUMBER, rank, "rank", _) X(S, OBJECT, period, "period", period)
/* a Reference that holds a name alone, so that identifiers do not contain themselves */
#define AC_REC_ASSIGNER(X, S) X(S, TEXT, display, "display", _)
#define AC_REC_SUB_EXTENSION(X, S)                                                                                     \
    X(S, TEXT, url, "url", _) X(S, TEXT, value_string, "valueString", _) X(S, TEXT, value_code, "valueCode", _)        \
    X(S, OBJECT, value_coding, "valueCoding", coding) X(S, OBJECT, value_concept, "valueCodeableConcept", concept)     \
    X(S, OBJECT, value_period, "valuePeriod", period)
/* "_birthDate" and its like: what a string, code or date has beside its value */
#define AC_REC_ELEMENT(X, S) X(S, OURS, extension, "extension", extension)
#define AC_REC_PATIENT_CONTACT(X, S)                                                                                   \
    X(S, LIST, relationship, "relationship", concept) X(S, OBJECT, name, "name", human_name)                           \
    X(S, LIST, telecom, "telecom", contact_point) X(S, OBJECT, address, "address", address)                            \
    X(S, TEXT, gender, "gender", _) X(S, OBJECT, organization, "organization", reference)                              \
    X(S, OBJECT, period, "period", period)
#define AC_REC_COMMUNICATION(X, S) X(S, OBJECT, language, "language", concept) X(S, BOOL, preferred, "preferred", _)   \
    X(S, OURS, extension, "extension", extension)
#define AC_REC_PATIENT_LINK(X, S) X(S, OBJECT, other, "other", reference) X(S, TEXT, type, "type", _)
#define AC_REC_PARTICIPANT(X, S)                                                                                       \
    X(S, LIST, type, "type", concept) X(S, OBJECT, period, "period", period)                                           \
    X(S, OBJECT, individual, "individual", reference)
#define AC_REC_DIAGNOSIS(X, S)                                                                                         \
    X(S, OBJECT, condition, "condition", reference) X(S, OBJECT, use, "use", concept) X(S, NUMBER, rank, "rank", _)
#define AC_REC_HOSPITALIZATION(X, S)                                                                                   \
    X(S, OBJECT, pre_admission, "preAdmissionIdentifier", identifier) X(S, OBJECT, origin, "origin", reference)        \
    X(S, OBJECT, admit_source, "admitSource", concept) X(S, OBJECT, re_admission, "reAdmission", concept)              \
    X(S, LIST, diet, "dietPreference", concept) X(S, LIST, courtesy, "specialCourtesy", concept)                       \
    X(S, LIST, arrangement, "specialArrangement", concept) X(S, OBJECT, destination, "destination", reference)         \
    X(S, OBJECT, disposition, "dischargeDisposition", concept)
#define AC_REC_ENCOUNTER_LOCATION(X, S)                                                                                \
    X(S, OBJECT, location, "location", reference) X(S, TEXT, status, "status", _)                                      \
    X(S, OBJECT, physical_type, "physicalType", concept) X(S, OBJECT, period, "period", period)
#define AC_REC_DISPENSE_REQUEST(X, S)                                                                                  \
    X(S, OBJECT, validity, "validityPeriod", period) X(S, NUMBER, repeats, "numberOfRepeatsAllowed", _)                \
    X(S, OBJECT, quantity, "quantity", quantity) X(S, OBJECT, supply, "expectedSupplyDuration", quantity)              \
    X(S, OBJECT, performer, "performer", reference)
#define AC_REC_SUBSTITUTION(X, S)                                                                                      \
    X(S, BOOL, allowed, "allowedBoolean", _) X(S, OBJECT, allowed_concept, "allowedCodeableConcept", concept)
#define AC_REC_SUBSTITUTED(X, S)                                                                                       \
    X(S, BOOL, was, "wasSubstituted", _) X(S, OBJECT, type, "type", concept)
#define AC_REC_GIVEN_DOSE(X, S)                                                                                        \
    X(S, TEXT, text, "text", _) X(S, OBJECT, site, "site", concept) X(S, OBJECT, route, "route", concept)              \
    X(S, OBJECT, method, "method", concept) X(S, OBJECT, dose, "dose", quantity)                                       \
    X(S, OBJECT, rate_ratio, "rateRatio", ratio) X(S, OBJECT, rate_quantity, "rateQuantity", quantity)
#define AC_REC_COLLECTION(X, S)                                                                                        \
    X(S, OBJECT, collector, "collector", reference) X(S, TEXT, collected_date, "collectedDateTime", _)                 \
    X(S, OBJECT, collected_period, "collectedPeriod", period) X(S, OBJECT, quantity, "quantity", quantity)             \
    X(S, OBJECT, method, "method", concept) X(S, OBJECT, body_site, "bodySite", concept)
#define AC_REC_CONTAINER(X, S)                                                                                         \
    X(S, LIST, identifier, "identifier", identifier) X(S, TEXT, description, "description", _)                         \
    X(S, OBJECT, type, "type", concept) X(S, OBJECT, capacity, "capacity", quantity)                                   \
    X(S, OBJECT, amount, "specimenQuantity", quantity) X(S, OBJECT, additive, "additiveCodeableConcept", concept)
#define AC_REC_ATTENDEE(X, S)                                                                                          \
    X(S, LIST, type, "type", concept) X(S, OBJECT, actor, "actor", reference) X(S, TEXT, required, "required", _)      \
    X(S, TEXT, status, "status", _) X(S, OBJECT, period, "period", period)
#define AC_REC_COVERAGE_CLASS(X, S)                                                                                    \
    X(S, OBJECT, type, "type", concept) X(S, TEXT, value, "value", _) X(S, TEXT, name, "name", _)
#define AC_REC_RELATED_DOCUMENT(X, S) X(S, TEXT, code, "code", _) X(S, OBJECT, target, "target", reference)

#define AC_REC_BATCH(X, S) X(S, TEXT, lot, "lotNumber", _) X(S, TEXT, expires, "expirationDate", _)

#define AC_REC_EXCHANGE_TYPE_LIST(T)                                                                                   \
    T(address, AC_REC_ADDRESS) T(contact_point, AC_REC_CONTACT_POINT) T(assigner, AC_REC_ASSIGNER)                     \
    T(sub_extension, AC_REC_SUB_EXTENSION) T(element, AC_REC_ELEMENT) T(patient_contact, AC_REC_PATIENT_CONTACT)       \
    T(communication, AC_REC_COMMUNICATION) T(patient_link, AC_REC_PATIENT_LINK) T(participant, AC_REC_PARTICIPANT)     \
    T(diagnosis, AC_REC_DIAGNOSIS) T(hospitalization, AC_REC_HOSPITALIZATION)                                          \
    T(encounter_location, AC_REC_ENCOUNTER_LOCATION) T(dispense_request, AC_REC_DISPENSE_REQUEST)                      \
    T(substitution, AC_REC_SUBSTITUTION) T(substituted, AC_REC_SUBSTITUTED) T(given_dose, AC_REC_GIVEN_DOSE)           \
    T(collection, AC_REC_COLLECTION) T(container, AC_REC_CONTAINER) T(attendee, AC_REC_ATTENDEE)                       \
    T(coverage_class, AC_REC_COVERAGE_CLASS) T(related_document, AC_REC_RELATED_DOCUMENT)                              \
    T(batch, AC_REC_BATCH)

/* ---- resources ---- */

#define AC_REC_DIAGNOSTIC_REPORT(X, S)                                                                                 \
    AC_REC_HEAD(X, S) X(S, LIST, based_on, "basedOn", reference) X(S, TEXT, status, "status", _)                       \
    X(S, LIST, category, "category", concept) X(S, OBJECT, code, "code", concept)                                      \
    X(S, OBJECT, subject, "subject", reference) X(S, OBJECT, encounter, "encounter", reference)                        \
    X(S, TEXT, effective_date, "effectiveDateTime", _) X(S, OBJECT, effective_period, "effectivePeriod", period)       \
    X(S, TEXT, issued, "issued", _) X(S, LIST, performer, "performer", reference)                                      \
    X(S, LIST, interpreter, "resultsInterpreter", reference) X(S, LIST, specimen, "specimen", reference)               \
    X(S, LIST, result, "result", reference) X(S, TEXT, conclusion, "conclusion", _)                                    \
    X(S, LIST, conclusion_code, "conclusionCode", concept) X(S, LIST, presented, "presentedForm", attachment)
#define AC_REC_SPECIMEN(X, S)                                                                                          \
    AC_REC_HEAD(X, S) X(S, OBJECT, accession, "accessionIdentifier", identifier) X(S, TEXT, status, "status", _)       \
    X(S, OBJECT, type, "type", concept) X(S, OBJECT, subject, "subject", reference)                                    \
    X(S, TEXT, received, "receivedTime", _) X(S, LIST, parent, "parent", reference)                                    \
    X(S, LIST, request, "request", reference) X(S, OBJECT, collection, "collection", collection)                       \
    X(S, LIST, container, "container", container) X(S, LIST, condition, "condition", concept)                          \
    X(S, LIST, note, "note", annotation)
#define AC_REC_IMMUNIZATION(X, S)                                                                                      \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, status_reason, "statusReason", concept)             \
    X(S, OBJECT, code, "vaccineCode", concept) X(S, OBJECT, patient, "patient", reference)                             \
    X(S, OBJECT, encounter, "encounter", reference) X(S, TEXT, occurrence_date, "occurrenceDateTime", _)               \
    X(S, TEXT, occurrence_string, "occurrenceString", _) X(S, TEXT, recorded, "recorded", _)                           \
    X(S, BOOL, primary_source, "primarySource", _) X(S, OBJECT, report_origin, "reportOrigin", concept)                \
    X(S, OBJECT, location, "location", reference) X(S, OBJECT, manufacturer, "manufacturer", reference)                \
    X(S, TEXT, lot, "lotNumber", _) X(S, TEXT, expires, "expirationDate", _) X(S, OBJECT, site, "site", concept)       \
    X(S, OBJECT, route, "route", concept) X(S, OBJECT, dose, "doseQuantity", quantity)                                 \
    X(S, LIST, performer, "performer", performer) X(S, LIST, note, "note", annotation)                                 \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, LIST, eligibility, "programEligibility", concept)              \
    X(S, OBJECT, funding, "fundingSource", concept)                                                                    \
    X(S, LIST, protocol_applied, "protocolApplied", protocol_applied)
#define AC_REC_MEDICATION_ADMINISTRATION(X, S)                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, LIST, status_reason, "statusReason", concept)               \
    X(S, OBJECT, category, "category", concept) X(S, OBJECT, code, "medicationCodeableConcept", concept)               \
    X(S, OBJECT, reference, "medicationReference", reference) X(S, OBJECT, subject, "subject", reference)              \
    X(S, OBJECT, context, "context", reference) X(S, TEXT, effective_date, "effectiveDateTime", _)                     \
    X(S, OBJECT, effective_period, "effectivePeriod", period) X(S, LIST, performer, "performer", performer)            \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, OBJECT, request, "request", reference)                         \
    X(S, LIST, note, "note", annotation) X(S, OBJECT, dosage, "dosage", given_dose)                                    \
    X(S, LIST, supporting, "supportingInformation", reference)
#define AC_REC_MEDICATION_DISPENSE(X, S)                                                                               \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, category, "category", concept)                      \
    X(S, OBJECT, code, "medicationCodeableConcept", concept)                                                           \
    X(S, OBJECT, reference, "medicationReference", reference) X(S, OBJECT, subject, "subject", reference)              \
    X(S, OBJECT, context, "context", reference) X(S, LIST, performer, "performer", performer)                          \
    X(S, OBJECT, location, "location", reference)                                                                      \
    X(S, LIST, prescription, "authorizingPrescription", reference) X(S, OBJECT, type, "type", concept)                 \
    X(S, OBJECT, quantity, "quantity", quantity) X(S, OBJECT, supply, "daysSupply", quantity)                          \
    X(S, TEXT, prepared, "whenPrepared", _) X(S, TEXT, handed_over, "whenHandedOver", _)                               \
    X(S, OBJECT, destination, "destination", reference) X(S, LIST, note, "note", annotation)                           \
    X(S, LIST, dosage, "dosageInstruction", dosage) X(S, OBJECT, substitution, "substitution", substituted)            \
    X(S, LIST, supporting, "supportingInformation", reference)
#define AC_REC_RELATED_PERSON(X, S)                                                                                    \
    AC_REC_HEAD(X, S) X(S, BOOL, active, "active", _) X(S, OBJECT, patient, "patient", reference)                      \
    X(S, LIST, relationship, "relationship", concept) X(S, LIST, name, "name", human_name)                             \
    X(S, LIST, telecom, "telecom", contact_point) X(S, TEXT, gender, "gender", _)                                      \
    X(S, TEXT, birth_date, "birthDate", _) X(S, LIST, address, "address", address)                                     \
    X(S, OBJECT, period, "period", period) X(S, LIST, communication, "communication", communication)
#define AC_REC_INSURANCE(X, S)                                                                                         \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, type, "type", concept)                              \
    X(S, OBJECT, policy_holder, "policyHolder", reference) X(S, OBJECT, subscriber, "subscriber", reference)           \
    X(S, TEXT, subscriber_id, "subscriberId", _) X(S, OBJECT, beneficiary, "beneficiary", reference)                   \
    X(S, TEXT, dependent, "dependent", _) X(S, OBJECT, relationship, "relationship", concept)                          \
    X(S, OBJECT, period, "period", period) X(S, LIST, payor, "payor", reference)                                       \
    X(S, LIST, class, "class", coverage_class) X(S, NUMBER, order, "order", _) X(S, TEXT, network, "network", _)
#define AC_REC_APPOINTMENT(X, S)                                                                                       \
    AC_REC_HEAD(X, S) X(S, TEXT, status, "status", _) X(S, OBJECT, cancel_reason, "cancelationReason", concept)        \
    X(S, LIST, service_category, "serviceCategory", concept) X(S, LIST, service_type, "serviceType", concept)          \
    X(S, LIST, specialty, "specialty", concept) X(S, OBJECT, type, "appointmentType", concept)                         \
    X(S, LIST, reason_code, "reasonCode", concept) X(S, NUMBER, priority, "priority", _)                               \
    X(S, TEXT, description, "description", _) X(S, TEXT, start, "start", _) X(S, TEXT, end, "end", _)                  \
    X(S, NUMBER, minutes, "minutesDuration", _) X(S, TEXT, created, "created", _) X(S, TEXT, comment, "comment", _)    \
    X(S, TEXT, patient_instruction, "patientInstruction", _) X(S, LIST, based_on, "basedOn", reference)                \
    X(S, LIST, participant, "participant", attendee) X(S, LIST, requested, "requestedPeriod", period)

#define AC_REC_EXCHANGE_RESOURCE_LIST(T)                                                                               \
    T(diagnostic_report, AC_REC_DIAGNOSTIC_REPORT, "DiagnosticReport") T(specimen, AC_REC_SPECIMEN, "Specimen")        \
    T(immunization, AC_REC_IMMUNIZATION, "Immunization")                                                               \
    T(medication_administration, AC_REC_MEDICATION_ADMINISTRATION, "MedicationAdministration")                         \
    T(medication_dispense, AC_REC_MEDICATION_DISPENSE, "MedicationDispense")                                           \
    T(related_person, AC_REC_RELATED_PERSON, "RelatedPerson") T(insurance, AC_REC_INSURANCE, "Coverage")                 \
    T(appointment, AC_REC_APPOINTMENT, "Appointment")

#endif
