#include "adapter/markup/html.h"

#include "adapter/markup/charset.h"
#include "adapter/markup/flow.h"
#include "adapter/markup/label.h"
#include "adapter/markup/room.h"
#include "adapter/markup/xml.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <stdlib.h>

enum {
    DEPTH_MAX = 512,            /* unclosed elements make pages deep */
    LISTS_MAX = 32,
    CHARSET_LOOK = 1024,        /* bytes in which browsers look for a charset */
    META_MAX = 64 * 1024,
    DOCUMENT_MAX = 1 << 30,
};

typedef struct {
    bool ordered;
    label_style style;
    int64_t next;
} list;

typedef struct {
    flow f;
    uint32_t depth, skip, pre, raised; /* elements open: all, from the one that is left out, <pre>, <sup> */
    uint32_t lists;
    list list[LISTS_MAX];
    bool in_title, deleted, hidden, unread;
    ac_sb title;
} page;

typedef enum {
    ON_LINE, ON_BLOCK, ON_BREAK, ON_PRE, ON_SKIP, ON_DELETED, ON_LIST, ON_ITEM, ON_TABLE, ON_ROW, ON_CELL, ON_RAISED, ON_TITLE,
    ON_META, ON_INPUT, ON_OPTION, ON_IMAGE,
} action;

/* In alphabetical order; what is not here is part of the line. */
static const struct {
    const char *name;
    action on;
} elements[] = {
    { "address", ON_LINE }, { "applet", ON_SKIP }, { "article", ON_BLOCK }, { "aside", ON_BLOCK }, { "audio", ON_SKIP },
    { "blockquote", ON_BLOCK }, { "body", ON_BLOCK }, { "br", ON_BREAK }, { "caption", ON_LINE }, { "center", ON_LINE },
    { "dd", ON_LINE }, { "del", ON_DELETED }, { "details", ON_LINE }, { "dir", ON_LIST }, { "div", ON_LINE }, { "dl", ON_BLOCK },
    { "dt", ON_LINE }, { "fieldset", ON_BLOCK }, { "figcaption", ON_LINE }, { "figure", ON_BLOCK }, { "footer", ON_BLOCK },
    { "form", ON_BLOCK }, { "h1", ON_BLOCK }, { "h2", ON_BLOCK }, { "h3", ON_BLOCK }, { "h4", ON_BLOCK }, { "h5", ON_BLOCK },
    { "h6", ON_BLOCK }, { "header", ON_BLOCK }, { "hr", ON_BLOCK }, { "iframe", ON_SKIP }, { "img", ON_IMAGE },
    { "input", ON_INPUT }, { "legend", ON_LINE }, { "li", ON_ITEM }, { "main", ON_BLOCK }, { "menu", ON_LIST },
    { "meta", ON_META }, { "nav", ON_BLOCK }, { "noscript", ON_SKIP }, { "object", ON_LINE }, { "ol", ON_LIST },
    { "option", ON_OPTION }, { "p", ON_BLOCK }, { "pre", ON_PRE }, { "s", ON_DELETED }, { "script", ON_SKIP },
    { "section", ON_BLOCK }, { "strike", ON_DELETED }, { "style", ON_SKIP }, { "summary", ON_LINE }, { "sup", ON_RAISED },
    { "svg", ON_SKIP }, { "table", ON_TABLE }, { "tbody", ON_LINE }, { "td", ON_CELL }, { "template", ON_SKIP },
    { "textarea", ON_PRE }, { "tfoot", ON_LINE }, { "th", ON_CELL }, { "thead", ON_LINE }, { "title", ON_TITLE },
    { "tr", ON_ROW }, { "ul", ON_LIST }, { "video", ON_SKIP },
};

static int by_name(const void *key, const void *row)
{
    return ac_sv_cmp(*(const ac_sv *)key, ac_sv_z(((const __typeof__(elements[0]) *)row)->name));
}

static const __typeof__(elements[0]) *element_of(ac_sv name)
{
    return bsearch(&name, elements, sizeof elements / sizeof elements[0], sizeof elements[0], by_name);
}

static page *page_of(void *ctx) { return ((htmlParserCtxtPtr)ctx)->_private; }

/* ---- attributes ---------------------------------------------------------------------------------------------------- */

static const xmlChar *find_attr(const xmlChar **attrs, const char *name)
{
    for (; attrs && attrs[0]; attrs += 2)
        if (ac_sv_eq(ac_sv_z((const char *)attrs[0]), ac_sv_z(name)))
            return attrs[1] ? attrs[1] : (const xmlChar *)"";
    return NULL;
}

static ac_sv attr(const xmlChar **attrs, const char *name) { return ac_sv_trim(ac_sv_z((const char *)find_attr(attrs, name))); }

static uint32_t span_of(const xmlChar **attrs, const char *name)
{
    int64_t n;
    return ac_sv_to_i64(attr(attrs, name), &n) && n > 0 && n < 1000 ? (uint32_t)n : 1;
}

static bool contains(ac_sv s, ac_sv part)
{
    for (size_t i = 0; i + part.n <= s.n; i++)
        if (ac_sv_eq_nocase(ac_sv_sub(s, i, i + part.n), part))
            return true;
    return false;
}

static bool is_hidden(const xmlChar **attrs)
{
    ac_sv style = attr(attrs, "style");
    return find_attr(attrs, "hidden") || contains(style, AC_SV("display:none")) || contains(style, AC_SV("display: none")) ||
           contains(style, AC_SV("visibility:hidden"));
}

static bool is_struck(const xmlChar **attrs) { return contains(attr(attrs, "style"), AC_SV("line-through")); }

/* ---- elements ------------------------------------------------------------------------------------------------------ */

static void open_list(page *p, ac_sv name, const xmlChar **attrs)
{
    flow_gap(&p->f, p->lists ? AC_GAP_LINE : AC_GAP_BLOCK);
    if (p->lists++ >= LISTS_MAX)
        return;
    list *l = &p->list[p->lists - 1];
    *l = (list) { .ordered = ac_sv_eq(name, AC_SV("ol")), .next = 1 };
    ac_sv type = attr(attrs, "type");
    l->style = type.n ? label_style_of(type) : LABEL_DECIMAL;
    (void)ac_sv_to_i64(attr(attrs, "start"), &l->next);
}

static void open_item(page *p, const xmlChar **attrs)
{
    AC_AUTO(ac_sb) label = AC_SB(FLOW_LABEL_MAX);
    list bullets = { 0 };
    list *l = p->lists && p->lists <= LISTS_MAX ? &p->list[p->lists - 1] : &bullets;
    (void)ac_sv_to_i64(attr(attrs, "value"), &l->next);
    label_number(&label, l->ordered ? l->style : LABEL_BULLET, l->next);
    l->next += l->next < INT64_MAX;
    if (l->ordered)
        ac_sb_add_char(&label, '.');
    (void)is_whole(&label, p->f.out);
    flow_label(&p->f, ac_sb_view(&label));
}

static void tell_meta(page *p, const xmlChar **attrs)
{
    static const char *const told[] = { "author", "date", "description", "generator", "keywords" };
    ac_sv name = attr(attrs, "name"), value = attr(attrs, "content");
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++)
        if (value.n && value.n < META_MAX / 4 && ac_sv_eq_nocase(name, ac_sv_z(told[i])))
            ac_mw_meta(p->f.out, ac_sv_z(told[i]), value);
}

/* What a form shows in its fields. */
static void open_input(page *p, const xmlChar **attrs)
{
    static const char *const unseen[] = { "hidden", "submit", "button", "reset", "password", "image", "file" };
    ac_sv type = attr(attrs, "type");
    for (size_t i = 0; i < sizeof unseen / sizeof unseen[0]; i++)
        if (ac_sv_eq_nocase(type, ac_sv_z(unseen[i])))
            return;
    bool box = ac_sv_eq_nocase(type, AC_SV("checkbox")) || ac_sv_eq_nocase(type, AC_SV("radio"));
    flow_gap(&p->f, AC_GAP_BLANK);
    if (box)
        flow_text(&p->f, find_attr(attrs, "checked") ? AC_SV("\u2612") : AC_SV("\u2610"));
    else
        flow_text(&p->f, attr(attrs, "value"));
    flow_gap(&p->f, AC_GAP_BLANK);
}

/* A picture that the page carries in itself; others are elsewhere. */
static void open_image(page *p, const xmlChar **attrs)
{
    ac_sv source = attr(attrs, "src"), type = AC_SV("");
    if (!ac_sv_starts(source, AC_SV("data:")))
        return;
    ac_sv head, rest = ac_sv_sub(source, 5, source.n);
    bool typed = ac_sv_split(&rest, ',', &head) && ac_sv_split(&head, ';', &type) && type.n < 128;
    ac_mw_attachment(p->f.out, AC_SV(""), typed ? type : AC_SV(""), rest.n / 4 * 3);
    p->unread = true;
}

static void open_element(page *p, ac_sv name, action on, const xmlChar **attrs)
{
    switch (on) {
    case ON_LINE:
    case ON_BREAK: flow_gap(&p->f, AC_GAP_LINE); break;
    case ON_BLOCK: flow_gap(&p->f, AC_GAP_BLOCK); break;
    case ON_PRE:
        flow_gap(&p->f, AC_GAP_BLOCK);
        p->f.keep_blanks = ++p->pre > 0;
        break;
    case ON_DELETED: p->deleted = true; break;
    case ON_SKIP: break;
    case ON_LIST: open_list(p, name, attrs); break;
    case ON_ITEM: open_item(p, attrs); break;
    case ON_TABLE: flow_table_begin(&p->f); break;
    case ON_ROW: flow_row(&p->f); break;
    case ON_CELL: flow_cell(&p->f, span_of(attrs, "colspan"), span_of(attrs, "rowspan")); break;
    case ON_RAISED: p->f.raised = ++p->raised > 0; break;
    case ON_TITLE: p->in_title = true; break;
    case ON_META: tell_meta(p, attrs); break;
    case ON_INPUT: open_input(p, attrs); break;
    case ON_OPTION: flow_gap(&p->f, AC_GAP_BLANK); break;
    case ON_IMAGE: open_image(p, attrs); break;
    }
}

static bool is_left_out(action on, const xmlChar **attrs)
{
    return on == ON_SKIP || on == ON_DELETED || (on == ON_OPTION && !find_attr(attrs, "selected"));
}

static void on_open(void *ctx, const xmlChar *name, const xmlChar **attrs)
{
    page *p = page_of(ctx);
    if (++p->depth > DEPTH_MAX)
        ac_mw_fail(p->f.out, AC_MEDIA_TOO_DEEP);
    if (ac_mw_over(p->f.out)) {
        xmlStopParser(ctx);
        return;
    }
    if (p->skip)
        return;
    const __typeof__(elements[0]) *e = element_of(ac_sv_z((const char *)name));
    if (e)
        open_element(p, ac_sv_z(e->name), e->on, attrs);
    p->hidden |= attrs && is_hidden(attrs);
    bool struck = attrs && is_struck(attrs);
    p->deleted |= struck;
    if (struck || (e && is_left_out(e->on, attrs)))
        p->skip = p->depth;
}

static void close_element(page *p, action on)
{
    switch (on) {
    case ON_LINE: flow_gap(&p->f, AC_GAP_LINE); break;
    case ON_BLOCK: flow_gap(&p->f, AC_GAP_BLOCK); break;
    case ON_PRE:
        p->pre -= p->pre > 0;
        p->f.keep_blanks = p->pre > 0;
        flow_gap(&p->f, AC_GAP_BLOCK);
        break;
    case ON_LIST:
        p->lists -= p->lists > 0;
        flow_gap(&p->f, p->lists ? AC_GAP_LINE : AC_GAP_BLOCK);
        break;
    case ON_ITEM: flow_label(&p->f, AC_SV("")); break;
    case ON_TABLE: flow_table_end(&p->f); break;
    case ON_ROW: flow_row_end(&p->f); break;
    case ON_CELL: flow_cell_end(&p->f); break;
    case ON_RAISED:
        p->raised -= p->raised > 0;
        p->f.raised = p->raised > 0;
        break;
    case ON_TITLE: p->in_title = false; break;
    case ON_OPTION: flow_gap(&p->f, AC_GAP_BLANK); break;
    default: break;
    }
}

static void on_close(void *ctx, const xmlChar *name)
{
    page *p = page_of(ctx);
    bool skipped = p->skip > 0;
    if (p->skip == p->depth)
        p->skip = 0;
    p->depth -= p->depth > 0;
    const __typeof__(elements[0]) *e = element_of(ac_sv_z((const char *)name));
    if (e && !ac_mw_over(p->f.out) && (!skipped || (!p->skip && !is_left_out(e->on, NULL))))
        close_element(p, e->on);
}

static void on_chars(void *ctx, const xmlChar *text, int n)
{
    page *p = page_of(ctx);
    ac_sv s = { (const char *)text, n > 0 ? (size_t)n : 0 };
    if (p->skip || ac_mw_over(p->f.out))
        return;
    if (p->in_title)
        ac_sb_add(&p->title, s);
    else
        flow_text(&p->f, s);
    if (ac_mw_over(p->f.out))
        xmlStopParser(ctx);
}

static void on_error(void *user, xmlErrorPtr error) { (void)user, (void)error; } /* libxml2 would write to stderr */

/* ---- the encoding -------------------------------------------------------------------------------------------------- */

/* What follows "charset=" or "encoding=" near the beginning. */
static charset declared(ac_sv bytes)
{
    static const ac_sv keys[] = { { "charset=", 8 }, { "encoding=", 9 } };
    ac_sv head = ac_sv_sub(bytes, 0, CHARSET_LOOK);
    for (size_t i = 0; i < head.n; i++)
        for (size_t k = 0; k < sizeof keys / sizeof keys[0]; k++) {
            if (!ac_sv_eq_nocase(ac_sv_sub(head, i, i + keys[k].n), keys[k]))
                continue;
            size_t begin = i + keys[k].n;
            begin += begin < head.n && (head.p[begin] == '"' || head.p[begin] == '\'');
            size_t end = begin;
            while (end < head.n && (ac_is_alnum(head.p[end]) || head.p[end] == '-' || head.p[end] == '_'))
                end++;
            return charset_named(ac_sv_sub(head, begin, end));
        }
    return CHARSET_UNKNOWN;
}

static charset charset_of(ac_sv *bytes)
{
    size_t bom;
    charset set = charset_marked(*bytes, &bom);
    *bytes = ac_sv_sub(*bytes, bom, bytes->n);
    if (bom)
        return set;
    set = declared(*bytes);
    if (set < CHARSET_TABLES)
        return set;
    return ac_utf8_is(*bytes) ? CHARSET_UTF8 : CHARSET_1252;
}

/* ---- the page ------------------------------------------------------------------------------------------------------ */

static void parse(page *p, ac_sv utf8)
{
    htmlParserCtxtPtr ctx = htmlNewParserCtxt();
    if (!ctx) {
        ac_mw_fail(p->f.out, AC_MEDIA_MEMORY);
        return;
    }
    *ctx->sax = (xmlSAXHandler) { .initialized = XML_SAX2_MAGIC, .startElement = on_open, .endElement = on_close,
                                  .characters = on_chars, .ignorableWhitespace = on_chars, .cdataBlock = on_chars,
                                  .serror = on_error };
    ctx->_private = p;
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING | HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC;
    htmlDocPtr doc = htmlCtxtReadMemory(ctx, utf8.p, (int)utf8.n, NULL, "UTF-8", options);
    if (ctx->errNo == XML_ERR_NO_MEMORY)
        ac_mw_fail(p->f.out, AC_MEDIA_MEMORY);
    if (doc)
        xmlFreeDoc(doc);
    htmlFreeParserCtxt(ctx);
}

static void tell_rest(page *p)
{
    ac_sv title = ac_sv_trim(ac_sb_view(&p->title));
    if (is_whole(&p->title, p->f.out) && title.n && ac_utf8_is(title))
        ac_mw_meta(p->f.out, AC_SV("title"), title);
    if (p->deleted)
        ac_mw_warn(p->f.out, AC_MEDIA_DELETED_TEXT, AC_NO_PAGE);
    if (p->hidden)
        ac_mw_warn(p->f.out, AC_MEDIA_HIDDEN_TEXT, AC_NO_PAGE);
    if (p->unread)
        ac_mw_warn(p->f.out, AC_MEDIA_ATTACHMENT_UNREAD, AC_NO_PAGE);
}

void html_read(ac_sv bytes, ac_mw *out)
{
    AC_AUTO(ac_sb) utf8 = AC_SB(DOCUMENT_MAX);
    page p = { .f.out = out, .title = AC_SB(META_MAX / 4) };
    ac_mw_type(out, AC_SV("text/html"));
    charset set = charset_of(&bytes);
    charset_decode(set, bytes, &utf8);
    for (size_t i = 0; i < utf8.n; i++)
        if (!utf8.p[i])
            utf8.p[i] = ' '; /* the parser would take it for the end */
    (void)is_whole_or_too_large(&utf8, out);
    xml_warm_up();
    if (!xml_tags_are_short(ac_sb_view(&utf8)))
        ac_mw_fail(out, AC_MEDIA_TOO_LARGE);
    if (!ac_mw_over(out) && utf8.n)
        parse(&p, ac_sb_view(&utf8));
    tell_rest(&p);
    ac_sb_cleanup(&p.title);
}
