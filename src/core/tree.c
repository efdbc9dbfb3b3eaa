#include "core/tree.h"

const ac_tree_node *ac_tree_child(const ac_tree_node *node, ac_sv name)
{
    for (const ac_tree_node *c = node ? node->first : NULL; c; c = c->next)
        if (ac_sv_eq(c->name, name))
            return c;
    return NULL;
}

const ac_tree_node *ac_tree_next(const ac_tree_node *node)
{
    for (const ac_tree_node *n = node->next; n; n = n->next)
        if (ac_sv_eq(n->name, node->name))
            return n;
    return NULL;
}

const ac_tree_node *ac_tree_at(const ac_tree_node *node, const char *path)
{
    ac_sv rest = ac_sv_z(path), name;
    while (node && ac_sv_split(&rest, '/', &name))
        node = ac_tree_child(node, name);
    return node;
}

ac_sv ac_tree_attr_of(const ac_tree_node *node, ac_sv name)
{
    for (uint32_t i = 0; node && i < node->n_attrs; i++)
        if (ac_sv_eq(node->attrs[i].name, name))
            return node->attrs[i].value;
    return AC_SV("");
}
