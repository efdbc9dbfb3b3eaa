#include "nlp/text/section_end.h"

#include "nlp/entity/sig.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/text/fold.h"

enum { WRAPPED = 50, MARKS_MAX = 8, DOSE_MAX = 200 }; /* a line this long without an end goes on in the next */

static bool lookup(const ac_note *note, const ac_terms *terms, uint32_t at, ac_term_hit *hit)
{
    uint32_t folded = ac_fold_at(&note->folded, at);
    return ac_fold_word_starts(note->folded.text, folded) &&
           ac_terms_longest(terms, &note->folded, note->text, folded, note->lang, hit);
}

/* Behind blanks and the mark of a list. */
static uint32_t words_at(ac_sv s, uint32_t at)
{
    uint32_t stop = at + MARKS_MAX;
    while (at < s.n && at < stop && (ac_is_digit(s.p[at]) || s.p[at] == ' ' || s.p[at] == '\t' || s.p[at] == '-' ||
                                     s.p[at] == '*' || s.p[at] == '.' || s.p[at] == ')'))
        at++;
    return at;
}

/* "81 mg": a medication that is taken. */
static bool has_dose(const ac_note *note, uint32_t at)
{
    ac_sv s = note->text;
    ac_term_hit hit;
    for (uint32_t stop = at + DOSE_MAX; at < s.n && at < stop && s.p[at] != '\n'; at++) {
        if (!ac_is_digit(s.p[at]))
            continue;
        while (at < s.n && ac_is_digit(s.p[at]))
            at++;
        if (lookup(note, ac_terms_units(), at + (at < s.n && s.p[at] == ' '), &hit))
            return true;
        at--;
    }
    return false;
}

static bool names_substance(const ac_note *note, uint32_t at)
{
    const ac_terms *lex = ac_terms_lexicon();
    ac_term_hit hit;
    if (!lookup(note, lex, at, &hit))
        return false;
    ac_sv surface = ac_term_surface(&hit, &note->folded, note->text);
    for (const ac_term *t = hit.terms; t; t = ac_term_next(lex, t, surface, note->lang)) {
        ac_kind kind = ac_concept_kind(t->row);
        if (kind == AC_KIND_MEDICATION || kind == AC_KIND_ALLERGY)
            return true;
    }
    return false;
}

/* "Reaction: hives" */
static bool tells_reaction(const ac_note *note, uint32_t at)
{
    ac_term_hit hit;
    return lookup(note, ac_terms_sig(), at, &hit) && hit.terms->value == AC_SIG_REACTION;
}

static bool goes_on(ac_sv s, ac_span line, uint32_t next)
{
    while (line.end > line.begin && (s.p[line.end - 1] == ' ' || s.p[line.end - 1] == '\t'))
        line.end--;
    char last = line.end > line.begin ? s.p[line.end - 1] : '.';
    return ac_is_lower(s.p[next]) || last == ',' || last == ';' ||
           (last != '.' && last != ')' && last != '!' && ac_span_len(line) >= WRAPPED);
}

/* "Follow up with Dr. Singh", "Revisión en 2 semanas" */
static bool arranges(const ac_note *note, uint32_t at)
{
    ac_term_hit hit;
    if (!lookup(note, ac_terms_sections(), at, &hit))
        return false;
    uint16_t type = hit.terms->value;
    return type == AC_SECTION_FOLLOW_UP || type == AC_SECTION_PLAN || type == AC_SECTION_INSTRUCTIONS;
}

bool ac_section_ends_at(const ac_note *note, uint16_t type, ac_span line)
{
    ac_sv s = note->text;
    uint32_t next = line.end + 1;
    if (next >= s.n)
        return false;
    if (type != AC_SECTION_ALLERGIES)
        return arranges(note, words_at(s, next));
    if (s.p[next] == '\n')
        return true;
    if (goes_on(s, line, next))
        return false;
    next = words_at(s, next);
    return !tells_reaction(note, next) && (!names_substance(note, next) || has_dose(note, next));
}
