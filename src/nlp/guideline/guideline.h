/** Guideline findings: what a careful colleague would point at. The rules are data/guidelines, each with its citation. */
#ifndef AC_NLP_GUIDELINE_H
#define AC_NLP_GUIDELINE_H

#include "core/result.h"

/** Hold the note's facts against every rule.
 *  note    analysed (facts, values, attributes); its arena owns the findings
 *  out     one finding per rule that is met, in the order of the rules; evidence: the mentions that meet it
 *  errors  AC_ELIMIT; thread any; pure
 *  Only facts that hold for the patient count: present, planned for medications, historical for chronic problems and
 *  allergies; a medication that was stopped does not. When a value has no unit that fits, the rule is not met. */
AC_NODISCARD ac_rc ac_guidelines_check(const ac_note *note, ac_findings *out, ac_err *err);

/** A row of data/guidelines, for tests and documentation. */
typedef struct {
    ac_sv id, severity, conditions, text[AC_LANG_COUNT], citation;
} ac_guideline_rule;
size_t ac_guideline_rules(void);
ac_guideline_rule ac_guideline_rule_at(size_t i);

/** Check that everything a rule names exists (concepts, classes, sets, operators). False: *where is the bad word. */
bool ac_guideline_rule_valid(size_t i, ac_sv *where);

#endif
