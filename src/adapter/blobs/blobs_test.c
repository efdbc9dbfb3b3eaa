#include "adapter/blobs/blobs.h"

#include "contract/blobs_contract.h"
#include "kit/folder.h"
#include "kit/test.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *in_folder(const char *name) { return ac_test_folder("blobs", name); }

static ac_blobs *open_again(void *context)
{
    ac_blobs *b = NULL;
    (void)context;
    CHECK(ac_blobs_open(in_folder(""), &b, NULL) == AC_OK);
    return b;
}

static void remove_all(void *context)
{
    (void)context;
    ac_test_remove(in_folder(""));
}

static const ac_blobs_maker maker = { open_again, remove_all, NULL };

#define CASE(name)                                                                                                     \
    AC_TEST(blobs, name) { ac_blobs_case_##name(&maker); }
#ifndef __CPPCHECK__ /* which does not look into test/ */
AC_BLOBS_CONTRACT(CASE)
#endif

AC_TEST(blobs, nobody_else_may_look)
{
    struct stat st;
    remove_all(NULL);
    AC_AUTO_PTR(ac_blobs) b = open_again(NULL);
    CHECK(ac_blobs_put(b, ac_blobs_id(0xab), AC_SV("x")) == AC_OK);
    CHECK(stat(in_folder(""), &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK(stat(in_folder("ab"), &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK(stat(in_folder("ab/01020000-0000-0000-0000-0000000000ab"), &st) == 0 && (st.st_mode & 0777) == 0600);
    remove_all(NULL);
}

AC_TEST(blobs, one_process_at_a_time)
{
    ac_blobs *other = NULL;
    AC_AUTO_PTR(ac_blobs) b = open_again(NULL);
    CHECK(b && ac_blobs_open(in_folder(""), &other, NULL) == AC_EBUSY);
    remove_all(NULL);
}

AC_TEST(blobs, what_was_half_written_is_swept)
{
    remove_all(NULL);
    ac_blobs_free(open_again(NULL));
    const int fd = open(in_folder("new/01020000-0000-0000-0000-000000000001"), O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "half", 4) == 4 && close(fd) == 0);
    AC_AUTO_PTR(ac_blobs) b = open_again(NULL);
    CHECK(access(in_folder("new/01020000-0000-0000-0000-000000000001"), F_OK) != 0);
    CHECK(ac_blobs_put(b, ac_blobs_id(1), AC_SV("whole")) == AC_OK);
    remove_all(NULL);
}

/* Whatever else lies there is no blob, and a link leads nowhere. */
AC_TEST(blobs, strange_files_are_left_alone)
{
    AC_AUTO(ac_sb) out = AC_SB(10000);
    remove_all(NULL);
    AC_AUTO_PTR(ac_blobs) b = open_again(NULL);
    CHECK(ac_blobs_put(b, ac_blobs_id(1), AC_SV("x")) == AC_OK);
    CHECK(symlink("/etc/passwd", in_folder("01/01020000-0000-0000-0000-000000000101")) == 0);
    const int fd = open(in_folder("01/README"), O_WRONLY | O_CREAT, 0600);
    CHECK(fd >= 0 && close(fd) == 0);
    CHECK(ac_blobs_read(b, ac_blobs_id(0x101), 0, 100, &out, NULL) != AC_OK && out.n == 0);
    CHECK(ac_blobs_remove(b, ac_blobs_id(1), NULL) == AC_OK && access(in_folder("01/README"), F_OK) == 0);
    remove_all(NULL);
}

AC_TEST(blobs, a_full_disk_is_told)
{
    AC_AUTO(ac_sb) much = AC_SB(1 << 20);
    ac_blob *blob = NULL;
    ac_err err = { 0 };
    struct stat st;
    ac_blobs *b = NULL;
    CHECK(ac_sb_room(&much, 1 << 20) != NULL);
    if (stat("/dev/full", &st) != 0 || !S_ISCHR(st.st_mode))
        return;
    remove_all(NULL);
    b = open_again(NULL);
    CHECK(ac_blob_begin(b, ac_blobs_id(1), &blob, NULL) == AC_OK);
    const int full = open("/dev/full", O_WRONLY); /* the file under it becomes one that is always full */
    DIR *fds = opendir("/proc/self/fd");
    for (struct dirent *e; fds && (e = readdir(fds));) {
        char path[300], target[300] = "";
        (void)snprintf(path, sizeof path, "/proc/self/fd/%s", e->d_name);
        int64_t fd = -1;
        if (readlink(path, target, sizeof target - 1) > 0 && strstr(target, in_folder("new/01020000")) &&
            ac_sv_to_i64(ac_sv_z(e->d_name), &fd))
            CHECK(dup2(full, (int)fd) == fd);
    }
    if (fds)
        (void)closedir(fds);
    CHECK(ac_blob_add(blob, ac_sb_view(&much), &err) == AC_EFULL && strcmp(err.text, "no space left") == 0);
    ac_blob_abandon(blob);
    (void)close(full);
    CHECK(ac_blobs_put(b, ac_blobs_id(1), AC_SV("x")) == AC_OK);
    ac_blobs_free(b);
    remove_all(NULL);
}

AC_TEST(blobs, memory_may_run_out)
{
    remove_all(NULL);
    AC_EACH_OOM(i)
    {
        AC_AUTO_PTR(ac_blobs) b = NULL;
        ac_rc rc = ac_blobs_open(in_folder(""), &b, NULL);
        if (rc == AC_OK)
            rc = ac_blobs_put(b, ac_blobs_id((unsigned)i), AC_SV("x"));
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
    }
    remove_all(NULL);
}
