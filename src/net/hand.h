/** Hand a request, or anything else, to a crew of threads that may wait. */
#ifndef AC_NET_HAND_H
#define AC_NET_HAND_H

#include "net/http.h"

struct ac_crew;

/** Have run(arg) called on one of them. Any thread. errors  AC_EBUSY (too much waits), AC_ECANCELLED (they are
 * stopping), AC_ENOMEM */
AC_NODISCARD ac_rc ac_hand(struct ac_crew *crew, void (*run)(void *arg), void *arg, ac_err *err);

/** Hold a request and have work() done with it, which ends with ac_http_answer or ac_http_visit. When too much waits it
 * is answered with 503. Loop thread. */
void ac_http_hand(ac_http_request *r, struct ac_crew *crew, void (*work)(ac_http_request *r, void *arg), void *arg);

#endif
