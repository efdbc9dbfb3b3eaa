#include "interop/hl7/hl7_testing.h"

AC_TEST(hl7_result, values_of_every_type)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ORU HL7_PID "OBR|1|||24323-8^Panel^LN\r"
        "OBX|1|NM|2345-7^Glucose^LN||+05.40|mmol/L^^UCUM||||||F\rOBX|2|NM|2345-7^Glucose^LN||<.5|mg\rOBX|3|NM|2345-7^Glucose^LN||haemolysed|mg\r"
        "OBX|4|SN|2345-7^Glucose^LN||>=^10|mg\rOBX|5|SN|2345-7^Glucose^LN||^10^-^20|mg\rOBX|6|SN|2345-7^Glucose^LN||^1^:^128\rOBX|7|SN|2345-7^Glucose^LN||^3^+\r"
        "OBX|8|ST|2345-7^Glucose^LN||7.5|mg/dL\rOBX|9|ST|2345-7^Glucose^LN||7.5\rOBX|10|ST|2345-7^Glucose^LN||few|cells\r"
        "OBX|11|DT|2345-7^Glucose^LN||20260301\rOBX|12|TM|2345-7^Glucose^LN||0730\rOBX|13|TS|2345-7^Glucose^LN||202603010730\rOBX|14|DR|2345-7^Glucose^LN||2025^2026\r"
        "OBX|15|NR|2345-7^Glucose^LN||1^2|mg\rOBX|16|CQ|2345-7^Glucose^LN||3^mL&millilitre\rOBX|17|NA|2345-7^Glucose^LN||1^2^3\rOBX|18|CE|2345-7^Glucose^LN||A1^Agar^L\r"
        "OBX|19|XPN|2345-7^Glucose^LN||Gil^Eva\rOBX|20||2345-7^Glucose^LN||untyped\rOBX|21|TM|2345-7^Glucose^LN||2530\rOBX|22|NM|2345-7^Glucose^LN||\"\"\r"));
    static const char *const expected[] = {
        "\"valueQuantity\":{\"value\":5.40,\"unit\":\"mmol/L\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mmol/L\"}",
        "\"valueQuantity\":{\"value\":0.5,\"comparator\":\"<\",\"unit\":\"mg\"}", "\"valueString\":\"haemolysed mg\"",
        "{\"value\":10,\"comparator\":\">=\",\"unit\":\"mg\"}", "\"valueRange\":{\"low\":{\"value\":10,\"unit\":\"mg\"},\"high\":{\"value\":20,\"unit\":\"mg\"}}",
        "\"valueRatio\":{\"numerator\":{\"value\":1},\"denominator\":{\"value\":128}}", "\"valueString\":\"3+\"",
        "\"valueQuantity\":{\"value\":7.5,\"unit\":\"mg/dL\"}", "\"valueString\":\"7.5\"", "\"valueString\":\"few cells\"",
        "\"valueDateTime\":\"2026-03-01\"", "\"valueTime\":\"07:30:00\"", "\"valueDateTime\":\"2026-03-01T07:30:00+01:00\"",
        "\"valuePeriod\":{\"start\":\"2025\",\"end\":\"2026\"}", "\"valueRange\":{\"low\":{\"value\":1,\"unit\":\"mg\"}", "{\"value\":3,\"unit\":\"millilitre\"}",
        "\"valueString\":\"1 2 3\"", "\"valueCodeableConcept\":{\"coding\":[{\"code\":\"A1\",\"display\":\"Agar\"}],\"text\":\"Agar\"}",
        "\"valueString\":\"Gil Eva\"", "\"valueString\":\"untyped\"", "\"valueString\":\"2530\"",
    };
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        CHECK(hl7_says(&r, expected[i]));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_observation) == 22);
}

AC_TEST(hl7_result, what_stands_beside_the_value)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ORU HL7_PID "OBR|1|P1^ORD|F1^LAB|24323-8^Panel^LN|||202603100700|||||||||||||||||LAB|F\r"
        "OBX|1|NM|2345-7^Glucose^LN|1.1|5|mg|3.9 - 5.8|H~odd|||C|||202603100705|PR^Producer^L|9^Paz^Leo|ENZ^Enzymatic^L|AN7^CHEM|20260310|ARM^Arm^L|OI9||Org^^77|||\r"
        "NTE|1|L|first line~second\rNTE|2||third\\.br\\fourth\rNTE|3||signed||8^Gil^Eva|202603101200\r"
        "OBX|2|NM|2951-2^Na^LN||150~151|mmol/L|<145||||X\rOBX|3|NM|||5||>3||||D\r"));
    CHECK(hl7_says(&r, "\"referenceRange\":[{\"low\":{\"value\":3.9,\"unit\":\"mg\"},\"high\":{\"value\":5.8,\"unit\":\"mg\"},\"text\":\"3.9 - 5.8\"}]"));
    CHECK(hl7_says(&r, "\"interpretation\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation\",\"code\":\"H\"}],\"text\":\"H\"},{\"text\":\"odd\"}]"));
    CHECK(hl7_says(&r, "\"status\":\"corrected\"") && hl7_says(&r, "\"effectiveDateTime\":\"2026-03-10T07:05:00+01:00\""));
    CHECK(hl7_says(&r, "\"display\":\"Leo Paz\"") && hl7_says(&r, "\"display\":\"Producer\"") && hl7_says(&r, "\"display\":\"Org\""));
    CHECK(hl7_says(&r, "\"method\":{\"coding\":[{\"code\":\"ENZ\"") && hl7_says(&r, "\"device\":{\"type\":\"Device\",\"identifier\":{\"value\":\"AN7\""));
    CHECK(hl7_says(&r, "observation-sub-id\",\"valueString\":\"1.1\"") && hl7_says(&r, "observation-analysis-date-time\",\"valueDateTime\":\"2026-03-10\""));
    CHECK(hl7_says(&r, "\"note\":[{\"text\":\"first line\\nsecond\\nthird\\nfourth\"},{\"authorString\":\"Eva Gil\",\"time\":\"2026-03-10T12:00:00+01:00\",\"text\":\"signed\"}]"));
    CHECK(hl7_says(&r, "\"component\":[{\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2951-2\",\"display\":\"Na\"}],\"text\":\"Na\"},\"valueQuantity\":{\"value\":150,\"unit\":\"mmol/L\"}},"));
    CHECK(hl7_says(&r, "\"status\":\"cancelled\"") && hl7_says(&r, "\"status\":\"entered-in-error\"") && hl7_says(&r, "\"category\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/observation-category\",\"code\":\"laboratory\"}]}]"));
    CHECK(hl7_says(&r, "\"high\":{\"value\":145,\"unit\":\"mmol/L\"}") && hl7_says(&r, "\"low\":{\"value\":3}"));
    CHECK(hl7_count(&r, AC_REC_diagnostic_report) == 1 && hl7_count(&r, AC_REC_service_request) == 1);
    CHECK(r.messages.at[0].passages.n == 2 && ac_sv_eq(r.messages.at[0].passages.at[1].text, AC_SV("signed")));
}

AC_TEST(hl7_result, text_goes_on_from_segment_to_segment)
{
    ac_sv message = AC_SV(HL7_ORU HL7_PID "OBR|1|||36643-5^Chest X-ray^LN\rOBX|1|TX|F^Findings^L|1|Lungs clear.~No effusion.||||||F\rOBX|2|TX|F^Findings^L|2|||||||F\r"
                          "OBX|3|TX|F^Findings^L|3|Heart normal.||||||F\rOBX|4|TX|I^Impression^L|1|Normal.||||||F\rNTE|1||read twice\rOBX|5|TX|I^Impression^L|1|Other.||||||F\r"
                          "OBX|6|FT|I^Impression^L|7|Late\\.br\\line||||||F\r");
    AC_AUTO(hl7_read) r = hl7_read_of(message);
    CHECK(hl7_count(&r, AC_REC_observation) == 4);
    CHECK(hl7_says(&r, "\"valueString\":\"Lungs clear.\\nNo effusion.\\n\\nHeart normal.\"") && hl7_says(&r, "\"valueString\":\"Late\\nline\""));
    const ac_hl7_reading *m = &r.messages.at[0];
    CHECK(m->passages.n == 5);
    if (m->passages.n != 5)
        return;
    CHECK(ac_sv_eq(m->passages.at[0].path, AC_SV("OBX[1]")) && ac_sv_eq(m->passages.at[0].title, AC_SV("Findings")));
    CHECK(ac_sv_starts(ac_sv_sub(message, m->passages.at[0].at, message.n), AC_SV("Lungs clear.~")));
    CHECK(ac_sv_eq(m->passages.at[1].path, AC_SV("OBX[4]")) && ac_sv_eq(m->passages.at[2].text, AC_SV("read twice")));
}

AC_TEST(hl7_result, orders_and_reports_and_specimens)
{
    AC_AUTO(hl7_read) order = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|20260310||OML^O21^OML_O21|1|P|2.5\r" HL7_PID
        "ORC|NW|P1^ORD||G1|IP||||20260309|||8^Gil^Eva||||R1^Reason^L\rTQ1|1||||||202604010800+0200|202604010900+0200|S^Stat^HL70485\r"
        "OBR|1|P1^ORD|F9|24323-8^Panel^LN|||||||||fasting||||||||||||||||||R07.4^Chest pain^I10C\rDG1|1||I10^H^I10C\rOBX|1|NM|2345-7^G^LN||5\r"
        "SPM|1|S1&ORD^S2&LAB||BLD^Blood^HL70487|||VP^Puncture^L|ARM^Arm^L||||5^mL&mL&UCUM||at home|||202603100700^202603100705|20260310||Y\r"));
    CHECK(order.rc == AC_OK && hl7_count(&order, AC_REC_diagnostic_report) == 0 && hl7_count(&order, AC_REC_service_request) == 1);
    CHECK(hl7_says(&order, "\"status\":\"active\",\"intent\":\"order\"") && hl7_says(&order, "\"priority\":\"stat\""));
    CHECK(hl7_says(&order, "\"requester\":{\"display\":\"Eva Gil\"") && hl7_says(&order, "\"authoredOn\":\"2026-03-09\""));
    CHECK(hl7_says(&order, "\"requisition\":{\"value\":\"G1\"}") && hl7_says(&order, "\"note\":[{\"text\":\"fasting\"}]"));
    CHECK(hl7_says(&order, "\"occurrenceTiming\":{\"repeat\":{\"boundsPeriod\":{\"start\":\"2026-04-01T08:00:00+02:00\""));
    CHECK(hl7_says(&order, "\"supportingInfo\":[{\"reference\"") && hl7_says(&order, "\"code\":\"R07.4\""));
    CHECK(hl7_says(&order, "\"value\":\"S1\"") && hl7_says(&order, "\"status\":\"available\"") && hl7_says(&order, "\"note\":[{\"text\":\"at home\"}]"));
    CHECK(hl7_says(&order, "\"quantity\":{\"value\":5,\"unit\":\"mL\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mL\"}"));
    AC_AUTO(hl7_read) old = hl7_read_of(AC_SV(HL7_ORU HL7_PID "OBR|1|P1|F1|X^Y^L|||202603100700|202603100800|10^mL|5^Nurse^Ann||||202603100900|BLD&Blood^^^ARM|||||||202603101000|||P||||||||44&Hip&Howard\r"
                                              "OBR|2|P2|F2|Z^W^L\rOBX|1|NM|2345-7^G^LN||5\r"));
    CHECK(hl7_says(&old, "\"status\":\"preliminary\"") && hl7_says(&old, "\"effectivePeriod\":{\"start\":\"2026-03-10T07:00:00+01:00\",\"end\":\"2026-03-10T08:00:00+01:00\"}"));
    CHECK(hl7_says(&old, "\"issued\":\"2026-03-10T10:00:00+01:00\"") && hl7_says(&old, "\"resultsInterpreter\":[{\"display\":\"Howard Hip\""));
    CHECK(hl7_count(&old, AC_REC_specimen) == 1 && hl7_says(&old, "\"collector\":{\"display\":\"Ann Nurse\""));
    CHECK(hl7_count(&old, AC_REC_diagnostic_report) == 2 && hl7_says(&old, "\"receivedTime\":\"2026-03-10T09:00:00+01:00\""));
}

AC_TEST(hl7_result, documents_and_files)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|20260310101500+0100||MDM^T10^MDM_T02|1|P|2.5\r" HL7_PID
        "TXA|1|DS^Discharge summary^HL70270|TX|20260309||20260310||||8^Gil^Eva||D-2^DOC|D-1^DOC|||file.txt|AU|R|AV\r"
        "OBX|1|TX|H^History^L|1|Came with pain.\rOBX|2|TX|H^History^L|2|No fever.\rOBX|3|ST|P^Plan^L||Home.\r"
        "OBX|4|ED|S^Scan^L||^AP^PDF^Base64^JVBE\rOBX|5|NM|2345-7^G^LN||5\rNTE|1||about the document\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_document_reference) == 1 && hl7_count(&r, AC_REC_observation) == 1);
    CHECK(hl7_says(&r, "\"docStatus\":\"final\"") && hl7_says(&r, "\"masterIdentifier\":{\"value\":\"D-2\"") && hl7_says(&r, "\"code\":\"replaces\",\"target\":{\"type\":\"DocumentReference\""));
    CHECK(hl7_says(&r, "{\"attachment\":{\"contentType\":\"text/plain; charset=utf-8\",\"data\":\"Q2FtZSB3aXRoIHBhaW4uCk5vIGZldmVyLg==\",\"title\":\"History\"}}"));
    CHECK(hl7_says(&r, "{\"attachment\":{\"contentType\":\"application/pdf\",\"data\":\"JVBE\",\"title\":\"Scan\"}}") && hl7_says(&r, "\"event\":[{\"coding\":[{\"code\":\"H\""));
    CHECK(r.messages.at[0].passages.n == 3 && ac_sv_eq(r.messages.at[0].passages.at[0].text, AC_SV("Came with pain.\nNo fever.")));
    AC_AUTO(hl7_read) empty = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|2026||MDM^T01|1|P|2.5\rTXA|1|DS||||||||||D-2||||file.txt|IN||CA\r"));
    CHECK(hl7_says(&empty, "\"status\":\"entered-in-error\"") && hl7_says(&empty, "\"content\":[{\"attachment\":{\"title\":\"file.txt\"}}]"));
    AC_AUTO(hl7_read) files = hl7_read_of(AC_SV(HL7_ORU HL7_PID "OBX|1|ED|S^Scan^L||^IM^JPEG^Base64^not base64!\rOBX|2|ED|S^Scan^L||^TEXT^^A^hello\rOBX|3|ED|S^Scan^L||^AP^^Hex^4142\r"
                                                "OBX|4|RP|S^Scan^L||https://pacs.example/1\\T\\x=2^^IM^DICOM\rOBX|5|RP|S^Scan^L||\r"));
    CHECK(hl7_count(&files, AC_REC_observation) == 5 && hl7_count(&files, AC_REC_document_reference) == 3 && hl7_left(&files, "OBX", "5.5") == 1);
    CHECK(hl7_says(&files, "\"contentType\":\"text/plain\",\"data\":\"aGVsbG8=\"") && hl7_says(&files, "\"data\":\"QUI=\""));
    CHECK(hl7_says(&files, "\"contentType\":\"application/dicom\",\"url\":\"https://pacs.example/1&x=2\"") && hl7_says(&files, "\"derivedFrom\":[{\"reference\""));
}

AC_TEST(hl7_result, a_note_goes_to_what_it_follows)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|20260310||SIU^S12|1|P|2.5\rSCH|A1|A2|||||||30|min|^^^202604010900+0200||||||||||||||Booked\rNTE|1||for the booking\r" HL7_PID
                                            "NTE|1||for the patient\rDG1|1||I10^H^I10C\rRGS|1\rAIS|1|A|C^Check^L\rNTE|1||for the service\r"));
    CHECK(r.rc == AC_OK && hl7_says(&r, "\"comment\":\"for the booking\\nfor the service\"") && !hl7_says(&r, "for the patient"));
    CHECK(r.messages.at[0].passages.n == 3); /* all of them can be read */
}

AC_TEST(hl7_result, a_second_patient_has_nothing_of_the_first)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ORU HL7_PID "PV1|1|I\rORC|RE|P1\rOBR|1|P1||X^Y^L|||2020\rOBX|1|NM|2345-7^G^LN||5\rPID|2||78\rOBX|1|NM|2345-7^G^LN||6\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_patient) == 2 && hl7_count(&r, AC_REC_observation) == 2);
    const ac_rec_observation *first = NULL, *second = NULL;
    for (size_t i = 0; i < r.record->entries.n; i++)
        if (r.record->entries.at[i].kind == AC_REC_observation) {
            first = first ? first : r.record->entries.at[i].as.observation;
            second = r.record->entries.at[i].as.observation;
        }
    CHECK(first && second && first->encounter && !second->encounter && !second->effective_date.n && first->effective_date.n);
    CHECK(first && second && !ac_sv_eq(first->subject->reference, second->subject->reference));
}

AC_TEST(hl7_result, many_lines_take_linear_time)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 24);
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 30);
    ac_hl7_messages m = { 0 };
    ac_sb_add(&b, AC_SV(HL7_ORU HL7_PID "TXA|1|DS\rOBX|1|TX|A^B||x\r"));
    for (size_t i = 0; i < 60000; i++)
        ac_sb_add(&b, AC_SV("OBX|1|TX|A^B||line of text\rNTE|1||x\r"));
    for (size_t i = 0; i < 60000; i++)
        ac_sb_add(&b, AC_SV("OBX|1|TX|A^B||line of text\r"));
    for (size_t i = 0; i < 15000; i++)
        ac_sb_add(&b, AC_SV("NTE|1||x~y\r"));
    CHECK(ac_hl7_read(ac_sb_view(&b), a, &m, NULL) == AC_OK && m.at[0].passages.n == 120002);
}
