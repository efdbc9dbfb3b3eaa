/* Headings of free text in a document with a structure. */
#include "nlp/text/section_given.h"

#include "core/given.h"
#include "nlp/text/section.h"

ac_rc ac_sections_at_titles(ac_note *note, ac_err *err)
{
    const ac_section_list old = note->sections;
    if (!note->given || !note->given->titles.n)
        return AC_OK;
    const ac_spans *titles = &note->given->titles;
    ac_section_list all = { .cap = old.n + titles->n };
    all.at = ac_arena_alloc(note->arena, all.cap * sizeof *all.at);
    if (!all.at)
        return ac_fail(err, AC_ELIMIT, "no room for sections");
    size_t t = 0;
    for (size_t i = 0; i < old.n; i++) {
        ac_section s = old.at[i];
        for (; t < titles->n && titles->at[t].begin < s.span.end; t++) {
            ac_span title = titles->at[t];
            if (title.end <= s.span.begin || (s.span.begin >= title.begin && s.span.begin < title.end))
                continue; /* it is a section already */
            all.at[all.n] = s;
            all.at[all.n++].span.end = title.begin;
            s = (ac_section) { .span = { title.begin, s.span.end }, .header = title, .type = AC_SECTION_UNKNOWN };
        }
        all.at[all.n++] = s;
    }
    note->sections = all;
    return AC_OK;
}
