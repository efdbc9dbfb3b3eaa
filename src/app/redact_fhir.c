/* Redacted copies of FHIR: a bundle, a resource, or one resource a line. */
#include "app/redact_job.h"

#include "app/intake.h"
#include "interop/fhir_bundle.h"
#include "interop/fhir_write.h"
#include "interop/record_refs.h"

enum { INDENT = 2 };

static bool is_number(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ac_is_alpha(s.p[i]) || (unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* In a copy, what stands for a value is none; and a number of the structure is a result, whatever it looks like. */
static size_t cuts_of(const ac_result *r, bool copy)
{
    size_t n = 0;
    for (size_t i = 0; i < r->deidentified.n_cuts; i++) {
        const ac_span cut = r->deidentified.cuts[i].span;
        const bool result = is_number(ac_span_text(r->note->text, cut)) && ac_note_is_closed(r->note, cut.begin);
        n += !copy || (!result && !ac_redact_is_made(r->note->text, cut));
    }
    return n;
}

typedef enum { LOOK, BUNDLE, LINES } how;

/* One patient's resources, joined to those of the others. */
static ac_rc one_patient(ac_redact_job *j, const ac_intake_part *part, how way, ac_record *all, size_t *cuts,
                         ac_err *err)
{
    ac_result result;
    ac_process_extra extra;
    ac_record copy = { 0 };
    if (j->opt->key)
        AC_TRY(err, j->opt->key(j->opt->context, part->chart.subject, &j->deid, err));
    j->lang = &part->chart.lang;
    const bool empty = !ac_sv_trim(part->chart.text).n; /* a chart that says nothing: the engine wants text */
    AC_TRY(err, ac_redact_read_words(j, empty ? AC_SV("-") : part->chart.text, empty ? NULL : &part->chart.given,
                                     &result, &extra, err));
    *cuts += cuts_of(&result, way == LOOK);
    if (way == LOOK)
        return AC_OK;
    AC_TRY(err, ac_redact_remember(j, &result, err));
    ac_fhir_options opt = { .record = part->record, .chart = &part->chart, .relative = way == LINES };
    if (j->deid.prf && part->chart.subject.n) /* the same patient gets the same id in every file */
        opt.patient_id = ac_arena_printf(
            j->arena, "%016llx", (unsigned long long)j->deid.prf(j->deid.ctx, AC_SV("fhir patient id"), AC_SV("")));
    AC_TRY(err, ac_fhir_redacted(&result, &opt, &copy, err));
    all->bundle |= copy.bundle;
    return ac_record_join(all, &copy, j->arena, err);
}

static ac_rc write_lines(const ac_record *r, ac_sb *out, ac_err *err)
{
    for (size_t i = 0; i < r->entries.n; i++) {
        const ac_record one = { .entries = { &r->entries.at[i], 1, 1 } };
        AC_TRY(err, ac_fhir_write(&one, 0, out, err));
        ac_sb_add_char(out, '\n');
    }
    return ac_sb_done(out, err);
}

/* Read bytes; write them anew when this is the first time or something is to be hidden in them still. */
static ac_rc one_round(ac_redact_job *j, ac_sv bytes, bool first, bool lines, ac_sb *made, bool *clean, ac_err *err)
{
    const ac_intake_options options = { j->opt->process->lang, NULL, j->opt->reading };
    ac_intake in;
    ac_record all = { 0 };
    size_t cuts = 0, read = 0;
    AC_TRY(err, ac_intake_read(&options, bytes, j->arena, &in, err));
    for (size_t i = 0; i < in.parts.n && !first && ac_redact_finds_again(j); i++)
        AC_TRY(err, one_patient(j, &in.parts.at[i], LOOK, &all, &cuts, err));
    *clean = !first && !cuts;
    if (*clean)
        return ac_redact_check(j, bytes, err);
    for (size_t i = 0; i < in.parts.n; i++) {
        AC_TRY(err, one_patient(j, &in.parts.at[i], lines ? LINES : BUNDLE, &all, &cuts, err));
        read = in.parts.at[i].record->entries.n;
    }
    j->report->parts = in.parts.n;
    j->report->replaced += cuts;
    j->report->left_out = read > all.entries.n ? read - all.entries.n : 0;
    return lines ? write_lines(&all, made, err) : ac_fhir_write(&all, INDENT, made, err);
}

ac_rc ac_redact_fhir(ac_redact_job *j, ac_sv bytes, bool lines, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) last = AC_SB(out->max);
    for (uint32_t k = 1; k <= AC_REDACT_ROUNDS; k++) {
        AC_AUTO(ac_sb) made = AC_SB(out->max);
        bool clean;
        j->report->rounds = k;
        AC_TRY(err, one_round(j, bytes, k == 1, lines, &made, &clean, err));
        if (clean) {
            ac_sb_add(out, bytes);
            return ac_sb_done(out, err);
        }
        ac_sb_clear(&last);
        ac_sb_add(&last, ac_sb_view(&made));
        AC_TRY(err, ac_sb_done(&last, err));
        bytes = ac_sb_view(&last);
    }
    return ac_fail(err, AC_EINTERNAL, AC_REDACT_STILL);
}
