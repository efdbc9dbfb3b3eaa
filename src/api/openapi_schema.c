/* Objects and values of the API as JSON Schema. */
#include "api/openapi_parts.h"

#include <stdio.h>

void ac_openapi_note_schema(ac_openapi *o, const ac_schema *s)
{
    if (!s || !s->name)
        return;
    for (size_t i = 0; i < o->n; i++)
        if (o->seen[i] == s)
            return;
    if (o->n < AC_OPENAPI_SCHEMAS)
        o->seen[o->n++] = s;
    for (const ac_field *f = s->fields; f && f->name; f++)
        ac_openapi_note_schema(o, f->of);
}

static void put_ref_member(ac_openapi *o, const ac_schema *s)
{
    char ref[96];
    (void)snprintf(ref, sizeof ref, "#/components/schemas/%s", s->name);
    ac_jw_kstring(&o->w, "$ref", ac_sv_z(ref));
}

void ac_openapi_put_ref(ac_openapi *o, const ac_schema *s)
{
    ac_jw_object(&o->w);
    put_ref_member(o, s);
    ac_jw_end_object(&o->w);
}

static void put_enum(ac_openapi *o, const char *words, bool may_be_null)
{
    ac_sv rest = ac_sv_z(words), one;
    ac_jw_karray(&o->w, "enum");
    while (ac_sv_split(&rest, ' ', &one))
        if (one.n)
            ac_jw_string(&o->w, one);
    if (may_be_null)
        ac_jw_null(&o->w);
    ac_jw_end_array(&o->w);
}

void ac_openapi_put_type(ac_openapi *o, const char *type, bool may_be_null)
{
    if (!may_be_null) {
        ac_jw_kstring(&o->w, "type", ac_sv_z(type));
        return;
    }
    ac_jw_karray(&o->w, "type");
    ac_jw_string(&o->w, ac_sv_z(type));
    ac_jw_string(&o->w, AC_SV("null"));
    ac_jw_end_array(&o->w);
}

static void put_range(ac_openapi *o, const ac_field *f, const char *least, const char *most)
{
    if (f->min)
        ac_jw_ku64(&o->w, least, (uint64_t)f->min);
    if (f->max)
        ac_jw_ku64(&o->w, most, (uint64_t)f->max);
}

static void put_items(ac_openapi *o, const ac_field *f)
{
    ac_jw_key(&o->w, AC_SV("items"));
    if (f->of) {
        ac_openapi_put_ref(o, f->of);
        return;
    }
    ac_jw_object(&o->w);
    ac_openapi_put_type(o, "string", false);
    if (f->type == AC_FIELD_IDS)
        ac_jw_kstring(&o->w, "format", AC_SV("uuid"));
    if (f->words)
        put_enum(o, f->words, false);
    ac_jw_end_object(&o->w);
}

void ac_openapi_put_value(ac_openapi *o, const ac_field *f, bool null)
{
    static const char *const formats[] = {
        [AC_FIELD_ID] = "uuid", [AC_FIELD_DATE] = "date", [AC_FIELD_INSTANT] = "date-time", [AC_FIELD_ANY] = NULL
    };
    switch (f->type) {
    case AC_FIELD_NUMBER:
        ac_openapi_put_type(o, "integer", null);
        ac_jw_kstring(&o->w, "format", AC_SV("int64"));
        ac_jw_key(&o->w, AC_SV("minimum"));
        ac_jw_i64(&o->w, f->min);
        if (f->max < (int64_t)1 << 53)
            ac_jw_ku64(&o->w, "maximum", (uint64_t)f->max);
        break;
    case AC_FIELD_BOOL:
        ac_openapi_put_type(o, "boolean", null);
        break;
    case AC_FIELD_WORDS:
    case AC_FIELD_IDS:
    case AC_FIELD_LIST:
        ac_openapi_put_type(o, "array", null);
        put_range(o, f, "minItems", "maxItems");
        put_items(o, f);
        break;
    case AC_FIELD_WORD:
        ac_openapi_put_type(o, "string", null);
        put_enum(o, f->words, null);
        break;
    case AC_FIELD_ANY:
    case AC_FIELD_OBJECT:
        break;
    default:
        ac_openapi_put_type(o, "string", null);
        if (formats[f->type])
            ac_jw_kstring(&o->w, "format", ac_sv_z(formats[f->type]));
        if (f->type == AC_FIELD_TEXT)
            put_range(o, f, "minLength", "maxLength");
    }
}

static void put_field(ac_openapi *o, const ac_field *f)
{
    ac_jw_key(&o->w, ac_sv_z(f->name));
    ac_jw_object(&o->w);
    if (f->type == AC_FIELD_OBJECT && f->required) {
        put_ref_member(o, f->of);
    } else if (f->type == AC_FIELD_OBJECT) {
        ac_jw_karray(&o->w, "anyOf");
        ac_openapi_put_ref(o, f->of);
        ac_jw_object(&o->w);
        ac_openapi_put_type(o, "null", false);
        ac_jw_end_object(&o->w);
        ac_jw_end_array(&o->w);
    } else {
        ac_openapi_put_value(o, f, !f->required);
    }
    if (f->help && f->help[0])
        ac_jw_kstring(&o->w, "description", ac_sv_z(f->help));
    ac_jw_end_object(&o->w);
}

void ac_openapi_put_schema(ac_openapi *o, const ac_schema *s)
{
    ac_jw_key(&o->w, ac_sv_z(s->name));
    ac_jw_object(&o->w);
    ac_openapi_put_type(o, "object", false);
    if (s->fields) {
        ac_jw_kbool(&o->w, "additionalProperties", false);
        ac_jw_kobject(&o->w, "properties");
        for (const ac_field *f = s->fields; f->name; f++)
            put_field(o, f);
        ac_jw_end_object(&o->w);
        ac_jw_karray(&o->w, "required");
        for (const ac_field *f = s->fields; f->name; f++)
            if (f->required)
                ac_jw_string(&o->w, ac_sv_z(f->name));
        ac_jw_end_array(&o->w);
    }
    ac_jw_end_object(&o->w);
}
