/* Questions and answers: "Do you have any fever?" "No." denies the fever; a question alone asserts nothing. */
#include "nlp/context/context_rules.h"
#include "nlp/entity/sig.h"

typedef enum { ANSWER_NONE, ANSWER_YES, ANSWER_NO, ANSWER_UNSURE } answer;

typedef struct {
    uint8_t said;      /* answer that the sentence opens with */
    bool question;
    bool tag;          /* ends with "okay?", "right?": a statement that only sounds like a question */
    ac_span cue;       /* the words of the answer, or of the question */
} speech;

static bool ends_with_mark(const ac_note *note, const ac_sentence *s)
{
    return s->span.end > s->span.begin && note->text.p[s->span.end - 1] == '?';
}

static void read_cues(const ac_cue_hits *hits, speech *out)
{
    static const uint8_t kinds[] = { AC_CUE_QUESTION, AC_CUE_QUESTION_TAG, AC_CUE_ANSWER_YES, AC_CUE_ANSWER_NO,
                                     AC_CUE_ANSWER_UNSURE };
    static const uint8_t says[AC_CUE_COUNT] = { [AC_CUE_ANSWER_YES] = ANSWER_YES,
                                                [AC_CUE_ANSWER_NO] = ANSWER_NO,
                                                [AC_CUE_ANSWER_UNSURE] = ANSWER_UNSURE };
    for (size_t k = 0; k < sizeof kinds; k++)
        for (uint32_t i = hits->first[kinds[k]]; i != AC_NONE; i = hits->at[i].next) {
            const ac_cue_hit *h = &hits->at[i];
            speech *s = &out[h->sentence];
            if (kinds[k] == AC_CUE_QUESTION_TAG)
                s->tag = true;
            else if (kinds[k] == AC_CUE_QUESTION) {
                s->question = true;
                s->cue = h->cue;
            } else if (!s->said || h->cue.begin < s->cue.begin) { /* "I'm not sure, maybe yes": the first word counts */
                s->said = says[kinds[k]];
                s->cue = h->cue;
            }
        }
}

/* Only the other speaker, or a bare answer in the same breath, answers. */
static uint32_t answer_of(const ac_note *note, const speech *sp, uint32_t q, uint32_t next_turn)
{
    if (q + 1 >= note->sentences.n)
        return AC_NONE;
    bool same_turn = note->sentences.at[q + 1].turn == note->sentences.at[q].turn;
    if (!note->dialogue || (same_turn && sp[q + 1].said && !sp[q + 1].question))
        return q + 1;
    return next_turn;
}

static size_t findings(const ac_note *note, size_t i, uint32_t sentence)
{
    size_t n = 0;
    for (; i < note->entities.n && note->entities.at[i].sentence == sentence; i++)
        n += note->entities.at[i].assertion == AC_PRESENT || note->entities.at[i].assertion == AC_POSSIBLE;
    return n;
}

/* "Any fever or chills?" "Yes." does not say which. */
static bool offers_choice(const ac_note *note, uint32_t sentence)
{
    static const ac_sv words[] = { AC_SV("or"), AC_SV("any"), AC_SV("o"), AC_SV("ni"), AC_SV("alguna") };
    const ac_sentence *s = &note->sentences.at[sentence];
    for (uint32_t t = s->token_begin; t < s->token_end; t++) {
        ac_sv w = ac_sv_sub(note->text, note->tokens.at[t].begin, note->tokens.at[t].end);
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
            if (words[i].n == w.n && ac_sv_eq_nocase(words[i], w))
                return true;
    }
    return false;
}

static ac_assertion verdict(const ac_note *note, answer a, uint32_t q, size_t asked)
{
    if (a == ANSWER_NO)
        return AC_ABSENT;
    if (a == ANSWER_UNSURE)
        return AC_POSSIBLE;
    if (a == ANSWER_YES)
        return asked > 1 && offers_choice(note, q) ? AC_POSSIBLE : AC_PRESENT;
    return AC_HYPOTHETICAL;
}

static bool askable(const ac_entity *e)
{
    bool result = e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL;
    return e->kind != AC_KIND_ANATOMY && !(result && (e->value.has || e->value.words.n));
}

/* The one medication that question q and the sentence after it name, or AC_NONE; i is the first entity of the question. */
static uint32_t one_medication(const ac_note *note, size_t i, uint32_t q)
{
    uint32_t found = AC_NONE;
    for (; i < note->entities.n && note->entities.at[i].sentence <= q + 1; i++)
        if (note->entities.at[i].kind == AC_KIND_MEDICATION) {
            if (found != AC_NONE)
                return AC_NONE;
            found = (uint32_t)i;
        }
    return found;
}

/* "Are you taking the lisinopril? - Twenty milligrams every morning.": the dose is an answer, and a yes. Only right behind
 * the question; further off it may be another drug's. */
static ac_rc told_dose(ac_note *note, size_t i, uint32_t q, uint32_t reply, answer *a, ac_err *err)
{
    uint32_t drug = one_medication(note, i, q);
    if (drug == AC_NONE || reply != q + 1 || *a == ANSWER_NO || note->entities.at[drug].sentence != q ||
        note->entities.at[drug].assertion != AC_PRESENT)
        return AC_OK;
    const ac_sentence *s = &note->sentences.at[reply];
    bool found;
    AC_TRY(err, ac_sig_told(note, drug, s->token_begin, s->token_end, &found, err));
    if (found && *a == ANSWER_NONE)
        *a = ANSWER_YES;
    return AC_OK;
}

/* "any fever? - no": settles the entities of question sentence q, the first of which is at[*i]. */
static ac_rc settle_question(ac_note *note, const speech *sp, uint32_t q, uint32_t reply, size_t *i, ac_err *err)
{
    answer a = reply == AC_NONE ? ANSWER_NONE : (answer)sp[reply].said;
    if (note->dialogue)
        AC_TRY(err, told_dose(note, *i, q, reply, &a, err));
    ac_assertion said = verdict(note, a, q, findings(note, *i, q));
    for (; *i < note->entities.n && note->entities.at[*i].sentence == q; (*i)++) {
        ac_entity *e = &note->entities.at[*i];
        if (e->assertion == AC_ABSENT && a == ANSWER_YES && askable(e) && !e->in_header) /* "You don't have pain? - Yes.": unclear */
            e->assertion = AC_POSSIBLE;
        if (e->assertion == AC_FAMILY && note->dialogue && !e->in_header && a != ANSWER_YES) { /* asked of relatives */
            e->assertion = a == ANSWER_NO ? AC_ABSENT : AC_HYPOTHETICAL;
            e->cue = a != ANSWER_NONE ? sp[reply].cue : sp[q].cue;
            continue;
        }
        if (!askable(e) || e->in_header || (e->assertion != AC_PRESENT && e->assertion != AC_POSSIBLE))
            continue;
        if (!note->dialogue && a == ANSWER_NONE)
            continue; /* "CHF?" in a note: the "?" has made it possible already */
        e->assertion = (uint8_t)said;
        e->cue = a != ANSWER_NONE ? (sp[reply].said ? sp[reply].cue : note->sentences.at[reply].span) : sp[q].cue;
    }
    return AC_OK;
}

ac_rc ac_context_answers(ac_note *note, const ac_cue_hits *hits, ac_err *err)
{
    size_t n = note->sentences.n;
    if (n == 0 || (!note->dialogue && hits->first[AC_CUE_ANSWER_YES] == AC_NONE && hits->first[AC_CUE_ANSWER_NO] == AC_NONE))
        return AC_OK;
    speech *sp = ac_arena_alloc(note->arena, n * sizeof *sp);
    uint32_t *next_turn = sp ? ac_arena_alloc(note->arena, n * sizeof *next_turn) : NULL;
    if (!next_turn)
        return ac_fail(err, AC_ELIMIT, "no room to read %zu sentences as answers", n);
    read_cues(hits, sp);
    next_turn[n - 1] = AC_NONE;
    for (size_t q = n - 1; q-- > 0;)
        next_turn[q] = note->sentences.at[q + 1].turn != note->sentences.at[q].turn ? (uint32_t)q + 1 : next_turn[q + 1];
    size_t i = 0;
    for (uint32_t q = 0; q < n; q++) {
        const ac_sentence *s = &note->sentences.at[q];
        while (i < note->entities.n && note->entities.at[i].sentence < q)
            i++;
        if (i == note->entities.n || note->entities.at[i].sentence != q)
            continue;
        bool marked = ends_with_mark(note, s);
        if ((marked || sp[q].question) && !sp[q].said && !sp[q].tag) {
            if (!sp[q].cue.end)
                sp[q].cue = marked ? ac_span_of(s->span.end - 1, s->span.end) : s->span;
            AC_TRY(err, settle_question(note, sp, q, answer_of(note, sp, q, next_turn[q]), &i, err));
        }
    }
    return AC_OK;
}
