#include "os/systemd.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST = 3, SOCKETS_MAX = 64 }; /* sd_listen_fds(3): they begin behind standard error */

size_t ac_systemd_sockets(int *first)
{
    int64_t pid = 0, n = 0;
    const bool ours = ac_sv_to_i64(ac_sv_z(getenv("LISTEN_PID")), &pid) && pid == getpid() && ac_sv_to_i64(ac_sv_z(getenv("LISTEN_FDS")), &n) &&
                      n > 0 && n <= SOCKETS_MAX;
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_FDNAMES");
    if (!ours)
        return 0;
    for (int fd = FIRST; fd < FIRST + (int)n; fd++)
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    *first = FIRST;
    return (size_t)n;
}

ac_rc ac_systemd_notify(ac_sv state, ac_err *err)
{
    ac_sv path = ac_sv_z(getenv("NOTIFY_SOCKET"));
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    if (!path.n)
        return AC_OK;
    if ((path.p[0] != '/' && path.p[0] != '@') || path.n >= sizeof a.sun_path)
        return ac_fail(err, AC_EIO, "the service manager's socket has no usable name");
    memcpy(a.sun_path, path.p, path.n);
    if (a.sun_path[0] == '@') /* an abstract name */
        a.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.n);
    const bool told = fd >= 0 && sendto(fd, state.p, state.n, MSG_NOSIGNAL, (struct sockaddr *)&a, size) == (ssize_t)state.n;
    if (fd >= 0)
        (void)close(fd);
    return told ? AC_OK : ac_fail(err, AC_EIO, "the service manager cannot be told");
}
