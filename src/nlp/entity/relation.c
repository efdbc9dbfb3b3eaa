#include "nlp/entity/relation.h"

#include "nlp/entity/attribute_parse.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/section.h"

enum { REASON_GAP = 4, REASON_REACH = 30, TREATED_GAP = 3, REACTION_GAP = 6, LOOK_ENTITIES = 8 };

static bool is_finding(const ac_entity *e)
{
    return (e->kind == AC_KIND_PROBLEM || e->kind == AC_KIND_SYMPTOM) && !e->in_header;
}

static ac_rc link(ac_note *note, ac_attr_kind kind, uint32_t from, uint32_t to, ac_err *err)
{
    ac_entity *e = &note->entities.at[from];
    for (size_t i = 0; i < e->attrs.n; i++)
        if (e->attrs.at[i].kind == (uint8_t)kind && e->attrs.at[i].entity == to)
            return AC_OK;
    ac_attr a = { .kind = (uint8_t)kind, .span = note->entities.at[to].span, .entity = to };
    return ac_entity_add_attr(note->arena, e, a) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for relations");
}

/* Only "and", commas and the like between: the next member of a list. */
static bool listed(const ac_note *note, uint32_t from, uint32_t to)
{
    static const char *const words[] = { "and", "y", "e", "or", "o", ",", "/", "&" };
    if (to < from || to - from > 2)
        return false;
    for (uint32_t i = from; i < to; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
            known |= ac_sv_eq_nocase(ac_token_text(note, i), ac_sv_z(words[k]));
        if (!known)
            return false;
    }
    return to > from;
}

static bool punct_between(const ac_note *note, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++)
        if (ac_token_is(note, i, ';') || ac_token_is(note, i, '.') || ac_token_is(note, i, ','))
            return true;
    return false;
}

/* A word such as "for", or "as needed for", that leads to the finding at token; or "si dolor", which holds it. */
static bool reason_before(const ac_note *note, uint32_t floor, uint32_t token)
{
    for (uint32_t back = 0; back <= REASON_GAP + 2 && floor + back <= token; back++) {
        uint32_t at = token - back;
        const ac_mark *why = ac_mark_at(note, at, AC_SIG_FOR), *prn = ac_mark_at(note, at, AC_SIG_AS_NEEDED);
        const ac_mark *m = why ? why : prn && ac_mark_norm(prn).n ? prn : NULL;
        if (m && m->token_end > token)
            return m == prn; /* inside "si dolor" */
        if (m && token - m->token_end <= REASON_GAP && !punct_between(note, m->token_end, token))
            return true;
        if (prn && !m && prn->token_end == token) /* "prn pain" */
            return true;
    }
    return false;
}

static bool says_not_given(ac_sv status)
{
    static const char *const not_given[] = { "stopped", "on-hold", "not-taken" };
    for (size_t i = 0; i < sizeof not_given / sizeof not_given[0]; i++)
        if (ac_sv_eq(status, ac_sv_z(not_given[i])))
            return true;
    return false;
}

/* What was stopped or never given "due to" something was not given for it. */
static bool is_given(const ac_entity *e)
{
    const ac_attr *status = ac_entity_attr(e, AC_ATTR_STATUS);
    return e->assertion != AC_ABSENT && !(status && says_not_given(status->norm));
}

/* "but she stopped it because of pain" */
static bool stopped_between(const ac_note *note, uint32_t from, uint32_t to)
{
    for (uint32_t at = from; at < to; at++) {
        const ac_mark *m = ac_mark_at(note, at, AC_SIG_STATUS);
        if (m && says_not_given(ac_mark_norm(m)))
            return true;
    }
    return false;
}

/* medication ... for finding (and finding) */
static ac_rc indications_after(ac_note *note, uint32_t med, ac_err *err)
{
    ac_place p = ac_place_of(note, med), last = p;
    bool linked = false;
    for (uint32_t i = med + 1; i < note->entities.n && i <= med + LOOK_ENTITIES; i++) {
        const ac_entity *e = &note->entities.at[i];
        ac_place x = ac_place_of(note, i);
        if (x.begin >= p.to || e->kind == AC_KIND_MEDICATION || x.begin - p.end > REASON_REACH)
            break;
        if (!is_finding(e))
            continue;
        bool reason = linked ? listed(note, last.end, x.begin) : reason_before(note, p.end, x.begin);
        if (!reason || e->assertion == AC_FAMILY || stopped_between(note, p.end, x.begin))
            break;
        AC_TRY(err, link(note, AC_ATTR_INDICATION, med, i, err));
        linked = true;
        last = x;
    }
    return AC_OK;
}

/* Where the medication's own words before it ("20 mg of") begin. */
static uint32_t own_begin(const ac_note *note, const ac_place *p)
{
    const ac_entity *e = &note->entities.at[p->entity];
    uint32_t at = p->begin;
    for (size_t i = 0; i < e->attrs.n; i++) {
        const ac_attr *a = &e->attrs.at[i];
        if (a->kind == AC_ATTR_STATUS || a->span.begin >= e->span.begin)
            continue;
        uint32_t t = ac_note_token_at(note, a->span.begin);
        at = t < at && t >= p->from ? t : at;
    }
    return at;
}

/* "an episode in 2016 treated with fluoxetine": what was treated is over, and so is its treatment. A lasting disease that is
 * told as history is treated still. */
static bool is_over(const ac_entity *e)
{
    const uint32_t lasting = AC_CONCEPT_CHRONIC | AC_CONCEPT_CANCER | AC_CONCEPT_RISK;
    return e->assertion == AC_HISTORICAL && e->concept != AC_NONE && !(ac_concept_flags(e->concept) & lasting) &&
           ac_entity_attr(e, AC_ATTR_DATE);
}

/* finding treated with medication */
static ac_rc indication_before(ac_note *note, uint32_t med, ac_err *err)
{
    ac_place p = ac_place_of(note, med);
    uint32_t at = own_begin(note, &p);
    const ac_mark *m = ac_mark_before(note, at, AC_SIG_TREATED);
    if (!m || med == 0 || m->token_begin < p.from)
        return AC_OK;
    const ac_entity *e = &note->entities.at[med - 1];
    ac_place x = ac_place_of(note, med - 1);
    bool weak = m->token_end - m->token_begin == 1; /* "on", "takes" */
    if (!is_finding(e) || x.begin < p.from || x.end > m->token_begin || e->assertion == AC_ABSENT || e->assertion == AC_FAMILY ||
        m->token_begin - x.end > (weak ? 0 : TREATED_GAP))
        return AC_OK;
    for (uint32_t i = x.end; i < m->token_begin; i++)
        if (ac_token_is(note, i, ';') || ac_token_is(note, i, '.'))
            return AC_OK;
    if (is_over(e) && note->entities.at[med].assertion == AC_PRESENT)
        note->entities.at[med].assertion = AC_HISTORICAL;
    return link(note, AC_ATTR_INDICATION, med, med - 1, err);
}

static bool is_allergen(const ac_note *note, const ac_entity *e)
{
    if (e->kind == AC_KIND_PROBLEM && e->concept != AC_NONE && ac_sv_ends(ac_concept_id(e->concept), AC_SV("-allergy")))
        return !e->in_header;
    return !e->in_header && (e->kind == AC_KIND_ALLERGY || (e->kind == AC_KIND_MEDICATION &&
                             ac_note_section_type_at(note, e->span.begin) == AC_SECTION_ALLERGIES));
}

/* "(", "-", ":", "causes" lead from the allergen to what it did. */
static bool leads_to_reaction(const ac_note *note, uint32_t from, uint32_t to)
{
    bool leads = false;
    if (to < from || to - from > REACTION_GAP)
        return false;
    for (uint32_t i = from; i < to; i++) {
        if (ac_token_is(note, i, ';') || ac_token_is(note, i, '.'))
            return false;
        leads |= ac_token_is(note, i, '(') || ac_token_is_dash(note, i) || ac_token_is(note, i, ':') ||
                 ac_token_is(note, i, '=') || ac_mark_at(note, i, AC_SIG_REACTION);
    }
    return leads;
}

static ac_rc reactions(ac_note *note, uint32_t allergen, ac_err *err)
{
    ac_place p = ac_place_of(note, allergen), last = p;
    bool linked = false;
    for (uint32_t i = allergen + 1; i < note->entities.n && i <= allergen + LOOK_ENTITIES; i++) {
        const ac_entity *e = &note->entities.at[i];
        ac_place x = ac_place_of(note, i);
        if (x.begin >= p.to || is_allergen(note, e))
            break;
        if (!is_finding(e))
            continue;
        if (linked ? !listed(note, last.end, x.begin) : !leads_to_reaction(note, p.end, x.begin))
            break;
        AC_TRY(err, link(note, AC_ATTR_REACTION, allergen, i, err));
        linked = true;
        last = x;
    }
    return AC_OK;
}

ac_rc ac_step_relations(ac_note *note, ac_err *err)
{
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (is_allergen(note, e)) {
            AC_TRY(err, reactions(note, i, err));
        } else if (e->kind == AC_KIND_MEDICATION && !e->in_header && is_given(e)) {
            AC_TRY(err, indications_after(note, i, err));
            AC_TRY(err, indication_before(note, i, err));
        }
    }
    return AC_OK;
}

ac_rc ac_note_relations(const ac_note *note, ac_arena *arena, ac_relations *out, ac_err *err)
{
    ac_relations found = { 0 };
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        for (size_t k = 0; k < e->attrs.n; k++) {
            const ac_attr *a = &e->attrs.at[k];
            ac_relation *r = ac_vec_push(&found, arena);
            if (!r)
                return ac_fail(err, AC_ELIMIT, "no room for %zu relations", found.n + 1);
            *r = (ac_relation) { (ac_attr_kind)a->kind, i, a->entity, a->span, a };
        }
    }
    *out = found;
    return AC_OK;
}
