/** OpenSSL's libcrypto behind the port of signatures. */
#ifndef AC_ADAPTER_CRYPTO_SIGNATURE_H
#define AC_ADAPTER_CRYPTO_SIGNATURE_H

#include "port/signature.h"

ac_signatures *ac_signatures_system(void); /* static; any thread */

#endif
