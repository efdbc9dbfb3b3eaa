/** A number for each of some concepts: a table as large as the note needs, where one with a place for every concept of the lexicon
 *  would be most of a short note's memory. */
#ifndef AC_NLP_CONCEPT_MAP_H
#define AC_NLP_CONCEPT_MAP_H

#include "base/arena.h"

typedef struct {
    uint32_t concept; /* plus one; 0: free */
    uint32_t value;
} ac_concept_slot;

typedef struct {
    ac_concept_slot *at; /* open addressing, at most half full; NULL: the arena was full */
    uint32_t mask;
} ac_concept_map;

/** Room for n different concepts, in the arena. */
ac_concept_map ac_concept_map_new(ac_arena *arena, size_t n);
/** Its number, to read and to write; 0 when it is new. At most n different concepts may be asked for. */
uint32_t *ac_concept_value(ac_concept_map *m, uint32_t concept);
/** Its number; 0 when it has none. */
uint32_t ac_concept_look_up(const ac_concept_map *m, uint32_t concept);
/** All numbers become 0. */
void ac_concept_map_clear(ac_concept_map *m);

#endif
