/* Excel workbooks (Office Open XML): each sheet as a table under its name, comments at the end. */
#ifndef AC_ADAPTER_MARKUP_XLSX_H
#define AC_ADAPTER_MARKUP_XLSX_H

#include "adapter/markup/zip.h"

/* z is open; main is its workbook part, of which main->bytes are there. Tells the media type, too. */
void xlsx_read(zip *z, const zip_part *main, ac_mw *out);

#endif
