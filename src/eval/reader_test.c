/* The readers of the formats: offsets above all. */
#include "eval/brat.h"
#include "eval/csv.h"
#include "eval/eval_testing.h"
#include "eval/latin1.h"
#include "eval/xmi.h"

#include "kit/test.h"

#include <string.h>

static ac_sv cell(const ac_csv_row *row, size_t i) { return i < row->n ? row->cell[i] : AC_SV("(none)"); }

AC_TEST(eval_csv, quotes_commas_and_line_ends_within_cells)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_sv rest = AC_SV("\xEF\xBB\xBFid,text\r\n1,\"say \"\"aah\"\", please\nnow\"\r\n\r\n2,plain\r\n3,\"open");
    ac_csv_row row;
    bool done;
    CHECK(ac_csv_next(&rest, k.arena, &row, &done, NULL) == AC_OK && !done && row.n == 2);
    CHECK(ac_csv_column(&row, "id") == 0 && ac_csv_column(&row, "text") == 1);
    CHECK(ac_csv_column(&row, "other") == AC_CSV_CELLS);
    CHECK(ac_csv_next(&rest, k.arena, &row, &done, NULL) == AC_OK && row.n == 2);
    CHECK(ac_sv_eq(cell(&row, 1), AC_SV("say \"aah\", please\nnow")));
    CHECK(ac_csv_next(&rest, k.arena, &row, &done, NULL) == AC_OK && ac_sv_eq(cell(&row, 1), AC_SV("plain")));
    CHECK(ac_csv_next(&rest, k.arena, &row, &done, NULL) == AC_OK && ac_sv_eq(cell(&row, 1), AC_SV("open")));
    CHECK(ac_csv_next(&rest, k.arena, &row, &done, NULL) == AC_OK && done);
}

AC_TEST(eval_latin1, every_byte_is_a_letter)
{
    AC_AUTO(ac_sb) b = AC_SB(64);
    ac_sv out;
    CHECK(ac_latin1_to_utf8(AC_SV("Ni\xF1o \xE9 7"), &b, &out, NULL) == AC_OK && ac_sv_eq(out, AC_SV("Niño é 7")));
}

AC_TEST(eval_xmi, tags_attributes_and_entities)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_sv rest = AC_SV("<?xml version=\"1.0\"?><!-- <no:tag/> --><a:B x='1 > 0' yx=\"7\" y=\"&lt;&#233;&#xE9;&amp;&#10;\n&zz;\"/><c");
    ac_xml_tag tag;
    CHECK(ac_xml_next(&rest, &tag));
    while (!ac_sv_eq(tag.name, AC_SV("a:B")) && ac_xml_next(&rest, &tag))
        ;
    CHECK(ac_sv_eq(tag.name, AC_SV("a:B")));
    CHECK(ac_sv_eq(ac_xml_attr(&tag, "x", k.arena), AC_SV("1 > 0")));
    CHECK(ac_sv_eq(ac_xml_attr(&tag, "y", k.arena), AC_SV("<éé&\n &zz;")));
    CHECK(ac_xml_number(&tag, "yx", -1, k.arena) == 7 && ac_xml_number(&tag, "x", -1, k.arena) == -1);
    CHECK(ac_xml_attr(&tag, "none", k.arena).p == NULL);
    CHECK(!ac_xml_next(&rest, &tag)); /* a tag that never ends is none */
}

AC_TEST(eval_xmi, offsets_count_utf16_units)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    size_t n;
    const uint32_t *at = ac_utf16_bytes(AC_SV("😀é😀b"), k.arena, &n);
    static const uint32_t want[] = { 0, 0, 4, 6, 6, 10, 11 };
    CHECK(n == 6 && at && memcmp(at, want, sizeof want) == 0);
}

/* ---- brat -------------------------------------------------------------------------------------------------------- */

static ac_rc parse(kit_eval *k, const char *text, const char *ann, ac_eval_doc *d, ac_brat *b)
{
    CHECK(ac_eval_open(&k->e, AC_SV("d"), ac_sv_z(text), NULL, d, NULL) == AC_OK);
    return ac_brat_parse(ac_sv_z(ann), d, k->scratch, b, NULL);
}

static ac_sv words(const ac_eval_doc *d, const ac_brat *b, size_t i)
{
    return i < b->marks.n ? ac_span_text(d->note.text, b->marks.at[i].span) : AC_SV("(none)");
}

/* A byte order mark, letters that are composed, a character of four bytes, Windows line ends: all before the words. */
AC_TEST(eval_brat, offsets_are_code_points_of_the_bytes_as_they_are)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_eval_doc d;
    ac_brat b;
    CHECK(parse(&k, "\xEF\xBB\xBF" "Rube\xCC\x81n \xF0\x9F\x98\x80 fue.\r\nTos\r\nseca hoy.\r\n",
                "T1\tX 1 7\tRube\xCC\x81n\r\nT2\tY 16 25\tTos  seca\r\nT3\tZ 10 13\tfue\r\n", &d, &b) == AC_OK);
    CHECK(b.marks.n == 3 && b.mismatches == 0);
    CHECK(ac_sv_eq(words(&d, &b, 0), AC_SV("Rubén")) && ac_sv_eq(words(&d, &b, 1), AC_SV("Tos\nseca")));
    CHECK(ac_sv_eq(words(&d, &b, 2), AC_SV("fue")));
}

AC_TEST(eval_brat, links_lead_over_events)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_eval_doc d;
    ac_brat b;
    CHECK(parse(&k, "aspirin 100 mg and so on",
                "R1\tMODIFY Arg1:T4 Arg2:E1\t\nE1\tMedication:T2 \nT4\tDosage 8 14\t100 mg\nT2\tMedication 0 7\taspirin\n"
                "T9\tSplit 0 7;19 24\taspirin so on\nR2\tMODIFY Arg1:T4 Arg2:T77\t\n#1\tAnnotatorNotes T2\tx\n",
                &d, &b) == AC_OK);
    CHECK(b.marks.n == 3 && b.links.n == 1 && b.mismatches == 0);
    if (b.links.n == 1)
        CHECK(ac_sv_eq(words(&d, &b, b.links.at[0].from), AC_SV("100 mg")) &&
              ac_sv_eq(words(&d, &b, b.links.at[0].to), AC_SV("aspirin")));
    CHECK(ac_sv_eq(words(&d, &b, 2), AC_SV("aspirin 100 mg and so on")));
}

AC_TEST(eval_brat, words_that_stand_elsewhere_are_noticed)
{
    AC_AUTO(kit_eval) k;
    kit_eval_init(&k, 0);
    ac_eval_doc d;
    ac_brat b;
    CHECK(parse(&k, "dry cough", "T1\tX 1 5\tdry\nT2\tX 4 9\tcough\n", &d, &b) == AC_OK && b.mismatches == 1);
}

AC_TEST(eval_brat, damaged_annotations_are_refused)
{
    static const char *const bad[] = { "T1\tX 0 99\tdry\n", "T1\tX 3 3\t\n", "T1\tX 5 2\tdry\n", "T1\tX zero 3\tdry\n",
                                       "T1 X 0 3 dry\tX\n", "T\tX 0 3\tdry\n", "T1\tX 0 99999999999999999999\tdry\n" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        AC_AUTO(kit_eval) k;
        kit_eval_init(&k, 0);
        ac_eval_doc d;
        ac_brat b;
        CHECK(parse(&k, "dry cough", bad[i], &d, &b) == AC_EINPUT);
    }
}
