#include "interop/fhir_read.h"

#include "interop/fhir_write.h"
#include "interop/record_refs.h"
#include "kit/json.h"
#include "kit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    ac_arena *arena;
    ac_json *json;
    ac_record record;
    ac_rc rc;
} in;

static void in_cleanup(in *i) { ac_arena_free(i->arena); }

static in read_text(const char *text)
{
    in i = { .arena = ac_arena_new(1 << 22) };
    CHECK(ac_json_parse(ac_sv_z(text), 64, i.arena, &i.json, NULL) == AC_OK);
    i.rc = ac_fhir_read(i.json, i.arena, &i.record, NULL);
    return i;
}

static bool is(ac_sv s, const char *z) { return ac_sv_eq(s, ac_sv_z(z)); }

static const char condition[] =
    "{\"resourceType\":\"Condition\",\"id\":\"c1\",\"clinicalStatus\":{\"coding\":[{\"system\":\"s\",\"code\":\"active\"}]},"
    "\"severity\":{\"text\":\"severe\"},\"code\":{\"coding\":[{\"system\":\"http://snomed.info/sct\",\"code\":\"39065001\","
    "\"display\":\"Burn\"}],\"text\":\"Burnt ear\"},\"bodySite\":[{\"text\":\"left ear\"}],"
    "\"subject\":{\"reference\":\"Patient/1\"},\"onsetAge\":{\"value\":52.0,\"unit\":\"y\"},\"note\":[{\"text\":\"n\"}]}";

AC_TEST(fhir_read, a_resource_is_read_and_written_as_it_was)
{
    AC_AUTO(in) i = read_text(condition);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    CHECK(i.rc == AC_OK && i.record.entries.n == 1 && i.record.entries.at[0].kind == AC_REC_condition);
    const ac_rec_condition *c = i.record.entries.at[0].as.condition;
    CHECK(is(c->code->text, "Burnt ear") && is(c->code->coding.at[0].code, "39065001") && c->code->coding.n == 1);
    CHECK(is(c->onset_age->value, "52.0")); /* the decimal keeps its precision */
    CHECK(c->body_site.n == 1 && is(c->subject->reference, "Patient/1") && !c->encounter && !c->category.n);
    CHECK(i.record.coverage.members_unknown == 0 && i.record.coverage.resources == 1);
    CHECK(ac_fhir_write(&i.record, 0, &out, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sb_view(&out), ac_sv_z(condition)));
}

AC_TEST(fhir_read, a_bundle_keeps_its_order_urls_and_head)
{
    static const char text[] =
        "{\"resourceType\":\"Bundle\",\"identifier\":{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:1\"},"
        "\"type\":\"document\",\"timestamp\":\"2026-05-10T12:00:00Z\",\"entry\":[{\"fullUrl\":\"urn:uuid:2\",\"resource\":"
        "{\"resourceType\":\"Observation\",\"status\":\"final\",\"valueBoolean\":false,\"component\":[{\"valueInteger\":7}]}},"
        "{\"resource\":{\"resourceType\":\"Patient\",\"active\":true,\"name\":[{\"given\":[\"A\",\"B\"]}]}}]}";
    AC_AUTO(in) i = read_text(text);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    CHECK(i.rc == AC_OK && i.record.entries.n == 2 && is(i.record.head.type, "document"));
    CHECK(is(i.record.entries.at[0].full_url, "urn:uuid:2") && i.record.entries.at[1].kind == AC_REC_patient);
    CHECK(i.record.entries.at[0].as.observation->boolean == AC_REC_FALSE);
    CHECK(i.record.entries.at[1].as.patient->name.at[0].given.n == 2);
    CHECK(ac_fhir_write(&i.record, 0, &out, NULL) == AC_OK);
    CHECK(ac_sv_eq(ac_sb_view(&out), ac_sv_z(text)));
}

AC_TEST(fhir_read, what_is_not_read_is_counted_and_named)
{
    AC_AUTO(in) i = read_text(
        "{\"resourceType\":\"Bundle\",\"total\":3,\"entry\":[{\"search\":{\"mode\":\"match\"},\"resource\":{\"resourceType\":"
        "\"Patient\",\"photo\":[{\"url\":\"x\"}],\"gender\":5,\"name\":\"X\",\"extension\":[{\"url\":\"http://other\"},{\"url\":"
        "\"http://aceso.dev/fhir/StructureDefinition/evidence\",\"valueString\":\"1-2\"}],\"identifier\":[null],"
        "\"communication\":[]}},{\"resource\":{\"resourceType\":\"Claim\",\"id\":\"1\"}},{\"resource\":{\"resourceType\":\"Claim\"}}"
        ",{\"resource\":{\"id\":\"none\"}},7]}");
    const ac_rec_coverage *c = &i.record.coverage;
    CHECK(i.rc == AC_OK && i.record.entries.n == 1);
    CHECK(c->resources == 4 && c->resources_unknown == 3 && c->resources_refused == 0);
    CHECK(c->members_unknown == 9); /* total search photo gender name extension identifier communication entry */
    CHECK(c->unknown.n == 11 && is(c->unknown.at[0].type, "Bundle") && is(c->unknown.at[0].key, "total"));
    size_t claims = 0;
    for (size_t k = 0; k < c->unknown.n; k++)
        claims += is(c->unknown.at[k].type, "Claim") ? c->unknown.at[k].n : 0;
    CHECK(claims == 2);
    const ac_rec_patient *p = i.record.entries.at[0].as.patient;
    CHECK(p->extension.n == 1 && is(p->extension.at[0].value_string, "1-2") && !p->gender.n && !p->identifier.n);
}

AC_TEST(fhir_read, contained_resources_stay_within_theirs)
{
    static const char text[] =
        "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"MedicationRequest\",\"medicationReference\":{\"reference\":\"#m\"},"
        "\"contained\":[{\"resourceType\":\"Medication\",\"id\":\"m\",\"code\":{\"text\":\"aspirin\"}},{\"resourceType\":\"Practitioner\",\"id\":\"p\"}]}},"
        "{\"resource\":{\"resourceType\":\"Condition\",\"id\":\"c\"}}]}";
    AC_AUTO(in) i = read_text(text);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    CHECK(i.rc == AC_OK && i.record.entries.n == 4 && i.record.coverage.resources == 4 && i.record.coverage.members_unknown == 0);
    CHECK(i.record.entries.at[1].container == 1 && i.record.entries.at[2].container == 1 && i.record.entries.at[3].container == 0);
    CHECK(ac_fhir_write(&i.record, 0, &out, NULL) == AC_OK && ac_sv_eq(ac_sb_view(&out), ac_sv_z(text)));
    ac_refs refs;
    CHECK(ac_refs_init(&i.record, i.arena, &refs, NULL) == AC_OK);
    CHECK(ac_refs_find(&refs, 0, AC_SV("#m")) == 1 && ac_refs_find(&refs, 1, AC_SV("#p")) == 2 && ac_refs_find(&refs, 3, AC_SV("#m")) == AC_NONE);
    CHECK(ac_refs_find(&refs, 0, AC_SV("Condition/c/_history/2")) == 3 && ac_refs_find(&refs, 0, AC_SV("Medication/m")) == AC_NONE);
    CHECK(ac_refs_find(&refs, 0, AC_SV("#")) == AC_NONE && ac_refs_find(&refs, 0, AC_SV("")) == AC_NONE);
    AC_AUTO(in) alone = read_text("{\"resourceType\":\"Condition\",\"contained\":[{\"resourceType\":\"Patient\",\"contained\":[{}]}]}");
    AC_AUTO(ac_sb) single = AC_SB(1 << 16);
    CHECK(alone.record.entries.n == 2 && alone.record.coverage.members_unknown == 1 && ac_fhir_write(&alone.record, 0, &single, NULL) == AC_OK);
    CHECK(is(ac_sb_view(&single), "{\"resourceType\":\"Condition\",\"contained\":[{\"resourceType\":\"Patient\"}]}"));
}

AC_TEST(fhir_read, a_meaning_that_may_be_turned_round_is_refused)
{
    AC_AUTO(in) i = read_text("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":"
                              "\"MedicationStatement\",\"dosage\":[{\"modifierExtension\":[{\"url\":\"not\"}]}]}},{\"resource\":"
                              "{\"resourceType\":\"Condition\",\"implicitRules\":\"x\"}},{\"resource\":{\"resourceType\":"
                              "\"Condition\",\"id\":\"ok\"}}]}");
    CHECK(i.rc == AC_OK && i.record.coverage.resources_refused == 2 && i.record.entries.n == 1);
    CHECK(is(i.record.entries.at[0].as.condition->id, "ok"));
}

AC_TEST(fhir_read, empty_values_are_never_written)
{
    AC_AUTO(in) i = read_text("{\"resourceType\":\"Condition\",\"code\":{\"extension\":[]},\"category\":[{\"x\":1},{\"text\":\"t\"}],"
                              "\"bodySite\":[{\"coding\":[{\"userSelected\":true}]}]}");
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    CHECK(ac_fhir_write(&i.record, 0, &out, NULL) == AC_OK);
    CHECK(is(ac_sb_view(&out), "{\"resourceType\":\"Condition\",\"category\":[{\"text\":\"t\"}]}"));
}

AC_TEST(fhir_read, other_documents_are_refused)
{
    static const char *const bad[] = { "{}", "[]", "\"x\"", "1", "{\"resourceType\":7}", "{\"resourceType\":\"\"}" };
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        AC_AUTO(in) i = read_text(bad[k]);
        CHECK(i.rc == AC_EINPUT && i.record.entries.n == 0);
    }
    AC_AUTO(in) odd = read_text("{\"resourceType\":\"Bundle\",\"entry\":{}}");
    CHECK(odd.rc == AC_OK && odd.record.coverage.members_unknown == 1);
}

AC_TEST(fhir_read, many_different_unknown_names_stay_cheap)
{
    AC_AUTO(ac_sb) b = AC_SB(1 << 22);
    ac_sb_add(&b, AC_SV("{\"resourceType\":\"Patient\""));
    for (unsigned k = 0; k < 20000; k++)
        ac_sb_addf(&b, ",\"k%u\":1", k);
    ac_sb_add_char(&b, '}');
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 26);
    ac_json *json = NULL;
    ac_record r = { 0 };
    CHECK(ac_json_parse(ac_sb_view(&b), 4, a, &json, NULL) == AC_OK && ac_fhir_read(json, a, &r, NULL) == AC_OK);
    CHECK(r.coverage.members_unknown == 20000 && r.coverage.unknown.n == 64);
}

AC_TEST(fhir_read, a_small_arena_is_reported)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_json *json = NULL;
    size_t limits = 0;
    CHECK(ac_json_parse(ac_sv_z(condition), 16, a, &json, NULL) == AC_OK);
    for (size_t room = 1; room < 8192; room += 61) {
        AC_AUTO_PTR(ac_arena) small = ac_arena_new(room);
        ac_record r = { 0 };
        ac_rc rc = ac_fhir_read(json, small, &r, NULL);
        CHECK(rc == AC_OK || (rc == AC_ELIMIT && r.entries.n == 0));
        limits += rc == AC_ELIMIT;
    }
    CHECK(limits > 5);
}

AC_TEST(fhir_read, every_allocation_may_fail)
{
    AC_AUTO_PTR(ac_arena) source = ac_arena_new(1 << 20);
    ac_json *json = NULL;
    int failed = 0;
    CHECK(ac_json_parse(ac_sv_z(condition), 16, source, &json, NULL) == AC_OK);
    AC_EACH_OOM(k) {
        AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
        AC_AUTO(ac_sb) out = AC_SB(1 << 16);
        ac_record r = { 0 };
        ac_rc rc = a ? ac_fhir_read(json, a, &r, NULL) : AC_ENOMEM;
        if (rc == AC_OK)
            rc = ac_fhir_write(&r, 1, &out, NULL);
        CHECK(rc == AC_OK || rc == AC_ELIMIT || rc == AC_ENOMEM);
        failed += rc != AC_OK;
    }
    CHECK(failed >= 3); /* the arena, its first block, the builder */
}

AC_TEST(fhir_read, every_type_has_its_name)
{
    CHECK(is(ac_rec_kind_name(AC_REC_patient), "Patient") && is(ac_rec_kind_name(AC_REC_composition), "Composition"));
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    AC_AUTO(ac_sb) out = AC_SB(1 << 16);
    ac_record r = { 0 };
    for (unsigned k = 0; k < AC_REC_RESOURCES; k++)
        CHECK(ac_record_add(&r, (ac_rec_kind)k, a));
    CHECK(ac_fhir_write(&r, 0, &out, NULL) == AC_OK);
    CHECK(ac_sv_starts(ac_sb_view(&out), AC_SV("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[")));
}

/* ---- other people's files: AC_FHIR_IN lists them, one path a line; the folder AC_FHIR_BACK gets what was read
 * (test/e2e/fhir/run.sh) ---- */

enum { FILE_MAX = 1 << 26 };

static bool load(const char *path, ac_sb *out)
{
    char part[1 << 16];
    FILE *f = fopen(path, "rb");
    for (size_t n; f && (n = fread(part, 1, sizeof part, f)) > 0;)
        ac_sb_add(out, (ac_sv) { part, n });
    return f && fclose(f) == 0 && out->rc == AC_OK;
}

static void read_back(const char *from, const char *to)
{
    char path[1024];
    ac_json *json = NULL;
    ac_record record = { 0 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 30);
    AC_AUTO(ac_sb) file = AC_SB(FILE_MAX);
    AC_AUTO(ac_sb) out = AC_SB(FILE_MAX);
    CHECK(load(from, &file));
    if (ac_json_parse(ac_sb_view(&file), 64, a, &json, NULL) != AC_OK || ac_fhir_read(json, a, &record, NULL) != AC_OK)
        return; /* roundtrip.mjs sees that nothing came back */
    CHECK(ac_fhir_write(&record, 0, &out, NULL) == AC_OK);
    const char *slash = strrchr(from, '/');
    CHECK(snprintf(path, sizeof path, "%s/%s", to, slash ? slash + 1 : from) < (int)sizeof path);
    FILE *f = fopen(path, "wb");
    CHECK(f && fwrite(out.p, 1, out.n, f) == out.n && fclose(f) == 0);
}

AC_TEST(fhir_read, files_of_a_list)
{
    const char *list = getenv("AC_FHIR_IN"), *to = getenv("AC_FHIR_BACK");
    FILE *f = list && to ? fopen(list, "rb") : NULL;
    char line[1024];
    CHECK((list == NULL) == (f == NULL));
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        read_back(line, to);
    }
    CHECK(!f || fclose(f) == 0);
}
