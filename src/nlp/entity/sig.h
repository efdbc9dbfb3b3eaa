/** The words around a medication, a symptom or a test that say how much, how, how often, when, how bad, which side. */
#ifndef AC_NLP_SIG_H
#define AC_NLP_SIG_H

#include "core/note.h"

/* kind, its key in data/sig */
#define AC_SIG_LIST(X)                                                                                                 \
    X(AC_SIG_ROUTE, "route")                                                                                           \
    X(AC_SIG_DOSE, "dose")                                                                                             \
    X(AC_SIG_FORM, "form")                                                                                             \
    X(AC_SIG_FREQUENCY, "frequency")                                                                                   \
    X(AC_SIG_WHEN, "when")                                                                                             \
    X(AC_SIG_AS_NEEDED, "as-needed")                                                                                   \
    X(AC_SIG_SEVERITY, "severity")                                                                                     \
    X(AC_SIG_LATERALITY, "laterality")                                                                                 \
    X(AC_SIG_FLAG, "flag")                                                                                             \
    X(AC_SIG_RESULT, "result")                                                                                         \
    X(AC_SIG_NUMBER, "number")                                                                                         \
    X(AC_SIG_PERIOD, "period")                                                                                         \
    X(AC_SIG_STATUS, "status")                                                                                         \
    X(AC_SIG_ORDER, "order")                                                                                           \
    X(AC_SIG_DURATION_PRE, "duration-pre")                                                                             \
    X(AC_SIG_FOR, "for")                                                                                               \
    X(AC_SIG_EVERY, "every")                                                                                           \
    X(AC_SIG_TIMES, "times")                                                                                           \
    X(AC_SIG_PER, "per")                                                                                               \
    X(AC_SIG_COMPARATOR, "comparator")                                                                                 \
    X(AC_SIG_TO, "to")                                                                                                 \
    X(AC_SIG_LINK, "link")                                                                                             \
    X(AC_SIG_REFERENCE, "reference")                                                                                   \
    X(AC_SIG_BASELINE, "baseline")                                                                                     \
    X(AC_SIG_ADJECTIVE, "adjective")                                                                                   \
    X(AC_SIG_MONTH, "month")                                                                                           \
    X(AC_SIG_WEEKDAY, "weekday")                                                                                       \
    X(AC_SIG_RELATIVE, "relative")                                                                                     \
    X(AC_SIG_AGO, "ago")                                                                                               \
    X(AC_SIG_AGO_PRE, "ago-pre")                                                                                       \
    X(AC_SIG_LATER, "later")                                                                                           \
    X(AC_SIG_LATER_PRE, "later-pre")                                                                                   \
    X(AC_SIG_FUTURE_PRE, "future-pre")                                                                                 \
    X(AC_SIG_DAY_COUNT, "day-count")                                                                                   \
    X(AC_SIG_DATE_PRE, "date-pre")                                                                                     \
    X(AC_SIG_NOTE_DATE, "note-date")                                                                                   \
    X(AC_SIG_AGE_PRE, "age-pre")                                                                                       \
    X(AC_SIG_AGE_POST, "age-post")                                                                                     \
    X(AC_SIG_PERSON, "person")                                                                                         \
    X(AC_SIG_OF_PERSON, "of-person")                                                                                   \
    X(AC_SIG_CLOCK, "clock")                                                                                           \
    X(AC_SIG_CLOCK_PRE, "clock-pre")                                                                                   \
    X(AC_SIG_SINCE, "since")                                                                                           \
    X(AC_SIG_COURSE, "course")                                                                                         \
    X(AC_SIG_TREATED, "treated-with")                                                                                  \
    X(AC_SIG_REACTION, "reaction")                                                                                     \
    X(AC_SIG_DECOY, "decoy")                                                                                           \
    X(AC_SIG_SPECIMEN, "specimen")                                                                                     \
    X(AC_SIG_DEFINITE, "definite")

#define AC_SIG_ENUM(id, name) id,
typedef enum { AC_SIG_LIST(AC_SIG_ENUM) AC_SIG_COUNT } ac_sig_kind;
#undef AC_SIG_ENUM

/** Step: reads entities, marks, tokens, times; gives medications their dose, strength, form, route, frequency, duration
 *  and status. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_step_sig(ac_note *note, ac_err *err);

/** Give the medication entity what tokens [from, to) say of dose, route and frequency, as when an answer names them.
 *  found: there was something. Errors: AC_ELIMIT. */
AC_NODISCARD ac_rc ac_sig_told(ac_note *note, uint32_t entity, uint32_t from, uint32_t to, bool *found, ac_err *err);

/** True when a dose, a route, a form or a frequency stands beside term: an ambiguous word is a medication here.
 *  Needs marks and times; no entities. */
bool ac_sig_supports(const ac_note *note, ac_span term);

/** Frequency that starts at token: "bid", "every 6-8 hours", "q8h prn", "2 veces al dia", "1-0-1". */
bool ac_timing_at(const ac_note *note, uint32_t token, ac_timing *out, uint32_t *token_end);

#endif
