/** What the files of this adapter share. */
#ifndef AC_ADAPTER_FETCH_PARTS_H
#define AC_ADAPTER_FETCH_PARTS_H

#include "adapter/fetch/library.h"
#include "adapter/fetch/reach.h"

typedef struct {
    const ac_curl_functions *curl;
    CURLU *url;
    bool https;
    uint64_t key; /* where it leads and under which rules: what a kept connection is found by */
} ac_target;

/** What can be said before a name is looked up. The caller cleans it up; of a failure there is nothing to clean.
 *  errors  AC_EINPUT, AC_EDENIED, AC_ENOMEM, AC_EIO: without libcurl */
AC_NODISCARD ac_rc ac_target_open(const ac_fetch_request *r, ac_target *out, ac_err *err);
void ac_target_cleanup(ac_target *t);

/** Names are tokens, values have no line break or other control character, and none of them is one by which a request
 * is framed. errors  AC_EINPUT */
AC_NODISCARD ac_rc ac_target_headers(const ac_fetch_request *r, ac_err *err);

/** Fills what is kept of an answer, line by line. */
typedef struct {
    ac_arena *arena;
    ac_fetch_answer *out;
    size_t bytes;
    ac_rc rc;
} ac_head;
/** One line of the head, its line end included. False: the head is too long, or there is no memory (rc). */
bool ac_head_line(ac_head *h, ac_sv line);

#endif
