#include "nlp/lexicon/lexicon.h"

#include "base/search.h"
#include "nlp/lexicon/pack.h"

#include <math.h>

static const ac_terms *lex(void) { return ac_terms_lexicon(); }

static const ac_pack_concept *at(uint32_t concept)
{
    return (const ac_pack_concept *)ac_pack_at(lex(), lex()->concepts) + concept;
}

static ac_sv string(uint32_t off) { return ac_sv_z(ac_pack_string(lex(), off)); }

void ac_concept_fetch(uint32_t concept)
{
    const ac_pack_concept *c = at(concept);
    __builtin_prefetch(ac_pack_string(lex(), c->id));
    __builtin_prefetch(ac_pack_string(lex(), c->name[AC_LANG_EN]));
    __builtin_prefetch(ac_pack_string(lex(), c->name[AC_LANG_ES]));
    __builtin_prefetch((const ac_pack_code *)ac_pack_at(lex(), lex()->codes) + c->codes);
}

size_t ac_lexicon_size(void) { return lex()->concepts.n; }
ac_sv ac_concept_id(uint32_t concept) { return string(at(concept)->id); }
ac_kind ac_concept_kind(uint32_t concept) { return (ac_kind)at(concept)->kind; }
uint32_t ac_concept_flags(uint32_t concept) { return at(concept)->flags; }

ac_sv ac_concept_name(uint32_t concept, ac_lang lang)
{
    ac_sv name = string(at(concept)->name[lang]);
    return name.n ? name : string(at(concept)->name[AC_LANG_EN]);
}

size_t ac_concept_codes(uint32_t concept, ac_code *out, size_t max)
{
    const ac_pack_concept *c = at(concept);
    const ac_pack_code *codes = (const ac_pack_code *)ac_pack_at(lex(), lex()->codes) + c->codes;
    for (size_t i = 0; i < c->n_codes && i < max; i++)
        out[i] = (ac_code) { (ac_code_system)codes[i].system, string(codes[i].code) };
    return c->n_codes;
}

size_t ac_concept_codes_of(uint32_t concept, ac_assertion assertion, ac_code *out, size_t max)
{
    const ac_pack_code past = at(concept)->past;
    size_t n = ac_concept_codes(concept, out, max), kept = 0;
    if (assertion != AC_HISTORICAL || (!past.code && !(at(concept)->flags & AC_CONCEPT_ACUTE)))
        return n;
    n = n < max ? n : max;
    if (past.code && max)
        out[n < max ? n++ : n - 1] = (ac_code) { (ac_code_system)past.system, string(past.code) };
    for (size_t i = 0; i < n; i++)
        if (out[i].system != AC_ICD10CM || (past.code && i + 1 == n))
            out[kept++] = out[i];
    return kept;
}

bool ac_concept_code(uint32_t concept, ac_code_system system, ac_sv *code)
{
    const ac_pack_concept *c = at(concept);
    const ac_pack_code *codes = (const ac_pack_code *)ac_pack_at(lex(), lex()->codes) + c->codes;
    for (size_t i = 0; i < c->n_codes; i++)
        if (codes[i].system == (uint32_t)system) {
            *code = string(codes[i].code);
            return true;
        }
    return false;
}

size_t ac_concept_classes(uint32_t concept, ac_sv *out, size_t max)
{
    const ac_pack_concept *c = at(concept);
    const uint32_t *classes = (const uint32_t *)ac_pack_at(lex(), lex()->classes) + c->classes;
    for (size_t i = 0; i < c->n_classes && i < max; i++)
        out[i] = string(classes[i]);
    return c->n_classes;
}

bool ac_concept_in_class(uint32_t concept, ac_sv drug_class)
{
    const ac_pack_concept *c = at(concept);
    const uint32_t *classes = (const uint32_t *)ac_pack_at(lex(), lex()->classes) + c->classes;
    for (size_t i = 0; i < c->n_classes; i++)
        if (ac_sv_eq(string(classes[i]), drug_class))
            return true;
    return false;
}

size_t ac_concept_ingredients(uint32_t concept, uint32_t *out, size_t max)
{
    const ac_pack_concept *c = at(concept);
    const uint32_t *combo = (const uint32_t *)ac_pack_at(lex(), lex()->combo) + c->combo;
    for (size_t i = 0; i < c->n_combo && i < max; i++)
        out[i] = combo[i];
    return c->n_combo;
}

static double first_known(double a, double b) { return isnan(a) ? b : a; }

static const ac_pack_reference *reference_of(uint32_t concept)
{
    uint32_t r = at(concept)->reference;
    return r == AC_NONE ? NULL : (const ac_pack_reference *)ac_pack_at(lex(), lex()->references) + r;
}

ac_reference ac_concept_reference(uint32_t concept, ac_sex sex)
{
    const ac_pack_reference *p = reference_of(concept);
    if (!p)
        return (ac_reference) { .low = NAN, .high = NAN, .crit_low = NAN, .crit_high = NAN };
    ac_reference out = { .unit = string(p->unit), .low = p->low, .high = p->high, .crit_low = p->crit_low,
                         .crit_high = p->crit_high, .n_alts = p->n_alts };
    for (size_t i = 0; i < out.n_alts; i++)
        out.alts[i] = (ac_alt_unit) { string(p->alts[i].unit), p->alts[i].factor, p->alts[i].offset };
    if (sex == AC_SEX_FEMALE) {
        out.low = first_known(p->lowf, p->low);
        out.high = first_known(p->highf, p->high);
    } else if (sex == AC_SEX_MALE) {
        out.low = first_known(p->lowm, p->low);
        out.high = first_known(p->highm, p->high);
    } else if (isnan(p->low) && isnan(p->high)) { /* sex unknown: only what is out of range for both counts */
        out.low = fmin(p->lowf, p->lowm);
        out.high = fmax(p->highf, p->highm);
    }
    return out;
}

uint32_t ac_concept_find(ac_sv id)
{
    uint32_t first = (uint32_t)AC_COUNT_BEFORE(i, lex()->concepts.n, ac_sv_cmp(ac_concept_id((uint32_t)i), id) < 0);
    return first < lex()->concepts.n && ac_sv_eq(ac_concept_id(first), id) ? first : AC_NONE;
}
