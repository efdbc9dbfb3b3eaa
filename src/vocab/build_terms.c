/* Second and third pass: the meanings of each term become its entry, and its words nodes; the nodes become one table. */
#include "vocab/build_parts.h"

#include "nlp/lexicon/pack.h"
#include "nlp/text/fold.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES_PER_TWO_NODES = 3 };

static ac_sv words_of(const ac_term_record *t) { return (ac_sv) { (const char *)(t + 1), t->n }; }

/* By term; of one term by system, kind, abbreviation; the preferred first. */
static int by_term(const void *x, const void *y)
{
    const ac_record_ref *p = x, *q = y;
    if (p->hash != q->hash)
        return p->hash < q->hash ? -1 : 1;
    const ac_term_record *a = p->record, *b = q->record;
    int c = ac_sv_cmp(words_of(a), words_of(b));
    if (c == 0)
        c = (int)a->meaning.system - (int)b->meaning.system;
    if (c == 0)
        c = (int)a->meaning.kind - (int)b->meaning.kind;
    if (c == 0)
        c = (int)a->meaning.flags - (int)b->meaning.flags;
    if (c == 0)
        c = (int)a->rank - (int)b->rank;
    return c ? c : (a->meaning.code > b->meaning.code) - (a->meaning.code < b->meaning.code);
}

/* ---- meanings ----------------------------------------------------------------------------------------------------- */

/* Could the two be meant by the same words? */
static bool rivals(const ac_term_record *a, const ac_term_record *b)
{
    return a->meaning.system == b->meaning.system && a->meaning.kind == b->meaning.kind && a->meaning.flags == b->meaning.flags &&
           (a->meaning.langs & b->meaning.langs);
}

/* The same meaning, said once more. */
static bool said_before(ac_vocab_meaning *kept, size_t n, const ac_vocab_meaning *m)
{
    for (size_t i = 0; i < n; i++)
        if (kept[i].code == m->code && kept[i].kind == m->kind && (kept[i].flags == m->flags || !kept[i].flags)) {
            kept[i].langs |= m->langs;
            return true;
        }
    return false;
}

/* A code of which another of the same system is as good a guess is no answer; one that is preferred beats those that are not. */
static bool is_guess(const ac_record_ref *at, size_t n, const ac_term_record *t)
{
    for (size_t i = 0; i < n; i++) {
        const ac_term_record *other = at[i].record;
        if (other->meaning.code != t->meaning.code && other->rank <= t->rank && rivals(other, t))
            return true;
    }
    return false;
}

enum { MEANINGS_MAX = 64, RIVALS_MAX = 256 };

/* forms: none of the release's own names is among those that are kept. */
static size_t keep_meanings(ac_vocab_builder *b, const ac_record_ref *at, size_t n, ac_vocab_meaning *kept, bool *forms)
{
    size_t n_kept = 0;
    *forms = true;
    for (size_t i = 0; i < n; i++) {
        const ac_term_record *t = at[i].record;
        bool form = t->rank == AC_RANK_FORM, twice = said_before(kept, n_kept, &t->meaning);
        if (twice || n > RIVALS_MAX || n_kept == MEANINGS_MAX || is_guess(at, n, t)) {
            if (!form)
                ac_build_left(b, twice ? AC_LEFT_TWICE : AC_LEFT_MANY);
            continue;
        }
        *forms &= form;
        kept[n_kept++] = t->meaning;
    }
    return n_kept;
}

/* ---- nodes -------------------------------------------------------------------------------------------------------- */

static ac_rc put_node(ac_vocab_builder *b, uint32_t hash, uint32_t entry, ac_err *err)
{
    ac_vocab_node node = { hash, entry };
    return ac_spill_add(b->nodes, hash >> 25, (ac_sv) { (const char *)&node, sizeof node }, err);
}
_Static_assert(AC_BUCKETS == 1 << (32 - 25), "buckets of nodes are ascending by hash");

static void put_filter(ac_vocab_builder *b, uint32_t hash, uint32_t words)
{
    uint64_t mix = ac_vocab_filter_mix(hash), *filter = words == 1 ? b->singles : b->filter;
    uint64_t bytes = words == 1 ? b->header.singles.n : b->header.filter.n;
    filter[ac_vocab_filter_at(mix, bytes / sizeof(uint64_t) - 1)] |= ac_vocab_filter_bits(mix);
}

/* A node for the words of a term and for each way to cut its last words off; none ends in a blank. */
static ac_rc put_words(ac_vocab_builder *b, ac_sv term, uint32_t entry, ac_err *err)
{
    uint32_t hash = 0, words = 0;
    for (uint32_t at = 0; at < term.n;) {
        uint32_t word = ac_fold_word(term, at);
        hash = ac_pack_hash(hash, word);
        at += word & AC_FOLD_WORD_MAX;
        if (++words == AC_VOCAB_FILTER_WORDS || (at == term.n && words < AC_VOCAB_FILTER_WORDS))
            put_filter(b, hash, words);
        if (at == term.n || term.p[at - 1] != ' ')
            AC_TRY(err, put_node(b, hash, at < term.n ? AC_VOCAB_LONGER : entry, err));
    }
    return AC_OK;
}

static ac_rc put_entry(ac_vocab_builder *b, ac_sv term, ac_vocab_meaning *m, size_t n, ac_err *err)
{
    uint64_t at = ac_bigfile_at(b->file) - b->header.entries.off;
    if (at / AC_VOCAB_ALIGN >= AC_VOCAB_LONGER)
        return ac_fail(err, AC_ELIMIT, "more terms than a vocabulary can hold");
    m[n - 1].flags |= AC_VOCAB_LAST;
    AC_TRY(err, ac_bigfile_add(b->file, term, err));
    AC_TRY(err, ac_bigfile_zeros(b->file, ac_vocab_pad(term.n + 1, AC_VOCAB_ALIGN) - term.n, err));
    AC_TRY(err, ac_bigfile_add(b->file, (ac_sv) { (const char *)m, n * sizeof *m }, err));
    b->header.n_entries++;
    return put_words(b, term, (uint32_t)(at / AC_VOCAB_ALIGN), err);
}

ac_rc ac_build_entries(ac_vocab_builder *b, ac_err *err)
{
    ac_vocab_meaning kept[MEANINGS_MAX];
    AC_TRY(err, ac_bigfile_zeros(b->file, AC_VOCAB_ALIGN, err)); /* offset 0 is no entry */
    for (size_t bucket = 0; bucket < AC_BUCKETS; bucket++) {
        AC_TRY(err, ac_build_load(b, b->terms, bucket, by_term, err));
        for (size_t i = 0, end; i < b->n_refs; i = end) {
            ac_sv term = words_of(b->refs[i].record);
            for (end = i + 1; end < b->n_refs && b->refs[end].hash == b->refs[i].hash &&
                              ac_sv_eq(words_of(b->refs[end].record), term); end++)
                continue;
            bool forms;
            size_t n = keep_meanings(b, b->refs + i, end - i, kept, &forms);
            b->report.terms += n && !forms;
            if (n)
                AC_TRY(err, put_entry(b, term, kept, n, err));
        }
    }
    return AC_OK;
}

/* ---- the table ---------------------------------------------------------------------------------------------------- */

static int by_hash(const void *x, const void *y)
{
    const ac_vocab_node *a = x, *b = y;
    uint32_t p = a->entry & ~AC_VOCAB_LONGER, q = b->entry & ~AC_VOCAB_LONGER;
    return a->hash != b->hash ? (a->hash > b->hash) - (a->hash < b->hash) : (p > q) - (p < q);
}

/* One node for all that say only that terms go on: it joins a term's, whose words may be others, for a walk finds out. */
static size_t merge(ac_vocab_node *at, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        ac_vocab_node *last = kept ? &at[kept - 1] : NULL;
        if (last && last->hash == at[i].hash && last->entry == AC_VOCAB_LONGER)
            last->entry |= at[i].entry;
        else
            at[kept++] = at[i];
    }
    return kept;
}

/* The nodes of every bucket sorted and merged, and put back: how many there are decides where each one lies. */
static ac_rc merge_buckets(ac_vocab_builder *b, ac_err *err)
{
    b->header.n_nodes = 0;
    for (size_t bucket = 0; bucket < AC_BUCKETS; bucket++) {
        AC_TRY(err, ac_spill_take(b->nodes, bucket, &b->bucket, err));
        ac_vocab_node *nodes = (void *)b->bucket.p;
        size_t n = b->bucket.n / sizeof *nodes;
        if (!n)
            continue;
        qsort(nodes, n, sizeof *nodes, by_hash);
        n = merge(nodes, n);
        b->header.n_nodes += n;
        AC_TRY(err, ac_spill_add(b->nodes, bucket, (ac_sv) { b->bucket.p, n * sizeof *nodes }, err));
    }
    return AC_OK;
}

ac_rc ac_build_nodes(ac_vocab_builder *b, ac_err *err)
{
    uint64_t n = 0;
    AC_TRY(err, merge_buckets(b, err));
    b->header.places = (b->header.n_nodes / 2 + 1) * PLACES_PER_TWO_NODES;
    if (b->header.places > UINT32_MAX)
        return ac_fail(err, AC_ELIMIT, "more terms than a vocabulary can hold");
    for (size_t bucket = 0; bucket < AC_BUCKETS; bucket++) {
        AC_TRY(err, ac_spill_take(b->nodes, bucket, &b->bucket, err));
        const ac_vocab_node *nodes = (const void *)b->bucket.p;
        for (size_t i = 0; i < b->bucket.n / sizeof *nodes; i++, n++) {
            uint64_t home = (uint64_t)nodes[i].hash * b->header.places >> 32;
            if (home + AC_VOCAB_PROBES <= n)
                return ac_fail(err, AC_ELIMIT, "too many terms begin alike");
            if (home > n)
                AC_TRY(err, ac_bigfile_zeros(b->file, (home - n) * sizeof *nodes, err));
            n = home > n ? home : n;
            AC_TRY(err, ac_bigfile_add(b->file, (ac_sv) { (const char *)&nodes[i], sizeof *nodes }, err));
        }
    }
    return ac_bigfile_zeros(b->file, (n > b->header.places ? 1 : b->header.places - n + 1) * sizeof(ac_vocab_node), err);
}
