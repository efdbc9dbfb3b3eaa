/** The parts "entities" and "relations" of the result JSON. */
#ifndef AC_INTEROP_RESULT_ENTITY_H
#define AC_INTEROP_RESULT_ENTITY_H

#include "base/json_write.h"
#include "nlp/text/normalise.h"

/** begin, end, cp_begin, cp_end */
void ac_jw_place(ac_jw *j, ac_span span, const ac_cp_map *cp);

void ac_jw_entities(ac_jw *j, const ac_note *note, const ac_cp_map *cp);
void ac_jw_relations(ac_jw *j, const ac_note *note);
void ac_jw_mentions(ac_jw *j, const ac_note *note, const ac_cp_map *cp);
ac_sv ac_method_name(uint8_t method);

#endif
