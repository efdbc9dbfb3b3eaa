/** Sequence taggers of our own: linear-chain models (Lafferty 2001) whose weights lie in data/models as text and are compiled
 *  into the binary by lexc. A model names spans of tokens; what becomes of them is for the caller to decide. */
#ifndef AC_NLP_TAG_H
#define AC_NLP_TAG_H

#include "core/note.h"

typedef struct ac_tag_model ac_tag_model; /* opaque; static, read-only */

/** What the caller knows of a token beside its letters, see tag_feature.h; 0 is nothing. */
typedef uint16_t ac_tag_class;
enum { AC_TAG_CLASSES = 5 };

typedef struct {
    const ac_note *note;         /* tokens, text */
    const bool *wanted;          /* per sentence of the note: tag it; NULL: all. Another sentence's words are looked at, not tagged */
    const ac_tag_class *classes; /* AC_TAG_CLASSES for each token, in the order of AC_TAG_CLASS_LIST */
} ac_tag_input;

typedef struct {
    uint32_t token_begin, token_end; /* half-open, into note.tokens */
    uint8_t type;                    /* of the model: ac_tag_type_name */
    int32_t margin;                  /* how much better than no span, in AC_TAG_UNIT of a natural logarithm */
} ac_tagged;

enum { AC_TAG_UNIT = 64 };

typedef struct {
    ac_tagged *at; /* ascending, never overlapping */
    size_t n, cap;
} ac_tagged_list;

/** The model of that name; NULL when data/models has none. */
const ac_tag_model *ac_tag_model_find(ac_sv name);
ac_sv ac_tag_model_name(const ac_tag_model *m);
size_t ac_tag_types(const ac_tag_model *m);
ac_sv ac_tag_type_name(const ac_tag_model *m, size_t type);

/** Tag a note.
 *  out     in the note's arena; untouched on failure
 *  errors  AC_ELIMIT when the arena is full
 *  thread  any; pure; linear in the number of tokens; integers only, so the same everywhere */
AC_NODISCARD ac_rc ac_tag_run(const ac_tag_model *m, const ac_tag_input *in, ac_tagged_list *out, ac_err *err);

#endif
