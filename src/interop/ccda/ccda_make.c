#include "interop/ccda/ccda_make.h"


#include <string.h>

/* ---- memory ---- */

ac_sv ac_ccda_copy(ac_ccda_maker *m, const ac_sb *b)
{
    ac_sv copy = ac_arena_copy(m->arena, ac_sb_view(b));
    if (b->rc == AC_OK && (copy.p || !b->n))
        return copy;
    m->full = true;
    return AC_SV("");
}

ac_sv ac_ccda_join(ac_ccda_maker *m, ac_sv a, ac_sv b, ac_sv c)
{
    char *p = ac_arena_alloc(m->arena, a.n + b.n + c.n + 1);
    if (!p) {
        m->full = true;
        return AC_SV("");
    }
    const ac_sv parts[] = { a, b, c };
    size_t n = 0;
    for (size_t i = 0; i < 3; i++)
        if (parts[i].n) {
            memcpy(p + n, parts[i].p, parts[i].n);
            n += parts[i].n;
        }
    return (ac_sv) { p, n };
}

/* ---- maps: open addressing, at most half full ---- */

static size_t slot_of(const ac_ccda_map *map, ac_sv key)
{
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < key.n; i++)
        hash = (hash ^ (unsigned char)key.p[i]) * 1099511628211u;
    size_t at = (size_t)(hash ^ (hash >> 32)) & (map->cap - 1);
    while (map->at[at].value && !ac_sv_eq(map->at[at].key, key))
        at = (at + 1) & (map->cap - 1);
    return at;
}

static bool grow(ac_ccda_maker *m, ac_ccda_map *map)
{
    ac_ccda_map bigger = { .cap = map->cap ? 2 * map->cap : 64, .n = map->n };
    bigger.at = ac_arena_alloc(m->arena, bigger.cap * sizeof *bigger.at);
    if (!bigger.at) {
        m->full = true;
        return false;
    }
    for (size_t i = 0; i < map->cap; i++)
        if (map->at[i].value)
            bigger.at[slot_of(&bigger, map->at[i].key)] = map->at[i];
    *map = bigger;
    return true;
}

void ac_ccda_put(ac_ccda_maker *m, ac_ccda_map *map, ac_sv key, const void *value)
{
    if (2 * map->n >= map->cap && !grow(m, map))
        return;
    ac_ccda_slot *slot = &map->at[slot_of(map, key)];
    if (slot->value)
        return;
    *slot = (ac_ccda_slot) { key, value };
    map->n++;
}

const void *ac_ccda_get(const ac_ccda_map *map, ac_sv key) { return map->cap ? map->at[slot_of(map, key)].value : NULL; }

/* ---- resources ---- */

static const char kinds[AC_REC_RESOURCES]; /* their addresses stand for the kinds in a map of pointers */

static uint64_t mix(uint64_t v) /* splitmix64's finaliser */
{
    v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9u;
    v = (v ^ (v >> 27)) * 0x94D049BB133111EBu;
    return v ^ (v >> 31);
}

#define SPARE_AT(name, ...) offsetof(ac_ccda_maker, spare.name),
static void *spare_resource(ac_ccda_maker *m, ac_rec_kind kind)
{
    static const size_t at[AC_REC_RESOURCES] = { AC_REC_RESOURCE_LIST(SPARE_AT) };
    m->full = true;
    return (char *)m + at[kind];
}
#undef SPARE_AT

void *ac_ccda_add(ac_ccda_maker *m, ac_rec_kind kind, ac_sv path, ac_sv *url)
{
    uint64_t n = ++m->made;
    ac_rec_entry *e = m->full ? NULL : ac_record_add(&m->out.record, kind, m->arena);
    ac_sv made = ac_fhir_uuid(m->arena, mix(m->seed[0] ^ mix(n)), mix(m->seed[1] + mix(~n)));
    if (url)
        *url = made;
    if (!e || !made.n)
        return spare_resource(m, kind);
    e->full_url = made;
    ac_ccda_put(m, &m->made_of, made, &kinds[kind]);
    ac_rec_meta *meta = AC_CCDA_NEW(m, meta);
    struct {
        ac_sv id;
        ac_rec_meta *meta;
    } head = { ac_sv_sub(made, 9, made.n), meta };
    head.meta->source = ac_ccda_join(m, AC_SV("#"), path, AC_SV(""));
    memcpy(e->as.any, &head, sizeof head); /* every resource begins with both */
    if (m->listed)
        ac_ccda_push_text(m, m->listed, made);
    return m->full ? spare_resource(m, kind) : e->as.any;
}

ac_rec_kind ac_ccda_kind(const ac_ccda_maker *m, ac_sv url)
{
    const char *kind = ac_ccda_get(&m->made_of, url);
    return kind ? (ac_rec_kind)(kind - kinds) : AC_REC_RESOURCES;
}

ac_sv ac_ccda_path(ac_ccda_maker *m, const ac_tree_node *n)
{
    if (m->path.n)
        return m->path;
    return n->parent && n->parent->parent ? ac_ccda_join(m, n->parent->name, AC_SV("/"), n->name) : n->name;
}

ac_rec_reference *ac_ccda_ref(ac_ccda_maker *m, ac_sv url)
{
    if (!url.n)
        return NULL;
    ac_rec_reference *ref = AC_CCDA_NEW(m, reference);
    ref->reference = url;
    return ref;
}

void ac_ccda_push_text(ac_ccda_maker *m, ac_rec_texts *list, ac_sv text)
{
    if (text.n)
        *AC_CCDA_PUSH(m, list) = text;
}

void ac_ccda_skip(ac_ccda_maker *m, ac_sv type, ac_sv key)
{
    if (!ac_record_unknown(&m->out.record, type, key, m->arena))
        m->full = true;
}

/* ---- the tree ---- */

ac_sv ac_ccda_attr(const ac_tree_node *n, const char *name) { return ac_sv_trim(ac_tree_attr_of(n, ac_sv_z(name))); }
bool ac_ccda_is_null(const ac_tree_node *n) { return !n || ac_tree_attr_of(n, AC_SV("nullFlavor")).n; }
bool ac_ccda_attr_is(const ac_tree_node *n, const char *name, const char *value)
{
    return ac_sv_eq(ac_ccda_attr(n, name), ac_sv_z(value));
}

ac_sv ac_ccda_xsi_type(const ac_tree_node *n)
{
    for (uint32_t i = 0; n && i < n->n_attrs; i++)
        if (ac_sv_ends(n->attrs[i].name, AC_SV(":type"))) {
            ac_sv rest = ac_sv_trim(n->attrs[i].value), last = { 0 };
            while (ac_sv_split(&rest, ':', &last)) /* the type is behind the last colon */
                continue;
            return last;
        }
    return AC_SV("");
}

bool ac_ccda_has_template(const ac_tree_node *n, const char *arc)
{
    static const ac_sv base = { "2.16.840.1.113883.10.20.", 24 };
    AC_CCDA_EACH(t, n, "templateId")
    {
        ac_sv root = ac_ccda_attr(t, "root");
        if (ac_sv_starts(root, base) && ac_sv_eq(ac_sv_sub(root, base.n, root.n), ac_sv_z(arc)))
            return true;
    }
    return false;
}

const ac_tree_node *ac_ccda_statement_in(const ac_tree_node *holder)
{
    static const char *const classes[] = { "observation", "act", "organizer", "substanceAdministration", "procedure",
                                           "supply", "encounter", "observationMedia", "regionOfInterest" };
    for (const ac_tree_node *c = holder ? holder->first : NULL; c; c = c->next)
        for (size_t i = 0; c->name.n && i < sizeof classes / sizeof classes[0]; i++)
            if (ac_ccda_is_a(c, classes[i]))
                return c;
    return NULL;
}

ac_sv ac_ccda_translate(const ac_ccda_pair *table, ac_sv from)
{
    for (; table->from; table++)
        if (ac_sv_eq(ac_sv_z(table->from), from))
            return ac_sv_z(table->to);
    return AC_SV("");
}
