#include "app/batch.h"

#include "base/json_read.h"
#include "nlp/time/calendar.h"

enum { DEPTH_MAX = 32, NAME_MAX = 40 };

static bool digits(ac_sv s, int64_t *out)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    return ac_sv_to_i64(s, out);
}

bool ac_date_read(ac_sv s, ac_date *out)
{
    int64_t y, m, d;
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(ac_sv_sub(s, 0, 4), &y) ||
        !digits(ac_sv_sub(s, 5, 7), &m) || !digits(ac_sv_sub(s, 8, 10), &d))
        return false;
    if (m > 12 || d > 31 || !ac_date_full((ac_date) { (int16_t)y, (uint8_t)m, (uint8_t)d }))
        return false;
    *out = (ac_date) { (int16_t)y, (uint8_t)m, (uint8_t)d };
    return true;
}

static bool given(const ac_json *j) { return j && j->type != AC_JSON_NULL; }

/* An id may be a number; it is taken as it is written. */
static bool read_id(const ac_json *j, ac_sv *out)
{
    if (!given(j))
        return true;
    *out = j->text;
    return j->type == AC_JSON_STRING || j->type == AC_JSON_NUMBER;
}

static ac_rc read_members(const ac_json *j, ac_batch_note *note, ac_err *err)
{
    const ac_json *lang = ac_json_get(j, "lang"), *date = ac_json_get(j, "note_date"), *text = ac_json_get(j, "text");
    if (!text || text->type != AC_JSON_STRING)
        return ac_fail(err, AC_EINPUT, "has no \"text\"");
    if (given(lang) && (lang->type != AC_JSON_STRING || !ac_lang_from(lang->text, &note->lang)))
        return ac_fail(err, AC_EINPUT, "\"lang\" is neither \"en\" nor \"es\"");
    if (given(date) && (date->type != AC_JSON_STRING || !ac_date_read(date->text, &note->note_date)))
        return ac_fail(err, AC_EINPUT, "\"note_date\" is no date YYYY-MM-DD");
    if (!read_id(ac_json_get(j, "id"), &note->id))
        return ac_fail(err, AC_EINPUT, "\"id\" is neither text nor a number");
    if (!read_id(ac_json_get(j, "patient"), &note->patient))
        return ac_fail(err, AC_EINPUT, "\"patient\" is neither text nor a number");
    note->text = text->text;
    note->has_lang = given(lang);
    return AC_OK;
}

/* Names may be told on standard error, where no words of a document may ever stand. */
static ac_sv plain_name(ac_sv key)
{
    bool plain = key.n && key.n <= NAME_MAX;
    for (size_t i = 0; i < key.n && plain; i++)
        plain = ac_is_alnum(key.p[i]) || key.p[i] == '_' || key.p[i] == '-' || key.p[i] == '.';
    return plain ? key : AC_SV("?");
}

static void read_unused(const ac_json *j, ac_batch_note *note)
{
    static const char *const used[] = { "id", "text", "lang", "note_date", "patient" };
    for (const ac_json *m = j->first; m && note->n_unused < AC_BATCH_UNUSED_MAX; m = m->next) {
        bool known = false;
        for (size_t i = 0; i < sizeof used / sizeof used[0]; i++)
            known |= ac_sv_eq(m->key, ac_sv_z(used[i]));
        if (!known)
            note->unused[note->n_unused++] = plain_name(m->key);
    }
}

ac_rc ac_batch_parse(ac_sv line, ac_arena *arena, ac_batch_note *out, ac_err *err)
{
    ac_json *j;
    ac_batch_note note = { 0 };
    AC_TRY(err, ac_json_parse(line, DEPTH_MAX, arena, &j, err));
    if (j->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EINPUT, "is no JSON object");
    AC_TRY(err, read_members(j, &note, err));
    read_unused(j, &note);
    *out = note;
    return AC_OK;
}
