/** Tests of the HL7 v2 readers: one message in, its bundle as JSON on one line and what it left out. */
#ifndef AC_INTEROP_HL7_TESTING_H
#define AC_INTEROP_HL7_TESTING_H

#include "interop/fhir_write.h"
#include "interop/hl7/hl7_read.h"
#include "kit/test.h"

#define HL7_ADT "MSH|^~\\&|REG|NORTH|ACE|SITE|20260310081500+0100||ADT^A01|M1|P|2.5\r"
#define HL7_ORU "MSH|^~\\&|LAB|NORTH|ACE|SITE|20260310081500+0100||ORU^R01|M1|P|2.5\r"
#define HL7_PID "PID|1||77^^^NORTH^MR||Roe^Jane\r"

typedef struct {
    ac_arena *arena;
    ac_sb json;
    ac_hl7_messages messages;
    const ac_record *record;
    ac_rc rc;
} hl7_read;

static inline hl7_read hl7_read_of(ac_sv message)
{
    hl7_read r = { .arena = ac_arena_new((size_t)64 << 20), .json = AC_SB((size_t)16 << 20) };
    r.rc = ac_hl7_read(message, r.arena, &r.messages, NULL);
    if (r.rc != AC_OK)
        return r;
    r.record = &r.messages.at[0].record;
    CHECK(ac_fhir_write(r.record, 0, &r.json, NULL) == AC_OK);
    return r;
}

static inline void hl7_read_cleanup(hl7_read *r)
{
    ac_sb_cleanup(&r->json);
    ac_arena_free(r->arena);
}

static inline bool hl7_says(const hl7_read *r, const char *json)
{
    return r->json.n && memmem(r->json.p, r->json.n, json, strlen(json)) != NULL;
}

static inline size_t hl7_count(const hl7_read *r, ac_rec_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; r->record && i < r->record->entries.n; i++)
        n += r->record->entries.at[i].kind == kind;
    return n;
}

/* How often that place was left out: "PV1", "39"; a segment as a whole has no key. */
static inline size_t hl7_left(const hl7_read *r, const char *segment, const char *key)
{
    for (size_t i = 0; r->record && i < r->record->coverage.unknown.n; i++) {
        const ac_rec_unknown *u = &r->record->coverage.unknown.at[i];
        if (ac_sv_eq(u->type, ac_sv_z(segment)) && ac_sv_eq(u->key, ac_sv_z(key)))
            return u->n;
    }
    return 0;
}

#endif
