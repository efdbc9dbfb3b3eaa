#include "interop/fhir_read.h"

#include "interop/fhir_type.h"

#include <string.h>

typedef struct {
    ac_arena *arena;
    ac_record *record;
    ac_sv resource;  /* the type that is being read */
    const void *top; /* its struct */
    bool modified;   /* it carries something that may turn its meaning round */
    ac_err *err;
} reader;

static ac_rc no_room(const reader *r) { return ac_fail(r->err, AC_ELIMIT, "no room for a FHIR record"); }

static ac_rc note_unknown(reader *r, ac_sv type, ac_sv key)
{
    return ac_record_unknown(r->record, type, key, r->arena) ? AC_OK : no_room(r);
}

static ac_rc unknown_member(reader *r, const ac_json *member)
{
    bool changes_meaning =
        ac_sv_eq(member->key, AC_SV("modifierExtension")) || ac_sv_eq(member->key, AC_SV("implicitRules"));
    r->modified |= changes_meaning;
    r->record->coverage.members_unknown++;
    return note_unknown(r, r->resource, member->key);
}

static ac_rc read_object(reader *r, const ac_json *json, const ac_fhir_type *type, void *out);

static ac_rc read_texts(reader *r, const ac_json *json, void *field)
{
    ac_rec_texts texts = { 0 };
    for (const ac_json *c = json->first; c; c = c->next) {
        if (c->type != AC_JSON_STRING || !c->text.n) /* null: a place holder for an extension */
            return unknown_member(r, json);
        ac_sv *slot = ac_vec_push(&texts, r->arena);
        if (!slot)
            return no_room(r);
        *slot = c->text;
    }
    memcpy(field, &texts, sizeof texts);
    return AC_OK;
}

/* An element that this list can hold. */
static bool fits(const ac_fhir_field *f, const ac_json *element)
{
    if (element->type != AC_JSON_OBJECT || !element->n)
        return false;
    return f->kind != AC_FIELD_OURS || ac_fhir_knows_extension(ac_json_text(element, "url"));
}

/* The elements lie side by side: count first, then one block. */
static ac_rc read_list(reader *r, const ac_json *json, const ac_fhir_field *f, void *field)
{
    ac_fhir_any_list list = { 0 };
    for (const ac_json *c = json->first; c; c = c->next)
        list.cap += fits(f, c);
    if (list.cap && !(list.at = ac_arena_alloc(r->arena, list.cap * f->sub->size)))
        return no_room(r);
    for (const ac_json *c = json->first; c; c = c->next) {
        if (!fits(f, c))
            AC_TRY(r->err, unknown_member(r, json));
        else
            AC_TRY(r->err, read_object(r, c, f->sub, (char *)list.at + list.n++ * f->sub->size));
    }
    memcpy(field, &list, sizeof list);
    return AC_OK;
}

static ac_rc read_one(reader *r, const ac_json *json, const ac_fhir_field *f, void *field)
{
    void *one = ac_arena_alloc(r->arena, f->sub->size);
    if (!one)
        return no_room(r);
    AC_TRY(r->err, read_object(r, json, f->sub, one));
    memcpy(field, &one, sizeof one);
    return AC_OK;
}

static ac_rc read_member(reader *r, const ac_json *json, const ac_fhir_field *f, void *field)
{
    switch (f->kind) {
    case AC_FIELD_TEXT:
    case AC_FIELD_NUMBER:
        if (json->type != (f->kind == AC_FIELD_TEXT ? AC_JSON_STRING : AC_JSON_NUMBER) || json->text.n == 0)
            break;
        memcpy(field, &json->text, sizeof json->text);
        return AC_OK;
    case AC_FIELD_BOOL:
        if (json->type != AC_JSON_TRUE && json->type != AC_JSON_FALSE)
            break;
        *(uint8_t *)field = json->type == AC_JSON_TRUE ? AC_REC_TRUE : AC_REC_FALSE;
        return AC_OK;
    case AC_FIELD_OBJECT:
        if (json->type != AC_JSON_OBJECT || !json->n)
            break;
        return read_one(r, json, f, field);
    default:
        if (json->type != AC_JSON_ARRAY || !json->n)
            break;
        return f->kind == AC_FIELD_TEXTS ? read_texts(r, json, field) : read_list(r, json, f, field);
    }
    return unknown_member(r, json); /* a type that FHIR does not allow there */
}

/* The depth of the recursion is the depth of the types in record.h, never that of the input. */
static ac_rc read_object(reader *r, const ac_json *json, const ac_fhir_type *type, void *out)
{
    for (const ac_json *m = json->first; m; m = m->next) {
        const ac_fhir_field *f = ac_fhir_field_of(type, m->key);
        r->record->coverage.members++;
        bool own = out == r->top && m->type == AC_JSON_ARRAY && m->n && ac_sv_eq(m->key, AC_SV("contained")); /* read_contained */
        if (f)
            AC_TRY(r->err, read_member(r, m, f, (char *)out + f->offset));
        else if (!own && !ac_sv_eq(m->key, AC_SV("resourceType")))
            AC_TRY(r->err, unknown_member(r, m));
    }
    return AC_OK;
}

static ac_rc read_contained(reader *r, const ac_json *json);

static ac_rc read_resource(reader *r, const ac_json *json, ac_sv full_url, uint32_t container)
{
    ac_rec_kind kind;
    ac_record *record = r->record;
    r->resource = ac_json_text(json, "resourceType");
    r->modified = false;
    record->coverage.resources++;
    if (!ac_fhir_kind_from(r->resource, &kind)) {
        record->coverage.resources_unknown++;
        return note_unknown(r, r->resource, AC_SV(""));
    }
    ac_rec_entry *e = ac_record_add(record, kind, r->arena);
    if (!e)
        return no_room(r);
    e->full_url = full_url;
    e->container = container;
    r->top = container ? NULL : e->as.any;
    AC_TRY(r->err, read_object(r, json, ac_fhir_resource_type(kind), e->as.any));
    if (r->modified) {
        record->coverage.resources_refused++;
        record->entries.n--;
        return AC_OK;
    }
    return container ? AC_OK : read_contained(r, json);
}

/* Resources within a resource follow it; FHIR allows none within those. */
static ac_rc read_contained(reader *r, const ac_json *json)
{
    const ac_json *contained = ac_json_get(json, "contained");
    uint32_t container = (uint32_t)r->record->entries.n;
    if (!contained || contained->type != AC_JSON_ARRAY)
        return AC_OK;
    for (const ac_json *c = contained->first; c; c = c->next)
        if (c->type == AC_JSON_OBJECT)
            AC_TRY(r->err, read_resource(r, c, AC_SV(""), container));
        else
            AC_TRY(r->err, unknown_member(r, contained));
    return AC_OK;
}

static ac_rc read_entry(reader *r, const ac_json *entry)
{
    const ac_json *resource = NULL;
    ac_sv full_url = { 0 };
    for (const ac_json *m = entry->first; m; m = m->next) {
        r->record->coverage.members++;
        if (ac_sv_eq(m->key, AC_SV("resource")) && m->type == AC_JSON_OBJECT)
            resource = m;
        else if (ac_sv_eq(m->key, AC_SV("fullUrl")) && m->type == AC_JSON_STRING && m->text.n)
            full_url = m->text;
        else
            AC_TRY(r->err, unknown_member(r, m));
    }
    if (!resource)
        return full_url.n ? note_unknown(r, AC_SV("Bundle"), AC_SV("fullUrl")) : AC_OK;
    return read_resource(r, resource, full_url, 0);
}

static ac_rc read_entries(reader *r, const ac_json *entries)
{
    for (const ac_json *e = entries->first; e; e = e->next) {
        r->resource = AC_SV("Bundle");
        if (e->type == AC_JSON_OBJECT)
            AC_TRY(r->err, read_entry(r, e));
        else
            AC_TRY(r->err, unknown_member(r, entries));
    }
    return AC_OK;
}

static ac_rc read_bundle(reader *r, const ac_json *json)
{
    r->record->bundle = true;
    for (const ac_json *m = json->first; m; m = m->next) {
        const ac_fhir_field *f = ac_fhir_field_of(ac_fhir_bundle_type(), m->key);
        r->resource = AC_SV("Bundle");
        r->record->coverage.members++;
        if (f)
            AC_TRY(r->err, read_member(r, m, f, (char *)&r->record->head + f->offset));
        else if (ac_sv_eq(m->key, AC_SV("entry")) && m->type == AC_JSON_ARRAY && m->n)
            AC_TRY(r->err, read_entries(r, m));
        else if (!ac_sv_eq(m->key, AC_SV("resourceType")))
            AC_TRY(r->err, unknown_member(r, m));
    }
    return AC_OK;
}

ac_rc ac_fhir_read(const ac_json *json, ac_arena *arena, ac_record *out, ac_err *err)
{
    ac_record record = { 0 };
    reader r = { .arena = arena, .record = &record, .err = err };
    ac_sv type = ac_json_text(json, "resourceType");
    if (type.n == 0)
        return ac_fail(err, AC_EINPUT, "no FHIR: the resourceType is missing");
    if (ac_sv_eq(type, AC_SV("Bundle")))
        AC_TRY(err, read_bundle(&r, json));
    else
        AC_TRY(err, read_resource(&r, json, AC_SV(""), 0));
    *out = record;
    return AC_OK;
}
