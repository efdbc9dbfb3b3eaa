#include "nlp/phi/phi_tag.h"

#include "core/given.h"
#include "nlp/entity/mark.h"
#include "nlp/lexicon/terms.h"
#include "nlp/phi/phi.h"
#include "nlp/tag/tag_input.h"
#include "nlp/text/fold.h"

#include <stdlib.h>

/* Margins that the tagger needs to draw other borders than the rules or to give another type, chosen on halves of the corpus it is
 * trained on (data/models/es-phi.md). A rule as sure as PROVEN has checked the value itself and is not outvoted. */
enum { BORDER = 2 * AC_TAG_UNIT, RETYPE = 2 * AC_TAG_UNIT };
#define PROVEN 0.97f

/* What the English model calls our types, and which of ours is meant where no rule says more. */
static const char *const english_names[AC_PHI_COUNT] = {
    [AC_PHI_PATIENT] = "NAME", [AC_PHI_STAFF] = "NAME", [AC_PHI_RELATIVE] = "NAME", [AC_PHI_NAME] = "NAME",
    [AC_PHI_LOCATION] = "LOCATION", [AC_PHI_STREET] = "LOCATION", [AC_PHI_STATE] = "LOCATION", [AC_PHI_ZIP] = "LOCATION",
    [AC_PHI_COUNTRY] = "LOCATION", [AC_PHI_HOSPITAL] = "HOSPITAL", [AC_PHI_HEALTH_CENTRE] = "HOSPITAL", [AC_PHI_ORGANISATION] = "HOSPITAL",
};
static const ac_phi_type english_types[] = { AC_PHI_NAME, AC_PHI_LOCATION, AC_PHI_HOSPITAL };

static ac_sv english_name(ac_phi_type t) { return english_names[t] ? ac_sv_z(english_names[t]) : AC_SV("other"); }

typedef struct voting voting;

static ac_phi_type type_of_corpus(ac_sv name, ac_sv text);
static ac_phi_type type_in_english(ac_sv name, ac_sv text);
static ac_rc vote(voting *v, ac_err *err);
static ac_rc join(voting *v, ac_err *err);
static const bool *sentences_with_names(const ac_note *note);

/* A model that tells the types as finely as the rules do votes with them; one that only knows people from places adds to what they found. */
typedef struct {
    ac_lang lang;
    const char *model;
    ac_sv (*name_of)(ac_phi_type);                    /* what the model calls a type of ours */
    ac_phi_type (*type_of)(ac_sv name, ac_sv text);   /* and the other way round */
    ac_rc (*merge)(voting *v, ac_err *err);
    const bool *(*wanted)(const ac_note *note);       /* NULL: every sentence */
} phi_model;

static const phi_model models[] = {
    { AC_LANG_ES, "es-phi", ac_phi_meddocan_name, type_of_corpus, vote, NULL },
    { AC_LANG_EN, "en-phi", english_name, type_in_english, join, sentences_with_names },
};

/* The margins from which a span of the English model counts, chosen on halves of its corpus (data/models/en-phi.md): with a word of the
 * name lists; without; and for each word that the lexicon knows, an eponym or what stands beside one ("Kocher clamp"). */
enum { NAMED = AC_TAG_UNIT / 2, UNNAMED = 3 * AC_TAG_UNIT / 2, DOUBTFUL = 7 * AC_TAG_UNIT / 2 };
enum { PERSON_OR_PLACE = AC_NAME_WORD_FIRST | AC_NAME_WORD_SURNAME | AC_NAME_WORD_PLACE };
#define PHI_WORD(w) (UINT64_C(1) << AC_PHI_WORD_##w)
static const uint64_t eponym_noun = PHI_WORD(EPONYM_NOUN);
static const uint64_t no_name = PHI_WORD(EPONYM) | PHI_WORD(EPONYM_NOUN) | PHI_WORD(STOP) | PHI_WORD(NAME_CUE);

struct voting {
    ac_note *note;
    const ac_tag_model *m;
    const phi_model *how;
    const ac_tagged_list *tagged;
    ac_phi_list out;
};

static bool has(ac_sv text, bool (*is)(char))
{
    for (size_t i = 0; i < text.n; i++)
        if (is(text.p[i]))
            return true;
    return false;
}

/* The models know types of the corpus; two of them are several of ours. */
static ac_phi_type type_of_corpus(ac_sv name, ac_sv text)
{
    ac_phi_type t = 0;
    while (t < AC_PHI_OTHER && !ac_sv_eq(ac_phi_meddocan_name(t), name))
        t++;
    if (t == AC_PHI_RELATIVE && !has(text, ac_is_upper))
        return AC_PHI_KINSHIP;
    if (t == AC_PHI_LOCATION && has(text, ac_is_digit))
        return AC_PHI_ZIP;
    bool number = ac_sv_starts(name, AC_SV("ID_")); /* the corpus also files what describes a patient there: "la menor" */
    return number && !has(text, ac_is_digit) ? AC_PHI_OTHER : t;
}

static ac_phi_type type_in_english(ac_sv name, ac_sv text)
{
    (void)text;
    for (size_t i = 0; i < sizeof english_types / sizeof english_types[0]; i++)
        if (ac_sv_eq(english_name(english_types[i]), name))
            return english_types[i];
    return AC_PHI_OTHER;
}

static ac_rc keep(voting *v, ac_phi_item item, ac_err *err)
{
    ac_phi_item *slot = ac_vec_push(&v->out, v->note->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "no room for the identifiers of a note");
    *slot = item;
    return AC_OK;
}

static ac_span span_of(const voting *v, size_t tag)
{
    return ac_tokens_span(v->note, v->tagged->at[tag].token_begin, v->tagged->at[tag].token_end);
}

static ac_phi_type type_at(const voting *v, size_t tag)
{
    return v->how->type_of(ac_tag_type_name(v->m, v->tagged->at[tag].type), ac_span_text(v->note->text, span_of(v, tag)));
}

static double years(ac_sv text)
{
    double n = 0;
    size_t i = 0;
    while (i < text.n && !ac_is_digit(text.p[i]))
        i++;
    for (; i < text.n && ac_is_digit(text.p[i]) && n < 1000; i++)
        n = n * 10 + (text.p[i] - '0');
    return n;
}

static ac_date date_at(const ac_note *note, ac_span span)
{
    for (size_t i = 0; i < note->times.n; i++)
        if (note->times.at[i].kind == AC_TIME_DATE && ac_span_overlaps(note->times.at[i].span, span))
            return note->times.at[i].date;
    return (ac_date) { 0 };
}

static ac_phi_item tagged_item(const voting *v, size_t tag)
{
    const ac_tagged *t = &v->tagged->at[tag];
    ac_span span = span_of(v, tag);
    ac_sv text = ac_span_text(v->note->text, span);
    ac_phi_type type = type_at(v, tag);
    return (ac_phi_item) {
        .span = span, .type = (uint8_t)type, .method = AC_METHOD_TAGGER,
        .confidence = (float)t->margin / (float)(t->margin + AC_TAG_UNIT), .reason = "tagger",
        .date = type == AC_PHI_DATE ? date_at(v->note, span) : (ac_date) { 0 },
        .number = type == AC_PHI_AGE ? years(text) : 0,
    };
}

static bool same_name(const voting *v, const ac_phi_item *item, size_t tag)
{
    return ac_sv_eq(v->how->name_of((ac_phi_type)item->type), ac_tag_type_name(v->m, v->tagged->at[tag].type));
}

static bool is_edge(const voting *v, uint32_t at)
{
    char c = v->note->text.p[at];
    return !ac_is_alnum(c) && (unsigned char)c < 0x80;
}

/* Without the blanks and marks around it. */
static ac_span trimmed(const voting *v, ac_span span)
{
    while (span.begin < span.end && is_edge(v, span.begin))
        span.begin++;
    while (span.begin < span.end && is_edge(v, span.end - 1))
        span.end--;
    return span;
}

static ac_rc keep_trimmed(voting *v, ac_phi_item item, ac_err *err)
{
    item.span = trimmed(v, item.span);
    return item.span.begin < item.span.end ? keep(v, item, err) : AC_OK;
}

/* What of a rule's span no tagged span covers stays covered. */
static ac_rc keep_rest(voting *v, ac_phi_item item, size_t tag, ac_err *err)
{
    uint32_t end = item.span.end;
    for (; tag <= v->tagged->n; tag++) {
        ac_span t = tag < v->tagged->n ? span_of(v, tag) : ac_span_of(end, end);
        item.span.end = t.begin < end ? t.begin : end;
        AC_TRY(err, keep_trimmed(v, item, err));
        if (t.begin >= end)
            break;
        item.span.begin = t.end;
    }
    return AC_OK;
}

/* One rule's item against the tagged spans from tag on that overlap it. A tagged span that only leaves out a part of it does not win:
 * what is hidden too far is hidden. */
static ac_rc vote_on(voting *v, ac_phi_item item, size_t tag, bool *taken, ac_err *err)
{
    bool overlapped = false, border = true, within = true;
    for (size_t k = tag; k < v->tagged->n && span_of(v, k).begin < item.span.end; k++) {
        ac_span span = span_of(v, k);
        overlapped = true;
        if (span.begin == item.span.begin && span.end == item.span.end) {
            taken[k] = true;
            bool same = same_name(v, &item, k);
            if (same)
                item.method = AC_METHOD_VOTE;
            else if (v->tagged->at[k].margin >= RETYPE && item.confidence < PROVEN && type_at(v, k) != AC_PHI_OTHER)
                return keep(v, tagged_item(v, k), err);
            return keep(v, item, err);
        }
        border = border && v->tagged->at[k].margin >= BORDER;
        within = within && same_name(v, &item, k) && ac_span_contains(item.span, span);
    }
    if (!overlapped)
        return keep(v, item, err);
    if (border && !within && item.confidence < PROVEN)
        return keep_rest(v, item, tag, err);
    for (size_t k = tag; k < v->tagged->n && span_of(v, k).begin < item.span.end; k++)
        taken[k] = true;
    return keep(v, item, err);
}

static int by_place(const void *a, const void *b)
{
    const ac_phi_item *x = a, *y = b;
    return (x->span.begin > y->span.begin) - (x->span.begin < y->span.begin);
}

static ac_rc vote(voting *v, ac_err *err)
{
    bool *taken = ac_arena_alloc(v->note->arena, v->tagged->n + 1);
    if (!taken)
        return ac_fail(err, AC_ELIMIT, "no room to vote");
    for (size_t i = 0, tag = 0; i < v->note->phi.n; i++) {
        while (tag < v->tagged->n && span_of(v, tag).end <= v->note->phi.at[i].span.begin)
            tag++;
        AC_TRY(err, vote_on(v, v->note->phi.at[i], tag, taken, err));
    }
    for (size_t k = 0; k < v->tagged->n; k++)
        if (!taken[k])
            AC_TRY(err, keep(v, tagged_item(v, k), err));
    if (v->out.n)
        qsort(v->out.at, v->out.n, sizeof v->out.at[0], by_place);
    v->note->phi = v->out;
    return AC_OK;
}

static bool in_lexicon(const ac_note *note, uint32_t token)
{
    ac_term_hit hit;
    uint32_t at = ac_fold_at(&note->folded, note->tokens.at[token].begin);
    return ac_terms_longest(ac_terms_lexicon(), &note->folded, note->text, at, note->lang, &hit);
}

/* Whether the span has the margin that its words ask for: of a list of clinical words each is as doubtful as the first. alone: no rule
 * found a part of it. A name of somebody has one comma at most, and does not go on in the next line: that is a table. */
static bool counts(const voting *v, const ac_tagged *t, bool alone)
{
    const ac_note *note = v->note;
    int32_t doubtful = t->token_end < note->tokens.n && note->phi_words[t->token_end] & eponym_noun;
    bool named = false;
    int commas = 0;
    if (alone && t->token_end == t->token_begin + 1 && note->tokens.at[t->token_begin].end == note->tokens.at[t->token_begin].begin + 1)
        return false; /* one letter: group O, vitamin A */
    for (uint32_t i = t->token_begin; i < t->token_end; i++) {
        const ac_token *token = &note->tokens.at[i];
        uint8_t bits = note->name_words[i];
        commas += note->text.p[token->begin] == ',';
        if (commas > 1 || (i > t->token_begin && token->shape & AC_SHAPE_LINE_START))
            return false;
        named = named || (bits & PERSON_OR_PLACE && !(bits & AC_NAME_WORD_MAYBE));
        doubtful += bits & AC_NAME_WORD_CLINICAL || note->phi_words[i] & no_name || (alone && in_lexicon(note, i));
    }
    return t->margin >= (doubtful ? doubtful * (int32_t)DOUBTFUL : named ? (int32_t)NAMED : (int32_t)UNNAMED);
}

/* One tagged span and the rules' items from *next on that it overlaps: those of its kind grow to it, around others it is cut. */
static ac_rc join_one(voting *v, size_t tag, size_t *next, ac_err *err)
{
    ac_phi_item mine = tagged_item(v, tag);
    mine.span = trimmed(v, mine.span);
    const ac_phi_list *phi = &v->note->phi;
    bool joined = false;
    if (v->out.n && v->out.at[v->out.n - 1].span.end > mine.span.begin)
        mine.span.begin = v->out.at[v->out.n - 1].span.end;
    for (; *next < phi->n && phi->at[*next].span.begin < mine.span.end; ++*next) {
        ac_phi_item item = phi->at[*next];
        if (same_name(v, &item, tag) && (!joined || item.type == mine.type)) {
            ac_span span = { mine.span.begin < item.span.begin ? mine.span.begin : item.span.begin,
                             mine.span.end > item.span.end ? mine.span.end : item.span.end };
            mine = item;
            mine.span = span;
            mine.method = AC_METHOD_VOTE;
            joined = true;
            continue;
        }
        ac_phi_item rest = mine;
        rest.span.end = item.span.begin;
        AC_TRY(err, keep_trimmed(v, rest, err));
        AC_TRY(err, keep(v, item, err));
        rest = tagged_item(v, tag);
        rest.span = ac_span_of(item.span.end, mine.span.end > item.span.end ? mine.span.end : item.span.end);
        mine = rest;
        joined = false;
    }
    return joined ? keep(v, mine, err) : keep_trimmed(v, mine, err);
}

/* All that the rules found stays; the tagger adds to it. Both ascending. */
static ac_rc join(voting *v, ac_err *err)
{
    const ac_phi_list *phi = &v->note->phi;
    size_t i = 0;
    for (size_t k = 0; k < v->tagged->n; k++) {
        for (; i < phi->n && phi->at[i].span.end <= span_of(v, k).begin; i++)
            AC_TRY(err, keep(v, phi->at[i], err));
        bool alone = i == phi->n || phi->at[i].span.begin >= span_of(v, k).end;
        if (!counts(v, &v->tagged->at[k], alone))
            continue;
        AC_TRY(err, join_one(v, k, &i, err));
    }
    for (; i < phi->n; i++)
        AC_TRY(err, keep(v, phi->at[i], err));
    v->note->phi = v->out;
    return AC_OK;
}

/* The sentences with a capital that is not there only because they begin. */
static const bool *sentences_with_names(const ac_note *note)
{
    bool *may = ac_arena_alloc(note->arena, note->sentences.n + 1);
    for (size_t i = 0; may && i < note->sentences.n; i++) {
        const ac_sentence *s = &note->sentences.at[i];
        for (uint32_t t = s->token_begin; t < s->token_end && !may[i]; t++)
            may[i] = note->tokens.at[t].shape & AC_SHAPE_INITIAL_UPPER && (t > s->token_begin || note->name_words[t] & PERSON_OR_PLACE);
    }
    return may;
}

ac_rc ac_step_phi_tags(ac_note *note, ac_err *err)
{
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        const ac_tag_model *m = models[i].lang == note->lang ? ac_tag_model_find(ac_sv_z(models[i].model)) : NULL;
        ac_tag_input in;
        ac_tagged_list tagged = { 0 };
        if (!m)
            continue;
        AC_TRY(err, ac_tag_input_of(note, &in, err));
        in.wanted = models[i].wanted ? models[i].wanted(note) : NULL;
        if ((models[i].wanted && !in.wanted) || !ac_note_wants_open(note, &in.wanted))
            return ac_fail(err, AC_ELIMIT, "no room to tag a note");
        AC_TRY(err, ac_tag_run(m, &in, &tagged, err));
        voting v = { .note = note, .m = m, .how = &models[i], .tagged = &tagged };
        AC_TRY(err, models[i].merge(&v, err));
    }
    return AC_OK;
}
