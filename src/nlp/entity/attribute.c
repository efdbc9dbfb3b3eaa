#include "nlp/entity/attribute.h"

#include "nlp/entity/attribute_parse.h"
#include "nlp/entity/quantity.h"
#include "nlp/time/time.h"

enum { BEFORE_STEPS = 4, AFTER_STEPS = 7, UNKNOWN_MIN = 4, GRADE_BACK = 5, SCORE_MAX = 10, NAMED_STEPS = 16 };

ac_rc ac_attribute_add(ac_note *note, uint32_t entity, ac_attr a, ac_err *err)
{
    ac_entity *e = &note->entities.at[entity];
    if (ac_entity_attr(e, (ac_attr_kind)a.kind))
        return AC_OK;
    return ac_entity_add_attr(note->arena, e, a) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for attributes");
}

static ac_rc add_mark(ac_note *note, uint32_t entity, ac_attr_kind kind, const ac_mark *m, ac_err *err)
{
    return ac_attribute_add(note, entity, (ac_attr) { .kind = (uint8_t)kind, .norm = ac_mark_norm(m), .entity = AC_NONE,
                            .span = ac_tokens_span(note, m->token_begin, m->token_end) }, err);
}

/* ---- grades ---------------------------------------------------------------------------------------------------- */

static const char *const grade_words[] = { "grade", "stage", "class", NULL };

static bool is_grade(const ac_mark *m) { return ac_sv_one_of(ac_mark_norm(m), grade_words); }

/* "2", "III", "IV", "IIIB" */
static bool grade_value(const ac_note *note, uint32_t token)
{
    ac_sv s = ac_token_text(note, token);
    if (ac_token_kind_is(note, token, AC_TOKEN_NUMBER))
        return s.n <= 2;
    size_t i = 0;
    while (i < s.n && (s.p[i] == 'I' || s.p[i] == 'V'))
        i++;
    return i && s.n <= 5 && (i == s.n || (i + 1 == s.n && s.p[i] >= 'A' && s.p[i] <= 'C') || i + 2 == s.n);
}

/* "grade 2/6", "grado III/IV", "NYHA class III": the token after it, or 0. */
static uint32_t grade_end(const ac_note *note, uint32_t token, const ac_mark **mark)
{
    const ac_mark *m = ac_mark_at(note, token, AC_SIG_SEVERITY);
    if (!m || !is_grade(m) || !grade_value(note, m->token_end))
        return 0;
    uint32_t end = m->token_end + 1;
    if (ac_token_kind_is(note, end, AC_TOKEN_WORD) && ac_token_joined(note, end) && ac_token_text(note, end).n == 1)
        end++; /* 3b */
    if ((ac_token_is(note, end, '/') || ac_token_is_dash(note, end)) && grade_value(note, end + 1))
        end += 2;
    *mark = m;
    return end;
}

static ac_rc add_grade(ac_note *note, uint32_t entity, const ac_mark *m, uint32_t end, ac_err *err)
{
    ac_sv word = ac_mark_norm(m), value = ac_span_text(note->text, ac_tokens_span(note, m->token_end, end));
    ac_sv norm = ac_arena_printf(note->arena, "%.*s %.*s", (int)word.n, word.p, (int)value.n, value.p);
    if (!norm.p)
        return ac_fail(err, AC_ELIMIT, "no room for a grade");
    return ac_attribute_add(note, entity, (ac_attr) { .kind = AC_ATTR_SEVERITY, .norm = norm, .entity = AC_NONE,
                            .span = ac_tokens_span(note, m->token_begin, end) }, err);
}

static ac_rc grade_before(ac_note *note, const ac_place *p, ac_err *err)
{
    const ac_mark *m = NULL;
    for (uint32_t back = 2; back <= GRADE_BACK && p->from + back <= p->begin; back++)
        if (grade_end(note, p->begin - back, &m) == p->begin && m)
            return add_grade(note, p->entity, m, p->begin, err);
    return AC_OK;
}

/* ---- the noun phrase around the entity --------------------------------------------------------------------------- */

static ac_rc add_site(ac_note *note, uint32_t entity, uint32_t site, ac_err *err)
{
    return ac_attribute_add(note, entity, (ac_attr) { .kind = AC_ATTR_SITE, .span = note->entities.at[site].span,
                            .entity = site }, err);
}

static bool is_anatomy(const ac_note *note, uint32_t i)
{
    return i < note->entities.n && note->entities.at[i].kind == AC_KIND_ANATOMY;
}

/* Adjectives before: "severe left-sided chest pain", "right knee swelling". One unknown adjective may stand between. */
static ac_rc walk_before(ac_note *note, const ac_place *p, ac_err *err)
{
    uint32_t at = p->begin, site = p->entity;
    bool unknown = false;
    for (int k = 0; k < BEFORE_STEPS && at > p->from; k++) {
        const ac_mark *side = ac_mark_before(note, at, AC_SIG_LATERALITY), *bad = ac_mark_before(note, at, AC_SIG_SEVERITY);
        ac_place prev = site ? ac_place_of(note, site - 1) : *p;
        if (site && is_anatomy(note, site - 1) && prev.end == at && prev.begin >= p->from) {
            AC_TRY(err, add_site(note, p->entity, --site, err));
            at = prev.begin;
        } else if (side && side->token_begin >= p->from && !(side->ambiguous && unknown)) {
            AC_TRY(err, add_mark(note, p->entity, AC_ATTR_LATERALITY, side, err));
            at = side->token_begin;
        } else if (bad && bad->token_begin >= p->from && !bad->ambiguous && !is_grade(bad)) {
            AC_TRY(err, add_mark(note, p->entity, AC_ATTR_SEVERITY, bad, err));
            at = bad->token_begin;
        } else {
            unknown = true;
            if (note->tokens.at[at - 1].kind != AC_TOKEN_WORD || ac_token_text(note, at - 1).n < UNKNOWN_MIN || k > 1 ||
                note->marks.first[at - 1] != AC_NONE)
                break;
            at--;
        }
    }
    return AC_OK;
}

static const char *const joins[] = { "in", "on", "of", "at", "the", "his", "her", "en", "de", "del", "la", "el", "los",
                                     "las", "a", "su", "is", "was", "are", "es", "nivel", "over", "to", NULL };

static bool pain_score(const ac_note *note, uint32_t at, ac_measured *m)
{
    return ac_measured_at(note, at, m) && m->q.pair && m->q.high == SCORE_MAX && m->q.low <= SCORE_MAX &&
           m->kind == AC_UNIT_NONE && !ac_time_at(note, ac_tokens_span(note, m->begin, m->end));
}

static ac_rc add_score(ac_note *note, uint32_t entity, const ac_measured *m, ac_err *err)
{
    ac_span span = ac_tokens_span(note, m->begin, m->end);
    return ac_attribute_add(note, entity, (ac_attr) { .kind = AC_ATTR_SEVERITY, .span = span, .entity = AC_NONE,
                            .norm = ac_span_text(note->text, span), .quantity = m->q }, err);
}

/* After: "dolor intenso en rodilla derecha", "murmur grade 2/6", "pain is severe", "pain 8/10". */
static ac_rc walk_after(ac_note *note, const ac_place *p, ac_err *err)
{
    uint32_t at = p->end, next = p->entity + 1;
    for (int k = 0; k < AFTER_STEPS && at < p->to; k++) {
        const ac_mark *side = ac_mark_at(note, at, AC_SIG_LATERALITY), *bad = ac_mark_at(note, at, AC_SIG_SEVERITY), *m;
        ac_place site = is_anatomy(note, next) ? ac_place_of(note, next) : *p;
        ac_measured score;
        uint32_t graded = grade_end(note, at, &m);
        if (graded && graded <= p->to) {
            AC_TRY(err, add_grade(note, p->entity, m, graded, err));
            at = graded;
        } else if (is_anatomy(note, next) && site.begin == at) {
            AC_TRY(err, add_site(note, p->entity, next++, err));
            at = site.end;
        } else if (side && side->token_end <= p->to && !side->ambiguous) {
            AC_TRY(err, add_mark(note, p->entity, AC_ATTR_LATERALITY, side, err));
            at = side->token_end;
        } else if (bad && bad->token_end <= p->to && !bad->ambiguous && !is_grade(bad)) {
            AC_TRY(err, add_mark(note, p->entity, AC_ATTR_SEVERITY, bad, err));
            at = bad->token_end;
        } else if (pain_score(note, at, &score) && score.end <= p->to) {
            return add_score(note, p->entity, &score, err);
        } else if (ac_sv_one_of(ac_token_text(note, at), joins))
            at++;
        else
            break;
    }
    return AC_OK;
}

/* It says itself that it is a severity: "moderate in intensity", "de intensidad leve". */
static bool is_named(const ac_note *note, const ac_mark *m)
{
    static const char *const nouns[] = { "severity", "intensity", "severidad", "intensidad", "gravedad", NULL };
    for (uint32_t at = m->token_begin; at < m->token_end; at++)
        if (ac_sv_one_of(ac_token_text(note, at), nouns))
            return true;
    return false;
}

/* Further on, behind commas, times and places: "cefalea de tres días, opresiva, de intensidad moderada". Only where nothing
 * else is meant by it: up to the next finding or the end of the sentence. */
static ac_rc named_after(ac_note *note, const ac_place *p, ac_err *err)
{
    uint32_t end = p->to < p->end + NAMED_STEPS ? p->to : p->end + NAMED_STEPS;
    for (uint32_t next = p->entity + 1; next < note->entities.n; next++) {
        const ac_place other = ac_place_of(note, next);
        if (is_anatomy(note, next) && other.begin < end)
            continue;
        end = other.begin < end ? other.begin : end;
        break;
    }
    for (uint32_t at = p->end; at < end && !ac_token_is(note, at, ';') && !ac_token_is(note, at, '.'); at++) {
        const ac_mark *m = ac_mark_at(note, at, AC_SIG_SEVERITY);
        if (m && m->token_end <= end && is_named(note, m))
            return add_mark(note, p->entity, AC_ATTR_SEVERITY, m, err);
    }
    return AC_OK;
}

static ac_rc inside(ac_note *note, const ac_place *p, ac_err *err)
{
    for (uint32_t at = p->begin; at < p->end; at++) {
        const ac_mark *side = ac_mark_at(note, at, AC_SIG_LATERALITY);
        if (side && !side->ambiguous && side->token_end <= p->end)
            return add_mark(note, p->entity, AC_ATTR_LATERALITY, side, err);
    }
    return AC_OK;
}

ac_rc ac_step_attributes(ac_note *note, ac_err *err)
{
    for (uint32_t i = 0; i < note->entities.n; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (e->in_header || (e->kind != AC_KIND_PROBLEM && e->kind != AC_KIND_SYMPTOM && e->kind != AC_KIND_PROCEDURE))
            continue;
        ac_place p = ac_place_of(note, i);
        AC_TRY(err, inside(note, &p, err));
        AC_TRY(err, grade_before(note, &p, err));
        AC_TRY(err, walk_before(note, &p, err));
        AC_TRY(err, walk_after(note, &p, err));
        if (e->kind != AC_KIND_PROCEDURE)
            AC_TRY(err, named_after(note, &p, err));
        AC_TRY(err, ac_attribute_times(note, &p, err));
    }
    return AC_OK;
}
