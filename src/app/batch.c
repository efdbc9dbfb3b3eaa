#include "app/batch.h"

#include "base/json_read.h"
#include "nlp/calendar.h"

enum { DEPTH_MAX = 32 };

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
    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(ac_sv_sub(s, 0, 4), &y) || !digits(ac_sv_sub(s, 5, 7), &m) ||
        !digits(ac_sv_sub(s, 8, 10), &d))
        return false;
    if (m > 12 || d > 31 || !ac_date_full((ac_date) { (int16_t)y, (uint8_t)m, (uint8_t)d }))
        return false;
    *out = (ac_date) { (int16_t)y, (uint8_t)m, (uint8_t)d };
    return true;
}

static bool given(const ac_json *j) { return j && j->type != AC_JSON_NULL; }

static ac_rc read_members(const ac_json *j, ac_batch_note *note, ac_err *err)
{
    const ac_json *id = ac_json_get(j, "id"), *lang = ac_json_get(j, "lang"), *date = ac_json_get(j, "note_date");
    const ac_json *patient = ac_json_get(j, "patient"), *text = ac_json_get(j, "text");
    if (!text || text->type != AC_JSON_STRING)
        return ac_fail(err, AC_EINPUT, "has no \"text\"");
    if (given(lang) && (lang->type != AC_JSON_STRING || !ac_lang_from(lang->text, &note->lang)))
        return ac_fail(err, AC_EINPUT, "\"lang\" is neither \"en\" nor \"es\"");
    if (given(date) && (date->type != AC_JSON_STRING || !ac_date_read(date->text, &note->note_date)))
        return ac_fail(err, AC_EINPUT, "\"note_date\" is no date YYYY-MM-DD");
    note->text = text->text;
    note->has_lang = given(lang);
    if (id && (id->type == AC_JSON_STRING || id->type == AC_JSON_NUMBER))
        note->id = id->text;
    if (patient && (patient->type == AC_JSON_STRING || patient->type == AC_JSON_NUMBER))
        note->patient = patient->text;
    return AC_OK;
}

ac_rc ac_batch_parse(ac_sv line, ac_arena *arena, ac_batch_note *out, ac_err *err)
{
    ac_json *j;
    ac_batch_note note = { 0 };
    AC_TRY(err, ac_json_parse(line, DEPTH_MAX, arena, &j, err));
    if (j->type != AC_JSON_OBJECT)
        return ac_fail(err, AC_EINPUT, "is no JSON object");
    AC_TRY(err, read_members(j, &note, err));
    *out = note;
    return AC_OK;
}
