#include "adapter/markup/markup_testing.h"

#define N(p) "xmlns:" p "=\"urn:oasis:names:tc:opendocument:xmlns:" p ":1.0\" "
#define SPACES N("office") N("text") N("table") N("draw") N("style") N("fo") N("meta") "xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
#define MIME { "mimetype", "application/vnd.oasis.opendocument.text" }
#define CONTENT(styles, body) { "content.xml", "<office:document-content " SPACES "><office:automatic-styles>" styles "</office:automatic-styles><office:body><office:text>" body "</office:text></office:body></office:document-content>" }
#define END { NULL, NULL }
#define READ(m, ...)                                                                                                   \
    AC_AUTO(markup_read) m;                                                                                            \
    markup_read_zipped(&m, (const markup_entry[]) { MIME, __VA_ARGS__, END })
#define P(x) "<text:p>" x "</text:p>"

AC_TEST(odt, paragraphs_spans_and_blanks)
{
    READ(m, CONTENT("<style:style style:name=\"T1\" style:family=\"text\"><style:text-properties style:text-line-through-style=\"solid\"/></style:style>"
                    "<style:style style:name=\"T2\" style:family=\"text\"><style:text-properties style:text-position=\"super 58%\"/></style:style>",
                    "<text:h>Informe</text:h>" P("Paciente  con\n<text:span>as</text:span>ma<text:s text:c=\"3\"/>y<text:tab/>tos<text:line-break/>fin <text:span text:style-name=\"T1\">struck</text:span>")
                    P("") P("10<text:span text:style-name=\"T2\">9</text:span>/L")));
    CHECK(markup_text_is(&m, "Informe\nPaciente con asma y tos\nfin\n\n10^9/L"));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT) && ac_sv_eq(m.reader.layout.media_type, AC_SV("application/vnd.oasis.opendocument.text")));
}

AC_TEST(odt, lists_and_tables)
{
#define LI(x) "<text:list-item>" x "</text:list-item>"
#define TC(x) "<table:table-cell>" x "</table:table-cell>"
    READ(m, CONTENT("<text:list-style style:name=\"L1\"><text:list-level-style-number text:level=\"1\" style:num-format=\"1\" style:num-suffix=\".\"/>"
                    "<text:list-level-style-bullet text:level=\"2\"/></text:list-style>",
                    P("Plan") "<text:list text:style-name=\"L1\">" LI(P("uno") P("sigue") "<text:list>" LI(P("sub")) "</text:list>") LI(P("dos")) "</text:list>"
                    "<table:table><table:table-row>" TC(P("Metformin")) TC(P("500 mg")) TC(P("twice daily")) "</table:table-row>"
                    "<table:table-row><table:table-cell table:number-columns-spanned=\"2\">" P("a") "</table:table-cell><table:covered-table-cell/>" TC(P("b")) "</table:table-row></table:table>" P("fin")));
    CHECK(markup_text_is(&m, "Plan\n1. uno\nsigue\n- sub\n2. dos\n\nMetformin 500 mg twice daily\na b\n\nfin"));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 0, 2), AC_SV("twice daily")) && ac_sv_eq(markup_cell(&m, 0, 1, 2), AC_SV("b")));
}

AC_TEST(odt, notes_comments_boxes_and_changes)
{
    READ(m, { "meta.xml", "<office:document-meta " SPACES "><office:meta><dc:title>Alta</dc:title><meta:initial-creator>Dra. Ruiz</meta:initial-creator></office:meta></office:document-meta>" },
         { "styles.xml", "<office:document-styles " SPACES "><office:master-styles><style:master-page><style:header>" P("Hospital") "</style:header><style:header-left style:display=\"false\">" P("no")
                         "</style:header-left><style:footer>" P("pie") "</style:footer></style:master-page><style:master-page><style:header>" P("Hospital") "</style:header></style:master-page></office:master-styles></office:document-styles>" },
         { "Pictures/a.png", "1234" },
         CONTENT("", "<text:tracked-changes><text:changed-region><text:deletion>" P("gone") "</text:deletion></text:changed-region></text:tracked-changes>"
                 P("uno<text:note text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body>" P("nota") "</text:note-body></text:note>."
                   "<office:annotation><dc:creator>A. Gil</dc:creator><dc:date>2024-01-01</dc:date>" P("revisar") "</office:annotation> mas "
                   "<draw:frame><svg:title>alt</svg:title><draw:text-box>" P("caja") "</draw:text-box></draw:frame><draw:custom-shape>" P("forma") "</draw:custom-shape>texto") P("dos")));
    CHECK(markup_text_is(&m, "Hospital\n\nuno [1]. mas texto\ncaja\nforma\ndos\n\npie\n\n[1] nota\n\nComments\nComment by A. Gil: revisar"));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT) && markup_warned(&m, AC_MEDIA_ATTACHMENT_UNREAD) && m.reader.layout.attachments.n == 1);
    CHECK(ac_sv_eq(markup_meta(&m, "title"), AC_SV("Alta")) && ac_sv_eq(markup_meta(&m, "author"), AC_SV("Dra. Ruiz")));
}

AC_TEST(odt, flat_and_encrypted)
{
    AC_AUTO(markup_read) flat;
    markup_read_init(&flat, AC_MEDIA_XML, AC_SV("<?xml version=\"1.0\"?><office:document " SPACES "><office:body><office:text>" P("plano") "</office:text></office:body></office:document>"), 1000);
    CHECK(markup_text_is(&flat, "plano"));
    READ(m, { "META-INF/manifest.xml", "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>" }, { "content.xml", "\1\2\3" });
    CHECK(markup_reason(&m) == AC_MEDIA_ENCRYPTED);
    READ(none, { "other.xml", "<a/>" });
    CHECK(markup_reason(&none) == AC_MEDIA_DAMAGED);
}
