/* Which corpora stand below a path, and running them. */
#include "eval/session.h"
#include "os/file.h"

#include <string.h>

typedef enum { SUBSET_NONE, SUBSET_FOLDER, SUBSET_FILE } subset_rule;

typedef struct {
    const char *name;
    const char *ending;
    const char *signs;   /* what files of this format contain, any of these, '|' between */
    subset_rule subset;  /* what makes files below one path separate corpora */
    ac_eval_scorer run;
} format;

static const format formats[] = {
    { "meddocan", ".ann", "_SUJETO_ASISTENCIA |\tTERRITORIO |\tFECHAS ", SUBSET_FOLDER, ac_score_meddocan },
    { "surrogate", ".ann", "\tPATIENT |\tSTAFF |\tRELATIVE ", SUBSET_FOLDER, ac_score_surrogate },
    { "nubes", ".ann", "\tNegSynMarker |\tNegLexMarker |\tNegMorMarker |\tUncertLexMarker ", SUBSET_NONE, ac_score_nubes },
    { "maccrobat", ".ann", "\tBiological_structure |\tSign_symptom |\tDiagnostic_procedure ", SUBSET_NONE, ac_score_maccrobat },
    { "pharmaconer", ".ann", "\tNORMALIZABLES |\tPROTEINAS |\tNO_NORMALIZABLES ", SUBSET_NONE, ac_score_pharmaconer },
    { "asq-phi", ".txt", "===QUERY===", SUBSET_NONE, ac_score_asq },
    { "presidio", ".json", "\"full_text\"", SUBSET_NONE, ac_score_presidio },
    { "negex", ".txt", "\tsentence\tnegation_status", SUBSET_NONE, ac_score_negex },
    { "e3c", ".xml", "<custom:CLINENTITY ", SUBSET_FOLDER, ac_score_e3c },
    { "e3c-iob", ".txt", " B-ety\n| B-CLINENTITY\n", SUBSET_FILE, ac_score_e3c_iob },
    { "aci-bench", ".csv", ",dialogue,note", SUBSET_FILE, ac_score_aci_bench },
    { "mts-dialog", ".csv", "section_header,section_text,dialogue", SUBSET_FILE, ac_score_mts_dialog },
    { "notes", ".jsonl", "\"text\":", SUBSET_FILE, ac_score_notes },
};
enum { FORMATS = sizeof formats / sizeof formats[0], UNKNOWN = FORMATS };

typedef struct {
    size_t format;
    ac_sv subset, name;
    struct {
        ac_sv *at;
        size_t n, cap;
    } files;
} corpus;

typedef struct {
    corpus *at;
    size_t n, cap;
} corpora;

ac_sv ac_eval_format_name(size_t i) { return i < FORMATS ? ac_sv_z(formats[i].name) : (ac_sv) { "", 0 }; }

static bool has_sign(const format *f, ac_sv text)
{
    ac_sv signs = ac_sv_z(f->signs), sign;
    while (ac_sv_split(&signs, '|', &sign))
        if (text.n && memmem(text.p, text.n, sign.p, sign.n))
            return true;
    return false;
}

/* By content; the caller's word wins among the files of the right kind. */
static ac_rc format_of(ac_eval *e, ac_sv path, size_t *out, ac_err *err)
{
    ac_sv text = { 0 };
    *out = UNKNOWN;
    for (size_t i = 0; i < FORMATS && *out == UNKNOWN; i++) {
        if (!ac_sv_ends(path, ac_sv_z(formats[i].ending)))
            continue;
        if (e->opt->format.n) {
            if (ac_sv_eq(e->opt->format, ac_sv_z(formats[i].name)))
                *out = i;
            continue;
        }
        if (!text.p)
            AC_TRY(err, ac_eval_read(e, path.p, e->buffer, &text, err));
        if (has_sign(&formats[i], text))
            *out = i;
    }
    return AC_OK;
}

static ac_sv folder_of(ac_sv path)
{
    size_t end = path.n;
    while (end > 0 && path.p[end - 1] != '/')
        end--;
    return ac_sv_sub(path, 0, end ? end - 1 : 0);
}

static ac_sv last_part(ac_sv path)
{
    size_t begin = path.n;
    while (begin > 0 && path.p[begin - 1] != '/')
        begin--;
    return ac_sv_sub(path, begin, path.n);
}

static ac_rc add_file(ac_eval *e, corpora *all, size_t f, ac_sv path, ac_err *err)
{
    subset_rule rule = formats[f].subset;
    ac_sv subset = rule == SUBSET_FOLDER ? last_part(folder_of(path)) : rule == SUBSET_FILE ? ac_eval_base(path) : AC_SV("");
    corpus *c = NULL;
    for (size_t i = 0; i < all->n && !c; i++)
        if (all->at[i].format == f && ac_sv_eq(all->at[i].subset, subset))
            c = &all->at[i];
    if (!c && (c = ac_vec_push(all, e->arena))) {
        c->format = f;
        c->subset = subset;
        c->name = ac_arena_printf(e->arena, "%s%s%.*s", formats[f].name, subset.n ? "/" : "", (int)subset.n, subset.p);
    }
    ac_sv *to = c ? ac_vec_push(&c->files, e->arena) : NULL;
    if (!to || !c->name.p)
        return ac_fail(err, AC_ELIMIT, "no room for a list of files");
    *to = path;
    return AC_OK;
}

/* The files of one folder. An .ann file may be empty or say nothing special: it is what the others beside it are. */
static ac_rc find_in_folder(ac_eval *e, const ac_sv *files, size_t n, corpora *all, ac_err *err)
{
    size_t *formats_of = ac_arena_alloc(e->arena, n * sizeof *formats_of), ann = UNKNOWN;
    if (!formats_of)
        return ac_fail(err, AC_ELIMIT, "no room for a list of files");
    for (size_t i = 0; i < n; i++) {
        AC_TRY(err, format_of(e, files[i], &formats_of[i], err));
        if (ann == UNKNOWN && ac_sv_ends(files[i], AC_SV(".ann")))
            ann = formats_of[i];
    }
    for (size_t i = 0; i < n; i++) {
        size_t f = formats_of[i] == UNKNOWN && ac_sv_ends(files[i], AC_SV(".ann")) ? ann : formats_of[i];
        if (f != UNKNOWN)
            AC_TRY(err, add_file(e, all, f, files[i], err));
    }
    return AC_OK;
}

static ac_rc find_corpora(ac_eval *e, const ac_names *files, corpora *all, ac_err *err)
{
    for (size_t i = 0, end; i < files->n; i = end) {
        ac_sv folder = folder_of(files->at[i]);
        for (end = i + 1; end < files->n && ac_sv_eq(folder_of(files->at[end]), folder);)
            end++;
        AC_TRY(err, find_in_folder(e, files->at + i, end - i, all, err));
    }
    return AC_OK;
}

static bool format_known(ac_sv name)
{
    for (size_t i = 0; i < FORMATS; i++)
        if (ac_sv_eq(name, ac_sv_z(formats[i].name)))
            return true;
    return !name.n;
}

static ac_rc list_files(ac_eval *e, ac_names *out, ac_err *err)
{
    if (ac_is_dir(e->opt->path)) {
        AC_TRY(err, ac_dir_walk(e->opt->path, e->arena, out, err));
        return AC_OK;
    }
    ac_sv *one = ac_vec_push(out, e->arena), ignored;
    AC_TRY(err, ac_eval_read(e, e->opt->path, e->buffer, &ignored, err)); /* no such file: say so at once */
    if (!one || !(*one = ac_arena_copy(e->arena, ac_sv_z(e->opt->path))).p)
        return ac_fail(err, AC_ELIMIT, "no room for a path");
    return AC_OK;
}

static ac_rc run_all(ac_eval *e, ac_err *err)
{
    ac_names files = { 0 };
    corpora all = { 0 };
    AC_TRY(err, list_files(e, &files, err));
    AC_TRY(err, find_corpora(e, &files, &all, err));
    if (!all.n)
        return ac_fail(err, AC_ENOTFOUND, "no corpus of a known format");
    for (size_t i = 0; i < all.n; i++) {
        e->corpus = all.at[i].name;
        e->files = all.at[i].files.at;
        e->n_files = all.at[i].files.n;
        AC_TRY(err, formats[all.at[i].format].run(e, err));
        AC_TRY(err, ac_eval_errors_close(e, err));
    }
    return AC_OK;
}

ac_rc ac_eval_run(const ac_eval_options *opt, ac_arena *arena, ac_eval_report *out, ac_err *err)
{
    enum { FILE_MAX = 256 << 20 };
    AC_AUTO(ac_sb) buffer = AC_SB(FILE_MAX);
    AC_AUTO(ac_sb) buffer2 = AC_SB(FILE_MAX);
    AC_AUTO_PTR(ac_arena) scratch = ac_arena_new((size_t)4 << 30);
    ac_eval_report report = { 0 };
    if (!format_known(opt->format))
        return ac_fail(err, AC_EINPUT, "unknown format of a corpus");
    if (!scratch)
        return ac_fail(err, AC_ENOMEM, "no memory to score with");
    ac_eval e = { .opt = opt, .arena = arena, .scratch = scratch, .buffer = &buffer, .buffer2 = &buffer2, .report = &report };
    ac_rc rc = run_all(&e, err);
    *out = rc == AC_OK ? report : (ac_eval_report) { .file = report.file };
    return rc == AC_OK ? AC_OK : ac_err_pass(err, rc, __FILE__, __LINE__);
}
