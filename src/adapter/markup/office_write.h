/* A DOCX or ODT made anew of paragraphs and tables: nothing of an old file goes into it, neither styles nor pictures,
 * properties, revisions. */
#ifndef AC_ADAPTER_MARKUP_OFFICE_WRITE_H
#define AC_ADAPTER_MARKUP_OFFICE_WRITE_H

#include "core/layout.h"

/* edit's text: a line becomes a paragraph or a heading, cells (ascending, not overlapping) tables. False: its media type is neither
 * of the two. A failure stays in out. */
bool office_write(const ac_layout *edit, ac_sb *out);

#endif
