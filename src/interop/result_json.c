#include "interop/result_json.h"

#include "core/given.h"
#include "interop/part.h"
#include "interop/result_entity.h"
#include "interop/result_layout.h"
#include "interop/result_output.h"
#include "nlp/text/section.h"

typedef struct {
    const ac_result *r;
    const ac_result_json_options *opt;
    ac_jw j;
    ac_cp_map cp;
} writer;

static void document(writer *w)
{
    const ac_note *note = w->r->note;
    char buf[AC_DATE_TEXT];
    ac_jw_kobject(&w->j, "document");
    ac_jw_text_or_null(&w->j, "id", note->id);
    ac_jw_text_or_null(&w->j, "source", w->opt->source);
    ac_jw_text_or_null(&w->j, "type", w->opt->media_type);
    ac_jw_ku64(&w->j, "bytes", note->text.n);
    ac_jw_kstring(&w->j, "language", ac_lang_name(note->lang));
    ac_jw_text_or_null(&w->j, "note_date", ac_date_text(note->note_date, buf));
    ac_jw_kbool(&w->j, "dialogue", note->dialogue);
    ac_jw_end_object(&w->j);
}

static void text(writer *w) { ac_jw_kstring(&w->j, "text", w->r->note->text); }

/* Only of documents that have a structure. */
static void origins(writer *w)
{
    const ac_given *given = w->r->note->given;
    if (!given)
        return;
    ac_jw_karray(&w->j, "origins");
    for (size_t i = 0; i < given->origins.n; i++) {
        ac_jw_object(&w->j);
        ac_jw_ku64(&w->j, "begin", given->origins.at[i].span.begin);
        ac_jw_ku64(&w->j, "end", given->origins.at[i].span.end);
        ac_jw_kstring(&w->j, "path", given->origins.at[i].path);
        ac_jw_end_object(&w->j);
    }
    ac_jw_end_array(&w->j);
}

static void layout(writer *w) { ac_jw_layout(&w->j, w->r->note, !w->opt->hide_phi); }

static void sections(writer *w)
{
    const ac_section_list *all = &w->r->note->sections;
    ac_jw_karray(&w->j, "sections");
    for (size_t i = 0; i < all->n; i++) {
        const ac_section *s = &all->at[i];
        ac_spans header = { .at = (ac_span *)&s->header, .n = s->header.end > s->header.begin };
        ac_jw_object(&w->j);
        ac_jw_kstring(&w->j, "name", ac_section_name((ac_section_type)s->type));
        ac_jw_text_or_null(&w->j, "loinc", ac_section_loinc((ac_section_type)s->type));
        ac_jw_place(&w->j, s->span, &w->cp);
        ac_jw_spans(&w->j, "header", &header);
        ac_jw_end_object(&w->j);
    }
    ac_jw_end_array(&w->j);
}

static void entities(writer *w)
{
    ac_jw_entities(&w->j, w->r->note, &w->cp);
    ac_jw_relations(&w->j, w->r->note);
}

static void mentions(writer *w) { ac_jw_mentions(&w->j, w->r->note, &w->cp); }

static void phi_item(writer *w, size_t i)
{
    const ac_phi_item *p = &w->r->note->phi.at[i];
    bool meddocan = ac_sv_eq(w->r->deidentified.profile, AC_SV("meddocan"));
    ac_phi_type type = (ac_phi_type)p->type;
    ac_jw_object(&w->j);
    ac_jw_kstring(&w->j, "type", meddocan ? ac_phi_meddocan_name(type) : ac_phi_name(type));
    if (!w->opt->hide_phi)
        ac_jw_kstring(&w->j, "text", ac_span_text(w->r->note->text, p->span));
    ac_jw_place(&w->j, p->span, &w->cp);
    ac_jw_boxes(&w->j, w->r->note, p->span);
    ac_jw_key(&w->j, AC_SV("replacement"));
    if (w->r->deidentified.replacements)
        ac_jw_string(&w->j, w->r->deidentified.replacements[i]);
    else
        ac_jw_null(&w->j);
    ac_jw_kdouble(&w->j, "confidence", (double)(int)((double)p->confidence * 1000 + 0.5) / 1000);
    ac_jw_kstring(&w->j, "method", ac_method_name(p->method));
    ac_jw_text_or_null(&w->j, "reason", ac_sv_z(p->reason));
    ac_jw_end_object(&w->j);
}

static void phi(writer *w)
{
    ac_jw_karray(&w->j, "phi");
    for (size_t i = 0; i < w->r->note->phi.n; i++)
        phi_item(w, i);
    ac_jw_end_array(&w->j);
}

static void deidentified(writer *w)
{
    const ac_deidentified *d = &w->r->deidentified;
    if (!d->mode.n) { /* nobody asked for it */
        ac_jw_key(&w->j, AC_SV("deidentified"));
        ac_jw_null(&w->j);
        return;
    }
    ac_jw_kobject(&w->j, "deidentified");
    ac_jw_kstring(&w->j, "profile", d->profile);
    ac_jw_kstring(&w->j, "mode", d->mode);
    ac_jw_kstring(&w->j, "text", d->text);
    ac_jw_end_object(&w->j);
}

static void structure(ac_jw *j, const ac_given_coverage *c)
{
    ac_jw_kobject(j, "structure");
    ac_jw_ku64(j, "resources", c->resources);
    ac_jw_ku64(j, "resources_unread", c->resources_unread);
    ac_jw_ku64(j, "resources_left_out", c->resources_left_out);
    ac_jw_ku64(j, "members", c->members);
    ac_jw_ku64(j, "members_unread", c->members_unread);
    ac_jw_ku64(j, "attachments_unread", c->attachments_unread);
    ac_jw_end_object(j);
}

static void coverage(writer *w)
{
    const ac_coverage *c = &w->r->note->coverage;
    ac_jw_kobject(&w->j, "coverage");
    ac_jw_ku64(&w->j, "bytes_in", c->bytes_in);
    ac_jw_ku64(&w->j, "bytes_read", c->bytes_read);
    ac_jw_ku64(&w->j, "bytes_replaced", c->bytes_replaced);
    ac_jw_ku64(&w->j, "bytes_dropped", c->bytes_dropped);
    ac_jw_text_or_null(&w->j, "encoding", ac_sv_z(c->encoding));
    ac_jw_kbool(&w->j, "truncated", c->truncated);
    if (w->r->note->given)
        structure(&w->j, &w->r->note->given->coverage);
    ac_jw_end_object(&w->j);
}

static void timing(writer *w)
{
    ac_jw_kobject(&w->j, "timing_ms");
    for (size_t i = 0; i < w->opt->n_times; i++) {
        ac_jw_key(&w->j, w->opt->times[i].name);
        uint64_t tenths_of_us = w->opt->times[i].ns / 100;
        ac_jw_double(&w->j, (double)tenths_of_us / 10000.0);
    }
    ac_jw_end_object(&w->j);
}

static void clinical_summary(writer *w) { ac_jw_clinical_summary(&w->j, &w->r->clinical_summary); }
static void soap(writer *w) { ac_jw_soap(&w->j, &w->r->soap); }
static void summary(writer *w) { ac_jw_patient_summary(&w->j, &w->r->summary); }
static void timeline(writer *w) { ac_jw_timeline(&w->j, &w->r->timeline); }
static void guidelines(writer *w) { ac_jw_findings(&w->j, &w->r->guidelines); }
static void unsupported(writer *w) { ac_jw_items(&w->j, "unsupported", &w->r->unsupported); }

static const struct {
    uint32_t part; /* 0: always */
    void (*write)(writer *);
} parts[] = {
    { 0, document },
    { AC_PART_TEXT, text },
    { 0, origins },
    { 0, layout },
    { AC_PART_SECTIONS, sections },
    { AC_PART_ENTITIES, entities },
    { AC_PART_MENTIONS, mentions },
    { AC_PART_PHI, phi },
    { AC_PART_DEIDENTIFIED, deidentified },
    { AC_PART_CLINICAL_SUMMARY, clinical_summary },
    { AC_PART_SOAP, soap },
    { AC_PART_SUMMARY, summary },
    { AC_PART_TIMELINE, timeline },
    { AC_PART_GUIDELINES, guidelines },
    { AC_PART_UNSUPPORTED, unsupported },
    { 0, coverage },
    { AC_PART_TIMING, timing },
};

ac_rc ac_result_json(const ac_result *r, const ac_result_json_options *opt, ac_sb *out, ac_err *err)
{
    static const ac_result_json_options everything = { 0 };
    writer w = { .r = r, .opt = opt ? opt : &everything };
    uint32_t wanted = w.opt->parts ? w.opt->parts : AC_PART_ALL;
    AC_TRY(err, ac_cp_map_new(r->note->text, r->note->arena, &w.cp, err));
    w.j = ac_jw_to(out, w.opt->indent);
    ac_jw_object(&w.j);
    ac_jw_kstring(&w.j, "schema", AC_SV("aceso/result/1"));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!parts[i].part || (parts[i].part & wanted))
            parts[i].write(&w);
    ac_jw_end_object(&w.j);
    AC_TRY(err, ac_sb_done(out, err));
    return AC_OK;
}
