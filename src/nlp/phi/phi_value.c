/* Values wherever they stand: a value is the sequence of its words (runs of letters and digits, letter case
 * ignored), found again by the hash of that sequence. Linear: each place of the text is tried for at most WORDS_MAX
 * lengths. */
#include "nlp/phi/phi_value.h"

#include "base/bytes.h"
#include "nlp/text/fold.h"

enum { WORDS_MAX = 8, CHARS_MIN = 3, DIGITS_MIN = 5, PART_MIN = 3, PART = 0xFF, SLOTS_FIRST = 64 };
#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

/* Of eight bytes, the high bit of those that are part of a word. */
static uint64_t word_bits(uint64_t w)
{
    return ac_bytes_between(w | AC_BYTES_ONES * 0x20, 'a', 'z') | ac_bytes_between(w, '0', '9') | (w & AC_BYTES_HIGH);
}

/* The first byte from at on and before end that is (not) part of a word, or end. */
static size_t find_byte(ac_sv t, size_t at, size_t end, bool word)
{
    const uint64_t others = word ? 0 : AC_BYTES_HIGH;
    for (size_t n = 8; n == 8 && at < end && t.n - at >= 8;) {
        n = ac_bytes_before(word_bits(ac_bytes_eight(t.p + at)) ^ others);
        at += n;
        if (n < 8)
            return at < end ? at : end;
    }
    while (at < end && ac_fold_is_word_byte(t.p[at]) != word)
        at++;
    return at < end ? at : end;
}

/* The next word at or after *at and before end; false when none. */
static bool next_word(ac_sv t, size_t *at, size_t end, ac_span *word)
{
    size_t b = find_byte(t, *at, end, true), e = find_byte(t, b, end, false);
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

/* Types whose words mean something else elsewhere: "3 years" of cough, "mother" of all. */
static const bool unwanted[AC_PHI_COUNT] = {
    [AC_PHI_AGE] = true, [AC_PHI_SEX] = true, [AC_PHI_KINSHIP] = true, [AC_PHI_PROFESSION] = true,
};

bool ac_phi_value_wanted(ac_sv text, const ac_phi_item *item)
{
    ac_sv t = ac_span_text(text, item->span);
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < t.n; i++) {
        digits += ac_is_digit(t.p[i]);
        letters += !ac_is_digit(t.p[i]) && ac_fold_is_word_byte(t.p[i]);
    }
    if (unwanted[item->type] || letters + digits < CHARS_MIN || (!letters && digits < DIGITS_MIN))
        return false;
    return item->type != AC_PHI_DATE || digits > 2; /* "May", "10 May": a verb, any year's day */
}

static bool is_name(const ac_phi_item *item)
{
    static const uint64_t names = UINT64_C(1) << AC_PHI_PATIENT | UINT64_C(1) << AC_PHI_STAFF |
                                  UINT64_C(1) << AC_PHI_RELATIVE | UINT64_C(1) << AC_PHI_NAME;
    return names >> item->type & 1;
}

bool ac_phi_value_word(ac_sv word, const ac_phi_item *item)
{
    static const uint64_t words = UINT64_C(1) << AC_PHI_LOCATION | UINT64_C(1) << AC_PHI_STATE |
                                  UINT64_C(1) << AC_PHI_HOSPITAL | UINT64_C(1) << AC_PHI_ORGANISATION |
                                  UINT64_C(1) << AC_PHI_STREET;
    if (is_name(item))
        return item->confidence < AC_PHI_CERTAIN && !ac_is_lower(word.p[0]);
    return !(words >> item->type & 1) || !ac_is_lower(word.p[0]);
}

static size_t slot_of(const ac_phi_values *v, uint64_t hash, uint8_t words)
{
    size_t i = (size_t)(hash ^ (hash >> 31)) & (v->cap - 1);
    while (v->slot[i].words && (v->slot[i].hash != hash || v->slot[i].words != words))
        i = (i + 1) & (v->cap - 1);
    return i;
}

static void put(ac_phi_values *v, uint64_t hash, uint32_t item, uint8_t words)
{
    ac_phi_value *slot = &v->slot[slot_of(v, hash, words)];
    if (!slot->words)
        *slot = (ac_phi_value) { hash, item, words };
}

/* Of a word's first two bytes, or its only one, and its length. */
static unsigned first_bit(ac_sv word)
{
    unsigned a = (unsigned char)word.p[0] | 0x20, b = word.n > 1 ? (unsigned char)word.p[1] | 0x20 : 0;
    return ((a * 37 + b) * 11 + (unsigned)word.n) & 1023;
}

static void add_value(const ac_note *note, ac_phi_values *v, uint32_t item, bool parts)
{
    ac_sv t = note->text;
    ac_span span = note->phi.at[item].span, word;
    size_t at = span.begin;
    uint64_t h = FNV_START;
    uint8_t words = 0;
    while (words < WORDS_MAX && next_word(t, &at, span.end, &word)) {
        h = hash_word(h, ac_span_text(t, word));
        words++;
        if (parts && ac_span_len(word) >= PART_MIN)
            put(v, hash_word(FNV_START, ac_span_text(t, word)), item, PART);
    }
    size_t rest = at;
    if (next_word(t, &rest, span.end, &word) || !ac_phi_value_wanted(t, &note->phi.at[item]))
        return; /* longer than WORDS_MAX: its beginning alone is not it */
    put(v, h, item, words);
    v->lengths |= 1u << words;
    at = span.begin;
    if (next_word(t, &at, span.end, &word)) {
        unsigned bit = first_bit(ac_span_text(t, word));
        v->first[bit / 64] |= UINT64_C(1) << bit % 64;
    }
}

ac_rc ac_phi_values_init(const ac_note *note, const bool *hidden, bool parts, ac_phi_values *out, ac_err *err)
{
    *out = (ac_phi_values) { .cap = SLOTS_FIRST };
    while (out->cap < 2 * note->phi.n * (parts ? WORDS_MAX + 1 : 1))
        out->cap *= 2;
    out->slot = ac_arena_alloc(note->arena, out->cap * sizeof *out->slot);
    if (!out->slot)
        return ac_fail(err, AC_ELIMIT, "no room for the values of identifiers");
    for (uint32_t i = 0; i < note->phi.n; i++)
        if (!hidden || hidden[i])
            add_value(note, out, i, parts);
    return AC_OK;
}

bool ac_phi_values_has_part(const ac_phi_values *v, ac_sv word)
{
    return v->slot[slot_of(v, hash_word(FNV_START, word), PART)].words != 0;
}

/* The longest value that begins at byte b and ends before limit; the end of it, or 0. */
static size_t value_at(const ac_note *note, const ac_phi_values *v, ac_span room, uint32_t *item)
{
    ac_sv t = note->text;
    uint64_t h = FNV_START;
    size_t at = room.begin, found = 0;
    ac_span word;
    for (uint8_t words = 1; words <= WORDS_MAX && (v->lengths >> words) && next_word(t, &at, room.end, &word); words++) {
        h = hash_word(h, ac_span_text(t, word));
        if (!(v->lengths & (1u << words)))
            continue;
        const ac_phi_value *slot = &v->slot[slot_of(v, h, words)];
        if (slot->words && (words > 1 || ac_phi_value_word(ac_span_text(t, word), &note->phi.at[slot->item]))) {
            *item = slot->item;
            found = word.end;
        }
    }
    return found;
}

static bool push(const ac_note *note, ac_phi_pieces *out, ac_span span, uint32_t item)
{
    ac_phi_piece *p = ac_vec_push(out, note->arena);
    if (p)
        *p = (ac_phi_piece) { span, item };
    return p != NULL;
}

/* Letters with which some value may begin. */
static bool may_begin(const ac_phi_values *v, ac_sv word)
{
    unsigned bit = first_bit(word);
    return v->first[bit / 64] >> bit % 64 & 1;
}

/* The longest name that begins at byte b and ends behind after, where only a part of it was recognised ("Jane" before the family name of somebody else);
 * its end, or 0. An address may end so as well, but its parts are hidden or left one by one. */
static size_t name_beyond(const ac_note *note, const ac_phi_values *v, size_t b, size_t after, uint32_t *item)
{
    uint32_t found = 0;
    const size_t to = value_at(note, v, ac_span_of(b, note->text.n), &found);
    if (to <= after || !is_name(&note->phi.at[found]))
        return 0;
    *item = found;
    return to;
}

/* The text between two items: each of its words, for a value begins with one. *end: where the last one ends, which may be in or behind the item that
 * comes next. */
static bool gap(const ac_note *note, const ac_phi_values *v, ac_phi_pieces *out, ac_span room, size_t *end)
{
    ac_span word;
    *end = room.begin;
    for (size_t at = room.begin; v->lengths && at < room.end && next_word(note->text, &at, room.end, &word);) {
        uint32_t item = 0;
        if (word.end < room.end && !may_begin(v, ac_span_text(note->text, word))) /* an item may begin in the middle of a word */
            continue;
        size_t to = name_beyond(note, v, word.begin, room.end, &item);
        to = to ? to : value_at(note, v, ac_span_of(word.begin, room.end), &item);
        if (!to)
            continue;
        if (!push(note, out, ac_span_of(word.begin, to), item))
            return false;
        at = *end = to;
    }
    return true;
}

/* One item, or the longer name that begins with it. */
static bool whole(const ac_note *note, const ac_phi_values *v, ac_phi_pieces *out, uint32_t i, size_t *end)
{
    const ac_span span = note->phi.at[i].span;
    uint32_t item = i;
    const size_t to = name_beyond(note, v, span.begin, span.end, &item);
    *end = to ? to : span.end;
    return push(note, out, ac_span_of(span.begin, *end), item);
}

ac_rc ac_phi_values_find(const ac_note *note, const bool *hidden, const ac_phi_values *v, ac_phi_pieces *out,
                         ac_err *err)
{
    size_t done = 0, end = 0;
    bool room = true;
    for (uint32_t i = 0; i < note->phi.n && room; i++) {
        const ac_span span = note->phi.at[i].span;
        if (hidden && !hidden[i])
            continue;
        if (span.begin >= done) {
            room = gap(note, v, out, ac_span_of(done, span.begin), &end);
            done = end > span.begin ? end : span.begin;
        }
        if (room && done <= span.begin) {
            room = whole(note, v, out, i, &done);
        } else if (span.end > done) { /* a value ended in it */
            out->at[out->n - 1].span.end = span.end;
            done = span.end;
        }
    }
    if (!room || !gap(note, v, out, ac_span_of(done, note->text.n), &end))
        return ac_fail(err, AC_ELIMIT, "no room for the pieces to replace");
    return AC_OK;
}
