/* A process that is killed while it commits: what it was told is done is there. */
#include "contract/store_contract.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOW = AC_CONTRACT_NOW, THREADS = 4, ROUNDS = 12, ALL = 100000 };

typedef struct {
    ac_store *s;
    int pipe;
    atomic_uint_fast32_t next;
} victim;

static ac_rc put(ac_store *s, uint32_t n)
{
    const ac_job_id id = { ac_contract_id(n) };
    const ac_change changes[] = { { .kind = AC_CHANGE_ITEM_PUT, .item = { .kind = AC_ITEM_DOCUMENT, .id = id.v } },
                                  { .kind = AC_CHANGE_JOB_PUT, .job = { .id = id, .input = AC_SV("input") } },
                                  { .kind = AC_CHANGE_AUDIT, .audit = { .object = id.v } } };
    return ac_store_commit(s, &(ac_commit) { .changes = changes, .n = 3, .now_ms = NOW }, NULL, NULL);
}

static void commit_on(void *context, size_t i)
{
    victim *v = context;
    (void)i;
    for (;;) {
        const uint32_t n = (uint32_t)atomic_fetch_add(&v->next, 1);
        if (put(v->s, n) != AC_OK || write(v->pipe, &n, sizeof n) != sizeof n)
            return;
    }
}

/* The process that is to die. Each number that it was told is done goes into the pipe. */
static _Noreturn void live(const ac_store_maker *m, int out, uint32_t first)
{
    victim v = { .pipe = out, .next = first };
    v.s = m->open(m->context);
    if (v.s)
        ac_contract_threads(THREADS, commit_on, &v);
    _exit(1); /* not reached */
}

/* Lets it live for a while. The numbers that it acknowledged are marked in done. */
static void run_and_kill(const ac_store_maker *m, uint32_t first, long ms, bool *done, uint32_t *last)
{
    int ends[2];
    uint32_t n = 0;
    CHECK(pipe(ends) == 0);
    const pid_t child = fork();
    if (child == 0)
        live(m, ends[1], first);
    CHECK(child > 0);
    (void)close(ends[1]);
    CHECK(read(ends[0], &n, sizeof n) == sizeof n); /* it has begun */
    done[n % ALL] = true;
    *last = n;
    (void)nanosleep(&(struct timespec) { .tv_nsec = ms * 1000000 }, NULL);
    CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    while (read(ends[0], &n, sizeof n) == sizeof n) {
        done[n % ALL] = true;
        *last = n > *last ? n : *last;
    }
    (void)close(ends[0]);
}

void ac_store_case_what_was_acknowledged_survives_a_kill(const ac_store_maker *m)
{
    AC_AUTO(ac_store_room) r = ac_store_room_of(m);
    bool *done = ac_mem_alloc(ALL);
    uint32_t last = 0, first = 1;
    CHECK(done != NULL);
    ac_store_free(r.s); /* the children have it */
    r.s = NULL;
    for (long round = 0; done && round < ROUNDS; round++) {
        uint64_t there = 0;
        run_and_kill(m, first, 3 + round * 7 % 40, done, &last);
        ac_store_room_reopen(&r);
        for (uint32_t n = 1; r.s && n <= last + THREADS; n++) {
            ac_stored item;
            const ac_job job = ac_store_see(&r, (ac_job_id) { ac_contract_id(n) });
            const bool is = !ac_id_none(job.id.v);
            CHECK(is || !done[n % ALL]);
            CHECK(ac_store_item(r.s, AC_ITEM_DOCUMENT, ac_contract_id(n), r.a, &item, NULL) ==
                  (is ? AC_OK : AC_ENOTFOUND));
            CHECK(!is || job.input.n == 5);
            there += is;
        }
        CHECK(ac_store_audit_good(&r, there));
        first = last + THREADS + 1;
        ac_store_free(r.s);
        r.s = NULL;
        ac_arena_reset(r.a);
    }
    ac_mem_free(done);
}
