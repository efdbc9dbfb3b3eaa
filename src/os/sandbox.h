/** The inside of a sandbox: what a process may still do once it has begun to read a document that nobody trusts. */
#ifndef AC_OS_SANDBOX_H
#define AC_OS_SANDBOX_H

#include "base/str.h"

typedef struct {
    uint64_t memory_bytes; /* of address space beyond what is mapped now; 0: no limit */
    uint32_t cpu_seconds;  /* 0: no limit */
    const char *const *readable; /* folders whose files may be opened for reading (fonts, say), NULL behind the last; NULL: none. Needs
                                    Landlock (Linux 5.13); without it none of them can be opened */
} ac_sandbox_limits;

/** Close the door, for good: afterwards this process can compute, get memory, read and write the descriptors that it has, and end. Opening
 *  a file that is not below limits->readable fails with EACCES, any other call with EPERM; starting a program, tracing, sockets with a way out end the process.
 *  It leaves no core file and cannot be traced.
 *  errors  AC_EIO (the kernel refuses: the caller must not go on)
 *  thread  call it from the only one */
AC_NODISCARD ac_rc ac_sandbox_enter(const ac_sandbox_limits *limits, ac_err *err);

#endif
