#include "lexc/lexc.h"

#include "nlp/context/context.h"
#include "nlp/phi/phi.h"
#include "nlp/output/interview.h"
#include "nlp/output/phrase.h"
#include "nlp/lexicon/vocabulary_words.h"
#include "nlp/text/section.h"
#include "nlp/entity/sig.h"

#define KEY(id, name, ...) name,
static const char *const section_keys[] = { AC_SECTION_LIST(KEY) };
static const char *const cue_keys[] = { AC_CUE_LIST(KEY) };
static const char *const sig_keys[] = { AC_SIG_LIST(KEY) };
static const char *const phi_keys[] = { AC_PHI_WORD_LIST(KEY) };
static const char *const name_keys[] = { AC_NAME_LIST(KEY) };
static const char *const output_keys[] = { AC_PHRASE_LIST(KEY) };
static const char *const interview_keys[] = { AC_INTERVIEW_LIST(KEY) };
static const char *const vocabulary_keys[] = { AC_RELEASE_WORD_LIST(KEY) };
static const char *const unit_keys[] = { "unit" };
static const char *const model_keys[] = { "model" };
static const char *const guideline_keys[] = { "rule", "set" };
static const char *const lexicon_keys[] = { "problem", "symptom",  "medication", "lab",      "vital", "procedure",
                                            "anatomy", "device",   "allergen",   "social" };

#define SET(name, keys) { name, keys, sizeof(keys) / sizeof(keys)[0] }
static const lexc_set sets[] = {
    SET("outputs", output_keys),   SET("interview", interview_keys), SET("vocabulary", vocabulary_keys),
    SET("sections", section_keys), SET("context", cue_keys), SET("sig", sig_keys),        SET("phi", phi_keys),
    SET("guidelines", guideline_keys), SET("names", name_keys),       SET("units", unit_keys),  SET("models", model_keys),
    SET("lexicon", lexicon_keys),
};

const lexc_set *lexc_set_find(ac_sv name)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (ac_sv_eq(ac_sv_z(sets[i].set), name))
            return &sets[i];
    return NULL;
}
