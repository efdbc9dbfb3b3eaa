/** Where a section of history that begins beside its header ends without another header. Used by section.c only. */
#ifndef AC_NLP_SECTION_END_H
#define AC_NLP_SECTION_END_H

#include "nlp/text/section.h"

/** The section of that type, told beside its header, is over at the end of this line of it (line.end is its '\n').
 *  A list of allergies goes on in a line that is the rest of a sentence or begins with another substance; families and
 *  habits go on until a line arranges what comes next. Reads the next line once, and little of it. */
bool ac_section_ends_at(const ac_note *note, uint16_t type, ac_span line);

#endif
