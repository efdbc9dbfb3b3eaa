#include "nlp/context/context_scan.h"

#include "base/search.h"
#include "nlp/lexicon/terms.h"

enum { LIST_TOKENS = 40 }; /* a list that a word after it denies: "A, B, C and D were negative" */

/* Usual reach of each kind. Words that deny run through lists; words of doubt mean the next thing only, so that
 * "possible pneumonia, hypertension" leaves the second alone; an "if" holds for the whole of its clause. */
static const struct {
    uint8_t reach, limit;
} usual[AC_CUE_COUNT] = {
    [AC_CUE_ABSENT_PRE] = { AC_REACH_LIST, 60 },
    [AC_CUE_ABSENT_POST] = { AC_REACH_PHRASE, 14 },
    [AC_CUE_NEGATIVE_POST] = { AC_REACH_PHRASE, 10 },
    [AC_CUE_POSSIBLE_PRE] = { AC_REACH_PHRASE, 12 },
    [AC_CUE_POSSIBLE_POST] = { AC_REACH_PHRASE, 8 },
    [AC_CUE_CONDITIONAL_PRE] = { AC_REACH_PHRASE, 8 },
    [AC_CUE_CONDITIONAL_POST] = { AC_REACH_PHRASE, 6 },
    [AC_CUE_HYPOTHETICAL_PRE] = { AC_REACH_SENTENCE, 80 },
    [AC_CUE_HYPOTHETICAL_POST] = { AC_REACH_PHRASE, 8 },
    [AC_CUE_HISTORICAL_PRE] = { AC_REACH_LIST, 60 },
    [AC_CUE_HISTORICAL_POST] = { AC_REACH_PHRASE, 12 },
    [AC_CUE_FAMILY] = { AC_REACH_SENTENCE, 60 },
    [AC_CUE_PLANNED_PRE] = { AC_REACH_PHRASE, 14 },
    [AC_CUE_PLANNED_POST] = { AC_REACH_PHRASE, 14 },
    [AC_CUE_TARGET_PRE] = { AC_REACH_PHRASE, 4 },
    [AC_CUE_TARGET_POST] = { AC_REACH_PHRASE, 1 },
    [AC_CUE_PROVOKES] = { AC_REACH_LIST, 10 },
    [AC_CUE_ALLERGY_PRE] = { AC_REACH_LIST, 60 },
    [AC_CUE_ALLERGY_POST] = { AC_REACH_PHRASE, 4 },
};

void ac_cue_reach(ac_cue_hit *hit)
{
    hit->reach = usual[hit->kind].reach;
    hit->limit = usual[hit->kind].limit;
    ac_sv cell = hit->row == AC_NONE ? AC_SV("") : ac_terms_cell(ac_terms_context(), hit->row, 0);
    if (cell.n == 0)
        return;
    if (ac_is_digit(cell.p[0])) {
        hit->limit = (uint8_t)(cell.p[0] - '0');
        return;
    }
    hit->after_denial = ac_sv_eq(cell, AC_SV("denied"));
    static const struct {
        ac_sv word;
        uint8_t reach;
    } words[] = { { AC_SV("phrase"), AC_REACH_PHRASE },   { AC_SV("series"), AC_REACH_SERIES },
                  { AC_SV("list"), AC_REACH_LIST },       { AC_SV("through"), AC_REACH_THROUGH },
                  { AC_SV("sentence"), AC_REACH_SENTENCE } };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (ac_sv_eq(words[i].word, cell))
            hit->reach = words[i].reach;
}

static bool heeds_term(const ac_cue_hit *h)
{
    return h->kind != AC_CUE_FAMILY && h->reach != AC_REACH_SENTENCE;
}

static bool ends_scope(const ac_cue_hit *h, uint16_t m)
{
    return (m & (AC_MARK_STOP | AC_MARK_TERM_ALL)) || ((m & AC_MARK_TERM) && heeds_term(h));
}

/* The first entity that begins at or after token t. */
static size_t entity_from(const ac_cue_sentence *s, uint32_t t)
{
    const ac_entities *e = &s->note->entities;
    uint32_t begin = s->note->tokens.at[t].begin;
    return AC_COUNT_BEFORE(i, e->n, e->at[i].span.begin < begin);
}

/* "No fiebre, tos, disnea.": three symptoms or more to the end of the sentence, and hardly another word, are one list. Diseases
 * are not: in "no alergias, HTA, asma" what follows the comma is there. */
static bool only_symptoms(const ac_cue_sentence *s, uint32_t from, uint32_t limit)
{
    enum { ITEM_WORDS = 3, ITEMS_MIN = 3 };
    const ac_entities *e = &s->note->entities;
    size_t i = from < s->end ? entity_from(s, from) : e->n;
    uint32_t items = 0, words = 0, symptoms = 0;
    for (uint32_t t = from; t <= limit; t++) {
        bool over = t >= s->end || (s->marks[t] & AC_MARK_STOP) || s->note->text.p[s->note->tokens.at[t].begin] == '.';
        if (!over && !(s->marks[t] & AC_MARK_COMMA)) {
            words++;
            continue;
        }
        uint32_t end = t < s->end ? s->note->tokens.at[t].begin : s->note->tokens.at[s->end - 1].end;
        for (symptoms = 0; i < e->n && e->at[i].span.end <= end; i++)
            symptoms += e->at[i].kind == AC_KIND_SYMPTOM;
        if (symptoms != 1 || words > ITEM_WORDS)
            return false;
        items++;
        words = 0;
        if (over)
            return items >= ITEMS_MIN;
    }
    return false;
}

/* Does the list that starts at token t close with "or", "ni"? */
static bool series_closes(const ac_cue_sentence *s, const ac_cue_hit *h, uint32_t t, uint32_t limit)
{
    if (only_symptoms(s, h->token_end, limit))
        return true;
    for (; t < limit && !ends_scope(h, s->marks[t]); t++)
        if (s->marks[t] & AC_MARK_OR)
            return true;
    return false;
}

/* "no fever, chills, her lungs are clear": the item after this comma or "and" has a verb of its own. Not so in "no murmur, rub
 * or gallop is heard": there the verb is the whole list's. */
static bool new_clause(const ac_cue_sentence *s, uint32_t t, uint32_t limit, uint16_t verbs)
{
    for (; t < limit && !ac_mark_breaks(s->marks[t]) && !(s->marks[t] & (AC_MARK_AND | AC_MARK_OR)); t++)
        if (s->marks[t] & verbs)
            return true;
    return false;
}

/* Another cue takes over: one of the same kind always, one that says something else when a new item starts with it. */
static bool takes_over(const ac_cue_sentence *s, const ac_cue_hit *h, const ac_cue_hit *other)
{
    if (other->kind == h->kind)
        return true;
    if (h->kind == AC_CUE_FAMILY || h->kind == AC_CUE_HYPOTHETICAL_PRE || other->kind == AC_CUE_FAMILY)
        return false;
    if (ac_cue_direction((ac_cue)other->kind) != '>' || other->token_begin == s->begin)
        return false;
    return s->marks[other->token_begin - 1] & (AC_MARK_COMMA | AC_MARK_AND);
}

static bool taken_over_at(const ac_cue_sentence *s, const ac_cue_hit *h, size_t *k, uint32_t t)
{
    const ac_cue_hits *hits = s->hits;
    while (*k < hits->n && hits->at[*k].token_begin < t)
        (*k)++;
    for (size_t i = *k; i < hits->n && hits->at[i].token_begin == t; i++)
        if (takes_over(s, h, &hits->at[i]))
            return true;
    return false;
}

typedef struct {
    uint32_t t, limit, comma; /* comma: the last one passed, or AC_NONE */
    int depth;                /* of brackets opened inside the scope */
    bool lists;               /* commas do not end it */
    bool series_asked;
    bool closed;              /* "or", "ni" was passed */
} walk;

/* The verbs that make a new clause of a list item. What was said of risks ("... DVT, PE were explained") belongs to their list. */
static uint16_t clause_verbs(const ac_cue_hit *h, bool seen)
{
    return seen && h->kind != AC_CUE_HYPOTHETICAL_PRE ? AC_MARK_VERB | AC_MARK_SEEN : AC_MARK_VERB;
}

static bool passes_comma(const ac_cue_sentence *s, const ac_cue_hit *h, walk *w)
{
    if (h->reach == AC_REACH_SERIES && !w->series_asked) {
        w->series_asked = true;
        w->lists = series_closes(s, h, w->t, w->limit);
    }
    w->comma = w->t;
    return w->lists && (h->reach == AC_REACH_SENTENCE || !new_clause(s, w->t + 1, w->limit, clause_verbs(h, true)));
}

/* "No se explora por dolor", "medication held for bleeding": why something was not done is there. */
static bool gives_reason(const ac_cue_sentence *s, const ac_cue_hit *h, uint32_t t)
{
    static const ac_sv words[] = { AC_SV("por"), AC_SV("dado"), AC_SV("dada"), AC_SV("debido") };
    const ac_token *k = &s->note->tokens.at[t];
    if (h->kind != AC_CUE_ABSENT_PRE || t <= h->token_end || k->kind != AC_TOKEN_WORD)
        return false;
    ac_sv w = ac_sv_sub(s->note->text, k->begin, k->end);
    if (h->reach == AC_REACH_PHRASE && ac_sv_eq_nocase(w, AC_SV("for")))
        return true;
    for (size_t i = 0; s->note->lang == AC_LANG_ES && i < sizeof words / sizeof words[0]; i++)
        if (ac_sv_eq_nocase(w, words[i]))
            return true;
    return false;
}

/* True when the scope ends before token w->t. */
static bool ends_here(const ac_cue_sentence *s, const ac_cue_hit *h, walk *w)
{
    uint16_t m = s->marks[w->t];
    if (ends_scope(h, m))
        return true;
    if (m & AC_MARK_OPEN)
        w->depth++;
    if ((m & AC_MARK_CLOSE) && --w->depth < 0)
        return true;
    if ((m & AC_MARK_COLON) && w->t + 1 < s->end && h->reach != AC_REACH_SENTENCE && w->comma != AC_NONE) {
        w->t = w->comma; /* "no fever, Lungs: clear": a new heading began after the comma */
        return true;
    }
    if (m & AC_MARK_COMMA)
        return !passes_comma(s, h, w);
    w->closed |= (m & AC_MARK_OR) != 0;
    if ((m & AC_MARK_AND) && h->kind == AC_CUE_ABSENT_PRE && h->reach == AC_REACH_SERIES &&
        (w->closed || !series_closes(s, h, w->t, w->limit)))
        return true; /* Spanish goes on denying with "ni": "sin coágulos y tenesmo" has the tenesmus */
    return (m & AC_MARK_AND) && heeds_term(h) &&
           new_clause(s, w->t + 1, w->limit, clause_verbs(h, w->comma == AC_NONE));
}

static uint32_t change_end(const ac_cue_sentence *s, uint32_t t)
{
    while (t < s->end && (s->marks[t] & AC_MARK_CHANGE))
        t++;
    return t;
}

/* What ends scopes elsewhere belongs to the cue right behind it: the verb of "was not treated with" and "no presentaba" is
 * denied itself, "may be due to" doubts the cause, and "if the patient has" supposes of the patient. */
static uint32_t past_own_words(const ac_cue_sentence *s, const ac_cue_hit *h, uint32_t t)
{
    uint16_t own = 0;
    if (h->kind == AC_CUE_POSSIBLE_PRE || h->kind == AC_CUE_ABSENT_PRE)
        own = AC_MARK_ASSERT;
    else if (h->kind == AC_CUE_HYPOTHETICAL_PRE)
        own = AC_MARK_ASSERT | AC_MARK_TERM_ALL;
    while (t < s->end && (s->marks[t] & own) && !(s->marks[t] & AC_MARK_COMMA))
        t++;
    return t;
}

static uint32_t forward_end(const ac_cue_sentence *s, size_t i)
{
    const ac_cue_hit *h = &s->hits->at[i];
    walk w = { .t = h->token_end, .comma = AC_NONE, .lists = h->reach >= AC_REACH_LIST };
    while (w.t < s->end && (s->marks[w.t] & (AC_MARK_COLON | AC_MARK_DASH)))
        w.t++;
    w.t = past_own_words(s, h, w.t);
    w.limit = s->end - w.t > h->limit ? w.t + h->limit : s->end;
    size_t k = i + 1;
    for (; w.t < w.limit; w.t++) {
        if (taken_over_at(s, h, &k, w.t) || ends_here(s, h, &w) || gives_reason(s, h, w.t))
            break;
        if ((s->marks[w.t] & AC_MARK_CHANGE) && h->kind == AC_CUE_ABSENT_PRE && h->reach < AC_REACH_THROUGH)
            w.limit = change_end(s, w.t);
    }
    return w.t;
}

/* Where the scope of the hit of the same kind before ends, or the start of the sentence. */
static uint32_t floor_of(const ac_cue_sentence *s, size_t i)
{
    for (size_t k = i; k-- > s->first_hit;)
        if (s->hits->at[k].kind == s->hits->at[i].kind)
            return s->hits->at[k].token_end;
    return s->begin;
}

static uint32_t backward_begin(const ac_cue_sentence *s, size_t i, uint32_t floor)
{
    const ac_cue_hit *h = &s->hits->at[i];
    uint32_t t = h->token_begin;
    uint16_t skip = AC_MARK_COLON | AC_MARK_DASH;
    if (h->token_end == s->end || (s->marks[h->token_end] & AC_MARK_STOP))
        skip |= AC_MARK_COMMA; /* "bowel obstruction, resolved." */
    while (t > floor && (s->marks[t - 1] & skip))
        t--;
    if (t > floor + 1 && (s->marks[t - 1] & AC_MARK_COMMA) && (s->marks[t - 2] & AC_MARK_OR))
        t--; /* "a stroke, a haematoma, etc., should be ruled out" */
    bool in_list = h->reach >= AC_REACH_LIST;
    int depth = 0;
    for (uint32_t steps = 0; t > floor && steps < (in_list ? LIST_TOKENS : h->limit); t--, steps++) {
        uint16_t m = s->marks[t - 1];
        if (ends_scope(h, m))
            break;
        if (m & AC_MARK_CLOSE)
            depth++;
        if ((m & AC_MARK_OPEN) && --depth < 0)
            break;
        if (m & (AC_MARK_AND | AC_MARK_OR))
            in_list = true; /* "fever, chills and cough absent" */
        if ((m & AC_MARK_COMMA) && !in_list)
            break;
    }
    return t;
}

static void set_scope(const ac_cue_sentence *s, ac_cue_hit *h, uint32_t begin, uint32_t end)
{
    const ac_token *tok = s->note->tokens.at;
    while (end > begin && (s->marks[end - 1] & (AC_MARK_COMMA | AC_MARK_AND)))
        end--;
    h->scope = begin < end ? (ac_span) { tok[begin].begin, tok[end - 1].end } : (ac_span) { h->cue.end, h->cue.end };
}

/* A cue that looks back a word or two means the whole term in front of it: "heart failure clinic". */
static void take_whole_term(const ac_cue_sentence *s, ac_cue_hit *h)
{
    const ac_entities *e = &s->note->entities;
    size_t next = h->scope.begin < h->cue.begin ? entity_from(s, ac_note_token_at(s->note, h->scope.begin)) : 0;
    if (next > 0 && e->at[next - 1].span.end > h->scope.begin && e->at[next - 1].span.end <= h->cue.begin)
        h->scope.begin = e->at[next - 1].span.begin;
}

static bool leads_to_relative(const ac_cue_sentence *s, uint32_t token)
{
    static const ac_sv words[] = { AC_SV("in"), AC_SV("en"), AC_SV("on"), AC_SV("of"), AC_SV("de"), AC_SV("runs") };
    const ac_token *t = &s->note->tokens.at[token];
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (ac_sv_eq_nocase(ac_sv_sub(s->note->text, t->begin, t->end), words[i]))
            return true;
    return false;
}

/* "breast cancer in her mother": the relative closes the phrase instead of opening it. */
static bool closes_phrase(const ac_cue_sentence *s, const ac_cue_hit *h)
{
    if (leads_to_relative(s, h->token_begin)) /* "runs in the family" */
        return true;
    for (uint32_t back = 1; back <= 3 && h->token_begin >= s->begin + back; back++) {
        const ac_token *t = &s->note->tokens.at[h->token_begin - back];
        if (leads_to_relative(s, h->token_begin - back))
            return true;
        if (t->end - t->begin > 4 || t->kind != AC_TOKEN_WORD) /* only "his", "the", "su", "both" may stand between */
            return false;
    }
    return false;
}

/* What a relative says of the words before: "cancer in her mother", "cancer (mother)", "cancer: mother". Anything else, as in
 * "he was in pain and his mother drove him", is not about the relative. */
static uint32_t family_begin(const ac_cue_sentence *s, const ac_cue_hit *h, uint32_t floor)
{
    uint32_t t = h->token_begin;
    bool linked = closes_phrase(s, h);
    uint16_t marks = t > floor ? s->marks[t - 1] : 0;
    bool ends = h->token_end >= s->end || ac_mark_breaks(s->marks[h->token_end]) || (s->marks[h->token_end] & AC_MARK_AND);
    if ((marks & (AC_MARK_OPEN | AC_MARK_COLON | AC_MARK_DASH)) || ((marks & AC_MARK_COMMA) && ends)) {
        linked = true;
        t--;
    }
    if (!linked)
        return h->token_begin;
    for (int depth = 0; t > floor; t--) {
        uint16_t m = s->marks[t - 1];
        depth += m & AC_MARK_CLOSE ? 1 : 0;
        if ((m & (AC_MARK_STOP | AC_MARK_TERM_ALL | AC_MARK_VERB)) || ((m & AC_MARK_OPEN) && --depth < 0))
            break;
    }
    return t;
}

static uint32_t last_comma(const ac_cue_sentence *s, uint32_t from, uint32_t to)
{
    while (to > from && !(s->marks[to - 1] & (AC_MARK_COMMA | AC_MARK_AND)))
        to--;
    return to;
}

/* Relatives divide the sentence among them: each from where the one before ends to the next. */
static void family_scope(ac_cue_sentence *s, size_t i, uint32_t *taken)
{
    ac_cue_hit *h = &s->hits->at[i];
    uint32_t begin = family_begin(s, h, *taken), end = forward_end(s, i);
    for (size_t k = i + 1; k < s->hits->n && s->hits->at[k].token_begin <= end; k++)
        if (s->hits->at[k].kind == AC_CUE_FAMILY) {
            if (closes_phrase(s, &s->hits->at[k]))
                end = last_comma(s, h->token_end, s->hits->at[k].token_begin);
            break;
        }
    *taken = end;
    set_scope(s, h, begin, end);
}

void ac_cue_scopes_of(ac_cue_sentence *s)
{
    uint32_t taken = s->begin;
    for (size_t i = s->first_hit; i < s->hits->n; i++) {
        ac_cue_hit *h = &s->hits->at[i];
        switch (ac_cue_direction((ac_cue)h->kind)) {
        case '>':
            set_scope(s, h, h->token_end, forward_end(s, i));
            break;
        case '<':
            set_scope(s, h, backward_begin(s, i, floor_of(s, i)), h->token_begin);
            take_whole_term(s, h);
            break;
        case '=':
            family_scope(s, i, &taken);
            break;
        case '.':
            h->scope = h->cue;
            break;
        default:
            h->scope = (ac_span) { h->cue.end, h->cue.end };
        }
    }
}

/* The token of the colon that ends the sentence, or end; a stray "1." of the list may stand behind it. */
static uint32_t last_colon(const ac_cue_sentence *s)
{
    for (uint32_t t = s->end; t > s->begin && s->end - t < 4; t--) {
        if (s->marks[t - 1] & AC_MARK_COLON)
            return t - 1;
        if (s->note->tokens.at[t - 1].kind == AC_TOKEN_WORD)
            break;
    }
    return s->end;
}

bool ac_cue_leads_in(const ac_cue_sentence *s, ac_cue_hit *out)
{
    uint32_t colon = last_colon(s);
    bool found = false;
    for (size_t i = s->first_hit; colon < s->end && i < s->hits->n; i++)
        if (ac_cue_direction((ac_cue)s->hits->at[i].kind) == '>' && forward_end(s, i) >= colon) {
            *out = s->hits->at[i];
            found = true;
        }
    return found;
}
