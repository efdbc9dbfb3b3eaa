#include "os/dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
enum { WATCHED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { WATCHED = 1 };
#else
enum { WATCHED = 0 };
#endif
#else
enum { WATCHED = 0 };
#endif

ac_rc ac_dumps_refuse(ac_err *err)
{
    const struct rlimit none = { 0, 0 };
    if (setrlimit(RLIMIT_CORE, &none) != 0)
        return ac_fail(err, AC_EIO, "the limit of core files cannot be set");
    if (!WATCHED &&
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) /* a sanitizer looks for leaks by tracing its own process */
        return ac_fail(err, AC_EIO, "the process cannot be kept from leaving a core");
    return AC_OK;
}
