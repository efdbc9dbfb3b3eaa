/** What the makers of FHIR resources share: memory, ids, codes, quantities, dates and text without PHI.
 *  When the arena is full the helpers hand out a scrap area, so that makers need no checks; the bundle fails in the end. */
#ifndef AC_INTEROP_FHIR_MAKE_H
#define AC_INTEROP_FHIR_MAKE_H

#include "interop/fhir_bundle.h"
#include "interop/record.h"
#include "nlp/deid/deid.h"
#include "nlp/entity/fact.h"

#include <stdalign.h>

/* where a resource is listed in the Composition: LOINC code of the section, title in English and in Spanish */
#define AC_FHIR_SECTION_LIST(X)                                                                                        \
    X(PROBLEMS, "11450-4", "Problems", "Problemas")                                                                    \
    X(MEDICATIONS, "10160-0", "Medications", "Medicación")                                                             \
    X(ALLERGIES, "48765-2", "Allergies", "Alergias")                                                                   \
    X(VITALS, "8716-3", "Vital signs", "Constantes vitales")                                                           \
    X(RESULTS, "30954-2", "Results", "Resultados")                                                                     \
    X(PROCEDURES, "47519-4", "Procedures", "Procedimientos")                                                           \
    X(SOCIAL, "29762-2", "Social history", "Antecedentes sociales")                                                    \
    X(FAMILY, "10157-6", "Family history", "Antecedentes familiares")                                                  \
    X(VACCINES, "11369-6", "Immunizations", "Vacunas")                                                                 \
    X(PLAN, "18776-5", "Plan", "Plan")
#define AC_FHIR_SECTION_ENUM(id, ...) AC_FHIR_##id,
typedef enum { AC_FHIR_SECTION_LIST(AC_FHIR_SECTION_ENUM) AC_FHIR_SECTIONS } ac_fhir_section;
#undef AC_FHIR_SECTION_ENUM

#define AC_FHIR_SIZE(name, ...) char name[sizeof(ac_rec_##name)];
typedef struct {
    const ac_result *r;
    const ac_note *note;
    const ac_fhir_options *opt;
    ac_arena *arena;
    ac_record record;
    uint64_t seed[2];          /* of the ids: the document */
    uint64_t made;             /* ids given out */
    ac_deid_profile profile;
    const ac_deid_cut *cuts;   /* what must be hidden, ascending; none when identified */
    size_t n_cuts;
    struct ac_fhir_source *source; /* fhir_source.h; NULL: the document was all text */
    bool only_source;          /* nothing is made that the source does not have */
    bool whole_dates;          /* else only the year may be told */
    bool full;                 /* the arena: everything made since is scrap */
    ac_sv patient, encounter, document, device; /* references; empty when there is none */
    ac_rec_texts listed[AC_FHIR_SECTIONS];
    union {
        alignas(max_align_t) char sv[sizeof(ac_sv)];
        AC_REC_TYPE_LIST(AC_FHIR_SIZE)
    } scrap;
} ac_fhir_maker;
#undef AC_FHIR_SIZE

void *ac_fhir_alloc(ac_fhir_maker *m, size_t n);
void *ac_fhir_scrap(ac_fhir_maker *m);

#define AC_FHIR_NEW(m, type) ((ac_rec_##type *)ac_fhir_alloc((m), sizeof(ac_rec_##type)))
/* Once full, lists are left alone: they may lie in the scrap area themselves. */
#define AC_FHIR_PUSH(m, list)                                                                                          \
    __extension__({                                                                                                    \
        __typeof__((list)->at) pushed_ = (m)->full ? NULL : ac_vec_push((list), (m)->arena);                           \
        pushed_ ? pushed_ : (__typeof__((list)->at))ac_fhir_scrap(m);                                                  \
    })

/** A new resource of the bundle with its id and full url; its struct is zeroed but for the id. url: may be NULL. */
void *ac_fhir_add(ac_fhir_maker *m, ac_rec_kind kind, ac_sv *url);
/** The same for a fact: with its evidence, listed in that section. */
void *ac_fhir_add_fact(ac_fhir_maker *m, ac_rec_kind kind, const ac_fact *f, ac_fhir_section section);

/** Where the words stand: an extension AC_FHIR_EVIDENCE with "begin-end", bytes of the text as the bundle attaches it. */
ac_rec_extension ac_fhir_evidence(ac_fhir_maker *m, ac_span span);
/** The same place in that text. */
ac_span ac_fhir_place(const ac_fhir_maker *m, ac_span span);
/** Fill m->cuts. */
void ac_fhir_hide(ac_fhir_maker *m);

ac_rec_reference *ac_fhir_ref(ac_fhir_maker *m, ac_sv url);           /* NULL when url is empty */
ac_rec_concept *ac_fhir_code(ac_fhir_maker *m, ac_sv system, ac_sv code); /* one coding */
ac_rec_concept *ac_fhir_words_only(ac_fhir_maker *m, ac_sv text);
void ac_fhir_fill(ac_fhir_maker *m, ac_rec_concept *out, const ac_entity *e); /* codes of the lexicon, words of the note */
ac_rec_concept *ac_fhir_concept(ac_fhir_maker *m, const ac_entity *e);
ac_sv ac_fhir_number(ac_fhir_maker *m, double v);                     /* empty when not finite */
/** NULL when v is not finite. */
ac_rec_quantity *ac_fhir_quantity(ac_fhir_maker *m, double v, ac_sv unit, uint8_t cmp);
/** low..high; SimpleQuantity without comparator. */
ac_rec_range *ac_fhir_range(ac_fhir_maker *m, double low, double high, ac_sv unit);

ac_sv ac_fhir_date(ac_fhir_maker *m, ac_date d);                      /* no more exact than may be told */
ac_sv ac_fhir_date_norm(ac_fhir_maker *m, ac_sv iso);                 /* the same for "2023-05-10"; empty for other words */
ac_sv ac_fhir_note_date(ac_fhir_maker *m);
ac_sv ac_fhir_string(ac_fhir_maker *m, const ac_sb *b);               /* a copy in the arena */

/* ---- text without PHI (fhir_text.c) ---- */
ac_sv ac_fhir_plain(ac_fhir_maker *m, ac_sv s);                       /* with blanks for what no FHIR string may have */
ac_sv ac_fhir_words(ac_fhir_maker *m, ac_span span);                  /* of the note; what must be hidden is replaced */
ac_sv ac_fhir_item(ac_fhir_maker *m, const ac_item *item);            /* empty when it cannot be told safely */
ac_rec_narrative *ac_fhir_list(ac_fhir_maker *m, const ac_items *items); /* NULL when nothing is left */
ac_rec_narrative *ac_fhir_list_of(ac_fhir_maker *m, const ac_rec_texts *lines);
ac_sv ac_fhir_base64(ac_fhir_maker *m, ac_sv bytes);

/* ---- makers: one fact each; they decide whether it becomes a resource ---- */
void ac_fhir_make_condition(ac_fhir_maker *m, const ac_fact *f);
void ac_fhir_make_allergy(ac_fhir_maker *m, const ac_fact *f);
void ac_fhir_make_procedure(ac_fhir_maker *m, const ac_fact *f);
void ac_fhir_make_request(ac_fhir_maker *m, const ac_fact *f);        /* what is planned */
/** A sign without a code of its own, "soft abdomen": an observation that may be normal, so never a Condition. */
bool ac_fhir_is_sign(const ac_entity *e);
void ac_fhir_make_sign(ac_fhir_maker *m, const ac_fact *f);
/** The part of the body and the side of it; false when neither was said. */
bool ac_fhir_site(ac_fhir_maker *m, const ac_entity *e, ac_rec_concept *out);
/** The next indication of e at or after its attribute *at, which moves past it; NULL when there is none. */
const ac_entity *ac_fhir_reason(const ac_fhir_maker *m, const ac_entity *e, size_t *at);
void ac_fhir_make_observation(ac_fhir_maker *m, const ac_fact *f);
void ac_fhir_make_social(ac_fhir_maker *m, const ac_fact *f);
void ac_fhir_make_medication(ac_fhir_maker *m, const ac_fact *f);

void ac_fhir_make_family(ac_fhir_maker *m);                           /* all facts about relatives */
void ac_fhir_make_age(ac_fhir_maker *m);

/* ---- makers: the document around them (fhir_document.c) ---- */
void ac_fhir_make_patient(ac_fhir_maker *m);
void ac_fhir_make_encounter(ac_fhir_maker *m);
void ac_fhir_make_document(ac_fhir_maker *m);
void ac_fhir_make_device(ac_fhir_maker *m);
void ac_fhir_make_impression(ac_fhir_maker *m);
void ac_fhir_fill_composition(ac_fhir_maker *m, ac_rec_composition *c);
ac_sv ac_fhir_birth_date(ac_fhir_maker *m);                           /* as exact as it may be told */
void ac_fhir_make_provenance(ac_fhir_maker *m);

#define AC_FHIR_HL7 "http://terminology.hl7.org/CodeSystem/"
#define AC_FHIR_UCUM "http://unitsofmeasure.org"

#endif
