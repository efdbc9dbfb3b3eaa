/** Names of people, shared by the rules that read them. Inside the PHI step only. */
#ifndef AC_NLP_PHI_NAME_H
#define AC_NLP_PHI_NAME_H

#include "nlp/phi/phi_scan.h"

#define AC_PHI_TITLES (AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE))
/** Words that are in no name unless the lists say so. */
#define AC_PHI_NOT_IN_NAMES                                                                                            \
    (AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_MONTH) | AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_HEAD) |            \
     AC_PHI_BIT(AC_PHI_WORD_CENTRE_HEAD) | AC_PHI_BIT(AC_PHI_WORD_ORG_HEAD) | AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL) |     \
     AC_PHI_BIT(AC_PHI_WORD_HOSPITAL_TAIL) | AC_PHI_BIT(AC_PHI_WORD_STREET_PRE) | AC_PHI_BIT(AC_PHI_WORD_SEX_MALE) |   \
     AC_PHI_BIT(AC_PHI_WORD_SEX_FEMALE))

/** What stands before a name run: in running text everything must speak for it; a title or a label with a colon vouches
 *  for words that mean something else as well ("Ms. Good", "Name: Bones, Olive"). */
typedef enum { AC_PHI_RUN_TEXT, AC_PHI_RUN_TITLE, AC_PHI_RUN_LABEL } ac_phi_run;

/** Tokens [at, result) are one person's name; result is at when there is none. */
size_t ac_phi_name_run(const ac_phi_scan *s, size_t at, ac_phi_run kind);
/** Some token of the run stands in a name list and is no eponym. */
bool ac_phi_name_evidence(const ac_phi_scan *s, size_t begin, size_t end);
/** Two words or more, and nothing known speaks against their being a name. */
bool ac_phi_name_plausible(const ac_phi_scan *s, size_t begin, size_t end);
/** The clause goes on, or ends, as behind a name: "with Okafor and", "told Nwosu.", not "a Keith needle". */
bool ac_phi_name_may_end(const ac_phi_scan *s, size_t end);
/** A word that may be in a name; first: of a run, caps: the run is in capitals. */
bool ac_phi_name_word(const ac_phi_scan *s, size_t i, bool first, bool caps);
/** "de la", "van der" before another name word: where that word stands, or at. */
size_t ac_phi_past_particles(const ac_phi_scan *s, size_t at, bool caps);
/** A capitalised word that nothing explains: no term, no place, no heading. */
bool ac_phi_unexplained(const ac_phi_scan *s, size_t i);

static inline uint16_t ac_phi_any_name(const ac_phi_scan *s, size_t i)
{
    return i < s->n ? (uint16_t)(s->tok[i].sure | s->tok[i].maybe) : 0;
}
static inline bool ac_phi_person(const ac_phi_scan *s, size_t i) { return (ac_phi_any_name(s, i) & AC_NAME_PERSON) != 0; }
static inline bool ac_phi_sure_first(const ac_phi_scan *s, size_t i)
{
    return i < s->n && (s->tok[i].sure & AC_NAME_ANY_FIRST) != 0;
}
static inline bool ac_phi_all_caps(const ac_phi_scan *s, size_t i)
{
    return i < s->n && (ac_phi_tok(s, i)->shape & AC_SHAPE_ALL_UPPER) != 0;
}
static inline bool ac_phi_initial(const ac_phi_scan *s, size_t i) { return ac_phi_flag(s, i, AC_PHI_TOK_INITIAL); }
/** "Ellison's": the name ends there. */
static inline bool ac_phi_possessive(const ac_phi_scan *s, size_t i)
{
    return i < s->n && ac_phi_core(s, i).n < ac_token_text(s->note, (uint32_t)i).n;
}

#endif
