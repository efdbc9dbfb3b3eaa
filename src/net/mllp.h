/** Minimal Lower Layer Protocol (HL7, "Transport Specification: MLLP", release 1): <VT> message <FS> <CR> over a byte stream.
 *  Bytes only; who reads and writes the socket, and what a message is, is the caller's business. */
#ifndef AC_NET_MLLP_H
#define AC_NET_MLLP_H

#include "base/str.h"

/** A decoder of one connection. Set max, leave the rest zero; ac_mllp_cleanup when done. One thread at a time. */
typedef struct {
    size_t max;             /* most bytes of one message; a longer one is skipped whole */
    ac_sb block;            /* the message so far; of one that is too long, its first max bytes until the next begins */
    enum { AC_MLLP_OUTSIDE, AC_MLLP_INSIDE, AC_MLLP_ENDING, AC_MLLP_SKIPPING, AC_MLLP_SKIP_ENDING } state;
    uint64_t messages;      /* that were complete */
    uint64_t stray;         /* bytes outside of a frame, white space not counted */
    uint64_t broken;        /* frames that began anew before they ended */
    uint64_t too_long;      /* frames over max */
} ac_mllp;

typedef enum {
    AC_MLLP_MORE,           /* all bytes were taken; no message is complete */
    AC_MLLP_MESSAGE,        /* *message is one; call again with the rest */
    AC_MLLP_TOO_LONG,       /* a frame over max has just ended; call again with the rest */
} ac_mllp_event;

/** Take bytes off *rest until something happened. A frame ends with <FS><CR>; an <FS> before another byte than <CR> belongs to the message.
 *  A <VT> inside of a frame at the beginning of a line starts a new one: the sender lost its connection, and what came before is
 *  dropped and counted.
 *  rest     what was read from the connection; what is left of it
 *  message  borrowed until the next call
 *  errors   AC_ENOMEM
 *  linear in the bytes taken */
AC_NODISCARD ac_rc ac_mllp_take(ac_mllp *m, ac_sv *rest, ac_mllp_event *event, ac_sv *message, ac_err *err);

/** Append the frame of a message. Errors: AC_EINPUT (it holds <VT> or <FS><CR>, which would end it), AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_mllp_frame(ac_sv message, ac_sb *out, ac_err *err);

void ac_mllp_cleanup(ac_mllp *m);

#endif
