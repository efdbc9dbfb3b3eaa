#include "nlp/pipeline.h"

#include "nlp/entity/attribute.h"
#include "nlp/context/context.h"
#include "nlp/entity/entity.h"
#include "nlp/entity/entity_tag.h"
#include "nlp/entity/fact.h"
#include "nlp/entity/given.h"
#include "nlp/text/fold.h"
#include "nlp/lexicon/terms.h"
#include "nlp/entity/measure.h"
#include "nlp/phi/patient.h"
#include "nlp/phi/phi.h"
#include "nlp/output/phrase.h"
#include "nlp/phi/phi_tag.h"
#include "nlp/entity/relation.h"
#include "nlp/text/section.h"
#include "nlp/text/sentence.h"
#include "nlp/entity/sig.h"
#include "nlp/time/time.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"

static ac_rc step_fold(ac_note *note, ac_err *err)
{
    AC_TRY(err, ac_fold(note->text, note->arena, &note->folded, err));
    return ac_terms_index(&note->folded, note->text, note->arena, err);
}

static const ac_step steps[] = {
    { "fold", "text", "folded", step_fold },
    { "tokens", "text", "tokens", ac_step_tokens },
    { "sections", "text folded tokens lang", "sections", ac_step_sections },
    { "turns", "text tokens sections", "turns dialogue", ac_step_turns },
    { "sentences", "text tokens sections turns", "sentences", ac_step_sentences },
    { "times", "text folded tokens sections sentences", "times note_date", ac_step_times },
    { "phi", "text folded tokens sentences sections times", "phi phi_words", ac_step_phi },
    { "phi_tags", "text tokens phi phi_words name_words", "phi", ac_step_phi_tags },
    { "patient", "text tokens sentences phi phi_words times", "patient", ac_step_patient },
    { "entities", "text folded tokens sentences sections phi", "entities", ac_step_entities },
    { "tags", "text folded tokens entities times", "entities mentions", ac_step_entity_tags },
    { "measures", "entities tokens times", "entities.value entities.attrs", ac_step_measures },
    { "sig", "entities tokens times", "entities.attrs", ac_step_sig },
    { "attributes", "entities tokens times", "entities.attrs", ac_step_attributes },
    { "context", "entities folded sentences sections turns", "entities.assertion entities.cue", ac_step_context },
    { "relations", "entities", "entities.attrs", ac_step_relations },
    { "given", "given text folded lang sentences patient entities", "entities", ac_step_given },
    { "facts", "entities sections", "facts", ac_step_facts },
    { "phrases", "text lang folded tokens times", "phrases", ac_step_phrases },
};

const ac_step *ac_steps(size_t *n)
{
    *n = sizeof steps / sizeof steps[0];
    return steps;
}

ac_rc ac_analyse(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        AC_TRY(err, steps[i].run(note, err));
    return AC_OK;
}
