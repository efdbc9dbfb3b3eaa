#include "app/process.h"

#include "core/given.h"
#include "core/layout.h"
#include "nlp/output/clinical_summary.h"
#include "nlp/guideline/guideline.h"
#include "nlp/text/language.h"
#include "nlp/pipeline.h"
#include "nlp/output/soap.h"
#include "nlp/output/summary.h"
#include "nlp/output/timeline.h"
#include "nlp/output/verify.h"

typedef struct {
    const ac_process_options *opt;
    ac_sv source;
    ac_note *note;
    ac_result *result;
    ac_process_extra *extra;
    uint64_t tick; /* when the running step began */
    size_t used;   /* arena bytes then */
} job;

/* ---- outputs: one row each; reads are fields of ac_note, as in the table of steps ------------------------------- */

static ac_rc out_deid(job *j, ac_err *err)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    return ac_deidentify(j->note, j->opt->deid ? j->opt->deid : &tags, &j->result->deidentified, err);
}

static ac_rc out_clinical(job *j, ac_err *err)
{
    return ac_clinical_summary_make(j->note, &j->result->clinical_summary, err);
}

static ac_rc out_soap(job *j, ac_err *err) { return ac_soap_make(j->note, &j->result->soap, err); }
static ac_rc out_summary(job *j, ac_err *err) { return ac_patient_summary_make(j->note, &j->result->summary, err); }
static ac_rc out_timeline(job *j, ac_err *err) { return ac_timeline_make(j->note, &j->result->timeline, err); }
static ac_rc out_guidelines(job *j, ac_err *err) { return ac_guidelines_check(j->note, &j->result->guidelines, err); }
static ac_rc out_verify(job *j, ac_err *err) { return ac_verify_result(j->result, j->note->arena, err); }

#define WRITTEN (AC_PART_CLINICAL_SUMMARY | AC_PART_SOAP | AC_PART_SUMMARY | AC_PART_TIMELINE | AC_PART_GUIDELINES)

static const struct {
    uint32_t parts; /* any of these asks for it */
    const char *name, *reads;
    ac_rc (*run)(job *, ac_err *); /* NULL: the note itself is the answer */
} outputs[] = {
    { AC_PART_SECTIONS, "", "sections", NULL },
    { AC_PART_ENTITIES, "", "entities facts marks turns patient", NULL },
    { AC_PART_MENTIONS, "", "mentions", NULL },
    { AC_PART_PHI, "", "phi patient", NULL },
    { AC_PART_DEIDENTIFIED, "deid", "phi patient folded tokens", out_deid },
    { AC_PART_CLINICAL_SUMMARY, "clinical_summary", "facts entities patient sections turns times phrases",
      out_clinical },
    { AC_PART_SOAP, "soap", "facts entities patient sections turns times phrases", out_soap },
    { AC_PART_SUMMARY, "summary", "facts entities patient sections turns times phrases", out_summary },
    { AC_PART_TIMELINE, "timeline", "facts entities patient sections turns times", out_timeline },
    { AC_PART_GUIDELINES, "guidelines", "facts entities patient sections times", out_guidelines },
    { WRITTEN, "verify", "entities times tokens phrases", out_verify },
};
enum { OUTPUTS = sizeof outputs / sizeof outputs[0] };

/* ---- planning: from the parts asked for back through what each step reads ---------------------------------------- */

#define F(name)                                                                                                        \
    {                                                                                                                  \
        name, sizeof name - 1                                                                                          \
    }
static const ac_sv fields[] = { F("text"),     F("lang"),     F("folded"),  F("tokens"),  F("sentences"), F("sections"),
                                F("turns"),    F("dialogue"), F("marks"),   F("times"),   F("phi"),       F("entities"),
                                F("mentions"), F("facts"),    F("phrases"), F("patient"), F("note_date") };
#undef F

/* Of the word that begins there: "entities.value" counts as entities. */
static uint32_t field_bit(const char *word)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (*word != *fields[i].p || strncmp(word, fields[i].p, fields[i].n) != 0)
            continue;
        char end = word[fields[i].n];
        if (!end || end == ' ' || end == '.')
            return 1u << i;
    }
    return 0;
}

static uint32_t field_bits(const char *words)
{
    uint32_t bits = 0;
    for (const char *next = words; next; words = next + 1) {
        bits |= field_bit(words);
        next = strchr(words, ' ');
    }
    return bits;
}

static bool all_asked(uint32_t parts)
{
    for (size_t i = 0; i < OUTPUTS; i++)
        if (!(outputs[i].parts & parts))
            return false;
    return true;
}

/* Bits of the steps. Who wants everything, as most do, need not have it worked out for each note. */
static uint64_t plan(uint32_t parts)
{
    size_t n;
    const ac_step *steps = ac_steps(&n);
    uint32_t need = 0;
    uint64_t chosen = 0;
    if (all_asked(parts))
        return (UINT64_C(1) << n) - 1;
    for (size_t i = 0; i < OUTPUTS; i++)
        if (outputs[i].parts & parts)
            need |= field_bits(outputs[i].reads);
    for (size_t i = n; i-- > 0;)
        if (field_bits(steps[i].fills) & need) {
            need |= field_bits(steps[i].reads);
            chosen |= 1ull << i;
        }
    return chosen;
}

size_t ac_process_plan(uint32_t parts, ac_sv *names, size_t max)
{
    size_t n, found = 0;
    const ac_step *steps = ac_steps(&n);
    uint64_t chosen = plan(parts);
    for (size_t i = 0; i < n && found < max; i++)
        if (chosen >> i & 1)
            names[found++] = ac_sv_z(steps[i].name);
    return found;
}

/* ---- running ----------------------------------------------------------------------------------------------------- */

static ac_rc begin(job *j, ac_err *err)
{
    if (!j->opt->clock)
        return AC_OK;
    j->tick = ac_clock_ticks_ns(j->opt->clock);
    j->used = ac_arena_used(j->note->arena);
    return j->opt->until_ns && j->tick > j->opt->until_ns ? ac_fail(err, AC_ETIMEOUT, "its time is up") : AC_OK;
}

static void end(job *j, const char *name)
{
    ac_process_extra *x = j->extra;
    if (!j->opt->clock || x->n_times == AC_PROCESS_STEPS_MAX)
        return;
    x->bytes[x->n_times] = ac_arena_used(j->note->arena) - j->used;
    x->times[x->n_times++] = (ac_step_time) { ac_sv_z(name), ac_clock_ticks_ns(j->opt->clock) - j->tick };
}

static ac_rc read_source(job *j, ac_err *err)
{
    AC_TRY(err, begin(j, err));
    AC_TRY(err, ac_normalise(j->source, j->opt->max_bytes, j->note->arena, &j->extra->source, err));
    j->note->text = j->extra->source.text;
    j->note->coverage = j->extra->source.coverage;
    end(j, "normalise");
    AC_TRY(err, begin(j, err));
    j->extra->lang_confidence = 1;
    if (j->opt->lang)
        j->note->lang = *j->opt->lang;
    else
        j->note->lang = ac_detect_language(j->note->text, &j->extra->lang_confidence);
    end(j, "language");
    return AC_OK;
}

static uint32_t place_in_text(const void *source, uint32_t at) { return ac_source_text_at(source, at); }

/* What the caller says of places in the source is put in terms of the text. */
static ac_rc take_places(job *j, ac_err *err)
{
    const ac_source *source = &j->extra->source;
    ac_note *note = j->note;
    if (j->opt->given && !(note->given = ac_given_moved(j->opt->given, note->arena, place_in_text, source)))
        return ac_fail(err, AC_ELIMIT, "no room for given facts");
    if (j->opt->layout &&
        !(note->layout = ac_layout_moved(j->opt->layout, note->text, note->arena, place_in_text, source)))
        return ac_fail(err, AC_ELIMIT, "no room for the layout of the document");
    return AC_OK;
}

static ac_rc run_steps(job *j, ac_err *err)
{
    size_t n;
    const ac_step *steps = ac_steps(&n);
    uint64_t chosen = plan(j->opt->parts);
    for (size_t i = 0; i < n; i++) {
        if (!(chosen >> i & 1))
            continue;
        AC_TRY(err, begin(j, err));
        AC_TRY(err, steps[i].run(j->note, err));
        end(j, steps[i].name);
    }
    return AC_OK;
}

static ac_rc run_outputs(job *j, ac_err *err)
{
    for (size_t i = 0; i < OUTPUTS; i++) {
        if (!outputs[i].run || !(outputs[i].parts & j->opt->parts))
            continue;
        AC_TRY(err, begin(j, err));
        AC_TRY(err, outputs[i].run(j, err));
        end(j, outputs[i].name);
    }
    return AC_OK;
}

ac_rc ac_process(const ac_process_options *opt, ac_sv source, ac_arena *arena, ac_result *out, ac_process_extra *extra,
                 ac_err *err)
{
    ac_process_extra own = { 0 };
    ac_result result = { 0 };
    ac_note *note = ac_arena_alloc(arena, sizeof *note);
    own.times = ac_arena_alloc(arena, AC_PROCESS_STEPS_MAX * sizeof own.times[0]);
    own.bytes = ac_arena_alloc(arena, AC_PROCESS_STEPS_MAX * sizeof own.bytes[0]);
    if (!note || !own.times || !own.bytes)
        return ac_fail(err, AC_ELIMIT, "no room for a note");
    note->arena = arena;
    note->id = opt->id;
    note->note_date = opt->note_date;
    note->wants_mentions = opt->parts & AC_PART_MENTIONS;
    note->vocabs = opt->vocabs;
    result.note = note;
    job j = { .opt = opt, .source = source, .note = note, .result = &result, .extra = &own };
    if (opt->clock && opt->read_ns)
        own.times[own.n_times++] = (ac_step_time) { AC_SV("read"), opt->read_ns };
    AC_TRY(err, read_source(&j, err));
    AC_TRY(err, take_places(&j, err));
    AC_TRY(err, run_steps(&j, err));
    AC_TRY(err, run_outputs(&j, err));
    *out = result;
    *extra = own;
    return AC_OK;
}
