#include "adapter/fetch/library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static const char file[] = "libcurl.so.4";

typedef struct {
    const char *name;
    void *at; /* in ac_curl_functions: functions and objects have addresses of one kind (POSIX, dlsym) */
} place;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static ac_curl_functions loaded;
static bool works;

static bool find_all(void *library)
{
#define PLACE(name) { "curl_" #name, &loaded.name },
    const place all[] = { AC_CURL_LIST(PLACE) };
#undef PLACE
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        void *const found = dlsym(library, all[i].name);
        if (!found)
            return false;
        memcpy(all[i].at, &found, sizeof found);
    }
    return true;
}

static void load(void)
{
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    works = library && find_all(library) && loaded.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

ac_rc ac_curl_load(const ac_curl_functions **out, ac_err *err)
{
    if (pthread_once(&once, load) != 0 || !works)
        return ac_fail(err, AC_EIO, "libcurl cannot be loaded: install libcurl4");
    *out = &loaded;
    return AC_OK;
}
