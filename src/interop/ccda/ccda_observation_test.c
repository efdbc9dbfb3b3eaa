#include "interop/ccda/ccda_testing.h"

#define CATEGORY "http://terminology.hl7.org/CodeSystem/observation-category"
#define LOINC "2.16.840.1.113883.6.1"

AC_TEST(ccda_observation, a_report_with_its_results)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("30954-2",
        "<text>x</text><entry><organizer classCode=\"BATTERY\" moodCode=\"EVN\">" KIT_T("22.4.1") "<id root=\"2.999.6\" extension=\"r1\"/>"
        "<code code=\"57021-8\" codeSystem=\"" LOINC "\"/><statusCode code=\"completed\"/><effectiveTime><low value=\"20240501\"/><high value=\"20240501\"/></effectiveTime>"
        "<component><observation>" KIT_T("22.4.2") "<id root=\"2.999.6\" extension=\"r2\"/><code code=\"718-7\" codeSystem=\"" LOINC "\"/><statusCode code=\"completed\"/>"
        "<effectiveTime value=\"202405010830-0500\"/><value xsi:type=\"PQ\" value=\"9.1\" unit=\"g/dL\"/>"
        "<interpretationCode code=\"L\" codeSystem=\"2.16.840.1.113883.5.83\"/><methodCode code=\"M\" codeSystem=\"2.999.8\"/>"
        "<author><time value=\"20240501093000-0500\"/><assignedAuthor><id root=\"2.999.9\" extension=\"lab\"/></assignedAuthor></author>"
        "<specimen><specimenRole><id root=\"2.999.7\" extension=\"s\"/><specimenPlayingEntity><code code=\"119297000\" codeSystem=\"" KIT_SNOMED "\"/></specimenPlayingEntity></specimenRole></specimen>"
        "<referenceRange><observationRange><text>adult women</text><value xsi:type=\"IVL_PQ\"><low value=\"12\" unit=\"g/dL\"/><high value=\"15.5\" unit=\"g/dL\"/></value></observationRange></referenceRange>"
        "</observation></component><component><observation>" KIT_T("22.4.2") "<code code=\"5778-6\" codeSystem=\"" LOINC "\"/><statusCode code=\"active\"/>"
        "<value xsi:type=\"ST\">Yellow</value></observation></component></organizer></entry>");
    const ac_rec_diagnostic_report *r = KIT_THE(&k, diagnostic_report);
    const ac_rec_observation *o = KIT_THE(&k, observation);
    CHECK(kit_is(r->status, "final") && r->result.n == 2 && kit_is(r->effective_period->start, "2024-05-01") && kit_coded(r->code, "http://loinc.org", "57021-8"));
    CHECK(kit_is(o->status, "final") && kit_amount(o->quantity, "9.1", "g/dL") && kit_is(o->effective_date, "2024-05-01T08:30:00-05:00"));
    CHECK(o->interpretation.n == 1 && kit_coded(&o->interpretation.at[0], "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "L") && o->method);
    CHECK(o->reference_range.n == 1 && kit_amount(o->reference_range.at[0].low, "12", "g/dL") && kit_is(o->reference_range.at[0].text, "adult women"));
    CHECK(kit_coded(&o->category.at[0], CATEGORY, "laboratory") && o->performer.n == 1 && kit_is(o->issued, "2024-05-01T09:30:00-05:00") && o->specimen);
    CHECK(kit_coded(KIT_THE(&k, specimen)->type, KIT_SCT, "119297000"));
    o = KIT_NTH(&k, observation, 1);
    CHECK(kit_is(o->string, "Yellow") && kit_is(o->status, "preliminary") && o->category.n == 0 && kit_is(o->meta->source, "#section[1]/entry[1]/component[2]"));
    CHECK(k.out.passages.at[0].structured);
}

#define VITAL(id, code, value, time)                                                                                                                  \
    "<component><observation>" KIT_T("22.4.27") "<id root=\"2.999.6\" extension=\"" id "\"/><code code=\"" code "\" codeSystem=\"" LOINC "\"/>"     \
    "<statusCode code=\"completed\"/><effectiveTime value=\"" time "\"/><value xsi:type=\"PQ\" value=\"" value "\" unit=\"mm[Hg]\"/></observation></component>"
#define VITALS(inner) "<entry><organizer>" KIT_T("22.4.26") "<code code=\"46680005\" codeSystem=\"" KIT_SNOMED "\"/><statusCode code=\"completed\"/>" inner "</organizer></entry>"

AC_TEST(ccda_observation, two_halves_are_one_blood_pressure)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("8716-3", VITALS(VITAL("h", "8302-2", "177", "20240501") VITAL("s", "8480-6", "132", "20240501") VITAL("d", "8462-4", "86", "20240501")));
    const ac_rec_observation *panel = KIT_THE(&k, observation), *bp = KIT_NTH(&k, observation, 2);
    CHECK(kit_ccda_count(&k, AC_REC_observation) == 3 && panel->has_member.n == 2 && kit_coded(panel->code, KIT_SCT, "46680005"));
    CHECK(kit_coded(bp->code, "http://loinc.org", "85354-9") && !bp->quantity && bp->component.n == 2 && bp->identifier.n == 2);
    CHECK(kit_coded(bp->component.at[0].code, "http://loinc.org", "8480-6") && kit_amount(bp->component.at[0].quantity, "132", "mm[Hg]"));
    CHECK(kit_amount(bp->component.at[1].quantity, "86", "mm[Hg]") && kit_is(bp->effective_date, "2024-05-01"));
    CHECK(kit_coded(&bp->category.at[0], CATEGORY, "vital-signs") && kit_is(bp->meta->source, "#section[1]/entry[1]/component[2]"));
}

AC_TEST(ccda_observation, halves_of_different_times_stay_apart)
{
    AC_AUTO(kit_ccda) times = kit_ccda_section("8716-3", VITALS(VITAL("s", "8480-6", "132", "20240501") VITAL("d", "8462-4", "86", "20240502")));
    AC_AUTO(kit_ccda) three = kit_ccda_section("8716-3", VITALS(VITAL("s", "8480-6", "132", "20240501") VITAL("d", "8462-4", "86", "20240501") VITAL("e", "8480-6", "120", "20240501")));
    CHECK(kit_ccda_count(&times, AC_REC_observation) == 3 && kit_ccda_count(&three, AC_REC_observation) == 4);
}

AC_TEST(ccda_observation, what_is_negated_is_not_told_as_a_fact)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("29762-2", "<text>Does not smoke.</text><entry><observation negationInd=\"true\">" KIT_T("22.4.38")
                                                      "<code code=\"229819007\" codeSystem=\"" KIT_SNOMED "\"/><value xsi:type=\"CD\" code=\"77176002\" codeSystem=\"" KIT_SNOMED "\"/></observation></entry>");
    CHECK(kit_ccda_count(&k, AC_REC_observation) == 0 && k.out.record.coverage.resources_refused == 1);
    CHECK(k.out.passages.n == 1 && !k.out.passages.at[0].structured); /* the engine reads the words */
}

AC_TEST(ccda_observation, social_history_and_absent_values)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("29762-2", "<entry><observation>" KIT_T("22.4.78") "<code code=\"72166-2\" codeSystem=\"" LOINC "\"/><statusCode code=\"completed\"/>"
        "<effectiveTime value=\"20240510\"/><value xsi:type=\"CD\" code=\"8517006\" codeSystem=\"" KIT_SNOMED "\"/></observation></entry>"
        "<entry><observation>" KIT_T("15.3.8") "<code nullFlavor=\"UNK\"/><value xsi:type=\"CD\" nullFlavor=\"ASKU\"/></observation></entry>");
    const ac_rec_observation *o = KIT_THE(&k, observation);
    CHECK(kit_coded(o->concept, KIT_SCT, "8517006") && kit_coded(&o->category.at[0], CATEGORY, "social-history"));
    o = KIT_NTH(&k, observation, 1);
    CHECK(kit_coded(o->code, "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK") && kit_is(o->status, "unknown"));
    CHECK(kit_coded(o->absent_reason, "http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown") && !o->concept);
}

AC_TEST(ccda_observation, several_values_are_components)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("30954-2", "<entry><observation>" KIT_T("22.4.2") "<code code=\"6463-4\" codeSystem=\"" LOINC "\"/>"
        "<value xsi:type=\"CD\" code=\"112283007\" codeSystem=\"" KIT_SNOMED "\"/><value xsi:type=\"CD\" code=\"3092008\" codeSystem=\"" KIT_SNOMED "\"/>"
        "<interpretationCode code=\"A\" codeSystem=\"2.16.840.1.113883.5.83\"/></observation></entry>");
    const ac_rec_observation *o = KIT_THE(&k, observation);
    CHECK(!o->concept && o->component.n == 2 && kit_coded(o->component.at[1].concept, KIT_SCT, "3092008") && o->interpretation.n == 1);
}

AC_TEST(ccda_observation, members_of_members)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("47420-5", "<entry><organizer>" KIT_T("22.4.66") "<code code=\"d5\" codeSystem=\"2.16.840.1.113883.6.254\"/><component><observation>" KIT_T("22.4.69")
        "<code code=\"54614-3\" codeSystem=\"" LOINC "\"/><value xsi:type=\"INT\" value=\"7\"/><entryRelationship typeCode=\"COMP\"><observation>" KIT_T("22.4.86")
        "<code code=\"52731-7\" codeSystem=\"" LOINC "\"/><value xsi:type=\"INT\" value=\"3\"/></observation></entryRelationship></observation></component></organizer></entry>");
    const ac_rec_observation *scale = KIT_NTH(&k, observation, 1);
    CHECK(kit_ccda_count(&k, AC_REC_observation) == 3 && KIT_THE(&k, observation)->has_member.n == 1);
    CHECK(scale->has_member.n == 1 && kit_is(scale->integer, "7") && kit_is(KIT_NTH(&k, observation, 2)->integer, "3"));
}
