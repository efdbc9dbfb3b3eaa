#include "interop/hl7/hl7_testing.h"

#include <stdio.h>
#include <stdlib.h>

AC_TEST(hl7_read, the_patient_with_all_that_identifies_and_describes)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT
        "PID|1|5^^^OLD|77^4^M11^NORTH&1.2.3&ISO^MR~123-45-6789^^^SSA^SS~9^^^X&junk&ISO^ZZ|A9|Roe&van&Roe^Jane^Mary^Jr^Dr.^MD^L^^^^^20000101^20101231"
        "~Doe^J^^^^^M~\"\"|Smith^Ann|198002281530+0200|F||2106-3^White^HL70005~9999^Other|12 Elm St&Elm St^Flat 2^Vigo^PO^36201^ES^H^^NW"
        "|C1|^PRN^PH^^34^986^555555^12~^NET^Internet^j@example.org|986111^WPN^PH|spa^Spanish^HL70296|D^Divorced^HL70002|CAT|ACC7|111-22-3333"
        "|L5^CA^20300101|MO1^^^NORTH|H|Lugo|Y|2|ESP||ESP|20260309120000|Y\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_patient) == 1);
    CHECK(hl7_says(&r, "\"meta\":{\"source\":\"#PID\"}"));
    CHECK(hl7_says(&r, "\"system\":\"urn:oid:1.2.3\",\"value\":\"77\",\"assigner\":{\"display\":\"NORTH\"}"));
    CHECK(hl7_says(&r, "\"url\":\"http://hl7.org/fhir/StructureDefinition/identifier-checkDigit\",\"valueString\":\"4\""));
    CHECK(hl7_says(&r, "\"type\":{\"text\":\"ZZ\"},\"value\":\"9\"")); /* no code of table 0203 */
    CHECK(hl7_says(&r, "\"code\":\"DL\"}]},\"value\":\"L5\",\"period\":{\"end\":\"2030-01-01\"},\"assigner\":{\"display\":\"CA\"}"));
    CHECK(hl7_says(&r, "\"use\":\"official\",\"text\":\"Dr. Jane Mary Roe van Roe\",\"family\":\"Roe\",\"given\":[\"Jane\",\"Mary\"],"
                       "\"prefix\":[\"Dr.\"],\"suffix\":[\"Jr\",\"MD\"],\"period\":{\"start\":\"2000-01-01\",\"end\":\"2010-12-31\"}"));
    CHECK(hl7_says(&r, "\"use\":\"maiden\",\"family\":\"Doe\"") && hl7_says(&r, "\"gender\":\"female\",\"birthDate\":\"1980-02-28\""));
    CHECK(hl7_says(&r, "\"_birthDate\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthTime\","
                       "\"valueDateTime\":\"1980-02-28T15:30:00+02:00\"}]}"));
    CHECK(hl7_says(&r, "\"line\":[\"12 Elm St Elm St\",\"Flat 2\"],\"city\":\"Vigo\",\"district\":\"NW\",\"state\":\"PO\",\"postalCode\":\"36201\",\"country\":\"ES\""));
    CHECK(hl7_says(&r, "{\"system\":\"phone\",\"value\":\"+34 986 555555 x12\",\"use\":\"home\"}"));
    CHECK(hl7_says(&r, "{\"system\":\"email\",\"value\":\"j@example.org\",\"use\":\"home\"}") && hl7_says(&r, "\"value\":\"986111\",\"use\":\"work\""));
    CHECK(hl7_says(&r, "\"system\":\"http://terminology.hl7.org/CodeSystem/v3-MaritalStatus\",\"code\":\"D\""));
    CHECK(hl7_says(&r, "\"deceasedDateTime\":\"2026-03-09T12:00:00+01:00\"")); /* the zone of MSH-7 */
    CHECK(hl7_says(&r, "\"multipleBirthInteger\":2") && !hl7_says(&r, "multipleBirthBoolean") && !hl7_says(&r, "deceasedBoolean"));
    CHECK(hl7_says(&r, "patient-mothersMaidenName\",\"valueString\":\"Ann Smith\"") && hl7_says(&r, "\"valueAddress\":{\"text\":\"Lugo\"}"));
    CHECK(hl7_says(&r, "\"ombCategory\",\"valueCoding\":{\"system\":\"urn:oid:2.16.840.1.113883.6.238\",\"code\":\"2106-3\"}"));
    CHECK(hl7_says(&r, "\"text\",\"valueString\":\"White, Other\"") && hl7_left(&r, "PID", "12") == 1);
    CHECK(hl7_count(&r, AC_REC_related_person) == 1 && hl7_says(&r, "\"code\":\"MTH\"")); /* PID-21 */
}

AC_TEST(hl7_read, what_is_not_so_or_cannot_be_is_not_said)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT "PID|1||^^^X~\"\"||^^^^||19610229|Q||||||||||||||||N|3|||||N\r"));
    CHECK(r.rc == AC_OK && !hl7_says(&r, "birthDate") && !hl7_says(&r, "gender") && !hl7_says(&r, "\"name\"") && !hl7_says(&r, "identifier\":[{\"v"));
    CHECK(hl7_says(&r, "\"deceasedBoolean\":false,\"multipleBirthBoolean\":false"));
    CHECK(hl7_left(&r, "PID", "7") == 1 && hl7_left(&r, "PID", "8") == 1 && hl7_left(&r, "PID", "25") == 1 && hl7_left(&r, "PID", "3.4") == 1);
}

AC_TEST(hl7_read, people_around_insurance_and_merged_numbers)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT HL7_PID "PD1||||8^Gil^Eva^^^Dr.\rMRG|55^^^NORTH^MR\r"
        "NK1|1|Roe^Tom|SPO^Spouse^HL70063|Elm 1^^Vigo|986222|||20200101|||||Bank^^9||M|||||||||||||||Boss^Al|986333\r"
        "GT1|1||Payer^Pat||Road 1^^Lugo\rIN1|1|P1^Plan one|INS9^^^REG|Good Insurance||||G7|Group name|||20250101|20261231||HMO|Roe^Jane|SEL|||||||||||||||||||POL-1\r"
        "IN1|2|P2\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_related_person) == 2 && hl7_count(&r, AC_REC_insurance) == 1);
    CHECK(hl7_says(&r, "\"generalPractitioner\":[{\"display\":\"Dr. Eva Gil\",\"identifier\":{\"value\":\"8\"}}]"));
    CHECK(hl7_says(&r, "\"link\":[{\"other\":{\"type\":\"Patient\",\"identifier\":") && hl7_says(&r, "\"type\":\"replaces\""));
    CHECK(hl7_says(&r, "\"contact\":[{\"relationship\":[{\"coding\":[{\"system\":\"http://terminology.hl7.org/CodeSystem/v2-0063\",\"code\":\"SPO\"}],\"text\":\"Spouse\"}],\"name\":{\"family\":\"Roe\",\"given\":[\"Tom\"]}"));
    CHECK(hl7_says(&r, "\"organization\":{\"display\":\"Bank\",\"identifier\":{\"value\":\"9\"}}") && hl7_says(&r, "\"code\":\"GUAR\""));
    CHECK(hl7_says(&r, "\"subscriberId\":\"POL-1\"") && hl7_says(&r, "\"payor\":[{\"display\":\"Good Insurance\"") && hl7_says(&r, "\"code\":\"self\""));
    CHECK(hl7_says(&r, "\"period\":{\"start\":\"2025-01-01\",\"end\":\"2026-12-31\"}") && hl7_left(&r, "IN1", "2") == 1);
}

AC_TEST(hl7_read, the_visit)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT HL7_PID
        "PV1|1|I|W2^12^B^NORTH^^^Main^3|E|PRE1|W1^2^A||66^Ref^Rita||MED|||R|1|A0|V|77^Adm^Abe|Z9|V-5|||||||||||||||||01|Home||Clinic|||||20260310|20260314101500\r"
        "PV2|||38341003^Hypertension^SCT||||||||4\r"));
    CHECK(r.rc == AC_OK && hl7_says(&r, "\"status\":\"finished\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-ActCode\",\"code\":\"IMP\"}"));
    CHECK(hl7_says(&r, "\"period\":{\"start\":\"2026-03-10\",\"end\":\"2026-03-14T10:15:00+01:00\"}"));
    CHECK(hl7_says(&r, "\"location\":{\"display\":\"W2, 12, B, 3, Main, NORTH\"}") && hl7_says(&r, "\"status\":\"completed\"}"));
    CHECK(hl7_says(&r, "\"code\":\"REF\"}]}],\"individual\":{\"display\":\"Rita Ref\"") && hl7_says(&r, "\"individual\":{\"display\":\"Abe Adm\""));
    CHECK(hl7_says(&r, "\"preAdmissionIdentifier\":{\"value\":\"PRE1\"}") && hl7_says(&r, "\"length\":{\"value\":4,\"unit\":\"d\""));
    CHECK(hl7_says(&r, "\"reasonCode\":[{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"38341003\",\"display\":\"Hypertension\"}]"));
    AC_AUTO(hl7_read) off = hl7_read_of(AC_SV("MSH|^~\\&|A|B|C|D|2026||ADT^A11|M1|P|2.3\rPV1|1|X\r"));
    CHECK(hl7_says(&off, "\"status\":\"cancelled\",\"class\":{\"system\":\"http://terminology.hl7.org/CodeSystem/v3-NullFlavor\",\"code\":\"UNK\",\"display\":\"X\"}"));
}

AC_TEST(hl7_read, diagnoses_problems_allergies_procedures)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT HL7_PID "PV1|1|I\r"
        "DG1|1|I9C|401.9|Raised pressure|20260301|F|||||||||2\rDG1|2||I10^Hypertension^I10C^38341003^Hypertensive disorder^SCT|||W|||||||||||||||D\r"
        "AL1|1|DA|7980^Penicillin^RXNORM|SV|Hives~Swelling|201001\rAL1|2||^Dust\r"
        "IAM|1|FA|256349002^Peanut^SCT|MO||A|U1|||||in childhood||||||\rIAM|2|FA|1^Egg^L|||D\r"
        "PRB|AD|20260101|44054006^Diabetes^SCT|P9|||20200101||20250101||||confirmed|odd word||20190101\rPRB|DE|2026|195967001^Asthma^SCT|P8\r"
        "PR1|1||80146002^Appendectomy^SCT||20250102|||||||55^Gil^Eva\rPR1|2||1^Later^L||20270101\r"));
    CHECK(r.rc == AC_OK && hl7_count(&r, AC_REC_condition) == 4 && hl7_count(&r, AC_REC_allergy_intolerance) == 4);
    CHECK(hl7_says(&r, "\"code\":{\"coding\":[{\"system\":\"http://hl7.org/fhir/sid/icd-9-cm\",\"code\":\"401.9\"}],\"text\":\"Raised pressure\"}"));
    CHECK(hl7_says(&r, "\"code\":\"DD\"}]},\"rank\":2}")); /* a final diagnosis is the one of discharge */
    CHECK(hl7_says(&r, "\"code\":\"38341003\",\"display\":\"Hypertensive disorder\"}],\"text\":\"Hypertension\""));
    CHECK(hl7_says(&r, "\"type\":\"allergy\",\"category\":[\"medication\"],\"code\":{\"coding\":[{\"system\":\"http://www.nlm.nih.gov/research/umls/rxnorm\",\"code\":\"7980\""));
    CHECK(hl7_says(&r, "\"manifestation\":[{\"text\":\"Hives\"},{\"text\":\"Swelling\"}],\"severity\":\"severe\""));
    CHECK(hl7_says(&r, "\"code\":\"unknown\"}]}],\"severity\":\"moderate\"")); /* a severity without a reaction */
    CHECK(hl7_says(&r, "\"onsetString\":\"in childhood\"") && hl7_says(&r, "\"text\":\"Dust\""));
    CHECK(hl7_says(&r, "\"code\":\"resolved\"}]},\"verificationStatus\":") && hl7_says(&r, "\"abatementDateTime\":\"2025-01-01\""));
    CHECK(hl7_left(&r, "PRB", "14") == 1);
    CHECK(hl7_says(&r, "\"status\":\"completed\",\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"80146002\""));
    CHECK(hl7_says(&r, "\"status\":\"unknown\",\"code\":{\"coding\":[{\"code\":\"1\",\"display\":\"Later\"}]"));
    size_t errors = 0;
    for (const char *p = r.json.p; (p = memmem(p, r.json.n - (size_t)(p - r.json.p), "entered-in-error", 16)); p++)
        errors++;
    CHECK(errors == 3); /* DG1-21 D, IAM-6 D, PRB-1 DE */
}

AC_TEST(hl7_read, codes_keep_their_system_or_have_none)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ORU HL7_PID
        "OBX|1|CWE|2345-7^Glucose^LN^G^Local^99LAB||A^a^HL79999~B^b^weird name~C^c^1.2.840.5~D^d^L~112283007^Coli^SCT~112283008^Not Coli^SCT\r"
        "OBX|2|ST|2345-8^Bad check digit^LN||x\r"));
    CHECK(hl7_says(&r, "\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2345-7\",\"display\":\"Glucose\"},"
                       "{\"system\":\"urn:x-hl7v2:99LAB\",\"code\":\"G\",\"display\":\"Local\"}],\"text\":\"Glucose\""));
    CHECK(hl7_says(&r, "\"system\":\"http://terminology.hl7.org/CodeSystem/v2-9999\",\"code\":\"A\""));
    CHECK(hl7_says(&r, "[{\"code\":\"B\",\"display\":\"b\"}]") && hl7_says(&r, "\"system\":\"urn:oid:1.2.840.5\",\"code\":\"C\""));
    CHECK(hl7_says(&r, "[{\"code\":\"D\",\"display\":\"d\"}]") && hl7_says(&r, "\"system\":\"http://snomed.info/sct\",\"code\":\"112283007\""));
    CHECK(hl7_says(&r, "[{\"code\":\"112283008\",\"display\":\"Not Coli\"}]") && hl7_says(&r, "[{\"code\":\"2345-8\",\"display\":\"Bad check digit\"}]"));
}

AC_TEST(hl7_read, what_has_no_place_is_counted_by_name)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV(HL7_ADT HL7_PID "ZBE|1|x\rZBE|2\rZPI|a^b\rPV1|1|I|W2|||||||||||||||||||||||||||||||||||||||||||x^y~z^y\r"));
    const ac_rec_coverage *c = &r.record->coverage;
    CHECK(c->resources == 6 && c->resources_unknown == 3 && hl7_left(&r, "ZBE", "") == 2 && hl7_left(&r, "ZPI", "") == 1);
    CHECK(hl7_left(&r, "PV1", "46.1") == 2 && hl7_left(&r, "PV1", "46.2") == 2 && c->members_unknown == 4 && c->members > 20);
    AC_AUTO(hl7_read) twice = hl7_read_of(AC_SV(HL7_ADT "PID|1||1||A^B|||F~M\r"));
    CHECK(hl7_left(&twice, "PID", "8~2") == 1 && hl7_says(&twice, "\"gender\":\"female\""));
}

AC_TEST(hl7_read, every_message_of_a_file_is_a_reading)
{
    AC_AUTO(hl7_read) r = hl7_read_of(AC_SV("\xEF\xBB\xBF" "FHS|^~\\&\rBHS|^~\\&\r" HL7_ADT HL7_PID "\x1C\r\x0B" HL7_ORU "PID|1||78\rBTS|2\r"));
    CHECK(r.rc == AC_OK && r.messages.n == 2);
    const ac_hl7_reading *a = &r.messages.at[0], *b = &r.messages.at[1];
    CHECK(ac_sv_eq(a->type, AC_SV("ADT")) && ac_sv_eq(a->trigger, AC_SV("A01")) && ac_sv_eq(b->type, AC_SV("ORU")));
    CHECK(ac_sv_eq(a->control_id, AC_SV("M1")) && ac_sv_eq(a->version, AC_SV("2.5")) && ac_sv_eq(a->application, AC_SV("REG")));
    CHECK(ac_sv_eq(a->time, AC_SV("2026-03-10T08:15:00+01:00")) && ac_sv_starts(b->bytes, AC_SV("MSH|^~\\&|LAB")));
    CHECK(!ac_sv_eq(a->record.entries.at[0].full_url, b->record.entries.at[0].full_url));
    AC_AUTO(hl7_read) again = hl7_read_of(AC_SV(HL7_ADT HL7_PID));
    AC_AUTO(hl7_read) same = hl7_read_of(AC_SV(HL7_ADT HL7_PID));
    CHECK(ac_sv_eq(ac_sb_view(&again.json), ac_sb_view(&same.json)));
}

AC_TEST(hl7_read, hostile_messages_end_in_an_error_or_a_result)
{
    const ac_sv bad[] = { AC_SV(""), AC_SV("hello"), AC_SV("MSH"), AC_SV("MSH|^^|"), AC_SV(HL7_ADT "PID|1||x||A\\M1234\\B\r"),
                          AC_SV("MSH|^~\\&|||||||ADT|1|P|2.5||||||KOI8-R\r") };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(hl7_read) r = hl7_read_of(bad[i]);
        CHECK(r.rc == AC_EINPUT && r.messages.n == 0);
    }
    const ac_sv odd[] = { AC_SV("MSH|^~\\&|"), AC_SV("MSH|^~\\&|\rOBX\rOBX|\rNTE\rPID\rPV1\rRXR|x\rRXC|A\rTQ1|1\rAIS|1\rMRG|1\rPD1|||a\rSPM\rTXA\rSCH\rORC\rOBR\rRXE\rRXO\rRXD\rRXA\rIN1\rGT1\r"),
                          AC_SV("MSH|^~\\&|\rNTE|1||a\rOBX|1|TX|||x\rNTE|1||b\rNTE|2||c\rORC|\rTQ1|1||BID\r"),
                          AC_SV("MSH^~|\\&^x\rPID^1^^1~2|3||||\\F\\\r") };
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        AC_AUTO(hl7_read) r = hl7_read_of(odd[i]);
        CHECK(r.rc == AC_OK && r.messages.n == 1);
    }
}

AC_TEST(hl7_read, every_size_of_arena_is_enough_or_an_error)
{
    ac_sv message = AC_SV(HL7_ORU HL7_PID "NK1|1|Roe^Tom|SPO\rPV1|1|I|W^1\rDG1|1||I10^H^I10C\rAL1|1|DA|1^P^L|SV|Hives\rORC|NW|1|2\rOBR|1|1|2|1-8^T^LN|||2026\r"
                          "OBX|1|NM|2345-7^G^LN||5|mg~2|1-2|H|||F\rNTE|1||n\rOBX|2|TX|1^t^L||a\rOBX|3|TX|1^t^L||b\rSPM|1|a&b^c|||BLD\r"
                          "RXE||1^D^L|1|2|mg|TAB\rTQ1|1||BID|0800\rRXR|PO\rRXA|0|1|2026||08^H^CVX|1|mL\rTXA|1|DS||||||||||D1\rOBX|1|ED|1^s^L||^AP^PDF^Base64^AAAA\rSCH|1|2\r");
    for (size_t size = 1 << 10; size < (size_t)1 << 20; size += 997) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(size);
        ac_hl7_messages m = { 0 };
        ac_rc rc = ac_hl7_read(message, a, &m, NULL);
        CHECK(rc == AC_ELIMIT || (rc == AC_OK && m.n == 1));
        if (rc == AC_OK)
            break;
    }
}

static void write_file(const char *folder, const char *name, const char *end, ac_sv bytes)
{
    char path[2048];
    (void)snprintf(path, sizeof path, "%s/%s.%s", folder, name, end);
    FILE *f = fopen(path, "wb");
    CHECK(f && (!bytes.n || fwrite(bytes.p, 1, bytes.n, f) == bytes.n));
    if (f)
        fclose(f);
}

static void write_reading(const char *folder, const char *base, size_t i, const ac_hl7_reading *r)
{
    AC_AUTO(ac_sb) json = AC_SB((size_t)1 << 26);
    AC_AUTO(ac_sb) text = AC_SB((size_t)1 << 26);
    AC_AUTO(ac_sb) left = AC_SB((size_t)1 << 26);
    char name[1100];
    CHECK(ac_fhir_write(&r->record, 1, &json, NULL) == AC_OK);
    for (size_t k = 0; k < r->passages.n; k++) {
        ac_sb_add(&text, r->passages.at[k].text);
        ac_sb_add_char(&text, '\n');
    }
    for (size_t k = 0; k < r->record.coverage.unknown.n; k++) {
        const ac_rec_unknown *u = &r->record.coverage.unknown.at[k];
        ac_sb_addf(&left, "%.*s-%.*s %lu\n", (int)u->type.n, u->type.p, (int)u->key.n, u->key.p, (unsigned long)u->n);
    }
    (void)snprintf(name, sizeof name, "%.1000s.%lu", base, (unsigned long)i);
    write_file(folder, name, "json", ac_sb_view(&json));
    write_file(folder, name, "passages", ac_sb_view(&text));
    write_file(folder, name, "left", ac_sb_view(&left));
}

/* For test/e2e/hl7/fields.py: the files named in the file $AC_HL7_IN become bundles in the folder $AC_HL7_OUT. */
AC_TEST(hl7_read, files_of_a_list)
{
    const char *list = getenv("AC_HL7_IN"), *out = getenv("AC_HL7_OUT");
    FILE *names = list && out ? fopen(list, "r") : NULL;
    char name[1024];
    static char bytes[1 << 22];
    while (names && fgets(name, sizeof name, names)) {
        name[strcspn(name, "\n")] = '\0';
        const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
        FILE *f = fopen(name, "rb");
        CHECK(f);
        size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
        if (f)
            fclose(f);
        AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
        ac_hl7_messages m = { 0 };
        CHECK(ac_hl7_read((ac_sv) { bytes, n }, a, &m, NULL) == AC_OK);
        for (size_t i = 0; i < m.n; i++)
            write_reading(out, base, i, &m.at[i]);
    }
    if (names)
        fclose(names);
}
