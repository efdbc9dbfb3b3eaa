#include "adapter/markup/markup_testing.h"
#include "adapter/markup/xlsx_format.h"

static bool shows(const char *stored, xlsx_format format, bool from_1904, const char *shown)
{
    AC_AUTO(ac_sb) out = AC_SB(100);
    xlsx_show(&out, ac_sv_z(stored), format, from_1904);
    return ac_sv_eq(ac_sb_view(&out), ac_sv_z(shown));
}

AC_TEST(xlsx, numbers_dates_and_percentages)
{
    CHECK(xlsx_format_of(AC_SV("dd/mm/yyyy")) == XLSX_DATE && xlsx_format_of(AC_SV("yyyy\\-mm\\-dd\\ hh:mm")) == XLSX_DATE_TIME);
    CHECK(xlsx_format_of(AC_SV("h:mm AM/PM")) == XLSX_TIME && xlsx_format_of(AC_SV("[h]:mm")) == XLSX_NUMBER);
    CHECK(xlsx_format_of(AC_SV("0.00\" days\"")) == XLSX_NUMBER && xlsx_format_of(AC_SV("[Red]0.0%")) == XLSX_PERCENT);
    CHECK(xlsx_format_of(AC_SV("General")) == XLSX_NUMBER && xlsx_format_of(AC_SV("mmm-yy")) == XLSX_DATE);
    CHECK(xlsx_builtin_format(14) == XLSX_DATE && xlsx_builtin_format(22) == XLSX_DATE_TIME && xlsx_builtin_format(0) == XLSX_NUMBER);
    CHECK(shows("45443", XLSX_DATE, false, "2024-05-31") && shows("45443.5", XLSX_DATE_TIME, false, "2024-05-31 12:00"));
    CHECK(shows("1", XLSX_DATE, false, "1900-01-01") && shows("59", XLSX_DATE, false, "1900-02-28") && shows("61", XLSX_DATE, false, "1900-03-01"));
    CHECK(shows("43981", XLSX_DATE, true, "2024-05-31") && shows("0.25", XLSX_TIME, false, "06:00"));
    CHECK(shows("0.072", XLSX_PERCENT, false, "7.2%") && shows("5.0999999999999996", XLSX_NUMBER, false, "5.1"));
    CHECK(shows("-1", XLSX_DATE, false, "-1") && shows("1e300", XLSX_DATE, false, "1e+300") && shows("abc", XLSX_DATE, false, "abc"));
}

#define REL(id, type, target) "<Relationship Id=\"" id "\" Type=\"x/" type "\" Target=\"" target "\"/>"
#define END { NULL, NULL }

AC_TEST(xlsx, sheets_are_tables)
{
    AC_AUTO(markup_read) m;
    markup_read_zipped(&m, (const markup_entry[]) {
        { "_rels/.rels", "<Relationships>" REL("a", "officeDocument", "xl/workbook.xml") "</Relationships>" },
        { "xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Labs\" sheetId=\"1\" r:id=\"r2\"/><sheet name=\"Two\" sheetId=\"2\" r:id=\"r1\" state=\"hidden\"/></sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", "<Relationships>" REL("r1", "worksheet", "worksheets/sheet1.xml") REL("r2", "worksheet", "worksheets/sheet2.xml")
                                        REL("s", "sharedStrings", "sharedStrings.xml") REL("t", "styles", "styles.xml") "</Relationships>" },
        { "xl/sharedStrings.xml", "<sst><si><t>Fecha</t></si><si><r><t>Na</t></r><r><t>+</t></r><rPh><t>no</t></rPh></si><si><t>linea 1\nlinea 2</t></si></sst>" },
        { "xl/styles.xml", "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yy\"/></numFmts><cellStyleXfs><xf numFmtId=\"9\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"10\"/></cellXfs></styleSheet>" },
        { "xl/worksheets/sheet2.xml", "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>"
                                      "<row r=\"3\"><c r=\"A3\" s=\"1\"><v>45443</v></c><c r=\"C3\"><f>SUM(1)</f><v>140</v></c><c s=\"2\"><v>0.072</v></c><c t=\"b\"><v>1</v></c>"
                                      "<c t=\"inlineStr\"><is><t>en linea</t></is></c><c t=\"e\"><v>#N/A</v></c></row></sheetData></worksheet>" },
        { "xl/worksheets/_rels/sheet2.xml.rels", "<Relationships>" REL("c", "comments", "../comments1.xml") "</Relationships>" },
        { "xl/comments1.xml", "<comments><authors><author>X</author></authors><commentList><comment ref=\"C3\"><text><r><t>hemolizada</t></r></text></comment></commentList></comments>" },
        { "xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c t=\"s\"><v>2</v></c></row></sheetData></worksheet>" }, END });
    CHECK(markup_text_is(&m, "Labs\n\nFecha Na+\n2024-05-31 140 7.2% TRUE en linea #N/A\n\nTwo\n\nlinea 1\nlinea 2\n\nComments\nComment at C3: hemolizada"));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 2, 2), AC_SV("140")) && ac_sv_eq(markup_cell(&m, 0, 2, 3), AC_SV("7.2%")));
    CHECK(ac_sv_eq(markup_cell(&m, 1, 0, 0), AC_SV("linea 1\nlinea 2")) && markup_warned(&m, AC_MEDIA_HIDDEN_TEXT));
}

AC_TEST(xlsx, a_string_that_is_not_there_is_damage)
{
    AC_AUTO(markup_read) m;
    markup_read_zipped(&m, (const markup_entry[]) {
        { "_rels/.rels", "<Relationships>" REL("a", "officeDocument", "xl/workbook.xml") "</Relationships>" },
        { "xl/workbook.xml", "<workbook xmlns:r=\"r\"><sheets><sheet name=\"Labs\" r:id=\"r2\"/></sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", "<Relationships>" REL("r2", "worksheet", "sheet.xml") "</Relationships>" },
        { "xl/sheet.xml", "<worksheet><sheetData><row><c t=\"s\"><v>7</v></c></row></sheetData></worksheet>" }, END });
    CHECK(markup_reason(&m) == AC_MEDIA_DAMAGED);
}
