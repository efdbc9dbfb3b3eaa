/** A sentence of a note as a statement that stands by itself: without its list mark, with the header that it needs. */
#ifndef AC_NLP_SOAP_STATEMENT_H
#define AC_NLP_SOAP_STATEMENT_H

#include "nlp/render.h"

/** The sentence is little more than names, addresses and numbers of people. */
bool ac_soap_names_only(const ac_note *note, const ac_sentence *s);

/** Append the sentence to items: the rows of a table one by one; "Allergies: penicillin (rash)." where the header makes
 *  the sense. Errors: AC_ELIMIT, AC_ENOMEM. */
AC_NODISCARD ac_rc ac_soap_statement(ac_draft *d, const ac_sentence *s, ac_items *items, ac_err *err);

#endif
