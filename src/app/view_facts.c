#include "app/view.h"
#include "nlp/entity/entity.h"
#include "nlp/entity/fact.h"
#include "nlp/entity/measure.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/render.h"

enum { CODES_SHOWN = 3 };

static const struct {
    const char *mark;
    const char *es; /* its Spanish name */
} assertions[AC_ASSERTION_COUNT] = {
    [AC_PRESENT] = { "●", "presente" },        [AC_ABSENT] = { "○", "ausente" },
    [AC_POSSIBLE] = { "?", "posible" },        [AC_CONDITIONAL] = { "◇", "condicional" },
    [AC_HYPOTHETICAL] = { "◇", "hipotético" }, [AC_HISTORICAL] = { "↺", "histórico" },
    [AC_FAMILY] = { "⌂", "familiar" },         [AC_PLANNED] = { "→", "previsto" },
};

/* Order of the groups, their headings, and the colour of their marks. Mere anatomy is no fact. */
static const struct {
    ac_kind kind;
    ac_style style;
    const char *name[AC_LANG_COUNT];
} groups[] = {
    { AC_KIND_PROBLEM, AC_STYLE_PROBLEM, { "Problems", "Problemas" } },
    { AC_KIND_SYMPTOM, AC_STYLE_SYMPTOM, { "Symptoms and signs", "Síntomas y signos" } },
    { AC_KIND_ALLERGY, AC_STYLE_PROBLEM, { "Allergies", "Alergias" } },
    { AC_KIND_MEDICATION, AC_STYLE_MEDICATION, { "Medications", "Medicación" } },
    { AC_KIND_VITAL, AC_STYLE_RESULT, { "Vital signs", "Constantes" } },
    { AC_KIND_LAB, AC_STYLE_RESULT, { "Laboratory", "Laboratorio" } },
    { AC_KIND_PROCEDURE, AC_STYLE_PROCEDURE, { "Procedures and tests", "Procedimientos y pruebas" } },
    { AC_KIND_DEVICE, AC_STYLE_OTHER, { "Devices", "Dispositivos" } },
    { AC_KIND_FAMILY, AC_STYLE_OTHER, { "Family history", "Antecedentes familiares" } },
    { AC_KIND_SOCIAL, AC_STYLE_OTHER, { "Social history", "Historia social" } },
};
enum { GROUPS = sizeof groups / sizeof groups[0] };

ac_style ac_kind_style(uint8_t kind)
{
    for (size_t i = 0; i < GROUPS; i++)
        if (groups[i].kind == kind)
            return groups[i].style;
    return AC_STYLE_DIM;
}

/* as people write the names of the code systems */
static const char *const systems[AC_CODE_SYSTEM_COUNT] = {
    [AC_ICD10CM] = "ICD-10 ", [AC_SNOMED] = "SNOMED ", [AC_RXNORM] = "RxNorm ", [AC_LOINC] = "LOINC ", [AC_ATC] = "ATC "
};

/* What people call a code system that has only a URI: "cpt" of "http://www.ama-assn.org/go/cpt". */
static ac_sv last_part(ac_sv uri)
{
    size_t at = uri.n;
    while (at && uri.p[at - 1] != '/' && uri.p[at - 1] != ':')
        at--;
    return ac_sv_sub(uri, at, uri.n);
}

static void add_code(ac_sb *out, ac_sv system, ac_sv code)
{
    ac_code_system known;
    if (out->n)
        ac_sb_add(out, AC_SV(" · "));
    if (ac_code_system_from(system, &known)) {
        ac_sb_add(out, ac_sv_z(systems[known]));
    } else {
        ac_sb_add(out, last_part(system));
        ac_sb_add_char(out, ' ');
    }
    ac_sb_add(out, code);
}

static void add_codes(const ac_note *note, const ac_fact *f, ac_sb *out)
{
    ac_code codes[AC_CODE_SYSTEM_COUNT];
    const ac_entity *best = &note->entities.at[f->best];
    const bool ours = f->concept != AC_NONE && !best->given; /* what came with its codes keeps those alone */
    size_t n = ours ? ac_concept_codes_of(f->concept, (ac_assertion)f->assertion, codes, AC_CODE_SYSTEM_COUNT) : 0,
           shown = 0;
    for (size_t i = 0; i < n && i < CODES_SHOWN; i++)
        if (ac_measure_code_fits(best, codes[i].system)) {
            add_code(out, ac_code_system_name(codes[i].system), codes[i].code);
            shown++;
        }
    for (size_t i = 0; i < best->n_codes && shown < CODES_SHOWN; i++)
        if (ac_entity_code_holds(best, &best->codes[i])) {
            add_code(out, best->codes[i].system, best->codes[i].code);
            shown++;
        }
}

/* A medication that the list of the note holds but that is not taken, or not now. */
static const struct {
    ac_sv norm;
    const char *label[AC_LANG_COUNT];
} not_taken[] = { { { "stopped", 7 }, { "stopped", "suspendido" } },
                  { { "on-hold", 7 }, { "on hold", "en suspenso" } },
                  { { "completed", 9 }, { "completed", "completado" } },
                  { { "not-taken", 9 }, { "not taken", "no lo toma" } } };

static const char *status_label(const ac_page *p, const ac_fact *f)
{
    const ac_attr *a = f->kind == AC_KIND_MEDICATION ? ac_fact_status(p->note, f) : NULL;
    for (size_t i = 0; a && i < sizeof not_taken / sizeof not_taken[0]; i++)
        if (ac_sv_eq(a->norm, not_taken[i].norm))
            return not_taken[i].label[p->note->lang];
    return NULL;
}

static ac_sv assertion_label(const ac_page *p, uint8_t assertion)
{
    if (assertion == AC_PRESENT)
        return AC_SV("");
    return p->note->lang == AC_LANG_ES ? ac_sv_z(assertions[assertion].es) : ac_assertion_name((ac_assertion)assertion);
}

static bool names_relative(const ac_entity *e)
{
    for (size_t i = 0; i < e->attrs.n; i++)
        if (e->attrs.at[i].kind == AC_ATTR_RELATIVE)
            return true;
    return false;
}

static ac_rc mentions_of(const ac_page *p, const ac_fact *f, ac_spans *out, ac_err *err)
{
    for (size_t i = 0; i < f->n; i++) {
        ac_span *s = ac_vec_push(out, p->note->arena);
        if (!s)
            return ac_fail(err, AC_ELIMIT, "no room for citations");
        *s = p->note->entities.at[f->entities[i]].span;
    }
    return AC_OK;
}

static ac_rc words_of(const ac_page *p, const ac_fact *f, ac_sv *out, ac_err *err)
{
    ac_draft draft = AC_DRAFT(p->note);
    ac_item item = { 0 };
    ac_draft_entity(&draft, ac_fact_best(p->note, f));
    ac_rc rc = ac_draft_end(&draft, false, &item, err);
    ac_draft_cleanup(&draft);
    *out = item.text;
    return rc;
}

static ac_rc show_fact(ac_page *p, const ac_fact *f, ac_style style, ac_err *err)
{
    AC_AUTO(ac_sb) codes = AC_SB(256);
    ac_sv text;
    ac_spans mentions = { 0 };
    AC_TRY(err, words_of(p, f, &text, err));
    AC_TRY(err, mentions_of(p, f, &mentions, err));
    add_codes(p->note, f, &codes);
    bool told = f->assertion == AC_FAMILY && names_relative(ac_fact_best(p->note, f));
    const char *status = status_label(p, f);
    ac_sv label = status ? ac_sv_z(status) : told ? AC_SV("") : assertion_label(p, f->assertion);
    ac_page_entry(p, &(ac_entry) { .mark = status ? "⊘" : assertions[f->assertion].mark,
                                   .style = status ? AC_STYLE_DIM : style,
                                   .text = text,
                                   .label = label,
                                   .detail = ac_page_aside(p, &codes),
                                   .column = true,
                                   .evidence = &mentions });
    return AC_OK;
}

/* What is not there is told in one entry: it is much in many notes, and nobody looks for its codes. */
static ac_rc show_absent(ac_page *p, ac_kind kind, ac_err *err)
{
    AC_AUTO(ac_sb) list = AC_SB(1u << 26);
    for (size_t i = 0; i < p->note->facts.n; i++) {
        const ac_fact *f = &p->note->facts.at[i];
        ac_sv text;
        ac_spans mentions = { 0 };
        if (f->kind != kind || f->assertion != AC_ABSENT)
            continue;
        AC_TRY(err, words_of(p, f, &text, err));
        AC_TRY(err, mentions_of(p, f, &mentions, err));
        if (list.n)
            ac_sb_add(&list, AC_SV(" · "));
        else
            ac_sb_addf(&list, "%s: ", p->note->lang == AC_LANG_ES ? assertions[AC_ABSENT].es : "absent");
        ac_sb_add(&list, text);
        ac_sb_add_char(&list, ' ');
        ac_page_cite(p, &mentions, &list);
    }
    if (list.n)
        ac_page_entry(
            p, &(ac_entry) { .mark = assertions[AC_ABSENT].mark, .style = AC_STYLE_DIM, .text = ac_sb_view(&list) });
    return ac_sb_done(&list, err);
}

static bool has_facts(const ac_note *n, ac_kind kind)
{
    for (size_t i = 0; i < n->facts.n; i++)
        if (n->facts.at[i].kind == kind)
            return true;
    return false;
}

/* Facts of one group: what is so first, then what may be, at last what is not. */
static ac_rc show_group(ac_page *p, size_t group, ac_err *err)
{
    const ac_kind kind = groups[group].kind;
    if (!has_facts(p->note, kind))
        return AC_OK;
    ac_page_subheading(p, ac_sv_z(groups[group].name[p->note->lang]));
    for (int present = 1; present >= 0; present--)
        for (size_t i = 0; i < p->note->facts.n; i++) {
            const ac_fact *f = &p->note->facts.at[i];
            if (f->kind == kind && f->assertion != AC_ABSENT && (f->assertion == AC_PRESENT) == present)
                AC_TRY(err, show_fact(p, f, groups[group].style, err));
        }
    return show_absent(p, kind, err);
}

ac_rc ac_view_facts(ac_page *p, const ac_result *r, ac_err *err)
{
    (void)r;
    for (size_t i = 0; i < GROUPS; i++)
        AC_TRY(err, show_group(p, i, err));
    return AC_OK;
}

/* ---- the note itself: line numbers for the citations, long lines broken at blanks ------------------------------- */

typedef struct {
    ac_page *p;
    int indent;    /* four blanks make it code in Markdown */
    int digits;    /* of the largest line number */
    uint32_t line; /* next to be numbered, from 1 */
    uint32_t at;   /* bytes written */
    size_t column;
} text_view;

static void gutter(text_view *t, bool numbered)
{
    ac_page *p = t->p;
    const ac_style style = p->style;
    ac_page_style(p, AC_STYLE_DIM);
    if (numbered)
        ac_sb_addf(p->out, "%*u ", t->indent + t->digits, t->line++);
    else
        ac_sb_addf(p->out, "%*s ", t->indent + t->digits, "");
    ac_page_style(p, style);
    t->column = (size_t)(t->indent + t->digits) + 1;
}

/* Columns from here to the next blank or line end. */
static size_t word_columns(ac_sv text, uint32_t at, size_t max)
{
    size_t n = 0;
    for (; at < text.n && text.p[at] != ' ' && text.p[at] != '\n' && n <= max; at++)
        n += ((unsigned char)text.p[at] & 0xC0) != 0x80;
    return n;
}

static void write_byte(text_view *t)
{
    ac_page *p = t->p;
    const ac_sv text = p->note->text;
    const char c = text.p[t->at++];
    if (c == '\n') {
        const ac_style style = p->style;
        ac_page_style(p, AC_STYLE_PLAIN);
        ac_sb_add_char(p->out, '\n');
        if (t->at < text.n)
            gutter(t, true);
        ac_page_style(p, style);
    } else if (c == ' ' && !p->markdown && t->column + 1 + word_columns(text, t->at, p->width) > p->width) {
        ac_sb_add_char(p->out, '\n');
        gutter(t, false);
    } else {
        ac_sb_add_char(p->out, c);
        t->column += ((unsigned char)c & 0xC0) != 0x80;
    }
}

static void write_to(text_view *t, uint32_t end, ac_style style)
{
    if (t->at >= end)
        return;
    ac_page_style(t->p, style);
    while (t->at < end)
        write_byte(t);
    ac_page_style(t->p, AC_STYLE_PLAIN);
}

static ac_style entity_style(const ac_entity *e)
{
    return e->assertion == AC_ABSENT ? AC_STYLE_DIM : ac_kind_style(e->kind);
}

/* Identifiers win over findings; both are ascending and free of overlaps among themselves. */
void ac_view_note(ac_page *p)
{
    const ac_note *n = p->note;
    text_view t = { .p = p, .indent = p->markdown ? 4 : 2, .digits = 1, .line = 1 };
    for (size_t lines = p->n_lines; lines >= 10; lines /= 10)
        t.digits++;
    gutter(&t, true);
    for (size_t i = 0, e = 0; i < n->phi.n || e < n->entities.n;) {
        bool phi = e == n->entities.n || (i < n->phi.n && n->phi.at[i].span.begin < n->entities.at[e].span.end);
        ac_span s = phi ? n->phi.at[i].span : n->entities.at[e].span;
        ac_style style = phi ? AC_STYLE_PHI : entity_style(&n->entities.at[e]);
        *(phi ? &i : &e) += 1;
        if (s.begin < t.at)
            continue;
        write_to(&t, s.begin, AC_STYLE_PLAIN);
        write_to(&t, s.end, style);
    }
    write_to(&t, (uint32_t)n->text.n, AC_STYLE_PLAIN);
    if (!ac_sv_ends(n->text, AC_SV("\n")))
        ac_sb_add_char(p->out, '\n');
}
