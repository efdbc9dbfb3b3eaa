/* What the packs of the sets that are looked up at every word share: see ac_pack_shared. */
#include "lexc/lexc.h"

#include "nlp/text/fold.h"
#include "os/file.h"

#include <stdlib.h>
#include <string.h>

/* A term of one pack. */
typedef struct {
    ac_sv term;
    const ac_term *meanings;
    size_t n;
    uint32_t set;
} shared_term;

typedef struct {
    shared_term *at;
    size_t n, cap;
} shared_terms;

typedef struct {
    lexc *l;
    shared_terms terms;
    lexc_table table;
    uint8_t (*lines)[AC_PACK_START_BITS];
} sharing;

static ac_rc read_pack(const char *path, ac_sb *out, ac_err *err)
{
    AC_TRY(err, ac_file_read(path, out, err));
    const ac_terms *t = (const void *)out->p;
    if (out->n < sizeof *t || t->magic != AC_PACK_MAGIC || t->bytes != out->n || t->set >= AC_PACK_INDEXED || !t->table.nodes.n)
        return ac_fail(err, AC_EINPUT, "no pack of a set that is looked up at every word");
    return AC_OK;
}

static size_t count_meanings(const ac_term *list) { return (size_t)(ac_pack_next_list(list) - list); }

static ac_rc add_term(sharing *s, const char *entry, uint32_t set, ac_err *err)
{
    shared_term *slot = ac_vec_push(&s->terms, s->l->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    *slot = (shared_term) { .term = { entry + 1, (unsigned char)*entry }, .set = set };
    slot->meanings = ac_pack_terms_at(entry, slot->term);
    slot->n = count_meanings(slot->meanings);
    return AC_OK;
}

static ac_rc add_pack(sharing *s, const char *path, ac_err *err)
{
    AC_AUTO(ac_sb) file = AC_SB(LEXC_PACK_MAX);
    AC_TRY(err, read_pack(path, &file, err));
    const ac_sv bytes = ac_arena_copy(s->l->arena, ac_sb_view(&file));
    if (!bytes.p)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    const ac_terms *t = (const void *)bytes.p;
    const ac_pack_words words = ac_pack_words_at(t, &t->table);
    for (uint32_t i = 0; i < t->table.nodes.n; i++)
        if (ac_pack_node_entry(words.nodes[i]))
            AC_TRY(err, add_term(s, words.entries + ac_pack_node_entry(words.nodes[i]), t->set, err));
    return AC_OK;
}

static int by_term(const void *a, const void *b)
{
    const shared_term *x = a, *y = b;
    int c = ac_sv_cmp(x->term, y->term);
    return c ? c : (x->set > y->set) - (x->set < y->set);
}

/* As many of its first words as the filter knows. */
static void add_start(sharing *s, ac_sv term, uint32_t sets)
{
    uint32_t first = ac_fold_word(term, 0), hash = 0, at = 0;
    for (int n = 0; n < AC_PACK_START_WORDS && at < term.n; n++) {
        uint32_t word = ac_fold_word(term, at);
        hash = ac_pack_hash(hash, word);
        at += word & AC_FOLD_WORD_MAX;
    }
    uint8_t *line = s->lines[first >> 8 & (AC_PACK_START_LINES - 1)];
    line[hash >> 26] |= (uint8_t)sets;
    line[hash >> 20 & (AC_PACK_START_BITS - 1)] |= (uint8_t)sets;
}

/* The term from terms[*i] on, which is then behind it, with its meanings in all sets. */
static ac_rc share_term(sharing *s, size_t *i, ac_err *err)
{
    const ac_sv term = s->terms.at[*i].term;
    lexc_meanings all = { 0 };
    uint32_t sets = 0;
    for (; *i < s->terms.n && ac_sv_eq(s->terms.at[*i].term, term); (*i)++) {
        const shared_term *t = &s->terms.at[*i];
        sets |= 1u << t->set;
        for (size_t k = 0; k < t->n; k++) {
            ac_term *meaning = ac_vec_push(&all, s->l->arena);
            if (!meaning)
                return ac_fail(err, AC_ELIMIT, "too many terms");
            *meaning = t->meanings[k];
        }
    }
    add_start(s, term, sets);
    return lexc_table_add(s->l, &s->table, term, sets, all, err);
}

static void sharing_cleanup(sharing *s) { lexc_table_cleanup(&s->table); }

ac_rc lexc_shared(lexc *l, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err)
{
    ac_pack_shared header = { .magic = AC_PACK_SHARED_MAGIC };
    AC_AUTO(sharing) s = { .l = l, .table.entries = AC_SB(LEXC_PACK_MAX) };
    s.lines = ac_arena_alloc(l->arena, AC_PACK_START_LINES * sizeof *s.lines);
    if (!s.lines)
        return ac_fail(err, AC_ELIMIT, "no room for how terms start");
    for (size_t i = 0; i < n_paths; i++)
        AC_TRY(err, add_pack(&s, paths[i], err));
    if (s.terms.n)
        qsort(s.terms.at, s.terms.n, sizeof s.terms.at[0], by_term);
    for (size_t i = 0; i < s.terms.n;)
        AC_TRY(err, share_term(&s, &i, err));
    ac_sb_add(out, (ac_sv) { (const char *)&header, sizeof header });
    AC_TRY(err, lexc_table_append(l, &s.table, out, &header.table, err));
    header.starts = lexc_append(out, s.lines, AC_PACK_START_LINES, sizeof *s.lines);
    header.bytes = (uint32_t)out->n;
    AC_TRY(err, ac_sb_done(out, err));
    memcpy(out->p, &header, sizeof header);
    return AC_OK;
}

ac_rc lexc_bare(char *const *paths, size_t n_paths, ac_sb *out, ac_err *err)
{
    AC_AUTO(ac_sb) file = AC_SB(LEXC_PACK_MAX);
    if (n_paths != 1)
        return ac_fail(err, AC_EINPUT, "needs one pack");
    AC_TRY(err, read_pack(paths[0], &file, err));
    ac_terms header = *(const ac_terms *)(const void *)file.p;
    header.bytes = header.table.entries.off; /* they are behind all else */
    header.table = (ac_pack_table) { 0 };
    ac_sb_add(out, (ac_sv) { (const char *)&header, sizeof header });
    ac_sb_add(out, ac_sv_sub(ac_sb_view(&file), sizeof header, header.bytes));
    return ac_sb_done(out, err);
}
