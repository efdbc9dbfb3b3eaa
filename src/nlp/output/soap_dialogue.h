/** The dialogue's part of soap.c. */
#ifndef AC_NLP_SOAP_DIALOGUE_H
#define AC_NLP_SOAP_DIALOGUE_H

#include "nlp/output/render.h"

AC_NODISCARD ac_rc ac_soap_dialogue(ac_draft *d, ac_soap *out, ac_err *err);

#endif
