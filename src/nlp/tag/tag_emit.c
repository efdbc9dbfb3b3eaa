#include "nlp/tag/tag_emit.h"

#include <string.h>

enum { CACHE_LINE = 64 };

/* ---- words ------------------------------------------------------------------------------------------------------- */

/* What the features of a known word's norm add up to, or NULL; key: of the norm. */
static const int16_t *known_sum(const ac_tag_model *m, uint64_t key)
{
    const ac_tag_known *words = ac_tag_at(m, m->words);
    for (size_t i = ac_tag_slot_at(key, m->n_words); words[i].sum; i = (i + 1) & (m->n_words - 1))
        if (words[i].check == (uint32_t)(key >> 32))
            return (const int16_t *)ac_tag_at(m, m->sums) + (size_t)(words[i].sum - 1) * AC_TAG_OFFSETS * m->width;
    return NULL;
}

static int16_t *new_scores(ac_tag_emitter *e) { return ac_arena_alloc(e->arena, AC_TAG_OFFSETS * e->m->width * sizeof(int16_t)); }

static ac_rc shape_scores(ac_tag_emitter *e, const ac_tag_word *word, const int16_t **out, ac_err *err)
{
    ac_tag_feature features[AC_TAG_WORD_FEATURES];
    uint64_t hash = ac_tag_mix(ac_tag_key(AC_TAG_SHAPE, (ac_sv) { word->shape, word->n_shape }), ac_tag_hash((ac_sv) { word->form, word->n_form }));
    size_t i = hash & (AC_TAG_SHAPES - 1);
    for (; e->shapes[i].score; i = (i + 1) & (AC_TAG_SHAPES - 1))
        if (e->shapes[i].hash == hash) {
            *out = e->shapes[i].score;
            return AC_OK;
        }
    int16_t *score = new_scores(e);
    if (!score)
        return ac_fail(err, AC_ELIMIT, "no room for the scores of a word");
    ac_tag_add(e->m, features, ac_tag_shape_features(word, features), score);
    *out = score;
    if (e->n_shapes < AC_TAG_SHAPES / 2) {
        e->n_shapes++;
        e->shapes[i] = (ac_tag_shape_entry) { hash, score };
    }
    return AC_OK;
}

/* What the model knows of the word, or where its features begin to be looked up. */
static void find_word(ac_tag_emitter *e, const ac_tag_new_word *new, ac_tag_sum *sum)
{
    ac_tag_feature features[AC_TAG_WORD_FEATURES];
    ac_tag_word_entry *w = &e->words[new->index];
    w->norm = new->kind == AC_TOKEN_WORD ? known_sum(e->m, new->key) : NULL;
    if (!w->norm)
        ac_tag_sum_begin(e->m, features, ac_tag_norm_features(&new->word, (ac_token_kind)new->kind, features), sum);
    else /* asked for now, read when the chunk's tokens are */
        for (size_t i = 0; i < AC_TAG_OFFSETS * e->m->width; i += CACHE_LINE / sizeof *w->norm)
            __builtin_prefetch(w->norm + i);
}

static ac_rc finish_word(ac_tag_emitter *e, const ac_tag_new_word *new, const ac_tag_sum *sum, ac_err *err)
{
    ac_tag_word_entry *w = &e->words[new->index];
    if (!w->norm) {
        if (w->own)
            memset(w->own, 0, AC_TAG_OFFSETS * e->m->width * sizeof *w->own);
        else if (!(w->own = new_scores(e)))
            return ac_fail(err, AC_ELIMIT, "no room for the scores of a word");
        ac_tag_sum_add(e->m, sum, w->own);
        w->norm = w->own;
    }
    return shape_scores(e, &new->word, &w->shape, err);
}

static ac_rc finish_words(ac_tag_emitter *e, ac_err *err)
{
    ac_tag_sum sums[AC_TAG_PENDING];
    for (size_t i = 0; i < e->n_pending; i++)
        find_word(e, &e->pending[i], &sums[i]);
    for (size_t i = 0; i < e->n_pending; i++)
        if (!e->words[e->pending[i].index].norm)
            ac_tag_sum_find(e->m, &sums[i]);
    for (size_t i = 0; i < e->n_pending; i++)
        AC_TRY(err, finish_word(e, &e->pending[i], &sums[i], err));
    e->n_pending = 0;
    return AC_OK;
}

/* Ask for what the model knows of the word; a few words later it is there. */
static ac_rc begin_word(ac_tag_emitter *e, ac_sv text, ac_token_kind kind, ac_err *err)
{
    if (e->n_pending == AC_TAG_PENDING)
        AC_TRY(err, finish_words(e, err));
    ac_tag_new_word *new = &e->pending[e->n_pending++];
    ac_tag_word_read(text, kind, &new->word);
    new->key = ac_tag_key(AC_TAG_W, (ac_sv) { new->word.norm, new->word.n_norm });
    new->index = (uint16_t)e->n_words;
    new->kind = (uint8_t)kind;
    __builtin_prefetch((const ac_tag_known *)ac_tag_at(e->m, e->m->words) + ac_tag_slot_at(new->key, e->m->n_words));
    return AC_OK;
}

static ac_rc word_of(ac_tag_emitter *e, uint32_t token, uint16_t *out, ac_err *err)
{
    const ac_token *t = &e->in->note->tokens.at[token];
    ac_sv text = { e->in->note->text.p + t->begin, t->end - t->begin };
    uint64_t hash = ac_tag_hash(text);
    size_t i = hash & e->slot_mask;
    for (; e->slots[i]; i = (i + 1) & e->slot_mask)
        if (e->words[e->slots[i] - 1].hash == hash) {
            *out = (uint16_t)(e->slots[i] - 1);
            return AC_OK;
        }
    AC_TRY(err, begin_word(e, text, (ac_token_kind)t->kind, err));
    e->words[e->n_words].hash = hash;
    *out = (uint16_t)e->n_words++;
    e->slots[i] = (uint16_t)e->n_words;
    return AC_OK;
}

ac_rc ac_tag_emit_init(ac_tag_emitter *e, const ac_tag_model *m, const ac_tag_input *in, ac_err *err)
{
    size_t n = in->note->tokens.n;
    *e = (ac_tag_emitter) { .m = m, .in = in, .arena = in->note->arena, .cap_words = n < AC_TAG_WORDS ? n : AC_TAG_WORDS };
    e->words = ac_arena_alloc(e->arena, (e->cap_words + 1) * sizeof *e->words);
    for (e->slot_mask = 63; e->slot_mask < 2 * e->cap_words;)
        e->slot_mask = 2 * e->slot_mask + 1;
    e->slots = ac_arena_alloc(e->arena, (e->slot_mask + 1) * sizeof *e->slots);
    e->of_token = ac_arena_alloc(e->arena, (AC_TAG_CHUNK + 2 * AC_TAG_REACH) * sizeof *e->of_token);
    e->classed = ac_arena_alloc(e->arena, (AC_TAG_CHUNK + 2 * AC_TAG_REACH) * sizeof *e->classed);
    e->shapes = ac_arena_alloc(e->arena, AC_TAG_SHAPES * sizeof *e->shapes);
    e->of_class = ac_arena_alloc(e->arena, AC_TAG_CLASS_MAX * sizeof(int16_t *));
    if (!e->words || !e->slots || !e->of_token || !e->classed || !e->shapes || !e->of_class)
        return ac_fail(err, AC_ELIMIT, "no room for the words of a note");
    return AC_OK;
}

static bool has_class(const ac_tag_input *in, uint32_t token)
{
    ac_tag_class any = 0;
    for (size_t k = 0; k < AC_TAG_CLASSES; k++)
        any |= in->classes[(size_t)token * AC_TAG_CLASSES + k];
    return any != 0;
}

ac_rc ac_tag_emit_chunk(ac_tag_emitter *e, uint32_t begin, uint32_t end, ac_err *err)
{
    uint32_t n = (uint32_t)e->in->note->tokens.n, from = begin < AC_TAG_REACH ? 0 : begin - AC_TAG_REACH;
    uint32_t to = n - end < AC_TAG_REACH ? n : end + AC_TAG_REACH;
    e->begin = begin;
    if (e->n_words + (to - from) > e->cap_words && e->cap_words == AC_TAG_WORDS) {
        e->n_words = 0;
        memset(e->slots, 0, (e->slot_mask + 1) * sizeof *e->slots);
    }
    for (uint32_t token = from; token < to; token++) {
        AC_TRY(err, word_of(e, token, &e->of_token[token + AC_TAG_REACH - begin], err));
        e->classed[token + AC_TAG_REACH - begin] = has_class(e->in, token);
    }
    return finish_words(e, err);
}

/* ---- classes ----------------------------------------------------------------------------------------------------- */

static ac_rc new_class(ac_tag_emitter *e, ac_tag_class c, ac_err *err)
{
    char name[AC_TAG_NAME_BYTES];
    ac_sv value = ac_tag_class_name(c, name), before;
    (void)ac_sv_split(&value, '=', &before);
    const ac_tag_feature f = { value, (uint8_t)ac_tag_class_template(c) };
    e->of_class[c] = new_scores(e);
    if (!e->of_class[c])
        return ac_fail(err, AC_ELIMIT, "no room for the scores of a class");
    ac_tag_add(e->m, &f, 1, e->of_class[c]);
    return AC_OK;
}

/* ---- a token ----------------------------------------------------------------------------------------------------- */

/* What a token's score is the sum of: two vectors for each word within reach and one for each of its classes. */
typedef struct {
    const int16_t *at[AC_TAG_OFFSETS * (2 + AC_TAG_CLASSES)];
    size_t n;
} parts;

static ac_rc take_classes(ac_tag_emitter *e, uint32_t i, uint32_t offset, parts *p, ac_err *err)
{
    const ac_tag_class *classes = &e->in->classes[(size_t)i * AC_TAG_CLASSES];
    for (uint32_t k = 0; k < AC_TAG_CLASSES; k++) {
        ac_tag_class c = classes[k];
        if (!c || !(e->m->templates & 1u << (AC_TAG_LEX + k)))
            continue;
        if (!e->of_class[c])
            AC_TRY(err, new_class(e, c, err));
        p->at[p->n++] = e->of_class[c] + offset;
    }
    return AC_OK;
}

typedef int16_t lanes __attribute__((vector_size(AC_TAG_LANES * sizeof(int16_t))));

static lanes lanes_at(const int16_t *p)
{
    lanes v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* Three vectors at a time: the sums stay in registers. */
static void add_up(const parts *p, size_t width, int16_t *out)
{
    size_t y = 0;
    for (; y + 3 * AC_TAG_LANES <= width; y += 3 * AC_TAG_LANES) {
        lanes a = { 0 }, b = { 0 }, c = { 0 };
        for (size_t k = 0; k < p->n; k++) {
            const int16_t *part = p->at[k] + y;
            a += lanes_at(part);
            b += lanes_at(part + AC_TAG_LANES);
            c += lanes_at(part + 2 * AC_TAG_LANES);
        }
        memcpy(out + y, &a, sizeof a);
        memcpy(out + y + AC_TAG_LANES, &b, sizeof b);
        memcpy(out + y + 2 * AC_TAG_LANES, &c, sizeof c);
    }
    for (; y < width; y += AC_TAG_LANES) {
        lanes a = { 0 };
        for (size_t k = 0; k < p->n; k++)
            a += lanes_at(p->at[k] + y);
        memcpy(out + y, &a, sizeof a);
    }
}

ac_rc ac_tag_emit(ac_tag_emitter *e, uint32_t i, int16_t *out, ac_err *err)
{
    const uint32_t width = e->m->width, n = (uint32_t)e->in->note->tokens.n;
    uint32_t from = i < AC_TAG_REACH ? 0 : i - AC_TAG_REACH, to = n - i <= AC_TAG_REACH ? n : i + AC_TAG_REACH + 1;
    parts p;
    p.n = 0;
    for (uint32_t at = from; at < to; at++) {
        uint32_t offset = (at + AC_TAG_REACH - i) * width, place = at + AC_TAG_REACH - e->begin;
        const ac_tag_word_entry *w = &e->words[e->of_token[place]];
        p.at[p.n++] = w->norm + offset;
        p.at[p.n++] = w->shape + offset;
        if (e->classed[place])
            AC_TRY(err, take_classes(e, at, offset, &p, err));
    }
    add_up(&p, width, out);
    for (uint32_t y = 2 * e->m->n_types + 1; y < width; y++)
        out[y] = INT16_MIN;
    return AC_OK;
}
