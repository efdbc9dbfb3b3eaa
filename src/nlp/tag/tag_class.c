#include "nlp/tag/tag_feature.h"

#include "nlp/entity/sig.h"

#include <string.h>

static ac_sv place_name(unsigned value, ac_sv (*of)(unsigned), char *out, size_t at)
{
    static const char places[] = "SBEI";
    ac_sv name = of(value / AC_TAG_PLACES);
    out[at++] = places[value % AC_TAG_PLACES];
    out[at++] = '-';
    size_t n = name.n < AC_TAG_NAME_BYTES - at ? name.n : AC_TAG_NAME_BYTES - at;
    memcpy(out + at, name.p, n);
    return (ac_sv) { out, at + n };
}

static ac_sv kind_name(unsigned v) { return v < AC_KIND_COUNT ? ac_kind_name((ac_kind)v) : AC_SV("none"); }
static ac_sv time_name(unsigned v)
{
    static const char *const names[] = { "date", "relative", "duration", "age", "clock" };
    return v < sizeof names / sizeof names[0] ? ac_sv_z(names[v]) : AC_SV("none");
}

#define SIG_NAME(id, name, ...) name,
static ac_sv sig_name(unsigned v)
{
    static const char *const names[] = { AC_SIG_LIST(SIG_NAME) };
    return v < sizeof names / sizeof names[0] ? ac_sv_z(names[v]) : AC_SV("none");
}

static ac_sv phi_name(unsigned v) { return v < AC_PHI_COUNT ? ac_phi_name((ac_phi_type)v) : AC_SV("none"); }

/* What the value of each kind of class is called, from AC_TAG_LEX on; NULL: it is a number. */
static ac_sv (*const in_span[AC_TAG_CLASSES])(unsigned) = {
    [0] = kind_name, [AC_TAG_PHI - AC_TAG_LEX] = phi_name,
    [AC_TAG_TIME - AC_TAG_LEX] = time_name, [AC_TAG_SIG - AC_TAG_LEX] = sig_name,
};

ac_sv ac_tag_class_name(ac_tag_class c, char out[AC_TAG_NAME_BYTES])
{
    ac_tag_template t = ac_tag_class_template(c);
    unsigned value = c & 0xffu;
    size_t at = strlen(ac_tag_template_name(t));
    memcpy(out, ac_tag_template_name(t), at);
    out[at++] = '=';
    if (in_span[t - AC_TAG_LEX])
        return place_name(value, in_span[t - AC_TAG_LEX], out, at);
    out[at] = (char)('0' + value / 100);
    out[at + 1] = (char)('0' + value / 10 % 10);
    out[at + 2] = (char)('0' + value % 10);
    return (ac_sv) { out, at + 3 };
}
