/** Bytes made shorter, where they can be, before they are sealed. One byte in front says how.
 *  Making the state of the library costs more than packing a note, so a packer keeps a few for those who come next. Any
 * thread. */
#ifndef AC_ADAPTER_CRYPTO_PACK_H
#define AC_ADAPTER_CRYPTO_PACK_H

#include "base/str.h"

enum { AC_PACK_EXTRA = 1, AC_PACK_MAX = 0x7f000000 };

typedef struct ac_packer ac_packer;

AC_NODISCARD ac_rc ac_packer_new(ac_packer **out, ac_err *err);
void ac_packer_free(ac_packer *p); /* NULL is fine */
static inline void ac_packer_cleanup_ptr(ac_packer **p) { ac_packer_free(*p); }

/** out: room for text.n + AC_PACK_EXTRA bytes; *n: how many it took. errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_pack(ac_packer *p, ac_sv text, unsigned char *out, size_t *n, ac_err *err);

/** The way back, appended to out, at most max bytes: memory is taken only when the length is known to be allowed.
 *  errors  AC_ELIMIT, AC_EIO (not what ac_pack makes), AC_ENOMEM */
AC_NODISCARD ac_rc ac_unpack(ac_packer *p, ac_sv packed, size_t max, ac_sb *out, ac_err *err);

#endif
