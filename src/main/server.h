/** aceso serve --listen: the server over a folder of data. */
#ifndef AC_MAIN_SERVER_H
#define AC_MAIN_SERVER_H

#include "adapter/sqlite/sqlite_store.h"
#include "api/api.h"
#include "app/service.h"
#include "main/notes.h"

/* ---- the folder ---- */

enum { AC_PATH_MAX = 4096 };

/** All that lives in it. DIR/aceso.db, DIR/blobs, DIR/master.key unless the key is elsewhere, DIR/admin.key after the first start. */
typedef struct {
    char folder[AC_PATH_MAX];
    ac_crypto *crypto;
    ac_store *store;
    ac_blobs *blobs;
    ac_vault *vault;
    ac_access *access;
    ac_tenant_id tenant;
    bool fresh_key;      /* the master key was made now */
} ac_data;

/* Where the master key is: a file, or what a command says; neither: $ACESO_MASTER_KEY, else DIR/master.key. */
typedef struct {
    const char *file, *command;
} ac_master_from;

/** Open or make it. watcher: told by the store from its first commit on; NULL: nobody. To be closed in any case.
 *  errors  with a text that names what is wrong */
AC_NODISCARD ac_rc ac_data_open(const char *folder, ac_master_from master, const ac_store_watcher *watcher, ac_data *out, ac_err *err);
void ac_data_close(ac_data *d);

ac_master_from ac_master_of(const ac_cli *cli);

/** The master key alone: 64 hexadecimal digits. make: when there is none, one is written to the file. */
AC_NODISCARD ac_rc ac_master_key(const char *folder, ac_master_from from, bool make, ac_crypto *crypto, ac_key *out, bool *made, ac_err *err);

/** Make a new one and write it to a file that is not there yet. */
AC_NODISCARD ac_rc ac_master_key_make(const char *path, ac_crypto *crypto, ac_key *out, ac_err *err);

/** When nobody has a key yet: one for an administrator is made, told once, and written to DIR/admin.key. */
AC_NODISCARD ac_rc ac_data_first_key(ac_data *d, ac_err *err);

/* ---- the work ---- */

typedef struct ac_workers ac_workers;

/** Threads that do jobs, and one that keeps house. */
AC_NODISCARD ac_rc ac_workers_start(ac_service *s, ac_data *d, ac_api *api, size_t threads, ac_workers **out, ac_err *err);
void ac_workers_wake(ac_workers *w); /* a job is there; any thread */
/** Jobs under way are finished; what waits stays in the queue. It may still be woken. NULL is fine. */
void ac_workers_stop(ac_workers *w);
void ac_workers_free(ac_workers *w); /* after the store */

/* ---- single sign-on ---- */

typedef struct {
    const char *issuer; /* NULL: none; nothing else counts then */
    const char *audience, *role_claim, *roles_file, *ca_file; /* files: NULL: none */
    int64_t leeway_s;
} ac_sso_options;

typedef struct ac_sso ac_sso;

/** Take the tokens of an issuer. *out is to be freed in any case, after the crew. errors  with a text that names the option */
AC_NODISCARD ac_rc ac_sso_new(const ac_sso_options *opt, ac_data *d, ac_fetch *fetch, struct ac_crew *crew, ac_sso **out, ac_err *err);
void ac_sso_start(ac_sso *s); /* fetch its keys, in the background; NULL is fine here and below */
void ac_sso_stop(ac_sso *s);  /* whoever waits for it waits no more */
void ac_sso_free(ac_sso *s);

/* ---- the server ---- */

typedef struct {
    const char *folder;
    ac_master_from master;
    const char *cors; /* origins; NULL: none */
    const char *certificate, *key; /* TLS; NULL: none */
    bool generate_tls;             /* none: one of our own making */
    char hosts[2][64];
    size_t n_hosts;
    uint16_t port;
    const char *path; /* of a Unix socket, instead of all these; NULL: none */
    size_t connections;
    ac_limit_options by_address, by_key;
    int64_t keep_ms;
    ac_budgets budgets;
    bool log_requests;
    ac_sso_options sso;
    const char *webhook_private, *webhook_ca; /* NULL: none */
    int64_t webhook_backoff_ms;
    const char *otlp; /* where traces go; NULL: as the environment says */
    const char *ship; /* where heads of the audit log go; NULL: nowhere */
    int64_t ship_ms;
} ac_server_options;

/** Until SIGTERM. Returns the exit code. */
int ac_server_run(const ac_settings *settings, const ac_server_options *opt);

#endif
