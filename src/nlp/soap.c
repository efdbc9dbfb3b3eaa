#include "nlp/soap.h"

#include "nlp/lexicon.h"
#include "nlp/phrase.h"
#include "nlp/render.h"
#include "nlp/section.h"
#include "nlp/soap_dialogue.h"

#include <string.h>

#define BIT(k) ac_phrase_bit(AC_PHRASE_##k)

static bool has_sections(const ac_note *note)
{
    for (size_t i = 0; i < note->sections.n; i++)
        if (ac_section_soap((ac_section_type)note->sections.at[i].type) != '-')
            return true;
    return false;
}

/* What the entities of a sentence say about its place. */
typedef struct {
    bool any, planned, possible, measured, found, complaint, disease, drug;
} content;

static void look(const ac_note *note, const ac_entity *e, content *c)
{
    uint32_t flags = e->concept == AC_NONE ? 0 : ac_concept_flags(e->concept);
    (void)note;
    c->any = true;
    c->planned = c->planned || e->assertion == AC_PLANNED;
    c->possible = c->possible || (e->assertion == AC_POSSIBLE && e->kind == AC_KIND_PROBLEM);
    c->measured =
        c->measured || ((e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL) && (e->value.has || e->value.words.n));
    c->found = c->found || (e->kind == AC_KIND_SYMPTOM && flags & AC_CONCEPT_SIGN) ||
               (e->kind == AC_KIND_PROCEDURE && flags & AC_CONCEPT_IMAGING);
    c->complaint = c->complaint || e->kind == AC_KIND_SYMPTOM;
    c->disease = c->disease || e->kind == AC_KIND_PROBLEM;
    c->drug = c->drug || e->kind == AC_KIND_MEDICATION;
}

/* The first rule that fits. A sentence that says nothing clinical has no place ('-'). */
static char place(const content *c, uint32_t said)
{
    if (c->planned || said & BIT(FOLLOW_UP) || (said & BIT(PLAN) && !(said & BIT(TOLD))))
        return 'P';
    if (said & BIT(TOLD) && !c->measured)
        return c->any ? 'S' : '-';
    if (c->measured || said & BIT(EXAM) || (c->found && said & BIT(RESULT)))
        return c->any || said & BIT(EXAM) ? 'O' : '-';
    if (c->possible || (c->disease && said & BIT(ASSESS)))
        return 'A';
    if (c->found && !c->complaint)
        return 'O';
    return c->any ? 'S' : '-';
}

static ac_items *part(ac_soap *out, char letter)
{
    switch (letter) {
    case 'S':
        return &out->subjective;
    case 'O':
        return &out->objective;
    case 'A':
        return &out->assessment;
    case 'P':
        return &out->plan;
    default:
        return NULL;
    }
}

/* "Assessment and plan" holds both: what is ordered, given or arranged is plan. */
static char within(const ac_section *section, const content *c, uint32_t said)
{
    char letter = ac_section_soap((ac_section_type)section->type);
    bool both = section->type == AC_SECTION_ASSESSMENT_PLAN || section->type == AC_SECTION_COURSE;
    if (!both)
        return letter;
    bool plan = c->planned || said & (BIT(PLAN) | BIT(FOLLOW_UP));
    return plan ? 'P' : section->type == AC_SECTION_COURSE && c->disease && said & BIT(ASSESS) ? 'A' : letter;
}

/* The colon after a header and the mark of a list ("2. ", "- ") are no part of a statement. */
static size_t list_mark(ac_sv s)
{
    size_t at = 0, digits;
    while (at < s.n && (ac_is_space(s.p[at]) || ac_one_of(s.p[at], ":-,*")))
        at++;
    for (digits = at; digits < s.n && digits < at + 2 && ac_is_digit(s.p[digits]);)
        digits++;
    bool number = digits > at && digits + 1 < s.n && ac_one_of(s.p[digits], ".)") && s.p[digits + 1] == ' ';
    if (!number)
        return at;
    for (at = digits + 1; at < s.n && s.p[at] == ' ';)
        at++;
    return at;
}

static ac_rc keep(ac_draft *d, const ac_sentence *s, char letter, ac_soap *out, ac_err *err)
{
    ac_items *items = part(out, letter);
    uint32_t header_end = d->note->sections.at[s->section].header.end;
    uint32_t begin = s->span.begin < header_end ? header_end : s->span.begin;
    if (!items || begin >= s->span.end)
        return AC_OK;
    ac_sv body = ac_span_text(d->note->text, ac_span_of(begin, s->span.end));
    size_t skip = list_mark(body);
    if (skip == body.n)
        return AC_OK;
    ac_draft_quote(d, ac_span_of(begin + skip, s->span.end));
    return ac_draft_push(d, true, items, AC_NONE, err);
}

ac_rc ac_soap_make(const ac_note *note, ac_soap *out, ac_err *err)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(note);
    *out = (ac_soap) { 0 };
    AC_TRY(err, ac_phrases_scan(note, &d.phrases, err));
    if (note->dialogue)
        return ac_soap_dialogue(&d, out, err);
    const uint32_t wanted = BIT(PLAN) | BIT(FOLLOW_UP) | BIT(ASSESS) | BIT(EXAM) | BIT(RESULT) | BIT(TOLD);
    bool sections = has_sections(note);
    size_t e = 0;
    for (uint32_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        content c = { 0 };
        for (; e < note->entities.n && note->entities.at[e].span.begin < s->span.end; e++)
            if (note->entities.at[e].span.begin >= s->span.begin && !note->entities.at[e].in_header)
                look(note, &note->entities.at[e], &c);
        uint32_t said = ac_phrases_in(&d.phrases, s->token_begin, s->token_end, wanted);
        char letter = sections ? within(&note->sections.at[s->section], &c, said) : place(&c, said);
        AC_TRY(err, keep(&d, s, letter, out, err));
    }
    return AC_OK;
}
