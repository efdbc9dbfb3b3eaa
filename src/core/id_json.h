/** Ids as members of JSON objects. Pure. */
#ifndef AC_CORE_ID_JSON_H
#define AC_CORE_ID_JSON_H

#include "base/json_read.h"
#include "base/json_write.h"
#include "core/id.h"

void ac_jw_id(ac_jw *w, ac_id id);                   /* null: none */
void ac_jw_kid(ac_jw *w, const char *key, ac_id id); /* the same with its key */
ac_id ac_json_id(const ac_json *j, const char *key); /* none: missing, or no id */

#endif
