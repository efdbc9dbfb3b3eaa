/** Structured log: an event name and typed fields. Text cannot be logged at all: no field type accepts it. */
#ifndef AC_CORE_LOG_H
#define AC_CORE_LOG_H

#include "core/types.h"

typedef enum { AC_DEBUG, AC_INFO, AC_WARN, AC_ERROR } ac_level;
typedef struct { const char *key, *unit; uint64_t v; const char *word; } ac_field;
typedef struct { const char *literal; } ac_word;      /* only AC_WORD("...") makes one */
#define AC_WORD(lit) ((ac_word){ "" lit })

ac_field ac_f_u64(const char *key, uint64_t v);
ac_field ac_f_doc(const char *key, ac_doc_id v);
ac_field ac_f_job(const char *key, ac_job_id v);
ac_field ac_f_ms(const char *key, ac_ms v);
ac_field ac_f_word(const char *key, ac_word v);

/* No char *, ac_sv or ac_phi row: logging text is a compile error, not a review finding. */
#define AC_F(key, v) _Generic((v),                                                     \
        uint64_t: ac_f_u64, ac_doc_id: ac_f_doc, ac_job_id: ac_f_job,                  \
        ac_ms: ac_f_ms, ac_word: ac_f_word)((key), (v))

#define AC_LOG(level, event, ...)                                                      \
    ac_log_write((level), "" event, (ac_field[]){ __VA_ARGS__ },                       \
                 sizeof((ac_field[]){ __VA_ARGS__ }) / sizeof(ac_field))
void ac_log_write(ac_level level, const char *event, const ac_field *f, size_t n);

#endif
