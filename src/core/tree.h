/** An XML document after the sandbox has parsed it (core/media_write.h, media_read.h): elements, attributes and text in the order of
 *  the source. Entities are expanded, comments and processing instructions dropped. All views lie in the reader's arena. */
#ifndef AC_CORE_TREE_H
#define AC_CORE_TREE_H

#include "core/types.h"

enum { AC_TREE_DEPTH_MAX = 256 };

typedef struct {
    ac_sv name, value;           /* local name ("code"); of a prefixed attribute with its prefix ("xsi:type") */
} ac_tree_attr;

typedef struct ac_tree_node ac_tree_node;
struct ac_tree_node {
    ac_sv name;                  /* local name without its prefix; empty for text */
    ac_sv space;                 /* namespace URI; empty when none */
    ac_sv text;                  /* of a text node, white space as written */
    const ac_tree_attr *attrs;
    uint32_t n_attrs;
    uint32_t line;               /* of the source, from 1 */
    ac_tree_node *parent, *first, *next;
};

/** The first child element of that name; NULL when there is none, or node is NULL. */
const ac_tree_node *ac_tree_child(const ac_tree_node *node, ac_sv name);
/** The next sibling element of the same name. */
const ac_tree_node *ac_tree_next(const ac_tree_node *node);
/** By a path of child names, "recordTarget/patientRole/patient": first child of each name. */
const ac_tree_node *ac_tree_at(const ac_tree_node *node, const char *path);
/** The value of an attribute; empty when absent or node is NULL. */
ac_sv ac_tree_attr_of(const ac_tree_node *node, ac_sv name);

#endif
