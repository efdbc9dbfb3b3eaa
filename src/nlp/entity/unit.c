/* UCUM as far as results and doses need it: prefixes, products and quotients of known atoms. */
#include "nlp/entity/quantity.h"

#include <string.h>

enum { DIM_MASS, DIM_VOLUME, DIM_AMOUNT, DIM_EQUIVALENT, DIM_TIME, DIM_UNIT, DIM_IU, DIM_PRESSURE, DIM_LENGTH, DIM_OSMOLE,
       DIM_CATAL, DIM_RATIO, DIM_COUNT };

typedef struct {
    double factor;
    int8_t power[DIM_COUNT];
} measure;

#define Z(s) { "" s, sizeof(s) - 1 }
static const struct {
    ac_sv code;
    uint8_t dim;
    bool metric;
    double factor;
} atoms[] = {
    { Z("g"), DIM_MASS, true, 1 },           { Z("L"), DIM_VOLUME, true, 1 },
    { Z("mol"), DIM_AMOUNT, true, 1 },       { Z("eq"), DIM_EQUIVALENT, true, 1 },
    { Z("U"), DIM_UNIT, true, 1 },           { Z("[IU]"), DIM_IU, true, 1 },
    { Z("m"), DIM_LENGTH, true, 1 },         { Z("h"), DIM_TIME, false, 3600 },
    { Z("min"), DIM_TIME, false, 60 },       { Z("s"), DIM_TIME, true, 1 },
    { Z("d"), DIM_TIME, false, 86400 },      { Z("wk"), DIM_TIME, false, 604800 },
    { Z("[lb_av]"), DIM_MASS, false, 453.59237 }, { Z("[oz_av]"), DIM_MASS, false, 28.349523125 },
    { Z("[in_i]"), DIM_LENGTH, false, 0.0254 },   { Z("[ft_i]"), DIM_LENGTH, false, 0.3048 },
    { Z("m[Hg]"), DIM_PRESSURE, true, 133322 },   { Z("m[H2O]"), DIM_PRESSURE, true, 9806.65 },
    { Z("Pa"), DIM_PRESSURE, true, 1 },      { Z("osm"), DIM_OSMOLE, true, 1 },
    { Z("kat"), DIM_CATAL, true, 1 },        { Z("%"), DIM_RATIO, false, 0.01 },
};

static const struct {
    char letter;
    double factor;
} prefixes[] = { { 'k', 1e3 },  { 'd', 1e-1 }, { 'c', 1e-2 }, { 'm', 1e-3 },
                 { 'u', 1e-6 }, { 'n', 1e-9 }, { 'p', 1e-12 }, { 'M', 1e6 } };

static bool find_atom(ac_sv code, bool metric_only, size_t *out)
{
    for (size_t i = 0; i < sizeof atoms / sizeof atoms[0]; i++)
        if (ac_sv_eq(atoms[i].code, code) && (atoms[i].metric || !metric_only)) {
            *out = i;
            return true;
        }
    return false;
}

static double power_of(double base, int power)
{
    double v = 1;
    for (int i = 0; i < (power < 0 ? -power : power); i++)
        v *= base;
    return power < 0 ? 1 / v : v;
}

/* "10*3" or "24": a number alone. */
static bool add_number(measure *m, ac_sv s, int sign)
{
    double v;
    if (ac_sv_starts(s, AC_SV("10*"))) {
        if (!ac_sv_to_double(ac_sv_sub(s, 3, s.n), &v) || v < -24 || v > 24)
            return false;
        m->factor *= power_of(10, sign * (int)v);
        return true;
    }
    if (!ac_sv_to_double(s, &v) || v <= 0)
        return false;
    m->factor *= power_of(v, sign);
    return true;
}

static bool add_atom(measure *m, ac_sv s, int sign)
{
    if (s.n == 0)
        return true;
    if (ac_is_digit(s.p[0]))
        return add_number(m, s, sign);
    int power = 1;
    if (s.n > 1 && ac_is_digit(s.p[s.n - 1])) {
        power = s.p[s.n - 1] - '0';
        s.n--;
    }
    size_t i;
    double factor = 1;
    bool found = find_atom(s, false, &i);
    for (size_t k = 0; !found && k < sizeof prefixes / sizeof prefixes[0]; k++)
        if (s.n > 1 && s.p[0] == prefixes[k].letter && find_atom(ac_sv_sub(s, 1, s.n), true, &i)) {
            factor = prefixes[k].factor;
            found = true;
        }
    if (!found)
        return false;
    m->factor *= power_of(factor * atoms[i].factor, sign * power);
    m->power[atoms[i].dim] = (int8_t)(m->power[atoms[i].dim] + sign * power);
    return true;
}

static bool parse(ac_sv s, measure *m)
{
    *m = (measure) { .factor = 1 };
    int sign = 1, inside = 0;
    size_t begin = 0;
    for (size_t i = 0; i <= s.n; i++) {
        char c = i < s.n ? s.p[i] : '/';
        if (c == '{')
            return false; /* an annotation says what is counted: no arithmetic across that */
        if (c != '/' && c != '.' && c != '(' && c != ')')
            continue;
        if (!add_atom(m, ac_sv_sub(s, begin, i), sign))
            return false;
        begin = i + 1;
        if (c == '(')
            inside = sign;
        else if (c == '/')
            sign = -1;
        else
            sign = c == '.' && inside ? inside : 1;
    }
    return true;
}

bool ac_unit_convert(double value, ac_sv from, ac_sv to, double *out)
{
    const ac_sv celsius = AC_SV("Cel"), fahrenheit = AC_SV("[degF]");
    measure a, b;
    if (ac_sv_eq(from, to))
        *out = value;
    else if (ac_sv_eq(from, fahrenheit) && ac_sv_eq(to, celsius))
        *out = (value - 32) * 5 / 9;
    else if (ac_sv_eq(from, celsius) && ac_sv_eq(to, fahrenheit))
        *out = value * 9 / 5 + 32;
    else if (parse(from, &a) && parse(to, &b) && memcmp(a.power, b.power, sizeof a.power) == 0)
        *out = value * (a.factor / b.factor);
    else
        return false;
    return true;
}

bool ac_quantity_to_reference(double value, ac_sv unit, const ac_reference *ref, double *out)
{
    double in_alt;
    if (ref->unit.n == 0 || unit.n == 0)
        return false;
    if (ac_unit_convert(value, unit, ref->unit, out))
        return true;
    for (size_t i = 0; i < ref->n_alts; i++)
        if (ac_unit_convert(value, unit, ref->alts[i].unit, &in_alt)) {
            *out = in_alt * ref->alts[i].factor + ref->alts[i].offset;
            return true;
        }
    return false;
}
