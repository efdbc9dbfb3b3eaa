#include "eval/csv.h"

/* A quoted cell; i is after its first quote. Returns where it ends: after the closing quote. */
static size_t quoted(ac_sv s, size_t i, ac_arena *arena, ac_sv *out)
{
    size_t end = i, doubled = 0;
    while (end < s.n && (s.p[end] != '"' || (end + 1 < s.n && s.p[end + 1] == '"'))) {
        doubled += s.p[end] == '"';
        end += s.p[end] == '"' ? 2 : 1;
    }
    *out = ac_sv_sub(s, i, end);
    if (doubled) {
        char *p = ac_arena_alloc(arena, out->n);
        size_t n = 0;
        for (size_t k = 0; p && k < out->n; k++) {
            p[n++] = out->p[k];
            k += out->p[k] == '"';
        }
        *out = (ac_sv) { p, p ? n : 0 };
    }
    return end < s.n ? end + 1 : end;
}

static size_t plain(ac_sv s, size_t i, ac_sv *out)
{
    size_t end = i;
    while (end < s.n && s.p[end] != ',' && s.p[end] != '\n')
        end++;
    *out = ac_sv_sub(s, i, end);
    if (out->n && out->p[out->n - 1] == '\r' && (end == s.n || s.p[end] == '\n'))
        out->n--;
    return end;
}

/* A row from i on; returns the start of the next one. */
static size_t read_row(ac_sv s, size_t i, ac_arena *arena, ac_csv_row *row, bool *full)
{
    for (;;) {
        ac_sv cell;
        size_t end = i < s.n && s.p[i] == '"' ? quoted(s, i + 1, arena, &cell) : plain(s, i, &cell);
        *full = *full || (!cell.p && end > i);
        while (end < s.n && s.p[end] != ',' && s.p[end] != '\n')
            end++; /* what stands between a closing quote and the comma */
        if (row->n < AC_CSV_CELLS)
            row->cell[row->n++] = cell;
        if (end >= s.n || s.p[end] == '\n')
            return end < s.n ? end + 1 : end;
        i = end + 1;
    }
}

ac_rc ac_csv_next(ac_sv *rest, ac_arena *arena, ac_csv_row *out, bool *done, ac_err *err)
{
    for (;;) {
        ac_csv_row row = { .n = 0 };
        bool full = false;
        *done = rest->n == 0;
        if (*done)
            return AC_OK;
        size_t next = read_row(*rest, 0, arena, &row, &full);
        *rest = ac_sv_sub(*rest, next, rest->n);
        if (full)
            return ac_fail(err, AC_ELIMIT, "no room for a cell");
        if (row.n > 1 || row.cell[0].n) {
            *out = row;
            return AC_OK;
        }
    }
}

size_t ac_csv_column(const ac_csv_row *header, const char *name)
{
    for (size_t i = 0; i < header->n; i++) {
        ac_sv c = header->cell[i];
        if (i == 0 && ac_sv_starts(c, AC_SV("\xEF\xBB\xBF")))
            c = ac_sv_sub(c, 3, c.n);
        if (ac_sv_eq(c, ac_sv_z(name)))
            return i;
    }
    return AC_CSV_CELLS;
}
