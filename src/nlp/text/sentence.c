#include "nlp/text/sentence.h"

#include "nlp/text/section.h"
#include "nlp/text/sentence_break.h"

#include <string.h>

enum { FORM_LINE = 160 }; /* bytes; a longer line of a form is prose */

typedef struct {
    ac_note *note;
    ac_err *err;
    uint32_t token;   /* the first that no sentence has yet */
    uint32_t section, turn;
    size_t wrap;
    bool capitals;
} splitter;

static bool keeps_header(uint16_t type) { return type == AC_SECTION_DEMOGRAPHICS || type == AC_SECTION_SIGNATURE; }

/* ---- one sentence -------------------------------------------------------------------------------------------- */

/* Without white space around it, and without the commas that stand for line ends in front of it. */
static ac_span trimmed(ac_sv s, size_t begin, size_t end)
{
    while (begin < end && (ac_is_space(s.p[begin]) || s.p[begin] == ','))
        begin++;
    while (end > begin && ac_is_space(s.p[end - 1]))
        end--;
    return ac_span_of(begin, end);
}

static ac_rc add(splitter *x, size_t begin, size_t end)
{
    ac_note *note = x->note;
    const ac_tokens *tokens = &note->tokens;
    ac_span span = trimmed(note->text, begin, end);
    bool says_something = false;
    while (x->token < tokens->n && tokens->at[x->token].end <= span.begin)
        x->token++;
    uint32_t first = x->token, after = first;
    for (; after < tokens->n && tokens->at[after].begin < span.end; after++)
        says_something |= tokens->at[after].kind != AC_TOKEN_PUNCT;
    x->token = after > first ? after - 1 : after; /* a token may reach into the next sentence when a run-on was cut in it */
    if (!says_something)
        return AC_OK;
    ac_sentence *slot = ac_vec_push(&note->sentences, note->arena);
    if (!slot)
        return ac_fail(x->err, AC_ELIMIT, "no room for sentence %zu", note->sentences.n);
    *slot = (ac_sentence) { span, first, after, x->section, x->turn };
    return AC_OK;
}

/* ---- one stretch --------------------------------------------------------------------------------------------- */

/* The best place to cut a run-on that began at begin and has reached AC_SENTENCE_MAX: behind a line end, a semicolon, a
 * comma, a blank, in this order; else between two characters. */
static size_t cut_at(ac_sv s, size_t begin)
{
    static const char good[] = "\n;, ";
    size_t end = begin + AC_SENTENCE_MAX;
    for (const char *g = good; *g; g++)
        for (size_t i = end; i > begin + AC_SENTENCE_MAX / 2; i--)
            if (s.p[i - 1] == *g)
                return i;
    while (((unsigned char)s.p[end] & 0xC0) == 0x80)
        end--;
    return end;
}

static size_t skip_gap(ac_sv s, size_t i)
{
    while (i < s.n && (ac_is_space(s.p[i]) || s.p[i] == ','))
        i++;
    return i;
}

/* Past the mark of a list item that begins the sentence at i; the list then expects its next number. */
static size_t begin_sentence(ac_stretch *r, size_t i)
{
    int64_t number;
    size_t mark = ac_list_mark(r->text, i, &number);
    if (mark && number)
        r->list = number + 1;
    size_t letter = ac_letter_mark(r->text, i);
    if (letter)
        r->letter = (char)(r->text.p[i] + 1);
    return letter ? i + letter : number && mark ? i + mark : i;
}

/* In a form only the stop that ends a line ends a sentence, unless the line is prose. */
static size_t form_stop(const ac_stretch *r, size_t line, size_t i)
{
    size_t near = line + FORM_LINE < r->text.n ? line + FORM_LINE : r->text.n;
    bool is_short = near == r->text.n || (i < near && memchr(r->text.p + i, '\n', near - i));
    return is_short ? 0 : ac_stop_end(r, i);
}

/* Where the sentence that goes on at i ends when it ends at i, else 0. */
static size_t end_here(const ac_stretch *r, size_t line, size_t sentence, size_t i)
{
    switch (r->text.p[i]) {
    case '.':
    case '?':
    case '!': return r->form && r->text.p[i] == '.' ? form_stop(r, line, i) : ac_stop_end(r, i);
    case '\n': return ac_line_goes_on(r, line, sentence, i) ? 0 : i + 1;
    default: return ac_list_goes_on(r, i) ? i : 0;
    }
}

/* Where a sentence may end: at these marks; at a digit behind white space, or a letter behind a comma, for these may begin an item. */
static bool may_end(char c, char before)
{
    if (ac_is_alpha(c)) /* most bytes */
        return before == ',';
    return c == '\n' || c == '.' || c == '?' || c == '!' || (ac_is_digit(c) && ac_is_space(before));
}

/* The next byte from i on where something may be seen: no sentence ends at a letter, unless a comma stands before it. */
static size_t skip_letters(ac_sv s, size_t i, size_t end)
{
    if (i == 0 || s.p[i - 1] != ',')
        while (i < end && ac_is_alpha(s.p[i]))
            i++;
    return i;
}

static ac_rc split(splitter *x, size_t begin, size_t end)
{
    ac_stretch r = { ac_sv_sub(x->note->text, 0, end), begin, x->note->lang, x->note->dialogue,
                     x->note->sections.at[x->section].type == AC_SECTION_DEMOGRAPHICS, x->wrap, x->capitals, 0, 0 };
    size_t line = begin, sentence = skip_gap(r.text, begin);
    for (size_t i = begin_sentence(&r, sentence); i < end;) {
        size_t longest = sentence + AC_SENTENCE_MAX;
        i = skip_letters(r.text, i, longest < end ? longest : end);
        if (i == end)
            break;
        size_t stop = may_end(r.text.p[i], i ? r.text.p[i - 1] : ' ') ? end_here(&r, line, sentence, i) : 0;
        if (!stop && i - sentence >= AC_SENTENCE_MAX)
            stop = cut_at(r.text, sentence);
        if (r.text.p[i] == '\n')
            line = i + 1;
        if (!stop) {
            i++;
            continue;
        }
        AC_TRY(x->err, add(x, sentence, stop));
        sentence = skip_gap(r.text, stop);
        i = begin_sentence(&r, sentence);
        for (size_t k = sentence; k > stop; k--) /* white space was skipped, perhaps with line ends in it */
            if (r.text.p[k - 1] == '\n') {
                line = k;
                break;
            }
    }
    return add(x, sentence, end);
}

/* ---- the note ------------------------------------------------------------------------------------------------ */

/* Cut [at, end) at the turns; the labels are left out. *turn moves on with at. */
static ac_rc split_turns(splitter *x, size_t at, size_t end, size_t *turn)
{
    const ac_turns *turns = &x->note->turns;
    while (at < end) {
        while (*turn < turns->n && turns->at[*turn].span.end <= at)
            ++*turn;
        const ac_turn *t = *turn < turns->n ? &turns->at[*turn] : NULL;
        if (t && at >= t->label.begin && at < t->span.begin) {
            at = t->span.begin;
            continue;
        }
        bool inside = t && at >= t->span.begin;
        size_t stop = !t ? end : inside ? t->span.end : t->label.begin;
        stop = stop < end ? stop : end;
        x->turn = inside ? (uint32_t)*turn : AC_NONE;
        AC_TRY(x->err, split(x, at, stop));
        at = stop;
    }
    return AC_OK;
}

ac_rc ac_step_sentences(ac_note *note, ac_err *err)
{
    splitter x = { note, err, 0, 0, AC_NONE, ac_wrap_width(note->text), ac_begins_with_capitals(note->text) };
    size_t turn = 0;
    for (; x.section < note->sections.n; x.section++) {
        const ac_section *s = &note->sections.at[x.section];
        size_t body = s->span.begin;
        if (ac_span_len(s->header) && !keeps_header(s->type)) {
            AC_TRY(err, split_turns(&x, s->span.begin, s->header.end, &turn));
            body = s->header.end;
        }
        AC_TRY(err, split_turns(&x, body, s->span.end, &turn));
    }
    return AC_OK;
}
