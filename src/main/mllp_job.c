#include "main/mllp_job.h"

#include "interop/hl7/hl7_text.h"
#include "os/durable.h"
#include "os/file.h"

#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 4096, ID_MAX = 40, SAME_NAME_MAX = 100, FILE_NAME = AC_MLLP_NAME + 16 };

/* ---- folders ------------------------------------------------------------------------------------------------------- */

static char *below(const char *folder, const char *name)
{
    size_t n = strlen(folder) + strlen(name) + 2;
    char *path = ac_mem_alloc(n);
    if (path)
        (void)snprintf(path, n, "%s/%s", folder, name);
    return path;
}

ac_rc ac_mllp_folders_open(const ac_settings *s, ac_mllp_folders *out, ac_err *err)
{
    int lock; /* held until the process ends */
    *out = (ac_mllp_folders) { .s = s, .out = s->out_dir, .incoming = below(s->out_dir, "incoming"), .rejected = below(s->out_dir, "rejected") };
    if (!out->incoming || !out->rejected)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_mac_key_random(&out->key, err));
    AC_TRY(err, ac_durable_folder(out->out, err));
    AC_TRY(err, ac_durable_lock(out->out, &lock, err));
    AC_TRY(err, ac_durable_folder(out->incoming, err));
    AC_TRY(err, ac_durable_folder(out->rejected, err));
    AC_TRY(err, ac_durable_sweep(out->out, err));
    AC_TRY(err, ac_durable_sweep(out->incoming, err));
    return ac_durable_sweep(out->rejected, err);
}

void ac_mllp_folders_cleanup(ac_mllp_folders *f)
{
    ac_mem_free(f->incoming);
    ac_mem_free(f->rejected);
    ac_mac_key_cleanup(&f->key);
}

/* ---- what becomes of it -------------------------------------------------------------------------------------------- */

void ac_mllp_job_refuse(ac_mllp_job *j, ac_hl7_outcome outcome, ac_hl7_error error, ac_rc rc)
{
    j->outcome = outcome;
    j->error = error;
    j->rc = rc;
    j->next = AC_MLLP_KEEP;
}

/* The machine's fault, not the message's: it may come again. */
static bool is_ours(ac_rc rc) { return rc == AC_EIO || rc == AC_EFULL || rc == AC_ENOMEM || rc == AC_EBUSY || rc == AC_EDENIED || rc == AC_ENOTFOUND || rc == AC_EINTERNAL; }

static void fail_ours(ac_mllp_job *j, ac_rc rc)
{
    j->retry = true;
    ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_INTERNAL, rc);
}

/* Never over another file: where the name is taken, the next one. suffix: with its dot. */
static ac_rc write_new(const char *folder, const char *name, const char *suffix, ac_sv data, ac_err *err)
{
    char file[FILE_NAME];
    ac_rc rc = AC_EBUSY;
    for (unsigned i = 1; rc == AC_EBUSY && i <= SAME_NAME_MAX; i++) {
        if (i == 1)
            (void)snprintf(file, sizeof file, "%s%s", name, suffix);
        else
            (void)snprintf(file, sizeof file, "%s-%u%s", name, i, suffix);
        rc = ac_durable_write(folder, file, data, err);
    }
    return rc;
}

static void forget_stored(const ac_mllp_job *j)
{
    char file[FILE_NAME];
    (void)snprintf(file, sizeof file, "%s.hl7", j->name);
    if (j->stored && ac_durable_remove(j->folders->incoming, file, NULL) != AC_OK)
        ac_say("message %llu: cannot be removed from incoming", (unsigned long long)j->number);
}

/* ---- check --------------------------------------------------------------------------------------------------------- */

/* Types that ask for another answer than a general acknowledgement, or are one. */
static const struct {
    char type[4];
    bool acknowledgement;
} types[] = {
    { "ACK", true },  { "MCF", true },  { "QBP", false }, { "QCK", false }, { "QCN", false }, { "QRY", false }, { "QSB", false }, { "QSX", false },
    { "QVR", false }, { "SPQ", false }, { "VQQ", false }, { "RQQ", false }, { "EQQ", false }, { "RSP", false }, { "EMB", false },
};

static bool check_type(ac_mllp_job *j, ac_sv type)
{
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (ac_sv_eq(type, ac_sv_z(types[i].type))) {
            j->silent = types[i].acknowledgement;
            ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_UNSUPPORTED_TYPE, AC_EINPUT);
            return false;
        }
    bool good = type.n == 3;
    for (size_t i = 0; good && i < type.n; i++)
        good = ac_is_upper(type.p[i]) || (i && ac_is_digit(type.p[i]));
    if (good)
        return true;
    j->place = AC_SV("MSH^1^9");
    ac_mllp_job_refuse(j, AC_HL7_REFUSED, type.n ? AC_HL7_E_UNSUPPORTED_TYPE : AC_HL7_E_REQUIRED, AC_EINPUT);
    return false;
}

/* "2.3", "2.5.1"; not said is common, and taken. */
static bool is_version_2(ac_sv v) { return !v.n || (v.p[0] == '2' && (v.n == 1 || v.p[1] == '.')); }

static void check_header(ac_mllp_job *j, const ac_hl7_envelope *e)
{
    const ac_hl7_message whole = { .bytes = ac_sb_view(&j->message) };
    ac_hl7_charset charset;
    if (!check_type(j, e->type))
        return;
    if (!is_version_2(e->version)) {
        j->place = AC_SV("MSH^1^12");
        ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_UNSUPPORTED_VERSION, AC_EINPUT);
    } else if (ac_hl7_charset_of(&whole, e->charset, &charset, NULL) != AC_OK) {
        j->place = AC_SV("MSH^1^18");
        ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_TABLE, AC_EINPUT);
    } else if (!e->control_id.n) {
        j->place = AC_SV("MSH^1^10");
        ac_mllp_job_refuse(j, AC_HL7_FAILED, AC_HL7_E_REQUIRED, AC_EINPUT);
    }
}

static void check_structure(ac_mllp_job *j, ac_arena *arena)
{
    ac_hl7_parts parts = { 0 };
    ac_hl7_message m;
    ac_rc rc = ac_hl7_cut(ac_sb_view(&j->message), arena, &parts, NULL);
    for (size_t i = 0; rc == AC_OK && i < parts.n; i++)
        rc = ac_hl7_parse(parts.at[i], arena, &m, NULL);
    if (rc == AC_ELIMIT)
        ac_mllp_job_refuse(j, AC_HL7_FAILED, AC_HL7_E_LENGTH, rc);
    else if (rc == AC_EINPUT)
        ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_SEQUENCE, rc);
    else if (rc != AC_OK)
        fail_ours(j, rc);
}

/* Time, number, and the control id with nothing in it that a file's name should not have. */
static void make_name(ac_mllp_job *j, ac_sv id)
{
    char at[AC_INSTANT_TEXT], time[AC_INSTANT_TEXT], safe[ID_MAX + 2];
    ac_sv instant = ac_clock_instant(at);
    size_t n = 0, k = 0;
    for (size_t i = 0; i < instant.n; i++)
        if (instant.p[i] != '-' && instant.p[i] != ':')
            time[n++] = instant.p[i];
    time[n] = '\0';
    if (id.n)
        safe[k++] = '-';
    for (size_t i = 0; i < id.n && i < ID_MAX; i++)
        safe[k++] = ac_is_alnum(id.p[i]) || id.p[i] == '-' || id.p[i] == '.' ? id.p[i] : '_';
    safe[k] = '\0';
    (void)snprintf(j->name, sizeof j->name, "%s-%06llu%s", time, (unsigned long long)j->number, safe);
}

static void fingerprint(ac_mllp_job *j, const ac_hl7_envelope *e)
{
    ac_mac_key key = j->folders->key;
    AC_AUTO(ac_sb) who = AC_SB(1 << 16);
    const ac_sv parts[] = { e->application, e->facility, e->control_id };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        ac_sb_add_u64(&who, parts[i].n);
        ac_sb_add_char(&who, ' ');
        ac_sb_add(&who, parts[i]);
    }
    j->printed = who.rc == AC_OK;
    j->print[0] = ac_mac_prf(&key, AC_SV("sender"), ac_sb_view(&who));
    j->print[1] = ac_mac_prf(&key, AC_SV("bytes"), ac_sb_view(&j->message));
    ac_mac_key_cleanup(&key);
}

static void check(ac_mllp_job *j, ac_arena *arena)
{
    ac_hl7_envelope e = { 0 };
    const bool headed = ac_hl7_envelope_read(ac_sb_view(&j->message), &e);
    make_name(j, e.control_id);
    j->enhanced = e.enhanced;
    j->next = e.enhanced ? AC_MLLP_STORE : AC_MLLP_PROCESS;
    if (!headed) {
        ac_mllp_job_refuse(j, AC_HL7_REFUSED, AC_HL7_E_SEQUENCE, AC_EINPUT);
        return;
    }
    fingerprint(j, &e);
    check_header(j, &e);
    if (j->next != AC_MLLP_KEEP)
        check_structure(j, arena);
}

/* ---- the other steps ----------------------------------------------------------------------------------------------- */

static void store(ac_mllp_job *j)
{
    ac_err err = { 0 };
    char file[FILE_NAME];
    (void)snprintf(file, sizeof file, "%s.hl7", j->name);
    ac_rc rc = ac_durable_write(j->folders->incoming, file, ac_sb_view(&j->message), &err);
    j->stored = rc == AC_OK;
    j->next = AC_MLLP_PROCESS;
    if (rc != AC_OK)
        fail_ours(j, rc);
}

static void load(ac_mllp_job *j)
{
    char path[PATH_BYTES];
    ac_rc rc = AC_EINPUT;
    if (snprintf(path, sizeof path, "%s/%s.hl7", j->folders->incoming, j->name) < (int)sizeof path)
        rc = ac_file_read(path, &j->message, NULL);
    j->next = AC_MLLP_PROCESS;
    j->stored = j->loaded = true;
    if (rc != AC_OK)
        fail_ours(j, rc);
}

static ac_rc write_result(const ac_mllp_job *j, const ac_work *w, ac_err *err)
{
    char file[FILE_NAME];
    if (!j->loaded)
        return write_new(j->folders->out, j->name, ac_format_extension(w->s), ac_sb_view(&w->out), err);
    (void)snprintf(file, sizeof file, "%s%s", j->name, ac_format_extension(w->s));
    ac_rc rc = ac_durable_write(j->folders->out, file, ac_sb_view(&w->out), err);
    return rc == AC_EBUSY ? AC_OK : rc; /* the process that stored it came so far */
}

static void process(void *worker, ac_mllp_job *j)
{
    char at[AC_INSTANT_TEXT];
    const ac_input input = { .path = j->name };
    ac_work w = { .s = j->folders->s, .input = &input, .source = j->message, .at = ac_clock_instant(at) };
    ac_work_run(worker, &w);
    ac_rc rc = w.rc == AC_OK ? write_result(j, &w, &w.err) : w.rc;
    w.source = (ac_sb) { 0 }; /* it stays the job's */
    ac_work_cleanup(&w);
    if (rc == AC_OK) {
        forget_stored(j);
        j->next = AC_MLLP_DONE;
    } else if (is_ours(rc)) {
        fail_ours(j, rc);
    } else {
        ac_mllp_job_refuse(j, AC_HL7_FAILED, ac_hl7_error_of(rc), rc);
    }
}

/* Nothing is lost that was sent. What may go well later is its sender's, or lies in incoming already. */
static void keep(ac_mllp_job *j)
{
    ac_err err = { 0 };
    ac_rc rc = AC_OK;
    if (!j->silent && !j->retry)
        rc = write_new(j->folders->rejected, j->name, ".hl7", ac_sb_view(&j->message), &err);
    if (rc != AC_OK) /* its sender must know that it was not kept */
        fail_ours(j, rc);
    if (!j->retry)
        forget_stored(j);
    j->next = AC_MLLP_DONE;
}

static ac_arena *arena_of(void *worker, const ac_mllp_job *j)
{
    ac_arena **arena = worker;
    if (!*arena)
        *arena = ac_arena_new(ac_run_arena_max(j->folders->s->max_bytes));
    return *arena;
}

void ac_mllp_job_step(void *worker, ac_mllp_job *j)
{
    ac_arena *arena;
    switch (j->next) {
    case AC_MLLP_CHECK:
        arena = arena_of(worker, j);
        if (arena)
            check(j, arena);
        else
            fail_ours(j, AC_ENOMEM);
        if (arena)
            ac_arena_reset(arena);
        break;
    case AC_MLLP_STORE:
        store(j);
        break;
    case AC_MLLP_LOAD:
        load(j);
        break;
    case AC_MLLP_PROCESS:
        process(worker, j);
        break;
    case AC_MLLP_KEEP:
        keep(j);
        break;
    case AC_MLLP_DONE:
        break;
    }
}

void ac_mllp_job_cleanup(ac_mllp_job *j) { ac_sb_cleanup(&j->message); }
