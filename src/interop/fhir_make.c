#include "interop/fhir_make.h"

#include "interop/fhir_type.h"
#include "interop/part.h"
#include "nlp/entity/entity.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/measure.h"

#include <string.h>

enum { CODES_MAX = 16 };

/* ---- memory ---- */

void *ac_fhir_scrap(ac_fhir_maker *m)
{
    m->full = true;
    memset(&m->scrap, 0, sizeof m->scrap);
    return &m->scrap;
}

void *ac_fhir_alloc(ac_fhir_maker *m, size_t n)
{
    void *p = ac_arena_alloc(m->arena, n);
    return p ? p : ac_fhir_scrap(m);
}

ac_sv ac_fhir_string(ac_fhir_maker *m, const ac_sb *b)
{
    ac_sv copy = ac_arena_copy(m->arena, ac_sb_view(b));
    if (b->rc == AC_OK && (copy.p || !b->n))
        return copy;
    m->full = true;
    return AC_SV("");
}

/* ---- ids ---- */

static uint64_t mix(uint64_t v) /* splitmix64's finaliser */
{
    v = (v ^ (v >> 30)) * 0xBF58476D1CE4E5B9u;
    v = (v ^ (v >> 27)) * 0x94D049BB133111EBu;
    return v ^ (v >> 31);
}

static ac_sv uuid(ac_fhir_maker *m, uint64_t high, uint64_t low)
{
    ac_sv made = ac_fhir_uuid(m->arena, high, low);
    m->full |= !made.n;
    return made.n ? made : AC_SV("urn:uuid:");
}

void *ac_fhir_add(ac_fhir_maker *m, ac_rec_kind kind, ac_sv *url)
{
    uint64_t high, low;
    if (kind != AC_REC_patient || !m->opt->patient_id.n) { /* a patient with a pseudonym is the same in all documents */
        uint64_t n = ++m->made;
        high = mix(m->seed[0] ^ mix(n));
        low = mix(m->seed[1] + mix(~n));
    } else {
        high = low = 14695981039346656037u;
        for (size_t i = 0; i < m->opt->patient_id.n; i++) {
            high = (high ^ (unsigned char)m->opt->patient_id.p[i]) * 1099511628211u;
            low = mix(low + high);
        }
        high = mix(high);
    }
    ac_rec_entry *e = ac_record_add(&m->record, kind, m->arena);
    ac_sv made = uuid(m, high, low);
    if (url)
        *url = made;
    if (!e)
        return ac_fhir_scrap(m);
    e->full_url = made;
    ac_sv id = ac_sv_sub(made, sizeof "urn:uuid:" - 1, made.n);
    memcpy((char *)e->as.any + ac_fhir_field_of(ac_fhir_resource_type(kind), AC_SV("id"))->offset, &id, sizeof id);
    return e->as.any;
}

ac_rec_extension ac_fhir_evidence(ac_fhir_maker *m, ac_span span)
{
    ac_span s = ac_fhir_place(m, span);
    ac_sv place = ac_arena_printf(m->arena, "%lu-%lu", (unsigned long)s.begin, (unsigned long)s.end);
    m->full |= !place.p;
    return (ac_rec_extension) { .url = AC_SV(AC_FHIR_EVIDENCE), .value_string = place };
}

/* Every mention, and what the best one has beside it: the dose, the date, the range that the resource repeats. */
static void add_evidence(ac_fhir_maker *m, void *resource, ac_rec_kind kind, const ac_fact *f)
{
    const ac_fhir_field *field = ac_fhir_field_of(ac_fhir_resource_type(kind), AC_SV("extension"));
    const ac_entity *best = ac_fact_best(m->note, f);
    ac_fhir_any_list list = { .cap = f->n + best->attrs.n };
    ac_rec_extension *at = list.at = ac_fhir_alloc(m, list.cap * sizeof *at);
    for (size_t i = 0; i < f->n && !m->full; i++)
        at[list.n++] = ac_fhir_evidence(m, m->note->entities.at[f->entities[i]].span);
    for (size_t i = 0; i < best->attrs.n && !m->full; i++) {
        ac_span s = best->attrs.at[i].span;
        bool inside = s.begin >= best->span.begin && s.end <= best->span.end;
        if (s.end > s.begin && !inside && !(i && best->attrs.at[i - 1].span.begin == s.begin))
            at[list.n++] = ac_fhir_evidence(m, s);
    }
    if (!m->full)
        memcpy((char *)resource + field->offset, &list, sizeof list);
}

void *ac_fhir_add_fact(ac_fhir_maker *m, ac_rec_kind kind, const ac_fact *f, ac_fhir_section section)
{
    ac_sv url;
    void *resource = ac_fhir_add(m, kind, &url);
    *AC_FHIR_PUSH(m, &m->listed[section]) = url;
    add_evidence(m, resource, kind, f);
    return resource;
}

ac_rec_reference *ac_fhir_ref(ac_fhir_maker *m, ac_sv url)
{
    if (!url.n)
        return NULL;
    ac_rec_reference *r = AC_FHIR_NEW(m, reference);
    r->reference = url;
    return r;
}

/* ---- codes ---- */

ac_rec_concept *ac_fhir_code(ac_fhir_maker *m, ac_sv system, ac_sv code)
{
    ac_rec_concept *c = AC_FHIR_NEW(m, concept);
    *AC_FHIR_PUSH(m, &c->coding) = (ac_rec_coding) { .system = system, .code = code };
    return c;
}

ac_rec_concept *ac_fhir_words_only(ac_fhir_maker *m, ac_sv text)
{
    ac_rec_concept *c = AC_FHIR_NEW(m, concept);
    c->text = text;
    return c;
}

/* No display of ours: our names are our own wording, and FHIR reserves it for the code system's. */
void ac_fhir_fill(ac_fhir_maker *m, ac_rec_concept *out, const ac_entity *e)
{
    ac_code codes[CODES_MAX];
    size_t n = e->concept != AC_NONE && !e->given ? ac_concept_codes_of(e->concept, (ac_assertion)e->assertion, codes, CODES_MAX) : 0;
    out->text = ac_fhir_words(m, e->span);
    for (size_t i = 0; i < n && i < CODES_MAX; i++)
        if (ac_measure_code_fits(e, codes[i].system))
            *AC_FHIR_PUSH(m, &out->coding) =
                (ac_rec_coding) { .system = ac_code_system_uri(codes[i].system), .code = codes[i].code };
    for (uint32_t i = 0; i < e->n_codes; i++) /* the names of a release are those of its code system */
        if (ac_entity_code_holds(e, &e->codes[i]))
            *AC_FHIR_PUSH(m, &out->coding) =
                (ac_rec_coding) { .system = e->codes[i].uri, .version = e->codes[i].own_edition ? e->codes[i].edition : AC_SV(""),
                                  .code = e->codes[i].code, .display = e->codes[i].display };
}

ac_rec_concept *ac_fhir_concept(ac_fhir_maker *m, const ac_entity *e)
{
    ac_rec_concept *c = AC_FHIR_NEW(m, concept);
    ac_fhir_fill(m, c, e);
    return c;
}

/* ---- numbers and dates ---- */

ac_sv ac_fhir_number(ac_fhir_maker *m, double v)
{
    AC_AUTO(ac_sb) b = AC_SB(64);
    if (v - v != 0.0)
        return AC_SV("");
    ac_sb_add_double(&b, v);
    return ac_fhir_string(m, &b);
}

ac_rec_quantity *ac_fhir_quantity(ac_fhir_maker *m, double v, ac_sv unit, uint8_t cmp)
{
    ac_sv number = ac_fhir_number(m, v);
    if (!number.n)
        return NULL;
    ac_rec_quantity *q = AC_FHIR_NEW(m, quantity);
    *q = (ac_rec_quantity) { .value = number, .unit = unit, .code = unit };
    if (unit.n)
        q->system = AC_SV(AC_FHIR_UCUM);
    if (cmp != AC_CMP_ABOUT) /* R4 has no code for it; the caller says it in words */
        q->comparator = ac_comparator_text(cmp);
    return q;
}

ac_rec_range *ac_fhir_range(ac_fhir_maker *m, double low, double high, ac_sv unit)
{
    ac_rec_range *r = AC_FHIR_NEW(m, range);
    r->low = ac_fhir_quantity(m, low, unit, AC_CMP_EQ);
    r->high = ac_fhir_quantity(m, high, unit, AC_CMP_EQ);
    return r;
}

ac_sv ac_fhir_date(ac_fhir_maker *m, ac_date d)
{
    char buf[AC_DATE_TEXT];
    if (!m->whole_dates)
        d.month = d.day = 0;
    ac_sv text = ac_date_text(d, buf);
    ac_sv copy = ac_arena_copy(m->arena, text);
    m->full |= text.n && !copy.p;
    return copy.p ? copy : AC_SV("");
}

static bool digits(ac_sv s, size_t from, size_t to, unsigned *out)
{
    *out = 0;
    for (size_t i = from; i < to; i++) {
        if (i >= s.n || !ac_is_digit(s.p[i]))
            return false;
        *out = *out * 10 + (unsigned)(s.p[i] - '0');
    }
    return true;
}

ac_sv ac_fhir_date_norm(ac_fhir_maker *m, ac_sv iso)
{
    unsigned year, month = 0, day = 0;
    bool ok = (iso.n == 4 || iso.n == 7 || iso.n == 10) && digits(iso, 0, 4, &year);
    if (ok && iso.n > 4)
        ok = iso.p[4] == '-' && digits(iso, 5, 7, &month) && month >= 1 && month <= 12;
    if (ok && iso.n > 7)
        ok = iso.p[7] == '-' && digits(iso, 8, 10, &day) && day >= 1 && day <= 31;
    return ok ? ac_fhir_date(m, (ac_date) { (int16_t)year, (uint8_t)month, (uint8_t)day }) : AC_SV("");
}

ac_sv ac_fhir_note_date(ac_fhir_maker *m) { return ac_fhir_date(m, m->note->note_date); }
