#include "nlp/output/soap.h"

#include "nlp/entity/mark.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/output/phrase.h"
#include "nlp/output/render.h"
#include "nlp/text/section.h"
#include "nlp/output/soap_dialogue.h"
#include "nlp/output/soap_found.h"
#include "nlp/output/soap_statement.h"

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
    bool any, planned, possible, measured, found, complaint, disease, drug, therapy;
} content;

static void look(const ac_entity *e, content *c)
{
    uint32_t flags = e->concept == AC_NONE ? 0 : ac_concept_flags(e->concept);
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
    c->therapy = c->therapy || e->kind == AC_KIND_MEDICATION || (e->kind == AC_KIND_PROCEDURE && flags & AC_CONCEPT_THERAPY);
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

/* "Continue ceftriaxone.", "2. CHF: hold furosemide." */
static bool orders(const ac_note *note, const ac_sentence *s, const content *c)
{
    enum { MARKS = 3, LABEL = 8 };
    uint32_t at = s->token_begin;
    while (at < s->token_end && note->tokens.at[at].kind != AC_TOKEN_WORD && at < s->token_begin + MARKS)
        at++;
    if (!c->therapy)
        return false;
    if (ac_mark_at(note, at, AC_SIG_ORDER))
        return true;
    for (uint32_t i = at; i < s->token_end && i < at + LABEL; i++)
        if (ac_token_is(note, i, ':'))
            return ac_mark_at(note, i + 1, AC_SIG_ORDER) != NULL;
    return false;
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

/* "DISCHARGE SUMMARY", "Progress note" over the whole document is its title and says nothing about what follows. */
static bool is_title(const ac_note *note, const ac_section *section)
{
    if (section != note->sections.at || ac_sv_trim(ac_sv_sub(note->text, 0, section->header.begin)).n)
        return false;
    bool alone = section->header.end < note->text.n && note->text.p[section->header.end] == '\n';
    return section->type == AC_SECTION_DISCHARGE || (section->type == AC_SECTION_COURSE && alone);
}

/* Headers of what the patient tells. */
static bool is_story(uint16_t type)
{
    return type == AC_SECTION_SUBJECTIVE || type == AC_SECTION_HPI || type == AC_SECTION_CHIEF_COMPLAINT || type == AC_SECTION_REASON;
}

/* "Assessment and plan" holds both: what is ordered, given or arranged is plan. Text under no header, and what clinical
 * content stands between the labels of a form, is sorted by what it says. */
static char within(const ac_note *note, const ac_section *section, const content *c, uint32_t said)
{
    char letter = ac_section_soap((ac_section_type)section->type);
    bool both = section->type == AC_SECTION_ASSESSMENT_PLAN || section->type == AC_SECTION_COURSE;
    if (is_title(note, section) || section->type == AC_SECTION_UNKNOWN || section->type == AC_SECTION_OTHER)
        return place(c, said);
    if (section->type == AC_SECTION_DEMOGRAPHICS || section->type == AC_SECTION_SIGNATURE)
        return c->complaint || c->disease || c->drug || c->measured ? place(c, said) : '-';
    if (!both)
        return letter;
    bool plan = c->planned || said & (BIT(PLAN) | BIT(FOLLOW_UP));
    return plan ? 'P' : section->type == AC_SECTION_COURSE && c->disease && said & BIT(ASSESS) ? 'A' : letter;
}

ac_rc ac_soap_make(const ac_note *note, ac_soap *out, ac_err *err)
{
    AC_AUTO(ac_draft) d = AC_DRAFT(note);
    *out = (ac_soap) { 0 };
    if (note->dialogue)
        return ac_soap_dialogue(&d, out, err);
    const uint32_t wanted = BIT(PLAN) | BIT(FOLLOW_UP) | BIT(ASSESS) | BIT(EXAM) | BIT(RESULT) | BIT(TOLD);
    bool sections = has_sections(note);
    uint32_t story_over = AC_NONE; /* the story that a line of findings has ended: the rest of it is sorted by content */
    size_t e = 0;
    for (uint32_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        content c = { 0 };
        size_t first = e;
        for (; e < note->entities.n && note->entities.at[e].span.begin < s->span.end; e++)
            if (note->entities.at[e].span.begin >= s->span.begin && !note->entities.at[e].in_header)
                look(&note->entities.at[e], &c);
        uint32_t said = ac_phrases_in(note, s->token_begin, s->token_end, wanted);
        said |= orders(note, s, &c) ? BIT(PLAN) : 0;
        if (ac_soap_title(note, i) || ac_soap_clerical(note, s, c.any))
            continue;
        if (is_story(note->sections.at[s->section].type) && ac_soap_found(note, s, first, said))
            story_over = s->section;
        char letter = !sections || s->section == story_over ? place(&c, said) : '-';
        if (letter == '-' && sections)
            letter = within(note, &note->sections.at[s->section], &c, said);
        ac_items *items = part(out, letter);
        if (items)
            AC_TRY(err, ac_soap_statement(&d, s, items, err));
    }
    return AC_OK;
}
