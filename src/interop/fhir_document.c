/* Who and what the bundle is about: Patient, Encounter, the source document, the software, the Composition around all. */
#include "interop/fhir_source.h"

#define LOINC AC_SV("http://loinc.org")

/* A year of birth tells an age over 89, so it must be told by nobody who is older. */
ac_sv ac_fhir_birth_date(ac_fhir_maker *m)
{
    const ac_note *note = m->note;
    if (m->opt->identified || m->profile == AC_DEID_LIMITED)
        return ac_fhir_date(m, note->patient.birth);
    bool young = note->note_date.year && note->note_date.year - note->patient.birth.year < 90;
    return young ? ac_fhir_date(m, note->patient.birth) : AC_SV("");
}

void ac_fhir_make_patient(ac_fhir_maker *m)
{
    static const ac_sv genders[] = { [AC_SEX_UNKNOWN] = { "", 0 }, [AC_SEX_FEMALE] = { "female", 6 },
                                     [AC_SEX_MALE] = { "male", 4 }, [AC_SEX_OTHER] = { "other", 5 } };
    const ac_patient *known = &m->note->patient;
    ac_rec_patient *p = ac_fhir_add(m, AC_REC_patient, &m->patient);
    p->gender = known->sex <= AC_SEX_OTHER ? genders[known->sex] : AC_SV("");
    p->birth_date = ac_fhir_birth_date(m);
    if (m->opt->identified && known->name_span.end > known->name_span.begin)
        AC_FHIR_PUSH(m, &p->name)->text = ac_fhir_words(m, known->name_span);
    const struct {
        bool told;
        ac_span span;
    } where[] = { { p->gender.n > 0, known->sex_span }, { p->birth_date.n > 0, known->birth_span },
                  { p->name.n > 0, known->name_span } };
    for (size_t i = 0; i < sizeof where / sizeof where[0]; i++)
        if (where[i].told && where[i].span.end > where[i].span.begin)
            *AC_FHIR_PUSH(m, &p->extension) = ac_fhir_evidence(m, where[i].span);
}

/* The note's date is all that is known of the visit: status and class say so. */
void ac_fhir_make_encounter(ac_fhir_maker *m)
{
    ac_sv date = ac_fhir_note_date(m);
    if (!date.n)
        return;
    ac_rec_encounter *e = ac_fhir_add(m, AC_REC_encounter, &m->encounter);
    e->status = AC_SV("unknown");
    ac_rec_coding *class = AC_FHIR_NEW(m, coding);
    *class = (ac_rec_coding) { .system = AC_SV(AC_FHIR_HL7 "v3-NullFlavor"), .code = AC_SV("UNK"),
                               .display = AC_SV("unknown") };
    e->class = class;
    e->subject = ac_fhir_ref(m, m->patient);
    ac_rec_period *period = AC_FHIR_NEW(m, period);
    period->start = date;
    e->period = period;
}

static ac_rec_concept *note_type(ac_fhir_maker *m)
{
    ac_rec_concept *c = ac_fhir_code(m, LOINC, AC_SV("34109-9"));
    c->text = AC_SV("Note");
    return c;
}

void ac_fhir_make_document(ac_fhir_maker *m)
{
    ac_sv text = m->opt->identified ? m->note->text : m->r->deidentified.text;
    ac_rec_document_reference *d = ac_fhir_add(m, AC_REC_document_reference, &m->document);
    d->status = AC_SV("current");
    d->type = note_type(m);
    d->subject = ac_fhir_ref(m, m->patient);
    d->date = m->opt->now;
    ac_rec_attachment *a = AC_FHIR_NEW(m, attachment);
    a->content_type = AC_SV("text/plain; charset=utf-8");
    a->language = ac_lang_name(m->note->lang);
    if (m->opt->identified)
        a->title = ac_fhir_plain(m, m->note->id); /* often a file name, and those name people */
    if (m->opt->text && text.n) {
        a->data = ac_fhir_base64(m, text);
        a->size = ac_fhir_number(m, (double)text.n);
    }
    AC_FHIR_PUSH(m, &d->content)->attachment = a;
    if (m->encounter.n) {
        ac_rec_context *context = AC_FHIR_NEW(m, context);
        ac_rec_period *period = AC_FHIR_NEW(m, period);
        period->start = ac_fhir_note_date(m);
        context->period = period;
        AC_FHIR_PUSH(m, &context->encounter)->reference = m->encounter;
        d->context = context;
    }
}

void ac_fhir_make_device(ac_fhir_maker *m)
{
    ac_rec_device *d = ac_fhir_add(m, AC_REC_device, &m->device);
    d->status = AC_SV("active");
    *AC_FHIR_PUSH(m, &d->name) = (ac_rec_device_name) { AC_SV("Aceso"), AC_SV("user-friendly-name") };
    AC_FHIR_PUSH(m, &d->version)->value = AC_SV(AC_VERSION);
}

/* Where the sentences come from, in their order. */
static void impression_evidence(ac_fhir_maker *m, const ac_items *sentences, ac_rec_clinical_impression *c)
{
    for (size_t i = 0; i < sentences->n && !m->full; i++)
        for (size_t k = 0; k < sentences->at[i].evidence.n && !m->full; k++)
            *AC_FHIR_PUSH(m, &c->extension) = ac_fhir_evidence(m, sentences->at[i].evidence.at[k]);
}

void ac_fhir_make_impression(ac_fhir_maker *m)
{
    const ac_items *sentences = &m->r->clinical_summary.narrative;
    AC_AUTO(ac_sb) b = AC_SB(1 << 24);
    for (size_t i = 0; i < sentences->n; i++) {
        ac_sv s = ac_fhir_item(m, &sentences->at[i]);
        if (b.n && s.n)
            ac_sb_add_char(&b, ' ');
        ac_sb_add(&b, s);
    }
    if (!b.n && b.rc == AC_OK)
        return;
    ac_rec_clinical_impression *c = ac_fhir_add(m, AC_REC_clinical_impression, NULL);
    c->status = AC_SV("completed");
    c->subject = ac_fhir_ref(m, m->patient);
    c->encounter = ac_fhir_ref(m, m->encounter);
    c->date = ac_fhir_note_date(m);
    c->summary = ac_fhir_string(m, &b);
    impression_evidence(m, sentences, c);
    for (size_t i = 0; i < m->listed[AC_FHIR_PROBLEMS].n && !m->full; i++)
        AC_FHIR_PUSH(m, &c->finding)->reference = ac_fhir_ref(m, m->listed[AC_FHIR_PROBLEMS].at[i]);
}

/* ---- composition ---- */

static ac_sv title(const ac_fhir_maker *m, ac_sv en, ac_sv es) { return m->note->lang == AC_LANG_ES ? es : en; }

static void add_section(ac_fhir_maker *m, ac_rec_composition *c, ac_rec_section s, ac_sv loinc)
{
    if (!s.text && !s.entry.n)
        return;
    if (loinc.n)
        s.code = ac_fhir_code(m, LOINC, loinc);
    *AC_FHIR_PUSH(m, &c->section) = s;
}

static void listed_sections(ac_fhir_maker *m, ac_rec_composition *c)
{
    static const ac_sv rows[][3] = {
#define ROW(id, loinc, en, es) { { loinc, sizeof(loinc) - 1 }, { en, sizeof(en) - 1 }, { es, sizeof(es) - 1 } },
        AC_FHIR_SECTION_LIST(ROW)
    };
    const ac_clinical_summary *s = &m->r->clinical_summary;
    const ac_items none = { 0 };
    const ac_items *items[AC_FHIR_SECTIONS] = {
        [AC_FHIR_PROBLEMS] = &m->r->summary.problems, [AC_FHIR_MEDICATIONS] = &s->medications,
        [AC_FHIR_ALLERGIES] = &s->allergies,          [AC_FHIR_VITALS] = &s->vitals,
        [AC_FHIR_RESULTS] = &s->labs,                 [AC_FHIR_PROCEDURES] = &s->procedures,
        [AC_FHIR_SOCIAL] = &none,                     [AC_FHIR_FAMILY] = &none, [AC_FHIR_VACCINES] = &none,
        [AC_FHIR_PLAN] = &m->r->soap.plan,
    };
    for (size_t i = 0; i < AC_FHIR_SECTIONS && !m->full; i++) {
        ac_rec_section section = { .title = title(m, rows[i][1], rows[i][2]), .text = ac_fhir_list(m, items[i]) };
        for (size_t k = 0; k < m->listed[i].n && !m->full; k++)
            AC_FHIR_PUSH(m, &section.entry)->reference = m->listed[i].at[k];
        add_section(m, c, section, rows[i][0]);
    }
}

static void soap_sections(ac_fhir_maker *m, ac_rec_composition *c)
{
    const ac_soap *s = &m->r->soap;
    const struct {
        const ac_items *items;
        ac_sv loinc, en, es;
    } rows[] = { { &s->subjective, AC_SV("61150-9"), AC_SV("Subjective"), AC_SV("Subjetivo") },
                 { &s->objective, AC_SV("61149-1"), AC_SV("Objective"), AC_SV("Objetivo") },
                 { &s->assessment, AC_SV("51848-0"), AC_SV("Assessment"), AC_SV("Valoración") } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_rec_section section = { .title = title(m, rows[i].en, rows[i].es), .text = ac_fhir_list(m, rows[i].items) };
        add_section(m, c, section, rows[i].loinc);
    }
}

/* What the note denies is told in words only: "no fever" is no Condition. */
static void negatives(ac_fhir_maker *m, ac_rec_composition *c)
{
    ac_rec_texts lines = { 0 };
    for (size_t i = 0; i < m->note->facts.n; i++) {
        const ac_fact *f = &m->note->facts.at[i];
        if (f->assertion == AC_ABSENT && (f->kind == AC_KIND_PROBLEM || f->kind == AC_KIND_SYMPTOM))
            *AC_FHIR_PUSH(m, &lines) = ac_fhir_words(m, ac_fact_best(m->note, f)->span);
    }
    if (m->full)
        return;
    ac_rec_section section = { .title = title(m, AC_SV("Denied or ruled out"), AC_SV("Negado o descartado")),
                               .text = ac_fhir_list_of(m, &lines) };
    add_section(m, c, section, AC_SV(""));
}

void ac_fhir_fill_composition(ac_fhir_maker *m, ac_rec_composition *c)
{
    ac_sv date = ac_fhir_note_date(m);
    c->language = ac_lang_name(m->note->lang);
    c->narrative = ac_fhir_list(m, &m->r->clinical_summary.narrative);
    c->status = AC_SV("preliminary"); /* nobody has looked at it yet */
    c->type = note_type(m);
    c->subject = ac_fhir_ref(m, m->patient);
    c->encounter = ac_fhir_ref(m, m->encounter);
    c->date = m->opt->now.n ? m->opt->now : date; /* when it was put together, as far as that is known */
    AC_FHIR_PUSH(m, &c->author)->reference = m->device;
    c->title = title(m, AC_SV("Clinical note, structured"), AC_SV("Nota clínica estructurada"));
    listed_sections(m, c);
    soap_sections(m, c);
    negatives(m, c);
}

/* Of the first n entries those that were copied from the source, or those that were not. */
static void provenance(ac_fhir_maker *m, size_t n, bool of_copies, ac_rec_reference *what)
{
    ac_rec_provenance *p = ac_fhir_add(m, AC_REC_provenance, NULL);
    for (size_t i = 0; i < n && !m->full; i++) {
        bool copied = m->source && i >= m->source->first && i < m->source->end;
        if (copied == of_copies && m->record.entries.at[i].kind != AC_REC_document_reference && m->record.entries.at[i].kind != AC_REC_device)
            AC_FHIR_PUSH(m, &p->target)->reference = m->record.entries.at[i].full_url;
    }
    p->recorded = m->opt->now;
    ac_rec_agent *agent = AC_FHIR_PUSH(m, &p->agent);
    ac_rec_concept *assembler = ac_fhir_code(m, AC_SV(AC_FHIR_HL7 "provenance-participant-type"), AC_SV("assembler"));
    ac_rec_reference *who = ac_fhir_ref(m, m->device);
    *agent = (ac_rec_agent) { .type = assembler, .who = who };
    *AC_FHIR_PUSH(m, &p->entity) = (ac_rec_entity) { .role = AC_SV("source"), .what = what };
}

/* What was made of the text comes from the text; what the source's structure gave comes from that. */
void ac_fhir_make_provenance(ac_fhir_maker *m)
{
    size_t n = m->record.entries.n;
    provenance(m, n, false, ac_fhir_ref(m, m->document));
    if (!m->source || m->full)
        return;
    ac_rec_reference *structure = AC_FHIR_NEW(m, reference);
    structure->display = AC_SV("the structured part of the source document");
    provenance(m, n, true, structure);
}
