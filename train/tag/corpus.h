/** A corpus as a tagger sees it: documents of sequences of tokens, each with its features as numbers and its label. */
#ifndef AC_TRAIN_CORPUS_H
#define AC_TRAIN_CORPUS_H

#include "nlp/tag/tag_feature.h"

enum { TYPES_MAX = 48, LABELS_MAX = 2 * TYPES_MAX + 1, MASKED = 255 };

/* label 0 is outside; 1 + 2t begins a span of type t, 2 + 2t goes on with it; MASKED: nobody says what it is, nothing is learnt from it */
typedef struct {
    ac_span span; /* bytes */
    uint32_t type;
} mark;

typedef struct {
    uint32_t token, n; /* [token, token + n) of the corpus */
    uint32_t doc;
} sequence;

typedef struct {
    uint32_t token, n, seq, n_seq;
    mark *gold;
    size_t n_gold;
    ac_sv name;
} document;

typedef AC_VEC(uint32_t) u32s;
typedef AC_VEC(uint8_t) u8s;

typedef struct {
    uint64_t key;
    uint32_t name; /* offset into names */
    int8_t offset;
    uint8_t template;
    uint32_t count;
} feature;

typedef struct {
    ac_arena *arena;
    ac_sv types[TYPES_MAX];
    size_t n_types;
    AC_VEC(document) docs;
    AC_VEC(sequence) seqs;
    AC_VEC(ac_span) tokens;
    u8s gold;      /* per token */
    u32s first;    /* per token and one more: its first feature in ids */
    u32s ids;
    AC_VEC(feature) features;
    ac_sb names;
    uint32_t *slots;
    size_t n_slots;
    uint64_t lost; /* gold spans that do not end where tokens end, or lie in another */
} corpus;

/** What the labels of a corpus are called in the model; "" drops a type, "?" masks its tokens. */
typedef struct {
    const char *task, *lang;
    unsigned classes;              /* bit for each kind of class, from AC_TAG_LEX on, that the model looks at */
    const char *const (*types)[2]; /* corpus name, model name; ends with NULL */
} task;

const task *task_find(ac_sv name);

/** Read every brat document below path. */
AC_NODISCARD ac_rc corpus_read(const task *t, const char *path, corpus *out, ac_err *err);
void corpus_cleanup(corpus *c);

#endif
