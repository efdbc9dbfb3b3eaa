#include "adapter/markup/markup_testing.h"

static bool reads(const char *html, const char *text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_HTML, ac_sv_z(html), 1 << 20);
    return markup_text_is(&m, text);
}

AC_TEST(html, blocks_lines_and_blanks)
{
    CHECK(reads("<html><head><title>T</title><style>p{}</style><script>var a='<p>x';</script></head><body>"
                "<h1>Informe  de\nalta</h1><p>Paciente&nbsp;con <b>asma</b>.</p><div>uno<br>dos</div><p></p><p>tres</p></body></html>",
                "Informe de alta\n\nPaciente con asma.\n\nuno\ndos\n\ntres"));
    CHECK(reads("<p>pneu&shy;monia<p>sin cerrar <i>cursiva</i>sigue", "pneumonia\n\nsin cerrar cursivasigue"));
    CHECK(reads("<pre>Na  140\nK   4.1\n\n  Cl 99\n</pre>tras", "Na  140\nK   4.1\n\n  Cl 99\n\ntras"));
    CHECK(reads("10<sup>9</sup>/L, kg/m<sup>2</sup>", "10^9/L, kg/m2"));
    CHECK(reads("", ""));
}

AC_TEST(html, lists)
{
    CHECK(reads("<p>Plan</p><ul><li><p>uno</p></li><li>dos<ul><li>a</li></ul></li><li></li></ul>"
                "<ol start=3><li>tres<li>cuatro</ol><ol type=a><li>x</ol>",
                "Plan\n\n- uno\n- dos\n- a\n\n3. tres\n4. cuatro\n\na. x"));
}

AC_TEST(html, tables_are_rows_and_cells)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_HTML,
                     AC_SV("<p>Med</p><table><tr><th>Drug</th><th>Dose</th><th>How</th></tr>"
                           "<tr><td>Metformin</td><td rowspan=2><p>500 mg</p></td><td>twice daily</td></tr>"
                           "<tr><td>Aspirin</td><td>daily</td></tr>"
                           "<tr><td colspan=2>line 1<br>line 2</td><td>end</td></tr></table>after"),
                     1 << 20);
    CHECK(markup_text_is(&m, "Med\n\nDrug Dose How\nMetformin 500 mg twice daily\nAspirin daily\nline 1\nline 2\nend\n\nafter"));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 1, 1), AC_SV("500 mg")) && ac_sv_eq(markup_cell(&m, 0, 1, 2), AC_SV("twice daily")));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 2, 2), AC_SV("daily")) && ac_sv_eq(markup_cell(&m, 0, 3, 2), AC_SV("end")));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 3, 0), AC_SV("line 1\nline 2")));
}

AC_TEST(html, encodings)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_HTML, AC_SV("<meta charset=\"iso-8859-1\"><p>Ni\xF1o \x96 38\xBA"), 1000);
    CHECK(markup_text_is(&m, "Ni\u00F1o \u2013 38\u00BA"));
    AC_AUTO(markup_read) none;
    markup_read_init(&none, AC_MEDIA_HTML, AC_SV("<p>Ni\xF1o"), 1000);
    CHECK(markup_text_is(&none, "Ni\u00F1o"));
    AC_AUTO(markup_read) utf16;
    markup_read_init(&utf16, AC_MEDIA_HTML, AC_SV("\xFF\xFE<\0p\0>\0\xF1\0"), 1000);
    CHECK(markup_text_is(&utf16, "\u00F1"));
    AC_AUTO(markup_read) wrong;
    markup_read_init(&wrong, AC_MEDIA_HTML, AC_SV("<meta charset=utf-8><p>Ni\xF1o \xE1"), 1000);
    CHECK(markup_text_is(&wrong, "Ni\u00F1o \u00E1"));
    CHECK(reads("<meta charset=windows-1251><p>x&eacute;&#8211;&#x20AC;", "x\u00E9\u2013\u20AC"));
    AC_AUTO(markup_read) nul;
    markup_read_init(&nul, AC_MEDIA_HTML, AC_SV("<p>a\0b</p>c"), 1000);
    CHECK(markup_text_is(&nul, "a b\n\nc"));
}

AC_TEST(html, what_is_told_beside_the_text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_HTML,
                     AC_SV("<title> Alta \n</title><meta name=Author content='Dra. Ruiz'><p>a <del>b</del> <s>c</s>"
                           "<span style='text-decoration: line-through'>d</span> e <span style='display:none'>f</span>"
                           "<img src='data:image/png;base64,AAAA'><input type=checkbox checked>g<input type=checkbox>h"
                           "<input value=i><input type=hidden value=j><select><option>k<option selected>l</select>"),
                     1000);
    CHECK(markup_text_is(&m, "a e f \u2612 g \u2610 h i l"));
    CHECK(ac_sv_eq(markup_meta(&m, "title"), AC_SV("Alta")) && ac_sv_eq(markup_meta(&m, "author"), AC_SV("Dra. Ruiz")));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT) && markup_warned(&m, AC_MEDIA_HIDDEN_TEXT));
    CHECK(m.reader.layout.attachments.n == 1 && m.reader.layout.attachments.at[0].bytes == 3);
    CHECK(ac_sv_eq(m.reader.layout.media_type, AC_SV("text/html")));
}

AC_TEST(html, xhtml_is_html)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_XML,
                     AC_SV("<?xml version='1.0' encoding='ISO-8859-1'?>\n<!DOCTYPE html PUBLIC \"x\" \"http://x/y.dtd\">"
                           "<html xmlns='http://www.w3.org/1999/xhtml'><body><p>a&nbsp;\xF1</p><hr/><p>c</p></body></html>"),
                     1000);
    CHECK(markup_text_is(&m, "a \u00F1\n\nc"));
}

AC_TEST(html, hostile_pages_end)
{
    AC_AUTO(ac_sb) s = AC_SB(16 << 20);
    for (int i = 0; i < 200000; i++)
        ac_sb_add(&s, AC_SV("<div><table><tr><td>"));
    AC_AUTO(markup_read) deep;
    markup_read_init(&deep, AC_MEDIA_HTML, ac_sb_view(&s), 1 << 20);
    CHECK(markup_reason(&deep) == AC_MEDIA_TOO_DEEP);
    static const char *const repeated[] = { "</p>", "<p", "&", "<!--", "<td>x", "&#x", "<a b=", "<li>x", "<![CDATA[" };
    for (size_t k = 0; k < sizeof repeated / sizeof repeated[0]; k++) {
        ac_sb_clear(&s);
        for (int i = 0; i < 20000; i++)
            ac_sb_add(&s, ac_sv_z(repeated[k]));
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_HTML, ac_sb_view(&s), 1 << 20);
    }
    AC_AUTO(markup_read) small;
    markup_read_init(&small, AC_MEDIA_HTML, AC_SV("<p>more than ten bytes"), 10);
    CHECK(markup_reason(&small) == AC_MEDIA_TOO_LARGE);
}
