#include "interop/ccda/ccda_make.h"

static void lose(ac_ccda_maker *m, const ac_tree_node *s)
{
    ac_sv root = ac_ccda_attr(ac_tree_child(s, AC_SV("templateId")), "root");
    m->lost++;
    m->out.record.coverage.resources_unknown++;
    ac_ccda_skip(m, s->name, root.n ? root : AC_SV("no template"));
}

/* Statements that only hold others: the diagnosis is within "discharge diagnosis". One that holds none says something else. */
static ac_sv holder(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    size_t before = m->out.record.coverage.resources;
    ac_ccda_nested(m, s, at, NULL, NULL, NULL);
    if (m->out.record.coverage.resources == before)
        lose(m, s);
    return AC_SV("");
}

static ac_sv concern(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_ccda_place within = *at;
    within.concern = s;
    return holder(m, s, &within);
}

static ac_sv health_concern(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_ccda_place within = *at;
    within.category = AC_SV("health-concern");
    return concern(m, s, &within);
}

static ac_sv diagnosis(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_ccda_place within = *at;
    within.category = AC_SV("encounter-diagnosis");
    return concern(m, s, &within);
}

/* The statement stands elsewhere in the document. */
static ac_sv elsewhere(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    (void)at;
    return ac_ccda_remembered(m, s);
}

/* What it says is said by the narrative of the section. */
static ac_sv words_only(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    (void)s;
    (void)at;
    m->lost++;
    return AC_SV("");
}

/* What was allowed or is to be paid: nothing of the patient's health, neither here nor in the words of the section. */
static ac_sv administrative(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    (void)at;
    m->out.record.coverage.resources_unknown++;
    ac_ccda_skip(m, s->name, ac_ccda_attr(ac_tree_child(s, AC_SV("templateId")), "root"));
    return AC_SV("");
}

static ac_sv media(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    if (!ac_ccda_embedded(m, ac_tree_child(s, AC_SV("value")), AC_SV(""), at->path))
        m->lost++;
    return AC_SV("");
}

/* Templates by the arc below 2.16.840.1.113883.10.20 (C-CDA R2.1, volume 2; the arcs are those of R1.1 and R2.0, too). */
static const struct {
    const char *arc;
    ac_ccda_reader *read;
} templates[] = {
    { "22.4.3", concern },            /* problem concern act */
    { "22.4.30", concern },           /* allergy concern act */
    { "22.4.132", health_concern },   /* health concern act */
    { "22.4.136", health_concern },   /* risk concern act */
    { "22.4.80", diagnosis },         /* encounter diagnosis */
    { "22.4.33", diagnosis },         /* hospital discharge diagnosis */
    { "22.4.34", diagnosis },         /* hospital admission diagnosis */
    { "22.4.51", diagnosis },         /* postprocedure diagnosis */
    { "22.4.65", diagnosis },         /* preoperative diagnosis */
    { "22.4.35", holder },            /* discharge medication */
    { "22.4.36", holder },            /* admission medication */
    { "22.4.60", holder },            /* coverage activity */
    { "22.4.108", holder },           /* advance directive organizer */
    { "22.4.131", holder },           /* intervention act */
    { "22.4.146", holder },           /* planned intervention act */
    { "22.4.135", holder },           /* medical equipment organizer */
    { "22.4.66", ac_ccda_panel },     /* functional status organizer */
    { "22.4.75", ac_ccda_panel },     /* mental status organizer */
    { "22.4.26", ac_ccda_panel },     /* vital signs organizer */
    { "22.4.1", ac_ccda_report },     /* result organizer */
    { "22.4.45", ac_ccda_family },    /* family history organizer */
    { "22.4.500", ac_ccda_team },     /* care team organizer */
    { "22.4.4", ac_ccda_problem },    /* problem observation */
    { "22.4.19", ac_ccda_problem },   /* indication */
    { "22.4.7", ac_ccda_allergy },    /* allergy - intolerance observation */
    { "24.3.90", ac_ccda_allergy },   /* substance or device allergy */
    { "22.4.2", ac_ccda_observation },/* result observation */
    { "22.4.27", ac_ccda_observation }, /* vital sign observation */
    { "22.4.16", ac_ccda_medication },/* medication activity */
    { "22.4.42", ac_ccda_medication },/* planned medication activity */
    { "22.4.120", ac_ccda_medication }, /* planned immunization activity */
    { "22.4.52", ac_ccda_immunization },
    { "22.4.17", ac_ccda_dispense },  /* medication supply order */
    { "22.4.18", ac_ccda_dispense },  /* medication dispense */
    { "22.4.43", ac_ccda_supply },    /* planned supply */
    { "22.4.50", ac_ccda_supply },    /* non-medicinal supply activity */
    { "22.4.12", ac_ccda_procedure }, /* procedure activity act */
    { "22.4.13", ac_ccda_procedure }, /* procedure activity observation */
    { "22.4.14", ac_ccda_procedure }, /* procedure activity procedure */
    { "22.4.40", ac_ccda_encounter }, /* planned encounter */
    { "22.4.49", ac_ccda_encounter }, /* encounter activity */
    { "22.4.20", ac_ccda_request },   /* instruction */
    { "22.4.39", ac_ccda_request },   /* planned act */
    { "22.4.41", ac_ccda_request },   /* planned procedure */
    { "22.4.44", ac_ccda_request },   /* planned observation */
    { "22.4.130", ac_ccda_request },  /* nutrition recommendation */
    { "22.4.140", ac_ccda_request },  /* patient referral act */
    { "22.4.121", ac_ccda_goal },     /* goal observation */
    { "22.4.61", ac_ccda_policy },    /* policy activity */
    { "22.4.122", elsewhere },        /* entry reference */
    { "1.19", administrative },       /* authorization activity */
    { "22.4.129", administrative },   /* planned coverage */
    { "22.4.64", words_only },        /* comment activity */
    { "22.4.202", words_only },       /* note activity */
};

static ac_ccda_reader *by_template(const ac_tree_node *s)
{
    for (size_t i = 0; i < sizeof templates / sizeof templates[0]; i++)
        if (ac_ccda_has_template(s, templates[i].arc))
            return templates[i].read;
    return NULL;
}

/* A document of another guide, or without templates: what the class and the section say. */
static ac_ccda_reader *by_section(const ac_tree_node *s, ac_sv section)
{
    static const struct {
        const char *section, *class;
        ac_ccda_reader *read;
    } rows[] = { { "11450-4", "observation", ac_ccda_problem }, { "11348-0", "observation", ac_ccda_problem },
                 { "48765-2", "observation", ac_ccda_allergy }, { "30954-2", "organizer", ac_ccda_report },
                 { "10157-6", "organizer", ac_ccda_family },    { "11369-6", "substanceAdministration", ac_ccda_immunization },
                 { "10160-0", "supply", ac_ccda_dispense },     { "11450-4", "act", concern },
                 { "11348-0", "act", concern },                 { "48765-2", "act", concern } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(section, ac_sv_z(rows[i].section)) && ac_ccda_is_a(s, rows[i].class))
            return rows[i].read;
    return NULL;
}

/* What an act is, only its code tells; those of HL7's own classes tell nothing. */
static bool has_clinical_code(const ac_tree_node *s)
{
    const ac_tree_node *code = ac_tree_child(s, AC_SV("code"));
    return !ac_ccda_is_null(code) && ac_ccda_attr(code, "code").n &&
           !ac_sv_starts(ac_ccda_attr(code, "codeSystem"), AC_SV("2.16.840.1.113883.5."));
}

static ac_ccda_reader *by_class(const ac_tree_node *s)
{
    static const ac_ccda_pair planned[] = { { "INT", "" }, { "RQO", "" }, { "PRMS", "" }, { "PRP", "" }, { "ARQ", "" }, { "APT", "" }, { NULL, NULL } };
    static const struct {
        const char *class;
        ac_ccda_reader *read, *planned;
    } rows[] = { { "observation", ac_ccda_observation, ac_ccda_request },
                 { "procedure", ac_ccda_procedure, ac_ccda_request },
                 { "act", ac_ccda_procedure, ac_ccda_request },
                 { "encounter", ac_ccda_encounter, ac_ccda_encounter },
                 { "substanceAdministration", ac_ccda_medication, ac_ccda_medication },
                 { "supply", ac_ccda_supply, ac_ccda_supply },
                 { "organizer", ac_ccda_panel, ac_ccda_panel },
                 { "observationMedia", media, media } };
    ac_sv mood = ac_ccda_attr(s, "moodCode");
    bool later = false;
    for (size_t i = 0; planned[i].from; i++)
        later |= ac_sv_eq(mood, ac_sv_z(planned[i].from));
    if (ac_sv_eq(mood, AC_SV("GOL")))
        return ac_ccda_is_a(s, "observation") ? ac_ccda_goal : NULL;
    if (ac_ccda_is_a(s, "act") && !has_clinical_code(s))
        return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_ccda_is_a(s, rows[i].class))
            return later ? rows[i].planned : rows[i].read;
    return NULL;
}

/* Elements of statements that some reader takes; every other one is counted. */
static void count_members(ac_ccda_maker *m, const ac_tree_node *s)
{
    static const char *const read[] = {
        "templateId", "id", "code", "text", "statusCode", "effectiveTime", "value", "author", "entryRelationship", "component",
        "participant", "performer", "interpretationCode", "methodCode", "targetSiteCode", "referenceRange", "specimen", "repeatNumber",
        "routeCode", "doseQuantity", "rateQuantity", "maxDoseQuantity", "administrationUnitCode", "approachSiteCode", "consumable",
        "precondition", "product", "quantity", "dischargeDispositionCode", "priorityCode",
    };
    for (const ac_tree_node *c = s->first; c; c = c->next) {
        size_t i = 0;
        while (c->name.n && i < sizeof read / sizeof read[0] && !ac_ccda_is_a(c, read[i]))
            i++;
        bool family = ac_ccda_is_a(c, "subject") && ac_ccda_is_a(s, "organizer");
        m->out.record.coverage.members += c->name.n > 0;
        if (i == sizeof read / sizeof read[0] && !family) {
            m->out.record.coverage.members_unknown++;
            ac_ccda_skip(m, s->name, c->name);
        }
    }
}

void ac_ccda_statement(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at, ac_sv *url)
{
    ac_sv outer = m->path, made = { 0 };
    m->out.record.coverage.resources++;
    if (url)
        *url = made;
    if (ac_ccda_is_null(s) || m->full) /* "no information": nothing is lost */
        return;
    ac_ccda_reader *read = at->depth > AC_CCDA_NESTED_MAX ? NULL : by_template(s);
    if (!read && at->depth <= AC_CCDA_NESTED_MAX)
        read = by_section(s, at->section);
    if (!read && at->depth <= AC_CCDA_NESTED_MAX)
        read = by_class(s);
    m->path = at->path;
    if (!read) {
        lose(m, s);
        if (at->depth <= AC_CCDA_NESTED_MAX)
            ac_ccda_nested(m, s, at, NULL, NULL, NULL);
    } else {
        count_members(m, s);
        made = read(m, s, at);
    }
    m->path = outer;
    if (made.n)
        ac_ccda_remember(m, s, made);
    if (url)
        *url = made;
}

void ac_ccda_nested(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at, ac_ccda_taker *taken, void *self, ac_rec_texts *made)
{
    unsigned components = 0, relations = 0;
    for (const ac_tree_node *h = s->first; h && !m->full; h = h->next) {
        bool component = ac_ccda_is_a(h, "component");
        if (!component && !ac_ccda_is_a(h, "entryRelationship"))
            continue;
        unsigned nr = component ? ++components : ++relations;
        const ac_tree_node *within = ac_ccda_statement_in(h);
        ac_sv url;
        if (!within || (taken && taken(m, within, self)))
            continue;
        ac_ccda_place below = *at;
        ac_sv index = ac_arena_printf(m->arena, "/%s[%u]", component ? "component" : "entryRelationship", nr);
        below.path = ac_ccda_join(m, at->path, index, AC_SV(""));
        below.depth++;
        ac_ccda_statement(m, within, &below, &url);
        if (made && url.n)
            ac_ccda_push_text(m, made, url);
    }
}

/* ---- what statements share ---- */

static ac_sv statement_key(ac_ccda_maker *m, const ac_tree_node *id)
{
    return ac_ccda_join(m, ac_ccda_attr(id, "root"), AC_SV(" "), ac_ccda_attr(id, "extension"));
}

void ac_ccda_remember(ac_ccda_maker *m, const ac_tree_node *s, ac_sv url)
{
    AC_CCDA_EACH(id, s, "id")
        if (!ac_ccda_is_null(id)) {
            ac_sv *kept = AC_CCDA_NEW_OF(m, ac_sv);
            *kept = url;
            ac_ccda_put(m, &m->made_of, statement_key(m, id), kept);
        }
}

ac_sv ac_ccda_remembered(ac_ccda_maker *m, const ac_tree_node *s)
{
    AC_CCDA_EACH(id, s, "id")
    {
        const ac_sv *url = ac_ccda_is_null(id) ? NULL : ac_ccda_get(&m->made_of, statement_key(m, id));
        if (url)
            return *url;
    }
    return AC_SV("");
}

ac_sv ac_ccda_comment(ac_ccda_maker *m, const ac_tree_node *within)
{
    bool comment = ac_ccda_has_template(within, "22.4.64") || ac_ccda_has_template(within, "22.4.20") ||
                   ac_ccda_attr_is(ac_tree_child(within, AC_SV("code")), "code", "48767-8");
    return comment ? ac_ccda_text(m, ac_tree_child(within, AC_SV("text"))) : AC_SV("");
}

bool ac_ccda_negated(const ac_tree_node *s) { return ac_ccda_attr_is(s, "negationInd", "true") || ac_ccda_attr_is(s, "negationInd", "1"); }
ac_sv ac_ccda_status(const ac_tree_node *s) { return ac_ccda_attr(ac_tree_child(s, AC_SV("statusCode")), "code"); }
