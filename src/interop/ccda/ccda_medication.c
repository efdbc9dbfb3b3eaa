#include "interop/ccda/ccda_make.h"

typedef struct {
    ac_ccda_place at;
    ac_rec_dosage dosage;
    ac_rec_concept *drug;
    struct {
        ac_rec_reference *at;
        size_t n, cap;
    } reasons;
    struct {
        ac_rec_annotation *at;
        size_t n, cap;
    } notes;
    struct {
        ac_rec_extension *at;
        size_t n, cap;
    } extension;
    ac_rec_dispense_request *order; /* of a request; NULL when none */
    bool request;
} drug;

/* ---- what is given ---- */

static ac_rec_concept *product(ac_ccda_maker *m, const ac_tree_node *holder)
{
    const ac_tree_node *p = ac_tree_child(holder, AC_SV("manufacturedProduct")), *material = ac_tree_child(p, AC_SV("manufacturedMaterial"));
    material = material ? material : ac_tree_child(p, AC_SV("manufacturedLabeledDrug"));
    return ac_ccda_named_concept(m, ac_tree_child(material, AC_SV("code")), ac_ccda_words(m, ac_tree_child(material, AC_SV("name"))));
}

/* A dose without a unit counts things: tablets, puffs, as administrationUnitCode says. */
static void dose_unit(ac_ccda_maker *m, ac_rec_quantity *q, const ac_tree_node *unit)
{
    if (!q || q->unit.n || ac_ccda_is_null(unit))
        return;
    q->unit = ac_ccda_attr(unit, "displayName");
    q->system = ac_ccda_system(m, ac_ccda_attr(unit, "codeSystem"));
    q->code = q->system.n ? ac_ccda_attr(unit, "code") : AC_SV("");
    q->system = q->code.n ? q->system : AC_SV("");
}

static void amounts(ac_ccda_maker *m, ac_rec_dosage *d, const ac_tree_node *s)
{
    const ac_tree_node *dose = ac_tree_child(s, AC_SV("doseQuantity")), *rate = ac_tree_child(s, AC_SV("rateQuantity"));
    const ac_tree_node *unit = ac_tree_child(s, AC_SV("administrationUnitCode")), *most = ac_tree_child(s, AC_SV("maxDoseQuantity"));
    ac_rec_dose both = { 0 };
    both.dose_quantity = ac_ccda_interval(m, dose, &both.dose_range);
    both.rate_quantity = ac_ccda_interval(m, rate, &both.rate_range);
    dose_unit(m, both.dose_quantity, unit);
    if (both.dose_range) {
        dose_unit(m, both.dose_range->low, unit);
        dose_unit(m, both.dose_range->high, unit);
    }
    if (both.dose_quantity || both.dose_range || both.rate_quantity || both.rate_range)
        *AC_CCDA_PUSH(m, &d->dose_and_rate) = both;
    d->max_per_period = ac_ccda_ratio(m, most);
    if (most && !d->max_per_period && !ac_ccda_is_null(most) && !ac_ccda_is_null(ac_tree_child(most, AC_SV("numerator")))) {
        ac_ccda_skip(m, s->name, most->name);
        m->out.record.coverage.members_unknown++;
    }
}

/* A precondition is what the drug waits for: "as needed for wheezing". */
static void as_needed(ac_ccda_maker *m, ac_rec_dosage *d, const ac_tree_node *s)
{
    AC_CCDA_EACH(p, s, "precondition")
    {
        const ac_tree_node *criterion = ac_tree_child(p, AC_SV("criterion"));
        ac_rec_concept *c = ac_ccda_concept(m, ac_tree_child(criterion, AC_SV("value")));
        if (!c)
            c = ac_ccda_words_concept(m, ac_ccda_text(m, ac_tree_child(criterion, AC_SV("text"))));
        if (!c && !ac_ccda_attr_is(ac_tree_child(criterion, AC_SV("code")), "code", "ASSERTION"))
            c = ac_ccda_concept(m, ac_tree_child(criterion, AC_SV("code")));
        if (c && !d->as_needed_for)
            d->as_needed_for = c;
        else if (!c && criterion && !ac_ccda_is_null(criterion) && !d->as_needed_for)
            d->as_needed = AC_REC_TRUE;
        else if (c) {
            ac_ccda_skip(m, s->name, AC_SV("a second precondition"));
            m->out.record.coverage.members_unknown++;
        }
    }
    if (d->as_needed_for)
        d->as_needed = AC_REC_ABSENT;
}

/* ---- what is told within ---- */

/* Not negative, without a fraction. */
static bool is_count(ac_sv number)
{
    for (size_t i = 0; i < number.n; i++)
        if (!ac_is_digit(number.p[i]))
            return false;
    return true;
}

static void take_supply(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    ac_rec_dispense_request *order = d->order = AC_CCDA_NEW(m, dispense_request);
    const ac_tree_node *repeat = ac_tree_child(s, AC_SV("repeatNumber"));
    ac_sv repeats = ac_ccda_number(m, ac_ccda_attr(repeat, "value"));
    order->quantity = ac_ccda_quantity(m, ac_tree_child(s, AC_SV("quantity")));
    order->repeats = is_count(repeats) ? repeats : AC_SV("");
    order->validity = ac_ccda_period(m, ac_tree_child(s, AC_SV("effectiveTime")));
    if (order->quantity)
        order->quantity->comparator = AC_SV("");
}

static bool take_drug(ac_ccda_maker *m, const ac_tree_node *within, void *self)
{
    drug *d = self;
    const ac_tree_node *code = ac_tree_child(within, AC_SV("code"));
    ac_sv words = ac_ccda_comment(m, within), url;
    if (ac_ccda_has_template(within, "22.4.20") && words.n) { /* instruction */
        d->dosage.patient_instruction = d->dosage.patient_instruction.n ?
            ac_ccda_join(m, d->dosage.patient_instruction, AC_SV("\n"), words) : words;
    } else if (ac_ccda_has_template(within, "22.4.147") || ac_ccda_attr_is(code, "code", "76662-6")) { /* the sig in words */
        d->dosage.text = ac_ccda_text(m, ac_tree_child(within, AC_SV("text")));
    } else if (ac_ccda_has_template(within, "22.4.17") && d->request) {
        take_supply(m, d, within);
    } else if (ac_ccda_has_template(within, "22.4.19") || (ac_ccda_attr_is(within->parent, "typeCode", "RSON") && ac_ccda_is_a(within, "observation"))) {
        ac_ccda_place at = d->at;
        at.path = ac_ccda_join(m, at.path, AC_SV("/"), AC_SV("indication"));
        at.depth++;
        ac_ccda_statement(m, within, &at, &url);
        if (ac_ccda_kind(m, url) == AC_REC_condition || ac_ccda_kind(m, url) == AC_REC_observation)
            AC_CCDA_PUSH_REF(m, &d->reasons, url);
    } else if (words.n) {
        AC_CCDA_PUSH(m, &d->notes)->text = words;
    } else {
        return false;
    }
    return true;
}

static void vehicles(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    AC_CCDA_EACH(p, s, "participant")
    {
        const ac_rec_concept *c = ac_ccda_concept(m, ac_tree_at(p, "participantRole/playingEntity/code"));
        ac_sv name = !c ? AC_SV("") : c->text.n ? c->text : c->coding.n ? c->coding.at[0].display : AC_SV("");
        if (ac_ccda_attr_is(p, "typeCode", "CSM") && name.n)
            AC_CCDA_AS_WRITTEN(m, d, "Vehicle", name);
        else if (!ac_ccda_is_null(p)) {
            ac_ccda_skip(m, s->name, p->name);
            m->out.record.coverage.members_unknown++;
        }
    }
}

/* Of a drug that was given, the lot is told; a FHIR statement or request has no member for it. */
static void lot(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    ac_sv number = ac_ccda_words(m, ac_tree_at(s, "consumable/manufacturedProduct/manufacturedMaterial/lotNumberText"));
    if (number.n)
        AC_CCDA_AS_WRITTEN(m, d, "Lot", number);
}

static void read_drug(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    d->drug = product(m, ac_tree_child(s, AC_SV("consumable")));
    if (!d->drug) { /* FHIR demands it */
        d->drug = ac_ccda_unknown(m, ac_tree_at(s, "consumable/manufacturedProduct/manufacturedMaterial/code"));
        d->drug->text = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
    }
    d->dosage.route = ac_ccda_concept(m, ac_tree_child(s, AC_SV("routeCode")));
    d->dosage.site = ac_ccda_concept(m, ac_tree_child(s, AC_SV("approachSiteCode")));
    d->dosage.method = ac_ccda_concept(m, ac_tree_child(s, AC_SV("methodCode")));
    amounts(m, &d->dosage, s);
    as_needed(m, &d->dosage, s);
    vehicles(m, d, s);
    lot(m, d, s);
    ac_ccda_nested(m, s, &d->at, take_drug, d, NULL);
    if (!d->dosage.text.n)
        d->dosage.text = ac_ccda_text(m, ac_tree_child(s, AC_SV("text")));
}

#define COPY_LIST(to, from)                                                                                            \
    do {                                                                                                               \
        (to).at = (from).at;                                                                                           \
        (to).n = (from).n;                                                                                             \
        (to).cap = (from).cap;                                                                                         \
    } while (0)

static ac_sv statement(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    static const ac_ccda_pair map[] = { { "active", "active" },  { "completed", "completed" }, { "aborted", "stopped" }, { "suspended", "on-hold" },
                                        { "held", "on-hold" },   { "nullified", "entered-in-error" }, { "cancelled", "not-taken" }, { NULL, NULL } };
    ac_sv url, time;
    ac_rec_medication_statement *out = ac_ccda_add(m, AC_REC_medication_statement, d->at.path, &url);
    ac_ccda_times times = ac_ccda_timing(m, s);
    AC_CCDA_IDENTIFIERS(m, &out->identifier, s);
    read_drug(m, d, s);
    out->status = ac_ccda_negated(s) ? AC_SV("not-taken") : ac_ccda_translate(map, ac_ccda_status(s));
    if (!out->status.n)
        out->status = AC_SV("unknown");
    out->code = d->drug;
    out->subject = ac_ccda_ref(m, m->patient);
    out->effective_date = times.date;
    out->effective_period = times.period;
    out->information_source = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    out->date = time;
    d->dosage.timing = times.timing;
    *AC_CCDA_PUSH(m, &out->dosage) = d->dosage;
    COPY_LIST(out->reason_reference, d->reasons);
    COPY_LIST(out->note, d->notes);
    COPY_LIST(out->extension, d->extension);
    return url;
}

static ac_sv request(ac_ccda_maker *m, drug *d, const ac_tree_node *s)
{
    static const ac_ccda_pair map[] = { { "active", "active" }, { "completed", "completed" }, { "aborted", "stopped" }, { "suspended", "on-hold" },
                                        { "held", "on-hold" },  { "new", "draft" }, { "nullified", "entered-in-error" }, { "cancelled", "cancelled" },
                                        { NULL, NULL } };
    static const ac_ccda_pair intents[] = { { "INT", "plan" }, { "RQO", "order" }, { "PRP", "proposal" }, { NULL, NULL } };
    ac_sv url, time;
    ac_rec_medication_request *out = ac_ccda_add(m, AC_REC_medication_request, d->at.path, &url);
    ac_ccda_times times = ac_ccda_timing(m, s);
    d->request = true;
    AC_CCDA_IDENTIFIERS(m, &out->identifier, s);
    read_drug(m, d, s);
    out->status = ac_ccda_translate(map, ac_ccda_status(s));
    out->intent = ac_ccda_translate(intents, ac_ccda_attr(s, "moodCode"));
    out->status = out->status.n ? out->status : AC_SV("unknown");
    out->intent = out->intent.n ? out->intent : AC_SV("plan");
    out->do_not_perform = ac_ccda_negated(s) ? AC_REC_TRUE : AC_REC_ABSENT;
    out->code = d->drug;
    out->subject = ac_ccda_ref(m, m->patient);
    out->requester = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    out->date = time;
    if (times.period || times.date.n) {
        times.timing = times.timing ? times.timing : AC_CCDA_NEW(m, timing);
        if (times.date.n)
            ac_ccda_push_text(m, &times.timing->event, times.date);
        if (times.period && !times.timing->repeat)
            times.timing->repeat = AC_CCDA_NEW(m, repeat);
        if (times.period)
            times.timing->repeat->bounds_period = times.period;
    }
    d->dosage.timing = times.timing;
    *AC_CCDA_PUSH(m, &out->dosage) = d->dosage;
    out->dispense = d->order;
    COPY_LIST(out->reason_reference, d->reasons);
    COPY_LIST(out->note, d->notes);
    COPY_LIST(out->extension, d->extension);
    return url;
}

ac_sv ac_ccda_medication(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    drug d = { .at = *at };
    return ac_ccda_attr_is(s, "moodCode", "EVN") || !ac_ccda_attr(s, "moodCode").n ? statement(m, &d, s) : request(m, &d, s);
}

/* The drug of the statement around a supply, when it names none itself. */
static ac_rec_concept *supplied(ac_ccda_maker *m, const ac_tree_node *s)
{
    ac_rec_concept *c = product(m, ac_tree_child(s, AC_SV("product")));
    const ac_tree_node *around = s->parent ? s->parent->parent : NULL;
    if (!c && around)
        c = product(m, ac_tree_child(around, AC_SV("consumable")));
    return c ? c : ac_ccda_unknown(m, ac_tree_child(s, AC_SV("product")));
}

static ac_sv ordered(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    ac_sv url, time;
    drug d = { .at = *at };
    ac_rec_medication_request *out = ac_ccda_add(m, AC_REC_medication_request, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &out->identifier, s);
    out->status = ac_sv_eq(ac_ccda_status(s), AC_SV("completed")) ? AC_SV("completed") :
                  ac_sv_eq(ac_ccda_status(s), AC_SV("active"))    ? AC_SV("active") : AC_SV("unknown");
    out->intent = AC_SV("order");
    out->do_not_perform = ac_ccda_negated(s) ? AC_REC_TRUE : AC_REC_ABSENT;
    out->code = supplied(m, s);
    out->subject = ac_ccda_ref(m, m->patient);
    out->requester = ac_ccda_ref(m, ac_ccda_author(m, s, &time));
    out->date = time;
    take_supply(m, &d, s);
    out->dispense = d.order;
    ac_ccda_nested(m, s, at, take_drug, &d, NULL);
    if (d.dosage.patient_instruction.n || d.dosage.text.n)
        *AC_CCDA_PUSH(m, &out->dosage) = d.dosage;
    COPY_LIST(out->reason_reference, d.reasons);
    COPY_LIST(out->note, d.notes);
    return url;
}

ac_sv ac_ccda_dispense(ac_ccda_maker *m, const ac_tree_node *s, const ac_ccda_place *at)
{
    static const ac_ccda_pair map[] = { { "active", "in-progress" }, { "completed", "completed" }, { "aborted", "stopped" }, { "suspended", "on-hold" },
                                        { "held", "on-hold" }, { "nullified", "entered-in-error" }, { "cancelled", "cancelled" }, { NULL, NULL } };
    ac_sv url, time;
    ac_rec_kind kind;
    ac_rec_period *period;
    if (!ac_ccda_attr_is(s, "moodCode", "EVN"))
        return ordered(m, s, at);
    ac_rec_medication_dispense *out = ac_ccda_add(m, AC_REC_medication_dispense, at->path, &url);
    AC_CCDA_IDENTIFIERS(m, &out->identifier, s);
    out->status = ac_ccda_negated(s) ? AC_SV("declined") : ac_ccda_translate(map, ac_ccda_status(s));
    if (!out->status.n)
        out->status = AC_SV("unknown");
    out->code = supplied(m, s);
    out->subject = ac_ccda_ref(m, m->patient);
    out->quantity = ac_ccda_quantity(m, ac_tree_child(s, AC_SV("quantity")));
    ac_ccda_when(m, ac_tree_child(s, AC_SV("effectiveTime")), &out->handed_over, &period);
    if (period)
        out->handed_over = period->start.n ? period->start : period->end;
    AC_CCDA_EACH(p, s, "performer")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(p, AC_SV("assignedEntity")), &kind);
        if (who.n)
            AC_CCDA_PUSH(m, &out->performer)->actor = ac_ccda_ref(m, who);
    }
    (void)ac_ccda_author(m, s, &time);
    ac_ccda_nested(m, s, at, NULL, NULL, NULL);
    return url;
}
