/** The features of a token: one source for training (train/), for the compiler of models (lexc) and for the decoder.
 *  In a model's text a feature is written NAME=VALUE, "s3=ina" or "lex=S-medication"; its key is a hash of both. */
#ifndef AC_NLP_TAG_FEATURE_H
#define AC_NLP_TAG_FEATURE_H

#include "nlp/tag/tag.h"

/* Features of a word alone: name, and how many tokens to either side may look at it. */
#define AC_TAG_WORD_LIST(X)                                                                                                                \
    X(AC_TAG_W, "w", 2)   /* the word: lower case, no accents, digits of a number as 0 */                                                  \
    X(AC_TAG_P2, "p2", 0) /* its first and last bytes */                                                                                   \
    X(AC_TAG_P3, "p3", 0)                                                                                                                  \
    X(AC_TAG_P4, "p4", 0)                                                                                                                  \
    X(AC_TAG_P5, "p5", 0)                                                                                                                  \
    X(AC_TAG_S2, "s2", 1)                                                                                                                  \
    X(AC_TAG_S3, "s3", 1)                                                                                                                  \
    X(AC_TAG_S4, "s4", 0)                                                                                                                  \
    X(AC_TAG_S5, "s5", 0)                                                                                                                  \
    X(AC_TAG_SHAPE, "sh", 2)  /* Xx0 with runs as one */                                                                                   \
    X(AC_TAG_FORM, "form", 0) /* Xx0 letter by letter, short words only */

/* What the caller knows of a token: name, reach. */
#define AC_TAG_CLASS_LIST(X)                                                                                                               \
    X(AC_TAG_LEX, "lex", 1)   /* the entity of the lexicon that it lies in: kind and place in it */                                        \
    X(AC_TAG_PHI, "phi", 1)   /* the identifier of the rules that it lies in: type and place in it */                                      \
    X(AC_TAG_NAME, "name", 1) /* bits of the name lists: note.name_words */                                                                \
    X(AC_TAG_TIME, "time", 1) /* the date, duration or age that it lies in: kind and place in it */                                        \
    X(AC_TAG_SIG, "sig", 1)   /* the word of data/sig that it lies in: kind and place in it */

#define AC_TAG_ENUM(id, ...) id,
typedef enum { AC_TAG_WORD_LIST(AC_TAG_ENUM) AC_TAG_CLASS_LIST(AC_TAG_ENUM) AC_TAG_TEMPLATES } ac_tag_template;
#undef AC_TAG_ENUM

enum {
    AC_TAG_REACH = 2,
    AC_TAG_OFFSETS = 2 * AC_TAG_REACH + 1,
    AC_TAG_WORD_FEATURES = AC_TAG_LEX,
    AC_TAG_WORD_BYTES = 48, /* longer words are cut */
    AC_TAG_NAME_BYTES = 64,
};

/** Place of a token in a span: of one token, first, last, between. */
typedef enum { AC_TAG_SINGLE, AC_TAG_BEGIN, AC_TAG_END, AC_TAG_INSIDE, AC_TAG_PLACES } ac_tag_place;

/** A class: its template and a value below 255. */
static inline ac_tag_class ac_tag_class_of(ac_tag_template t, unsigned value)
{
    return (ac_tag_class)((unsigned)(t - AC_TAG_LEX + 1) << 8 | (value & 0xffu));
}
static inline ac_tag_template ac_tag_class_template(ac_tag_class c) { return (ac_tag_template)(AC_TAG_LEX + (c >> 8) - 1); }
enum { AC_TAG_CLASS_MAX = (AC_TAG_TEMPLATES - AC_TAG_LEX + 1) << 8 }; /* above every class */

/** One feature of a word. */
typedef struct {
    ac_sv value;
    uint8_t template;
} ac_tag_feature;

typedef struct {
    char norm[AC_TAG_WORD_BYTES], shape[AC_TAG_WORD_BYTES], form[AC_TAG_WORD_BYTES];
    uint8_t n_norm, n_shape, n_form; /* n_form 0: too long for it, or a mark */
} ac_tag_word;

/** A token's text in the three forms that its features are cut from. */
void ac_tag_word_read(ac_sv text, ac_token_kind kind, ac_tag_word *out);
/** What depends on norm alone, and what on shape and form: how many features. They view w. */
size_t ac_tag_norm_features(const ac_tag_word *w, ac_token_kind kind, ac_tag_feature out[AC_TAG_WORD_FEATURES]);
size_t ac_tag_shape_features(const ac_tag_word *w, ac_tag_feature out[AC_TAG_WORD_FEATURES]);

const char *ac_tag_template_name(ac_tag_template t);
int ac_tag_template_reach(ac_tag_template t);

static inline uint64_t ac_tag_mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ h >> 29;
}
uint64_t ac_tag_hash(ac_sv bytes);
static inline uint64_t ac_tag_key(ac_tag_template t, ac_sv value) { return ac_tag_mix(ac_tag_hash(value), (uint64_t)t + 1); }

/** The key of a feature as a model writes it, NAME=VALUE, and its value. False when it is none. */
bool ac_tag_key_read(ac_sv written, uint64_t *key, ac_tag_template *t, ac_sv *value);

/** "lex=S-medication"; n: the bytes of it in out. */
ac_sv ac_tag_class_name(ac_tag_class c, char out[AC_TAG_NAME_BYTES]);

#endif
