#include "interop/ccda/ccda_make.h"

/* ---- who was met before ---- */

static const ac_tree_node *first_of(const ac_tree_node *n, const char *const *names)
{
    for (; *names; names++) {
        const ac_tree_node *c = ac_tree_child(n, ac_sv_z(*names));
        if (!ac_ccda_is_null(c))
            return c;
    }
    return NULL;
}

static const ac_tree_node *person_of(const ac_tree_node *role)
{
    static const char *const names[] = { "assignedPerson", "informationRecipient", "associatedPerson", "relatedPerson",
                                         "playingEntity",  "guardianPerson",       "person",           NULL };
    return first_of(role, names);
}

static const ac_tree_node *organization_of(const ac_tree_node *role)
{
    static const char *const names[] = { "representedOrganization", "receivedOrganization", "scopingOrganization", NULL };
    return first_of(role, names);
}

/* An OID alone may be somebody's, or stand for an id that nobody filled in: with the name it is enough. */
ac_sv ac_ccda_party_key(ac_ccda_maker *m, const ac_tree_node *role, ac_sv kind)
{
    AC_CCDA_EACH(id, role, "id")
    {
        ac_sv root = ac_ccda_attr(id, "root"), extension = ac_ccda_attr(id, "extension");
        if (ac_ccda_is_null(id) || !root.n)
            continue;
        if (!extension.n && root.n != 36) {
            const ac_tree_node *name = ac_tree_child(role, AC_SV("name"));
            extension = ac_ccda_words(m, name ? name : ac_tree_child(person_of(role), AC_SV("name")));
        }
        if (extension.n || root.n == 36)
            return ac_ccda_join(m, ac_ccda_join(m, kind, AC_SV(" "), root), AC_SV(" "), extension);
    }
    return ac_ccda_content_key(m, role, kind);
}

static void fill_practitioner(ac_ccda_maker *m, const ac_tree_node *role, ac_rec_practitioner *p)
{
    const ac_tree_node *person = person_of(role);
    if (!p->identifier.n)
        AC_CCDA_IDENTIFIERS(m, &p->identifier, role);
    if (!p->name.n)
        AC_CCDA_EACH(n, person, "name")
            if (!ac_ccda_is_null(n))
                *AC_CCDA_PUSH(m, &p->name) = ac_ccda_name(m, n);
    if (!p->telecom.n && !p->address.n)
        AC_CCDA_CONTACT(m, p, role);
}

static void fill_relative(ac_ccda_maker *m, const ac_tree_node *role, ac_rec_related_person *p)
{
    const ac_tree_node *person = person_of(role);
    p->patient = ac_ccda_ref(m, m->patient);
    AC_CCDA_IDENTIFIERS(m, &p->identifier, role);
    AC_CCDA_PUSH_CONCEPT(m, &p->relationship, ac_tree_child(role, AC_SV("code")));
    AC_CCDA_EACH(n, person, "name")
        if (!ac_ccda_is_null(n))
            *AC_CCDA_PUSH(m, &p->name) = ac_ccda_name(m, n);
    AC_CCDA_CONTACT(m, p, role);
    p->gender = ac_ccda_gender(ac_tree_child(person, AC_SV("administrativeGenderCode")));
    p->period = ac_ccda_period(m, ac_tree_child(role, AC_SV("effectiveTime")));
}

static void fill_system(ac_ccda_maker *m, const ac_tree_node *role, ac_rec_device *d)
{
    const ac_tree_node *made = ac_tree_child(role, AC_SV("assignedAuthoringDevice"));
    ac_sv names[] = { ac_ccda_words(m, ac_tree_child(made, AC_SV("manufacturerModelName"))),
                      ac_ccda_words(m, ac_tree_child(made, AC_SV("softwareName"))) };
    AC_CCDA_IDENTIFIERS(m, &d->identifier, role);
    for (size_t i = 0; i < 2; i++)
        if (names[i].n) {
            ac_rec_device_name *name = AC_CCDA_PUSH(m, &d->name);
            name->name = names[i];
            name->type = i ? AC_SV("user-friendly-name") : AC_SV("model-name");
        }
    ac_ccda_push_concept(m, &d->type, ac_tree_child(made, AC_SV("code")));
}

/* What a practitioner does, and for whom: apart from who it is. */
static void role_of(ac_ccda_maker *m, const ac_tree_node *role, ac_sv practitioner)
{
    ac_sv organization = ac_ccda_organization(m, organization_of(role));
    ac_rec_concept *code = ac_ccda_concept(m, ac_tree_child(role, AC_SV("code")));
    ac_sv key = ac_ccda_join(m, practitioner, organization, code && code->coding.n ? code->coding.at[0].code : AC_SV(""));
    if ((!organization.n && !code) || ac_ccda_get(&m->parties, key))
        return;
    ac_ccda_party *p = ac_ccda_meet(m, key, AC_REC_practitioner_role, role);
    if (m->full)
        return;
    ac_rec_practitioner_role *r = p->resource;
    r->practitioner = ac_ccda_ref(m, practitioner);
    r->organization = ac_ccda_ref(m, organization);
    if (code)
        *AC_CCDA_PUSH(m, &r->code) = *code;
}

static ac_rec_kind kind_of(const ac_tree_node *role)
{
    if (ac_tree_child(role, AC_SV("assignedAuthoringDevice")) || ac_tree_child(role, AC_SV("playingDevice")))
        return AC_REC_device;
    if (ac_ccda_is_a(role, "relatedEntity") || ac_ccda_is_a(role, "associatedEntity"))
        return AC_REC_related_person;
    return AC_REC_practitioner;
}

static void fill(ac_ccda_maker *m, const ac_tree_node *role, const ac_ccda_party *p)
{
    if (m->full)
        return;
    if (p->kind == AC_REC_practitioner)
        fill_practitioner(m, role, p->resource);
    else if (p->kind == AC_REC_device)
        fill_system(m, role, p->resource);
    else if (p->kind == AC_REC_related_person)
        fill_relative(m, role, p->resource);
}

ac_sv ac_ccda_person(ac_ccda_maker *m, const ac_tree_node *role, ac_rec_kind *kind)
{
    *kind = AC_REC_practitioner;
    if (ac_ccda_is_null(role) || !role->first)
        return AC_SV("");
    *kind = kind_of(role);
    ac_sv key = ac_ccda_party_key(m, role, ac_rec_kind_name(*kind));
    ac_sv name = ac_ccda_words(m, ac_tree_child(person_of(role), AC_SV("name")));
    const ac_ccda_party *self = ac_ccda_get(&m->parties, ac_ccda_party_key(m, role, AC_SV("Patient")));
    const ac_ccda_party *p = self ? self : ac_ccda_get(&m->parties, ac_ccda_join(m, key, AC_SV("|"), name));
    const ac_ccda_party *same_id = p ? NULL : ac_ccda_get(&m->parties, key);
    if (same_id && (!name.n || (same_id->kind == AC_REC_practitioner && !((ac_rec_practitioner *)same_id->resource)->name.n)))
        p = same_id;
    bool only_organization = !name.n && *kind == AC_REC_practitioner && organization_of(role) && !ac_tree_child(role, AC_SV("id"));
    if (!p && only_organization) {
        *kind = AC_REC_organization;
        return ac_ccda_organization(m, organization_of(role));
    }
    if (!p) {
        p = ac_ccda_meet(m, key, *kind, role);
        fill(m, role, p);
    } else if (p->kind == AC_REC_practitioner) {
        fill(m, role, p);
    }
    ac_ccda_put(m, &m->parties, ac_ccda_join(m, key, AC_SV("|"), name), p);
    *kind = p->kind;
    if (p->kind == AC_REC_practitioner)
        role_of(m, role, p->url);
    return p->url;
}

ac_sv ac_ccda_author(ac_ccda_maker *m, const ac_tree_node *statement, ac_sv *time)
{
    ac_rec_kind kind;
    ac_sv found = { 0 };
    *time = AC_SV("");
    AC_CCDA_EACH(a, statement, "author")
    {
        ac_sv who = ac_ccda_person(m, ac_tree_child(a, AC_SV("assignedAuthor")), &kind);
        if (!time->n)
            *time = ac_ccda_time_of(m, ac_tree_child(a, AC_SV("time")));
        if (!found.n && who.n && kind != AC_REC_device && kind != AC_REC_organization)
            found = who;
    }
    return found;
}

/* ---- devices ---- */

/* The root is that of FDA's unique device identifiers. */
static bool is_udi(const ac_tree_node *id) { return ac_ccda_attr_is(id, "root", "2.16.840.1.113883.3.3719"); }

ac_sv ac_ccda_device(ac_ccda_maker *m, const ac_tree_node *role)
{
    if (ac_ccda_is_null(role))
        return AC_SV("");
    ac_sv key = ac_ccda_content_key(m, role, AC_SV("instance"));
    const ac_ccda_party *before = ac_ccda_get(&m->parties, key);
    if (before)
        return before->url;
    ac_ccda_party *p = ac_ccda_meet(m, key, AC_REC_device, role);
    if (m->full)
        return AC_SV("");
    ac_rec_device *d = p->resource;
    const ac_tree_node *thing = ac_tree_child(role, AC_SV("playingDevice"));
    thing = thing ? thing : ac_tree_child(role, AC_SV("playingEntity"));
    const ac_tree_node *maker = ac_tree_child(role, AC_SV("scopingEntity"));
    AC_CCDA_IDENTIFIERS(m, &d->identifier, role);
    AC_CCDA_EACH(id, role, "id")
        if (is_udi(id) && ac_ccda_attr(id, "extension").n)
            AC_CCDA_PUSH(m, &d->udi)->carrier = ac_ccda_attr(id, "extension");
    ac_ccda_push_concept(m, &d->type, ac_tree_child(thing, AC_SV("code")));
    ac_ccda_push_concept(m, &d->type, ac_tree_child(role, AC_SV("code")));
    ac_sv model = ac_ccda_words(m, ac_tree_child(thing, AC_SV("manufacturerModelName")));
    if (model.n) {
        ac_rec_device_name *name = AC_CCDA_PUSH(m, &d->name);
        name->name = model;
        name->type = AC_SV("model-name");
    }
    d->manufacturer = ac_ccda_words(m, ac_tree_child(maker, AC_SV("desc")));
    d->patient = ac_ccda_ref(m, m->patient);
    return p->url;
}
