#include "core/id_json.h"

void ac_jw_id(ac_jw *w, ac_id id)
{
    char text[AC_ID_TEXT];
    if (ac_id_none(id)) {
        ac_jw_null(w);
        return;
    }
    ac_id_format(id, text);
    ac_jw_string(w, (ac_sv) { text, AC_ID_TEXT });
}

void ac_jw_kid(ac_jw *w, const char *key, ac_id id)
{
    ac_jw_key(w, ac_sv_z(key));
    ac_jw_id(w, id);
}

ac_id ac_json_id(const ac_json *j, const char *key)
{
    ac_id id = { { 0 } };
    (void)ac_id_parse(ac_json_text(j, key), &id);
    return id;
}
