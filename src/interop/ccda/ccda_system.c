#include "base/search.h"
#include "interop/ccda/ccda_make.h"

/* OID -> URI. Sources: FHIR R4 "Using Code Systems" and "Known Identifier Systems"; HL7 Terminology (terminology.hl7.org), whose
 * naming systems give both; C-CDA R2.1, volume 2, table of code systems. In the order of their bytes. */
#define V3(arc, name) { "2.16.840.1.113883.5." arc, AC_CCDA_HL7 "v3-" name }
static const ac_ccda_pair systems[] = {
    { "1.0.3166.1.2.2", "urn:iso:std:iso:3166" },
    { "1.2.840.10008.2.16.4", "http://dicom.nema.org/resources/ontology/DCM" },
    { "2.16.840.1.113883.12.227", AC_CCDA_HL7 "MVX" },
    { "2.16.840.1.113883.12.292", "http://hl7.org/fhir/sid/cvx" },
    { "2.16.840.1.113883.3.221.5", "https://nahdo.org/sopt" },
    { "2.16.840.1.113883.3.26.1.1", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl" },
    { "2.16.840.1.113883.3.26.1.5", "http://hl7.org/fhir/ndfrt" },
    { "2.16.840.1.113883.4.1", "http://hl7.org/fhir/sid/us-ssn" },
    { "2.16.840.1.113883.4.572", "http://hl7.org/fhir/sid/us-medicare" },
    { "2.16.840.1.113883.4.6", "http://hl7.org/fhir/sid/us-npi" },
    { "2.16.840.1.113883.4.9", "http://fdasis.nlm.nih.gov" },
    { "2.16.840.1.113883.4.927", "http://hl7.org/fhir/sid/us-mbi" },
    V3("1", "AdministrativeGender"),
    V3("1001", "ActMood"),
    V3("1002", "ActRelationshipType"),
    V3("1008", "NullFlavor"),
    V3("104", "Race"),
    V3("1052", "ActSite"),
    V3("1063", "ObservationValue"),
    V3("1076", "ReligiousAffiliation"),
    V3("110", "RoleClass"),
    V3("111", "RoleCode"),
    V3("1119", "AddressUse"),
    V3("112", "RouteOfAdministration"),
    V3("129", "SpecimenType"),
    V3("139", "TimingEvent"),
    V3("14", "ActStatus"),
    V3("2", "MaritalStatus"),
    V3("25", "Confidentiality"),
    V3("4", "ActCode"),
    V3("43", "EntityNamePartQualifier"),
    V3("45", "EntityNameUse"),
    V3("50", "Ethnicity"),
    V3("6", "ActClass"),
    V3("60", "LanguageAbilityMode"),
    V3("61", "LanguageAbilityProficiency"),
    V3("7", "ActPriority"),
    V3("8", "ActReason"),
    V3("83", "ObservationInterpretation"),
    V3("84", "ObservationMethod"),
    V3("85", "OrderableDrugForm"),
    V3("88", "ParticipationFunction"),
    V3("90", "ParticipationType"),
    { "2.16.840.1.113883.6.1", "http://loinc.org" },
    { "2.16.840.1.113883.6.101", "http://nucc.org/provider-taxonomy" },
    { "2.16.840.1.113883.6.103", "http://hl7.org/fhir/sid/icd-9-cm" },
    { "2.16.840.1.113883.6.104", "http://hl7.org/fhir/sid/icd-9-cm" },
    { "2.16.840.1.113883.6.12", "http://www.ama-assn.org/go/cpt" },
    { "2.16.840.1.113883.6.121", "urn:ietf:bcp:47" },
    { "2.16.840.1.113883.6.13", "http://www.ada.org/cdt" },
    { "2.16.840.1.113883.6.177", "http://www.nlm.nih.gov/mesh" },
    { "2.16.840.1.113883.6.259", "https://www.cdc.gov/nhsn/cdaportal/terminology/codesystem/hsloc.html" },
    { "2.16.840.1.113883.6.285", AC_CCDA_HL7 "HCPCS-all-codes" },
    { "2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10" },
    { "2.16.840.1.113883.6.345", "http://va.gov/terminology/medrt" },
    { "2.16.840.1.113883.6.4", "http://hl7.org/fhir/sid/icd-10-pcs" },
    { "2.16.840.1.113883.6.50", "https://www.cms.gov/Medicare/Coding/place-of-service-codes/Place_of_Service_Code_Set" },
    { "2.16.840.1.113883.6.59", "http://hl7.org/fhir/sid/cvx" },
    { "2.16.840.1.113883.6.69", "http://hl7.org/fhir/sid/ndc" },
    { "2.16.840.1.113883.6.73", "http://www.whocc.no/atc" },
    { "2.16.840.1.113883.6.8", "http://unitsofmeasure.org" },
    { "2.16.840.1.113883.6.86", "http://www.nlm.nih.gov/research/umls" },
    { "2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm" },
    { "2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm" },
    { "2.16.840.1.113883.6.96", "http://snomed.info/sct" },
};
#undef V3
enum { SYSTEMS = sizeof systems / sizeof systems[0] };

/* "8-4-4-4-12" */
static bool is_uuid(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = ac_lower(s.p[i]);
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? c != '-' : !ac_is_digit(c) && (c < 'a' || c > 'f'))
            return false;
    }
    return s.n == 36;
}

static bool is_oid(ac_sv s)
{
    size_t arc = 0; /* digits of the arc so far; an arc has no leading zero */
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' ? !arc : !ac_is_digit(s.p[i]) || (arc == 1 && s.p[i - 1] == '0'))
            return false;
        arc = s.p[i] == '.' ? 0 : arc + 1;
    }
    return s.n > 2 && arc && s.p[0] <= '2' && s.p[1] == '.';
}

/* Tables of HL7 v2 are arcs below 2.16.840.1.113883.12: table 112 is v2-0112. */
static ac_sv v2_table(ac_ccda_maker *m, ac_sv oid)
{
    static const ac_sv base = { "2.16.840.1.113883.12.", 21 };
    ac_sv nr = ac_sv_sub(oid, base.n, oid.n);
    if (!ac_sv_starts(oid, base) || nr.n > 4 || memchr(nr.p, '.', nr.n))
        return AC_SV("");
    return ac_ccda_join(m, AC_SV(AC_CCDA_HL7 "v2-"), ac_sv_sub(AC_SV("0000"), nr.n, 4), nr);
}

ac_sv ac_ccda_system(ac_ccda_maker *m, ac_sv oid)
{
    size_t at = AC_COUNT_BEFORE(i, SYSTEMS, ac_sv_cmp(ac_sv_z(systems[i].from), oid) < 0);
    if (at < SYSTEMS && ac_sv_eq(ac_sv_z(systems[at].from), oid))
        return ac_sv_z(systems[at].to);
    if (is_uuid(oid)) {
        ac_sv lower = ac_ccda_join(m, AC_SV("urn:uuid:"), oid, AC_SV(""));
        for (size_t i = 0; i < lower.n; i++)
            ((char *)(uintptr_t)lower.p)[i] = ac_lower(lower.p[i]);
        return lower;
    }
    if (!is_oid(oid))
        return AC_SV("");
    ac_sv v2 = v2_table(m, oid);
    return v2.n ? v2 : ac_ccda_join(m, AC_SV("urn:oid:"), oid, AC_SV(""));
}
