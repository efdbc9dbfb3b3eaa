#include "os/systemd.h"
#include "kit/test.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

AC_TEST(systemd, sockets_are_taken_once_and_only_if_they_are_ours)
{
    int first = 0;
    char pid[32];
    CHECK(ac_systemd_sockets(&first) == 0);
    (void)setenv("LISTEN_PID", "1", 1);
    (void)setenv("LISTEN_FDS", "1", 1);
    CHECK(ac_systemd_sockets(&first) == 0 && !getenv("LISTEN_FDS"));
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    static const char *const bad[] = { "0", "-1", "65", "x", "" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        (void)setenv("LISTEN_PID", pid, 1);
        (void)setenv("LISTEN_FDS", bad[i], 1);
        CHECK(ac_systemd_sockets(&first) == 0);
    }
    (void)setenv("LISTEN_PID", pid, 1);
    (void)setenv("LISTEN_FDS", "2", 1);
    CHECK(ac_systemd_sockets(&first) == 2 && first == 3);
    CHECK(ac_systemd_sockets(&first) == 0);
}

AC_TEST(systemd, notify)
{
    char got[64];
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(ac_systemd_notify(AC_SV("READY=1"), NULL) == AC_OK); /* nobody to tell */
    const int n = snprintf(a.sun_path + 1, sizeof a.sun_path - 1, "aceso-test-%d", (int)getpid());
    CHECK(bind(fd, (struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) == 0);
    a.sun_path[0] = '@';
    (void)setenv("NOTIFY_SOCKET", a.sun_path, 1);
    CHECK(ac_systemd_notify(AC_SV("READY=1"), NULL) == AC_OK);
    CHECK(recv(fd, got, sizeof got, MSG_DONTWAIT) == 7 && memcmp(got, "READY=1", 7) == 0);
    (void)close(fd);
    CHECK(ac_systemd_notify(AC_SV("STOPPING=1"), NULL) == AC_EIO);
    (void)setenv("NOTIFY_SOCKET", "relative/path", 1);
    CHECK(ac_systemd_notify(AC_SV("STOPPING=1"), NULL) == AC_EIO);
    (void)unsetenv("NOTIFY_SOCKET");
}
