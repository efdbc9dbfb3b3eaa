#include "kit/folder.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATHS = 8, PATH_BYTES = 600, DEPTH = 2 };

const char *ac_test_folder(const char *name, const char *rest)
{
    static char paths[PATHS][PATH_BYTES];
    static size_t next;
    char *path = paths[next++ % PATHS];
    (void)snprintf(path, PATH_BYTES, "/tmp/aceso-%s-test-%ld%s%s", name, (long)getpid(), *rest ? "/" : "", rest);
    return path;
}

static void empty(const char *path, int depth)
{
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));) {
        char inner[2 * PATH_BYTES];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        (void)snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        if (unlink(inner) != 0 && depth)
            empty(inner, depth - 1);
    }
    if (d)
        (void)closedir(d);
    (void)rmdir(path);
}

void ac_test_remove(const char *path) { empty(path, DEPTH); }
