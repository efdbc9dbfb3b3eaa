/** The work of jobs of the kind AC_JOB_SUMMARY; they are submitted by ac_jobs_summarise (app/jobs.h). */
#ifndef AC_APP_JOB_SUMMARY_H
#define AC_APP_JOB_SUMMARY_H

#include "app/service_parts.h"

/** One line, aceso/patient-summary/1, appended to out. *incomplete: something of the patient is not in it; its coverage
 * says what. errors  those of the store and the vault, AC_ELIMIT, AC_ENOMEM */
AC_NODISCARD ac_rc ac_summary_run(ac_service *s, const ac_job *job, ac_sb *out, bool *incomplete, ac_err *err);

#endif
