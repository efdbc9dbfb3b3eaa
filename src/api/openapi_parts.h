/** What the files of the description share. */
#ifndef AC_API_OPENAPI_PARTS_H
#define AC_API_OPENAPI_PARTS_H

#include "api/openapi.h"
#include "base/json_write.h"

enum { AC_OPENAPI_SCHEMAS = 64 };

typedef struct {
    ac_jw w;
    ac_sv issuer;
    const ac_schema *seen[AC_OPENAPI_SCHEMAS];
    size_t n;
} ac_openapi;

/* Schemas: openapi_schema.c */
void ac_openapi_note_schema(ac_openapi *o, const ac_schema *s);
void ac_openapi_put_ref(ac_openapi *o, const ac_schema *s);
void ac_openapi_put_type(ac_openapi *o, const char *type, bool may_be_null);
void ac_openapi_put_value(ac_openapi *o, const ac_field *f, bool null);
void ac_openapi_put_schema(ac_openapi *o, const ac_schema *s);

#endif
