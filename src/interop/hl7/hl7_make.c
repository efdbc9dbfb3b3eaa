#include "interop/hl7/hl7_make.h"

#include "interop/fhir_type.h"
#include "interop/hl7/hl7_text.h"

enum { SEEN_MAX = 64 };

/* ---- fields ---- */

static size_t index_of(const ac_hl7_maker *m, unsigned field) { return m->at->first + field - 1; }

bool ac_hl7_next(ac_hl7_maker *m, unsigned field, size_t *state, ac_hl7_value *out)
{
    if (field == 0 || field > m->at->n)
        return false;
    ac_sv whole = m->msg->fields[index_of(m, field)];
    while (*state <= whole.n) {
        ac_sv rest = ac_sv_sub(whole, *state, whole.n), rep = rest;
        if (m->msg->rep_sep)
            (void)ac_sv_split(&rest, m->msg->rep_sep, &rep);
        *state += rep.n + 1;
        *out = (ac_hl7_value) { rep, m->msg->comp_sep, &m->seen[index_of(m, field)] };
        if (rep.n)
            return true;
    }
    return false;
}

ac_hl7_value ac_hl7_field(ac_hl7_maker *m, unsigned field)
{
    size_t state = 0;
    ac_hl7_value v = { .raw = AC_SV("") };
    if (!ac_hl7_next(m, field, &state, &v))
        v = (ac_hl7_value) { .raw = AC_SV("") };
    return v;
}

bool ac_hl7_has(const ac_hl7_maker *m, unsigned field)
{
    if (field == 0 || field > m->at->n)
        return false;
    ac_sv whole = m->msg->fields[index_of(m, field)];
    return whole.n && !ac_hl7_is_null(whole);
}

static uint64_t bit(unsigned k) { return k == 0 ? UINT64_MAX : (uint64_t)1 << (k < SEEN_MAX ? k - 1 : SEEN_MAX - 1); }

ac_sv ac_hl7_raw(ac_hl7_value v, unsigned k)
{
    ac_sv part = k ? ac_hl7_part(v.raw, v.sep, k) : v.raw;
    if (v.seen)
        *v.seen |= bit(k);
    return ac_hl7_is_null(part) ? AC_SV("") : part;
}

void ac_hl7_unread(ac_hl7_value v, unsigned k)
{
    if (v.seen)
        *v.seen &= ~bit(k);
}

ac_hl7_value ac_hl7_sub(const ac_hl7_maker *m, ac_hl7_value v, unsigned k)
{
    return (ac_hl7_value) { ac_hl7_raw(v, k), v.sep == m->msg->comp_sep ? m->msg->sub_sep : '\0', NULL };
}

static ac_sv text_of(ac_hl7_maker *m, ac_sv raw)
{
    ac_sv out = AC_SV("");
    if (m->rc != AC_OK || m->f.full || !raw.n)
        return out;
    ac_rc rc = ac_hl7_text(m->msg, raw, m->f.arena, &out, m->err);
    if (rc == AC_ELIMIT)
        m->f.full = true;
    else
        m->rc = rc;
    return rc == AC_OK ? ac_sv_trim(out) : AC_SV("");
}

ac_sv ac_hl7_string(ac_hl7_maker *m, ac_hl7_value v, unsigned k) { return text_of(m, ac_hl7_raw(v, k)); }

ac_sv ac_hl7_code(ac_hl7_maker *m, ac_hl7_value v, unsigned k)
{
    ac_sv s = ac_hl7_string(m, v, k);
    for (size_t i = 0; i < s.n; i++)
        if (ac_is_space(s.p[i]) && (s.p[i] != ' ' || s.p[i + 1] == ' '))
            return AC_SV("");
    return s;
}

/* ---- resources ---- */

static bool comes_once(const ac_hl7_maker *m, const ac_hl7_segment *s)
{
    static const char names[][4] = { "MSH", "EVN", "PID", "PD1", "PV1", "PV2", "TXA", "SCH" };
    bool single = false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        single |= ac_hl7_named(s, names[i]);
    if (!single)
        return false;
    for (size_t i = (size_t)(s - m->msg->segments) + 1; i < m->msg->n_segments && s->nth == 1; i++)
        if (m->msg->segments[i].nth == 2 && ac_sv_eq(m->msg->segments[i].name, s->name))
            return false;
    return s->nth == 1;
}

ac_sv ac_hl7_path(ac_hl7_maker *m, const ac_hl7_segment *s)
{
    AC_AUTO(ac_sb) b = AC_SB(32);
    ac_sb_add(&b, s->name);
    if (!comes_once(m, s))
        ac_sb_addf(&b, "[%lu]", (unsigned long)s->nth);
    return ac_fhir_string(&m->f, &b);
}

void *ac_hl7_add(ac_hl7_maker *m, ac_rec_kind kind, ac_sv *url)
{
    AC_AUTO(ac_sb) b = AC_SB(32);
    char *resource = ac_fhir_add(&m->f, kind, url);
    ac_rec_meta *meta = AC_FHIR_NEW(&m->f, meta);
    ac_sb_add_char(&b, '#');
    ac_sb_add(&b, ac_hl7_path(m, m->at));
    meta->source = ac_fhir_string(&m->f, &b);
    if (!m->f.full)
        memcpy(resource + ac_fhir_field_of(ac_fhir_resource_type(kind), AC_SV("meta"))->offset, &meta, sizeof meta);
    m->notes.at = NULL;
    return m->f.full ? ac_fhir_scrap(&m->f) : resource;
}

void ac_hl7_passage_add(ac_hl7_maker *m, const ac_hl7_segment *s, ac_sv title, ac_sv text, size_t at)
{
    ac_hl7_passage *p = text.n ? ac_vec_push(&m->out->passages, m->f.arena) : NULL;
    if (p)
        *p = (ac_hl7_passage) { .path = ac_hl7_path(m, s), .title = title, .text = text, .at = at };
    m->f.full |= text.n && !p;
}

/* ---- rows ---- */

static bool is_set(const ac_hl7_row *row, const char *member)
{
    static const char nothing[sizeof(ac_sv)];
    const size_t n = row->kind == AC_HL7_ONE ? sizeof(void *) : sizeof(ac_sv); /* a pointer; a text, or a list by its first members */
    return row->kind == AC_HL7_FLAG ? *member != 0 : memcmp(member, nothing, n) != 0;
}

static void fill_one(ac_hl7_maker *m, const ac_hl7_row *row, char *member)
{
    size_t state = 0;
    ac_hl7_value v;
    if (is_set(row, member))
        return;
    while (!is_set(row, member) && !m->f.full && ac_hl7_next(m, row->field, &state, &v)) {
        void *out = row->kind == AC_HL7_ONE ? ac_fhir_alloc(&m->f, row->size) : member;
        if (row->convert(m, v, row->arg, out) && row->kind == AC_HL7_ONE && !m->f.full)
            memcpy(member, &out, sizeof out);
    }
    if (!m->f.full && is_set(row, member) && ac_hl7_next(m, row->field, &state, &v))
        ac_hl7_lost(m, m->at, row->field, AC_HL7_REPEATED);
}

static void fill_each(ac_hl7_maker *m, const ac_hl7_row *row, char *member)
{
    size_t state = 0;
    ac_hl7_value v;
    while (!m->f.full && ac_hl7_next(m, row->field, &state, &v)) {
        if (row->kind == AC_HL7_TELECOM) {
            ac_hl7_telecom(m, v, row->arg ? ac_sv_z(row->arg) : AC_SV(""), member);
            continue;
        }
        ac_fhir_any_list list;
        void *one = ac_fhir_alloc(&m->f, row->size);
        bool ok = row->convert(m, v, row->arg, one);
        memcpy(&list, member, sizeof list);
        void *grown = ok && !m->f.full ? ac_vec_grow(m->f.arena, list.at, list.n, &list.cap, row->size) : NULL;
        m->f.full |= ok && !grown;
        if (!grown)
            continue;
        memcpy((char *)grown + list.n++ * row->size, one, row->size);
        list.at = grown;
        memcpy(member, &list, sizeof list);
    }
}

void ac_hl7_fill(ac_hl7_maker *m, const ac_hl7_row *rows, size_t n, void *resource)
{
    for (size_t i = 0; i < n && !m->f.full; i++) {
        char *member = (char *)resource + rows[i].offset;
        if (!ac_hl7_has(m, rows[i].field)) {
            if (rows[i].field <= m->at->n) /* "": said to be none */
                m->seen[index_of(m, rows[i].field)] = UINT64_MAX;
        } else if (rows[i].kind == AC_HL7_EACH || rows[i].kind == AC_HL7_TELECOM) {
            fill_each(m, &rows[i], member);
        } else {
            fill_one(m, &rows[i], member);
        }
    }
}
