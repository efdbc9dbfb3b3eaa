#include "interop/hl7/hl7_testing.h"

#define RDE "MSH|^~\\&|CPOE|B|C|D|20260310081500+0100||RDE^O11^RDE_O11|1|P|2.5\r"

AC_TEST(hl7_given, an_order_with_its_dosage)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(RDE HL7_PID "ORC|NW|O-1^CPOE|F-1^PH|GR1|IP||||20260310|5^Clerk^Cy||8^Gil^Eva||||R1^Pain^L\r"
        "RXE||860975^Metformin 500 mg tablet^RXNORM|500|1000|mg^milligram^L|TAB^Tablet^L|^With meals~^Not at night||N|30|TAB^Tablet^L|2|||RX-77||||||^Keep dry||5|mL/h|500|mg\r"
        "RXR|PO^By mouth^HL70162|MOU^Mouth^HL70163||CH^Chew^HL70165\rTQ1|1||BID^^^0800|0800~2000||7^d|20260310|20260317|A|if pain|with water|||14\rNTE|1||note\r"
        "RXC|A|11^Additive^L|5|mL^^UCUM|2|mg\rRXC|B|12^Base^L|100|mL\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_medication_request) == 1 && hl7_count(&r, AC_REC_medication) == 1);
    static const char *const expected[] = {
        "\"status\":\"active\",\"intent\":\"order\",\"priority\":\"asap\",\"medicationCodeableConcept\":{\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"860975\"",
        "\"authoredOn\":\"2026-03-10\"", "\"requester\":{\"display\":\"Eva Gil\"", "\"recorder\":{\"display\":\"Cy Clerk\"", "\"groupIdentifier\":{\"value\":\"GR1\"}",
        "\"text\":\"With meals\\nNot at night\"", "\"doseRange\":{\"low\":{\"value\":500,\"unit\":\"milligram\"},\"high\":{\"value\":1000,\"unit\":\"milligram\"}}",
        "\"rateQuantity\":{\"value\":5,\"unit\":\"mL/h\"}", "\"route\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0162\",\"code\":\"PO\"}],\"text\":\"By mouth\"}",
        "\"method\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0165\",\"code\":\"CH\"}]", "\"timeOfDay\":[\"08:00:00\",\"20:00:00\"]",
        "\"boundsPeriod\":{\"start\":\"2026-03-10\",\"end\":\"2026-03-17\"}", "\"count\":14", "\"code\":\"BID\"", "\"additionalInstruction\":[{\"text\":\"if pain\"}],\"patientInstruction\":\"with water\"",
        "\"dispenseRequest\":{\"numberOfRepeatsAllowed\":2,\"quantity\":{\"value\":30,\"unit\":\"Tablet\"}}", "\"substitution\":{\"allowedCodeableConcept\":{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0161\",\"code\":\"N\"}]",
        "\"note\":[{\"text\":\"Keep dry\"},{\"text\":\"note\"}]", "\"value\":\"RX-77\"", "\"reasonCode\":[{\"coding\":[{\"code\":\"R1\"",
        "\"form\":{\"coding\":[{\"code\":\"TAB\",\"display\":\"Tablet\"}],\"text\":\"Tablet\"}", "\"strength\":{\"numerator\":{\"value\":500,\"unit\":\"mg\"},\"denominator\":{\"value\":1}}",
        "\"strength\":{\"numerator\":{\"value\":2,\"unit\":\"mg\"},\"denominator\":{\"value\":5,\"unit\":\"mL\"", "\"isActive\":false", "\"supportingInformation\":[{\"reference\"",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK(hl7_says(&r, expected[i]));
    CHECK(hl7_left(&r, "TQ1", "6") == 0 || hl7_left(&r, "TQ1", "6.1") == 1);
}

AC_TEST(hl7_given, what_was_asked_for_and_what_the_pharmacy_made_of_it)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(RDE HL7_PID "ORC|DC|O-1\rTQ1|1||TID||||||S\rRXO|1^Drug^L|1||TAB||^Tell~^More|^Take one||G||10|TAB|3\rNTE|1||asked\rRXR|IV\r"
                                            "RXE|^QD&0900^^20260310^20260320^R^^slowly|2^Product^L|2||TAB\rRXR|PO^By mouth\rRXD|1|2^Product^L|20260311|30|TAB||D-9||after food|3^Paz^Leo\rRXR|PO\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_medication_request) == 2 && hl7_count(&r, AC_REC_medication_dispense) == 1);
    CHECK(hl7_says(&r, "\"status\":\"cancelled\",\"intent\":\"original-order\",\"priority\":\"stat\"") && hl7_says(&r, "\"intent\":\"filler-order\""));
    CHECK(hl7_says(&r, "\"basedOn\":[{\"reference\"") && hl7_says(&r, "\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0161\",\"code\":\"G\"") && hl7_says(&r, "\"note\":[{\"text\":\"Tell\"},{\"text\":\"More\"},{\"text\":\"asked\"}]"));
    CHECK(hl7_says(&r, "\"dosageInstruction\":[{\"text\":\"slowly\"") && hl7_says(&r, "\"code\":{\"text\":\"QD\"}") && hl7_says(&r, "\"code\":{\"coding\":["));
    CHECK(hl7_says(&r, "\"authorizingPrescription\":[{\"reference\"") && hl7_says(&r, "\"quantity\":{\"value\":30,\"unit\":\"TAB\"},\"whenHandedOver\":\"2026-03-11\""));
    CHECK(hl7_says(&r, "\"note\":[{\"text\":\"after food\"}]") && hl7_says(&r, "\"performer\":[{\"actor\":{\"display\":\"Leo Paz\""));
}

AC_TEST(hl7_given, vaccinations_and_other_administrations)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|20260310||VXU^V04^VXU_V04|1|P|2.5.1\r" HL7_PID
        "ORC|RE|P1|F1|||||||||8^Gil^Eva\rRXA|0|1|20260301||08^Hepatitis B^CVX|0.5|mL^^UCUM||00^New record^NIP001~^in the left arm|3^Paz^Leo|^^^Clinic 1||||LOT9|20270131|MSD^Merck^MVX|||CP|A\r"
        "RXR|IM^Intramuscular^HL70162|LA^Left arm^HL70163\rOBX|1|CE|64994-7^Eligibility^LN|1|V02^VFC^HL70064||||||F\rORC|RE||F2\r"
        "RXA|0|1|20200101||88^influenza^CVX|999|||01^Historical^NIP001\rORC|RE||F3\rRXA|0|1|||03^MMR^CVX|999||||||||||||00^Parental decision^NIP002\r"
        "ORC|RE||F4\rRXA|0|1|2019||20^DTaP^CVX|1|mL|||||||||||||CP|D\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_immunization) == 4);
    CHECK(hl7_says(&r, "\"status\":\"completed\",\"vaccineCode\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/cvx\",\"code\":\"08\",\"display\":\"Hepatitis B\"}]"));
    CHECK(hl7_says(&r, "\"primarySource\":true") && hl7_says(&r, "\"primarySource\":false,\"reportOrigin\":{"));
    CHECK(hl7_says(&r, "\"manufacturer\":{\"display\":\"Merck\"},\"lotNumber\":\"LOT9\",\"expirationDate\":\"2027-01-31\",\"site\":{"));
    CHECK(hl7_says(&r, "\"doseQuantity\":{\"value\":0.5,\"unit\":\"mL\"") && !hl7_says(&r, "\"value\":999") && hl7_says(&r, "\"location\":{\"display\":\"Clinic 1\"}"));
    CHECK(hl7_says(&r, "\"code\":\"AP\"}]},\"actor\":{\"display\":\"Leo Paz\"") && hl7_says(&r, "\"code\":\"OP\"}]},\"actor\":{\"display\":\"Eva Gil\""));
    CHECK(hl7_says(&r, "\"status\":\"not-done\",\"statusReason\":{") && hl7_says(&r, "\"occurrenceString\":\"unknown\"") && hl7_says(&r, "\"status\":\"entered-in-error\""));
    CHECK(hl7_says(&r, "\"partOf\":[{\"reference\"") && hl7_says(&r, "\"note\":[{\"text\":\"in the left arm\"}]"));
    AC_AUTO(hl7_read) other = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|20260310||RAS^O17|1|P|2.5\r" HL7_PID
        "ORC|RE|P1\rRXA|0|1|20260301|20260302|860975^Metformin^RXNORM|500|mg|TAB|^slowly|3^Paz^Leo||||||||||PA\rRXR|PO\rORC|RE\rRXA|0|1|||1^X^L|1|mg\r"));
    CHECK(hl7_count(&other, AC_REC_medication_administration) == 2 && hl7_says(&other, "\"effectivePeriod\":{\"start\":\"2026-03-01\",\"end\":\"2026-03-02\"}"));
    CHECK(hl7_says(&other, "\"dosage\":{\"route\":{") && hl7_says(&other, "\"dose\":{\"value\":500,\"unit\":\"mg\"}"));
    CHECK(hl7_says(&other, "\"effectivePeriod\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/data-absent-reason\",\"valueCode\":\"unknown\"}]}"));
}

#define SIU(event) "MSH|^~\\&|A|B|C|D|20260310081500+0100||SIU^" event "|1|P|2.5\r"

AC_TEST(hl7_given, appointments)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(SIU("S12") "SCH|A1^PL|A2^FI|||||CHECKUP^Check-up^L|FU^Follow-up^L|30|min|^^^20260401233000+0200|5^Sol^Iria|||||||||||||Booked\r" HL7_PID
                                            "RGS|1\rAIS|1|A|CONS^Consultation^L|20260401090000+0200|||45|min\rAIG|1|A|US1^Ultrasound^L|EQ^Equipment^L\rAIL|1|A|R3^12^^HOSP\rAIP|1|A|8^Gil^Eva|DOC^Doctor^L\r"));
    CHECK(r.rc == AC_OK && hl7_says(&r, "\"status\":\"booked\",\"serviceType\":[{\"coding\":[{\"code\":\"CONS\""));
    CHECK(hl7_says(&r, "\"start\":\"2026-04-01T23:30:00+02:00\",\"end\":\"2026-04-02T00:00:00+02:00\",\"minutesDuration\":30"));
    CHECK(hl7_says(&r, "\"actor\":{\"display\":\"Ultrasound\",\"identifier\":{\"value\":\"US1\"}},\"status\":\"accepted\"") && hl7_says(&r, "{\"actor\":{\"display\":\"R3, 12, HOSP\"}"));
    CHECK(hl7_says(&r, "\"display\":\"Eva Gil\"") && hl7_says(&r, "\"display\":\"Iria Sol\"") && hl7_says(&r, "{\"actor\":{\"reference\":\"urn:uuid:"));
    AC_AUTO(hl7_read) off = hl7_read_of(AC_SV(SIU("S15") "SCH|A1||||||WHY^Cause^L\r" HL7_PID));
    CHECK(hl7_says(&off, "\"status\":\"cancelled\"") && hl7_says(&off, "\"status\":\"declined\"") && !hl7_says(&off, "\"start\""));
    AC_AUTO(hl7_read) none = hl7_read_of(AC_SV(SIU("S12") "SCH|A1|A2\r" HL7_PID)); /* a booking without a time */
    CHECK(hl7_count(&none, AC_REC_appointment) == 0 && hl7_left(&none, "SCH", "1") == 1 && hl7_left(&none, "SCH", "2") == 1);
}
