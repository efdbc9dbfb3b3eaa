#include "core/note.h"

#include "base/search.h"

uint32_t ac_note_sentence_at(const ac_note *note, uint32_t at)
{
    size_t first = AC_COUNT_BEFORE(i, note->sentences.n, note->sentences.at[i].span.end <= at);
    return first < note->sentences.n && note->sentences.at[first].span.begin <= at ? (uint32_t)first : AC_NONE;
}

uint32_t ac_note_token_at(const ac_note *note, uint32_t at)
{
    const ac_tokens *t = &note->tokens;
    if (at >= note->text.n)
        return (uint32_t)t->n;
    uint32_t i = t->near[at / AC_TOKEN_BLOCK];
    while (i < t->n && t->at[i].end <= at)
        i++;
    return i;
}

uint16_t ac_note_section_type_at(const ac_note *note, uint32_t at)
{
    size_t first = AC_COUNT_BEFORE(i, note->sections.n, note->sections.at[i].span.end <= at);
    return first < note->sections.n && note->sections.at[first].span.begin <= at ? note->sections.at[first].type : 0;
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
