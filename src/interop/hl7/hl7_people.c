/* Data types of chapter 2A as FHIR's: names, addresses, telephones, references to people, organisations and places. */
#include "interop/hl7/hl7_make.h"

/* Words with a blank between them. */
static void join(ac_sb *b, ac_sv word)
{
    if (b->n && word.n)
        ac_sb_add_char(b, ' ');
    ac_sb_add(b, word);
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
    n->period = ac_hl7_period_of(m, v, 12, 13);
    if (!n->period) {
        ac_hl7_value range = ac_hl7_sub(m, v, 10);
        n->period = ac_hl7_period_of(m, range, 1, 2);
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
    a->period = ac_hl7_period_of(m, v, 13, 14);
    if (!a->period)
        a->period = ac_hl7_period_of(m, ac_hl7_sub(m, v, 12), 1, 2);
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
    ac_rec_contact_point p = { .use = use, .period = ac_hl7_period_of(m, v, 13, 14) };
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

bool ac_hl7_to_person(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    ac_rec_reference *r = out;
    (void)arg;
    r->display = full_name(m, v, 2);
    r->identifier = ac_hl7_identified(m, ac_hl7_string(m, v, 1), ac_hl7_string(m, v, 13), ac_hl7_sub(m, v, 9));
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
    r->identifier = ac_hl7_identified(m, id.n ? id : ac_hl7_string(m, v, 3), ac_hl7_string(m, v, 7), ac_hl7_sub(m, v, 6));
    return r->display.n || r->identifier;
}

/* A part of a place: an HD or a code with its words, each of which has subcomponents; a universal id is no name. */
static ac_sv place_part(ac_hl7_maker *m, ac_hl7_value v, unsigned k)
{
    ac_hl7_value part = ac_hl7_sub(m, v, k);
    ac_sv name = ac_hl7_string(m, part, 1), more = ac_hl7_string(m, part, 2);
    if (!part.sep || !more.n)
        return name;
    if (ac_hl7_raw(part, 3).n && !memchr(more.p, ' ', more.n) && !ac_is_alpha(more.p[0])) {
        ac_hl7_unread(v, k);
        return name;
    }
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    join(&b, name);
    join(&b, more);
    return ac_fhir_string(&m->f, &b);
}

/* The parts of a place from the small to the large: bed, room, point of care, floor, building, facility, and a description. */
bool ac_hl7_to_place(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    static const uint8_t parts[] = { 9, 1, 2, 3, 8, 7, 4 };
    (void)arg;
    for (size_t i = 0; i < sizeof parts; i++) {
        ac_sv s = place_part(m, v, parts[i]);
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
