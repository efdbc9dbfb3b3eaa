#include "adapter/markup/xml.h"

#include "adapter/markup/charset.h"
#include "adapter/markup/room.h"

#include <libxml/SAX2.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

enum {
    ENTITY_MAX = 256,           /* bytes of an internal entity that is expanded */
    ENTITIES_MAX = 256,         /* entities that a document may declare */
    REFERENCES_MAX = 100000,    /* and how often it may use them */
    ATTRS_MAX = 4096,           /* of one element */
    ATTR_PARTS = 5,             /* of an attribute in SAX2: local name, prefix, URI, begin and end of its value */
    DOCUMENT_MAX = 1 << 30,
};

typedef struct {
    const xml_events *events;
    void *context;
    ac_mw *out;
    uint32_t depth, entities;   /* elements open; entities declared */
    uint32_t references;        /* to entities */
    bool refused;               /* an entity was left out */
    int error;                  /* the first that the parser found; 0: none */
    bool at_end;                /* it was found at the end */
    ac_sb attrs;                /* xml_attr of the element being told */
} reading;

static ac_sv view(const xmlChar *z) { return ac_sv_z((const char *)z); }

static reading *reading_of(void *ctx) { return ((xmlParserCtxtPtr)ctx)->_private; }

static void stop(xmlParserCtxtPtr ctx, ac_media_note why)
{
    ac_mw_fail(reading_of(ctx)->out, why);
    xmlStopParser(ctx);
}

/* ---- elements ------------------------------------------------------------------------------------------------------ */

static void on_open(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_spaces,
                    const xmlChar **spaces, int n_attrs, int n_default, const xmlChar **attrs)
{
    (void)prefix, (void)n_spaces, (void)spaces, (void)n_default;
    reading *r = reading_of(ctx);
    if (++r->depth > XML_DEPTH_MAX) {
        stop(ctx, AC_MEDIA_TOO_DEEP);
        return;
    }
    if (n_attrs > ATTRS_MAX) {
        stop(ctx, AC_MEDIA_TOO_LARGE);
        return;
    }
    ac_sb_clear(&r->attrs);
    for (int i = 0; i < n_attrs; i++, attrs += ATTR_PARTS) {
        xml_attr a = { view(attrs[1]), view(attrs[0]), view(attrs[2]),
                       { (const char *)attrs[3], (size_t)(attrs[4] - attrs[3]) } };
        ac_sb_add(&r->attrs, (ac_sv) { (const char *)&a, sizeof a });
    }
    if (r->attrs.rc != AC_OK) {
        stop(ctx, AC_MEDIA_MEMORY);
        return;
    }
    int line = xmlSAX2GetLineNumber(ctx);
    xml_tag tag = { view(uri), view(name), (const xml_attr *)(const void *)r->attrs.p, (size_t)n_attrs,
                    line > 0 ? (uint32_t)line : 1 };
    r->events->open(r->context, &tag);
    if (ac_mw_over(r->out))
        xmlStopParser(ctx);
}

static void on_close(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    (void)prefix;
    reading *r = reading_of(ctx);
    r->depth -= r->depth > 0;
    if (!ac_mw_over(r->out))
        r->events->close(r->context, &(xml_tag) { view(uri), view(name), NULL, 0, 0 });
    if (ac_mw_over(r->out))
        xmlStopParser(ctx);
}

static void on_chars(void *ctx, const xmlChar *text, int n)
{
    reading *r = reading_of(ctx);
    if (n > 0 && !ac_mw_over(r->out))
        r->events->chars(r->context, (ac_sv) { (const char *)text, (size_t)n });
    if (ac_mw_over(r->out))
        xmlStopParser(ctx);
}

/* ---- entities ------------------------------------------------------------------------------------------------------ */

/* Only what is plain text keeps its value; the others are known, but say nothing, so that no expansion can grow. */
static void on_entity_decl(void *ctx, const xmlChar *name, int type, const xmlChar *public_id, const xmlChar *system_id,
                           xmlChar *content)
{
    (void)public_id, (void)system_id;
    reading *r = reading_of(ctx);
    if (++r->entities > ENTITIES_MAX) {
        stop(ctx, AC_MEDIA_TOO_LARGE);
        return;
    }
    xmlChar none[] = "";
    ac_sv value = view(content);
    bool plain = type == XML_INTERNAL_GENERAL_ENTITY && value.n <= ENTITY_MAX && !memchr(value.p, '&', value.n) &&
                 !memchr(value.p, '<', value.n);
    bool parameter = type == XML_INTERNAL_PARAMETER_ENTITY || type == XML_EXTERNAL_PARAMETER_ENTITY;
    xmlSAX2EntityDecl(ctx, name, parameter ? XML_INTERNAL_PARAMETER_ENTITY : XML_INTERNAL_GENERAL_ENTITY, NULL, NULL, plain ? content : none);
}

static xmlEntityPtr on_get_entity(void *ctx, const xmlChar *name)
{
    xmlEntityPtr e = xmlGetPredefinedEntity(name);
    if (!e)
        e = xmlSAX2GetEntity(ctx, name);
    if (++reading_of(ctx)->references > REFERENCES_MAX)
        stop(ctx, AC_MEDIA_TOO_LARGE);
    if (!e || !e->content || !e->content[0])
        reading_of(ctx)->refused = true;
    return e;
}

static xmlEntityPtr on_get_parameter_entity(void *ctx, const xmlChar *name)
{
    reading_of(ctx)->refused = true;
    return xmlSAX2GetParameterEntity(ctx, name);
}

static xmlParserInputPtr on_resolve(void *ctx, const xmlChar *public_id, const xmlChar *system_id)
{
    (void)public_id, (void)system_id;
    reading_of(ctx)->refused = true;
    return NULL;
}

static xmlParserInputPtr load_nothing(const char *url, const char *id, xmlParserCtxtPtr ctx)
{
    (void)url, (void)id, (void)ctx;
    return NULL;
}

void xml_warm_up(void)
{
    xmlInitParser();
    xmlSetExternalEntityLoader(load_nothing);
}

/* ---- the document -------------------------------------------------------------------------------------------------- */

/* Without this libxml2 would write to stderr. */
static void on_error(void *ctx, xmlErrorPtr error)
{
    reading *r = reading_of(ctx);
    const xmlParserInput *input = ((xmlParserCtxtPtr)ctx)->input;
    if (r->error || error->level < XML_ERR_ERROR)
        return;
    r->error = error->code;
    r->at_end = input && input->cur >= input->end;
}

static void set_handlers(xmlSAXHandler *sax)
{
    *sax = (xmlSAXHandler) {
        .initialized = XML_SAX2_MAGIC,
        .startDocument = xmlSAX2StartDocument,
        .internalSubset = xmlSAX2InternalSubset,
        .hasExternalSubset = xmlSAX2HasExternalSubset,
        .hasInternalSubset = xmlSAX2HasInternalSubset,
        .isStandalone = xmlSAX2IsStandalone,
        .entityDecl = on_entity_decl,
        .getEntity = on_get_entity,
        .getParameterEntity = on_get_parameter_entity,
        .resolveEntity = on_resolve,
        .startElementNs = on_open,
        .endElementNs = on_close,
        .characters = on_chars,
        .ignorableWhitespace = on_chars,
        .cdataBlock = on_chars,
        .serror = on_error,
    };
}

/* The encoding that <?xml ... encoding="NAME"?> names; UTF-8 when it names none. */
static charset declared(ac_sv bytes)
{
    ac_sv head = ac_sv_sub(bytes, 0, 256);
    const char *end = head.n ? memchr(head.p, '>', head.n) : NULL;
    if (!ac_sv_starts(head, AC_SV("<?xml")) || !end)
        return CHARSET_UTF8;
    head.n = (size_t)(end - head.p);
    ac_sv key = AC_SV("encoding");
    for (size_t i = 0; i + key.n < head.n; i++) {
        if (!ac_sv_starts(ac_sv_sub(head, i, head.n), key))
            continue;
        for (i += key.n; i < head.n && (ac_is_space(head.p[i]) || head.p[i] == '=');)
            i++;
        const char *close = i + 1 < head.n ? memchr(head.p + i + 1, head.p[i], head.n - i - 1) : NULL;
        return close ? charset_named(ac_sv_sub(head, i + 1, (size_t)(close - head.p))) : CHARSET_UTF8;
    }
    return CHARSET_UTF8;
}

/* UTF-16 without its mark shows by the zero bytes of "<?". */
static charset unmarked(ac_sv bytes)
{
    if (ac_sv_starts(bytes, AC_SV("<\0?\0")) || ac_sv_starts(bytes, AC_SV("<\0!\0")))
        return CHARSET_UTF16LE;
    if (ac_sv_starts(bytes, AC_SV("\0<\0?")) || ac_sv_starts(bytes, AC_SV("\0<\0!")))
        return CHARSET_UTF16BE;
    return declared(bytes);
}

/* *bytes as UTF-8, in buffer where they had to be changed. False when that cannot be. */
static bool as_utf8(ac_sv *bytes, ac_sb *buffer, ac_mw *out)
{
    size_t bom;
    charset set = charset_marked(*bytes, &bom);
    *bytes = ac_sv_sub(*bytes, bom, bytes->n);
    if (set == CHARSET_UNKNOWN)
        set = unmarked(*bytes);
    if (set == CHARSET_UNKNOWN) {
        ac_mw_fail(out, AC_MEDIA_UNSUPPORTED);
        return false;
    }
    if (set == CHARSET_UTF8)
        return true; /* libxml2 finds what is not well-formed */
    charset_decode(set, *bytes, buffer);
    *bytes = ac_sb_view(buffer);
    return is_whole_or_too_large(buffer, out);
}

/* Why the document was not read to its end. */
static ac_media_note reason_of(const reading *r)
{
    static const struct {
        int error;
        ac_media_note note;
    } rows[] = {
        { XML_ERR_NO_MEMORY, AC_MEDIA_MEMORY },
        { XML_ERR_DOCUMENT_EMPTY, AC_MEDIA_TRUNCATED },
        { XML_ERR_DOCUMENT_END, AC_MEDIA_TRUNCATED },
        { XML_ERR_TAG_NOT_FINISHED, AC_MEDIA_TRUNCATED },
        { XML_ERR_COMMENT_NOT_FINISHED, AC_MEDIA_TRUNCATED },
        { XML_ERR_CDATA_NOT_FINISHED, AC_MEDIA_TRUNCATED },
        { XML_ERR_PI_NOT_FINISHED, AC_MEDIA_TRUNCATED },
        { XML_ERR_INTERNAL_ERROR, AC_MEDIA_TOO_LARGE }, /* one of the limits of libxml2 */
        { XML_ERR_ENTITY_LOOP, AC_MEDIA_TOO_LARGE },
        { XML_ERR_TAG_NAME_MISMATCH, AC_MEDIA_DAMAGED },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (r->error == rows[i].error)
            return rows[i].note;
    return r->at_end ? AC_MEDIA_TRUNCATED : AC_MEDIA_DAMAGED;
}

static void parse(xmlParserCtxtPtr ctx, ac_sv utf8, ac_mw *out)
{
    /* The limits that XML_PARSE_HUGE lifts (10 MB of text, which a scanned letter in a clinical document may have) are replaced by ours:
     * depth, attributes, entities and their uses, and what out takes. */
    const int options = XML_PARSE_HUGE | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES;
    xmlDocPtr doc = xmlCtxtReadMemory(ctx, utf8.p, (int)utf8.n, NULL, "UTF-8", options);
    xmlDocPtr left = ctx->myDoc; /* of a document that is not well-formed */
    if (!ctx->wellFormed && !ac_mw_over(out))
        ac_mw_fail(out, reason_of(reading_of(ctx)));
    if (doc)
        xmlFreeDoc(doc);
    if (left && left != doc)
        xmlFreeDoc(left);
    ctx->myDoc = NULL;
}

void xml_read(ac_sv bytes, const xml_events *events, void *context, ac_mw *out)
{
    AC_AUTO(ac_sb) buffer = AC_SB(DOCUMENT_MAX);
    if (bytes.n > DOCUMENT_MAX)
        ac_mw_fail(out, AC_MEDIA_TOO_LARGE);
    if (ac_mw_over(out) || !as_utf8(&bytes, &buffer, out))
        return;
    if (!xml_tags_are_short(bytes)) {
        ac_mw_fail(out, AC_MEDIA_TOO_LARGE);
        return;
    }
    xml_warm_up();
    xmlParserCtxtPtr ctx = xmlNewParserCtxt();
    if (!ctx) {
        ac_mw_fail(out, AC_MEDIA_MEMORY);
        return;
    }
    reading r = { .events = events, .context = context, .out = out, .attrs = AC_SB(ATTRS_MAX * sizeof(xml_attr)) };
    set_handlers(ctx->sax);
    ctx->_private = &r;
    parse(ctx, bytes, out);
    xmlFreeParserCtxt(ctx);
    ac_sb_cleanup(&r.attrs);
    if (r.refused)
        ac_mw_warn(out, AC_MEDIA_ENTITY_REFUSED, AC_NO_PAGE);
}

/* Where the tag that begins before i ends, at its '>' or the end of s; *blanks: how often white space parts something in it. */
static size_t tag_end(ac_sv s, size_t i, size_t *blanks)
{
    char before = 0;
    for (*blanks = 0; i < s.n && s.p[i] != '>'; i++) {
        char c = s.p[i];
        if ((c == '"' || c == '\'') && before == '=') {
            const char *close = memchr(s.p + i + 1, c, s.n - i - 1);
            i = close ? (size_t)(close - s.p) : s.n;
        }
        *blanks += ac_is_space(c) && !ac_is_space(before);
        before = ac_is_space(c) && before == '=' ? before : c;
    }
    return i;
}

bool xml_tags_are_short(ac_sv s)
{
    for (size_t i = 0; i < s.n;) {
        const char *tag = memchr(s.p + i, '<', s.n - i);
        size_t blanks = 0;
        if (!tag)
            return true;
        i = (size_t)(tag - s.p) + 1;
        if (i < s.n && (ac_is_alpha(s.p[i]) || s.p[i] == '_'))
            i = tag_end(s, i, &blanks);
        if (blanks > ATTRS_MAX)
            return false;
    }
    return true;
}

ac_sv xml_attr_of(const xml_tag *tag, const char *name)
{
    for (size_t i = 0; i < tag->n; i++)
        if (ac_sv_eq(tag->attrs[i].name, ac_sv_z(name)))
            return tag->attrs[i].value;
    return AC_SV("");
}
