/* The code-point map declared in normalise.h. */
#include "nlp/text/normalise.h"

#include "base/search.h"

enum { EVERY = 64 };

static uint32_t count(ac_sv text, size_t begin, size_t end)
{
    uint32_t n = 0;
    for (size_t i = begin; i < end; i++)
        n += ((unsigned char)text.p[i] & 0xC0) != 0x80;
    return n;
}

ac_rc ac_cp_map_new(ac_sv text, ac_arena *arena, ac_cp_map *out, ac_err *err)
{
    size_t n = text.n / EVERY + 1;
    uint32_t *every = text.n < UINT32_MAX ? ac_arena_alloc(arena, n * sizeof *every) : NULL;
    if (!every)
        return ac_fail(err, AC_ELIMIT, "no room for the code points of %zu bytes", text.n);
    for (size_t i = 1; i < n; i++)
        every[i] = every[i - 1] + count(text, (i - 1) * EVERY, i * EVERY);
    *out = (ac_cp_map) { text, every };
    return AC_OK;
}

uint32_t ac_cp_of_byte(const ac_cp_map *m, uint32_t byte)
{
    size_t at = byte < m->text.n ? byte : m->text.n, block = at / EVERY;
    if (block < m->text.n / EVERY && m->every[block + 1] - m->every[block] == EVERY) /* ASCII: nearly all blocks */
        return m->every[block] + (uint32_t)(at - block * EVERY);
    return m->every[block] + count(m->text, block * EVERY, at);
}

uint32_t ac_byte_of_cp(const ac_cp_map *m, uint32_t cp)
{
    size_t block = AC_LAST_BEFORE(i, m->text.n / EVERY + 1, m->every[i] <= cp);
    uint32_t seen = m->every[block];
    for (size_t i = block * EVERY; i < m->text.n; i++)
        if (((unsigned char)m->text.p[i] & 0xC0) != 0x80 && seen++ == cp)
            return (uint32_t)i;
    return (uint32_t)m->text.n;
}
