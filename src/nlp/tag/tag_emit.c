#include "nlp/tag/tag_emit.h"

#include <string.h>

enum { SCORE_MAX = 16000 }; /* of one vector: the sum of all that a token adds up stays far from 32 bits */

static int16_t nothing[1]; /* never written: a class without weights */

/* The weights of a feature, or NULL. */
static const ac_tag_weight *find(const ac_tag_model *m, uint64_t key, uint32_t *n)
{
    const ac_tag_slot *slots = ac_tag_at(m, m->slots);
    for (size_t i = ac_tag_slot_at(key, m->n_slots); slots[i].n; i = (i + 1) & (m->n_slots - 1))
        if (slots[i].check == (uint32_t)(key >> 32)) {
            *n = slots[i].n;
            return (const ac_tag_weight *)ac_tag_at(m, m->weights) + slots[i].first;
        }
    return NULL;
}

static bool add_feature(const ac_tag_model *m, uint64_t key, int16_t *score)
{
    uint32_t n;
    const ac_tag_weight *w = find(m, key, &n);
    for (uint32_t i = 0; w && i < n; i++) {
        int sum = score[w[i].at] + w[i].weight;
        score[w[i].at] = (int16_t)(sum > SCORE_MAX ? SCORE_MAX : sum < -SCORE_MAX ? -SCORE_MAX : sum);
    }
    return w;
}

static void add_phrase(const ac_tag_model *m, ac_tag_template t, uint64_t words, int32_t *out)
{
    uint32_t n;
    const ac_tag_weight *w = m->templates & 1u << t ? find(m, ac_tag_key(t, words), &n) : NULL;
    for (uint32_t i = 0; w && i < n; i++)
        out[w[i].at - AC_TAG_REACH * m->width] += w[i].weight;
}

/* ---- words ------------------------------------------------------------------------------------------------------- */

static ac_rc new_word(ac_tag_emitter *e, ac_sv text, ac_token_kind kind, ac_tag_word_entry *w, ac_err *err)
{
    size_t bytes = AC_TAG_OFFSETS * e->m->width * sizeof *w->score;
    ac_tag_word word;
    if (!w->score) {
        w->score = ac_arena_alloc(e->arena, bytes);
        if (!w->score)
            return ac_fail(err, AC_ELIMIT, "no room for the scores of a word");
    } else
        memset(w->score, 0, bytes);
    ac_tag_word_read(text, kind, &word);
    w->norm = ac_tag_hash(word.at[0].value);
    for (size_t i = 0; i < word.n; i++)
        (void)add_feature(e->m, ac_tag_key((ac_tag_template)word.at[i].template, ac_tag_mix(0, ac_tag_hash(word.at[i].value))), w->score);
    return AC_OK;
}

static ac_rc word_of(ac_tag_emitter *e, uint32_t token, uint16_t *out, ac_err *err)
{
    const ac_token *t = &e->in->note->tokens.at[token];
    ac_sv text = ac_sv_sub(e->in->note->text, t->begin, t->end);
    uint64_t hash = ac_tag_hash(text);
    size_t i = hash & (AC_TAG_WORD_SLOTS - 1);
    for (; e->slots[i]; i = (i + 1) & (AC_TAG_WORD_SLOTS - 1))
        if (e->words[e->slots[i] - 1].hash == hash) {
            *out = (uint16_t)(e->slots[i] - 1);
            return AC_OK;
        }
    ac_tag_word_entry *w = &e->words[e->n_words];
    AC_TRY(err, new_word(e, text, (ac_token_kind)t->kind, w, err));
    w->hash = hash;
    *out = (uint16_t)e->n_words++;
    e->slots[i] = (uint16_t)e->n_words;
    return AC_OK;
}

ac_rc ac_tag_emit_init(ac_tag_emitter *e, const ac_tag_model *m, const ac_tag_input *in, ac_err *err)
{
    size_t n = in->note->tokens.n;
    *e = (ac_tag_emitter) { .m = m, .in = in, .arena = in->note->arena, .cap_words = n < AC_TAG_WORDS ? n : AC_TAG_WORDS };
    e->words = ac_arena_alloc(e->arena, (e->cap_words + 1) * sizeof *e->words);
    e->slots = ac_arena_alloc(e->arena, AC_TAG_WORD_SLOTS * sizeof *e->slots);
    e->of_token = ac_arena_alloc(e->arena, (AC_TAG_CHUNK + 2 * AC_TAG_REACH) * sizeof *e->of_token);
    e->of_class = ac_arena_alloc(e->arena, AC_TAG_CLASS_MAX * sizeof *e->of_class);
    if (!e->words || !e->slots || !e->of_token || !e->of_class)
        return ac_fail(err, AC_ELIMIT, "no room for the words of a note");
    return AC_OK;
}

ac_rc ac_tag_emit_chunk(ac_tag_emitter *e, uint32_t begin, uint32_t end, ac_err *err)
{
    uint32_t n = (uint32_t)e->in->note->tokens.n;
    e->begin = begin;
    e->end = end;
    if (e->n_words + (end - begin) + 2 * AC_TAG_REACH > e->cap_words && e->cap_words == AC_TAG_WORDS) {
        e->n_words = 0;
        memset(e->slots, 0, AC_TAG_WORD_SLOTS * sizeof *e->slots);
    }
    for (uint32_t k = 0; k < end - begin + 2 * AC_TAG_REACH; k++) {
        uint32_t token = begin + k - AC_TAG_REACH;
        if (begin + k >= AC_TAG_REACH && token < n)
            AC_TRY(err, word_of(e, token, &e->of_token[k], err));
    }
    return AC_OK;
}

static const ac_tag_word_entry *word_at(const ac_tag_emitter *e, uint32_t i, int d)
{
    return &e->words[e->of_token[i - e->begin + (uint32_t)(AC_TAG_REACH + d)]];
}

/* ---- classes ----------------------------------------------------------------------------------------------------- */

static ac_rc class_scores(ac_tag_emitter *e, ac_tag_class c, const int16_t **out, ac_err *err)
{
    if (!e->of_class[c]) {
        char name[AC_TAG_NAME_BYTES];
        uint64_t key;
        ac_tag_template t;
        uint32_t n;
        e->of_class[c] = nothing;
        if (ac_tag_key_read(ac_tag_class_name(c, name), &key, &t) && find(e->m, key, &n)) {
            e->of_class[c] = ac_arena_alloc(e->arena, AC_TAG_OFFSETS * e->m->width * sizeof **e->of_class);
            if (!e->of_class[c])
                return ac_fail(err, AC_ELIMIT, "no room for the scores of a class");
            (void)add_feature(e->m, key, e->of_class[c]);
        }
    }
    *out = e->of_class[c] == nothing ? NULL : e->of_class[c];
    return AC_OK;
}

static inline void add_scores(int32_t *restrict out, const int16_t *restrict score, uint32_t width)
{
    for (uint32_t y = 0; y < width; y++)
        out[y] += score[y];
}

static ac_rc add_classes(ac_tag_emitter *e, uint32_t i, int d, int32_t *out, ac_err *err)
{
    const ac_tag_class *classes = &e->in->classes[(size_t)(i + (uint32_t)d) * AC_TAG_CLASSES];
    for (size_t k = 0; k < AC_TAG_CLASSES; k++) {
        const int16_t *score = NULL;
        if (classes[k] && classes[k] < AC_TAG_CLASS_MAX)
            AC_TRY(err, class_scores(e, classes[k], &score, err));
        if (score)
            add_scores(out, score + (uint32_t)(d + AC_TAG_REACH) * e->m->width, e->m->width);
    }
    return AC_OK;
}

/* ---- a token ----------------------------------------------------------------------------------------------------- */

/* What stands before the first colon of the line that starts with token i. */
static void read_label(ac_tag_emitter *e, uint32_t i)
{
    const ac_note *note = e->in->note;
    uint64_t words = 0;
    e->line_label = 0;
    for (uint32_t k = i; k < note->tokens.n && k <= i + AC_TAG_LABEL_WORDS; k++) {
        const ac_token *t = &note->tokens.at[k];
        if (k > i && t->shape & AC_SHAPE_LINE_START)
            return;
        if (note->text.p[t->begin] == ':') {
            e->line_label = words;
            e->label_from = k + 1;
            return;
        }
        ac_tag_word word;
        ac_tag_word_read(ac_sv_sub(note->text, t->begin, t->end), (ac_token_kind)t->kind, &word);
        words = ac_tag_mix(words, ac_tag_hash(word.at[0].value));
    }
}

static void add_phrases(ac_tag_emitter *e, uint32_t i, int32_t *out)
{
    const ac_note *note = e->in->note;
    bool left = i > 0, right = i + 1 < note->tokens.n;
    uint64_t here = word_at(e, i, 0)->norm;
    uint64_t before = left ? ac_tag_mix(0, word_at(e, i, -1)->norm) : 0;
    if (left)
        add_phrase(e->m, AC_TAG_LEFT, ac_tag_mix(before, here), out);
    if (right)
        add_phrase(e->m, AC_TAG_RIGHT, ac_tag_mix(ac_tag_mix(0, here), word_at(e, i, 1)->norm), out);
    if (left && right)
        add_phrase(e->m, AC_TAG_AROUND, ac_tag_mix(before, word_at(e, i, 1)->norm), out);
    if (!(e->m->templates & 1u << AC_TAG_LABEL))
        return;
    if (note->tokens.at[i].shape & AC_SHAPE_LINE_START)
        read_label(e, i);
    if (e->line_label && i >= e->label_from)
        add_phrase(e->m, AC_TAG_LABEL, e->line_label, out);
}

ac_rc ac_tag_emit(ac_tag_emitter *e, uint32_t i, int32_t *out, ac_err *err)
{
    const uint32_t width = e->m->width, n = (uint32_t)e->in->note->tokens.n;
    memset(out, 0, width * sizeof *out);
    for (int d = -AC_TAG_REACH; d <= AC_TAG_REACH; d++) {
        if ((d < 0 && i < (uint32_t)-d) || i + (uint32_t)d >= n)
            continue;
        add_scores(out, word_at(e, i, d)->score + (uint32_t)(d + AC_TAG_REACH) * width, width);
        AC_TRY(err, add_classes(e, i, d, out, err));
    }
    add_phrases(e, i, out);
    return AC_OK;
}
