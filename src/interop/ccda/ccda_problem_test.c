#include "interop/ccda/ccda_testing.h"

#include "interop/fhir_type.h"

#define CLINICAL "http://terminology.hl7.org/CodeSystem/condition-clinical"

static kit_ccda problem(const char *concern, const char *attrs, const char *observation)
{
    static char entry[4096]; /* one thread, one at a time */
    (void)snprintf(entry, sizeof entry,
                   "<entry><act classCode=\"ACT\" moodCode=\"EVN\">" KIT_T("22.4.3") "<code code=\"CONC\" codeSystem=\"2.16.840.1.113883.5.6\"/>"
                   "<statusCode code=\"%s\"/><entryRelationship typeCode=\"SUBJ\"><observation classCode=\"OBS\" moodCode=\"EVN\"%s>" KIT_T("22.4.4")
                   "%s</observation></entryRelationship></act></entry>", concern, attrs, observation);
    return kit_ccda_section("11450-4", entry);
}

AC_TEST(ccda_problem, code_times_status_and_who)
{
    AC_AUTO(kit_ccda) k = problem("active", "",
        "<id root=\"2.999.3\" extension=\"c1\"/><code code=\"64572001\" codeSystem=\"" KIT_SNOMED "\"/><statusCode code=\"completed\"/>"
        "<effectiveTime><low value=\"20200304\"/></effectiveTime><value xsi:type=\"CD\" code=\"59621000\" codeSystem=\"" KIT_SNOMED "\" displayName=\"Hypertension\">"
        "<translation code=\"I10\" codeSystem=\"2.16.840.1.113883.6.90\"/></value><targetSiteCode code=\"80891009\" codeSystem=\"" KIT_SNOMED "\"/>"
        "<author><time value=\"20200305\"/><assignedAuthor><id root=\"2.16.840.1.113883.4.6\" extension=\"9\"/><assignedPerson><name><family>Vega</family></name>"
        "</assignedPerson></assignedAuthor></author>");
    const ac_rec_condition *c = KIT_THE(&k, condition);
    CHECK(k.rc == AC_OK && kit_ccda_count(&k, AC_REC_condition) == 1);
    CHECK(kit_coded(c->code, KIT_SCT, "59621000") && kit_coded(c->code, "http://hl7.org/fhir/sid/icd-10-cm", "I10"));
    CHECK(kit_coded(c->clinical_status, CLINICAL, "active") && !c->verification_status && !c->abatement_date.n);
    CHECK(kit_is(c->onset_date, "2020-03-04") && kit_is(c->recorded_date, "2020-03-05") && c->recorder && c->body_site.n == 1);
    CHECK(c->identifier.n == 1 && kit_is(c->identifier.at[0].value, "c1") && c->category.n == 2);
    CHECK(kit_coded(&c->category.at[0], "http://terminology.hl7.org/CodeSystem/condition-category", "problem-list-item"));
    CHECK(kit_is(c->meta->source, "#section[1]/entry[1]/entryRelationship[1]"));
    CHECK(ac_sv_eq(c->subject->reference, k.out.record.entries.at[1].full_url) && k.out.record.entries.at[1].kind == AC_REC_patient);
}

AC_TEST(ccda_problem, status_by_observation_end_or_concern)
{
    static const struct {
        const char *concern, *rest, *status;
    } rows[] = {
        { "active", "", "active" },
        { "completed", "", "inactive" },
        { "suspended", "", "inactive" },
        { "active", "<effectiveTime><low value=\"2010\"/><high value=\"2012\"/></effectiveTime>", "resolved" },
        { "active", "<effectiveTime><low value=\"2010\"/><high nullFlavor=\"UNK\"/></effectiveTime>", "resolved" },
        { "active", "<effectiveTime><low value=\"2010\"/><high nullFlavor=\"NA\"/></effectiveTime>", "active" },
        { "completed", "<entryRelationship typeCode=\"REFR\"><observation>" KIT_T("22.4.6") "<value xsi:type=\"CD\" code=\"55561003\"/></observation></entryRelationship>", "active" },
        { "active", "<entryRelationship typeCode=\"REFR\"><observation>" KIT_T("22.4.6") "<value xsi:type=\"CD\" code=\"277022003\"/></observation></entryRelationship>", "remission" },
        /* a contradiction: what ended is not active */
        { "active", "<effectiveTime><high value=\"2012\"/></effectiveTime><entryRelationship typeCode=\"REFR\"><observation>" KIT_T("22.4.6")
          "<value xsi:type=\"CD\" code=\"55561003\"/></observation></entryRelationship>", "resolved" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(kit_ccda) k = problem(rows[i].concern, "", rows[i].rest);
        const ac_rec_condition *c = KIT_THE(&k, condition);
        CHECK(kit_coded(c->clinical_status, CLINICAL, rows[i].status));
        CHECK(c->note.n == 0 && c->extension.n == (i == 8));
    }
}

AC_TEST(ccda_problem, what_is_denied_is_refuted)
{
    AC_AUTO(kit_ccda) k = problem("active", " negationInd=\"true\"", "<text>No known problems</text><value xsi:type=\"CD\" code=\"55607006\" codeSystem=\"" KIT_SNOMED "\"/>");
    const ac_rec_condition *c = KIT_THE(&k, condition);
    CHECK(kit_coded(c->verification_status, "http://terminology.hl7.org/CodeSystem/condition-ver-status", "refuted") && !c->clinical_status);
    CHECK(kit_is(c->code->text, "No known problems"));
}

AC_TEST(ccda_problem, words_of_the_narrative_and_no_guess)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("11450-4",
        "<text><list><item><content ID=\"p1\">Dolor de <br/>rodilla</content> since May</item></list></text><entry><act>" KIT_T("22.4.3")
        "<entryRelationship><observation>" KIT_T("22.4.4") "<value xsi:type=\"CD\" nullFlavor=\"UNK\"><originalText><reference value=\"#p1\"/></originalText></value>"
        "<entryRelationship><observation>" KIT_T("22.4.31") "<value xsi:type=\"PQ\" value=\"57\" unit=\"a\"/></observation></entryRelationship>"
        "<entryRelationship><observation>" KIT_T("22.4.8") "<value xsi:type=\"CD\" code=\"24484000\" codeSystem=\"" KIT_SNOMED "\"/></observation></entryRelationship>"
        "<entryRelationship><act>" KIT_T("22.4.64") "<text>told by the wife</text></act></entryRelationship>"
        "</observation></entryRelationship></act></entry>");
    const ac_rec_condition *c = KIT_THE(&k, condition);
    CHECK(kit_is(c->code->text, "Dolor de rodilla") && !c->code->coding.n && !c->onset_date.n && kit_amount(c->onset_age, "57", "a"));
    CHECK(kit_coded(c->severity, KIT_SCT, "24484000") && c->note.n == 1 && kit_is(c->note.at[0].text, "told by the wife"));
    CHECK(k.out.passages.n == 1 && k.out.passages.at[0].structured && kit_is(k.out.passages.at[0].text, "- Dolor de\nrodilla since May"));
}

/* R1.1 documents, and such without templates */
AC_TEST(ccda_problem, section_and_class_where_no_template_is)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("11450-4", "<entry><act><statusCode code=\"active\"/><entryRelationship><observation><value xsi:type=\"CD\" code=\"1\" codeSystem=\"2.999.5\"/>"
                                                      "</observation></entryRelationship></act></entry>");
    CHECK(kit_coded(KIT_THE(&k, condition)->code, "urn:oid:2.999.5", "1") && kit_coded(KIT_THE(&k, condition)->clinical_status, CLINICAL, "active"));
    CHECK(k.out.record.coverage.resources_unknown == 0);
}

/* ---- allergies ---- */

static kit_ccda allergy(const char *attrs, const char *rest)
{
    static char entry[4096];
    (void)snprintf(entry, sizeof entry, "<entry><act>" KIT_T("22.4.30") "<statusCode code=\"active\"/><entryRelationship><observation%s>" KIT_T("22.4.7")
                   "%s</observation></entryRelationship></act></entry>", attrs, rest);
    return kit_ccda_section("48765-2", entry);
}

AC_TEST(ccda_allergy, substance_reactions_severity_and_criticality)
{
    AC_AUTO(kit_ccda) k = allergy("", "<id root=\"2.999.4\" extension=\"a1\"/><effectiveTime><low value=\"199805\"/></effectiveTime>"
        "<value xsi:type=\"CD\" code=\"416098002\" codeSystem=\"" KIT_SNOMED "\"/><participant typeCode=\"CSM\"><participantRole><playingEntity>"
        "<code code=\"7980\" codeSystem=\"2.16.840.1.113883.6.88\" displayName=\"Penicillin G\"/></playingEntity></participantRole></participant>"
        "<entryRelationship typeCode=\"MFST\"><observation>" KIT_T("22.4.9") "<effectiveTime><low value=\"20080226\"/><high value=\"20080228\"/></effectiveTime>"
        "<value xsi:type=\"CD\" code=\"422587007\" codeSystem=\"" KIT_SNOMED "\"/><entryRelationship><observation>" KIT_T("22.4.8")
        "<value xsi:type=\"CD\" code=\"371924009\" displayName=\"Moderate to severe\"/></observation></entryRelationship></observation></entryRelationship>"
        "<entryRelationship><observation>" KIT_T("22.4.145") "<value xsi:type=\"CD\" code=\"CRITH\"/></observation></entryRelationship>"
        "<entryRelationship><observation>" KIT_T("22.4.8") "<value xsi:type=\"CD\" code=\"255604002\" codeSystem=\"" KIT_SNOMED "\"/></observation></entryRelationship>");
    const ac_rec_allergy_intolerance *a = KIT_THE(&k, allergy_intolerance);
    CHECK(kit_coded(a->code, "http://www.nlm.nih.gov/research/umls/rxnorm", "7980") && kit_is(a->type, "allergy") && a->category.n == 1 && kit_is(a->category.at[0], "medication"));
    CHECK(kit_is(a->criticality, "high") && kit_is(a->onset_date, "1998-05") && a->reaction.n == 1);
    const ac_rec_reaction *r = &a->reaction.at[0];
    CHECK(kit_coded(&r->manifestation.at[0], KIT_SCT, "422587007") && kit_is(r->severity, "severe") && kit_is(r->onset, "2008-02-26"));
    CHECK(r->note.n == 0 && r->extension.n == 2 && kit_is(r->extension.at[0].value_string, "Until: 2008-02-28"));
    CHECK(kit_is(r->extension.at[1].value_string, "Severity: Moderate to severe 371924009") && kit_is(r->extension.at[1].url, AC_FHIR_AS_WRITTEN));
    CHECK(a->extension.n == 2 && kit_is(a->extension.at[0].url, AC_FHIR_ALLERGY_TYPE) && kit_is(a->extension.at[1].url, AC_FHIR_ALLERGY_SEVERITY));
    CHECK(kit_coded(a->clinical_status, "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "active"));
}

AC_TEST(ccda_allergy, no_known_allergies)
{
    AC_AUTO(kit_ccda) none = allergy(" negationInd=\"true\"", "<value xsi:type=\"CD\" code=\"419199007\" codeSystem=\"" KIT_SNOMED "\"/>"
        "<participant typeCode=\"CSM\"><participantRole><playingEntity><code nullFlavor=\"NA\"/></playingEntity></participantRole></participant>");
    CHECK(kit_coded(KIT_THE(&none, allergy_intolerance)->code, KIT_SCT, "716186003") && !KIT_THE(&none, allergy_intolerance)->verification_status);
    AC_AUTO(kit_ccda) drug = allergy(" negationInd=\"true\"", "<value xsi:type=\"CD\" code=\"416098002\" codeSystem=\"" KIT_SNOMED "\"/>");
    CHECK(kit_coded(KIT_THE(&drug, allergy_intolerance)->code, KIT_SCT, "409137002"));
    AC_AUTO(kit_ccda) one = allergy(" negationInd=\"true\"", "<participant><participantRole><playingEntity><code code=\"7980\" codeSystem=\"2.16.840.1.113883.6.88\"/>"
                                                             "</playingEntity></participantRole></participant>");
    CHECK(kit_coded(KIT_THE(&one, allergy_intolerance)->verification_status, "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification", "refuted"));
}

AC_TEST(ccda_allergy, a_reaction_without_manifestation_is_counted)
{
    AC_AUTO(kit_ccda) k = allergy("", "<value xsi:type=\"CD\" code=\"419199007\"/><entryRelationship typeCode=\"MFST\"><observation>" KIT_T("22.4.9") "</observation></entryRelationship>");
    CHECK(KIT_THE(&k, allergy_intolerance)->reaction.n == 0 && k.out.record.coverage.resources_refused == 1 && kit_unknown(&k, "observation", "reaction") == 1);
}
