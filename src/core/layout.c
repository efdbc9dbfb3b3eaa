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
