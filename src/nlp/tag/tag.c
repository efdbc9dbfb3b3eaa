#include "nlp/tag/tag.h"

#include "nlp/tag/tag_emit.h"

#include <string.h>

extern const unsigned char ac_pack_models[]; /* made by lexc, linked in by packs.S (see CMakeLists.txt) */

/* Tokens whose best label is this much worse than none at all are outside for sure, and so are not searched; labels this much worse
 * than the best so far are followed no further. Over 500 documents neither changes one span against a search of everything. */
enum { QUIET = 4 * AC_TAG_UNIT, BEAM = 8 * AC_TAG_UNIT, STRETCH_FIRST = 32 };

typedef struct {
    const ac_tag_model *m;
    ac_tag_emitter emit;
    ac_tagged_list *out;
    int16_t *scores;  /* of the stretch: by the features alone, width of them for each token */
    float *best;      /* of the stretch: of the best way that ends in this label, less the most of the token before */
    float *most;      /* of the stretch: the best of them */
    uint8_t *alive;   /* of the stretch: the labels worth following from here, width of them for each token */
    uint8_t *n_alive; /* how many of them */
    uint8_t *labels;
    uint32_t begin, n; /* the stretch: tokens between two that are outside for sure */
    uint32_t cap;      /* tokens that it has room for */
} decoder;

static const float outside[1] = { 0 }; /* the token before a stretch */
static const uint8_t first_alive[1] = { 0 };

const ac_tag_model *ac_tag_model_find(ac_sv name)
{
    const ac_tag_pack *pack = (const void *)ac_pack_models;
    const ac_tag_model *models = (const void *)(ac_pack_models + sizeof *pack);
    for (uint32_t i = 0; i < pack->n_models; i++)
        if (ac_sv_eq(ac_tag_model_name(&models[i]), name))
            return &models[i];
    return NULL;
}

ac_sv ac_tag_model_name(const ac_tag_model *m) { return ac_sv_z(ac_tag_at(m, m->name)); }
size_t ac_tag_types(const ac_tag_model *m) { return m->n_types; }

ac_sv ac_tag_type_name(const ac_tag_model *m, size_t type)
{
    const char *p = ac_tag_at(m, m->types);
    for (; type; type--)
        p += strlen(p) + 1;
    return ac_sv_z(p);
}

static const float *edges_from(const ac_tag_model *m, size_t label)
{
    return (const float *)ac_tag_at(m, m->edges) + label * m->width;
}

typedef float lanes __attribute__((vector_size(4 * sizeof(float))));
typedef int32_t lane_masks __attribute__((vector_size(4 * sizeof(int32_t))));

/* Whether any of eight labels is at least so good. */
static bool any_alive(const float *best, float least)
{
    lanes v[2];
    memcpy(v, best, sizeof v);
    lane_masks alive = (v[0] >= least) | (v[1] >= least);
    uint64_t halves[2];
    memcpy(halves, &alive, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}

/* Those that are at least so good. */
static uint8_t find_alive(const float *best, size_t width, float least, uint8_t *out)
{
    uint8_t n = 0;
    for (size_t from = 0; from < width; from += AC_TAG_LANES) {
        if (!any_alive(best + from, least))
            continue; /* most lanes */
        for (size_t y = from; y < from + AC_TAG_LANES; y++) { /* written always, counted when it is one: no branch to be foreseen */
            out[n] = (uint8_t)y;
            n = (uint8_t)(n + (best[y] >= least));
        }
    }
    return n;
}
_Static_assert((int)AC_TAG_LANES == 8, "any_alive");

/* The best ways to each label by way of one: those of the first, or those so far. */
static void start_from(float *restrict best, const float *restrict edge, float so_far, size_t width)
{
    for (size_t y = 0; y < width; y += AC_TAG_LANES, best += AC_TAG_LANES, edge += AC_TAG_LANES)
        for (int k = 0; k < AC_TAG_LANES; k++)
            best[k] = so_far + edge[k];
}

static void improve_from(float *restrict best, const float *restrict edge, float so_far, size_t width)
{
    for (size_t y = 0; y < width; y += AC_TAG_LANES, best += AC_TAG_LANES, edge += AC_TAG_LANES)
        for (int k = 0; k < AC_TAG_LANES; k++) {
            float way = so_far + edge[k];
            best[k] = way > best[k] ? way : best[k];
        }
}

/* Add what the token itself says; returns the best. */
static float add_scores(float *restrict best, const int16_t *restrict score, size_t width)
{
    float most[AC_TAG_LANES];
    for (int k = 0; k < AC_TAG_LANES; k++)
        most[k] = AC_TAG_NEVER;
    for (size_t y = 0; y < width; y += AC_TAG_LANES, best += AC_TAG_LANES, score += AC_TAG_LANES)
        for (int k = 0; k < AC_TAG_LANES; k++) {
            best[k] += score[k];
            most[k] = best[k] > most[k] ? best[k] : most[k];
        }
    for (int k = 1; k < AC_TAG_LANES; k++)
        most[0] = most[k] > most[0] ? most[k] : most[0];
    return most[0];
}

/* best[] of token i from those of the token before. */
static void step(decoder *d, size_t i)
{
    const size_t width = d->m->width;
    const float *before = i ? d->best + (i - 1) * width : outside;
    const uint8_t *from = i ? d->alive + (i - 1) * width : first_alive;
    const size_t n = i ? d->n_alive[i - 1] : 1;
    const float most = i ? d->most[i - 1] : 0;
    float *best = d->best + i * width;
    start_from(best, edges_from(d->m, from[0]), before[from[0]] - most, width);
    for (size_t k = 1; k < n; k++)
        improve_from(best, edges_from(d->m, from[k]), before[from[k]] - most, width);
    d->most[i] = add_scores(best, d->scores + i * width, width);
    d->n_alive[i] = find_alive(best, width, d->most[i] - BEAM, d->alive + i * width);
}

/* The first label of token i - 1 from which the best way to label y of token i came: found again rather than kept, because only one
 * way of all is walked back. */
static uint8_t came_from(const decoder *d, size_t i, uint8_t y)
{
    const size_t width = d->m->width;
    const float *before = d->best + (i - 1) * width;
    float so_far = d->best[i * width + y] - d->scores[i * width + y];
    const uint8_t *from = d->alive + (i - 1) * width;
    for (size_t k = 0; k < d->n_alive[i - 1]; k++)
        if (before[from[k]] - d->most[i - 1] + edges_from(d->m, from[k])[y] == so_far)
            return from[k];
    return 0;
}

static int32_t edge(const decoder *d, uint8_t from, uint8_t to) { return (int32_t)edges_from(d->m, from)[to]; }

/* How much better the span is than no span at its place. */
static int32_t margin_of(const decoder *d, uint32_t begin, uint32_t end)
{
    const uint32_t width = d->m->width;
    uint8_t before = begin ? d->labels[begin - 1] : 0, behind = end < d->n ? d->labels[end] : 0;
    int32_t with = 0, without = 0;
    for (uint32_t i = begin; i < end; i++) {
        with += d->scores[i * width + d->labels[i]] + edge(d, i > begin ? d->labels[i - 1] : before, d->labels[i]);
        without += d->scores[i * width] + edge(d, i > begin ? 0 : before, 0);
    }
    return with + edge(d, d->labels[end - 1], behind) - without - edge(d, 0, behind);
}

static ac_rc add_spans(decoder *d, ac_err *err)
{
    for (uint32_t i = 0, end; i < d->n; i = end) {
        end = i + 1;
        if (d->labels[i] == 0)
            continue;
        while (end < d->n && d->labels[end] == d->labels[i] + 1)
            end++;
        ac_tagged *t = ac_vec_push(d->out, d->emit.arena);
        if (!t)
            return ac_fail(err, AC_ELIMIT, "no room for tagged spans");
        *t = (ac_tagged) { d->begin + i, d->begin + end, (uint8_t)((d->labels[i] - 1) / 2), margin_of(d, i, end) };
    }
    return AC_OK;
}

/* The stretch is complete: what follows is outside. */
static ac_rc close_stretch(decoder *d, ac_err *err)
{
    const uint32_t width = d->m->width;
    if (!d->n)
        return AC_OK;
    for (uint32_t i = 0; i < d->n; i++)
        step(d, i);
    const float *last = d->best + (d->n - 1) * width;
    uint8_t y = 0;
    for (uint32_t z = 1; z <= 2 * d->m->n_types; z++)
        if (last[z] + edges_from(d->m, z)[0] > last[y] + edges_from(d->m, y)[0])
            y = (uint8_t)z;
    for (uint32_t i = d->n; i-- > 0;) {
        d->labels[i] = y;
        y = i ? came_from(d, i, y) : 0;
    }
    AC_TRY(err, add_spans(d, err));
    d->n = 0;
    return AC_OK;
}

static bool is_quiet(const int16_t *score, size_t width)
{
    int16_t most[AC_TAG_LANES];
    memcpy(most, score, sizeof most);
    most[0] = INT16_MIN; /* outside itself */
    for (size_t y = AC_TAG_LANES; y < width; y += AC_TAG_LANES)
        for (size_t k = 0; k < AC_TAG_LANES; k++)
            most[k] = score[y + k] > most[k] ? score[y + k] : most[k];
    for (size_t k = 1; k < AC_TAG_LANES; k++)
        most[0] = most[k] > most[0] ? most[k] : most[0];
    return score[0] - most[0] > QUIET;
}

static ac_rc reserve(decoder *d, ac_err *err)
{
    ac_arena *arena = d->emit.arena;
    uint32_t cap = d->cap ? 2 * d->cap : STRETCH_FIRST;
    if (d->n < d->cap)
        return AC_OK;
    int16_t *scores = ac_arena_alloc(arena, cap * d->m->width * sizeof *scores);
    d->best = ac_arena_alloc(arena, cap * d->m->width * sizeof *d->best);
    d->most = ac_arena_alloc(arena, cap * sizeof *d->most);
    d->labels = ac_arena_alloc(arena, cap);
    d->alive = ac_arena_alloc(arena, cap * d->m->width);
    d->n_alive = ac_arena_alloc(arena, cap);
    if (!scores || !d->best || !d->most || !d->labels || !d->alive || !d->n_alive)
        return ac_fail(err, AC_ELIMIT, "no room to tag a note");
    if (d->n)
        memcpy(scores, d->scores, d->n * d->m->width * sizeof *scores);
    d->scores = scores;
    d->cap = cap;
    return AC_OK;
}

/* Tokens of the chunk that belong to one sentence. */
static ac_rc run_tokens(decoder *d, uint32_t begin, uint32_t end, ac_err *err)
{
    for (uint32_t i = begin; i < end; i++) {
        AC_TRY(err, reserve(d, err));
        int16_t *score = d->scores + d->n * d->m->width;
        AC_TRY(err, ac_tag_emit(&d->emit, i, score, err));
        if (is_quiet(score, d->m->width)) {
            AC_TRY(err, close_stretch(d, err));
            continue;
        }
        if (!d->n++)
            d->begin = i;
    }
    return close_stretch(d, err);
}

/* A sentence, or as much of it as is done at once. Models have learnt from sentences, each for itself. */
static ac_rc run_sentence(decoder *d, uint32_t begin, uint32_t end, ac_err *err)
{
    for (uint32_t next; begin < end; begin = next) {
        next = end - begin > AC_TAG_CHUNK ? begin + AC_TAG_CHUNK : end;
        AC_TRY(err, ac_tag_emit_chunk(&d->emit, begin, next, err));
        AC_TRY(err, run_tokens(d, begin, next, err));
    }
    return AC_OK;
}

/* How many sentences from the i-th on are one chunk: the words of all are asked for before the first of them is needed. */
static size_t in_one_chunk(const ac_tag_input *in, size_t i)
{
    const ac_sentences *s = &in->note->sentences;
    uint32_t begin = s->at[i].token_begin;
    size_t n = 1;
    while (i + n < s->n && (!in->wanted || in->wanted[i + n]) && s->at[i + n].token_begin == s->at[i + n - 1].token_end &&
           s->at[i + n].token_end - begin <= AC_TAG_CHUNK)
        n++;
    return n;
}

static ac_rc run_sentences(decoder *d, const ac_sentence *s, size_t n, ac_err *err)
{
    if (n == 1) /* it may be longer than a chunk */
        return run_sentence(d, s->token_begin, s->token_end, err);
    AC_TRY(err, ac_tag_emit_chunk(&d->emit, s->token_begin, s[n - 1].token_end, err));
    for (size_t i = 0; i < n; i++)
        AC_TRY(err, run_tokens(d, s[i].token_begin, s[i].token_end, err));
    return AC_OK;
}

static ac_rc run(const ac_tag_model *m, const ac_tag_input *in, ac_tagged_list *out, ac_err *err)
{
    const ac_sentences *sentences = &in->note->sentences;
    decoder d = { .m = m, .out = out };
    AC_TRY(err, ac_tag_emit_init(&d.emit, m, in, err));
    if (!sentences->n) /* a note that was not cut is one */
        AC_TRY(err, run_sentence(&d, 0, (uint32_t)in->note->tokens.n, err));
    for (size_t i = 0, n; i < sentences->n; i += n) {
        bool wanted = !in->wanted || in->wanted[i];
        n = wanted ? in_one_chunk(in, i) : 1;
        if (wanted)
            AC_TRY(err, run_sentences(&d, &sentences->at[i], n, err));
    }
    return AC_OK;
}

ac_rc ac_tag_run(const ac_tag_model *m, const ac_tag_input *in, ac_tagged_list *out, ac_err *err)
{
    enum { TOKENS_PER_SPAN = 8, SPANS_MIN = 16 };
    ac_arena *arena = in->note->arena;
    ac_tagged_list found = { .cap = in->note->tokens.n / TOKENS_PER_SPAN + SPANS_MIN };
    const ac_tagged *first = found.at = ac_arena_alloc(arena, found.cap * sizeof *found.at);
    const ac_arena_mark here = ac_arena_here(arena);
    if (!first)
        return ac_fail(err, AC_ELIMIT, "no room for tagged spans");
    AC_TRY(err, run(m, in, &found, err));
    if (found.at == first) /* else they have moved to where the scratch is */
        ac_arena_back(arena, here);
    *out = found;
    return AC_OK;
}
