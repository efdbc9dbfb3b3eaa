#include "nlp/entity/sig.h"

#include "nlp/entity/entity.h"
#include "nlp/entity/sig_parse.h"
#include "nlp/time/time.h"

enum { ITEMS_MAX = 12, UNKNOWN_MAX = 3, STATUS_BACK = 8, STATUS_AHEAD = 4, LIST_GAP = 24, FORWARD_TOKENS = 60 };

typedef struct {
    uint32_t begin, end;  /* tokens of the medication */
    uint32_t entity;
    uint32_t from, to;    /* tokens of the room before and after it: its sentence, up to the neighbours */
    ac_sig_item before[ITEMS_MAX];
    size_t n_before;
    uint32_t own_from;    /* where its own words before it begin */
} room;

static bool clause_ends(const ac_note *note, uint32_t token) { return ac_token_is(note, token, ';'); }

static bool is_medication(const ac_entity *e) { return e->kind == AC_KIND_MEDICATION && !e->in_header; }

/* ---- what belongs to which medication -------------------------------------------------------------------------- */

/* Items before a medication are its own unless they stand right behind the medication before it. */
static void claim_before(const ac_note *note, room *r, uint32_t previous_end)
{
    bool joined;
    r->own_from = r->begin;
    r->n_before = ac_sig_chain(note, r->from, r->begin, r->before, ITEMS_MAX, &joined);
    if (r->n_before && previous_end != AC_NONE && r->before[0].begin <= previous_end && !joined)
        r->n_before = 0;
    if (r->n_before)
        r->own_from = r->before[0].begin;
}

static bool filler(const ac_note *note, uint32_t token)
{
    return note->tokens.at[token].kind == AC_TOKEN_PUNCT || ac_mark_at(note, token, AC_SIG_LINK) ||
           ac_mark_at(note, token, AC_SIG_STATUS) || ac_mark_at(note, token, AC_SIG_DURATION_PRE) ||
           ac_mark_at(note, token, AC_SIG_PER);
}

/* "lisinopril 10 daily", "Augmentine 875/125": a bare number right behind the name. */
static bool bare_dose(const ac_note *note, uint32_t token, ac_sig_item *out)
{
    ac_measured m;
    ac_sig_item next;
    if (ac_time_at(note, ac_tokens_span(note, token, token + 1)) || !ac_measured_at(note, token, &m) ||
        m.kind != AC_UNIT_NONE || m.q.low <= 0 || !ac_token_kind_is(note, token, AC_TOKEN_NUMBER))
        return false;
    bool followed = ac_sig_item_at(note, m.end, true, &next) && next.kind != AC_ATTR_DOSE && !next.weak;
    if (!followed && !m.q.pair)
        return false;
    *out = (ac_sig_item) { .kind = AC_ATTR_DOSE, .begin = token, .end = m.end, .m = m };
    return true;
}

/* "80 mg BID, net negative 6 L": an amount behind words of something else is no second dose. */
static bool of_something_else(const ac_sig_item *items, size_t n, unsigned unknown)
{
    bool dosed = false;
    for (size_t i = 0; i < n; i++)
        dosed |= items[i].kind == AC_ATTR_DOSE;
    return dosed && unknown > 1 && items[n].kind == AC_ATTR_DOSE;
}

static size_t collect_after(const ac_note *note, const room *r, ac_sig_item *items, size_t max)
{
    size_t n = 0;
    unsigned unknown = 0;
    uint32_t stop = r->to - r->end > FORWARD_TOKENS ? r->end + FORWARD_TOKENS : r->to;
    for (uint32_t at = r->end; at < stop && n < max;) {
        bool beside = n ? items[n - 1].end == at : r->end == at;
        bool after_dose = n && items[n - 1].kind == AC_ATTR_DOSE && beside;
        bool found = ac_sig_item_at(note, at, after_dose, &items[n]) || (!n && beside && bare_dose(note, at, &items[n]));
        if (found && of_something_else(items, n, unknown))
            break;
        if (found && items[n].end <= r->to && (!items[n].weak || beside)) {
            at = items[n++].end;
            unknown = 0;
            continue;
        }
        if (clause_ends(note, at))
            break;
        if (!filler(note, at) && ++unknown > UNKNOWN_MAX)
            break;
        at++;
    }
    return n;
}

/* ---- attributes ------------------------------------------------------------------------------------------------ */

/* With "1 tab" beside it, a mass is what one tablet holds. */
static bool is_count(const ac_sig_item *i) { return i->kind == AC_ATTR_DOSE && i->m.kind == AC_UNIT_FORM; }

static bool is_strength(const ac_sig_item *i, bool counted)
{
    if (i->m.kind == AC_UNIT_PERCENT || i->m.kind == AC_UNIT_CONCENTRATION)
        return true;
    return counted && i->m.q.has && (i->m.kind == AC_UNIT_MASS || i->m.kind == AC_UNIT_ACTIVITY || i->m.kind == AC_UNIT_AMOUNT ||
                       i->m.kind == AC_UNIT_NONE);
}

static ac_attr attr_of(const ac_note *note, const ac_sig_item *i, bool counted)
{
    ac_attr a = { .kind = i->kind, .span = ac_tokens_span(note, i->begin, i->end), .norm = i->norm, .entity = AC_NONE };
    if (i->kind == AC_ATTR_DOSE) {
        a.kind = is_strength(i, counted) ? AC_ATTR_STRENGTH : AC_ATTR_DOSE;
        a.quantity = i->m.q;
    } else if (i->kind == AC_ATTR_FREQUENCY)
        a.timing = i->t;
    else if (i->kind == AC_ATTR_DURATION)
        a.quantity = (ac_quantity) { .has = true, .low = i->amount, .high = i->amount, .unit = ac_period_ucum(i->unit) };
    return a;
}

static bool same_words(const ac_entity *e, const ac_attr *a)
{
    for (size_t i = 0; i < e->attrs.n; i++) {
        const ac_attr *old = &e->attrs.at[i];
        if (old->kind == a->kind && ac_span_overlaps(old->span, a->span))
            return true;
    }
    return false;
}

static ac_rc add(ac_note *note, ac_entity *e, ac_attr a, ac_err *err)
{
    if (same_words(e, &a))
        return AC_OK;
    return ac_entity_add_attr(note->arena, e, a) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for attributes");
}

static ac_rc add_items(ac_note *note, ac_entity *e, const ac_sig_item *items, size_t n, ac_err *err)
{
    bool counted = false;
    for (size_t i = 0; i < n; i++)
        counted |= is_count(&items[i]);
    for (size_t i = 0; i < n; i++) {
        AC_TRY(err, add(note, e, attr_of(note, &items[i], counted), err));
        const ac_mark *form = is_count(&items[i]) ? ac_mark_at(note, items[i].m.number_end, AC_SIG_FORM) : NULL;
        if (form) /* "1 tab" also tells the form */
            AC_TRY(err, add(note, e, (ac_attr) { .kind = AC_ATTR_FORM, .entity = AC_NONE, .norm = ac_mark_norm(form),
                                .span = ac_tokens_span(note, form->token_begin, form->token_end) }, err));
    }
    return AC_OK;
}

static const ac_mark *status_of(const ac_note *note, const room *r, uint32_t items_end)
{
    uint32_t back = r->own_from, floor = r->from;
    for (int k = 0; k < STATUS_BACK && back > floor && !clause_ends(note, back - 1); k++, back--) {
        const ac_mark *m = ac_mark_at(note, back - 1, AC_SIG_STATUS);
        if (m && !m->ambiguous && m->token_end <= r->own_from)
            return m;
    }
    for (uint32_t at = r->end; at < r->to && at < items_end + STATUS_AHEAD && !clause_ends(note, at); at++) {
        const ac_mark *m = ac_mark_at(note, at, AC_SIG_STATUS);
        if (m)
            return m;
        if (!ac_mark_at(note, at, AC_SIG_LINK) && note->tokens.at[at].kind == AC_TOKEN_WORD &&
            note->marks.first[at] == AC_NONE && at > items_end + 1)
            break;
    }
    return NULL;
}

static ac_rc add_status(ac_note *note, const room *r, const room *previous, uint32_t items_end, ac_err *err)
{
    ac_entity *e = &note->entities.at[r->entity];
    const ac_mark *m = status_of(note, r, items_end);
    if (m)
        return add(note, e, (ac_attr) { .kind = AC_ATTR_STATUS, .norm = ac_mark_norm(m), .entity = AC_NONE,
                       .span = ac_tokens_span(note, m->token_begin, m->token_end) }, err);
    if (!previous || r->begin - previous->end > LIST_GAP)
        return AC_OK;
    const ac_attr *before = ac_entity_attr(&note->entities.at[previous->entity], AC_ATTR_STATUS);
    if (!before || before->span.begin > note->entities.at[previous->entity].span.begin)
        return AC_OK;
    for (uint32_t i = previous->end; i < r->begin; i++)
        if (clause_ends(note, i) || (!filler(note, i) && note->marks.first[i] == AC_NONE &&
                                     note->tokens.at[i].kind == AC_TOKEN_WORD && ac_token_text(note, i).n > 3))
            return AC_OK;
    return add(note, e, *before, err); /* "started on A, B and C" */
}

/* ---- the walk over the medications ------------------------------------------------------------------------------ */

static room room_of(const ac_note *note, uint32_t entity, const room *previous)
{
    const ac_entity *e = &note->entities.at[entity];
    ac_place own = ac_place_of(note, entity);
    room r = { .entity = entity, .begin = own.begin, .end = own.end, .from = own.from, .to = own.to };
    bool beside = previous && note->entities.at[previous->entity].sentence == e->sentence;
    if (beside && r.from < previous->end)
        r.from = previous->end;
    r.from = r.from > r.begin ? r.begin : r.from;
    claim_before(note, &r, beside ? previous->end : AC_NONE);
    return r;
}

/* The words after a medication end where the next one's own words, or a test, begin. A second name of the same drug
 * ("metformin (Glucophage) 500 mg") does not end them. */
static void limit_after(const ac_note *note, room *r, const room *next)
{
    if (next && next->own_from < r->to && next->own_from >= r->end) {
        const ac_entity *a = &note->entities.at[r->entity], *b = &note->entities.at[next->entity];
        if (a->concept == AC_NONE || a->concept != b->concept || next->begin - r->end > 1)
            r->to = next->own_from;
    }
    for (uint32_t i = r->entity + 1; i < note->entities.n && i <= r->entity + 4; i++) {
        const ac_entity *e = &note->entities.at[i];
        uint32_t at = ac_note_token_at(note, e->span.begin);
        if ((e->kind == AC_KIND_LAB || e->kind == AC_KIND_VITAL) && at < r->to && at >= r->end)
            r->to = at;
    }
}

static ac_rc finish(ac_note *note, room *r, const room *previous, const room *next, ac_err *err)
{
    ac_sig_item items[2 * ITEMS_MAX];
    limit_after(note, r, next);
    for (size_t i = 0; i < r->n_before; i++)
        items[i] = r->before[i];
    size_t n = r->n_before + collect_after(note, r, items + r->n_before, ITEMS_MAX);
    AC_TRY(err, add_items(note, &note->entities.at[r->entity], items, n, err));
    return add_status(note, r, previous, n > r->n_before ? items[n - 1].end : r->end, err);
}

ac_rc ac_step_sig(ac_note *note, ac_err *err)
{
    room ring[3]; /* previous, current, next */
    size_t seen = 0;
    for (uint32_t i = 0; i < note->entities.n; i++) {
        if (!is_medication(&note->entities.at[i]))
            continue;
        room *now = &ring[seen % 3], *before = seen ? &ring[(seen - 1) % 3] : NULL;
        *now = room_of(note, i, before);
        bool same = before && note->entities.at[before->entity].sentence == note->entities.at[i].sentence;
        if (before) {
            room *far = seen > 1 ? &ring[(seen - 2) % 3] : NULL;
            bool far_same = far && note->entities.at[far->entity].sentence == note->entities.at[before->entity].sentence;
            AC_TRY(err, finish(note, before, far_same ? far : NULL, same ? now : NULL, err));
        }
        seen++;
    }
    if (!seen)
        return AC_OK;
    room *last = &ring[(seen - 1) % 3], *far = seen > 1 ? &ring[(seen - 2) % 3] : NULL;
    bool far_same = far && note->entities.at[far->entity].sentence == note->entities.at[last->entity].sentence;
    return finish(note, last, far_same ? far : NULL, NULL, err);
}

ac_rc ac_sig_told(ac_note *note, uint32_t entity, uint32_t from, uint32_t to, bool *found, ac_err *err)
{
    enum { LEAD_MAX = 10 }; /* "yes, I still take" */
    ac_sig_item items[ITEMS_MAX];
    size_t n = 0;
    *found = false;
    for (uint32_t at = from; at < to && at < from + LEAD_MAX && !n; at++) {
        room r = { .begin = at, .end = at, .entity = entity, .from = at, .to = to };
        if (ac_sig_item_at(note, at, false, &items[0]) && !items[0].weak)
            n = collect_after(note, &r, items, ITEMS_MAX);
    }
    *found = n > 0;
    return add_items(note, &note->entities.at[entity], items, n, err);
}

/* ---- support for ambiguous words --------------------------------------------------------------------------------- */

static bool speaks_for_drug(const ac_sig_item *i)
{
    if (i->weak)
        return false;
    if (i->kind == AC_ATTR_DOSE)
        return i->m.kind == AC_UNIT_MASS || i->m.kind == AC_UNIT_ACTIVITY || i->m.kind == AC_UNIT_FORM ||
               i->m.kind == AC_UNIT_DOSE || i->m.kind == AC_UNIT_AMOUNT;
    return i->kind == AC_ATTR_ROUTE || i->kind == AC_ATTR_FORM || i->kind == AC_ATTR_FREQUENCY;
}

bool ac_sig_supports(const ac_note *note, ac_span term)
{
    ac_sig_item items[ITEMS_MAX];
    bool joined;
    if (!note->marks.first)
        return false;
    uint32_t begin = ac_note_token_at(note, term.begin), end = ac_note_token_at(note, term.end);
    if (term.end - term.begin > 2 && ac_mark_before(note, begin, AC_SIG_TREATED)) /* "on iron" */
        return true;
    uint32_t sentence = ac_note_sentence_at(note, term.begin);
    uint32_t from = sentence == AC_NONE ? begin : note->sentences.at[sentence].token_begin;
    uint32_t to = sentence == AC_NONE ? end : note->sentences.at[sentence].token_end;
    for (uint32_t at = end; at < to && at <= end + 1; at++) {
        if (ac_sig_item_at(note, at, false, &items[0]) && items[0].end <= to && speaks_for_drug(&items[0]))
            return true;
        if (note->tokens.at[at].kind != AC_TOKEN_PUNCT && !ac_mark_at(note, at, AC_SIG_LINK))
            break;
    }
    size_t n = ac_sig_chain(note, from < begin ? from : begin, begin, items, ITEMS_MAX, &joined);
    for (size_t i = 0; i < n; i++)
        if (speaks_for_drug(&items[i]))
            return true;
    return false;
}
