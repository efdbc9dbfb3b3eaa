#include "interop/hl7/hl7_redact.h"

#include "interop/sheet_testing.h"
#include "kit/test.h"

#include <stdio.h>

/* Everything the structure calls an identifier goes as "#", as if the engine had found nothing but that. */
typedef struct {
    ac_arena *arena;
    ac_sheet sheet;
    ac_sb out;
    ac_rc rc;
} redacted;

static ac_rc walks(redacted *r, const ac_hl7_message *m)
{
    AC_TRY(NULL, ac_hl7_redact(m, 1, &r->sheet, &r->out, NULL));
    ac_sb_clear(&r->out);
    AC_TRY(NULL, ac_sheet_fill_hashes(&r->sheet, r->arena));
    AC_TRY(NULL, ac_hl7_redact(m, 1, &r->sheet, &r->out, NULL));
    return ac_sheet_done(&r->sheet, NULL);
}

static redacted redact(const char *message)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    redacted r = { .arena = ac_arena_new(64 << 20), .out = AC_SB(1 << 20) };
    ac_hl7_message m;
    ac_sheet_init(&r.sheet, &tags, r.arena);
    r.rc = ac_hl7_parse(ac_sv_z(message), r.arena, &m, NULL);
    r.rc = r.rc == AC_OK ? walks(&r, &m) : r.rc;
    return r;
}

static void redacted_cleanup(redacted *r)
{
    ac_sb_cleanup(&r->out);
    ac_sheet_cleanup(&r->sheet);
    ac_arena_free(r->arena);
}

#define HEAD     "MSH|^~\\&|LAB|North General|ACE|SITE|20260310081500+0100||ORU^R01|20260310-1|P|2.5\r"
#define NEW_HEAD "MSH|^~\\&||#|||2026||ORU^R01|1|P|2.5\r"

static bool gives(const char *segments, const char *want)
{
    char message[2048], all[2048];
    (void)snprintf(message, sizeof message, HEAD "%s", segments);
    (void)snprintf(all, sizeof all, NEW_HEAD "%s", want);
    AC_AUTO(redacted) r = redact(message);
    const bool same_bytes = r.rc == AC_OK && ac_sv_eq(ac_sb_view(&r.out), ac_sv_z(all));
    if (!same_bytes)
        fprintf(stderr, "# %d: %.*s\n", (int)r.rc, (int)r.out.n, r.out.p);
    return same_bytes;
}

AC_TEST(hl7_redact, the_rows_are_sorted)
{
    for (size_t i = 1; i < ac_hl7_redact_rows_n; i++) {
        const ac_hl7_redact_row *a = &ac_hl7_redact_rows[i - 1], *b = &ac_hl7_redact_rows[i];
        const int order = strcmp(a->segment, b->segment);
        CHECK(order < 0 || (order == 0 && a->to < b->from));
        CHECK(b->from <= b->to && b->act < AC_HL7_ACTS && b->phi < AC_PHI_COUNT);
    }
}

AC_TEST(hl7_redact, fields_leave_as_their_rows_say)
{
    CHECK(gives("PID|1||77^^^NORTH^MR~88^^^X^PI||Roe^Jane^Q^^Mrs^^L||19610502|F||2106-3^White^HL70005|1 Oak "
                "Rd&Oak^^Elm^IL^62704^USA|IL|555-1234^PRN^PH\r",
                "PID|1||#^^^^MR~#^^^^PI||#^^^^^^L||1961|F||2106-3^White^HL70005|#^^#^#^#^#|#|#^PRN^PH\r"));
    CHECK(gives("PV1|1|I|W1^12^A^North General||||5^Poe^Ann^^^Dr||||||||||||9001\r",
                "PV1|1|I|^^^#||||#^#||||||||||||#\r"));
    CHECK(gives("OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-110|H|||F|||20260309101500||5^Poe^Ann\r",
                "OBX|1|NM|2345-7^Glucose^LN||182|mg/dL|70-110|H|||F|||2026||#^#\r"));
    CHECK(gives("OBX|1|TX|11506-3^Note^LN||A \\T\\ B\\.br\\C^D||||||F\r",
                "OBX|1|TX|11506-3^Note^LN||A \\T\\ B\\.br\\C\\S\\D||||||F\r"));
    CHECK(gives("OBX|1|ED|PDF^Report^L||^AP^PDF^Base64^QUJD||||||F\r", "OBX|1|ED|PDF^Report^L||||||||F\r"));
    CHECK(gives("OBX|1|NM|30525-0^Age^LN||92|a||||F\r", "OBX|1|NM|30525-0^Age^LN||90|a||||F\r"));
    CHECK(gives("PID|1||77^^^N^a b||Roe^Jane||||||||555^PRN^JP:123\r", "PID|1||#||#||||||||#^PRN\r"));
    CHECK(gives("NK1|1|Roe^Tom|SPO^Spouse^HL70063|1 Oak Rd^^Elm^IL|555\r", "NK1|1|#|SPO^Spouse^HL70063|#^^#^#|#\r"));
    CHECK(gives("ORC|RE|A1^X|B2^Y||||^^^20260310||20260310|5^Poe^Ann\r", "ORC|RE|#|#||||^^^2026||2026|#^#\r"));
}

AC_TEST(hl7_redact, what_has_no_row_is_left_out_and_counted)
{
    AC_AUTO(redacted) r = redact(HEAD "PID|1||77\rZXX|1|Roe^Jane\rPID|1||||||||||||||||||||||||||||||||||||||Roe\r");
    CHECK(r.rc == AC_OK && r.sheet.left_out == 1 + 1 && !memmem(r.out.p, r.out.n, "Roe", 3) &&
          !memmem(r.out.p, r.out.n, "ZXX", 3));
    CHECK(memmem(r.out.p, r.out.n, "PID|1||#\r", 9) != NULL);
}

AC_TEST(hl7_redact, codes_of_somebodys_own_and_codes_with_blanks_are_words)
{
    AC_AUTO(redacted) r = redact(HEAD "DG1|1||X1^Seen by Dr Poe^L\rDG1|2||E11.9^Diabetes^I10C\rAL1|1|Dr Poe told me\r");
    CHECK(r.rc == AC_OK && ac_sv_eq(ac_sb_view(&r.sheet.prose), AC_SV("Seen by Dr Poe\nDr Poe told me\n")));
}

AC_TEST(hl7_redact, other_separators_and_none_to_escape_with)
{
    AC_AUTO(redacted)
    r = redact("MSH$%~*@$A$B$C$D$20260310$$ADT%A01$7$P$2.5\rPID$1$$77%%%X%MR$$Roe%Jane\rNTE$1$$x *T* y\r");
    CHECK(r.rc == AC_OK && ac_sv_eq(ac_sb_view(&r.out),
                                    AC_SV("MSH$%~*@$$$$$2026$$ADT%A01$1$P$2.5\rPID$1$$#%%%%MR$$#\rNTE$1$$x *T* y\r")));
    AC_AUTO(redacted) s = redact("MSH|^|A|B|C|D|2026||ADT^A01|7|P|2.5\rNTE|1||a~b\rPID|1||77||Roe^Jane\r");
    CHECK(s.rc == AC_OK && memmem(s.out.p, s.out.n, "NTE|1||a~b\rPID|1||#||#\r", 23));
}

AC_TEST(hl7_redact, other_character_sets_leave_as_utf8)
{
    AC_AUTO(redacted) r = redact("MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5||||||8859/1\rNTE|1||Ni\xF1o con diabetes\r");
    CHECK(r.rc == AC_OK && memmem(r.out.p, r.out.n, "|UNICODE UTF-8\rNTE|1||Ni\xC3\xB1o con diabetes\r", 41));
}

AC_TEST(hl7_redact, hostile_messages)
{
    static const char *const messages[] = {
        HEAD "PID\r",
        HEAD "PID|\r",
        HEAD "OBX|||||||||||||||||||||||||||||||||||||||||\rOBX|1|??|a||b~c~~\r",
        HEAD "PID|1||~~~^^^&&&||^^^^^^^^~&&&\r",
        HEAD "OBX|1|XPN|1^2^3^4^5^6^7^8^9^10^11||^||\rOBX|2|DT|||20\rOBX|3|NM|30525-0||1e400\r",
        HEAD "PID|\"\"|\"\"|\"\"|\"\"|\"\"|\"\"|\"\"\r",
        HEAD "NTE|1||\\X41\\ \\Z..\\ \\.sp9999999\\ \\\r",
        HEAD "OBR|1||||||||||||||||||||||||||||||&&^&\r",
    };
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        AC_AUTO(redacted) r = redact(messages[i]);
        CHECK(r.rc == AC_OK && ac_sv_starts(ac_sb_view(&r.out), AC_SV("MSH|^~\\&|")));
    }
}
