#include "lexc/lexc.h"

#include "nlp/lexicon/lexicon.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Columns of data/lexicon. */
enum { COL_ID, COL_KIND, COL_CODES, COL_FLAGS, COL_EN, COL_ES, COL_ANY, COLUMNS };

static const struct {
    const char *word;
    uint32_t bit;
} flag_words[] = {
    { "chronic", AC_CONCEPT_CHRONIC },   { "acute", AC_CONCEPT_ACUTE },         { "risk", AC_CONCEPT_RISK },
    { "cancer", AC_CONCEPT_CANCER },     { "infection", AC_CONCEPT_INFECTION }, { "sign", AC_CONCEPT_SIGN },
    { "redflag", AC_CONCEPT_REDFLAG },   { "otc", AC_CONCEPT_OTC },             { "qual", AC_CONCEPT_QUAL },
    { "panel", AC_CONCEPT_PANEL },       { "imaging", AC_CONCEPT_IMAGING },     { "surgery", AC_CONCEPT_SURGERY },
    { "endoscopy", AC_CONCEPT_ENDOSCOPY }, { "therapy", AC_CONCEPT_THERAPY },   { "screening", AC_CONCEPT_SCREENING },
    { "test", AC_CONCEPT_TEST },         { "paired", AC_CONCEPT_PAIRED },       { "implant", AC_CONCEPT_IMPLANT },
    { "food", AC_CONCEPT_FOOD },         { "env", AC_CONCEPT_ENV },             { "insect", AC_CONCEPT_INSECT },
    { "contact", AC_CONCEPT_CONTACT },   { "tobacco", AC_CONCEPT_TOBACCO },     { "alcohol", AC_CONCEPT_ALCOHOL },
    { "drug", AC_CONCEPT_DRUG },         { "work", AC_CONCEPT_WORK },           { "living", AC_CONCEPT_LIVING },
    { "sex=f", AC_CONCEPT_FEMALE },      { "sex=m", AC_CONCEPT_MALE },
};

static const struct {
    const char *key;
    size_t field; /* offset of a double in ac_pack_reference */
} range_words[] = {
    { "low", offsetof(ac_pack_reference, low) },           { "high", offsetof(ac_pack_reference, high) },
    { "lowf", offsetof(ac_pack_reference, lowf) },         { "highf", offsetof(ac_pack_reference, highf) },
    { "lowm", offsetof(ac_pack_reference, lowm) },         { "highm", offsetof(ac_pack_reference, highm) },
    { "critlow", offsetof(ac_pack_reference, crit_low) },  { "crithigh", offsetof(ac_pack_reference, crit_high) },
};

typedef struct {
    ac_sb codes, classes, combo, references;
    uint32_t n_codes, n_classes, n_combo, n_references;
} lists;

static ac_rc set_range(ac_pack_reference *r, ac_sv key, ac_sv value, ac_err *err)
{
    for (size_t i = 0; i < sizeof range_words / sizeof range_words[0]; i++)
        if (ac_sv_eq(key, ac_sv_z(range_words[i].key))) {
            double v;
            if (!ac_sv_to_double(value, &v))
                return ac_fail(err, AC_EINPUT, "a range that is no number");
            memcpy((unsigned char *)r + range_words[i].field, &v, sizeof v);
            return AC_OK;
        }
    return ac_fail(err, AC_EINPUT, "an unknown flag");
}

/* "mmol/L*18.016" or "mmol/mol{Hb}*0.0915+2.15". UCUM itself may hold a star ("10*9/L"): the last one counts. */
static ac_rc set_alt(lexc *l, ac_pack_reference *r, ac_sv value, ac_err *err)
{
    size_t star = value.n, sign = value.n;
    while (star > 0 && value.p[star - 1] != '*')
        star--;
    for (size_t i = star + 1; star && i < value.n && sign == value.n; i++)
        if (value.p[i] == '+' || value.p[i] == '-')
            sign = i;
    ac_pack_alt alt = { 0 };
    if (!star || !ac_sv_to_double(ac_sv_sub(value, star, sign), &alt.factor) ||
        (sign < value.n && !ac_sv_to_double(ac_sv_sub(value, sign, value.n), &alt.offset)))
        return ac_fail(err, AC_EINPUT, "alt needs UNIT*FACTOR or UNIT*FACTOR+OFFSET");
    if (r->n_alts == AC_PACK_ALTS)
        return ac_fail(err, AC_EINPUT, "too many alternative units");
    alt.unit = lexc_string(&l->strings, ac_sv_sub(value, 0, star - 1));
    r->alts[r->n_alts++] = alt;
    return AC_OK;
}

static ac_rc add_classes(lexc *l, lists *ls, ac_pack_concept *c, ac_sv value)
{
    c->classes = ls->n_classes;
    for (ac_sv one; ac_sv_split(&value, ',', &one); ls->n_classes++, c->n_classes++) {
        uint32_t off = lexc_string(&l->strings, one);
        ac_sb_add(&ls->classes, (ac_sv) { (const char *)&off, sizeof off });
    }
    return AC_OK;
}

static uint32_t row_of(const lexc *l, ac_sv id)
{
    for (size_t lo = 0, hi = l->rows.n; lo < hi;) {
        size_t mid = (lo + hi) / 2;
        int cmp = ac_sv_cmp(l->rows.at[mid].cells[COL_ID], id);
        if (cmp == 0)
            return (uint32_t)mid;
        if (cmp < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return AC_NONE;
}

static ac_rc add_combo(const lexc *l, lists *ls, ac_pack_concept *c, ac_sv value, ac_err *err)
{
    c->combo = ls->n_combo;
    for (ac_sv one; ac_sv_split(&value, '+', &one); ls->n_combo++, c->n_combo++) {
        uint32_t row = row_of(l, one);
        if (row == AC_NONE)
            return ac_fail(err, AC_EINPUT, "combo names an unknown id");
        ac_sb_add(&ls->combo, (ac_sv) { (const char *)&row, sizeof row });
    }
    return AC_OK;
}

static ac_rc read_code(lexc *l, ac_sv written, ac_pack_code *out, ac_err *err)
{
    ac_sv name;
    ac_code_system system;
    if (!ac_sv_split(&written, ':', &name) || !ac_code_system_from(name, &system))
        return ac_fail(err, AC_EINPUT, "an unknown code system");
    *out = (ac_pack_code) { (uint32_t)system, lexc_string(&l->strings, written) };
    return AC_OK;
}

static ac_rc add_flag(lexc *l, lists *ls, ac_pack_concept *c, ac_pack_reference *r, ac_sv flag, ac_err *err)
{
    for (size_t i = 0; i < sizeof flag_words / sizeof flag_words[0]; i++)
        if (ac_sv_eq(flag, ac_sv_z(flag_words[i].word))) {
            c->flags |= flag_words[i].bit;
            return AC_OK;
        }
    ac_sv key, value = flag;
    (void)ac_sv_split(&value, '=', &key);
    if (ac_sv_eq(key, AC_SV("class")))
        return add_classes(l, ls, c, value);
    if (ac_sv_eq(key, AC_SV("combo")))
        return add_combo(l, ls, c, value, err);
    if (ac_sv_eq(key, AC_SV("unit"))) {
        r->unit = lexc_string(&l->strings, value);
        return AC_OK;
    }
    if (ac_sv_eq(key, AC_SV("alt")))
        return set_alt(l, r, value, err);
    if (ac_sv_eq(key, AC_SV("past")))
        return read_code(l, value, &c->past, err);
    return set_range(r, key, value, err);
}

static ac_rc add_codes(lexc *l, lists *ls, ac_pack_concept *c, ac_sv cell, ac_err *err)
{
    c->codes = ls->n_codes;
    for (ac_sv one; cell.n && ac_sv_split(&cell, ' ', &one);) {
        ac_pack_code code;
        AC_TRY(err, read_code(l, one, &code, err));
        ac_sb_add(&ls->codes, (ac_sv) { (const char *)&code, sizeof code });
        ls->n_codes++;
        c->n_codes++;
    }
    return AC_OK;
}

static ac_sv first_term(ac_sv cell)
{
    ac_sv first = { "", 0 };
    (void)ac_sv_split(&cell, '|', &first);
    while (first.n && (first.p[first.n - 1] == '^' || first.p[first.n - 1] == '?'))
        first.n--;
    return first;
}

static ac_rc add_reference(lists *ls, ac_pack_concept *c, const ac_pack_reference *r)
{
    bool any = r->unit || !isnan(r->low) || !isnan(r->high) || !isnan(r->lowf) || !isnan(r->highf);
    c->reference = any ? ls->n_references++ : AC_NONE;
    if (any)
        ac_sb_add(&ls->references, (ac_sv) { (const char *)r, sizeof *r });
    return AC_OK;
}

static ac_rc make_concept(lexc *l, lists *ls, const lexc_row *row, ac_pack_concept *c, ac_err *err)
{
    ac_kind kind;
    ac_sv kind_name = row->cells[COL_KIND];
    if (ac_sv_eq(kind_name, AC_SV("allergen")))
        kind = AC_KIND_ALLERGY;
    else if (!ac_kind_from(kind_name, &kind))
        return ac_fail(err, AC_EINPUT, "an unknown kind");
    ac_sv en = first_term(row->cells[COL_EN]), es = first_term(row->cells[COL_ES]), any = first_term(row->cells[COL_ANY]);
    c->id = lexc_string(&l->strings, row->cells[COL_ID]);
    c->name[AC_LANG_EN] = lexc_string(&l->strings, en.n ? en : any);
    c->name[AC_LANG_ES] = lexc_string(&l->strings, es.n ? es : any);
    c->kind = (uint32_t)kind;
    AC_TRY(err, add_codes(l, ls, c, row->cells[COL_CODES], err));
    ac_pack_reference r = { .low = NAN, .high = NAN, .lowf = NAN, .highf = NAN, .lowm = NAN, .highm = NAN,
                            .crit_low = NAN, .crit_high = NAN };
    ac_sv flags = row->cells[COL_FLAGS];
    for (ac_sv flag; flags.n && ac_sv_split(&flags, ' ', &flag);)
        AC_TRY(err, add_flag(l, ls, c, &r, flag, err));
    return add_reference(ls, c, &r);
}

static void cleanup_lists(lists *ls)
{
    ac_sb_cleanup(&ls->codes);
    ac_sb_cleanup(&ls->classes);
    ac_sb_cleanup(&ls->combo);
    ac_sb_cleanup(&ls->references);
}

ac_rc lexc_concepts(lexc *l, ac_sb *out, ac_terms *header, ac_err *err)
{
    const size_t max = 64 << 20;
    __attribute__((cleanup(cleanup_lists))) lists ls = { AC_SB(max), AC_SB(max), AC_SB(max), AC_SB(max), 0, 0, 0, 0 };
    ac_pack_concept *concepts = ac_arena_alloc(l->arena, (l->rows.n + 1) * sizeof *concepts);
    if (!concepts)
        return ac_fail(err, AC_ELIMIT, "too many concepts");
    for (size_t i = 0; i < l->rows.n; i++) {
        ac_rc rc = make_concept(l, &ls, &l->rows.at[i], &concepts[i], err);
        if (rc != AC_OK)
            return lexc_fail_at(err, rc, l->rows.at[i].where);
    }
    const ac_sb *const all[] = { &ls.codes, &ls.classes, &ls.combo, &ls.references };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        AC_TRY(err, ac_sb_done(all[i], err));
    header->concepts = lexc_append(out, concepts, l->rows.n, sizeof *concepts);
    header->codes = lexc_append(out, ls.codes.p, ls.n_codes, sizeof(ac_pack_code));
    header->classes = lexc_append(out, ls.classes.p, ls.n_classes, sizeof(uint32_t));
    header->combo = lexc_append(out, ls.combo.p, ls.n_combo, sizeof(uint32_t));
    header->references = lexc_append(out, ls.references.p, ls.n_references, sizeof(ac_pack_reference));
    return AC_OK;
}
