/** What people say instead of what was read from a document. It lies beside the results, which stay as they are, and
 * goes with the document. */
#ifndef AC_APP_CORRECTIONS_H
#define AC_APP_CORRECTIONS_H

#include "app/documents.h"

enum { AC_CORRECTION_MAX = 256 << 10 };

typedef struct {
    ac_sv text; /* as it was said; empty: nothing was */
    ac_id actor;
    int64_t at_ms;
} ac_correction;

/** In place of what was said before. errors  AC_ENOTFOUND (document), AC_EINPUT (not UTF-8), AC_ELIMIT, AC_ECONFLICT
 * (somebody else does the same now) */
AC_NODISCARD ac_rc ac_correction_put(ac_service *s, const ac_principal *who, ac_document_id document, ac_sv text,
                                     ac_err *err);
/** errors  AC_ENOTFOUND (document) */
AC_NODISCARD ac_rc ac_correction_get(ac_service *s, const ac_principal *who, ac_document_id document, ac_arena *arena,
                                     ac_correction *out, ac_err *err);

/** The change by which it goes with its document. *found: there is one */
AC_NODISCARD ac_rc ac_correction_gone(ac_service *s, const ac_stored *document, ac_arena *arena, ac_change *out,
                                      bool *found, ac_err *err);

#endif
