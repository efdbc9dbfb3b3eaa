/* Metadata of a document that stand as text of elements. */
#ifndef AC_ADAPTER_MARKUP_XML_META_H
#define AC_ADAPTER_MARKUP_XML_META_H

#include "core/media_write.h"

typedef struct {
    const char *element, *name; /* local name; the name under which it is told */
} xml_meta_row;

/* Tell what the rows name, as far as it stands within an element of the name container. */
void xml_meta_tell(ac_sv bytes, const char *container, const xml_meta_row *rows, size_t n, ac_mw *out);

#endif
