/** The bytes of compiled models: written by src/lexc/models.c, read by tag.c. Little-endian; references are bytes from the
 *  model's own header, so that they can be mapped anywhere. Behind the pack's header stand those of its models. */
#ifndef AC_NLP_TAG_PACK_H
#define AC_NLP_TAG_PACK_H

#include "nlp/tag/tag_feature.h"

#define AC_TAG_MAGIC 0x31544341u /* "ACT1" */

typedef struct {
    uint32_t magic, bytes, n_models, pad;
} ac_tag_pack;

/** Labels: 0 is outside, 1 + 2t begins a span of type t, 2 + 2t goes on with it. */
struct ac_tag_model {
    uint32_t name, types; /* strings, each ended by NUL; types: n_types of them */
    uint32_t n_types, width; /* width: labels, padded to a multiple of AC_TAG_LANES */
    uint32_t templates;   /* bit for each ac_tag_template in use */
    uint32_t slots, n_slots; /* ac_tag_slot, a power of two of them */
    uint32_t weights;     /* ac_tag_weight */
    uint32_t edges;       /* float [from * width + to]: whole numbers; floats have a maximum in every SIMD set, 32-bit integers not */
    uint32_t words, n_words; /* ac_tag_known, a power of two of them */
    uint32_t sums;        /* int16_t [AC_TAG_OFFSETS * width] for each known word */
};

/** A feature: open addressing from ac_tag_slot_at(key). check is the upper half of the key and the lower half chooses the slot;
 *  lexc refuses a model in which two features cannot be told apart. */
typedef struct {
    uint32_t check;
    uint32_t first : 24, n : 8; /* of weights; n is 0 for a free slot */
} ac_tag_slot;

/** A word of the model: what all features of its norm add up to, so that one look-up does for all. */
typedef struct {
    uint32_t check;
    uint32_t sum; /* index + 1; 0: free */
} ac_tag_known;

typedef struct {
    uint16_t at; /* (offset + AC_TAG_REACH) * width + label */
    int16_t weight;
} ac_tag_weight;

enum {
    AC_TAG_LANES = 8, AC_TAG_LABELS_MAX = 96, AC_TAG_WEIGHTS_MAX = 255,
    AC_TAG_WEIGHT_MAX = 2000, /* so that a word's features together stay in 16 bits */
    AC_TAG_SUM_MAX = 900,     /* of one vector, 14 natural logarithms: all that a token adds up stay in 16 bits as well */
    AC_TAG_NEVER = -(1 << 23), /* with all that may be added to it still a whole number as a float */
};
_Static_assert((int)AC_TAG_SUM_MAX * (int)AC_TAG_OFFSETS * (2 + (int)AC_TAG_CLASSES) < INT16_MAX, "a word's two vectors and its classes'");

static inline const void *ac_tag_at(const ac_tag_model *m, uint32_t offset) { return (const unsigned char *)m + offset; }

static inline size_t ac_tag_slot_at(uint64_t key, uint32_t n_slots) { return (size_t)key & (n_slots - 1); }

/** The weights of a feature, n of them; NULL when the model has none. */
static inline const ac_tag_weight *ac_tag_weights(const ac_tag_model *m, uint64_t key, uint32_t *n)
{
    const ac_tag_slot *slots = ac_tag_at(m, m->slots);
    for (size_t i = ac_tag_slot_at(key, m->n_slots); slots[i].n; i = (i + 1) & (m->n_slots - 1))
        if (slots[i].check == (uint32_t)(key >> 32)) {
            *n = slots[i].n;
            return (const ac_tag_weight *)ac_tag_at(m, m->weights) + slots[i].first;
        }
    *n = 0;
    return NULL;
}

/** Features on their way into the scores of a word or class. What adding them waits for is memory, twice over, so it is done in three
 *  steps, each of which asks for what the next one reads: who has several words takes each step for all of them. */
typedef struct {
    uint64_t keys[AC_TAG_WORD_FEATURES];
    const ac_tag_weight *weights[AC_TAG_WORD_FEATURES];
    uint32_t n_weights[AC_TAG_WORD_FEATURES];
    size_t n; /* features */
} ac_tag_sum;

static inline void ac_tag_sum_begin(const ac_tag_model *m, const ac_tag_feature *f, size_t n, ac_tag_sum *sum)
{
    sum->n = n;
    for (size_t k = 0; k < n; k++) {
        sum->keys[k] = ac_tag_key((ac_tag_template)f[k].template, f[k].value);
        __builtin_prefetch((const ac_tag_slot *)ac_tag_at(m, m->slots) + ac_tag_slot_at(sum->keys[k], m->n_slots));
    }
}

static inline void ac_tag_sum_find(const ac_tag_model *m, ac_tag_sum *sum)
{
    for (size_t k = 0; k < sum->n; k++) {
        sum->weights[k] = ac_tag_weights(m, sum->keys[k], &sum->n_weights[k]);
        __builtin_prefetch(sum->weights[k]);
    }
}

/** score: AC_TAG_OFFSETS * width of them. */
static inline void ac_tag_sum_add(const ac_tag_model *m, const ac_tag_sum *sum, int16_t *score)
{
    for (size_t k = 0; k < sum->n; k++)
        for (uint32_t i = 0; i < sum->n_weights[k]; i++) {
            const ac_tag_weight w = sum->weights[k][i];
            score[w.at] = (int16_t)(score[w.at] + w.weight);
        }
    for (size_t i = 0; i < AC_TAG_OFFSETS * m->width; i += AC_TAG_LANES)
        for (size_t k = i; k < i + AC_TAG_LANES; k++) {
            int16_t low = score[k] < -AC_TAG_SUM_MAX ? -AC_TAG_SUM_MAX : score[k];
            score[k] = low > AC_TAG_SUM_MAX ? AC_TAG_SUM_MAX : low;
        }
}

static inline void ac_tag_add(const ac_tag_model *m, const ac_tag_feature *f, size_t n, int16_t *score)
{
    ac_tag_sum sum;
    ac_tag_sum_begin(m, f, n, &sum);
    ac_tag_sum_find(m, &sum);
    ac_tag_sum_add(m, &sum, score);
}

#endif
