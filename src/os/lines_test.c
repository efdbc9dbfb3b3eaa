#include "os/lines.h"

#include "kit/test.h"

#include "os/file.h"
#include "os/outfile.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void put(const char *path, ac_sv data) { CHECK(ac_file_write(path, data, NULL) == AC_OK); }

static const char *temp(const char *name)
{
    static char path[128];
    (void)snprintf(path, sizeof path, "/tmp/ac-lines-%ld-%s", (long)getpid(), name);
    return path;
}

AC_TEST(lines, ends_of_all_kinds)
{
    const char *path = temp("kinds");
    put(path, AC_SV("one\ntwo\r\n\n\rfour\r\nlast"));
    AC_AUTO_PTR(ac_lines) l = NULL;
    static const char *const want[] = { "one", "two", "", "\rfour", "last" };
    ac_sv line, begin;
    bool more;
    CHECK(ac_lines_open(path, 100, &l, NULL) == AC_OK);
    CHECK(ac_lines_peek(l, &begin, NULL) == AC_OK && ac_sv_starts(begin, AC_SV("one\ntwo")));
    for (size_t i = 0; i < 5; i++) {
        CHECK(ac_lines_ready(l));
        CHECK(ac_lines_next(l, &line, &more, NULL) == AC_OK && more && ac_sv_eq(line, ac_sv_z(want[i])));
    }
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_OK && !more);
    CHECK(ac_lines_bytes(l) == 21);
    (void)unlink(path);
}

AC_TEST(lines, a_line_too_long_is_named_and_passed_over)
{
    const char *path = temp("long");
    AC_AUTO(ac_sb) text = AC_SB(1u << 22);
    ac_sb_add(&text, AC_SV("first\n"));
    for (size_t i = 0; i < 300000; i++)
        ac_sb_add_char(&text, 'x');
    ac_sb_add(&text, AC_SV("\nthird\n"));
    for (size_t i = 0; i < 300000; i++)
        ac_sb_add_char(&text, 'y');
    put(path, ac_sb_view(&text));
    AC_AUTO_PTR(ac_lines) l = NULL;
    ac_sv line;
    bool more = false;
    CHECK(ac_lines_open(path, 1000, &l, NULL) == AC_OK);
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_OK && ac_sv_eq(line, AC_SV("first")));
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_ELIMIT);
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_OK && ac_sv_eq(line, AC_SV("third")));
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_ELIMIT);
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_OK && !more);
    (void)unlink(path);
}

AC_TEST(lines, the_rest_as_a_whole)
{
    const char *path = temp("rest");
    AC_AUTO(ac_sb) out = AC_SB(100), little = AC_SB(3);
    AC_AUTO_PTR(ac_lines) l = NULL, *again = NULL;
    put(path, AC_SV("a\nb\nc"));
    CHECK(ac_lines_open(path, 10, &l, NULL) == AC_OK);
    CHECK(ac_lines_rest(l, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), AC_SV("a\nb\nc")));
    CHECK(ac_lines_open(path, 10, &again, NULL) == AC_OK);
    CHECK(ac_lines_rest(again, &little, NULL) == AC_ELIMIT);
    (void)unlink(path);
}

/* Every line comes, or an error: none is lost without a word. */
AC_TEST(lines, every_allocation_may_fail)
{
    const char *path = temp("memory");
    AC_AUTO(ac_sb) text = AC_SB(1u << 20);
    for (int i = 0; i < 20000; i++)
        ac_sb_add(&text, i % 5000 ? AC_SV("x") : AC_SV("\nnext "));
    put(path, ac_sb_view(&text));
    size_t n = 0;
    AC_EACH_OOM(i) {
        AC_AUTO_PTR(ac_lines) l = NULL;
        ac_sv line;
        bool more = true;
        ac_rc rc = ac_lines_open(path, 1u << 20, &l, NULL);
        for (n = 0; rc == AC_OK && more; n += more)
            rc = ac_lines_next(l, &line, &more, NULL);
        CHECK((ac_mem_fail_left() > 0 && rc == AC_OK) || rc == AC_ENOMEM);
    }
    CHECK(n == 5);
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) out = AC_SB(1u << 20);
        AC_AUTO_PTR(ac_lines) l = NULL;
        ac_rc rc = ac_lines_open(path, 100, &l, NULL);
        rc = rc ? rc : ac_lines_rest(l, &out, NULL);
        CHECK(rc == AC_OK ? ac_sv_eq(ac_sb_view(&out), ac_sb_view(&text)) : rc == AC_ENOMEM);
    }
    (void)unlink(path);
}

AC_TEST(lines, what_cannot_be_read)
{
    AC_AUTO_PTR(ac_lines) l = NULL;
    ac_sv line;
    bool more;
    CHECK(ac_lines_open("/no/such/file", 10, &l, NULL) == AC_ENOTFOUND && !l);
    CHECK(ac_lines_open("/tmp", 10, &l, NULL) == AC_OK);
    CHECK(ac_lines_next(l, &line, &more, NULL) == AC_EINPUT);
    ac_lines_free(NULL);
}

AC_TEST(outfile, a_file_has_its_name_only_when_whole)
{
    char path[128], part[160];
    AC_AUTO(ac_sb) back = AC_SB(100);
    ac_outfile o;
    (void)snprintf(path, sizeof path, "%s", temp("out"));
    (void)snprintf(part, sizeof part, "%s.part", path);
    CHECK(ac_outfile_open(&o, path, NULL) == AC_OK);
    CHECK(ac_outfile_write(&o, AC_SV("whole"), NULL) == AC_OK);
    CHECK(access(path, F_OK) != 0 && access(part, F_OK) == 0);
    CHECK(ac_outfile_commit(&o, NULL) == AC_OK);
    CHECK(access(path, F_OK) == 0 && access(part, F_OK) != 0);
    CHECK(ac_file_read(path, &back, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&back), AC_SV("whole")));
    CHECK(ac_outfile_commit(&o, NULL) == AC_OK); /* again: nothing to do */
    CHECK(ac_same_file(path, path) && !ac_same_file(path, "/tmp") && !ac_same_file(path, part));
    CHECK(ac_outfile_open(&o, path, NULL) == AC_OK);
    ac_outfile_close(&o);
    CHECK(access(part, F_OK) == 0);
    CHECK(ac_outfile_open(&o, path, NULL) == AC_OK);
    ac_outfile_discard(&o);
    CHECK(access(part, F_OK) != 0 && access(path, F_OK) == 0);
    (void)unlink(path);
}

AC_TEST(outfile, places_that_cannot_be_written)
{
    ac_outfile o;
    char name[5000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    CHECK(ac_outfile_open(&o, name, NULL) == AC_EINPUT);
    CHECK(ac_outfile_open(&o, "/no/such/folder/x", NULL) == AC_ENOTFOUND);
    CHECK(ac_outfile_open(&o, NULL, NULL) == AC_OK && !o.named);
    ac_outfile_close(&o);
}
