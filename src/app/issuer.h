/** The keys of an OpenID Connect issuer: found by discovery (OpenID Connect Discovery 1.0), kept, and fetched again
 * when they are old or when a token names one that is not known. Whoever forges tokens cannot make this server ask more
 * often, and while the issuer is down the keys that are known go on working for AC_ISSUER_STALE_MS. Any thread. */
#ifndef AC_APP_ISSUER_H
#define AC_APP_ISSUER_H

#include "core/jwt.h"
#include "port/clock.h"
#include "port/fetch.h"
#include "port/signature.h"

typedef struct ac_issuer ac_issuer;

enum {
    AC_ISSUER_URL_MAX = 1024,
    AC_ISSUER_STALE_MS = 24 * 3600 * 1000, /* known keys without an answer of the issuer */
    AC_ISSUER_FRESH_MIN_MS = 60 * 1000,    /* between two fetches because of age, whatever Cache-Control says */
    AC_ISSUER_FRESH_MS = 15 * 60 * 1000,   /* where it says nothing */
    AC_ISSUER_FRESH_MAX_MS = 24 * 3600 * 1000,
    AC_ISSUER_PAUSE_MS = 10 * 1000, /* between two fetches because of keys that are not known, */
    AC_ISSUER_BURST = 3,            /* but for so many at once: an issuer may change its keys just after it was asked */
    AC_ISSUER_SINCE_MS = 1000,      /* nobody asks again what was answered a moment ago */
    AC_ISSUER_RETRY_MIN_MS = 5 * 1000, /* after a failure; twice as long after each further one */
    AC_ISSUER_RETRY_MAX_MS = 60 * 1000
};

typedef struct {
    ac_sv url;     /* as the claim iss has it; https, or http on this machine. Borrowed, as all here */
    ac_sv ca_file; /* PEM, for its certificate; "": the system's */
    ac_fetch *fetch;
    ac_signatures *signatures;
    ac_clock *clock;
    /* Have ac_issuer_fetch called on one thread for all who ask at the same time. wait: and return when it was; later:
     * return at once, and ac_issuer_fetched must follow. NULL: on this thread. */
    ac_rc (*wait)(void *context, ac_issuer *i, ac_err *err);
    void (*later)(void *context, ac_issuer *i);
    void *context;
} ac_issuer_options;

/** May that be an issuer? https, or http to a loopback address; no query, no fragment. */
bool ac_issuer_is_url(ac_sv url);

/** Nothing is fetched. errors  AC_EINPUT (the URL), AC_ENOMEM */
AC_NODISCARD ac_rc ac_issuer_new(const ac_issuer_options *opt, ac_issuer **out, ac_err *err);
void ac_issuer_free(ac_issuer *i); /* nobody asks any more; NULL is fine */
static inline void ac_issuer_cleanup_ptr(ac_issuer **i) { ac_issuer_free(*i); }

/** Ask for the keys in the background, if it is time. For the start of the server. */
void ac_issuer_refresh(ac_issuer *i);

/** Did the issuer sign this token? May wait for its keys.
 *  which   the set of keys that said so: see ac_issuer_still
 *  errors  AC_EAUTH (no), AC_EBUSY (the keys cannot be had now), AC_ENOMEM */
AC_NODISCARD ac_rc ac_issuer_check(ac_issuer *i, const ac_jws *j, uint64_t *which, ac_err *err);

/** Would the answer still be the same as that of the check, as far as keys go? Asks for new ones in the background when
 * it is time. */
bool ac_issuer_still(ac_issuer *i, uint64_t which);

/** The server stops: what is under way ends soon, and nothing is fetched any more. */
void ac_issuer_stop(ac_issuer *i);

/** For wait and later alone: fetch, unless somebody just did. One thread at a time. */
void ac_issuer_fetch(ac_issuer *i);
void ac_issuer_fetched(ac_issuer *i); /* what later began is over */

typedef struct {
    uint64_t fetched, failed; /* times */
    size_t keys;
    int64_t fetched_ms; /* the last time; 0: never */
} ac_issuer_counts;
ac_issuer_counts ac_issuer_counted(ac_issuer *i);

#endif
