#include "interop/fhir_write.h"

#include "interop/fhir_type.h"

#include <string.h>

static void write_object(ac_jw *j, const ac_fhir_type *type, const void *in);

/* A value of which only unknown members were read would be {}, which FHIR forbids. */
static bool is_empty(const ac_fhir_type *type, const char *in)
{
    for (size_t i = 0; i < type->n; i++) {
        const ac_fhir_field *f = &type->fields[i];
        ac_fhir_any_list list;
        const char *one = NULL;
        switch (f->kind) {
        case AC_FIELD_TEXT:
        case AC_FIELD_NUMBER:
            if (((const ac_sv *)(const void *)(in + f->offset))->n)
                return false;
            break;
        case AC_FIELD_BOOL:
            if (in[f->offset] != AC_REC_ABSENT)
                return false;
            break;
        case AC_FIELD_OBJECT:
            memcpy(&one, in + f->offset, sizeof one);
            if (one && !is_empty(f->sub, one))
                return false;
            break;
        default:
            memcpy(&list, in + f->offset, sizeof list);
            for (size_t k = 0; k < list.n; k++)
                if (!f->sub || !is_empty(f->sub, (const char *)list.at + k * f->sub->size))
                    return false;
        }
    }
    return true;
}

static void write_text(ac_jw *j, const ac_fhir_field *f, const void *field)
{
    ac_sv text;
    memcpy(&text, field, sizeof text);
    if (!text.n)
        return;
    ac_jw_key(j, f->key);
    if (f->kind == AC_FIELD_NUMBER)
        ac_jw_raw(j, text);
    else
        ac_jw_string(j, text);
}

static void write_bool(ac_jw *j, const ac_fhir_field *f, const void *field)
{
    uint8_t v = *(const uint8_t *)field;
    if (v == AC_REC_ABSENT)
        return;
    ac_jw_key(j, f->key);
    ac_jw_bool(j, v == AC_REC_TRUE);
}

static void write_texts(ac_jw *j, const ac_fhir_field *f, const void *field)
{
    ac_rec_texts texts;
    memcpy(&texts, field, sizeof texts);
    if (!texts.n)
        return;
    ac_jw_key(j, f->key);
    ac_jw_array(j);
    for (size_t i = 0; i < texts.n; i++)
        ac_jw_string(j, texts.at[i]);
    ac_jw_end_array(j);
}

static void write_list(ac_jw *j, const ac_fhir_field *f, const void *field)
{
    ac_fhir_any_list list;
    memcpy(&list, field, sizeof list);
    bool open = false;
    for (size_t i = 0; i < list.n; i++) {
        const char *element = (const char *)list.at + i * f->sub->size;
        if (is_empty(f->sub, element))
            continue;
        if (!open) {
            ac_jw_key(j, f->key);
            ac_jw_array(j);
        }
        open = true;
        write_object(j, f->sub, element);
    }
    if (open)
        ac_jw_end_array(j);
}

static void write_one(ac_jw *j, const ac_fhir_field *f, const void *field)
{
    const char *one;
    memcpy(&one, field, sizeof one);
    if (!one || is_empty(f->sub, one))
        return;
    ac_jw_key(j, f->key);
    write_object(j, f->sub, one);
}

static void write_fields(ac_jw *j, const ac_fhir_type *type, const void *in)
{
    static void (*const writers[])(ac_jw *, const ac_fhir_field *, const void *) = {
        [AC_FIELD_TEXT] = write_text,   [AC_FIELD_NUMBER] = write_text, [AC_FIELD_BOOL] = write_bool,
        [AC_FIELD_TEXTS] = write_texts, [AC_FIELD_OBJECT] = write_one,  [AC_FIELD_LIST] = write_list,
        [AC_FIELD_OURS] = write_list,
    };
    for (size_t i = 0; i < type->n; i++)
        writers[type->fields[i].kind](j, &type->fields[i], (const char *)in + type->fields[i].offset);
}

static void write_object(ac_jw *j, const ac_fhir_type *type, const void *in)
{
    ac_jw_object(j);
    write_fields(j, type, in);
    ac_jw_end_object(j);
}

static void write_resource(ac_jw *j, const ac_record *r, size_t at);

/* What it contains follows it in the record. */
static void write_contained(ac_jw *j, const ac_record *r, size_t at)
{
    size_t k = at + 1;
    if (k >= r->entries.n || r->entries.at[k].container != at + 1)
        return;
    ac_jw_karray(j, "contained");
    for (; k < r->entries.n && r->entries.at[k].container == at + 1; k++)
        write_resource(j, r, k);
    ac_jw_end_array(j);
}

/* The recursion has one level: what is contained contains nothing. */
static void write_resource(ac_jw *j, const ac_record *r, size_t at)
{
    const ac_rec_entry *e = &r->entries.at[at];
    ac_jw_object(j);
    ac_jw_kstring(j, "resourceType", ac_rec_kind_name(e->kind));
    write_fields(j, ac_fhir_resource_type(e->kind), e->as.any);
    if (!e->container)
        write_contained(j, r, at);
    ac_jw_end_object(j);
}

static void write_entries(ac_jw *j, const ac_record *r)
{
    if (!r->entries.n)
        return;
    ac_jw_karray(j, "entry");
    for (size_t i = 0; i < r->entries.n; i++) {
        const ac_rec_entry *e = &r->entries.at[i];
        if (e->container)
            continue;
        ac_jw_object(j);
        if (e->full_url.n)
            ac_jw_kstring(j, "fullUrl", e->full_url);
        ac_jw_key(j, AC_SV("resource"));
        write_resource(j, r, i);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

/* One resource that came alone, with what it contains. */
static bool is_single(const ac_record *r)
{
    bool single = !r->bundle && r->entries.n > 0;
    for (size_t i = 1; single && i < r->entries.n; i++)
        single = r->entries.at[i].container == 1;
    return single;
}

ac_rc ac_fhir_write(const ac_record *record, int indent, ac_sb *out, ac_err *err)
{
    ac_jw j = ac_jw_to(out, indent);
    ac_rec_bundle head = record->head;
    if (!head.type.n)
        head.type = AC_SV("collection");
    if (is_single(record)) {
        write_resource(&j, record, 0);
        return ac_sb_done(out, err);
    }
    ac_jw_object(&j);
    ac_jw_kstring(&j, "resourceType", AC_SV("Bundle"));
    write_fields(&j, ac_fhir_bundle_type(), &head);
    write_entries(&j, record);
    ac_jw_end_object(&j);
    return ac_sb_done(out, err);
}
