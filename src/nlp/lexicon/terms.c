#include "nlp/lexicon/terms.h"

#include "nlp/text/fold.h"
#include "nlp/lexicon/pack.h"

#include <string.h>

/* The packs are made by lexc and linked in by packs.S (see CMakeLists.txt). */
#define PACK(set)                                                                                                      \
    extern const ac_terms ac_pack_##set;                                                                               \
    const ac_terms *ac_terms_##set(void) { return &ac_pack_##set; }

PACK(lexicon)
PACK(sections)
PACK(context)
PACK(sig)
PACK(units)
PACK(phi)
PACK(names)
PACK(guidelines)
PACK(outputs)
PACK(interview)

typedef struct {
    const ac_pack_unit *units;
    uint32_t n;
} trie;

static trie trie_of(const ac_terms *t) { return (trie) { ac_pack_at(t, t->units), t->units.n }; }

static uint32_t base_of(ac_pack_unit unit) { return unit >> AC_PACK_BASE_SHIFT; }

/* A state is the unit itself: what follows it is found without looking at it again. */
static bool step(trie t, ac_pack_unit *state, unsigned char c)
{
    uint32_t to = base_of(*state) + c;
    if (to >= t.n || (t.units[to] & AC_PACK_LABEL) != c)
        return false;
    *state = t.units[to];
    return true;
}

/* The terms that end in this state, or NULL. */
static const ac_term *terms_at(const ac_terms *t, trie tr, ac_pack_unit state)
{
    if (!step(tr, &state, 0))
        return NULL;
    return (const ac_term *)ac_pack_at(t, t->terms) + base_of(state);
}

/* The terms of a tail whose bytes start the rest of the text; n: how many bytes. NULL when they do not. */
static const ac_term *tail_terms(const ac_terms *t, ac_pack_unit state, ac_sv rest, uint32_t *n)
{
    const char *tail = (const char *)ac_pack_at(t, t->tails) + base_of(state);
    uint32_t first, k = 0;
    memcpy(&first, tail, sizeof first);
    tail += sizeof first;
    for (; tail[k]; k++)
        if (k >= rest.n || rest.p[k] != tail[k])
            return NULL;
    *n = k;
    return (const ac_term *)ac_pack_at(t, t->terms) + first;
}

/* One walk from a word start along the text. */
typedef struct {
    const ac_terms *t;
    ac_sv text; /* folded */
    uint32_t at;
    ac_pack_unit state;
    bool over;
} walk;

/* False when no term starts with the words there: most are refused here with one load, where the double array needs one
 * for each letter, and the lexicon's are slow to come. */
static bool may_start(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    if (!f->words || !f->words[at])
        return true;
    const uint64_t *starts = ac_pack_at(t, t->starts), in = starts[ac_pack_start_at(t, f->words[at])];
    uint32_t hash = 0;
    for (int words = 0; in && words < AC_PACK_START_WORDS && at < f->text.n; words++) {
        uint32_t n = f->words[at] & AC_FOLD_WORD_MAX;
        if (n == AC_FOLD_WORD_MAX)
            return true;
        hash = ac_pack_start_hash(hash, f->words[at]);
        uint64_t bits = ac_pack_start_bits(hash);
        if ((in & bits) == bits)
            return true;
        at += n;
    }
    return false;
}

static walk walk_from(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    return (walk) { .t = t, .text = f->text, .at = at, .state = trie_of(t).units[0], .over = at >= f->text.n || !may_start(t, f, at) };
}

/* The next terms that end at a word end, which is then w->at; NULL when there are no more. */
static const ac_term *next_terms(walk *w)
{
    const trie tr = trie_of(w->t);
    const ac_sv text = w->text;
    uint32_t at = w->at;
    ac_pack_unit state = w->state;
    while (!w->over && at < text.n && step(tr, &state, (unsigned char)text.p[at++])) {
        if (state & AC_PACK_TAIL) {
            uint32_t n = 0;
            const ac_term *terms = tail_terms(w->t, state, ac_sv_sub(text, at, text.n), &n);
            w->over = true;
            w->at = at + n;
            return terms && ac_fold_word_ends(text, w->at) ? terms : NULL;
        }
        const ac_term *terms = ac_fold_word_ends(text, at) ? terms_at(w->t, tr, state) : NULL;
        if (terms) {
            w->at = at;
            w->state = state;
            return terms;
        }
    }
    w->over = true;
    return NULL;
}

static bool fits(const ac_terms *t, const ac_term *m, ac_sv surface, ac_lang lang)
{
    if (!(m->langs & (1u << lang)))
        return false;
    return !(m->flags & AC_TERM_EXACT) || ac_sv_eq(ac_sv_z(ac_pack_string(t, m->surface)), surface);
}

static const ac_term *first_fit(const ac_terms *t, const ac_term *m, ac_sv surface, ac_lang lang)
{
    for (; m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
        if (fits(t, m, surface, lang))
            return m;
    return NULL;
}

const ac_term *ac_term_next(const ac_terms *t, const ac_term *term, ac_sv surface, ac_lang lang)
{
    return term->flags & AC_TERM_LAST ? NULL : first_fit(t, term + 1, surface, lang);
}

/* The first meaning that fits a term at folded [begin, end): what stands in the text is asked for only when it matters. */
static const ac_term *first_fit_at(const ac_terms *t, const ac_term *m, const ac_folded *f, ac_sv note_text, ac_span folded,
                                   ac_lang lang)
{
    if ((m->flags & (AC_TERM_EXACT | AC_TERM_LAST)) == AC_TERM_LAST)
        return m->langs & (1u << lang) ? m : NULL;
    return first_fit(t, m, ac_span_text(note_text, ac_fold_span(f, note_text, folded.begin, folded.end)), lang);
}

size_t ac_terms_all(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                    ac_term_hit *out, size_t max)
{
    walk w = walk_from(t, f, at);
    size_t n = 0;
    for (const ac_term *m; n < max && (m = next_terms(&w));)
        if ((m = first_fit_at(t, m, f, note_text, ac_span_of(at, w.at), lang)))
            out[n++] = (ac_term_hit) { at, w.at, m };
    return n;
}

bool ac_terms_longest(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                      ac_term_hit *out)
{
    walk w = walk_from(t, f, at);
    bool found = false;
    for (const ac_term *m; (m = next_terms(&w));)
        if ((m = first_fit_at(t, m, f, note_text, ac_span_of(at, w.at), lang))) {
            *out = (ac_term_hit) { at, w.at, m };
            found = true;
        }
    return found;
}

static const ac_term *whole_terms(const ac_terms *t, ac_sv folded)
{
    trie tr = trie_of(t);
    ac_pack_unit state = tr.units[0];
    uint32_t n;
    for (size_t i = 0; i < folded.n; i++) {
        if (!step(tr, &state, (unsigned char)folded.p[i]))
            return NULL;
        if (!(state & AC_PACK_TAIL))
            continue;
        ac_sv rest = ac_sv_sub(folded, i + 1, folded.n);
        const ac_term *m = tail_terms(t, state, rest, &n);
        return m && n == rest.n ? m : NULL;
    }
    return folded.n ? terms_at(t, tr, state) : NULL;
}

const ac_term *ac_terms_find(const ac_terms *t, ac_sv folded, ac_lang lang)
{
    for (const ac_term *m = whole_terms(t, folded); m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
        if (m->langs & (1u << lang))
            return m;
    return NULL;
}

/* Cell i of the strings that belong to a row; extra: how many follow the cells proper. */
static ac_sv row_string(const ac_terms *t, uint32_t row, size_t i, size_t extra)
{
    const ac_pack_row *r = (const ac_pack_row *)ac_pack_at(t, t->rows) + row;
    if (row >= t->rows.n || r->n == 0 || i >= r->n + extra)
        return (ac_sv) { "", 0 };
    const char *p = ac_pack_string(t, r->cells);
    for (; i; i--)
        p += strlen(p) + 1;
    return ac_sv_z(p);
}

ac_sv ac_terms_cell(const ac_terms *t, uint32_t row, size_t i) { return row_string(t, row, i, 0); }

ac_sv ac_terms_written(const ac_terms *t, uint32_t row)
{
    if (row >= t->rows.n)
        return (ac_sv) { "", 0 };
    return row_string(t, row, ((const ac_pack_row *)ac_pack_at(t, t->rows) + row)->n, 1);
}

size_t ac_terms_rows(const ac_terms *t) { return t->rows.n; }
