#include "nlp/output/soap_statement.h"

#include "base/search.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/section.h"
#include "nlp/output/speech.h"

enum {
    SHORT_WORDS = 6, /* a sentence of so few words needs the header that a longer one does without */
    TITLE_WORDS = 8,
    ACRONYM = 4,     /* letters of a header that stay capitals: "PMH", "NKDA" */
};

/* ---- names ------------------------------------------------------------------------------------------------------ */

static bool identifies(uint8_t type)
{
    return type != AC_PHI_DATE && type != AC_PHI_AGE && type != AC_PHI_SEX && type != AC_PHI_KINSHIP &&
           type != AC_PHI_PROFESSION;
}

static size_t first_phi(const ac_note *note, uint32_t at)
{
    return AC_COUNT_BEFORE(i, note->phi.n, note->phi.at[i].span.end <= at);
}

/* Names and numbers of people make up half of the span or more. */
static bool mostly_names(const ac_note *note, ac_span s)
{
    uint32_t covered = 0;
    bool named = false;
    for (size_t i = first_phi(note, s.begin); i < note->phi.n && note->phi.at[i].span.begin < s.end; i++) {
        const ac_phi_item *p = &note->phi.at[i];
        named = named || identifies(p->type);
        covered += ac_span_len(p->span);
    }
    return named && 2 * covered >= ac_span_len(s);
}

/* "Attending surgeon: Dr. Obi": what stands behind the label is a name, whatever the label says. */
static bool labelled_name(const ac_note *note, ac_span s)
{
    enum { LABEL_MAX = 60 };
    for (uint32_t i = s.begin; i < s.end && i < s.begin + LABEL_MAX; i++)
        if (note->text.p[i] == ':')
            return i + 1 < s.end && mostly_names(note, ac_span_of(i + 1, s.end));
    return false;
}

bool ac_soap_clerical(const ac_note *note, const ac_sentence *s, bool clinical)
{
    uint32_t lead = s->token_begin + 2 < s->token_end ? s->token_begin + 2 : s->token_end;
    return ac_phrases_in(note, s->token_begin, lead, ac_phrase_bit(AC_PHRASE_CLERICAL)) ||
           labelled_name(note, s->span) || (!clinical && mostly_names(note, s->span));
}

bool ac_soap_title(const ac_note *note, uint32_t i)
{
    if (i != 0 || note->sentences.n < 2)
        return false;
    const ac_sentence *s = &note->sentences.at[i];
    ac_sv words = ac_span_text(note->text, s->span);
    return s->section == 0 && s->token_end - s->token_begin <= TITLE_WORDS && words.n &&
           ac_is_alnum(words.p[words.n - 1]) && note->text.p[s->span.end] == '\n';
}

/* ---- headers ---------------------------------------------------------------------------------------------------- */

/* What a sentence of this section says only together with the header. */
typedef enum { ALONE, IF_SHORT, ALWAYS } need;

static need needs_header(uint16_t type)
{
    switch (type) {
    case AC_SECTION_PMH:
    case AC_SECTION_PSH:
    case AC_SECTION_FAMILY:
    case AC_SECTION_SOCIAL:
    case AC_SECTION_MEDICATIONS:
    case AC_SECTION_ALLERGIES:
    case AC_SECTION_IMMUNISATIONS:
    case AC_SECTION_OB_HISTORY:
    case AC_SECTION_PREOP_DIAGNOSIS:
    case AC_SECTION_POSTOP_DIAGNOSIS:
    case AC_SECTION_ADMISSION_DIAGNOSIS:
        return ALWAYS;
    case AC_SECTION_ANAESTHESIA:
    case AC_SECTION_COMPLICATIONS:
    case AC_SECTION_PROCEDURES:
        return IF_SHORT;
    default:
        return ALONE;
    }
}

static uint32_t words_in(const ac_note *note, const ac_sentence *s)
{
    uint32_t n = 0;
    for (uint32_t t = s->token_begin; t < s->token_end && n <= SHORT_WORDS; t++)
        n += note->tokens.at[t].kind == AC_TOKEN_WORD;
    return n;
}

/* "ALLERGIES" becomes "Allergies", "PMH" stays. */
static void say_header(ac_draft *d, ac_span header)
{
    ac_sv words = ac_sv_trim(ac_span_text(d->note->text, header));
    while (words.n && ac_one_of(words.p[words.n - 1], ":.- "))
        words.n--;
    size_t from = d->text.n, lower = 0;
    ac_draft_quote(d, ac_span_of(header.begin, header.begin + (size_t)(words.p + words.n - (d->note->text.p + header.begin))));
    for (size_t i = from; i < d->text.n; i++)
        lower += ac_is_lower(d->text.p[i]);
    for (size_t i = from; i < d->text.n && !lower && words.n > ACRONYM; i++) {
        unsigned char *c = (unsigned char *)&d->text.p[i];
        if (i > from && ac_lower((char)*c) != (char)*c)
            *c = (unsigned char)ac_lower((char)*c);
        else if (i > from + 1 && d->text.p[i - 1] == '\xC3' && *c >= 0x80 && *c <= 0x9E && *c != 0x97)
            *c = (unsigned char)(*c + 0x20); /* the capitals of Latin-1 */
    }
    ac_draft_add(d, AC_SV(": "));
}

/* ---- lines ------------------------------------------------------------------------------------------------------ */

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

static size_t first_entity(const ac_note *note, uint32_t at)
{
    return AC_COUNT_BEFORE(i, note->entities.n, note->entities.at[i].span.begin < at);
}

static ac_span next_line(const ac_note *note, uint32_t at, uint32_t end)
{
    uint32_t stop = at;
    while (stop < end && note->text.p[stop] != '\n')
        stop++;
    return (ac_span) { at, stop };
}

static bool has_digit(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (ac_is_digit(s.p[i]))
            return true;
    return false;
}

/* A row of a table of results begins with the name of a result. */
static bool is_row(const ac_note *note, ac_span line)
{
    size_t skip = list_mark(ac_span_text(note->text, line)), i = first_entity(note, line.begin);
    const ac_entity *e = i < note->entities.n ? &note->entities.at[i] : NULL;
    return e && e->span.begin == line.begin + skip && e->span.end <= line.end &&
           (e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL) && has_digit(ac_sv_sub(note->text, e->span.end, line.end));
}

/* Most lines are rows. */
static bool is_table(const ac_note *note, ac_span body)
{
    size_t lines = 0, rows = 0;
    for (ac_span l = next_line(note, body.begin, body.end);; l = next_line(note, l.end + 1, body.end)) {
        lines++;
        rows += is_row(note, l);
        if (l.end >= body.end)
            break;
    }
    return rows >= 2 && 2 * rows >= lines;
}

/* With what the header's colon leaves lower-case: "Allergies: penicillin". */
static ac_rc one_line(ac_draft *d, ac_span line, ac_items *items, ac_err *err)
{
    size_t skip = list_mark(ac_span_text(d->note->text, line)), from = d->text.n;
    if (skip < ac_span_len(line)) {
        ac_draft_quote(d, ac_span_of(line.begin + skip, line.end));
        if (from)
            ac_draft_uncapital(d, from, (uint32_t)(line.begin + skip));
    }
    return ac_draft_push(d, true, items, AC_NONE, err);
}

static ac_rc table(ac_draft *d, ac_span body, ac_items *items, ac_err *err)
{
    for (ac_span l = next_line(d->note, body.begin, body.end);; l = next_line(d->note, l.end + 1, body.end)) {
        if (has_digit(ac_span_text(d->note->text, l))) /* the head of the table has none */
            AC_TRY(err, one_line(d, l, items, err));
        if (l.end >= body.end)
            return AC_OK;
    }
}

ac_rc ac_soap_statement(ac_draft *d, const ac_sentence *s, ac_items *items, ac_err *err)
{
    const ac_section *section = &d->note->sections.at[s->section];
    if (s->turn != AC_NONE) {
        ac_draft_speech(d, s, (ac_speaker)d->note->turns.at[s->turn].speaker, items->n > 0);
        return ac_draft_push(d, true, items, AC_NONE, err);
    }
    uint32_t begin = s->span.begin < section->header.end ? section->header.end : s->span.begin;
    if (begin >= s->span.end)
        return AC_OK;
    ac_span body = { begin, s->span.end };
    if (is_table(d->note, body))
        return table(d, body, items, err);
    need n = needs_header(section->type);
    bool told = ac_span_len(section->header) && (n == ALWAYS || (n == IF_SHORT && words_in(d->note, s) <= SHORT_WORDS));
    if (told && list_mark(ac_span_text(d->note->text, body)) < ac_span_len(body))
        say_header(d, section->header);
    return one_line(d, body, items, err);
}
