/* What is taken, was taken and is not to be taken; vaccines. */
#include "interop/chart/chart_make.h"

/* The medication itself: here or in a resource of its own. */
static const ac_rec_concept *what(const ac_chart_maker *m, const ac_rec_concept *code, const ac_rec_reference *reference)
{
    uint32_t to = !code && reference ? ac_refs_find(m->refs, m->entry, reference->reference) : AC_NONE;
    bool known = to != AC_NONE && m->record->entries.at[to].kind == AC_REC_medication;
    return known ? m->record->entries.at[to].as.medication->code : code;
}

/* ---- how it is taken ---- */

static ac_sv route_norm(const ac_rec_concept *c)
{
    static const struct {
        const char *codes, *norm;
    } rows[] = { { "26643006 PO C38288", "oral" }, { "47625008 IV C38276", "intravenous" }, { "78421000 IM C28161", "intramuscular" },
                 { "34206005 SC SQ C38299", "subcutaneous" }, { "37839007 SL C38300", "sublingual" }, { "6064005 TOP C38304", "topical" } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_chart_any(c, rows[i].codes))
            return ac_sv_z(rows[i].norm);
    return AC_SV("");
}

static void route(ac_chart_maker *m, const ac_rec_concept *c)
{
    ac_sv name = ac_chart_name(c);
    if (!name.n)
        return;
    ac_sb_add(&m->text, AC_SV(", "));
    ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_ROUTE, .span = ac_chart_words_of(m, name), .norm = route_norm(c) });
}

static void dose(ac_chart_maker *m, const ac_rec_quantity *q)
{
    ac_quantity v;
    if (!q || !q->value.n)
        return;
    ac_sb_add(&m->text, AC_SV(", "));
    ac_span span = ac_chart_quantity(m, q, &v);
    ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_DOSE, .span = span, .quantity = v });
}

static char period_unit(ac_sv u)
{
    static const struct {
        const char *fhir;
        char unit;
    } rows[] = { { "s", 's' }, { "min", 'i' }, { "h", 'h' }, { "d", 'd' }, { "wk", 'w' }, { "mo", 'o' }, { "a", 'a' } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(u, ac_sv_z(rows[i].fhir)))
            return rows[i].unit;
    return 0;
}

/* "2 times per 1 d", "every 8 h": FHIR's own units, which are no words of a language. */
static void timing(ac_chart_maker *m, const ac_rec_repeat *r, bool as_needed)
{
    double count = 1, period = 0;
    bool has = r && ac_chart_number(r->period, &period) && period > 0 && period_unit(r->period_unit);
    size_t begin = m->text.n + 2;
    if (!has && !as_needed)
        return;
    ac_sb_add(&m->text, AC_SV(", "));
    if (has && (!ac_chart_number(r->frequency, &count) || count == 1)) {
        count = 1;
        (void)ac_chart_say_it(m, AC_SAY_EVERY);
    } else if (has) {
        (void)ac_chart_add(m, r->frequency);
        ac_sb_add_char(&m->text, ' ');
        (void)ac_chart_say_it(m, AC_SAY_TIMES_A);
    }
    if (has) {
        ac_sb_add_char(&m->text, ' ');
        (void)ac_chart_add(m, r->period);
        ac_sb_add_char(&m->text, ' ');
        (void)ac_chart_add(m, r->period_unit);
    }
    if (as_needed) {
        ac_sb_add(&m->text, has ? AC_SV(" ") : AC_SV(""));
        (void)ac_chart_say_it(m, AC_SAY_AS_NEEDED);
    }
    ac_attr a = { .kind = AC_ATTR_FREQUENCY, .span = ac_span_of(begin, m->text.n) };
    a.timing = (ac_timing) { .has = true, .count = count, .period = period, .unit = has ? period_unit(r->period_unit) : 'd', .as_needed = as_needed };
    if (has)
        ac_chart_attr(m, a);
}

static void dosages(ac_chart_maker *m, const ac_rec_dosage *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const ac_rec_dosage *d = &at[i];
        for (size_t k = 0; k < d->dose_and_rate.n; k++)
            dose(m, d->dose_and_rate.at[k].dose_quantity);
        route(m, d->route);
        timing(m, d->timing ? d->timing->repeat : NULL, d->as_needed == AC_REC_TRUE);
        if (ac_sv_trim(d->text).n) {
            ac_sb_add(&m->text, AC_SV(", "));
            (void)ac_chart_words_of(m, d->text);
        }
        ac_chart_passage_of(m, ac_chart_title(m, AC_CHART_MEDICATIONS), d->patient_instruction);
    }
}

/* ---- whether it is taken ---- */

/* Status of a statement, an order, a dispensing -> what the engine calls it; what has no row is present. */
static const struct {
    const char *codes, *norm;
    uint8_t assertion;
} taken[] = {
    { "completed", "completed", AC_HISTORICAL }, { "stopped", "stopped", AC_HISTORICAL }, { "on-hold", "on-hold", AC_PRESENT },
    { "not-taken not-done declined", "not-taken", AC_ABSENT }, { "intended draft preparation", "", AC_PLANNED },
};

typedef struct {
    const ac_rec_concept *code;
    const ac_rec_reference *reference;
    ac_sv status, date;
    bool planned, never, event; /* event: given once, so that completed is not over */
    const ac_rec_dosage *dosage;
    size_t n_dosage;
} medication;

static bool write(ac_chart_maker *m, const medication *d)
{
    ac_assertion a = AC_PRESENT;
    ac_sv norm = { "", 0 };
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        if (ac_chart_one_of(d->status, taken[i].codes) && !(d->event && taken[i].assertion == AC_HISTORICAL)) {
            a = (ac_assertion)taken[i].assertion;
            norm = ac_sv_z(taken[i].norm);
        }
    a = d->never ? AC_ABSENT : d->planned ? AC_PLANNED : a;
    if (!ac_chart_fact(m, what(m, d->code, d->reference), AC_KIND_MEDICATION, a)) {
        (void)ac_chart_words_of(m, d->reference ? d->reference->display : AC_SV(""));
        return true;
    }
    if (a == AC_PLANNED)
        (void)ac_chart_cue(m, AC_SAY_PLANNED);
    if (a == AC_ABSENT) {
        ac_span cue = ac_chart_cue(m, d->never ? AC_SAY_NOT_GIVEN : AC_SAY_NOT_TAKEN);
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_STATUS, .span = cue, .norm = norm });
    }
    dosages(m, d->dosage, d->n_dosage);
    if (a != AC_ABSENT && d->status.n) {
        ac_sb_add(&m->text, AC_SV(", "));
        ac_span span = ac_chart_status(m, d->status);
        if (norm.n)
            ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_STATUS, .span = span, .norm = norm });
    }
    ac_chart_dated(m, ", ", d->date, AC_ATTR_DATE);
    return true;
}

static void indications(ac_chart_maker *m, const ac_rec_concept *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ac_sv name = ac_chart_name(&at[i]);
        ac_chart_attr(m, (ac_attr) { .kind = AC_ATTR_INDICATION, .span = ac_chart_part(m, AC_SAY_REASON, name), .norm = name });
    }
}

static bool vaccine(ac_chart_maker *m, const ac_rec_immunization *v)
{
    bool not_done = ac_chart_one_of(v->status, "not-done");
    if (!ac_chart_fact(m, v->code, AC_KIND_MEDICATION, not_done ? AC_ABSENT : AC_HISTORICAL))
        return true;
    if (not_done)
        (void)ac_chart_cue(m, AC_SAY_NOT_DONE);
    dose(m, v->dose);
    route(m, v->route);
    ac_chart_dated(m, ", ", v->occurrence_date, AC_ATTR_DATE);
    return true;
}

bool ac_chart_write_medication(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s)
{
    if (e->kind == AC_REC_immunization && s == AC_CHART_VACCINES)
        return vaccine(m, e->as.immunization);
    if (s != AC_CHART_MEDICATIONS)
        return false;
    if (e->kind == AC_REC_medication_statement) {
        const ac_rec_medication_statement *t = e->as.medication_statement;
        (void)write(m, &(medication) { .code = t->code, .reference = t->reference, .status = t->status, .dosage = t->dosage.at, .n_dosage = t->dosage.n,
                                       .date = t->effective_period ? t->effective_period->start : t->effective_date });
        indications(m, t->reason_code.at, t->reason_code.n);
        return true;
    }
    if (e->kind == AC_REC_medication_request) {
        const ac_rec_medication_request *r = e->as.medication_request;
        (void)write(m, &(medication) { .code = r->code, .reference = r->reference, .status = r->status, .date = r->date, .dosage = r->dosage.at,
                                       .n_dosage = r->dosage.n, .never = r->do_not_perform == AC_REC_TRUE,
                                       .planned = ac_chart_one_of(r->intent, "proposal plan option") });
        indications(m, r->reason_code.at, r->reason_code.n);
        return true;
    }
    if (e->kind == AC_REC_medication_administration) {
        const ac_rec_medication_administration *a = e->as.medication_administration;
        (void)write(m, &(medication) { .code = a->code, .reference = a->reference, .status = a->status, .event = true,
                                       .date = a->effective_period ? a->effective_period->start : a->effective_date });
        if (a->dosage) {
            dose(m, a->dosage->dose);
            route(m, a->dosage->route);
        }
        return true;
    }
    if (e->kind == AC_REC_medication_dispense) {
        const ac_rec_medication_dispense *d = e->as.medication_dispense;
        return write(m, &(medication) { .code = d->code, .reference = d->reference, .status = d->status, .event = true, .dosage = d->dosage.at,
                                        .n_dosage = d->dosage.n, .date = d->handed_over.n ? d->handed_over : d->prepared });
    }
    return false;
}
