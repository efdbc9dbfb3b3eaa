#include "lexc/lexc.h"

#include "nlp/fold.h"
#include "os/file.h"

#include <string.h>

enum { FILE_MAX = 64 << 20, PLURALS_MAX = 4, HASH_FIRST = 1 << 12 };

static ac_rc split_row(lexc *l, ac_sv line, const char *path, size_t number, ac_err *err)
{
    lexc_row *row = ac_vec_push(&l->rows, l->arena);
    if (!row)
        return ac_fail(err, AC_ELIMIT, "line %zu: no room", number);
    row->where = ac_arena_printf(l->arena, "%s:%zu", path, number);
    for (ac_sv cell; ac_sv_split(&line, '\t', &cell);) {
        if (row->n == sizeof row->cells / sizeof row->cells[0])
            return ac_fail(err, AC_EINPUT, "line %zu has too many columns", number);
        row->cells[row->n++] = ac_sv_eq(cell, AC_SV("-")) ? AC_SV("") : ac_arena_copy(l->arena, cell);
    }
    return AC_OK;
}

ac_rc lexc_read(lexc *l, const char *path, ac_err *err)
{
    AC_AUTO(ac_sb) file = AC_SB(FILE_MAX);
    AC_TRY(err, ac_file_read(path, &file, err));
    ac_sv rest = ac_sb_view(&file);
    size_t number = 0;
    for (ac_sv line; ac_sv_split(&rest, '\n', &line);) {
        number++;
        if (line.n && line.p[0] != '#')
            AC_TRY(err, split_row(l, line, path, number, err));
    }
    return AC_OK;
}

static ac_rc push_term(lexc *l, lexc_term term, ac_err *err)
{
    lexc_term *slot = ac_vec_push(&l->terms, l->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    *slot = term;
    return AC_OK;
}

static ac_rc add_plurals(lexc *l, lexc_term term, ac_err *err)
{
    for (ac_lang lang = 0; lang < AC_LANG_COUNT; lang++) {
        ac_sv forms[PLURALS_MAX];
        if (!(term.langs & (1u << lang)))
            continue;
        size_t n = lexc_plurals(l->arena, term.folded, lang, forms, PLURALS_MAX);
        for (size_t i = 0; i < n; i++) {
            lexc_term plural = term;
            plural.folded = forms[i];
            plural.langs = (uint8_t)(1u << lang);
            plural.inflected = true;
            AC_TRY(err, push_term(l, plural, err));
        }
    }
    return AC_OK;
}

ac_rc lexc_add_terms(lexc *l, ac_sv cell, const lexc_term *proto, bool inflect, ac_err *err)
{
    if (cell.n == 0)
        return AC_OK;
    for (ac_sv written; ac_sv_split(&cell, '|', &written);) {
        lexc_term term = *proto;
        for (; written.n && (written.p[written.n - 1] == '^' || written.p[written.n - 1] == '?'); written.n--)
            term.flags |= written.p[written.n - 1] == '^' ? AC_TERM_EXACT : AC_TERM_AMBIGUOUS;
        ac_folded folded;
        AC_TRY(err, ac_fold(written, l->arena, &folded, err));
        if (folded.text.n == 0)
            return ac_fail(err, AC_EINPUT, "an empty term");
        term.folded = folded.text;
        term.surface = term.flags & AC_TERM_EXACT ? written : AC_SV("");
        AC_TRY(err, push_term(l, term, err));
        if (inflect && !(term.flags & AC_TERM_EXACT))
            AC_TRY(err, add_plurals(l, term, err));
    }
    return AC_OK;
}

static uint64_t hash(ac_sv s) /* FNV-1a */
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

static uint32_t *slot_of(const lexc_strings *s, ac_sv text)
{
    for (size_t i = hash(text) & (s->cap - 1);; i = (i + 1) & (s->cap - 1))
        if (!s->slots[i] || ac_sv_eq(ac_sv_z(s->bytes.p + s->slots[i] - 1), text))
            return &s->slots[i];
}

static bool grow_slots(lexc_strings *s)
{
    lexc_strings bigger = { .bytes = s->bytes, .cap = s->cap ? s->cap * 2 : HASH_FIRST, .n = s->n };
    bigger.slots = ac_mem_alloc(bigger.cap * sizeof *bigger.slots);
    if (!bigger.slots)
        return false;
    for (size_t i = 0; i < s->cap; i++)
        if (s->slots[i])
            *slot_of(&bigger, ac_sv_z(s->bytes.p + s->slots[i] - 1)) = s->slots[i];
    ac_mem_free(s->slots);
    *s = bigger;
    return true;
}

uint32_t lexc_string(lexc_strings *s, ac_sv text)
{
    if (s->bytes.n == 0)
        ac_sb_add_char(&s->bytes, '\0');
    if (text.n == 0)
        return 0;
    if (s->n * 2 >= s->cap && !grow_slots(s))
        return UINT32_MAX;
    uint32_t *slot = slot_of(s, text);
    if (!*slot) {
        *slot = (uint32_t)s->bytes.n + 1;
        ac_sb_add(&s->bytes, text);
        ac_sb_add_char(&s->bytes, '\0');
        s->n++;
    }
    return *slot - 1;
}
