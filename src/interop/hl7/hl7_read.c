#include "interop/hl7/hl7_read.h"

#include "interop/hl7/hl7_text.h"

/* MSH as text: what a reader of the message wants to know before anything else. */
static ac_rc head(const ac_hl7_message *m, ac_arena *arena, ac_hl7_reading *out, ac_err *err)
{
    const struct {
        ac_sv *to;
        uint8_t field, comp;
    } rows[] = { { &out->application, 3, 1 }, { &out->facility, 4, 1 },    { &out->type, 9, 1 },
                 { &out->trigger, 9, 2 },     { &out->control_id, 10, 1 }, { &out->version, 12, 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        AC_TRY(err, ac_hl7_text(m, ac_hl7_get(m, m->segments, rows[i].field, 1, rows[i].comp, 0), arena, rows[i].to, err));
    return AC_OK;
}

ac_rc ac_hl7_read(ac_sv bytes, ac_arena *arena, ac_hl7_messages *out, ac_err *err)
{
    ac_hl7_parts parts = { 0 };
    ac_hl7_messages messages = { 0 };
    AC_TRY(err, ac_hl7_cut(bytes, arena, &parts, err));
    for (size_t i = 0; i < parts.n; i++) {
        ac_hl7_message m;
        ac_hl7_reading *reading = ac_vec_push(&messages, arena);
        if (!reading)
            return ac_fail(err, AC_ELIMIT, "no room for HL7 messages");
        reading->bytes = parts.at[i];
        AC_TRY(err, ac_hl7_parse(parts.at[i], arena, &m, err));
        AC_TRY(err, head(&m, arena, reading, err));
    }
    *out = messages;
    return AC_OK;
}
