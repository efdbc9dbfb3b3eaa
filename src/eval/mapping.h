/** Our vocabulary in the words of the corpora. Each mapping is a table in mapping.c; docs/evaluation.md explains them. */
#ifndef AC_EVAL_MAPPING_H
#define AC_EVAL_MAPPING_H

#include "core/note.h"

/* All answers are static; NULL: the corpus has no type for it. */
const char *ac_maccrobat_entity(const ac_entity *x);
const char *ac_maccrobat_attr(const ac_attr *a);
bool ac_is_dosage(const ac_attr *a);         /* of a medication: part of its Dosage */
const char *ac_maccrobat_time(ac_time_kind kind);
const char *ac_maccrobat_scored(ac_sv type); /* the type, when it is one that we score */

bool ac_is_disorder(const ac_entity *x);          /* what E3C calls a clinical entity */
bool ac_presidio_counts(ac_phi_type type);        /* sex, kinship and occupation are no PII there */

/** The SOAP part ('S', 'O', 'A', 'P') that an MTS-Dialog section belongs to; '-' when unknown. */
char ac_mts_part(ac_sv section);

#endif
