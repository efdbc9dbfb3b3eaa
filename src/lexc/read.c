#include "lexc/lexc.h"

#include "nlp/lexicon/plural.h"
#include "nlp/text/fold.h"
#include "os/file.h"

#include <string.h>

enum { FILE_MAX = 64 << 20, PLURALS_MAX = 1, FORMS_MAX = 8, HASH_FIRST = 1 << 12 };

ac_rc lexc_fail_at(ac_err *err, ac_rc rc, ac_sv where)
{
    char text[sizeof err->text];
    if (!err)
        return rc;
    memcpy(text, err->text, sizeof text);
    return ac_err_set(err, rc, __FILE__, __LINE__, "%.*s: %s", (int)where.n, where.p, text);
}

static ac_rc check_line(ac_sv line, ac_err *err)
{
    for (size_t i = 0, n; i < line.n; i += n) {
        n = ac_utf8_length(ac_sv_sub(line, i, line.n));
        if (n == 0)
            return ac_fail(err, AC_EINPUT, "byte %zu is not UTF-8", i + 1);
        if ((unsigned char)line.p[i] < ' ' && line.p[i] != '\t')
            return ac_fail(err, AC_EINPUT, "byte %zu is a control character", i + 1);
    }
    return AC_OK;
}

static ac_rc split_row(lexc *l, ac_sv line, lexc_row *row, ac_err *err)
{
    AC_TRY(err, check_line(line, err));
    for (ac_sv cell; ac_sv_split(&line, '\t', &cell);) {
        if (row->n == sizeof row->cells / sizeof row->cells[0])
            return ac_fail(err, AC_EINPUT, "more than %zu columns", row->n);
        row->cells[row->n] = ac_sv_eq(cell, AC_SV("-")) ? AC_SV("") : ac_arena_copy(l->arena, cell);
        if (!row->cells[row->n++].p)
            return ac_fail(err, AC_ELIMIT, "no room for the cells");
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
        if (line.n == 0 || line.p[0] == '#')
            continue;
        lexc_row *row = ac_vec_push(&l->rows, l->arena);
        ac_sv where = ac_arena_printf(l->arena, "%s:%zu", path, number);
        if (!row || !where.p)
            return ac_fail(err, AC_ELIMIT, "line %zu: no room", number);
        row->where = where;
        ac_rc rc = split_row(l, line, row, err);
        if (rc != AC_OK)
            return lexc_fail_at(err, rc, where);
    }
    return AC_OK;
}

static ac_rc push_term(lexc *l, lexc_term term, ac_err *err)
{
    lexc_term *slot = ac_vec_push(&l->terms, l->arena);
    if (!slot)
        return ac_fail(err, AC_ELIMIT, "too many terms");
    *slot = term;
    slot->order = (uint32_t)l->terms.n;
    return AC_OK;
}

static ac_rc push_forms(lexc *l, lexc_term term, ac_lang lang, const ac_sv *forms, size_t n, ac_err *err)
{
    for (size_t i = 0; i < n; i++) {
        lexc_term form = term;
        form.folded = forms[i];
        form.langs = (uint8_t)(1u << lang);
        form.inflected = true;
        AC_TRY(err, push_term(l, form, err));
    }
    return AC_OK;
}

/* The plural, and each of both with an article. */
static ac_rc add_forms(lexc *l, lexc_term term, ac_err *err)
{
    for (ac_lang lang = 0; lang < AC_LANG_COUNT; lang++) {
        ac_sv forms[FORMS_MAX] = { term.folded };
        if (!(term.langs & (1u << lang)))
            continue;
        size_t n = 1 + ac_plurals(l->arena, term.folded, lang, forms + 1, PLURALS_MAX);
        for (size_t i = 0, bare = n; i < bare; i++)
            n += ac_articles(l->arena, forms[i], lang, forms + n, FORMS_MAX - n);
        AC_TRY(err, push_forms(l, term, lang, forms + 1, n - 1, err));
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
            AC_TRY(err, add_forms(l, term, err));
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
    if (text.n == 0 || s->bytes.rc != AC_OK)
        return 0;
    if (s->n * 2 >= s->cap && !grow_slots(s)) {
        s->bytes.rc = AC_ENOMEM; /* ac_sb_done reports it */
        return 0;
    }
    uint32_t *slot = slot_of(s, text);
    if (*slot)
        return *slot - 1;
    uint32_t off = (uint32_t)s->bytes.n;
    ac_sb_add(&s->bytes, text);
    ac_sb_add_char(&s->bytes, '\0');
    if (s->bytes.rc != AC_OK)
        return 0;
    *slot = off + 1;
    s->n++;
    return off;
}
