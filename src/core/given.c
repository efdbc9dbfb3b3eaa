#include "core/given.h"

#include "base/search.h"

#include <string.h>

typedef struct {
    uint32_t (*map)(const void *ctx, uint32_t at);
    const void *ctx;
} mover;

static void move(const mover *m, ac_span *s) { *s = (ac_span) { m->map(m->ctx, s->begin), m->map(m->ctx, s->end) }; }

/* Memory of its own for n elements; of none, somewhere to point at. */
static void *copy_of(ac_arena *arena, const void *at, size_t n, size_t size)
{
    void *copy = ac_arena_alloc(arena, n * size + 1);
    if (copy && n)
        memcpy(copy, at, n * size);
    return copy;
}

static bool move_entities(ac_given *g, ac_arena *arena, const mover *m)
{
    g->entities.at = copy_of(arena, g->entities.at, g->entities.n, sizeof *g->entities.at);
    for (size_t i = 0; g->entities.at && i < g->entities.n; i++) {
        ac_given_entity *e = &g->entities.at[i];
        move(m, &e->span);
        move(m, &e->cue);
        e->attrs.at = copy_of(arena, e->attrs.at, e->attrs.n, sizeof *e->attrs.at);
        e->attrs.cap = e->attrs.n;
        if (!e->attrs.at)
            return false;
        for (size_t k = 0; k < e->attrs.n; k++)
            move(m, &e->attrs.at[k].span);
    }
    return g->entities.at;
}

ac_given *ac_given_moved(const ac_given *given, ac_arena *arena, uint32_t (*map)(const void *ctx, uint32_t at), const void *ctx)
{
    const mover m = { map, ctx };
    ac_given *g = copy_of(arena, given, 1, sizeof *g);
    if (!g || !move_entities(g, arena, &m))
        return NULL;
    g->phi.at = copy_of(arena, g->phi.at, g->phi.n, sizeof *g->phi.at);
    g->origins.at = copy_of(arena, g->origins.at, g->origins.n, sizeof *g->origins.at);
    g->titles.at = copy_of(arena, g->titles.at, g->titles.n, sizeof *g->titles.at);
    g->closed.at = copy_of(arena, g->closed.at, g->closed.n, sizeof *g->closed.at);
    if (!g->phi.at || !g->origins.at || !g->titles.at || !g->closed.at)
        return NULL;
    for (size_t i = 0; i < g->phi.n; i++)
        move(&m, &g->phi.at[i].span);
    for (size_t i = 0; i < g->origins.n; i++)
        move(&m, &g->origins.at[i].span);
    for (size_t i = 0; i < g->titles.n; i++)
        move(&m, &g->titles.at[i]);
    for (size_t i = 0; i < g->closed.n; i++)
        move(&m, &g->closed.at[i]);
    ac_span *of_patient[] = { &g->patient.age_span, &g->patient.sex_span, &g->patient.birth_span, &g->patient.name_span };
    for (size_t i = 0; i < sizeof of_patient / sizeof of_patient[0]; i++)
        move(&m, of_patient[i]);
    return g;
}

bool ac_note_is_closed(const ac_note *note, uint32_t at)
{
    if (!note->given)
        return false;
    const ac_spans *closed = &note->given->closed;
    size_t i = AC_COUNT_BEFORE(k, closed->n, closed->at[k].end <= at);
    return i < closed->n && closed->at[i].begin <= at;
}

bool ac_note_wants_open(const ac_note *note, const bool **wanted)
{
    if (!note->given)
        return true;
    bool *open = ac_arena_alloc(note->arena, note->sentences.n + 1);
    for (size_t i = 0; open && i < note->sentences.n; i++)
        open[i] = (!*wanted || (*wanted)[i]) && !ac_note_is_closed(note, note->sentences.at[i].span.begin);
    *wanted = open;
    return open;
}
