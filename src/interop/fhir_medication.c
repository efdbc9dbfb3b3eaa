/* MedicationStatement with its dosage. */
#include "interop/fhir_make.h"

#include "interop/part.h"

enum { DOSAGE_TEXT_MAX = 4096 };

/* Routes of data/sig -> SNOMED CT, as in FHIR's route-codes value set. */
static const struct {
    ac_sv norm, code;
} routes[] = {
#define ROUTE(norm, code) { { norm, sizeof(norm) - 1 }, { code, sizeof(code) - 1 } }
    ROUTE("oral", "26643006"),        ROUTE("intravenous", "47625008"),     ROUTE("intramuscular", "78421000"),
    ROUTE("subcutaneous", "34206005"), ROUTE("sublingual", "37839007"),     ROUTE("topical", "6064005"),
    ROUTE("nasal", "46713006"),       ROUTE("ophthalmic", "54485002"),      ROUTE("otic", "10547007"),
    ROUTE("rectal", "37161004"),      ROUTE("vaginal", "16857009"),         ROUTE("transdermal", "45890007"),
    ROUTE("buccal", "54471007"),      ROUTE("intradermal", "372464004"),    ROUTE("intrathecal", "72607000"),
    ROUTE("intra-articular", "12130007"),
};

static ac_rec_concept *route(ac_fhir_maker *m, const ac_entity *e)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_ROUTE);
    if (!a)
        return NULL;
    ac_sv words = a->norm.n ? a->norm : ac_fhir_words(m, a->span);
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (ac_sv_eq(routes[i].norm, a->norm)) {
            ac_rec_concept *c = ac_fhir_code(m, AC_SV("http://snomed.info/sct"), routes[i].code);
            c->text = words;
            return c;
        }
    return words.n ? ac_fhir_words_only(m, words) : NULL;
}

/* EventTiming codes of R4 that data/sig may name. */
static bool is_event(ac_sv word)
{
    static const ac_sv events[] = { { "MORN", 4 }, { "AFT", 3 }, { "EVE", 3 },   { "NIGHT", 5 }, { "HS", 2 },   { "WAKE", 4 },
                                    { "C", 1 },    { "CM", 2 },  { "CD", 2 },    { "CV", 2 },    { "AC", 2 },   { "ACM", 3 },
                                    { "ACD", 3 },  { "ACV", 3 }, { "PC", 2 },    { "PCM", 3 },   { "PCD", 3 },  { "PCV", 3 } };
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (ac_sv_eq(events[i], word))
            return true;
    return false;
}

static bool whole(double v) { return v >= 1 && v <= 1000 && v == (double)(int)v; }

static void frequency(ac_fhir_maker *m, const ac_timing *t, ac_rec_repeat *r)
{
    ac_sv rest = t->when, word;
    ac_sv unit = ac_period_unit(t->unit);
    if (t->period > 0 && unit.n && whole(t->count)) {
        r->frequency = ac_fhir_number(m, t->count);
        r->period = ac_fhir_number(m, t->period);
        r->period_unit = unit;
        if (t->period_max > t->period)
            r->period_max = ac_fhir_number(m, t->period_max);
    } else if (!(t->period > 0) && whole(t->count)) {
        r->count = ac_fhir_number(m, t->count); /* once */
    }
    while (rest.n && ac_sv_split(&rest, ' ', &word))
        if (is_event(word))
            *AC_FHIR_PUSH(m, &r->when) = word;
}

static ac_rec_timing *timing(ac_fhir_maker *m, const ac_entity *e)
{
    const ac_attr *how_often = ac_entity_attr(e, AC_ATTR_FREQUENCY), *how_long = ac_entity_attr(e, AC_ATTR_DURATION);
    bool bounded = how_long && how_long->quantity.has && how_long->quantity.unit.n && !how_long->quantity.pair &&
                   how_long->quantity.cmp == AC_CMP_EQ;
    if (!(how_often && how_often->timing.has) && !bounded)
        return NULL;
    ac_rec_timing *t = AC_FHIR_NEW(m, timing);
    ac_rec_repeat *r = AC_FHIR_NEW(m, repeat);
    if (how_often && how_often->timing.has)
        frequency(m, &how_often->timing, r);
    const ac_quantity *q = bounded ? &how_long->quantity : NULL;
    if (q && q->high > q->low)
        r->bounds_range = ac_fhir_range(m, q->low, q->high, q->unit);
    else if (q)
        r->bounds_duration = ac_fhir_quantity(m, q->low, q->unit, AC_CMP_EQ);
    t->repeat = r;
    return t;
}

static void dose(ac_fhir_maker *m, const ac_entity *e, ac_rec_dosage *d)
{
    const ac_attr *a = ac_entity_attr(e, AC_ATTR_DOSE);
    if (!a || !a->quantity.has || a->quantity.pair || a->quantity.cmp != AC_CMP_EQ)
        return; /* a SimpleQuantity has no comparator: such a dose stays in the text */
    ac_rec_dose one = { 0 };
    if (a->quantity.high > a->quantity.low)
        one.dose_range = ac_fhir_range(m, a->quantity.low, a->quantity.high, a->quantity.unit);
    else
        one.dose_quantity = ac_fhir_quantity(m, a->quantity.low, a->quantity.unit, AC_CMP_EQ);
    *AC_FHIR_PUSH(m, &d->dose_and_rate) = one;
}

/* The note's own words for the dosage, in the order in which they stand there. */
static ac_sv dosage_text(ac_fhir_maker *m, const ac_entity *e)
{
    const uint32_t kinds = 1u << AC_ATTR_STRENGTH | 1u << AC_ATTR_DOSE | 1u << AC_ATTR_FORM | 1u << AC_ATTR_ROUTE |
                           1u << AC_ATTR_FREQUENCY | 1u << AC_ATTR_DURATION;
    AC_AUTO(ac_sb) b = AC_SB(DOSAGE_TEXT_MAX);
    uint32_t from = 0;
    for (;;) { /* a handful of attributes: the next one by place, again and again */
        const ac_attr *next = NULL;
        for (size_t i = 0; i < e->attrs.n && i < 32; i++) {
            const ac_attr *a = &e->attrs.at[i];
            bool fits = (kinds >> a->kind & 1) && a->span.begin >= from && a->span.end > a->span.begin;
            if (fits && (!next || a->span.begin < next->span.begin))
                next = a;
        }
        if (!next)
            break;
        if (b.n)
            ac_sb_add_char(&b, ' ');
        ac_sb_add(&b, ac_fhir_words(m, next->span));
        from = next->span.end;
    }
    return b.rc == AC_ELIMIT ? AC_SV("") : ac_fhir_string(m, &b);
}

static void dosage(ac_fhir_maker *m, const ac_entity *e, ac_rec_medication_statement *s)
{
    ac_rec_dosage d = { .text = dosage_text(m, e) };
    const ac_attr *f = ac_entity_attr(e, AC_ATTR_FREQUENCY);
    if (!d.text.n)
        return;
    d.timing = timing(m, e);
    d.as_needed = f && f->timing.as_needed ? AC_REC_TRUE : AC_REC_ABSENT;
    d.route = route(m, e);
    dose(m, e, &d);
    *AC_FHIR_PUSH(m, &s->dosage) = d;
}

/* What the note says was done with it; empty when nothing. */
static ac_sv said_status(const ac_attr *a)
{
    static const struct {
        ac_sv norm, status;
    } said[] = { { { "stopped", 7 }, { "stopped", 7 } },
                 { { "on-hold", 7 }, { "on-hold", 7 } },
                 { { "completed", 9 }, { "completed", 9 } } };
    for (size_t i = 0; a && i < sizeof said / sizeof said[0]; i++)
        if (ac_sv_eq(said[i].norm, a->norm))
            return said[i].status;
    return AC_SV("");
}

static ac_sv status_of(const ac_fhir_maker *m, const ac_fact *f)
{
    const ac_attr *a = ac_fact_status(m->note, f);
    ac_sv said = said_status(a);
    bool not_taken = f->assertion == AC_ABSENT || (a && ac_sv_eq(a->norm, AC_SV("not-taken")));
    switch (f->assertion) {
    case AC_PRESENT:
    case AC_ABSENT: /* "was discontinued" denies that it is taken, and tells more than that */
        if (said.n)
            return said;
        if (not_taken)
            return m->opt->refuted ? AC_SV("not-taken") : AC_SV("");
        return AC_SV("active");
    case AC_HISTORICAL: return said.n ? said : AC_SV("completed");
    case AC_PLANNED: return said.n ? AC_SV("") : AC_SV("intended"); /* a plan to stop is no plan to take */
    default: return AC_SV("");
    }
}

void ac_fhir_make_medication(ac_fhir_maker *m, const ac_fact *f)
{
    const ac_entity *why, *e = ac_fact_best(m->note, f);
    const ac_attr *date = ac_entity_attr(e, AC_ATTR_DATE);
    ac_sv status = status_of(m, f);
    if (!status.n)
        return;
    ac_rec_medication_statement *s =
        ac_fhir_add_fact(m, AC_REC_medication_statement, f, AC_FHIR_MEDICATIONS);
    s->status = status;
    s->code = ac_fhir_concept(m, e);
    s->subject = ac_fhir_ref(m, m->patient);
    s->context = ac_fhir_ref(m, m->encounter);
    s->effective_date = date ? ac_fhir_date_norm(m, date->norm) : AC_SV("");
    s->date = ac_fhir_note_date(m);
    for (size_t i = 0; (why = ac_fhir_reason(m, e, &i));)
        ac_fhir_fill(m, AC_FHIR_PUSH(m, &s->reason_code), why);
    dosage(m, e, s);
}
