#include "nlp/lexicon/terms.h"

#include "nlp/text/fold.h"
#include "nlp/lexicon/pack.h"

#include <string.h>

/* The packs are made by lexc and linked in by packs.S (see CMakeLists.txt). */
#define PACK(set)                                                                                                      \
    extern const ac_terms ac_pack_##set;                                                                               \
    const ac_terms *ac_terms_##set(void) { return &ac_pack_##set; }
AC_PACK_SETS(PACK)
#undef PACK

#define ADDRESS(set) &ac_pack_##set,
static const ac_terms *const sets[] = { AC_PACK_SETS(ADDRESS) };
#undef ADDRESS

/* One walk from a word start along the text. */
enum { FETCH_WORDS = 4 }; /* measured: 1 saves half as much, 5 no more */

typedef struct {
    const ac_terms *t;
    const ac_folded *f;
    uint32_t begin, at;
    uint32_t hash; /* of the words between them */
    bool over;
} walk;

/* False when no term starts with the words there: most are refused here with one load from
 * a table that is small enough to be near, which the nodes are not. */
static bool may_start(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    const uint64_t *starts = ac_pack_at(t, t->starts), in = starts[ac_pack_start_at(t, f->words[at])];
    uint32_t hash = 0;
    for (int words = 0; in && words < AC_PACK_START_WORDS && at < f->text.n; words++) {
        uint32_t n = f->words[at] & AC_FOLD_WORD_MAX;
        if (n == AC_FOLD_WORD_MAX)
            return true;
        hash = ac_pack_hash(hash, f->words[at]);
        uint64_t bits = ac_pack_start_bits(hash);
        if ((in & bits) == bits)
            return true;
        at += n;
    }
    return false;
}

/* ---- the index --------------------------------------------------------------------------------------------------- */

/* One set, its places worked out. */
typedef struct {
    const uint64_t *starts;
    const ac_pack_node *nodes;
    const char *entries;
    uint32_t mask, places;
} indexed_set;

typedef struct {
    const ac_folded *f;
    indexed_set sets[AC_PACK_INDEXED];
} indexer;

static indexer indexer_of(const ac_folded *f)
{
    indexer x = { .f = f };
    for (size_t k = 0; k < AC_PACK_INDEXED; k++) {
        const ac_terms *t = sets[k];
        x.sets[k] = (indexed_set) { ac_pack_at(t, t->starts), ac_pack_at(t, t->nodes), ac_pack_at(t, t->entries), t->starts.n - 1, t->places };
    }
    return x;
}

static uint32_t is_zero(uint64_t m) { return (uint32_t)(((m - 1) & ~m) >> 63); }

/* may_start of all of them: the hashes are the same, and their loads do not wait for each other. The nodes of those that may are asked
 * for, that of the first word and that of all of them, to be near when the steps come. */
static uint8_t may_start_in(const indexer *x, uint32_t at)
{
    const uint32_t *words = x->f->words, first = words[at];
    uint32_t hash = ac_pack_hash(0, first), node = hash, in_sets = 0;
    uint64_t bits[AC_PACK_START_WORDS] = { ac_pack_start_bits(hash) };
    for (int k = 1; k < AC_PACK_START_WORDS; k++) {
        at += words[at] & AC_FOLD_WORD_MAX;
        uint32_t word = at < x->f->text.n ? words[at] : 0;
        if ((first & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX || (word & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX)
            return UINT8_MAX; /* whoever asks for the term will see */
        hash = word ? ac_pack_hash(hash, word) : hash;
        bits[k] = ac_pack_start_bits(hash);
    }
    for (uint32_t k = 0; k < AC_PACK_INDEXED; k++) { /* no branches: none here can be foreseen, and each would wait for memory */
        const indexed_set *set = &x->sets[k];
        uint64_t not_in = ~set->starts[first >> 8 & set->mask];
        uint32_t longer = is_zero(not_in & bits[2]), may = is_zero(not_in & bits[0]) | is_zero(not_in & bits[1]) | longer;
        in_sets |= may << k;
        __builtin_prefetch(set->nodes + (ac_pack_home(node, set->places) & (0 - (size_t)may)));
        __builtin_prefetch(set->nodes + (ac_pack_home(hash, set->places) & (0 - (size_t)longer)));
    }
    return (uint8_t)in_sets;
}
_Static_assert((int)AC_PACK_START_WORDS == 3 && (int)AC_PACK_INDEXED <= 8, "the three bits above; a byte of sets");

/* The nodes of that word have come: ask for the terms that they lead to. */
static void fetch_entries(const indexer *x, uint32_t at, uint32_t in_sets)
{
    uint32_t hash = ac_pack_hash(0, x->f->words[at]);
    for (; in_sets; in_sets &= in_sets - 1) {
        const indexed_set *set = &x->sets[__builtin_ctz(in_sets)];
        const ac_pack_node *node = set->nodes + ac_pack_home(hash, set->places);
        while (node->entry && node->hash < hash)
            node++;
        if (node->hash == hash)
            __builtin_prefetch(set->entries + (size_t)(node->entry & ~AC_PACK_LONGER) * AC_PACK_ENTRY_ALIGN);
    }
}

ac_rc ac_terms_index(ac_folded *f, ac_arena *arena, ac_err *err)
{
    enum { BEHIND = 16 }; /* words, until what was asked for has come */
    const indexer x = indexer_of(f);
    uint32_t recent[BEHIND] = { 0 };
    uint8_t *starts = ac_arena_alloc(arena, f->text.n + 1);
    if (!starts)
        return ac_fail(err, AC_ELIMIT, "no room to index %zu bytes", f->text.n);
    unsigned n = 0;
    for (uint32_t at = 0; at < f->text.n; at++)
        if (f->words[at] && f->text.p[at] != ' ') {
            uint32_t *old = &recent[n++ % BEHIND];
            starts[at] = may_start_in(&x, at);
            fetch_entries(&x, *old, starts[*old] & ((1u << AC_PACK_INDEXED) - 1));
            *old = at;
        }
    f->starts = starts;
    return AC_OK;
}

/* ---- walks ------------------------------------------------------------------------------------------------------- */

/* Have the memory of a coming word's terms come while this word is worked on: callers go from word to word. */
static void fetch_ahead(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    for (int words = 0; words < FETCH_WORDS; words++) { /* with the blank between them */
        if (at >= f->text.n || !f->words[at])
            return;
        at += (f->words[at] & AC_FOLD_WORD_MAX) + 1;
    }
    uint32_t word = at < f->text.n ? f->words[at] : 0;
    if (!word)
        return;
    __builtin_prefetch((const uint64_t *)ac_pack_at(t, t->starts) + ac_pack_start_at(t, word));
    __builtin_prefetch((const ac_pack_node *)ac_pack_at(t, t->nodes) + ac_pack_home(ac_pack_hash(0, word), t->places));
}

/* Nothing to find at that byte, as far as can be told without its nodes. */
static inline bool refused(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    if (at >= f->text.n)
        return true;
    if (!f->words || !f->words[at])
        return false;
    if (f->starts && t->set < AC_PACK_INDEXED)
        return !(f->starts[at] >> t->set & 1);
    fetch_ahead(t, f, at);
    return !may_start(t, f, at);
}

static walk walk_from(const ac_terms *t, const ac_folded *f, uint32_t at) { return (walk) { .t = t, .f = f, .begin = at, .at = at }; }

/* The meanings of an entry, when its term is these words. */
static const ac_term *terms_at(const char *entry, ac_sv words)
{
    if ((unsigned char)*entry != words.n || memcmp(entry + 1, words.p, words.n) != 0)
        return NULL;
    return (const ac_term *)(const void *)(entry + ac_pack_entry_terms(words.n));
}

/* The meanings of the term that is these words, or NULL; longer: whether other terms go on from here. */
static const ac_term *terms_of(const ac_terms *t, uint32_t hash, ac_sv words, bool *longer)
{
    const ac_pack_node *node = (const ac_pack_node *)ac_pack_at(t, t->nodes) + ac_pack_home(hash, t->places);
    const char *entries = ac_pack_at(t, t->entries);
    const ac_term *found = NULL;
    *longer = false;
    while (node->entry && node->hash < hash)
        node++;
    for (; node->entry && node->hash == hash; node++) {
        size_t at = (size_t)(node->entry & ~AC_PACK_LONGER) * AC_PACK_ENTRY_ALIGN;
        *longer |= node->entry & AC_PACK_LONGER;
        if (at && !found)
            found = terms_at(entries + at, words);
    }
    return found;
}

/* The next terms that end at a word end, which is then w->at; NULL when there are no more. */
static const ac_term *next_terms(walk *w)
{
    const ac_sv text = w->f->text;
    while (!w->over && w->at < text.n) {
        uint32_t word = w->f->words && w->f->words[w->at] ? w->f->words[w->at] : ac_fold_word(text, w->at);
        bool blank = text.p[w->at] == ' ', longer = true;
        if ((word & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX) /* no term has such a word */
            return NULL;
        w->hash = ac_pack_hash(w->hash, word);
        w->at += word & AC_FOLD_WORD_MAX;
        const ac_term *terms = blank ? NULL : terms_of(w->t, w->hash, ac_sv_sub(text, w->begin, w->at), &longer);
        w->over = !longer;
        if (terms)
            return terms;
    }
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
    if (refused(t, f, at))
        return 0;
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
    if (refused(t, f, at))
        return false;
    walk w = walk_from(t, f, at);
    bool found = false;
    for (const ac_term *m; (m = next_terms(&w));)
        if ((m = first_fit_at(t, m, f, note_text, ac_span_of(at, w.at), lang))) {
            *out = (ac_term_hit) { at, w.at, m };
            found = true;
        }
    return found;
}

const ac_term *ac_terms_find(const ac_terms *t, ac_sv folded, ac_lang lang)
{
    uint32_t hash = 0, at = 0;
    bool longer;
    while (at < folded.n) {
        uint32_t word = ac_fold_word(folded, at);
        hash = ac_pack_hash(hash, word);
        at += word & AC_FOLD_WORD_MAX;
    }
    for (const ac_term *m = at ? terms_of(t, hash, folded, &longer) : NULL; m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
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
    ac_pack_length n;
    for (;; p += n + 1) {
        memcpy(&n, p, sizeof n);
        p += sizeof n;
        if (i-- == 0)
            return (ac_sv) { p, n };
    }
}

ac_sv ac_terms_cell(const ac_terms *t, uint32_t row, size_t i) { return row_string(t, row, i, 0); }

ac_sv ac_terms_written(const ac_terms *t, uint32_t row)
{
    if (row >= t->rows.n)
        return (ac_sv) { "", 0 };
    return row_string(t, row, ((const ac_pack_row *)ac_pack_at(t, t->rows) + row)->n, 1);
}

size_t ac_terms_rows(const ac_terms *t) { return t->rows.n; }
