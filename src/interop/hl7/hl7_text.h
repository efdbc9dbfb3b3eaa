/** A piece of an HL7 v2 message as text: charset (MSH-18) and escape sequences (chapter 2, "Use of escape sequences in text fields"). */
#ifndef AC_INTEROP_HL7_TEXT_H
#define AC_INTEROP_HL7_TEXT_H

#include "interop/hl7/hl7_message.h"

/** The charset that a message is read by. declared: the first repetition of MSH-18, which may be empty.
 *  errors  AC_EINPUT (a charset that is not read here) */
AC_NODISCARD ac_rc ac_hl7_charset_of(const ac_hl7_message *m, ac_sv declared, ac_hl7_charset *out, ac_err *err);

/** UTF-8 without control characters but \t and \n; bytes that are no character of the charset become U+FFFD.
 *  Separators that stand unescaped in the piece stay. An escape sequence that HL7 does not define stays as it was written;
 *  highlighting and indentation are left out.
 *  out     the piece itself where nothing is to be changed, else a copy in the arena
 *  errors  AC_EINPUT (a switch to a character set that is not read here), AC_ELIMIT
 *  thread  any; pure; linear */
AC_NODISCARD ac_rc ac_hl7_text(const ac_hl7_message *m, ac_sv piece, ac_arena *arena, ac_sv *out, ac_err *err);

#endif
