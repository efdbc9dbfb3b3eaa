#include "adapter/sqlite/sqlite_room.h"

/* Identities are 16 bytes; none: NULL, but for tenants, who are part of keys. Bytes that may be large lie in a table of
 * their own, since SQLite writes a row as a whole. What is waited for has an index of just the rows that wait. */
static const char first[] =
    "CREATE TABLE head(one INTEGER PRIMARY KEY CHECK(one = 1), audit_number INTEGER NOT NULL, audit_mac BLOB NOT NULL,"
    " token INTEGER NOT NULL, jobs BLOB NOT NULL) STRICT;"

    "CREATE TABLE item(kind INTEGER NOT NULL, id BLOB NOT NULL, tenant BLOB NOT NULL, owner BLOB, lookup BLOB,"
    " key BLOB, version INTEGER NOT NULL, created_ms INTEGER NOT NULL, updated_ms INTEGER NOT NULL,"
    " delete_ms INTEGER NOT NULL, sealed BLOB NOT NULL, slot INTEGER, PRIMARY KEY(kind, id)) STRICT, WITHOUT ROWID;"
    "CREATE UNIQUE INDEX item_lookup ON item(kind, tenant, lookup) WHERE lookup IS NOT NULL;"
    "CREATE INDEX item_tenant ON item(tenant, kind, id);"
    "CREATE INDEX item_owner ON item(owner, kind, id) WHERE owner IS NOT NULL;"
    "CREATE INDEX item_key ON item(key) WHERE key IS NOT NULL;"
    "CREATE INDEX item_delete ON item(delete_ms) WHERE delete_ms > 0;"

    /* Where keys lie. SQLite overwrites what is deleted, but not the copies that it leaves behind when it moves rows
     * from page to page. These rows are all of one length, none is removed and new ones come last, so none ever moves:
     * a key has one place, and when it goes that place is filled with zeros. */
    "CREATE TABLE key_slot(n INTEGER PRIMARY KEY, bytes BLOB NOT NULL, free INTEGER NOT NULL) STRICT;"
    "CREATE INDEX key_slot_free ON key_slot(n) WHERE free = 1;"
    "CREATE TRIGGER item_key_gone AFTER DELETE ON item WHEN old.slot IS NOT NULL BEGIN"
    " UPDATE key_slot SET bytes = zeroblob(128), free = 1 WHERE n = old.slot; END;"

    "CREATE TABLE job(id BLOB PRIMARY KEY, tenant BLOB NOT NULL, patient BLOB, batch BLOB, key BLOB, document BLOB,"
    " kind INTEGER NOT NULL, state INTEGER NOT NULL, priority INTEGER NOT NULL, attempt INTEGER NOT NULL,"
    " attempts_max INTEGER NOT NULL, token INTEGER NOT NULL, step INTEGER NOT NULL, done INTEGER NOT NULL,"
    " total INTEGER NOT NULL, event INTEGER NOT NULL, error INTEGER NOT NULL, cancel INTEGER NOT NULL,"
    " created_ms INTEGER NOT NULL, run_at_ms INTEGER NOT NULL, started_ms INTEGER NOT NULL,"
    " ended_ms INTEGER NOT NULL, lease_ms INTEGER NOT NULL, delete_ms INTEGER NOT NULL,"
    " rank INTEGER NOT NULL) STRICT, WITHOUT ROWID;" /* rank: place in its lane; 0: it waits for its time */
    "CREATE INDEX job_tenant ON job(tenant, id);"
    "CREATE INDEX job_patient ON job(patient, id) WHERE patient IS NOT NULL;"
    "CREATE INDEX job_batch ON job(batch, id) WHERE batch IS NOT NULL;"
    "CREATE INDEX job_document ON job(document, id) WHERE document IS NOT NULL;"
    "CREATE INDEX job_ready ON job(kind, priority DESC, rank, id) WHERE state = 0 AND rank > 0;"
    "CREATE INDEX job_oldest ON job(run_at_ms) WHERE state = 0 AND rank > 0;"
    "CREATE INDEX job_later ON job(run_at_ms) WHERE state = 0 AND rank = 0;"
    "CREATE INDEX job_leased ON job(lease_ms) WHERE state = 1;"
    "CREATE INDEX job_delete ON job(delete_ms) WHERE state > 1 AND delete_ms > 0;"

    "CREATE TABLE job_bytes(n INTEGER PRIMARY KEY, job BLOB NOT NULL, part INTEGER NOT NULL, bytes BLOB NOT NULL,"
    " UNIQUE(job, part)) STRICT;"
    "CREATE TABLE job_event(job BLOB NOT NULL, number INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    " state INTEGER NOT NULL, attempt INTEGER NOT NULL, step INTEGER NOT NULL, done INTEGER NOT NULL,"
    " total INTEGER NOT NULL, error INTEGER NOT NULL, PRIMARY KEY(job, number)) STRICT, WITHOUT ROWID;"

    /* A lane: the jobs of one kind and priority. now: rank of the last one that was leased; served: its token. */
    "CREATE TABLE lane(kind INTEGER NOT NULL, priority INTEGER NOT NULL, now INTEGER NOT NULL,"
    " served INTEGER NOT NULL, PRIMARY KEY(kind, priority)) STRICT, WITHOUT ROWID;"
    /* rank: of a tenant's last one there */
    "CREATE TABLE turn(kind INTEGER NOT NULL, priority INTEGER NOT NULL, tenant BLOB NOT NULL, rank INTEGER NOT NULL,"
    " PRIMARY KEY(kind, priority, tenant)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE once(tenant BLOB NOT NULL, key BLOB NOT NULL, body BLOB NOT NULL, outcome BLOB,"
    " forget_ms INTEGER NOT NULL, PRIMARY KEY(tenant, key)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX once_forget ON once(forget_ms);"

    "CREATE TABLE audit(number INTEGER PRIMARY KEY, tenant BLOB, patient BLOB, record BLOB NOT NULL,"
    " mac BLOB NOT NULL) STRICT;"
    "CREATE INDEX audit_tenant ON audit(tenant, number) WHERE tenant IS NOT NULL;"
    "CREATE INDEX audit_patient ON audit(patient, number) WHERE patient IS NOT NULL;"
    "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;"
    "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'append only'); END;"

    "INSERT INTO head VALUES(1, 0, zeroblob(32), 0, zeroblob(56));";

/* Jobs are counted by kind: see recount. */
static const char second[] = "UPDATE head SET jobs = zeroblob(168);"
                             "DROP INDEX job_oldest;"
                             "CREATE INDEX job_oldest ON job(kind, run_at_ms) WHERE state = 0 AND rank > 0;";

/* Entry n leads from version n to n + 1; never changed once it was released. */
static const char *const migrations[] = { first, second };

enum { VERSION = sizeof migrations / sizeof migrations[0], APPLICATION = 0x41436573 /* "ACes" */ };

/* The head's tallies, from the jobs themselves: once, as this reads all of them. */
static ac_rc recount(sq_conn *c, ac_err *err)
{
    bool row = false;
    uint64_t jobs[AC_JOB_KINDS][AC_JOB_STATES] = { 0 };
    AC_AUTO(sq_query) q = sq_query_of(c, SQ_TALLY);
    AC_TRY(err, sq_next(&q, &row, err));
    while (row) {
        const int64_t kind = sq_get(&q), state = sq_get(&q);
        if (kind < 0 || kind >= AC_JOB_KINDS || state < 0 || state >= AC_JOB_STATES)
            return ac_fail(err, AC_EIO, "the database has a job of a kind or state that there is not");
        jobs[kind][state]++;
        AC_TRY(err, sq_next(&q, &row, err));
    }
    AC_AUTO(sq_query) set = sq_query_of(c, SQ_TALLY_SET);
    sq_put_bytes(&set, jobs, sizeof jobs);
    return sq_run(&set, NULL, err);
}

static ac_rc migrate(sq_conn *c, size_t from, ac_err *err)
{
    AC_TRY(err, sq_exec(c, "BEGIN IMMEDIATE", err));
    for (size_t v = from; v < VERSION; v++)
        AC_TRY(err, sq_exec(c, migrations[v], err));
    AC_TRY(err, recount(c, err));
    char pragma[128];
    (void)snprintf(pragma, sizeof pragma, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", APPLICATION,
                   VERSION);
    return sq_exec(c, pragma, err);
}

ac_rc sq_schema(sq_conn *c, ac_err *err)
{
    int64_t application = 0, version = 0, objects = 0;
    AC_TRY(err, sq_number(c, "PRAGMA application_id", &application, err));
    AC_TRY(err, sq_number(c, "PRAGMA user_version", &version, err));
    AC_TRY(err, sq_number(c, "SELECT count(*) FROM sqlite_schema", &objects, err));
    if (objects ? application != APPLICATION : application || version)
        return ac_fail(err, AC_EINPUT, "the database is not one of this program");
    if (version > VERSION)
        return ac_fail(err, AC_EINPUT, "the database is of a newer program: its version is %lld, this program knows %d",
                       (long long)version, VERSION);
    if (version == VERSION)
        return AC_OK;
    ac_rc rc = version < 0 ? ac_fail(err, AC_EINPUT, "the database is not one of this program")
                           : migrate(c, (size_t)version, err);
    if (rc != AC_OK)
        sq_rollback(c);
    return rc;
}
