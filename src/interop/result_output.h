/** The parts of the result JSON that are made for people: summaries, SOAP, timeline, findings. */
#ifndef AC_INTEROP_RESULT_OUTPUT_H
#define AC_INTEROP_RESULT_OUTPUT_H

#include "base/json_write.h"
#include "core/result.h"

void ac_jw_items(ac_jw *j, const char *key, const ac_items *items); /* key: [{text, evidence}] */
void ac_jw_clinical_summary(ac_jw *j, const ac_clinical_summary *s);
void ac_jw_soap(ac_jw *j, const ac_soap *s);
void ac_jw_patient_summary(ac_jw *j, const ac_patient_summary *s);
void ac_jw_timeline(ac_jw *j, const ac_timeline *t);
void ac_jw_findings(ac_jw *j, const ac_findings *f);

#endif
