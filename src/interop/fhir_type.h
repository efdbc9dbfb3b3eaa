/** The rows of record.h as data, for the reader and the writer. */
#ifndef AC_INTEROP_FHIR_TYPE_H
#define AC_INTEROP_FHIR_TYPE_H

#include "interop/record.h"

typedef enum {
    AC_FIELD_TEXT, AC_FIELD_NUMBER, AC_FIELD_BOOL, AC_FIELD_TEXTS, AC_FIELD_OBJECT, AC_FIELD_LIST, AC_FIELD_OURS
} ac_field_kind;

typedef struct ac_fhir_type ac_fhir_type;

typedef struct {
    ac_sv key;
    uint8_t kind;            /* ac_field_kind */
    uint16_t offset;         /* in the struct */
    const ac_fhir_type *sub; /* of OBJECT, LIST and OURS */
} ac_fhir_field;

struct ac_fhir_type {
    const ac_fhir_field *fields;
    size_t n, size;          /* size of the struct */
    const char *name;        /* of the C type */
};

/** How a list lies in memory, whatever its elements. */
typedef struct {
    void *at;
    size_t n, cap;
} ac_fhir_any_list;

const ac_fhir_type *ac_fhir_resource_type(ac_rec_kind kind);
const ac_fhir_type *ac_fhir_bundle_type(void);
const ac_fhir_type *ac_fhir_reference_type(void);
const ac_fhir_type *ac_fhir_coding_type(void);
bool ac_fhir_kind_from(ac_sv name, ac_rec_kind *out);
const ac_fhir_field *ac_fhir_field_of(const ac_fhir_type *type, ac_sv key); /* NULL when unknown */

/** "urn:uuid:" and a version 8 (own recipe) UUID of two hash values; empty when the arena is full. */
ac_sv ac_fhir_uuid(ac_arena *arena, uint64_t high, uint64_t low);

/* Where the words of a resource stand; an extension of ours. */
#define AC_FHIR_EVIDENCE "http://aceso.dev/fhir/StructureDefinition/evidence"
/* OBX-4 of an HL7 v2 message: which observations belong together; an extension of ours. */
#define AC_FHIR_SUB_ID "http://aceso.dev/fhir/StructureDefinition/observation-sub-id"
/* What a document says of an allergy and R4 has no member for: the code behind type and category; how severe all of it is. */
#define AC_FHIR_ALLERGY_TYPE "http://aceso.dev/fhir/StructureDefinition/allergy-type"
#define AC_FHIR_ALLERGY_SEVERITY "http://aceso.dev/fhir/StructureDefinition/allergy-severity"
/* Any other value that has no member: "Quantity: 2". No note, which would be read as somebody's words. */
#define AC_FHIR_AS_WRITTEN "http://aceso.dev/fhir/StructureDefinition/as-written"
/* Extensions of HL7 that hold what R4 has no member for. */
#define AC_FHIR_SD "http://hl7.org/fhir/StructureDefinition/"
#define AC_FHIR_US_CORE "http://hl7.org/fhir/us/core/StructureDefinition/"

/** The extensions that are read and written, ours and HL7's; the reader counts all others. */
bool ac_fhir_knows_extension(ac_sv url);

#endif
