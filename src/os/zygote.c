#include "os/zygote.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    pid_t pid;
    int process; /* pidfd: readable when it has ended */
    int out;     /* its channel: hung up when nobody listens */
} running;

typedef struct {
    running jobs[AC_ZYGOTE_JOBS_MAX];
    size_t n;
} zygote;

static void end_files(int *files)
{
    ac_channel_close(&files[0]);
    ac_channel_close(&files[1]);
}

/* In the new process: nothing of the others' is open any more, and it dies with its parent. */
static _Noreturn void run_job(const zygote *z, ac_zygote_job *job, ac_sv request, const int *files)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == 1)
        _exit(1);
    for (size_t i = 0; i < z->n; i++) {
        close(z->jobs[i].process);
        close(z->jobs[i].out);
    }
    close(AC_ZYGOTE_CONTROL);
    job(request, files[0], files[1]);
    _exit(0);
}

static void tell_status(const running *r, int status, const struct rusage *used)
{
    const uint64_t us = (uint64_t)(used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000 +
                        (uint64_t)(used->ru_utime.tv_usec + used->ru_stime.tv_usec);
    ac_zygote_status s;
    memset(&s, 0, sizeof s);
    s.mark = AC_ZYGOTE_STATUS;
    s.exited = WIFEXITED(status);
    s.code = WIFEXITED(status) ? (uint8_t)WEXITSTATUS(status) : 0;
    s.signal = WIFSIGNALED(status) ? (uint8_t)WTERMSIG(status) : 0;
    s.cpu_ms = (uint32_t)(us / 1000);
    s.memory_bytes = (uint64_t)used->ru_maxrss * 1024;
    ac_err ignored; /* nobody listens: nobody misses it */
    (void)!ac_channel_send(r->out, (ac_sv) { (const char *)&s, sizeof s }, NULL, 0, &ignored);
}

static void reap(zygote *z, size_t i)
{
    running *r = &z->jobs[i];
    int status = 0;
    struct rusage used = { 0 };
    while (wait4(r->pid, &status, 0, &used) < 0 && errno == EINTR)
        ;
    tell_status(r, status, &used);
    ac_channel_close(&r->process);
    ac_channel_close(&r->out);
    *r = z->jobs[--z->n];
}

static void start(zygote *z, ac_zygote_job *job, ac_sv request, int *files)
{
    pid_t pid = fork();
    if (pid == 0)
        run_job(z, job, request, files);
    int process = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
    ac_channel_close(&files[0]);
    if (process < 0) {
        if (pid > 0)
            kill(pid, SIGKILL);
        ac_channel_close(&files[1]); /* the caller sees an end without a status */
        return;
    }
    z->jobs[z->n++] = (running) { pid, process, files[1] };
}

/* False when the other side has gone. */
static bool take_request(zygote *z, ac_zygote_job *job)
{
    char request[AC_ZYGOTE_REQUEST_MAX];
    int files[AC_CHANNEL_FILES_MAX];
    size_t n;
    ac_err err;
    if (ac_channel_receive(AC_ZYGOTE_CONTROL, -1, request, sizeof request, &n, files, &err) != AC_OK)
        return false;
    if (n && files[1] >= 0)
        start(z, job, (ac_sv) { request, n }, files);
    else
        end_files(files);
    return n > 0;
}

int ac_zygote_run(ac_zygote_job *job)
{
    zygote z = { .n = 0 };
    struct pollfd p[1 + 2 * AC_ZYGOTE_JOBS_MAX];
    for (bool open = true; open;) {
        p[0] = (struct pollfd) { .fd = z.n < AC_ZYGOTE_JOBS_MAX ? AC_ZYGOTE_CONTROL : -1, .events = POLLIN };
        for (size_t i = 0; i < z.n; i++) {
            p[1 + 2 * i] = (struct pollfd) { .fd = z.jobs[i].process, .events = POLLIN };
            p[2 + 2 * i] = (struct pollfd) { .fd = z.jobs[i].out }; /* POLLHUP needs no asking */
        }
        const size_t n = z.n;
        if (poll(p, 1 + 2 * n, -1) < 0 && errno != EINTR)
            return 1;
        for (size_t i = n; i-- > 0;) {
            if (p[2 + 2 * i].revents & (POLLHUP | POLLERR))
                kill(z.jobs[i].pid, SIGKILL);
            if (p[1 + 2 * i].revents & POLLIN)
                reap(&z, i);
        }
        if (p[0].revents)
            open = take_request(&z, job);
    }
    for (size_t i = 0; i < z.n; i++)
        kill(z.jobs[i].pid, SIGKILL);
    return 0;
}
