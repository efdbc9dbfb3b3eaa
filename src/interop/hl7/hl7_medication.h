/** What the files that read pharmacy and vaccination segments share. */
#ifndef AC_INTEROP_HL7_MEDICATION_H
#define AC_INTEROP_HL7_MEDICATION_H

#include "interop/hl7/hl7_make.h"

/** A number field and its unit field; NULL when there is no number. */
ac_rec_quantity *ac_hl7_amount_of(ac_hl7_maker *m, unsigned number, unsigned unit);

/** The drug of a field; one that is missing is unknown, for R4 demands it. */
ac_rec_concept *ac_hl7_drug_code(ac_hl7_maker *m, unsigned field);

/** The Medication of the group, made when it is first needed. */
ac_rec_medication *ac_hl7_drug(ac_hl7_maker *m, ac_rec_concept *code);
void ac_hl7_form_and_strength(ac_hl7_maker *m, ac_rec_concept *code, unsigned form, unsigned strength, unsigned unit);

/** The repetitions of a coded text, a line each. */
ac_sv ac_hl7_lines(ac_hl7_maker *m, unsigned field);

/** A field of type TQ (before 2.5): when, how long, how urgent. */
void ac_hl7_old_timing(ac_hl7_maker *m, unsigned field);

#endif
