/** The server that aceso client and aceso admin talk to: who it is, and requests that are tried again until it answers.
 */
#ifndef AC_MAIN_CLIENT_H
#define AC_MAIN_CLIENT_H

#include "core/id_json.h"
#include "main/cli.h"
#include "os/mac.h"
#include "port/fetch.h"

#include <stdatomic.h>

enum { AC_CLIENT_WHY = 240, AC_CLIENT_KEY_MAX = 512, AC_CLIENT_SOCKET_MAX = 108 };

typedef struct {
    ac_fetch *fetch;
    const char *told;                  /* the server as the user named it */
    char url[AC_FETCH_URL_MAX];        /* without a slash at its end */
    char socket[AC_CLIENT_SOCKET_MAX]; /* empty: none */
    char bearer[AC_CLIENT_KEY_MAX + 8];
    ac_sv key; /* in bearer */
    ac_sv ca;
    bool again; /* what was submitted before is submitted as something new */
    ac_mac_key nonce;
    int64_t patience_ms; /* how long a server that does not answer, or is busy, is asked again */
    bool quiet;
    atomic_bool silent;                            /* the user was told that nobody answers */
    void *context;                                 /* of tell */
    void (*tell)(void *context, const char *text); /* NULL: ac_say; any thread */
    bool (*stop)(void);                            /* no more tries; NULL: ac_stop_signal */
} ac_client;

/** From --url, --key-file, --ca, --patience and the environment. err says what is wrong with them.
 *  errors  AC_EINPUT, AC_ENOMEM. To be closed in any case */
AC_NODISCARD ac_rc ac_client_open(const ac_cli *cli, ac_client *out, ac_err *err);
void ac_client_close(ac_client *c);

/** One request. Zero where it does not matter. */
typedef struct {
    const char *method; /* NULL: GET, or POST with a body */
    const char *path;   /* from the first slash on, with its query */
    ac_sv body;
    const char *type;          /* of the body; NULL: JSON */
    const char *accept, *once; /* headers Accept, Idempotency-Key */
    uint64_t after;            /* Last-Event-ID; 0: none */
    bool stream;               /* it may take as long as it likes */
    void *context;
    bool (*chunk)(void *context, ac_sv bytes);             /* the body of a 2xx answer as it comes */
    size_t (*read)(void *context, char *into, size_t max); /* the body, piece by piece, of read_bytes in all, */
    uint64_t read_bytes;
    bool (*rewind)(void *context); /* and from its beginning for another try */
} ac_client_ask;

typedef struct {
    int status;              /* of HTTP; 0: no answer */
    ac_sv body;              /* the arena's */
    char why[AC_CLIENT_WHY]; /* when it went wrong: for people, nothing of a document */
} ac_client_answer;

/** AC_OK: a 2xx. Waits and asks again as Retry-After says, and within the client's patience where the server is busy or
 * away. errors  AC_ECANCELLED (Ctrl-C, or chunk said so), AC_EBUSY (patience is at its end), AC_EAUTH, AC_EDENIED,
 * AC_ENOTFOUND, AC_ECONFLICT, AC_ELIMIT, AC_EINPUT, AC_EIO, AC_ENOMEM; out->why is set. Any thread */
AC_NODISCARD ac_rc ac_client_send(ac_client *c, const ac_client_ask *ask, ac_arena *arena, ac_client_answer *out);

/** The same for an answer in JSON. */
AC_NODISCARD ac_rc ac_client_json(ac_client *c, const ac_client_ask *ask, ac_arena *arena, const ac_json **json,
                                  ac_client_answer *out);

/** An Idempotency-Key for content: the same content with the same API key gives the same, and tells nothing about
 * either. Begin, add pieces in order (where they are cut matters), end.  errors  AC_EINTERNAL */
AC_NODISCARD ac_rc ac_client_once_begin(const ac_client *c, ac_mac_key *once, ac_err *err);
AC_NODISCARD ac_rc ac_client_once_add(ac_mac_key *once, ac_sv piece, ac_err *err);
enum { AC_CLIENT_ONCE = 2 * AC_MAC_BYTES + 1 };
void ac_client_once_text(const ac_mac_key *once, char out[AC_CLIENT_ONCE]);

/** Sleep, but not past Ctrl-C. false: Ctrl-C */
bool ac_client_sleep(const ac_client *c, int64_t ms);
bool ac_client_stopped(const ac_client *c);

#endif
