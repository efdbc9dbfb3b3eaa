#include "interop/chart/chart_make.h"

#include "interop/fhir_type.h"
#include "nlp/time/calendar.h"

#include <string.h>

#define SECTION_TITLE(id, en, es) { { en, sizeof(en) - 1 }, { es, sizeof(es) - 1 } },
#define SAY_WORDS(id, en, es) { { en, sizeof(en) - 1 }, { es, sizeof(es) - 1 } },
static const ac_sv titles[][AC_LANG_COUNT] = { AC_CHART_SECTION_LIST(SECTION_TITLE) };
static const ac_sv said[][AC_LANG_COUNT] = { AC_CHART_TEXT_LIST(SAY_WORDS) };

enum { DATE_LENGTH = 10, CLOCK_BEGIN = 11, CLOCK_END = 16 };

/* ---- text ---- */

ac_sv ac_chart_title(const ac_chart_maker *m, ac_chart_section s) { return titles[s][m->chart->lang]; }

void ac_chart_heading(ac_chart_maker *m, ac_sv title)
{
    if (m->text.n)
        ac_sb_add_char(&m->text, '\n');
    (void)ac_chart_add(m, title);
    ac_sb_add(&m->text, AC_SV(":\n"));
}

void ac_chart_begin(ac_chart_maker *m, uint32_t entry)
{
    m->entry = entry;
    m->line = m->text.n;
    ac_sb_add(&m->text, AC_SV("- "));
}

/* meta.source of what was no FHIR says the place, "#OBX[3]"; a FHIR resource is the nth of its type. */
static ac_sv path_of(ac_chart_maker *m, uint32_t entry)
{
    const ac_rec_entry *all = m->record->entries.at, *e = &all[entry];
    const ac_rec_meta *meta;
    memcpy(&meta, (const char *)e->as.any + ac_fhir_field_of(ac_fhir_resource_type(e->kind), AC_SV("meta"))->offset, sizeof meta);
    if (meta && meta->source.n > 1 && meta->source.p[0] == '#')
        return ac_sv_sub(meta->source, 1, meta->source.n);
    ac_sv name = ac_rec_kind_name(e->kind);
    ac_sv path = ac_arena_printf(m->arena, "%.*s[%lu]", (int)name.n, name.p, (unsigned long)m->refs->ordinal[entry]);
    m->full |= !path.p;
    return path;
}

void ac_chart_end(ac_chart_maker *m)
{
    if (m->text.n <= m->line + 2) { /* "- " alone */
        m->text.n = m->line;
        return;
    }
    ac_origin *o = ac_vec_push(&m->chart->given.origins, m->arena);
    if (o)
        *o = (ac_origin) { ac_span_of(m->line, m->text.n), path_of(m, m->entry) };
    m->full |= !o;
    ac_sb_add_char(&m->text, '\n');
}

ac_span ac_chart_add(ac_chart_maker *m, ac_sv s)
{
    size_t begin = m->text.n;
    s = ac_sv_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        bool blank = (unsigned char)s.p[i] <= ' ';
        if (!blank || (unsigned char)s.p[i + 1] > ' ') /* the last byte is no blank: it was trimmed */
            ac_sb_add_char(&m->text, blank ? ' ' : s.p[i]);
    }
    return ac_span_of(begin, m->text.n);
}

ac_span ac_chart_words_of(ac_chart_maker *m, ac_sv s)
{
    ac_span span = ac_chart_add(m, s);
    ac_chart_words *w = s.n ? ac_vec_push(&m->chart->words, m->arena) : NULL;
    if (w)
        *w = (ac_chart_words) { s.p, span };
    m->full |= s.n && !w;
    return span;
}

ac_span ac_chart_say_it(ac_chart_maker *m, ac_chart_say what) { return ac_chart_add(m, said[what][m->chart->lang]); }

ac_span ac_chart_status(ac_chart_maker *m, ac_sv code)
{
#define STATUS_WORDS(code, es) { { code, sizeof(code) - 1 }, { es, sizeof(es) - 1 } },
    static const ac_sv words[][2] = { AC_CHART_STATUS_LIST(STATUS_WORDS) };
    for (size_t i = 0; m->chart->lang == AC_LANG_ES && i < sizeof words / sizeof words[0]; i++)
        if (ac_sv_eq(words[i][0], code))
            return ac_chart_add(m, words[i][1]);
    return ac_chart_words_of(m, code);
}

ac_span ac_chart_cue(ac_chart_maker *m, ac_chart_say what)
{
    ac_sb_add(&m->text, AC_SV(": "));
    return ac_chart_running(m)->cue = ac_chart_say_it(m, what);
}

ac_span ac_chart_part(ac_chart_maker *m, ac_chart_say label, ac_sv words)
{
    if (!ac_sv_trim(words).n)
        return ac_span_of(m->text.n, m->text.n);
    ac_sb_add(&m->text, AC_SV(", "));
    (void)ac_chart_say_it(m, label);
    ac_sb_add_char(&m->text, ' ');
    return ac_chart_words_of(m, words);
}

static bool digits(ac_sv s, size_t from, size_t to, int *out)
{
    *out = 0;
    for (size_t i = from; i < to; i++) {
        if (i >= s.n || !ac_is_digit(s.p[i]))
            return false;
        *out = *out * 10 + (s.p[i] - '0');
    }
    return true;
}

/* "2019", "2019-05", "2019-05-03", "2019-05-03T10:20:00Z" */
static bool read_date(ac_sv s, ac_date *out, size_t *used)
{
    int year, month = 0, day = 0;
    if (!digits(s, 0, 4, &year) || year == 0)
        return false;
    bool has_month = s.n >= 7 && s.p[4] == '-' && digits(s, 5, 7, &month);
    bool has_day = has_month && s.n >= DATE_LENGTH && s.p[7] == '-' && digits(s, 8, DATE_LENGTH, &day);
    *out = (ac_date) { (int16_t)year, (uint8_t)month, (uint8_t)day };
    *used = has_day ? DATE_LENGTH : has_month ? 7 : 4;
    return ac_date_valid(*out) && (s.n == *used || (has_day && s.p[DATE_LENGTH] == 'T'));
}

ac_span ac_chart_date(ac_chart_maker *m, ac_sv fhir, ac_date *out)
{
    ac_date date;
    size_t used;
    if (!read_date(fhir, &date, &used))
        return ac_span_of(m->text.n, m->text.n);
    ac_span span = ac_chart_add(m, ac_sv_sub(fhir, 0, used));
    ac_given_phi *p = ac_vec_push(&m->chart->given.phi, m->arena);
    if (p)
        *p = (ac_given_phi) { .span = span, .type = AC_PHI_DATE, .date = date };
    m->full |= !p;
    ac_sv clock = ac_sv_sub(fhir, CLOCK_BEGIN, CLOCK_END);
    if (clock.n == CLOCK_END - CLOCK_BEGIN && !ac_sv_eq(clock, AC_SV("00:00"))) {
        ac_sb_add_char(&m->text, ' ');
        (void)ac_chart_add(m, clock);
    }
    if (out)
        *out = date;
    return span;
}

void ac_chart_dated(ac_chart_maker *m, const char *before, ac_sv fhir, ac_attr_kind kind)
{
    ac_date date;
    size_t used;
    if (!read_date(fhir, &date, &used))
        return;
    ac_sb_add(&m->text, ac_sv_z(before));
    ac_span span = ac_chart_date(m, fhir, &date);
    if (kind < AC_ATTR_COUNT)
        ac_chart_attr(m, (ac_attr) { .kind = (uint8_t)kind, .span = span, .norm = ac_sv_sub(fhir, 0, used), .entity = AC_NONE });
}

void ac_chart_phi(ac_chart_maker *m, ac_span span, ac_phi_type type)
{
    if (span.begin == span.end)
        return;
    ac_given_phi *p = ac_vec_push(&m->chart->given.phi, m->arena);
    if (p)
        *p = (ac_given_phi) { .span = span, .type = (uint8_t)type };
    m->full |= !p;
}

void ac_chart_passage_of(ac_chart_maker *m, ac_sv title, ac_sv text)
{
    if (!ac_sv_trim(text).n)
        return;
    ac_chart_passage *p = ac_vec_push(&m->passages, m->arena);
    if (p)
        *p = (ac_chart_passage) { path_of(m, m->entry), title, text };
    m->full |= !p;
}

/* ---- facts ---- */

ac_sv ac_chart_name(const ac_rec_concept *c)
{
    if (!c)
        return AC_SV("");
    if (ac_sv_trim(c->text).n)
        return c->text;
    for (size_t i = 0; i < c->coding.n; i++)
        if (ac_sv_trim(c->coding.at[i].display).n)
            return c->coding.at[i].display;
    return c->coding.n ? c->coding.at[0].code : AC_SV("");
}

bool ac_chart_one_of(ac_sv code, const char *codes)
{
    ac_sv rest = ac_sv_z(codes), word;
    while (code.n && ac_sv_split(&rest, ' ', &word))
        if (ac_sv_eq(word, code))
            return true;
    return false;
}

bool ac_chart_any(const ac_rec_concept *c, const char *codes)
{
    for (size_t i = 0; c && i < c->coding.n; i++)
        if (ac_chart_one_of(c->coding.at[i].code, codes))
            return true;
    return false;
}

static void take_codes(ac_chart_maker *m, ac_given_entity *g, const ac_rec_concept *c)
{
    ac_entity_code *codes = ac_arena_alloc(m->arena, (c->coding.n + 1) * sizeof *codes);
    m->full |= !codes;
    for (size_t i = 0; codes && i < c->coding.n; i++) {
        const ac_rec_coding *k = &c->coding.at[i];
        ac_sv system = k->system;
        if (!k->code.n)
            continue;
        for (unsigned s = 0; s < AC_CODE_SYSTEM_COUNT; s++)
            if (ac_sv_eq(k->system, ac_code_system_uri((ac_code_system)s)))
                system = ac_code_system_name((ac_code_system)s);
        codes[g->n_codes++] = (ac_entity_code) { .system = system, .uri = k->system, .code = k->code, .display = k->display,
                                                 .edition = k->version, .own_edition = k->version.n };
    }
    g->codes = codes;
}

/* Codes that say that there is nothing: SNOMED CT, and those of the International Patient Summary. They are words, and no problem or
 * drug of that name; "no known allergies" is a concept of the lexicon. */
static const char nothing[] = "160245001 no-problem-info no-known-problems no-medication-info no-known-medications no-procedure-info "
                              "no-known-procedures no-device-info no-known-devices no-immunization-info no-known-immunizations no-allergy-info";

bool ac_chart_fact(ac_chart_maker *m, const ac_rec_concept *c, ac_kind kind, ac_assertion assertion)
{
    ac_sv name = ac_chart_name(c);
    ac_span span = name.n ? ac_chart_words_of(m, name) : (ac_span) { 0, 0 };
    if (span.begin == span.end || ac_chart_any(c, nothing))
        return false;
    ac_given_entity *g = ac_vec_push(&m->chart->given.entities, m->arena);
    m->full |= !g;
    if (!g)
        return false;
    *g = (ac_given_entity) { .span = span, .kind = (uint8_t)kind, .assertion = (uint8_t)assertion, .entry = m->entry };
    take_codes(m, g, c);
    return true;
}

ac_given_entity *ac_chart_running(ac_chart_maker *m) { return &m->chart->given.entities.at[m->chart->given.entities.n - 1]; }

void ac_chart_attr(ac_chart_maker *m, ac_attr attr)
{
    if (!m->chart->given.entities.n || attr.span.begin == attr.span.end)
        return;
    attr.entity = AC_NONE;
    ac_attr *slot = ac_vec_push(&ac_chart_running(m)->attrs, m->arena);
    if (slot)
        *slot = attr;
    m->full |= !slot;
}

bool ac_chart_number(ac_sv number, double *out) { return number.n && ac_sv_to_double(number, out); }

static uint8_t comparator(ac_sv c)
{
    static const struct {
        ac_sv text;
        uint8_t cmp;
    } rows[] = { { { "<", 1 }, AC_CMP_LT }, { { "<=", 2 }, AC_CMP_LE }, { { ">", 1 }, AC_CMP_GT }, { { ">=", 2 }, AC_CMP_GE } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(rows[i].text, c))
            return rows[i].cmp;
    return AC_CMP_EQ;
}

ac_span ac_chart_quantity(ac_chart_maker *m, const ac_rec_quantity *q, ac_quantity *out)
{
    double v = 0;
    size_t begin = m->text.n;
    bool ucum = q && ac_sv_eq(q->system, AC_SV("http://unitsofmeasure.org"));
    *out = (ac_quantity) { 0 };
    if (!q || !ac_chart_number(q->value, &v))
        return ac_span_of(begin, begin);
    (void)ac_chart_add(m, q->comparator);
    (void)ac_chart_add(m, q->value);
    ac_sv unit = q->unit.n ? q->unit : q->code;
    if (unit.n && !ac_sv_eq(unit, AC_SV("1"))) {
        if (!ac_sv_eq(unit, AC_SV("%")))
            ac_sb_add_char(&m->text, ' ');
        (void)ac_chart_words_of(m, unit);
    }
    *out = (ac_quantity) { .has = true, .cmp = comparator(q->comparator), .low = v, .high = v, .unit = ucum && q->code.n ? q->code : unit };
    return ac_span_of(begin, m->text.n);
}

void ac_chart_notes(ac_chart_maker *m, const ac_rec_annotation *at, size_t n, ac_sv title)
{
    for (size_t i = 0; i < n; i++)
        ac_chart_passage_of(m, title, at[i].text);
}
