#include "interop/ccda/ccda_make.h"

/* ---- names, addresses, telephone numbers ---- */

ac_sv ac_ccda_gender(const ac_tree_node *code)
{
    static const ac_ccda_pair genders[] = { { "F", "female" },         { "M", "male" },           { "UN", "other" },
                                            { "248152002", "female" }, { "248153007", "male" },   { "X", "other" },
                                            { NULL, NULL } };
    if (ac_ccda_attr_is(code, "nullFlavor", "UNK"))
        return AC_SV("unknown");
    return ac_ccda_is_null(code) ? AC_SV("") : ac_ccda_translate(genders, ac_ccda_attr(code, "code"));
}

static ac_sv name_use(ac_sv uses)
{
    static const ac_ccda_pair use[] = { { "L", "usual" }, { "C", "official" }, { "OR", "official" }, { "P", "nickname" },
                                        { "A", "anonymous" }, { "ASGN", "usual" }, { "PN", "nickname" }, { NULL, NULL } };
    ac_sv first = { 0 };
    (void)ac_sv_split(&uses, ' ', &first);
    return ac_ccda_translate(use, first);
}

ac_rec_human_name ac_ccda_name(ac_ccda_maker *m, const ac_tree_node *n)
{
    ac_rec_human_name out = { .use = name_use(ac_ccda_attr(n, "use")) };
    bool parts = false;
    for (const ac_tree_node *c = n->first; c; c = c->next) {
        ac_sv words = c->name.n && !ac_ccda_is_null(c) ? ac_ccda_words(m, c) : AC_SV("");
        if (!words.n)
            continue;
        parts |= !ac_ccda_is_a(c, "validTime");
        if (ac_ccda_is_a(c, "family")) /* a second family name is part of the first: "García Marquez" */
            out.family = out.family.n ? ac_ccda_join(m, out.family, AC_SV(" "), words) : words;
        else if (ac_ccda_is_a(c, "given"))
            ac_ccda_push_text(m, &out.given, words);
        else if (ac_ccda_is_a(c, "prefix"))
            ac_ccda_push_text(m, &out.prefix, words);
        else if (ac_ccda_is_a(c, "suffix"))
            ac_ccda_push_text(m, &out.suffix, words);
    }
    if (!parts)
        out.text = ac_ccda_words(m, n);
    out.period = ac_ccda_period(m, ac_tree_child(n, AC_SV("validTime")));
    return out;
}

ac_rec_address ac_ccda_address(ac_ccda_maker *m, const ac_tree_node *n)
{
    static const ac_ccda_pair use[] = { { "H", "home" },  { "HP", "home" },  { "HV", "home" }, { "WP", "work" },  { "DIR", "work" },
                                        { "PUB", "work" }, { "TMP", "temp" }, { "BAD", "old" }, { "OLD", "old" }, { NULL, NULL } };
    static const struct {
        const char *name;
        size_t offset;
    } parts[] = { { "city", offsetof(ac_rec_address, city) },
                  { "county", offsetof(ac_rec_address, district) },
                  { "state", offsetof(ac_rec_address, state) },
                  { "postalCode", offsetof(ac_rec_address, postal_code) },
                  { "country", offsetof(ac_rec_address, country) } };
    ac_rec_address out = { .use = ac_ccda_translate(use, ac_ccda_attr(n, "use")) };
    bool any = false;
    for (const ac_tree_node *c = n->first; c; c = c->next) {
        ac_sv words = c->name.n && !ac_ccda_is_null(c) && !ac_ccda_is_a(c, "useablePeriod") ? ac_ccda_words(m, c) : AC_SV("");
        size_t i = 0;
        while (i < sizeof parts / sizeof parts[0] && !ac_ccda_is_a(c, parts[i].name))
            i++;
        any |= words.n > 0;
        if (i < sizeof parts / sizeof parts[0])
            memcpy((char *)&out + parts[i].offset, &words, sizeof words);
        else /* streetAddressLine, streetName, houseNumber ... */
            ac_ccda_push_text(m, &out.line, words);
    }
    if (!any)
        out.text = ac_ccda_words(m, n);
    out.period = ac_ccda_period(m, ac_tree_child(n, AC_SV("useablePeriod")));
    return out;
}

bool ac_ccda_telecom(ac_ccda_maker *m, const ac_tree_node *n, ac_rec_contact_point *out)
{
    static const ac_ccda_pair use[] = { { "H", "home" },  { "HP", "home" },   { "HV", "home" },   { "WP", "work" },
                                        { "DIR", "work" }, { "PUB", "work" }, { "MC", "mobile" }, { "TMP", "temp" },
                                        { "BAD", "old" }, { NULL, NULL } };
    static const ac_ccda_pair schemes[] = { { "tel", "phone" }, { "fax", "fax" },  { "x-text-fax", "fax" }, { "mailto", "email" },
                                            { "email", "email" }, { "http", "url" }, { "https", "url" },    { "ftp", "url" },
                                            { "sms", "sms" },   { "pager", "pager" }, { NULL, NULL } };
    ac_sv value = ac_ccda_attr(n, "value"), rest = value, scheme = { 0 };
    *out = (ac_rec_contact_point) { 0 };
    if (ac_ccda_is_null(n) || !value.n)
        return false;
    (void)ac_sv_split(&rest, ':', &scheme);
    char lower[12] = { 0 };
    for (size_t i = 0; i < scheme.n && scheme.n < sizeof lower; i++)
        lower[i] = ac_lower(scheme.p[i]);
    out->system = scheme.n < value.n ? ac_ccda_translate(schemes, ac_sv_z(lower)) : AC_SV("");
    out->use = ac_ccda_translate(use, ac_ccda_attr(n, "use"));
    bool is_url = !out->system.n || ac_sv_eq(out->system, AC_SV("url"));
    out->value = is_url ? value : ac_sv_trim(rest);
    if (!out->system.n)
        out->system = ac_is_digit(value.p[0]) || value.p[0] == '+' || value.p[0] == '(' ? AC_SV("phone") : AC_SV("other");
    out->period = ac_ccda_period(m, ac_tree_child(n, AC_SV("useablePeriod")));
    return out->value.n > 0;
}

/* ---- who was met before ---- */

ac_sv ac_ccda_content_key(ac_ccda_maker *m, const ac_tree_node *root, ac_sv kind)
{
    uint64_t a = 14695981039346656037u, b = 1099511628211u;
    for (const ac_tree_node *n = root; n;) {
        for (uint32_t i = 0; i <= n->n_attrs; i++) {
            ac_sv s = i < n->n_attrs ? n->attrs[i].value : ac_sv_trim(n->text);
            for (size_t k = 0; k < s.n; k++) {
                a = (a ^ (unsigned char)s.p[k]) * 1099511628211u;
                b = (b + (unsigned char)s.p[k]) * 0x9E3779B97F4A7C15u;
            }
            a = (a ^ 0x1Fu) * 1099511628211u;
        }
        if (n->first) {
            n = n->first;
            continue;
        }
        while (n != root && !n->next)
            n = n->parent;
        n = n == root ? NULL : n->next;
    }
    ac_sv made = ac_arena_printf(m->arena, "%016llx%016llx", (unsigned long long)a, (unsigned long long)b);
    m->full |= !made.p;
    return ac_ccda_join(m, kind, AC_SV(" "), made.p ? made : AC_SV(""));
}

/* Parties are no part of a section: they are not listed in it. */
ac_ccda_party *ac_ccda_meet(ac_ccda_maker *m, ac_sv key, ac_rec_kind kind, const ac_tree_node *from)
{
    ac_rec_texts *listed = m->listed;
    ac_ccda_party *p = AC_CCDA_NEW_OF(m, ac_ccda_party);
    ac_sv url;
    m->listed = NULL;
    void *resource = ac_ccda_add(m, kind, ac_ccda_path(m, from), &url);
    m->listed = listed;
    if (m->full)
        return &m->spare.met;
    *p = (ac_ccda_party) { kind, url, resource };
    ac_ccda_put(m, &m->parties, key, p);
    return p;
}

ac_sv ac_ccda_organization(ac_ccda_maker *m, const ac_tree_node *o)
{
    if (!o || ac_ccda_is_null(o) || !o->first)
        return AC_SV("");
    ac_sv key = ac_ccda_party_key(m, o, AC_SV("Organization"));
    const ac_ccda_party *before = ac_ccda_get(&m->parties, key);
    if (before && before->kind == AC_REC_organization) {
        ac_rec_organization *old = before->resource;
        if (!old->name.n)
            old->name = ac_ccda_words(m, ac_tree_child(o, AC_SV("name")));
        return before->url;
    }
    ac_ccda_party *p = ac_ccda_meet(m, key, AC_REC_organization, o);
    if (m->full)
        return AC_SV("");
    ac_rec_organization *org = p->resource;
    AC_CCDA_IDENTIFIERS(m, &org->identifier, o);
    AC_CCDA_EACH(name, o, "name")
    {
        ac_sv words = ac_ccda_words(m, name);
        if (org->name.n)
            ac_ccda_push_text(m, &org->alias, words);
        else
            org->name = words;
    }
    AC_CCDA_CONTACT(m, org, o);
    for (size_t i = 0; i < org->telecom.n; i++) /* an organisation has no home (org-2, org-3) */
        org->telecom.at[i].use = ac_sv_eq(org->telecom.at[i].use, AC_SV("home")) ? AC_SV("") : org->telecom.at[i].use;
    for (size_t i = 0; i < org->address.n; i++)
        org->address.at[i].use = ac_sv_eq(org->address.at[i].use, AC_SV("home")) ? AC_SV("") : org->address.at[i].use;
    AC_CCDA_PUSH_CONCEPT(m, &org->type, ac_tree_child(o, AC_SV("standardIndustryClassCode")));
    if (!org->name.n && !org->identifier.n) /* FHIR wants one of both (org-1) */
        org->name = AC_SV("unknown");
    return p->url;
}

ac_sv ac_ccda_location(ac_ccda_maker *m, const ac_tree_node *role)
{
    if (ac_ccda_is_null(role))
        return AC_SV("");
    ac_sv key = ac_ccda_party_key(m, role, AC_SV("Location"));
    const ac_ccda_party *before = ac_ccda_get(&m->parties, key);
    if (before && before->kind == AC_REC_location)
        return before->url;
    ac_ccda_party *p = ac_ccda_meet(m, key, AC_REC_location, role);
    if (m->full)
        return AC_SV("");
    ac_rec_location *l = p->resource;
    const ac_tree_node *place = ac_tree_child(role, AC_SV("playingEntity")), *addr;
    place = place ? place : ac_tree_child(role, AC_SV("location"));
    AC_CCDA_IDENTIFIERS(m, &l->identifier, role);
    l->name = ac_ccda_words(m, ac_tree_child(place, AC_SV("name")));
    AC_CCDA_PUSH_CONCEPT(m, &l->type, ac_tree_child(role, AC_SV("code")));
    AC_CCDA_EACH(t, role, "telecom")
    {
        ac_rec_contact_point point;
        if (ac_ccda_telecom(m, t, &point))
            *AC_CCDA_PUSH(m, &l->telecom) = point;
    }
    addr = ac_tree_child(role, AC_SV("addr"));
    addr = addr ? addr : ac_tree_child(place, AC_SV("addr"));
    if (!ac_ccda_is_null(addr)) {
        l->address = AC_CCDA_NEW(m, address);
        *l->address = ac_ccda_address(m, addr);
    }
    l->organization = ac_ccda_ref(m, ac_ccda_organization(m, ac_tree_child(role, AC_SV("serviceProviderOrganization"))));
    return p->url;
}
