#include "interop/ccda/ccda_testing.h"

#include "interop/fhir_type.h"
#include "interop/fhir_write.h"

#define LOINC "2.16.840.1.113883.6.1"

static const char header[] =
    "<ClinicalDocument><id root=\"2.999.1\" extension=\"doc-9\"/><code code=\"34133-9\" codeSystem=\"" LOINC "\"/>"
    "<title>Resumen <br/>de alta</title><effectiveTime value=\"20240510093015-0500\"/><confidentialityCode code=\"R\"/><languageCode code=\"es-MX\"/><setId root=\"2.999.5\"/>"
    "<recordTarget><patientRole><id root=\"2.16.840.1.113883.4.1\" extension=\"000-00-0001\"/><id root=\"2.999.2\" extension=\"P7\"/><id nullFlavor=\"UNK\"/>"
    "<addr use=\"HP\"><streetAddressLine>Calle Uno 1</streetAddressLine><city>Guadalajara</city><postalCode>44100</postalCode><country>MX</country></addr>"
    "<telecom value=\"tel:+52 33 0000 0000\" use=\"MC\"/><telecom value=\"mailto:ana@example.org\"/><telecom nullFlavor=\"UNK\"/>"
    "<patient><name use=\"L\"><prefix>Sra.</prefix><given>Ana</given><given>Mar\u00EDa</given><family>Prueba</family><family>Inventada</family></name>"
    "<administrativeGenderCode code=\"F\" codeSystem=\"2.16.840.1.113883.5.1\"/><birthTime value=\"19500203\"/><sdtc:deceasedInd value=\"false\"/>"
    "<maritalStatusCode code=\"M\" codeSystem=\"2.16.840.1.113883.5.2\"/><religiousAffiliationCode code=\"1041\" codeSystem=\"2.16.840.1.113883.5.1076\"/>"
    "<raceCode code=\"2106-3\" codeSystem=\"2.16.840.1.113883.6.238\" displayName=\"White\"/><sdtc:raceCode code=\"2111-3\" codeSystem=\"2.16.840.1.113883.6.238\" displayName=\"French\"/>"
    "<ethnicGroupCode code=\"2135-2\" codeSystem=\"2.16.840.1.113883.6.238\" displayName=\"Hispanic\"/>"
    "<guardian><code code=\"DAU\" codeSystem=\"2.16.840.1.113883.5.111\"/><telecom value=\"+52 1\"/><guardianPerson><name>Luz Prueba</name></guardianPerson></guardian>"
    "<birthplace><place><addr><city>Tepic</city></addr></place></birthplace><languageCommunication><languageCode code=\"es\"/>"
    "<proficiencyLevelCode code=\"G\" codeSystem=\"2.16.840.1.113883.5.61\"/><preferenceInd value=\"true\"/></languageCommunication></patient>"
    "<providerOrganization><id root=\"2.999.20\"/><name>Hospital Inventado</name><telecom value=\"tel:1\" use=\"HP\"/></providerOrganization></patientRole></recordTarget>"
    "<author><time value=\"20240510\"/><assignedAuthor><id root=\"2.16.840.1.113883.4.6\" extension=\"77\"/><code code=\"207R00000X\" codeSystem=\"2.16.840.1.113883.6.101\"/>"
    "<assignedPerson><name><given>Eva</given><family>M\u00E9dica</family></name></assignedPerson><representedOrganization><id root=\"2.999.20\"/><name>Hospital Inventado</name></representedOrganization></assignedAuthor></author>"
    "<author><assignedAuthor><id root=\"2.999.30\" extension=\"sys\"/><assignedAuthoringDevice><manufacturerModelName>M</manufacturerModelName><softwareName>HIS</softwareName></assignedAuthoringDevice></assignedAuthor></author>"
    "<informant><relatedEntity classCode=\"PRS\"><code code=\"DAU\" codeSystem=\"2.16.840.1.113883.5.111\"/><relatedPerson><name>Luz Prueba</name></relatedPerson></relatedEntity></informant>"
    "<custodian><assignedCustodian><representedCustodianOrganization><id root=\"2.999.21\"/><name>Archivo</name></representedCustodianOrganization></assignedCustodian></custodian>"
    "<legalAuthenticator><time value=\"20240511\"/><signatureCode code=\"S\"/><assignedEntity><id root=\"2.16.840.1.113883.4.6\" extension=\"77\"/></assignedEntity></legalAuthenticator>"
    "<documentationOf><serviceEvent><effectiveTime><low value=\"20240501\"/><high value=\"20240510\"/></effectiveTime><performer><functionCode code=\"PCP\" codeSystem=\"2.16.840.1.113883.5.88\"/>"
    "<assignedEntity><id root=\"2.16.840.1.113883.4.6\" extension=\"77\"/></assignedEntity></performer></serviceEvent></documentationOf>"
    "<componentOf><encompassingEncounter><id root=\"2.999.40\" extension=\"E1\"/><code code=\"IMP\" codeSystem=\"2.16.840.1.113883.5.4\"/><effectiveTime><low value=\"20240501\"/><high value=\"20240510\"/></effectiveTime>"
    "<dischargeDispositionCode code=\"01\" codeSystem=\"2.16.840.1.113883.12.112\"/><encounterParticipant typeCode=\"ATND\"><assignedEntity><id root=\"2.16.840.1.113883.4.6\" extension=\"77\"/></assignedEntity>"
    "</encounterParticipant><location><healthCareFacility><id root=\"2.999.41\" extension=\"W\"/><location><name>Sala 3</name></location></healthCareFacility></location></encompassingEncounter></componentOf>"
    "</ClinicalDocument>";

AC_TEST(ccda_read, the_patient)
{
    AC_AUTO(kit_ccda) k = kit_ccda_whole(header);
    const ac_rec_patient *p = KIT_THE(&k, patient);
    CHECK(k.rc == AC_OK && p->identifier.n == 2 && kit_is(p->identifier.at[0].system, "http://hl7.org/fhir/sid/us-ssn") && kit_is(p->identifier.at[1].system, "urn:oid:2.999.2"));
    CHECK(p->name.n == 1 && kit_is(p->name.at[0].family, "Prueba Inventada") && p->name.at[0].given.n == 2 && kit_is(p->name.at[0].use, "usual") && p->name.at[0].prefix.n == 1);
    CHECK(kit_is(p->gender, "female") && kit_is(p->birth_date, "1950-02-03") && p->deceased == AC_REC_FALSE && p->marital_status);
    CHECK(p->telecom.n == 2 && kit_is(p->telecom.at[0].system, "phone") && kit_is(p->telecom.at[0].value, "+52 33 0000 0000") && kit_is(p->telecom.at[0].use, "mobile"));
    CHECK(kit_is(p->telecom.at[1].system, "email") && kit_is(p->telecom.at[1].value, "ana@example.org"));
    CHECK(p->address.n == 1 && kit_is(p->address.at[0].city, "Guadalajara") && kit_is(p->address.at[0].use, "home") && p->address.at[0].line.n == 1);
    CHECK(p->extension.n == 4 && p->extension.at[0].extension.n == 3 && kit_is(p->extension.at[0].extension.at[1].url, "detailed"));
    CHECK(kit_is(p->extension.at[0].extension.at[2].value_string, "White, French") && kit_is(p->extension.at[3].value_address->city, "Tepic"));
    CHECK(p->contact.n == 1 && kit_is(p->contact.at[0].name->text, "Luz Prueba") && p->contact.at[0].relationship.n == 2);
    CHECK(p->communication.n == 1 && kit_coded(p->communication.at[0].language, "urn:ietf:bcp:47", "es") && p->communication.at[0].preferred == AC_REC_TRUE);
    CHECK(p->communication.at[0].extension.n == 1 && p->organization && kit_is(p->meta->source, "#recordTarget/patientRole"));
}

AC_TEST(ccda_read, the_document_and_those_around_it)
{
    AC_AUTO(kit_ccda) k = kit_ccda_whole(header);
    const ac_rec_composition *c = k.out.record.entries.at[0].as.composition;
    CHECK(k.out.record.entries.at[0].kind == AC_REC_composition && k.out.record.bundle && kit_is(k.out.record.head.type, "document"));
    CHECK(kit_is(k.out.record.head.timestamp, "2024-05-10T09:30:15-05:00") && kit_is(k.out.record.head.identifier->value, "doc-9"));
    CHECK(kit_is(c->title, "Resumen de alta") && kit_is(c->language, "es-MX") && kit_is(c->confidentiality, "R") && c->author.n == 2 && c->custodian);
    CHECK(c->attester.n == 1 && kit_is(c->attester.at[0].mode, "legal") && c->event.n == 1 && kit_is(c->event.at[0].period->end, "2024-05-10"));
    /* one person however often named; the device is none */
    CHECK(kit_ccda_count(&k, AC_REC_practitioner) == 1 && kit_is(KIT_THE(&k, practitioner)->name.at[0].given.at[0], "Eva"));
    CHECK(kit_ccda_count(&k, AC_REC_organization) == 2 && kit_ccda_count(&k, AC_REC_device) == 1 && kit_ccda_count(&k, AC_REC_related_person) == 1);
    CHECK(!KIT_THE(&k, organization)->telecom.at[0].use.n); /* no home */
    CHECK(kit_ccda_count(&k, AC_REC_care_team) == 1 && KIT_THE(&k, practitioner_role)->organization && KIT_THE(&k, practitioner_role)->code.n == 1);
    const ac_rec_encounter *e = KIT_THE(&k, encounter);
    CHECK(kit_is(e->class->code, "IMP") && kit_is(e->status, "finished") && e->participant.n == 1 && e->location.n == 1 && c->encounter);
    CHECK(kit_coded(e->hospitalization->disposition, "http://terminology.hl7.org/CodeSystem/v2-0112", "01") && kit_is(KIT_THE(&k, location)->name, "Sala 3"));
    CHECK(kit_unknown(&k, "ClinicalDocument", "setId") == 1);
}

AC_TEST(ccda_read, ids_depend_on_the_document_alone)
{
    AC_AUTO(kit_ccda) a = kit_ccda_whole(header);
    AC_AUTO(kit_ccda) b = kit_ccda_whole(header);
    AC_AUTO(kit_ccda) other = kit_ccda_section("11450-4", "");
    CHECK(a.out.record.entries.n == b.out.record.entries.n && a.out.record.entries.n > 5);
    for (size_t i = 0; i < a.out.record.entries.n && i < b.out.record.entries.n; i++)
        CHECK(ac_sv_eq(a.out.record.entries.at[i].full_url, b.out.record.entries.at[i].full_url));
    CHECK(!ac_sv_eq(a.out.record.entries.at[0].full_url, other.out.record.entries.at[0].full_url));
}

AC_TEST(ccda_read, other_documents_are_refused)
{
    static const char *const others[] = { "<Bundle/>", "<sdtc:ClinicalDocument/>", "<html><body/></html>" };
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        AC_AUTO(kit_ccda) k = kit_ccda_whole(others[i]);
        CHECK(k.rc == AC_EINPUT);
    }
    CHECK(!ac_ccda_is(NULL));
    AC_AUTO(kit_ccda) empty = kit_ccda_whole("<ClinicalDocument/>");
    CHECK(empty.rc == AC_OK && kit_ccda_count(&empty, AC_REC_patient) == 1 && kit_is(empty.out.record.head.type, "collection"));
}

/* ---- sections and words ---- */

AC_TEST(ccda_read, narrative_becomes_lines)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("10164-2",
        "<text><caption>Story</caption><paragraph>Pain   since\n <content styleCode=\"Bold\">May</content>.</paragraph>"
        "<paragraph>Was <content revised=\"delete\">not </content>seen.</paragraph>"
        "<table><thead><tr><th>Drug</th><th>Dose</th></tr></thead><tbody><tr><td><content>Aspirin</content></td><td><paragraph>100 mg</paragraph><paragraph>daily</paragraph></td></tr>"
        "<tr><td/><td>none</td></tr></tbody></table><list><caption>Plan</caption><item>Rest</item><item><paragraph>Fluids &amp; salt</paragraph></item></list>"
        "H<sub>2</sub>O<br/>end<footnote ID=\"f\">a note</footnote></text>");
    CHECK(k.out.passages.n == 1);
    const ac_ccda_passage *p = &k.out.passages.at[0];
    CHECK(kit_is(p->text, "Story\nPain since May.\nWas seen.\nDrug | Dose\nAspirin | 100 mg daily\nnone\nPlan\n- Rest\n- Fluids & salt\nH2O\nend\na note"));
    CHECK(!p->structured && p->entries == 0 && kit_is(p->code, "10164-2") && kit_is(p->title, "T") && kit_is(p->path, "section[1]"));
    const ac_rec_section *s = &KIT_THE(&k, composition)->section.at[0];
    CHECK(kit_is(s->text->status, "additional") && ac_sv_ends(s->text->div, AC_SV("<p>- Fluids &amp; salt</p><p>H2O</p><p>end</p><p>a note</p></div>")));
}

AC_TEST(ccda_read, structured_is_what_was_read_completely)
{
#define PROBLEM "<text>Hypertension</text><entry><act>" KIT_T("22.4.3") "<entryRelationship><observation>" KIT_T("22.4.4") "<value xsi:type=\"CD\" code=\"1\"/></observation></entryRelationship></act></entry>"
    AC_AUTO(kit_ccda) all = kit_ccda_section("11450-4", PROBLEM);
    CHECK(all.out.passages.at[0].structured && all.out.passages.at[0].entries == 1 && KIT_THE(&all, composition)->section.at[0].entry.n == 1);
    CHECK(kit_is(KIT_THE(&all, composition)->section.at[0].text->status, "generated"));
    AC_AUTO(kit_ccda) unknown = kit_ccda_section("11450-4", PROBLEM "<entry><act>" KIT_T("99.1") "<code nullFlavor=\"UNK\"/></act></entry>");
    CHECK(!unknown.out.passages.at[0].structured && unknown.out.record.coverage.resources_unknown == 1);
    CHECK(kit_unknown(&unknown, "act", "2.16.840.1.113883.10.20.99.1") == 1);
    AC_AUTO(kit_ccda) prose = kit_ccda_section("10164-2", PROBLEM); /* a section of words: they may say more */
    CHECK(!prose.out.passages.at[0].structured && kit_ccda_count(&prose, AC_REC_condition) == 1);
    AC_AUTO(kit_ccda) none = kit_ccda_section("11450-4", "<text>Hypertension</text>");
    CHECK(!none.out.passages.at[0].structured);
}

AC_TEST(ccda_read, sections_within_sections)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("29545-1", "<text>Outer</text><component><section><title>Skin</title><text>Inner</text></section></component>"
                                                      "<component><section>" KIT_T("22.2.6.1") "<title>A</title><text>x</text><entry><observation>" KIT_T("22.4.7") "</observation></entry></section></component>");
    CHECK(k.out.passages.n == 3 && kit_is(k.out.passages.at[1].path, "section[1]/section[1]") && kit_is(k.out.passages.at[2].path, "section[1]/section[2]"));
    CHECK(kit_is(KIT_THE(&k, allergy_intolerance)->meta->source, "#section[1]/section[2]/entry[1]") && k.out.passages.at[2].structured);
}

#define BODY(text) KIT_HEAD "<component><nonXMLBody>" text "</nonXMLBody></component></ClinicalDocument>"
AC_TEST(ccda_read, bodies_that_are_no_xml)
{
    AC_AUTO(kit_ccda) words = kit_ccda_whole(BODY("<text mediaType=\"text/plain\" representation=\"B64\">SGVh\n ZGFjaGU=</text>"));
    CHECK(words.out.passages.n == 1 && kit_is(words.out.passages.at[0].text, "Headache") && !words.out.passages.at[0].structured && words.out.attachments.n == 0);
    CHECK(kit_is(KIT_THE(&words, document_reference)->content.at[0].attachment->data, "SGVhZGFjaGU="));
    AC_AUTO(kit_ccda) pdf = kit_ccda_whole(BODY("<text mediaType=\"application/pdf\" representation=\"B64\">JVBERi0xLjc=</text>"));
    CHECK(pdf.out.passages.n == 0 && pdf.out.attachments.n == 1 && kit_is(pdf.out.attachments.at[0].bytes, "%PDF-1.7"));
    CHECK(kit_is(pdf.out.attachments.at[0].media_type, "application/pdf") && kit_is(pdf.out.attachments.at[0].path, "nonXMLBody"));
    AC_AUTO(kit_ccda) plain = kit_ccda_whole(BODY("<text mediaType=\"text/plain\"> Seen today. </text>"));
    CHECK(plain.out.passages.n == 1 && kit_is(plain.out.passages.at[0].text, "Seen today."));
    AC_AUTO(kit_ccda) away = kit_ccda_whole(BODY("<text mediaType=\"application/pdf\"><reference value=\"a.pdf\"/></text>"));
    CHECK(away.rc == AC_OK && away.out.attachments.n == 0 && kit_unknown(&away, "text", "reference") == 1);
    AC_AUTO(kit_ccda) broken = kit_ccda_whole(BODY("<text mediaType=\"application/pdf\" representation=\"B64\">JVBE*i0x</text>"));
    CHECK(broken.out.attachments.n == 0 && kit_unknown(&broken, "text", "no data") == 1);
    AC_AUTO(kit_ccda) packed = kit_ccda_whole(BODY("<text mediaType=\"text/plain\" representation=\"B64\" compression=\"DF\">SGVhZGFjaGU=</text>"));
    CHECK(packed.out.passages.n == 0 && packed.out.attachments.n == 1 && packed.out.attachments.at[0].compressed);
}

/* ---- other entries ---- */

AC_TEST(ccda_read, procedures_done_and_not_done)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("47519-4", "<entry><procedure moodCode=\"EVN\">" KIT_T("22.4.14") "<code code=\"80146002\" codeSystem=\"" KIT_SNOMED "\"><originalText>Appendix out</originalText></code>"
        "<statusCode code=\"completed\"/><effectiveTime><low value=\"20240101\"/><high value=\"20240101\"/></effectiveTime><methodCode code=\"M1\" codeSystem=\"2.999.3\"/><targetSiteCode code=\"66754008\" codeSystem=\"" KIT_SNOMED "\"/>"
        "<performer><assignedEntity><id root=\"2.999.9\" extension=\"s\"/></assignedEntity></performer>"
        "<participant typeCode=\"DEV\"><participantRole classCode=\"MANU\"><id root=\"2.16.840.1.113883.3.3719\" extension=\"(01)123\"/><playingDevice><code code=\"40388003\" codeSystem=\"" KIT_SNOMED "\"/></playingDevice></participantRole></participant>"
        "<participant typeCode=\"LOC\"><participantRole classCode=\"SDLOC\"><playingEntity><name>Theatre 2</name></playingEntity></participantRole></participant></procedure></entry>"
        "<entry><act moodCode=\"EVN\" negationInd=\"true\">" KIT_T("22.4.12") "<code code=\"1\" codeSystem=\"2.999.3\"/><statusCode code=\"completed\"/></act></entry>"
        "<entry><observation moodCode=\"EVN\">" KIT_T("22.4.13") "<code code=\"2\" codeSystem=\"2.999.3\"/><statusCode code=\"aborted\"/><value xsi:type=\"CD\" code=\"385669000\" codeSystem=\"" KIT_SNOMED "\"/></observation></entry>");
    const ac_rec_procedure *p = KIT_THE(&k, procedure);
    CHECK(kit_ccda_count(&k, AC_REC_procedure) == 3 && kit_is(p->status, "completed") && kit_is(p->code->text, "Appendix out") && kit_is(p->performed_period->start, "2024-01-01"));
    CHECK(p->body_site.n == 1 && p->performer.n == 1 && p->focal_device.n == 1 && p->location && p->extension.n == 1);
    CHECK(kit_is(KIT_THE(&k, device)->udi.at[0].carrier, "(01)123") && kit_coded(KIT_THE(&k, device)->type, KIT_SCT, "40388003"));
    CHECK(kit_is(KIT_NTH(&k, procedure, 1)->status, "not-done") && kit_is(KIT_NTH(&k, procedure, 2)->status, "stopped") && KIT_NTH(&k, procedure, 2)->outcome);
}

AC_TEST(ccda_read, encounters_with_diagnoses)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("46240-8", "<entry><encounter moodCode=\"EVN\">" KIT_T("22.4.49") "<code code=\"99213\" codeSystem=\"2.16.840.1.113883.6.12\">"
        "<translation code=\"AMB\" codeSystem=\"2.16.840.1.113883.5.4\"/></code><effectiveTime value=\"202405011300-0500\"/>"
        "<entryRelationship><act>" KIT_T("22.4.80") "<entryRelationship><observation>" KIT_T("22.4.4") "<value xsi:type=\"CD\" code=\"233604007\" codeSystem=\"" KIT_SNOMED "\"/></observation></entryRelationship></act></entryRelationship>"
        "<entryRelationship typeCode=\"RSON\"><observation>" KIT_T("22.4.19") "<value xsi:type=\"CD\" code=\"49727002\" codeSystem=\"" KIT_SNOMED "\"/></observation></entryRelationship></encounter></entry>"
        "<entry><encounter moodCode=\"INT\">" KIT_T("22.4.40") "</encounter></entry>");
    const ac_rec_encounter *e = KIT_THE(&k, encounter);
    CHECK(kit_is(e->class->code, "AMB") && kit_is(e->period->start, "2024-05-01T13:00:00-05:00") && e->diagnosis.n == 1 && e->reason_reference.n == 1);
    CHECK(kit_coded(&KIT_THE(&k, condition)->category.at[0], "http://terminology.hl7.org/CodeSystem/condition-category", "encounter-diagnosis"));
    CHECK(kit_is(KIT_NTH(&k, encounter, 1)->status, "planned") && kit_is(KIT_NTH(&k, encounter, 1)->class->code, "UNK"));
}

AC_TEST(ccda_read, families)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("10157-6", "<entry><organizer>" KIT_T("22.4.45") "<statusCode code=\"completed\"/><subject><relatedSubject><code code=\"FTH\" codeSystem=\"2.16.840.1.113883.5.111\"/>"
        "<subject><administrativeGenderCode code=\"M\"/><birthTime value=\"1920\"/></subject></relatedSubject></subject>"
        "<component><observation>" KIT_T("22.4.46") "<effectiveTime value=\"1967\"/><value xsi:type=\"CD\" code=\"22298006\" codeSystem=\"" KIT_SNOMED "\"/>"
        "<entryRelationship typeCode=\"CAUS\"><observation>" KIT_T("22.4.47") "</observation></entryRelationship>"
        "<entryRelationship><observation>" KIT_T("22.4.31") "<value xsi:type=\"PQ\" value=\"47\" unit=\"a\"/></observation></entryRelationship></observation></component>"
        "<component><observation negationInd=\"true\">" KIT_T("22.4.46") "<value xsi:type=\"CD\" code=\"44054006\"/></observation></component></organizer></entry>");
    const ac_rec_family_member_history *f = KIT_THE(&k, family_member_history);
    CHECK(kit_coded(f->relationship, "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "FTH") && kit_is(f->born_date, "1920") && f->deceased == AC_REC_TRUE);
    CHECK(f->condition.n == 1 && kit_amount(f->condition.at[0].onset_age, "47", "a") && f->condition.at[0].contributed_to_death == AC_REC_TRUE);
    CHECK(kit_is(f->condition.at[0].extension.at[0].value_string, "Onset: 1967") && k.out.record.coverage.resources_refused == 1);
}

AC_TEST(ccda_read, plans_goals_payers_devices_and_teams)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("18776-5", "<entry><observation moodCode=\"RQO\">" KIT_T("22.4.44") "<code code=\"718-7\" codeSystem=\"" LOINC "\"/><statusCode code=\"active\"/>"
        "<effectiveTime value=\"20240601\"/><priorityCode code=\"UR\"/></observation></entry>"
        "<entry><observation moodCode=\"GOL\">" KIT_T("22.4.121") "<code code=\"59408-5\" codeSystem=\"" LOINC "\"/><statusCode code=\"active\"/><effectiveTime><low value=\"20240501\"/><high value=\"20240801\"/></effectiveTime>"
        "<value xsi:type=\"IVL_PQ\"><low value=\"92\" unit=\"%\"/></value></observation></entry>"
        "<entry><act moodCode=\"EVN\">" KIT_T("22.4.60") "<entryRelationship><act>" KIT_T("22.4.61") "<id root=\"2.999.50\" extension=\"pol\"/><statusCode code=\"completed\"/>"
        "<performer>" KIT_T("22.4.87") "<assignedEntity><representedOrganization><name>Seguro SA</name></representedOrganization></assignedEntity></performer>"
        "<participant typeCode=\"COV\"><participantRole><id root=\"2.999.51\" extension=\"member\"/><code code=\"SELF\" codeSystem=\"2.16.840.1.113883.5.111\"/></participantRole></participant></act></entryRelationship></act></entry>"
        "<entry><supply moodCode=\"EVN\">" KIT_T("22.4.50") "<statusCode code=\"completed\"/><quantity value=\"1\"/><participant typeCode=\"PRD\"><participantRole><playingDevice><code code=\"87405001\" codeSystem=\"" KIT_SNOMED "\"/>"
        "</playingDevice></participantRole></participant></supply></entry>"
        "<entry><act moodCode=\"INT\">" KIT_T("22.4.20") "<code code=\"409073007\" codeSystem=\"" KIT_SNOMED "\"/><text>Come back</text></act></entry>"
        "<entry><organizer moodCode=\"EVN\">" KIT_T("22.4.500") "<statusCode code=\"active\"/><component><act>" KIT_T("22.4.500.1") "<performer><assignedEntity><id root=\"2.999.9\" extension=\"n\"/></assignedEntity></performer></act></component></organizer></entry>");
    const ac_rec_service_request *r = KIT_THE(&k, service_request);
    CHECK(kit_is(r->intent, "order") && kit_is(r->priority, "urgent") && kit_is(r->occurrence_date, "2024-06-01") && kit_is(KIT_NTH(&k, service_request, 1)->patient_instruction, "Come back"));
    const ac_rec_goal *g = KIT_THE(&k, goal);
    CHECK(kit_is(g->status, "active") && g->target.n == 1 && kit_amount(g->target.at[0].quantity, "92", "%") && kit_is(g->target.at[0].due, "2024-08-01"));
    const ac_rec_insurance *i = KIT_THE(&k, insurance);
    CHECK(kit_is(i->subscriber_id, "member") && i->payor.n == 1 && kit_is(KIT_THE(&k, organization)->name, "Seguro SA") && i->identifier.n == 2);
    CHECK(kit_is(KIT_THE(&k, device_use)->extension.at[0].value_string, "Quantity: 1") && KIT_THE(&k, device_use)->device && KIT_THE(&k, care_team)->participant.n == 1);
    CHECK(k.out.record.coverage.resources_unknown == 0);
}

/* ---- hostile documents ---- */

static ac_sv repeated(ac_arena *a, const char *before, const char *what, size_t n, const char *after)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 26);
    ac_sb_add(&b, ac_sv_z(before));
    for (size_t i = 0; i < n; i++)
        ac_sb_add(&b, ac_sv_z(what));
    ac_sb_add(&b, ac_sv_z(after));
    ac_sb_add_char(&b, 0);
    return ac_arena_copy(a, ac_sb_view(&b));
}

static kit_ccda hostile(const char *before, const char *what, size_t n, const char *after)
{
    ac_arena *a = ac_arena_new((size_t)1 << 28);
    kit_ccda k = kit_ccda_section("11450-4", repeated(a, before, what, n, after).p);
    ac_arena_free(a); /* the document is gone: the kit has copied it */
    return k;
}

AC_TEST(ccda_read, deep_statements_are_counted_and_bounded)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 20);
    for (size_t i = 0; i < 100; i++)
        ac_sb_add(&b, i ? AC_SV("<entryRelationship><act>" KIT_T("22.4.3")) : AC_SV("<entry><act>" KIT_T("22.4.3")));
    for (size_t i = 0; i < 100; i++)
        ac_sb_add(&b, i < 99 ? AC_SV("</act></entryRelationship>") : AC_SV("</act></entry>"));
    ac_sb_add_char(&b, 0);
    AC_AUTO(kit_ccda) k = kit_ccda_section("11450-4", b.p);
    CHECK(k.rc == AC_OK && k.out.record.coverage.resources_unknown == 1 && k.out.record.coverage.resources < 40);
}

AC_TEST(ccda_read, many_references_to_one_place_stay_cheap)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 24);
    ac_sb_add(&b, AC_SV("<text><content ID=\"x\">"));
    for (size_t i = 0; i < 20000; i++)
        ac_sb_add(&b, AC_SV("pain again "));
    ac_sb_add(&b, AC_SV("</content></text>"));
    for (size_t i = 0; i < 2000; i++)
        ac_sb_add(&b, AC_SV("<entry><observation><value xsi:type=\"CD\"><originalText><reference value=\"#x\"/></originalText></value></observation></entry>"));
    ac_sb_add_char(&b, 0);
    AC_AUTO(kit_ccda) k = kit_ccda_section("11450-4", b.p);
    CHECK(k.rc == AC_OK && kit_ccda_count(&k, AC_REC_condition) == 2000 && KIT_THE(&k, condition)->code->text.n <= 4096);
    CHECK(ac_sv_ends(KIT_THE(&k, condition)->code->text, AC_SV("again")) || ac_sv_ends(KIT_THE(&k, condition)->code->text, AC_SV("pain")));
}

AC_TEST(ccda_read, references_that_lead_in_circles_or_nowhere)
{
    AC_AUTO(kit_ccda) k = kit_ccda_section("11450-4",
        "<text ID=\"all\"><content ID=\"a\"><reference value=\"#b\"/></content><content ID=\"b\"><reference value=\"#a\"/></content></text>"
        "<entry><observation ID=\"o\">" KIT_T("22.4.4") "<text><reference value=\"#o\"/></text><value xsi:type=\"CD\"><originalText><reference value=\"#a\"/></originalText></value></observation></entry>"
        "<entry><observation>" KIT_T("22.4.4") "<value xsi:type=\"CD\"><originalText>own<reference value=\"#gone\"/></originalText></value></observation></entry>");
    CHECK(k.rc == AC_OK && kit_ccda_count(&k, AC_REC_condition) == 2 && kit_is(KIT_NTH(&k, condition, 1)->code->text, "own"));
}

AC_TEST(ccda_read, wide_documents_take_linear_time)
{
    AC_AUTO(kit_ccda) entries = hostile("", "<entry><act><code code=\"1\" codeSystem=\"2.999.1\"/></act></entry>", 20000, "");
    CHECK(entries.rc == AC_OK && entries.out.record.entries.n > 0);
    AC_AUTO(kit_ccda) cells = hostile("<text><table><tr>", "<td>x</td>", 50000, "</tr></table></text>");
    CHECK(cells.rc == AC_OK && cells.out.passages.n == 1 && cells.out.passages.at[0].text.n == 50000 + 3 * 49999);
    AC_AUTO(kit_ccda) parties = hostile("", "<entry><observation>" KIT_T("22.4.4") "<author><assignedAuthor><id root=\"2.999.9\" extension=\"x\"/></assignedAuthor></author></observation></entry>", 10000, "");
    CHECK(parties.rc == AC_OK && kit_ccda_count(&parties, AC_REC_practitioner) == 1);
}

/* Everything in the wrong place, of the wrong class, or without what it needs. */
AC_TEST(ccda_read, statements_that_make_no_sense)
{
    static const char *const rows[] = {
        "<entry/>", "<entry>text only</entry>", "<entry><observation/></entry>", "<entry><act nullFlavor=\"NI\"/></entry>", "<entry><supply/></entry>",
        "<entry><encounter/></entry>", "<entry><organizer/></entry>", "<entry><procedure/></entry>", "<entry><substanceAdministration/></entry>",
        "<entry><observationMedia><value mediaType=\"image/png\" representation=\"B64\">iVBORw==</value></observationMedia></entry>", "<entry><observationMedia/></entry>", "<entry><regionOfInterest/></entry>",
        "<entry><organizer>" KIT_T("22.4.4") "</organizer></entry>", "<entry><act>" KIT_T("22.4.7") "</act></entry>", "<entry><supply>" KIT_T("22.4.45") "<component/></supply></entry>",
        "<entry><observation>" KIT_T("22.4.1") "<component><observation/></component></observation></entry>", "<entry><act>" KIT_T("22.4.52") "</act></entry>",
        "<entry><organizer>" KIT_T("22.4.16") "</organizer></entry>", "<entry><act>" KIT_T("22.4.50") "</act></entry>", "<entry><act>" KIT_T("22.4.18") "</act></entry>",
        "<entry><act>" KIT_T("22.4.49") "<effectiveTime/></act></entry>", "<entry><act>" KIT_T("22.4.61") "<participant typeCode=\"HLD\"/></act></entry>",
        "<entry><observation moodCode=\"GOL\"/></entry>", "<entry><act moodCode=\"GOL\"/></entry>", "<entry><act>" KIT_T("22.4.122") "<id root=\"2.999.1\"/></act></entry>",
        "<entry><observation><value xsi:type=\"\"/><effectiveTime value=\"\"/><id root=\"\"/><code code=\"\" codeSystem=\"\"/></observation></entry>",
        "<text><list><item/></list><table><tr/></table></text>", "<text/>", "<title/>",
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        static const char *const sections[] = { "11450-4", "48765-2", "10160-0", "30954-2", "8716-3", "99999-9" };
        for (size_t k = 0; k < sizeof sections / sizeof sections[0]; k++) {
            AC_AUTO(kit_ccda) d = kit_ccda_section(sections[k], rows[i]);
            AC_AUTO(ac_sb) json = AC_SB(1 << 20);
            CHECK(d.rc == AC_OK && ac_fhir_write(&d.out.record, 0, &json, NULL) == AC_OK);
        }
    }
}

AC_TEST(ccda_read, small_arenas_are_reported)
{
    ac_arena *whole = ac_arena_new(1 << 22);
    const ac_tree_node *root = kit_xml_read(header, whole);
    size_t refused = 0;
    for (size_t size = 1 << 10; size < (size_t)1 << 18; size += size / 7) {
        ac_arena *small = ac_arena_new(size);
        ac_ccda out = { .record.bundle = true };
        ac_rc rc = ac_ccda_read(root, small, &out, NULL);
        CHECK(rc == AC_OK || (rc == AC_ELIMIT && !out.record.entries.n && out.record.bundle));
        refused += rc == AC_ELIMIT;
        ac_arena_free(small);
    }
    CHECK(refused > 5);
    ac_arena_free(whole);
}
