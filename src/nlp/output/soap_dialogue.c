/* A consultation as a note. Statements of the patient go to "subjective"; the clinician's are sorted by what they are
 * about and by where in the visit they are said: history first, then the examination, then the conclusion and the plan.
 * What a patient answers to a question is told through the facts: the question itself asserts nothing. */
#include "nlp/output/soap_dialogue.h"

#include "nlp/lexicon/lexicon.h"
#include "nlp/entity/mark.h"
#include "nlp/output/interview.h"
#include "nlp/output/phrase.h"
#include "nlp/output/speech.h"

#define BIT(k) ac_phrase_bit(AC_PHRASE_##k)

enum {
    WORDS_MIN = 4,    /* shorter turns are answers and courtesies */
    WORDS_STORY = 12, /* a patient who says this much tells something, with or without a clinical term */
};

typedef enum { HISTORY, EXAMINATION, CONCLUSION } phase;

typedef struct {
    phase phase;
    uint32_t turn;          /* of the sentence before */
    ac_interview interview;
} visit;

typedef struct {
    uint32_t first, end; /* entities */
    bool any, found, measured, disease;
    bool supposed; /* a disease that the speaker thinks possible */
} content;

static bool counts(const ac_entity *e) { return !e->in_header && e->kind != AC_KIND_ANATOMY; }

static content look(const ac_note *note, const ac_sentence *s, size_t *e)
{
    while (*e < note->entities.n && note->entities.at[*e].span.begin < s->span.begin)
        ++*e;
    content c = { .first = (uint32_t)*e };
    for (; *e < note->entities.n && note->entities.at[*e].span.begin < s->span.end; ++*e) {
        const ac_entity *x = &note->entities.at[*e];
        uint32_t flags = x->concept == AC_NONE ? 0 : ac_concept_flags(x->concept);
        bool value = x->value.has || x->value.words.n;
        c.any = c.any || counts(x);
        c.found = c.found || (x->kind == AC_KIND_SYMPTOM && flags & AC_CONCEPT_SIGN);
        c.measured = c.measured || ((x->kind == AC_KIND_LAB || x->kind == AC_KIND_VITAL) && value);
        c.disease = c.disease || x->kind == AC_KIND_PROBLEM;
        c.supposed = c.supposed || (x->kind == AC_KIND_PROBLEM && x->assertion == AC_POSSIBLE);
    }
    c.end = (uint32_t)*e;
    return c;
}

/* ---- answers ----------------------------------------------------------------------------------------------------- */

/* "your cough", "the rash on your arm": asked about, but not whether it is there. */
static bool known_already(const ac_draft *d, const ac_sentence *s, const ac_entity *e)
{
    uint32_t t = ac_note_token_at(d->note, e->span.begin);
    uint32_t from = t > s->token_begin + 3 ? t - 3 : s->token_begin;
    for (uint32_t i = from; i < t; i++)
        if (d->note->tokens.at[i].kind == AC_TOKEN_PUNCT)
            from = i + 1;
    return ac_phrases_in(d->note, from, t, BIT(KNOWN)) != 0;
}

/* "Not while sleeping, but ...": the no is taken back in part. "No, but ..." stands. */
static bool partly(const ac_draft *d, const ac_sentence *s, const ac_entity *e)
{
    ac_sv cue = ac_span_text(d->note->text, e->cue);
    return e->cue.begin >= s->span.end && cue.n > 2 && ac_sv_eq_nocase(ac_sv_sub(cue, 0, 3), AC_SV("not")) &&
           ac_interview_excepts(d->note, s);
}

/* The question is whether this is there, and what follows answers it. */
static bool answered(const ac_draft *d, const ac_sentence *s, const ac_entity *e, ac_assertion a)
{
    bool cue_elsewhere = e->cue.end > e->cue.begin && (e->cue.begin >= s->span.end || e->cue.end <= s->span.begin);
    bool state = e->kind == AC_KIND_SYMPTOM || e->kind == AC_KIND_PROBLEM;
    return counts(e) && state && e->assertion == a && cue_elsewhere && !known_already(d, s, e) &&
           !(a == AC_ABSENT && partly(d, s, e));
}

/* "Have you tried clindamycin for your acne? - No." denies neither: only questions about states alone are told. */
static bool about_states(const ac_note *note, const content *c)
{
    for (uint32_t i = c->first; i < c->end; i++) {
        uint8_t kind = note->entities.at[i].kind;
        if (kind != AC_KIND_SYMPTOM && kind != AC_KIND_PROBLEM && kind != AC_KIND_ANATOMY)
            return false;
    }
    return true;
}

typedef struct {
    const ac_sentence *sentence;
    const content *content;
    bool family; /* what is denied was asked of relatives */
} asked;

/* "Denies chest pain, shortness of breath or swelling." from a question and the answer that follows. */
static ac_rc answer(ac_draft *d, const asked *q, ac_assertion a, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    const ac_sentence *s = q->sentence;
    const content *c = q->content;
    size_t n = 0, k = 0;
    for (uint32_t i = c->first; i < c->end; i++)
        n += answered(d, s, &note->entities.at[i], a);
    for (uint32_t i = c->first; i < c->end; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (!answered(d, s, e, a))
            continue;
        if (k == 0)
            ac_draft_say(d, a == AC_ABSENT ? AC_SAY_DENIES : AC_SAY_REPORTS);
        else if (k + 1 == n)
            ac_draft_say(d, a == AC_ABSENT ? AC_SAY_OR : AC_SAY_AND);
        else
            ac_draft_add(d, AC_SV(", "));
        ac_interview_complaint(d, e);
        k++;
    }
    if (n && q->family)
        ac_draft_say(d, AC_SAY_IN_FAMILY);
    return n ? ac_draft_push(d, true, out, AC_NONE, err) : AC_OK;
}

/* "Takes lisinopril 20 mg every morning." from "are you taking the lisinopril?" and a yes or a dose. */
static ac_rc medications_taken(ac_draft *d, const ac_sentence *s, const content *c, ac_items *out, ac_err *err)
{
    bool first = true;
    for (uint32_t i = c->first; i < c->end; i++) {
        const ac_entity *e = &d->note->entities.at[i];
        bool told = e->cue.end > e->cue.begin && (e->cue.begin >= s->span.end || e->cue.end <= s->span.begin);
        if (e->kind != AC_KIND_MEDICATION || e->in_header || e->assertion != AC_PRESENT || !told ||
            !ac_entity_attr(e, AC_ATTR_STATUS) || ac_medication_stopped(e)) /* "did you get the vaccine?" */
            continue;
        if (first)
            ac_draft_say(d, AC_SAY_TAKES);
        else
            ac_draft_add(d, AC_SV(", "));
        ac_draft_entity(d, e);
        ac_draft_cite(d, e->cue);
        first = false;
    }
    return first ? AC_OK : ac_draft_push(d, true, out, AC_NONE, err);
}

/* ---- statements -------------------------------------------------------------------------------------------------- */

static char clinician_place(const content *c, uint32_t said, phase p)
{
    if (p == HISTORY && said & BIT(TOLD) && c->any)
        return 'S'; /* "presents for follow-up of" is no plan */
    if (said & (BIT(PLAN) | BIT(FOLLOW_UP)))
        return p == HISTORY && !(said & BIT(FOLLOW_UP)) && !c->any ? '-' : 'P';
    if (c->found || c->measured || said & (BIT(EXAM) | BIT(RESULT)))
        return 'O';
    if (said & BIT(ASSESS) && (c->any || p == CONCLUSION))
        return p == HISTORY && !c->supposed ? 'S' : 'A';
    if (!c->any)
        return '-';
    return p == HISTORY ? 'S' : p == EXAMINATION && !c->disease ? 'O' : 'A';
}

static char patient_place(const content *c, uint32_t words)
{
    return c->any || words >= WORDS_STORY ? 'S' : '-';
}

static phase phase_after(phase p, uint32_t said, bool asks, char place)
{
    if (asks)
        return p;
    if (said & BIT(EXAM) && p == HISTORY)
        return EXAMINATION;
    return p == EXAMINATION && place == 'P' ? CONCLUSION : p;
}

static ac_items *part(ac_soap *out, char letter)
{
    return letter == 'S'   ? &out->subjective
           : letter == 'O' ? &out->objective
           : letter == 'A' ? &out->assessment
           : letter == 'P' ? &out->plan
                           : NULL;
}

static ac_speaker speaker_of(const ac_note *note, const ac_sentence *s)
{
    return s->turn == AC_NONE ? AC_SPEAKER_UNKNOWN : (ac_speaker)note->turns.at[s->turn].speaker;
}

/* What a clinician's question and its answer say of complaints, diseases and drugs. */
static ac_rc question(ac_draft *d, const ac_sentence *s, const content *c, const visit *v, ac_items *out, ac_err *err)
{
    AC_TRY(err, medications_taken(d, s, c, out, err));
    if (!about_states(d->note, c) || speaker_of(d->note, s) != AC_SPEAKER_CLINICIAN || v->phase == EXAMINATION) /* "any pain here?": only the examiner knows where */
        return AC_OK;
    asked q = { s, c, ac_interview_family(&v->interview) };
    if (q.family && ac_interview_excepts(d->note, s))
        return AC_OK;
    if (!q.family)
        AC_TRY(err, answer(d, &q, AC_PRESENT, out, err));
    return answer(d, &q, AC_ABSENT, out, err);
}

static ac_rc statement(ac_draft *d, const ac_sentence *s, const content *c, visit *v, ac_soap *out, ac_err *err)
{
    ac_speaker who = speaker_of(d->note, s);
    const uint32_t wanted = BIT(PLAN) | BIT(FOLLOW_UP) | BIT(ASSESS) | BIT(EXAM) | BIT(RESULT) | BIT(CHAT) | BIT(TOLD);
    uint32_t said = ac_phrases_in(d->note, s->token_begin, s->token_end, wanted);
    bool asks = ac_speech_asks(d->note, s);
    if (who == AC_SPEAKER_CLINICIAN)
        ac_interview_ask(&v->interview, d->note, s, asks, c->first, c->end);
    if (asks && who != AC_SPEAKER_PATIENT)
        return question(d, s, c, v, &out->subjective, err);
    uint32_t words = ac_speech_words(d->note, s);
    char letter = '-';
    if (!asks && !(said & BIT(CHAT)) && words >= WORDS_MIN)
        letter = who == AC_SPEAKER_CLINICIAN ? clinician_place(c, said, v->phase) : patient_place(c, words);
    if (who == AC_SPEAKER_CLINICIAN)
        v->phase = phase_after(v->phase, said, asks, letter);
    ac_items *items = part(out, letter);
    if (!items)
        return AC_OK;
    ac_sentence told = *s;
    if (who != AC_SPEAKER_CLINICIAN)
        told.token_begin = ac_interview_lead(d->note, s);
    ac_draft_speech(d, &told, who, items->n > 0);
    return ac_draft_push(d, true, items, AC_NONE, err);
}

/* A new turn ends the answer that the last one gave. */
static ac_rc turn_to(ac_draft *d, const ac_sentence *s, visit *v, ac_soap *out, ac_err *err)
{
    if (s->turn == v->turn)
        return AC_OK;
    v->turn = s->turn;
    if (v->interview.reply != AC_REPLY_NONE || v->interview.told || speaker_of(d->note, s) == AC_SPEAKER_CLINICIAN)
        return ac_interview_close(&v->interview, d, &out->subjective, err);
    return AC_OK;
}

static ac_rc sentence(ac_draft *d, const ac_sentence *s, const content *c, visit *v, ac_soap *out, ac_err *err)
{
    bool told = false;
    AC_TRY(err, turn_to(d, s, v, out, err));
    ac_spoken spoken = { s, speaker_of(d->note, s), c->any };
    if (spoken.by != AC_SPEAKER_CLINICIAN)
        AC_TRY(err, ac_interview_answer(&v->interview, d, &spoken, &out->subjective, &told, err));
    return told ? AC_OK : statement(d, s, c, v, out, err);
}

/* The first sentence in which the clinician examines: history ends there. */
static uint32_t first_examined(const ac_draft *d)
{
    const ac_note *note = d->note;
    for (uint32_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        if (speaker_of(note, s) == AC_SPEAKER_CLINICIAN && !ac_speech_asks(d->note, s) &&
            ac_phrases_in(d->note, s->token_begin, s->token_end, BIT(EXAM)))
            return i;
    }
    return (uint32_t)note->sentences.n;
}

/* What the clinician names as present while concluding, each once, before the reasoning about it. */
static ac_rc conclusions(ac_draft *d, uint32_t from, ac_items *out, ac_err *err)
{
    const ac_note *note = d->note;
    ac_seen seen = ac_seen_new(note);
    if (!seen.in.at)
        return ac_fail(err, AC_ELIMIT, "no room for conclusions");
    for (uint32_t i = 0; i < note->facts.n; i++) {
        const ac_fact *f = &note->facts.at[i];
        const ac_entity *e = ac_fact_entity(note, i), *last = &note->entities.at[f->entities[f->n - 1]];
        if (f->kind != AC_KIND_PROBLEM || f->assertion != AC_PRESENT || last->sentence == AC_NONE ||
            last->sentence < from || speaker_of(note, &note->sentences.at[last->sentence]) != AC_SPEAKER_CLINICIAN ||
            ac_entity_asked(note, e) || !ac_seen_first(&seen, f->concept))
            continue;
        ac_draft_quote(d, ac_entity_name(note, e));
        AC_TRY(err, ac_draft_push(d, true, out, i, err));
    }
    return AC_OK;
}

ac_rc ac_soap_dialogue(ac_draft *d, ac_soap *out, ac_err *err)
{
    const ac_note *note = d->note;
    visit v = { .turn = AC_NONE };
    size_t e = 0;
    AC_TRY(err, ac_interview_start(note, &v.interview, err));
    AC_TRY(err, conclusions(d, first_examined(d), &out->assessment, err));
    for (uint32_t i = 0; i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        content c = look(note, s, &e);
        if (s->turn != AC_NONE)
            AC_TRY(err, sentence(d, s, &c, &v, out, err));
    }
    return ac_interview_close(&v.interview, d, &out->subjective, err);
}
