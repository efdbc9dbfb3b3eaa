/* Of what a test is: glucose of the spinal fluid or of the urine is another test than glucose of the blood. */
#include "nlp/entity/measure.h"
#include "nlp/entity/measure_parse.h"

#include <math.h>
#include <string.h>

enum { LOOK_BACK = 48, AFTER_TOKENS = 8, ID_MAX = 64 };

/* The specimen named nearest before token in its sentence, or behind the test ("in urine"); NULL when none. */
static const ac_mark *in_sentence(const ac_note *note, const ac_test_place *p)
{
    for (uint32_t at = p->end; at <= p->end + AFTER_TOKENS && at < p->to; at++) {
        const ac_mark *m = ac_mark_at(note, at, AC_SIG_SPECIMEN);
        bool in = ac_sv_eq_nocase(ac_token_text(note, at), AC_SV("in")) || ac_sv_eq_nocase(ac_token_text(note, at), AC_SV("en"));
        if (m && in)
            return m;
    }
    for (uint32_t back = 1; back <= LOOK_BACK && p->from + back <= p->begin; back++) {
        const ac_mark *m = ac_mark_at(note, p->begin - back, AC_SIG_SPECIMEN);
        if (m && m->token_end <= p->begin)
            return m;
    }
    return NULL;
}

/* The specimen that the header of the test's section names, or a line of its own before ("CSF:"). */
static const ac_mark *in_heading(const ac_note *note, const ac_entity *e)
{
    if (e->sentence >= note->sentences.n)
        return NULL;
    const ac_sentence *s = &note->sentences.at[e->sentence];
    if (s->section >= note->sections.n || note->sections.at[s->section].header.end == 0)
        return NULL;
    ac_span header = note->sections.at[s->section].header;
    for (uint32_t t = ac_note_token_at(note, header.begin); t < note->tokens.n && note->tokens.at[t].begin < header.end; t++) {
        const ac_mark *m = ac_mark_at(note, t, AC_SIG_SPECIMEN);
        if (m)
            return m;
    }
    return NULL;
}

static bool starts_with(ac_sv id, ac_sv prefix)
{
    return id.n > prefix.n && ac_sv_eq(ac_sv_sub(id, 0, prefix.n), prefix) && id.p[prefix.n] == '-';
}

/* "glucose" -> "urine-glucose", "wbc-count" -> "csf-wbc"; AC_NONE when the lexicon has no such test. */
static uint32_t counterpart(ac_arena *arena, ac_sv specimen, ac_sv id)
{
    static const ac_sv tails[] = { { "-count", 6 }, { "-lab", 4 } };
    for (size_t i = 0; i < sizeof tails / sizeof tails[0]; i++)
        if (ac_sv_ends(id, tails[i]))
            id = ac_sv_sub(id, 0, id.n - tails[i].n);
    if (specimen.n + id.n + 1 > ID_MAX)
        return AC_NONE;
    ac_sv wanted = ac_arena_printf(arena, "%.*s-%.*s", (int)specimen.n, specimen.p, (int)id.n, id.p);
    return wanted.p ? ac_concept_find(wanted) : AC_NONE;
}

uint32_t ac_test_of_specimen(const ac_note *note, const ac_test_place *p, const ac_entity *e)
{
    if (e->kind != AC_KIND_LAB || e->concept == AC_NONE || p->ref.unit.n == 0)
        return e->concept;
    const ac_mark *m = in_sentence(note, p);
    m = m ? m : in_heading(note, e);
    ac_sv specimen = m ? ac_mark_norm(m) : AC_SV("blood"), id = ac_concept_id(e->concept);
    if (ac_sv_eq(specimen, AC_SV("blood")) || starts_with(id, specimen) || starts_with(id, AC_SV("urine")) ||
        starts_with(id, AC_SV("csf")))
        return e->concept;
    return counterpart(note->arena, specimen, id);
}

static bool power_of_ten(double f)
{
    double e = f > 0 ? log10(f) : 0.5;
    return fabs(e - round(e)) < 1e-9;
}

/* "{1.73_m2}": what a rate is counted per is a part of its property. */
static bool annotated(ac_sv unit) { return memchr(unit.p, '{', unit.n) != NULL; }

bool ac_measure_code_fits(const ac_entity *e, ac_code_system system)
{
    double v;
    if (system != AC_LOINC || e->concept == AC_NONE || !e->value.has || e->value.unit.n == 0)
        return true;
    ac_reference ref = ac_concept_reference(e->concept, AC_SEX_UNKNOWN);
    if (ref.unit.n == 0 || ac_unit_convert(1, e->value.unit, ref.unit, &v))
        return true;
    for (size_t i = 0; i < ref.n_alts; i++) /* mEq/L and mmol/L are one property, mg/dL and mmol/L are two */
        if (ac_sv_eq(ref.alts[i].unit, e->value.unit))
            return ref.alts[i].offset == 0 && power_of_ten(ref.alts[i].factor) && annotated(ref.unit) == annotated(e->value.unit);
    return false;
}
