/** Boxes of forms: what an empty one belongs to was offered and not said. Pure. */
#ifndef AC_NLP_BOX_H
#define AC_NLP_BOX_H

#include "base/str.h"
#include "core/types.h"

/** Does the text have any box? */
bool ac_boxes_are_there(ac_sv text);

/** Does the form leave open what stands at span, or say no to it? A box belongs to what follows it ("[ ] Asthma"); on a
 * line that ends with a box and does not begin with one, to what is before it ("Asthma [ ]  Gout [x]"); a box of a yes
 * or no to the question before it ("Asthma: [ ] Yes [x] No"). What cannot be told apart is left open. */
bool ac_box_is_unticked(ac_sv text, ac_span span);

#endif
