/** Errors: a code that every caller can switch on, plus context that a human can read.
 *  The text is for operators; it must never carry document or patient text. */
#ifndef AC_BASE_ERR_H
#define AC_BASE_ERR_H

#define AC_NODISCARD __attribute__((warn_unused_result))

/*    rc            http  retry  code for programs (docs/server.md; never changes), text for people */
#define AC_RC_LIST(X)                                                                                                  \
    X(AC_OK, 200, 0, "ok", "ok")                                                                                       \
    X(AC_EINPUT, 400, 0, "invalid_request", "bad input")                                                               \
    X(AC_EAUTH, 401, 0, "unauthenticated", "not authenticated")                                                        \
    X(AC_EDENIED, 403, 0, "forbidden", "not permitted")                                                                \
    X(AC_ENOTFOUND, 404, 0, "not_found", "not found")                                                                  \
    X(AC_ECONFLICT, 409, 0, "conflict", "conflict")                                                                    \
    X(AC_ELIMIT, 413, 0, "too_large", "limit reached")                                                                 \
    X(AC_ECANCELLED, 499, 0, "cancelled", "cancelled")                                                                 \
    X(AC_ERATE, 429, 1, "rate_limited", "too many requests")                                                           \
    X(AC_EINTERNAL, 500, 0, "internal", "internal")                                                                    \
    X(AC_EIO, 500, 1, "internal", "input or output failed")                                                            \
    X(AC_ENOMEM, 503, 1, "overloaded", "out of memory")                                                                \
    X(AC_EBUSY, 503, 1, "overloaded", "busy")                                                                          \
    X(AC_EFULL, 507, 1, "insufficient_storage", "no room on the disk")                                                 \
    X(AC_ETIMEOUT, 504, 1, "timeout", "it took too long")

#define AC_RC_ENUM(name, ...) name,
typedef enum { AC_RC_LIST(AC_RC_ENUM) AC_RC_COUNT } ac_rc;
#undef AC_RC_ENUM

typedef struct {
    const char *file;
    int line;
} ac_frame;
typedef struct {
    ac_rc rc;
    unsigned depth; /* frames recorded, innermost first */
    ac_frame trace[6];
    char text[160];
} ac_err;

/** Record a failure and return rc. err may be NULL. fmt must not print document text. */
ac_rc ac_err_set(ac_err *err, ac_rc rc, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
ac_rc ac_err_pass(ac_err *err, ac_rc rc, const char *file, int line);
int ac_rc_http(ac_rc rc);
int ac_rc_retry(ac_rc rc); /* may it go well another time? */
const char *ac_rc_name(ac_rc rc);
const char *ac_rc_code(ac_rc rc);
const char *ac_rc_text(ac_rc rc);

/* Yields rc itself, not what ac_err_set returns, so that compilers and analysers see that a failure is never AC_OK. */
#define ac_fail(err, rc, ...)                                                                                          \
    __extension__({                                                                                                    \
        const ac_rc failed_ = (rc);                                                                                    \
        (void)ac_err_set((err), failed_, __FILE__, __LINE__, __VA_ARGS__);                                             \
        failed_;                                                                                                       \
    })

/** The one macro that may leave a function: pass an error up, adding this line to its trace. */
#define AC_TRY(err, call)                                                                                              \
    do {                                                                                                               \
        ac_rc rc_ = (call);                                                                                            \
        if (rc_ != AC_OK) {                                                                                            \
            (void)ac_err_pass((err), rc_, __FILE__, __LINE__);                                                         \
            return rc_;                                                                                                \
        }                                                                                                              \
    } while (0)

#endif
