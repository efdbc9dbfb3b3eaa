/* A resource of the source once more, with the references of the bundle; de-identified, only what is known to be safe: codes, numbers,
 * years, and words that the de-identified text has. What has no row here is left out, so that a new member is left out too. */
#include "interop/fhir_source.h"

#include "interop/fhir_type.h"

#include <string.h>

typedef enum { LEAVE_OUT, KEEP, DATE, WORDS } act;

/* Types that name people and places or hold what was read as text already. */
static const char dropped_types[] = "identifier human_name address contact_point attachment narrative extension meta patient_contact "
                                    "patient_link element assigner series";

/* Members of type string, code, uri or date, by name. */
static const struct {
    const char *keys;
    act act;
} rows[] = {
    { "status intent priority criticality type gender system version code unit comparator use docStatus lifecycleStatus durationUnit periodUnit "
      "severity basis kind mode language", KEEP },
    { "start end onsetDateTime abatementDateTime recordedDate effectiveDateTime performedDateTime occurrenceDateTime authoredOn dateAsserted date "
      "started created onset lastOccurrence whenPrepared whenHandedOver collectedDateTime startDate statusDate dueDate valueDateTime deceasedDateTime "
      "bornDate", DATE },
    { "text valueString conclusion description summary title onsetString abatementString performedString patientInstruction occurrenceString "
      "comment scheduledString", WORDS },
};
static const char kept_texts[] = "category dayOfWeek when timeOfDay";
static const char ages[] = "onsetAge abatementAge ageAge deceasedAge performedAge";

static bool one_of(ac_sv word, const char *words)
{
    ac_sv rest = ac_sv_z(words), w;
    while (ac_sv_split(&rest, ' ', &w))
        if (ac_sv_eq(w, word))
            return true;
    return false;
}

static act act_of(ac_sv key)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (one_of(key, rows[i].keys))
            return rows[i].act;
    return LEAVE_OUT;
}

/* A year, or the date where the profile leaves dates; never the time of day. */
static ac_sv safe_date(ac_fhir_maker *m, ac_sv s) { return ac_fhir_date_norm(m, ac_sv_sub(s, 0, 10)); }

/* The words as the de-identified text has them; what is not in the text has not been looked at. */
static ac_sv safe_words(ac_fhir_maker *m, ac_sv s)
{
    ac_span span;
    return ac_chart_find(m->opt->chart, s, &span) ? ac_fhir_words(m, ac_fhir_in_note(m, span)) : AC_SV("");
}

static ac_sv new_reference(ac_fhir_maker *m, ac_sv old)
{
    uint32_t to = ac_refs_find(m->opt->chart->refs, m->source->copying, old);
    const ac_fhir_copied *copy = to == AC_NONE ? NULL : ac_fhir_copy_of(m, to);
    if (copy || to != AC_NONE)
        return copy ? copy->url : AC_SV("");
    return m->opt->identified ? old : AC_SV(""); /* whom it means elsewhere may be told only here */
}

static ac_sv copied_text(ac_fhir_maker *m, const ac_fhir_type *type, const ac_fhir_field *f, ac_sv s)
{
    if (type == ac_fhir_reference_type() && ac_sv_eq(f->key, AC_SV("reference")))
        return new_reference(m, s);
    if (m->opt->identified)
        return s;
    if (type == ac_fhir_coding_type())
        return s;
    if (type == ac_fhir_reference_type())
        return AC_SV("");
    switch (act_of(f->key)) {
    case KEEP: return s;
    case DATE: return safe_date(m, s);
    case WORDS: return safe_words(m, s);
    default: return AC_SV("");
    }
}

static void copy_into(ac_fhir_maker *m, const ac_fhir_type *type, const char *in, char *out);

static bool too_old(ac_fhir_maker *m, const ac_fhir_field *f, const void *one)
{
    double years;
    const ac_rec_quantity *q = one;
    return m->profile == AC_DEID_SAFE_HARBOR && one_of(f->key, ages) && ac_sv_to_double(q->value, &years) && years > 89;
}

static bool is_dropped(const ac_fhir_maker *m, const ac_fhir_field *f)
{
    return !m->opt->identified && f->sub && one_of(ac_sv_z(f->sub->name), dropped_types);
}

static void copy_one(ac_fhir_maker *m, const ac_fhir_field *f, const char *in, char *out)
{
    const char *one;
    memcpy(&one, in, sizeof one);
    if (!one || is_dropped(m, f) || (!m->opt->identified && too_old(m, f, one)))
        return;
    char *copy = ac_fhir_alloc(m, f->sub->size);
    if (m->full)
        return;
    copy_into(m, f->sub, one, copy);
    memcpy(out, &copy, sizeof copy);
}

static void copy_list(ac_fhir_maker *m, const ac_fhir_field *f, const char *in, char *out)
{
    ac_fhir_any_list from, to = { 0 };
    memcpy(&from, in, sizeof from);
    if (!from.n || is_dropped(m, f))
        return;
    to.at = ac_fhir_alloc(m, from.n * f->sub->size);
    for (size_t i = 0; i < from.n && !m->full; i++)
        copy_into(m, f->sub, (const char *)from.at + i * f->sub->size, (char *)to.at + i * f->sub->size);
    to.n = to.cap = from.n;
    if (!m->full)
        memcpy(out, &to, sizeof to);
}

static void copy_into(ac_fhir_maker *m, const ac_fhir_type *type, const char *in, char *out)
{
    for (size_t i = 0; i < type->n && !m->full; i++) {
        const ac_fhir_field *f = &type->fields[i];
        const char *from = in + f->offset;
        char *to = out + f->offset;
        ac_sv text;
        switch (f->kind) {
        case AC_FIELD_TEXT:
            memcpy(&text, from, sizeof text);
            text = text.n ? copied_text(m, type, f, text) : text;
            memcpy(to, &text, sizeof text);
            break;
        case AC_FIELD_NUMBER: memcpy(to, from, sizeof text); break;
        case AC_FIELD_BOOL: *to = *from; break;
        case AC_FIELD_TEXTS:
            if (m->opt->identified || one_of(f->key, kept_texts))
                memcpy(to, from, sizeof(ac_rec_texts));
            break;
        case AC_FIELD_OBJECT: copy_one(m, f, from, to); break;
        default: copy_list(m, f, from, to);
        }
    }
}

void ac_fhir_copy(ac_fhir_maker *m, ac_rec_kind kind, const void *in, void *out)
{
    const ac_fhir_type *type = ac_fhir_resource_type(kind);
    const ac_fhir_field *id = ac_fhir_field_of(type, AC_SV("id"));
    ac_sv made;
    memcpy(&made, (char *)out + id->offset, sizeof made);
    copy_into(m, type, in, out);
    if (!m->full)
        memcpy((char *)out + id->offset, &made, sizeof made);
}
