#include "os/sandbox.h"

#include "kit/test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const fonts[] = { "/usr/share/misc", "/nonexistent", NULL };

/* Runs a function inside the sandbox, in a process of its own; what it returns is the exit code, its end by a signal is negative. */
static int inside_with(int (*run)(void), const char *const *readable)
{
    pid_t pid = fork();
    if (pid == 0) {
        ac_err err;
        const ac_sandbox_limits limits = { .memory_bytes = 64 << 20, .cpu_seconds = 5, .readable = readable };
        _exit(ac_sandbox_enter(&limits, &err) == AC_OK ? run() : 99);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int inside(int (*run)(void)) { return inside_with(run, NULL); }

static int works(void)
{
    char *p = ac_mem_alloc(1 << 20);
    if (!p)
        return 2;
    memset(p, 1, 1 << 20);
    ac_mem_free(p);
    return 7;
}

static int opens(void) { return open("/etc/passwd", O_RDONLY) < 0 ? errno : 0; }
static int opens_font(void)
{
    int folder = open("/usr/share/misc", O_RDONLY | O_DIRECTORY);
    return folder < 0 ? errno : 0;
}
static int writes_font(void) { return open("/usr/share/misc", O_RDWR | O_TMPFILE, 0600) < 0 ? errno : 0; }
static int makes_file(void) { return open("/tmp/escaped", O_CREAT | O_WRONLY, 0600) < 0 ? errno : 0; }
static int renames(void) { return rename("/etc/hostname", "/tmp/x") < 0 ? errno : 0; }
static int runs_memory(void) { return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0; }
static int forks(void) { return fork() < 0 ? errno : 0; }
static int calls_out(void) { return socket(AF_INET, SOCK_STREAM, 0) < 0 ? errno : 0; }
static int starts(void) { return execl("/bin/true", "true", (char *)NULL) < 0 ? errno : 0; }
static int kills_parent(void) { return kill(getppid(), 0) < 0 ? errno : 0; }

AC_TEST(sandbox, computing_goes_on_and_all_else_fails)
{
    CHECK(inside(works) == 7);
    CHECK(inside(opens) == EACCES);
    CHECK(inside(makes_file) == EACCES);
    CHECK(inside(renames) == EPERM);
    CHECK(inside(runs_memory) == EPERM);
    CHECK(inside(forks) == EPERM);
    CHECK(inside(calls_out) == -SIGSYS);
    CHECK(inside(starts) == -SIGSYS);
    CHECK(inside(kills_parent) == -SIGSYS);
}

AC_TEST(sandbox, only_the_folders_that_were_named_can_be_read)
{
    if (inside_with(opens_font, fonts) == EACCES)
        return; /* a kernel without Landlock: nothing can be opened, which the other test holds */
    CHECK(inside_with(opens_font, fonts) == 0);
    CHECK(inside_with(opens, fonts) == EACCES);
    CHECK(inside_with(writes_font, fonts) == EPERM || inside_with(writes_font, fonts) == EACCES);
    CHECK(inside_with(makes_file, fonts) != 0);
    CHECK(inside(opens_font) == EACCES);
}
