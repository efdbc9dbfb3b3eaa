#include "app/intake.h"

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
    ac_sv text = AC_SV("{\"resourceType\":\"Patient\",\"id\":\"1\"}\n\n{\"resourceType\":\"Condition\",\"code\":{\"text\":\"asthma\"},"
                       "\"subject\":{\"reference\":\"Patient/1\"}}\n");
    CHECK(ac_intake_read(&none, text, a, &in, NULL) == AC_OK && in.parts.n == 1 && in.parts.at[0].record->entries.n == 2);
    CHECK(in.parts.n == 1 && memmem(in.parts.at[0].chart.text.p, in.parts.at[0].chart.text.n, "asthma", 6));
    CHECK(ac_intake_read(&none, AC_SV("Cough."), a, &in, NULL) == AC_OK && in.parts.n == 0 && ac_sv_eq(in.media_type, AC_SV("text/plain")));
}
