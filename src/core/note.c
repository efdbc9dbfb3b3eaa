#include "core/note.h"

uint32_t ac_note_sentence_at(const ac_note *note, uint32_t at)
{
    size_t lo = 0, hi = note->sentences.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (note->sentences.at[mid].span.end <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < note->sentences.n && note->sentences.at[lo].span.begin <= at ? (uint32_t)lo : AC_NONE;
}

uint32_t ac_note_token_at(const ac_note *note, uint32_t at)
{
    size_t lo = 0, hi = note->tokens.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (note->tokens.at[mid].end <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return (uint32_t)lo;
}

uint16_t ac_note_section_type_at(const ac_note *note, uint32_t at)
{
    size_t lo = 0, hi = note->sections.n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (note->sections.at[mid].span.end <= at)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < note->sections.n && note->sections.at[lo].span.begin <= at ? note->sections.at[lo].type : 0;
}

const ac_attr *ac_entity_attr(const ac_entity *e, ac_attr_kind kind)
{
    for (size_t i = 0; i < e->attrs.n; i++)
        if (e->attrs.at[i].kind == kind)
            return &e->attrs.at[i];
    return NULL;
}

bool ac_entity_add_attr(ac_arena *arena, ac_entity *e, ac_attr attr)
{
    ac_attr *slot = ac_vec_push(&e->attrs, arena);
    if (slot)
        *slot = attr;
    return slot;
}
