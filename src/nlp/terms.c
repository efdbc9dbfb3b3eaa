#include "nlp/terms.h"

#include "nlp/fold.h"
#include "nlp/pack.h"

#include <string.h>

/* The packs are made by lexc and linked in by packs.S (see CMakeLists.txt). */
#define PACK(set)                                                                                                      \
    extern const ac_terms ac_pack_##set;                                                                               \
    const ac_terms *ac_terms_##set(void) { return &ac_pack_##set; }

PACK(lexicon)
PACK(sections)
PACK(context)
PACK(sig)
PACK(units)
PACK(phi)
PACK(names)
PACK(guidelines)
PACK(outputs)

typedef struct {
    const ac_pack_unit *units;
    uint32_t n;
} trie;

static trie trie_of(const ac_terms *t) { return (trie) { ac_pack_at(t, t->units), t->units.n }; }

static bool step(trie t, uint32_t *state, unsigned char c)
{
    uint32_t to = (uint32_t)t.units[*state].base + c;
    if (to >= t.n || t.units[to].check != (int32_t)*state)
        return false;
    *state = to;
    return true;
}

/* The terms that end in this state, or NULL. */
static const ac_term *terms_at(const ac_terms *t, trie tr, uint32_t state)
{
    if (!step(tr, &state, 0))
        return NULL;
    return (const ac_term *)ac_pack_at(t, t->terms) + tr.units[state].base;
}

static bool fits(const ac_terms *t, const ac_term *m, ac_sv surface, ac_lang lang)
{
    if (!(m->langs & (1u << lang)))
        return false;
    return !(m->flags & AC_TERM_EXACT) || ac_sv_eq(ac_sv_z(ac_pack_string(t, m->surface)), surface);
}

static const ac_term *first_fit(const ac_terms *t, const ac_term *m, ac_sv surface, ac_lang lang)
{
    for (; m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
        if (fits(t, m, surface, lang))
            return m;
    return NULL;
}

const ac_term *ac_term_next(const ac_terms *t, const ac_term *term, ac_sv surface, ac_lang lang)
{
    return term->flags & AC_TERM_LAST ? NULL : first_fit(t, term + 1, surface, lang);
}

size_t ac_terms_all(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                    ac_term_hit *out, size_t max)
{
    trie tr = trie_of(t);
    uint32_t state = 0;
    size_t n = 0;
    for (uint32_t i = at; i < f->text.n && n < max && step(tr, &state, (unsigned char)f->text.p[i]); i++) {
        if (!ac_fold_word_ends(f->text, i + 1))
            continue;
        const ac_term *m = terms_at(t, tr, state);
        if (m)
            m = first_fit(t, m, ac_span_text(note_text, ac_fold_span(f, note_text, at, i + 1)), lang);
        if (m)
            out[n++] = (ac_term_hit) { at, i + 1, m };
    }
    return n;
}

bool ac_terms_longest(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                      ac_term_hit *out)
{
    trie tr = trie_of(t);
    uint32_t state = 0;
    bool found = false;
    for (uint32_t i = at; i < f->text.n && step(tr, &state, (unsigned char)f->text.p[i]); i++) {
        if (!ac_fold_word_ends(f->text, i + 1))
            continue;
        const ac_term *m = terms_at(t, tr, state);
        if (m)
            m = first_fit(t, m, ac_span_text(note_text, ac_fold_span(f, note_text, at, i + 1)), lang);
        if (m) {
            *out = (ac_term_hit) { at, i + 1, m };
            found = true;
        }
    }
    return found;
}

const ac_term *ac_terms_find(const ac_terms *t, ac_sv folded, ac_lang lang)
{
    trie tr = trie_of(t);
    uint32_t state = 0;
    for (size_t i = 0; i < folded.n; i++)
        if (!step(tr, &state, (unsigned char)folded.p[i]))
            return NULL;
    const ac_term *m = folded.n ? terms_at(t, tr, state) : NULL;
    for (; m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
        if (m->langs & (1u << lang))
            return m;
    return NULL;
}

/* Cell i of the strings that belong to a row; extra: how many follow the cells proper. */
static ac_sv row_string(const ac_terms *t, uint32_t row, size_t i, size_t extra)
{
    const ac_pack_row *r = (const ac_pack_row *)ac_pack_at(t, t->rows) + row;
    if (row >= t->rows.n || r->n == 0 || i >= r->n + extra)
        return (ac_sv) { "", 0 };
    const char *p = ac_pack_string(t, r->cells);
    for (; i; i--)
        p += strlen(p) + 1;
    return ac_sv_z(p);
}

ac_sv ac_terms_cell(const ac_terms *t, uint32_t row, size_t i) { return row_string(t, row, i, 0); }

ac_sv ac_terms_written(const ac_terms *t, uint32_t row)
{
    if (row >= t->rows.n)
        return (ac_sv) { "", 0 };
    return row_string(t, row, ((const ac_pack_row *)ac_pack_at(t, t->rows) + row)->n, 1);
}

size_t ac_terms_rows(const ac_terms *t) { return t->rows.n; }
