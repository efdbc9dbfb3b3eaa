#include "app/intake.h"

#include "base/json_read.h"
#include "interop/ccda/ccda_read.h"
#include "interop/fhir_read.h"
#include "interop/hl7/hl7_read.h"
#include "interop/record_refs.h"

#include <string.h>

enum { DEPTH_MAX = 64, PEEK = 4096, ATTACHMENTS_MAX = 16 };

#define INTAKE_NAME(id, type, source) { { type, sizeof(type) - 1 }, { source, sizeof(source) - 1 } },
static const struct {
    ac_sv media_type, source;
} kinds[] = { AC_INTAKE_LIST(INTAKE_NAME) };

/* ---- what it is ---- */

/* Where the text begins: behind a byte order mark and white space. */
static ac_sv start_of(ac_sv bytes)
{
    size_t i = ac_sv_starts(bytes, AC_SV("\xEF\xBB\xBF")) ? 3 : 0;
    while (i < bytes.n && i < PEEK && ac_is_space(bytes.p[i]))
        i++;
    return ac_sv_sub(bytes, i, bytes.n);
}

/* A FHIR resource says so in its first object; a note that begins with a brace does not. */
static ac_intake_kind json_kind(ac_sv s)
{
    static const char member[] = "\"resourceType\"";
    size_t n = s.n < PEEK ? s.n : PEEK;
    if (!memmem(s.p, n, member, sizeof member - 1))
        return AC_INTAKE_TEXT;
    const char *line = memchr(s.p, '\n', s.n);
    ac_sv first = line ? ac_sv_trim(ac_sv_sub(s, 0, (size_t)(line - s.p))) : s;
    ac_sv rest = line ? ac_sv_trim(ac_sv_sub(s, (size_t)(line - s.p), s.n)) : (ac_sv) { "", 0 };
    bool lines = first.n > 1 && first.p[first.n - 1] == '}' && rest.n && rest.p[0] == '{';
    return lines ? AC_INTAKE_FHIR_LINES : AC_INTAKE_FHIR;
}

ac_intake_kind ac_intake_kind_of(ac_sv bytes)
{
    if (ac_media_type_of(bytes) != AC_MEDIA_TEXT)
        return AC_INTAKE_MEDIA;
    ac_sv s = start_of(bytes);
    if (s.n && s.p[0] == '{')
        return json_kind(s);
    return ac_hl7_is(bytes) ? AC_INTAKE_HL7 : AC_INTAKE_TEXT;
}

/* ---- ways in ---- */

/* number: of the message; 0: patients are counted */
static ac_rc add_charts(const ac_chart_source *source, size_t number, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_charts charts;
    AC_TRY(err, ac_charts_make(source, arena, &charts, err));
    for (size_t i = 0; i < charts.n; i++) {
        ac_intake_part *part = ac_vec_push(&out->parts, arena);
        if (!part)
            return ac_fail(err, AC_ELIMIT, "no room for a document");
        *part = (ac_intake_part) { charts.at[i], source->record, number ? number : i + 1 };
    }
    return AC_OK;
}

static ac_rc read_fhir(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_json *json;
    ac_record *record = ac_arena_alloc(arena, sizeof *record);
    if (!record)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    AC_TRY(err, ac_json_parse(start_of(bytes), DEPTH_MAX, arena, &json, err));
    AC_TRY(err, ac_fhir_read(json, arena, record, err));
    return add_charts(&(ac_chart_source) { .record = record, .lang = opt->lang }, 0, arena, out, err);
}

/* The resources of all lines are one record, as if they stood in a bundle. */
static ac_rc read_fhir_lines(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_record *all = ac_arena_alloc(arena, sizeof *all);
    ac_sv rest = start_of(bytes), line;
    if (!all)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    all->bundle = true;
    while (ac_sv_split(&rest, '\n', &line)) {
        ac_json *json;
        ac_record one;
        if (!ac_sv_trim(line).n)
            continue;
        AC_TRY(err, ac_json_parse(line, DEPTH_MAX, arena, &json, err));
        AC_TRY(err, ac_fhir_read(json, arena, &one, err));
        AC_TRY(err, ac_record_join(all, &one, arena, err));
    }
    return add_charts(&(ac_chart_source) { .record = all, .lang = opt->lang }, 0, arena, out, err);
}

/* A message is about one patient; a batch gives a chart for each message. */
static ac_rc read_hl7(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_hl7_messages messages;
    AC_TRY(err, ac_hl7_read(bytes, arena, &messages, err));
    for (size_t i = 0; i < messages.n; i++) {
        const ac_hl7_reading *m = &messages.at[i];
        ac_chart_passage *passages = ac_arena_alloc(arena, (m->passages.n + 1) * sizeof *passages);
        if (!passages)
            return ac_fail(err, AC_ELIMIT, "no room for a document");
        for (size_t k = 0; k < m->passages.n; k++)
            passages[k] =
                (ac_chart_passage) { m->passages.at[k].path, m->passages.at[k].title, m->passages.at[k].text };
        AC_TRY(err, add_charts(&(ac_chart_source) { &m->record, passages, m->passages.n, opt->lang }, m->number, arena,
                               out, err));
    }
    for (size_t i = 0; i < messages.faults.n; i++) {
        ac_intake_fault *fault = ac_vec_push(&out->faults, arena);
        if (!fault)
            return ac_fail(err, AC_ELIMIT, "no room for a document");
        *fault = (ac_intake_fault) { messages.faults.at[i].number, messages.faults.at[i].err };
    }
    return AC_OK;
}

#define REFUSAL(id, type, name)                                                                                        \
    case id:                                                                                                           \
        return ac_fail(err, AC_EINPUT, "this is " name ", which cannot be read here");
static ac_rc refuse(ac_media_type type, ac_err *err)
{
    switch (type) {
        AC_MEDIA_TYPE_LIST(REFUSAL)
    case AC_MEDIA_TYPES:
        break;
    }
    return ac_fail(err, AC_EINTERNAL, "no kind of document");
}

/* What is embedded goes to the worker in its turn; the chart itself reads what is text. One that cannot be read is
 * left, and counted by the chart like every attachment that is no text. */
static ac_rc read_attachments(const ac_intake_options *opt, const ac_ccda *document, ac_arena *arena,
                              ac_chart_source *to, ac_err *err)
{
    size_t n = document->attachments.n < ATTACHMENTS_MAX ? document->attachments.n : ATTACHMENTS_MAX;
    ac_chart_passage *passages = ac_arena_alloc(arena, (n + 1) * sizeof *passages);
    if (!passages)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    to->passages = passages;
    for (size_t i = 0; i < n; i++) {
        const ac_ccda_attachment *a = &document->attachments.at[i];
        ac_media_document inner = { 0 };
        if (a->compressed || ac_sv_starts(a->media_type, AC_SV("text/")) ||
            ac_media_type_of(a->bytes) == AC_MEDIA_TEXT ||
            ac_media_read(opt->media, &opt->reading, a->bytes, arena, &inner, NULL) != AC_OK)
            continue;
        if (!inner.tree && ac_sv_trim(inner.layout.text).n)
            passages[to->n_passages++] = (ac_chart_passage) { a->path, a->title, inner.layout.text };
    }
    return AC_OK;
}

/* Its record has everything, the words of its sections in the Composition and embedded text in DocumentReferences. */
static ac_rc read_ccda(const ac_intake_options *opt, const ac_tree_node *root, ac_arena *arena, ac_intake *out,
                       ac_err *err)
{
    ac_ccda *document = ac_arena_alloc(arena, sizeof *document);
    if (!document)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    AC_TRY(err, ac_ccda_read(root, arena, document, err));
    out->kind = AC_INTAKE_CCDA;
    out->media_type = kinds[AC_INTAKE_CCDA].media_type;
    out->source = kinds[AC_INTAKE_CCDA].source;
    ac_chart_source source = { .record = &document->record, .lang = opt->lang };
    AC_TRY(err, read_attachments(opt, document, arena, &source, err));
    return add_charts(&source, 0, arena, out, err);
}

/* What is not text is read away from this process; its words are the note then. */
static ac_rc read_media(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_media_document *doc = ac_arena_alloc(arena, sizeof *doc);
    if (!opt->media)
        return refuse(ac_media_type_of(bytes), err);
    if (!doc)
        return ac_fail(err, AC_ELIMIT, "no room for a document");
    AC_TRY(err, ac_media_read(opt->media, &opt->reading, bytes, arena, doc, err));
    if (ac_ccda_is(doc->tree))
        return read_ccda(opt, doc->tree, arena, out, err);
    if (doc->tree)
        return ac_fail(err, AC_EINPUT, "XML of a kind that cannot be read");
    if (!ac_sv_trim(doc->layout.text).n)
        return ac_fail(err, AC_EINPUT, "the document has no text that could be read");
    out->media_type = doc->layout.media_type;
    out->text = doc->layout.text;
    out->layout = &doc->layout;
    return AC_OK;
}

static ac_rc read_text(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    (void)opt, (void)arena, (void)err;
    out->text = bytes;
    return AC_OK;
}

static ac_rc (*const ways[AC_INTAKE_KINDS])(const ac_intake_options *, ac_sv, ac_arena *, ac_intake *, ac_err *) = {
    [AC_INTAKE_TEXT] = read_text, [AC_INTAKE_FHIR] = read_fhir,   [AC_INTAKE_FHIR_LINES] = read_fhir_lines,
    [AC_INTAKE_HL7] = read_hl7,   [AC_INTAKE_MEDIA] = read_media,
};

ac_rc ac_intake_read(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err)
{
    ac_intake in = { .kind = ac_intake_kind_of(bytes) };
    in.media_type = kinds[in.kind].media_type;
    in.source = kinds[in.kind].source;
    AC_TRY(err, ways[in.kind](opt, bytes, arena, &in, err));
    *out = in;
    return AC_OK;
}
