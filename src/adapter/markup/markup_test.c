#include "adapter/markup/markup_testing.h"

#define WORD "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\""
#define REL(type, target) "<Relationship Id=\"" target "\" Type=\"x/" type "\" Target=\"" target "\"/>"

static const markup_entry docx[] = {
    { "_rels/.rels", "<Relationships>" REL("officeDocument", "word/document.xml") "</Relationships>" },
    { "word/_rels/document.xml.rels", "<Relationships>" REL("styles", "s.xml") REL("comments", "c.xml") "</Relationships>" },
    { "word/s.xml", "<w:styles " WORD "><w:style w:styleId=\"H\"><w:name w:val=\"heading 1\"/></w:style></w:styles>" },
    { "word/c.xml", "<w:comments " WORD "><w:comment w:author=\"A\"><w:p><w:r><w:t>c</w:t></w:r></w:p></w:comment></w:comments>" },
    { "word/document.xml", "<w:document " WORD "><w:p><w:pPr><w:pStyle w:val=\"H\"/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p>"
                           "<w:r><w:t>a</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:document>" },
    { NULL, NULL },
};

static const struct {
    ac_media_type type;
    const char *document;
} documents[] = {
    { AC_MEDIA_RTF, "{\\rtf1{\\info{\\title t}}{\\header h}\\trowd\\intbl a\\cell\\row\\pard b{\\footnote n}{\\*\\annotation c}\\par}" },
    { AC_MEDIA_HTML, "<title>t</title><ul><li>a</ul><table><tr><td>b</table>" },
    { AC_MEDIA_XML, "<?xml version='1.0' encoding='ISO-8859-1'?><a b='c' xml:d='e'>text<f/></a>" },
};

static bool send_nothing(void *context, ac_sv packet)
{
    (void)packet;
    ++*(size_t *)context;
    return true;
}

static bool send_no_more(void *context, ac_sv packet)
{
    (void)packet;
    return ++*(size_t *)context < 3;
}

static ac_media_note read_to(bool (*send)(void *, ac_sv), ac_media_type type, ac_sv bytes, uint64_t *text)
{
    size_t packets = 0;
    ac_mw w;
    ac_mw_init(&w, send, &packets, 1 << 20);
    ac_markup_read(type, bytes, &w);
    (void)ac_mw_done(&w);
    ac_media_note failed = w.failed;
    *text = w.spent;
    ac_mw_cleanup(&w);
    return failed;
}

/* Our own memory may end anywhere: then the document fails for that reason, or is complete. */
static void try_each_allocation(ac_media_type type, ac_sv bytes)
{
    uint64_t whole, text;
    CHECK(read_to(send_nothing, type, bytes, &whole) == AC_MEDIA_OK);
    AC_EACH_OOM(i) {
        ac_media_note failed = read_to(send_nothing, type, bytes, &text);
        bool complete = failed == AC_MEDIA_OK && text == whole;
        CHECK(complete || failed == AC_MEDIA_MEMORY || failed == AC_MEDIA_TOO_LARGE);
    }
}

AC_TEST(markup, every_allocation_may_fail)
{
    AC_AUTO(markup_zip) z;
    markup_zip_init(&z, docx);
    ac_markup_warm_up();
    try_each_allocation(AC_MEDIA_ZIP, markup_zip_bytes(&z));
    for (size_t k = 0; k < sizeof documents / sizeof documents[0]; k++)
        try_each_allocation(documents[k].type, ac_sv_z(documents[k].document));
}

AC_TEST(markup, a_reader_that_has_gone_ends_it)
{
    uint64_t text;
    for (size_t k = 0; k < sizeof documents / sizeof documents[0]; k++)
        CHECK(read_to(send_no_more, documents[k].type, ac_sv_z(documents[k].document), &text) == AC_MEDIA_OK);
}

AC_TEST(markup, each_kind_is_read_as_what_it_is)
{
    static const struct {
        const char *document, *type;
    } rows[] = {
        { "{\\rtf1 a}", "application/rtf" },
        { "<!DOCTYPE html><p>a", "text/html" },
        { "<?xml version=\"1.0\"?><!-- <html> --><!DOCTYPE html [<!ENTITY x \"y\">]>\n<html><body>a</body></html>", "text/html" },
        { "<?xml version=\"1.0\"?><ClinicalDocument/>", "application/xml" },
        { "<?xml version=\"1.0\"?><html2/>", "application/xml" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv bytes = ac_sv_z(rows[i].document);
        AC_AUTO(markup_read) m;
        markup_read_init(&m, ac_media_type_of(bytes), bytes, 1000);
        CHECK(markup_reason(&m) == AC_MEDIA_OK && ac_sv_eq(m.reader.layout.media_type, ac_sv_z(rows[i].type)));
    }
    AC_AUTO(markup_read) other;
    markup_read_init(&other, AC_MEDIA_PDF, AC_SV("%PDF-"), 1000);
    CHECK(markup_reason(&other) == AC_MEDIA_UNSUPPORTED);
}
