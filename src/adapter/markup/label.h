/* The labels of list items: "3.", "c)", "iv". */
#ifndef AC_ADAPTER_MARKUP_LABEL_H
#define AC_ADAPTER_MARKUP_LABEL_H

#include "base/str.h"

typedef enum { LABEL_DECIMAL, LABEL_LOWER_LETTER, LABEL_UPPER_LETTER, LABEL_LOWER_ROMAN, LABEL_UPPER_ROMAN, LABEL_BULLET, LABEL_NONE } label_style;

/* Append the number in that style; of a bullet "-". Numbers that the style cannot write are decimal. */
void label_number(ac_sb *out, label_style style, int64_t number);

/* By the number format of HTML and ODF: "1", "a", "A", "i", "I"; LABEL_NONE when it is empty. */
label_style label_style_of(ac_sv name);

#endif
