#include "interop/ccda/ccda_read.h"

#include "interop/ccda/ccda_make.h"

enum { SECTION_DEPTH_MAX = 16 };

/* Sections of which the entries say what the narrative says, when all of them were read. Of the others the narrative is read by
 * the engine, entries or not: "history of present illness" may hold one entry and a page of words. */
static const struct {
    const char *code;
    const char *arc;      /* of the template, without ".1" for "entries required"; NULL: only by code */
    const char *category; /* of conditions */
} sections[] = {
    { "11450-4", "22.2.5", "problem-list-item" },    { "11348-0", "22.2.20", "problem-list-item" },
    { "75310-3", "22.2.58", "health-concern" },      { "46240-8", "22.2.22", "encounter-diagnosis" },
    { "42347-5", "22.2.43", "encounter-diagnosis" }, { "46241-6", NULL, "encounter-diagnosis" },
    { "11535-2", "22.2.24", "encounter-diagnosis" }, { "78375-3", NULL, "encounter-diagnosis" },
    { "10219-4", "22.2.34", "encounter-diagnosis" }, { "10218-6", "22.2.35", "encounter-diagnosis" },
    { "59769-0", "22.2.36", "encounter-diagnosis" }, { "48765-2", "22.2.6", "" },
    { "10160-0", "22.2.1", "" },  { "10183-2", "22.2.11", "" }, { "75311-1", NULL, "" },      { "42346-7", "22.2.44", "" },
    { "29549-3", "22.2.38", "" }, { "30954-2", "22.2.3", "" },  { "8716-3", "22.2.4", "" },   { "47519-4", "22.2.7", "" },
    { "11369-6", "22.2.2", "" },  { "29762-2", "22.2.17", "" }, { "10157-6", "22.2.15", "" }, { "47420-5", "22.2.14", "" },
    { "10190-7", "22.2.56", "" }, { "46264-8", "22.2.23", "" }, { "48768-6", "22.2.18", "" }, { "42348-3", "22.2.21", "" },
    { "18776-5", "22.2.10", "" }, { "61146-7", "22.2.60", "" }, { "61144-2", "22.2.57", "" }, { "85847-2", "22.2.500", "" },
    { "59772-4", "22.2.30", "" }, { "59768-2", "22.2.29", "" },
};
enum { SECTIONS = sizeof sections / sizeof sections[0] };

static size_t section_row(const ac_tree_node *section, ac_sv code)
{
    char required[32];
    for (size_t i = 0; i < SECTIONS; i++)
        if (ac_sv_eq(code, ac_sv_z(sections[i].code)))
            return i;
    for (size_t i = 0; i < SECTIONS && !code.n; i++) {
        size_t n = sections[i].arc ? strlen(sections[i].arc) : 0;
        memcpy(required, sections[i].arc ? sections[i].arc : "", n);
        memcpy(required + n, ".1", 3);
        if (n && (ac_ccda_has_template(section, sections[i].arc) || ac_ccda_has_template(section, required)))
            return i;
    }
    return SECTIONS;
}

static ac_sv loinc_of(const ac_tree_node *section)
{
    const ac_tree_node *code = ac_tree_child(section, AC_SV("code"));
    return ac_ccda_attr_is(code, "codeSystem", "2.16.840.1.113883.6.1") ? ac_ccda_attr(code, "code") : AC_SV("");
}

static size_t read_entries(ac_ccda_maker *m, const ac_tree_node *section, const ac_ccda_place *at)
{
    unsigned n = 0;
    AC_CCDA_EACH(entry, section, "entry")
    {
        const ac_tree_node *s = ac_ccda_statement_in(entry);
        ac_ccda_place place = *at;
        ac_sv index = ac_arena_printf(m->arena, "/entry[%u]", ++n);
        place.path = ac_ccda_join(m, at->path, index, AC_SV(""));
        if (s)
            ac_ccda_statement(m, s, &place, NULL);
        else if (!ac_ccda_is_null(entry))
            m->lost++;
        if (m->full)
            break;
    }
    return n;
}

static void read_section(ac_ccda_maker *m, const ac_tree_node *section, ac_sv path)
{
    ac_ccda_passage p = { .title = ac_ccda_words(m, ac_tree_child(section, AC_SV("title"))), .code = loinc_of(section), .path = path };
    size_t row = section_row(section, p.code), lost = m->lost;
    ac_rec_texts listed = { 0 };
    ac_ccda_place at = { .section = p.code, .path = path };
    if (row < SECTIONS) {
        at.section = ac_sv_z(sections[row].code);
        at.category = ac_sv_z(sections[row].category);
    }
    m->listed = &listed;
    p.entries = read_entries(m, section, &at);
    m->listed = NULL;
    p.structured = row < SECTIONS && listed.n && m->lost == lost;
    p.text = ac_ccda_narrative(m, ac_tree_child(section, AC_SV("text")));
    if (p.text.n)
        *AC_CCDA_PUSH(m, &m->out.passages) = p;
    ac_rec_section s = { .title = p.title,
                         .code = ac_ccda_concept(m, ac_tree_child(section, AC_SV("code"))),
                         .text = ac_ccda_div(m, p.text, p.structured ? AC_SV("generated") : AC_SV("additional")) };
    for (size_t i = 0; i < listed.n; i++)
        AC_CCDA_PUSH_REF(m, &s.entry, listed.at[i]);
    ac_rec_composition *c = m->out.record.entries.at[0].as.composition;
    if (s.text || s.entry.n) /* FHIR demands one of both (cmp-1) */
        *AC_CCDA_PUSH(m, &c->section) = s;
}

/* Sections within sections follow their parent, as the document tells them. */
static void read_sections(ac_ccda_maker *m, const ac_tree_node *body, ac_sv path, unsigned depth)
{
    unsigned n = 0;
    AC_CCDA_EACH(component, body, "component")
    {
        const ac_tree_node *section = ac_tree_child(component, AC_SV("section"));
        if (!section || m->full)
            continue;
        ac_sv index = ac_arena_printf(m->arena, "section[%u]", ++n);
        ac_sv own = ac_ccda_join(m, path, path.n ? AC_SV("/") : AC_SV(""), index);
        if (depth > SECTION_DEPTH_MAX) {
            ac_ccda_skip(m, AC_SV("section"), AC_SV("too deep"));
            m->out.record.coverage.members_unknown++;
            continue;
        }
        read_section(m, section, own);
        read_sections(m, section, own, depth + 1);
    }
}

bool ac_ccda_is(const ac_tree_node *root)
{
    return root && ac_ccda_is_a(root, "ClinicalDocument") && ac_sv_eq(root->space, AC_SV("urn:hl7-org:v3"));
}

/* A FHIR document says when it was made, to the second; a C-CDA document may say less. */
static void read_head(ac_ccda_maker *m, const ac_rec_composition *c)
{
    ac_rec_bundle *head = &m->out.record.head;
    m->out.record.bundle = true;
    head->timestamp = ac_ccda_instant(m, ac_tree_child(m->root, AC_SV("effectiveTime")));
    head->identifier = c->identifier;
    head->type = head->timestamp.n && head->identifier ? AC_SV("document") : AC_SV("collection");
}

ac_rc ac_ccda_read(const ac_tree_node *root, ac_arena *arena, ac_ccda *out, ac_err *err)
{
    if (!ac_ccda_is(root))
        return ac_fail(err, AC_EINPUT, "no clinical document: the root is not HL7's ClinicalDocument");
    ac_ccda_maker *m = ac_arena_alloc(arena, sizeof *m);
    if (!m)
        return ac_fail(err, AC_ELIMIT, "no room for a clinical document");
    m->arena = arena;
    m->root = root;
    ac_ccda_index(m);
    ac_rec_composition *c = ac_ccda_add(m, AC_REC_composition, AC_SV("ClinicalDocument"), NULL);
    ac_ccda_patient(m);
    if (!m->full) {
        ac_ccda_header(m, c);
        read_head(m, c);
        const ac_tree_node *body = ac_tree_child(root, AC_SV("component"));
        read_sections(m, ac_tree_child(body, AC_SV("structuredBody")), AC_SV(""), 0);
        const ac_tree_node *plain = ac_tree_at(body, "nonXMLBody/text");
        if (plain)
            (void)ac_ccda_embedded(m, plain, c->title, AC_SV("nonXMLBody"));
    }
    if (m->full)
        return ac_fail(err, AC_ELIMIT, "no room for a clinical document");
    *out = m->out;
    return AC_OK;
}
