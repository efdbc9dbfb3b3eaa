/* Free text in a record: notes, reports, documents. It goes below the lines, for the engine to read. */
#include "interop/chart/chart_make.h"

#include "base/base64.h"
#include "interop/fhir_type.h"
#include "nlp/text/normalise.h"

#include <string.h>

enum { LONG_STRING = 120, ENTITY_MAX = 10 };

/* ---- attachments ---- */

static bool is_html(ac_sv type) { return ac_sv_starts(type, AC_SV("text/html")) || ac_sv_starts(type, AC_SV("application/xhtml")); }

/* What is no text is counted: it wants a reader of its own. */
static void attachment(ac_chart_maker *m, const ac_rec_attachment *a, ac_sv title)
{
    ac_sv bytes;
    ac_source plain;
    bool text = ac_sv_starts(a->content_type, AC_SV("text/plain")) || is_html(a->content_type);
    if (!a->data.n && !a->url.n)
        return;
    if (!a->data.n || !text || ac_base64_read(m->arena, a->data, &bytes) != AC_OK ||
        ac_normalise(bytes, bytes.n, m->arena, &plain, NULL) != AC_OK) {
        m->chart->unread++;
        return;
    }
    ac_sv words = is_html(a->content_type) ? ac_chart_text_of_html(m->arena, plain.text) : plain.text;
    ac_chart_passage_of(m, a->title.n ? a->title : title, words);
}

/* ---- XHTML ---- */

static void add_utf8(ac_sb *out, uint32_t c)
{
    char utf8[4];
    const bool none = c < ' ' || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000);
    ac_sb_add(out, (ac_sv) { utf8, ac_utf8_put(none ? ' ' : c, utf8) });
}

/* The character that "&...;" at s stands for; how many bytes it takes there; 0 when it is none. */
static size_t entity(ac_sv s, ac_sb *out)
{
    static const struct {
        ac_sv name, text;
    } named[] = { { { "amp", 3 }, { "&", 1 } }, { { "lt", 2 }, { "<", 1 } }, { { "gt", 2 }, { ">", 1 } }, { { "quot", 4 }, { "\"", 1 } },
                  { { "apos", 4 }, { "'", 1 } }, { { "nbsp", 4 }, { " ", 1 } } };
    const char *end = memchr(s.p, ';', s.n < ENTITY_MAX ? s.n : ENTITY_MAX);
    if (!end)
        return 0;
    ac_sv name = ac_sv_sub(s, 1, (size_t)(end - s.p));
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
        if (ac_sv_eq(name, named[i].name)) {
            ac_sb_add(out, named[i].text);
            return name.n + 2;
        }
    if (name.n < 2 || name.p[0] != '#')
        return 0;
    bool hex = name.p[1] == 'x' || name.p[1] == 'X';
    uint32_t c = 0;
    for (size_t i = hex ? 2 : 1; i < name.n; i++) {
        char d = ac_lower(name.p[i]);
        if (!ac_is_digit(d) && !(hex && d >= 'a' && d <= 'f'))
            return 0;
        c = c * (hex ? 16 : 10) + (uint32_t)(ac_is_digit(d) ? d - '0' : d - 'a' + 10);
    }
    add_utf8(out, c);
    return name.n + 2;
}

/* Tags that end a line, and those that part words. */
static char blank_of(ac_sv tag)
{
    static const char *const lines[] = { "p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "pre", "hr", "dt", "dd" };
    static const char *const words[] = { "td", "th" };
    ac_sv name = tag;
    size_t n = 0;
    if (name.n && name.p[0] == '/')
        name = ac_sv_sub(name, 1, name.n);
    while (n < name.n && ac_is_alnum(name.p[n]))
        n++;
    name = ac_sv_sub(name, 0, n);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (ac_sv_eq_nocase(name, ac_sv_z(lines[i])))
            return '\n';
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (ac_sv_eq_nocase(name, ac_sv_z(words[i])))
            return ' ';
    return 0;
}

/* From "<" at s: where the tag, comment or element without words ends. */
static size_t skip(ac_sv s)
{
    static const struct {
        ac_sv open, close;
    } whole[] = { { { "<!--", 4 }, { "-->", 3 } }, { { "<script", 7 }, { "</script", 8 } }, { { "<style", 6 }, { "</style", 7 } },
                  { { "<![CDATA[", 9 }, { "]]>", 3 } } };
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++)
        if (ac_sv_starts(s, whole[i].open)) {
            const char *end = memmem(s.p, s.n, whole[i].close.p, whole[i].close.n);
            size_t from = end ? (size_t)(end - s.p) : s.n;
            const char *tag = memchr(s.p + from, '>', s.n - from);
            return tag ? (size_t)(tag - s.p) + 1 : s.n;
        }
    const char *end = memchr(s.p, '>', s.n);
    return end ? (size_t)(end - s.p) + 1 : s.n;
}

static void one_blank(ac_sb *out, char blank)
{
    char last = out->n ? out->p[out->n - 1] : '\n';
    if (blank == '\n' && last == ' ')
        out->n--;
    if (blank == '\n' ? last != '\n' : last != ' ' && last != '\n')
        ac_sb_add_char(out, blank);
}

ac_sv ac_chart_text_of_html(ac_arena *arena, ac_sv html)
{
    AC_AUTO(ac_sb) out = AC_SB(html.n + 16);
    for (size_t i = 0; i < html.n && out.rc == AC_OK;) {
        ac_sv rest = ac_sv_sub(html, i, html.n);
        size_t used = 1;
        if (rest.p[0] == '<') {
            used = skip(rest);
            char blank = blank_of(ac_sv_sub(rest, 1, used));
            if (blank)
                one_blank(&out, blank);
        } else if (rest.p[0] == '&' && (used = entity(rest, &out)) > 0) {
            /* it is written */
        } else if (ac_is_space(rest.p[0])) {
            used = 1;
            one_blank(&out, ' ');
        } else {
            used = 1;
            ac_sb_add_char(&out, rest.p[0]);
        }
        i += used;
    }
    return out.rc == AC_OK ? ac_arena_copy(arena, ac_sv_trim(ac_sb_view(&out))) : AC_SV("");
}

/* ---- resources ---- */

static void narrative(ac_chart_maker *m, const ac_rec_narrative *n, ac_sv title)
{
    if (n && n->div.n)
        ac_chart_passage_of(m, title, ac_chart_text_of_html(m->arena, n->div));
}

/* Entries say it with their codes, unless the words are marked as saying more. */
static bool is_told(const ac_rec_section *s) { return s->entry.n && s->text && !ac_chart_one_of(s->text->status, "additional"); }

static void composition(ac_chart_maker *m, const ac_rec_composition *c)
{
    for (size_t i = 0; i < c->section.n; i++) {
        const ac_rec_section *s = &c->section.at[i];
        if (is_told(s))
            continue;
        size_t before = m->passages.n;
        narrative(m, s->text, s->title.n ? s->title : ac_chart_name(s->code));
        if (m->passages.n == before)
            continue;
        ac_sv *path = &m->passages.at[before].path;
        *path = ac_arena_printf(m->arena, "%.*s/section[%lu]", (int)path->n, path->p, (unsigned long)(i + 1));
        m->full |= !path->p;
    }
    if (!c->section.n)
        narrative(m, c->narrative, c->title);
}

static void report(ac_chart_maker *m, const ac_rec_diagnostic_report *r)
{
    ac_sv title = ac_chart_name(r->code);
    if (ac_chart_one_of(r->status, "entered-in-error cancelled"))
        return;
    ac_chart_passage_of(m, title, r->conclusion);
    for (size_t i = 0; i < r->presented.n; i++)
        attachment(m, &r->presented.at[i], title);
}

static void document(ac_chart_maker *m, const ac_rec_document_reference *d)
{
    ac_sv title = d->description.n ? d->description : ac_chart_name(d->type);
    for (size_t i = 0; i < d->content.n; i++)
        if (d->content.at[i].attachment)
            attachment(m, d->content.at[i].attachment, title);
}

/* "note", the same member of many resources */
static void notes(ac_chart_maker *m, const ac_rec_entry *e)
{
    const ac_fhir_type *type = ac_fhir_resource_type(e->kind);
    const ac_fhir_field *note = ac_fhir_field_of(type, AC_SV("note")), *code = ac_fhir_field_of(type, AC_SV("code"));
    ac_fhir_any_list list;
    const ac_rec_concept *c = NULL;
    if (!note || note->kind != AC_FIELD_LIST)
        return;
    memcpy(&list, (const char *)e->as.any + note->offset, sizeof list);
    if (code && code->kind == AC_FIELD_OBJECT)
        memcpy(&c, (const char *)e->as.any + code->offset, sizeof c);
    ac_chart_notes(m, list.at, list.n, ac_chart_name(c));
}

void ac_chart_collect(ac_chart_maker *m, const ac_rec_entry *e)
{
    ac_sv assessment = AC_SV("");
    switch (e->kind) {
    case AC_REC_composition: composition(m, e->as.composition); return;
    case AC_REC_document_reference: document(m, e->as.document_reference); return;
    case AC_REC_diagnostic_report: report(m, e->as.diagnostic_report); return;
    case AC_REC_clinical_impression:
        ac_chart_passage_of(m, assessment, e->as.clinical_impression->description);
        ac_chart_passage_of(m, assessment, e->as.clinical_impression->summary);
        break;
    case AC_REC_observation:
        if (e->as.observation->string.n > LONG_STRING)
            ac_chart_passage_of(m, ac_chart_name(e->as.observation->code), e->as.observation->string);
        break;
    case AC_REC_care_plan: ac_chart_passage_of(m, e->as.care_plan->title, e->as.care_plan->description); break;
    case AC_REC_appointment: ac_chart_passage_of(m, assessment, e->as.appointment->comment); break;
    default: break;
    }
    notes(m, e);
}

/* What a line could not tell may still stand in the narrative of the resource. */
void ac_chart_collect_narrative(ac_chart_maker *m, const ac_rec_entry *e)
{
    const ac_fhir_field *f = ac_fhir_field_of(ac_fhir_resource_type(e->kind), AC_SV("text"));
    const ac_rec_narrative *n = NULL;
    if (f && f->kind == AC_FIELD_OBJECT)
        memcpy(&n, (const char *)e->as.any + f->offset, sizeof n);
    narrative(m, n, AC_SV(""));
}

static void write_passage(ac_chart_maker *m, const ac_chart_passage *p)
{
    size_t begin = m->text.n;
    if (ac_sv_trim(p->title).n) {
        ac_chart_heading(m, p->title);
    } else {
        ac_sb_add_char(&m->text, '\n');
        (void)ac_chart_say_it(m, AC_SAY_NOTE);
        ac_sb_add(&m->text, AC_SV(":\n"));
    }
    ac_span *closed = ac_vec_push(&m->chart->given.closed, m->arena);
    ac_span *title = ac_vec_push(&m->chart->given.titles, m->arena);
    ac_origin *o = ac_vec_push(&m->chart->given.origins, m->arena);
    ac_chart_words *w = ac_vec_push(&m->chart->words, m->arena);
    m->full |= !closed || !title || !o || !w;
    if (m->full)
        return;
    *closed = ac_span_of(begin, m->text.n);
    *title = ac_span_of(begin + 1, m->text.n - 1); /* without the line ends around it */
    ac_sv text = ac_sv_trim(p->text);
    ac_span span = ac_span_of(m->text.n, m->text.n + text.n);
    *o = (ac_origin) { span, p->path };
    *w = (ac_chart_words) { p->text.p, span };
    ac_sb_add(&m->text, text);
    ac_sb_add_char(&m->text, '\n');
}

/* The same text comes as a report and as a document, or with every result of a panel: it is read once. */
typedef struct {
    ac_sv *at;
    size_t mask;
} seen;

static bool is_new(seen *s, ac_sv text)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < text.n; i++)
        h = (h ^ (unsigned char)text.p[i]) * 1099511628211u;
    size_t i = (h ^ h >> 32) & s->mask;
    while (s->at[i].p && !ac_sv_eq(s->at[i], text))
        i = (i + 1) & s->mask;
    bool is = !s->at[i].p;
    s->at[i] = text;
    return is;
}

void ac_chart_write_passages(ac_chart_maker *m)
{
    seen s = { .mask = 15 };
    while (s.mask < 2 * (m->passages.n + m->source->n_passages))
        s.mask = 2 * s.mask + 1;
    s.at = ac_arena_alloc(m->arena, (s.mask + 1) * sizeof *s.at);
    m->full |= !s.at;
    for (size_t i = 0; i < m->passages.n + m->source->n_passages && !m->full; i++) {
        const ac_chart_passage *p = i < m->passages.n ? &m->passages.at[i] : &m->source->passages[i - m->passages.n];
        ac_sv text = ac_sv_trim(p->text);
        if (text.n && is_new(&s, text))
            write_passage(m, p);
    }
}
