#include "main/notes.h"
#include "main/vocabularies.h"

#include "adapter/media_worker/media_worker.h"
#include "interop/fhir_bundle.h"
#include "os/file.h"
#include "os/terminal.h"

#include <string.h>
#include <unistd.h>

enum { ARENA_MAX = 16 << 20, KEY_FILE_MAX = 1 << 20, WIDTH_MAX = 110, WIDTH_MIN = 40 };

/* What each command shows on a page, and what it computes for JSON. */
static const struct {
    uint32_t blocks, parts;
} commands[AC_CMD_COUNT] = {
    [AC_CMD_PROCESS] = { AC_VIEW_TOP | AC_VIEW_GUIDELINES | AC_VIEW_NARRATIVE | AC_VIEW_FACTS | AC_VIEW_TIMELINE | AC_VIEW_SOAP |
                             AC_VIEW_IDENTIFIERS | AC_VIEW_COVERAGE,
                         AC_PART_ALL },
    [AC_CMD_DEID] = { 0, AC_PART_PHI | AC_PART_DEIDENTIFIED },
    [AC_CMD_EXTRACT] = { AC_VIEW_FACTS | AC_VIEW_COVERAGE, AC_PART_TEXT | AC_PART_SECTIONS | AC_PART_ENTITIES },
    [AC_CMD_SUMMARIZE] = { AC_VIEW_TOP | AC_VIEW_SUMMARY | AC_VIEW_SOAP | AC_VIEW_COVERAGE,
                           AC_PART_CLINICAL_SUMMARY | AC_PART_SOAP | AC_PART_SUMMARY | AC_PART_UNSUPPORTED },
    [AC_CMD_SERVE] = { 0, AC_PART_ALL },
    [AC_CMD_FHIR] = { 0, AC_PART_ALL & ~(uint32_t)AC_PART_TIMING },
};

static bool is_page(ac_format f) { return f == AC_FORMAT_TEXT || f == AC_FORMAT_MARKDOWN; }

static ac_rc read_key(const ac_cli *cli, ac_settings *s, ac_err *err)
{
    const char *path = cli->value[AC_OPT_KEY];
    AC_AUTO(ac_sb) secret = AC_SB(KEY_FILE_MAX);
    bool stable = s->mode == AC_DEID_SURROGATE || s->mode == AC_DEID_DATE_SHIFT;
    if (!path) {
        if (stable && !s->quiet)
            ac_say("no --key: names and dates are replaced differently in each run");
        return ac_mac_key_random(&s->key, err);
    }
    AC_TRY(err, ac_file_read(path, &secret, err));
    ac_sv trimmed = ac_sv_trim(ac_sb_view(&secret)); /* an editor's last line end is no part of the secret */
    ac_rc rc = ac_mac_key_derive(trimmed, AC_SV("aceso surrogates 1"), &s->key, err);
    if (secret.p)
        explicit_bzero(secret.p, secret.n);
    return rc;
}

static void read_formats(const ac_cli *cli, ac_settings *s)
{
    static const ac_format served[] = { AC_FORMAT_JSON, AC_FORMAT_NDJSON, AC_FORMAT_FHIR };
    if (s->command == AC_CMD_SERVE) {
        s->format = served[ac_cli_choice(cli, AC_OPT_SERVE_FORMAT)];
        s->one_line = s->format == AC_FORMAT_NDJSON;
    } else if (s->command == AC_CMD_FHIR) {
        s->format = AC_FORMAT_FHIR;
        s->one_line = ac_cli_choice(cli, AC_OPT_FHIR_FORMAT) == 2; /* fhir, json, ndjson */
    } else {
        s->format = (ac_format)ac_cli_choice(cli, AC_OPT_FORMAT);
        s->one_line = s->format == AC_FORMAT_NDJSON;
    }
    s->view.markdown = s->format == AC_FORMAT_MARKDOWN;
    s->view.blocks = commands[s->command].blocks;
    s->parts = is_page(s->format) && s->view.blocks ? ac_view_parts(s->view.blocks)
               : s->format == AC_FORMAT_FHIR        ? commands[AC_CMD_FHIR].parts
                                                    : commands[s->command].parts;
}

static void read_colours(const ac_cli *cli, ac_settings *s)
{
    size_t when = ac_cli_choice(cli, AC_OPT_COLOR); /* auto, always, never */
    bool terminal = !s->out_dir && ac_is_terminal(STDOUT_FILENO);
    s->view.colour = !s->out_dir && (when == 1 || (when == 0 && ac_terminal_colour(STDOUT_FILENO)));
    s->view.width = terminal ? ac_terminal_width(STDOUT_FILENO) : WIDTH_MAX;
    s->view.width = s->view.width > WIDTH_MAX ? WIDTH_MAX : s->view.width < WIDTH_MIN ? WIDTH_MIN : s->view.width;
}

/* The output of deid has no codes. */
static ac_rc open_vocabularies(const ac_cli *cli, ac_settings *s, ac_err *err)
{
    if (s->command == AC_CMD_DEID)
        return AC_OK;
    s->arena = ac_arena_new(ARENA_MAX);
    if (!s->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_vocabularies_open(cli, s->arena, &s->vocab_set, err));
    s->vocabs = (struct ac_vocabs) { s->vocab_set.at, s->vocab_set.n };
    return AC_OK;
}

ac_rc ac_settings_read(const ac_cli *cli, ac_settings *out, ac_err *err)
{
    ac_settings s = { .command = cli->command, .out_dir = cli->value[AC_OPT_OUT] };
    size_t lang = ac_cli_choice(cli, AC_OPT_LANG);
    s.quiet = ac_cli_flag(cli, AC_OPT_QUIET);
    s.lang_given = lang > 0;
    s.lang = lang == 2 ? AC_LANG_ES : AC_LANG_EN;
    s.identified = ac_cli_flag(cli, AC_OPT_IDENTIFIED);
    s.note_date = ac_cli_date(cli, AC_OPT_NOTE_DATE);
    s.max_bytes = (size_t)ac_cli_number(cli, AC_OPT_MAX_BYTES, 0);
    s.jobs = (size_t)ac_cli_number(cli, AC_OPT_JOBS, ac_cores());
    s.profile = (ac_deid_profile)ac_cli_choice(cli, AC_OPT_PROFILE);
    s.mode = (ac_deid_mode)ac_cli_choice(cli, AC_OPT_MODE);
    s.patient = ac_cli_text(cli, AC_OPT_PATIENT);
    s.at = ac_cli_text(cli, AC_OPT_AT);
    s.input = (ac_input_kind)ac_cli_choice(cli, AC_OPT_INPUT);
    if (s.jobs < 1 || s.jobs > 1024)
        return ac_fail(err, AC_EINPUT, "--jobs: from 1 to 1024");
    if (s.max_bytes < 1 || s.max_bytes > UINT32_MAX / 4)
        return ac_fail(err, AC_EINPUT, "--max-bytes: from 1 to %u", UINT32_MAX / 4);
    read_formats(cli, &s);
    s.parts |= ac_cli_flag(cli, AC_OPT_MENTIONS) && !is_page(s.format) && s.format != AC_FORMAT_FHIR ? AC_PART_MENTIONS : 0;
    read_colours(cli, &s);
    AC_TRY(err, read_key(cli, &s, err));
    if (s.at.n && !ac_fhir_is_instant(s.at))
        return ac_fail(err, AC_EINPUT, "--at: a time with its zone, 2026-05-10T12:00:00Z");
    s.redact = ac_cli_flag(cli, AC_OPT_REDACT);
    s.annotate = cli->value[AC_OPT_ANNOTATE];
    if (s.redact && !s.out_dir)
        return ac_fail(err, AC_EINPUT, "--redact: where to? Give --out");
    AC_TRY(err, ac_media_worker_new(&(ac_media_worker_options) { 0 }, &s.media, err));
    *out = s;
    AC_TRY(err, open_vocabularies(cli, out, err));
    if (!out->at.n && s.format == AC_FORMAT_FHIR)
        out->at = ac_clock_instant(out->at_text);
    return AC_OK;
}

void ac_settings_inputs(const ac_cli *cli, const ac_inputs *inputs, ac_settings *s)
{
    size_t when = ac_cli_choice(cli, AC_OPT_NOTE); /* auto, always, never */
    s->many = inputs->n != 1 || s->input == AC_INPUT_LINES || (s->input == AC_INPUT_AUTO && ac_input_has_lines(inputs->at[0].path));
    bool alone = s->command == AC_CMD_PROCESS && s->format == AC_FORMAT_TEXT && !s->many;
    if (is_page(s->format) && s->view.blocks && (when == 1 || (when == 0 && alone))) {
        s->view.blocks |= AC_VIEW_NOTE;
        s->note_if_alone = when == 0;
        s->parts |= ac_view_parts(AC_VIEW_NOTE);
    }
}

ac_media_options ac_settings_reading(const ac_settings *s)
{
    static const char *const names[AC_LANG_COUNT] = { [AC_LANG_EN] = "en", [AC_LANG_ES] = "es" };
    return (ac_media_options) { .lang = ac_sv_z(s->lang_given ? names[s->lang] : NULL), .max_bytes = s->max_bytes };
}

ac_rc ac_settings_deid(const ac_settings *s, ac_sv patient, ac_sv document, ac_mac_key *key, ac_deid_options *out, ac_err *err)
{
    AC_AUTO(ac_sb) purpose = AC_SB(1u << 20);
    ac_sb_add(&purpose, patient.n ? AC_SV("patient ") : AC_SV("document "));
    ac_sb_add(&purpose, patient.n ? patient : document);
    AC_TRY(err, ac_sb_done(&purpose, err));
    AC_TRY(err, ac_mac_key_derive((ac_sv) { (const char *)s->key.bytes, sizeof s->key.bytes }, ac_sb_view(&purpose), key, err));
    *out = (ac_deid_options) { s->profile, s->mode, ac_mac_prf, key };
    return AC_OK;
}

void ac_settings_cleanup(ac_settings *s)
{
    ac_media_free(s->media);
    ac_mac_key_cleanup(&s->key);
    ac_vocab_set_close(&s->vocab_set);
    ac_arena_free(s->arena);
}

const char *ac_format_extension(const ac_settings *s)
{
    static const char *const names[] = { ".txt", ".md", ".json", ".ndjson", ".json" };
    return s->one_line ? ".ndjson" : names[s->format];
}
