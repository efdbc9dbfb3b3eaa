#include "nlp/text/section.h"

#include "nlp/text/section_end.h"
#include "nlp/text/section_given.h"
#include "nlp/text/section_header.h"

#define IN(type) (1ull << (type))
_Static_assert(AC_SECTION_COUNT <= 64, "section types fit a set of 64 bits");

/* Sections that hold headings of body systems; and those that such a heading ends, because they cannot. */
static const uint64_t ENDED_BY_SYSTEM = IN(AC_SECTION_UNKNOWN) | IN(AC_SECTION_VITALS) | IN(AC_SECTION_CHIEF_COMPLAINT) |
                                        IN(AC_SECTION_FAMILY) | IN(AC_SECTION_SOCIAL) | IN(AC_SECTION_MEDICATIONS) |
                                        IN(AC_SECTION_ALLERGIES) | IN(AC_SECTION_OTHER);
/* Sections whose own small headings in capitals ("TYMPANIC MEMBRANES:", "CSF PROTEIN:") do not end them. */
static const uint64_t KEEPS_UNKNOWN = IN(AC_SECTION_EXAM) | IN(AC_SECTION_ROS) | IN(AC_SECTION_OBJECTIVE) |
                                      IN(AC_SECTION_VITALS) | IN(AC_SECTION_RESULTS) | IN(AC_SECTION_IMAGING) |
                                      IN(AC_SECTION_DEMOGRAPHICS);
/* A second header of these right behind the first adds nothing ("Name:", "Surname:"). */
static const uint64_t MERGES = IN(AC_SECTION_DEMOGRAPHICS) | IN(AC_SECTION_SIGNATURE);

/* Items of a list in these are about the list, whatever they are called ("- Follow-up: 2 weeks"). */
static const uint64_t KEEPS_ITEMS = IN(AC_SECTION_ASSESSMENT_PLAN) | IN(AC_SECTION_PLAN) | IN(AC_SECTION_ASSESSMENT) |
                                    IN(AC_SECTION_PROBLEMS) | IN(AC_SECTION_INSTRUCTIONS) | IN(AC_SECTION_IMPRESSION);

/* Begun in the middle of a line these are told in that line: what the next lines say is about something else. */
static const uint64_t ENDS_WITH_LINE = IN(AC_SECTION_ALLERGIES) | IN(AC_SECTION_MEDICATIONS) | IN(AC_SECTION_FAMILY) |
                                       IN(AC_SECTION_SOCIAL) | IN(AC_SECTION_VITALS) | IN(AC_SECTION_CHIEF_COMPLAINT);

/* With words beside their header these are told there and go on only in what plainly belongs to them. */
static const uint64_t TOLD_BESIDE = IN(AC_SECTION_ALLERGIES) | IN(AC_SECTION_FAMILY) | IN(AC_SECTION_SOCIAL);

enum { KEPT_WORDS = 2, GAP_MAX = 8 };

static const struct {
    ac_sv name, loinc;
    char soap;
} types[] = {
#define ROW(id, name, loinc, soap) { { name, sizeof(name) - 1 }, { loinc, sizeof(loinc) - 1 }, soap },
    AC_SECTION_LIST(ROW)
#undef ROW
};

ac_sv ac_section_name(ac_section_type t) { return types[t].name; }
ac_sv ac_section_loinc(ac_section_type t) { return types[t].loinc; }
char ac_section_soap(ac_section_type t) { return types[t].soap; }

static bool in_set(uint64_t set, uint16_t type) { return set >> type & 1; }

/* Whether header h opens a section inside one of type now; h->type becomes the section's. */
static bool opens(uint16_t now, ac_header *h)
{
    if (h->type == AC_SECTION_SYSTEM) {
        h->type = AC_SECTION_EXAM;
        return in_set(ENDED_BY_SYSTEM, now) && (h->capitals || now == AC_SECTION_VITALS);
    }
    if (!h->capitals && (h->mark == '1' ? in_set(KEEPS_ITEMS, now) : h->mark && now != AC_SECTION_UNKNOWN))
        return false;
    if (!h->known && h->type == AC_SECTION_UNKNOWN)
        return !(in_set(KEEPS_UNKNOWN, now) && h->words <= KEPT_WORDS);
    return !(in_set(MERGES, now) && h->type == now);
}

static ac_rc push(ac_note *note, size_t begin, ac_span header, uint16_t type, ac_err *err)
{
    ac_section_list *list = &note->sections;
    ac_section *s = ac_vec_push(list, note->arena);
    if (!s)
        return ac_fail(err, AC_ELIMIT, "no room for section %zu", list->n);
    if (list->n > 1)
        s[-1].span.end = (uint32_t)begin;
    *s = (ac_section) { ac_span_of(begin, note->text.n), header, type };
    return AC_OK;
}

/* The first section begins at 0, with or without a header. */
static ac_rc open_section(ac_note *note, const ac_header *h, ac_err *err)
{
    size_t begin = h->from;
    if (note->sections.n == 0 && ac_sv_trim(ac_sv_sub(note->text, 0, begin)).n == 0)
        begin = 0;
    if (note->sections.n == 0 && begin > 0)
        AC_TRY(err, push(note, 0, ac_span_of(0, 0), AC_SECTION_UNKNOWN, err));
    return push(note, begin, h->span, h->type, err);
}

static size_t skip_blanks(ac_sv s, size_t i)
{
    size_t stop = i + GAP_MAX;
    while (i < s.n && i < stop && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    return i;
}

/* The character before i that is no blank, '\n' at the start of the text. */
static char solid_before(ac_sv s, size_t i)
{
    size_t stop = i > GAP_MAX ? i - GAP_MAX : 0;
    while (i > stop && (s.p[i - 1] == ' ' || s.p[i - 1] == '\t'))
        i--;
    return i ? s.p[i - 1] : '\n';
}

static bool ends_statement(char c) { return c == '.' || c == '?' || c == '!' || c == ':' || c == ';' || c == ')'; }

/* Where a header could begin right behind byte i, and in what kind of place; false when nowhere. */
static bool candidate(ac_sv s, size_t i, bool soap, size_t *at, ac_header_place *place)
{
    char c = s.p[i];
    *at = i + 1;
    if (c == '\n') {
        *place = AC_HEADER_LINE;
        return true;
    }
    if (c == ',') {
        *at = skip_blanks(s, i + 1);
        *place = ends_statement(solid_before(s, i)) || *at == i + 1 ? AC_HEADER_GLUED : AC_HEADER_INLINE;
        return true;
    }
    if (c != ' ' && c != '\t')
        return false;
    bool after_end = ends_statement(solid_before(s, i));
    bool one_letter = soap && *at + 1 < s.n && s.p[*at + 1] == ':' && !(*at + 3 < s.n && ac_is_digit(s.p[*at + 3]));
    bool capitals = *at + 1 < s.n && ac_is_upper(s.p[*at]) && (ac_is_upper(s.p[*at + 1]) || (unsigned char)s.p[*at + 1] >= 0x80);
    *place = after_end ? AC_HEADER_SENTENCE : AC_HEADER_INLINE;
    return after_end || capitals || one_letter;
}

static bool find_header(ac_header_scan *scan, size_t i, ac_header *h, ac_header_place *place)
{
    ac_sv s = scan->note->text;
    size_t at;
    if (!candidate(s, i, scan->soap, &at, place) || at >= s.n)
        return false;
    if (ac_header_at(scan, (uint32_t)at, *place, h))
        return true;
    return *place == AC_HEADER_SENTENCE && ac_header_at(scan, (uint32_t)at, AC_HEADER_INLINE, h);
}

/* Whether the last section can end without another header, and whether it has. */
typedef struct {
    bool inside_line;  /* it was begun in the middle of a line */
    bool told_beside;  /* its first words stand beside its header, which begins the line */
    bool over;
    size_t line_begin; /* of the line that is read */
} section_end;

static section_end end_of(ac_sv s, const ac_header *h, ac_header_place place, size_t line_begin)
{
    size_t at = skip_blanks(s, h->span.end);
    bool inside = place == AC_HEADER_SENTENCE || place == AC_HEADER_INLINE;
    return (section_end) { inside, place == AC_HEADER_LINE && at < s.n && s.p[at] != '\n', false, line_begin };
}

/* Line end i ends the last section: with a full stop, when it was begun in the middle of the line. */
static void note_line_end(const ac_note *note, size_t i, section_end *e)
{
    uint16_t type = note->sections.n ? note->sections.at[note->sections.n - 1].type : AC_SECTION_UNKNOWN;
    if (e->inside_line && solid_before(note->text, i) == '.' && in_set(ENDS_WITH_LINE, type))
        e->over = true;
    if (!e->over && (e->told_beside || e->inside_line) && in_set(TOLD_BESIDE, type))
        e->over = ac_section_ends_at(note, type, ac_span_of(e->line_begin, i));
    e->line_begin = i + 1;
}

/* The next byte behind which a header can begin, see candidate. */
static size_t next_gap(ac_sv s, size_t i)
{
    while (i < s.n && ((unsigned char)s.p[i] > ',' || (s.p[i] != ' ' && s.p[i] != '\n' && s.p[i] != ',' && s.p[i] != '\t')))
        i++; /* all letters and digits are above them */
    return i;
}

ac_rc ac_step_sections(ac_note *note, ac_err *err)
{
    ac_sv s = note->text;
    ac_header_scan scan = ac_header_scan_of(note);
    ac_header h;
    ac_header_place place = AC_HEADER_LINE;
    bool found = s.n && ac_header_at(&scan, 0, AC_HEADER_LINE, &h);
    section_end end = { 0 };
    for (size_t i = 0; i < s.n;) {
        uint16_t now = note->sections.n ? note->sections.at[note->sections.n - 1].type : AC_SECTION_UNKNOWN;
        if (found && opens(now, &h)) {
            AC_TRY(err, open_section(note, &h, err));
            end = end_of(s, &h, place, end.line_begin);
        } else if (end.over && !ac_is_space(s.p[i])) {
            AC_TRY(err, push(note, i, ac_span_of(0, 0), AC_SECTION_UNKNOWN, err));
            end = (section_end) { .line_begin = end.line_begin };
        }
        if (found && h.span.end > i)
            i = h.span.end;
        i = next_gap(s, i);
        found = i < s.n && find_header(&scan, i, &h, &place);
        if (i < s.n && s.p[i] == '\n')
            note_line_end(note, i, &end);
        i += !found;
    }
    if (s.n && note->sections.n == 0)
        return push(note, 0, ac_span_of(0, 0), AC_SECTION_UNKNOWN, err);
    return ac_sections_at_titles(note, err);
}
