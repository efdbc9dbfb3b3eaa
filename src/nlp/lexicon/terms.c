#include "nlp/lexicon/terms.h"

#include "nlp/text/fold.h"
#include "nlp/lexicon/pack.h"

#include <string.h>

/* The packs are made by lexc and linked in by packs.S (see CMakeLists.txt). Some have a table of terms of their own, the rest
 * share one. */
#define PACK(set)                                                                                                      \
    extern const ac_terms ac_pack_##set;                                                                               \
    const ac_terms *ac_terms_##set(void) { return &ac_pack_##set; }
AC_PACK_SETS(PACK)
#undef PACK

/* One walk from a word start along the text. */
typedef struct {
    const ac_terms *t;
    ac_pack_words table;
    const ac_folded *f;
    uint32_t begin, at;
    uint32_t hash; /* of the words between them */
    bool over;
} walk;

static bool has_own(const ac_terms *t) { return t->table.nodes.n != 0; }

static ac_pack_words table_of(const ac_terms *t)
{
    return has_own(t) ? ac_pack_words_at(t, &t->table) : ac_pack_words_at(&ac_pack_all, &ac_pack_all.table);
}

/* Its bit in that table. */
static uint32_t place_of(const ac_terms *t) { return has_own(t) ? 0 : t->set; }

/* False when no term starts with the words there: most are refused here with one load from
 * a table that is small enough to be near, which the nodes are not. Of sets that share theirs. */
static bool may_start(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    const uint8_t *line = ac_pack_start_line(&ac_pack_all, f->words[at]);
    uint32_t hash = 0;
    for (int words = 0; words < AC_PACK_START_WORDS && at < f->text.n; words++) {
        uint32_t n = f->words[at] & AC_FOLD_WORD_MAX;
        if (n == AC_FOLD_WORD_MAX)
            return true;
        hash = ac_pack_hash(hash, f->words[at]);
        if (ac_pack_start_sets(line, hash) >> t->set & 1)
            return true;
        at += n;
    }
    return false;
}

/* ---- walks ------------------------------------------------------------------------------------------------------- */

/* Nothing to find at that byte, as far as can be told without its nodes. */
static inline bool refused(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    return !has_own(t) && f->words && f->words[at] && !may_start(t, f, at);
}

/* The index knows all terms of the set that begin there. */
static inline bool is_indexed(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at)
{
    return f->starts && t->set < AC_PACK_INDEXED && f->words[at] &&
           (t->set != AC_PACK_NAMES || ac_pack_may_be_name(note_text, f->src[at]));
}

static walk walk_from(const ac_terms *t, const ac_folded *f, uint32_t at)
{
    return (walk) { .t = t, .table = table_of(t), .f = f, .begin = at, .at = at };
}

/* The next terms that end at a word end, which is then w->at; NULL when there are no more. */
static const ac_term *next_terms(walk *w)
{
    const ac_sv text = w->f->text;
    while (!w->over && w->at < text.n) {
        uint32_t word = w->f->words && w->f->words[w->at] ? w->f->words[w->at] : ac_fold_word(text, w->at);
        bool blank = text.p[w->at] == ' ';
        if ((word & AC_FOLD_WORD_MAX) == AC_FOLD_WORD_MAX) /* no term has such a word */
            return NULL;
        w->hash = ac_pack_hash(w->hash, word);
        w->at += word & AC_FOLD_WORD_MAX;
        if (blank) /* no term ends in one */
            continue;
        ac_pack_found found = ac_pack_find(&w->table, w->hash, ac_sv_sub(text, w->begin, w->at), 1u << place_of(w->t));
        w->over = !found.longer;
        if (found.terms)
            return ac_pack_list_of(found, place_of(w->t));
    }
    return NULL;
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

const ac_term *ac_term_behind(const ac_terms *t, const ac_term *term, ac_sv surface, ac_lang lang)
{
    return first_fit(t, term + 1, surface, lang);
}

ac_sv ac_term_surface_of(const ac_term_hit *hit, const ac_folded *f, ac_sv note_text)
{
    return ac_span_text(note_text, ac_fold_span(f, note_text, hit->begin, hit->end));
}

/* Where and in which language a set is looked up. */
typedef struct {
    const ac_terms *t;
    const ac_folded *f;
    ac_sv note_text;
    ac_lang lang;
} place;

/* The first meaning that fits a term at folded [begin, end): what stands in the text is asked for only when it matters. */
static const ac_term *first_fit_at(const place *p, const ac_term *m, ac_span folded)
{
    if ((m->flags & (AC_TERM_EXACT | AC_TERM_LAST)) == AC_TERM_LAST)
        return m->langs & (1u << p->lang) ? m : NULL;
    return first_fit(p->t, m, ac_span_text(p->note_text, ac_fold_span(p->f, p->note_text, folded.begin, folded.end)), p->lang);
}

/* The next hit of the set from *next on among those that begin at one place, or NULL. */
static const ac_term_mark *next_mark(const ac_terms *t, const ac_term_mark **next)
{
    for (const ac_term_mark *h = *next; h; h = h->last ? NULL : h + 1)
        if (h->set == t->set) {
            *next = h->last ? NULL : h + 1;
            return h;
        }
    return NULL;
}

/* A term of the set begins there, says the index. */
static inline bool begins(const ac_terms *t, const ac_folded *f, uint32_t at) { return f->starts[at] >> t->set & 1; }

static const ac_term *terms_of_mark(const ac_term_mark *h)
{
    const char *entries = (const char *)&ac_pack_all + ac_pack_all.table.entries.off;
    return (const ac_term *)(const void *)(entries + (size_t)h->terms * AC_PACK_ENTRY_ALIGN);
}

/* What the index knows of a place where a term of the set begins. */
static size_t indexed_all(const place *p, uint32_t at, ac_term_hit *out, size_t max)
{
    size_t n = 0;
    const ac_term_mark *next = p->f->marks + p->f->first[at], *h;
    for (const ac_term *m; n < max && (h = next_mark(p->t, &next));)
        if ((m = first_fit_at(p, terms_of_mark(h), ac_span_of(at, at + h->n))))
            out[n++] = (ac_term_hit) { at, at + h->n, m };
    return n;
}

static bool indexed_longest(const place *p, uint32_t at, ac_term_hit *out)
{
    bool found = false;
    const ac_term_mark *next = p->f->marks + p->f->first[at], *h;
    for (const ac_term *m; (h = next_mark(p->t, &next));)
        if ((m = first_fit_at(p, terms_of_mark(h), ac_span_of(at, at + h->n)))) {
            *out = (ac_term_hit) { at, at + h->n, m };
            found = true;
        }
    return found;
}

static size_t walked_all(const place *p, uint32_t at, ac_term_hit *out, size_t max)
{
    size_t n = 0;
    walk w = walk_from(p->t, p->f, at);
    for (const ac_term *m; n < max && (m = next_terms(&w));)
        if ((m = first_fit_at(p, m, ac_span_of(at, w.at))))
            out[n++] = (ac_term_hit) { at, w.at, m };
    return n;
}

static bool walked_longest(const place *p, uint32_t at, ac_term_hit *out)
{
    bool found = false;
    walk w = walk_from(p->t, p->f, at);
    for (const ac_term *m; (m = next_terms(&w));)
        if ((m = first_fit_at(p, m, ac_span_of(at, w.at)))) {
            *out = (ac_term_hit) { at, w.at, m };
            found = true;
        }
    return found;
}

size_t ac_terms_all(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                    ac_term_hit *out, size_t max)
{
    if (at >= f->text.n)
        return 0;
    const bool indexed = is_indexed(t, f, note_text, at);
    if (indexed ? !begins(t, f, at) : refused(t, f, at)) /* nearly always */
        return 0;
    const place p = { t, f, note_text, lang };
    return indexed ? indexed_all(&p, at, out, max) : walked_all(&p, at, out, max);
}

bool ac_terms_longest(const ac_terms *t, const ac_folded *f, ac_sv note_text, uint32_t at, ac_lang lang,
                      ac_term_hit *out)
{
    if (at >= f->text.n)
        return false;
    const bool indexed = is_indexed(t, f, note_text, at);
    if (indexed ? !begins(t, f, at) : refused(t, f, at))
        return false;
    const place p = { t, f, note_text, lang };
    return indexed ? indexed_longest(&p, at, out) : walked_longest(&p, at, out);
}

const ac_term *ac_terms_find(const ac_terms *t, ac_sv folded, ac_lang lang)
{
    uint32_t hash = 0, at = 0;
    while (at < folded.n) {
        uint32_t word = ac_fold_word(folded, at);
        hash = ac_pack_hash(hash, word);
        at += word & AC_FOLD_WORD_MAX;
    }
    const ac_pack_words table = table_of(t);
    ac_pack_found found = at ? ac_pack_find(&table, hash, folded, 1u << place_of(t)) : (ac_pack_found) { 0 };
    for (const ac_term *m = found.terms ? ac_pack_list_of(found, place_of(t)) : NULL; m; m = m->flags & AC_TERM_LAST ? NULL : m + 1)
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
    ac_pack_length n;
    for (;; p += n + 1) {
        memcpy(&n, p, sizeof n);
        p += sizeof n;
        if (i-- == 0)
            return (ac_sv) { p, n };
    }
}

ac_sv ac_terms_cell(const ac_terms *t, uint32_t row, size_t i) { return row_string(t, row, i, 0); }

ac_sv ac_terms_written(const ac_terms *t, uint32_t row)
{
    if (row >= t->rows.n)
        return (ac_sv) { "", 0 };
    return row_string(t, row, ((const ac_pack_row *)ac_pack_at(t, t->rows) + row)->n, 1);
}

size_t ac_terms_rows(const ac_terms *t) { return t->rows.n; }
