/** Codes of HL7 v2 and what FHIR says instead. Sources: chapter 2C of the standard (the tables), the concept maps of HL7's FHIR R4
 *  definitions ("cm-*-v2") and of its Version 2 to FHIR guide, and the FHIR registry of code systems (table 0396). */
#ifndef AC_INTEROP_HL7_TABLE_H
#define AC_INTEROP_HL7_TABLE_H

#include "base/str.h"

/** v2 code -> FHIR code. */
typedef struct {
    const char *from, *to;
} ac_hl7_pair;
typedef struct {
    const ac_hl7_pair *rows;
    size_t n;
} ac_hl7_table;

/** The FHIR code for a v2 code, letter case ignored; empty when the table has none. Static. */
ac_sv ac_hl7_mapped(const ac_hl7_table *t, ac_sv code);

#define AC_HL7_TABLES(T)                                                                                               \
    T(sex) T(name_use) T(address_use) T(telecom_use) T(telecom_system) T(encounter_class) T(encounter_event)           \
    T(observation_status) T(report_status) T(order_status) T(order_control) T(priority) T(allergy_category)            \
    T(allergy_kind) T(allergy_severity) T(sensitivity) T(allergy_verified) T(marital) T(document_status)               \
    T(document_done) T(given_status) T(appointment_status) T(section_category) T(comparator)         \
    T(problem_verified) T(problem_status) T(period_unit) T(relation)
#define AC_HL7_TABLE_EXTERN(name) extern const ac_hl7_table ac_hl7_table_##name;
AC_HL7_TABLES(AC_HL7_TABLE_EXTERN)
#undef AC_HL7_TABLE_EXTERN

/** The codes that HL7 gives in its own tables; hl7_codes.c. */
typedef struct {
    char number[5];
    const char *codes; /* " A B C ": each between blanks */
} ac_hl7_set;
extern const ac_hl7_set ac_hl7_sets[];
extern const size_t ac_hl7_sets_n;

/** Has that table, "0063", exactly this code? False for tables that are not known here. */
bool ac_hl7_in(ac_sv number, ac_sv code);
bool ac_hl7_has_table(ac_sv number);

/** A coding system by its name in table 0396. */
typedef struct {
    ac_sv uri;             /* empty when it is not known here: the name is all that can be told */
    ac_sv table;           /* "0005" of "HL70005": only codes of that table may use it; else empty */
    bool (*fits)(ac_sv);   /* whether a code can be of the system at all; NULL: no rule */
} ac_hl7_system;
ac_hl7_system ac_hl7_system_of(ac_sv name);

#endif
