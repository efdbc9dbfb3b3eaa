#include "os/command.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 512 };

extern char **environ;

static ac_rc start(const char *command, const int ends[2], pid_t *pid, ac_err *err)
{
    char shell[] = "sh", flag[] = "-c";
    char *argv[] = { shell, flag, (char *)(uintptr_t)command, NULL }; /* posix_spawn does not write there */
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    const int rc = posix_spawn(pid, "/bin/sh", &files, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    return rc == 0 ? AC_OK : ac_fail(err, AC_EIO, "the command cannot be started");
}

static ac_rc read_all(int from, ac_sb *out, ac_err *err)
{
    char piece[PIECE];
    ssize_t n;
    while ((n = read(from, piece, sizeof piece)) != 0) {
        if (n < 0 && errno != EINTR)
            return ac_fail(err, AC_EIO, "what the command says cannot be read");
        if (n > 0)
            ac_sb_add(out, (ac_sv) { piece, (size_t)n });
        if (out->rc != AC_OK)
            break;
    }
    explicit_bzero(piece, sizeof piece);
    return ac_sb_done(out, err);
}

ac_rc ac_command_output(const char *command, ac_sb *out, ac_err *err)
{
    int ends[2], status = 0;
    pid_t pid = 0;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return ac_fail(err, AC_EIO, "no pipe can be made");
    ac_rc rc = start(command, ends, &pid, err);
    (void)close(ends[1]);
    if (rc == AC_OK)
        rc = read_all(ends[0], out, err);
    (void)close(ends[0]); /* one that says too much is told so by its pipe */
    while (pid && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (rc == AC_OK && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return ac_fail(err, AC_EIO, "the command fails (exit status %d)", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return rc;
}
