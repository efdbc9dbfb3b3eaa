#include "nlp/text/section_header.h"

#include "nlp/text/fold.h"
#include "nlp/text/speaker.h"
#include "nlp/lexicon/terms.h"
#include "nlp/text/token.h"

#include <string.h>

enum {
    HEADER_MAX = 72,       /* bytes of a header up to its colon */
    HEADER_WORDS_MAX = 8,
    ASIDE_MAX = 40,        /* "(03/04/2020)" between header and colon */
    TAIL_MAX = 40,         /* "on admission to the ward" behind a known header */
    TAIL_WORDS_MAX = 5,
    UNKNOWN_LETTERS = 5,   /* a single unknown word in capitals: BP, WBC and DOB are labels of values */
    BARE_LETTERS = 6,      /* a header in capitals without colon */
    MARKS_MAX = 16,        /* list and heading marks before a header */
    LOWER_LETTERS = 4,     /* a header in lower case */
};

/* Words that may join a known header with what narrows it down: "medications on admission". */
static const ac_sv joints[] = {
    { "and", 3 }, { "at", 2 },  { "on", 2 }, { "of", 2 }, { "for", 3 }, { "from", 4 }, { "upon", 4 }, { "with", 4 }, { "in", 2 },
    { "during", 6 }, { "by", 2 }, { "prior", 5 }, { "to", 2 }, { "&", 1 }, { "al", 2 }, { "a", 1 }, { "de", 2 }, { "del", 3 },
    { "y", 1 }, { "en", 2 }, { "durante", 7 }, { "para", 4 }, { "previo", 6 }, { "today", 5 }, { "this", 4 }, { "previa", 6 },
};

/* A tail with one of these is a sentence: "data from assays were as follows:". */
static const ac_sv verbs[] = {
    { "was", 3 }, { "were", 4 }, { "is", 2 }, { "are", 3 }, { "as", 2 }, { "has", 3 }, { "had", 3 }, { "showed", 6 },
    { "shows", 5 }, { "revealed", 8 }, { "indicated", 9 }, { "included", 8 }, { "include", 7 }, { "es", 2 }, { "son", 3 },
    { "fue", 3 }, { "fueron", 6 }, { "era", 3 }, { "eran", 4 }, { "muestra", 7 }, { "revela", 6 }, { "destaca", 7 },
};

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static char at_or_0(ac_sv s, size_t i) { return i < s.n ? s.p[i] : '\0'; }

static size_t skip_blanks(ac_sv s, size_t i)
{
    size_t stop = i + MARKS_MAX;
    while (i < s.n && i < stop && is_blank(s.p[i]))
        i++;
    return i;
}

/* ---- shape --------------------------------------------------------------------------------------------------- */

typedef struct {
    size_t letters, words;
    bool capitals; /* no small letter */
} word_shape;

static word_shape shape_of(ac_sv s)
{
    word_shape w = { 0, 0, true };
    bool inside = false;
    for (size_t i = 0, len; i < s.n; i += len) {
        ac_char_class k = ac_char_at(s, i, &len);
        bool letter = k == AC_CHAR_LETTER || k == AC_CHAR_UPPER;
        w.letters += letter;
        w.words += letter && !inside;
        w.capitals &= k != AC_CHAR_LETTER;
        inside = letter || k == AC_CHAR_DIGIT;
    }
    return w;
}

static bool starts_upper(ac_sv s, size_t i)
{
    size_t len;
    return i < s.n && ac_char_at(s, i, &len) == AC_CHAR_UPPER;
}

/* ---- what follows the words of a header ---------------------------------------------------------------------- */

/* Past the colon that follows at i, perhaps behind an aside in brackets or marks of bold type; 0 when there is none. */
static size_t colon_end(ac_sv s, size_t i)
{
    i = skip_blanks(s, i);
    if (at_or_0(s, i) == '(') {
        size_t stop = i + ASIDE_MAX;
        while (i < s.n && i < stop && s.p[i] != ')' && s.p[i] != '\n')
            i++;
        if (at_or_0(s, i) != ')')
            return 0;
        i = skip_blanks(s, i + 1);
    }
    while (at_or_0(s, i) == '*' || at_or_0(s, i) == '_')
        i++;
    return at_or_0(s, i) == ':' ? i + 1 : 0;
}

static bool is_one_of(const ac_sv *list, size_t n, ac_sv word)
{
    for (size_t i = 0; i < n; i++)
        if (ac_sv_eq_nocase(word, list[i]))
            return true;
    return false;
}

#define IS_ONE_OF(list, word) is_one_of(list, sizeof(list) / sizeof(list)[0], word)

/* "medications | on admission:" - past the colon, or 0. */
static size_t joined_end(ac_sv s, size_t i)
{
    size_t words = 0, stop = i + TAIL_MAX;
    if (!is_blank(at_or_0(s, i)))
        return 0;
    for (i = skip_blanks(s, i); i < s.n && i < stop && words <= TAIL_WORDS_MAX; i = skip_blanks(s, i)) {
        size_t begin = i;
        while (i < s.n && i < stop && !is_blank(s.p[i]) && s.p[i] != ':' && s.p[i] != '\n' && s.p[i] != '.' &&
               s.p[i] != ',')
            i++;
        ac_sv word = ac_sv_sub(s, begin, i);
        if (i == begin || (words == 0 && !IS_ONE_OF(joints, word)) || IS_ONE_OF(verbs, word))
            return 0;
        words++;
        if (at_or_0(s, i) == ':')
            return i + 1;
    }
    return 0;
}

static bool line_ends(ac_sv s, size_t i)
{
    i = skip_blanks(s, i);
    while (at_or_0(s, i) == '*' || at_or_0(s, i) == '_' || at_or_0(s, i) == '#')
        i++;
    i = skip_blanks(s, i);
    return i >= s.n || s.p[i] == '\n';
}

static bool has_own_type(uint16_t type)
{
    return type != AC_SECTION_OTHER && type != AC_SECTION_SYSTEM && type != AC_SECTION_DEMOGRAPHICS;
}

static bool is_dash_at(ac_sv s, size_t i)
{
    if (at_or_0(s, i) == '-')
        return is_blank(at_or_0(s, i + 1));
    return i + 3 < s.n && s.p[i] == '\xE2' && s.p[i + 1] == '\x80' && (s.p[i + 2] == '\x93' || s.p[i + 2] == '\x94');
}

/* A known header at the start of a line without a colon: alone on its line, before a dash, or in capitals. */
static size_t bare_end(ac_sv s, size_t begin, size_t end, uint16_t type)
{
    word_shape w = shape_of(ac_sv_sub(s, begin, end));
    if (!starts_upper(s, begin) || w.letters < 2 || (!w.capitals && !has_own_type(type) && type != AC_SECTION_DEMOGRAPHICS))
        return 0;
    if (w.letters > 2 && line_ends(s, end))
        return end;
    if (at_or_0(s, end) == '.' && w.words > 1 && line_ends(s, end + 1))
        return end + 1;
    size_t next = skip_blanks(s, end);
    if (!has_own_type(type) || next == end)
        return 0;
    if (is_dash_at(s, next))
        return next + (s.p[next] == '-' ? 1 : 3);
    bool sentence_follows = starts_upper(s, next) && ac_is_lower(at_or_0(s, next + 1));
    return w.capitals && w.letters >= BARE_LETTERS && sentence_follows ? end : 0;
}

/* ---- known headers ------------------------------------------------------------------------------------------- */

static bool lookup(ac_header_scan *scan, const ac_terms *set, size_t at, ac_lang lang, ac_span *span, uint16_t *type)
{
    const ac_note *note = scan->note;
    while (scan->folded < note->folded.text.n && note->folded.src[scan->folded] < at)
        scan->folded++;
    while (scan->folded > 0 && note->folded.src[scan->folded - 1] >= at)
        scan->folded--;
    ac_term_hit hit;
    if (scan->folded >= note->folded.text.n || !ac_fold_word_starts(note->folded.text, scan->folded) ||
        !ac_terms_longest(set, &note->folded, note->text, scan->folded, lang, &hit))
        return false;
    *span = ac_fold_span(&note->folded, note->text, hit.begin, hit.end);
    *type = hit.terms->value;
    return true;
}

static bool place_allows(ac_header_place place, const ac_header *h, ac_sv text)
{
    uint32_t letters = ac_span_len(h->span);
    switch (place) {
    case AC_HEADER_GLUED: return h->capitals || h->type != AC_SECTION_OTHER;
    case AC_HEADER_SENTENCE: return starts_upper(text, h->span.begin) && has_own_type(h->type);
    case AC_HEADER_INLINE: return h->capitals && letters > 2 && h->type != AC_SECTION_OTHER;
    default: return starts_upper(text, h->span.begin) || letters >= LOWER_LETTERS;
    }
}

static bool known_in(ac_header_scan *scan, size_t at, ac_header_place place, ac_lang lang, ac_header *out)
{
    ac_sv s = scan->note->text;
    ac_span words;
    if (!lookup(scan, ac_terms_sections(), at, lang, &words, &out->type))
        return false;
    ac_sv header = ac_span_text(s, words);
    if (header.n > HEADER_MAX || (header.n == 1 && !scan->soap))
        return false;
    for (size_t i = 0; i < header.n; i++)
        if (header.p[i] == '\n')
            return false;
    size_t end = colon_end(s, words.end);
    if (!end && place == AC_HEADER_LINE && header.n > 1)
        end = bare_end(s, words.begin, words.end, out->type);
    if (!end && header.n > 2 && (place == AC_HEADER_LINE || place == AC_HEADER_GLUED))
        end = joined_end(s, words.end);
    word_shape w = shape_of(header);
    *out = (ac_header) { { words.begin, (uint32_t)end }, 0, out->type, w.capitals, true, 0, (uint8_t)w.words };
    return end && (header.n == 1 || place_allows(place, out, s));
}

/* ---- unknown headers ----------------------------------------------------------------------------------------- */

static bool is_open(ac_sv words) /* a bracket is: "HCV (ELISA:" */
{
    return words.n && memchr(words.p, '(', words.n) && !memchr(words.p, ')', words.n);
}

static bool in_header(ac_sv s, size_t i, size_t *len)
{
    ac_char_class k = ac_char_at(s, i, len);
    if (k == AC_CHAR_UPPER || k == AC_CHAR_DIGIT)
        return true;
    char c = s.p[i], next = at_or_0(s, i + 1);
    if (c == '.' || c == ',') /* "D.O.B.", "EARS, NOSE", but neither "DONE. PLAN" nor "NONE,PLAN" */
        return c == '.' ? ac_is_alnum(next) || next == ':' : next == ' ';
    return c == ' ' || c == '/' || c == '&' || c == '-' || c == '(' || c == ')' || c == '\'';
}

/* One word at the end of a header decides only in these: "EATING HISTORY" is not the present illness. */
static bool one_word_decides(uint16_t type)
{
    return type == AC_SECTION_FINDINGS || type == AC_SECTION_DIAGNOSIS || type == AC_SECTION_MEDICATIONS ||
           type == AC_SECTION_ALLERGIES || type == AC_SECTION_EXAM || type == AC_SECTION_COMPLICATIONS ||
           type == AC_SECTION_IMPRESSION || type == AC_SECTION_INDICATION || type == AC_SECTION_RESULTS;
}

/* "GROSS FINDINGS:" - the type of a known header that ends it, or unknown. */
static uint16_t type_of_ending(ac_header_scan *scan, size_t begin, size_t end)
{
    ac_sv s = scan->note->text;
    ac_span span;
    uint16_t type;
    for (size_t i = begin + 1; i < end; i++) {
        if ((s.p[i - 1] != ' ' && s.p[i - 1] != '/') || !lookup(scan, ac_terms_sections(), i, scan->note->lang, &span, &type) || span.end != end)
            continue;
        bool decides = shape_of(ac_span_text(s, span)).words > 1 ? type != AC_SECTION_SYSTEM && type != AC_SECTION_OTHER
                                                                 : one_word_decides(type);
        return decides ? type : AC_SECTION_UNKNOWN;
    }
    return AC_SECTION_UNKNOWN;
}

static bool unknown_at(ac_header_scan *scan, size_t at, ac_header *out)
{
    ac_sv s = scan->note->text;
    size_t end = at, len, stop = at + HEADER_MAX;
    while (end < s.n && end < stop && in_header(s, end, &len))
        end += len;
    ac_sv words = ac_sv_trim(ac_sv_sub(s, at, end));
    word_shape w = shape_of(words);
    if (at_or_0(s, end) != ':' || (w.words < 2 && w.letters < UNKNOWN_LETTERS) || w.words > HEADER_WORDS_MAX ||
        is_open(words))
        return false;
    ac_span value;
    uint16_t ignored;
    if (ac_speaker_of(words) != AC_SPEAKER_UNKNOWN ||
        (lookup(scan, ac_terms_lexicon(), at, scan->note->lang, &value, &ignored) && value.end >= at + words.n))
        return false;
    uint16_t type = type_of_ending(scan, at, at + words.n);
    *out = (ac_header) { ac_span_of(at, end + 1), 0, type, true, false, 0, (uint8_t)w.words };
    return true;
}

/* ---- all of it ----------------------------------------------------------------------------------------------- */

/* "## ", "**", "• ", "1. ", "2) " before a header at the start of a line. */
static size_t skip_marks(ac_sv s, size_t i, char *mark)
{
    size_t stop = i + MARKS_MAX;
    for (size_t len; i < s.n && i < stop; i += len) {
        len = 1;
        char c = s.p[i];
        if (c == '\xE2' && i + 2 < s.n && s.p[i + 1] == '\x80' && s.p[i + 2] == '\xA2')
            len = 3;
        else if (!is_blank(c) && c != '#' && c != '*' && c != '_' && c != '-')
            break;
        bool bold = c == '*' && (at_or_0(s, i + 1) == '*' || (i > 0 && s.p[i - 1] == '*'));
        *mark = c == '-' || (c == '*' && !bold) || len == 3 ? '-' : *mark;
    }
    size_t digits = i;
    while (digits < s.n && digits < i + 2 && ac_is_digit(s.p[digits]))
        digits++;
    if (digits == i || (at_or_0(s, digits) != '.' && at_or_0(s, digits) != ')') || !is_blank(at_or_0(s, digits + 1)))
        return i;
    *mark = '1';
    return skip_blanks(s, digits + 1);
}

static bool may_begin(ac_sv s, size_t i, ac_header_place place)
{
    size_t len;
    ac_char_class first = i < s.n ? ac_char_at(s, i, &len) : AC_CHAR_SPACE;
    return first == AC_CHAR_UPPER || (place == AC_HEADER_LINE && (first == AC_CHAR_LETTER || first == AC_CHAR_DIGIT));
}

bool ac_header_at(ac_header_scan *scan, uint32_t at, ac_header_place place, ac_header *out)
{
    ac_sv s = scan->note->text;
    char mark = 0;
    size_t begin = place == AC_HEADER_LINE ? skip_marks(s, at, &mark) : at;
    if (!may_begin(s, begin, place))
        return false;
    bool found = false;
    for (unsigned k = 0; k < AC_LANG_COUNT && !found; k++) /* the note's language, then the others */
        found = known_in(scan, begin, place, (ac_lang)((scan->note->lang + k) % AC_LANG_COUNT), out);
    if (found && mark && s.p[out->span.end - 1] != ':' && !out->capitals)
        return false;
    if (!found)
        found = starts_upper(s, begin) && (place == AC_HEADER_LINE || place == AC_HEADER_GLUED) &&
                unknown_at(scan, begin, out);
    out->from = at;
    out->mark = mark;
    return found;
}

/* SOAP notes with single letters: at least two of them, S or O among them, and no sign of a dialogue (D:, Q:). */
ac_header_scan ac_header_scan_of(const ac_note *note)
{
    ac_sv s = note->text;
    unsigned seen = 0;
    for (const char *colon = s.n > 1 ? memchr(s.p + 1, ':', s.n - 1) : NULL; colon; colon = memchr(colon + 1, ':', (size_t)(s.p + s.n - colon - 1))) {
        size_t i = (size_t)(colon - s.p) - 1;
        bool plan = i > 1 && s.p[i] == 'P' && s.p[i - 1] == '/' && s.p[i - 2] == 'A'; /* "A/P:" */
        bool starts = i == 0 || ac_is_space(s.p[i - 1]) || plan;
        if (!starts || (i + 2 < s.n && !ac_is_space(s.p[i + 2])))
            continue;
        static const char letters[] = "SOAPDQ";
        for (unsigned k = 0; letters[k]; k++)
            seen |= s.p[i] == letters[k] ? 1u << k : 0u;
    }
    bool dialogue = seen & 0x30u, subjective = seen & 3u, two = seen & (seen - 1);
    return (ac_header_scan) { note, 0, subjective && two && !dialogue };
}
