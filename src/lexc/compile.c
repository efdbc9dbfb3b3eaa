#include "lexc/lexc.h"

#include "nlp/text/fold.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 2000 << 20, COLUMNS = 7, COLUMNS_MIN = 3 };

static int by_id(const void *a, const void *b)
{
    return ac_sv_cmp(((const lexc_row *)a)->cells[0], ((const lexc_row *)b)->cells[0]);
}

/* Written terms before inflected ones, so that a plural never hides a term that somebody wrote. */
static int by_term(const void *a, const void *b)
{
    const lexc_term *x = a, *y = b;
    int c = ac_sv_cmp(x->folded, y->folded);
    if (c == 0)
        c = (int)x->inflected - (int)y->inflected;
    if (c == 0)
        c = ac_sv_cmp(x->surface, y->surface);
    if (c == 0)
        c = (x->row > y->row) - (x->row < y->row);
    return c ? c : (x->order > y->order) - (x->order < y->order);
}

static bool find_key(const lexc_set *set, ac_sv key, uint16_t *out)
{
    for (size_t i = 0; i < set->n_keys; i++)
        if (ac_sv_eq(ac_sv_z(set->keys[i]), key)) {
            *out = (uint16_t)i;
            return true;
        }
    return false;
}

static const uint8_t ALL_LANGS = (1u << AC_LANG_COUNT) - 1;

static ac_rc concept_terms(lexc *l, uint32_t i, const lexc_row *row, ac_err *err)
{
    lexc_term proto = { .row = i, .where = row->where };
    if (row->n != COLUMNS)
        return ac_fail(err, AC_EINPUT, "needs %d columns, has %zu", COLUMNS, row->n);
    if (!find_key(l->set, row->cells[1], &proto.value))
        return ac_fail(err, AC_EINPUT, "an unknown kind in column 2");
    proto.langs = 1u << AC_LANG_EN;
    AC_TRY(err, lexc_add_terms(l, row->cells[4], &proto, true, err));
    proto.langs = 1u << AC_LANG_ES;
    AC_TRY(err, lexc_add_terms(l, row->cells[5], &proto, true, err));
    proto.langs = ALL_LANGS;
    return lexc_add_terms(l, row->cells[6], &proto, false, err);
}

static ac_rc row_terms(lexc *l, uint32_t i, const lexc_row *row, ac_err *err)
{
    lexc_term proto = { .row = i, .where = row->where, .langs = ALL_LANGS };
    ac_lang lang;
    if (row->n < COLUMNS_MIN)
        return ac_fail(err, AC_EINPUT, "needs %d columns or more, has %zu", COLUMNS_MIN, row->n);
    if (!find_key(l->set, row->cells[0], &proto.value))
        return ac_fail(err, AC_EINPUT, "an unknown key in column 1");
    if (ac_lang_from(row->cells[1], &lang))
        proto.langs = (uint8_t)(1u << lang);
    else if (!ac_sv_eq(row->cells[1], AC_SV("any")))
        return ac_fail(err, AC_EINPUT, "column 2 is not en, es or any");
    return lexc_add_terms(l, row->cells[2], &proto, false, err);
}

/* Concepts are found by their id, so each has one of its own. */
static ac_rc sort_rows(lexc *l, ac_err *err)
{
    if (l->rows.n)
        qsort(l->rows.at, l->rows.n, sizeof l->rows.at[0], by_id);
    for (size_t i = 1; i < l->rows.n; i++)
        if (by_id(&l->rows.at[i - 1], &l->rows.at[i]) == 0)
            return ac_err_set(err, AC_EINPUT, __FILE__, __LINE__, "%s: the id is already in %s", l->rows.at[i].where.p,
                              l->rows.at[i - 1].where.p);
    return AC_OK;
}

static ac_rc collect(lexc *l, ac_err *err)
{
    if (l->lexicon)
        AC_TRY(err, sort_rows(l, err));
    for (uint32_t i = 0; i < l->rows.n; i++) {
        const lexc_row *row = &l->rows.at[i];
        ac_rc rc = l->lexicon ? concept_terms(l, i, row, err) : row_terms(l, i, row, err);
        if (rc != AC_OK)
            return lexc_fail_at(err, rc, row->where);
    }
    if (l->terms.n)
        qsort(l->terms.at, l->terms.n, sizeof l->terms.at[0], by_term);
    return AC_OK;
}

static bool same_meaning(const lexc_term *a, const lexc_term *b)
{
    return ac_sv_eq(a->folded, b->folded) && ac_sv_eq(a->surface, b->surface) && a->row == b->row;
}

/* The languages in which t is not already taken: an inflected form gives way to a written term of another concept,
 * and to an earlier inflected form of the same kind. */
static uint8_t free_langs(const lexc *l, size_t n, const lexc_term *t)
{
    uint8_t langs = t->langs;
    for (size_t k = n; t->inflected && k > 0 && ac_sv_eq(l->terms.at[k - 1].folded, t->folded); k--) {
        const lexc_term *old = &l->terms.at[k - 1];
        if (old->row != t->row && (!old->inflected || old->value == t->value))
            langs &= (uint8_t)~old->langs;
    }
    return langs;
}

/* Merge equal meanings: a plural of itself, the same term in two languages. */
static void merge_terms(lexc *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->terms.n; i++) {
        lexc_term t = l->terms.at[i];
        t.langs = free_langs(l, n, &t);
        bool dropped = t.langs == 0;
        for (size_t k = n; k > 0 && !dropped && ac_sv_eq(l->terms.at[k - 1].folded, t.folded); k--)
            if (same_meaning(&l->terms.at[k - 1], &t)) {
                l->terms.at[k - 1].langs |= t.langs;
                dropped = true;
            }
        if (!dropped)
            l->terms.at[n++] = t;
    }
    l->terms.n = n;
}

/* In the lexicon one term may mean two things only when their kinds differ. */
static ac_rc check_clashes(const lexc *l, ac_err *err)
{
    for (size_t i = 1; l->lexicon && i < l->terms.n; i++) {
        const lexc_term *a = &l->terms.at[i - 1], *b = &l->terms.at[i];
        if (ac_sv_eq(a->folded, b->folded) && ac_sv_eq(a->surface, b->surface) && a->value == b->value &&
            (a->langs & b->langs) && a->row != b->row)
            return ac_err_set(err, AC_EINPUT, __FILE__, __LINE__, "%s and %s share the term '%.*s'", a->where.p,
                              b->where.p, (int)a->folded.n, a->folded.p);
    }
    return AC_OK;
}

ac_pack_array lexc_append(ac_sb *out, const void *data, size_t n, size_t size)
{
    while (out->rc == AC_OK && out->n % AC_PACK_LINE)
        ac_sb_add_char(out, '\0');
    ac_pack_array a = { (uint32_t)out->n, (uint32_t)n };
    ac_sb_add(out, (ac_sv) { data, n * size });
    return a;
}

static ac_rc append_cell(lexc *l, ac_sv cell, ac_err *err)
{
    ac_pack_length n = (ac_pack_length)cell.n;
    if (cell.n > UINT16_MAX)
        return ac_fail(err, AC_EINPUT, "a cell of more than %d bytes", UINT16_MAX);
    ac_sb_add(&l->strings.bytes, (ac_sv) { (const char *)&n, sizeof n });
    ac_sb_add(&l->strings.bytes, cell);
    ac_sb_add_char(&l->strings.bytes, '\0');
    return AC_OK;
}

/* Cells are kept per row; rows without cells cost nothing. */
static ac_rc append_rows(lexc *l, ac_sb *out, ac_terms *header, ac_err *err)
{
    ac_pack_row *rows = ac_arena_alloc(l->arena, (l->rows.n + 1) * sizeof *rows);
    if (!rows)
        return ac_fail(err, AC_ELIMIT, "too many rows");
    for (size_t i = 0; i < l->rows.n; i++) {
        const lexc_row *row = &l->rows.at[i];
        rows[i].n = row->n > 3 ? (uint32_t)(row->n - 3) : 0;
        rows[i].cells = rows[i].n ? (uint32_t)l->strings.bytes.n : 0;
        for (size_t k = 3; k < row->n; k++)
            AC_TRY(err, append_cell(l, row->cells[k], err));
        if (rows[i].n) /* behind the cells: the terms as written, see ac_terms_written */
            AC_TRY(err, append_cell(l, row->cells[2], err));
    }
    header->rows = lexc_append(out, rows, l->rows.n, sizeof *rows);
    return AC_OK;
}

static void lexc_cleanup(lexc *l)
{
    ac_sb_cleanup(&l->strings.bytes);
    ac_mem_free(l->strings.slots);
}

static uint32_t number_of(ac_sv set)
{
#define NAME(set) #set,
    static const char *const names[] = { AC_PACK_SETS(NAME) };
#undef NAME
    uint32_t k = 0;
    while (k < sizeof names / sizeof names[0] && !ac_sv_eq(ac_sv_z(names[k]), set))
        k++;
    return k;
}

static ac_rc write_pack(lexc *l, ac_sb *out, ac_err *err)
{
    ac_terms header = { .magic = AC_PACK_MAGIC, .set = number_of(ac_sv_z(l->set->set)) };
    AC_AUTO(lexc_table) table = { .entries = AC_SB(LEXC_PACK_MAX) };
    AC_TRY(err, collect(l, err));
    merge_terms(l);
    AC_TRY(err, check_clashes(l, err));
    ac_sb_add(out, (ac_sv) { (const char *)&header, sizeof header });
    (void)lexc_string(&l->strings, AC_SV(""));
    AC_TRY(err, lexc_trie(l, &table, err));
    header.terms = (uint32_t)l->terms.n;
    if (l->lexicon)
        AC_TRY(err, lexc_concepts(l, out, &header, err));
    else
        AC_TRY(err, append_rows(l, out, &header, err));
    if (ac_sv_eq(ac_sv_z(l->set->set), AC_SV("guidelines")))
        AC_TRY(err, lexc_triggers(l, out, &header, err));
    header.strings = lexc_append(out, l->strings.bytes.p, l->strings.bytes.n, 1);
    AC_TRY(err, lexc_table_append(l, &table, out, &header.table, err));
    header.bytes = (uint32_t)out->n;
    AC_TRY(err, ac_sb_done(&l->strings.bytes, err));
    AC_TRY(err, ac_sb_done(out, err));
    memcpy(out->p, &header, sizeof header);
    return AC_OK;
}

ac_rc lexc_compile(const char *set, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA_MAX);
    if (!arena)
        return ac_fail(err, AC_ENOMEM, "no memory to start with");
    AC_AUTO(lexc) l = { .arena = arena, .strings = { .bytes = AC_SB(LEXC_PACK_MAX) }, .set = lexc_set_find(ac_sv_z(set)) };
    if (ac_sv_eq(ac_sv_z(set), AC_SV("shared")))
        return lexc_shared(&l, paths, n_paths, out, err);
    if (ac_sv_eq(ac_sv_z(set), AC_SV("bare")))
        return lexc_bare(paths, n_paths, out, err);
    if (!l.set)
        return ac_fail(err, AC_EINPUT, "no such set");
    if (ac_sv_eq(ac_sv_z(l.set->set), AC_SV("models")))
        return lexc_models(&l, paths, n_paths, out, err);
    l.lexicon = ac_sv_eq(ac_sv_z(l.set->set), AC_SV("lexicon"));
    for (size_t i = 0; i < n_paths; i++)
        AC_TRY(err, lexc_read(&l, paths[i], err));
    return write_pack(&l, out, err);
}
