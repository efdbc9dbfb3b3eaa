/** libcurl, loaded when somebody asks for it first: with what Debian builds it upon it is 25 libraries, which a program
 * that reaches nobody would load at each start (2 ms) and keep (3 MB). */
#ifndef AC_ADAPTER_FETCH_LIBRARY_H
#define AC_ADAPTER_FETCH_LIBRARY_H

#include "base/err.h"

#include <curl/curl.h>

/** What is used of it, without "curl_". */
#define AC_CURL_LIST(X)                                                                                                \
    X(global_init)                                                                                                     \
    X(free)                                                                                                            \
    X(easy_init)                                                                                                       \
    X(easy_cleanup)                                                                                                    \
    X(easy_reset)                                                                                                      \
    X(easy_setopt)                                                                                                     \
    X(easy_getinfo)                                                                                                    \
    X(multi_init)                                                                                                      \
    X(multi_cleanup)                                                                                                   \
    X(multi_setopt)                                                                                                    \
    X(multi_add_handle)                                                                                                \
    X(multi_remove_handle)                                                                                             \
    X(multi_perform)                                                                                                   \
    X(multi_poll)                                                                                                      \
    X(multi_info_read)                                                                                                 \
    X(slist_append)                                                                                                    \
    X(slist_free_all)                                                                                                  \
    X(url)                                                                                                             \
    X(url_set)                                                                                                         \
    X(url_get)                                                                                                         \
    X(url_cleanup)

typedef struct {
#define AC_CURL_MEMBER(name) __typeof__(&curl_##name) name;
    AC_CURL_LIST(AC_CURL_MEMBER)
#undef AC_CURL_MEMBER
} ac_curl_functions;

/** The library; it stays loaded until the process ends. Any thread.
 *  errors  AC_EIO: it is not there, or not as it should be */
AC_NODISCARD ac_rc ac_curl_load(const ac_curl_functions **out, ac_err *err);

#endif
