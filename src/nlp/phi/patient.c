#include "nlp/phi/patient.h"

#include "base/search.h"
#include "core/given.h"
#include "nlp/entity/mark.h"
#include "nlp/phi/phi.h"
#include "nlp/text/section.h"

enum { BEFORE_AGE = 6, AFTER_AGE = 4, PRONOUNS_MIN = 3, LABEL_BYTES = 40 };
#define BIT(word) (UINT64_C(1) << (word))

static const uint64_t male_words = BIT(AC_PHI_WORD_SEX_MALE), female_words = BIT(AC_PHI_WORD_SEX_FEMALE);

/* What the note says of the sex, by the strength of the evidence: the first of the strongest kind counts. */
typedef enum { BY_PRONOUN, BY_PATIENT, BY_AGE, BY_LABEL, EVIDENCE_COUNT } evidence;
typedef struct {
    const uint64_t *words; /* note->phi_words */
    ac_span first[EVIDENCE_COUNT][2];
    size_t count[EVIDENCE_COUNT][2]; /* male, female */
} sexes;

/* ---- age ------------------------------------------------------------------------------------------------------- */

/* Tokens [from, before token) hold a relative or words that say "at the age of". */
static bool of_someone_else(const ac_note *note, const sexes *s, uint32_t token)
{
    uint32_t from = token > BEFORE_AGE ? token - BEFORE_AGE : 0;
    for (uint32_t i = token; i-- > from;) {
        if (ac_token_is(note, i, '.') || ac_token_is(note, i, ':'))
            return false;
        if (s->words[i] & (BIT(AC_PHI_WORD_KIN) | BIT(AC_PHI_WORD_NOT_AGE)))
            return true;
    }
    return false;
}

static const ac_phi_item *age_of(const ac_note *note, const sexes *s)
{
    for (size_t k = 0; k < note->phi.n; k++) {
        const ac_phi_item *p = &note->phi.at[k];
        if (p->type != AC_PHI_AGE || p->number <= 0)
            continue;
        if (ac_note_section_type_at(note, p->span.begin) != AC_SECTION_FAMILY &&
            !of_someone_else(note, s, ac_note_token_at(note, p->span.begin)))
            return p;
    }
    return NULL;
}

/* ---- sex ------------------------------------------------------------------------------------------------------- */

static void note_sex(sexes *s, evidence e, bool female, ac_span span)
{
    if (s->count[e][female]++ == 0)
        s->first[e][female] = span;
}

/* "54F", "54 yo F", "72/M": the letter right behind the age. In Spanish M is a man and a woman. */
static void by_letter(const ac_note *note, sexes *s, const ac_phi_item *age)
{
    uint32_t end = ac_note_token_at(note, age->span.end), at = end + (ac_token_is(note, end, '/') || ac_token_is_dash(note, end));
    bool female = ac_token_is(note, at, 'F'), male = ac_token_is(note, at, 'M') && note->lang == AC_LANG_EN;
    if ((female || male) && ac_token_same_line(note, at) &&
        (!ac_token_joined(note, at + 1) || ac_token_kind_is(note, at + 1, AC_TOKEN_PUNCT)))
        note_sex(s, BY_AGE, female, ac_tokens_span(note, at, at + 1));
}

static void by_age(const ac_note *note, sexes *s, const ac_phi_item *age)
{
    uint32_t token = ac_note_token_at(note, age->span.begin), end = ac_note_token_at(note, age->span.end);
    uint32_t from = token > BEFORE_AGE ? token - BEFORE_AGE : 0;
    for (uint32_t i = from; i < end + AFTER_AGE && i < note->tokens.n; i++) {
        if (i < token && (ac_token_is(note, i, '.') || ac_token_is(note, i, ':')))
            s->count[BY_AGE][0] = s->count[BY_AGE][1] = 0; /* that was another sentence */
        if (i >= end && ac_token_is(note, i, '.'))
            return;
        if (s->words[i] & (male_words | female_words) && ac_token_text(note, i).n > 1)
            note_sex(s, BY_AGE, (s->words[i] & female_words) != 0, ac_tokens_span(note, i, i + 1));
    }
}

/* "Sexo: M"; and "paciente varón" in the text, which counts for less. */
static void by_label(const ac_note *note, sexes *s)
{
    for (size_t k = 0; k < note->phi.n; k++) {
        const ac_phi_item *p = &note->phi.at[k];
        if (p->type != AC_PHI_SEX)
            continue;
        uint32_t token = ac_note_token_at(note, p->span.begin);
        ac_sv t = ac_span_text(note->text, p->span);
        char c = ac_upper(t.p[0]);
        bool female = t.n == 1 ? c == 'F' || (c == 'M' && note->lang == AC_LANG_ES)
                               : token < note->tokens.n && (s->words[token] & female_words) != 0;
        note_sex(s, p->confidence < 0.9f ? BY_PATIENT : BY_LABEL, female, p->span);
    }
}

/* Where the data ask for a name behind it: without one "MR" may be a mitral regurgitation and "MS" a multiple sclerosis. */
static bool titles_a_name(const ac_note *note, const sexes *s, uint32_t i)
{
    enum { TITLE_GAP = 2 };
    const ac_token *t = &note->tokens.at[i];
    if (!(s->words[i] & BIT(AC_PHI_WORD_BEFORE_NAME)))
        return true;
    size_t next = AC_COUNT_BEFORE(k, note->phi.n, note->phi.at[k].span.end <= t->begin);
    if (next == note->phi.n || note->phi.at[next].span.begin > t->end + TITLE_GAP)
        return false;
    ac_phi_type type = (ac_phi_type)note->phi.at[next].type;
    return type == AC_PHI_PATIENT || type == AC_PHI_NAME;
}

static void by_words(const ac_note *note, sexes *s)
{
    static const struct {
        ac_phi_word word;
        evidence evidence;
        bool female;
    } rows[] = {
        { AC_PHI_WORD_PRONOUN_MALE, BY_PRONOUN, false },
        { AC_PHI_WORD_PRONOUN_FEMALE, BY_PRONOUN, true },
        { AC_PHI_WORD_PATIENT_MALE, BY_PATIENT, false },
        { AC_PHI_WORD_PATIENT_FEMALE, BY_PATIENT, true },
    };
    for (uint32_t i = 0; i < note->tokens.n; i++)
        for (size_t k = 0; s->words[i] && k < sizeof rows / sizeof rows[0]; k++)
            if (s->words[i] & BIT(rows[k].word) && titles_a_name(note, s, i))
                note_sex(s, rows[k].evidence, rows[k].female, ac_tokens_span(note, i, i + 1));
}

/* The strongest kind of evidence that does not contradict itself. Spanish "el paciente" is also said of women, so it
 * counts only when nobody says "la paciente"; pronouns may be a relative's, so most of several must agree. */
static void decide_sex(const sexes *s, ac_patient *p)
{
    for (int e = EVIDENCE_COUNT; e-- > 0;) {
        size_t male = s->count[e][0], female = s->count[e][1];
        bool enough = e == BY_PRONOUN ? (male > 4 * female || female > 4 * male) && male + female >= PRONOUNS_MIN
                                      : (male == 0) != (female == 0);
        if (e == BY_PATIENT && female > male)
            enough = true;
        if (!enough)
            continue;
        p->sex = female > male ? AC_SEX_FEMALE : AC_SEX_MALE;
        p->sex_span = s->first[e][female > male];
        return;
    }
}

/* ---- birth and name -------------------------------------------------------------------------------------------- */

static bool birth_before(const ac_note *note, const sexes *s, const ac_phi_item *p)
{
    uint32_t token = ac_note_token_at(note, p->span.begin);
    for (uint32_t i = token; i-- > 0 && note->tokens.at[i].begin + LABEL_BYTES > p->span.begin;) {
        if (s->words[i] & BIT(AC_PHI_WORD_BIRTH))
            return true;
        if (!ac_token_same_line(note, i + 1) || note->tokens.at[i].kind == AC_TOKEN_NUMBER)
            return false;
    }
    return false;
}

static void birth_and_name(const ac_note *note, const sexes *s, ac_patient *out)
{
    for (size_t k = 0; k < note->phi.n; k++) {
        const ac_phi_item *p = &note->phi.at[k];
        if (p->type == AC_PHI_DATE && p->date.year && !out->birth.year && birth_before(note, s, p)) {
            out->birth = p->date;
            out->birth_span = p->span;
        }
        if (p->type == AC_PHI_PATIENT && p->confidence > 0.9f && !ac_span_len(out->name_span))
            out->name_span = p->span;
    }
}

/* What the structure of the document says of the patient goes before what was read in its text. */
static void take_given(const ac_patient *given, ac_patient *p)
{
    if (ac_span_len(given->age_span)) {
        p->age = given->age;
        p->age_span = given->age_span;
    }
    if (ac_span_len(given->sex_span)) {
        p->sex = given->sex;
        p->sex_span = given->sex_span;
    }
    if (ac_span_len(given->birth_span)) {
        p->birth = given->birth;
        p->birth_span = given->birth_span;
    }
    if (ac_span_len(given->name_span))
        p->name_span = given->name_span;
}

ac_rc ac_step_patient(ac_note *note, ac_err *err)
{
    (void)err;
    sexes s = { .words = note->phi_words };
    ac_patient p = { 0 };
    const ac_phi_item *age = age_of(note, &s);
    if (age) {
        p.age = age->number;
        p.age_span = age->span;
        by_age(note, &s, age);
        by_letter(note, &s, age);
    }
    by_label(note, &s);
    by_words(note, &s);
    decide_sex(&s, &p);
    birth_and_name(note, &s, &p);
    if (note->given)
        take_given(&note->given->patient, &p);
    note->patient = p;
    return AC_OK;
}
