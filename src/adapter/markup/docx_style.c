#include "adapter/markup/docx_style.h"

#include <stdlib.h>

enum { STYLES_MAX = 65536, ABSTRACTS_MAX = 4096, LISTS_MAX = 65536, INHERIT_MAX = 16, ID_MAX = 256 };

typedef struct {
    docx_styles *s;
    ac_mw *out;
    docx_style *style;          /* that is open */
    docx_abstract *abstract;
    docx_list *list;
    int64_t level;              /* that is open in abstract or list; -1: none */
} reader;

static ac_sv keep(reader *r, ac_sv s) { return ac_arena_copy(r->s->arena, ac_sv_sub(s, 0, ID_MAX)); }

static int64_t number(const xml_tag *tag, const char *name, int64_t otherwise)
{
    int64_t n;
    return ac_sv_to_i64(xml_attr_of(tag, name), &n) ? n : otherwise;
}

static bool is_level(int64_t n) { return n >= 0 && n < DOCX_LEVELS; }

/* ---- styles.xml ---------------------------------------------------------------------------------------------------- */

static bool names_heading(ac_sv name)
{
    return ac_sv_eq_nocase(ac_sv_sub(name, 0, 8), AC_SV("heading ")) || ac_sv_eq_nocase(name, AC_SV("title")) ||
           ac_sv_eq_nocase(name, AC_SV("subtitle"));
}

static void on_style(void *context, const xml_tag *tag)
{
    reader *r = context;
    if (xml_is(tag, "style")) {
        r->style = r->s->styles.n < STYLES_MAX ? ac_vec_push(&r->s->styles, r->s->arena) : NULL;
        if (r->style)
            r->style->id = keep(r, xml_attr_of(tag, "styleId"));
        else
            ac_mw_fail(r->out, AC_MEDIA_TOO_LARGE);
    }
    docx_style *style = r->style;
    if (!style)
        return;
    ac_sv value = xml_attr_of(tag, "val");
    if (xml_is(tag, "basedOn")) {
        style->based_on = keep(r, value);
    } else if (xml_is(tag, "name")) {
        style->heading |= names_heading(value);
    } else if (xml_is(tag, "outlineLvl")) {
        style->heading |= is_level(number(tag, "val", -1));
    } else if (xml_is(tag, "numId")) {
        style->list = number(tag, "val", 0);
        style->has_list = true;
    } else if (xml_is(tag, "ilvl")) {
        style->level = number(tag, "val", 0);
        style->has_level = true;
    }
}

static void on_style_end(void *context, const xml_tag *tag)
{
    reader *r = context;
    if (xml_is(tag, "style"))
        r->style = NULL;
}

static void on_no_chars(void *context, ac_sv text) { (void)context, (void)text; }

static int by_id(const void *a, const void *b)
{
    return ac_sv_cmp(((const docx_style *)a)->id, ((const docx_style *)b)->id);
}

static docx_style *find_style(const docx_styles *s, ac_sv id)
{
    docx_style key = { .id = ac_sv_sub(id, 0, ID_MAX) };
    return s->styles.n ? bsearch(&key, s->styles.at, s->styles.n, sizeof key, by_id) : NULL;
}

const docx_style *docx_style_of(const docx_styles *s, ac_sv id) { return id.n ? find_style(s, id) : NULL; }

/* What a style does not say, the one says that it is based on. */
static void inherit(docx_styles *s, docx_style *style)
{
    const docx_style *from = style;
    for (int i = 0; i < INHERIT_MAX && from->based_on.n; i++) {
        from = find_style(s, from->based_on);
        if (!from)
            return;
        style->heading |= from->heading;
        if (!style->has_list && from->has_list) {
            style->list = from->list;
            style->has_list = true;
        }
        if (!style->has_level && from->has_level) {
            style->level = from->level;
            style->has_level = true;
        }
    }
}

/* ---- numbering.xml ------------------------------------------------------------------------------------------------- */

static label_style style_named(ac_sv name)
{
    static const struct {
        const char *name;
        label_style style;
    } rows[] = { { "bullet", LABEL_BULLET }, { "none", LABEL_NONE }, { "lowerLetter", LABEL_LOWER_LETTER },
                 { "upperLetter", LABEL_UPPER_LETTER }, { "lowerRoman", LABEL_LOWER_ROMAN }, { "upperRoman", LABEL_UPPER_ROMAN } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (ac_sv_eq(name, ac_sv_z(rows[i].name)))
            return rows[i].style;
    return LABEL_DECIMAL;
}

static void open_abstract(reader *r, const xml_tag *tag)
{
    r->level = -1;
    r->abstract = r->s->abstracts.n < ABSTRACTS_MAX ? ac_vec_push(&r->s->abstracts, r->s->arena) : NULL;
    if (!r->abstract) {
        ac_mw_fail(r->out, AC_MEDIA_TOO_LARGE);
        return;
    }
    r->abstract->id = number(tag, "abstractNumId", -1);
    for (size_t i = 0; i < DOCX_LEVELS; i++)
        r->abstract->level[i].start = 1;
}

static void open_list(reader *r, const xml_tag *tag)
{
    r->level = -1;
    r->list = r->s->lists.n < LISTS_MAX ? ac_vec_push(&r->s->lists, r->s->arena) : NULL;
    if (r->list)
        r->list->id = number(tag, "numId", -1);
    else
        ac_mw_fail(r->out, AC_MEDIA_TOO_LARGE);
}

static void in_level(reader *r, docx_level *level, const xml_tag *tag)
{
    if (xml_is(tag, "start"))
        level->start = number(tag, "val", 1);
    else if (xml_is(tag, "numFmt"))
        level->style = style_named(xml_attr_of(tag, "val"));
    else if (xml_is(tag, "lvlText"))
        level->text = keep(r, xml_attr_of(tag, "val"));
}

static void in_list(reader *r, const xml_tag *tag)
{
    if (xml_is(tag, "abstractNumId")) {
        int64_t id = number(tag, "val", -1);
        for (size_t i = 0; i < r->s->abstracts.n; i++)
            if (r->s->abstracts.at[i].id == id)
                r->list->abstract = &r->s->abstracts.at[i];
    } else if (xml_is(tag, "startOverride") && is_level(r->level)) {
        r->list->restart[r->level] = number(tag, "val", 1);
        r->list->restarts[r->level] = true;
    }
}

static void on_numbering(void *context, const xml_tag *tag)
{
    reader *r = context;
    if (xml_is(tag, "abstractNum"))
        open_abstract(r, tag);
    else if (xml_is(tag, "num"))
        open_list(r, tag);
    else if (xml_is(tag, "lvl") || xml_is(tag, "lvlOverride"))
        r->level = number(tag, "ilvl", -1);
    else if (r->abstract && is_level(r->level))
        in_level(r, &r->abstract->level[r->level], tag);
    else if (r->list)
        in_list(r, tag);
}

static void on_numbering_end(void *context, const xml_tag *tag)
{
    reader *r = context;
    if (xml_is(tag, "abstractNum"))
        r->abstract = NULL;
    else if (xml_is(tag, "num"))
        r->list = NULL;
    else if (xml_is(tag, "lvl") || xml_is(tag, "lvlOverride"))
        r->level = -1;
}

static int by_list(const void *a, const void *b)
{
    int64_t x = ((const docx_list *)a)->id, y = ((const docx_list *)b)->id;
    return (x > y) - (x < y);
}

void docx_styles_read(docx_styles *s, ac_sv styles, ac_sv numbering, ac_mw *out)
{
    static const xml_events style_events = { on_style, on_style_end, on_no_chars };
    static const xml_events numbering_events = { on_numbering, on_numbering_end, on_no_chars };
    reader r = { .s = s, .out = out, .level = -1 };
    if (styles.n)
        xml_read(styles, &style_events, &r, out);
    if (numbering.n)
        xml_read(numbering, &numbering_events, &r, out);
    if (s->styles.n)
        qsort(s->styles.at, s->styles.n, sizeof s->styles.at[0], by_id);
    if (s->lists.n)
        qsort(s->lists.at, s->lists.n, sizeof s->lists.at[0], by_list);
    for (size_t i = 0; i < s->styles.n; i++)
        inherit(s, &s->styles.at[i]);
}

/* ---- labels -------------------------------------------------------------------------------------------------------- */

/* The next number of a level; the levels below begin anew. */
static void count(docx_list *list, size_t level)
{
    docx_abstract *a = list->abstract;
    if (list->restarts[level]) {
        a->count[level] = list->restart[level];
        list->restarts[level] = false;
    } else if (a->used[level]) {
        a->count[level] += a->count[level] < INT64_MAX;
    } else {
        a->count[level] = a->level[level].start;
    }
    a->used[level] = true;
    for (size_t i = level + 1; i < DOCX_LEVELS; i++)
        a->used[i] = false;
}

void docx_label(docx_styles *s, int64_t list, int64_t level, ac_sb *out)
{
    docx_list key = { .id = list };
    docx_list *found = s->lists.n ? bsearch(&key, s->lists.at, s->lists.n, sizeof key, by_list) : NULL;
    if (!found || !found->abstract || !is_level(level))
        return;
    docx_abstract *a = found->abstract;
    count(found, (size_t)level);
    const docx_level *l = &a->level[level];
    if (l->style == LABEL_BULLET) {
        ac_sb_add_char(out, '-');
        return;
    }
    for (size_t i = 0; i < l->text.n; i++) {
        char c = l->text.p[i];
        bool place = c == '%' && i + 1 < l->text.n && l->text.p[i + 1] >= '1' && l->text.p[i + 1] <= '9';
        if (!place) {
            ac_sb_add_char(out, c);
            continue;
        }
        size_t of = (size_t)(l->text.p[++i] - '1');
        label_number(out, a->level[of].style, a->used[of] ? a->count[of] : a->level[of].start);
    }
}
