#include "nlp/entity/concept_map.h"

#include "kit/test.h"

AC_TEST(concept_map, keeps_a_number_for_each_concept)
{
    enum { N = 1000 };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    ac_concept_map m = ac_concept_map_new(a, N);
    CHECK(m.at != NULL);
    for (uint32_t i = 0; i < N; i++)
        *ac_concept_value(&m, i * 7) = i + 1;
    for (uint32_t i = 0; i < N; i++)
        CHECK(ac_concept_look_up(&m, i * 7) == i + 1 && *ac_concept_value(&m, i * 7) == i + 1);
    CHECK(ac_concept_look_up(&m, 3) == 0 && ac_concept_look_up(&m, 8000) == 0);
    ac_concept_map_clear(&m);
    CHECK(ac_concept_look_up(&m, 7) == 0 && *ac_concept_value(&m, 7) == 0);
}

AC_TEST(concept_map, without_room_there_is_none)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(64);
    CHECK(ac_concept_map_new(a, 10).at == NULL);
}
