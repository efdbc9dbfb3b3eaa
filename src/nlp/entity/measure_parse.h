/** Inside the measures step: which quantity or word beside a test is its value. */
#ifndef AC_NLP_MEASURE_PARSE_H
#define AC_NLP_MEASURE_PARSE_H

#include "nlp/entity/mark.h"
#include "nlp/entity/quantity.h"

typedef struct {
    uint32_t begin, end;  /* tokens of the test's name */
    uint32_t from, to;    /* tokens where its value may stand: its sentence, up to its neighbours */
    ac_reference ref;     /* unit empty when there is no concept */
    bool vital;
    bool numbers;         /* false: words only (a panel; the last of "sodium and potassium") */
} ac_test_place;

typedef struct {
    bool has_number, has_words;
    ac_measured m;
    const ac_mark *words; /* RESULT */
    const ac_mark *flag;  /* FLAG beside it */
    bool range;
    ac_measured range_m;
    const ac_mark *baseline; /* what the value is compared with: "(baseline 1.6)", or NULL */
    ac_measured baseline_m;
    uint32_t end;         /* the token after everything taken */
} ac_test_value;

/** Number right before the name, then what follows it, then a word right before it. False when nothing is found. */
bool ac_test_value_find(const ac_note *note, const ac_test_place *p, ac_test_value *out);

/** measure_specimen.c: the concept of the test for what was tested: the same for blood, its counterpart ("csf-glucose"),
 *  or AC_NONE when the lexicon has none: then nothing is known about its codes and range. */
uint32_t ac_test_of_specimen(const ac_note *note, const ac_test_place *p, const ac_entity *e);

/** measure_row.c: the cells behind the number: unit, flag and range, in any order. Moves v->end behind them. */
void ac_test_row(const ac_note *note, const ac_test_place *p, ac_test_value *v);

/** measure_row.c: "(baseline 1.6)", ", up from 1.2" behind the value. Moves v->end behind it. */
void ac_test_baseline(const ac_note *note, const ac_test_place *p, ac_test_value *v);

/** The quantity could be a value of this test; settles its degrees. */
bool ac_test_value_fits(const ac_note *note, const ac_test_place *p, ac_measured *m);

/** "128 L mmol/L": the letter behind the number is a flag and no litre. Then m loses it and true comes back. */
bool ac_test_flag_letter(const ac_note *note, const ac_test_place *p, ac_measured *m);

/** The unit of m, if any, is one in which this test is told. */
bool ac_test_unit_fits(const ac_test_place *p, const ac_measured *m);

/** "high" and so on for a value, by the range in the text, else by the reference; empty when it is within or unsure. */
ac_sv ac_test_flag(const ac_test_place *p, const ac_test_value *v);

#endif
