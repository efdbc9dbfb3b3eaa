/* Data types of chapter 2A as FHIR's: text, codes, identifiers. */
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

/* A text, or the words of a code. */
bool ac_hl7_to_annotation(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_annotation *note = out;
    ac_sv words = ac_hl7_string(m, v, 2);
    if (!words.n)
        return ac_hl7_to_string(m, v, arg, &note->text);
    ac_sv original = ac_hl7_string(m, v, 9);
    note->text = original.n ? original : words;
    return true;
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
    if (!uri.n && !text.n) /* a code of nobody without a name says no more than the concept's text */
        return false;
    *out = (ac_rec_coding) { .system = uri, .code = code };
    if (!ac_sv_starts(uri, AC_SV(AC_FHIR_HL7)) || (s.table.n && !ac_hl7_has_table(s.table))) /* HL7 names its own codes */
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

ac_rec_period *ac_hl7_period_of(ac_hl7_maker *m, ac_hl7_value v, unsigned from, unsigned to)
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
    id->period = ac_hl7_period_of(m, v, 7, 8);
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

ac_rec_identifier *ac_hl7_identified(ac_hl7_maker *m, ac_sv value, ac_sv type, ac_hl7_value authority)
{
    if (!value.n)
        return NULL;
    ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
    id->value = value;
    id->type = id_type(m, type);
    assigned_by(m, id, authority);
    return id;
}
