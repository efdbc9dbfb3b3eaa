/* The files of a store: whose they are, which are refused, what stays in them. */
#include "adapter/sqlite/sqlite_sql.h"
#include "adapter/sqlite/sqlite_testing.h"

#include "kit/test.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <sys/stat.h>

static const char *in_folder(const char *name)
{
    static char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", sq_test_folder(), name);
    return path;
}

static ac_store *open_new(void)
{
    ac_store *s = NULL;
    sq_test_clear(sq_test_folder());
    CHECK(sq_test_open(sq_test_folder(), NULL, &s, NULL) == AC_OK);
    return s;
}

static ac_rc put_item(ac_store *s, ac_stored item)
{
    const ac_change c = { .kind = AC_CHANGE_ITEM_PUT, .item = item };
    return ac_store_commit(s, &(ac_commit) { .changes = &c, .n = 1, .now_ms = 1 }, NULL, NULL);
}

/* Past the store, as somebody with the file might. */
static int raw(const char *sql)
{
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(in_folder("aceso.db"), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    (void)sqlite3_close(db);
    return rc;
}

static ac_rc reopened(ac_err *err)
{
    ac_store *s = NULL;
    const ac_rc rc = sq_test_open(sq_test_folder(), NULL, &s, err);
    ac_store_free(s);
    return rc;
}

AC_TEST(sqlite, nobody_else_may_look)
{
    static const char *const files[] = { "aceso.db", "aceso.db-wal", "aceso.db-shm", ".lock" };
    struct stat st;
    ac_store *s = open_new();
    CHECK(put_item(s, (ac_stored) { .kind = AC_ITEM_KEY, .id = ac_contract_id(1) }) == AC_OK);
    for (size_t i = 0; i < 4; i++)
        CHECK(stat(in_folder(files[i]), &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(stat(sq_test_folder(), &st) == 0 && (st.st_mode & 0777) == 0700);
    ac_store_free(s);
    CHECK(stat(in_folder("aceso.db-wal"), &st) != 0); /* nothing is left to be copied */
}

/* The folder may be somewhere else, the file may not: who can make a link there could have us write anywhere. */
AC_TEST(sqlite, links_lead_to_folders_only)
{
    char folder[200], file[200], other[200];
    ac_store *s = NULL;
    (void)snprintf(folder, sizeof folder, "%s-link", sq_test_folder());
    (void)snprintf(file, sizeof file, "%s", in_folder("aceso.db"));
    (void)snprintf(other, sizeof other, "%s", in_folder("aceso.db-shm"));
    ac_store_free(open_new());
    CHECK(symlink(sq_test_folder(), folder) == 0);
    CHECK(sq_test_open(folder, NULL, &s, NULL) == AC_OK);
    ac_store_free(s);
    CHECK(unlink(folder) == 0 && rename(file, other) == 0 && symlink(other, file) == 0);
    CHECK(reopened(NULL) == AC_EIO);
    sq_test_clear(sq_test_folder());
}

AC_TEST(sqlite, one_process_at_a_time)
{
    ac_err err = { 0 };
    ac_store *s = open_new();
    CHECK(reopened(&err) == AC_EBUSY);
    ac_store_free(s);
    CHECK(reopened(NULL) == AC_OK);
}

AC_TEST(sqlite, a_database_of_a_newer_program_is_refused)
{
    ac_err err = { 0 };
    ac_store_free(open_new());
    CHECK(raw("PRAGMA user_version = 99") == SQLITE_OK);
    CHECK(reopened(&err) == AC_EINPUT && strstr(err.text, "newer") && strstr(err.text, "99"));
}

AC_TEST(sqlite, a_database_of_before_jobs_were_counted_by_kind_is_brought_up_to_date)
{
    enum { OF_PROCESS = 3, OF_WEBHOOK = 2 };
    ac_store *s = open_new();
    ac_store_counts counts = { .bytes = 0 };
    for (uint64_t i = 0; i < OF_PROCESS + OF_WEBHOOK; i++) {
        const ac_change put = { .kind = AC_CHANGE_JOB_PUT,
                                .job = { .id.v = ac_contract_id(i + 1),
                                         .kind = i < OF_PROCESS ? AC_JOB_PROCESS : AC_JOB_WEBHOOK,
                                         .tenant = ac_contract_tenant(1) } };
        CHECK(ac_store_commit(s, &(ac_commit) { .changes = &put, .n = 1, .now_ms = 7 }, NULL, NULL) == AC_OK);
    }
    ac_store_free(s);
    CHECK(raw("UPDATE head SET jobs = zeroblob(56); DROP INDEX job_oldest; CREATE INDEX job_oldest ON job(run_at_ms) "
              "WHERE state = 0 AND rank > 0; PRAGMA user_version = 1") == SQLITE_OK);
    CHECK(sq_test_open(sq_test_folder(), NULL, &s, NULL) == AC_OK);
    CHECK(ac_store_counted(s, &counts, NULL) == AC_OK);
    CHECK(counts.jobs[AC_JOB_PROCESS][AC_JOB_QUEUED] == OF_PROCESS && !counts.jobs[AC_JOB_SUMMARY][AC_JOB_QUEUED]);
    CHECK(counts.jobs[AC_JOB_WEBHOOK][AC_JOB_QUEUED] == OF_WEBHOOK);
    CHECK(counts.oldest_ms[AC_JOB_PROCESS] == 7 && !counts.oldest_ms[AC_JOB_SUMMARY] &&
          counts.oldest_ms[AC_JOB_WEBHOOK] == 7);
    ac_store_free(s);
    CHECK(raw("UPDATE job SET kind = 9; PRAGMA user_version = 1; CREATE INDEX IF NOT EXISTS job_oldest ON job(id)") ==
          SQLITE_OK);
    CHECK(reopened(NULL) == AC_EIO);
}

AC_TEST(sqlite, a_database_of_another_program_is_refused)
{
    ac_err err = { 0 };
    sq_test_clear(sq_test_folder());
    CHECK(raw("CREATE TABLE other(x)") == SQLITE_OK);
    CHECK(reopened(&err) == AC_EINPUT && strstr(err.text, "not one of this program"));
    CHECK(raw("INSERT INTO other VALUES(1)") == SQLITE_OK); /* and was not changed */
    sq_test_clear(sq_test_folder());
    CHECK(raw("PRAGMA user_version = 1; PRAGMA application_id = 7") == SQLITE_OK);
    CHECK(reopened(&err) == AC_EINPUT);
    sq_test_clear(sq_test_folder());
    FILE *f = fopen(in_folder("aceso.db"), "w");
    CHECK(f && fputs("This is a text file, and a long one, so that it is longer than a header of a database would be, "
                     "which has a hundred bytes.",
                     f) >= 0);
    if (f)
        CHECK(fclose(f) == 0);
    CHECK(reopened(&err) == AC_EINPUT && strstr(err.text, "not a database"));
}

AC_TEST(sqlite, a_file_that_cannot_be_made_is_told)
{
    ac_store *s = NULL;
    CHECK(sq_test_open("/proc/no/such/folder", NULL, &s, NULL) != AC_OK && !s);
    CHECK(sq_test_open("/dev/null", NULL, &s, NULL) == AC_EINPUT && !s);
}

AC_TEST(sqlite, the_audit_log_can_only_grow)
{
    ac_err err = { 0 };
    ac_store *s = open_new();
    for (uint64_t i = 0; i < 3; i++) {
        const ac_change c = { .kind = AC_CHANGE_AUDIT, .audit = { .detail = i } };
        CHECK(ac_store_commit(s, &(ac_commit) { .changes = &c, .n = 1, .now_ms = 1 }, NULL, NULL) == AC_OK);
    }
    ac_store_free(s);
    CHECK(raw("UPDATE audit SET mac = zeroblob(32)") != SQLITE_OK && raw("DELETE FROM audit") != SQLITE_OK);
    CHECK(reopened(NULL) == AC_OK);
    CHECK(raw("DROP TRIGGER audit_no_delete; DELETE FROM audit WHERE number = 3") == SQLITE_OK);
    CHECK(reopened(&err) == AC_EIO && strstr(err.text, "audit log")); /* who can do that is seen */
}

/* ---- damage ---- */

static void fill(ac_store *s, size_t n, ac_id owner, ac_sv mark)
{
    for (size_t i = 0; i < n; i++) {
        const ac_stored item = { .kind = i % 3 ? AC_ITEM_DOCUMENT : AC_ITEM_WEBHOOK,
                                 .id = ac_contract_id(((uint64_t)owner.b[15] << 32) + i * 7919 % 65536),
                                 .owner = owner,
                                 .sealed = ac_sv_sub(mark, 0, mark.n - i % 5) };
        CHECK(put_item(s, item) == AC_OK);
    }
}

/* All that reads, whatever comes of it: an answer or an error. */
static void read_all(ac_store *s)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(16 << 20);
    ac_stored_list items = { 0 };
    ac_job_list jobs = { 0 };
    ac_audit_records records = { 0 };
    ac_store_counts counts;
    ac_swept swept;
    const ac_rc rcs[] = {
        ac_store_items(s, &(ac_item_query) { .kind = AC_ITEM_DOCUMENT, .max = 1000 }, a, &items, NULL),
        ac_store_jobs(s, &(ac_job_query) { .max = 1000, .whole = true }, a, &jobs, NULL),
        ac_store_audit(s, &(ac_audit_query) { .max = 1000 }, a, &records, NULL),
        ac_store_counted(s, &counts, NULL),
        ac_store_lease(s, &(ac_lease) { .now_ms = 5, .lease_ms = 5, .kinds = 7, .max = 9 }, a, &jobs, NULL),
        ac_store_sweep(s, 1000, &swept, NULL),
        put_item(s, (ac_stored) { .kind = AC_ITEM_KEY, .id = ac_contract_id(1) }),
    };
    for (size_t i = 0; i < sizeof rcs / sizeof rcs[0]; i++)
        CHECK(rcs[i] < AC_RC_COUNT);
}

AC_TEST(sqlite, a_damaged_file_is_an_error_and_no_crash)
{
    size_t refused = 0;
    for (int round = 0; round < 60; round++) {
        ac_store *s = open_new();
        fill(s, 60, ac_contract_id(9), AC_SV("sealed bytes of some length"));
        for (uint64_t i = 1; i < 20; i++) {
            const ac_change c = { .kind = AC_CHANGE_JOB_PUT,
                                  .job = { .id.v = ac_contract_id(i), .input = AC_SV("input") } };
            CHECK(ac_store_commit(s, &(ac_commit) { .changes = &c, .n = 1, .now_ms = 1 }, NULL, NULL) == AC_OK);
        }
        ac_store_free(s);
        const int fd = open(in_folder("aceso.db"), O_RDWR);
        const off_t size = lseek(fd, 0, SEEK_END), at = (off_t)((unsigned)(round + 1) * 2654435761u % (unsigned)size);
        static const char noise[1500] = "\xff\x01\x80 noise \x0d\x02\x7f";
        CHECK(fd >= 0 && pwrite(fd, noise, sizeof noise, at) == sizeof noise && close(fd) == 0);
        if (round % 2) /* as if the process had been killed: all of it is looked at */
            CHECK(close(open(in_folder("aceso.db-wal"), O_RDWR | O_CREAT, 0600)) == 0);
        s = NULL;
        const ac_rc rc = sq_test_open(sq_test_folder(), NULL, &s, NULL);
        CHECK(rc == AC_OK || rc == AC_EIO || rc == AC_EINPUT || rc == AC_ENOMEM);
        refused += rc != AC_OK;
        if (s)
            read_all(s);
        ac_store_free(s);
    }
    CHECK(refused > 5);
}

/* ---- what stays ---- */

static size_t times_in_file(const char *name, ac_sv mark)
{
    AC_AUTO(ac_sb) all = AC_SB(1 << 28);
    char buf[65536];
    size_t times = 0;
    FILE *f = fopen(in_folder(name), "rb");
    for (size_t n; f && (n = fread(buf, 1, sizeof buf, f)) > 0;)
        ac_sb_add(&all, (ac_sv) { buf, n });
    if (f)
        (void)fclose(f);
    for (size_t i = 0; i + mark.n <= all.n; i++)
        times += memcmp(all.p + i, mark.p, mark.n) == 0;
    return times;
}

static size_t times(ac_sv mark) { return times_in_file("aceso.db", mark) + times_in_file("aceso.db-wal", mark); }

enum { ROWS = 400 };

/* Rows of both patients by turns and in no order, short ones and long ones, so that pages are split and joined. */
static void put_both(ac_store *s, const ac_id patients[2], const ac_sv marks[2])
{
    for (uint64_t i = 0; i < ROWS; i++) {
        const size_t who = i * 31 % 7 < 3;
        const uint64_t n = i * 7919 % 65521 + 1;
        const ac_sv small = ac_sv_sub(marks[who], 0, 12 + i % 300),
                    large = ac_sv_sub(marks[who], 0, 500 + i * 613 % 30000);
        const ac_change changes[] = {
            { .kind = AC_CHANGE_ITEM_PUT,
              .item = { .kind = AC_ITEM_DOCUMENT, .id = ac_contract_id(n), .owner = patients[who], .sealed = small } },
            { .kind = AC_CHANGE_JOB_PUT,
              .job = { .id.v = ac_contract_id(n), .patient.v = patients[who], .checkpoint = small, .input = large } },
            { .kind = AC_CHANGE_ITEM_REPLACE, /* an older version is to be gone, too */
              .item = { .kind = AC_ITEM_DOCUMENT,
                        .id = ac_contract_id(n),
                        .owner = patients[who],
                        .version = 1,
                        .sealed = ac_sv_sub(marks[who], 0, 12 + i * 7 % 900) } }
        };
        CHECK(ac_store_commit(s, &(ac_commit) { .changes = changes, .n = i % 3 ? 2 : 3, .now_ms = 1 }, NULL, NULL) ==
              AC_OK);
    }
}

static ac_rc change(ac_store *s, ac_change c)
{
    return ac_store_commit(s, &(ac_commit) { .changes = &c, .n = 1, .now_ms = 1 }, NULL, NULL);
}

/* Many keys, made, replaced and removed in no order. The patient's own is among them, and an older one of his. */
static void put_keys(ac_store *s, ac_id own)
{
    for (uint64_t i = 0; i < ROWS; i++) {
        const ac_id id = ac_contract_id(80000 + i * 7919 % 65521);
        CHECK(put_item(s, (ac_stored) { .kind = AC_ITEM_KEY, .id = id, .sealed = AC_SV("sealed") }) == AC_OK);
        if (i == ROWS / 2)
            CHECK(put_item(s, (ac_stored) { .kind = AC_ITEM_KEY, .id = own, .sealed = AC_SV("OLDERKEY") }) == AC_OK);
        if (i % 3 == 0)
            CHECK(change(s, (ac_change) { .kind = AC_CHANGE_ITEM_DELETE, .item = { .kind = AC_ITEM_KEY, .id = id } }) ==
                  AC_OK);
    }
    CHECK(change(s, (ac_change) {
                        .kind = AC_CHANGE_ITEM_REPLACE,
                        .item = {
                            .kind = AC_ITEM_KEY, .id = own, .version = 1, .sealed = AC_SV("PATIENTKEY") } }) == AC_OK);
}

/* The key is not in the database, not in its log, not in pages that are free: whoever finds the disk finds nothing. Of
 * what was sealed with it hardly anything is, and nobody can open that. */
AC_TEST(sqlite, what_is_shredded_is_in_no_file)
{
    AC_AUTO(ac_sb) gone = AC_SB(1 << 20), stays = AC_SB(1 << 20);
    const ac_id key = ac_contract_id(70000), keys[] = { key, { { 0 } } },
                patients[] = { ac_contract_id(70001), ac_contract_id(70002) };
    ac_store *s = open_new();
    while (gone.n < 40000) {
        ac_sb_add(&gone, AC_SV("SHREDMARK, more of it; "));
        ac_sb_add(&stays, AC_SV("STAYMARKS, more of it; "));
    }
    const ac_sv marks[] = { ac_sb_view(&gone), ac_sb_view(&stays) };
    put_keys(s, key);
    CHECK(times(AC_SV("OLDERKEY")) == 0 && times(AC_SV("PATIENTKEY")) > 0);
    for (size_t i = 0; i < 2; i++)
        CHECK(put_item(s, (ac_stored) { .kind = AC_ITEM_PATIENT,
                                        .id = patients[i],
                                        .key = keys[i],
                                        .sealed = ac_sv_sub(marks[i], 0, 30) }) == AC_OK);
    put_both(s, patients, marks);
    const size_t before = times(AC_SV("SHREDMARK"));
    CHECK(before > ROWS && times(AC_SV("STAYMARKS")) > ROWS);
    CHECK(change(s, (ac_change) { .kind = AC_CHANGE_SHRED, .item = { .kind = AC_ITEM_PATIENT, .id = patients[0] } }) ==
          AC_OK);
    CHECK(times(AC_SV("PATIENTKEY")) == 0 && times(AC_SV("STAYMARKS")) > ROWS);
    CHECK(times(AC_SV("SHREDMARK")) < before / 1000);
    ac_store_free(s);
    CHECK(times(AC_SV("PATIENTKEY")) == 0);
}

/* ---- many ---- */

typedef struct {
    ac_store *s;
    atomic_size_t busy;
} crowd;

static void ask(void *context, size_t i)
{
    crowd *c = context;
    for (uint64_t k = 0; k < 200; k++) {
        const ac_rc rc = put_item(c->s, (ac_stored) { .kind = AC_ITEM_KEY, .id = ac_contract_id(i * 1000 + k + 1) });
        CHECK(rc == AC_OK || rc == AC_EBUSY);
        atomic_fetch_add(&c->busy, rc == AC_EBUSY);
    }
}

AC_TEST(sqlite, too_many_that_wait_are_told)
{
    crowd c = { .s = NULL };
    sq_test_clear(sq_test_folder());
    const ac_sqlite_options opt = { .folder = sq_test_folder(), .chain = ac_contract_chain, .waiting = 1 };
    CHECK(ac_sqlite_open(&opt, &c.s, NULL) == AC_OK);
    ac_contract_threads(16, ask, &c);
    CHECK(atomic_load(&c.busy) > 0);
    CHECK(put_item(c.s, (ac_stored) { .kind = AC_ITEM_KEY, .id = ac_contract_id(99999) }) == AC_OK);
    ac_store_free(c.s);
}

AC_TEST(sqlite, memory_may_run_out)
{
    sq_test_clear(sq_test_folder());
    AC_EACH_OOM(i)
    {
        ac_store *s = NULL;
        ac_rc rc = sq_test_open(sq_test_folder(), NULL, &s, NULL);
        if (rc == AC_OK)
            rc = put_item(s, (ac_stored) { .kind = AC_ITEM_KEY, .id = ac_contract_id((uint64_t)i) });
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        ac_store_free(s);
    }
}

/* ---- speed ---- */

#define PLAN(id, sql) { #id, "EXPLAIN QUERY PLAN " sql },
static const struct {
    const char *name, *sql;
} plans[] = { SQ_LIST(PLAN) };

/* Whatever there may be a million of is never read from its beginning to its end; lists without a filter go by the
 * primary key, and stop. */
AC_TEST(sqlite, no_statement_reads_a_whole_table)
{
    static const char *const may[] = { "SQ_ITEMS",      "SQ_JOBS",       "SQ_AUDIT", "SQ_HEAD",     "SQ_HEAD_SET",
                                       "SQ_TURN_SWEEP", "SQ_AUDIT_LAST", "SQ_TALLY", "SQ_TALLY_SET" };
    sqlite3 *db = NULL;
    ac_store_free(open_new());
    CHECK(sqlite3_open_v2(in_folder("aceso.db"), &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK);
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        sqlite3_stmt *st = NULL;
        bool allowed = false;
        for (size_t k = 0; k < sizeof may / sizeof may[0]; k++)
            allowed |= strcmp(may[k], plans[i].name) == 0;
        if (sqlite3_prepare_v2(db, plans[i].sql, -1, &st, NULL) != SQLITE_OK)
            fprintf(stderr, "%s: %s\n", plans[i].name, sqlite3_errmsg(db));
        CHECK(st != NULL);
        while (st && sqlite3_step(st) == SQLITE_ROW) {
            const char *detail = (const char *)sqlite3_column_text(st, 3);
            const bool scan = strncmp(detail, "SCAN ", 5) == 0 && !strstr(detail, "USING") &&
                              strcmp(detail, "SCAN CONSTANT ROW") != 0;
            const bool sort = strstr(detail, "TEMP B-TREE");
            if ((scan && !allowed) || sort)
                fprintf(stderr, "%s: %s\n", plans[i].name, detail);
            CHECK((!scan || allowed) && !sort);
        }
        (void)sqlite3_finalize(st);
    }
    (void)sqlite3_close(db);
}
