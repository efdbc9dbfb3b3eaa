/** Bytes of any number in a blob, sealed on their way to it and opened on the way back, piece by piece, so that neither
 * takes more memory for more of them. */
#ifndef AC_APP_PIECES_H
#define AC_APP_PIECES_H

#include "app/service.h"

enum { AC_PIECE = 64 << 10 };

typedef struct ac_pieces_out ac_pieces_out;

/** key: of the vault; id: of the blob and of what it belongs to; over: it takes the place of one that is there, as a
 * whole, when it ends. digest: NULL, or AC_MAC_SIZE bytes for what is the same for the same bytes; the caller's, filled
 * at the end
 *  errors  AC_ECONFLICT (the id is taken, or being written), AC_EFULL, AC_EIO, AC_ENOMEM */
AC_NODISCARD ac_rc ac_pieces_begin(ac_service *s, ac_id key, ac_id id, bool over, unsigned char *digest,
                                   ac_pieces_out **out, ac_err *err);
AC_NODISCARD ac_rc ac_pieces_add(ac_pieces_out *p, ac_sv bytes, ac_err *err);
/** The last piece is sealed: no more comes. */
AC_NODISCARD ac_rc ac_pieces_last(ac_pieces_out *p, ac_err *err);
/** After that: it is on the disk when this returns AC_OK. */
AC_NODISCARD ac_rc ac_pieces_end(ac_pieces_out *p, ac_err *err);
/** In any case, last. What was not ended leaves nothing. NULL is fine. */
void ac_pieces_free(ac_pieces_out *p);
static inline void ac_pieces_out_cleanup_ptr(ac_pieces_out **p) { ac_pieces_free(*p); }

typedef struct ac_pieces_in ac_pieces_in;

/** errors  AC_ENOTFOUND, AC_EIO, AC_ENOMEM */
AC_NODISCARD ac_rc ac_pieces_open(ac_service *s, ac_id key, ac_id id, ac_pieces_in **out, ac_err *err);
/** Append the next piece, at most AC_PIECE bytes. *last: there is none after it. errors  AC_EIO (damaged, cut off),
 * AC_ENOTFOUND (it, or its key, is gone), AC_ELIMIT (of out) */
AC_NODISCARD ac_rc ac_pieces_next(ac_pieces_in *p, ac_sb *out, bool *last, ac_err *err);
void ac_pieces_close(ac_pieces_in *p); /* NULL is fine */
static inline void ac_pieces_in_cleanup_ptr(ac_pieces_in **p) { ac_pieces_close(*p); }

#endif
