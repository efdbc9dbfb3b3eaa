/* Hidden values wherever they stand: a value is the sequence of its words (runs of letters and digits, letter case
 * ignored), found again by the hash of that sequence. Linear: each place of the text is tried for at most WORDS_MAX
 * lengths. */
#include "nlp/deid_internal.h"

enum { WORDS_MAX = 8, CHARS_MIN = 3, SLOTS_FIRST = 64 };
#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

static bool word_char(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80; }

/* The next word at or after *at and before end; false when none. */
static bool next_word(ac_sv t, size_t *at, size_t end, ac_span *word)
{
    size_t b = *at;
    while (b < end && !word_char(t.p[b]))
        b++;
    size_t e = b;
    while (e < end && word_char(t.p[e]))
        e++;
    *at = e;
    *word = ac_span_of(b, e);
    return e > b;
}

static uint64_t hash_word(uint64_t h, ac_sv w)
{
    for (size_t i = 0; i < w.n; i++)
        h = (h ^ (unsigned char)ac_lower(w.p[i])) * FNV_PRIME;
    return (h ^ 0xFF) * FNV_PRIME; /* a border, so that "ab c" is not "a bc" */
}

static size_t slot_of(const ac_deid_values *v, uint64_t hash, uint8_t words)
{
    size_t i = (size_t)(hash ^ (hash >> 31)) & (v->cap - 1);
    while (v->slot[i].words && (v->slot[i].hash != hash || v->slot[i].words != words))
        i = (i + 1) & (v->cap - 1);
    return i;
}

static void add_value(ac_deid *d, uint32_t item)
{
    ac_sv t = d->note->text;
    ac_span span = d->note->phi.at[item].span, word;
    size_t at = span.begin, chars = 0;
    uint64_t h = FNV_START;
    uint8_t words = 0;
    while (words < WORDS_MAX && next_word(t, &at, span.end, &word)) {
        h = hash_word(h, ac_span_text(t, word));
        chars += ac_span_len(word);
        words++;
    }
    if (chars < CHARS_MIN)
        return;
    ac_deid_value *slot = &d->values.slot[slot_of(&d->values, h, words)];
    if (!slot->words)
        *slot = (ac_deid_value) { h, item, words };
    d->values.lengths |= 1u << words;
}

ac_rc ac_deid_values_init(ac_deid *d, ac_err *err)
{
    const ac_note *note = d->note;
    d->values.cap = SLOTS_FIRST;
    while (d->values.cap < 2 * note->phi.n)
        d->values.cap *= 2;
    d->values.slot = ac_arena_alloc(note->arena, d->values.cap * sizeof *d->values.slot);
    if (!d->values.slot)
        return ac_fail(err, AC_ELIMIT, "no room for the values to hide");
    for (uint32_t i = 0; i < note->phi.n; i++)
        if (ac_deid_hides(d->options->profile, note, &note->phi.at[i]))
            add_value(d, i);
    return AC_OK;
}

bool ac_deid_values_has_word(const ac_deid_values *v, ac_sv word)
{
    return v->slot[slot_of(v, hash_word(FNV_START, word), 1)].words != 0;
}

/* The longest hidden value that begins at word b and ends before limit; the end of it, or 0. */
static size_t value_at(const ac_deid *d, size_t b, size_t limit, uint32_t *item)
{
    ac_sv t = d->note->text;
    uint64_t h = FNV_START;
    size_t at = b, found = 0;
    ac_span word;
    for (uint8_t words = 1; words <= WORDS_MAX && (d->values.lengths >> words) && next_word(t, &at, limit, &word);
         words++) {
        h = hash_word(h, ac_span_text(t, word));
        if (!(d->values.lengths & (1u << words)))
            continue;
        const ac_deid_value *slot = &d->values.slot[slot_of(&d->values, h, words)];
        if (slot->words) {
            *item = slot->item;
            found = word.end;
        }
    }
    return found;
}

static bool push(const ac_deid *d, ac_deid_pieces *out, ac_span span, uint32_t item)
{
    ac_deid_piece *p = ac_vec_push(out, d->note->arena);
    if (p)
        *p = (ac_deid_piece) { span, item };
    return p != NULL;
}

/* The text between two hidden items. */
static bool gap(const ac_deid *d, ac_deid_pieces *out, size_t begin, size_t end)
{
    ac_span word;
    for (size_t at = begin; d->values.lengths && next_word(d->note->text, &at, end, &word);) {
        uint32_t item = 0;
        size_t to = value_at(d, word.begin, end, &item);
        if (!to)
            continue;
        if (!push(d, out, ac_span_of(word.begin, to), item))
            return false;
        at = to;
    }
    return true;
}

ac_rc ac_deid_pieces_of(const ac_deid *d, ac_deid_pieces *out, ac_err *err)
{
    const ac_note *note = d->note;
    size_t done = 0;
    for (uint32_t i = 0; i < note->phi.n; i++) {
        const ac_phi_item *item = &note->phi.at[i];
        if (!ac_deid_hides(d->options->profile, note, item))
            continue;
        if (!gap(d, out, done, item->span.begin) || !push(d, out, item->span, i))
            return ac_fail(err, AC_ELIMIT, "no room for the pieces to replace");
        done = item->span.end;
    }
    return gap(d, out, done, note->text.n) ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for the pieces to replace");
}
