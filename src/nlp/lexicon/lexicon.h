/** The concepts behind data/lexicon: codes, names, flags, reference ranges. Format: data/lexicon/README.md. */
#ifndef AC_NLP_LEXICON_H
#define AC_NLP_LEXICON_H

#include "nlp/lexicon/terms.h"

enum { /* ac_concept_flags, one bit per flag word of data/lexicon/README.md */
    AC_CONCEPT_CHRONIC = 1 << 0, AC_CONCEPT_ACUTE = 1 << 1, AC_CONCEPT_RISK = 1 << 2, AC_CONCEPT_CANCER = 1 << 3,
    AC_CONCEPT_INFECTION = 1 << 4, AC_CONCEPT_SIGN = 1 << 5, AC_CONCEPT_REDFLAG = 1 << 6, AC_CONCEPT_OTC = 1 << 7,
    AC_CONCEPT_QUAL = 1 << 8, AC_CONCEPT_PANEL = 1 << 9, AC_CONCEPT_IMAGING = 1 << 10, AC_CONCEPT_SURGERY = 1 << 11,
    AC_CONCEPT_ENDOSCOPY = 1 << 12, AC_CONCEPT_THERAPY = 1 << 13, AC_CONCEPT_SCREENING = 1 << 14,
    AC_CONCEPT_TEST = 1 << 15, AC_CONCEPT_PAIRED = 1 << 16, AC_CONCEPT_IMPLANT = 1 << 17, AC_CONCEPT_FOOD = 1 << 18,
    AC_CONCEPT_ENV = 1 << 19, AC_CONCEPT_INSECT = 1 << 20, AC_CONCEPT_CONTACT = 1 << 21, AC_CONCEPT_TOBACCO = 1 << 22,
    AC_CONCEPT_ALCOHOL = 1 << 23, AC_CONCEPT_DRUG = 1 << 24, AC_CONCEPT_WORK = 1 << 25, AC_CONCEPT_LIVING = 1 << 26,
    AC_CONCEPT_FEMALE = 1 << 27, AC_CONCEPT_MALE = 1 << 28,
};

typedef struct {
    ac_code_system system;
    ac_sv code;
} ac_code;

/** Another unit in which a result is reported: value * factor + offset is the value in the reference unit. */
typedef struct {
    ac_sv unit; /* UCUM */
    double factor, offset;
} ac_alt_unit;

enum { AC_ALT_UNITS = 4 };

/** Reference range and units of a lab or vital. A bound that is not known is NAN. */
typedef struct {
    ac_sv unit;                  /* UCUM; empty when none */
    double low, high;            /* for this sex, in unit */
    double crit_low, crit_high;
    ac_alt_unit alts[AC_ALT_UNITS];
    size_t n_alts;
} ac_reference;

/** Ask for what the functions below read of a concept, so that it has come from memory when they are called. */
void ac_concept_fetch(uint32_t concept);

/* concept: an index as in ac_entity.concept, below ac_lexicon_size(). All views are static. */
size_t ac_lexicon_size(void);
ac_sv ac_concept_id(uint32_t concept);
ac_sv ac_concept_name(uint32_t concept, ac_lang lang); /* preferred name; English when there is no other */
ac_kind ac_concept_kind(uint32_t concept);
uint32_t ac_concept_flags(uint32_t concept);
size_t ac_concept_codes(uint32_t concept, ac_code *out, size_t max);   /* returns how many there are */
/** The codes of a mention: what is over has no ICD-10-CM code of an acute event, but that of its history where there is one. */
size_t ac_concept_codes_of(uint32_t concept, ac_assertion assertion, ac_code *out, size_t max);
bool ac_concept_code(uint32_t concept, ac_code_system system, ac_sv *code);
size_t ac_concept_classes(uint32_t concept, ac_sv *out, size_t max);   /* drug classes */
bool ac_concept_in_class(uint32_t concept, ac_sv drug_class);
size_t ac_concept_ingredients(uint32_t concept, uint32_t *out, size_t max); /* of a combination; 0 for single drugs */
ac_reference ac_concept_reference(uint32_t concept, ac_sex sex);
uint32_t ac_concept_find(ac_sv id);                                    /* AC_NONE when unknown; binary search */

#endif
