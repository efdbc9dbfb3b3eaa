#include "interop/hl7/hl7_table.h"

#include "base/search.h"

#define PAIRS(name, ...)                                                                                               \
    static const ac_hl7_pair name##_rows[] = { __VA_ARGS__ };                                                          \
    const ac_hl7_table ac_hl7_table_##name = { name##_rows, sizeof name##_rows / sizeof name##_rows[0] };

/* 0001 -> administrative-gender */
PAIRS(sex, { "M", "male" }, { "F", "female" }, { "A", "other" }, { "O", "other" }, { "N", "other" }, { "X", "other" },
      { "U", "unknown" })
/* 0200 -> name-use */
PAIRS(name_use, { "L", "official" }, { "D", "usual" }, { "M", "maiden" }, { "N", "nickname" }, { "S", "anonymous" },
      { "TEMP", "temp" }, { "BAD", "old" }, { "NOUSE", "old" })
/* 0190 -> address-use */
PAIRS(address_use, { "H", "home" }, { "B", "work" }, { "O", "work" }, { "C", "temp" }, { "BA", "old" }, { "BI", "billing" })
/* 0201 -> contact-point-use */
PAIRS(telecom_use, { "PRN", "home" }, { "ORN", "home" }, { "VHN", "home" }, { "WPN", "work" }, { "PRS", "mobile" })
/* 0202, and the uses of 0201 that name a device -> contact-point-system */
PAIRS(telecom_system, { "PH", "phone" }, { "CP", "phone" }, { "SAT", "phone" }, { "FX", "fax" }, { "BP", "pager" },
      { "BPN", "pager" }, { "Internet", "email" }, { "X.400", "email" }, { "NET", "email" }, { "TDD", "other" },
      { "TTY", "other" }, { "MD", "other" })
/* 0004 -> v3-ActCode */
PAIRS(encounter_class, { "E", "EMER" }, { "I", "IMP" }, { "O", "AMB" }, { "P", "PRENC" })
/* event of the message -> encounter-status, where it alone says it */
PAIRS(encounter_event, { "A03", "finished" }, { "A05", "planned" }, { "A11", "cancelled" }, { "A14", "planned" },
      { "A27", "cancelled" }, { "A38", "cancelled" }, { "A01", "in-progress" }, { "A02", "in-progress" },
      { "A04", "in-progress" }, { "A06", "in-progress" }, { "A07", "in-progress" }, { "A12", "in-progress" },
      { "A13", "in-progress" })
/* 0085 -> observation-status */
PAIRS(observation_status, { "F", "final" }, { "U", "final" }, { "P", "preliminary" }, { "R", "preliminary" },
      { "S", "preliminary" }, { "I", "registered" }, { "C", "corrected" }, { "A", "amended" }, { "B", "amended" },
      { "V", "final" }, { "D", "entered-in-error" }, { "W", "entered-in-error" }, { "X", "cancelled" })
/* 0123 -> diagnostic-report-status */
PAIRS(report_status, { "F", "final" }, { "P", "preliminary" }, { "R", "preliminary" }, { "A", "partial" }, { "C", "corrected" },
      { "M", "amended" }, { "O", "registered" }, { "I", "registered" }, { "S", "registered" }, { "N", "registered" },
      { "X", "cancelled" })
/* 0038 -> request-status */
PAIRS(order_status, { "A", "active" }, { "CM", "completed" }, { "CA", "revoked" }, { "DC", "revoked" }, { "RP", "revoked" },
      { "HD", "on-hold" }, { "IP", "active" }, { "SC", "active" })
/* 0119 -> request-status, where there is no 0038 */
PAIRS(order_control, { "NW", "active" }, { "OK", "active" }, { "SN", "active" }, { "XO", "active" }, { "RL", "active" },
      { "CA", "revoked" }, { "OC", "revoked" }, { "CR", "revoked" }, { "DC", "revoked" }, { "OD", "revoked" },
      { "DR", "revoked" }, { "HD", "on-hold" }, { "OH", "on-hold" }, { "HR", "on-hold" })
/* 0027 and 0485 -> request-priority */
PAIRS(priority, { "S", "stat" }, { "A", "asap" }, { "R", "routine" }, { "T", "urgent" })
/* 0127 -> allergy-intolerance-category */
PAIRS(allergy_category, { "DA", "medication" }, { "FA", "food" }, { "EA", "environment" }, { "AA", "environment" },
      { "LA", "environment" }, { "PA", "environment" })
/* 0127 -> allergy-intolerance-type */
PAIRS(allergy_kind, { "DA", "allergy" }, { "FA", "allergy" }, { "EA", "allergy" }, { "AA", "allergy" }, { "LA", "allergy" },
      { "PA", "allergy" }, { "MA", "allergy" })
/* 0128 -> reaction-event-severity */
PAIRS(allergy_severity, { "MI", "mild" }, { "MO", "moderate" }, { "SV", "severe" })
/* 0436 -> allergy-intolerance-type */
PAIRS(sensitivity, { "AL", "allergy" }, { "IN", "intolerance" })
/* 0438 -> allergyintolerance-verification */
PAIRS(allergy_verified, { "C", "confirmed" }, { "P", "unconfirmed" }, { "S", "unconfirmed" }, { "U", "unconfirmed" },
      { "D", "unconfirmed" }, { "E", "entered-in-error" }, { "I", "confirmed" })
/* 0002 -> v3-MaritalStatus */
PAIRS(marital, { "D", "D" }, { "M", "M" }, { "W", "W" }, { "I", "I" }, { "S", "S" }, { "E", "L" }, { "N", "A" }, { "P", "T" },
      { "R", "T" })
/* 0271 -> composition-status (DocumentReference.docStatus) */
PAIRS(document_done, { "AU", "final" }, { "LA", "final" }, { "DI", "preliminary" }, { "DO", "preliminary" }, { "IN", "preliminary" },
      { "IP", "preliminary" }, { "PA", "preliminary" })
/* 0273 -> document-reference-status */
PAIRS(document_status, { "AV", "current" }, { "CA", "entered-in-error" }, { "OB", "superseded" }, { "UN", "current" })
/* 0322 -> medication-admin-status and immunization-status, which agree on these */
PAIRS(given_status, { "CP", "completed" }, { "RE", "not-done" }, { "NA", "not-done" }, { "PA", "completed" })
/* 0278 and what senders write there -> appointmentstatus */
PAIRS(appointment_status, { "Pending", "pending" }, { "Waitlist", "waitlist" }, { "Booked", "booked" }, { "Started", "arrived" },
      { "Complete", "fulfilled" }, { "Cancelled", "cancelled" }, { "Dc", "cancelled" }, { "Deleted", "entered-in-error" },
      { "Blocked", "proposed" }, { "Overbook", "booked" }, { "Noshow", "noshow" })
/* 0074 -> observation-category */
PAIRS(section_category, { "LAB", "laboratory" }, { "CH", "laboratory" }, { "HM", "laboratory" }, { "MB", "laboratory" },
      { "BLB", "laboratory" }, { "IMM", "laboratory" }, { "SR", "laboratory" }, { "TX", "laboratory" }, { "UR", "laboratory" },
      { "VR", "laboratory" }, { "MCB", "laboratory" }, { "MYC", "laboratory" }, { "CP", "laboratory" }, { "CTH", "laboratory" },
      { "SP", "laboratory" }, { "BG", "laboratory" }, { "GE", "laboratory" }, { "RAD", "imaging" }, { "CT", "imaging" },
      { "RUS", "imaging" }, { "OUS", "imaging" }, { "VUS", "imaging" }, { "NMR", "imaging" }, { "NMS", "imaging" },
      { "RX", "imaging" }, { "CUS", "imaging" })
/* SN.1 -> quantity-comparator */
PAIRS(comparator, { "<", "<" }, { ">", ">" }, { "<=", "<=" }, { ">=", ">=" }, { "=", "" })
/* PRB-13 -> condition-ver-status */
PAIRS(problem_verified, { "C", "confirmed" }, { "P", "provisional" }, { "D", "differential" }, { "R", "refuted" },
      { "confirmed", "confirmed" }, { "provisional", "provisional" }, { "differential", "differential" }, { "refuted", "refuted" },
      { "unconfirmed", "unconfirmed" })
/* PRB-14 in words -> condition-clinical */
PAIRS(problem_status, { "A", "active" }, { "active", "active" }, { "I", "inactive" }, { "inactive", "inactive" },
      { "R", "resolved" }, { "resolved", "resolved" }, { "recurrence", "recurrence" }, { "remission", "remission" })
/* units of time, UCUM as FHIR's units-of-time has them; with the names HL7's ISO+ gives them */
PAIRS(period_unit, { "s", "s" }, { "min", "min" }, { "hr", "h" }, { "h", "h" }, { "d", "d" }, { "wk", "wk" }, { "mo", "mo" },
      { "a", "a" }, { "ann", "a" })
/* 0063 -> v3-RoleCode, for a subscriber's relation to the beneficiary: subscriber-relationship */
PAIRS(relation, { "SEL", "self" }, { "SPO", "spouse" }, { "CHD", "child" }, { "PAR", "parent" }, { "DOM", "common" },
      { "OTH", "other" })

ac_sv ac_hl7_mapped(const ac_hl7_table *t, ac_sv code)
{
    for (size_t i = 0; i < t->n; i++)
        if (ac_sv_eq_nocase(ac_sv_z(t->rows[i].from), code))
            return ac_sv_z(t->rows[i].to);
    return AC_SV("");
}

static const ac_hl7_set *set_of(ac_sv number)
{
    size_t i = AC_COUNT_BEFORE(k, ac_hl7_sets_n, ac_sv_cmp(ac_sv_z(ac_hl7_sets[k].number), number) < 0);
    return i < ac_hl7_sets_n && ac_sv_eq(ac_sv_z(ac_hl7_sets[i].number), number) ? &ac_hl7_sets[i] : NULL;
}

bool ac_hl7_has_table(ac_sv number) { return set_of(number) != NULL; }

bool ac_hl7_in(ac_sv number, ac_sv code)
{
    const ac_hl7_set *set = set_of(number);
    if (!set || !code.n)
        return false;
    ac_sv rest = ac_sv_z(set->codes), one;
    while (ac_sv_split(&rest, ' ', &one))
        if (ac_sv_eq(one, code))
            return true;
    return false;
}

/* ---- coding systems ---- */

static bool all_digits(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

/* Digits, a hyphen and a check digit (modulus 10). */
static bool fits_loinc(ac_sv s)
{
    if (s.n < 3 || s.n > 9 || s.p[s.n - 2] != '-' || !ac_is_digit(s.p[s.n - 1]) || !all_digits(ac_sv_sub(s, 0, s.n - 2)))
        return false;
    unsigned sum = 0;
    for (size_t i = s.n - 2, twice = 1; i > 0; i--, twice = !twice) {
        unsigned d = (unsigned)(s.p[i - 1] - '0') << twice;
        sum += d > 9 ? d - 9 : d;
    }
    return (10 - sum % 10) % 10 == (unsigned)(s.p[s.n - 1] - '0');
}

/* Verhoeff's check digit in the dihedral group of ten elements. */
static bool fits_snomed(ac_sv s)
{
    static const unsigned char by[8][10] = {
        { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 }, { 1, 5, 7, 6, 2, 8, 3, 0, 9, 4 }, { 5, 8, 0, 3, 7, 9, 6, 1, 4, 2 },
        { 8, 9, 1, 6, 0, 4, 3, 5, 2, 7 }, { 9, 4, 5, 3, 1, 2, 6, 8, 7, 0 }, { 4, 2, 8, 6, 5, 7, 3, 9, 0, 1 },
        { 2, 7, 9, 3, 8, 0, 6, 4, 1, 5 }, { 7, 0, 4, 6, 9, 1, 3, 2, 5, 8 } };
    unsigned c = 0;
    if (s.n < 6 || s.n > 18 || !all_digits(s) || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned b = by[i % 8][s.p[s.n - 1 - i] - '0'];
        if (c < 5)
            c = b < 5 ? (c + b) % 5 : 5 + (c + b - 5) % 5;
        else
            c = b < 5 ? 5 + (c - 5 + 5 - b) % 5 : (c - b + 5) % 5;
    }
    return c == 0;
}

static bool fits_icd10cm(ac_sv s)
{
    if (s.n < 3 || s.n > 8 || !ac_is_upper(s.p[0]) || s.p[0] == 'U' || !ac_is_digit(s.p[1]) || (s.n > 3 && (s.p[3] != '.' || s.n == 4)))
        return false;
    for (size_t i = 2; i < s.n; i++)
        if (i != 3 && !ac_is_digit(s.p[i]) && !ac_is_upper(s.p[i]))
            return false;
    return true;
}

static bool fits_rxnorm(ac_sv s) { return s.n <= 8 && all_digits(s) && s.p[0] != '0'; }

static bool fits_atc(ac_sv s)
{
    static const char shape[] = "A00AA00";
    for (size_t i = 0; i < s.n && i < 7; i++)
        if (shape[i] == '0' ? !ac_is_digit(s.p[i]) : !ac_is_upper(s.p[i]))
            return false;
    return s.n == 1 || s.n == 3 || s.n == 4 || s.n == 5 || s.n == 7;
}

static bool fits_language(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_lower(s.p[i]))
            return false;
    return s.n == 2;
}

/* Race and ethnicity of the CDC, which is also what table 0005 holds: 2106-3 */
static bool fits_cdcrec(ac_sv s) { return s.n == 6 && s.p[4] == '-' && all_digits(ac_sv_sub(s, 0, 4)) && ac_is_digit(s.p[5]); }

static const struct {
    const char *name, *uri;
    bool (*fits)(ac_sv);
} systems[] = {
    { "HL70005", "urn:oid:2.16.840.1.113883.6.238", fits_cdcrec },
    { "LN", "http://loinc.org", fits_loinc },
    { "SCT", "http://snomed.info/sct", fits_snomed },
    { "SNOMED", "http://snomed.info/sct", fits_snomed },
    { "SCT2", "http://snomed.info/sct", fits_snomed },
    { "SNM", "http://snomed.info/srt", NULL },
    { "SNM3", "http://snomed.info/srt", NULL },
    { "I9", "urn:oid:2.16.840.1.113883.6.42", NULL },
    { "I9C", "http://hl7.org/fhir/sid/icd-9-cm", NULL },
    { "I9CDX", "http://hl7.org/fhir/sid/icd-9-cm", NULL },
    { "I9CP", "http://hl7.org/fhir/sid/icd-9-cm", NULL },
    { "I10", "http://hl7.org/fhir/sid/icd-10", NULL },
    { "I10C", "http://hl7.org/fhir/sid/icd-10-cm", fits_icd10cm },
    { "ICD10", "http://hl7.org/fhir/sid/icd-10", NULL },
    { "I10P", "http://www.cms.gov/Medicare/Coding/ICD10", NULL },
    { "ICD10PCS", "http://www.cms.gov/Medicare/Coding/ICD10", NULL },
    { "ICDO", "http://terminology.hl7.org/CodeSystem/icd-o-3", NULL },
    { "ICDO3", "http://terminology.hl7.org/CodeSystem/icd-o-3", NULL },
    { "ICPC", "http://hl7.org/fhir/sid/icpc-1", NULL },
    { "RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm", fits_rxnorm },
    { "NDC", "http://hl7.org/fhir/sid/ndc", NULL },
    { "CVX", "http://hl7.org/fhir/sid/cvx", NULL },
    { "MVX", "http://hl7.org/fhir/sid/mvx", NULL },
    { "UCUM", "http://unitsofmeasure.org", NULL },
    { "ATC", "http://www.whocc.no/atc", fits_atc },
    { "C4", "http://www.ama-assn.org/go/cpt", NULL },
    { "CPT4", "http://www.ama-assn.org/go/cpt", NULL },
    { "C5", "http://www.ama-assn.org/go/cpt", NULL },
    { "HCPCS", "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", NULL },
    { "HPC", "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets", NULL },
    { "NCIT", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", NULL },
    { "UNII", "http://fdasis.nlm.nih.gov", NULL },
    { "CDCREC", "urn:oid:2.16.840.1.113883.6.238", fits_cdcrec },
    { "ISO639", "urn:ietf:bcp:47", fits_language },
    { "ISO639-1", "urn:ietf:bcp:47", fits_language },
    { "ISO639-2", "urn:oid:2.16.840.1.113883.6.100", NULL },
    { "ISO3166_1", "urn:iso:std:iso:3166", NULL },
    { "NUCC", "http://nucc.org/provider-taxonomy", NULL },
    { "DCM", "http://dicom.nema.org/resources/ontology/DCM", NULL },
    { "MDC", "urn:iso:std:iso:11073:10101", NULL },
    { "HGNC", "http://www.genenames.org", NULL },
    { "MEDR", "https://www.meddra.org", NULL },
    { "2.16.840.1.113883.6.1", "http://loinc.org", fits_loinc },
    { "2.16.840.1.113883.6.96", "http://snomed.info/sct", fits_snomed },
    { "2.16.840.1.113883.6.88", "http://www.nlm.nih.gov/research/umls/rxnorm", fits_rxnorm },
    { "2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm", fits_icd10cm },
    { "2.16.840.1.113883.6.3", "http://hl7.org/fhir/sid/icd-10", NULL },
    { "2.16.840.1.113883.6.103", "http://hl7.org/fhir/sid/icd-9-cm", NULL },
    { "2.16.840.1.113883.6.69", "http://hl7.org/fhir/sid/ndc", NULL },
    { "2.16.840.1.113883.6.8", "http://unitsofmeasure.org", NULL },
};

ac_hl7_system ac_hl7_system_of(ac_sv name)
{
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++)
        if (ac_sv_eq_nocase(ac_sv_z(systems[i].name), name))
            return (ac_hl7_system) { .uri = ac_sv_z(systems[i].uri), .fits = systems[i].fits };
    if (name.n == 7 && memcmp(name.p, "HL7", 3) == 0 && all_digits(ac_sv_sub(name, 3, 7)))
        return (ac_hl7_system) { .table = ac_sv_sub(name, 3, 7) };
    return (ac_hl7_system) { 0 };
}
