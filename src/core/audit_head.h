/** The head of the audit log, signed: what is shipped to another place, so that nobody can shorten the log, or put an
 * older one there, without its being seen. Pure. A head is one line of JSON; what is signed is text that other programs
 * can write, too:
 *      aceso/audit-head/1 LF number LF time in milliseconds since 1970 LF mac in hexadecimal digits LF */
#ifndef AC_CORE_AUDIT_HEAD_H
#define AC_CORE_AUDIT_HEAD_H

#include "base/arena.h"
#include "base/json_write.h"
#include "core/audit.h"

enum { AC_HEAD_KEY = 32, AC_HEAD_SIGNATURE = 64, AC_HEAD_TEXT = 160 };

typedef struct {
    uint64_t number; /* of the last record; 0: there is none yet */
    int64_t at_ms;   /* when it was signed */
    unsigned char mac[AC_AUDIT_MAC];
    unsigned char key[AC_HEAD_KEY]; /* public, Ed25519 */
    unsigned char signature[AC_HEAD_SIGNATURE];
} ac_audit_head;

/** What is signed; borrows buf. */
ac_sv ac_audit_head_text(const ac_audit_head *h, char buf[AC_HEAD_TEXT]);

/** {"schema":"aceso/audit-head/1","number":...,"at_ms":...,"mac":...,"key":...,"signature":...} */
void ac_jw_audit_head(ac_jw *w, const ac_audit_head *h);

/** The way back. errors  AC_EINPUT, AC_ELIMIT (of the arena) */
AC_NODISCARD ac_rc ac_audit_head_read(ac_sv line, ac_arena *arena, ac_audit_head *out, ac_err *err);

#endif
