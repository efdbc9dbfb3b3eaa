#include "core/layout.h"

ac_sv ac_page_source_name(ac_page_source source)
{
#define NAME(id, name) [id] = name,
    static const char *const names[] = { AC_PAGE_SOURCE_LIST(NAME) };
#undef NAME
    return ac_sv_z((unsigned)source < AC_PAGE_SOURCES ? names[source] : NULL);
}

ac_sv ac_media_note_name(ac_media_note note)
{
#define NAME(id, name, text) [id] = name,
    static const char *const names[] = { AC_MEDIA_NOTE_LIST(NAME) };
#undef NAME
    return ac_sv_z((unsigned)note < AC_MEDIA_NOTES ? names[note] : NULL);
}

ac_sv ac_media_note_text(ac_media_note note)
{
#define TEXT(id, name, text) [id] = text,
    static const char *const texts[] = { AC_MEDIA_NOTE_LIST(TEXT) };
#undef TEXT
    return ac_sv_z((unsigned)note < AC_MEDIA_NOTES ? texts[note] : NULL);
}

/* The first word that ends after byte at. */
static size_t word_after(const ac_words *words, uint32_t at)
{
    size_t lo = 0, hi = words->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (words->at[mid].span.end > at)
            hi = mid;
        else
            lo = mid + 1;
    }
    return lo;
}

void ac_layout_words(const ac_layout *layout, ac_span span, size_t *first, size_t *end)
{
    *first = *end = word_after(&layout->words, span.begin);
    while (*end < layout->words.n && layout->words.at[*end].span.begin < span.end)
        ++*end;
}

/* A list of its own whose elements begin with their span; false when there is no room. */
static bool move_spans(void **list, size_t n, size_t size, ac_arena *arena, uint32_t (*map)(const void *, uint32_t), const void *ctx,
                       size_t span_at)
{
    char *copy = ac_arena_alloc(arena, n * size + 1);
    if (!copy)
        return false;
    if (n)
        memcpy(copy, *list, n * size);
    for (size_t i = 0; i < n; i++) {
        ac_span *s = (ac_span *)(void *)(copy + i * size + span_at);
        *s = (ac_span) { map(ctx, s->begin), map(ctx, s->end) };
    }
    *list = copy;
    return true;
}

ac_layout *ac_layout_moved(const ac_layout *layout, ac_sv text, ac_arena *arena, uint32_t (*map)(const void *ctx, uint32_t at),
                           const void *ctx)
{
#define MOVE(list) move_spans((void **)&l->list.at, l->list.n, sizeof *l->list.at, arena, map, ctx, offsetof(__typeof__(*l->list.at), span))
    ac_layout *l = ac_arena_alloc(arena, sizeof *l);
    if (!l)
        return NULL;
    *l = *layout;
    l->text = text;
    return MOVE(pages) && MOVE(words) && MOVE(cells) && MOVE(headings) ? l : NULL;
#undef MOVE
}
