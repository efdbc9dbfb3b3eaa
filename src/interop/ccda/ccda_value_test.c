#include "interop/ccda/ccda_make.h"
#include "interop/ccda/ccda_testing.h"

typedef struct {
    ac_arena *arena;
    ac_ccda_maker *m;
} values;
static void values_cleanup(values *v) { ac_arena_free(v->arena); }

static values values_new(void)
{
    values v = { .arena = ac_arena_new((size_t)1 << 24) };
    v.m = ac_arena_alloc(v.arena, sizeof *v.m);
    v.m->arena = v.arena;
    return v;
}

AC_TEST(ccda_value, times_keep_their_precision_and_zone)
{
    static const char *const rows[][2] = {
        { "2012", "2012" }, { "201208", "2012-08" }, { "20120806", "2012-08-06" },
        { "201208061530-0500", "2012-08-06T15:30:00-05:00" }, { "20120806153012.250+0130", "2012-08-06T15:30:12.250+01:30" },
        { "20120806153012Z", "2012-08-06T15:30:12Z" }, { "201208061530-05", "2012-08-06T15:30:00-05:00" },
        { "20120806153012", "2012-08-06" }, { "2012080615-0500", "2012-08-06" }, { "20120806-0500", "2012-08-06" },
        { "20240229", "2024-02-29" },
        /* no times */
        { "20230229", "" }, { "200130311", "" }, { "20121301", "" }, { "20120832", "" }, { "20120806240000Z", "" }, { "", "" },
        { "201208061560-0500", "" }, { "today", "" }, { "2012-08-06", "" }, { "20120806153012-9900", "" }, { "0000", "" },
        { "20120806153012.+0000", "" }, { "20120806153012-050", "" },
    };
    AC_AUTO(values) v = values_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(kit_is(ac_ccda_time(v.m, ac_sv_z(rows[i][0])), rows[i][1]));
    CHECK(v.m->out.record.coverage.unknown.n == 3 && v.m->out.record.coverage.members_unknown == 14);
}

AC_TEST(ccda_value, numbers_become_those_of_json)
{
    static const char *const rows[][2] = { { "7.2", "7.2" }, { "+5", "5" },   { ".5", "0.5" }, { "5.", "5" },  { "007", "7" }, { "-0.50", "-0.50" },
                                           { "1.20", "1.20" }, { "0", "0" },  { "", "" },      { ".", "" },    { "-", "" },    { "1e3", "" },
                                           { "12a", "" },    { "1.2.3", "" }, { "<5", "" },    { "1,5", "" },  { "NaN", "" } };
    AC_AUTO(values) v = values_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(kit_is(ac_ccda_number(v.m, ac_sv_z(rows[i][0])), rows[i][1]));
}

AC_TEST(ccda_value, code_systems_have_uris)
{
    static const char *const rows[][2] = {
        { "2.16.840.1.113883.6.96", "http://snomed.info/sct" },
        { "2.16.840.1.113883.6.1", "http://loinc.org" },
        { "2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm" },
        { "2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm" },
        { "2.16.840.1.113883.6.103", "http://hl7.org/fhir/sid/icd-9-cm" },
        { "2.16.840.1.113883.6.69", "http://hl7.org/fhir/sid/ndc" },
        { "2.16.840.1.113883.12.292", "http://hl7.org/fhir/sid/cvx" },
        { "2.16.840.1.113883.12.112", "http://terminology.hl7.org/CodeSystem/v2-0112" },
        { "2.16.840.1.113883.5.83", "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation" },
        { "1.0.3166.1.2.2", "urn:iso:std:iso:3166" },
        { "2.16.840.1.113883.6.238", "urn:oid:2.16.840.1.113883.6.238" },
        { "2.999.77", "urn:oid:2.999.77" },
        { "7D5A02B0-67A4-11DB-BD13-0800200C9A66", "urn:uuid:7d5a02b0-67a4-11db-bd13-0800200c9a66" },
        { "LOCAL", "" }, { "", "" }, { "2..5", "" }, { "2.16.", "" }, { "2.016", "" }, { "9.1.2", "" }, { "http://x", "" },
    };
    AC_AUTO(values) v = values_new();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(kit_is(ac_ccda_system(v.m, ac_sv_z(rows[i][0])), rows[i][1]));
}

static const ac_tree_node *xml(const values *v, const char *text) { return kit_xml_read(text, v->arena); }

AC_TEST(ccda_value, concepts_keep_translations_and_words)
{
    AC_AUTO(values) v = values_new();
    const ac_rec_concept *c = ac_ccda_concept(v.m, xml(&v, "<value code=\"59621000\" codeSystem=\"" KIT_SNOMED "\" displayName=\"Hypertension\">"
        "<originalText>High blood\n pressure</originalText><translation code=\"I10\" codeSystem=\"2.16.840.1.113883.6.90\"/></value>"));
    CHECK(kit_coded(c, KIT_SCT, "59621000") && kit_coded(c, "http://hl7.org/fhir/sid/icd-10-cm", "I10") && kit_is(c->text, "High blood pressure"));
    CHECK(kit_is(c->coding.at[0].display, "Hypertension"));
    c = ac_ccda_concept(v.m, xml(&v, "<value nullFlavor=\"OTH\"><translation code=\"E11.9\" codeSystem=\"2.16.840.1.113883.6.90\"/></value>"));
    CHECK(c && c->coding.n == 1 && kit_is(c->coding.at[0].code, "E11.9"));
    c = ac_ccda_concept(v.m, xml(&v, "<code nullFlavor=\"UNK\" code=\"1\"><originalText>own words</originalText></code>"));
    CHECK(c && !c->coding.n && kit_is(c->text, "own words"));
    c = ac_ccda_concept(v.m, xml(&v, "<code code=\"54522-8\" codeSystem=\"" KIT_SNOMED "\" displayName=\"Functional status\"/>"));
    CHECK(c && !c->coding.at[0].system.n && kit_is(c->coding.at[0].code, "54522-8") && v.m->out.record.coverage.members_unknown == 1);
    c = ac_ccda_concept(v.m, xml(&v, "<code code=\"FRND\" codeSystem=\"2.16.840.1.113883.5.111\" displayName=\"friend\"/>"));
    CHECK(c && !c->coding.at[0].display.n && kit_is(c->text, "friend"));
    CHECK(!ac_ccda_concept(v.m, xml(&v, "<value nullFlavor=\"UNK\"/>")) && !ac_ccda_concept(v.m, NULL));
    c = ac_ccda_concept(v.m, xml(&v, "<code code=\"40983000\" codeSystem=\"" KIT_SNOMED "\" displayName=\"Arm\"><qualifier>"
        "<name code=\"272741003\" displayName=\"laterality\"/><value code=\"7771000\" displayName=\"left\"/></qualifier></code>"));
    CHECK(c && kit_is(c->text, "Arm (laterality: left)"));
    CHECK(kit_coded(ac_ccda_unknown(v.m, xml(&v, "<code nullFlavor=\"NASK\"/>")), "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "NASK"));
    CHECK(kit_coded(ac_ccda_unknown(v.m, NULL), "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK"));
}

AC_TEST(ccda_value, identifiers)
{
    AC_AUTO(values) v = values_new();
    ac_rec_identifier id;
    CHECK(ac_ccda_identifier(v.m, xml(&v, "<id root=\"2.16.840.1.113883.4.6\" extension=\" 12 \"/>"), &id));
    CHECK(kit_is(id.system, "http://hl7.org/fhir/sid/us-npi") && kit_is(id.value, "12"));
    CHECK(ac_ccda_identifier(v.m, xml(&v, "<id root=\"2.16.840.1.113883.4.6\"/>"), &id));
    CHECK(kit_is(id.system, "urn:ietf:rfc3986") && kit_is(id.value, "urn:oid:2.16.840.1.113883.4.6"));
    CHECK(!ac_ccda_identifier(v.m, xml(&v, "<id nullFlavor=\"NI\" root=\"2.999\"/>"), &id) && !ac_ccda_identifier(v.m, xml(&v, "<id/>"), &id));
}

#define VALUE(type, rest) "<value xsi:type=\"" type "\"" rest
AC_TEST(ccda_value, every_type_of_value)
{
    AC_AUTO(values) v = values_new();
#define READ(text) ac_rec_component c = { 0 }; bool any = ac_ccda_component_value(v.m, xml(&v, text), &c)
    { READ(VALUE("PQ", " value=\"13.20\" unit=\"g/dL\"/>")); CHECK(any && kit_amount(c.quantity, "13.20", "g/dL") && kit_is(c.quantity->system, AC_CCDA_UCUM)); }
    { READ(VALUE("PQ", " value=\"2\" unit=\"slices of bread\"/>")); CHECK(any && kit_amount(c.quantity, "2", "") && kit_is(c.quantity->unit, "slices of bread")); }
    { READ(VALUE("hl7:CD", " code=\"8517006\" codeSystem=\"" KIT_SNOMED "\"/>")); CHECK(any && kit_coded(c.concept, KIT_SCT, "8517006")); }
    { READ(VALUE("ST", ">  Yellow\n clear </value>")); CHECK(any && kit_is(c.string, "Yellow clear")); }
    { READ(VALUE("INT", " value=\"012\"/>")); CHECK(any && kit_is(c.integer, "12")); }
    { READ(VALUE("INT", " value=\"99999999999\"/>")); CHECK(any && !c.integer.n && kit_amount(c.quantity, "99999999999", "")); }
    { READ(VALUE("REAL", " value=\"0.5\"/>")); CHECK(any && kit_amount(c.quantity, "0.5", "")); }
    { READ(VALUE("BL", " value=\"false\"/>")); CHECK(any && c.boolean == AC_REC_FALSE); }
    { READ(VALUE("TS", " value=\"20240201\"/>")); CHECK(any && kit_is(c.date_time, "2024-02-01")); }
    { READ(VALUE("IVL_TS", "><low value=\"2023\"/></value>")); CHECK(any && c.period && kit_is(c.period->start, "2023")); }
    { READ(VALUE("RTO", "><numerator value=\"1\"/><denominator value=\"128\"/></value>")); CHECK(any && c.ratio && kit_amount(c.ratio->denominator, "128", "")); }
    { READ(VALUE("IVL_PQ", "><low value=\"3\" unit=\"mL\"/><high value=\"5\" unit=\"mL\"/></value>")); CHECK(any && c.range && kit_amount(c.range->high, "5", "mL") && !c.quantity); }
    { READ(VALUE("IVL_PQ", "><high value=\"5\" unit=\"mL\" inclusive=\"false\"/></value>")); CHECK(any && kit_is(c.quantity->comparator, "<")); }
    { READ(VALUE("IVL_PQ", "><low value=\"5\" unit=\"mL\"/></value>")); CHECK(any && kit_is(c.quantity->comparator, ">=")); }
    { READ(VALUE("PQ", " nullFlavor=\"UNK\"/>")); CHECK(!any); }
    { READ(VALUE("PQ", " value=\"positive\"/>")); CHECK(!any && v.m->out.record.coverage.members_unknown == 1); }
    { READ(VALUE("GLIST_TS", "/>")); CHECK(!any && v.m->out.record.coverage.members_unknown == 2); }
    { READ("<value code=\"260385009\" codeSystem=\"" KIT_SNOMED "\"/>"); CHECK(any && c.concept); }
#undef READ
    CHECK(!ac_ccda_component_value(v.m, NULL, &(ac_rec_component) { 0 }));
}

AC_TEST(ccda_value, a_period_never_ends_before_it_starts)
{
    AC_AUTO(values) v = values_new();
    const ac_rec_period *p = ac_ccda_period(v.m, xml(&v, "<t><low value=\"20200102\"/><high value=\"20190102\"/></t>"));
    CHECK(p && kit_is(p->start, "2020-01-02") && !p->end.n && v.m->out.record.coverage.members_unknown == 1);
    p = ac_ccda_period(v.m, xml(&v, "<t><low value=\"202001021200+0000\"/><high value=\"202001021100+0000\"/></t>"));
    CHECK(p && !p->end.n);
    p = ac_ccda_period(v.m, xml(&v, "<t><low nullFlavor=\"UNK\"/><high value=\"2019\"/></t>"));
    CHECK(p && !p->start.n && kit_is(p->end, "2019"));
    CHECK(!ac_ccda_period(v.m, xml(&v, "<t nullFlavor=\"UNK\"/>")) && !ac_ccda_period(v.m, NULL));
}

AC_TEST(ccda_value, arenas_of_every_size)
{
    for (size_t size = 256; size < 4096; size += 192) {
        ac_arena *whole = ac_arena_new(1 << 20), *small = ac_arena_new(size);
        ac_ccda_maker *m = ac_arena_alloc(whole, sizeof *m);
        m->arena = small;
        (void)ac_ccda_concept(m, kit_xml_read("<value code=\"59621000\" codeSystem=\"2.999.1\"><originalText>High blood pressure</originalText>"
                                              "<translation code=\"I10\" codeSystem=\"2.999.2\"/></value>", whole));
        (void)ac_ccda_time(m, AC_SV("201208061530-0500"));
        ac_arena_free(small);
        ac_arena_free(whole);
    }
}
