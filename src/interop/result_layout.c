#include "interop/result_layout.h"

#include "core/layout.h"
#include "interop/part.h"

/* Points, to a tenth: finer than any print. */
static void number(ac_jw *j, float v) { ac_jw_double(j, (double)(int32_t)(v * 10 + (v < 0 ? -0.5f : 0.5f)) / 10); }

static void box(ac_jw *j, ac_box b)
{
    ac_jw_karray(j, "box");
    number(j, b.x0);
    number(j, b.y0);
    number(j, b.x1);
    number(j, b.y1);
    ac_jw_end_array(j);
}

static void place(ac_jw *j, ac_span span)
{
    ac_jw_ku64(j, "begin", span.begin);
    ac_jw_ku64(j, "end", span.end);
}

static void kpoints(ac_jw *j, ac_sv key, float v)
{
    ac_jw_key(j, key);
    number(j, v);
}

static void pages(ac_jw *j, const ac_layout *l)
{
    ac_jw_karray(j, "pages");
    for (size_t i = 0; i < l->pages.n; i++) {
        const ac_layout_page *p = &l->pages.at[i];
        ac_jw_object(j);
        place(j, p->span);
        kpoints(j, AC_SV("width"), p->width);
        kpoints(j, AC_SV("height"), p->height);
        ac_jw_kstring(j, "source", ac_page_source_name((ac_page_source)p->source));
        kpoints(j, AC_SV("turned"), p->turned);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

static void words(ac_jw *j, const ac_layout *l)
{
    ac_jw_karray(j, "words");
    for (size_t i = 0; i < l->words.n; i++) {
        const ac_word *w = &l->words.at[i];
        ac_jw_object(j);
        place(j, w->span);
        ac_jw_ku64(j, "page", w->page + 1);
        box(j, w->box);
        ac_jw_ku64(j, "confidence", w->confidence);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

static void cells(ac_jw *j, const ac_note *note)
{
    const ac_layout *l = note->layout;
    ac_jw_karray(j, "cells");
    for (size_t i = 0; i < l->cells.n; i++) {
        const ac_cell *c = &l->cells.at[i];
        ac_jw_object(j);
        place(j, c->span);
        ac_jw_ku64(j, "table", c->table);
        ac_jw_ku64(j, "row", c->row);
        ac_jw_ku64(j, "column", c->column);
        ac_jw_boxes(j, note, c->span);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

static void warnings(ac_jw *j, const ac_layout *l)
{
    ac_jw_karray(j, "warnings");
    for (size_t i = 0; i < l->warnings.n; i++) {
        const ac_media_warning *w = &l->warnings.at[i];
        ac_jw_object(j);
        ac_jw_kstring(j, "code", ac_media_note_name((ac_media_note)w->note));
        ac_jw_kstring(j, "message", ac_media_note_text((ac_media_note)w->note));
        ac_jw_key(j, AC_SV("page"));
        if (w->page == AC_NO_PAGE)
            ac_jw_null(j);
        else
            ac_jw_u64(j, (uint64_t)w->page + 1);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

/* Titles and file names are as private as the text. */
static void names(ac_jw *j, const ac_layout *l)
{
    ac_jw_karray(j, "metadata");
    for (size_t i = 0; i < l->meta.n; i++) {
        ac_jw_object(j);
        ac_jw_kstring(j, "name", l->meta.at[i].name);
        ac_jw_kstring(j, "value", l->meta.at[i].value);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
    ac_jw_karray(j, "attachments");
    for (size_t i = 0; i < l->attachments.n; i++) {
        ac_jw_object(j);
        ac_jw_kstring(j, "name", l->attachments.at[i].name);
        ac_jw_text_or_null(j, "type", l->attachments.at[i].type);
        ac_jw_ku64(j, "bytes", l->attachments.at[i].bytes);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}

void ac_jw_layout(ac_jw *j, const ac_note *note, bool identified)
{
    const ac_layout *l = note->layout;
    if (!l)
        return;
    ac_jw_kobject(j, "layout");
    pages(j, l);
    words(j, l);
    cells(j, note);
    warnings(j, l);
    if (identified)
        names(j, l);
    ac_jw_end_object(j);
}

/* On the same line: their heights overlap by more than half of the lower one. */
static bool same_line(ac_box a, ac_box b)
{
    const float top = a.y0 > b.y0 ? a.y0 : b.y0, bottom = a.y1 < b.y1 ? a.y1 : b.y1;
    const float ha = a.y1 - a.y0, hb = b.y1 - b.y0;
    return bottom - top > 0.5f * (ha < hb ? ha : hb);
}

static ac_box around(ac_box a, ac_box b)
{
    return (ac_box) { a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0, a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1 };
}

void ac_jw_boxes(ac_jw *j, const ac_note *note, ac_span span)
{
    const ac_layout *l = note->layout;
    size_t i, end;
    if (!l || !l->pages.n)
        return;
    ac_jw_karray(j, "boxes");
    for (ac_layout_words(l, span, &i, &end); i < end;) {
        const uint32_t page = l->words.at[i].page;
        ac_box all = l->words.at[i].box;
        for (i++; i < end && l->words.at[i].page == page && same_line(all, l->words.at[i].box); i++)
            all = around(all, l->words.at[i].box);
        ac_jw_object(j);
        ac_jw_ku64(j, "page", (uint64_t)page + 1);
        box(j, all);
        ac_jw_end_object(j);
    }
    ac_jw_end_array(j);
}
