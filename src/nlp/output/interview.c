#include "nlp/output/interview.h"

#include "nlp/entity/mark.h"
#include "nlp/lexicon/terms.h"
#include "nlp/output/speech.h"
#include "nlp/text/fold.h"

#define BIT(k) (1u << AC_INTERVIEW_##k)

enum { HITS = 8 };
enum { CELL_LABEL, CELL_NO, CELL_YES, CELL_SCOPE };

typedef struct {
    ac_interview_word kind;
    uint32_t row, token_end;
} word;

/* The longest term at token; of its meanings the first in the order of the vocabulary. */
static bool word_of(const ac_note *note, uint32_t token, uint32_t end, uint32_t wanted, word *out)
{
    ac_term_hit hits[HITS];
    if (note->tokens.at[token].kind != AC_TOKEN_WORD)
        return false;
    const ac_terms *terms = ac_terms_interview();
    size_t n = ac_terms_all(terms, &note->folded, note->text, ac_token_fold(note, token), note->lang, hits, HITS);
    while (n--) {
        ac_sv surface = ac_term_surface(&hits[n], &note->folded, note->text);
        uint32_t after = ac_token_behind(note, token, hits[n].end);
        *out = (word) { AC_INTERVIEW_COUNT, 0, after };
        for (const ac_term *t = hits[n].terms; t; t = ac_term_next(terms, t, surface, note->lang))
            if (t->value < out->kind && wanted >> t->value & 1)
                *out = (word) { (ac_interview_word)t->value, t->row, after };
        if (out->kind != AC_INTERVIEW_COUNT && after <= end)
            return true;
    }
    return false;
}

static bool word_at(const ac_note *note, uint32_t token, uint32_t end, word *out)
{
    return word_of(note, token, end, BIT(COUNT) - 1 - BIT(FORM) - BIT(STATE), out);
}

static ac_sv cell(uint32_t row, size_t i)
{
    ac_sv c = ac_terms_cell(ac_terms_interview(), row, i);
    return ac_sv_eq(c, AC_SV("-")) ? AC_SV("") : c;
}

/* ---- the question ------------------------------------------------------------------------------------------------ */

ac_rc ac_interview_start(const ac_note *note, ac_interview *out, ac_err *err)
{
    const size_t rows = ac_terms_rows(ac_terms_interview()) + 1;
    *out = (ac_interview) { .said = ac_arena_alloc(note->arena, rows), .told_of = ac_arena_alloc(note->arena, rows) };
    return out->said && out->told_of ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for an interview");
}

static bool asked_for(const ac_interview *v, uint32_t row)
{
    for (size_t i = 0; i < v->n; i++)
        if (ac_sv_eq(cell(v->topics[i], CELL_LABEL), cell(row, CELL_LABEL)))
            return true;
    return false;
}

/* "alcohol" of "alcohol abuse" is no topic. */
static bool inside_entity(const ac_note *note, const word *w, uint32_t token, uint32_t first, uint32_t end)
{
    ac_span s = ac_tokens_span(note, token, w->token_end);
    for (uint32_t i = first; i < end; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (e->kind != AC_KIND_SOCIAL && ac_span_contains(e->span, s) && ac_span_len(e->span) > ac_span_len(s))
            return true;
    }
    return false;
}

/* Diseases, drugs and places are particular; what the topic's own words name is not. */
static bool particular(const ac_note *note, uint32_t from, uint32_t to, uint32_t first, uint32_t end)
{
    ac_span said = to > from ? ac_tokens_span(note, from, to) : (ac_span) { 0, 0 };
    for (uint32_t i = first; i < end; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (e->span.end > said.begin && e->span.begin < said.end && e->kind != AC_KIND_SOCIAL &&
            e->kind != AC_KIND_FAMILY && !e->in_header)
            return true;
    }
    return false;
}

static bool negates(const ac_note *note, const ac_sentence *s)
{
    if (ac_phrases_in(note, s->token_begin, s->token_end, ac_phrase_bit(AC_PHRASE_NEGATION)))
        return true;
    for (uint32_t t = s->token_begin; t < s->token_end; t++)
        if (ac_sv_ends(ac_token_text(note, t), AC_SV("n't")))
            return true;
    return false;
}

static bool offers_choice(const ac_note *note, uint32_t token)
{
    ac_sv w = ac_token_text(note, token);
    return ac_sv_eq_nocase(w, AC_SV("or")) || ac_sv_eq_nocase(w, AC_SV("o"));
}

static bool overlaps_any(const ac_note *note, ac_span s, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++)
        if (ac_span_overlaps(s, note->entities.at[i].span))
            return true;
    return false;
}

void ac_interview_ask(ac_interview *v, const ac_note *note, const ac_sentence *s, bool asks, uint32_t first, uint32_t end)
{
    ac_interview q = { .question = s->span, .said = v->said, .told_of = v->told_of };
    bool invites = false;
    ac_span phrase = { 0, 0 };
    uint32_t plain = s->token_begin; /* the words since the last topic */
    for (uint32_t t = s->token_begin; t < s->token_end;) {
        word w;
        q.choice = q.choice || offers_choice(note, t);
        if (!word_at(note, t, s->token_end, &w) || (w.kind != AC_INTERVIEW_TOPIC && w.kind != AC_INTERVIEW_INVITE) ||
            inside_entity(note, &w, t, first, end)) {
            t++;
            continue;
        }
        invites = invites || w.kind == AC_INTERVIEW_INVITE || ac_sv_eq(cell(w.row, CELL_SCOPE), AC_SV("invites"));
        if (w.kind == AC_INTERVIEW_TOPIC) {
            q.particular = q.particular || particular(note, plain, t, first, end);
            plain = w.token_end;
            if (q.n < AC_INTERVIEW_TOPICS && !asked_for(&q, w.row))
                q.topics[q.n++] = w.row;
            phrase.begin = phrase.end ? phrase.begin : note->tokens.at[t].begin;
            phrase.end = note->tokens.at[w.token_end - 1].end;
        }
        t = w.token_end;
    }
    if (!asks && !invites)
        return;
    q.particular = q.particular || particular(note, plain, s->token_end, first, end);
    q.negative = negates(note, s);
    q.names = end > first;
    q.phrase = overlaps_any(note, phrase, first, end) ? (ac_span) { 0, 0 } : phrase;
    *v = q;
}

bool ac_interview_excepts(const ac_note *note, const ac_sentence *s)
{
    enum { REPLY = 48 };
    word w;
    bool replied = s->turn != AC_NONE && s->turn + 1 < note->turns.n;
    uint32_t stop = replied ? note->turns.at[s->turn + 1].span.end : (uint32_t)note->text.n;
    for (uint32_t t = s->token_end; t < note->tokens.n && t < s->token_end + REPLY; t++)
        if (note->tokens.at[t].begin < stop && word_at(note, t, (uint32_t)note->tokens.n, &w) &&
            w.kind == AC_INTERVIEW_EXCEPT && cell(w.row, 0).n)
            return true;
    return false;
}

bool ac_interview_family(const ac_interview *v)
{
    for (size_t i = 0; i < v->n; i++)
        if (ac_sv_eq(cell(v->topics[i], CELL_SCOPE), AC_SV("family")))
            return true;
    return false;
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

typedef struct {
    uint32_t words[AC_INTERVIEW_COUNT]; /* how often each kind of word was said */
    uint32_t other;                     /* words that tell something */
    uint32_t rest;                      /* token after the opening "yes, i do," */
    bool denied;                        /* which was a "no" */
} reading;

static bool said_without_meaning(const ac_note *note, uint32_t t, uint32_t *after)
{
    const uint32_t kinds =
        ac_phrase_bit(AC_PHRASE_FILLER) | ac_phrase_bit(AC_PHRASE_INTERJECTION) | ac_phrase_bit(AC_PHRASE_OPENER);
    ac_phrase p;
    if (!ac_phrase_at(note, t, kinds, &p))
        return false;
    *after = p.token_end;
    return true;
}

/* "No it still hurts", "no just a headache": the no answers, the rest is a sentence or what it leaves out. */
static bool begins_clause(const ac_note *note, uint32_t token, uint32_t end)
{
    word w;
    if (token >= end || !word_at(note, token, end, &w))
        return false;
    return w.kind == AC_INTERVIEW_CLAUSE || w.kind == AC_INTERVIEW_EXCEPT ||
           (w.kind == AC_INTERVIEW_DENY && ac_sv_eq_nocase(ac_token_text(note, token), AC_SV("i")));
}

static reading read_answer(const ac_interview *v, const ac_note *note, const ac_sentence *s)
{
    reading r = { .rest = s->token_begin };
    for (uint32_t t = s->token_begin, after; t < s->token_end; t = after) {
        word w;
        bool opening = !r.other && !r.words[AC_INTERVIEW_EXCEPT] && !r.words[AC_INTERVIEW_UNSURE];
        after = t + 1;
        if (note->tokens.at[t].kind == AC_TOKEN_PUNCT) {
            if (opening && (r.words[AC_INTERVIEW_DENY] || r.words[AC_INTERVIEW_AFFIRM])) {
                r.rest = after;
                r.denied = r.words[AC_INTERVIEW_DENY] > 0;
            }
        } else if (word_at(note, t, s->token_end, &w) && w.kind != AC_INTERVIEW_INVITE &&
                   (w.kind != AC_INTERVIEW_TOPIC || asked_for(v, w.row))) {
            r.words[w.kind]++;
            r.other += w.kind == AC_INTERVIEW_CLAUSE;
            after = w.token_end;
            if (opening && w.kind == AC_INTERVIEW_DENY && begins_clause(note, after, s->token_end)) {
                r.rest = after;
                r.denied = true;
            }
        } else if (!said_without_meaning(note, t, &after)) {
            r.other++;
        }
    }
    return r;
}

uint32_t ac_interview_lead(const ac_note *note, const ac_sentence *s)
{
    const ac_interview none = { 0 };
    reading r = read_answer(&none, note, s);
    word w;
    bool drops = r.rest < s->token_end && word_at(note, r.rest, s->token_end, &w) && w.kind == AC_INTERVIEW_EXCEPT &&
                 ac_sv_eq(cell(w.row, 0), AC_SV("drop"));
    return drops ? w.token_end : r.rest;
}

/* What an answer tells, it tells after its yes and no; the "no" stays unless "just", "only" takes it back. */
static uint32_t told_from(const ac_note *note, const ac_sentence *s, const reading *r)
{
    uint32_t t = r->rest;
    word w;
    bool takes_back = t < s->token_end && word_at(note, t, s->token_end, &w) && w.kind == AC_INTERVIEW_EXCEPT;
    if (takes_back && ac_sv_eq(cell(w.row, 0), AC_SV("drop")))
        return w.token_end;
    return r->denied && !takes_back ? s->token_begin : t;
}

/* "Smoking: never", "Allergies: peanuts"; names keep their capital. */
static void small_first(ac_draft *d, size_t from, const ac_sentence *s)
{
    ac_sv first = ac_token_text(d->note, s->token_begin);
    word w;
    if (d->text.n <= from || d->text.rc != AC_OK || !ac_sv_starts(ac_sv_sub(ac_sb_view(&d->text), from, d->text.n), first))
        return;
    if (word_at(d->note, s->token_begin, s->token_end, &w) ||
        ac_phrases_in(d->note, s->token_begin, s->token_begin + 1, UINT32_MAX))
        d->text.p[from] = ac_lower(d->text.p[from]);
    else
        ac_draft_uncapital(d, from, d->note->tokens.at[s->token_begin].begin);
}

/* "My mother has diabetes." and later "Your siblings? - No.": no general denial. */
static void deny_no_more(ac_interview *v)
{
    for (size_t i = 0; i < v->n; i++)
        v->told_of[v->topics[i]] = true;
}

/* Of that topic, whatever word asked for it. */
static bool was_told_of(const ac_interview *v, uint32_t row)
{
    for (uint32_t k = 0; k < ac_terms_rows(ac_terms_interview()); k++)
        if (v->told_of[k] && ac_sv_eq(cell(k, CELL_LABEL), cell(row, CELL_LABEL)))
            return true;
    return false;
}

static ac_rc tell(ac_interview *v, ac_draft *d, const ac_spoken *spoken, const reading *r, ac_items *out, ac_err *err)
{
    ac_sentence rest = *spoken->sentence;
    rest.token_begin = told_from(d->note, &rest, r);
    for (size_t i = 0; i < v->n; i++) {
        ac_draft_add(d, i ? AC_SV(", ") : AC_SV(""));
        size_t from = d->text.n;
        ac_draft_add(d, cell(v->topics[i], CELL_LABEL));
        if (i && from < d->text.n)
            d->text.p[from] = ac_lower(d->text.p[from]);
    }
    ac_draft_add(d, AC_SV(": "));
    size_t from = d->text.n;
    ac_draft_speech(d, &rest, spoken->by, out->n > 0);
    AC_TRY(err, ac_sb_done(&d->text, err));
    if (d->text.n == from) { /* nothing but fillers */
        ac_sb_clear(&d->text);
        return AC_OK;
    }
    small_first(d, from, &rest);
    if (!v->names) /* what it only asks for would need a hedge */
        ac_draft_cite(d, v->question);
    else
        ac_draft_cite(d, v->phrase);
    v->told = true;
    deny_no_more(v);
    return ac_draft_push(d, true, out, AC_NONE, err);
}

static void plain(ac_interview *v, ac_reply reply, ac_span span)
{
    v->reply = v->reply == AC_REPLY_NONE || v->reply == reply ? reply : AC_REPLY_MIXED;
    if (!v->answer.end)
        v->answer = span;
}

/* "No, we're all pretty healthy": nothing is left to tell but the no. */
static bool only_denies(const reading *r, bool names)
{
    return r->denied && r->words[AC_INTERVIEW_OURS] && !r->words[AC_INTERVIEW_EXCEPT] && !r->words[AC_INTERVIEW_UNSURE] &&
           !names;
}

static bool speaks_of_self(const ac_note *note, const ac_sentence *s)
{
    return ac_phrases_in(note, s->token_begin, s->token_end, ac_phrase_bit(AC_PHRASE_BY_PATIENT)) != 0;
}

ac_rc ac_interview_answer(ac_interview *v, ac_draft *d, const ac_spoken *spoken, ac_items *out, bool *told, ac_err *err)
{
    const ac_sentence *s = spoken->sentence;
    *told = false;
    if (!v->n)
        return AC_OK;
    if (ac_speech_asks(d->note, s)) { /* "What do you mean?" */
        v->n = 0;
        return AC_OK;
    }
    reading r = read_answer(v, d->note, s);
    uint32_t no = r.words[AC_INTERVIEW_DENY], yes = r.words[AC_INTERVIEW_AFFIRM];
    if (r.words[AC_INTERVIEW_UNSURE] && r.other < 2) {
        v->reply = AC_REPLY_MIXED;
        return AC_OK;
    }
    if ((!r.other && !r.words[AC_INTERVIEW_EXCEPT]) || only_denies(&r, spoken->names)) {
        if (no || yes)
            plain(v, !yes ? AC_REPLY_NO : no ? AC_REPLY_MIXED : AC_REPLY_YES, s->span);
        *told = no || yes;
        return AC_OK;
    }
    bool chat = ac_phrases_in(d->note, s->token_begin, s->token_end, ac_phrase_bit(AC_PHRASE_CHAT)) != 0;
    if (v->told || v->reply == AC_REPLY_NO || chat || r.words[AC_INTERVIEW_OURS] ||
        (spoken->by != AC_SPEAKER_PATIENT && speaks_of_self(d->note, s)))
        return AC_OK;
    *told = true;
    return tell(v, d, spoken, &r, out, err);
}

/* ---- the end of the answer --------------------------------------------------------------------------------------- */

static ac_rc say_plain(ac_interview *v, ac_draft *d, uint32_t row, ac_sv words, ac_items *out, ac_err *err)
{
    if (!words.n || v->said[row] || was_told_of(v, row))
        return AC_OK;
    v->said[row] = true;
    ac_draft_add(d, words);
    ac_draft_cite(d, v->question);
    ac_draft_cite(d, v->answer);
    return ac_draft_push(d, true, out, AC_NONE, err);
}

ac_rc ac_interview_close(ac_interview *v, ac_draft *d, ac_items *out, ac_err *err)
{
    bool no = v->reply == AC_REPLY_NO, yes = v->reply == AC_REPLY_YES && v->n == 1 && !v->choice && !v->negative;
    if ((no || yes) && !v->told && !v->particular)
        for (size_t i = 0; i < v->n; i++)
            AC_TRY(err, say_plain(v, d, v->topics[i], cell(v->topics[i], no ? CELL_NO : CELL_YES), out, err));
    v->n = 0;
    return AC_OK;
}

/* ---- complaints -------------------------------------------------------------------------------------------------- */

void ac_interview_complaint(ac_draft *d, const ac_entity *e)
{
    const ac_note *note = d->note;
    uint32_t first = ac_note_token_at(note, e->span.begin), end = ac_note_token_at(note, e->span.end);
    word w;
    bool known = e->kind == AC_KIND_SYMPTOM && first < end && word_of(note, first, end, BIT(FORM) | BIT(STATE), &w);
    if (known && w.kind == AC_INTERVIEW_FORM && w.token_end < end) {
        ac_draft_add(d, cell(w.row, 0));
        ac_draft_add(d, cell(w.row, 0).n ? AC_SV(" ") : AC_SV(""));
        ac_draft_quote(d, ac_span_of(note->tokens.at[w.token_end].begin, e->span.end));
        ac_draft_cite(d, e->span);
        ac_draft_cite(d, e->cue);
        return;
    }
    if (known && w.kind == AC_INTERVIEW_STATE)
        ac_draft_add(d, AC_SV("feeling "));
    ac_draft_entity(d, e);
}
