#include "interop/chart/chart_make.h"

#include "base/json_read.h"
#include "interop/fhir_read.h"
#include "kit/note.h"
#include "kit/test.h"
#include "nlp/text/section.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    ac_arena *arena;
    ac_record record;
    ac_charts charts;
} made;

static void made_cleanup(made *m) { ac_arena_free(m->arena); }

static made charts_of(const char *json_text)
{
    made m = { .arena = ac_arena_new(16 << 20) };
    ac_json *json;
    CHECK(ac_json_parse(ac_sv_z(json_text), 64, m.arena, &json, NULL) == AC_OK && ac_fhir_read(json, m.arena, &m.record, NULL) == AC_OK);
    CHECK(ac_charts_make(&(ac_chart_source) { .record = &m.record }, m.arena, &m.charts, NULL) == AC_OK && m.charts.n >= 1);
    return m;
}

static bool has(ac_sv text, const char *words) { return memmem(text.p, text.n, words, strlen(words)) != NULL; }
static ac_sv under(const ac_chart *c, ac_span s) { return ac_span_text(c->text, s); }

static const ac_given_entity *fact(const ac_chart *c, const char *words)
{
    for (size_t i = 0; i < c->given.entities.n; i++)
        if (ac_sv_eq(under(c, c->given.entities.at[i].span), ac_sv_z(words)))
            return &c->given.entities.at[i];
    return NULL;
}

static const ac_given_phi *identifier(const ac_chart *c, const char *words)
{
    for (size_t i = 0; i < c->given.phi.n; i++)
        if (ac_sv_eq(under(c, c->given.phi.at[i].span), ac_sv_z(words)))
            return &c->given.phi.at[i];
    return NULL;
}

static const ac_attr *attr_of(const ac_given_entity *e, ac_attr_kind kind)
{
    for (size_t i = 0; e && i < e->attrs.n; i++)
        if (e->attrs.at[i].kind == kind)
            return &e->attrs.at[i];
    return NULL;
}

#define PATIENT                                                                                                        \
    "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\",\"identifier\":[{\"type\":{\"coding\":[{\"code\":\"MR\"}]},\"value\":\"M-4711\"}],"                  \
    "\"name\":[{\"family\":\"Quimby\",\"given\":[\"Ada\"]}],\"gender\":\"female\",\"birthDate\":\"1950-03-02\",\"telecom\":[{\"system\":\"phone\",\"value\":\"555-0134\"}]}}"
#define OF_P1 "\"subject\":{\"reference\":\"Patient/p1\"}"
#define SNOMED(code, display) "{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"" code "\",\"display\":\"" display "\"}]}"
#define STATUS(code) "{\"coding\":[{\"code\":\"" code "\"}]}"

static const char bundle[] =
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" PATIENT ","
    "{\"resource\":{\"resourceType\":\"Condition\",\"clinicalStatus\":" STATUS("active") ",\"code\":" SNOMED("38341003", "Hypertension") "," OF_P1 ",\"onsetDateTime\":\"2010-03-05\"}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"clinicalStatus\":" STATUS("resolved") ",\"code\":" SNOMED("10509002", "Acute bronchitis") "," OF_P1 ",\"abatementDateTime\":\"2012-04-01\"}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"verificationStatus\":" STATUS("refuted") ",\"code\":" SNOMED("73211009", "Diabetes") "," OF_P1 "}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"verificationStatus\":" STATUS("provisional") ",\"code\":" SNOMED("84757009", "Epilepsy") "," OF_P1 "}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"verificationStatus\":" STATUS("entered-in-error") ",\"code\":" SNOMED("1", "Plague") "," OF_P1 "}},"
    "{\"resource\":{\"resourceType\":\"Medication\",\"id\":\"m1\",\"code\":{\"text\":\"Lisinopril 10 MG Oral Tablet\",\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"314076\"}]}}},"
    "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"stopped\",\"intent\":\"order\",\"medicationReference\":{\"reference\":\"Medication/m1\"}," OF_P1 ",\"authoredOn\":\"2019-05-03T10:20:00Z\","
    "\"dosageInstruction\":[{\"timing\":{\"repeat\":{\"frequency\":2,\"period\":1,\"periodUnit\":\"d\"}},\"route\":" SNOMED("26643006", "Oral") ",\"doseAndRate\":[{\"doseQuantity\":{\"value\":1,\"unit\":\"tablet\"}}]}]}},"
    "{\"resource\":{\"resourceType\":\"Observation\",\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2823-3\",\"display\":\"Potassium\"}]}," OF_P1 ",\"effectiveDateTime\":\"2020-01-02\","
    "\"valueQuantity\":{\"value\":6.90,\"unit\":\"mmol/L\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mmol/L\"},\"interpretation\":[" STATUS("HH") "],"
    "\"referenceRange\":[{\"low\":{\"value\":3.5,\"unit\":\"mmol/L\"},\"high\":{\"value\":5.1,\"unit\":\"mmol/L\"}}]}},"
    "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"status\":\"final\",\"code\":{\"text\":\"Chest X-ray\"}," OF_P1 ",\"conclusion\":\"No pneumonia. Mrs. Quimby has emphysema.\"}}"
    "]}";

AC_TEST(chart, facts_come_with_their_codes_status_and_place)
{
    AC_AUTO(made) m = charts_of(bundle);
    const ac_chart *c = &m.charts.at[0];
    const ac_given_entity *e = fact(c, "Hypertension");
    CHECK(m.charts.n == 1 && c->left_out == 1 && !has(c->text, "Plague") && c->date.year == 2020 && c->lang == AC_LANG_EN);
    CHECK(e && e->kind == AC_KIND_PROBLEM && e->assertion == AC_PRESENT && e->n_codes == 1 && ac_sv_eq(e->codes[0].code, AC_SV("38341003")));
    CHECK(e && ac_sv_eq(e->codes[0].system, AC_SV("snomed")) && attr_of(e, AC_ATTR_ONSET) && ac_sv_eq(attr_of(e, AC_ATTR_ONSET)->norm, AC_SV("2010-03-05")));
    e = fact(c, "Acute bronchitis");
    CHECK(e && e->assertion == AC_HISTORICAL);
    e = fact(c, "Diabetes");
    CHECK(e && e->assertion == AC_ABSENT && ac_sv_eq(under(c, e->cue), AC_SV("ruled out")));
    e = fact(c, "Epilepsy");
    CHECK(e && e->assertion == AC_POSSIBLE);
    bool found = false;
    for (size_t i = 0; i < c->given.origins.n; i++)
        found |= ac_sv_eq(c->given.origins.at[i].path, AC_SV("Condition[2]")) && has(under(c, c->given.origins.at[i].span), "bronchitis");
    CHECK(found);
}

AC_TEST(chart, medications_and_results_keep_what_was_written)
{
    AC_AUTO(made) m = charts_of(bundle);
    const ac_chart *c = &m.charts.at[0];
    const ac_given_entity *e = fact(c, "Lisinopril 10 MG Oral Tablet");
    CHECK(e && e->assertion == AC_HISTORICAL && ac_sv_eq(e->codes[0].system, AC_SV("rxnorm")));
    CHECK(attr_of(e, AC_ATTR_STATUS) && ac_sv_eq(attr_of(e, AC_ATTR_STATUS)->norm, AC_SV("stopped")));
    CHECK(attr_of(e, AC_ATTR_DOSE) && attr_of(e, AC_ATTR_DOSE)->quantity.low == 1 && ac_sv_eq(attr_of(e, AC_ATTR_ROUTE)->norm, AC_SV("oral")));
    CHECK(attr_of(e, AC_ATTR_FREQUENCY) && attr_of(e, AC_ATTR_FREQUENCY)->timing.count == 2 && attr_of(e, AC_ATTR_FREQUENCY)->timing.unit == 'd');
    e = fact(c, "Potassium");
    CHECK(e && e->kind == AC_KIND_LAB && e->value.low == 6.9 && ac_sv_eq(e->value.unit, AC_SV("mmol/L")) && has(c->text, "Potassium: 6.90 mmol/L"));
    CHECK(attr_of(e, AC_ATTR_FLAG) && ac_sv_eq(attr_of(e, AC_ATTR_FLAG)->norm, AC_SV("critical-high")));
    CHECK(attr_of(e, AC_ATTR_RANGE) && attr_of(e, AC_ATTR_RANGE)->quantity.low == 3.5 && attr_of(e, AC_ATTR_RANGE)->quantity.high == 5.1);
}

AC_TEST(chart, who_it_is_is_given_as_identifiers_and_the_report_is_left_open)
{
    AC_AUTO(made) m = charts_of(bundle);
    const ac_chart *c = &m.charts.at[0];
    const ac_given_phi *p = identifier(c, "Ada Quimby");
    CHECK(p && p->type == AC_PHI_PATIENT && ac_sv_eq(under(c, c->given.patient.name_span), AC_SV("Ada Quimby")));
    p = identifier(c, "M-4711");
    CHECK(p && p->type == AC_PHI_MRN && ac_sv_eq(c->subject, AC_SV("M-4711")));
    CHECK(identifier(c, "555-0134") && identifier(c, "1950-03-02") && c->given.patient.sex == AC_SEX_FEMALE);
    CHECK(has(c->text, "- Age: 69 years") && identifier(c, "69 years") && identifier(c, "69 years")->number == 69);
    ac_note n = { .arena = m.arena, .text = c->text, .lang = c->lang, .given = &c->given };
    size_t at = (size_t)((const char *)memmem(c->text.p, c->text.n, "No pneumonia", 12) - c->text.p);
    CHECK(!ac_note_is_closed(&n, (uint32_t)at) && ac_note_is_closed(&n, (uint32_t)at - 2) && ac_note_is_closed(&n, 0));
    for (size_t i = 1; i < c->given.phi.n; i++)
        CHECK(c->given.phi.at[i - 1].span.end <= c->given.phi.at[i].span.begin);
    for (size_t i = 1; i < c->given.entities.n; i++)
        CHECK(c->given.entities.at[i - 1].span.end <= c->given.entities.at[i].span.begin);
    ac_span where;
    CHECK(ac_chart_find(c, m.record.entries.at[9].as.diagnostic_report->conclusion, &where) && where.begin == at);
    CHECK(!ac_chart_find(c, AC_SV("elsewhere"), &where) && !ac_chart_find(c, AC_SV(""), &where));
}

AC_TEST(chart, patients_are_never_mixed)
{
    AC_AUTO(made) m = charts_of(
        "{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ",{\"fullUrl\":\"urn:uuid:2\",\"resource\":{\"resourceType\":\"Patient\",\"name\":[{\"text\":\"Bert Other\"}]}},"
        "{\"resource\":{\"resourceType\":\"Practitioner\",\"name\":[{\"text\":\"Dr. Shared\"}]}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"asthma\"}," OF_P1 "}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"gout\"},\"subject\":{\"reference\":\"urn:uuid:2\"}}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"scurvy\"},\"subject\":{\"reference\":\"Patient/elsewhere\"}}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"plague\"}}}]}");
    CHECK(m.charts.n == 3);
    static const char *const facts[] = { "asthma", "gout", "scurvy", "plague" };
    for (size_t i = 0; i < m.charts.n; i++) {
        for (size_t k = 0; k < 4; k++)
            CHECK(has(m.charts.at[i].text, facts[k]) == (i == k));
        CHECK(has(m.charts.at[i].text, "Dr. Shared") && has(m.charts.at[i].text, "Ada") == (i == 0) && has(m.charts.at[i].text, "Bert") == (i == 1));
    }
}

AC_TEST(chart, headings_are_known_sections_in_both_languages)
{
    static const struct {
        ac_chart_section s;
        ac_section_type type;
    } rows[] = { { AC_CHART_PATIENT, AC_SECTION_DEMOGRAPHICS },  { AC_CHART_PROBLEMS, AC_SECTION_PROBLEMS },
                 { AC_CHART_HISTORY, AC_SECTION_PMH },           { AC_CHART_ALLERGIES, AC_SECTION_ALLERGIES },
                 { AC_CHART_MEDICATIONS, AC_SECTION_MEDICATIONS },{ AC_CHART_VACCINES, AC_SECTION_IMMUNISATIONS },
                 { AC_CHART_VITALS, AC_SECTION_VITALS },         { AC_CHART_RESULTS, AC_SECTION_RESULTS },
                 { AC_CHART_IMAGING, AC_SECTION_IMAGING },       { AC_CHART_PROCEDURES, AC_SECTION_PROCEDURES },
                 { AC_CHART_FAMILY, AC_SECTION_FAMILY },         { AC_CHART_SOCIAL, AC_SECTION_SOCIAL },
                 { AC_CHART_VISITS, AC_SECTION_OTHER },          { AC_CHART_PLAN, AC_SECTION_PLAN } };
    for (unsigned lang = 0; lang < AC_LANG_COUNT; lang++)
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            AC_AUTO_PTR(ac_arena) a = ac_arena_new(4 << 20);
            ac_chart c = { .lang = (ac_lang)lang };
            ac_chart_maker m = { .arena = a, .chart = &c, .text = AC_SB(1 << 12) };
            ac_chart_heading(&m, ac_chart_title(&m, rows[i].s));
            ac_sb_add(&m.text, AC_SV("- x, 2019\n"));
            ac_sb_add_char(&m.text, '\0');
            ac_note n = ac_test_note(a, m.text.p, (ac_lang)lang);
            bool known = n.sections.n == 1 && n.sections.at[0].type == rows[i].type;
            CHECK(known);
            if (!known)
                fprintf(stderr, "# %u %zu: %d\n", lang, i, n.sections.n ? n.sections.at[0].type : -1);
            ac_sb_cleanup(&m.text);
        }
}

AC_TEST(chart, documents_notes_and_narratives_are_read)
{
    AC_AUTO(made) m = charts_of(
        "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"type\":{\"text\":\"Nota\"},\"content\":[{\"attachment\":{\"contentType\":\"text/plain\",\"data\":"
        "\"UGFjaWVudGUgY29uIHRvcyB5IGZpZWJyZSBkZXNkZSBheWVyLg==\"}},{\"attachment\":{\"contentType\":\"application/pdf\",\"data\":\"AAAA\"}}]}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"code\":{\"text\":\"Asma\"},\"note\":[{\"text\":\"Peor en invierno.\"}]}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"text\":{\"div\":\"<div>Dolor <b>de</b> espalda<br/>&amp; m\\u00e1s &#225;<script>x</script></div>\"}}}]}");
    const ac_chart *c = &m.charts.at[0];
    CHECK(c->lang == AC_LANG_ES && c->unread == 1 && has(c->text, "Lista de problemas:\n- Asma\n"));
    CHECK(has(c->text, "Nota:\nPaciente con tos y fiebre desde ayer.\n") && has(c->text, "Asma:\nPeor en invierno.\n"));
    CHECK(has(c->text, "Dolor de espalda\n& m\xC3\xA1s \xC3\xA1\n") && !has(c->text, "script") && !has(c->text, "<"));
}

AC_TEST(chart, nothing_known_is_no_fact_and_denials_say_so)
{
    AC_AUTO(made) m = charts_of(
        "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Condition\",\"code\":" SNOMED("160245001", "No current problems or disability") "}},"
        "{\"resource\":{\"resourceType\":\"MedicationStatement\",\"status\":\"not-taken\",\"medicationCodeableConcept\":{\"text\":\"Warfarin\"}}},"
        "{\"resource\":{\"resourceType\":\"Procedure\",\"status\":\"not-done\",\"code\":{\"text\":\"Colonoscopy\"}}},"
        "{\"resource\":{\"resourceType\":\"ServiceRequest\",\"id\":\"r\",\"status\":\"active\",\"code\":{\"text\":\"Spirometry\"}}},"
        "{\"resource\":{\"resourceType\":\"ServiceRequest\",\"status\":\"active\",\"code\":{\"text\":\"Endoscopy\"}}},"
        "{\"resource\":{\"resourceType\":\"DiagnosticReport\",\"status\":\"final\",\"basedOn\":[{\"reference\":\"ServiceRequest/r\"}]}}]}");
    const ac_chart *c = &m.charts.at[0];
    CHECK(has(c->text, "- No current problems or disability\n") && !fact(c, "No current problems or disability"));
    const ac_given_entity *e = fact(c, "Warfarin");
    CHECK(e && e->assertion == AC_ABSENT && ac_sv_eq(under(c, e->cue), AC_SV("not taken")) && attr_of(e, AC_ATTR_STATUS));
    e = fact(c, "Colonoscopy");
    CHECK(e && e->assertion == AC_ABSENT);
    e = fact(c, "Endoscopy");
    CHECK(e && e->assertion == AC_PLANNED && ac_sv_eq(under(c, e->cue), AC_SV("planned")));
    e = fact(c, "Spirometry");
    CHECK(e && e->assertion == AC_PRESENT && e->kind == AC_KIND_PROCEDURE);
}

AC_TEST(chart, what_is_contained_belongs_to_its_resource)
{
    AC_AUTO(made) m = charts_of(
        "{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ",{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p2\"}},"
        "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"status\":\"active\",\"medicationReference\":{\"reference\":\"#m\"}," OF_P1 ","
        "\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":" SNOMED("387458008", "Aspirin") "},{\"resourceType\":\"Practitioner\",\"name\":[{\"text\":\"Dr. Inner\"}]}]}}]}");
    CHECK(m.charts.n == 2 && fact(&m.charts.at[0], "Aspirin") && has(m.charts.at[0].text, "Dr. Inner") && !has(m.charts.at[1].text, "Inner"));
}

AC_TEST(chart, a_section_that_has_entries_is_not_read_again)
{
    AC_AUTO(made) m = charts_of(
        "{\"resourceType\":\"Composition\",\"section\":[{\"title\":\"Problems\",\"text\":{\"status\":\"generated\",\"div\":\"<div>Gout since May</div>\"},\"entry\":[{\"reference\":\"Condition/1\"}]},"
        "{\"title\":\"Course\",\"text\":{\"status\":\"additional\",\"div\":\"<div>Uneventful</div>\"},\"entry\":[{\"reference\":\"Condition/1\"}]},"
        "{\"title\":\"Story\",\"text\":{\"status\":\"generated\",\"div\":\"<div>Told</div>\"}}]}");
    CHECK(!has(m.charts.at[0].text, "Gout") && has(m.charts.at[0].text, "Course:\nUneventful\n") && has(m.charts.at[0].text, "Story:\nTold\n"));
    CHECK(m.charts.at[0].given.origins.n == 2 && ac_sv_eq(m.charts.at[0].given.origins.at[1].path, AC_SV("Composition[1]/section[3]")));
}

AC_TEST(chart, odd_records_give_a_chart_all_the_same)
{
    static const char *const odd[] = {
        "{\"resourceType\":\"Bundle\"}", "{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Observation\"}",
        "{\"resourceType\":\"Observation\",\"code\":{\"text\":\" \"},\"valueString\":\"\\n\\n\"}",
        "{\"resourceType\":\"Observation\",\"code\":{\"text\":\"a\\nb\"},\"valueQuantity\":{\"value\":1e999},\"component\":[{},{}]}",
        "{\"resourceType\":\"Condition\",\"subject\":{\"reference\":\"#x\"},\"onsetDateTime\":\"20\"}",
        "{\"resourceType\":\"FamilyMemberHistory\",\"condition\":[{},{\"code\":{\"coding\":[{\"code\":\"1\"}]}}]}",
        "{\"resourceType\":\"DocumentReference\",\"content\":[{\"attachment\":{\"contentType\":\"text/html\",\"data\":\"PGI+PA==\"}},{\"attachment\":{\"data\":\"*\"}}]}",
        "{\"resourceType\":\"Composition\",\"section\":[{\"text\":{\"div\":\"<!-- \"}},{\"text\":{\"div\":\"&#xZZ;&;&#99999999;<p\"}}]}",
    };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        AC_AUTO(made) m = charts_of(odd[i]);
        CHECK(m.charts.n == 1);
    }
}

AC_TEST(chart, memory_may_end_anywhere)
{
    for (size_t max = 1 << 13; max < 1 << 18; max += max / 4) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(max);
        AC_AUTO_PTR(ac_arena) big = ac_arena_new(8 << 20);
        ac_json *json;
        ac_record r = { 0 };
        ac_charts charts = { 0 };
        CHECK(ac_json_parse(ac_sv_z(bundle), 64, big, &json, NULL) == AC_OK && ac_fhir_read(json, big, &r, NULL) == AC_OK);
        ac_rc rc = ac_charts_make(&(ac_chart_source) { .record = &r }, a, &charts, NULL);
        CHECK(rc == AC_OK || (rc == AC_ELIMIT && charts.n == 0));
    }
}
