#include "adapter/markup/markup_testing.h"

AC_TEST(xml_tree, elements_attributes_and_text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML,
                     AC_SV("<?xml version=\"1.0\"?>\n<!-- c --><c:Doc xmlns:c=\"urn:hl7-org:v3\" "
                           "xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
                           "<c:value i:type='PQ' value=\"7.2\" unit='&lt;%'/><?pi x?><c:text>Ni\xC3\xB1o &amp; <![CDATA[<b>]]></c:text></c:Doc>"),
                     1 << 20);
    CHECK(markup_reason(&m) == AC_MEDIA_OK && ac_sv_eq(m.reader.layout.media_type, AC_SV("application/xml")));
    const ac_tree_node *root = m.reader.tree, *value = ac_tree_at(root, "value"), *text = ac_tree_at(root, "text");
    CHECK(root && ac_sv_eq(root->name, AC_SV("Doc")) && ac_sv_eq(root->space, AC_SV("urn:hl7-org:v3")) && root->line == 2);
    CHECK(value && value->line == 3 && ac_sv_eq(ac_tree_attr_of(value, AC_SV("xsi:type")), AC_SV("PQ")));
    CHECK(ac_sv_eq(ac_tree_attr_of(value, AC_SV("value")), AC_SV("7.2")));
    CHECK(ac_sv_eq(ac_tree_attr_of(value, AC_SV("unit")), AC_SV("<%")));
    CHECK(text && ac_sv_eq(text->first->text, AC_SV("Ni\xC3\xB1o & <b>")));
}

static bool root_text_is(ac_sv xml, const char *text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, xml, 1 << 20);
    return markup_reason(&m) == AC_MEDIA_OK && m.reader.tree && m.reader.tree->first &&
           ac_sv_eq(m.reader.tree->first->text, ac_sv_z(text));
}

AC_TEST(xml_tree, encodings)
{
    CHECK(root_text_is(AC_SV("<?xml version='1.0' encoding='ISO-8859-1'?><a>fiebre 38\xBA</a>"), "fiebre 38\u00BA"));
    CHECK(root_text_is(AC_SV("<?xml version='1.0' encoding=\"windows-1252\"?><a>\x80 5</a>"), "\u20AC 5"));
    CHECK(root_text_is(AC_SV("<?xml version='1.0' encoding='ISO-8859-15'?><a>\xA4</a>"), "\u20AC"));
    CHECK(root_text_is(AC_SV("\xEF\xBB\xBF<a>\xC3\xB1</a>"), "\u00F1"));
    CHECK(root_text_is(AC_SV("\xFF\xFE<\0a\0>\0\xF1\0<\0/\0a\0>\0"), "\u00F1"));
    CHECK(root_text_is(AC_SV("\0<\0?\0x\0m\0l\0 \0v\0e\0r\0s\0i\0o\0n\0=\0'\0001\0.\0000\0'\0?\0>\0<\0a\0>\0\xF1\0<\0/\0a\0>"), "\u00F1"));
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, AC_SV("<?xml version='1.0' encoding='EBCDIC-X'?><a/>"), 1000);
    CHECK(markup_reason(&m) == AC_MEDIA_UNSUPPORTED);
    AC_AUTO(markup_read) bad;
    markup_read_init(&bad, AC_MEDIA_XML, AC_SV("<a>\xF1 \xF1</a>"), 1000);
    CHECK(markup_reason(&bad) == AC_MEDIA_DAMAGED);
}

/* No file is opened and nothing grows. */
AC_TEST(xml_tree, entities_are_refused)
{
    static const char *const hostile[] = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>1&x;2</a>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM \"file:///etc/passwd\"> %p;]><a>12</a>",
        "<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;&l;\">]><a>1&m;2</a>",
        "<!DOCTYPE a [<!ENTITY m \"<b/>\">]><a>1&m;2</a>",
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_XML, ac_sv_z(hostile[i]), 1 << 20);
        CHECK(markup_reason(&m) == AC_MEDIA_OK && markup_warned(&m, AC_MEDIA_ENTITY_REFUSED));
        CHECK(m.reader.tree && m.reader.tree->first && ac_sv_eq(m.reader.tree->first->text, AC_SV("12")));
    }
    CHECK(root_text_is(AC_SV("<!DOCTYPE a [<!ENTITY h \"Hospital San Juan\">]><a>El &h;, &h;</a>"),
                       "El Hospital San Juan, Hospital San Juan"));
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, AC_SV("<!DOCTYPE a SYSTEM \"http://localhost/x.dtd\"><a>x</a>"), 1000);
    CHECK(markup_reason(&m) == AC_MEDIA_OK);
}

AC_TEST(xml_tree, a_billion_laughs)
{
    AC_AUTO(ac_sb) s = AC_SB(1 << 20);
    ac_sb_add(&s, AC_SV("<!DOCTYPE a [<!ENTITY e0 \"lol\">"));
    for (int i = 1; i < 30; i++)
        ac_sb_addf(&s, "<!ENTITY e%d \"&e%d;&e%d;&e%d;&e%d;\">", i, i - 1, i - 1, i - 1, i - 1);
    ac_sb_add(&s, AC_SV("]><a b=\"&e29;\">&e29;</a>"));
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, ac_sb_view(&s), 1 << 20);
    CHECK(markup_warned(&m, AC_MEDIA_ENTITY_REFUSED) || markup_reason(&m) == AC_MEDIA_TOO_LARGE);
    ac_sb_clear(&s);
    ac_sb_add(&s, AC_SV("<!DOCTYPE a [<!ENTITY e \""));
    for (int i = 0; i < 200; i++)
        ac_sb_add_char(&s, 'x');
    ac_sb_add(&s, AC_SV("\">]><a>"));
    for (int i = 0; i < 100000; i++)
        ac_sb_add(&s, AC_SV("&e;"));
    ac_sb_add(&s, AC_SV("</a>"));
    AC_AUTO(markup_read) wide;
    markup_read_init(&wide, AC_MEDIA_XML, ac_sb_view(&s), 1 << 20);
    CHECK(markup_reason(&wide) == AC_MEDIA_TOO_LARGE);
}

AC_TEST(xml_tree, what_is_not_well_formed_fails)
{
    const ac_sv whole = AC_SV("<?xml version=\"1.0\"?><a b='1'><!-- x --><c>t&amp;u</c><![CDATA[z]]></a>");
    for (size_t n = 1; n < whole.n; n++) {
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_XML, ac_sv_sub(whole, 0, n), 1000);
        CHECK(markup_reason(&m) == AC_MEDIA_TRUNCATED || markup_reason(&m) == AC_MEDIA_DAMAGED);
    }
    for (size_t i = 0; i < whole.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            char copy[128];
            memcpy(copy, whole.p, whole.n);
            copy[i] = (char)(copy[i] ^ (1 << bit));
            AC_AUTO(markup_read) m;
            markup_read_init(&m, AC_MEDIA_XML, (ac_sv) { copy, whole.n }, 1000);
        }
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, AC_SV("<a><b></a>"), 1000);
    CHECK(markup_reason(&m) == AC_MEDIA_DAMAGED);
}

AC_TEST(xml_tree, depth_and_size_have_limits)
{
    AC_AUTO(ac_sb) s = AC_SB(32 << 20);
    for (int i = 0; i < 300; i++)
        ac_sb_add(&s, AC_SV("<a>"));
    AC_AUTO(markup_read) deep;
    markup_read_init(&deep, AC_MEDIA_XML, ac_sb_view(&s), 1 << 20);
    CHECK(markup_reason(&deep) == AC_MEDIA_TOO_DEEP);
    ac_sb_clear(&s);
    ac_sb_add(&s, AC_SV("<a>"));
    for (int i = 0; i < 3000000; i++)
        ac_sb_add(&s, AC_SV("a\xC3\xB1 bcd "));
    ac_sb_add(&s, AC_SV("</a>"));
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML, ac_sb_view(&s), 64 << 20);
    CHECK(markup_reason(&m) == AC_MEDIA_OK);
    size_t n = 0;
    for (const ac_tree_node *t = m.reader.tree ? m.reader.tree->first : NULL; t; t = t->next)
        n += t->text.n;
    CHECK(n == s.n - 7);
}
