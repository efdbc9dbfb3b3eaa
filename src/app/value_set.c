#include "app/value_set.h"

#include <string.h>

enum { WORDS_MAX = 8, SLOTS_FIRST = 64, LETTERS_LEAST = 3, DIGITS_LEAST = 5 };
#define FNV_START 14695981039346656037u
#define FNV_PRIME 1099511628211u

void ac_value_set_init(ac_value_set *v, ac_arena *arena) { *v = (ac_value_set) { .arena = arena }; }

static bool is_word_byte(char c) { return ac_is_alnum(c) || (unsigned char)c >= 0x80; }

/* The word at or after at: [*begin, end). *begin is text.n when there is none. */
static size_t word_at(ac_sv text, size_t at, size_t *begin)
{
    while (at < text.n && !is_word_byte(text.p[at]))
        at++;
    *begin = at;
    while (at < text.n && is_word_byte(text.p[at]))
        at++;
    return at;
}

static uint64_t hash_word(uint64_t h, ac_sv w)
{
    for (size_t i = 0; i < w.n; i++)
        h = (h ^ (unsigned char)ac_lower(w.p[i])) * FNV_PRIME;
    h = (h ^ 0xFF) * FNV_PRIME; /* a border: "ab c" is not "a bc" */
    return h ? h : 1;
}

static uint64_t *slot_of(uint64_t *slot, size_t cap, uint64_t hash)
{
    size_t i = (size_t)(hash ^ (hash >> 31)) & (cap - 1);
    while (slot[i] && slot[i] != hash)
        i = (i + 1) & (cap - 1);
    return &slot[i];
}

static bool grow(ac_value_set *v)
{
    const size_t cap = v->cap ? 2 * v->cap : SLOTS_FIRST;
    uint64_t *slot = ac_arena_alloc(v->arena, cap * sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; i < v->cap; i++)
        if (v->slot[i])
            *slot_of(slot, cap, v->slot[i]) = v->slot[i];
    v->slot = slot;
    v->cap = cap;
    return true;
}

static bool is_telling(ac_sv value)
{
    size_t letters = 0, digits = 0;
    for (size_t i = 0; i < value.n; i++) {
        digits += ac_is_digit(value.p[i]);
        letters += ac_is_alpha(value.p[i]) || (unsigned char)value.p[i] >= 0x80;
    }
    return letters ? letters + digits >= LETTERS_LEAST : digits >= DIGITS_LEAST;
}

bool ac_value_set_add(ac_value_set *v, ac_sv value)
{
    uint64_t hash = FNV_START;
    unsigned words = 0;
    if (!is_telling(value))
        return true;
    for (size_t at = 0, begin; words < WORDS_MAX; words++) {
        at = word_at(value, at, &begin);
        if (begin == value.n)
            break;
        hash = hash_word(hash, ac_sv_sub(value, begin, at));
    }
    if (!words)
        return true;
    if (2 * v->n >= v->cap && !grow(v))
        return false;
    uint64_t *slot = slot_of(v->slot, v->cap, hash);
    v->n += !*slot;
    *slot = hash;
    v->lengths |= 1u << words;
    return true;
}

/* The longest value that begins with the word at begin; its end, or begin when none does. */
static size_t match(const ac_value_set *v, ac_sv text, size_t begin)
{
    uint64_t hash = FNV_START;
    size_t found = begin, at = begin;
    for (unsigned words = 1; words <= WORDS_MAX && v->lengths >> words; words++) {
        size_t word;
        at = word_at(text, at, &word);
        if (word == text.n)
            break;
        hash = hash_word(hash, ac_sv_sub(text, word, at));
        if (v->lengths >> words & 1 && *slot_of(v->slot, v->cap, hash))
            found = at;
    }
    return found;
}

bool ac_value_set_next(const ac_value_set *v, ac_sv text, size_t *at, ac_span *out)
{
    while (v->n && *at < text.n) {
        size_t begin, end = word_at(text, *at, &begin);
        if (begin == text.n)
            return false;
        const size_t found = match(v, text, begin);
        *at = found > begin ? found : end;
        if (found > begin) {
            *out = ac_span_of(begin, found);
            return true;
        }
    }
    return false;
}
