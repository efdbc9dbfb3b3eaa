/** What process, deid, extract, summarize, fhir and serve share: settings from the command line, the work on one note, and the
 *  run over all of them. */
#ifndef AC_MAIN_NOTES_H
#define AC_MAIN_NOTES_H

#include "app/run.h"
#include "app/view.h"
#include "main/cli.h"
#include "main/inputs.h"
#include "os/clock.h"
#include "os/mac.h"
#include "port/media.h"
#include "vocab/store.h"

typedef enum { AC_FORMAT_TEXT, AC_FORMAT_MARKDOWN, AC_FORMAT_JSON, AC_FORMAT_NDJSON, AC_FORMAT_FHIR } ac_format;

typedef struct {
    ac_command_id command;
    ac_format format;
    bool one_line;          /* JSON or FHIR on one line */
    ac_view_options view;   /* for text and Markdown; blocks 0: the de-identified text itself */
    uint32_t parts;         /* AC_PART_ bits to compute */
    bool lang_given, identified, quiet, many;
    bool note_if_alone;     /* the view's block for the note itself is only for a file that is one note */
    ac_lang lang;
    ac_date note_date;
    size_t max_bytes, jobs;
    ac_deid_profile profile;
    ac_deid_mode mode;
    ac_mac_key key;
    ac_sv patient;
    ac_sv at;               /* when FHIR bundles are made */
    char at_text[AC_INSTANT_TEXT]; /* what at points to, unless it is the command line */
    ac_input_kind input;
    const char *out_dir;    /* NULL: standard output */
    bool redact;            /* make redacted copies, */
    const char *annotate;   /* or an annotated one with this name; NULL: no */
    ac_media *media;        /* what is not text is read with; nothing runs before the first such document */
    ac_arena *arena;        /* of the vocabularies' names */
    ac_vocab_set vocab_set; /* mapped */
    struct ac_vocabs vocabs;
} ac_settings;

/** errors  as reading the key and opening vocabularies; err says which option is wrong. To be cleaned up in any case. */
AC_NODISCARD ac_rc ac_settings_read(const ac_cli *cli, ac_settings *out, ac_err *err);
/** What depends on how many notes there are. */
void ac_settings_inputs(const ac_cli *cli, const ac_inputs *inputs, ac_settings *s);
void ac_settings_cleanup(ac_settings *s);

/** What is hidden, and by which key: one per patient; a document of nobody in particular is a patient of its own. key: caller storage, to be
 *  cleaned up; out points to it. */
AC_NODISCARD ac_rc ac_settings_deid(const ac_settings *s, ac_sv patient, ac_sv document, ac_mac_key *key, ac_deid_options *out, ac_err *err);

/** How documents that are not text are read. */
ac_media_options ac_settings_reading(const ac_settings *s);

/** Copies of documents instead of results: deid --redact, process --annotate. Returns the exit code. */
int ac_copies_run(const ac_settings *s, const ac_inputs *inputs);

/** One note on its way through the pool. The owner fills input, line and source; a worker fills the rest. */
typedef struct {
    const ac_settings *s;
    const ac_input *input;
    uint64_t line;          /* of a .jsonl file, from 1; 0: the whole file is one note */
    ac_sv at;               /* when a FHIR bundle is made, in place of the settings'; empty: as they say */
    bool read;              /* source still has to be read from the input's path */
    ac_sb source, out, id;  /* id: of a note in a .jsonl file */
    ac_sb unused;           /* names of its members that are not used, each with a comma behind it */
    ac_sb faults;           /* parts that could not be read beside those that could: "message 3: why", each with a line end behind it */
    ac_rc rc;
    ac_err err;
} ac_work;

/** For the pool: worker is an ac_arena **, item an ac_work *. */
void ac_work_run(void *worker, void *item);
void ac_work_cleanup(ac_work *w);

/** Extension of an output file: ".txt", ".md", ".json", ".ndjson". */
const char *ac_format_extension(const ac_settings *s);

#endif
