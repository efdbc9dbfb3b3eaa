/* De-identification of whole documents: MEDDOCAN (brat) and notes without gold. */
#include "base/json_read.h"
#include "eval/brat.h"
#include "eval/spans.h"
#include "nlp/pipeline.h"

static ac_rc found_phi(const ac_eval_doc *d, ac_span_score *s, ac_typed_list *found, ac_err *err)
{
    for (size_t i = 0; i < d->note.phi.n; i++) {
        const ac_phi_item *p = &d->note.phi.at[i];
        if (!ac_deid_hides(AC_DEID_MEDDOCAN, &d->note, p))
            continue;
        uint32_t type = ac_span_type(s, ac_phi_meddocan_name((ac_phi_type)p->type));
        AC_TRY(err, ac_typed_add(d->note.arena, found, p->span, type, err));
    }
    return AC_OK;
}

ac_rc ac_score_meddocan(ac_eval *e, ac_err *err)
{
    ac_span_score score = { 0 };
    ac_count chars = { 0 };
    uint64_t spanish = 0, documents = 0, mismatches = 0;
    ac_eval_doc d;
    ac_brat b;
    bool done;
    for (size_t i = 0;; documents++) {
        AC_TRY(err, ac_brat_next(e, &i, NULL, &d, &b, &done, err));
        if (done)
            break;
        const uint8_t *flags;
        ac_typed_list gold = { 0 }, found = { 0 };
        AC_TRY(err, ac_analyse(&d.note, err));
        AC_TRY(err, ac_eval_masked(&d, AC_DEID_MEDDOCAN, &flags, err));
        for (size_t k = 0; k < b.marks.n; k++) {
            ac_sv name = ac_arena_copy(e->arena, b.marks.at[k].type);
            AC_TRY(err, ac_typed_add(e->scratch, &gold, b.marks.at[k].span, ac_span_type(&score, name), err));
            ac_count_add(&chars, ac_eval_covered(d.note.text, b.marks.at[k].span, flags));
        }
        AC_TRY(err, found_phi(&d, &score, &found, err));
        AC_TRY(err, ac_spans_compare(e, &d, &score, &gold, &found, err));
        spanish += d.note.lang == AC_LANG_ES;
        mismatches += b.mismatches;
    }
    AC_TRY(err, ac_spans_report(e, &score, err));
    AC_TRY(err, ac_eval_share(e, "character-recall", chars.tp, chars.tp + chars.fn, err));
    AC_TRY(err, ac_eval_share(e, "language", spanish, documents, err));
    return ac_eval_share(e, "gold-offset-errors", mismatches, score.any_exact.tp + score.any_exact.fn, err);
}

/* ---- notes without gold: what safe-harbor hides of them --------------------------------------------------------- */

static void count_words(const ac_note *note, const uint8_t *flags, ac_count *words)
{
    for (size_t i = 0; i < note->tokens.n; i++) {
        const ac_token *t = &note->tokens.at[i];
        if (t->kind != AC_TOKEN_PUNCT)
            ac_count_decision(words, true, ac_eval_covered(note->text, ac_span_of(t->begin, t->end), flags).tp > 0);
    }
}

static ac_rc score_line(ac_eval *e, ac_sv id, ac_sv text, ac_count *words, ac_err *err)
{
    ac_eval_doc d;
    const uint8_t *flags;
    AC_TRY(err, ac_eval_open(e, id, text, NULL, &d, err));
    AC_TRY(err, ac_analyse(&d.note, err));
    AC_TRY(err, ac_eval_masked(&d, AC_DEID_SAFE_HARBOR, &flags, err));
    count_words(&d.note, flags, words);
    for (size_t i = 0; i < d.note.phi.n; i++)
        if (ac_deid_hides(AC_DEID_SAFE_HARBOR, &d.note, &d.note.phi.at[i]))
            AC_TRY(err, ac_eval_error_add(e, &d, AC_EVAL_SPURIOUS, d.note.phi.at[i].span, AC_SV(""),
                                          ac_phi_name((ac_phi_type)d.note.phi.at[i].type), err));
    return AC_OK;
}

ac_rc ac_score_notes(ac_eval *e, ac_err *err)
{
    ac_count words = { 0 };
    for (size_t i = 0; i < e->n_files; i++) {
        ac_sv file, line;
        AC_TRY(err, ac_eval_read(e, e->files[i].p, e->buffer, &file, err));
        while (ac_sv_split(&file, '\n', &line)) {
            ac_json *j;
            if (!ac_sv_trim(line).n)
                continue;
            ac_eval_next(e);
            AC_TRY(err, ac_json_parse(line, 16, e->scratch, &j, err));
            if (!ac_sv_trim(ac_json_text(j, "text")).n)
                continue;
            AC_TRY(err, score_line(e, ac_json_text(j, "id"), ac_json_text(j, "text"), &words, err));
        }
    }
    return ac_eval_share(e, "words-hidden", words.tp, words.tp + words.fn, err);
}
