#include "api/field.h"

#include "app/batch.h"
#include "app/instant.h"
#include "core/id.h"

bool ac_words_have(const char *words, ac_sv word)
{
    ac_sv rest = ac_sv_z(words), one;
    while (ac_sv_split(&rest, ' ', &one))
        if (one.n && ac_sv_eq(one, word))
            return true;
    return false;
}

static ac_rc check_text(const ac_field *f, ac_sv s, ac_err *err)
{
    if (s.n < (size_t)f->min || (f->max && s.n > (size_t)f->max))
        return ac_fail(err, f->max && s.n > (size_t)f->max ? AC_ELIMIT : AC_EINPUT, "from %lld to %lld bytes",
                       (long long)f->min, (long long)f->max);
    return AC_OK;
}

static ac_rc check_number(const ac_field *f, ac_sv s, ac_err *err)
{
    int64_t n;
    if (!ac_sv_to_i64(s, &n) || n < f->min || n > f->max)
        return ac_fail(err, AC_EINPUT, "a whole number from %lld to %lld", (long long)f->min, (long long)f->max);
    return AC_OK;
}

static ac_rc check_words(const ac_field *f, ac_sv s, ac_err *err)
{
    ac_sv one;
    while (ac_sv_split(&s, ',', &one))
        if (!ac_words_have(f->words, one))
            return ac_fail(err, AC_EINPUT, "words of the list in the documentation, parted by commas");
    return AC_OK;
}

ac_rc ac_field_check_text(const ac_field *f, ac_sv value, ac_err *err)
{
    ac_id id;
    ac_date date;
    int64_t ms;
    switch (f->type) {
    case AC_FIELD_TEXT:
        return check_text(f, value, err);
    case AC_FIELD_ID:
        return ac_id_parse(value, &id) ? AC_OK : ac_fail(err, AC_EINPUT, "an id, a UUID");
    case AC_FIELD_DATE:
        return ac_date_read(value, &date) ? AC_OK : ac_fail(err, AC_EINPUT, "a date, YYYY-MM-DD");
    case AC_FIELD_INSTANT:
        return ac_instant_read(value, &ms) ? AC_OK : ac_fail(err, AC_EINPUT, "a moment, 2026-05-10T12:00:00Z");
    case AC_FIELD_NUMBER:
        return check_number(f, value, err);
    case AC_FIELD_BOOL:
        return ac_words_have("true false", value) ? AC_OK : ac_fail(err, AC_EINPUT, "true or false");
    case AC_FIELD_WORD:
        return ac_words_have(f->words, value) ? AC_OK
                                              : ac_fail(err, AC_EINPUT, "one of the words in the documentation");
    case AC_FIELD_WORDS:
        return check_words(f, value, err);
    default:
        return ac_fail(err, AC_EINTERNAL, "not a field of a query");
    }
}

static const ac_json_type json_types[] = {
    [AC_FIELD_TEXT] = AC_JSON_STRING,    [AC_FIELD_ID] = AC_JSON_STRING,     [AC_FIELD_DATE] = AC_JSON_STRING,
    [AC_FIELD_INSTANT] = AC_JSON_STRING, [AC_FIELD_NUMBER] = AC_JSON_NUMBER, [AC_FIELD_BOOL] = AC_JSON_TRUE,
    [AC_FIELD_WORD] = AC_JSON_STRING,    [AC_FIELD_WORDS] = AC_JSON_ARRAY,   [AC_FIELD_IDS] = AC_JSON_ARRAY,
    [AC_FIELD_OBJECT] = AC_JSON_OBJECT,  [AC_FIELD_LIST] = AC_JSON_ARRAY,    [AC_FIELD_ANY] = AC_JSON_NULL,
};

static bool has_type(const ac_field *f, const ac_json *j)
{
    if (f->type == AC_FIELD_ANY)
        return true;
    if (f->type == AC_FIELD_BOOL)
        return j->type == AC_JSON_TRUE || j->type == AC_JSON_FALSE;
    return j->type == json_types[f->type];
}

/* Every element of a list; objects are checked by the caller, who may go deeper. */
static ac_rc check_elements(const ac_field *f, const ac_json *list, ac_err *err)
{
    ac_id id;
    if (f->max && list->n > (size_t)f->max)
        return ac_fail(err, AC_ELIMIT, "at most %lld of them", (long long)f->max);
    if (list->n < (size_t)f->min)
        return ac_fail(err, AC_EINPUT, "at least %lld of them", (long long)f->min);
    for (const ac_json *e = list->first; e; e = e->next) {
        const ac_json_type want = f->type == AC_FIELD_LIST ? AC_JSON_OBJECT : AC_JSON_STRING;
        if (e->type != want)
            return ac_fail(err, AC_EINPUT, "a list with something else in it");
        if (f->type == AC_FIELD_WORDS && !ac_words_have(f->words, e->text))
            return ac_fail(err, AC_EINPUT, "a list of words in the documentation");
        if (f->type == AC_FIELD_IDS && !ac_id_parse(e->text, &id))
            return ac_fail(err, AC_EINPUT, "a list of ids, UUIDs");
    }
    return AC_OK;
}

static ac_rc check_flat(const ac_field *f, const ac_json *j, ac_err *err)
{
    if (!has_type(f, j))
        return ac_fail(err, AC_EINPUT, "a value of another type");
    switch (f->type) {
    case AC_FIELD_TEXT:
    case AC_FIELD_ID:
    case AC_FIELD_DATE:
    case AC_FIELD_INSTANT:
    case AC_FIELD_NUMBER:
    case AC_FIELD_WORD:
        return ac_field_check_text(f, j->text, err);
    case AC_FIELD_WORDS:
    case AC_FIELD_IDS:
    case AC_FIELD_LIST:
        return check_elements(f, j, err);
    default:
        return AC_OK;
    }
}

static const ac_field *field_of(const ac_schema *s, ac_sv name)
{
    for (const ac_field *f = s->fields; f->name; f++)
        if (ac_sv_eq(name, ac_sv_z(f->name)))
            return f;
    return NULL;
}

/* Schemas nest twice at most: a batch, its jobs. */
static ac_rc check_object(const ac_schema *s, const ac_json *j, ac_sv *where, ac_err *err)
{
    *where = AC_SV("");
    if (!j || j->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EINPUT, "a JSON object is expected");
    if (!s->fields)
        return AC_OK;
    for (const ac_json *m = j->first; m; m = m->next) {
        const ac_field *f = field_of(s, m->key);
        *where = AC_SV("");
        if (!f)
            return ac_fail(err, AC_EINPUT, "an unknown member");
        *where = ac_sv_z(f->name);
        if (m->type != AC_JSON_NULL || f->required) /* null says: not given */
            AC_TRY(err, check_flat(f, m, err));
    }
    for (const ac_field *f = s->fields; f->name; f++)
        if (f->required && !ac_json_get(j, f->name)) {
            *where = ac_sv_z(f->name);
            return ac_fail(err, AC_EINPUT, "it is missing");
        }
    return AC_OK;
}

ac_rc ac_schema_check(const ac_schema *s, const ac_json *j, ac_sv *where, ac_err *err)
{
    AC_TRY(err, check_object(s, j, where, err));
    for (const ac_field *f = s->fields; f && f->name; f++) {
        const ac_json *m = f->of ? ac_json_get(j, f->name) : NULL;
        if (m && m->type == AC_JSON_OBJECT && f->type == AC_FIELD_OBJECT)
            AC_TRY(err, check_object(f->of, m, where, err));
        for (const ac_json *e = m && f->type == AC_FIELD_LIST ? m->first : NULL; e; e = e->next)
            AC_TRY(err, check_object(f->of, e, where, err));
    }
    *where = AC_SV("");
    return AC_OK;
}
