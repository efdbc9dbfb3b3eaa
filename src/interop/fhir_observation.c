/* Labs, vital signs, age and social history. */
#include "interop/fhir_make.h"

#include "interop/part.h"
#include "nlp/lexicon/lexicon.h"

#define LOINC AC_SV("http://loinc.org")
#define SNOMED AC_SV("http://snomed.info/sct")

static ac_rec_concept *category(ac_fhir_maker *m, ac_sv code)
{
    return ac_fhir_code(m, AC_SV(AC_FHIR_HL7 "observation-category"), code);
}

/* Flags of data/sig -> v3-ObservationInterpretation. */
static ac_sv interpretation_code(ac_sv flag)
{
    static const struct {
        ac_sv flag, code;
    } rows[] = { { { "high", 4 }, { "H", 1 } },           { { "low", 3 }, { "L", 1 } },
                 { { "critical-high", 13 }, { "HH", 2 } }, { { "critical-low", 12 }, { "LL", 2 } },
                 { { "critical", 8 }, { "AA", 2 } },       { { "abnormal", 8 }, { "A", 1 } },
                 { { "normal", 6 }, { "N", 1 } } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(rows[i].flag, flag))
            return rows[i].code;
    return AC_SV("");
}

static bool plain(const ac_quantity *q) { return !q->pair && !(q->high > q->low); }

/* 120/80: the one pair that has components of its own. */
static bool pressure(ac_fhir_maker *m, const ac_entity *e, ac_rec_observation *o)
{
    const ac_sv codes[] = { AC_SV("8480-6"), AC_SV("8462-4") };
    if (e->concept == AC_NONE || !ac_sv_eq(ac_concept_id(e->concept), AC_SV("blood-pressure")))
        return false;
    ac_sv unit = e->value.unit.n ? e->value.unit : AC_SV("mm[Hg]");
    for (unsigned i = 0; i < 2; i++) {
        ac_rec_component *c = AC_FHIR_PUSH(m, &o->component);
        c->code = ac_fhir_code(m, LOINC, codes[i]);
        c->quantity = ac_fhir_quantity(m, i ? ac_pair_second(&e->value) : e->value.low, unit, AC_CMP_EQ);
    }
    return true;
}

static ac_sv pair_text(ac_fhir_maker *m, const ac_quantity *q)
{
    AC_AUTO(ac_sb) b = AC_SB(256);
    ac_sb_add_double(&b, q->low);
    ac_sb_add_char(&b, '/');
    ac_sb_add_double(&b, ac_pair_second(q));
    if (q->unit.n)
        ac_sb_add_char(&b, ' ');
    ac_sb_add(&b, q->unit);
    return ac_fhir_string(m, &b);
}

static void value(ac_fhir_maker *m, const ac_entity *e, ac_rec_observation *o)
{
    const ac_quantity *q = &e->value;
    if (!q->has) {
        if (q->words.n)
            o->concept = ac_fhir_words_only(m, ac_fhir_plain(m, q->words));
    } else if (q->pair) {
        if (!pressure(m, e, o))
            o->string = pair_text(m, q);
    } else if (plain(q)) {
        o->quantity = ac_fhir_quantity(m, q->low, q->unit, q->cmp);
        if (q->cmp == AC_CMP_ABOUT)
            AC_FHIR_PUSH(m, &o->note)->text = AC_SV("The value is approximate.");
    } else {
        o->range = ac_fhir_range(m, q->low, q->high, q->unit);
    }
}

static void reference_range(ac_fhir_maker *m, const ac_entity *e, ac_rec_observation *o)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_RANGE);
    if (!a || !a->quantity.has || a->quantity.pair || !e->value.has)
        return;
    ac_quantity q = a->quantity;
    ac_sv unit = q.unit.n ? q.unit : e->value.unit;
    ac_rec_reference_range r = { 0 };
    if (q.cmp == AC_CMP_LT || q.cmp == AC_CMP_LE)
        r.high = ac_fhir_quantity(m, q.high, unit, AC_CMP_EQ);
    else if (q.cmp == AC_CMP_GT || q.cmp == AC_CMP_GE)
        r.low = ac_fhir_quantity(m, q.low, unit, AC_CMP_EQ);
    else if (q.high > q.low) {
        r.low = ac_fhir_quantity(m, q.low, unit, AC_CMP_EQ);
        r.high = ac_fhir_quantity(m, q.high, unit, AC_CMP_EQ);
    }
    r.text = ac_fhir_words(m, a->span);
    *AC_FHIR_PUSH(m, &o->reference_range) = r;
}

static void when(ac_fhir_maker *m, const ac_fact *f, ac_rec_observation *o)
{
    const ac_attr *date = ac_entity_attr(ac_fact_best(m->note, f), AC_ATTR_DATE);
    if (date)
        o->effective_date = ac_fhir_date_norm(m, date->norm);
    else if (f->assertion != AC_HISTORICAL)
        o->effective_date = ac_fhir_note_date(m);
}

/* What FHIR's vital signs profile covers; other things that are measured at the bedside are examinations. */
static bool is_vital_sign(const ac_fhir_maker *m, const ac_rec_concept *code)
{
    static const ac_sv loinc[] = { { "9279-1", 6 },  { "8867-4", 6 }, { "2708-6", 6 },  { "59408-5", 7 }, { "8310-5", 6 },
                                   { "8302-2", 6 },  { "9843-4", 6 }, { "29463-7", 7 }, { "39156-5", 7 }, { "85354-9", 7 },
                                   { "8480-6", 6 },  { "8462-4", 6 }, { "8478-0", 6 } };
    for (size_t i = 0; !m->full && i < code->coding.n; i++) /* once the arena is full, code holds nothing */
        for (size_t k = 0; k < sizeof loinc / sizeof loinc[0]; k++)
            if (ac_sv_eq(code->coding.at[i].code, loinc[k]))
                return true;
    return false;
}

/* That profile wants the code of arterial saturation beside the one of pulse oximetry. */
static void add_saturation(ac_fhir_maker *m, ac_rec_concept *code)
{
    for (size_t i = 0; !m->full && i < code->coding.n; i++)
        if (ac_sv_eq(code->coding.at[i].code, AC_SV("59408-5"))) {
            *AC_FHIR_PUSH(m, &code->coding) = (ac_rec_coding) { .system = LOINC, .code = AC_SV("2708-6") };
            return;
        }
}

static ac_rec_observation *observation(ac_fhir_maker *m, const ac_fact *f, ac_fhir_section section, ac_sv kind)
{
    ac_rec_observation *o = ac_fhir_add_fact(m, AC_REC_observation, f, section);
    o->status = AC_SV("final");
    *AC_FHIR_PUSH(m, &o->category) = *category(m, kind);
    o->subject = ac_fhir_ref(m, m->patient);
    o->encounter = ac_fhir_ref(m, m->encounter);
    when(m, f, o);
    return o;
}

bool ac_fhir_is_sign(const ac_entity *e)
{
    ac_code one;
    return e->concept != AC_NONE && (ac_concept_flags(e->concept) & AC_CONCEPT_SIGN) &&
           ac_concept_codes(e->concept, &one, 1) == 0;
}

void ac_fhir_make_sign(ac_fhir_maker *m, const ac_fact *f)
{
    if (f->assertion != AC_PRESENT)
        return;
    ac_rec_concept site = { 0 };
    const ac_entity *e = ac_fact_best(m->note, f);
    ac_rec_observation *o = observation(m, f, AC_FHIR_VITALS, AC_SV("exam"));
    o->code = ac_fhir_code(m, LOINC, AC_SV("29545-1")); /* Physical findings */
    o->concept = ac_fhir_concept(m, e);
    if (ac_fhir_site(m, e, &site)) {
        ac_rec_concept *copy = AC_FHIR_NEW(m, concept);
        *copy = site;
        o->body_site = copy;
    }
}

void ac_fhir_make_observation(ac_fhir_maker *m, const ac_fact *f)
{
    if (f->assertion == AC_PLANNED && f->kind == AC_KIND_LAB)
        ac_fhir_make_request(m, f);
    const ac_entity *e = ac_fact_best(m->note, f);
    const ac_attr *flag = ac_entity_attr(e, AC_ATTR_FLAG);
    ac_sv interpretation = flag ? interpretation_code(flag->norm) : AC_SV("");
    bool said = f->assertion == AC_PRESENT || f->assertion == AC_HISTORICAL ||
                (f->assertion == AC_ABSENT && e->value.words.n); /* "troponin negative" */
    if (!said || !(e->value.has || e->value.words.n || interpretation.n))
        return;
    bool vital = f->kind == AC_KIND_VITAL;
    ac_rec_concept *code = ac_fhir_concept(m, e);
    ac_sv kind = !vital ? AC_SV("laboratory") : is_vital_sign(m, code) ? AC_SV("vital-signs") : AC_SV("exam");
    ac_rec_observation *o = observation(m, f, vital ? AC_FHIR_VITALS : AC_FHIR_RESULTS, kind);
    add_saturation(m, code);
    o->code = code;
    value(m, e, o);
    if (interpretation.n)
        *AC_FHIR_PUSH(m, &o->interpretation) =
            *ac_fhir_code(m, AC_SV(AC_FHIR_HL7 "v3-ObservationInterpretation"), interpretation);
    reference_range(m, e, o);
}

/* ---- social history ---- */

static const struct {
    uint32_t flag;
    ac_sv loinc;
} social_codes[] = { { AC_CONCEPT_TOBACCO, { "72166-2", 7 } }, /* Tobacco smoking status */
                     { AC_CONCEPT_ALCOHOL, { "11331-6", 7 } }, /* History of Alcohol use */
                     { AC_CONCEPT_WORK, { "11341-5", 7 } } };  /* History of Occupation */

/* What is said of it: the lexicon's code where the concept is a status ("ex-smoker"), else the note's words, which must
 * not be read without the "no" or the "formerly" before them. */
static ac_rec_concept *social_value(ac_fhir_maker *m, const ac_fact *f, const ac_entity *e)
{
    bool es = m->note->lang == AC_LANG_ES;
    ac_sv before = f->assertion == AC_ABSENT ? AC_SV("No: ") : es ? AC_SV("Antes: ") : AC_SV("Formerly: ");
    ac_rec_concept *c = AC_FHIR_NEW(m, concept);
    if (f->assertion == AC_PRESENT) {
        ac_fhir_fill(m, c, e);
        return c;
    }
    AC_AUTO(ac_sb) b = AC_SB(1 << 16);
    ac_sb_add(&b, before);
    ac_sb_add(&b, ac_fhir_words(m, e->span));
    c->text = b.rc == AC_ELIMIT ? ac_assertion_name((ac_assertion)f->assertion) : ac_fhir_string(m, &b);
    return c;
}

/* "20 pack-years", "two beers a day": without the number, which is not told here, the unit says nothing. */
static bool is_amount(const ac_entity *e)
{
    static const ac_sv amounts[] = { { "pack-years", 10 }, { "packs-per-day", 13 }, { "alcohol-units", 13 } };
    for (size_t i = 0; e->concept != AC_NONE && i < sizeof amounts / sizeof amounts[0]; i++)
        if (ac_sv_eq(ac_concept_id(e->concept), amounts[i]))
            return true;
    return false;
}

void ac_fhir_make_social(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *e = ac_fact_best(m->note, f);
    if ((f->assertion != AC_PRESENT && f->assertion != AC_HISTORICAL && f->assertion != AC_ABSENT) || is_amount(e))
        return;
    uint32_t flags = e->concept != AC_NONE ? ac_concept_flags(e->concept) : 0;
    ac_rec_concept *code = NULL;
    for (size_t i = 0; i < sizeof social_codes / sizeof social_codes[0] && !code; i++)
        if (flags & social_codes[i].flag)
            code = ac_fhir_code(m, LOINC, social_codes[i].loinc);
    ac_rec_observation *o = observation(m, f, AC_FHIR_SOCIAL, AC_SV("social-history"));
    o->code = code ? code : ac_fhir_words_only(m, AC_SV("Social history"));
    o->concept = social_value(m, f, e);
}

/* ---- age ---- */

void ac_fhir_make_age(ac_fhir_maker *m)
{
    const ac_patient *p = &m->note->patient;
    if (p->age_span.end <= p->age_span.begin || !(p->age >= 0 && p->age <= 130))
        return;
    if (p->age >= 90 && !m->opt->identified) /* 45 CFR 164.514(b)(2)(i)(C): ages over 89 */
        return;
    ac_rec_observation *o = ac_fhir_add(m, AC_REC_observation, NULL);
    *AC_FHIR_PUSH(m, &o->extension) = ac_fhir_evidence(m, p->age_span);
    o->status = AC_SV("final");
    o->code = ac_fhir_code(m, LOINC, AC_SV("30525-0"));
    o->code->text = m->note->lang == AC_LANG_ES ? AC_SV("Edad") : AC_SV("Age");
    o->subject = ac_fhir_ref(m, m->patient);
    o->encounter = ac_fhir_ref(m, m->encounter);
    o->effective_date = ac_fhir_note_date(m);
    o->quantity = ac_fhir_quantity(m, p->age, AC_SV("a"), AC_CMP_EQ);
}
