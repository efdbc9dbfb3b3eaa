/* OBX-5: a value of any data type as an observation holds it. */
#include "interop/hl7/hl7_observation.h"

/* A comparator before a number, as in "<5" or ">= 10". */
static ac_sv comparator(ac_sv *s)
{
    size_t n = 0;
    while (n < s->n && n < 2 && memchr("<>=", s->p[n], 3))
        n++;
    ac_sv sign = ac_sv_sub(*s, 0, n);
    if (!n || !ac_hl7_mapped(&ac_hl7_table_comparator, sign).n)
        return AC_SV("");
    *s = ac_sv_trim(ac_sv_sub(*s, n, s->n));
    return sign;
}

static ac_hl7_value unit_of(ac_hl7_maker *m) { return ac_hl7_field(m, 6); }

static bool numeric(ac_hl7_maker *m, ac_sv text, ac_rec_component *out)
{
    ac_sv sign = comparator(&text);
    ac_rec_quantity *q = ac_hl7_amount(m, text, unit_of(m));
    if (!q)
        return false;
    q->comparator = sign;
    out->quantity = q;
    return true;
}

/* Text with the unit that the message gives beside it. */
static void words(ac_hl7_maker *m, ac_sv text, ac_rec_component *out)
{
    ac_hl7_value unit = unit_of(m);
    ac_sv name = ac_hl7_string(m, unit, 2);
    name = name.n ? name : ac_hl7_string(m, unit, 1);
    if (text.n && name.n) {
        AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 26);
        ac_sb_add(&b, text);
        ac_sb_add_char(&b, ' ');
        ac_sb_add(&b, name);
        text = ac_fhir_string(&m->f, &b);
    }
    out->string = text;
}

static void string_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    words(m, ac_hl7_string(m, v, 0), out);
}

/* ST with a unit beside it is a number where it looks like one: the unit says so. */
static void short_text(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_sv text = ac_hl7_string(m, v, 0);
    if (!ac_hl7_has(m, 6) || !numeric(m, text, out))
        words(m, text, out);
}

static void number_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_sv text = ac_hl7_string(m, v, 0);
    if (!numeric(m, text, out))
        words(m, text, out);
}

/* SN: comparator ^ number ^ separator ^ number: <^10, ^10^-^20, ^1^:^128 */
static void structured_number(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_sv sign = ac_hl7_string(m, v, 1), sep = ac_hl7_string(m, v, 3);
    ac_rec_quantity *low = ac_hl7_amount(m, ac_hl7_raw(v, 2), unit_of(m)), *high = ac_hl7_amount(m, ac_hl7_raw(v, 4), unit_of(m));
    bool known = !sign.n || ac_sv_eq(sign, AC_SV("=")) || ac_hl7_mapped(&ac_hl7_table_comparator, sign).n;
    if (low && !high && !sep.n && known) {
        low->comparator = ac_hl7_mapped(&ac_hl7_table_comparator, sign);
        out->quantity = low;
    } else if (low && high && !sign.n && ac_sv_eq(sep, AC_SV("-"))) {
        ac_rec_range *r = AC_FHIR_NEW(&m->f, range);
        *r = (ac_rec_range) { .low = low, .high = high };
        out->range = r;
    } else if (low && high && !sign.n && (ac_sv_eq(sep, AC_SV(":")) || ac_sv_eq(sep, AC_SV("/")))) {
        ac_rec_ratio *r = AC_FHIR_NEW(&m->f, ratio);
        *r = (ac_rec_ratio) { .numerator = low, .denominator = high };
        out->ratio = r;
    } else {
        AC_AUTO(ac_sb) b = AC_SB(1 << 20);
        for (unsigned k = 1; k <= 4; k++)
            ac_sb_add(&b, ac_hl7_string(m, v, k));
        words(m, ac_fhir_string(&m->f, &b), out);
    }
}

static void coded_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_rec_concept *c = AC_FHIR_NEW(&m->f, concept);
    if (ac_hl7_to_concept(m, v, NULL, c))
        out->concept = c;
}

/* A time of day that R4 could not hold without its zone stays as it was written. */
static void moment_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    bool whole;
    ac_sv text = ac_hl7_time_text(m, ac_hl7_raw(v, 1), &whole);
    if (whole && text.n)
        out->date_time = text;
    else
        words(m, ac_hl7_string(m, v, 0), out);
}

/* HHMM[SS[.S]] */
static void time_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_sv s = ac_hl7_string(m, v, 1);
    bool ok = s.n == 4 || s.n == 6;
    for (size_t i = 0; ok && i < s.n; i++)
        ok = ac_is_digit(s.p[i]) && !(i == 2 && s.p[2] > '5') && !(i == 4 && s.p[4] > '5');
    ok = ok && (s.p[0] < '2' || (s.p[0] == '2' && s.p[1] < '4'));
    if (!ok) {
        words(m, ac_hl7_string(m, v, 0), out);
        return;
    }
    AC_AUTO(ac_sb) b = AC_SB(16);
    ac_sb_add(&b, ac_sv_sub(s, 0, 2));
    ac_sb_add_char(&b, ':');
    ac_sb_add(&b, ac_sv_sub(s, 2, 4));
    ac_sb_add_char(&b, ':');
    ac_sb_add(&b, s.n == 6 ? ac_sv_sub(s, 4, 6) : AC_SV("00"));
    out->time = ac_fhir_string(&m->f, &b);
}

static void period_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_rec_period *p = AC_FHIR_NEW(&m->f, period);
    if (ac_hl7_to_period(m, v, NULL, p))
        out->period = p;
    else
        words(m, ac_hl7_string(m, v, 0), out);
}

/* NR: low ^ high */
static void range_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_rec_range r = { .low = ac_hl7_amount(m, ac_hl7_raw(v, 1), unit_of(m)), .high = ac_hl7_amount(m, ac_hl7_raw(v, 2), unit_of(m)) };
    if (!r.low && !r.high) {
        words(m, ac_hl7_string(m, v, 0), out);
        return;
    }
    ac_rec_range *range = AC_FHIR_NEW(&m->f, range);
    *range = r;
    out->range = range;
}

static void quantity_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_rec_quantity *q = ac_hl7_amount(m, ac_hl7_raw(v, 1), ac_hl7_sub(m, v, 2));
    if (q)
        out->quantity = q;
    else
        words(m, ac_hl7_string(m, v, 0), out);
}

/* What has parts but no type in R4: its parts in words. */
static void parts_value(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 26);
    ac_sv rest = ac_hl7_raw(v, 0), part;
    while (ac_sv_split(&rest, m->msg->comp_sep, &part)) {
        ac_sv s = ac_hl7_string(m, (ac_hl7_value) { .raw = part }, 0);
        if (b.n && s.n)
            ac_sb_add_char(&b, ' ');
        ac_sb_add(&b, s);
    }
    words(m, ac_fhir_string(&m->f, &b), out);
}

static const struct {
    char type[4];
    void (*read)(ac_hl7_maker *, ac_hl7_value, ac_rec_component *);
} types[] = {
    { "NM", number_value },  { "SI", number_value },  { "SN", structured_number }, { "ST", short_text },   { "CE", coded_value },
    { "CWE", coded_value },  { "CNE", coded_value },  { "CF", coded_value },       { "ID", coded_value },  { "IS", coded_value },
    { "DT", moment_value },  { "TS", moment_value },  { "DTM", moment_value },     { "TM", time_value },   { "DR", period_value },
    { "NR", range_value },   { "CQ", quantity_value }, { "NA", parts_value },      { "MA", parts_value },  { "XPN", parts_value },
    { "XCN", parts_value },  { "XAD", parts_value },  { "XTN", parts_value },      { "XON", parts_value }, { "CX", parts_value },
    { "EI", parts_value },   { "PL", parts_value },   { "CP", parts_value },       { "MO", parts_value },  { "PN", parts_value },
    { "CN", parts_value },   { "AD", parts_value },   { "TN", parts_value },       { "CK", parts_value },  { "PT", parts_value },
    { "HD", parts_value },
};

void ac_hl7_value_of(ac_hl7_maker *m, ac_hl7_value v, ac_rec_component *out)
{
    ac_sv type = ac_hl7_string(m, ac_hl7_field(m, 2), 1);
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ac_sv_eq(ac_sv_z(types[i].type), type)) {
            types[i].read(m, v, out);
            return;
        }
    string_value(m, v, out);
}

/* ---- reference range ---- */

static bool is_number_char(char c) { return ac_is_digit(c) || c == '.'; }

/* "3.5 - 5.0", "<5", ">= 60"; anything else is text alone. */
void ac_hl7_reference_range(ac_hl7_maker *m, ac_rec_observation *o)
{
    ac_sv text = ac_hl7_string(m, ac_hl7_field(m, 7), 0), s = text;
    if (!text.n || m->f.full)
        return;
    ac_rec_reference_range r = { .text = text };
    ac_sv sign = comparator(&s);
    if (sign.n) {
        ac_rec_quantity *q = ac_hl7_amount(m, s, unit_of(m));
        if (sign.p[0] == '<')
            r.high = q;
        else
            r.low = q;
    } else {
        size_t i = 0;
        while (i < s.n && (is_number_char(s.p[i]) || (i == 0 && s.p[0] == '-')))
            i++;
        ac_sv low = ac_sv_sub(s, 0, i), rest = ac_sv_trim(ac_sv_sub(s, i, s.n));
        ac_sv high = rest.n && rest.p[0] == '-' ? ac_sv_trim(ac_sv_sub(rest, 1, rest.n)) : AC_SV("");
        ac_rec_quantity *a = ac_hl7_amount(m, low, unit_of(m)), *b = ac_hl7_amount(m, high, unit_of(m));
        r.low = a && b ? a : NULL;
        r.high = a && b ? b : NULL;
    }
    if (!m->f.full)
        *AC_FHIR_PUSH(&m->f, &o->reference_range) = r;
}
