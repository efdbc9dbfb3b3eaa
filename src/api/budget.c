#include "api/budget.h"

enum { NUMBERS = 4 };

#define BUDGET(role, ...) [role] = { __VA_ARGS__ },
static const ac_budgets defaults = { { AC_BUDGET_LIST(BUDGET) } };
static const int64_t most[NUMBERS] = { (int64_t)1 << 30, (int64_t)1 << 40, 24 * 3600, 7 * 24 * 3600 };

ac_budgets ac_budgets_default(void) { return defaults; }

/* The next word of a line; empty: there is none. */
static ac_sv word_of(ac_sv *line)
{
    size_t from = 0, to;
    while (from < line->n && (line->p[from] == ' ' || line->p[from] == '\t'))
        from++;
    for (to = from; to < line->n && line->p[to] != ' ' && line->p[to] != '\t';)
        to++;
    const ac_sv word = ac_sv_sub(*line, from, to);
    *line = ac_sv_sub(*line, to, line->n);
    return word;
}

static bool read_line(ac_sv line, ac_budgets *b)
{
    ac_role role;
    int64_t n[NUMBERS];
    if (!ac_role_from(word_of(&line), &role))
        return false;
    for (int i = 0; i < NUMBERS; i++)
        if (!ac_sv_to_i64(word_of(&line), &n[i]) || n[i] < 0 || n[i] > most[i])
            return false;
    b->of[role] = (ac_budget) { (uint64_t)n[0], (uint64_t)n[1], (uint32_t)n[2], (uint32_t)n[3] };
    return !word_of(&line).n;
}

ac_rc ac_budgets_read(ac_sv text, ac_budgets *budgets, ac_err *err)
{
    ac_sv line;
    for (int number = 1; ac_sv_split(&text, '\n', &line); number++) {
        line = ac_sv_trim(line);
        if (line.n && line.p[0] != '#' && !read_line(line, budgets))
            return ac_fail(err, AC_EINPUT,
                           "line %d: a role, and bytes, bytes of an upload, seconds, seconds of an upload", number);
    }
    return AC_OK;
}

uint64_t ac_budgets_least(const ac_budgets *b)
{
    uint64_t least = UINT64_MAX;
    for (int r = 0; r < AC_ROLES; r++)
        least = b->of[r].bytes < least ? b->of[r].bytes : least;
    return least;
}
