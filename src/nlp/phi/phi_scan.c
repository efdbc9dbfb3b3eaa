#include "nlp/phi/phi_scan.h"

#include "nlp/text/fold.h"
#include "nlp/lexicon/terms.h"

enum { CAPS_WORDS = 20, EVERYDAY_TOKENS = 100, EVERYDAY_WORDS = 2, MEANINGS_MAX = 16, HITS_MAX = 8, TOKENS_MAX = 12 };

ac_sv ac_phi_core(const ac_phi_scan *s, size_t i)
{
    ac_sv t = ac_token_text(s->note, (uint32_t)i);
    if (t.n > 2 && (t.p[t.n - 1] == 's' || t.p[t.n - 1] == 'S') && t.p[t.n - 2] == '\'')
        t.n -= 2;
    else if (t.n > 4 && t.p[t.n - 1] == 's' && ac_sv_ends(ac_sv_sub(t, 0, t.n - 1), AC_SV("\xE2\x80\x99")))
        t.n -= 4;
    return t;
}

size_t ac_phi_token_from(const ac_phi_scan *s, size_t i, uint32_t at)
{
    while (i < s->n && ac_phi_tok(s, i)->begin < at)
        i++;
    return i;
}

/* How many tokens lie under folded [begin, end) that starts with token i; 0 when it ends inside a word. */
static uint8_t tokens_under(const ac_phi_scan *s, size_t i, ac_term_hit hit)
{
    uint32_t end = ac_fold_span(&s->note->folded, s->note->text, hit.begin, hit.end).end;
    size_t k = i;
    while (k < s->n && k < i + TOKENS_MAX && ac_phi_tok(s, k)->begin < end)
        k++;
    ac_sv last = ac_phi_core(s, k - 1);
    return (uint32_t)(last.p + last.n - s->note->text.p) <= end ? (uint8_t)(k - i) : 0;
}

static void look_up_words(ac_phi_scan *s, size_t i)
{
    const ac_note *note = s->note;
    ac_phi_token *t = &s->tok[i];
    const ac_terms *words = ac_terms_phi();
    ac_term_hit hit;
    if (!ac_terms_longest(words, &note->folded, note->text, t->fold, note->lang, &hit))
        return;
    ac_sv surface = ac_term_surface(&hit, &note->folded, note->text);
    size_t guard = MEANINGS_MAX;
    for (const ac_term *m = hit.terms; m && guard--; m = ac_term_next(words, m, surface, note->lang)) {
        t->words |= AC_PHI_BIT(m->value);
        if (m->flags & AC_TERM_AMBIGUOUS)
            t->unsure |= AC_PHI_BIT(m->value);
    }
    if (ac_phi_word_at(s, i))
        s->words[i] = t->words;
    t->words_n = tokens_under(s, i, hit);
    if (!t->words_n)
        t->words = t->unsure = 0;
}

static void add_meaning(ac_phi_token *t, const ac_term *m, bool alone, uint8_t n)
{
    unsigned bit = AC_NAME_BIT(m->value);
    bool sure = !(m->flags & AC_TERM_AMBIGUOUS);
    if (bit & AC_NAME_REGION) {
        if (n > t->region_n) {
            t->region = 0;
            t->region_sure = false;
        }
        t->region_n = n;
        t->region |= (uint16_t)bit;
        t->region_sure = t->region_sure || sure;
    }
    if (alone && sure)
        t->sure |= (uint16_t)bit;
    else if (alone)
        t->maybe |= (uint16_t)bit;
}

static void look_up_names(ac_phi_scan *s, size_t i)
{
    const ac_note *note = s->note;
    const ac_terms *names = ac_terms_names();
    ac_term_hit hits[HITS_MAX];
    size_t n = ac_terms_all(names, &note->folded, note->text, s->tok[i].fold, note->lang, hits, HITS_MAX);
    for (size_t k = 0; k < n; k++) {
        uint8_t under = tokens_under(s, i, hits[k]);
        if (!under)
            continue;
        ac_sv surface = ac_term_surface(&hits[k], &note->folded, note->text);
        size_t guard = MEANINGS_MAX;
        for (const ac_term *m = hits[k].terms; m && guard--; m = ac_term_next(names, m, surface, note->lang))
            add_meaning(&s->tok[i], m, under == 1, under);
    }
    ac_term_hit clinical;
    if ((s->tok[i].words & AC_PHI_BIT(AC_PHI_WORD_STOP)) && !(s->tok[i].sure | s->tok[i].maybe | s->tok[i].region))
        return; /* no name anyway, so nothing asks whether it is a term: the lexicon is large and slow to reach */
    if (ac_terms_longest(ac_terms_lexicon(), &note->folded, note->text, s->tok[i].fold, note->lang, &clinical) &&
        tokens_under(s, i, clinical))
        s->tok[i].flags |= AC_PHI_TOK_CLINICAL;
}

static bool capital(ac_sv word)
{
    /* Latin-1 and Latin Extended-A capitals are enough here: the token's shape knows the rest */
    return word.n && (ac_is_upper(word.p[0]) || (word.n > 1 && (unsigned char)word.p[0] == 0xC3 &&
                                                 (unsigned char)word.p[1] >= 0x80 && (unsigned char)word.p[1] <= 0x9E));
}

/* "her husband", "his sister" before token i. */
static bool relative_before(const ac_phi_scan *s, size_t i)
{
    static const ac_sv owners[] = { { "his", 3 }, { "her", 3 }, { "my", 2 } };
    if (s->note->lang != AC_LANG_EN || i < 2 || s->tok[i - 1].words_n != 1 || !(s->tok[i - 1].words & AC_PHI_BIT(AC_PHI_WORD_KIN)))
        return false;
    if (ac_phi_core(s, i - 1).n < ac_token_text(s->note, (uint32_t)(i - 1)).n)
        return false; /* "my mother's side" */
    bool owned = ac_phi_core(s, i - 2).n < ac_token_text(s->note, (uint32_t)(i - 2)).n;
    for (size_t k = 0; k < sizeof owners / sizeof owners[0]; k++)
        owned = owned || ac_sv_eq_nocase(ac_token_text(s->note, (uint32_t)(i - 2)), owners[k]);
    return owned;
}

/* "dr", "mrs." before token i; written out ("nurse", "father") they are ordinary words. */
static bool title_before(const ac_phi_scan *s, size_t i)
{
    const uint64_t titles = AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE);
    size_t k = i > 1 && ac_phi_char(s, i - 1, '.') ? i - 2 : i - 1;
    return i > 0 && s->note->lang == AC_LANG_EN && (s->tok[k].words & titles) && !(s->tok[k].unsure & titles) && ac_phi_core(s, k).n <= 3;
}

/* A verb or a small word, as behind names. Words are looked up from left to right: what stands behind is not known yet. */
static bool goes_on(ac_phi_scan *s, size_t i)
{
    const ac_note *note = s->note;
    ac_term_hit hit;
    uint32_t at = s->tok[i - 1].fold;
    while (at < note->folded.text.n && note->folded.src[at] < ac_phi_tok(s, i)->begin)
        at++;
    if (!ac_phi_word_at(s, i) || ac_phi_line_start(s, i) || !ac_terms_longest(ac_terms_phi(), &note->folded, note->text, at, note->lang, &hit))
        return false;
    const uint64_t behind = AC_PHI_BIT(AC_PHI_WORD_PERSON_VERB) | AC_PHI_BIT(AC_PHI_WORD_NAME_BEFORE) | AC_PHI_BIT(AC_PHI_WORD_STOP);
    ac_sv surface = ac_term_surface(&hit, &note->folded, note->text);
    size_t guard = MEANINGS_MAX;
    for (const ac_term *m = hit.terms; m && guard--; m = ac_term_next(ac_terms_phi(), m, surface, note->lang))
        if (behind >> m->value & 1)
            return true;
    return false;
}

/* Who types in haste, and speech recognition, write names in lower case: after "my name is", "dr", "her husband" one that is a
 * name and nothing else counts as if it had its capital, and so does the name behind it. */
static void spoken_name(ac_phi_scan *s, size_t i)
{
    const uint64_t cue = AC_PHI_BIT(AC_PHI_WORD_NAME_CUE);
    const uint64_t any = cue | AC_PHI_BIT(AC_PHI_WORD_KIN) | AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE);
    bool after_cue = false, after_name = i > 0 && (s->tok[i - 1].flags & AC_PHI_TOK_SPOKEN);
    uint64_t near = (i > 0 ? s->tok[i - 1].words : 0) | (i > 1 ? s->tok[i - 2].words : 0) | (i > 2 ? s->tok[i - 3].words : 0);
    if (!(near & any) && !after_name)
        return; /* most words */
    for (size_t k = 1; k <= 3 && k <= i; k++)
        after_cue = after_cue || (s->tok[i - k].words_n == k && (s->tok[i - k].words & cue) &&
                                  !(s->tok[i - k].unsure & cue));
    ac_phi_token *t = &s->tok[i];
    if (t->words || ac_phi_core(s, i).n < 3)
        return;
    bool title = title_before(s, i);
    bool relative = relative_before(s, i);
    if (!(after_cue || after_name || title || relative))
        return;
    look_up_names(s, i);
    bool known = ((t->sure | t->maybe) & AC_NAME_PERSON) != 0;
    bool told = (title && (ac_phi_char(s, i + 1, '.') || ac_phi_char(s, i + 1, ',') || i + 1 == s->n)) ||
                (relative && known && s->note->tokens.n > i + 1 && goes_on(s, i + 1) && !ac_sv_ends(ac_phi_core(s, i), AC_SV("ly")));
    bool name = !(t->flags & AC_PHI_TOK_CLINICAL) &&
                (after_name || title || (relative && told && ac_phi_core(s, i).n > 3) ? told || known : t->sure & AC_NAME_PERSON);
    if (!name)
        t->sure = t->maybe = t->region = t->region_n = 0;
    else
        t->flags |= AC_PHI_TOK_SPOKEN | AC_PHI_TOK_CAP;
}

static void look_up(ac_phi_scan *s, size_t i)
{
    const ac_token *token = ac_phi_tok(s, i);
    ac_phi_token *t = &s->tok[i];
    if (token->kind == AC_TOKEN_WORD || token->kind == AC_TOKEN_NUMBER)
        look_up_words(s, i);
    if (token->kind != AC_TOKEN_WORD)
        return;
    ac_sv word = ac_phi_core(s, i);
    if (!capital(word) && !(token->shape & AC_SHAPE_INITIAL_UPPER)) {
        spoken_name(s, i);
        return;
    }
    t->flags |= AC_PHI_TOK_CAP;
    if (word.n == 1 || (word.n == 2 && (unsigned char)word.p[0] >= 0x80))
        t->flags |= AC_PHI_TOK_INITIAL;
    else
        look_up_names(s, i);
}

/* Behind a full stop and a word in lower case that is no title: a capital there says nothing, whatever became of the
 * sentence. */
static bool after_full_stop(const ac_phi_scan *s, size_t i)
{
    const uint64_t titles = AC_PHI_BIT(AC_PHI_WORD_TITLE) | AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE);
    return ac_phi_char(s, i - 1, '.') && !ac_phi_joined(s, i) && ac_phi_joined(s, i - 1) && ac_phi_word_at(s, i - 2) &&
           !ac_phi_flag(s, i - 2, AC_PHI_TOK_CAP) && !ac_phi_is(s, i - 2, titles) && ac_phi_core(s, i - 2).n > 2;
}

/* No term of the lexicon stands in it. Only short texts are asked: the lexicon is slow to reach. */
static bool everyday(const ac_phi_scan *s)
{
    const ac_note *note = s->note;
    ac_term_hit hit;
    if (s->n > EVERYDAY_TOKENS || note->lang != AC_LANG_EN || note->dialogue)
        return false;
    size_t prose = 0, capitals = 0;
    for (size_t i = 0; i < s->n; i++) {
        bool word = ac_phi_word_at(s, i) && ac_fold_word_starts(note->folded.text, s->tok[i].fold);
        prose += word && !(s->tok[i].flags & AC_PHI_TOK_CAP);
        capitals += (ac_phi_tok(s, i)->shape & AC_SHAPE_ALL_UPPER) != 0;
        if (s->tok[i].words && ((s->tok[i].unsure & AC_PHI_BIT(AC_PHI_WORD_STOP)) || ac_phi_label_begins(s, i)))
            return false; /* "symptoms"; a form */
        if (word && ac_phi_core(s, i).n > 2 && ac_terms_longest(ac_terms_lexicon(), &note->folded, note->text, s->tok[i].fold, note->lang, &hit) &&
            tokens_under(s, i, hit))
            return false;
    }
    return prose >= EVERYDAY_WORDS && prose > capitals;
}

/* A note typed in capitals, or printed by a system that knows no others. */
static bool mostly_capitals(const ac_note *note)
{
    size_t words = 0, capitals = 0;
    for (size_t i = 0; i < note->tokens.n; i++) {
        words += note->tokens.at[i].kind == AC_TOKEN_WORD;
        capitals += (note->tokens.at[i].shape & AC_SHAPE_ALL_UPPER) != 0;
    }
    return words >= CAPS_WORDS && capitals * 2 > words;
}

static uint8_t name_word(const ac_phi_token *t)
{
    unsigned both = t->sure | t->maybe, bits = 0;
    bits |= both & AC_NAME_ANY_FIRST ? AC_NAME_WORD_FIRST : 0u;
    bits |= both & AC_NAME_BIT(AC_NAME_SURNAME) ? AC_NAME_WORD_SURNAME : 0u;
    bits |= bits && !(t->sure & AC_NAME_PERSON) ? AC_NAME_WORD_MAYBE : 0u;
    bits |= t->region ? AC_NAME_WORD_PLACE : 0u;
    bits |= t->region && t->region_sure ? AC_NAME_WORD_PLACE_SURE : 0u;
    return (uint8_t)(bits | (t->flags & AC_PHI_TOK_CLINICAL ? AC_NAME_WORD_CLINICAL : 0u));
}

ac_rc ac_phi_scan_init(ac_phi_scan *s, ac_note *note, ac_err *err)
{
    *s = (ac_phi_scan) { .note = note, .n = note->tokens.n, .caps = mostly_capitals(note) };
    s->tok = ac_arena_alloc(note->arena, (s->n + 1) * sizeof *s->tok);
    note->phi_words = s->words = s->tok ? ac_arena_alloc(note->arena, (s->n + 1) * sizeof *s->words) : NULL;
    uint8_t *names = s->words ? ac_arena_alloc(note->arena, s->n + 1) : NULL;
    note->name_words = names;
    if (!names)
        return ac_fail(err, AC_ELIMIT, "no room for the tokens of PHI detection");
    const ac_folded *f = &note->folded;
    for (size_t i = 0; i < s->n; i++) {
        uint32_t at = ac_token_fold(note, (uint32_t)i);
        s->tok[i].fold = at;
        if (at < f->text.n && f->src[at] == ac_phi_tok(s, i)->begin && ac_fold_word_starts(f->text, at))
            look_up(s, i);
        names[i] = name_word(&s->tok[i]);
    }
    for (size_t k = 0; k < note->sentences.n; k++)
        if (note->sentences.at[k].token_begin < s->n)
            s->tok[note->sentences.at[k].token_begin].flags |= AC_PHI_TOK_SENTENCE;
    for (size_t i = 2; i < s->n; i++)
        if (after_full_stop(s, i))
            s->tok[i].flags |= AC_PHI_TOK_SENTENCE;
    s->everyday = everyday(s);
    return AC_OK;
}

/* ---- candidates ------------------------------------------------------------------------------------------------ */

static bool trims(char c)
{
    return ac_is_space(c) || c == '.' || c == ',' || c == ';' || c == ':' || c == '-' || c == '/' || c == '"' ||
           c == '\'' || c == '#' || c == '*' || c == '_';
}

/* "[PATIENT]": the tag that de-identification has left, no identifier. */
static bool is_tag(ac_sv t, ac_span span)
{
    span.begin -= span.begin > 0 && t.p[span.begin] != '[';
    span.end += span.end < t.n && t.p[span.end - 1] != ']';
    if (ac_span_len(span) < 3 || t.p[span.begin] != '[' || t.p[span.end - 1] != ']')
        return false;
    for (uint32_t i = span.begin + 1; i + 1 < span.end; i++)
        if (!ac_is_upper(t.p[i]) && t.p[i] != '_')
            return false;
    return true;
}

ac_phi_item *ac_phi_add(ac_phi_scan *s, ac_span span, ac_phi_type type, float confidence, const char *reason)
{
    const char *p = s->note->text.p;
    while (span.begin < span.end && trims(p[span.begin]))
        span.begin++;
    while (span.begin < span.end && trims(p[span.end - 1]))
        span.end--;
    if (span.begin >= span.end || is_tag(s->note->text, span))
        return NULL;
    ac_phi_item *item = ac_vec_push(&s->found, s->note->arena);
    if (!item) {
        s->full = true;
        return NULL;
    }
    *item = (ac_phi_item) {
        .span = span, .type = (uint8_t)type, .method = AC_METHOD_RULE, .confidence = confidence, .reason = reason
    };
    return item;
}

ac_phi_item *ac_phi_add_tokens(ac_phi_scan *s, size_t begin, size_t end, ac_phi_type type, float confidence,
                               const char *reason)
{
    if (begin >= end || end > s->n)
        return NULL;
    ac_sv last = ac_phi_core(s, end - 1);
    uint32_t to = (uint32_t)(last.p + last.n - s->note->text.p);
    /* an initial keeps its full stop: "Jennifer A." */
    bool name = type == AC_PHI_PATIENT || type == AC_PHI_STAFF || type == AC_PHI_RELATIVE || type == AC_PHI_NAME;
    if (name && ac_phi_flag(s, end - 1, AC_PHI_TOK_INITIAL) && ac_phi_char(s, end, '.') && ac_phi_joined(s, end))
        to = ac_phi_tok(s, end)->end;
    ac_phi_item *item = ac_phi_add(s, ac_span_of(ac_phi_tok(s, begin)->begin, to), type, confidence, reason);
    if (item && name)
        item->span.end = to;
    return item;
}
