/** Another master key for a data folder: at once where no server runs on it, by the server where one does. The two talk
 * by two files in the folder, which nobody else can look into: ROTATE names the file with the new key, ROTATED says
 * what came of it. */
#ifndef AC_MAIN_ROTATE_H
#define AC_MAIN_ROTATE_H

#include "main/server.h"

/** The key in file, or a new one that is written to it when it is not there.
 *  errors  those of ac_master_key and ac_master_key_make */
AC_NODISCARD ac_rc ac_rotate_key(const char *file, ac_crypto *crypto, ac_key *out, ac_err *err);

/** Seal what the master key seals with that one, with a record in the audit log. *n: how many keys. */
AC_NODISCARD ac_rc ac_rotate_data(const ac_data *d, const ac_key *key, size_t *n, ac_err *err);

/** Have the server that runs on folder do it, and wait. file: with the key, readable for the server.
 *  errors  AC_ETIMEOUT (it does not answer), AC_EBUSY (somebody else asks), AC_EIO (it could not: the text says why) */
AC_NODISCARD ac_rc ac_rotate_ask(const char *folder, const char *file, size_t *n, ac_err *err);

/** The server: has somebody asked? Then it is done, and told. On a thread that may wait. */
void ac_rotate_look(const ac_data *d);

#endif
