#include "nlp/output/speech.h"

#include "nlp/entity/mark.h"
#include "nlp/output/phrase.h"

#include <string.h>

typedef struct {
    ac_draft *d;
    const ac_note *note;
    uint32_t first, at, end; /* tokens */
    uint32_t wanted;         /* kinds of phrases that are replaced */
    size_t begin;            /* where this sentence begins in the draft */
    bool told;               /* the patient was named in this sentence */
    bool named;              /* the patient was named as subject: a pronoun may follow */
    bool agrees;             /* the word before is the subject: its verb takes the third person */
    bool by_patient;         /* "I" is always a subject, "you" is not */
    bool verbatim;           /* the word before was the speaker's */
} speech;

static uint32_t last_but_tag(const ac_note *note, const ac_sentence *s)
{
    uint32_t end = s->token_end;
    if (end <= s->token_begin || !ac_token_is(note, end - 1, '?'))
        return end;
    uint32_t from = end - s->token_begin > 6 ? end - 6 : s->token_begin;
    ac_phrase p;
    for (uint32_t t = from; t + 1 < end; t++)
        if (ac_phrase_at(note, t, ac_phrase_bit(AC_PHRASE_TAG), &p) && p.token_end == end - 1 && t > s->token_begin)
            return t;
    return end;
}

static bool ends_clause_at(const ac_note *note, uint32_t token)
{
    ac_sv w = ac_token_text(note, token);
    return w.n == 1 && ac_one_of(w.p[0], ",.;!?");
}

/* "and do you have any children": transcripts lose question marks. A question begins the sentence or a clause of it. */
static bool begins_as_question(const ac_note *note, const ac_sentence *s)
{
    const uint32_t before =
        ac_phrase_bit(AC_PHRASE_OPENER) | ac_phrase_bit(AC_PHRASE_INTERJECTION) | ac_phrase_bit(AC_PHRASE_FILLER);
    bool may_begin = true;
    ac_phrase p;
    for (uint32_t t = s->token_begin; t < s->token_end; t++) {
        if (may_begin && ac_phrase_at(note, t, ac_phrase_bit(AC_PHRASE_ASK), &p))
            return true;
        if (ac_phrase_at(note, t, before, &p)) {
            may_begin = true;
            t = p.token_end - 1;
        } else {
            may_begin = ends_clause_at(note, t);
        }
    }
    return false;
}

bool ac_speech_asks(const ac_note *note, const ac_sentence *s)
{
    uint32_t end = last_but_tag(note, s);
    return (end > s->token_begin && ac_token_is(note, end - 1, '?')) || begins_as_question(note, s);
}

uint32_t ac_speech_words(const ac_note *note, const ac_sentence *s)
{
    uint32_t n = 0;
    ac_phrase p;
    for (uint32_t t = s->token_begin; t < s->token_end; t++) {
        if (ac_phrase_at(note, t, ac_phrase_bit(AC_PHRASE_FILLER), &p))
            t = p.token_end - 1;
        else
            n += note->tokens.at[t].kind != AC_TOKEN_PUNCT;
    }
    return n;
}

/* ---- writing --------------------------------------------------------------------------------------------------- */

static char last_char(const speech *s)
{
    const ac_sb *b = &s->d->text;
    return b->n > s->begin ? b->p[b->n - 1] : '\0';
}

static void word(speech *s, ac_sv w, bool glue)
{
    char last = last_char(s);
    if (!glue && last && last != ' ' && last != '(')
        ac_draft_add(s->d, AC_SV(" "));
    ac_draft_add(s->d, w);
}

static void mark(speech *s, ac_sv w)
{
    char last = last_char(s), c = w.n == 1 ? w.p[0] : '\0';
    if (s->verbatim && ac_token_joined(s->note, s->at) && !ac_one_of(c, ",.;:!?")) {
        word(s, w, true); /* 50-year-old, 120/80 */
        return;
    }
    if (c == '(' || c == '$' || c == '#' || w.n != 1) {
        word(s, w, false);
        return;
    }
    if (c == '?' || (ac_one_of(c, ",.;:!") && (!last || ac_one_of(last, ",.;:"))))
        return; /* what stood between was left out */
    word(s, w, ac_one_of(c, ",.;:!)%/'"));
}

static bool known_sex(const ac_note *note)
{
    return note->patient.sex == AC_SEX_FEMALE || note->patient.sex == AC_SEX_MALE;
}

/* {S} and its like, by the patient's sex as the note tells it. */
static ac_sv person(speech *s, char role)
{
    static const ac_sv she[] = { { "she", 3 }, { "her", 3 }, { "her", 3 }, { "herself", 7 } };
    static const ac_sv he[] = { { "he", 2 }, { "him", 3 }, { "his", 3 }, { "himself", 7 } };
    static const ac_sv name[] = {
        { "the patient", 11 }, { "the patient", 11 }, { "the patient's", 13 }, { "the patient", 11 }
    };
    static const char roles[] = "SOPR";
    const char *at = strchr(roles, role);
    size_t i = at ? (size_t)(at - roles) : 0;
    bool first = i < 2 && !s->named, told = s->told;
    s->told = s->told || i < 2;
    if (i == 2 && told && s->note->lang == AC_LANG_EN && !known_sex(s->note))
        return AC_SV("their");
    s->named = s->named || i < 2;
    if (first || !known_sex(s->note))
        return name[i];
    return s->note->patient.sex == AC_SEX_FEMALE ? she[i] : he[i];
}

static void replacement(speech *s, ac_sv cell)
{
    bool glue = false;
    ac_phrase p;
    s->agrees = ac_sv_eq(cell, AC_SV("{S}"));
    if (s->agrees && !s->by_patient) /* "you" may be an object: the name is right in both places */
        s->named = false;
    if (s->agrees && s->at > s->first &&
        ac_phrase_at(s->d->note, s->at - 1, ac_phrase_bit(AC_PHRASE_TAKES_OBJECT), &p)) {
        word(s, person(s, 'O'), false); /* "start you on": no subject, and no verb of its own */
        s->agrees = s->verbatim = false;
        return;
    }
    for (size_t i = 0; i < cell.n;) {
        const char *brace = memchr(cell.p + i, '{', cell.n - i);
        size_t to = brace ? (size_t)(brace - cell.p) : cell.n;
        if (to > i)
            word(s, ac_sv_trim(ac_sv_sub(cell, i, to)), glue);
        if (brace && to + 2 < cell.n)
            word(s, person(s, cell.p[to + 1]), glue);
        i = brace ? to + 3 : cell.n;
    }
    s->verbatim = false;
}

/* ---- reading --------------------------------------------------------------------------------------------------- */

static bool same_word(const speech *s, uint32_t a, uint32_t b)
{
    return b < s->end && s->note->tokens.at[a].kind == AC_TOKEN_WORD &&
           ac_sv_eq_nocase(ac_token_text(s->note, a), ac_token_text(s->note, b));
}

/* "i , i do", "the the", "sh- shows": the token where the speaker begins again, or 0. */
static uint32_t stutter(const speech *s)
{
    uint32_t t = s->at;
    if (same_word(s, t, t + 1))
        return t + 1;
    if (ac_token_is(s->note, t + 1, ',') && same_word(s, t, t + 2))
        return t + 2;
    if (t + 2 < s->end && ac_token_is(s->note, t + 1, '-') && ac_token_joined(s->note, t + 1) &&
        !ac_token_joined(s->note, t + 2) && ac_sv_starts(ac_token_text(s->note, t + 2), ac_token_text(s->note, t)))
        return t + 2;
    return 0;
}

static void own_word(speech *s)
{
    ac_sv w = ac_token_text(s->note, s->at);
    uint8_t kind = s->note->tokens.at[s->at].kind;
    ac_phrase p;
    bool verb = s->agrees && ac_phrase_at(s->d->note, s->at, ac_phrase_bit(AC_PHRASE_VERB), &p);
    if (verb) {
        word(s, ac_phrase_cell(p.row), false);
    } else if (kind == AC_TOKEN_PUNCT) {
        mark(s, w);
    } else {
        bool contracted = ac_sv_starts(w, AC_SV("'")) || ac_sv_eq(w, AC_SV("n't"));
        word(s, w, contracted || (s->verbatim && ac_token_joined(s->note, s->at)));
    }
    if (verb || !s->agrees || !ac_phrase_at(s->d->note, s->at, ac_phrase_bit(AC_PHRASE_ADVERB), &p))
        s->agrees = false;
    s->verbatim = true;
    s->at++;
}

static bool ends_clause(const speech *s, uint32_t token)
{
    ac_sv w = ac_token_text(s->note, token);
    return token >= s->end || (w.n == 1 && ac_one_of(w.p[0], ",.;!?"));
}

/* Words that are said without being meant, here. */
static bool leave_out(const speech *s, ac_phrase *p)
{
    char last = last_char(s);
    if (ac_phrase_at(s->d->note, s->at, ac_phrase_bit(AC_PHRASE_FILLER), p))
        return true;
    bool starts = !last || ac_one_of(last, ",.;:") || (s->at > 0 && ends_clause(s, s->at - 1));
    if (starts && ac_phrase_at(s->d->note, s->at, ac_phrase_bit(AC_PHRASE_INTERJECTION), p) &&
        ends_clause(s, p->token_end))
        return true;
    return !last && ac_phrase_at(s->d->note, s->at, ac_phrase_bit(AC_PHRASE_OPENER), p);
}

static void next(speech *s)
{
    ac_phrase p;
    uint32_t again = stutter(s);
    if (again) {
        s->at = again;
    } else if (leave_out(s, &p)) {
        s->verbatim = false;
        s->at = p.token_end;
    } else if (ac_phrase_at(s->d->note, s->at, s->wanted, &p) && p.token_end <= s->end) {
        replacement(s, ac_phrase_cell(p.row));
        s->at = p.token_end;
    } else {
        own_word(s);
    }
}

void ac_draft_speech(ac_draft *d, const ac_sentence *sentence, ac_speaker speaker, bool named)
{
    uint32_t wanted = 0;
    if (speaker == AC_SPEAKER_PATIENT)
        wanted |= ac_phrase_bit(AC_PHRASE_BY_PATIENT);
    if (speaker == AC_SPEAKER_CLINICIAN)
        wanted |= ac_phrase_bit(AC_PHRASE_BY_CLINICIAN);
    speech s = { .d = d,
                 .note = d->note,
                 .first = sentence->token_begin,
                 .at = sentence->token_begin,
                 .end = last_but_tag(d->note, sentence),
                 .wanted = wanted,
                 .begin = d->text.n,
                 .named = named,
                 .by_patient = speaker == AC_SPEAKER_PATIENT };
    while (s.at < s.end)
        next(&s);
    if (d->text.n > s.begin)
        ac_draft_cite(d, sentence->span);
}
