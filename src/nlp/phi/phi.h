/** PHI detection: identifiers of people, by rules with validators and by name lists. */
#ifndef AC_NLP_PHI_H
#define AC_NLP_PHI_H

#include "core/note.h"

/* Classes of words in data/phi. Labels announce a value of the type beside them; the others are explained in the files.
 */
#define AC_PHI_WORD_LIST(X)                                                                                            \
    X(AC_PHI_WORD_LABEL_PATIENT, "label-patient", AC_PHI_PATIENT)                                                      \
    X(AC_PHI_WORD_LABEL_STAFF, "label-staff", AC_PHI_STAFF)                                                            \
    X(AC_PHI_WORD_LABEL_RELATIVE, "label-relative", AC_PHI_RELATIVE)                                                   \
    X(AC_PHI_WORD_LABEL_MRN, "label-mrn", AC_PHI_MRN)                                                                  \
    X(AC_PHI_WORD_LABEL_INSURANCE, "label-insurance", AC_PHI_INSURANCE)                                                \
    X(AC_PHI_WORD_LABEL_SSN, "label-ssn", AC_PHI_SSN)                                                                  \
    X(AC_PHI_WORD_LABEL_CONTACT, "label-contact", AC_PHI_CONTACT)                                                      \
    X(AC_PHI_WORD_LABEL_STAFF_ID, "label-staff-id", AC_PHI_STAFF_ID)                                                   \
    X(AC_PHI_WORD_LABEL_ACCOUNT, "label-account", AC_PHI_ACCOUNT)                                                      \
    X(AC_PHI_WORD_LABEL_LICENCE, "label-licence", AC_PHI_LICENCE)                                                      \
    X(AC_PHI_WORD_LABEL_VEHICLE, "label-vehicle", AC_PHI_VEHICLE)                                                      \
    X(AC_PHI_WORD_LABEL_DEVICE, "label-device", AC_PHI_DEVICE)                                                         \
    X(AC_PHI_WORD_LABEL_ID, "label-id", AC_PHI_ID)                                                                     \
    X(AC_PHI_WORD_LABEL_PHONE, "label-phone", AC_PHI_PHONE)                                                            \
    X(AC_PHI_WORD_LABEL_FAX, "label-fax", AC_PHI_FAX)                                                                  \
    X(AC_PHI_WORD_LABEL_PAGER, "label-pager", AC_PHI_PHONE)                                                            \
    X(AC_PHI_WORD_LABEL_ZIP, "label-zip", AC_PHI_ZIP)                                                                  \
    X(AC_PHI_WORD_LABEL_STREET, "label-street", AC_PHI_STREET)                                                         \
    X(AC_PHI_WORD_LABEL_CITY, "label-city", AC_PHI_LOCATION)                                                           \
    X(AC_PHI_WORD_LABEL_COUNTRY, "label-country", AC_PHI_COUNTRY)                                                      \
    X(AC_PHI_WORD_LABEL_HOSPITAL, "label-hospital", AC_PHI_HOSPITAL)                                                   \
    X(AC_PHI_WORD_LABEL_ORGANISATION, "label-organisation", AC_PHI_ORGANISATION)                                       \
    X(AC_PHI_WORD_LABEL_DATE, "label-date", AC_PHI_DATE)                                                               \
    X(AC_PHI_WORD_LABEL_AGE, "label-age", AC_PHI_AGE)                                                                  \
    X(AC_PHI_WORD_LABEL_SEX, "label-sex", AC_PHI_SEX)                                                                  \
    X(AC_PHI_WORD_LABEL_PROFESSION, "label-profession", AC_PHI_PROFESSION)                                             \
    X(AC_PHI_WORD_TITLE, "title", AC_PHI_PATIENT)                                                                      \
    X(AC_PHI_WORD_STAFF_TITLE, "staff-title", AC_PHI_STAFF)                                                            \
    X(AC_PHI_WORD_CREDENTIAL, "credential", AC_PHI_STAFF)                                                              \
    X(AC_PHI_WORD_NAME_CUE, "name-cue", AC_PHI_NAME)                                                                   \
    X(AC_PHI_WORD_NAME_BEFORE, "name-before", AC_PHI_COUNT)                                                            \
    X(AC_PHI_WORD_PERSON_VERB, "person-verb", AC_PHI_COUNT)                                                            \
    X(AC_PHI_WORD_EPONYM_NOUN, "eponym-noun", AC_PHI_COUNT)                                                            \
    X(AC_PHI_WORD_PARTICLE, "particle", AC_PHI_COUNT)                                                                  \
    X(AC_PHI_WORD_MONTH, "month", AC_PHI_COUNT)                                                                        \
    X(AC_PHI_WORD_STOP, "stop", AC_PHI_COUNT)                                                                          \
    X(AC_PHI_WORD_EPONYM, "eponym", AC_PHI_COUNT)                                                                      \
    X(AC_PHI_WORD_KIN, "kin", AC_PHI_KINSHIP)                                                                          \
    X(AC_PHI_WORD_KIN_COUNT, "kin-count", AC_PHI_COUNT)                                                                \
    X(AC_PHI_WORD_KIN_SIDE, "kin-side", AC_PHI_COUNT)                                                                  \
    X(AC_PHI_WORD_SEX_MALE, "sex-male", AC_PHI_SEX)                                                                    \
    X(AC_PHI_WORD_SEX_FEMALE, "sex-female", AC_PHI_SEX)                                                                \
    X(AC_PHI_WORD_AGE, "age-word", AC_PHI_AGE)                                                                         \
    X(AC_PHI_WORD_PROFESSION, "profession", AC_PHI_PROFESSION)                                                         \
    X(AC_PHI_WORD_PLACE_CUE, "place-cue", AC_PHI_LOCATION)                                                             \
    X(AC_PHI_WORD_PLACE_WORD, "place-word", AC_PHI_COUNT)                                                              \
    X(AC_PHI_WORD_STREET_PRE, "street-pre", AC_PHI_STREET)                                                             \
    X(AC_PHI_WORD_STREET_POST, "street-post", AC_PHI_STREET)                                                           \
    X(AC_PHI_WORD_UNIT, "unit", AC_PHI_STREET)                                                                         \
    X(AC_PHI_WORD_HOSPITAL_HEAD, "hospital-head", AC_PHI_HOSPITAL)                                                     \
    X(AC_PHI_WORD_HOSPITAL_TAIL, "hospital-tail", AC_PHI_HOSPITAL)                                                     \
    X(AC_PHI_WORD_CENTRE_HEAD, "centre-head", AC_PHI_HEALTH_CENTRE)                                                    \
    X(AC_PHI_WORD_ORG_HEAD, "org-head", AC_PHI_ORGANISATION)                                                           \
    X(AC_PHI_WORD_ORG_TAIL, "org-tail", AC_PHI_ORGANISATION)                                                           \
    X(AC_PHI_WORD_ORG_CUE, "org-cue", AC_PHI_ORGANISATION)                                                             \
    X(AC_PHI_WORD_FACILITY, "facility", AC_PHI_HOSPITAL)                                                               \
    X(AC_PHI_WORD_PRONOUN_MALE, "pronoun-male", AC_PHI_COUNT)                                                          \
    X(AC_PHI_WORD_PRONOUN_FEMALE, "pronoun-female", AC_PHI_COUNT)                                                      \
    X(AC_PHI_WORD_PATIENT_MALE, "patient-male", AC_PHI_COUNT)                                                          \
    X(AC_PHI_WORD_PATIENT_FEMALE, "patient-female", AC_PHI_COUNT)                                                      \
    X(AC_PHI_WORD_BEFORE_NAME, "before-name", AC_PHI_COUNT)                                                            \
    X(AC_PHI_WORD_NOT_AGE, "not-age", AC_PHI_COUNT)                                                                    \
    X(AC_PHI_WORD_BIRTH, "birth", AC_PHI_COUNT)                                                                        \
    X(AC_PHI_WORD_SURROGATE, "surrogate", AC_PHI_COUNT)

/* classes of data/names */
#define AC_NAME_LIST(X)                                                                                                \
    X(AC_NAME_FIRST, "first")                                                                                          \
    X(AC_NAME_FEMALE, "female")                                                                                        \
    X(AC_NAME_MALE, "male")                                                                                            \
    X(AC_NAME_SURNAME, "surname")                                                                                      \
    X(AC_NAME_PLACE, "place")                                                                                          \
    X(AC_NAME_COUNTRY, "country")                                                                                      \
    X(AC_NAME_STATE, "state")                                                                                          \
    X(AC_NAME_STATE_CODE, "state-code")

enum { /* bits of note.name_words */
    AC_NAME_WORD_FIRST = 1, AC_NAME_WORD_SURNAME = 2, AC_NAME_WORD_MAYBE = 4, AC_NAME_WORD_PLACE = 8, AC_NAME_WORD_PLACE_SURE = 16,
    AC_NAME_WORD_CLINICAL = 32,
};

#define AC_PHI_ENUM(id, ...) id,
typedef enum { AC_PHI_WORD_LIST(AC_PHI_ENUM) AC_PHI_WORD_COUNT } ac_phi_word;
typedef enum { AC_NAME_LIST(AC_PHI_ENUM) AC_NAME_COUNT } ac_name_class;
#undef AC_PHI_ENUM

/** Step: reads text, folded, tokens, sentences, lang, times; fills phi: ascending, never overlapping.
 *  Every kind of identifier is recorded; what a reader may see is the business of deid.h.
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure; linear in the length of the note (n log n in the number of identifiers) */
AC_NODISCARD ac_rc ac_step_phi(ac_note *note, ac_err *err);

#endif
