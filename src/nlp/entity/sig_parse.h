/** Inside the sig step: what one token begins, as an item of a prescription. */
#ifndef AC_NLP_SIG_PARSE_H
#define AC_NLP_SIG_PARSE_H

#include "nlp/entity/mark.h"
#include "nlp/entity/quantity.h"

typedef struct {
    uint8_t kind;        /* ac_attr_kind: DOSE (strength is told apart later), ROUTE, FORM, FREQUENCY, DURATION */
    bool weak;           /* an ambiguous word: counts only right beside another item */
    uint32_t begin, end; /* tokens */
    ac_measured m;       /* DOSE */
    ac_timing t;         /* FREQUENCY */
    ac_sv norm;          /* ROUTE, FORM */
    double amount;       /* DURATION */
    char unit;
} ac_sig_item;

/** The item that begins at token. after_dose: a dose ends right before it, so that "a day" may be a frequency. */
bool ac_sig_item_at(const ac_note *note, uint32_t token, bool after_dose, ac_sig_item *out);

/** The items that stand right before token ("20 mg of", "oral"), at most max, in order. chain_begin is the first
 *  token of the first; joined says that "of" or "de" ties them to what follows. Returns how many. */
size_t ac_sig_chain(const ac_note *note, uint32_t from, uint32_t token, ac_sig_item *out, size_t max, bool *joined);

#endif
