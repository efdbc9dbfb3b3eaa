/** All SQL but the schema. States are numbers of ac_job_state: 0 queued, 1 running; above, it has ended. */
#ifndef AC_ADAPTER_SQLITE_SQL_H
#define AC_ADAPTER_SQLITE_SQL_H

#define SQ_ITEM_COLUMNS                                                                                                \
    "kind, id, tenant, owner, lookup, key, version, created_ms, updated_ms, delete_ms, slot, "                         \
    "ifnull((SELECT bytes FROM key_slot WHERE n = slot), sealed)"
#define SQ_JOB_COLUMNS                                                                                                 \
    "id, tenant, patient, batch, key, document, kind, state, priority, attempt, attempts_max, token, step, done, "     \
    "total, event, error, cancel, created_ms, run_at_ms, started_ms, ended_ms, lease_ms, delete_ms, rank"

#define SQ_PATIENT "3" /* AC_ITEM_PATIENT */
#define SQ_WEBHOOK "2" /* AC_JOB_WEBHOOK */

/* A page of jobs: by whichever column leads to the fewest; the rest is tried on each. */
#define SQ_JOBS_WHERE(first)                                                                                           \
    "SELECT " SQ_JOB_COLUMNS " FROM job WHERE " first " AND id < ?2 AND (?3 IS NULL OR tenant = ?3)"                   \
    " AND (?4 IS NULL OR patient = ?4) AND (?5 IS NULL OR batch = ?5) AND (?6 IS NULL OR document = ?6)"               \
    " AND (?7 >> state) & 1 AND (?8 >> kind) & 1 ORDER BY id DESC LIMIT ?9"
#define SQ_AUDIT_WHERE(first)                                                                                          \
    "SELECT record, mac FROM audit WHERE " first " AND number > ?2 AND (?3 IS NULL OR tenant = ?3) ORDER BY number"    \
    " LIMIT ?4"

#define SQ_LIST(X)                                                                                                     \
    X(SQ_BEGIN, "BEGIN IMMEDIATE")                                                                                     \
    X(SQ_READ, "BEGIN")                                                                                                \
    X(SQ_COMMIT, "COMMIT")                                                                                             \
    X(SQ_SAVEPOINT, "SAVEPOINT one")                                                                                   \
    X(SQ_RELEASE, "RELEASE one")                                                                                       \
    X(SQ_UNDO, "ROLLBACK TO one")                                                                                      \
    X(SQ_HEAD, "SELECT audit_number, audit_mac, token, jobs FROM head")                                                \
    X(SQ_HEAD_SET, "UPDATE head SET audit_number = ?, audit_mac = ?, token = ?, jobs = ?")                             \
    X(SQ_TALLY, "SELECT kind, state FROM job")                                                                         \
    X(SQ_TALLY_SET, "UPDATE head SET jobs = ?")                                                                        \
    X(SQ_ONCE, "SELECT body, outcome FROM once WHERE tenant = ? AND key = ? AND forget_ms > ?")                        \
    X(SQ_ONCE_SET, "REPLACE INTO once(tenant, key, body, outcome, forget_ms) VALUES(?, ?, ?, ?, ?)")                   \
    X(SQ_ONCE_SWEEP,                                                                                                   \
      "DELETE FROM once WHERE (tenant, key) IN (SELECT tenant, key FROM once WHERE forget_ms <= ? LIMIT ?)")           \
    X(SQ_ITEM, "SELECT " SQ_ITEM_COLUMNS " FROM item WHERE kind = ? AND id = ?")                                       \
    X(SQ_ITEM_FIND, "SELECT " SQ_ITEM_COLUMNS " FROM item WHERE kind = ? AND tenant = ? AND lookup = ?")               \
    X(SQ_ITEMS, "SELECT " SQ_ITEM_COLUMNS " FROM item WHERE kind = ? AND id < ? ORDER BY id DESC LIMIT ?")             \
    X(SQ_ITEMS_TENANT, "SELECT " SQ_ITEM_COLUMNS " FROM item WHERE tenant = ? AND kind = ? AND id < ?"                 \
                       " ORDER BY id DESC LIMIT ?")                                                                    \
    X(SQ_ITEMS_OWNER, "SELECT " SQ_ITEM_COLUMNS " FROM item WHERE owner = ? AND kind = ? AND id < ?"                   \
                      " AND (?4 IS NULL OR tenant = ?4) ORDER BY id DESC LIMIT ?5")                                    \
    X(SQ_ITEM_PUT, "INSERT INTO item(kind, id, tenant, owner, lookup, key, version, created_ms, updated_ms, "          \
                   "delete_ms, slot, sealed) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")                              \
    X(SQ_ITEM_REPLACE, "UPDATE item SET owner = ?, lookup = ?, key = ?, version = version + 1, updated_ms = ?,"        \
                       " delete_ms = ?, sealed = ? WHERE kind = ? AND id = ? AND version = ? RETURNING slot")          \
    X(SQ_SLOT_FREE, "SELECT n FROM key_slot WHERE free = 1 LIMIT 1")                                                   \
    X(SQ_SLOT_NEW, "INSERT INTO key_slot(bytes, free) VALUES(?, 0) RETURNING n")                                       \
    X(SQ_SLOT_SET, "UPDATE key_slot SET bytes = ?, free = 0 WHERE n = ?")                                              \
    X(SQ_ITEM_IS, "SELECT version FROM item WHERE kind = ? AND id = ?")                                                \
    X(SQ_ITEM_DELETE, "DELETE FROM item WHERE kind = ? AND id = ?")                                                    \
    X(SQ_KEY_USED, "SELECT 1 FROM item WHERE key = ?1 UNION ALL SELECT 1 FROM item WHERE owner = ?1 LIMIT 1")          \
    X(SQ_DOCUMENT_BUSY, "SELECT 1 FROM job WHERE document = ? AND state < 2 AND kind <> " SQ_WEBHOOK " LIMIT 1")       \
    X(SQ_PATIENT_BUSY, "SELECT 1 FROM job WHERE patient = ? AND state < 2 AND kind <> " SQ_WEBHOOK " LIMIT 1")         \
    X(SQ_HELD, "SELECT 1 FROM item WHERE kind = " SQ_PATIENT " AND id = ? AND delete_ms < 0")                          \
    X(SQ_ITEM_OWNER, "SELECT owner FROM item WHERE kind = ? AND id = ?")                                               \
    X(SQ_ITEM_SWEEP, "DELETE FROM item WHERE (kind, id) IN (SELECT kind, id FROM item WHERE delete_ms > 0"             \
                     " AND delete_ms <= ? LIMIT ?)")                                                                   \
    X(SQ_ITEM_NEXT, "SELECT min(delete_ms) FROM item WHERE delete_ms > 0")                                             \
    X(SQ_SHRED_ITEMS, "DELETE FROM item WHERE owner = ?")                                                              \
    X(SQ_SHRED_JOBS, "SELECT " SQ_JOB_COLUMNS " FROM job WHERE patient = ? LIMIT 1")                                   \
    /* a patient's own key: nothing that stays is sealed with it, and no key either (of which it would be the owner)   \
     */                                                                                                                \
    X(SQ_SHRED_KEY, "DELETE FROM item WHERE kind = ?1 AND id = ?2 AND NOT EXISTS"                                      \
                    " (SELECT 1 FROM item AS other WHERE other.key = ?2)"                                              \
                    " AND NOT EXISTS (SELECT 1 FROM item AS other WHERE other.owner = ?2)")                            \
    X(SQ_JOB, "SELECT " SQ_JOB_COLUMNS " FROM job WHERE id = ?")                                                       \
    X(SQ_JOB_PUT,                                                                                                      \
      "INSERT INTO job(" SQ_JOB_COLUMNS ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"            \
      " ?, ?, ?, ?, ?, ?)")                                                                                            \
    X(SQ_JOB_SET, "UPDATE job SET state = ?, attempt = ?, token = ?, step = ?, done = ?, total = ?, event = ?,"        \
                  " error = ?, cancel = ?, run_at_ms = ?, started_ms = ?, ended_ms = ?, lease_ms = ?, delete_ms = ?,"  \
                  " rank = ? WHERE id = ?")                                                                            \
    X(SQ_JOB_RENEW, "UPDATE job SET lease_ms = ? WHERE id = ?")                                                        \
    X(SQ_JOB_STEP, "UPDATE job SET step = ?, done = ?, total = ?, event = ? WHERE id = ?")                             \
    X(SQ_JOB_ASK, "UPDATE job SET cancel = 1 WHERE id = ?")                                                            \
    X(SQ_JOB_DELETE, "DELETE FROM job WHERE id = ?")                                                                   \
    X(SQ_BYTES, "SELECT part, bytes FROM job_bytes WHERE job = ?")                                                     \
    X(SQ_BYTES_SET, "INSERT INTO job_bytes(job, part, bytes) VALUES(?, ?, ?)"                                          \
                    " ON CONFLICT(job, part) DO UPDATE SET bytes = excluded.bytes")                                    \
    X(SQ_BYTES_DELETE, "DELETE FROM job_bytes WHERE job = ?")                                                          \
    X(SQ_EVENT_PUT, "INSERT INTO job_event(job, number, at_ms, state, attempt, step, done, total, error)"              \
                    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)")                                                              \
    X(SQ_EVENTS, "SELECT number, at_ms, state, attempt, step, done, total, error FROM job_event WHERE job = ?"         \
                 " AND number > ? ORDER BY number LIMIT ?")                                                            \
    X(SQ_EVENT_DELETE, "DELETE FROM job_event WHERE job = ?")                                                          \
    X(SQ_JOBS, SQ_JOBS_WHERE("?1 IS NULL"))                                                                            \
    X(SQ_JOBS_TENANT, SQ_JOBS_WHERE("tenant = ?1"))                                                                    \
    X(SQ_JOBS_PATIENT, SQ_JOBS_WHERE("patient = ?1"))                                                                  \
    X(SQ_JOBS_BATCH, SQ_JOBS_WHERE("batch = ?1"))                                                                      \
    X(SQ_JOBS_DOCUMENT, SQ_JOBS_WHERE("document = ?1"))                                                                \
    X(SQ_OLDEST, "SELECT min(run_at_ms) FROM job WHERE kind = ? AND state = 0 AND rank > 0")                           \
    X(SQ_TURN, "SELECT max(ifnull((SELECT rank FROM turn WHERE kind = ?1 AND priority = ?2 AND tenant = ?3), 0),"       \
               " ifnull((SELECT now FROM lane WHERE kind = ?1 AND priority = ?2), 0))")                                \
    X(SQ_TURN_SET, "REPLACE INTO turn(kind, priority, tenant, rank) VALUES(?, ?, ?, ?)")                               \
    X(SQ_TURN_SWEEP, "DELETE FROM turn WHERE rank <= (SELECT now FROM lane WHERE lane.kind = turn.kind"                \
                     " AND lane.priority = turn.priority)")                                                            \
    X(SQ_READY, "SELECT " SQ_JOB_COLUMNS ", (SELECT served FROM lane WHERE lane.kind = job.kind"                       \
                " AND lane.priority = job.priority) FROM job WHERE state = 0 AND rank > 0 AND kind = ?"                \
                " ORDER BY priority DESC, rank, id LIMIT 1")                                                           \
    X(SQ_LANE_SET, "INSERT INTO lane(kind, priority, now, served) VALUES(?, ?, ?, ?) ON CONFLICT(kind, priority)"      \
                   " DO UPDATE SET now = max(now, excluded.now), served = excluded.served")                            \
    X(SQ_LATER, "SELECT " SQ_JOB_COLUMNS " FROM job WHERE state = 0 AND rank = 0 AND run_at_ms <= ?"                   \
                " ORDER BY run_at_ms LIMIT 1")                                                                         \
    X(SQ_LATER_SET, "UPDATE job SET rank = ? WHERE id = ?")                                                            \
    X(SQ_LATER_NEXT, "SELECT min(run_at_ms) FROM job WHERE state = 0 AND rank = 0")                                    \
    X(SQ_LEASED, "SELECT " SQ_JOB_COLUMNS " FROM job WHERE state = 1 AND lease_ms <= ? ORDER BY lease_ms LIMIT ?")     \
    X(SQ_LEASED_NEXT, "SELECT min(lease_ms) FROM job WHERE state = 1")                                                 \
    X(SQ_ENDED, "SELECT " SQ_JOB_COLUMNS " FROM job WHERE state > 1 AND delete_ms > 0 AND delete_ms <= ?"              \
                " AND NOT EXISTS (SELECT 1 FROM item WHERE item.kind = " SQ_PATIENT " AND item.id = job.patient"       \
                " AND item.delete_ms < 0) LIMIT ?")                                                                    \
    X(SQ_ENDED_NEXT, "SELECT min(delete_ms) FROM job WHERE state > 1 AND delete_ms > 0")                               \
    X(SQ_AUDIT_PUT, "INSERT INTO audit(number, tenant, patient, record, mac) VALUES(?, ?, ?, ?, ?)")                   \
    X(SQ_AUDIT_LAST, "SELECT number, mac FROM audit ORDER BY number DESC LIMIT 1")                                     \
    X(SQ_AUDIT_NEWEST, "SELECT record, mac FROM audit WHERE number = (SELECT max(number) FROM audit)")                                   \
    X(SQ_AUDIT, SQ_AUDIT_WHERE("?1 IS NULL"))                                                                          \
    X(SQ_AUDIT_TENANT, SQ_AUDIT_WHERE("tenant = ?1"))                                                                  \
    X(SQ_AUDIT_PATIENT, SQ_AUDIT_WHERE("patient = ?1"))                                                                \
    X(SQ_AUDIT_HOST, "SELECT record, mac FROM audit WHERE number > ?2 AND (+tenant = ?1 OR +tenant IS NULL)"           \
                     " AND ?3 = ?1 ORDER BY number LIMIT ?4")

#define SQ_ENUM(id, sql) id,
typedef enum { SQ_LIST(SQ_ENUM) SQ_STATEMENTS } sq_statement;
#undef SQ_ENUM

#endif
