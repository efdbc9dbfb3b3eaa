#include "os/worker.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct ac_worker {
    pthread_mutex_t lock;
    char *program;
    pid_t pid;   /* 0: not started */
    int control;
};

ac_rc ac_worker_new(const char *program, ac_worker **out, ac_err *err)
{
    const size_t n = strlen(program) + 1;
    ac_worker *w = ac_mem_alloc(sizeof *w);
    if (w)
        w->program = ac_mem_alloc(n);
    if (!w || !w->program) {
        ac_mem_free(w);
        return ac_fail(err, AC_ENOMEM, "no room for a worker");
    }
    memcpy(w->program, program, n);
    w->control = -1;
    pthread_mutex_init(&w->lock, NULL);
    *out = w;
    return AC_OK;
}

static void stop(ac_worker *w)
{
    ac_channel_close(&w->control); /* which tells it to end */
    while (w->pid > 0 && waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    w->pid = 0;
}

void ac_worker_free(ac_worker *w)
{
    if (!w)
        return;
    stop(w);
    pthread_mutex_destroy(&w->lock);
    ac_mem_free(w->program);
    ac_mem_free(w);
}

/* Its libraries write about the document to standard error: nobody must read that. One thread in each job: a sandboxed one can start none. */
static int spawn(ac_worker *w, int control)
{
    char threads[] = "OMP_THREAD_LIMIT=1", locale[] = "LC_ALL=C.UTF-8", sanitizer[] = "ASAN_OPTIONS=detect_leaks=0";
    char *const environment[] = { threads, locale, sanitizer, NULL };
    char *const arguments[] = { w->program, NULL };
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none;
    sigemptyset(&none);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0); /* Ctrl-C is for the caller, who ends it */
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&files, control, AC_ZYGOTE_CONTROL);
    int rc = posix_spawn(&w->pid, w->program, &files, &attributes, arguments, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    return rc;
}

static ac_rc start(ac_worker *w, ac_err *err)
{
    int ends[2];
    AC_TRY(err, ac_channel_pair(ends, err));
    int theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, AC_ZYGOTE_CONTROL + 1); /* not the number that it is to get: dup2 on itself would keep it closed */
    ac_channel_close(&ends[1]);
    int rc = theirs < 0 ? errno : spawn(w, theirs);
    ac_channel_close(&theirs);
    if (rc == 0) {
        w->control = ends[0];
        return AC_OK;
    }
    w->pid = 0;
    ac_channel_close(&ends[0]);
    return rc == ENOENT ? ac_fail(err, AC_ENOTFOUND, "the worker program is not installed")
                        : ac_fail(err, AC_EIO, "the worker program cannot be started: errno %d", rc);
}

/* A file without a name in memory that nobody can change any more. */
static ac_rc sealed(ac_sv bytes, int *out, ac_err *err)
{
    int file = memfd_create("document", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0)
        return ac_fail(err, AC_EIO, "no memory file: errno %d", errno);
    int rc = ac_file_put(file, bytes);
    if (rc == 0 && fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
        rc = errno;
    if (rc != 0) {
        ac_channel_close(&file);
        return ac_fail(err, rc == ENOSPC || rc == ENOMEM ? AC_ENOMEM : AC_EIO, "no memory file: errno %d", rc);
    }
    *out = file;
    return AC_OK;
}

/* A worker that died between two jobs is started again, once. */
static ac_rc ask(ac_worker *w, ac_sv request, const int *files, ac_err *err)
{
    if (w->pid && ac_channel_send(w->control, request, files, AC_CHANNEL_FILES_MAX, err) == AC_OK)
        return AC_OK;
    stop(w);
    AC_TRY(err, start(w, err));
    return ac_channel_send(w->control, request, files, AC_CHANNEL_FILES_MAX, err);
}

ac_rc ac_worker_begin(ac_worker *w, ac_sv request, ac_sv document, int *channel, ac_err *err)
{
    int files[AC_CHANNEL_FILES_MAX] = { -1, -1 }, ends[2];
    AC_TRY(err, ac_channel_pair(ends, err));
    files[1] = ends[1];
    ac_rc rc = sealed(document, &files[0], err);
    if (rc == AC_OK) {
        pthread_mutex_lock(&w->lock);
        rc = ask(w, request, files, err);
        pthread_mutex_unlock(&w->lock);
    }
    ac_channel_close(&files[0]);
    ac_channel_close(&ends[1]);
    if (rc != AC_OK)
        ac_channel_close(&ends[0]);
    *channel = ends[0];
    return rc;
}

char *ac_worker_program(const char *name)
{
    enum { PATH_BYTES = 4096 };
    const size_t n_name = strlen(name) + 1;
    char *path = ac_mem_alloc(PATH_BYTES + n_name);
    if (!path)
        return NULL;
    ssize_t n = readlink("/proc/self/exe", path, PATH_BYTES);
    while (n > 0 && path[n - 1] != '/')
        n--;
    memcpy(path + (n > 0 ? n : 0), name, n_name);
    return path;
}
