#include "interop/ccda/ccda_make.h"

/* ---- codes ---- */

/* A LOINC code under the name of SNOMED CT, whose codes are numbers, is kept, but not as one of SNOMED CT. */
static bool may_be_of(ac_sv system, ac_sv code)
{
    for (size_t i = 0; i < code.n; i++)
        if (!ac_is_digit(code.p[i]))
            return !ac_sv_eq(system, AC_SV(AC_CCDA_SNOMED)) || code.p[i] == '|' || code.p[i] == ':'; /* an expression has more */
    return true;
}

static bool coding(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_coding *out)
{
    ac_sv code = ac_ccda_attr(n, "code");
    if (!code.n || ac_ccda_is_null(n))
        return false;
    *out = (ac_rec_coding) { .system = ac_ccda_system(m, ac_ccda_attr(n, "codeSystem")),
                             .version = ac_ccda_attr(n, "codeSystemVersion"),
                             .code = code,
                             .display = ac_ccda_attr(n, "displayName") };
    if (!may_be_of(out->system, code)) {
        ac_ccda_skip(m, AC_SV("CD"), AC_SV("a code that its system cannot have"));
        m->out.record.coverage.members_unknown++;
        out->system = AC_SV("");
    }
    return true;
}

/* A display is the name that its system gives the code; of HL7's own systems every receiver knows that, so that what a document
 * calls it stands in the words. */
static ac_sv own_name(ac_rec_concept *c)
{
    ac_sv name = { 0 };
    for (size_t i = 0; i < c->coding.n; i++)
        if (ac_sv_starts(c->coding.at[i].system, AC_SV(AC_CCDA_HL7))) {
            name = name.n ? name : c->coding.at[i].display;
            c->coding.at[i].display = AC_SV("");
        }
    return name;
}

/* What a qualifier adds ("laterality: left") has no place beside a FHIR code, so it joins the words. */
static ac_sv with_qualifiers(ac_ccda_maker *m, const ac_tree_node *n, ac_sv text)
{
    AC_AUTO(ac_sb) b = AC_SB(AC_CCDA_WORDS_MAX);
    size_t said = 0;
    if (!ac_tree_child(n, AC_SV("qualifier")))
        return text;
    ac_sb_add(&b, text.n ? text : ac_ccda_attr(n, "displayName"));
    AC_CCDA_EACH(q, n, "qualifier")
    {
        ac_sv name = ac_ccda_attr(ac_tree_child(q, AC_SV("name")), "displayName");
        ac_sv value = ac_ccda_attr(ac_tree_child(q, AC_SV("value")), "displayName");
        if (!value.n || !b.n || b.n + name.n + value.n > AC_CCDA_WORDS_MAX - 8) {
            ac_ccda_skip(m, AC_SV("CD"), AC_SV("qualifier"));
            m->out.record.coverage.members_unknown++;
            continue;
        }
        ac_sb_add(&b, said++ ? AC_SV(", ") : AC_SV(" ("));
        ac_sb_add(&b, name);
        ac_sb_add(&b, name.n ? AC_SV(": ") : AC_SV(""));
        ac_sb_add(&b, value);
    }
    if (!said)
        return text;
    ac_sb_add_char(&b, ')');
    return ac_ccda_copy(m, &b);
}

ac_rec_concept *ac_ccda_concept(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_rec_coding one;
    ac_rec_concept *c = AC_CCDA_NEW(m, concept);
    if (!n)
        return NULL;
    if (coding(m, n, &one))
        *AC_CCDA_PUSH(m, &c->coding) = one;
    AC_CCDA_EACH(t, n, "translation")
    if (coding(m, t, &one))
        *AC_CCDA_PUSH(m, &c->coding) = one;
    ac_sv text = ac_ccda_text(m, ac_tree_child(n, AC_SV("originalText")));
    if (!text.n && !c->coding.n) /* a name without a code is still what was said */
        text = ac_ccda_attr(n, "displayName");
    ac_sv own = own_name(c);
    text = text.n ? text : own;
    c->text = with_qualifiers(m, n, text);
    return c->coding.n || c->text.n ? c : NULL;
}

void ac_ccda_push_concept(ac_ccda_maker *m, ac_rec_concept **at, const ac_tree_node *n)
{
    if (!*at)
        *at = ac_ccda_concept(m, n);
}

ac_rec_concept *ac_ccda_code(ac_ccda_maker *m, const char *system, ac_sv code)
{
    if (!code.n)
        return NULL;
    ac_rec_concept *c = AC_CCDA_NEW(m, concept);
    ac_rec_coding *one = AC_CCDA_PUSH(m, &c->coding);
    one->system = ac_sv_z(system);
    one->code = code;
    return c;
}

ac_rec_concept *ac_ccda_words_concept(ac_ccda_maker *m, ac_sv text)
{
    if (!text.n)
        return NULL;
    ac_rec_concept *c = AC_CCDA_NEW(m, concept);
    c->text = text;
    return c;
}

ac_rec_concept *ac_ccda_named_concept(ac_ccda_maker *m, const ac_tree_node *code, ac_sv words)
{
    ac_rec_concept *c = ac_ccda_concept(m, code);
    if (!c)
        return ac_ccda_words_concept(m, words);
    c->text = c->text.n ? c->text : words;
    return c;
}

ac_rec_concept *ac_ccda_unknown(ac_ccda_maker *m, const ac_tree_node *n)
{
    static const ac_ccda_pair flavours[] = { { "NI", "NI" },     { "INV", "INV" },   { "OTH", "OTH" },   { "UNK", "UNK" },
                                             { "ASKU", "ASKU" }, { "NAV", "NAV" },   { "NASK", "NASK" }, { "MSK", "MSK" },
                                             { "NA", "NA" },     { "QS", "QS" },     { "TRC", "TRC" },   { "NAVU", "NAVU" },
                                             { "DER", "DER" },   { "UNC", "UNC" },   { "NINF", "NINF" }, { "PINF", "PINF" },
                                             { NULL, NULL } };
    ac_sv flavour = ac_ccda_translate(flavours, ac_ccda_attr(n, "nullFlavor"));
    return ac_ccda_code(m, AC_CCDA_HL7 "v3-NullFlavor", flavour.n ? flavour : AC_SV("UNK"));
}

bool ac_ccda_has_code(const ac_rec_concept *c, const char *code)
{
    for (size_t i = 0; c && i < c->coding.n; i++)
        if (ac_sv_eq(c->coding.at[i].code, ac_sv_z(code)))
            return true;
    return false;
}

bool ac_ccda_identifier(ac_ccda_maker *m, const ac_tree_node *id, ac_rec_identifier *out)
{
    ac_sv root = ac_ccda_attr(id, "root"), extension = ac_ccda_attr(id, "extension");
    ac_sv system = ac_ccda_system(m, root);
    *out = (ac_rec_identifier) { 0 };
    if (ac_ccda_is_null(id) || (!system.n && !extension.n))
        return false;
    if (extension.n) {
        out->system = system;
        out->value = extension;
    } else { /* the root is the identifier */
        out->system = AC_SV("urn:ietf:rfc3986");
        out->value = ac_sv_starts(system, AC_SV("urn:")) ? system : ac_ccda_join(m, AC_SV("urn:oid:"), root, AC_SV(""));
    }
    return true;
}

/* ---- numbers and amounts ---- */

static size_t skip_digits(ac_sv s, size_t at)
{
    while (at < s.n && ac_is_digit(s.p[at]))
        at++;
    return at;
}

ac_sv ac_ccda_number(ac_ccda_maker *m, ac_sv s)
{
    bool minus = s.n && s.p[0] == '-';
    size_t begin = s.n && (minus || s.p[0] == '+'), point = skip_digits(s, begin), end = point;
    ac_sv fraction = { 0 };
    if (end < s.n && s.p[end] == '.') {
        end = skip_digits(s, end + 1);
        fraction = ac_sv_sub(s, point, end > point + 1 ? end : point); /* "5." is 5 */
    }
    if (end - begin == (size_t)(end > point) || end != s.n) /* no digit at all, or more than a number */
        return AC_SV("");
    while (begin + 1 < point && s.p[begin] == '0') /* JSON has no leading zeros */
        begin++;
    ac_sv whole = point > begin ? ac_sv_sub(s, begin, point) : AC_SV("0");
    return ac_ccda_join(m, minus ? AC_SV("-") : AC_SV(""), whole, fraction);
}

/* UCUM has visible ASCII characters only; whatever else stands in @unit is a unit in words. */
static bool may_be_ucum(ac_sv unit)
{
    for (size_t i = 0; i < unit.n; i++)
        if (unit.p[i] <= ' ' || unit.p[i] > '~')
            return false;
    return true;
}

ac_rec_quantity *ac_ccda_quantity(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_sv written = ac_ccda_attr(n, "value"), value = ac_ccda_number(m, written), unit = ac_ccda_attr(n, "unit");
    if (!value.n) {
        if (written.n) {
            ac_ccda_skip(m, AC_SV("PQ"), AC_SV("no number"));
            m->out.record.coverage.members_unknown++;
        }
        return NULL;
    }
    ac_rec_quantity *q = AC_CCDA_NEW(m, quantity);
    q->value = value;
    q->unit = unit;
    if (unit.n && may_be_ucum(unit)) {
        q->system = AC_SV(AC_CCDA_UCUM);
        q->code = unit;
    }
    return q;
}

ac_rec_ratio *ac_ccda_ratio(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_rec_quantity *numerator = ac_ccda_quantity(m, ac_tree_child(n, AC_SV("numerator")));
    ac_rec_quantity *denominator = ac_ccda_quantity(m, ac_tree_child(n, AC_SV("denominator")));
    if (!numerator || !denominator)
        return NULL;
    ac_rec_ratio *r = AC_CCDA_NEW(m, ratio);
    r->numerator = numerator;
    r->denominator = denominator;
    return r;
}

bool ac_ccda_range(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_range *out)
{
    *out = (ac_rec_range) { ac_ccda_quantity(m, ac_tree_child(n, AC_SV("low"))),
                            ac_ccda_quantity(m, ac_tree_child(n, AC_SV("high"))) };
    return out->low || out->high;
}

ac_rec_quantity *ac_ccda_interval(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_range **range)
{
    ac_rec_range ends;
    *range = NULL;
    if (!ac_ccda_range(m, n, &ends))
        return ac_ccda_quantity(m, ac_ccda_attr(n, "value").n ? n : ac_tree_child(n, AC_SV("center")));
    if (ends.low && ends.high) {
        *range = AC_CCDA_NEW(m, range);
        **range = ends;
        return NULL;
    }
    const ac_tree_node *end = ac_tree_child(n, ends.low ? AC_SV("low") : AC_SV("high"));
    bool open = ac_ccda_attr_is(end, "inclusive", "false");
    ac_rec_quantity *q = ends.low ? ends.low : ends.high;
    q->comparator = ends.low ? (open ? AC_SV(">") : AC_SV(">=")) : (open ? AC_SV("<") : AC_SV("<="));
    return q;
}

/* ---- the value of an observation: one row for each data type of the standard ---- */

typedef void value_reader(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out);

static void read_amount(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out) { out->quantity = ac_ccda_quantity(m, n); }
static void read_concept(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out) { out->concept = ac_ccda_concept(m, n); }
static void read_ratio(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out) { out->ratio = ac_ccda_ratio(m, n); }
static void read_words(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out) { out->string = ac_ccda_text(m, n); }
static void read_time(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out) { out->date_time = ac_ccda_time_of(m, n); }

static void read_interval(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out)
{
    out->quantity = ac_ccda_interval(m, n, &out->range);
}

/* FHIR integers have 32 bits and no fraction; a larger number is a quantity. */
static void read_integer(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out)
{
    ac_sv v = ac_ccda_number(m, ac_ccda_attr(n, "value"));
    if (v.n > 9 || !v.n || memchr(v.p, '.', v.n))
        out->quantity = ac_ccda_quantity(m, n);
    else
        out->integer = v;
}

static void read_bool(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out)
{
    (void)m;
    out->boolean = ac_ccda_attr_is(n, "value", "true") ? AC_REC_TRUE :
                   ac_ccda_attr_is(n, "value", "false") ? AC_REC_FALSE : AC_REC_ABSENT;
}

static void read_period(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_component *out)
{
    ac_ccda_when(m, n, &out->date_time, &out->period);
}

static const struct {
    const char *type;
    value_reader *read;
} value_types[] = {
    { "PQ", read_amount },   { "REAL", read_amount }, { "MO", read_amount },    { "INT", read_integer },    { "CD", read_concept },
    { "CE", read_concept },  { "CV", read_concept },  { "CS", read_concept },   { "CO", read_concept },     { "ST", read_words },
    { "ED", read_words },    { "SC", read_words },    { "TS", read_time },      { "IVL_TS", read_period },  { "IVL_PQ", read_interval },
    { "IVL_INT", read_interval }, { "IVL_REAL", read_interval }, { "RTO", read_ratio }, { "RTO_PQ_PQ", read_ratio },
    { "RTO_QTY_QTY", read_ratio }, { "BL", read_bool }, { "BN", read_bool },
};

static value_reader *reader_of(const ac_tree_node *n)
{
    ac_sv type = ac_ccda_xsi_type(n);
    for (size_t i = 0; i < sizeof value_types / sizeof value_types[0]; i++)
        if (ac_sv_eq(type, ac_sv_z(value_types[i].type)))
            return value_types[i].read;
    if (type.n)
        return NULL;
    return ac_ccda_attr(n, "code").n ? read_concept : ac_ccda_attr(n, "unit").n ? read_amount : read_words;
}

bool ac_ccda_component_value(ac_ccda_maker *m, const ac_tree_node *value, ac_rec_component *out)
{
    value_reader *read = value ? reader_of(value) : NULL;
    if (!read) {
        if (value) {
            ac_ccda_skip(m, AC_SV("value"), ac_ccda_xsi_type(value));
            m->out.record.coverage.members_unknown++;
        }
        return false;
    }
    read(m, value, out);
    return out->quantity || out->concept || out->ratio || out->string.n || out->date_time.n || out->range || out->integer.n ||
           out->period || out->boolean != AC_REC_ABSENT;
}
