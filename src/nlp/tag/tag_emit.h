/** What a model says of each token by itself: the sum of its features' weights for each label. Inside the tagger only. */
#ifndef AC_NLP_TAG_EMIT_H
#define AC_NLP_TAG_EMIT_H

#include "nlp/tag/tag_pack.h"

/* Features depend on one word or one class alone, and words come again: their weights are summed once and remembered as one vector
 * of AC_TAG_OFFSETS * width scores; a token's score is then a sum of few vectors. */
typedef struct {
    uint64_t hash;        /* of the word's bytes */
    const int16_t *norm;  /* of the model, when it knows the word */
    const int16_t *shape; /* shared by all words of that shape */
    int16_t *own;         /* norm's, when the model does not know the word: kept for the next such word */
} ac_tag_word_entry;

typedef struct {
    uint64_t hash;
    const int16_t *score; /* NULL: free */
} ac_tag_shape_entry;

/* A word met for the first time, until what the model knows of it has come from memory. */
typedef struct {
    ac_tag_word word;
    uint64_t key;    /* of its norm */
    uint16_t index;  /* into words */
    uint8_t kind;    /* ac_token_kind */
} ac_tag_new_word;

enum { AC_TAG_CHUNK = 1024, AC_TAG_WORDS = 4096, AC_TAG_SHAPES = 256, AC_TAG_PENDING = 16 };

typedef struct {
    const ac_tag_model *m;
    const ac_tag_input *in;
    ac_arena *arena;
    ac_tag_word_entry *words;   /* AC_TAG_WORDS at most; forgotten when full, so that a note of any length takes the same memory */
    size_t n_words, cap_words;
    uint16_t *slots;            /* index + 1; slot_mask + 1 of them, twice as many as words and more */
    size_t slot_mask;
    uint16_t *of_token;         /* of the chunk and AC_TAG_REACH tokens on both sides: index into words */
    bool *classed;              /* of the same tokens: has some class */
    ac_tag_shape_entry *shapes; /* AC_TAG_SHAPES, half of them in use; shapes beyond that are summed each time */
    size_t n_shapes;
    int16_t **of_class;         /* per class: NULL when it has not been met yet */
    uint32_t begin;             /* of the chunk */
    ac_tag_new_word pending[AC_TAG_PENDING];
    size_t n_pending;
} ac_tag_emitter;

/** errors  AC_ELIMIT when the arena is full */
AC_NODISCARD ac_rc ac_tag_emit_init(ac_tag_emitter *e, const ac_tag_model *m, const ac_tag_input *in, ac_err *err);
/** Turn to the tokens [begin, end), at most AC_TAG_CHUNK of them. */
AC_NODISCARD ac_rc ac_tag_emit_chunk(ac_tag_emitter *e, uint32_t begin, uint32_t end, ac_err *err);
/** The scores of token i of the chunk, model.width of them. */
AC_NODISCARD ac_rc ac_tag_emit(ac_tag_emitter *e, uint32_t i, int16_t *out, ac_err *err);

#endif
