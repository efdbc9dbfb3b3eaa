#include "nlp/output/soap_found.h"

#include "nlp/entity/mark.h"
#include "nlp/lexicon/lexicon.h"
#include "nlp/time/time.h"

#define BIT(k) ac_phrase_bit(AC_PHRASE_##k)

/* What the entities of the sentence are. */
typedef struct {
    uint32_t measured, clinical; /* tokens of its tests, and of all its entities and their values */
    bool other;                  /* something that only the patient can tell, or that is no finding */
    const ac_entity *first;      /* when the sentence begins with it */
} content;

static bool is_measured(const ac_entity *e)
{
    return (e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL) && (e->value.has || e->value.words.n);
}

/* An examiner can have found it. An image may show a disease: "CXR: pneumonia". */
static bool is_found(const ac_entity *e, bool image)
{
    uint32_t flags = e->concept == AC_NONE ? 0 : ac_concept_flags(e->concept);
    switch (e->kind) {
    case AC_KIND_LAB:
    case AC_KIND_VITAL:
    case AC_KIND_ANATOMY:
    case AC_KIND_DEVICE: return e->assertion != AC_PLANNED && e->assertion != AC_HISTORICAL;
    case AC_KIND_SYMPTOM: return e->assertion == AC_ABSENT || e->assertion == AC_PRESENT ? flags & AC_CONCEPT_SIGN : false;
    case AC_KIND_PROCEDURE: return e->assertion == AC_PRESENT && flags & AC_CONCEPT_IMAGING;
    case AC_KIND_PROBLEM: return image && e->assertion != AC_HISTORICAL && e->assertion != AC_FAMILY;
    default: return false;
    }
}

static bool is_image(const ac_entity *e)
{
    return e && e->kind == AC_KIND_PROCEDURE && e->concept != AC_NONE && ac_concept_flags(e->concept) & AC_CONCEPT_IMAGING;
}

static uint32_t tokens_of(const ac_note *note, ac_span span)
{
    return ac_note_token_at(note, span.end) - ac_note_token_at(note, span.begin);
}

static content look(const ac_note *note, const ac_sentence *s, size_t entity)
{
    content c = { 0 };
    for (size_t i = entity; i < note->entities.n && note->entities.at[i].span.begin < s->span.end; i++) {
        const ac_entity *e = &note->entities.at[i];
        if (e->in_header)
            continue;
        if (e->span.begin == s->span.begin)
            c.first = e;
        const ac_attr *value = ac_entity_attr(e, AC_ATTR_VALUE);
        c.measured += is_measured(e);
        c.clinical += tokens_of(note, e->span) + (value ? tokens_of(note, value->span) : 0);
        c.other = c.other || !is_found(e, is_image(c.first));
    }
    return c;
}

/* Words, numbers left out, that are no part of an entity or a value: few in a line of vital signs. */
static bool little_else(const ac_note *note, const ac_sentence *s, const content *c)
{
    uint32_t words = 0;
    for (uint32_t t = s->token_begin; t < s->token_end; t++)
        words += note->tokens.at[t].kind == AC_TOKEN_WORD;
    return words <= c->clinical + c->measured;
}

/* "3 days ago", "for 2 weeks": a story, and no finding of now. */
static bool tells_time(const ac_note *note, ac_span span)
{
    for (size_t i = ac_time_after(note, span.begin); i < note->times.n && note->times.at[i].span.begin < span.end; i++)
        if (note->times.at[i].kind == AC_TIME_RELATIVE || note->times.at[i].kind == AC_TIME_DURATION)
            return true;
    return false;
}

bool ac_soap_found(const ac_note *note, const ac_sentence *s, size_t entity, uint32_t said)
{
    bool line = s->token_begin == 0 || (s->token_begin < note->tokens.n && note->tokens.at[s->token_begin].shape & AC_SHAPE_LINE_START);
    if (said & (BIT(PLAN) | BIT(FOLLOW_UP) | BIT(TOLD)) || tells_time(note, s->span))
        return false;
    content c = look(note, s, entity);
    ac_phrase exam;
    bool examined = ac_phrase_at(note, s->token_begin, BIT(EXAM), &exam);
    if (c.other || (!c.first && !examined))
        return false;
    if (c.measured && (line || c.measured > 1))
        return (examined || is_measured(c.first)) && little_else(note, s, &c);
    return line && (said & BIT(EXAM) || is_image(c.first));
}
