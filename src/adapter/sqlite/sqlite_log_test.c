/* A log that was damaged is told from one that a power cut has cut off. */
#include "adapter/sqlite/sqlite_testing.h"

#include "base/str.h"
#include "kit/test.h"

#include <fcntl.h>

enum { JOBS = 12, FRAME = 24 + 4096, HEADER = 32 };

static const char *in_folder(const char *name)
{
    static char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", sq_test_folder(), name);
    return path;
}

static void keep(const char *name, ac_sb *out)
{
    char buf[65536];
    const int fd = open(in_folder(name), O_RDONLY);
    ac_sb_clear(out);
    for (ssize_t n; fd >= 0 && (n = read(fd, buf, sizeof buf)) > 0;)
        ac_sb_add(out, (ac_sv) { buf, (size_t)n });
    CHECK(fd >= 0 && close(fd) == 0 && out->rc == AC_OK);
}

static void bring_back(const char *name, ac_sv bytes)
{
    const int fd = open(in_folder(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(fd >= 0 && write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && close(fd) == 0);
}

/* The files as they are while a process has them open: what is left when it is killed. */
static void make(ac_sb *db, ac_sb *wal)
{
    ac_store *s = NULL;
    sq_test_clear(sq_test_folder());
    CHECK(sq_test_open(sq_test_folder(), NULL, &s, NULL) == AC_OK && s);
    for (uint64_t i = 1; s && i <= JOBS; i++) {
        const ac_change c = { .kind = AC_CHANGE_JOB_PUT,
                              .job = { .id.v = ac_contract_id(i), .input = AC_SV("input") } };
        CHECK(ac_store_commit(s, &(ac_commit) { .changes = &c, .n = 1, .now_ms = 1 }, NULL, NULL) == AC_OK);
    }
    keep("aceso.db", db);
    keep("aceso.db-wal", wal);
    ac_store_free(s);
}

/* How many jobs there are; SIZE_MAX: it does not open, as damaged as it is. */
static size_t jobs_with(const ac_sb *db, ac_sv wal, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_store *s = NULL;
    ac_job_list jobs = { 0 };
    sq_test_clear(sq_test_folder());
    bring_back("aceso.db", ac_sb_view(db));
    bring_back("aceso.db-wal", wal);
    const ac_rc rc = sq_test_open(sq_test_folder(), NULL, &s, err);
    CHECK(rc == AC_OK || rc == AC_EIO);
    if (rc == AC_OK)
        CHECK(ac_store_jobs(s, &(ac_job_query) { .max = 100 }, a, &jobs, NULL) == AC_OK);
    ac_store_free(s);
    return rc == AC_OK ? jobs.n : SIZE_MAX;
}

/* Where the last transaction begins. */
static size_t last_begins(const ac_sb *wal)
{
    size_t begins = HEADER, next = HEADER;
    for (size_t at = HEADER; at + FRAME <= wal->n; at += FRAME)
        if (memcmp(wal->p + at + 4, "\0\0\0", 4) != 0) {
            begins = next;
            next = at + FRAME;
        }
    return begins;
}

AC_TEST(sqlite, a_damaged_log_loses_nothing_in_silence)
{
    AC_AUTO(ac_sb) db = AC_SB(1 << 24), wal = AC_SB(1 << 24);
    make(&db, &wal);
    CHECK(wal.n > HEADER + (size_t)JOBS * FRAME && jobs_with(&db, ac_sb_view(&wal), NULL) == JOBS);
    const size_t last = last_begins(&wal);
    size_t refused = 0, tried = 0;
    for (size_t at = 0; at < last; at += at < HEADER ? 5 : 1733) {
        ac_err err = { 0 };
        wal.p[at] ^= 0x10;
        const size_t n = jobs_with(&db, ac_sb_view(&wal), &err);
        wal.p[at] ^= 0x10;
        CHECK(n >= JOBS - 1); /* of the last one nobody can tell */
        CHECK(n != SIZE_MAX || strstr(err.text, "truncate -s"));
        refused += n == SIZE_MAX;
        tried++;
    }
    CHECK(tried > 50 && refused > tried * 9 / 10);
}

AC_TEST(sqlite, a_log_that_was_cut_off_is_none_that_was_damaged)
{
    AC_AUTO(ac_sb) db = AC_SB(1 << 24), wal = AC_SB(1 << 24);
    make(&db, &wal);
    const size_t last = last_begins(&wal);
    for (size_t at = last; at < wal.n; at += 811) {
        CHECK(jobs_with(&db, (ac_sv) { wal.p, at }, NULL) == JOBS - 1); /* its end is not there */
        wal.p[at] ^= 0x10;                                              /* or is something else */
        const size_t n = jobs_with(&db, ac_sb_view(&wal), NULL);
        CHECK(n == JOBS - 1 || n == JOBS);
        wal.p[at] ^= 0x10;
    }
    CHECK(jobs_with(&db, (ac_sv) { wal.p, 0 }, NULL) != SIZE_MAX &&
          jobs_with(&db, (ac_sv) { wal.p, 17 }, NULL) != SIZE_MAX);
    sq_test_clear(sq_test_folder());
}

AC_TEST(sqlite, what_is_whole_of_a_damaged_log_can_be_kept)
{
    AC_AUTO(ac_sb) db = AC_SB(1 << 24), wal = AC_SB(1 << 24);
    ac_err err = { 0 };
    uint64_t to = 0;
    make(&db, &wal);
    wal.p[wal.n / 2] ^= 1;
    CHECK(jobs_with(&db, ac_sb_view(&wal), &err) == SIZE_MAX);
    const char *said = strstr(err.text, "truncate -s ");
    for (const char *p = said ? said + 12 : ""; *p >= '0' && *p <= '9'; p++)
        to = to * 10 + (uint64_t)(*p - '0');
    CHECK(to > HEADER && to < wal.n / 2);
    const size_t n = jobs_with(&db, (ac_sv) { wal.p, (size_t)to }, NULL);
    CHECK(n > 0 && n < JOBS);
    sq_test_clear(sq_test_folder());
}
