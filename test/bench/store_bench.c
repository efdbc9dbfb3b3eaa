/* How many jobs a second the store takes and gives out: store_bench FOLDER [SECONDS]. Each is on the disk when it
 * counts. Built when it is asked for: cmake --build build/release --target store_bench */
#include "adapter/sqlite/sqlite_store.h"
#include "os/cipher.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

enum { INPUT = 1500, THREADS_MAX = 256, SLEEP_NS = 1000000 };

typedef struct {
    ac_store *s;
    atomic_uint_fast64_t ids, done;
    atomic_bool stop;
    size_t max;
    const char *input;
} work;

static ac_id id_of(uint64_t n, unsigned char kind)
{
    ac_id id = { .b = { kind } };
    for (int i = 0; i < 8; i++)
        id.b[AC_ID_BYTES - 1 - i] = (unsigned char)(n >> (i * 8));
    return id;
}

static void chain(void *key, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC])
{
    ac_cipher_mac(key, (ac_sv) { (const char *)bytes, n }, out);
}

static double seconds(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void failed(const char *what, const ac_err *err) { fprintf(stderr, "%s: %s\n", what, err->text); }

/* A job and the record of it. */
static void *enqueue(void *arg)
{
    work *w = arg;
    ac_err err = { 0 };
    while (!atomic_load(&w->stop)) {
        const uint64_t n = atomic_fetch_add(&w->ids, 1);
        const ac_tenant_id tenant = { id_of(n % 10, 1) };
        const ac_patient_id patient = { id_of(n / 10, 2) };
        const ac_change changes[] = { { .kind = AC_CHANGE_JOB_PUT,
                                        .job = { .id.v = id_of(n, 3),
                                                 .tenant = tenant,
                                                 .patient = patient,
                                                 .key = id_of(n / 10, 4),
                                                 .priority = AC_JOB_PRIORITY,
                                                 .attempts_max = 3,
                                                 .input = { w->input, INPUT } } },
                                      { .kind = AC_CHANGE_AUDIT,
                                        .audit = { .tenant = tenant,
                                                   .action = AC_AUDIT_CREATE,
                                                   .what = AC_WHAT_JOB,
                                                   .object = id_of(n, 3),
                                                   .patient = patient } } };
        if (ac_store_commit(w->s, &(ac_commit) { .changes = changes, .n = 2, .now_ms = 1 }, NULL, &err) != AC_OK)
            failed("enqueue", &err);
        else
            atomic_fetch_add(&w->done, 1);
    }
    return NULL;
}

static void end_one(work *w, const ac_job *job)
{
    ac_err err = { 0 };
    const ac_change changes[] = {
        { .kind = AC_CHANGE_JOB_END,
          .job = { .id = job->id, .token = job->token, .state = AC_JOB_COMPLETED, .result = { w->input, INPUT } } },
        { .kind = AC_CHANGE_AUDIT, .audit = { .tenant = job->tenant, .action = AC_AUDIT_EXECUTE, .object = job->id.v } }
    };
    if (ac_store_commit(w->s, &(ac_commit) { .changes = changes, .n = 2, .now_ms = 1 }, NULL, &err) != AC_OK)
        failed("end", &err);
    else
        atomic_fetch_add(&w->done, 1);
}

static void *serve(void *arg)
{
    work *w = arg;
    ac_err err = { 0 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 24);
    while (!atomic_load(&w->stop)) {
        ac_job_list taken = { 0 };
        const ac_lease l = { .now_ms = 1, .lease_ms = 60000, .kinds = 1, .max = w->max };
        ac_arena_reset(a);
        if (ac_store_lease(w->s, &l, a, &taken, &err) != AC_OK)
            failed("lease", &err);
        if (!taken.n)
            break;
        for (size_t i = 0; i < taken.n; i++)
            end_one(w, &taken.at[i]);
    }
    return NULL;
}

/* For so long, in so many threads; work a second. */
static double measure(work *w, size_t threads, double limit, void *(*body)(void *))
{
    pthread_t id[THREADS_MAX];
    const double begin = seconds();
    atomic_store(&w->done, 0);
    atomic_store(&w->stop, false);
    for (size_t i = 0; i < threads; i++)
        (void)pthread_create(&id[i], NULL, body, w);
    while (seconds() - begin < limit)
        (void)nanosleep(&(struct timespec) { .tv_nsec = SLEEP_NS }, NULL);
    atomic_store(&w->stop, true);
    for (size_t i = 0; i < threads; i++)
        (void)pthread_join(id[i], NULL);
    return (double)atomic_load(&w->done) / (seconds() - begin);
}

int main(int argc, char **argv)
{
    static const size_t threads[] = { 1, 4, 16, 64 };
    static const struct {
        size_t threads, at_once;
    } served[] = { { 1, 1 }, { 4, 1 }, { 16, 1 }, { 64, 1 }, { 16, 16 } };
    static char input[INPUT];
    unsigned char key[AC_CIPHER_KEY] = { 1 };
    int64_t limit = 3;
    ac_err err = { 0 };
    work w = { .ids = 1, .input = input };
    const ac_sqlite_options opt = { .folder = argc > 1 ? argv[1] : "", .chain = { chain, key }, .now_ms = 1 };
    if (argc < 2 || (argc > 2 && !ac_sv_to_i64(ac_sv_z(argv[2]), &limit))) {
        fprintf(stderr, "store_bench FOLDER [SECONDS]\n");
        return 2;
    }
    for (size_t i = 0; i < INPUT; i++)
        input[i] = (char)(i * i % 251);
    if (ac_sqlite_open(&opt, &w.s, &err) != AC_OK) {
        failed("open", &err);
        return 1;
    }
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        printf("enqueue, %2zu threads: %8.0f jobs/s\n", threads[i], measure(&w, threads[i], (double)limit, enqueue));
    for (size_t i = 0; i < sizeof served / sizeof served[0]; i++) {
        (void)measure(&w, 64, (double)limit, enqueue); /* so that there is something to do */
        w.max = served[i].at_once;
        printf("lease %2zu, end each, %2zu threads: %8.0f jobs/s\n", w.max, served[i].threads,
               measure(&w, served[i].threads, (double)limit, serve));
    }
    ac_store_free(w.s);
    return 0;
}
