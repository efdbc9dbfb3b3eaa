/** The same request again. Its sender gave it a key of his (Idempotency-Key): a second one with that key and the same
 * content does nothing, and is answered with what came of the first one, secrets included, which nobody has kept: they
 * come of the key. Submissions of jobs compare what they ask for instead (app/job_submit.c). Any thread. */
#ifndef AC_APP_REPEAT_H
#define AC_APP_REPEAT_H

#include "app/access.h"

/** Did it come before? who: NULL: nobody who asks again. *outcome: the id that was remembered; none: this is the first
 * time, or it has no key. once    for ac_repeat_commit errors  AC_EINPUT (the key is too long), AC_ECONFLICT (it came
 * with another content, or from somebody else), those of the store */
AC_NODISCARD ac_rc ac_repeat_begin(ac_access *a, const ac_principal *who, ac_once *once, ac_id *outcome, ac_err *err);

/** Commit, and remember *outcome with it. When the same request was faster nothing is changed, *outcome is its, and
 * ac_repeated says so. */
AC_NODISCARD ac_rc ac_repeat_commit(ac_access *a, const ac_principal *who, const ac_commit *commit, const ac_once *once,
                                    ac_id *outcome, ac_err *err);

/** It came before. */
static inline bool ac_repeated(const ac_principal *who) { return who && who->repeat && who->repeat->came; }

/** Secret bytes for what has that id, at most AC_MAC_SIZE: random ones; of a request with a key those that the same
 * request gets again. */
AC_NODISCARD ac_rc ac_repeat_secret(ac_access *a, const ac_principal *who, ac_id of, unsigned char *out, size_t n,
                                    ac_err *err);

/** One part of a content, with its length, so that no two contents of several parts are the same by chance. */
void ac_repeat_feed(ac_sb *content, ac_sv part);

/** A key with a content: as it is remembered, for as long as the tenant says. errors  as ac_repeat_begin */
AC_NODISCARD ac_rc ac_repeat_of(ac_access *a, ac_tenant_id tenant, ac_sv key, ac_sv content, ac_once *out, ac_err *err);

#endif
