/* Whose chart it is, and who else has a name in it: all of this is identifiers. */
#include "interop/chart/chart_make.h"

#include "nlp/time/calendar.h"

static void label(ac_chart_maker *m, ac_chart_say what)
{
    (void)ac_chart_say_it(m, what);
    ac_sb_add(&m->text, AC_SV(": "));
}

/* What is said as one text, or the parts of a name in the order in which it is spoken. */
static ac_span name(ac_chart_maker *m, const ac_rec_human_name *n)
{
    size_t begin = m->text.n;
    if (ac_sv_trim(n->text).n)
        return ac_chart_words_of(m, n->text);
    const ac_rec_texts *parts[] = { &n->prefix, &n->given, NULL, &n->suffix };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        for (size_t k = 0; k < (parts[i] ? parts[i]->n : 1); k++) {
            ac_sv word = parts[i] ? parts[i]->at[k] : n->family;
            if (!ac_sv_trim(word).n)
                continue;
            if (m->text.n > begin)
                ac_sb_add_char(&m->text, ' ');
            (void)ac_chart_words_of(m, word);
        }
    return ac_span_of(begin, m->text.n);
}

static ac_span names(ac_chart_maker *m, ac_chart_say what, const ac_rec_human_name *at, size_t n, ac_phi_type type)
{
    ac_span first = { 0, 0 };
    for (size_t i = 0; i < n; i++) {
        size_t begin = m->text.n;
        if (i)
            ac_sb_add(&m->text, AC_SV(", "));
        else
            label(m, what);
        ac_span span = name(m, &at[i]);
        if (span.begin == span.end)
            m->text.n = begin;
        ac_chart_phi(m, span, type);
        first = ac_span_len(first) ? first : span;
    }
    return first;
}

static void address(ac_chart_maker *m, const ac_rec_address *a)
{
    const struct {
        ac_sv text;
        ac_phi_type type;
    } rest[] = { { a->city, AC_PHI_LOCATION }, { a->district, AC_PHI_LOCATION }, { a->state, AC_PHI_STATE },
                 { a->postal_code, AC_PHI_ZIP }, { a->country, AC_PHI_COUNTRY } };
    size_t begin = m->text.n;
    for (size_t i = 0; i < a->line.n; i++) {
        ac_sb_add(&m->text, m->text.n > begin ? AC_SV(", ") : AC_SV(""));
        ac_chart_phi(m, ac_chart_words_of(m, a->line.at[i]), AC_PHI_STREET);
    }
    for (size_t i = 0; i < sizeof rest / sizeof rest[0]; i++) {
        if (!ac_sv_trim(rest[i].text).n)
            continue;
        ac_sb_add(&m->text, m->text.n > begin ? AC_SV(", ") : AC_SV(""));
        ac_chart_phi(m, ac_chart_words_of(m, rest[i].text), rest[i].type);
    }
    if (m->text.n == begin)
        ac_chart_phi(m, ac_chart_words_of(m, a->text), AC_PHI_STREET);
}

static void telecom(ac_chart_maker *m, const char *before, const ac_rec_contact_point *at, size_t n)
{
    static const struct {
        const char *system;
        ac_phi_type type;
    } types[] = { { "phone sms pager", AC_PHI_PHONE }, { "fax", AC_PHI_FAX }, { "email", AC_PHI_EMAIL }, { "url", AC_PHI_URL } };
    for (size_t i = 0; i < n; i++) {
        ac_phi_type type = AC_PHI_ID;
        for (size_t k = 0; k < sizeof types / sizeof types[0]; k++)
            if (ac_chart_one_of(at[i].system, types[k].system))
                type = types[k].type;
        ac_sb_add(&m->text, i ? AC_SV(", ") : ac_sv_z(before));
        ac_chart_phi(m, ac_chart_words_of(m, at[i].value), type);
    }
}

/* v2-0203: what an identifier is */
static ac_phi_type type_of(const ac_rec_identifier *id, ac_phi_type other)
{
    static const struct {
        const char *codes;
        ac_phi_type type;
    } types[] = { { "MR MRT PI PT", AC_PHI_MRN }, { "SS", AC_PHI_SSN }, { "DL", AC_PHI_LICENCE }, { "AN ANON ANC", AC_PHI_ACCOUNT },
                  { "HC NH MA MC MCD MB NIIP SB SN", AC_PHI_INSURANCE }, { "VN", AC_PHI_CONTACT }, { "NPI MD LN EN PRN", AC_PHI_STAFF_ID } };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ac_chart_any(id->type, types[i].codes))
            return types[i].type;
    return other;
}

static void identifiers(ac_chart_maker *m, const ac_rec_identifier *at, size_t n, ac_phi_type other)
{
    for (size_t i = 0; i < n; i++) {
        if (!ac_sv_trim(at[i].value).n)
            continue;
        ac_sv what = ac_chart_name(at[i].type);
        if (what.n)
            (void)ac_chart_words_of(m, what);
        else
            (void)ac_chart_say_it(m, AC_SAY_ID);
        ac_sb_add(&m->text, AC_SV(": "));
        ac_chart_phi(m, ac_chart_words_of(m, at[i].value), type_of(&at[i], other));
        ac_chart_end(m);
        ac_chart_begin(m, m->entry);
    }
}

/* ---- the patient ---- */

static void sex(ac_chart_maker *m, const ac_rec_patient *p)
{
    static const struct {
        const char *code;
        ac_chart_say say;
        ac_sex sex;
    } rows[] = { { "female", AC_SAY_FEMALE, AC_SEX_FEMALE }, { "male", AC_SAY_MALE, AC_SEX_MALE }, { "other", AC_SAY_OTHER, AC_SEX_OTHER } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!ac_chart_one_of(p->gender, rows[i].code))
            continue;
        ac_chart_begin(m, m->entry);
        label(m, AC_SAY_SEX);
        m->chart->given.patient.sex = (uint8_t)rows[i].sex;
        m->chart->given.patient.sex_span = ac_chart_say_it(m, rows[i].say);
        ac_chart_phi(m, m->chart->given.patient.sex_span, AC_PHI_SEX);
        ac_chart_end(m);
    }
}

/* Completed years on the day of the newest entry, or of the death: the chart tells the patient as of that day. */
static void age(ac_chart_maker *m, ac_date birth, ac_date death)
{
    ac_date on = death.year && ac_date_cmp(death, m->chart->date) < 0 ? death : m->chart->date;
    int years = on.year - birth.year - (on.month < birth.month || (on.month == birth.month && on.day < birth.day));
    if (!ac_date_full(birth) || !ac_date_full(on) || years < 0 || years > 130)
        return;
    ac_chart_begin(m, m->entry);
    label(m, AC_SAY_AGE);
    size_t begin = m->text.n;
    ac_sb_add_u64(&m->text, (uint64_t)years);
    ac_sb_add_char(&m->text, ' ');
    (void)ac_chart_say_it(m, AC_SAY_YEARS);
    m->chart->given.patient.age = years;
    m->chart->given.patient.age_span = ac_span_of(begin, m->text.n);
    ac_given_phi *item = ac_vec_push(&m->chart->given.phi, m->arena);
    if (item)
        *item = (ac_given_phi) { .span = m->chart->given.patient.age_span, .type = AC_PHI_AGE, .number = years };
    m->full |= !item;
    ac_chart_end(m);
}

static void born(ac_chart_maker *m, const ac_rec_patient *p)
{
    ac_date birth = { 0, 0, 0 }, death = { 0, 0, 0 };
    ac_chart_begin(m, m->entry);
    if (p->birth_date.n) {
        label(m, AC_SAY_BORN);
        m->chart->given.patient.birth_span = ac_chart_date(m, p->birth_date, &birth);
        m->chart->given.patient.birth = birth;
    }
    ac_chart_end(m);
    ac_chart_begin(m, m->entry);
    if (p->deceased_date.n || p->deceased == AC_REC_TRUE) {
        label(m, AC_SAY_DIED);
        if (p->deceased_date.n)
            (void)ac_chart_date(m, p->deceased_date, &death);
        else
            (void)ac_chart_say_it(m, AC_SAY_YES);
    }
    ac_chart_end(m);
    age(m, birth, death);
}

static void contacts(ac_chart_maker *m, const ac_rec_patient *p)
{
    for (size_t i = 0; i < p->contact.n; i++) {
        const ac_rec_patient_contact *c = &p->contact.at[i];
        ac_chart_begin(m, m->entry);
        if (c->name)
            (void)names(m, AC_SAY_RELATIVE, c->name, 1, AC_PHI_RELATIVE);
        telecom(m, ", ", c->telecom.at, c->telecom.n);
        ac_sb_add(&m->text, c->address ? AC_SV(", ") : AC_SV(""));
        if (c->address)
            address(m, c->address);
        ac_chart_end(m);
    }
}

static void patient(ac_chart_maker *m, const ac_rec_patient *p)
{
    ac_chart_begin(m, m->entry);
    m->chart->given.patient.name_span = names(m, AC_SAY_NAME, p->name.at, p->name.n, AC_PHI_PATIENT);
    ac_chart_end(m);
    sex(m, p);
    born(m, p);
    for (size_t i = 0; i < p->address.n; i++) {
        ac_chart_begin(m, m->entry);
        label(m, AC_SAY_ADDRESS);
        address(m, &p->address.at[i]);
        ac_chart_end(m);
    }
    for (size_t i = 0; i < p->telecom.n; i++) {
        ac_chart_begin(m, m->entry);
        (void)ac_chart_say_it(m, AC_SAY_TELECOM);
        telecom(m, ": ", &p->telecom.at[i], 1);
        ac_chart_end(m);
    }
    ac_chart_begin(m, m->entry);
    identifiers(m, p->identifier.at, p->identifier.n, AC_PHI_ID);
    ac_chart_end(m);
    contacts(m, p);
}

static void place(ac_chart_maker *m, ac_sv called, const ac_rec_address *at, size_t n)
{
    if (!ac_sv_trim(called).n)
        return;
    label(m, AC_SAY_PLACE);
    ac_chart_phi(m, ac_chart_words_of(m, called), AC_PHI_HOSPITAL);
    for (size_t i = 0; i < n; i++) {
        ac_sb_add(&m->text, AC_SV(", "));
        address(m, &at[i]);
    }
}

static void practitioner(ac_chart_maker *m, const ac_rec_practitioner *p)
{
    (void)names(m, AC_SAY_STAFF, p->name.at, p->name.n, AC_PHI_STAFF);
    telecom(m, ", ", p->telecom.at, p->telecom.n);
    ac_chart_end(m);
    ac_chart_begin(m, m->entry);
    identifiers(m, p->identifier.at, p->identifier.n, AC_PHI_STAFF_ID);
}

static void other(ac_chart_maker *m, const ac_rec_entry *e)
{
    switch (e->kind) {
    case AC_REC_practitioner: practitioner(m, e->as.practitioner); break;
    case AC_REC_related_person:
        (void)names(m, AC_SAY_RELATIVE, e->as.related_person->name.at, e->as.related_person->name.n, AC_PHI_RELATIVE);
        telecom(m, ", ", e->as.related_person->telecom.at, e->as.related_person->telecom.n);
        break;
    case AC_REC_organization: place(m, e->as.organization->name, e->as.organization->address.at, e->as.organization->address.n); break;
    case AC_REC_location: place(m, e->as.location->name, e->as.location->address, e->as.location->address ? 1 : 0); break;
    case AC_REC_insurance:
        if (!e->as.insurance->subscriber_id.n)
            break;
        label(m, AC_SAY_INSURANCE);
        ac_chart_phi(m, ac_chart_words_of(m, e->as.insurance->subscriber_id), AC_PHI_INSURANCE);
        break;
    default: break;
    }
}

void ac_chart_write_patient(ac_chart_maker *m)
{
    for (int others = 0; others < 2; others++)
        for (size_t i = 0; i < m->chart->entries.n; i++) {
            const ac_rec_entry *e = &m->record->entries.at[m->chart->entries.at[i]];
            m->entry = m->chart->entries.at[i];
            if ((e->kind == AC_REC_patient) == others)
                continue;
            if (!others) {
                patient(m, e->as.patient);
                continue;
            }
            ac_chart_begin(m, m->entry);
            other(m, e);
            ac_chart_end(m);
        }
}
