/* All terms of a note in one pass. What a look-up waits for is memory, three times over: the word's place among starts, its node, its
 * entry. Here the words of a batch wait together: each pass over the batch asks for what the next one reads. */
#include "nlp/lexicon/pack.h"
#include "nlp/lexicon/terms.h"
#include "nlp/text/fold.h"

enum { BATCH = 32, BYTES_PER_MARK = 4, ALL_SETS = (1 << AC_PACK_INDEXED) - 1, LAST = AC_PACK_START_WORDS - 1 };
_Static_assert((int)AC_PACK_INDEXED <= 8, "ac_folded.starts is a byte for each place");

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
    ac_pack_words table;
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
    __builtin_prefetch(ac_pack_start_line(&ac_pack_all, first));
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

static void fetch_node(const ac_pack_words *t, uint32_t hash) { __builtin_prefetch(t->nodes + ac_pack_home(hash, t->places)); }

/* The sets in which terms may begin like this; their nodes are asked for. */
static void choose_sets(const indexer *x, start *s)
{
    const uint8_t *line = ac_pack_start_line(&ac_pack_all, x->f->words[s->at]);
    for (int k = 0; k < AC_PACK_START_WORDS; k++)
        s->sets[k] = ac_pack_start_sets(line, s->hash[k]) & s->asked;
    if (s->sets[0])
        fetch_node(&x->table, s->hash[0]);
    if (s->sets[LAST])
        fetch_node(&x->table, s->hash[LAST]);
}

static void fetch_entry(const ac_pack_words *t, uint32_t hash, uint32_t sets)
{
    const ac_pack_node *node = ac_pack_node_of(t, hash);
    if (node->hash == hash && ac_pack_node_sets(*node) & sets)
        __builtin_prefetch(t->entries + ac_pack_node_entry(*node));
}

/* The nodes have come: ask for the terms that they lead to. */
static void fetch_entries(const indexer *x, const start *s)
{
    if (s->sets[0])
        fetch_entry(&x->table, s->hash[0], s->sets[0]);
    if (s->sets[LAST])
        fetch_entry(&x->table, s->hash[LAST], s->sets[LAST]);
}

/* ---- what begins at a word ------------------------------------------------------------------------------------------ */

static ac_rc add_mark(indexer *x, uint32_t set, const ac_term *terms, size_t n, ac_err *err)
{
    ac_term_mark *mark = ac_vec_push(&x->found, x->arena);
    if (!mark)
        return ac_fail(err, AC_ELIMIT, "no room for the terms of a note");
    size_t at = (size_t)((const char *)(const void *)terms - x->table.entries);
    if (set == AC_PACK_LEXICON)
        __builtin_prefetch(x->concepts + terms->row);
    *mark = (ac_term_mark) { .terms = (uint32_t)(at / AC_PACK_ENTRY_ALIGN), .n = (uint8_t)n, .set = (uint8_t)set };
    return AC_OK;
}

/* The term that these words are, in those of the sets that have it; longer: other terms go on from here. */
static ac_rc find_end(indexer *x, ac_sv words, uint32_t hash, uint32_t sets, bool *longer, ac_err *err)
{
    ac_pack_found found = ac_pack_find(&x->table, hash, words, sets);
    *longer = found.longer;
    if (!found.terms)
        return AC_OK;
    for (uint32_t has = found.sets; has; has &= has - 1) {
        if (has & -has & sets)
            AC_TRY(err, add_mark(x, (uint32_t)__builtin_ctz(has), found.terms, words.n, err));
        found.terms = ac_pack_next_list(found.terms);
    }
    return AC_OK;
}

/* From word to word, until no term goes on. */
static ac_rc find_terms(indexer *x, const start *s, ac_err *err)
{
    const ac_folded *f = x->f;
    uint32_t hash = 0, to = s->at;
    bool longer = true;
    for (int n = 0; longer && to < f->text.n && (s->sets[n] || s->sets[LAST] || (n == 0 && s->sets[1])); n += n < LAST) {
        uint32_t word = f->words[to] ? f->words[to] : ac_fold_word(f->text, to);
        bool blank = f->text.p[to] == ' ';
        if ((word & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX) /* no term has such a word */
            return AC_OK;
        hash = ac_pack_hash(hash, word);
        to += word & AC_FOLD_WORD_MAX;
        if (!blank && s->sets[n])
            AC_TRY(err, find_end(x, ac_sv_sub(f->text, s->at, to), hash, s->sets[n], &longer, err));
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
    x->concepts = ac_pack_at(ac_terms_lexicon(), ac_terms_lexicon()->concepts);
    x->table = ac_pack_words_at(&ac_pack_all, &ac_pack_all.table);
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
