/** For the tests of PHI detection and de-identification: a note from plain text, through the steps that come before. */
#ifndef AC_NLP_PHI_TESTING_H
#define AC_NLP_PHI_TESTING_H

#include "nlp/deid/deid.h"
#include "nlp/text/fold.h"
#include "nlp/phi/patient.h"
#include "nlp/phi/phi.h"
#include "nlp/text/section.h"
#include "nlp/text/sentence.h"
#include "nlp/time/time.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"

#include "base/mem.h"

/* False when a step fails, for example in a small arena. text is borrowed and must be valid UTF-8. */
static inline bool ac_testing_note(ac_note *note, ac_arena *arena, ac_sv text, ac_lang lang)
{
    *note = (ac_note) { .arena = arena, .text = text, .lang = lang };
    return ac_fold(text, arena, &note->folded, NULL) == AC_OK && ac_step_tokens(note, NULL) == AC_OK &&
           ac_step_sections(note, NULL) == AC_OK && ac_step_turns(note, NULL) == AC_OK &&
           ac_step_sentences(note, NULL) == AC_OK && ac_step_times(note, NULL) == AC_OK &&
           ac_step_phi(note, NULL) == AC_OK && ac_step_patient(note, NULL) == AC_OK;
}

/* A toy in the place of HMAC-SHA256: FNV-1a. */
static inline uint64_t ac_testing_prf(void *ctx, ac_sv label, ac_sv value)
{
    uint64_t h = 14695981039346656037u + (ctx ? *(const uint64_t *)ctx : 0);
    for (size_t i = 0; i < label.n; i++)
        h = (h ^ (unsigned char)label.p[i]) * 1099511628211u;
    for (size_t i = 0; i < value.n; i++)
        h = (h ^ (unsigned char)value.p[i]) * 1099511628211u;
    return h ^ (h >> 29);
}

#endif
