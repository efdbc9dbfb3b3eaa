/* A name that was found for certain is found wherever else it stands: every word of it goes into a hash set. */
#include "nlp/phi_scan.h"

enum { WORD_MIN = 3, SLOTS_FIRST = 64 };
#define CERTAIN 0.78f

typedef struct {
    ac_sv *key; /* folded word; p is NULL when free */
    uint8_t *type;
    size_t cap, n;
} name_set;

static uint64_t hash(ac_sv s) /* FNV-1a */
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    return h;
}

static size_t slot_of(const name_set *set, ac_sv key)
{
    size_t i = hash(key) & (set->cap - 1);
    while (set->key[i].p && !ac_sv_eq(set->key[i], key))
        i = (i + 1) & (set->cap - 1);
    return i;
}

/* The folded form of token i, without a possessive. */
static ac_sv folded(const ac_phi_scan *s, size_t i)
{
    const ac_folded *f = &s->note->folded;
    size_t begin = s->tok[i].fold, end = begin;
    ac_sv core = ac_phi_core(s, i);
    size_t limit = (size_t)(core.p - s->note->text.p) + core.n;
    while (end < f->text.n && f->src[end] < limit)
        end++;
    return ac_sv_sub(f->text, begin, end);
}

static bool worth(const ac_phi_scan *s, size_t i)
{
    return ac_phi_word_at(s, i) && ac_phi_flag(s, i, AC_PHI_TOK_CAP) && ac_phi_core(s, i).n >= WORD_MIN &&
           !ac_phi_is(s, i,
                      AC_PHI_BIT(AC_PHI_WORD_STOP) | AC_PHI_BIT(AC_PHI_WORD_TITLE) |
                          AC_PHI_BIT(AC_PHI_WORD_STAFF_TITLE) | AC_PHI_BIT(AC_PHI_WORD_MONTH) |
                          AC_PHI_BIT(AC_PHI_WORD_CREDENTIAL));
}

static bool is_name(const ac_phi_item *p)
{
    return p->confidence >= CERTAIN && (p->type == AC_PHI_PATIENT || p->type == AC_PHI_STAFF ||
                                        p->type == AC_PHI_RELATIVE || p->type == AC_PHI_NAME);
}

static ac_rc make_set(ac_phi_scan *s, name_set *set, ac_err *err)
{
    size_t words = 0;
    for (size_t k = 0; k < s->found.n; k++)
        words += is_name(&s->found.at[k]) ? 8 : 0;
    *set = (name_set) { .cap = SLOTS_FIRST };
    while (set->cap < 2 * words)
        set->cap *= 2;
    set->key = ac_arena_alloc(s->note->arena, set->cap * sizeof *set->key);
    set->type = ac_arena_alloc(s->note->arena, set->cap);
    if (!set->key || !set->type)
        return ac_fail(err, AC_ELIMIT, "no room for the names of a note");
    return AC_OK;
}

static void add_names(const ac_phi_scan *s, name_set *set)
{
    for (size_t k = 0; k < s->found.n; k++) {
        const ac_phi_item *p = &s->found.at[k];
        if (!is_name(p))
            continue;
        for (size_t i = ac_note_token_at(s->note, p->span.begin), left = 8;
             left-- && i < s->n && ac_phi_tok(s, i)->begin < p->span.end; i++) {
            if (!worth(s, i))
                continue;
            size_t slot = slot_of(set, folded(s, i));
            if (!set->key[slot].p) {
                set->key[slot] = folded(s, i);
                set->n++;
            }
            if (set->type[slot] == 0 || p->type != AC_PHI_NAME)
                set->type[slot] = (uint8_t)(p->type + 1);
        }
    }
}

static bool repeats(const ac_phi_scan *s, const name_set *set, size_t i, ac_phi_type *type)
{
    if (!worth(s, i) || ac_phi_flag(s, i, AC_PHI_TOK_CLINICAL) || ac_phi_is(s, i, AC_PHI_BIT(AC_PHI_WORD_EPONYM)))
        return false;
    if (ac_phi_flag(s, i, AC_PHI_TOK_SENTENCE) && !s->tok[i].sure)
        return false; /* an ordinary word in a name list, capitalised only because it begins a sentence */
    size_t slot = slot_of(set, folded(s, i));
    if (set->key[slot].p)
        *type = (ac_phi_type)(set->type[slot] - 1);
    return set->key[slot].p != NULL;
}

ac_rc ac_phi_repeat(ac_phi_scan *s, ac_err *err)
{
    name_set set;
    AC_TRY(err, make_set(s, &set, err));
    add_names(s, &set);
    if (!set.n)
        return AC_OK;
    for (size_t i = 0; i < s->n; i++) {
        ac_phi_type type = AC_PHI_NAME, other;
        if (!repeats(s, &set, i, &type))
            continue;
        size_t end = i + 1;
        while (end < s->n && !ac_phi_line_start(s, end) && repeats(s, &set, end, &other))
            end++;
        ac_phi_add_tokens(s, i, end, type, 0.7f, "name found elsewhere in the note");
        i = end - 1;
    }
    return AC_OK;
}
