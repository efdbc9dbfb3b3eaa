#include "os/file.h"

#include "kit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_in(ac_arena *a, const char *dir, const char *name) { return ac_arena_printf(a, "%s/%s", dir, name).p; }

AC_TEST(file, whole_files_go_out_and_come_back)
{
    char dir[] = "/tmp/aceso-file-XXXXXX";
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    CHECK(mkdtemp(dir) != NULL);
    const char *p = path_in(a, dir, "x/y/note.txt");
    ac_err err = { 0 };
    CHECK(ac_file_write(p, AC_SV("abc"), &err) == AC_ENOTFOUND);
    CHECK(ac_dir_make(path_in(a, dir, "x/y"), &err) == AC_OK && ac_dir_make(path_in(a, dir, "x/y"), &err) == AC_OK);
    CHECK(ac_file_write(p, AC_SV("abc"), &err) == AC_OK && ac_file_write(p, AC_SV("abcdef"), &err) == AC_OK);
    AC_AUTO(ac_sb) got = AC_SB(6);
    CHECK(ac_file_read(p, &got, &err) == AC_OK && ac_sv_eq(ac_sb_view(&got), AC_SV("abcdef")));
    AC_AUTO(ac_sb) small = AC_SB(5);
    CHECK(ac_file_read(p, &small, &err) == AC_ELIMIT);
    CHECK(ac_file_read(path_in(a, dir, "x"), &small, &err) == AC_EINPUT && ac_file_read("/no/such", &small, &err) == AC_ENOTFOUND);
    CHECK(ac_dir_make(path_in(a, p, "sub"), &err) != AC_OK);

    ac_names names = { 0 };
    CHECK(ac_file_write(path_in(a, dir, "b"), AC_SV(""), &err) == AC_OK && ac_file_write(path_in(a, dir, ".hidden"), AC_SV(""), &err) == AC_OK);
    CHECK(symlink(dir, path_in(a, dir, "loop")) == 0 && symlink("b", path_in(a, dir, "link")) == 0);
    CHECK(ac_dir_walk(ac_arena_printf(a, "%s/", dir).p, a, &names, &err) == AC_OK && names.n == 3);
    CHECK(ac_sv_ends(names.at[0], AC_SV("/b")) && ac_sv_ends(names.at[1], AC_SV("/link")) && ac_sv_ends(names.at[2], AC_SV("/x/y/note.txt")));
    CHECK(ac_dir_walk("/no/such", a, &names, &err) == AC_ENOTFOUND);
    static const char *const made[] = { "x/y/note.txt", "x/y", "x", "b", ".hidden", "loop", "link", "" };
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        CHECK(remove(path_in(a, dir, made[i])) == 0);
}

AC_TEST(file, a_failed_write_leaves_nothing_behind)
{
    ac_err err = { 0 };
    CHECK(ac_file_write("/proc/no-such/file", AC_SV("x"), &err) != AC_OK);
    CHECK(ac_file_write("/dev/null/x", AC_SV("x"), &err) != AC_OK && err.text[0]);
}

AC_TEST(file, every_allocation_may_fail)
{
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) got = AC_SB(1 << 20);
        ac_rc rc = ac_file_read("/proc/self/cmdline", &got, NULL);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
    }
    size_t n = 0;
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
        ac_names names = { 0 };
        ac_rc rc = a ? ac_dir_walk("data/samples", a, &names, NULL) : AC_ENOMEM;
        CHECK(rc == AC_OK || rc == AC_ENOMEM || rc == AC_ELIMIT);
        CHECK(rc == AC_OK || ac_mem_fail_left() <= 0);
        n = names.n;
    }
    CHECK(n > 0);
    for (size_t max = 0; max < 20000; max += 16) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(max);
        ac_names names = { 0 };
        ac_rc rc = ac_dir_walk("data/samples", a, &names, NULL);
        CHECK(rc == AC_OK ? names.n == n : rc == AC_ELIMIT);
    }
}
