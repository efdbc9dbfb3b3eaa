/** Test kit: a note made of a text, analysed by the real pipeline. */
#ifndef AC_TEST_KIT_NOTE_H
#define AC_TEST_KIT_NOTE_H

#include "core/note.h"

/** Run every step on text (UTF-8). The note lives in arena. Steps that fail are reported as failed checks. */
ac_note ac_test_note(ac_arena *arena, const char *text, ac_lang lang);

/** The first entity whose text is surface, or NULL. */
const ac_entity *ac_test_entity(const ac_note *note, const char *surface);

#endif
