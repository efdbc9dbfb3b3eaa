#include "os/durable.h"
#include "kit/test.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool holds(const char *path, ac_sv expected)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    struct stat st;
    return ac_file_read(path, &b, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&b), expected) && stat(path, &st) == 0 && (st.st_mode & 0777) == 0600;
}

AC_TEST(durable, a_file_is_whole_private_and_never_replaced)
{
    char dir[] = "/tmp/aceso-durable-XXXXXX", path[64], name[300];
    CHECK(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/a.json", dir);
    CHECK(ac_durable_write(dir, "a.json", AC_SV("first"), NULL) == AC_OK && holds(path, AC_SV("first")));
    CHECK(ac_durable_write(dir, "a.json", AC_SV("second"), NULL) == AC_EBUSY && holds(path, AC_SV("first")));
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    CHECK(ac_durable_write(dir, name, AC_SV("x"), NULL) == AC_EINPUT);
    CHECK(ac_durable_write("/nonexistent/aceso", "a", AC_SV("x"), NULL) == AC_ENOTFOUND);
    CHECK(ac_durable_remove(dir, "a.json", NULL) == AC_OK && ac_durable_remove(dir, "a.json", NULL) == AC_OK);
    CHECK(access(path, F_OK) != 0);
    CHECK(rmdir(dir) == 0); /* nothing temporary is left */
    CHECK(ac_durable_sweep(dir, NULL) == AC_ENOTFOUND);
}

AC_TEST(durable, what_was_half_written_is_swept_away)
{
    static const char *const names[] = { ".a.json.part", "b.part", ".c" };
    char dir[] = "/tmp/aceso-durable-XXXXXX", path[64];
    CHECK(mkdtemp(dir));
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        CHECK(ac_file_write(path, AC_SV("x"), NULL) == AC_OK);
    }
    CHECK(ac_durable_sweep(dir, NULL) == AC_OK);
    for (size_t i = 0; i < 3; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        CHECK((unlink(path) == 0) == (i > 0));
    }
    CHECK(rmdir(dir) == 0);
}

AC_TEST(durable, folders_are_private_and_can_be_ones_own)
{
    char dir[] = "/tmp/aceso-durable-XXXXXX", deep[64], lock[80];
    struct stat st;
    int fd = -1, other = -1;
    CHECK(mkdtemp(dir));
    (void)snprintf(deep, sizeof deep, "%s/a", dir);
    CHECK(ac_durable_folder(deep, NULL) == AC_OK && ac_durable_folder(deep, NULL) == AC_OK);
    CHECK(stat(deep, &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK(ac_durable_lock(deep, &fd, NULL) == AC_OK && ac_durable_lock(deep, &other, NULL) == AC_EBUSY);
    (void)close(fd);
    CHECK(ac_durable_lock(deep, &fd, NULL) == AC_OK);
    (void)close(fd);
    (void)snprintf(lock, sizeof lock, "%s/.lock", deep);
    CHECK(unlink(lock) == 0 && ac_durable_folder(lock, NULL) == AC_OK && rmdir(lock) == 0);
    CHECK(rmdir(deep) == 0 && ac_durable_folder(lock, NULL) == AC_OK && stat(lock, &st) == 0 && (st.st_mode & 0777) == 0700); /* with what is above it */
    CHECK(rmdir(lock) == 0 && rmdir(deep) == 0 && rmdir(dir) == 0);
}

AC_TEST(durable, lines_are_appended_and_never_become_one)
{
    char dir[] = "/tmp/aceso-durable-XXXXXX", path[64];
    CHECK(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/heads", dir);
    CHECK(ac_durable_append(path, AC_SV("one\n"), NULL) == AC_OK && ac_durable_append(path, AC_SV("two\n"), NULL) == AC_OK);
    CHECK(holds(path, AC_SV("one\ntwo\n")));
    FILE *f = fopen(path, "a"); /* as if the power had gone */
    CHECK(f && fputs("thr", f) >= 0 && fclose(f) == 0);
    CHECK(ac_durable_append(path, AC_SV("four\n"), NULL) == AC_OK && holds(path, AC_SV("one\ntwo\nthr\nfour\n")));
    CHECK(ac_durable_append(dir, AC_SV("x\n"), NULL) == AC_EINPUT && ac_durable_append("/nowhere/x", AC_SV("x\n"), NULL) == AC_ENOTFOUND);
    CHECK(unlink(path) == 0 && symlink("/dev/null", path) == 0 && ac_durable_append(path, AC_SV("x\n"), NULL) != AC_OK);
    CHECK(unlink(path) == 0 && rmdir(dir) == 0);
}
