#include "adapter/markup/markup_testing.h"

static bool reads(const char *rtf, const char *text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_RTF, ac_sv_z(rtf), 1 << 20);
    return markup_text_is(&m, text);
}

AC_TEST(rtf, paragraphs_and_characters)
{
    CHECK(reads("{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fswiss\\fcharset0 Arial;}{\\f1\\ftech\\fcharset2 Symbol;}}"
                "{\\colortbl;\\red0\\green0\\blue0;}{\\stylesheet{\\s0 Normal;}}{\\*\\generator Riched20;}\r\n"
                "\\pard\\f0 Paciente con asma\\par\r\nNi\\'f1o \\b 38\\b0\\'ba\\par\\par "
                "{\\f1 \\'b3}5 \\u8805? 6\\tab x\\line\\ldblquote q\\rdblquote \\emdash \\{a\\}\\~b\\_c\\-d\\par}",
                "Paciente con asma\nNi\u00F1o 38\u00BA\n\n\u22655 \u2265 6 x\n\u201Cq\u201D\u2014{a} b-cd"));
    CHECK(reads("{\\rtf1 x\\super 2\\nosupersub  10{\\super 9}/L}", "x2 10^9/L"));
    CHECK(reads("{\\rtf1\\uc0 \\u8805\\uc2 \\u8364ab\\u-10179xx\\u-8704yy!}", "\u2265\u20AC\U0001F600!"));
    CHECK(reads("{\\rtf1{\\u8364 \\'80}{\\u8364\\tab z}}", "\u20AC\u20ACz"));
    CHECK(reads("{\\rtf1\\pca A\\'a4o}", "A\u00F1o"));
    CHECK(reads("{\\rtf1\\pc A\\'a4o}", "A\u00F1o"));
    CHECK(reads("{\\rtf1\\ansicpg1250 \\'9c}", "\u015B"));
    CHECK(reads("{\\rtf1{\\fonttbl{\\f3\\fcharset204 Arial;}}\\f3 \\'e0}", "\u0430"));
    CHECK(reads("{\\rtf1 Ni\xF1o}", "Ni\u00F1o"));
    CHECK(reads("{\\rtf1{\\fonttbl{\\f7\\fcharset2 Wingdings;}}{\\f7 \\u-3842?}{\\f7\\'a8} a}", "\u2611\u2610 a"));
}

AC_TEST(rtf, letters_that_are_not_read_are_marked_and_told)
{
    static const struct {
        const char *rtf, *text;
        bool told;
    } rows[] = {
        { "{\\rtf1{\\fonttbl{\\f1\\fcharset128 Mincho;}}Asma {\\f1 \\'83\\'41\\'83e} y tos}", "Asma \uFFFD\uFFFD y tos", true }, /* Shift-JIS */
        { "{\\rtf1{\\fonttbl{\\f1\\fcharset178 Arial;}}a {\\f1 \\'c7\\'d1} b}", "a \uFFFD\uFFFD b", true },                 /* Arabic */
        { "{\\rtf1\\ansicpg936 a \\'b0\\'a1 b}", "a \uFFFD b", true },
        { "{\\rtf1{\\fonttbl{\\f1\\fcharset128 Mincho;}}{\\f1 Asma \\u12450?}}", "Asma \u30A2", false },                  /* as Unicode */
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_RTF, ac_sv_z(rows[i].rtf), 1 << 20);
        CHECK(markup_text_is(&m, rows[i].text) && markup_warned(&m, AC_MEDIA_CHARSET_UNREAD) == rows[i].told);
    }
}

AC_TEST(rtf, tables_are_rows_and_cells)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_RTF,
                     AC_SV("{\\rtf1 Med\\par\\trowd\\cellx100\\cellx200\\cellx300\\pard\\intbl Metformin\\cell 500 mg\\cell twice daily\\cell\\row"
                           "\\trowd\\cellx100\\cellx200\\cellx300\\pard\\intbl a\\par b\\cell\\cell c\\cell\\row\\pard end\\par}"),
                     1 << 20);
    CHECK(markup_text_is(&m, "Med\n\nMetformin 500 mg twice daily\na\nb\nc\n\nend"));
    CHECK(ac_sv_eq(markup_cell(&m, 0, 0, 1), AC_SV("500 mg")) && ac_sv_eq(markup_cell(&m, 0, 1, 2), AC_SV("c")));
}

AC_TEST(rtf, what_is_not_the_running_text)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_RTF,
                     AC_SV("{\\rtf1{\\info{\\title Alta}{\\author Dra. Mu\\'f1oz}{\\creatim\\yr2024}}{\\header Hospital\\par}{\\footer pie\\par}"
                           "\\pard uno{\\super\\chftn}{\\footnote\\pard\\plain{\\super\\chftn} nota {\\b al} pie}. {\\deleted gone}{\\revised new}"
                           "{\\v hid}\\strike struck\\strike0  dos{\\*\\atnid AB}{\\*\\atnauthor A. Gil}\\chatn{\\*\\annotation{\\*\\atnref 1}\\pard revisar}\\par"
                           "{\\field{\\*\\fldinst HYPERLINK x}{\\fldrslt enlace}} {\\field{\\*\\fldinst FORMCHECKBOX {\\*\\formfield{\\fftype1\\ffres25\\ffdefres1}}}{\\fldrslt }}si"
                           "{\\*\\unknown junk}{\\pict\\pngblip 89504e47}{\\object{\\*\\objdata 0105}{\\result shown}}\\sect{\\header Hospital\\par}"
                           "{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv y}}{\\shptxt caja\\par}}{\\shprslt{\\*\\do{\\dptxbxtext caja}}}}fin\\par}"),
                     1 << 20);
    CHECK(markup_text_is(&m, "Hospital\n\nuno [1]. newhid dos\nenlace \u2612sishown\n\nfin\ncaja\n\npie\n\n[1] nota al pie\n\nComments\nComment by A. Gil: revisar"));
    CHECK(ac_sv_eq(markup_meta(&m, "title"), AC_SV("Alta")) && ac_sv_eq(markup_meta(&m, "author"), AC_SV("Dra. Mu\u00F1oz")));
    CHECK(markup_warned(&m, AC_MEDIA_DELETED_TEXT) && markup_warned(&m, AC_MEDIA_HIDDEN_TEXT) && markup_warned(&m, AC_MEDIA_ATTACHMENT_UNREAD));
    CHECK(m.reader.layout.attachments.n == 2 && m.reader.layout.attachments.at[0].bytes == 4);
}

AC_TEST(rtf, lists_have_their_labels)
{
    CHECK(reads("{\\rtf1{\\listtext\\f1\\'b7\\tab}uno\\par{\\listtext\\f1\\'b7\\tab}dos\\par{\\pntext 2.\\tab}tres\\par}", "- uno\n- dos\n2. tres"));
}

AC_TEST(rtf, binary_data_is_passed_over)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_RTF, AC_SV("{\\rtf1 a{\\pict\\bin5 {}\\\0x}b}"), 1 << 20);
    CHECK(markup_text_is(&m, "ab") && m.reader.layout.attachments.at[0].bytes == 5);
    AC_AUTO(markup_read) beyond;
    markup_read_init(&beyond, AC_MEDIA_RTF, AC_SV("{\\rtf1 a{\\pict\\bin2000000000 x}b}"), 1 << 20);
    CHECK(markup_reason(&beyond) == AC_MEDIA_TRUNCATED);
}

AC_TEST(rtf, each_length_of_a_cut_document_fails_and_each_byte_changed_does_no_harm)
{
    const ac_sv whole = AC_SV("{\\rtf1\\ansi{\\fonttbl{\\f0\\fcharset0 A;}}\\trowd\\intbl a\\cell{\\footnote\\chftn n}\\row\\pard\\u8364?{\\*\\x y}\\'f1\\bin2 zz}");
    for (size_t n = 1; n < whole.n; n++) {
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_RTF, ac_sv_sub(whole, 0, n), 1000);
        CHECK(markup_reason(&m) == (n < 5 ? AC_MEDIA_DAMAGED : AC_MEDIA_TRUNCATED));
    }
    for (size_t i = 0; i < whole.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            char copy[256];
            memcpy(copy, whole.p, whole.n);
            copy[i] = (char)(copy[i] ^ (1 << bit));
            AC_AUTO(markup_read) m;
            markup_read_init(&m, AC_MEDIA_RTF, (ac_sv) { copy, whole.n }, 1000);
        }
}

AC_TEST(rtf, limits)
{
    AC_AUTO(ac_sb) s = AC_SB(1 << 22);
    ac_sb_add(&s, AC_SV("{\\rtf1 "));
    for (int i = 0; i < 1000; i++)
        ac_sb_add_char(&s, '{');
    AC_AUTO(markup_read) deep;
    markup_read_init(&deep, AC_MEDIA_RTF, ac_sb_view(&s), 1 << 20);
    CHECK(markup_reason(&deep) == AC_MEDIA_TOO_DEEP);
    ac_sb_clear(&s);
    ac_sb_add(&s, AC_SV("{\\rtf1"));
    for (int i = 0; i < 100000; i++)
        ac_sb_add(&s, AC_SV(" abc\\cell\\par"));
    AC_AUTO(markup_read) large;
    markup_read_init(&large, AC_MEDIA_RTF, ac_sb_view(&s), 1 << 10);
    CHECK(markup_reason(&large) == AC_MEDIA_TOO_LARGE);
}
