/* The relationships between the parts of an Office Open XML package. */
#ifndef AC_ADAPTER_MARKUP_OPC_H
#define AC_ADAPTER_MARKUP_OPC_H

#include "adapter/markup/xml.h"
#include "adapter/markup/zip.h"

typedef struct {
    ac_sv id;
    ac_sv type;                 /* the last step of its URI: "header", "footnotes" */
    ac_sv target;               /* name of a part of the container; empty when it lies outside */
} opc_rel;

typedef AC_VEC(opc_rel) opc_rels;

/* Those of a part; of the package where part is empty. Views lie in the arena of z. */
opc_rels opc_rels_of(zip *z, ac_sv part, ac_mw *out);
const opc_rel *opc_rel_by_id(const opc_rels *rels, ac_sv id);
/* The part that the first relationship of a type leads to; NULL when there is none. */
const zip_part *opc_part_of_type(const zip *z, const opc_rels *rels, const char *type);

/* docProps/core.xml: title, author, dates. */
void opc_tell_properties(zip *z, const opc_rels *package, ac_mw *out);
/* Every part under folder/ ("word/media/") is an attachment; true when there was one. */
bool opc_tell_attachments(const zip *z, const char *folder, ac_mw *out);

#endif
