/** Boxes of forms: what stands behind an empty one was offered and not said. Pure. */
#ifndef AC_NLP_BOX_H
#define AC_NLP_BOX_H

#include "base/str.h"

/** Does the text have any empty box? */
bool ac_boxes_are_there(ac_sv text);

/** Is the nearest box before byte at, on its line, an empty one? */
bool ac_box_is_empty_before(ac_sv text, size_t at);

#endif
