#include "nlp/entity/concept_map.h"

#include <string.h>

enum { SLOTS_FIRST = 16 };

ac_concept_map ac_concept_map_new(ac_arena *arena, size_t n)
{
    uint32_t slots = SLOTS_FIRST;
    while (slots < 2 * n && slots <= UINT32_MAX / 4)
        slots *= 2;
    return (ac_concept_map) { ac_arena_alloc(arena, slots * sizeof(ac_concept_slot)), slots - 1 };
}

static ac_concept_slot *slot_of(const ac_concept_map *m, uint32_t concept)
{
    uint32_t i = concept * 0x9E3779B1u >> 12 & m->mask; /* Knuth's multiplicative hash */
    while (m->at[i].concept && m->at[i].concept != concept + 1)
        i = (i + 1) & m->mask;
    return &m->at[i];
}

uint32_t *ac_concept_value(ac_concept_map *m, uint32_t concept)
{
    ac_concept_slot *slot = slot_of(m, concept);
    slot->concept = concept + 1;
    return &slot->value;
}

uint32_t ac_concept_look_up(const ac_concept_map *m, uint32_t concept) { return slot_of(m, concept)->value; }

void ac_concept_map_clear(ac_concept_map *m) { memset(m->at, 0, ((size_t)m->mask + 1) * sizeof m->at[0]); }
