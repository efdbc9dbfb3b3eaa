#include "nlp/entity/given.h"

#include "kit/note.h"
#include "kit/test.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/pipeline.h"

#include <string.h>

static const char text[] = "Name: Ada Quimby\nBorn: 1950-03-02\n\nProblems:\n- Lung condition of Quimby (active)\n- Potassium disease (active)\n\n"
                           "Results:\n- Serum kalium: 6.9 mmol/L\n\nHistory:\nMrs. Quimby has asthma. No fever. She takes aspirin 100 mg daily.\n";

static ac_span at(const char *words)
{
    size_t begin = (size_t)(strstr(text, words) - text);
    return ac_span_of(begin, begin + strlen(words));
}

/* ICD-10-CM J45.909 and SNOMED CT 195967001: asthma; LOINC 2823-3: potassium. */
static const ac_entity_code asthma[] = { { .system = AC_SV("local"), .uri = AC_SV("urn:own"), .code = AC_SV("L1") },
                                         { .system = AC_SV("snomed"), .uri = AC_SV("http://snomed.info/sct"), .code = AC_SV("195967001"),
                                           .display = AC_SV("Asthma (disorder)") } };
static const ac_entity_code potassium[] = { { .system = AC_SV("loinc"), .uri = AC_SV("http://loinc.org"), .code = AC_SV("2823-3") } };
static const ac_entity_code unknown[] = { { .system = AC_SV("snomed"), .uri = AC_SV("http://snomed.info/sct"), .code = AC_SV("1") } };

static ac_note analysed(ac_arena *arena)
{
    ac_given *g = ac_arena_alloc(arena, sizeof *g);
    ac_given_entity *e = ac_arena_alloc(arena, 4 * sizeof *e);
    ac_given_phi *phi = ac_arena_alloc(arena, 2 * sizeof *phi);
    ac_span *closed = ac_arena_alloc(arena, sizeof *closed);
    ac_attr *value = ac_arena_alloc(arena, sizeof *value);
    static const ac_quantity q = { .has = true, .low = 6.9, .high = 6.9, .unit = AC_SV("mmol/L") };
    ac_note note = { .arena = arena, .text = ac_sv_z(text), .lang = AC_LANG_EN, .given = g };
    if (!g || !e || !phi || !closed || !value)
        return note;
    *value = (ac_attr) { .kind = AC_ATTR_VALUE, .span = at("6.9 mmol/L"), .quantity = q, .entity = AC_NONE };
    e[0] = (ac_given_entity) { .span = at("Lung condition of Quimby"), .kind = AC_KIND_PROBLEM, .codes = asthma, .n_codes = 2 };
    e[1] = (ac_given_entity) { .span = at("Potassium disease"), .kind = AC_KIND_PROBLEM, .codes = unknown, .n_codes = 1 };
    e[2] = (ac_given_entity) { .span = at("Serum kalium"), .kind = AC_KIND_VITAL, .codes = potassium, .n_codes = 1, .value = q,
                               .attrs = { .at = value, .n = 1, .cap = 1 } };
    e[3] = (ac_given_entity) { .span = { 5000, 5001 }, .kind = AC_KIND_PROBLEM }; /* nowhere */
    phi[0] = (ac_given_phi) { .span = at("Ada Quimby"), .type = AC_PHI_PATIENT };
    phi[1] = (ac_given_phi) { .span = at("1950-03-02"), .type = AC_PHI_DATE, .date = { 1950, 3, 2 } };
    *closed = ac_span_of(0, at("History:").begin);
    *g = (ac_given) { .entities = { e, 4, 4 }, .phi = { phi, 2, 2 }, .closed = { closed, 1, 1 } };
    g->patient = (ac_patient) { .sex = AC_SEX_FEMALE, .sex_span = at("Mrs."), .birth = { 1950, 3, 2 }, .birth_span = at("1950-03-02") };
    CHECK(ac_analyse(&note, NULL) == AC_OK);
    return note;
}

AC_TEST(given, facts_of_the_structure_keep_their_codes_and_are_found_once)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = analysed(a);
    const ac_entity *lung = ac_test_entity(&n, "Lung condition of Quimby"), *odd = ac_test_entity(&n, "Potassium disease");
    CHECK(lung && lung->method == AC_METHOD_SOURCE && lung->given == 1 && lung->codes == asthma && lung->n_codes == 2);
    CHECK(odd && odd->concept == AC_NONE && odd->n_codes == 1); /* "Potassium" in it was not read */
    CHECK(!ac_test_entity(&n, "Potassium") && !ac_test_entity(&n, "Lung"));
    for (size_t i = 1; i < n.entities.n; i++)
        CHECK(n.entities.at[i - 1].span.begin < n.entities.at[i].span.begin);
    CHECK(n.entities.n == 6); /* three given; asthma, fever and aspirin of the text */
}

AC_TEST(given, the_code_gives_the_concept_and_one_fact_with_the_text)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = analysed(a);
    const ac_entity *lung = ac_test_entity(&n, "Lung condition of Quimby"), *said = ac_test_entity(&n, "asthma");
    CHECK(lung && said && said->method == AC_METHOD_LEXICON && lung->concept == said->concept && lung->concept != AC_NONE);
    CHECK(lung && said && lung->fact == said->fact && lung->fact != AC_NONE);
    const ac_entity *k = ac_test_entity(&n, "Serum kalium");
    CHECK(k && k->kind == AC_KIND_LAB && k->concept != AC_NONE && ac_sv_eq(ac_concept_id(k->concept), AC_SV("potassium-lab")));
    const ac_attr *flag = k ? ac_entity_attr(k, AC_ATTR_FLAG) : NULL;
    CHECK(flag && ac_sv_eq(flag->norm, AC_SV("critical-high")));
    const ac_entity *fever = ac_test_entity(&n, "fever");
    CHECK(fever && fever->assertion == AC_ABSENT);
}

AC_TEST(given, identifiers_are_hidden_where_they_come_again)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = analysed(a);
    bool name = false, birth = false, again = false;
    for (size_t i = 0; i < n.phi.n; i++) {
        const ac_phi_item *p = &n.phi.at[i];
        ac_span s = p->span;
        name |= p->method == AC_METHOD_SOURCE && p->type == AC_PHI_PATIENT && s.begin == at("Ada Quimby").begin && s.end == at("Ada Quimby").end;
        birth |= p->method == AC_METHOD_SOURCE && p->type == AC_PHI_DATE && p->date.year == 1950;
        again |= s.begin > at("History:").begin && ac_sv_ends(ac_span_text(n.text, s), AC_SV("Quimby"));
    }
    CHECK(name && birth && again);
    CHECK(n.patient.sex == AC_SEX_FEMALE && n.patient.birth.year == 1950);
}

AC_TEST(given, a_note_without_structure_is_left_alone)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
    ac_note n = ac_test_note(a, "Asma. No fever.", AC_LANG_EN);
    const ac_given none = { 0 };
    ac_entity *before = n.entities.at;
    CHECK(!ac_note_is_closed(&n, 0) && ac_step_given(&n, NULL) == AC_OK && n.entities.at == before);
    n.given = &none;
    CHECK(!ac_note_is_closed(&n, 0) && ac_step_given(&n, NULL) == AC_OK && n.entities.at == before);
}

AC_TEST(given, memory_may_end_anywhere)
{
    for (size_t max = 1 << 12; max < 1 << 20; max += max / 3) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(8 << 20);
        AC_AUTO_PTR(ac_arena) small = ac_arena_new(max);
        ac_note n = analysed(a), copy = n;
        copy.arena = small;
        ac_rc rc = ac_step_given(&copy, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT);
    }
}
