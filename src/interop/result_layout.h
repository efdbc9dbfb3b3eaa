/** The part "layout" of the result JSON, and the boxes of a span: for documents with pages. */
#ifndef AC_INTEROP_RESULT_LAYOUT_H
#define AC_INTEROP_RESULT_LAYOUT_H

#include "base/json_write.h"
#include "core/note.h"

/** "layout": pages, words, tables, warnings; nothing for a note that came as text. identified: with metadata and names of attachments. */
void ac_jw_layout(ac_jw *j, const ac_note *note, bool identified);

/** "boxes": [{page, box}], one for each line of each page that the span touches; nothing for a note without pages. */
void ac_jw_boxes(ac_jw *j, const ac_note *note, ac_span span);

#endif
