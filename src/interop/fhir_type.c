#include "interop/fhir_type.h"

enum { UNKNOWN_MAX = 64 };

#define TYPE_FORWARD(name, ...) static const ac_fhir_type name##_type;
AC_REC_TYPE_LIST(TYPE_FORWARD)

#define SUB_TEXT(type) NULL
#define SUB_NUMBER(type) NULL
#define SUB_BOOL(type) NULL
#define SUB_TEXTS(type) NULL
#define SUB_OBJECT(type) &type##_type
#define SUB_LIST(type) &type##_type
#define SUB_OURS(type) &type##_type
#define FIELD(self, field_kind, name, fhir_name, type)                                                                 \
    { { fhir_name, sizeof(fhir_name) - 1 }, AC_FIELD_##field_kind, offsetof(self, name), SUB_##field_kind(type) },
#define TYPE(name, rows, ...)                                                                                          \
    static const ac_fhir_field name##_fields[] = { rows(FIELD, ac_rec_##name) };                                       \
    static const ac_fhir_type name##_type = { name##_fields, sizeof name##_fields / sizeof name##_fields[0],           \
                                              sizeof(ac_rec_##name), #name };
AC_REC_TYPE_LIST(TYPE)

#define RESOURCE_TYPE(name, ...) &name##_type,
#define RESOURCE_NAME(name, rows, fhir_name) { fhir_name, sizeof(fhir_name) - 1 },
static const ac_fhir_type *const resource_types[] = { AC_REC_RESOURCE_LIST(RESOURCE_TYPE) };
static const ac_sv resource_names[] = { AC_REC_RESOURCE_LIST(RESOURCE_NAME) };

const ac_fhir_type *ac_fhir_resource_type(ac_rec_kind kind) { return resource_types[kind]; }
const ac_fhir_type *ac_fhir_bundle_type(void) { return &bundle_type; }
const ac_fhir_type *ac_fhir_reference_type(void) { return &reference_type; }
const ac_fhir_type *ac_fhir_coding_type(void) { return &coding_type; }
ac_sv ac_rec_kind_name(ac_rec_kind kind) { return resource_names[kind]; }

bool ac_fhir_kind_from(ac_sv name, ac_rec_kind *out)
{
    for (unsigned i = 0; i < AC_REC_RESOURCES; i++)
        if (ac_sv_eq(resource_names[i], name)) {
            *out = (ac_rec_kind)i;
            return true;
        }
    return false;
}

const ac_fhir_field *ac_fhir_field_of(const ac_fhir_type *type, ac_sv key)
{
    for (size_t i = 0; i < type->n; i++)
        if (ac_sv_eq(type->fields[i].key, key))
            return &type->fields[i];
    return NULL;
}

bool ac_fhir_knows_extension(ac_sv url)
{
    static const char *const known[] = {
        AC_FHIR_EVIDENCE, AC_FHIR_SUB_ID, AC_FHIR_SD "identifier-checkDigit", AC_FHIR_SD "namingsystem-checkDigit",
        AC_FHIR_ALLERGY_TYPE, AC_FHIR_ALLERGY_SEVERITY, AC_FHIR_AS_WRITTEN,
        AC_FHIR_SD "patient-birthTime", AC_FHIR_SD "patient-mothersMaidenName", AC_FHIR_SD "patient-birthPlace",
        AC_FHIR_SD "patient-religion", AC_FHIR_SD "patient-citizenship", AC_FHIR_SD "patient-nationality",
        AC_FHIR_SD "patient-animal", AC_FHIR_SD "observation-analysis-date-time", AC_FHIR_SD "data-absent-reason",
        AC_FHIR_SD "patient-proficiency", AC_FHIR_SD "procedure-method",
        AC_FHIR_US_CORE "us-core-race", AC_FHIR_US_CORE "us-core-ethnicity",
        "ombCategory", "detailed", "text", "code", "species", "breed", "level", "type", /* within those */
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (ac_sv_eq(ac_sv_z(known[i]), url))
            return true;
    return false;
}

ac_rec_entry *ac_record_add(ac_record *record, ac_rec_kind kind, ac_arena *arena)
{
    void *resource = ac_arena_alloc(arena, resource_types[kind]->size);
    ac_rec_entry *e = resource ? ac_vec_push(&record->entries, arena) : NULL;
    if (e)
        *e = (ac_rec_entry) { .kind = kind, .as.any = resource };
    return e;
}

bool ac_record_unknown(ac_record *record, ac_sv type, ac_sv key, ac_arena *arena)
{
    ac_rec_coverage *c = &record->coverage;
    for (size_t i = 0; i < c->unknown.n; i++)
        if (ac_sv_eq(c->unknown.at[i].type, type) && ac_sv_eq(c->unknown.at[i].key, key)) {
            c->unknown.at[i].n++;
            return true;
        }
    if (c->unknown.n == UNKNOWN_MAX)
        return true;
    ac_rec_unknown *u = ac_vec_push(&c->unknown, arena);
    if (u)
        *u = (ac_rec_unknown) { type, key, 1 };
    return u != NULL;
}

ac_sv ac_fhir_uuid(ac_arena *arena, uint64_t high, uint64_t low)
{
    static const char digits[] = "0123456789abcdef";
    char buf[45] = "urn:uuid:";
    uint64_t part[2] = { (high & 0xFFFFFFFFFFFF0FFFu) | 0x8000u, (low & 0x3FFFFFFFFFFFFFFFu) | 0x8000000000000000u };
    size_t at = 9;
    for (unsigned i = 0; i < 32; i++) {
        if (i == 8 || i == 12 || i == 16 || i == 20)
            buf[at++] = '-';
        buf[at++] = digits[part[i / 16] >> (60 - 4 * (i % 16)) & 15];
    }
    return ac_arena_copy(arena, (ac_sv) { buf, at });
}
