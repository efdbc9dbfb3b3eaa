/** What systemd and a service tell each other (sd_listen_fds(3), sd_notify(3)): plain environment variables and datagrams. */
#ifndef AC_OS_SYSTEMD_H
#define AC_OS_SYSTEMD_H

#include "base/str.h"

/** The sockets that systemd opened for this process: *first, *first + 1, ... Returns how many; 0 when it was not started that way.
 *  The variables are removed, so that no child takes them for its own. They are marked close-on-exec. At start, before other threads. */
size_t ac_systemd_sockets(int *first);

/** Tell the service manager: "READY=1", "STOPPING=1", "STATUS=...". Nothing happens where there is none.
 *  errors  AC_EIO (it could not be told) */
ac_rc ac_systemd_notify(ac_sv state, ac_err *err);

#endif
