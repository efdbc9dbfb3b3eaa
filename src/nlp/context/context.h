/** Assertion: ConText (Harkema, Dowling, Thornblade, Chapman: J Biomed Inform 42 (2009) 839) on a trie of cues.
 *  Cues live in data/context. */
#ifndef AC_NLP_CONTEXT_H
#define AC_NLP_CONTEXT_H

#include "core/note.h"

/* name in data/context, what it says, where its scope lies: '>' after the cue, '<' before it, '=' both, '.' the cue itself,
 * '|' ends other scopes (termination), '!' helps to read other cues and governs nothing, '?' questions and their answers */
#define AC_CUE_LIST(X)                                                                                                 \
    X(AC_CUE_ABSENT_PRE, "absent-pre", AC_ABSENT, '>')                                                                 \
    X(AC_CUE_ABSENT_POST, "absent-post", AC_ABSENT, '<')                                                               \
    X(AC_CUE_NEGATIVE_POST, "negative-post", AC_ABSENT, '<')                                                           \
    X(AC_CUE_ABSENT_SELF, "absent-self", AC_ABSENT, '.')                                                               \
    X(AC_CUE_POSSIBLE_PRE, "possible-pre", AC_POSSIBLE, '>')                                                           \
    X(AC_CUE_POSSIBLE_POST, "possible-post", AC_POSSIBLE, '<')                                                         \
    X(AC_CUE_CONDITIONAL_PRE, "conditional-pre", AC_CONDITIONAL, '>')                                                  \
    X(AC_CUE_CONDITIONAL_POST, "conditional-post", AC_CONDITIONAL, '<')                                                \
    X(AC_CUE_HYPOTHETICAL_PRE, "hypothetical-pre", AC_HYPOTHETICAL, '>')                                               \
    X(AC_CUE_HYPOTHETICAL_POST, "hypothetical-post", AC_HYPOTHETICAL, '<')                                             \
    X(AC_CUE_HISTORICAL_PRE, "historical-pre", AC_HISTORICAL, '>')                                                     \
    X(AC_CUE_HISTORICAL_POST, "historical-post", AC_HISTORICAL, '<')                                                   \
    X(AC_CUE_FAMILY, "family", AC_FAMILY, '=')                                                                         \
    X(AC_CUE_PLANNED_PRE, "planned-pre", AC_PLANNED, '>')                                                              \
    X(AC_CUE_PLANNED_POST, "planned-post", AC_PLANNED, '<')                                                            \
    X(AC_CUE_ALLERGY_PRE, "allergy-pre", AC_PRESENT, '>')                                                              \
    X(AC_CUE_ALLERGY_POST, "allergy-post", AC_PRESENT, '<')                                                            \
    X(AC_CUE_ALLERGY_EXCEPT, "allergy-except", AC_PRESENT, '!')                                                        \
    X(AC_CUE_TARGET_PRE, "target-pre", AC_HYPOTHETICAL, '>')                                                           \
    X(AC_CUE_TARGET_POST, "target-post", AC_HYPOTHETICAL, '<')                                                         \
    X(AC_CUE_PROVOKES, "provokes", AC_CONDITIONAL, '>')                                                                \
    X(AC_CUE_PROVOKED_BY, "provoked-by", AC_PRESENT, '>')                                                              \
    X(AC_CUE_ALLERGIC_SIGN, "allergic-sign", AC_PRESENT, '!')                                                          \
    X(AC_CUE_TERMINATE, "terminate", AC_PRESENT, '|')                                                                  \
    X(AC_CUE_TERMINATE_ALL, "terminate-all", AC_PRESENT, '|')                                                          \
    X(AC_CUE_ASSERT, "assert", AC_PRESENT, '|')                                                                        \
    X(AC_CUE_PSEUDO, "pseudo", AC_PRESENT, '!')                                                                        \
    X(AC_CUE_VERB, "verb", AC_PRESENT, '!')                                                                            \
    X(AC_CUE_SEEN, "seen", AC_PRESENT, '!')                                                                            \
    X(AC_CUE_CHANGE, "change", AC_PRESENT, '!')                                                                        \
    X(AC_CUE_MEANS, "means", AC_PRESENT, '!')                                                                          \
    X(AC_CUE_INFORMANT_PRE, "informant-pre", AC_PRESENT, '!')                                                          \
    X(AC_CUE_INFORMANT_POST, "informant-post", AC_PRESENT, '!')                                                        \
    X(AC_CUE_QUESTION, "question", AC_PRESENT, '?')                                                                    \
    X(AC_CUE_QUESTION_TAG, "question-tag", AC_PRESENT, '?')                                                            \
    X(AC_CUE_ANSWER_YES, "answer-yes", AC_PRESENT, '?')                                                                \
    X(AC_CUE_ANSWER_NO, "answer-no", AC_PRESENT, '?')                                                                  \
    X(AC_CUE_ANSWER_UNSURE, "answer-unsure", AC_PRESENT, '?')

#define AC_CUE_ENUM(id, name, assertion, direction) id,
typedef enum { AC_CUE_LIST(AC_CUE_ENUM) AC_CUE_COUNT } ac_cue;
#undef AC_CUE_ENUM

/** What a cue says, and the direction character of the list above. */
ac_assertion ac_cue_assertion(ac_cue cue);
char ac_cue_direction(ac_cue cue);

/** Step: reads folded, tokens, sentences, sections, turns, times, entities; sets each entity's assertion and cue, gives
 *  relatives (AC_ATTR_RELATIVE) and allergies (AC_KIND_ALLERGY), and drops allergens that are no allergy (a diet).
 *  Errors: AC_ELIMIT. Pure. */
AC_NODISCARD ac_rc ac_step_context(ac_note *note, ac_err *err);

/** A found cue with the bytes it governs, for scoring and for people who ask why. */
typedef struct {
    ac_span cue, scope;
    ac_span marker; /* what of the cue says it alone: "no" of "no muestra", "ausencia de" of "ausencia de signos de" */
    uint8_t kind;   /* ac_cue */
} ac_cue_scope;
typedef struct {
    ac_cue_scope *at;
    size_t n, cap;
} ac_cue_scopes;

/** All cues of the note that govern something, with their scopes, ascending by cue. The note needs folded, tokens and
 *  sentences; sections, turns and entities when there are any. Errors: AC_ELIMIT. Pure. */
AC_NODISCARD ac_rc ac_context_cues(const ac_note *note, ac_arena *arena, ac_cue_scopes *out, ac_err *err);

#endif
