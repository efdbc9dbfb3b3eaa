#include "lexc/lexc.h"

#include "nlp/text/fold.h"

#include <stdlib.h>

enum { PLACES_PER_TWO_NODES = 3 };

static ac_rc add_node(lexc *l, lexc_nodes *all, ac_pack_node node, ac_err *err)
{
    ac_pack_node *slot = ac_vec_push(all, l->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    *slot = node;
    return AC_OK;
}

/* A node for the words of a term and for each way to cut its last words off. No node ends in a blank: a walk passes it. */
static ac_rc add_nodes(lexc *l, lexc_nodes *all, ac_sv term, uint32_t end, ac_err *err)
{
    uint32_t hash = 0;
    for (uint32_t at = 0; at < term.n;) {
        uint32_t word = ac_fold_word(term, at), n = word & AC_FOLD_WORD_MAX;
        if (n == AC_FOLD_WORD_MAX)
            return ac_fail(err, AC_EINPUT, "a word of more than %d bytes", AC_FOLD_WORD_MAX - 1);
        hash = ac_pack_hash(hash, word);
        at += n;
        if (at == term.n || term.p[at - 1] != ' ')
            AC_TRY(err, add_node(l, all, (ac_pack_node) { hash, at < term.n ? AC_PACK_LONGER : end }, err));
    }
    return AC_OK;
}

/* Zeros up to where an entry of that size may begin. */
static void align_entry(ac_sb *entries, size_t size)
{
    while (entries->rc == AC_OK && entries->n % AC_PACK_ENTRY_ALIGN)
        ac_sb_add_char(entries, '\0');
    while (entries->rc == AC_OK && size <= AC_PACK_LINE && entries->n % AC_PACK_LINE + size > AC_PACK_LINE)
        ac_sb_add_char(entries, '\0');
}

ac_rc lexc_table_add(lexc *l, lexc_table *t, ac_sv term, uint32_t sets, lexc_meanings meanings, ac_err *err)
{
    size_t head = ac_pack_entry_terms(term.n);
    if (term.n > AC_PACK_TERM_MAX)
        return ac_fail(err, AC_EINPUT, "a term of more than %d bytes", AC_PACK_TERM_MAX);
    if (!t->entries.n) /* offset 0 is no entry */
        ac_sb_add_char(&t->entries, '\0');
    align_entry(&t->entries, head + meanings.n * sizeof meanings.at[0]);
    size_t offset = t->entries.n / AC_PACK_ENTRY_ALIGN;
    if (offset >> AC_PACK_SETS_SHIFT)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    AC_TRY(err, add_nodes(l, &t->nodes, term, sets << AC_PACK_SETS_SHIFT | (uint32_t)offset, err));
    ac_sb_add_char(&t->entries, (char)term.n);
    ac_sb_add(&t->entries, term);
    for (size_t n = 1 + term.n; n < head; n++)
        ac_sb_add_char(&t->entries, '\0');
    ac_sb_add(&t->entries, (ac_sv) { (const char *)meanings.at, meanings.n * sizeof meanings.at[0] });
    return AC_OK;
}

static int by_hash(const void *a, const void *b)
{
    const ac_pack_node *x = a, *y = b;
    int c = (x->hash > y->hash) - (x->hash < y->hash);
    size_t i = ac_pack_node_entry(*x), k = ac_pack_node_entry(*y);
    return c ? c : (i > k) - (i < k);
}

/* One node for all that say only that terms go on: it joins a term's, whose words may be others, for a walk finds out. */
static void merge_nodes(lexc_nodes *all)
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
static ac_rc append_nodes(const lexc_nodes *all, lexc *l, ac_sb *out, ac_pack_table *header, ac_err *err)
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

ac_rc lexc_table_append(lexc *l, lexc_table *t, ac_sb *out, ac_pack_table *header, ac_err *err)
{
    AC_TRY(err, ac_sb_done(&t->entries, err));
    if (t->nodes.n)
        qsort(t->nodes.at, t->nodes.n, sizeof t->nodes.at[0], by_hash);
    merge_nodes(&t->nodes);
    header->entries = lexc_append(out, t->entries.p, t->entries.n, 1);
    return append_nodes(&t->nodes, l, out, header, err);
}

/* All meanings of a term from terms[*i] on, which is then behind them. */
static ac_rc add_term(lexc *l, lexc_table *t, size_t *i, ac_err *err)
{
    const lexc_term *first = &l->terms.at[*i];
    lexc_meanings all = { 0 };
    for (bool last = false; !last; (*i)++) {
        const lexc_term *term = &l->terms.at[*i];
        ac_term *meaning = ac_vec_push(&all, l->arena);
        if (!meaning)
            return ac_fail(err, AC_ELIMIT, "too many terms");
        last = *i + 1 == l->terms.n || !ac_sv_eq(first->folded, l->terms.at[*i + 1].folded);
        *meaning = (ac_term) { term->row, lexc_string(&l->strings, term->surface), term->value, term->langs,
                               (uint8_t)(term->flags | (last ? AC_TERM_LAST : 0)) };
    }
    ac_rc rc = lexc_table_add(l, t, first->folded, 1, all, err);
    return rc == AC_EINPUT ? lexc_fail_at(err, rc, first->where) : rc;
}

ac_rc lexc_trie(lexc *l, lexc_table *t, ac_err *err)
{
    for (size_t i = 0; i < l->terms.n;)
        AC_TRY(err, add_term(l, t, &i, err));
    return AC_OK;
}
