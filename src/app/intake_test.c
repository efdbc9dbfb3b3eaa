#include "app/intake.h"

#include "app/process.h"
#include "interop/ccda/ccda_testing.h"
#include "interop/fhir_bundle.h"
#include "kit/test.h"

#include <string.h>

static const ac_intake_options none = { 0 };

AC_TEST(intake, a_document_is_what_its_bytes_say)
{
    static const struct {
        ac_sv bytes;
        ac_intake_kind kind;
    } rows[] = {
        { AC_SV("HTA, DM2."), AC_INTAKE_TEXT },
        { AC_SV(""), AC_INTAKE_TEXT },
        { AC_SV("{not json, a note in braces}"), AC_INTAKE_TEXT },
        { AC_SV("{\"id\":1,\"text\":\"a\"}"), AC_INTAKE_TEXT },
        { AC_SV("<5 mg/dL CRP"), AC_INTAKE_TEXT },
        { AC_SV("MSH is a hospital"), AC_INTAKE_TEXT },
        { AC_SV("\xEF\xBB\xBF\n {\"resourceType\":\"Patient\"}"), AC_INTAKE_FHIR },
        { AC_SV("{\n \"id\":\"1\",\n \"resourceType\" : \"Bundle\"}"), AC_INTAKE_FHIR },
        { AC_SV("{\"resourceType\":\"Patient\"}\n{\"resourceType\":\"Condition\"}\n"), AC_INTAKE_FHIR_LINES },
        { AC_SV("MSH|^~\\&|A|B|C|D|202001010000||ADT^A01|1|P|2.5\rPID|1\r"), AC_INTAKE_HL7 },
        { AC_SV("%PDF-1.7\n"), AC_INTAKE_MEDIA },
        { AC_SV("\x89PNG\r\n\x1A\n"), AC_INTAKE_MEDIA },
        { AC_SV("PK\x03\x04"), AC_INTAKE_MEDIA },
        { AC_SV("{\\rtf1\\ansi"), AC_INTAKE_MEDIA },
        { AC_SV("<!DOCTYPE HTML><html>"), AC_INTAKE_MEDIA },
        { AC_SV("<?xml version=\"1.0\"?><ClinicalDocument/>"), AC_INTAKE_MEDIA },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(ac_intake_kind_of(rows[i].bytes) == rows[i].kind);
    char dicom[200] = { 0 };
    memcpy(dicom + 128, "DICM", 4);
    CHECK(ac_intake_kind_of((ac_sv) { dicom, sizeof dicom }) == AC_INTAKE_MEDIA);
}

AC_TEST(intake, what_cannot_be_read_here_is_named)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(4 << 20);
    ac_intake in = { .kind = AC_INTAKE_HL7 };
    ac_err err = { 0 };
    CHECK(ac_intake_read(&none, AC_SV("%PDF-1.7 secret"), a, &in, &err) == AC_EINPUT && in.kind == AC_INTAKE_HL7);
    CHECK(strcmp(err.text, "this is a PDF, which cannot be read here") == 0);
    CHECK(ac_intake_read(&none, AC_SV("{\"resourceType\":\"Patient\""), a, &in, &err) == AC_EINPUT);
}

AC_TEST(intake, lines_of_resources_are_one_record)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(4 << 20);
    ac_intake in = { 0 };
    ac_sv text = AC_SV(
        "{\"resourceType\":\"Patient\",\"id\":\"1\"}\n\n{\"resourceType\":\"Condition\",\"code\":{\"text\":\"asthma\"},"
        "\"subject\":{\"reference\":\"Patient/1\"}}\n");
    CHECK(ac_intake_read(&none, text, a, &in, NULL) == AC_OK && in.parts.n == 1 &&
          in.parts.at[0].record->entries.n == 2);
    CHECK(in.parts.n == 1 && memmem(in.parts.at[0].chart.text.p, in.parts.at[0].chart.text.n, "asthma", 6));
    CHECK(ac_intake_read(&none, AC_SV("Cough."), a, &in, NULL) == AC_OK && in.parts.n == 0 &&
          ac_sv_eq(in.media_type, AC_SV("text/plain")));
}

AC_TEST(intake, a_message_that_cannot_be_read_is_named_and_stops_no_other)
{
#define GOOD "MSH|^~\\&|A|B|C|D|2026||ADT^A01|7|P|2.5\rPID|1||77||Roe^Jane\r"
#define BAD  "MSH|^~\\&|||||||||P|2.5||||||KLINGON\r"
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(16 << 20);
    ac_intake in = { 0 };
    ac_err err = { 0 };
    CHECK(ac_intake_read(&none, AC_SV(GOOD BAD GOOD BAD), a, &in, &err) == AC_OK && in.parts.n == 2 &&
          in.faults.n == 2);
    CHECK(in.parts.at[0].number == 1 && in.parts.at[1].number == 3 && in.faults.at[0].number == 2 &&
          in.faults.at[1].number == 4);
    CHECK(in.faults.at[0].err.rc == AC_EINPUT && strstr(in.faults.at[0].err.text, "MSH-18"));
    CHECK(ac_intake_read(&none, AC_SV(BAD BAD), a, &in, &err) == AC_EINPUT && strstr(err.text, "MSH-18"));
}

/* ---- from the document to the bundle ---- */

static const char record[] =
    "{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":\"http://x.example/Patient/"
    "p1\",\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p1\","
    "\"name\":[{\"family\":\"Quimby\",\"given\":[\"Ada\"]}],\"birthDate\":\"1950-03-02\",\"photo\":[{\"title\":\"Ada\"}"
    "],\"gender\":\"female\"}},"
    "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c1\",\"code\":{\"coding\":[{\"system\":\"http://"
    "snomed.info/sct\",\"code\":\"195967001\",\"display\":\"Asthma\"}],"
    "\"text\":\"Asthma of "
    "Quimby\"},\"subject\":{\"reference\":\"Patient/p1\"},\"asserter\":{\"reference\":\"Practitioner/"
    "7\",\"display\":\"Dr. Zed\"},\"recordedDate\":\"2020-06-05\"}},"
    "{\"resource\":{\"resourceType\":\"DocumentReference\",\"status\":\"current\",\"subject\":{\"reference\":\"Patient/"
    "p1\"},\"content\":[{\"attachment\":{\"contentType\":\"text/plain\","
    "\"data\":\"TXJzLiBRdWltYnkgaGFzIGFzdGhtYSBhbmQgZ291dC4gTm8gZmV2ZXIu\"}}]}}]}"; /* Mrs. Quimby has asthma and gout.
                                                                                       No fever. */

static void bundle_of(ac_arena *a, bool identified, ac_sb *out)
{
    ac_intake in = { 0 };
    ac_result r;
    ac_process_extra extra;
    const ac_deid_options deid = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    CHECK(ac_intake_read(&none, ac_sv_z(record), a, &in, NULL) == AC_OK && in.parts.n == 1);
    const ac_intake_part *part = &in.parts.at[0];
    ac_process_options opt = { .lang = &part->chart.lang,
                               .note_date = part->chart.date,
                               .max_bytes = SIZE_MAX,
                               .parts = AC_PART_ALL,
                               .deid = &deid,
                               .given = &part->chart.given };
    CHECK(ac_process(&opt, part->chart.text, a, &r, &extra, NULL) == AC_OK && r.unsupported.n == 0);
    ac_fhir_options fhir = { .identified = identified,
                             .text = true,
                             .now = AC_SV("2026-05-10T12:00:00Z"),
                             .record = part->record,
                             .chart = &part->chart };
    CHECK(ac_fhir_bundle(&r, &fhir, out, NULL) == AC_OK);
}

static size_t count(const ac_sb *b, const char *words)
{
    size_t n = 0, len = strlen(words);
    for (const char *p = b->p; (p = memmem(p, (size_t)(b->p + b->n - p), words, len)); p += len)
        n++;
    return n;
}

AC_TEST(intake, structure_and_text_meet_in_one_bundle)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(32 << 20);
    AC_AUTO(ac_sb) out = AC_SB(1 << 22);
    bundle_of(a, true, &out);
    CHECK(count(&out, "\"resourceType\":\"Condition\"") == 2 &&
          count(&out, "\"195967001\"") == 1); /* asthma once, with two places; gout */
    CHECK(count(&out, "\"id\":\"c1\",\"extension\":[{\"url\":\"http://aceso.dev/fhir/StructureDefinition/evidence\"") ==
          1);
    CHECK(count(&out, "\"subject\":{\"reference\":\"http://x.example/Patient/p1\"}") >= 3 &&
          count(&out, "\"Patient/p1\"") == 0);
    CHECK(count(&out, "\"resourceType\":\"Provenance\"") == 2 && count(&out, "\"family\":\"Quimby\"") == 1 &&
          count(&out, "Dr. Zed") == 1);
}

AC_TEST(intake, a_bundle_without_identifiers_has_only_what_is_known_to_be_safe)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(32 << 20);
    AC_AUTO(ac_sb) out = AC_SB(1 << 22);
    bundle_of(a, false, &out);
    static const char *const gone[] = { "Quimby",    "Ada",     "Zed",     "\"p1\"",        "\"c1\"",
                                        "x.example", "2020-06", "1950-03", "Practitioner/7" };
    for (size_t i = 0; i < sizeof gone / sizeof gone[0]; i++)
        CHECK(count(&out, gone[i]) == 0);
    CHECK(count(&out, "\"195967001\"") == 1 && count(&out, "Asthma of [PATIENT]") >= 1 &&
          count(&out, "\"recordedDate\":\"2020\"") >= 1);
    CHECK(count(&out, "\"birthDate\":\"1950\"") == 1 && count(&out, "\"gender\":\"female\"") == 1);
}

/* ---- XML, as the worker hands it over ---- */

static ac_rc read_xml(ac_media *media, const ac_media_options *opt, ac_sv bytes, ac_arena *arena,
                      ac_media_document *out, ac_err *err)
{
    (void)media, (void)opt, (void)err;
    if (ac_media_type_of(bytes) == AC_MEDIA_PDF) {
        out->layout.text = AC_SV("Seen for gout.");
        return AC_OK;
    }
    const char *declared = memmem(bytes.p, bytes.n, "?>", 2);
    out->tree = kit_xml_read(declared ? declared + 2 : bytes.p, arena);
    return AC_OK;
}
static const ac_media_ops xml_ops = { .name = "xml", .read = read_xml };

AC_TEST(intake, clinical_documents_become_charts_and_other_xml_is_refused)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(16 << 20);
    ac_media reader = { &xml_ops };
    const ac_intake_options opt = { .media = &reader };
    ac_intake in = { 0 };
    const ac_sv document =
        ac_sv_z(KIT_HEAD "<component><structuredBody><component><section><code code=\"11450-4\" "
                         "codeSystem=\"2.16.840.1.113883.6.1\"/><title>Problems</title>"
                         "<text>Wheezing words</text><entry><observation>" KIT_T(
                             "22.4.4") "<value xsi:type=\"CD\" code=\"195967001\" codeSystem=\"" KIT_SNOMED
                                       "\" displayName=\"Asthma\"/></observation></entry>"
                                       "</section></component><component><section><code code=\"10164-2\" "
                                       "codeSystem=\"2.16.840.1.113883.6.1\"/><title>History</title><text>Knee pain "
                                       "since May.</text></section></component>"
                                       "</structuredBody></component></ClinicalDocument>");
    CHECK(ac_intake_read(&opt, document, a, &in, NULL) == AC_OK && in.kind == AC_INTAKE_CCDA &&
          ac_sv_eq(in.source, AC_SV("ccda")));
    CHECK(in.parts.n == 1 && in.parts.at[0].chart.given.entities.n >= 1);
    ac_sv text = in.parts.n ? in.parts.at[0].chart.text : AC_SV("");
    CHECK(memmem(text.p, text.n, "Asthma", 6) && memmem(text.p, text.n, "Knee pain since May.", 20) &&
          !memmem(text.p, text.n, "Wheezing words", 14));
    CHECK(ac_intake_read(&opt, AC_SV("<?xml version=\"1.0\"?><svg></svg>"), a, &in, NULL) == AC_EINPUT);
}

AC_TEST(intake, what_a_clinical_document_embeds_is_read_too)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(16 << 20);
    ac_media reader = { &xml_ops };
    const ac_intake_options opt = { .media = &reader };
    ac_intake in = { 0 };
    ac_sv document =
        ac_sv_z(KIT_HEAD "<component><nonXMLBody><text mediaType=\"application/pdf\" "
                         "representation=\"B64\">JVBERi0xLjc=</text></nonXMLBody></component></ClinicalDocument>");
    CHECK(ac_intake_read(&opt, document, a, &in, NULL) == AC_OK && in.parts.n == 1);
    ac_sv text = in.parts.n ? in.parts.at[0].chart.text : AC_SV("");
    CHECK(memmem(text.p, text.n, "Seen for gout.", 14));
}
