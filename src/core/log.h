/** Structured log: an event and typed fields, one JSON object a line. There is no field for text: ids, numbers, and
 * words that stand in the source are all that a line can hold. Any thread. */
#ifndef AC_CORE_LOG_H
#define AC_CORE_LOG_H

#include "core/id.h"

typedef enum { AC_LOG_DEBUG, AC_LOG_INFO, AC_LOG_WARN, AC_LOG_ERROR } ac_log_level;

typedef struct {
    const char *literal;
} ac_word_field;
/** Only a literal makes one. */
#define AC_WORD(lit) ((ac_word_field) { "" lit })

typedef struct {
    const char *key;
    enum { AC_LOG_U64, AC_LOG_ID, AC_LOG_WORD } type;
    uint64_t number;
    ac_id id;
    const char *word;
} ac_log_field;

ac_log_field ac_log_u64(const char *key, uint64_t v);
ac_log_field ac_log_id(const char *key, ac_id v);
ac_log_field ac_log_word(const char *key, ac_word_field v);
ac_log_field ac_log_rc(const char *key, ac_rc v);

/* No row for char *, ac_sv or anything that could hold text of others: logging it does not compile. */
#define AC_F(key, v)                                                                                                   \
    _Generic((v), uint64_t : ac_log_u64, ac_id : ac_log_id, ac_word_field : ac_log_word, ac_rc : ac_log_rc)("" key, (v))

#define AC_LOG(level, event, ...)                                                                                      \
    ac_log_write((level), "" event, (ac_log_field[]) { __VA_ARGS__ },                                                  \
                 sizeof((ac_log_field[]) { __VA_ARGS__ }) / sizeof(ac_log_field))

void ac_log_write(ac_log_level level, const char *event, const ac_log_field *fields, size_t n);

/** Where lines go; a whole one with its line feed at each call. NULL: nowhere, as at the start. Before other threads
 * run. now_ms  may be NULL */
typedef struct {
    void *context;
    void (*line)(void *context, ac_sv line);
    int64_t (*now_ms)(void *context);
    ac_log_level least;
} ac_log_sink;
void ac_log_to(const ac_log_sink *sink);

#endif
