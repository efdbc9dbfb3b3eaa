#include "app/view.h"
#include "nlp/fact.h"
#include "nlp/lexicon.h"
#include "nlp/render.h"

enum { CODES_SHOWN = 3 };

static const struct {
    const char *mark;
    const char *es; /* its Spanish name */
} assertions[AC_ASSERTION_COUNT] = {
    [AC_PRESENT] = { "●", "presente" },       [AC_ABSENT] = { "○", "ausente" },
    [AC_POSSIBLE] = { "?", "posible" },       [AC_CONDITIONAL] = { "◇", "condicional" },
    [AC_HYPOTHETICAL] = { "◇", "hipotético" }, [AC_HISTORICAL] = { "↺", "histórico" },
    [AC_FAMILY] = { "⌂", "familiar" },        [AC_PLANNED] = { "→", "previsto" },
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
static const char *const systems[AC_CODE_SYSTEM_COUNT] = { [AC_ICD10CM] = "ICD-10 ", [AC_SNOMED] = "SNOMED ", [AC_RXNORM] = "RxNorm ",
                                                           [AC_LOINC] = "LOINC ", [AC_ATC] = "ATC " };

static void add_codes(uint32_t concept, ac_sb *out)
{
    ac_code codes[AC_CODE_SYSTEM_COUNT];
    if (concept == AC_NONE)
        return;
    size_t n = ac_concept_codes(concept, codes, AC_CODE_SYSTEM_COUNT);
    for (size_t i = 0; i < n && i < CODES_SHOWN; i++) {
        if (i)
            ac_sb_add(out, AC_SV(" · "));
        ac_sb_add(out, ac_sv_z(systems[codes[i].system]));
        ac_sb_add(out, codes[i].code);
    }
}

static ac_sv assertion_label(const ac_page *p, uint8_t assertion)
{
    if (assertion == AC_PRESENT)
        return AC_SV("");
    return p->note->lang == AC_LANG_ES ? ac_sv_z(assertions[assertion].es) : ac_assertion_name((ac_assertion)assertion);
}

static ac_rc show_fact(ac_page *p, const ac_fact *f, ac_style style, ac_err *err)
{
    AC_AUTO(ac_sb) codes = AC_SB(256);
    ac_draft draft = AC_DRAFT(p->note);
    ac_item item = { 0 };
    ac_draft_entity(&draft, ac_fact_best(p->note, f));
    ac_rc rc = ac_draft_end(&draft, false, &item, err);
    ac_draft_cleanup(&draft);
    AC_TRY(err, rc);
    ac_spans mentions = { 0 };
    for (size_t i = 0; i < f->n; i++) {
        ac_span *s = ac_vec_push(&mentions, p->note->arena);
        if (!s)
            return ac_fail(err, AC_ELIMIT, "no room for citations");
        *s = p->note->entities.at[f->entities[i]].span;
    }
    add_codes(f->concept, &codes);
    ac_page_entry(p, &(ac_entry) { .mark = assertions[f->assertion].mark, .style = f->assertion == AC_ABSENT ? AC_STYLE_DIM : style,
                                   .text = item.text, .label = assertion_label(p, f->assertion),
                                   .detail = ac_sb_view(&codes), .evidence = &mentions });
    return AC_OK;
}

/* Facts of one group: what is so first, then what is not or only may be. */
static ac_rc show_group(ac_page *p, size_t group, ac_err *err)
{
    bool shown = false;
    for (int present = 1; present >= 0; present--)
        for (size_t i = 0; i < p->note->facts.n; i++) {
            const ac_fact *f = &p->note->facts.at[i];
            if (f->kind != groups[group].kind || (f->assertion == AC_PRESENT) != present)
                continue;
            if (!shown)
                ac_page_subheading(p, ac_sv_z(groups[group].name[p->note->lang]));
            shown = true;
            AC_TRY(err, show_fact(p, f, groups[group].style, err));
        }
    return AC_OK;
}

ac_rc ac_view_facts(ac_page *p, const ac_result *r, ac_err *err)
{
    (void)r;
    for (size_t i = 0; i < GROUPS; i++)
        AC_TRY(err, show_group(p, i, err));
    return AC_OK;
}

/* ---- the note itself --------------------------------------------------------------------------------------------- */

static void add_plain(ac_page *p, uint32_t *at, uint32_t to)
{
    if (to > *at)
        ac_sb_add(p->out, ac_sv_sub(p->note->text, *at, to));
    *at = to > *at ? to : *at;
}

/* Identifiers win over findings; both are ascending and free of overlaps among themselves. */
static void add_marked(ac_page *p)
{
    const ac_note *n = p->note;
    uint32_t at = 0;
    for (size_t i = 0, e = 0; i < n->phi.n || e < n->entities.n;) {
        bool phi = e == n->entities.n || (i < n->phi.n && n->phi.at[i].span.begin < n->entities.at[e].span.end);
        ac_span s = phi ? n->phi.at[i].span : n->entities.at[e].span;
        ac_style style = phi ? AC_STYLE_PHI : n->entities.at[e].assertion == AC_ABSENT ? AC_STYLE_DIM
                                                                                        : ac_kind_style(n->entities.at[e].kind);
        *(phi ? &i : &e) += 1;
        if (s.begin < at)
            continue;
        add_plain(p, &at, s.begin);
        ac_page_words(p, style, ac_span_text(n->text, s));
        at = s.end;
    }
    add_plain(p, &at, (uint32_t)n->text.n);
}

void ac_view_note(ac_page *p)
{
    if (p->colour)
        add_marked(p);
    else
        ac_sb_add(p->out, p->note->text);
    if (!ac_sv_ends(p->note->text, AC_SV("\n")))
        ac_sb_add_char(p->out, '\n');
}
