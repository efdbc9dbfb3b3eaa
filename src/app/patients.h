/** Use cases of patients: add, find, list, delete. What the caller calls a patient is sealed with the patient's own key
 * and found by a keyed hash. */
#ifndef AC_APP_PATIENTS_H
#define AC_APP_PATIENTS_H

#include "app/service.h"

typedef struct {
    ac_patient_id id;
    ac_sv reference;
    int64_t created_ms;
    bool held; /* nothing of the patient is removed */
} ac_patient_info;
typedef AC_VEC(ac_patient_info) ac_patient_infos;

/** Found, or added. *fresh: added. errors  AC_EINPUT (no reference, or a too long one), AC_EDENIED (he is confined to
 * some) */
AC_NODISCARD ac_rc ac_patients_add(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena,
                                   ac_patient_info *out, bool *fresh, ac_err *err);
AC_NODISCARD ac_rc ac_patients_get(ac_service *s, const ac_principal *who, ac_patient_id id, ac_arena *arena,
                                   ac_patient_info *out, ac_err *err);
/** By the caller's reference. */
AC_NODISCARD ac_rc ac_patients_find(ac_service *s, const ac_principal *who, ac_sv reference, ac_arena *arena,
                                    ac_patient_info *out, ac_err *err);
AC_NODISCARD ac_rc ac_patients_list(ac_service *s, const ac_principal *who, ac_id before, size_t max, ac_arena *arena,
                                    ac_patient_infos *out, ac_err *err);

/** Put on hold, or end that: nothing of the patient is removed, neither by a rule nor by hand. errors  AC_ENOTFOUND */
AC_NODISCARD ac_rc ac_patients_hold(ac_service *s, const ac_principal *who, ac_patient_id id, bool held, ac_err *err);

/** The patient, all documents, jobs and results, and the key that they were sealed with: no copy of them opens any
 * more. errors  AC_ENOTFOUND, AC_ECONFLICT (on hold) */
AC_NODISCARD ac_rc ac_patients_delete(ac_service *s, const ac_principal *who, ac_patient_id id, ac_err *err);

#endif
