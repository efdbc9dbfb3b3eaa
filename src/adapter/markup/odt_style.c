#include "adapter/markup/odt_style.h"

#include <stdlib.h>

enum { STYLES_MAX = 16384, NAME_MAX_BYTES = 256 };

static ac_sv keep(odt_styles *s, ac_sv text) { return ac_arena_copy(s->arena, ac_sv_sub(text, 0, NAME_MAX_BYTES)); }

static odt_style *add(odt_styles *s, bool list, ac_sv name, ac_mw *out)
{
    __typeof__(s->texts) *to = list ? &s->lists : &s->texts;
    odt_style *style = to->n < STYLES_MAX ? ac_vec_push(to, s->arena) : NULL;
    if (!style) {
        ac_mw_fail(out, AC_MEDIA_TOO_LARGE);
        return NULL;
    }
    style->name = keep(s, name);
    style->is_list = list;
    return style;
}

/* One level of a list style; bullets have no number. */
static void open_level(odt_styles *s, const xml_tag *tag, bool number)
{
    int64_t level, start;
    if (!s->open || !s->open->is_list || !ac_sv_to_i64(xml_attr_of(tag, "level"), &level) || level < 1 || level > ODT_LEVELS)
        return;
    size_t i = (size_t)level - 1;
    s->open->style[i] = number ? label_style_of(xml_attr_of(tag, "num-format")) : LABEL_BULLET;
    s->open->start[i] = ac_sv_to_i64(xml_attr_of(tag, "start-value"), &start) ? start : 1;
    s->open->prefix[i] = keep(s, xml_attr_of(tag, "num-prefix"));
    s->open->suffix[i] = keep(s, xml_attr_of(tag, "num-suffix"));
}

static void set_text(odt_style *style, const xml_tag *tag)
{
    ac_sv strike = xml_attr_of(tag, "text-line-through-style"), type = xml_attr_of(tag, "text-line-through-type");
    style->struck |= (strike.n && !ac_sv_eq(strike, AC_SV("none"))) || (type.n && !ac_sv_eq(type, AC_SV("none")));
    style->raised |= ac_sv_starts(xml_attr_of(tag, "text-position"), AC_SV("super"));
    style->hidden |= ac_sv_eq(xml_attr_of(tag, "display"), AC_SV("none"));
}

void odt_style_open(odt_styles *s, const xml_tag *tag, ac_mw *out)
{
    if (xml_is(tag, "style"))
        s->open = ac_sv_eq(xml_attr_of(tag, "family"), AC_SV("text")) ? add(s, false, xml_attr_of(tag, "name"), out) : NULL;
    else if (xml_is(tag, "list-style"))
        s->open = add(s, true, xml_attr_of(tag, "name"), out);
    else if (xml_is(tag, "list-level-style-number"))
        open_level(s, tag, true);
    else if (xml_is(tag, "list-level-style-bullet") || xml_is(tag, "list-level-style-image"))
        open_level(s, tag, false);
    else if (xml_is(tag, "text-properties") && s->open && !s->open->is_list)
        set_text(s->open, tag);
}

void odt_style_close(odt_styles *s, const xml_tag *tag)
{
    if (xml_is(tag, "style") || xml_is(tag, "list-style"))
        s->open = NULL;
}

static int by_name(const void *a, const void *b) { return ac_sv_cmp(((const odt_style *)a)->name, ((const odt_style *)b)->name); }

void odt_styles_sort(odt_styles *s)
{
    if (s->texts.n)
        qsort(s->texts.at, s->texts.n, sizeof s->texts.at[0], by_name);
    if (s->lists.n)
        qsort(s->lists.at, s->lists.n, sizeof s->lists.at[0], by_name);
}

static const odt_style *find(const odt_style *at, size_t n, ac_sv name)
{
    odt_style key = { .name = ac_sv_sub(name, 0, NAME_MAX_BYTES) };
    return n && name.n ? bsearch(&key, at, n, sizeof key, by_name) : NULL;
}

const odt_style *odt_text_style(const odt_styles *s, ac_sv name) { return find(s->texts.at, s->texts.n, name); }
const odt_style *odt_list_style(const odt_styles *s, ac_sv name) { return find(s->lists.at, s->lists.n, name); }
