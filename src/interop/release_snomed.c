/* SNOMED CT, Release Format 2: the snapshots of concepts and descriptions. Tab-separated, nothing quoted, a header line. */
#include "interop/release.h"

#include "nlp/lexicon/vocabulary_words.h"

enum { D_ID, D_TIME, D_ACTIVE, D_MODULE, D_CONCEPT, D_LANGUAGE, D_TYPE, D_TERM, D_CASE, D_COLUMNS };
enum { C_ID, C_TIME, C_ACTIVE, C_MODULE, C_STATUS, C_COLUMNS };

#define FULLY_SPECIFIED "900000000000003001"
#define SYNONYM "900000000000013009"

static bool header(ac_sv line, const char *const *names, size_t columns)
{
    ac_sv c[D_COLUMNS];
    if (ac_release_split(line, '\t', c, D_COLUMNS) != columns)
        return false;
    for (size_t i = 0; i < columns; i++)
        if (!ac_sv_eq_nocase(c[i], ac_sv_z(names[i])))
            return false;
    return true;
}

bool ac_release_descriptions_fits(ac_release *r, ac_sv line)
{
    static const char *const names[] = { "id", "effectiveTime", "active", "moduleId", "conceptId",
                                         "languageCode", "typeId", "term", "caseSignificanceId" };
    (void)r;
    return header(line, names, D_COLUMNS);
}

bool ac_release_concepts_fits(ac_release *r, ac_sv line)
{
    static const char *const names[] = { "id", "effectiveTime", "active", "moduleId", "definitionStatusId" };
    (void)r;
    return header(line, names, C_COLUMNS);
}

static bool is_id(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    return s.n >= 6 && s.n <= 18; /* SCTID */
}

/* "Asthma (disorder)": the tag says the kind and is no part of the name. */
static ac_line_rc fully_specified(ac_release *r, ac_item *item, ac_err *err)
{
    ac_item kind = { .what = AC_ITEM_KIND, .group = item->group };
    size_t open = item->term.n;
    ac_kind k;
    while (open && item->term.p[open - 1] != '(')
        open--;
    if (!ac_sv_ends(item->term, AC_SV(")")) || !open)
        return ac_release_leave(r, AC_LEFT_KIND);
    ac_sv tag = ac_sv_sub(item->term, open, item->term.n - 1);
    item->term = ac_sv_trim(ac_sv_sub(item->term, 0, open - 1));
    if (ac_release_kind(AC_RELEASE_SEMANTIC_TAG, tag, &k, &kind.order)) {
        kind.kind = (uint8_t)k;
        ac_line_rc rc = ac_release_take(r, &kind, err);
        if (rc != AC_LINE_GOOD)
            return rc;
    }
    item->rank = AC_RANK_PREFERRED;
    return item->term.n ? ac_release_take(r, item, err) : AC_LINE_GOOD;
}

ac_line_rc ac_release_descriptions(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[D_COLUMNS];
    ac_lang lang;
    if (ac_release_split(line, '\t', c, D_COLUMNS) != D_COLUMNS || !is_id(c[D_CONCEPT]) || c[D_ACTIVE].n != 1 || !c[D_TERM].n)
        return AC_LINE_BAD;
    if (c[D_ACTIVE].p[0] != '1')
        return ac_release_leave(r, AC_LEFT_SUPPRESSED);
    if (!ac_lang_from(ac_sv_sub(c[D_LANGUAGE], 0, 2), &lang))
        return ac_release_leave(r, AC_LEFT_LANGUAGE);
    ac_item item = { .what = AC_ITEM_TERM, .kind = AC_KIND_COUNT, .order = AC_ORDER_NONE, .langs = (uint8_t)(1u << lang),
                     .rank = AC_RANK_SYNONYM, .group = c[D_CONCEPT], .system = AC_SV("snomed"), .code = c[D_CONCEPT],
                     .term = c[D_TERM] };
    if (ac_sv_eq(c[D_TYPE], AC_SV(FULLY_SPECIFIED)))
        return fully_specified(r, &item, err);
    if (!ac_sv_eq(c[D_TYPE], AC_SV(SYNONYM)))
        return ac_release_leave(r, AC_LEFT_KIND); /* a definition */
    return ac_release_take(r, &item, err);
}

ac_line_rc ac_release_concepts(ac_release *r, ac_sv line, ac_err *err)
{
    ac_sv c[C_COLUMNS];
    if (ac_release_split(line, '\t', c, C_COLUMNS) != C_COLUMNS || !is_id(c[C_ID]) || c[C_ACTIVE].n != 1)
        return AC_LINE_BAD;
    if (c[C_ACTIVE].p[0] == '1')
        return AC_LINE_GOOD;
    return ac_release_take(r, &(ac_item) { .what = AC_ITEM_CLOSED, .group = c[C_ID] }, err);
}
