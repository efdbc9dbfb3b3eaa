/** Test kit of this folder: a document written in C strings, read without any XML library. The strings are well formed and our own;
 *  of namespaces only HL7 v3 (no prefix) and sdtc: are told apart. */
#ifndef AC_INTEROP_CCDA_TESTING_H
#define AC_INTEROP_CCDA_TESTING_H

#include "interop/ccda/ccda_read.h"
#include "kit/test.h"

#include <stdio.h>

typedef struct {
    ac_arena *arena;
    const char *p;
    ac_tree_node *at; /* the element that is open */
    ac_tree_node **last[AC_TREE_DEPTH_MAX + 2]; /* where the next child of each open element goes */
    size_t depth;
} kit_xml;

static inline ac_sv kit_xml_text(kit_xml *x, char end)
{
    const char *from = x->p;
    char *out;
    size_t n = 0;
    while (*x->p && *x->p != end)
        x->p++;
    ac_sv raw = { from, (size_t)(x->p - from) };
    out = ac_arena_alloc(x->arena, raw.n + 1);
    for (size_t i = 0; out && i < raw.n; i++) {
        ac_sv rest = ac_sv_sub(raw, i, raw.n);
        bool lt = ac_sv_starts(rest, AC_SV("&lt;")), amp = ac_sv_starts(rest, AC_SV("&amp;"));
        out[n++] = lt ? '<' : raw.p[i];
        i += lt ? 3 : amp ? 4 : 0;
    }
    return (ac_sv) { out, n };
}

static inline ac_tree_node *kit_xml_add(kit_xml *x)
{
    ac_tree_node *n = ac_arena_alloc(x->arena, sizeof *n);
    n->parent = x->at;
    *x->last[x->depth] = n;
    x->last[x->depth] = &n->next;
    return n;
}

static inline ac_sv kit_xml_name(kit_xml *x)
{
    const char *from = x->p;
    while (*x->p && !strchr(" \n=/>", *x->p))
        x->p++;
    return (ac_sv) { from, (size_t)(x->p - from) };
}

static inline void kit_xml_attrs(kit_xml *x, ac_tree_node *n)
{
    ac_tree_attr *attrs = ac_arena_alloc(x->arena, 16 * sizeof *attrs);
    n->attrs = attrs;
    while (ac_is_space(*x->p))
        x->p++;
    while (*x->p && *x->p != '>' && *x->p != '/' && n->n_attrs < 16) {
        attrs[n->n_attrs].name = kit_xml_name(x);
        x->p++;
        char quote = *x->p++;
        attrs[n->n_attrs++].value = kit_xml_text(x, quote);
        x->p++;
        while (ac_is_space(*x->p))
            x->p++;
    }
}

static inline void kit_xml_element(kit_xml *x)
{
    ac_sv name = kit_xml_name(x);
    ac_tree_node *n = kit_xml_add(x);
    bool sdtc = ac_sv_starts(name, AC_SV("sdtc:"));
    n->name = sdtc ? ac_sv_sub(name, 5, name.n) : name;
    n->space = sdtc ? AC_SV("urn:hl7-org:sdtc") : AC_SV("urn:hl7-org:v3");
    kit_xml_attrs(x, n);
    if (*x->p == '/') {
        x->p += 2;
        return;
    }
    x->p++;
    x->at = n;
    x->last[++x->depth] = &n->first;
}

/** The tree of xml; it lives in the arena, its texts partly in xml. */
static inline const ac_tree_node *kit_xml_read(const char *xml, ac_arena *arena)
{
    ac_tree_node *root = NULL;
    kit_xml x = { .arena = arena, .p = xml, .last = { &root } };
    while (*x.p) {
        if (x.p[0] == '<' && x.p[1] == '/') {
            while (*x.p++ != '>') { }
            x.at = x.at ? x.at->parent : NULL;
            x.depth -= x.depth > 0;
        } else if (*x.p == '<') {
            x.p++;
            kit_xml_element(&x);
        } else {
            ac_sv text = kit_xml_text(&x, '<');
            if (x.depth)
                kit_xml_add(&x)->text = text;
        }
    }
    return root;
}

/** A document that was read. */
typedef struct {
    ac_arena *arena;
    ac_ccda out;
    ac_rc rc;
} kit_ccda;

static inline void kit_ccda_cleanup(kit_ccda *k) { ac_arena_free(k->arena); }

static inline kit_ccda kit_ccda_whole(const char *xml)
{
    kit_ccda k = { .arena = ac_arena_new((size_t)1 << 28) };
    k.rc = ac_ccda_read(kit_xml_read(xml, k.arena), k.arena, &k.out, NULL);
    return k;
}

#define KIT_HEAD                                                                                                       \
    "<ClinicalDocument><id root=\"2.999.1\" extension=\"doc-1\"/>"                                                      \
    "<code code=\"34133-9\" codeSystem=\"2.16.840.1.113883.6.1\" displayName=\"Summarization of Episode Note\"/>"       \
    "<title>Summary</title><effectiveTime value=\"20240510093015-0500\"/>"                                             \
    "<recordTarget><patientRole><id root=\"2.999.2\" extension=\"P7\"/><patient><name><given>Ana</given>"               \
    "<family>Prueba</family></name></patient></patientRole></recordTarget>"

/** A document with one section of that LOINC code; inner: its text and entries. */
static inline kit_ccda kit_ccda_section(const char *loinc, const char *inner)
{
    static const char form[] = KIT_HEAD "<component><structuredBody><component><section><code code=\"%s\" "
                                        "codeSystem=\"2.16.840.1.113883.6.1\"/><title>T</title>%s</section></component>"
                                        "</structuredBody></component></ClinicalDocument>";
    kit_ccda k = { .arena = ac_arena_new((size_t)1 << 28) };
    ac_sv xml = ac_arena_printf(k.arena, form, loinc, inner);
    k.rc = ac_ccda_read(kit_xml_read(xml.p, k.arena), k.arena, &k.out, NULL);
    return k;
}

/** The nr-th resource of a kind, from 0; an empty one when there are not so many, so that checks fail and do not crash. */
static inline const void *kit_ccda_nth(const kit_ccda *k, ac_rec_kind kind, size_t nr)
{
    static const char none[4096];
    for (size_t i = 0; i < k->out.record.entries.n; i++)
        if (k->out.record.entries.at[i].kind == kind && !nr--)
            return k->out.record.entries.at[i].as.any;
    return none;
}
#define KIT_THE(k, type) ((const ac_rec_##type *)kit_ccda_nth((k), AC_REC_##type, 0))
#define KIT_NTH(k, type, nr) ((const ac_rec_##type *)kit_ccda_nth((k), AC_REC_##type, (nr)))

static inline size_t kit_ccda_count(const kit_ccda *k, ac_rec_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < k->out.record.entries.n; i++)
        n += k->out.record.entries.at[i].kind == kind;
    return n;
}

static inline bool kit_is(ac_sv s, const char *z) { return ac_sv_eq(s, ac_sv_z(z)); }

/** The concept has that code of that system. */
static inline bool kit_coded(const ac_rec_concept *c, const char *system, const char *code)
{
    for (size_t i = 0; c && i < c->coding.n; i++)
        if (kit_is(c->coding.at[i].system, system) && kit_is(c->coding.at[i].code, code))
            return true;
    return false;
}

static inline bool kit_amount(const ac_rec_quantity *q, const char *value, const char *unit)
{
    return q && kit_is(q->value, value) && kit_is(q->code, unit);
}

/** How often coverage names that. */
static inline size_t kit_unknown(const kit_ccda *k, const char *type, const char *key)
{
    for (size_t i = 0; i < k->out.record.coverage.unknown.n; i++) {
        const ac_rec_unknown *u = &k->out.record.coverage.unknown.at[i];
        if (kit_is(u->type, type) && kit_is(u->key, key))
            return u->n;
    }
    return 0;
}

#define KIT_T(arc) "<templateId root=\"2.16.840.1.113883.10.20." arc "\"/>"
#define KIT_SNOMED "2.16.840.1.113883.6.96"
#define KIT_SCT "http://snomed.info/sct"

#endif
