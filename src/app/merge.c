#include "app/merge.h"

#include "app/batch.h"
#include "core/id_json.h"
#include "nlp/time/calendar.h"

#include <stdlib.h>

enum { PLACES = 1 << 15, ITEMS_MAX = PLACES / 2, DAY_MS = 24 * 3600 * 1000 };

/* Lists of a summary. "top" is not among them: what matters first is another question for several documents. */
static const char *const lists[] = { "problems",   "allergies", "medications",    "results",  "procedures",
                                     "chronology", "follow_up", "contradictions", "questions" };
enum { LISTS = sizeof lists / sizeof *lists };

typedef struct {
    ac_merge_source is;
    ac_sv name, note_date, language;
    int64_t day; /* since 1970 */
    size_t rank; /* newest: 0 */
} source;

typedef struct citation citation;
struct citation {
    size_t source;
    size_t n;
    int64_t (*spans)[2];
    citation *next;
};

typedef struct {
    size_t list;
    ac_sv text;
    citation *first, *last;
    size_t order, rank; /* rank: of its newest source */
} item;

struct ac_merge {
    ac_arena *arena;
    AC_VEC(source) sources;
    size_t n_items;
    item *items;      /* ITEMS_MAX */
    uint32_t *places; /* number of an item, from 1; by its words */
};

ac_rc ac_merge_new(ac_arena *arena, ac_merge **out, ac_err *err)
{
    ac_merge *m = ac_arena_alloc(arena, sizeof *m);
    if (!m)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *m = (ac_merge) { .arena = arena,
                      .items = ac_arena_alloc(arena, ITEMS_MAX * sizeof *m->items),
                      .places = ac_arena_alloc(arena, PLACES * sizeof *m->places) };
    if (!m->items || !m->places)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    memset(m->places, 0, PLACES * sizeof *m->places);
    *out = m;
    return AC_OK;
}

/* ---- the same words ---- */

/* Case and the width of blanks make no difference: the next byte that counts, -1 at the end. */
static int next_byte(ac_sv s, size_t *at)
{
    if (*at >= s.n)
        return -1;
    if (!ac_is_space(s.p[*at]))
        return (unsigned char)ac_lower(s.p[(*at)++]);
    while (*at < s.n && ac_is_space(s.p[*at]))
        ++*at;
    return ' ';
}

static bool same_words(ac_sv a, ac_sv b)
{
    size_t i = 0, k = 0;
    for (;;) {
        const int x = next_byte(a, &i), y = next_byte(b, &k);
        if (x != y)
            return false;
        if (x < 0)
            return true;
    }
}

static uint64_t hash(size_t list, ac_sv text)
{
    uint64_t h = 0xcbf29ce484222325 + list; /* FNV-1a */
    size_t at = 0;
    for (int c; (c = next_byte(text, &at)) >= 0;)
        h = (h ^ (uint64_t)c) * 0x100000001b3;
    return h;
}

/* NULL: no room for another one */
static item *find(ac_merge *m, size_t list, ac_sv text)
{
    size_t at = hash(list, text) % PLACES;
    for (; m->places[at]; at = (at + 1) % PLACES) {
        item *i = &m->items[m->places[at] - 1];
        if (i->list == list && same_words(i->text, text))
            return i;
    }
    const ac_sv copy = m->n_items < ITEMS_MAX ? ac_arena_copy(m->arena, text) : (ac_sv) { 0 };
    if (!copy.p)
        return NULL;
    m->places[at] = (uint32_t)++m->n_items;
    m->items[m->n_items - 1] = (item) { .list = list, .text = copy, .order = m->n_items };
    return &m->items[m->n_items - 1];
}

/* ---- adding ---- */

static ac_rc cite(ac_merge *m, item *i, size_t from, const ac_json *evidence, ac_err *err)
{
    const size_t n = evidence && evidence->type == AC_JSON_ARRAY ? evidence->n : 0;
    citation *c = ac_arena_alloc(m->arena, sizeof *c);
    if (!c || !(c->spans = ac_arena_alloc(m->arena, (n + 1) * sizeof *c->spans)))
        return ac_fail(err, AC_ELIMIT, "too much for one summary");
    c->source = from;
    c->n = 0;
    c->next = NULL;
    for (const ac_json *span = n ? evidence->first : NULL; span; span = span->next) {
        c->spans[c->n][0] = ac_json_i64(span, "begin", 0);
        c->spans[c->n++][1] = ac_json_i64(span, "end", 0);
    }
    if (i->last)
        i->last->next = c;
    else
        i->first = c;
    i->last = c;
    return AC_OK;
}

static ac_rc add_list(ac_merge *m, size_t list, const ac_json *values, size_t from, ac_err *err)
{
    for (const ac_json *v = values ? values->first : NULL; v; v = v->next) {
        const ac_sv text = ac_sv_trim(ac_json_text(v, "text"));
        item *i = text.n ? find(m, list, text) : NULL;
        if (!i && text.n)
            return ac_fail(err, AC_ELIMIT, "too much for one summary");
        if (i)
            AC_TRY(err, cite(m, i, from, ac_json_get(v, "evidence"), err));
    }
    return AC_OK;
}

ac_rc ac_merge_add(ac_merge *m, const ac_merge_source *is, const ac_json *result, ac_err *err)
{
    const ac_json *document = ac_json_get(result, "document"), *summary = ac_json_get(result, "summary");
    ac_date date;
    if (!document || !summary)
        return ac_fail(err, AC_EINPUT, "no result with a summary");
    source s = { .is = *is,
                 .name = ac_arena_copy(m->arena, ac_json_text(document, "id")),
                 .note_date = ac_arena_copy(m->arena, ac_json_text(document, "note_date")),
                 .language = ac_arena_copy(m->arena, ac_json_text(document, "language")),
                 .day = is->created_ms / DAY_MS };
    if (ac_date_read(s.note_date, &date))
        s.day = ac_date_days(date);
    source *at = ac_vec_push(&m->sources, m->arena);
    if (!at)
        return ac_fail(err, AC_ELIMIT, "too much for one summary");
    *at = s;
    for (size_t list = 0; list < LISTS; list++)
        AC_TRY(err, add_list(m, list, ac_json_get(summary, lists[list]), m->sources.n - 1, err));
    return AC_OK;
}

/* ---- writing ---- */

static int newer(const void *a, const void *b)
{
    const source *x = *(source *const *)a, *y = *(source *const *)b;
    if (x->day != y->day)
        return x->day < y->day ? 1 : -1;
    if (x->is.created_ms != y->is.created_ms)
        return x->is.created_ms < y->is.created_ms ? 1 : -1;
    return ac_id_cmp(y->is.job, x->is.job);
}

static int in_order(const void *a, const void *b)
{
    const item *x = a, *y = b;
    if (x->list != y->list)
        return x->list < y->list ? -1 : 1;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void put_source(ac_jw *w, const source *s)
{
    ac_jw_object(w);
    ac_jw_kid(w, "job_id", s->is.job);
    ac_jw_kid(w, "document_id", s->is.document);
    ac_jw_kstring(w, "name", s->name);
    ac_jw_key(w, AC_SV("note_date"));
    if (s->note_date.n)
        ac_jw_string(w, s->note_date);
    else
        ac_jw_null(w);
    ac_jw_kstring(w, "language", s->language);
    ac_jw_kbool(w, "complete", s->is.complete);
    ac_jw_end_object(w);
}

static void put_item(const ac_merge *m, ac_jw *w, const item *i)
{
    ac_jw_object(w);
    ac_jw_kstring(w, "text", i->text);
    ac_jw_karray(w, "citations");
    for (const citation *c = i->first; c; c = c->next) {
        ac_jw_object(w);
        ac_jw_ku64(w, "source", m->sources.at[c->source].rank);
        ac_jw_karray(w, "evidence");
        for (size_t k = 0; k < c->n; k++) {
            ac_jw_object(w);
            ac_jw_ku64(w, "begin", (uint64_t)c->spans[k][0]);
            ac_jw_ku64(w, "end", (uint64_t)c->spans[k][1]);
            ac_jw_end_object(w);
        }
        ac_jw_end_array(w);
        ac_jw_end_object(w);
    }
    ac_jw_end_array(w);
    ac_jw_end_object(w);
}

/* NULL: no room, or there are none */
static source **ranked(ac_merge *m)
{
    source **order = m->sources.n ? ac_arena_alloc(m->arena, m->sources.n * sizeof *order) : NULL;
    if (!order)
        return NULL;
    for (size_t i = 0; i < m->sources.n; i++)
        order[i] = &m->sources.at[i];
    qsort(order, m->sources.n, sizeof *order, newer);
    for (size_t i = 0; i < m->sources.n; i++)
        order[i]->rank = i;
    return order;
}

static void rank_items(ac_merge *m)
{
    for (size_t i = 0; i < m->n_items; i++) {
        m->items[i].rank = SIZE_MAX;
        for (const citation *c = m->items[i].first; c; c = c->next)
            if (m->sources.at[c->source].rank < m->items[i].rank)
                m->items[i].rank = m->sources.at[c->source].rank;
    }
    qsort(m->items, m->n_items, sizeof *m->items, in_order);
}

void ac_merge_write(ac_merge *m, ac_jw *w)
{
    source **order = ranked(m);
    size_t at = 0;
    rank_items(m);
    ac_jw_karray(w, "sources");
    for (size_t i = 0; order && i < m->sources.n; i++)
        put_source(w, order[i]);
    ac_jw_end_array(w);
    ac_jw_kobject(w, "summary");
    for (size_t list = 0; list < LISTS; list++) {
        ac_jw_karray(w, lists[list]);
        for (; at < m->n_items && m->items[at].list == list; at++)
            put_item(m, w, &m->items[at]);
        ac_jw_end_array(w);
    }
    ac_jw_end_object(w);
}
