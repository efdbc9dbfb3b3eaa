/** Inside the sections step: documents with a structure. */
#ifndef AC_NLP_SECTION_GIVEN_H
#define AC_NLP_SECTION_GIVEN_H

#include "core/note.h"

/** Begin a section at every title of note.given where none begins: of unknown type, so that free text does not go on in the section
 *  of the lines above it. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_sections_at_titles(ac_note *note, ac_err *err);

#endif
