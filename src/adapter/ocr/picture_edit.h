/** Makes a new file of pictures from one: PNG, JPEG, TIFF, BMP and others. */
#ifndef AC_ADAPTER_PICTURE_EDIT_H
#define AC_ADAPTER_PICTURE_EDIT_H

#include "core/media_write.h"

/** The same pictures with the regions of edit painted black, in the same format (TIFF with all its pages; what cannot be written becomes PNG);
 *  comments and other metadata are left behind. Failures are told to out. */
void ac_picture_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out);

/** The same pictures with a frame around the regions. */
void ac_picture_annotate(ac_sv bytes, const ac_layout *edit, ac_mw *out);

#endif
