/** Makes a new PDF from one: redacted or annotated. */
#ifndef AC_ADAPTER_PDF_EDIT_H
#define AC_ADAPTER_PDF_EDIT_H

#include "core/media_write.h"

/** The pages as pictures, the regions of edit painted over, the words of edit invisibly above; nothing of the old file itself goes into the
 *  new one, neither text nor metadata, attachments, annotations, layers or older versions. Failures are told to out. */
void ac_pdf_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out);

/** The pages as they are, with a frame around the regions of edit. Failures are told to out. */
void ac_pdf_annotate(ac_sv bytes, const ac_layout *edit, ac_mw *out);

#endif
