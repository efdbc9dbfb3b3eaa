#include "lexc/lexc.h"

#include "nlp/text/fold.h"

#include <stdlib.h>

enum { PLACES_PER_TWO_NODES = 3 };

typedef struct {
    ac_pack_node *at;
    size_t n, cap;
} nodes;

static ac_rc add_node(lexc *l, nodes *all, ac_pack_node node, ac_err *err)
{
    ac_pack_node *slot = ac_vec_push(all, l->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    *slot = node;
    return AC_OK;
}

/* A node for the words of a term and for each way to cut its last words off. No node ends in a blank: a walk passes it. */
static ac_rc add_term(lexc *l, nodes *all, const lexc_term *t, size_t entry, ac_err *err)
{
    ac_sv term = t->folded;
    uint32_t hash = 0;
    if (term.n > AC_PACK_TERM_MAX)
        return lexc_fail_at(err, ac_fail(err, AC_EINPUT, "a term of more than %d bytes", AC_PACK_TERM_MAX), t->where);
    if (entry / AC_PACK_ENTRY_ALIGN >= AC_PACK_LONGER)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    for (uint32_t at = 0; at < term.n;) {
        uint32_t word = ac_fold_word(term, at), n = word & AC_FOLD_WORD_MAX;
        if (n == AC_FOLD_WORD_MAX)
            return lexc_fail_at(err, ac_fail(err, AC_EINPUT, "a word of more than %d bytes", AC_FOLD_WORD_MAX - 1), t->where);
        hash = ac_pack_hash(hash, word);
        at += n;
        if (at == term.n || term.p[at - 1] != ' ')
            AC_TRY(err, add_node(l, all, (ac_pack_node) { hash, at < term.n ? AC_PACK_LONGER : (uint32_t)(entry / AC_PACK_ENTRY_ALIGN) }, err));
    }
    return AC_OK;
}

static int by_hash(const void *a, const void *b)
{
    const ac_pack_node *x = a, *y = b;
    int c = (x->hash > y->hash) - (x->hash < y->hash);
    uint32_t i = x->entry & ~AC_PACK_LONGER, k = y->entry & ~AC_PACK_LONGER;
    return c ? c : (i > k) - (i < k);
}

/* One node for all that say only that terms go on: it joins a term's, whose words may be others, for a walk finds out. */
static void merge_nodes(nodes *all)
{
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        ac_pack_node *last = n ? &all->at[n - 1] : NULL;
        if (last && last->hash == all->at[i].hash && last->entry == AC_PACK_LONGER)
            last->entry |= all->at[i].entry;
        else
            all->at[n++] = all->at[i];
    }
    all->n = n;
}

/* Each node at its home or behind the one before it: the table stays ascending, and empty places end every search. */
static ac_rc append_nodes(const nodes *all, lexc *l, ac_sb *out, ac_terms *header, ac_err *err)
{
    size_t n = 0;
    header->places = (uint32_t)(all->n / 2 + 1) * PLACES_PER_TWO_NODES;
    ac_pack_node *table = ac_arena_alloc(l->arena, (header->places + all->n + 1) * sizeof *table);
    if (!table)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    for (size_t i = 0; i < all->n; i++) {
        size_t home = ac_pack_home(all->at[i].hash, header->places);
        n = home > n ? home : n;
        table[n++] = all->at[i];
    }
    n = n > header->places ? n : header->places;
    header->nodes = lexc_append(out, table, n + 1, sizeof *table);
    return AC_OK;
}

/* All meanings of a term from terms[i] on; returns the index after them. */
static size_t add_entry(lexc *l, size_t i, ac_sb *entries)
{
    ac_sv term = l->terms.at[i].folded;
    ac_sb_add_char(entries, (char)term.n);
    ac_sb_add(entries, term);
    for (size_t n = 1 + term.n; n < ac_pack_entry_terms(term.n); n++)
        ac_sb_add_char(entries, '\0');
    for (bool last = false; !last; i++) {
        const lexc_term *t = &l->terms.at[i];
        last = i + 1 == l->terms.n || !ac_sv_eq(term, l->terms.at[i + 1].folded);
        ac_term meaning = { t->row, lexc_string(&l->strings, t->surface), t->value, t->langs,
                            (uint8_t)(t->flags | (last ? AC_TERM_LAST : 0)) };
        ac_sb_add(entries, (ac_sv) { (const char *)&meaning, sizeof meaning });
    }
    return i;
}

ac_rc lexc_trie(lexc *l, ac_sb *out, ac_terms *header, ac_err *err)
{
    AC_AUTO(ac_sb) entries = AC_SB(LEXC_PACK_MAX);
    nodes all = { 0 };
    ac_sb_add(&entries, (ac_sv) { "\0\0\0", AC_PACK_ENTRY_ALIGN }); /* offset 0 is no entry */
    for (size_t i = 0; i < l->terms.n;) {
        AC_TRY(err, add_term(l, &all, &l->terms.at[i], entries.n, err));
        i = add_entry(l, i, &entries);
    }
    AC_TRY(err, ac_sb_done(&entries, err));
    if (all.n)
        qsort(all.at, all.n, sizeof all.at[0], by_hash);
    merge_nodes(&all);
    header->terms = (uint32_t)l->terms.n;
    header->entries = lexc_append(out, entries.p, entries.n, 1);
    return append_nodes(&all, l, out, header, err);
}
