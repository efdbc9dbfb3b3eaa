#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What readers of documents need: memory, clocks, their descriptors, an end. */
static const int allowed[] = {
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendto), SCMP_SYS(sendmsg),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(close), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(times), SCMP_SYS(getrusage), SCMP_SYS(getrandom), SCMP_SYS(getpid),
    SCMP_SYS(gettid), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(exit), SCMP_SYS(exit_group),
};

/* What libraries try and can do without: they are told that there is no such file. */
static const int no_file[] = {
    SCMP_SYS(open), SCMP_SYS(openat2), SCMP_SYS(creat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(statfs),
    SCMP_SYS(fstatfs),
};

/* What no reader ever tries: a document has taken the process over. */
static const int deadly[] = {
    SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
    SCMP_SYS(socket), SCMP_SYS(socketpair), SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(mount), SCMP_SYS(bpf), SCMP_SYS(keyctl),
    SCMP_SYS(kill), SCMP_SYS(tkill), SCMP_SYS(pidfd_open), SCMP_SYS(io_uring_setup), SCMP_SYS(userfaultfd), SCMP_SYS(unshare),
    SCMP_SYS(setns), SCMP_SYS(chroot), SCMP_SYS(memfd_create),
};

static int add_all(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t n)
{
    int rc = 0;
    for (size_t i = 0; i < n && rc == 0; i++)
        rc = seccomp_rule_add(filter, action, calls[i], 0);
    return rc;
}

/* The argument, masked, is value. */
static struct scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value)
{
    return (struct scmp_arg_cmp) { .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value };
}

/* Opening for reading alone, where Landlock watches which files; else not at all. */
static int rule_of_open(scmp_filter_ctx filter, bool watched)
{
    if (!watched)
        return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), SCMP_SYS(openat), 0);
    const struct scmp_arg_cmp to_read = masked(2, O_ACCMODE | O_CREAT | O_TRUNC | (O_TMPFILE & ~O_DIRECTORY), O_RDONLY);
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1, &to_read);
}

static int rules(scmp_filter_ctx filter, bool watched)
{
#define ALL(action, list) add_all(filter, (action), (list), sizeof(list) / sizeof((list)[0]))
    int rc = ALL(SCMP_ACT_ALLOW, allowed);
    rc = rc ? rc : ALL(SCMP_ACT_ERRNO(EACCES), no_file);
    rc = rc ? rc : ALL(SCMP_ACT_KILL_PROCESS, deadly);
#undef ALL
    rc = rc ? rc : rule_of_open(filter, watched);
    /* memory that can be run: never */
    const struct scmp_arg_cmp not_run = masked(2, PROT_EXEC, 0);
    rc = rc ? rc : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, &not_run);
    rc = rc ? rc : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, &not_run);
    /* abort() of a library: a signal to itself */
    const struct scmp_arg_cmp self = masked(0, UINT32_MAX, (scmp_datum_t)getpid());
    rc = rc ? rc : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &self);
    /* fstat(), as newer C libraries do it; of a path that would tell no more than that there is such a file */
    const struct scmp_arg_cmp of_file = masked(3, AT_EMPTY_PATH, AT_EMPTY_PATH);
    rc = rc ? rc : seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1, &of_file);
    static const int commands[] = { F_GETFL, F_GETFD, F_SETFD };
    for (size_t i = 0; i < sizeof commands / sizeof commands[0] && rc == 0; i++) {
        const struct scmp_arg_cmp command = masked(1, UINT32_MAX, (scmp_datum_t)commands[i]);
        rc = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 1, &command);
    }
    return rc;
}

/* The address space that is taken already (libraries, trained data) does not count. */
static uint64_t mapped_bytes(void)
{
    char text[64];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t n = file < 0 ? -1 : read(file, text, sizeof text);
    if (file >= 0)
        close(file);
    ac_sv rest = { text, n > 0 ? (size_t)n : 0 }, first;
    int64_t pages = 0;
    if (!ac_sv_split(&rest, ' ', &first) || !ac_sv_to_i64(first, &pages) || pages < 0)
        return 0;
    return (uint64_t)pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static int limit(__rlimit_resource_t what, uint64_t most)
{
    const struct rlimit l = { most, most };
    return setrlimit(what, &l);
}

static int set_limits(const ac_sandbox_limits *limits)
{
    int rc = limit(RLIMIT_CORE, 0);
    rc = rc ? rc : limit(RLIMIT_FSIZE, 0);
    rc = rc ? rc : limit(RLIMIT_NPROC, 0);
    if (limits->cpu_seconds)
        rc = rc ? rc : limit(RLIMIT_CPU, limits->cpu_seconds);
#ifndef __SANITIZE_ADDRESS__ /* which takes terabytes of address space for itself */
    if (limits->memory_bytes)
        rc = rc ? rc : limit(RLIMIT_AS, mapped_bytes() + limits->memory_bytes);
#else
    (void)mapped_bytes;
#endif
    return rc;
}

/* Landlock has no wrapper in libc. */
static int let_read(int rules_file, const char *folder)
{
    struct landlock_path_beneath_attr below = { .allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR };
    below.parent_fd = open(folder, O_PATH | O_CLOEXEC);
    if (below.parent_fd < 0)
        return errno == ENOENT ? 0 : -1;
    int rc = (int)syscall(SYS_landlock_add_rule, rules_file, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
    close(below.parent_fd);
    return rc;
}

/* True when from now on no other files than those below the folders can be opened. */
static bool watch_files(const char *const *folders)
{
    const struct landlock_ruleset_attr all = { .handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                                                     LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE };
    if (!folders)
        return false;
    int file = (int)syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0);
    if (file < 0)
        return false;
    int rc = 0;
    for (; *folders && rc == 0; folders++)
        rc = let_read(file, *folders);
    rc = rc ? rc : (int)syscall(SYS_landlock_restrict_self, file, 0);
    close(file);
    return rc == 0;
}

ac_rc ac_sandbox_enter(const ac_sandbox_limits *limits, ac_err *err)
{
    if (set_limits(limits) != 0)
        return ac_fail(err, AC_EIO, "the limits of the sandbox cannot be set");
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return ac_fail(err, AC_EIO, "the sandbox cannot be closed");
    const bool watched = watch_files(limits->readable);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = filter ? rules(filter, watched) : -ENOMEM;
    rc = rc ? rc : seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    return rc ? ac_fail(err, AC_EIO, "the filter of system calls was refused (%d)", -rc) : AC_OK;
}
