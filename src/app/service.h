/** What the use cases of the server work with: ports, keys, limits. Made once; any thread. */
#ifndef AC_APP_SERVICE_H
#define AC_APP_SERVICE_H

#include "app/access.h"
#include "app/webhooks.h"
#include "port/blobs.h"
#include "port/media.h"
#include "port/trace.h"

typedef struct ac_service ac_service;
struct ac_vocabs;

typedef struct {
    ac_store *store; /* all borrowed */
    ac_blobs *blobs;
    ac_crypto *crypto;
    ac_clock *clock;
    ac_media *media;
    ac_tracer *tracer; /* NULL: none */
    ac_vault *vault;
    ac_access *access;
    ac_webhooks *webhooks; /* NULL: nobody is told */
    const struct ac_vocabs *vocabs;
    size_t max_bytes;   /* of a document that is worked on */
    uint32_t attempts;  /* of a job, at most */
    int64_t backoff_ms; /* before the second attempt, at most; twice as long before each further one */
    int64_t backoff_max_ms;
    int64_t lease_ms;
    int64_t keep_ms; /* jobs and results, after their end; 0: for ever */
    size_t slots;    /* threads that work */
    void (*wake)(void *context); /* there may be something for them to do; any thread, short; NULL: they look by themselves */
    void *wake_context;
} ac_service_options;

AC_NODISCARD ac_rc ac_service_new(const ac_service_options *opt, ac_service **out, ac_err *err);
void ac_service_free(ac_service *s); /* nothing runs any more; NULL is fine */
static inline void ac_service_cleanup_ptr(ac_service **s) { ac_service_free(*s); }

/** Tell webhooks of jobs that the store itself ended. After the start, and now and then. errors  those of the store */
AC_NODISCARD ac_rc ac_service_tell_late(ac_service *s, int64_t window_ms, ac_err *err);

typedef struct {
    ac_rc engine, store;
} ac_self_test;

/** Nothing is begun for a request whose time is up: to be asked now and then. errors  AC_ETIMEOUT */
AC_NODISCARD ac_rc ac_in_time(ac_service *s, const ac_principal *who, ac_err *err);

/** Does the engine work, from end to end, and can the store keep something? Nothing stays. Tried once a second at most: who asks more often
 *  gets the last answer. */
ac_self_test ac_service_self_test(ac_service *s, ac_arena *arena);

#endif
