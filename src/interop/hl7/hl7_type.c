/* Data types of chapter 2A as FHIR's: codes, identifiers, names, addresses, people. */
#include "interop/hl7/hl7_make.h"

#include "interop/fhir_type.h"

/* ---- text ---- */

bool ac_hl7_to_string(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    *(ac_sv *)out = ac_hl7_string(m, v, 0);
    return ((ac_sv *)out)->n > 0;
}

bool ac_hl7_to_first(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    *(ac_sv *)out = ac_hl7_string(m, v, 1);
    return ((ac_sv *)out)->n > 0;
}

bool ac_hl7_to_mapped(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_sv code = ac_hl7_mapped(arg, ac_hl7_string(m, v, 1));
    *(ac_sv *)out = code;
    if (!code.n)
        ac_hl7_unread(v, 1);
    return code.n > 0;
}

bool ac_hl7_to_bool(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    ac_sv s = ac_hl7_string(m, v, 1);
    bool yes = ac_sv_eq_nocase(s, AC_SV("Y")), no = ac_sv_eq_nocase(s, AC_SV("N"));
    *(uint8_t *)out = yes ? AC_REC_TRUE : no ? AC_REC_FALSE : AC_REC_ABSENT;
    if (!yes && !no)
        ac_hl7_unread(v, 1);
    return yes || no;
}

bool ac_hl7_to_annotation(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    return ac_hl7_to_string(m, v, arg, &((ac_rec_annotation *)out)->text);
}

/* Words with a blank between them. */
static void join(ac_sb *b, ac_sv word)
{
    if (b->n && word.n)
        ac_sb_add_char(b, ' ');
    ac_sb_add(b, word);
}

/* ---- codes ---- */

static bool is_oid(ac_sv s)
{
    bool ok = s.n > 2 && s.p[0] >= '0' && s.p[0] <= '2' && s.p[1] == '.';
    for (size_t i = 1; ok && i < s.n; i++)
        if (s.p[i] == '.')
            ok = i + 1 < s.n && ac_is_digit(s.p[i + 1]) && !(s.p[i + 1] == '0' && i + 2 < s.n && s.p[i + 2] != '.');
        else
            ok = ac_is_digit(s.p[i]);
    return ok;
}

static bool is_uuid(ac_sv s)
{
    static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    for (size_t i = 0; i < s.n && i < sizeof shape - 1; i++)
        if (shape[i] == 'x' ? !ac_is_digit(s.p[i]) && !(ac_lower(s.p[i]) >= 'a' && ac_lower(s.p[i]) <= 'f') : s.p[i] != '-')
            return false;
    return s.n == sizeof shape - 1;
}

static bool all_printable(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || memchr("<>\"{}|\\^`", s.p[i], 9))
            return false;
    return s.n > 0;
}

static ac_sv prefixed(ac_hl7_maker *m, const char *prefix, ac_sv s, bool lower)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 16);
    ac_sb_add(&b, ac_sv_z(prefix));
    for (size_t i = 0; i < s.n; i++)
        ac_sb_add_char(&b, lower ? ac_lower(s.p[i]) : s.p[i]);
    return s.n > 1 << 15 ? AC_SV("") : ac_fhir_string(&m->f, &b);
}

ac_sv ac_hl7_uri(ac_hl7_maker *m, ac_sv id, ac_sv kind)
{
    bool iso = ac_sv_eq_nocase(kind, AC_SV("ISO")) || kind.n == 0;
    if (iso && is_oid(id))
        return prefixed(m, "urn:oid:", id, false);
    if ((ac_sv_eq_nocase(kind, AC_SV("UUID")) || ac_sv_eq_nocase(kind, AC_SV("GUID"))) && is_uuid(id))
        return prefixed(m, "urn:uuid:", id, true);
    bool url = ac_sv_starts(id, AC_SV("http://")) || ac_sv_starts(id, AC_SV("https://")) || ac_sv_starts(id, AC_SV("urn:"));
    return url && all_printable(id) ? id : AC_SV("");
}

/* The name of a coding system that has no URI here keeps its name; "L" is whatever its sender means by it. */
static ac_sv named_system(ac_hl7_maker *m, ac_sv name)
{
    bool plain = name.n > 1;
    for (size_t i = 0; plain && i < name.n; i++)
        plain = ac_is_alnum(name.p[i]) || memchr("-_.+", name.p[i], 4);
    ac_sv uri = ac_hl7_uri(m, name, AC_SV(""));
    return uri.n ? uri : plain ? prefixed(m, "urn:x-hl7v2:", name, false) : AC_SV("");
}

static ac_sv table_uri(ac_hl7_maker *m, ac_sv number, ac_sv code)
{
    return ac_hl7_in(number, code) ? prefixed(m, AC_FHIR_HL7 "v2-", number, false) : AC_SV("");
}

/* One of the three codes of a CWE: where its parts are. */
typedef struct {
    uint8_t id, text, system, version, oid;
} places;

static bool coding_at(ac_hl7_maker *m, ac_hl7_value v, places at, const char *table, ac_rec_coding *out)
{
    ac_sv code = ac_hl7_code(m, v, at.id), text = ac_hl7_string(m, v, at.text), name = ac_hl7_string(m, v, at.system);
    ac_sv oid = name.n ? AC_SV("") : ac_hl7_string(m, v, at.oid);
    ac_hl7_system s = ac_hl7_system_of(name.n ? name : oid);
    if (!code.n)
        return false;
    bool table_known = s.table.n && (ac_hl7_in(s.table, code) || !ac_hl7_has_table(s.table));
    ac_sv uri = table_known         ? prefixed(m, AC_FHIR_HL7 "v2-", s.table, false)
                : s.fits && !s.fits(code) ? AC_SV("") /* no code of that system can look so */
                : s.uri.n           ? s.uri
                : name.n || oid.n   ? named_system(m, name.n ? name : oid)
                : table             ? table_uri(m, ac_sv_z(table), code)
                                    : AC_SV("");
    if (name.n && !uri.n && !ac_sv_eq(name, AC_SV("L")))
        ac_hl7_unread(v, at.system);
    if (!uri.n && !text.n && memchr(code.p, ' ', code.n)) /* words where a code should be */
        return false;
    *out = (ac_rec_coding) { .system = uri, .code = code };
    if (!ac_sv_starts(uri, AC_SV(AC_FHIR_HL7)))
        out->display = text;
    if (uri.n)
        out->version = ac_hl7_string(m, v, at.version);
    return true;
}

static const places codes_of_cwe[] = { { 1, 2, 3, 7, 14 }, { 4, 5, 6, 8, 17 }, { 10, 11, 12, 13, 20 } };

bool ac_hl7_to_concept(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_concept *c = out;
    static const uint8_t words[] = { 9, 2, 5, 11, 1, 4 };
    for (size_t i = 0; i < 3; i++) {
        ac_rec_coding coding = { 0 };
        if (coding_at(m, v, codes_of_cwe[i], i == 0 ? arg : NULL, &coding))
            *AC_FHIR_PUSH(&m->f, &c->coding) = coding;
        if (m->f.full)
            return false;
    }
    for (size_t i = 0; i < sizeof words && !c->text.n; i++)
        c->text = ac_hl7_string(m, v, words[i]);
    if (!c->text.n && !c->coding.n)
        ac_hl7_unread(v, 0);
    return c->text.n || c->coding.n;
}

bool ac_hl7_to_coding(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    return coding_at(m, v, codes_of_cwe[0], arg, out);
}

ac_rec_concept *ac_hl7_words(ac_hl7_maker *m, ac_sv text) { return text.n ? ac_fhir_words_only(&m->f, text) : NULL; }

ac_rec_concept *ac_hl7_unknown(ac_hl7_maker *m)
{
    return ac_fhir_code(&m->f, AC_SV(AC_FHIR_HL7 "data-absent-reason"), AC_SV("unknown"));
}

/* ---- identifiers ---- */

static ac_rec_concept *id_type(ac_hl7_maker *m, ac_sv code)
{
    if (!code.n)
        return NULL;
    ac_sv uri = table_uri(m, AC_SV("0203"), code);
    return uri.n ? ac_fhir_code(&m->f, uri, code) : ac_fhir_words_only(&m->f, code);
}

static void named_assigner(ac_hl7_maker *m, ac_rec_identifier *id, ac_sv name)
{
    if (!name.n || m->f.full)
        return;
    if (!id->assigner) {
        ac_rec_assigner *a = AC_FHIR_NEW(&m->f, assigner);
        a->display = name;
        id->assigner = a;
        return;
    }
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    ac_sb_add(&b, id->assigner->display);
    ac_sb_add(&b, AC_SV(", "));
    ac_sb_add(&b, name);
    if (!ac_sv_eq(id->assigner->display, name))
        id->assigner->display = ac_fhir_string(&m->f, &b);
}

/* An HD. Where its universal id is no URI, it is told beside the name. */
static void assigned_by(ac_hl7_maker *m, ac_rec_identifier *id, ac_hl7_value hd)
{
    ac_sv uid = ac_hl7_string(m, hd, 2), uri = ac_hl7_uri(m, uid, ac_hl7_string(m, hd, 3));
    named_assigner(m, id, ac_hl7_string(m, hd, 1));
    if (!id->system.n)
        id->system = uri;
    if (!uri.n)
        named_assigner(m, id, uid);
}

static void check_digit(ac_hl7_maker *m, ac_rec_identifier *id, ac_hl7_value v, unsigned k)
{
    static const char *const urls[] = { AC_FHIR_SD "identifier-checkDigit", AC_FHIR_SD "namingsystem-checkDigit" };
    for (unsigned i = 0; i < 2 && !m->f.full; i++) {
        ac_sv s = ac_hl7_string(m, v, k + i);
        if (s.n)
            *AC_FHIR_PUSH(&m->f, &id->extension) = (ac_rec_extension) { .url = ac_sv_z(urls[i]), .value_string = s };
    }
}

static ac_rec_period *period_of(ac_hl7_maker *m, ac_hl7_value v, unsigned from, unsigned to)
{
    bool whole;
    ac_rec_period p = { .start = ac_hl7_time_text(m, ac_hl7_raw(v, from), &whole) };
    p.end = ac_hl7_time_text(m, ac_hl7_raw(v, to), &whole);
    if (!p.start.n && !p.end.n)
        return NULL;
    ac_rec_period *out = AC_FHIR_NEW(&m->f, period);
    *out = p;
    return out;
}

bool ac_hl7_to_cx(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_identifier *id = out;
    id->value = ac_hl7_string(m, v, 1);
    if (!id->value.n) {
        ac_hl7_unread(v, 0);
        return false;
    }
    ac_sv type = ac_hl7_string(m, v, 5);
    id->type = id_type(m, type.n ? type : ac_sv_z(arg));
    assigned_by(m, id, ac_hl7_sub(m, v, 4));
    ac_hl7_value facility = ac_hl7_sub(m, v, 6);
    named_assigner(m, id, ac_hl7_string(m, facility, 1));
    check_digit(m, id, v, 2);
    id->period = period_of(m, v, 7, 8);
    return true;
}

bool ac_hl7_to_ei(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_identifier *id = out;
    ac_sv value = ac_hl7_string(m, v, 1), name = ac_hl7_string(m, v, 2), uid = ac_hl7_string(m, v, 3);
    ac_sv uri = ac_hl7_uri(m, uid, ac_hl7_string(m, v, 4));
    if (uid.n && !uri.n && value.n)
        ac_hl7_unread(v, 3);
    id->value = value.n ? value : uid;
    id->system = value.n ? uri : AC_SV("");
    if (!id->value.n) {
        ac_hl7_unread(v, 2);
        return false;
    }
    id->type = id_type(m, ac_sv_z(arg));
    named_assigner(m, id, name);
    return true;
}

/* ---- names ---- */

/* Surname, with what FN says besides: own and partner's. */
static ac_sv surname(ac_hl7_maker *m, ac_hl7_value fn, bool *more)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    ac_sv first = ac_hl7_string(m, fn, 1);
    ac_sb_add(&b, first);
    for (unsigned k = 2; k <= 5 && fn.sep; k++) {
        ac_sv part = ac_hl7_string(m, fn, k);
        *more |= part.n > 0;
        join(&b, part);
    }
    return *more ? ac_fhir_string(&m->f, &b) : first;
}

bool ac_hl7_to_name(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_human_name *n = out;
    static const uint8_t given[] = { 2, 3 }, suffix[] = { 4, 6, 14 };
    bool more = false;
    ac_hl7_value fn = ac_hl7_sub(m, v, 1);
    ac_sv full = surname(m, fn, &more), s;
    n->family = ac_hl7_string(m, fn, 1);
    for (size_t i = 0; i < sizeof given; i++)
        if ((s = ac_hl7_string(m, v, given[i])).n)
            *AC_FHIR_PUSH(&m->f, &n->given) = s;
    if ((s = ac_hl7_string(m, v, 5)).n)
        *AC_FHIR_PUSH(&m->f, &n->prefix) = s;
    for (size_t i = 0; i < sizeof suffix; i++)
        if ((s = ac_hl7_string(m, v, suffix[i])).n)
            *AC_FHIR_PUSH(&m->f, &n->suffix) = s;
    if (m->f.full || (!n->family.n && !n->given.n && !full.n)) {
        ac_hl7_unread(v, 0);
        return false;
    }
    ac_sv called = ac_hl7_string(m, v, 15);
    if (more || called.n) { /* what has no member of its own */
        AC_AUTO(ac_sb) b = AC_SB(1 << 20);
        join(&b, ac_hl7_string(m, v, 5));
        join(&b, ac_hl7_string(m, v, 2));
        join(&b, ac_hl7_string(m, v, 3));
        join(&b, full);
        join(&b, called.n ? AC_SV("\xE2\x80\x9C") : called);
        ac_sb_add(&b, called);
        ac_sb_add(&b, called.n ? AC_SV("\xE2\x80\x9D") : called);
        n->text = ac_fhir_string(&m->f, &b);
    }
    s = ac_hl7_string(m, v, 7);
    n->use = arg ? ac_sv_z(arg) : ac_hl7_mapped(&ac_hl7_table_name_use, s);
    if (s.n && !ac_hl7_mapped(&ac_hl7_table_name_use, s).n)
        ac_hl7_unread(v, 7);
    n->period = period_of(m, v, 12, 13);
    if (!n->period) {
        ac_hl7_value range = ac_hl7_sub(m, v, 10);
        n->period = period_of(m, range, 1, 2);
    }
    return true;
}

/* ---- addresses ---- */

bool ac_hl7_to_address(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_address *a = out;
    AC_AUTO(ac_sb) street = AC_SB(1 << 20);
    ac_hl7_value sad = ac_hl7_sub(m, v, 1);
    (void)arg;
    for (unsigned k = 1; k <= 3; k++)
        join(&street, ac_hl7_string(m, sad, k));
    const ac_sv lines[] = { ac_hl7_string(m, v, 19), ac_fhir_string(&m->f, &street), ac_hl7_string(m, v, 2), ac_hl7_string(m, v, 8) };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (lines[i].n)
            *AC_FHIR_PUSH(&m->f, &a->line) = lines[i];
    a->city = ac_hl7_string(m, v, 3);
    a->state = ac_hl7_string(m, v, 4);
    a->postal_code = ac_hl7_string(m, v, 5);
    a->country = ac_hl7_string(m, v, 6);
    ac_hl7_value county = ac_hl7_sub(m, v, 9); /* coded since 2.7 */
    a->district = ac_hl7_string(m, county, 2);
    if (!a->district.n)
        a->district = ac_hl7_string(m, county, 1);
    ac_sv kind = ac_hl7_string(m, v, 7);
    a->use = ac_hl7_mapped(&ac_hl7_table_address_use, kind);
    if (ac_sv_eq(kind, AC_SV("M")))
        a->type = AC_SV("postal");
    else if (kind.n && !a->use.n)
        ac_hl7_unread(v, 7);
    a->period = period_of(m, v, 13, 14);
    if (!a->period)
        a->period = period_of(m, ac_hl7_sub(m, v, 12), 1, 2);
    return !m->f.full && (a->line.n || a->city.n || a->state.n || a->postal_code.n || a->country.n || a->district.n);
}

/* ---- contact points ---- */

/* +country (area) local, as far as they are given */
static ac_sv phone_of_parts(ac_hl7_maker *m, ac_hl7_value v)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 16);
    ac_sv country = ac_hl7_string(m, v, 5), area = ac_hl7_string(m, v, 6), local = ac_hl7_string(m, v, 7);
    if (country.n && country.p[0] != '+')
        ac_sb_add_char(&b, '+');
    ac_sb_add(&b, country);
    join(&b, area);
    join(&b, local);
    return b.rc == AC_OK ? ac_fhir_string(&m->f, &b) : AC_SV("");
}

static ac_sv with_extension(ac_hl7_maker *m, ac_sv number, ac_sv extension)
{
    if (!extension.n || !number.n)
        return number;
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    ac_sb_add(&b, number);
    ac_sb_add(&b, AC_SV(" x"));
    ac_sb_add(&b, extension);
    return ac_fhir_string(&m->f, &b);
}

void ac_hl7_telecom(ac_hl7_maker *m, ac_hl7_value v, ac_sv use, void *list)
{
    ac_hl7_telecoms *points = list;
    ac_sv device = ac_hl7_string(m, v, 3), purpose = ac_hl7_string(m, v, 2);
    ac_sv system = ac_hl7_mapped(&ac_hl7_table_telecom_system, device.n ? device : purpose);
    ac_sv said = ac_hl7_mapped(&ac_hl7_table_telecom_use, purpose);
    ac_sv mail = ac_hl7_string(m, v, 4), rank = ac_hl7_decimal(m, ac_hl7_raw(v, 18));
    const ac_sv numbers[] = { ac_hl7_string(m, v, 12), with_extension(m, phone_of_parts(m, v), ac_hl7_string(m, v, 8)),
                              ac_hl7_string(m, v, 1) };
    bool mailing = ac_sv_eq(system, AC_SV("email")), at = mail.n && memchr(mail.p, '@', mail.n);
    if (!system.n)
        system = device.n ? AC_SV("other") : AC_SV("phone");
    use = ac_sv_eq_nocase(device, AC_SV("CP")) ? AC_SV("mobile") : said.n ? said : use;
    ac_rec_contact_point p = { .use = use, .period = period_of(m, v, 13, 14) };
    if (rank.n && !ac_sv_eq(rank, AC_SV("0")) && !memchr(rank.p, '.', rank.n) && rank.p[0] != '-' && rank.n < 9)
        p.rank = rank;
    if (mail.n) {
        p.system = mailing || at ? AC_SV("email") : AC_SV("other");
        p.value = mail;
        *AC_FHIR_PUSH(&m->f, points) = p;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && !m->f.full; i++) {
        bool again = (i == 2 && (ac_sv_eq(numbers[2], numbers[0]) || ac_sv_eq(numbers[2], numbers[1]))) || ac_sv_eq(numbers[i], mail);
        if (!numbers[i].n || again)
            continue;
        p.system = mailing && !memchr(numbers[i].p, '@', numbers[i].n) ? AC_SV("phone") : system;
        p.value = numbers[i];
        *AC_FHIR_PUSH(&m->f, points) = p;
    }
}

/* ---- people, organisations, places: references by name and identifier ---- */

/* The parts of a name from k on: family, given, further, suffix, prefix, degree. */
static ac_sv full_name(ac_hl7_maker *m, ac_hl7_value v, unsigned k)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    bool more = false;
    static const uint8_t order[] = { 4, 1, 2, 0, 3, 5, 19 }; /* the last one: professional suffix of XCN */
    for (size_t i = 0; i < sizeof order - (k == 1); i++)
        join(&b, order[i] ? ac_hl7_string(m, v, k + order[i]) : surname(m, ac_hl7_sub(m, v, k), &more));
    return ac_fhir_string(&m->f, &b);
}

static ac_rec_identifier *identified(ac_hl7_maker *m, ac_sv value, ac_sv type, ac_hl7_value authority)
{
    if (!value.n)
        return NULL;
    ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
    id->value = value;
    id->type = id_type(m, type);
    assigned_by(m, id, authority);
    return id;
}

bool ac_hl7_to_person(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_reference *r = out;
    (void)arg;
    r->display = full_name(m, v, 2);
    r->identifier = identified(m, ac_hl7_string(m, v, 1), ac_hl7_string(m, v, 13), ac_hl7_sub(m, v, 9));
    if (!r->display.n && !r->identifier)
        ac_hl7_unread(v, 0);
    return r->display.n || r->identifier;
}

/* NDL: the person is its first component, whose parts are subcomponents */
bool ac_hl7_to_clinician(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_hl7_value cnn = ac_hl7_sub(m, v, 1);
    if (!memchr(cnn.raw.n ? cnn.raw.p : "", m->msg->sub_sep, cnn.raw.n)) /* senders write the name's parts as components, too */
        return ac_hl7_to_person(m, v, arg, out);
    return ac_hl7_to_person(m, cnn, arg, out);
}

bool ac_hl7_to_named(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    (void)arg;
    ((ac_rec_reference *)out)->display = full_name(m, v, 1);
    return ((ac_rec_reference *)out)->display.n > 0;
}

bool ac_hl7_to_performer(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_reference *r = AC_FHIR_NEW(&m->f, reference);
    bool ok = ac_hl7_to_person(m, v, arg, r);
    ((ac_rec_performer *)out)->actor = r;
    return ok;
}

bool ac_hl7_to_org(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_reference *r = out;
    (void)arg;
    ac_sv id = ac_hl7_string(m, v, 10);
    r->display = ac_hl7_string(m, v, 1);
    r->identifier = identified(m, id.n ? id : ac_hl7_string(m, v, 3), ac_hl7_string(m, v, 7), ac_hl7_sub(m, v, 6));
    return r->display.n || r->identifier;
}

/* The parts of a place from the small to the large: bed, room, point of care, floor, building, facility, and a description. */
bool ac_hl7_to_place(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    static const uint8_t parts[] = { 9, 1, 2, 3, 8, 7, 4 };
    (void)arg;
    for (size_t i = 0; i < sizeof parts; i++) {
        ac_hl7_value hd = ac_hl7_sub(m, v, parts[i]);
        ac_sv s = ac_hl7_string(m, hd, 1);
        if (b.n && s.n)
            ac_sb_add(&b, AC_SV(", "));
        ac_sb_add(&b, s);
    }
    ((ac_rec_reference *)out)->display = ac_fhir_string(&m->f, &b);
    return b.n > 0;
}

bool ac_hl7_to_thing(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_reference *r = out;
    ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
    r->identifier = id;
    r->type = ac_sv_z(arg);
    return ac_hl7_to_ei(m, v, NULL, id);
}
