/* All terms of a note in one pass. What a look-up waits for is memory, three times over: the word's place among starts, its node, its
 * entry. Here the words of a batch wait together: each pass over the batch asks for what the next one reads. */
#include "nlp/lexicon/pack.h"
#include "nlp/lexicon/terms.h"
#include "nlp/text/fold.h"

#define DECLARE(set) extern const ac_terms ac_pack_##set;
AC_PACK_SETS(DECLARE)
#undef DECLARE
#define ADDRESS(set) &ac_pack_##set,
static const ac_terms *const all_sets[] = { AC_PACK_SETS(ADDRESS) };
#undef ADDRESS

enum { BATCH = 32, BYTES_PER_MARK = 4, ALL_SETS = (1 << AC_PACK_INDEXED) - 1 };
_Static_assert((int)AC_PACK_INDEXED <= 8, "ac_folded.starts is a byte for each place");

/* One set, its places worked out. */
typedef struct {
    const ac_pack_node *nodes;
    const char *entries;
    uint32_t places;
} indexed_set;

/* A word that terms may begin with. */
typedef struct {
    uint32_t at;
    uint32_t asked;                     /* the sets that such a word is looked up in */
    uint32_t hash[AC_PACK_START_WORDS]; /* of the first word, the first two ... */
    uint32_t sets[AC_PACK_START_WORDS]; /* in which these may be a term; the last: or begin one */
} start;

typedef struct {
    ac_term_mark *at;
    size_t n, cap;
} marks;

typedef struct {
    const ac_folded *f;
    ac_sv text; /* of the note */
    ac_arena *arena;
    uint8_t *starts;
    uint32_t *first;
    marks found;
    const ac_pack_concept *concepts;
    indexed_set sets[AC_PACK_INDEXED];
    start batch[BATCH];
    size_t n;
} indexer;

/* ---- a batch ------------------------------------------------------------------------------------------------------ */

/* The hashes of a word and of the two behind it; sets: all that are looked up here. */
static void add_start(indexer *x, uint32_t at)
{
    const uint32_t *words = x->f->words, first = words[at];
    start *s = &x->batch[x->n];
    if ((first & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX) /* no term has such a word */
        return;
    x->n++;
    s->at = at;
    s->hash[0] = ac_pack_hash(0, first);
    for (int k = 1; k < AC_PACK_START_WORDS; k++) {
        at += words[at] & AC_FOLD_WORD_MAX;
        uint32_t word = at < x->f->text.n ? words[at] : 0;
        s->hash[k] = word ? ac_pack_hash(s->hash[k - 1], word) : s->hash[k - 1];
    }
    bool name = ac_pack_may_be_name(x->text, x->f->src[s->at]);
    s->asked = name ? ALL_SETS : ALL_SETS & ~(1u << AC_PACK_NAMES);
    __builtin_prefetch(ac_pack_starts[ac_pack_start_line(first)]);
}

/* The words from byte at on, until the batch is full; returns where the next one goes on. */
static uint32_t fill_batch(indexer *x, uint32_t at)
{
    const ac_folded *f = x->f;
    for (x->n = 0; at < f->text.n && x->n < BATCH; at += f->words[at] ? f->words[at] & AC_FOLD_WORD_MAX : 1)
        if (f->words[at] && f->text.p[at] != ' ')
            add_start(x, at);
    return at;
}

static void fetch_node(const indexed_set *set, uint32_t hash) { __builtin_prefetch(set->nodes + ac_pack_home(hash, set->places)); }

/* The sets in which terms may begin like this; their nodes are asked for. */
static void choose_sets(const indexer *x, start *s)
{
    enum { LAST = AC_PACK_START_WORDS - 1 };
    const uint8_t *line = ac_pack_starts[ac_pack_start_line(x->f->words[s->at])];
    for (int k = 0; k < AC_PACK_START_WORDS; k++)
        s->sets[k] = ac_pack_start_sets(line, s->hash[k]) & s->asked;
    for (uint32_t sets = s->sets[0]; sets; sets &= sets - 1)
        fetch_node(&x->sets[__builtin_ctz(sets)], s->hash[0]);
    for (uint32_t sets = s->sets[LAST]; sets; sets &= sets - 1)
        fetch_node(&x->sets[__builtin_ctz(sets)], s->hash[LAST]);
}

static void fetch_entry(const indexed_set *set, uint32_t hash)
{
    const ac_pack_node *node = ac_pack_node_of(set->nodes, set->places, hash);
    if (node->hash == hash)
        __builtin_prefetch(set->entries + (size_t)(node->entry & ~AC_PACK_LONGER) * AC_PACK_ENTRY_ALIGN);
}

/* The nodes have come: ask for the terms that they lead to. */
static void fetch_entries(const indexer *x, const start *s)
{
    for (uint32_t sets = s->sets[0]; sets; sets &= sets - 1)
        fetch_entry(&x->sets[__builtin_ctz(sets)], s->hash[0]);
    for (uint32_t sets = s->sets[AC_PACK_START_WORDS - 1]; sets; sets &= sets - 1)
        fetch_entry(&x->sets[__builtin_ctz(sets)], s->hash[AC_PACK_START_WORDS - 1]);
}

/* ---- what begins at a word ------------------------------------------------------------------------------------------ */

static ac_rc add_mark(indexer *x, uint32_t set, const ac_term *terms, size_t n, ac_err *err)
{
    ac_term_mark *mark = ac_vec_push(&x->found, x->arena);
    if (!mark)
        return ac_fail(err, AC_ELIMIT, "no room for the terms of a note");
    size_t entry = (size_t)((const char *)(const void *)terms - x->sets[set].entries) - ac_pack_entry_terms(n);
    if (set == AC_PACK_LEXICON)
        __builtin_prefetch(x->concepts + terms->row);
    *mark = (ac_term_mark) { .entry = (uint32_t)(entry / AC_PACK_ENTRY_ALIGN), .n = (uint8_t)n, .set = (uint8_t)set };
    return AC_OK;
}

/* The terms that end behind the word where hash ends, in those sets; those in which none is longer leave live. */
static ac_rc find_ends(indexer *x, ac_sv words, uint32_t hash, uint32_t *live, ac_err *err)
{
    for (uint32_t sets = *live; sets; sets &= sets - 1) {
        const uint32_t k = (uint32_t)__builtin_ctz(sets);
        const indexed_set *set = &x->sets[k];
        bool longer;
        const ac_term *terms = ac_pack_terms_of(set->nodes, set->entries, set->places, hash, words, &longer);
        *live &= ~((uint32_t)!longer << k);
        if (terms)
            AC_TRY(err, add_mark(x, k, terms, words.n, err));
    }
    return AC_OK;
}

/* From word to word, until no term goes on. */
static ac_rc find_terms(indexer *x, const start *s, ac_err *err)
{
    enum { LAST = AC_PACK_START_WORDS - 1 };
    const ac_folded *f = x->f;
    uint32_t hash = 0, to = s->at, live[AC_PACK_START_WORDS] = { s->sets[0], s->sets[1], s->sets[LAST] };
    for (int n = 0; to < f->text.n && (live[n] || live[LAST] || (n == 0 && live[1])); n += n < LAST) {
        uint32_t word = f->words[to] ? f->words[to] : ac_fold_word(f->text, to);
        bool blank = f->text.p[to] == ' ';
        if ((word & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX) /* no term has such a word */
            return AC_OK;
        hash = ac_pack_hash(hash, word);
        to += word & AC_FOLD_WORD_MAX;
        if (!blank && live[n])
            AC_TRY(err, find_ends(x, ac_sv_sub(f->text, s->at, to), hash, &live[n], err));
    }
    return AC_OK;
}

static ac_rc finish_start(indexer *x, const start *s, ac_err *err)
{
    size_t first = x->found.n;
    AC_TRY(err, find_terms(x, s, err));
    if (x->found.n == first)
        return AC_OK;
    x->first[s->at] = (uint32_t)first;
    x->found.at[x->found.n - 1].last = true;
    for (size_t i = first; i < x->found.n; i++)
        x->starts[s->at] |= (uint8_t)(1u << x->found.at[i].set);
    return AC_OK;
}

/* ---- a note --------------------------------------------------------------------------------------------------------- */

static ac_rc indexer_init(indexer *x, const ac_folded *f, ac_sv text, ac_arena *arena, ac_err *err)
{
    *x = (indexer) { .f = f, .text = text, .arena = arena, .found.cap = f->text.n / BYTES_PER_MARK + 1 };
    x->starts = ac_arena_alloc(arena, f->text.n + 1);
    x->first = ac_arena_alloc(arena, (f->text.n + 1) * sizeof *x->first);
    x->found.at = ac_arena_alloc(arena, x->found.cap * sizeof *x->found.at);
    if (!x->starts || !x->first || !x->found.at)
        return ac_fail(err, AC_ELIMIT, "no room to index %zu bytes", f->text.n);
    x->concepts = ac_pack_at(all_sets[AC_PACK_LEXICON], all_sets[AC_PACK_LEXICON]->concepts);
    for (size_t k = 0; k < AC_PACK_INDEXED; k++) {
        const ac_terms *t = all_sets[k];
        x->sets[k] = (indexed_set) { ac_pack_at(t, t->nodes), ac_pack_at(t, t->entries), t->places };
    }
    return AC_OK;
}

ac_rc ac_terms_index(ac_folded *f, ac_sv text, ac_arena *arena, ac_err *err)
{
    indexer x;
    AC_TRY(err, indexer_init(&x, f, text, arena, err));
    for (uint32_t at = 0; at < f->text.n;) {
        at = fill_batch(&x, at);
        for (size_t i = 0; i < x.n; i++)
            choose_sets(&x, &x.batch[i]);
        for (size_t i = 0; i < x.n; i++)
            fetch_entries(&x, &x.batch[i]);
        for (size_t i = 0; i < x.n; i++)
            AC_TRY(err, finish_start(&x, &x.batch[i], err));
    }
    f->starts = x.starts;
    f->first = x.first;
    f->marks = x.found.at;
    return AC_OK;
}
