#include "app/view.h"

#include "nlp/time/calendar.h"

#include <string.h>

enum { DATE_COLUMNS = 10 };

typedef struct {
    ac_page page;
    const ac_result *r;
    const ac_process_extra *extra;
} view;

static ac_sv in(const view *v, const char *en, const char *es)
{
    return ac_sv_z(v->page.note->lang == AC_LANG_ES ? es : en);
}

/* A list of statements under a heading; nothing when there are none. */
static void show_items(view *v, const ac_items *items, const char *en, const char *es)
{
    if (!items->n)
        return;
    ac_page_subheading(&v->page, in(v, en, es));
    for (size_t i = 0; i < items->n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .text = items->at[i].text, .evidence = &items->at[i].evidence });
}

static ac_rc show_note(view *v, ac_err *err)
{
    (void)err;
    ac_page_heading(&v->page, in(v, "NOTE", "NOTA"));
    ac_view_note(&v->page);
    return AC_OK;
}

static bool nothing(const ac_items *const *lists, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lists[i]->n)
            return false;
    return true;
}

static ac_rc show_top(view *v, ac_err *err)
{
    (void)err;
    const ac_patient_summary *s = &v->r->summary;
    const ac_items *lists[] = { &s->top, &s->contradictions, &s->questions };
    if (nothing(lists, 3))
        return AC_OK;
    ac_page_heading(&v->page, in(v, "FIRST", "LO PRIMERO"));
    for (size_t i = 0; i < s->top.n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .mark = "▲",
                                              .style = AC_STYLE_CRITICAL,
                                              .text = s->top.at[i].text,
                                              .evidence = &s->top.at[i].evidence });
    for (size_t i = 0; i < s->contradictions.n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .mark = "≠",
                                              .style = AC_STYLE_WARNING,
                                              .text = s->contradictions.at[i].text,
                                              .evidence = &s->contradictions.at[i].evidence });
    for (size_t i = 0; i < s->questions.n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .mark = "?",
                                              .style = AC_STYLE_WARNING,
                                              .text = s->questions.at[i].text,
                                              .evidence = &s->questions.at[i].evidence });
    return AC_OK;
}

static ac_rc show_narrative(view *v, ac_err *err)
{
    (void)err;
    const ac_items *n = &v->r->clinical_summary.narrative;
    if (!n->n)
        return AC_OK;
    ac_page_heading(&v->page, in(v, "SUMMARY", "RESUMEN"));
    for (size_t i = 0; i < n->n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .text = n->at[i].text, .evidence = &n->at[i].evidence });
    return AC_OK;
}

static ac_rc show_summary(view *v, ac_err *err)
{
    (void)err;
    const ac_patient_summary *s = &v->r->summary;
    const struct {
        const ac_items *items;
        const char *en, *es;
    } lists[] = {
        { &s->problems, "Problems", "Problemas" },
        { &s->medications, "Medications", "Medicación" },
        { &s->allergies, "Allergies", "Alergias" },
        { &v->r->clinical_summary.risk_factors, "Risk factors", "Factores de riesgo" },
        { &s->results, "Results", "Resultados" },
        { &s->procedures, "Procedures", "Procedimientos" },
        { &s->chronology, "Chronology", "Cronología" },
        { &s->follow_up, "Follow-up", "Seguimiento" },
    };
    bool headed = false;
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (lists[i].items->n && !headed)
            ac_page_heading(&v->page, in(v, "SUMMARY", "RESUMEN"));
        headed |= lists[i].items->n > 0;
        show_items(v, lists[i].items, lists[i].en, lists[i].es);
    }
    return AC_OK;
}

static ac_rc show_soap(view *v, ac_err *err)
{
    (void)err;
    const ac_soap *s = &v->r->soap;
    const ac_items *lists[] = { &s->subjective, &s->objective, &s->assessment, &s->plan };
    if (nothing(lists, 4))
        return AC_OK;
    ac_page_heading(&v->page, AC_SV("SOAP"));
    show_items(v, &s->subjective, "Subjective", "Subjetivo");
    show_items(v, &s->objective, "Objective", "Objetivo");
    show_items(v, &s->assessment, "Assessment", "Valoración");
    show_items(v, &s->plan, "Plan", "Plan");
    return AC_OK;
}

static ac_rc show_facts(view *v, ac_err *err)
{
    if (!v->page.note->facts.n)
        return AC_OK;
    ac_page_heading(&v->page, in(v, "FINDINGS", "HALLAZGOS"));
    return ac_view_facts(&v->page, v->r, err);
}

static ac_rc show_timeline(view *v, ac_err *err)
{
    (void)err;
    const ac_timeline *t = &v->r->timeline;
    if (!t->n)
        return AC_OK;
    ac_page_heading(&v->page, in(v, "TIMELINE", "CRONOLOGÍA"));
    for (size_t i = 0; i < t->n; i++) {
        AC_AUTO(ac_sb) text = AC_SB(1u << 20);
        char date[11];
        ac_sb_add(&text, (ac_sv) { date, ac_date_iso(t->at[i].date, date) });
        if (t->at[i].end.year && ac_date_cmp(t->at[i].end, t->at[i].date) != 0) {
            ac_sb_add(&text, AC_SV(" – "));
            ac_sb_add(&text, (ac_sv) { date, ac_date_iso(t->at[i].end, date) });
        }
        ac_page_entry(&v->page, &(ac_entry) { .lead = ac_page_aside(&v->page, &text),
                                              .lead_width = DATE_COLUMNS,
                                              .text = t->at[i].item.text,
                                              .evidence = &t->at[i].item.evidence });
    }
    return AC_OK;
}

static ac_rc show_guidelines(view *v, ac_err *err)
{
    static const struct {
        const char *mark;
        ac_style style;
    } looks[] = { [AC_SEVERITY_INFO] = { "i", AC_STYLE_DIM },
                  [AC_SEVERITY_WARNING] = { "!", AC_STYLE_WARNING },
                  [AC_SEVERITY_CRITICAL] = { "‼", AC_STYLE_CRITICAL } };
    (void)err;
    const ac_findings *f = &v->r->guidelines;
    if (!f->n)
        return AC_OK;
    ac_page_heading(&v->page, in(v, "GUIDELINES", "GUÍAS CLÍNICAS"));
    for (size_t i = 0; i < f->n; i++)
        ac_page_entry(&v->page, &(ac_entry) { .mark = looks[f->at[i].severity].mark,
                                              .style = looks[f->at[i].severity].style,
                                              .text = f->at[i].item.text,
                                              .detail = f->at[i].citation,
                                              .evidence = &f->at[i].item.evidence });
    return AC_OK;
}

static ac_rc show_identifiers(view *v, ac_err *err)
{
    (void)err;
    size_t count[AC_PHI_COUNT] = { 0 };
    const ac_phi_list *phi = &v->page.note->phi;
    AC_AUTO(ac_sb) text = AC_SB(4096);
    if (!phi->n)
        return AC_OK;
    for (size_t i = 0; i < phi->n; i++)
        count[phi->at[i].type]++;
    for (size_t i = 0; i < AC_PHI_COUNT; i++)
        if (count[i])
            ac_sb_addf(&text, "%s%.*s %zu", text.n ? " · " : "", (int)ac_phi_name((ac_phi_type)i).n,
                       ac_phi_name((ac_phi_type)i).p, count[i]);
    ac_page_heading(&v->page, in(v, "IDENTIFIERS", "IDENTIFICADORES"));
    ac_page_line(&v->page, ac_page_aside(&v->page, &text));
    return AC_OK;
}

static ac_rc show_coverage(view *v, ac_err *err)
{
    (void)err;
    const ac_coverage *c = &v->page.note->coverage;
    AC_AUTO(ac_sb) text = AC_SB(1024);
    uint64_t ns = 0;
    for (size_t i = 0; i < v->extra->n_times; i++)
        ns += v->extra->times[i].ns;
    ac_sb_addf(&text, "%s · ", c->encoding ? c->encoding : "?");
    ac_sb_add_u64(&text, c->bytes_in);
    ac_sb_add(&text, in(v, " bytes in, ", " bytes leídos, "));
    if (c->bytes_replaced || c->bytes_dropped)
        ac_sb_addf(&text, "%llu replaced, %llu dropped", (unsigned long long)c->bytes_replaced,
                   (unsigned long long)c->bytes_dropped);
    else
        ac_sb_add(&text, in(v, "all read", "todos"));
    if (c->truncated)
        ac_sb_add(&text, in(v, " · CUT SHORT", " · INCOMPLETO"));
    if (v->r->unsupported.n)
        ac_sb_addf(&text, " · %zu %s", v->r->unsupported.n,
                   v->page.note->lang == AC_LANG_ES ? "frases sin apoyo, omitidas" : "unsupported statements left out");
    if (v->extra->n_times)
        ac_sb_addf(&text, " · %.2f ms", (double)ns / 1e6);
    ac_sb_add_char(v->page.out, '\n');
    ac_page_style(&v->page, AC_STYLE_DIM);
    ac_page_line(&v->page, ac_page_aside(&v->page, &text));
    ac_page_style(&v->page, AC_STYLE_PLAIN);
    return AC_OK;
}

static const struct {
    uint32_t block, parts;
    ac_rc (*show)(view *, ac_err *);
} blocks[] = {
    { AC_VIEW_TOP, AC_PART_SUMMARY, show_top },
    { AC_VIEW_GUIDELINES, AC_PART_GUIDELINES, show_guidelines },
    { AC_VIEW_NARRATIVE, AC_PART_CLINICAL_SUMMARY, show_narrative },
    { AC_VIEW_SUMMARY, AC_PART_SUMMARY | AC_PART_CLINICAL_SUMMARY, show_summary },
    { AC_VIEW_FACTS, AC_PART_ENTITIES, show_facts },
    { AC_VIEW_TIMELINE, AC_PART_TIMELINE, show_timeline },
    { AC_VIEW_SOAP, AC_PART_SOAP, show_soap },
    { AC_VIEW_IDENTIFIERS, AC_PART_PHI, show_identifiers },
    { AC_VIEW_NOTE, AC_PART_PHI | AC_PART_ENTITIES, show_note },
    { AC_VIEW_COVERAGE, 0, show_coverage },
};
enum { BLOCKS = sizeof blocks / sizeof blocks[0] };

uint32_t ac_view_parts(uint32_t chosen)
{
    uint32_t parts = 0;
    for (size_t i = 0; i < BLOCKS; i++)
        if (blocks[i].block & chosen)
            parts |= blocks[i].parts;
    return parts;
}

static void show_title(view *v)
{
    const ac_note *n = v->page.note;
    AC_AUTO(ac_sb) right = AC_SB(256);
    char date[11];
    ac_sb_add(&right, in(v, "English", "español"));
    ac_sb_addf(&right, " · %.1f KB", (double)n->coverage.bytes_in / 1024.0);
    if (n->note_date.year) {
        ac_sb_add(&right, AC_SV(" · "));
        ac_sb_add(&right, (ac_sv) { date, ac_date_iso(n->note_date, date) });
    }
    ac_page_title(&v->page, n->id.n ? n->id : AC_SV("-"), ac_page_aside(&v->page, &right));
}

ac_rc ac_view(const ac_result *r, const ac_process_extra *extra, const ac_view_options *opt, ac_sb *out, ac_err *err)
{
    view v = { .r = r,
               .extra = extra,
               .page = { .markdown = opt->markdown, .colour = opt->colour, .width = opt->width } };
    AC_TRY(err, ac_page_begin(&v.page, r->note, out, err));
    show_title(&v);
    for (size_t i = 0; i < BLOCKS; i++)
        if (blocks[i].block & opt->blocks)
            AC_TRY(err, blocks[i].show(&v, err));
    return ac_sb_done(out, err);
}
