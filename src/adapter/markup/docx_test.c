#include "adapter/markup/markup_testing.h"

#define W "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" " \
          "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" " \
          "xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" " \
          "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" " \
          "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\""
#define REL(id, type, target) "<Relationship Id=\"" id "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" type "\" Target=\"" target "\"/>"
#define RELS(body) "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">" body "</Relationships>"
#define PACKAGE { "_rels/.rels", RELS(REL("r1", "officeDocument", "word/document.xml") REL("r2", "metadata/core-properties", "/docProps/core.xml")) }
#define DOCUMENT(body) { "word/document.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document " W "><w:body>" body "</w:body></w:document>" }
#define P(runs) "<w:p>" runs "</w:p>"
#define R(text) "<w:r><w:t xml:space=\"preserve\">" text "</w:t></w:r>"
#define END { NULL, NULL }

#define READ(m, ...)                                                                                                   \
    AC_AUTO(markup_read) m;                                                                                            \
    markup_read_zipped(&m, (const markup_entry[]) { PACKAGE, __VA_ARGS__, END })

AC_TEST(docx, paragraphs_and_runs)
{
    READ(m, DOCUMENT(P(R("Paciente ") R("con") R(" asma") R(".")) P("") P(R("Met") R("formina") "<w:r><w:tab/><w:t> 500 mg </w:t><w:br/><w:t>noche</w:t></w:r>")
                     P(R("co\u00ADdo \u00A0 x") "<w:r><w:softHyphen/><w:t>y</w:t><w:noBreakHyphen/><w:t>z</w:t></w:r>")));
    CHECK(markup_text_is(&m, "Paciente con asma.\n\nMetformina 500 mg\nnoche\ncodo xy-z"));
    CHECK(ac_sv_eq(m.reader.layout.media_type, AC_SV("application/vnd.openxmlformats-officedocument.wordprocessingml.document")));
    CHECK(m.reader.layout.warnings.n == 0 && m.reader.layout.pages.n == 0);
}

AC_TEST(docx, tables_are_rows_and_cells)
{
#define TC(x) "<w:tc>" x "</w:tc>"
    READ(m, DOCUMENT(P(R("Tratamiento")) "<w:tbl><w:tblPr/><w:tr>" TC(P(R("Metformin"))) TC(P(R("500 mg"))) TC(P(R("twice daily"))) "</w:tr>"
                     "<w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" P(R("a")) P(R("b")) "</w:tc>" TC(P(R("c"))) "</w:tr>"
                     "<w:tr>" TC(P("")) TC(P(R("x")) "<w:tbl><w:tr>" TC(P(R("in 1"))) TC(P(R("in 2"))) "</w:tr></w:tbl>" P("")) TC(P(R("y"))) "</w:tr>"
                     "<w:tr><w:trPr><w:del/></w:trPr>" TC(P(R("gone"))) "</w:tr></w:tbl>" P(R("end"))));
    CHECK(markup_text_is(&m, "Tratamiento\n\nMetformin 500 mg twice daily\na\nb\nc\nx\nin 1 in 2\ny\n\nend"));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 0, 1), AC_SV("500 mg")) && ac_sv_eq(markup_cell(&m, 0, 1, 2), AC_SV("c")));
    CHECK(ac_sv_eq(markup_cell(&m, 1, 0, 1), AC_SV("in 2")) && ac_sv_eq(markup_cell(&m, 0, 2, 2), AC_SV("y")));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT));
}

AC_TEST(docx, tracked_changes)
{
    READ(m, DOCUMENT(P(R("No ") "<w:del w:id=\"1\"><w:r><w:delText>asma</w:delText></w:r></w:del><w:ins><w:r><w:t>EPOC</w:t></w:r></w:ins>"
                       "<w:moveFrom><w:r><w:t>gone</w:t></w:r></w:moveFrom>" R(" hoy"))
                     "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" R("neumo") "</w:p>" P(R("nia"))
                     "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" R("has ") "</w:p>" P(R("fever"))
                     P("<w:r><w:rPr><w:strike/></w:rPr><w:t>struck</w:t></w:r><w:r><w:rPr><w:strike w:val=\"0\"/><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>")));
    CHECK(markup_text_is(&m, "No EPOC hoy\nneumonia\nhas fever\nhidden"));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT) && markup_warned(&m, AC_MEDIA_HIDDEN_TEXT));
}

AC_TEST(docx, text_boxes_come_once_after_their_paragraph)
{
#define LINE(text) "<w:p><w:r><w:t>" text "</w:t></w:r></w:p>"
#define BOX(x) "<w:txbxContent>" x "</w:txbxContent>"
    READ(m, DOCUMENT("<w:p>" R("out") "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing>"
                     BOX(LINE("box one") LINE("box two") "<w:tbl><w:tr><w:tc>" LINE("k") "</w:tc><w:tc>" LINE("v") "</w:tc></w:tr></w:tbl><w:p/>")
                     "</w:drawing></mc:Choice><mc:Fallback><w:pict>" BOX(LINE("box one") LINE("box two")) "</w:pict></mc:Fallback>"
                     "</mc:AlternateContent></w:r>" R("er text") "</w:p>" LINE("next")));
    CHECK(markup_text_is(&m, "outer text\nbox one\nbox two\n\nk v\nnext"));
}

AC_TEST(docx, fields_forms_and_symbols)
{
#define FLD(type) "<w:r><w:fldChar w:fldCharType=\"" type "\"/></w:r>"
    READ(m, DOCUMENT(P(R("Fecha: ") FLD("begin") "<w:r><w:instrText>DATE</w:instrText></w:r>" FLD("separate") R("3/5/2024") FLD("end") R("."))
                     P(FLD("begin") R("IF code") FLD("begin") R("inner") FLD("separate") R("not shown") FLD("end") FLD("separate") R("yes") FLD("end"))
                     P("<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:checkBox><w:default w:val=\"0\"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r>"
                       "<w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>" FLD("end") R(" alergia ")
                       "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/></w:r><w:r><w:sym w:font=\"Symbol\" w:char=\"F0B3\"/></w:r>" R(" 5")
                       "<w:r><w:rPr><w:rFonts w:ascii=\"Symbol\"/></w:rPr><w:t>\uF061</w:t></w:r>")
                     P(R("10") "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>9</w:t></w:r>" R("/L"))
                     P("<m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>")
                     P("<w:fldSimple w:instr=\"PAGE\">" R("7") "</w:fldSimple><a:p><a:t>drawing</a:t></a:p>"
                       "<w:sdt><w:sdtPr><w:alias w:val=\"x\"/></w:sdtPr><w:sdtContent>" R("kept") "</w:sdtContent></w:sdt>")
                     P(FLD("begin") R("never ended")) P(R("last"))));
    CHECK(markup_text_is(&m, "Fecha: 3/5/2024.\nyes\n\u2612 alergia \u2610\u2265 5\u03B1\n10^9/L\n1/2\n7kept\n\nlast"));
}

AC_TEST(docx, headings_and_lists)
{
#define NUM(id, lvl) "<w:pPr><w:numPr><w:ilvl w:val=\"" lvl "\"/><w:numId w:val=\"" id "\"/></w:numPr></w:pPr>"
    READ(m, { "word/_rels/document.xml.rels", RELS(REL("s", "styles", "styles.xml") REL("n", "numbering", "numbering.xml")) },
         { "word/styles.xml", "<w:styles " W "><w:style w:styleId=\"H\"><w:name w:val=\"heading 1\"/></w:style>"
                              "<w:style w:styleId=\"H2\"><w:name w:val=\"mine\"/><w:basedOn w:val=\"H\"/></w:style>"
                              "<w:style w:styleId=\"L\"><w:name w:val=\"List Bullet\"/><w:pPr><w:numPr><w:numId w:val=\"2\"/></w:numPr></w:pPr></w:style></w:styles>" },
         { "word/numbering.xml", "<w:numbering " W "><w:abstractNum w:abstractNumId=\"0\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl>"
                                 "<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"lowerLetter\"/><w:lvlText w:val=\"%1.%2)\"/></w:lvl></w:abstractNum>"
                                 "<w:abstractNum w:abstractNumId=\"1\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"\uF0B7\"/></w:lvl></w:abstractNum>"
                                 "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"1\"/></w:num>"
                                 "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num></w:numbering>" },
         DOCUMENT(P(R("intro")) "<w:p><w:pPr><w:pStyle w:val=\"H2\"/></w:pPr>" R("Plan") "</w:p>" P(NUM("1", "0") R("uno")) P(NUM("1", "1") R("sub"))
                  P(NUM("1", "1") R("sub")) P(NUM("1", "0") R("dos")) P(NUM("3", "0") R("de nuevo"))
                  "<w:p><w:pPr><w:pStyle w:val=\"L\"/></w:pPr>" R("punto") "</w:p>" "<w:p><w:pPr><w:pStyle w:val=\"L\"/></w:pPr></w:p>"));
    CHECK(markup_text_is(&m, "intro\n\nPlan\n1. uno\n1.a) sub\n1.b) sub\n2. dos\n1. de nuevo\n- punto"));
}

AC_TEST(docx, headers_footers_notes_and_comments)
{
    READ(m, { "docProps/core.xml", "<cp:coreProperties xmlns:cp=\"c\" xmlns:dc=\"d\"><dc:title>Alta</dc:title><dc:creator> Dra. Ruiz</dc:creator></cp:coreProperties>" },
         { "word/_rels/document.xml.rels", RELS(REL("h1", "header", "header1.xml") REL("h2", "header", "header2.xml") REL("f", "footer", "footer1.xml")
                                                REL("n", "footnotes", "footnotes.xml") REL("e", "endnotes", "/word/endnotes.xml") REL("c", "comments", "comments.xml")
                                                "<Relationship Id=\"x\" Type=\"u/hyperlink\" Target=\"http://a/b\" TargetMode=\"External\"/>") },
         { "word/header1.xml", "<w:hdr " W ">" P(R("Hospital")) "</w:hdr>" }, { "word/header2.xml", "<w:hdr " W ">" P(R("Hospital")) "</w:hdr>" },
         { "word/footer1.xml", "<w:ftr " W ">" P(R("pie")) "</w:ftr>" },
         { "word/footnotes.xml", "<w:footnotes " W "><w:footnote w:id=\"0\" w:type=\"separator\">" P(R("---")) "</w:footnote><w:footnote w:id=\"7\">" P(R("nota")) P(R("sigue")) "</w:footnote></w:footnotes>" },
         { "word/endnotes.xml", "<w:endnotes " W "><w:endnote w:id=\"2\">" P(R("final")) "</w:endnote></w:endnotes>" },
         { "word/comments.xml", "<w:comments " W "><w:comment w:id=\"0\" w:author=\"A. Gil\">" P(R("revisar dosis")) "</w:comment></w:comments>" },
         { "word/media/image1.png", "xyz" },
         DOCUMENT("<w:p><w:pPr><w:sectPr><w:headerReference r:id=\"h1\"/></w:sectPr></w:pPr>" R("cuerpo") "<w:r><w:footnoteReference w:id=\"7\"/></w:r>" R(".") "</w:p>"
                  P(R("mas") "<w:r><w:endnoteReference w:id=\"2\"/></w:r>")
                  "<w:sectPr><w:headerReference r:id=\"h2\"/><w:footerReference r:id=\"f\"/></w:sectPr>"));
    CHECK(markup_text_is(&m, "Hospital\n\ncuerpo [1].\nmas [i]\n\npie\n\n[1] nota\nsigue\n\n[i] final\n\nComments\nComment by A. Gil: revisar dosis"));
    CHECK(ac_sv_eq(markup_meta(&m, "title"), AC_SV("Alta")) && ac_sv_eq(markup_meta(&m, "author"), AC_SV("Dra. Ruiz")));
    CHECK(m.reader.layout.attachments.n == 1 && ac_sv_eq(m.reader.layout.attachments.at[0].name, AC_SV("image1.png")));
    CHECK(ac_sv_eq(m.reader.layout.attachments.at[0].type, AC_SV("image/png")) && m.reader.layout.attachments.at[0].bytes == 3);
}

AC_TEST(docx, a_damaged_part_is_a_damaged_document)
{
    READ(cut, { "word/document.xml", "<w:document " W "><w:body><w:p>" R("text") });
    CHECK(markup_reason(&cut) == AC_MEDIA_TRUNCATED);
    READ(none, { "word/other.xml", "<a/>" });
    CHECK(markup_reason(&none) == AC_MEDIA_UNSUPPORTED);
    READ(entity, { "word/document.xml", "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><w:document " W "><w:body><w:p><w:r><w:t>a&x;b</w:t></w:r></w:p></w:body></w:document>" });
    CHECK(markup_text_is(&entity, "ab") && markup_warned(&entity, AC_MEDIA_ENTITY_REFUSED));
}
