#include "interop/ccda/ccda_testing.h"

#define DRUG "<consumable><manufacturedProduct><manufacturedMaterial><code code=\"745679\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"Albuterol\">"     \
             "<translation code=\"0173-0682-20\" codeSystem=\"2.16.840.1.113883.6.69\"/></code></manufacturedMaterial></manufacturedProduct></consumable>"
#define RXNORM "http://www.nlm.nih.gov/research/umls/rxnorm"

static kit_ccda drug(const char *mood, const char *rest)
{
    static char entry[6000];
    (void)snprintf(entry, sizeof entry, "<entry><substanceAdministration classCode=\"SBADM\" moodCode=\"%s\">" KIT_T("22.4.16")
                   "<id root=\"2.999.10\" extension=\"m1\"/><statusCode code=\"active\"/>%s</substanceAdministration></entry>", mood, rest);
    return kit_ccda_section("10160-0", entry);
}

AC_TEST(ccda_medication, what_is_taken)
{
    AC_AUTO(kit_ccda) k = drug("EVN",
        "<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20240103\"/><high nullFlavor=\"UNK\"/></effectiveTime>"
        "<effectiveTime xsi:type=\"PIVL_TS\" institutionSpecified=\"true\" operator=\"A\"><period value=\"6\" unit=\"h\"/></effectiveTime>"
        "<routeCode code=\"C38216\" codeSystem=\"2.16.840.1.113883.3.26.1.1\"/><doseQuantity value=\"1\"/><rateQuantity value=\"90\" unit=\"mL/min\"/>"
        "<maxDoseQuantity><numerator value=\"4\" unit=\"mg\"/><denominator value=\"1\" unit=\"d\"/></maxDoseQuantity>"
        "<administrationUnitCode code=\"C42944\" codeSystem=\"2.16.840.1.113883.3.26.1.1\" displayName=\"INHALANT\"/>" DRUG
        "<precondition><criterion><code code=\"ASSERTION\"/><value xsi:type=\"CD\" code=\"56018004\" codeSystem=\"" KIT_SNOMED "\" displayName=\"Wheezing\"/></criterion></precondition>"
        "<participant typeCode=\"CSM\"><participantRole><playingEntity><code code=\"324049\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"Aerosol\"/></playingEntity></participantRole></participant>"
        "<entryRelationship typeCode=\"RSON\"><observation>" KIT_T("22.4.19") "<id root=\"2.999.11\" extension=\"i\"/><value xsi:type=\"CD\" code=\"195967001\" codeSystem=\"" KIT_SNOMED "\"/></observation></entryRelationship>"
        "<entryRelationship typeCode=\"SUBJ\"><act moodCode=\"INT\">" KIT_T("22.4.20") "<text>rinse the mouth</text></act></entryRelationship>"
        "<entryRelationship><substanceAdministration>" KIT_T("22.4.147") "<text>one puff every six hours</text></substanceAdministration></entryRelationship>");
    const ac_rec_medication_statement *s = KIT_THE(&k, medication_statement);
    CHECK(kit_coded(s->code, RXNORM, "745679") && kit_coded(s->code, "http://hl7.org/fhir/sid/ndc", "0173-0682-20") && kit_is(s->status, "active"));
    CHECK(kit_is(s->effective_period->start, "2024-01-03") && !s->effective_period->end.n && s->dosage.n == 1 && s->identifier.n == 1);
    const ac_rec_dosage *d = &s->dosage.at[0];
    CHECK(kit_is(d->timing->repeat->period, "6") && kit_is(d->timing->repeat->period_unit, "h") && kit_is(d->timing->repeat->frequency, "1"));
    const ac_rec_dose *dose = &d->dose_and_rate.at[0];
    CHECK(kit_amount(dose->dose_quantity, "1", "C42944") && kit_is(dose->dose_quantity->unit, "INHALANT") && kit_amount(dose->rate_quantity, "90", "mL/min"));
    CHECK(kit_coded(d->route, "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", "C38216") && kit_amount(d->max_per_period->numerator, "4", "mg"));
    CHECK(kit_coded(d->as_needed_for, KIT_SCT, "56018004") && d->as_needed == AC_REC_ABSENT);
    CHECK(kit_is(d->patient_instruction, "rinse the mouth") && kit_is(d->text, "one puff every six hours"));
    CHECK(s->note.n == 0 && s->extension.n == 1 && kit_is(s->extension.at[0].value_string, "Vehicle: Aerosol"));
    CHECK(s->reason_reference.n == 1 && kit_coded(KIT_THE(&k, condition)->code, KIT_SCT, "195967001"));
}

AC_TEST(ccda_medication, what_is_meant_to_be_taken)
{
    AC_AUTO(kit_ccda) k = drug("INT", "<effectiveTime xsi:type=\"IVL_TS\"><low value=\"20240103\"/></effectiveTime><effectiveTime xsi:type=\"EIVL_TS\"><event code=\"ACM\"/></effectiveTime>"
        "<doseQuantity><low value=\"1\" unit=\"mg\"/><high value=\"2\" unit=\"mg\"/></doseQuantity>" DRUG
        "<entryRelationship typeCode=\"REFR\"><supply moodCode=\"INT\">" KIT_T("22.4.17") "<repeatNumber value=\"2\"/><quantity value=\"75\" unit=\"mL\"/></supply></entryRelationship>");
    const ac_rec_medication_request *r = KIT_THE(&k, medication_request);
    CHECK(kit_ccda_count(&k, AC_REC_medication_statement) == 0 && kit_ccda_count(&k, AC_REC_medication_request) == 1);
    CHECK(kit_is(r->intent, "plan") && kit_is(r->status, "active") && r->dispense && kit_is(r->dispense->repeats, "2") && kit_amount(r->dispense->quantity, "75", "mL"));
    const ac_rec_repeat *t = r->dosage.at[0].timing->repeat;
    CHECK(t->when.n == 1 && kit_is(t->when.at[0], "ACM") && kit_is(t->bounds_period->start, "2024-01-03"));
    CHECK(kit_amount(r->dosage.at[0].dose_and_rate.at[0].dose_range->high, "2", "mg"));
}

AC_TEST(ccda_medication, not_taken_and_nothing_known)
{
    AC_AUTO(kit_ccda) not_taken = kit_ccda_section("10160-0", "<entry><substanceAdministration moodCode=\"EVN\" negationInd=\"true\">" KIT_T("22.4.16") "<statusCode code=\"active\"/>" DRUG
                                                              "</substanceAdministration></entry>");
    CHECK(kit_is(KIT_THE(&not_taken, medication_statement)->status, "not-taken"));
    AC_AUTO(kit_ccda) refused = kit_ccda_section("10160-0", "<entry><substanceAdministration moodCode=\"RQO\" negationInd=\"true\">" KIT_T("22.4.42") DRUG "</substanceAdministration></entry>");
    CHECK(KIT_THE(&refused, medication_request)->do_not_perform == AC_REC_TRUE && kit_is(KIT_THE(&refused, medication_request)->intent, "order"));
    AC_AUTO(kit_ccda) nothing = drug("EVN", "");
    CHECK(kit_coded(KIT_THE(&nothing, medication_statement)->code, "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK"));
    AC_AUTO(kit_ccda) null = kit_ccda_section("10160-0", "<entry><substanceAdministration nullFlavor=\"NI\"/></entry>");
    CHECK(kit_ccda_count(&null, AC_REC_medication_statement) == 0 && null.out.record.coverage.resources_unknown == 0);
}

AC_TEST(ccda_medication, times_that_have_no_place_are_counted)
{
    AC_AUTO(kit_ccda) k = drug("EVN", "<effectiveTime xsi:type=\"PIVL_TS\"><phase><low value=\"2024\"/></phase><period value=\"1\" unit=\"furlong\"/></effectiveTime>"
        "<effectiveTime xsi:type=\"EIVL_TS\"><event code=\"ICM\"/></effectiveTime><effectiveTime value=\"2024\"/><effectiveTime value=\"2025\"/>" DRUG);
    CHECK(kit_unknown(&k, "effectiveTime", "PIVL_TS") == 1 && kit_unknown(&k, "effectiveTime", "PIVL_TS phase") == 1);
    CHECK(kit_unknown(&k, "effectiveTime", "EIVL_TS") == 1 && kit_unknown(&k, "effectiveTime", "a second time") == 1);
    CHECK(kit_is(KIT_THE(&k, medication_statement)->effective_date, "2024") && !KIT_THE(&k, medication_statement)->dosage.at[0].timing);
}

AC_TEST(ccda_medication, variable_periods_and_several_at_once)
{
    AC_AUTO(kit_ccda) k = drug("EVN", "<effectiveTime xsi:type=\"SXPR_TS\"><comp xsi:type=\"PIVL_TS\"><period><low value=\"4\" unit=\"h\"/><high value=\"6\" unit=\"h\"/></period></comp>"
        "<comp xsi:type=\"EIVL_TS\"><event code=\"HS\"/></comp></effectiveTime>" DRUG);
    const ac_rec_repeat *t = KIT_THE(&k, medication_statement)->dosage.at[0].timing->repeat;
    CHECK(kit_is(t->period, "4") && kit_is(t->period_max, "6") && kit_is(t->when.at[0], "HS"));
}

AC_TEST(ccda_medication, dispensing_names_the_drug_around_it)
{
    AC_AUTO(kit_ccda) k = drug("EVN", DRUG "<entryRelationship><supply moodCode=\"EVN\">" KIT_T("22.4.18") "<id root=\"2.999.12\" extension=\"d\"/><statusCode code=\"completed\"/>"
        "<effectiveTime value=\"20240110\"/><quantity value=\"30\" unit=\"{tbl}\"/></supply></entryRelationship>"
        "<entryRelationship><supply moodCode=\"INT\">" KIT_T("22.4.17") "<quantity value=\"60\"/></supply></entryRelationship>");
    const ac_rec_medication_dispense *d = KIT_THE(&k, medication_dispense);
    CHECK(kit_coded(d->code, RXNORM, "745679") && kit_is(d->status, "completed") && kit_is(d->handed_over, "2024-01-10") && kit_amount(d->quantity, "30", "{tbl}"));
    const ac_rec_medication_request *r = KIT_THE(&k, medication_request);
    CHECK(kit_coded(r->code, RXNORM, "745679") && kit_is(r->intent, "order") && kit_amount(r->dispense->quantity, "60", ""));
}

AC_TEST(ccda_immunization, given_and_refused)
{
    static const char form[] = "<entry><substanceAdministration moodCode=\"EVN\" negationInd=\"%s\">" KIT_T("22.4.52") "<statusCode code=\"completed\"/><effectiveTime value=\"20231104\"/>"
        "<routeCode code=\"C28161\" codeSystem=\"2.16.840.1.113883.3.26.1.1\"/><doseQuantity value=\"50\" unit=\"ug\"/><consumable><manufacturedProduct><manufacturedMaterial>"
        "<code code=\"88\" codeSystem=\"2.16.840.1.113883.12.292\"/><lotNumberText>L-1</lotNumberText></manufacturedMaterial><manufacturerOrganization><name>Vacunas SA</name></manufacturerOrganization>"
        "</manufacturedProduct></consumable><entryRelationship><observation>" KIT_T("22.4.53") "<code code=\"PATOBJ\" codeSystem=\"2.16.840.1.113883.5.8\"/></observation></entryRelationship>"
        "<entryRelationship><sequenceNumber value=\"2\"/><act>" KIT_T("22.4.118") "<code code=\"416118004\" codeSystem=\"" KIT_SNOMED "\"/></act></entryRelationship></substanceAdministration></entry>";
    char entry[3000];
    (void)snprintf(entry, sizeof entry, form, "false");
    AC_AUTO(kit_ccda) given = kit_ccda_section("11369-6", entry);
    const ac_rec_immunization *i = KIT_THE(&given, immunization);
    CHECK(kit_is(i->status, "completed") && kit_coded(i->code, "http://hl7.org/fhir/sid/cvx", "88") && kit_is(i->lot, "L-1") && kit_is(i->occurrence_date, "2023-11-04"));
    CHECK(kit_amount(i->dose, "50", "ug") && i->manufacturer && kit_is(KIT_THE(&given, organization)->name, "Vacunas SA"));
    CHECK(i->protocol_applied.n == 1 && kit_is(i->protocol_applied.at[0].dose_number, "2"));
    (void)snprintf(entry, sizeof entry, form, "true");
    AC_AUTO(kit_ccda) refused = kit_ccda_section("11369-6", entry);
    CHECK(kit_is(KIT_THE(&refused, immunization)->status, "not-done") && kit_coded(KIT_THE(&refused, immunization)->status_reason, "http://terminology.hl7.org/CodeSystem/v3-ActReason", "PATOBJ"));
}
