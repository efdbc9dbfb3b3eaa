#include "nlp/context/box.h"

#include <string.h>

enum { REACH = 120 }; /* bytes of a line, before and behind a word, whose boxes may be its own */

static const struct {
    ac_sv mark;
    bool empty;
} marks[] = {
    { { "[ ]", 3 }, true },     { { "[_]", 3 }, true },     { { "[  ]", 4 }, true },    { { "( )", 3 }, true },
    { { "\u2610", 3 }, true },  { { "\u25a1", 3 }, true },  { { "[x]", 3 }, false },    { { "[X]", 3 }, false },
    { { "(x)", 3 }, false },    { { "(X)", 3 }, false },    { { "\u2611", 3 }, false }, { { "\u2612", 3 }, false },
    { { "\u25a0", 3 }, false }, { { "\u2713", 3 }, false }, { { "\u2714", 3 }, false },
};

static const struct {
    ac_sv word;
    bool yes;
} replies[] = { { { "yes", 3 }, true }, { { "no", 2 }, false }, { { "s\u00ed", 3 }, true }, { { "S\u00cd", 3 }, true },
                { { "si", 2 }, true },  { { "y", 1 }, true },   { { "n", 1 }, false } };

typedef struct {
    size_t begin, end; /* with its reply, if it has one */
    bool empty, reply, yes;
} box;

enum { MARKS = sizeof marks / sizeof *marks, REPLIES = sizeof replies / sizeof *replies };

static size_t past_blanks(ac_sv line, size_t at)
{
    while (at < line.n && (line.p[at] == ' ' || line.p[at] == '\t'))
        at++;
    return at;
}

static bool separates(char c) { return c && strchr(",.;/|", c); }

/* "[ ] Yes / [x] No" */
static size_t past_separator(ac_sv line, size_t at)
{
    at = past_blanks(line, at);
    return at < line.n && separates(line.p[at]) ? past_blanks(line, at + 1) : at;
}

static bool mark_at(ac_sv line, size_t at, box *out)
{
    for (size_t i = 0; i < MARKS; i++)
        if (ac_sv_starts(ac_sv_sub(line, at, line.n), marks[i].mark)) {
            *out = (box) { .begin = at, .end = at + marks[i].mark.n, .empty = marks[i].empty };
            return true;
        }
    return false;
}

bool ac_boxes_are_there(ac_sv text)
{
    static const char firsts[] = { '[', '(', '\xE2' }; /* bytes of the marks */
    box found;
    for (size_t k = 0; k < sizeof firsts; k++)
        for (size_t at = 0; at < text.n; at++) {
            const char *mark = memchr(text.p + at, firsts[k], text.n - at);
            if (!mark)
                break;
            at = (size_t)(mark - text.p);
            if (mark_at(text, at, &found))
                return true;
        }
    return false;
}

/* "[x] No", and not "[x] No known allergies": behind the reply come the end, a mark or a wide gap. */
static void read_reply(ac_sv line, box *b)
{
    box next;
    const size_t at = past_blanks(line, b->end);
    for (size_t i = 0; i < REPLIES; i++) {
        const size_t end = at + replies[i].word.n, then = past_blanks(line, end);
        if (end > line.n || !ac_sv_eq_nocase(ac_sv_sub(line, at, end), replies[i].word))
            continue;
        if (then == line.n || then > end + 1 || separates(line.p[then]) || mark_at(line, then, &next)) {
            b->reply = true;
            b->yes = replies[i].yes;
            b->end = end;
        }
        return;
    }
}

static bool next_box(ac_sv line, size_t from, box *out)
{
    for (; from < line.n; from++)
        if (mark_at(line, from, out)) {
            read_reply(line, out);
            return true;
        }
    return false;
}

/* Is the yes of the replies from b on ticked? What follows another word is another question's. */
static bool says_yes(ac_sv line, box b)
{
    for (;;) {
        if (b.yes && !b.empty)
            return true;
        const size_t then = past_separator(line, b.end);
        if (!next_box(line, then, &b) || b.begin != then || !b.reply)
            return false;
    }
}

static bool boxes_trail(ac_sv line)
{
    box first, b;
    size_t end = 0;
    const size_t begin = past_blanks(line, 0);
    if (mark_at(line, begin, &first))
        return false;
    for (size_t at = begin; next_box(line, at, &b); at = b.end)
        end = b.reply ? 0 : b.end;
    return end && past_blanks(line, end) == line.n;
}

/* The line around span, as far as boxes reach. */
static ac_sv line_of(ac_sv text, ac_span span, size_t *begin)
{
    size_t from = span.begin, to = span.end;
    while (from > 0 && span.begin - from < REACH && text.p[from - 1] != '\n')
        from--;
    while (to < text.n && to - span.end < REACH && text.p[to] != '\n' && text.p[to] != '\r')
        to++;
    *begin = from;
    return ac_sv_sub(text, from, to);
}

bool ac_box_is_unticked(ac_sv text, ac_span span)
{
    size_t begin;
    box b, before = { 0 };
    bool replied = false;
    const ac_sv line = line_of(text, span, &begin);
    for (size_t at = 0; next_box(line, at, &b) && b.begin < span.begin - begin; at = b.end) {
        before = b;
        replied |= b.reply;
    }
    const bool follows = next_box(line, span.end - begin, &b);
    if (follows && b.reply)
        return replied || !says_yes(line, b);
    if (boxes_trail(line))
        return follows && b.empty;
    return before.end && (before.empty || before.reply);
}
