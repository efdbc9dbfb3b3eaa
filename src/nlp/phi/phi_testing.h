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

#include <stdio.h>
#include <string.h>

/* False when a step fails, for example in a small arena. text is borrowed and must be valid UTF-8. */
static inline bool ac_testing_note(ac_note *note, ac_arena *arena, ac_sv text, ac_lang lang)
{
    *note = (ac_note) { .arena = arena, .text = text, .lang = lang };
    return ac_fold(text, arena, &note->folded, NULL) == AC_OK && ac_step_tokens(note, NULL) == AC_OK &&
           ac_step_sections(note, NULL) == AC_OK && ac_step_turns(note, NULL) == AC_OK &&
           ac_step_sentences(note, NULL) == AC_OK && ac_step_times(note, NULL) == AC_OK &&
           ac_step_phi(note, NULL) == AC_OK && ac_step_patient(note, NULL) == AC_OK;
}

/* The identifiers of the text are those wanted, as "TYPE:text|TYPE:text"; types that say nothing of a person alone are left
 * out. Prints both when not. */
static inline bool ac_testing_phi(ac_lang lang, const char *text, const char *want)
{
    char out[4096] = "";
    size_t n = 0;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    if (!arena || !ac_testing_note(&note, arena, ac_sv_z(text), lang))
        return false;
    for (size_t i = 0; i < note.phi.n && n < sizeof out; i++) {
        const ac_phi_item *p = &note.phi.at[i];
        ac_sv t = ac_span_text(note.text, p->span), name = ac_phi_name((ac_phi_type)p->type);
        if (p->type == AC_PHI_SEX || p->type == AC_PHI_KINSHIP || p->type == AC_PHI_AGE)
            continue;
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s:%.*s", n ? "|" : "", (int)name.n, name.p, (int)t.n, t.p);
    }
    if (strcmp(out, want) != 0)
        printf("# text: %s\n# want: %s\n# got:  %s\n", text, want, out);
    return strcmp(out, want) == 0;
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
