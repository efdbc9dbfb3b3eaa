/* An XML document of no kind that is text, as the tree of core/tree.h. */
#ifndef AC_ADAPTER_MARKUP_XML_TREE_H
#define AC_ADAPTER_MARKUP_XML_TREE_H

#include "core/media_write.h"

/* bytes   borrowed. Tells the media type, too. */
void xml_tree_read(ac_sv bytes, ac_mw *out);

#endif
