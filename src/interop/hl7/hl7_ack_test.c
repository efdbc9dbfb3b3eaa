#include "interop/hl7/hl7_ack.h"
#include "kit/test.h"

static bool acks(ac_sv message, ac_hl7_reply r, ac_sv expected)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    r.time = AC_SV("20260301120000+0100");
    r.control_id = AC_SV("7");
    return ac_hl7_ack(message, &r, &b, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&b), expected);
}

#define OLD "MSH|^~\\&|LAB|HOSP^1.2^ISO|ACE|SITE|20260301115900||ORU^R01|M-1|P|2.3\rPID|||1||Roe^Jane\r"
#define NEW "MSH|^~\\&|LAB|HOSP|ACE|SITE|20260301115900||ORU^R01^ORU_R01|M-2|T|2.5.1|||AL|NE||UNICODE UTF-8\r"
#define HEAD_OLD "MSH|^~\\&|ACE|SITE|LAB|HOSP^1.2^ISO|20260301120000+0100||ACK^R01^ACK|7|P|2.3\r"

AC_TEST(hl7_ack, original_mode_has_one_answer)
{
    CHECK(acks(AC_SV(OLD), (ac_hl7_reply) { .outcome = AC_HL7_TAKEN }, AC_SV(HEAD_OLD "MSA|AA|M-1\r")));
    CHECK(acks(AC_SV(OLD), (ac_hl7_reply) { .outcome = AC_HL7_FAILED, .error = AC_HL7_E_REQUIRED, .place = AC_SV("PID^1^3") },
               AC_SV(HEAD_OLD "MSA|AE|M-1\rERR|PID^1^3\r")));
    CHECK(acks(AC_SV(OLD), (ac_hl7_reply) { .outcome = AC_HL7_REFUSED, .error = AC_HL7_E_UNSUPPORTED_TYPE },
               AC_SV(HEAD_OLD "MSA|AR|M-1\rERR|200^Unsupported message type^HL70357\r")));
    CHECK(ac_hl7_wants(AC_SV(OLD), AC_HL7_ACK_ACCEPT, AC_HL7_TAKEN) && !ac_hl7_wants(AC_SV(OLD), AC_HL7_ACK_APPLICATION, AC_HL7_TAKEN));
}

AC_TEST(hl7_ack, enhanced_mode_says_commit_and_application)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    ac_hl7_reply r = { .outcome = AC_HL7_FAILED, .error = AC_HL7_E_TYPE, .place = AC_SV("PID^1^3") };
    CHECK(ac_hl7_ack(AC_SV(NEW), &r, &b, NULL) == AC_OK);
    CHECK(ac_sv_ends(ac_sb_view(&b), AC_SV("\rMSA|CE|M-2\rERR||PID^1^3|102^Data type error^HL70357|E\r")));
    ac_sb_clear(&b);
    r.stage = AC_HL7_ACK_APPLICATION;
    CHECK(ac_hl7_ack(AC_SV(NEW), &r, &b, NULL) == AC_OK && memmem(b.p, b.n, "\rMSA|AE|M-2\r", 12));
    CHECK(ac_hl7_wants(AC_SV(NEW), AC_HL7_ACK_ACCEPT, AC_HL7_FAILED) && !ac_hl7_wants(AC_SV(NEW), AC_HL7_ACK_APPLICATION, AC_HL7_FAILED));
    ac_sv rules = AC_SV("MSH|^~\\&|||||||ADT^A01|1|P|2.5|||ER|SU\r");
    CHECK(!ac_hl7_wants(rules, AC_HL7_ACK_ACCEPT, AC_HL7_TAKEN) && ac_hl7_wants(rules, AC_HL7_ACK_ACCEPT, AC_HL7_REFUSED));
    CHECK(ac_hl7_wants(rules, AC_HL7_ACK_APPLICATION, AC_HL7_TAKEN) && !ac_hl7_wants(rules, AC_HL7_ACK_APPLICATION, AC_HL7_FAILED));
}

AC_TEST(hl7_ack, the_envelope_is_the_header_alone)
{
    ac_hl7_envelope e;
    CHECK(ac_hl7_envelope_read(AC_SV(OLD), &e) && ac_sv_eq(e.facility, AC_SV("HOSP^1.2^ISO")) && ac_sv_eq(e.version, AC_SV("2.3")));
    CHECK(ac_sv_eq(e.type, AC_SV("ORU")) && ac_sv_eq(e.event, AC_SV("R01")) && ac_sv_eq(e.control_id, AC_SV("M-1")));
    CHECK(!e.enhanced && !e.charset.n && ac_sv_eq(e.application, AC_SV("LAB")));
    CHECK(ac_hl7_envelope_read(AC_SV(NEW), &e) && e.enhanced && ac_sv_eq(e.charset, AC_SV("UNICODE UTF-8")));
    CHECK(!ac_hl7_envelope_read(AC_SV("PID|1\r"), &e) && !ac_hl7_envelope_read(AC_SV(""), &e));
}

AC_TEST(hl7_ack, separators_and_charset_are_the_senders)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    ac_hl7_reply r = { .outcome = AC_HL7_TAKEN, .time = AC_SV("20260301"), .control_id = AC_SV("9") };
    CHECK(ac_hl7_ack(AC_SV("MSH$*~\\&$A$B$C$D$$$ADT*A08$X$P$2.4$$$$$$8859/1\r"), &r, &b, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sb_view(&b), AC_SV("MSH$*~\\&$C$D$A$B$20260301$$ACK*A08*ACK$9$P$2.4$$$$$$8859/1\rMSA$AA$X\r")));
}

AC_TEST(hl7_ack, nothing_of_the_patient_and_no_control_character_comes_back)
{
    AC_AUTO(ac_sb) b = AC_SB(4096);
    ac_hl7_reply r = { .outcome = AC_HL7_FAILED, .error = AC_HL7_E_INTERNAL };
    CHECK(ac_hl7_ack(AC_SV(OLD), &r, &b, NULL) == AC_OK && !memmem(b.p, b.n, "Roe", 3));
    ac_sb_clear(&b);
    CHECK(ac_hl7_ack(AC_SV("MSH|^~\\&|A\x01|B\x1C|||||ADT^A01\x0B|id\x7F|P|2.5\r"), &r, &b, NULL) == AC_OK);
    CHECK(!memchr(b.p, 1, b.n) && !memchr(b.p, 0x1C, b.n) && !memchr(b.p, 0x0B, b.n) && !memchr(b.p, 0x7F, b.n));
    const ac_sv broken[] = { AC_SV(""), AC_SV("PID|1"), AC_SV("MSH"), AC_SV("MSH|"), AC_SV("MSHabcdefghijk"), AC_SV("\x0B\x0B\r\n") };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        ac_sb_clear(&b);
        CHECK(ac_hl7_ack(broken[i], &r, &b, NULL) == AC_OK && ac_sv_starts(ac_sb_view(&b), AC_SV("MSH|^~\\&|")));
        CHECK(memmem(b.p, b.n, "\rMSA|AE|\r", 9) && ac_hl7_wants(broken[i], AC_HL7_ACK_ACCEPT, AC_HL7_FAILED));
    }
    AC_AUTO(ac_sb) small = AC_SB(10);
    CHECK(ac_hl7_ack(AC_SV(OLD), &r, &small, NULL) == AC_ELIMIT);
}

AC_TEST(hl7_ack, the_error_code_follows_what_went_wrong)
{
    CHECK(ac_hl7_error_of(AC_OK) == AC_HL7_E_NONE && ac_hl7_error_of(AC_EINPUT) == AC_HL7_E_TYPE);
    CHECK(ac_hl7_error_of(AC_ELIMIT) == AC_HL7_E_LENGTH && ac_hl7_error_of(AC_EIO) == AC_HL7_E_INTERNAL);
    CHECK(ac_hl7_error_of(AC_EBUSY) == AC_HL7_E_LOCKED && ac_hl7_error_of(AC_ENOTFOUND) == AC_HL7_E_UNKNOWN_KEY);
}
