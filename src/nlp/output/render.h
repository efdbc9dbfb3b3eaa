/** How a fact is told: the note's own words, joined by a few words of a fixed grammar. Every text that an output gives is
 *  drafted here, so that none can lose its evidence. */
#ifndef AC_NLP_RENDER_H
#define AC_NLP_RENDER_H

#include "nlp/entity/concept_map.h"
#include "nlp/entity/fact.h"
#include "core/result.h"
#include "nlp/output/phrase.h"

#include <string.h>

/* All words that the outputs add of their own. Capitals and full stops are added by ac_draft_push. */
#define AC_SAY_LIST(X)                                                                                                 \
    X(AC_SAY_AND, " and ", " y ")                                                                                      \
    X(AC_SAY_OR, " or ", " o ")                                                                                        \
    X(AC_SAY_FOR, " for ", " durante ")                                                                                \
    X(AC_SAY_WITH, " with ", " con ")                                                                                  \
    X(AC_SAY_MAN, "man", "Paciente masculino")                                                                         \
    X(AC_SAY_WOMAN, "woman", "Paciente femenino")                                                                      \
    X(AC_SAY_BOY, "boy", "Paciente masculino")                                                                         \
    X(AC_SAY_GIRL, "girl", "Paciente femenino")                                                                        \
    X(AC_SAY_MALE, "Male patient", "Paciente masculino")                                                               \
    X(AC_SAY_FEMALE, "Female patient", "Paciente femenino")                                                            \
    X(AC_SAY_PATIENT, "patient", "Paciente")                                                                           \
    X(AC_SAY_AGE, "-year-old ", " de ")                                                                                \
    X(AC_SAY_YEARS, "", " años")                                                                                       \
    X(AC_SAY_HISTORY, "History of ", "Antecedentes de ")                                                               \
    X(AC_SAY_FAMILY, "Family history: ", "Antecedentes familiares: ")                                                  \
    X(AC_SAY_MEDICATIONS, "Medications: ", "Medicación: ")                                                             \
    X(AC_SAY_HAS, "The patient has ", "Presenta ")                                                                     \
    X(AC_SAY_IS_A, "The patient is a ", "")                                                                            \
    X(AC_SAY_IS_AN, "The patient is an ", "")                                                                          \
    X(AC_SAY_ABNORMAL, "Abnormal results are ", "Están alterados ")                                                    \
    X(AC_SAY_ABNORMAL_ONE, "The abnormal result is ", "Está alterado: ")                                               \
    X(AC_SAY_TREATED, "Treatment consists of ", "El tratamiento consiste en ")                                         \
    X(AC_SAY_PLAN, "The plan includes ", "El plan incluye ")                                                           \
    X(AC_SAY_STOPPED, "Stopped or on hold: ", "Suspendidos o en pausa: ")                                              \
    X(AC_SAY_ALLERGIES, "Allergies: ", "Alergias: ")                                                                   \
    X(AC_SAY_CONDITIONS, "Conditions: ", "Diagnósticos: ")                                                             \
    X(AC_SAY_FINDINGS, "Findings: ", "Hallazgos: ")                                                                    \
    X(AC_SAY_PLANNED, "Planned: ", "Previsto: ")                                                                       \
    X(AC_SAY_POSSIBLE, "Possible: ", "Posible: ")                                                                      \
    X(AC_SAY_DENIES, "Denies ", "Niega ")                                                                              \
    X(AC_SAY_IN_FAMILY, " in the family", " en la familia")                                                              \
    X(AC_SAY_TAKES, "Takes ", "Toma ")                                                                                 \
    X(AC_SAY_REPORTS, "Reports ", "Refiere ")                                                                          \
    X(AC_SAY_BOTH, "Said to be present and absent: ", "Consta como presente y como ausente: ")                         \
    X(AC_SAY_ALLERGY_AND_DRUG, "Listed as a medication and as an allergy: ", "Consta como medicación y como alergia: ")\
    X(AC_SAY_SIDES, "Different sides: ", "Lados distintos: ")                                                          \
    X(AC_SAY_AGES, "Different ages: ", "Edades distintas: ")                                                           \
    X(AC_SAY_VALUES, "Different values on one date: ", "Valores distintos en una misma fecha: ")                       \
    X(AC_SAY_UNCONFIRMED, "To be confirmed: ", "Por confirmar: ")                                                      \
    X(AC_SAY_DOSE_MISSING, "Dose to be clarified: ", "Dosis por aclarar: ")

#define AC_SAY_ENUM(id, en, es) id,
typedef enum { AC_SAY_LIST(AC_SAY_ENUM) AC_SAY_COUNT } ac_say;
#undef AC_SAY_ENUM

/** One text on its way: words and the spans that prove them. */
typedef struct {
    const ac_note *note;
    ac_sb text;
    ac_spans evidence; /* in the note's arena */
    bool full;         /* the arena is */
    bool no_stopped;   /* drugs whose course ended are not told */
    bool undated;      /* the calendar date of an event stands beside the words and not in them */
} ac_draft;
#define AC_DRAFT(n) ((ac_draft) { .note = (n), .text = AC_SB(1u << 26) })
void ac_draft_cleanup(ac_draft *d);

void ac_draft_say(ac_draft *d, ac_say words);
void ac_draft_add(ac_draft *d, ac_sv words);        /* words of the fixed grammar, or words quoted already */
void ac_draft_cite(ac_draft *d, ac_span span);      /* evidence whose words are not shown; an empty span is fine */
void ac_draft_quote(ac_draft *d, ac_span span);     /* the note's words, white space made one blank, and their evidence */

/** Words quoted at byte at of the draft come from the note's byte source. Where they begin with the capital of a sentence
 *  (of a drug, or of a disease that the lexicon writes small) the capital goes: they now stand inside one. */
void ac_draft_uncapital(ac_draft *d, size_t at, uint32_t source);

/** Finish: whole makes it a sentence (capital, full stop). Fills text and evidence, leaves the draft empty.
 *  Errors: AC_ELIMIT, AC_ENOMEM; AC_EINTERNAL when a text would have no evidence. */
AC_NODISCARD ac_rc ac_draft_end(ac_draft *d, bool whole, ac_item *out, ac_err *err);
/** The same, appended to items. An empty draft appends nothing. */
AC_NODISCARD ac_rc ac_draft_push(ac_draft *d, bool whole, ac_items *items, uint32_t fact, ac_err *err);
AC_NODISCARD ac_rc ac_evidence_copy(ac_arena *arena, const ac_spans *from, ac_spans *out, ac_err *err);

/** An entity as its kind is told: a problem with side, severity and place; a medication with dose, route and frequency;
 *  a result with value and flag; an allergy with its reaction; a relative's disease with the relative. */
void ac_draft_entity(ac_draft *d, const ac_entity *e);
/** The words that name it: the entity with the words of side and severity that stand right beside it. */
ac_span ac_entity_name(const ac_note *note, const ac_entity *e);
/** "hypertension" where the note calls the patient hypertensive: the disease of such a word, static; else empty. */
ac_sv ac_entity_noun(const ac_note *note, const ac_entity *e);
/** Add the entity's words, or that disease. */
void ac_draft_name(ac_draft *d, const ac_entity *e);
/** The words of a duration without "for"; since is true when they begin with "since" and must keep it. */
ac_span ac_duration_words(const ac_note *note, ac_span span, bool *since);
/** " for 3 days", when said. */
void ac_draft_duration(ac_draft *d, const ac_entity *e);

/** The fact is a drug whose course ended, which this draft does not tell. */
static inline bool ac_draft_stopped(const ac_draft *d, const ac_fact *f) { return d->no_stopped && f->stopped; }

/** c is one of the characters of set. */
static inline bool ac_one_of(char c, const char *set) { return c && strchr(set, c); }

/** Facts in the order of what they are worth. */
typedef struct {
    uint32_t fact;
    int32_t score;
} ac_ranked;
typedef struct {
    ac_ranked *at;
    size_t n, cap;
} ac_ranking;
AC_NODISCARD ac_rc ac_rank_add(const ac_note *note, ac_ranking *r, uint32_t fact, int32_t score, ac_err *err);
void ac_rank_sort(ac_ranking *r); /* best first; equals keep the note's order */
/** Leave a disease or complaint out that a more specific one names as well ("pain" beside "chest pain"); that one takes
 *  its place. r is sorted, before and after. */
void ac_rank_specific(const ac_note *note, ac_ranking *r);

/** Each concept once: true the first time it is asked for that concept. Facts without a concept are always new. */
typedef struct {
    ac_concept_map in; /* the round in which it was seen; in.at NULL: the arena is full */
    uint32_t round;    /* a new list is a new round */
} ac_seen;
ac_seen ac_seen_new(const ac_note *note);
bool ac_seen_first(ac_seen *s, uint32_t concept);

uint32_t ac_fact_flags(const ac_fact *f);                             /* of its concept; 0 without one */
const ac_entity *ac_fact_entity(const ac_note *note, uint32_t fact);  /* its best mention */
ac_sv ac_attr_norm(const ac_entity *e, ac_attr_kind kind);            /* empty when there is none */
/** A result that is marked high, low, abnormal or critical. */
bool ac_result_abnormal(const ac_entity *e);
bool ac_result_critical(const ac_entity *e);
/** The mention is only asked for: part of a question that nothing answered. */
bool ac_entity_asked(const ac_note *note, const ac_entity *e);
/** The mention stands in the plan: "return if the weight rises by 2 kg", "come back for headache", "MRI of the liver". What
 *  it names is not there yet. */
bool ac_entity_ahead(const ac_note *note, const ac_entity *e);
/** The mention (index into note.entities) is what an allergen nearby does: told with it, no problem of its own. */
bool ac_entity_reaction(const ac_note *note, uint32_t entity);

#endif
