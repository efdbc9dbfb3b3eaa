#include "lexc/lexc.h"

#include <stdlib.h>

/* Columns of data/guidelines. */
enum { COLUMN_KEY, COLUMN_LANG, COLUMN_ID, COLUMN_MEMBERS, COLUMN_CONDITIONS };

typedef struct {
    ac_pack_trigger *at;
    size_t n, cap;
} triggers;

static bool add(lexc *l, triggers *all, uint64_t name, size_t row)
{
    ac_pack_trigger *slot = ac_vec_push(all, l->arena);
    if (slot)
        *slot = (ac_pack_trigger) { .name = name, .row = (uint32_t)row };
    return slot;
}

static bool is_set(const lexc_row *row) { return ac_sv_eq(row->cells[COLUMN_KEY], AC_SV("set")); }

/* The members of "@name", else the name itself. */
static ac_sv members_of(const lexc *l, ac_sv name)
{
    for (size_t i = 0; name.n && name.p[0] == '@' && i < l->rows.n; i++)
        if (is_set(&l->rows.at[i]) && ac_sv_eq(l->rows.at[i].cells[COLUMN_ID], ac_sv_sub(name, 1, name.n)))
            return l->rows.at[i].cells[COLUMN_MEMBERS];
    return name;
}

/* "drug:warfarin,@nsaid": its names without what is asked of their values. Empty for "age>=65", "no-lab:inr". */
static ac_sv names_of(ac_sv condition)
{
    ac_sv names = condition, word;
    (void)ac_sv_split(&names, ':', &word);
    if (!names.p || ac_sv_starts(word, AC_SV("no-")))
        return AC_SV("");
    size_t n = 0;
    while (n < names.n && names.p[n] != '<' && names.p[n] != '>' && names.p[n] != '/')
        n++;
    return ac_sv_sub(names, 0, n);
}

static bool add_rule(lexc *l, triggers *all, size_t row)
{
    ac_sv conditions = l->rows.at[row].cells[COLUMN_CONDITIONS], names = { 0 };
    for (ac_sv one; !names.n && ac_sv_split(&conditions, ' ', &one);)
        names = names_of(one);
    if (!names.n)
        return add(l, all, 0, row);
    bool ok = true;
    for (ac_sv name; ac_sv_split(&names, ',', &name);) {
        ac_sv members = members_of(l, name);
        for (ac_sv one; ok && ac_sv_split(&members, ',', &one);)
            ok = add(l, all, ac_pack_name_hash(AC_SV(""), one), row);
    }
    return ok;
}

static int by_name(const void *a, const void *b)
{
    const ac_pack_trigger *x = a, *y = b;
    int c = (x->name > y->name) - (x->name < y->name);
    return c ? c : (x->row > y->row) - (x->row < y->row);
}

ac_rc lexc_triggers(lexc *l, ac_sb *out, ac_terms *header, ac_err *err)
{
    triggers all = { 0 };
    for (size_t i = 0; i < l->rows.n; i++)
        if (!is_set(&l->rows.at[i]) && l->rows.at[i].n > COLUMN_CONDITIONS && !add_rule(l, &all, i))
            return ac_fail(err, AC_ELIMIT, "too many rules");
    if (all.n)
        qsort(all.at, all.n, sizeof all.at[0], by_name);
    header->triggers = lexc_append(out, all.at, all.n, sizeof *all.at);
    return AC_OK;
}
