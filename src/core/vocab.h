/** The project's vocabularies. Each is one list: enum, names and properties cannot drift apart.
 *  The names are the ones that JSON, the command line and the documentation use. */
#ifndef AC_CORE_VOCAB_H
#define AC_CORE_VOCAB_H

#include "base/str.h"

#define AC_LANG_LIST(X)                                                                                                \
    X(AC_LANG_EN, "en")                                                                                                \
    X(AC_LANG_ES, "es")

#define AC_KIND_LIST(X)                                                                                                \
    X(AC_KIND_PROBLEM, "problem")                                                                                      \
    X(AC_KIND_SYMPTOM, "symptom")                                                                                      \
    X(AC_KIND_MEDICATION, "medication")                                                                                \
    X(AC_KIND_LAB, "lab")                                                                                              \
    X(AC_KIND_VITAL, "vital")                                                                                          \
    X(AC_KIND_PROCEDURE, "procedure")                                                                                  \
    X(AC_KIND_ANATOMY, "anatomy")                                                                                      \
    X(AC_KIND_DEVICE, "device")                                                                                        \
    X(AC_KIND_ALLERGY, "allergy")                                                                                      \
    X(AC_KIND_SOCIAL, "social")                                                                                        \
    X(AC_KIND_FAMILY, "family")

/* ConText (Harkema 2009) plus planned. AC_PRESENT is the default of an uncued mention. */
#define AC_ASSERTION_LIST(X)                                                                                           \
    X(AC_PRESENT, "present")                                                                                           \
    X(AC_ABSENT, "absent")                                                                                             \
    X(AC_POSSIBLE, "possible")                                                                                         \
    X(AC_CONDITIONAL, "conditional")                                                                                   \
    X(AC_HYPOTHETICAL, "hypothetical")                                                                                 \
    X(AC_HISTORICAL, "historical")                                                                                     \
    X(AC_FAMILY, "family")                                                                                             \
    X(AC_PLANNED, "planned")

/* What an entity can carry besides its value. Each is also the type of the relation that ties it to the entity. */
#define AC_ATTR_LIST(X)                                                                                                \
    X(AC_ATTR_DOSE, "dose")                                                                                            \
    X(AC_ATTR_ROUTE, "route")                                                                                          \
    X(AC_ATTR_FREQUENCY, "frequency")                                                                                  \
    X(AC_ATTR_DURATION, "duration")                                                                                    \
    X(AC_ATTR_FORM, "form")                                                                                            \
    X(AC_ATTR_STRENGTH, "strength")                                                                                    \
    X(AC_ATTR_INDICATION, "indication")                                                                                \
    X(AC_ATTR_SEVERITY, "severity")                                                                                    \
    X(AC_ATTR_LATERALITY, "laterality")                                                                                \
    X(AC_ATTR_SITE, "site")                                                                                            \
    X(AC_ATTR_VALUE, "value")                                                                                          \
    X(AC_ATTR_FLAG, "flag")                                                                                            \
    X(AC_ATTR_RANGE, "range")                                                                                          \
    X(AC_ATTR_BASELINE, "baseline")                                                                                    \
    X(AC_ATTR_REACTION, "reaction")                                                                                    \
    X(AC_ATTR_ONSET, "onset")                                                                                          \
    X(AC_ATTR_DATE, "date")                                                                                            \
    X(AC_ATTR_STATUS, "status")                                                                                        \
    X(AC_ATTR_RELATIVE, "relative")

/* PHI types: HIPAA Safe Harbor's eighteen, finer where a corpus or a hospital needs it. Third column: MEDDOCAN's name. */
#define AC_PHI_LIST(X)                                                                                                 \
    X(AC_PHI_PATIENT, "PATIENT", "NOMBRE_SUJETO_ASISTENCIA")                                                           \
    X(AC_PHI_STAFF, "STAFF", "NOMBRE_PERSONAL_SANITARIO")                                                              \
    X(AC_PHI_RELATIVE, "RELATIVE", "FAMILIARES_SUJETO_ASISTENCIA")                                                     \
    X(AC_PHI_KINSHIP, "KINSHIP", "FAMILIARES_SUJETO_ASISTENCIA")                                                       \
    X(AC_PHI_NAME, "NAME", "NOMBRE_SUJETO_ASISTENCIA")                                                                 \
    X(AC_PHI_AGE, "AGE", "EDAD_SUJETO_ASISTENCIA")                                                                     \
    X(AC_PHI_SEX, "SEX", "SEXO_SUJETO_ASISTENCIA")                                                                     \
    X(AC_PHI_DATE, "DATE", "FECHAS")                                                                                   \
    X(AC_PHI_PROFESSION, "PROFESSION", "PROFESION")                                                                    \
    X(AC_PHI_STREET, "STREET", "CALLE")                                                                                \
    X(AC_PHI_LOCATION, "LOCATION", "TERRITORIO")                                                                       \
    X(AC_PHI_STATE, "STATE", "TERRITORIO")                                                                             \
    X(AC_PHI_ZIP, "ZIP", "TERRITORIO")                                                                                 \
    X(AC_PHI_COUNTRY, "COUNTRY", "PAIS")                                                                               \
    X(AC_PHI_HOSPITAL, "HOSPITAL", "HOSPITAL")                                                                         \
    X(AC_PHI_HEALTH_CENTRE, "HEALTH_CENTRE", "CENTRO_SALUD")                                                           \
    X(AC_PHI_ORGANISATION, "ORGANISATION", "INSTITUCION")                                                              \
    X(AC_PHI_PHONE, "PHONE", "NUMERO_TELEFONO")                                                                        \
    X(AC_PHI_FAX, "FAX", "NUMERO_FAX")                                                                                 \
    X(AC_PHI_EMAIL, "EMAIL", "CORREO_ELECTRONICO")                                                                     \
    X(AC_PHI_URL, "URL", "URL_WEB")                                                                                    \
    X(AC_PHI_IP, "IP", "DIREC_PROT_INTERNET")                                                                          \
    X(AC_PHI_SSN, "SSN", "ID_ASEGURAMIENTO")                                                                           \
    X(AC_PHI_MRN, "MRN", "ID_SUJETO_ASISTENCIA")                                                                       \
    X(AC_PHI_INSURANCE, "INSURANCE", "ID_ASEGURAMIENTO")                                                               \
    X(AC_PHI_CONTACT, "CONTACT", "ID_CONTACTO_ASISTENCIAL")                                                            \
    X(AC_PHI_STAFF_ID, "STAFF_ID", "ID_TITULACION_PERSONAL_SANITARIO")                                                 \
    X(AC_PHI_EMPLOYMENT_ID, "EMPLOYMENT_ID", "ID_EMPLEO_PERSONAL_SANITARIO")                                           \
    X(AC_PHI_ACCOUNT, "ACCOUNT", "OTRO_NUMERO_IDENTIF")                                                                \
    X(AC_PHI_LICENCE, "LICENCE", "OTRO_NUMERO_IDENTIF")                                                                \
    X(AC_PHI_VEHICLE, "VEHICLE", "IDENTIF_VEHICULOS_NRSERIE_PLACAS")                                                   \
    X(AC_PHI_DEVICE, "DEVICE", "IDENTIF_DISPOSITIVOS_NRSERIE")                                                         \
    X(AC_PHI_BIOMETRIC, "BIOMETRIC", "IDENTIF_BIOMETRICOS")                                                            \
    X(AC_PHI_ID, "ID", "OTRO_NUMERO_IDENTIF")                                                                          \
    X(AC_PHI_OTHER, "OTHER", "OTROS_SUJETO_ASISTENCIA")

#define AC_CODE_SYSTEM_LIST(X)                                                                                         \
    X(AC_ICD10CM, "icd10cm", "http://hl7.org/fhir/sid/icd-10-cm")                                                      \
    X(AC_SNOMED, "snomed", "http://snomed.info/sct")                                                                   \
    X(AC_RXNORM, "rxnorm", "http://www.nlm.nih.gov/research/umls/rxnorm")                                              \
    X(AC_LOINC, "loinc", "http://loinc.org")                                                                           \
    X(AC_ATC, "atc", "http://www.whocc.no/atc")

#define AC_VOCAB_ENUM(id, ...) id,
typedef enum { AC_LANG_LIST(AC_VOCAB_ENUM) AC_LANG_COUNT } ac_lang;
typedef enum { AC_KIND_LIST(AC_VOCAB_ENUM) AC_KIND_COUNT } ac_kind;
typedef enum { AC_ASSERTION_LIST(AC_VOCAB_ENUM) AC_ASSERTION_COUNT } ac_assertion;
typedef enum { AC_ATTR_LIST(AC_VOCAB_ENUM) AC_ATTR_COUNT } ac_attr_kind;
typedef enum { AC_PHI_LIST(AC_VOCAB_ENUM) AC_PHI_COUNT } ac_phi_type;
typedef enum { AC_CODE_SYSTEM_LIST(AC_VOCAB_ENUM) AC_CODE_SYSTEM_COUNT } ac_code_system;
#undef AC_VOCAB_ENUM

/* Names live for ever; an unknown enum value is a programming error. *_from gives false for an unknown name. */
ac_sv ac_lang_name(ac_lang v);
ac_sv ac_kind_name(ac_kind v);
ac_sv ac_assertion_name(ac_assertion v);
ac_sv ac_attr_name(ac_attr_kind v);
ac_sv ac_phi_name(ac_phi_type v);
ac_sv ac_phi_meddocan_name(ac_phi_type v);
ac_sv ac_code_system_name(ac_code_system v);
ac_sv ac_code_system_uri(ac_code_system v);
bool ac_lang_from(ac_sv name, ac_lang *out);
bool ac_kind_from(ac_sv name, ac_kind *out);
bool ac_assertion_from(ac_sv name, ac_assertion *out);
bool ac_attr_from(ac_sv name, ac_attr_kind *out);
bool ac_phi_from(ac_sv name, ac_phi_type *out);
bool ac_code_system_from(ac_sv name, ac_code_system *out);

#endif
