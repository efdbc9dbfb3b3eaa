/** Identities: UUID version 7 (RFC 9562), so that they sort by the time they were made and tell nothing else. Pure. */
#ifndef AC_CORE_ID_H
#define AC_CORE_ID_H

#include "base/str.h"

enum { AC_ID_BYTES = 16, AC_ID_TEXT = 36, AC_ID_RANDOM = 10 };

/** All zero: none. Compares as bytes. */
typedef struct {
    unsigned char b[AC_ID_BYTES];
} ac_id;

/** Who is who is a matter of types: a patient is no job. */
typedef struct {
    ac_id v;
} ac_tenant_id;
typedef struct {
    ac_id v;
} ac_patient_id;
typedef struct {
    ac_id v;
} ac_job_id;
typedef struct {
    ac_id v;
} ac_document_id;

/** now_ms: since 1970, UTC; random: fresh bytes of a cryptographic source. */
ac_id ac_id_make(int64_t now_ms, const unsigned char random[AC_ID_RANDOM]);

/** Lower case, with hyphens; not NUL-terminated. */
void ac_id_format(ac_id id, char out[AC_ID_TEXT]);

/** That form, any case of letters, any version. False on anything else; *out is untouched then. */
bool ac_id_parse(ac_sv text, ac_id *out);

/** When it was made: milliseconds since 1970. */
int64_t ac_id_ms(ac_id id);

static inline bool ac_id_eq(ac_id a, ac_id b) { return memcmp(a.b, b.b, AC_ID_BYTES) == 0; }
static inline int ac_id_cmp(ac_id a, ac_id b) { return memcmp(a.b, b.b, AC_ID_BYTES); }
static inline bool ac_id_none(ac_id id) { return ac_id_eq(id, (ac_id) { { 0 } }); }

#endif
