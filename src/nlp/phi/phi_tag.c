#include "nlp/phi/phi_tag.h"

#include "nlp/tag/tag_input.h"

ac_rc ac_step_phi_tags(ac_note *note, ac_err *err)
{
    (void)note;
    (void)err;
    return AC_OK;
}
