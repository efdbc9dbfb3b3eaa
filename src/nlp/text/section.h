/** Section segmentation. Header words live in data/sections, one row per section type and language. */
#ifndef AC_NLP_SECTION_H
#define AC_NLP_SECTION_H

#include "core/note.h"

/* type, name in JSON, LOINC section code (empty: none that fits exactly), where its statements go in a SOAP note */
#define AC_SECTION_LIST(X)                                                                                             \
    X(AC_SECTION_UNKNOWN, "unknown", "", '-')                                                                          \
    X(AC_SECTION_CHIEF_COMPLAINT, "chief_complaint", "10154-3", 'S')                                                   \
    X(AC_SECTION_HPI, "history_of_present_illness", "10164-2", 'S')                                                    \
    X(AC_SECTION_PMH, "past_medical_history", "11348-0", 'S')                                                          \
    X(AC_SECTION_PSH, "past_surgical_history", "10167-5", 'S')                                                         \
    X(AC_SECTION_FAMILY, "family_history", "10157-6", 'S')                                                             \
    X(AC_SECTION_SOCIAL, "social_history", "29762-2", 'S')                                                             \
    X(AC_SECTION_MEDICATIONS, "medications", "10160-0", 'S')                                                           \
    X(AC_SECTION_ALLERGIES, "allergies", "48765-2", 'S')                                                               \
    X(AC_SECTION_IMMUNISATIONS, "immunisations", "11369-6", 'S')                                                       \
    X(AC_SECTION_ROS, "review_of_systems", "10187-3", 'S')                                                             \
    X(AC_SECTION_SUBJECTIVE, "subjective", "61150-9", 'S')                                                             \
    X(AC_SECTION_OB_HISTORY, "obstetric_history", "10162-6", 'S')                                                      \
    X(AC_SECTION_VITALS, "vital_signs", "8716-3", 'O')                                                                 \
    X(AC_SECTION_EXAM, "physical_exam", "29545-1", 'O')                                                                \
    X(AC_SECTION_OBJECTIVE, "objective", "61149-1", 'O')                                                               \
    X(AC_SECTION_RESULTS, "results", "30954-2", 'O')                                                                   \
    X(AC_SECTION_IMAGING, "imaging", "18748-4", 'O')                                                                   \
    X(AC_SECTION_PATHOLOGY, "pathology", "60567-5", 'O')                                                               \
    X(AC_SECTION_PROCEDURES, "procedures", "47519-4", 'O')                                                             \
    X(AC_SECTION_OPERATIVE, "operative_note", "10223-4", 'O')                                                          \
    X(AC_SECTION_COURSE, "hospital_course", "8648-8", 'O')                                                             \
    X(AC_SECTION_ASSESSMENT, "assessment", "51848-0", 'A')                                                             \
    X(AC_SECTION_DIAGNOSIS, "diagnoses", "29308-4", 'A')                                                               \
    X(AC_SECTION_PROBLEMS, "problem_list", "11450-4", 'A')                                                             \
    X(AC_SECTION_IMPRESSION, "impression", "19005-8", 'A')                                                             \
    X(AC_SECTION_ASSESSMENT_PLAN, "assessment_and_plan", "51847-2", 'A')                                               \
    X(AC_SECTION_PLAN, "plan", "18776-5", 'P')                                                                         \
    X(AC_SECTION_INSTRUCTIONS, "instructions", "69730-0", 'P')                                                         \
    X(AC_SECTION_DISCHARGE, "discharge", "8653-8", 'P')                                                                \
    X(AC_SECTION_DISCHARGE_MEDICATIONS, "discharge_medications", "10183-2", 'P')                                       \
    X(AC_SECTION_FOLLOW_UP, "follow_up", "18776-5", 'P')                                                               \
    X(AC_SECTION_REASON, "reason_for_visit", "29299-5", 'S')                                                           \
    X(AC_SECTION_DEMOGRAPHICS, "demographics", "", '-')                                                                \
    X(AC_SECTION_SIGNATURE, "signature", "", '-')                                                                      \
    X(AC_SECTION_INDICATION, "indication", "59768-2", 'S')                                                             \
    X(AC_SECTION_FUNCTIONAL_STATUS, "functional_status", "47420-5", 'S')                                               \
    X(AC_SECTION_FINDINGS, "findings", "59776-5", 'O')                                                                 \
    X(AC_SECTION_ANAESTHESIA, "anaesthesia", "59774-0", 'O')                                                           \
    X(AC_SECTION_COMPLICATIONS, "complications", "55109-3", 'O')                                                       \
    X(AC_SECTION_ADMISSION_DIAGNOSIS, "admission_diagnosis", "46241-6", 'A')                                           \
    X(AC_SECTION_DISCHARGE_DIAGNOSIS, "discharge_diagnosis", "11535-2", 'A')                                           \
    X(AC_SECTION_PREOP_DIAGNOSIS, "preoperative_diagnosis", "10219-4", 'A')                                            \
    X(AC_SECTION_POSTOP_DIAGNOSIS, "postoperative_diagnosis", "10218-6", 'A')                                          \
    X(AC_SECTION_ADVANCE_DIRECTIVES, "advance_directives", "42348-3", '-')                                             \
    X(AC_SECTION_OTHER, "other", "", '-')                                                                              \
    X(AC_SECTION_SYSTEM, "body_system", "", '-')

/* AC_SECTION_OTHER: a header that we know and that has no type of its own (technique, drains).
 * AC_SECTION_SYSTEM: headers of data/sections only ("HEENT:", "Cardiovascular:"). They are part of the section around
 * them; where none is that could hold them, they open a physical exam. No section of a note has this type. */

#define AC_SECTION_ENUM(id, name, loinc, soap) id,
typedef enum { AC_SECTION_LIST(AC_SECTION_ENUM) AC_SECTION_COUNT } ac_section_type;
#undef AC_SECTION_ENUM

ac_sv ac_section_name(ac_section_type t);
ac_sv ac_section_loinc(ac_section_type t);
char ac_section_soap(ac_section_type t); /* 'S' 'O' 'A' 'P' or '-' */

/** Step: reads text, folded, tokens, lang; fills sections (they cover the whole text). Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_sections(ac_note *note, ac_err *err);

#endif
