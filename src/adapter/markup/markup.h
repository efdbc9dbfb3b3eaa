/** Reads what is marked up or packed: DOCX, ODT (packed and flat), XLSX, HTML, RTF; any other XML becomes a tree. libxml2, libarchive.
 *  Runs inside the sandbox of aceso-media: no file is opened, nothing is fetched.
 *
 *  What the text of a document is, in all formats alike:
 *  - order: headers, body, footers (each once, not per page), footnotes, endnotes, comments under "Comments"; text boxes after the
 *    paragraph at which they are anchored; the mark of a note stands in the text as "[1]" and before the note;
 *  - the row of a table is a line (its cells are told, too), an item of a list a line with its label;
 *  - text that tracked changes deleted, or that is struck through, is left out with AC_MEDIA_DELETED_TEXT: a drug that somebody crossed
 *    out is not taken; inserted text is kept;
 *  - hidden text is kept with AC_MEDIA_HIDDEN_TEXT: it is part of the record, and what is to be de-identified must not hide;
 *  - ticked and empty boxes of forms are U+2612 and U+2610, a raised number after a digit is "10^9", the code of a field is no text;
 *  - pictures, embedded files and charts are listed as attachments with AC_MEDIA_ATTACHMENT_UNREAD. */
#ifndef AC_ADAPTER_MARKUP_H
#define AC_ADAPTER_MARKUP_H

#include "core/media_type.h"
#include "core/media_write.h"

/** Read one document into out; failures are told to out (ac_mw_fail).
 *  type    AC_MEDIA_ZIP, AC_MEDIA_RTF, AC_MEDIA_HTML or AC_MEDIA_XML
 *  bytes   borrowed
 *  thread  one: libxml2 keeps its settings in globals */
void ac_markup_read(ac_media_type type, ac_sv bytes, ac_mw *out);

/** A DOCX or ODT made anew of edit's text and cells; nothing of the old file goes into it, so its bytes are not looked at. Its media type says
 *  which of the two. Failures are told to out. */
void ac_markup_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out);

/** Load what the libraries open files for (character encodings), before the sandbox closes. */
void ac_markup_warm_up(void);

#endif
