/* One FamilyMemberHistory for each relative the note names. */
#include "interop/fhir_source.h"

enum { RELATIVES_MAX = 64 };

/* The relative's word as the context step gives it -> v3-RoleCode. */
static const struct {
    ac_sv norm, role;
} roles[] = {
#define ROLE(norm, role) { { norm, sizeof(norm) - 1 }, { role, sizeof(role) - 1 } }
    ROLE("mother", "MTH"), ROLE("father", "FTH"), ROLE("parent", "PRN"), ROLE("sister", "SIS"),
    ROLE("brother", "BRO"), ROLE("sibling", "SIB"), ROLE("son", "SONC"), ROLE("daughter", "DAUC"),
    ROLE("child", "CHILD"), ROLE("grandmother", "GRMTH"), ROLE("grandfather", "GRFTH"),
    ROLE("grandparent", "GRPRN"), ROLE("maternal grandmother", "MGRMTH"),
    ROLE("maternal grandfather", "MGRFTH"), ROLE("paternal grandmother", "PGRMTH"),
    ROLE("paternal grandfather", "PGRFTH"), ROLE("aunt", "AUNT"), ROLE("uncle", "UNCLE"),
    ROLE("maternal aunt", "MAUNT"), ROLE("maternal uncle", "MUNCLE"), ROLE("paternal aunt", "PAUNT"),
    ROLE("paternal uncle", "PUNCLE"), ROLE("cousin", "COUSN"), ROLE("niece", "NIECE"),
    ROLE("nephew", "NEPHEW"), ROLE("grandson", "GRNDSON"), ROLE("granddaughter", "GRNDDAU"),
    ROLE("grandchild", "GRNDCHILD"), ROLE("husband", "HUSB"), ROLE("wife", "WIFE"), ROLE("spouse", "SPS"),
};

typedef struct {
    ac_sv norm;
    ac_rec_family_member_history *history;
} relative;

static ac_rec_concept *relationship(ac_fhir_maker *m, const ac_attr *who, ac_sv norm)
{
    ac_sv role = AC_SV("FAMMEMB"); /* somebody of the family */
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        if (ac_sv_eq(roles[i].norm, norm))
            role = roles[i].role;
    ac_rec_concept *c = ac_fhir_code(m, AC_SV(AC_FHIR_HL7 "v3-RoleCode"), role);
    c->text = who && who->span.end > who->span.begin ? ac_fhir_words(m, who->span) : norm;
    return c;
}

static ac_rec_family_member_history *history_of(ac_fhir_maker *m, relative *known, size_t *n, const ac_fact *f)
{
    const ac_attr *who = ac_entity_attr(ac_fact_best(m->note, f), AC_ATTR_RELATIVE);
    ac_sv url, norm = who ? who->norm : AC_SV("");
    for (size_t i = 0; i < *n; i++)
        if (ac_sv_eq(known[i].norm, norm))
            return known[i].history;
    if (*n == RELATIVES_MAX) /* cannot be: the words come from a list of data/, which is shorter */
        return NULL;
    ac_rec_family_member_history *h = ac_fhir_add(m, AC_REC_family_member_history, &url);
    *AC_FHIR_PUSH(m, &m->listed[AC_FHIR_FAMILY]) = url;
    h->status = AC_SV("partial"); /* one note does not tell all that is known of a relative */
    h->patient = ac_fhir_ref(m, m->patient);
    h->date = ac_fhir_note_date(m);
    h->relationship = relationship(m, who, norm);
    known[(*n)++] = (relative) { norm, h };
    return h;
}

void ac_fhir_make_family(ac_fhir_maker *m)
{
    relative known[RELATIVES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < m->note->facts.n && !m->full; i++) {
        const ac_fact *f = &m->note->facts.at[i];
        bool illness = f->kind == AC_KIND_PROBLEM || f->kind == AC_KIND_SYMPTOM || f->kind == AC_KIND_FAMILY;
        if (f->assertion != AC_FAMILY || !illness || ac_fhir_join_source(m, f))
            continue;
        ac_rec_family_member_history *h = history_of(m, known, &n, f);
        if (!h)
            continue;
        for (size_t k = 0; k < f->n; k++)
            *AC_FHIR_PUSH(m, &h->extension) = ac_fhir_evidence(m, m->note->entities.at[f->entities[k]].span);
        ac_rec_relative_condition *c = AC_FHIR_PUSH(m, &h->condition);
        c->code = ac_fhir_concept(m, ac_fact_best(m->note, f));
    }
}
