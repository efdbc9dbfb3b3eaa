/** Test kit: JSON trees compared and written. Recursion is as deep as the parser's limit allowed. */
#ifndef AC_TEST_KIT_JSON_H
#define AC_TEST_KIT_JSON_H

#include "base/json_read.h"
#include "base/json_write.h"

/** Everything in part stands in whole as well: members under the same name, elements in the same order. */
static inline bool kit_json_within(const ac_json *part, const ac_json *whole)
{
    if (part->type != whole->type || !ac_sv_eq(part->text, whole->text))
        return false;
    const ac_json *at = whole->first;
    for (const ac_json *p = part->first; p; p = p->next) {
        if (part->type == AC_JSON_OBJECT)
            at = whole->first;
        while (at && (part->type == AC_JSON_OBJECT ? !ac_sv_eq(at->key, p->key) : !kit_json_within(p, at)))
            at = at->next;
        if (!at || (part->type == AC_JSON_OBJECT && !kit_json_within(p, at)))
            return false;
        at = at->next;
    }
    return true;
}

static inline bool kit_json_equal(const ac_json *a, const ac_json *b)
{
    return kit_json_within(a, b) && kit_json_within(b, a);
}

static inline size_t kit_json_leaves(const ac_json *j)
{
    size_t n = j->first == NULL;
    for (const ac_json *c = j->first; c; c = c->next)
        n += kit_json_leaves(c);
    return n;
}

static inline void kit_json_write(ac_jw *w, const ac_json *j)
{
    switch (j->type) {
    case AC_JSON_NULL: ac_jw_null(w); return;
    case AC_JSON_TRUE:
    case AC_JSON_FALSE: ac_jw_bool(w, j->type == AC_JSON_TRUE); return;
    case AC_JSON_NUMBER: ac_jw_raw(w, j->text); return;
    case AC_JSON_STRING: ac_jw_string(w, j->text); return;
    case AC_JSON_ARRAY: ac_jw_array(w); break;
    case AC_JSON_OBJECT: ac_jw_object(w); break;
    }
    for (const ac_json *c = j->first; c; c = c->next) {
        if (j->type == AC_JSON_OBJECT)
            ac_jw_key(w, c->key);
        kit_json_write(w, c);
    }
    if (j->type == AC_JSON_OBJECT)
        ac_jw_end_object(w);
    else
        ac_jw_end_array(w);
}

#endif
