#include "nlp/text/turn.h"

#include "nlp/text/speaker.h"
#include "nlp/text/token.h"

#include <string.h>

enum {
    LABEL_MAX = 24,     /* bytes between the marks of a label */
    STAMP_MAX = 16,     /* "[00:12:07] " before a label */
    MARKS_MAX = 8,      /* blanks and marks of bold type */
    LETTERS_MIN = 4,    /* turns that D: and P: need before they are believed */
    SPOKEN_SHARE = 4,   /* one turn in so many must sound spoken */
    LISTEN_MAX = 400,   /* bytes of a turn that are listened to */
    WORD_MAX = 8,
};

/* Words that people say and notes do not write. */
static const char spoken[] = " i i'm i've you your you're yes yeah okay hi hello uh um thanks my hola usted s\xC3\xAD tengo gracias "
                             "bueno buenos buenas mi te tu me qu\xC3\xA9 doctor doctora ";

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

static bool ends_sentence(char c) { return c == '.' || c == '?' || c == '!'; }

static char at_or_0(ac_sv s, size_t i) { return i < s.n ? s.p[i] : '\0'; }

/* ---- labels -------------------------------------------------------------------------------------------------- */

/* "[00:12:07]" or "00:12" in front of a label. */
static size_t skip_stamp(ac_sv s, size_t i)
{
    size_t k = i + (at_or_0(s, i) == '[' || at_or_0(s, i) == '('), digits = 0, stop = k + STAMP_MAX;
    for (; k < s.n && k < stop && (ac_is_digit(s.p[k]) || s.p[k] == ':' || s.p[k] == '.'); k++)
        digits += ac_is_digit(s.p[k]);
    if (digits < 3)
        return i;
    k += at_or_0(s, k) == ']' || at_or_0(s, k) == ')';
    return is_blank(at_or_0(s, k)) ? k + 1 : i;
}

static bool in_label(char c) { return ac_is_alnum(c) || c == '_' || c == ' ' || c == '.' || c == '#' || (unsigned char)c >= 0x80; }

/* The label at i with its marks: its end, or 0. */
static size_t label_end(ac_sv s, size_t i, ac_turn *turn, ac_sv *name)
{
    bool bracket = at_or_0(s, i) == '[';
    size_t begin = i + bracket, end = begin;
    while (end < s.n && end < begin + LABEL_MAX && in_label(s.p[end]))
        end++;
    char close = at_or_0(s, end);
    if (end == begin || (bracket ? close != ']' : close != ':'))
        return 0;
    *name = ac_sv_sub(s, begin, end);
    ac_speaker who = ac_speaker_of(*name);
    bool made_up = memchr(name->p, '_', name->n) && !memchr(name->p, ' ', name->n); /* "Guest_neighbour_2" */
    if (who == AC_SPEAKER_UNKNOWN && !made_up)
        return 0;
    end++;
    end += bracket && at_or_0(s, end) == ':';
    while (at_or_0(s, end) == '*')
        end++;
    if (end < s.n && !ac_is_space(s.p[end]) && !bracket && s.p[end] != '"')
        return 0;
    turn->speaker = (uint8_t)(who == AC_SPEAKER_UNKNOWN ? AC_SPEAKER_OTHER : who);
    turn->label = ac_span_of(i, end);
    return end;
}

typedef struct {
    ac_turns turns;
    size_t letters[4];           /* turns by speaker whose label is one letter */
    ac_sv first;                 /* label */
    bool two;                    /* different labels */
} labels;

static ac_rc add_label(ac_note *note, labels *found, ac_turn turn, ac_sv name, ac_err *err)
{
    ac_turn *slot = ac_vec_push(&found->turns, note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for turn %zu", found->turns.n);
    *slot = turn;
    found->letters[turn.speaker] += name.n == 1;
    found->two |= found->first.n && !ac_sv_eq_nocase(name, found->first);
    found->first = found->first.n ? found->first : name;
    return AC_OK;
}

/* Where a label can begin at or behind i: a line start, or the blank after the end of a sentence. */
static ac_rc find_labels(ac_note *note, labels *found, ac_err *err)
{
    ac_sv s = note->text;
    bool line = true, labelled = false;
    for (size_t i = 0; i < s.n; i++) {
        if (!line && !labelled) { /* nothing begins before the next line */
            const char *end = memchr(s.p + i, '\n', s.n - i);
            if (!end)
                return AC_OK;
            i = (size_t)(end - s.p);
        }
        bool in_line = labelled && i > 1 && ac_is_upper(s.p[i]) && is_blank(s.p[i - 1]) && ends_sentence(s.p[i - 2]);
        if (!line && !in_line) {
            line = s.p[i] == '\n';
            continue;
        }
        size_t k = i;
        for (; line && k < s.n && k < i + MARKS_MAX && (is_blank(s.p[k]) || s.p[k] == '*'); k++)
            ;
        ac_turn turn = { 0 };
        ac_sv name;
        size_t end = label_end(s, line ? skip_stamp(s, k) : k, &turn, &name);
        if (end && (line || name.n > 2)) {
            turn.label.begin = (uint32_t)k;
            AC_TRY(err, add_label(note, found, turn, name, err));
            i = end - 1;
            labelled = true;
        } else {
            labelled &= !line;
        }
        line = s.p[i] == '\n';
    }
    return AC_OK;
}

/* ---- is it a dialogue? --------------------------------------------------------------------------------------- */

static bool sounds_spoken(ac_sv words)
{
    char word[WORD_MAX + 2] = " ";
    size_t n = 0;
    for (size_t i = 0; i <= words.n; i++) {
        char c = at_or_0(words, i);
        bool inside = ac_is_alpha(c) || c == '\'' || (unsigned char)c >= 0x80;
        if (c == '?')
            return true;
        if (inside && ++n <= WORD_MAX)
            word[n] = ac_lower(c);
        if (inside)
            continue;
        if (n && n <= WORD_MAX) {
            word[n + 1] = ' ';
            if (memmem(spoken, sizeof spoken - 1, word, n + 2))
                return true;
        }
        n = 0;
    }
    return false;
}

/* The first line of what a turn says. */
static ac_sv first_words(ac_sv s, ac_span said)
{
    ac_sv words = ac_span_text(s, said);
    words = ac_sv_sub(words, 0, LISTEN_MAX);
    const char *line_end = words.n ? memchr(words.p, '\n', words.n) : NULL;
    return line_end ? ac_sv_sub(words, 0, (size_t)(line_end - words.p)) : words;
}

static void drop_letters(ac_sv s, labels *found)
{
    size_t n = 0;
    for (size_t i = 0; i < found->turns.n; i++) {
        ac_turn t = found->turns.at[i];
        bool letter = ac_span_len(t.label) <= 2 && ac_is_alpha(s.p[t.label.begin]);
        if (!letter)
            found->turns.at[n++] = t;
    }
    found->turns.n = n;
}

/* What is said runs from the end of one label to the next, without white space at its ends. */
static void set_spans(ac_sv s, ac_turns *turns)
{
    for (size_t i = 0; i < turns->n; i++) {
        size_t begin = turns->at[i].label.end, end = i + 1 < turns->n ? turns->at[i + 1].label.begin : s.n;
        while (end > begin && ac_is_space(s.p[end - 1]))
            end--;
        while (begin < end && ac_is_space(s.p[begin]))
            begin++;
        turns->at[i].span = ac_span_of(begin, end);
    }
}

static bool is_dialogue(ac_sv s, const labels *found)
{
    size_t heard = 0;
    if (found->turns.n < 2 || !found->two)
        return false;
    for (size_t i = 0; i < found->turns.n; i++)
        heard += sounds_spoken(first_words(s, found->turns.at[i].span));
    return heard && heard * SPOKEN_SHARE >= found->turns.n;
}

ac_rc ac_step_turns(ac_note *note, ac_err *err)
{
    labels found = { 0 };
    AC_TRY(err, find_labels(note, &found, err));
    const size_t *letters = found.letters;
    bool believed = letters[AC_SPEAKER_CLINICIAN] >= 2 && letters[AC_SPEAKER_PATIENT] >= 2 &&
                    letters[AC_SPEAKER_CLINICIAN] + letters[AC_SPEAKER_PATIENT] >= LETTERS_MIN;
    if (!believed)
        drop_letters(note->text, &found);
    set_spans(note->text, &found.turns);
    note->dialogue = is_dialogue(note->text, &found);
    if (note->dialogue)
        note->turns = found.turns;
    return AC_OK;
}
