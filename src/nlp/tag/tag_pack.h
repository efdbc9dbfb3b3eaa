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
    uint32_t edges;       /* int32_t [from * width + to] */
    uint32_t pad;
};

/** A feature: open addressing from ac_tag_slot_at(key). check is the upper half of the key and the lower half chooses the slot;
 *  lexc refuses a model in which two features cannot be told apart. */
typedef struct {
    uint32_t check;
    uint32_t first : 24, n : 8; /* of weights; n is 0 for a free slot */
} ac_tag_slot;

typedef struct {
    uint16_t at; /* (offset + AC_TAG_REACH) * width + label */
    int16_t weight;
} ac_tag_weight;

enum { AC_TAG_LANES = 8, AC_TAG_LABELS_MAX = 96, AC_TAG_WEIGHTS_MAX = 255, AC_TAG_NEVER = -100000000 };

static inline const void *ac_tag_at(const ac_tag_model *m, uint32_t offset) { return (const unsigned char *)m + offset; }

static inline size_t ac_tag_slot_at(uint64_t key, uint32_t n_slots) { return (size_t)key & (n_slots - 1); }

#endif
