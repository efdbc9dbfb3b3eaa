#include "main/notes.h"

#include "kit/test.h"

#include "main/bench.h"
#include "os/pool.h"

#include <stdio.h>
#include <string.h>

enum { THREADS = 4, NOTES = 48, KEY_BYTE = 7 };

typedef struct {
    ac_settings settings;
    ac_input input;
    ac_work works[NOTES];
    ac_arena *arenas[THREADS];
    void *workers[THREADS];
} bench;

static void make_batch(bench *b, ac_command_id command, ac_format format)
{
    *b = (bench) { .settings = { .command = command, .format = format, .one_line = format == AC_FORMAT_NDJSON, .max_bytes = 1 << 20, .jobs = 1,
                                 .mode = AC_DEID_SURROGATE, .parts = AC_PART_ALL & ~(uint32_t)AC_PART_TIMING, .many = true },
                   .input = { .path = "-" } };
    memset(b->settings.key.bytes, KEY_BYTE, sizeof b->settings.key.bytes);
    for (size_t i = 0; i < THREADS; i++)
        b->workers[i] = &b->arenas[i];
    ac_sv rest = ac_bench_samples(), sample;
    for (size_t i = 0; i < NOTES; i++) {
        if (!ac_sv_split(&rest, '\f', &sample) || !sample.n) {
            rest = ac_bench_samples();
            (void)ac_sv_split(&rest, '\f', &sample);
        }
        b->works[i] = (ac_work) { .s = &b->settings, .input = &b->input, .source = AC_SB(1 << 20) };
        ac_sb_add(&b->works[i].source, sample);
    }
}

static void run_batch(bench *b, size_t threads)
{
    AC_AUTO_PTR(ac_pool) pool = NULL;
    CHECK(ac_pool_new(&(ac_pool_options) { threads, NOTES, ac_work_run, b->workers }, &pool, NULL) == AC_OK);
    for (size_t i = 0; i < NOTES; i++)
        CHECK(ac_pool_submit(pool, &b->works[i], NULL) == AC_OK);
    for (size_t i = 0; i < NOTES; i++)
        CHECK(ac_pool_take(pool) == &b->works[i]);
}

static void cleanup(bench *b)
{
    for (size_t i = 0; i < NOTES; i++)
        ac_work_cleanup(&b->works[i]);
    for (size_t i = 0; i < THREADS; i++)
        ac_arena_free(b->arenas[i]);
}

/* The engine's tables are shared by all threads, and nothing else may be. */
AC_TEST(notes_work, threads_change_nothing)
{
    static const ac_format formats[] = { AC_FORMAT_NDJSON, AC_FORMAT_FHIR };
    static bench alone, together;
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++) {
        make_batch(&alone, AC_CMD_PROCESS, formats[f]);
        make_batch(&together, AC_CMD_PROCESS, formats[f]);
        run_batch(&alone, 1);
        run_batch(&together, THREADS);
        for (size_t i = 0; i < NOTES; i++) {
            CHECK(alone.works[i].rc == AC_OK && alone.works[i].out.n > 1000);
            CHECK(ac_sv_eq(ac_sb_view(&alone.works[i].out), ac_sb_view(&together.works[i].out)));
        }
        cleanup(&alone);
        cleanup(&together);
    }
}

AC_TEST(notes_work, a_bad_note_fails_alone)
{
    static bench b;
    make_batch(&b, AC_CMD_PROCESS, AC_FORMAT_NDJSON);
    b.settings.max_bytes = 4096;
    for (size_t i = 0; i < 8192; i++)
        ac_sb_add_char(&b.works[5].source, 'a');
    b.works[7].line = 7; /* a line of batch input, which this is not */
    run_batch(&b, THREADS);
    for (size_t i = 0; i < NOTES; i++)
        CHECK(b.works[i].rc == (i == 5 ? AC_ELIMIT : i == 7 ? AC_EINPUT : AC_OK));
    cleanup(&b);
}
