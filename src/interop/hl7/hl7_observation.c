/* OBX and NTE: results, the text that goes on over several OBX, notes. */
#include "interop/hl7/hl7_observation.h"

#include "interop/fhir_type.h"

static ac_sv type_of(ac_hl7_maker *m) { return ac_hl7_string(m, ac_hl7_field(m, 2), 1); }

static bool is_text(ac_sv type) { return ac_sv_eq(type, AC_SV("TX")) || ac_sv_eq(type, AC_SV("FT")); }
static bool is_file(ac_sv type) { return ac_sv_eq(type, AC_SV("ED")) || ac_sv_eq(type, AC_SV("RP")); }

static ac_sv raw_of(const ac_hl7_maker *m, const ac_hl7_segment *s, unsigned field)
{
    return ac_hl7_get(m->msg, s, field, 0, 0, 0);
}

/* ---- text over several segments ---- */

static ac_sv title_of(ac_hl7_maker *m, const ac_hl7_segment *s)
{
    ac_hl7_value code = { .raw = ac_hl7_get(m->msg, s, 3, 1, 0, 0), .sep = m->msg->comp_sep };
    ac_sv text = ac_hl7_string(m, code, 2);
    return text.n ? text : ac_hl7_string(m, code, 1);
}

static ac_sv joined(ac_hl7_maker *m, const ac_rec_texts *lines)
{
    AC_AUTO(ac_sb) b = AC_SB((size_t)1 << 28);
    for (size_t i = 0; i < lines->n && !m->f.full; i++) {
        if (i)
            ac_sb_add_char(&b, '\n');
        ac_sb_add(&b, lines->at[i]);
    }
    return ac_sv_trim(ac_fhir_string(&m->f, &b));
}

static size_t place_of(const ac_hl7_maker *m, const ac_hl7_segment *s, unsigned field)
{
    ac_sv piece = raw_of(m, s, field);
    return (size_t)((piece.n ? piece.p : s->bytes.p) - m->source.p);
}

void ac_hl7_close_text(ac_hl7_maker *m)
{
    const ac_hl7_segment *s = m->text.first;
    m->text.first = NULL;
    if (!s || m->f.full)
        return;
    ac_sv text = joined(m, &m->text.lines), title = title_of(m, s);
    m->text.lines = (ac_rec_texts) { 0 };
    if (m->f.full || !text.n)
        return;
    ac_hl7_passage_add(m, s, title, text, place_of(m, s, 5));
    if (m->observation)
        m->observation->string = text;
    else if (m->paper && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->paper->content) = (ac_rec_content) { .attachment = ac_hl7_text_attachment(m, title, text) };
}

static bool follows(ac_sv before, ac_sv now)
{
    int64_t a, b;
    return ac_sv_eq(before, now) || (ac_sv_to_i64(before, &a) && ac_sv_to_i64(now, &b) && a < INT64_MAX && b == a + 1);
}

/* The next line of the text that is open: same code and status, and the sub-id is the same or counts lines. */
static bool goes_on(const ac_hl7_maker *m)
{
    const ac_hl7_segment *before = m->text.first ? m->at - 1 : NULL;
    return before && ac_hl7_named(before, "OBX") && ac_sv_eq(raw_of(m, before, 3), raw_of(m, m->at, 3)) &&
           ac_sv_eq(raw_of(m, before, 2), raw_of(m, m->at, 2)) && ac_sv_eq(raw_of(m, before, 11), raw_of(m, m->at, 11)) &&
           follows(raw_of(m, before, 4), raw_of(m, m->at, 4));
}

static void add_lines(ac_hl7_maker *m)
{
    ac_hl7_value v;
    bool some = false;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 5, &state, &v); some = true)
        *AC_FHIR_PUSH(&m->f, &m->text.lines) = ac_hl7_string(m, v, 0);
    if (!some && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->text.lines) = AC_SV("");
}

/* What repeats on every line of a text is read when it says the same as on the first. */
static void same_as_before(ac_hl7_maker *m)
{
    const ac_hl7_segment *before = m->at - 1;
    for (unsigned f = 2; f <= m->at->n; f++)
        if (f != 5 && ac_sv_eq(raw_of(m, before, f), raw_of(m, m->at, f)))
            m->seen[m->at->first + f - 1] = UINT64_MAX;
    (void)ac_hl7_raw(ac_hl7_field(m, 4), 1);
}

/* ---- the observation ---- */

static bool to_interpretation(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out)
{
    static const char codes[] = " B D U W < > AC IE QCF TOX A AA HH LL H HU L LU N I MS NCL NS R SYN-R S SDD SYN-S VS EX HX LX HM "
                                "IND E NEG ND POS DET EXP UNE OBX NR RR WR ";
    ac_rec_concept *c = out;
    ac_sv rest = { codes, sizeof codes - 1 }, one, code = ac_hl7_code(m, v, 1);
    bool ok = ac_hl7_to_concept(m, v, arg, c);
    while (ok && !m->f.full && ac_sv_split(&rest, ' ', &one))
        if (code.n && ac_sv_eq(one, code)) {
            ac_rec_coding coding = { .system = AC_SV(AC_FHIR_HL7 "v3-ObservationInterpretation"), .code = one };
            if (c->coding.n)
                c->coding.at[0] = coding;
            return true;
        }
    return ok;
}

static const ac_hl7_row obx_rows[] = {
    AC_HL7_OBJ(3, observation, code, concept, ac_hl7_to_concept, NULL),
    AC_HL7_ALL(21, observation, identifier, identifier, ac_hl7_to_ei, NULL),
    AC_HL7_STR(11, observation, status, ac_hl7_to_mapped, &ac_hl7_table_observation_status),
    AC_HL7_ALL(8, observation, interpretation, concept, to_interpretation, "0078"),
    AC_HL7_STR(14, observation, effective_date, ac_hl7_to_date_time, NULL),
    AC_HL7_ALL(16, observation, performer, reference, ac_hl7_to_person, NULL),
    AC_HL7_ALL(23, observation, performer, reference, ac_hl7_to_org, NULL),
    AC_HL7_ALL(25, observation, performer, reference, ac_hl7_to_person, NULL),
    AC_HL7_OBJ(17, observation, method, concept, ac_hl7_to_concept, NULL),
    AC_HL7_OBJ(18, observation, device, reference, ac_hl7_to_thing, "Device"),
    AC_HL7_OBJ(20, observation, body_site, concept, ac_hl7_to_concept, "0163"),
};

/* OBX-15, who produced it: an organisation by code. */
static void producer(ac_hl7_maker *m, ac_rec_observation *o)
{
    ac_rec_concept c = { 0 };
    if (!ac_hl7_has(m, 15) || !ac_hl7_to_concept(m, ac_hl7_field(m, 15), NULL, &c) || m->f.full)
        return;
    ac_rec_reference r = { .display = c.text };
    if (c.coding.n && !ac_sv_eq(c.coding.at[0].code, c.text)) {
        ac_rec_identifier *id = AC_FHIR_NEW(&m->f, identifier);
        *id = (ac_rec_identifier) { .system = c.coding.at[0].system, .value = c.coding.at[0].code };
        r.identifier = id;
    }
    *AC_FHIR_PUSH(&m->f, &o->performer) = r;
}

/* What R4 has no member for: when it was analysed, and the sub-id that groups observations. */
static void extensions(ac_hl7_maker *m, ac_rec_observation *o)
{
    ac_sv when = AC_SV(""), sub = ac_hl7_string(m, ac_hl7_field(m, 4), 0);
    if (sub.n && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &o->extension) = (ac_rec_extension) { .url = AC_SV(AC_FHIR_SUB_ID), .value_string = sub };
    if (ac_hl7_has(m, 19) && ac_hl7_to_date_time(m, ac_hl7_field(m, 19), NULL, &when) && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &o->extension) =
            (ac_rec_extension) { .url = AC_SV(AC_FHIR_SD "observation-analysis-date-time"), .value_date_time = when };
}

/* Where the result belongs: report, order, what was given. */
static void belongs(ac_hl7_maker *m, ac_rec_observation *o, ac_sv url)
{
    o->subject = ac_fhir_ref(&m->f, m->patient);
    o->encounter = ac_fhir_ref(&m->f, m->encounter);
    if (m->f.full)
        return;
    if (m->group.category)
        *AC_FHIR_PUSH(&m->f, &o->category) = *m->group.category;
    if (m->group.specimen.n)
        o->specimen = ac_fhir_ref(&m->f, m->group.specimen);
    if (m->group.diagnostics) {
        AC_FHIR_PUSH(&m->f, &m->group.diagnostics->result)->reference = url;
        if (!o->effective_date.n) {
            o->effective_date = m->group.diagnostics->effective_date;
            o->effective_period = m->group.diagnostics->effective_period;
        }
    } else if (m->group.given.n) {
        AC_FHIR_PUSH(&m->f, &o->part_of)->reference = m->group.given;
    } else if (m->group.service) {
        AC_FHIR_PUSH(&m->f, &m->group.service->supporting)->reference = url;
    } else if (m->group.medication) {
        AC_FHIR_PUSH(&m->f, &m->group.medication->supporting)->reference = url;
    }
}

static ac_rec_observation *observation(ac_hl7_maker *m)
{
    ac_sv url = AC_SV("");
    ac_rec_observation *o = ac_hl7_add(m, AC_REC_observation, &url);
    AC_HL7_FILL(m, obx_rows, o);
    if (!o->code)
        o->code = ac_hl7_unknown(m);
    if (!o->status.n)
        o->status = AC_SV("unknown");
    producer(m, o);
    extensions(m, o);
    belongs(m, o, url);
    if (!m->f.full)
        AC_HL7_NOTES(m, o);
    return o;
}

static void take_value(ac_rec_observation *o, const ac_rec_component *c)
{
    o->quantity = c->quantity;
    o->concept = c->concept;
    o->string = c->string;
    o->range = c->range;
    o->ratio = c->ratio;
    o->time = c->time;
    o->date_time = c->date_time;
    o->period = c->period;
}

/* One value is the observation's; several are components under the same code. */
static void values(ac_hl7_maker *m, ac_rec_observation *o)
{
    ac_hl7_value v, next;
    size_t state = 0;
    if (!ac_hl7_next(m, 5, &state, &v) || m->f.full)
        return;
    bool several = ac_hl7_next(m, 5, &state, &next);
    state = 0;
    while (!m->f.full && ac_hl7_next(m, 5, &state, &v)) {
        ac_rec_component c = { 0 };
        ac_hl7_value_of(m, v, &c);
        if (m->f.full)
            return;
        if (!several)
            take_value(o, &c);
        c.code = o->code;
        if (several)
            *AC_FHIR_PUSH(&m->f, &o->component) = c;
    }
    (void)ac_hl7_raw(ac_hl7_field(m, 5), 0);
}

/* A document as a value: R4 has it beside the observation. */
static void file_value(ac_hl7_maker *m, ac_rec_observation *o)
{
    ac_hl7_value v;
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 5, &state, &v);) {
        ac_rec_attachment *a = AC_FHIR_NEW(&m->f, attachment);
        if (!ac_hl7_attachment(m, v, a) || m->f.full)
            continue;
        ac_sv url = AC_SV("");
        if (m->paper) {
            *AC_FHIR_PUSH(&m->f, &m->paper->content) = (ac_rec_content) { .attachment = a };
            continue;
        }
        ac_rec_document_reference *d = ac_hl7_add(m, AC_REC_document_reference, &url);
        d->status = AC_SV("current");
        d->subject = ac_fhir_ref(&m->f, m->patient);
        d->type = o->code;
        *AC_FHIR_PUSH(&m->f, &d->content) = (ac_rec_content) { .attachment = a };
        AC_FHIR_PUSH(&m->f, &o->derived_from)->reference = url;
    }
    if (!m->f.full && o)
        AC_HL7_NOTES(m, o);
}

/* What a part of a document is about. */
static void name_content(ac_hl7_maker *m)
{
    ac_rec_concept c = { 0 };
    if (m->paper && m->paper->context && ac_hl7_has(m, 3) && ac_hl7_to_concept(m, ac_hl7_field(m, 3), NULL, &c) && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->paper->context->event) = c;
}

void ac_hl7_obx(ac_hl7_maker *m)
{
    ac_sv type = type_of(m);
    m->commenting = m->paper != NULL;
    bool text = is_text(type) || (m->paper && ac_sv_eq(type, AC_SV("ST")));
    if (text && goes_on(m)) {
        add_lines(m);
        same_as_before(m);
        return;
    }
    ac_hl7_close_text(m);
    m->observation = NULL;
    if (m->paper && is_file(type)) {
        name_content(m);
        file_value(m, NULL);
        return;
    }
    if (!m->paper || !text)
        m->observation = observation(m);
    if (m->f.full)
        return;
    if (text) {
        m->text.first = m->at;
        add_lines(m);
        name_content(m);
        return;
    }
    if (is_file(type))
        file_value(m, m->observation);
    else
        values(m, m->observation);
    if (!m->f.full)
        ac_hl7_reference_range(m, m->observation);
    m->observation = NULL;
}

/* ---- notes ---- */

void ac_hl7_close_note(ac_hl7_maker *m)
{
    const ac_hl7_segment *s = m->note.first;
    m->note.first = NULL;
    if (!s || m->f.full)
        return;
    ac_hl7_value kind = { .raw = ac_hl7_get(m->msg, s, 4, 1, 0, 0), .sep = m->msg->comp_sep };
    ac_rec_annotation note = m->note.note;
    note.text = joined(m, &m->note.lines);
    m->note.lines = (ac_rec_texts) { 0 };
    if (m->f.full || !note.text.n)
        return;
    ac_hl7_passage_add(m, s, ac_hl7_string(m, kind, 2), note.text, place_of(m, s, 3));
    if (!m->notes.at) {
        if (m->comment && m->commenting)
            *AC_FHIR_PUSH(&m->f, &m->comments) = note.text;
        return;
    }
    ac_rec_annotation *at = ac_vec_grow(m->f.arena, *m->notes.at, *m->notes.n, m->notes.cap, sizeof *at);
    m->f.full |= !at;
    if (!at)
        return;
    *m->notes.at = at;
    at[(*m->notes.n)++] = note;
}

void ac_hl7_close_comment(ac_hl7_maker *m)
{
    ac_sv text = m->comments.n && !m->f.full ? joined(m, &m->comments) : AC_SV("");
    if (m->comment && text.n && !m->f.full)
        *m->comment = text;
    m->comment = NULL;
    m->comments = (ac_rec_texts) { 0 };
}

void ac_hl7_comment_to(ac_hl7_maker *m, ac_sv *text)
{
    ac_hl7_close_comment(m);
    m->comment = text;
    if (text->n && !m->f.full)
        *AC_FHIR_PUSH(&m->f, &m->comments) = *text;
}

/* One NTE after the other is one note, unless the next names its author, time or kind. */
static bool goes_on_noting(const ac_hl7_maker *m)
{
    for (unsigned f = 4; f <= 6; f++)
        if (raw_of(m, m->at, f).n)
            return false;
    return m->note.first && ac_hl7_named(m->at - 1, "NTE");
}

void ac_hl7_nte(ac_hl7_maker *m)
{
    ac_hl7_value v;
    if (!goes_on_noting(m)) {
        ac_rec_reference author = { 0 };
        ac_hl7_close_note(m);
        m->note.first = m->at;
        m->note.note = (ac_rec_annotation) { 0 };
        if (ac_hl7_has(m, 5) && ac_hl7_to_person(m, ac_hl7_field(m, 5), NULL, &author))
            m->note.note.author_string = author.display;
        if (ac_hl7_has(m, 6))
            (void)ac_hl7_to_date_time(m, ac_hl7_field(m, 6), NULL, &m->note.note.time);
        (void)ac_hl7_raw(ac_hl7_field(m, 4), 2);
    }
    for (size_t state = 0; !m->f.full && ac_hl7_next(m, 3, &state, &v);)
        *AC_FHIR_PUSH(&m->f, &m->note.lines) = ac_hl7_string(m, v, 0);
}
