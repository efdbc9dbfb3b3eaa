#include "contract/blobs_contract.h"

#include <pthread.h>

#define CASE(name) void ac_blobs_case_##name(const ac_blobs_maker *m)

typedef struct {
    const ac_blobs_maker *m;
    ac_blobs *b;
} room;

static room room_of(const ac_blobs_maker *m)
{
    m->clear(m->context);
    room r = { m, m->open(m->context) };
    CHECK(r.b);
    return r;
}

static void room_cleanup(room *r)
{
    ac_blobs_free(r->b);
    r->m->clear(r->m->context);
}
#define ROOM() AC_AUTO(room) r = room_of(m)

ac_id ac_blobs_id(unsigned n)
{
    ac_id id = { .b = { 1, 2, [13] = (unsigned char)(n >> 8), [15] = (unsigned char)n } };
    return id;
}

ac_rc ac_blobs_put(ac_blobs *b, ac_id id, ac_sv bytes)
{
    ac_blob *blob = NULL;
    AC_TRY(NULL, ac_blob_begin(b, id, &blob, NULL));
    ac_rc rc = ac_blob_add(blob, bytes, NULL);
    if (rc == AC_OK)
        return ac_blob_end(blob, NULL);
    ac_blob_abandon(blob);
    return rc;
}

static bool holds(ac_blobs *b, ac_id id, ac_sv bytes)
{
    AC_AUTO(ac_sb) out = AC_SB(1 << 24);
    uint64_t size = 0;
    return ac_blobs_read(b, id, 0, SIZE_MAX, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), bytes) &&
           ac_blobs_size(b, id, &size, NULL) == AC_OK && size == bytes.n;
}

static void tally(void *context, ac_id id) { ((unsigned *)context)[id.b[15]]++; }

/* Are there n, each once? */
static bool there_are(ac_blobs *b, unsigned n)
{
    unsigned seen[256] = { 0 }, sum = 0;
    if (ac_blobs_each(b, tally, seen, NULL) != AC_OK)
        return false;
    for (size_t i = 0; i < 256; i++) {
        sum += seen[i];
        if (seen[i] > 1)
            return false;
    }
    return sum == n;
}

CASE(a_blob_comes_back)
{
    ROOM();
    ac_blob *blob = NULL;
    AC_AUTO(ac_sb) all = AC_SB(1 << 24);
    CHECK(ac_blob_begin(r.b, ac_blobs_id(1), &blob, NULL) == AC_OK);
    for (int i = 0; i < 1000; i++) {
        ac_sv part = ac_sv_sub(AC_SV("some bytes, and \0 and more"), 0, (size_t)i % 27);
        ac_sb_add(&all, part);
        CHECK(ac_blob_add(blob, part, NULL) == AC_OK);
    }
    CHECK(!holds(r.b, ac_blobs_id(1), ac_sb_view(&all)) && there_are(r.b, 0)); /* as a whole or not at all */
    CHECK(ac_blob_end(blob, NULL) == AC_OK && holds(r.b, ac_blobs_id(1), ac_sb_view(&all)));
    CHECK(ac_blobs_put(r.b, ac_blobs_id(2), AC_SV("")) == AC_OK && holds(r.b, ac_blobs_id(2), AC_SV("")));
    CHECK(there_are(r.b, 2));
}

CASE(a_blob_is_read_in_parts)
{
    ROOM();
    AC_AUTO(ac_sb) out = AC_SB(100), small = AC_SB(3);
    uint64_t size;
    CHECK(ac_blobs_put(r.b, ac_blobs_id(1), AC_SV("0123456789")) == AC_OK);
    CHECK(ac_blobs_read(r.b, ac_blobs_id(1), 2, 3, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), AC_SV("234")));
    CHECK(ac_blobs_read(r.b, ac_blobs_id(1), 8, 50, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), AC_SV("23489")));
    CHECK(ac_blobs_read(r.b, ac_blobs_id(1), 10, 5, &out, NULL) == AC_OK && out.n == 5);
    CHECK(ac_blobs_read(r.b, ac_blobs_id(1), UINT64_MAX, 5, &out, NULL) == AC_OK && out.n == 5);
    CHECK(ac_blobs_read(r.b, ac_blobs_id(1), 0, 4, &small, NULL) == AC_ELIMIT);
    CHECK(ac_blobs_read(r.b, ac_blobs_id(2), 0, 4, &out, NULL) == AC_ENOTFOUND && out.n == 5);
    CHECK(ac_blobs_size(r.b, ac_blobs_id(2), &size, NULL) == AC_ENOTFOUND);
}

CASE(an_abandoned_blob_is_not_there)
{
    ROOM();
    ac_blob *blob = NULL;
    CHECK(ac_blob_begin(r.b, ac_blobs_id(1), &blob, NULL) == AC_OK && ac_blob_add(blob, AC_SV("x"), NULL) == AC_OK);
    ac_blob_abandon(blob);
    ac_blob_abandon(NULL);
    CHECK(there_are(r.b, 0));
    CHECK(ac_blobs_put(r.b, ac_blobs_id(1), AC_SV("y")) == AC_OK && holds(r.b, ac_blobs_id(1), AC_SV("y")));
}

CASE(an_id_is_taken_once)
{
    ROOM();
    ac_blob *one = NULL, *two = NULL;
    CHECK(ac_blob_begin(r.b, ac_blobs_id(1), &one, NULL) == AC_OK);
    CHECK(ac_blob_begin(r.b, ac_blobs_id(1), &two, NULL) == AC_ECONFLICT); /* it is being written */
    CHECK(ac_blob_end(one, NULL) == AC_OK);
    CHECK(ac_blob_begin(r.b, ac_blobs_id(1), &two, NULL) == AC_ECONFLICT);
    CHECK(holds(r.b, ac_blobs_id(1), AC_SV("")));
}

CASE(one_takes_the_place_of_another_as_a_whole)
{
    ROOM();
    ac_blob *one = NULL, *two = NULL;
    CHECK(ac_blobs_put(r.b, ac_blobs_id(1), AC_SV("old one")) == AC_OK);
    CHECK(ac_blob_begin_over(r.b, ac_blobs_id(1), &one, NULL) == AC_OK && ac_blob_add(one, AC_SV("new"), NULL) == AC_OK);
    CHECK(ac_blob_begin_over(r.b, ac_blobs_id(1), &two, NULL) == AC_ECONFLICT); /* it is being written */
    CHECK(holds(r.b, ac_blobs_id(1), AC_SV("old one")));
    CHECK(ac_blob_end(one, NULL) == AC_OK && holds(r.b, ac_blobs_id(1), AC_SV("new")) && there_are(r.b, 1));
    CHECK(ac_blob_begin_over(r.b, ac_blobs_id(1), &one, NULL) == AC_OK);
    ac_blob_abandon(one);
    CHECK(holds(r.b, ac_blobs_id(1), AC_SV("new")));
    CHECK(ac_blob_begin_over(r.b, ac_blobs_id(2), &two, NULL) == AC_OK && ac_blob_end(two, NULL) == AC_OK);
    CHECK(there_are(r.b, 2));
}

CASE(blobs_are_there_after_opening_again)
{
    ROOM();
    for (unsigned i = 0; i < 40; i++)
        CHECK(ac_blobs_put(r.b, ac_blobs_id(i),
                           ac_sv_sub(AC_SV("some bytes that there are forty of, at least"), 0, i)) == AC_OK);
    ac_blobs_free(r.b);
    r.b = m->open(m->context);
    CHECK(r.b && there_are(r.b, 40) && holds(r.b, ac_blobs_id(10), AC_SV("some bytes")));
}

CASE(a_removed_blob_is_gone)
{
    ROOM();
    CHECK(ac_blobs_put(r.b, ac_blobs_id(1), AC_SV("x")) == AC_OK &&
          ac_blobs_put(r.b, ac_blobs_id(2), AC_SV("y")) == AC_OK);
    CHECK(ac_blobs_remove(r.b, ac_blobs_id(1), NULL) == AC_OK && ac_blobs_remove(r.b, ac_blobs_id(1), NULL) == AC_OK);
    CHECK(there_are(r.b, 1) && holds(r.b, ac_blobs_id(2), AC_SV("y")));
    CHECK(ac_blobs_put(r.b, ac_blobs_id(1), AC_SV("z")) == AC_OK && holds(r.b, ac_blobs_id(1), AC_SV("z")));
}

enum { THREADS = 4, EACH = 10 };
typedef struct {
    ac_blobs *b;
    unsigned i;
} writer;

static void *write_many(void *arg)
{
    const writer *w = arg;
    for (unsigned k = 0; k < EACH; k++)
        CHECK(ac_blobs_put(w->b, ac_blobs_id(w->i * EACH + k), AC_SV("bytes")) == AC_OK);
    return NULL;
}

CASE(many_threads_write)
{
    ROOM();
    pthread_t id[THREADS];
    writer w[THREADS];
    for (unsigned i = 0; i < THREADS; i++) {
        w[i] = (writer) { r.b, i };
        CHECK(pthread_create(&id[i], NULL, write_many, &w[i]) == 0);
    }
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(id[i], NULL);
    CHECK(there_are(r.b, THREADS * EACH));
}
