/** HL7 v2 over MLLP: messages come in over connections, results go to the disk, and only then is a message acknowledged. */
#ifndef AC_MAIN_MLLP_SERVER_H
#define AC_MAIN_MLLP_SERVER_H

#include "main/mllp_job.h"
#include "os/listener.h"

typedef struct ac_mllp_server ac_mllp_server;

typedef struct {
    size_t links;                /* connections at the same time */
    uint32_t idle_ms;            /* without a byte for so long a connection is closed */
    uint32_t wait_ms;            /* how long a message may take to come in, and its answer to be taken */
} ac_mllp_options;

/** Prepare to serve on a loop with settings->jobs threads.
 *  loop      borrowed; it ends when everything under way is done
 *  settings  borrowed; max_bytes is the largest message, out_dir the folder of the results
 *  out       to be freed in any case
 *  errors    as ac_mllp_folders_open and ac_listener_new */
AC_NODISCARD ac_rc ac_mllp_server_new(const ac_settings *settings, const ac_mllp_options *opt, ac_loop *loop, ac_mllp_server **out,
                                      ac_err *err);

/** To bind addresses to. Borrowed. */
ac_listener *ac_mllp_server_listener(ac_mllp_server *s);

void ac_mllp_server_begin(ac_mllp_server *s);     /* before the loop runs: messages in DIR/incoming are worked on first */
void ac_mllp_server_tell(const ac_mllp_server *s); /* when it has ended: how much there was */

void ac_mllp_server_free(ac_mllp_server *s); /* NULL is fine */
static inline void ac_mllp_server_cleanup_ptr(ac_mllp_server **s) { ac_mllp_server_free(*s); }

#endif
