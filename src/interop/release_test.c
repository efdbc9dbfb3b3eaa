#include "interop/release.h"

#include "base/arena.h"
#include "kit/test.h"

#include <stdio.h>
#include <string.h>

/* What a reader gave, as lines: "what kind order langs rank group system code term". */
typedef struct {
    ac_sb text;
    uint64_t left[AC_LEFT_COUNT];
    uint64_t n;
} taken;

static ac_rc take(void *ctx, const ac_item *i, ac_err *err)
{
    taken *t = ctx;
    ac_kind kind = (ac_kind)i->kind;
    ac_sv name = i->kind < AC_KIND_COUNT ? ac_kind_name(kind) : AC_SV("-");
    ac_sb_addf(&t->text, "%c %.*s %c%c %u %.*s %.*s:%.*s %.*s\n", "TNKC"[i->what], (int)name.n, name.p, i->langs & 1 ? 'e' : '-',
               i->langs & 2 ? 's' : '-', i->rank, (int)i->group.n, i->group.p, (int)i->system.n, i->system.p, (int)i->code.n,
               i->code.p, (int)i->term.n, i->term.p);
    t->n++;
    return ac_sb_done(&t->text, err);
}

static void left(void *ctx, ac_left why) { ((taken *)ctx)->left[why]++; }

static void taken_cleanup(taken *t) { ac_sb_cleanup(&t->text); }

/* Lines separated by '\n', into t; returns the layout's name, "" for none. */
static const char *read_all(const char *lines, taken *t)
{
    ac_release r = { .sink = { take, left, t }, .lang = AC_LANG_COUNT, .kind = AC_KIND_COUNT };
    ac_sv rest = ac_sv_z(lines), line;
    ac_err err = { 0 };
    t->text.max = 1 << 22;
    bool first = true;
    while (ac_sv_split(&rest, '\n', &line)) {
        if (first && !ac_release_begin(&r, line))
            return "";
        first = false;
        CHECK(ac_release_line(&r, line, &err) == AC_OK);
    }
    ac_sb_add_char(&t->text, '\0');
    return r.layout ? ac_release_layout_name(r.layout) : "";
}

#define READ(lines, layout)                                                                                            \
    __attribute__((cleanup(taken_cleanup))) taken t = { 0 };                                                           \
    CHECK(strcmp(read_all(lines, &t), layout) == 0)
#define LACKS(words) CHECK(t.text.p && !strstr(t.text.p, words))
#define HAS(line) CHECK(t.text.p && strstr(t.text.p, line "\n"))

AC_TEST(release, rxnorm_gives_ingredients_and_brands_and_no_clinical_drugs)
{
    READ("161|ENG||||||3|||161|RXNORM|IN|161|acetaminophen||N|4096|\n"
         "202433|ENG||||||4|||202433|RXNORM|BN|202433|Tylenol||N||\n"
         "313782|ENG||||||5|||313782|RXNORM|SCD|313782|acetaminophen 325 MG Oral Tablet||N||\n"
         "161|ENG||||||6|||161|MTHSPL|SU|362O9ITL9D|ACETAMINOPHEN||N||\n"
         "999|ENG||||||7|||999|RXNORM|IN|999|gonemycin||O||\n"
         "161|FRE||||||8|||161|RXNORM|IN|161|paracétamol||N||\n", "rxnorm");
    HAS("T medication es 0 161 rxnorm:161 acetaminophen");
    HAS("T medication es 0 202433 rxnorm:202433 Tylenol");
    CHECK(t.n == 2 && t.left[AC_LEFT_KIND] == 1 && t.left[AC_LEFT_SOURCE] == 1 && t.left[AC_LEFT_SUPPRESSED] == 1 &&
          t.left[AC_LEFT_LANGUAGE] == 1);
}

AC_TEST(release, umls_gives_concepts_and_the_codes_of_their_sources)
{
    READ("C0004096|ENG|P|L0004096|PF|S0016668|Y|A0027174||M0001871|D001249|MSH|MH|D001249|Asthma|0|N|256|\n"
         "C0004096|ENG|P|L0004096|VC|S0354372|Y|A2880000|||195967001|SNOMEDCT_US|FN|195967001|Asthma (disorder)|9|N|256|\n"
         "C0004096|SPA|P|L0369211|PF|S0489999|Y|A0551111||M1|D001249|MSHSPA|MH|D001249|Asma|3|N||\n"
         "C0004096|ENG|S|L0000001|PF|S1|N|A3||||ICD10CM|PT|J45.909|Unspecified asthma, uncomplicated|4|N||\n"
         "C0004096|ENG|S|L0000002|PF|S2|N|A4||||ICD10CM|AB|J45|Asthma old|4|O||\n", "umls");
    HAS("T - e- 0 C0004096 umls:C0004096 Asthma");
    HAS("T - e- 0 C0004096 mesh:D001249 Asthma");
    HAS("K problem -- 0 C0004096 : ");
    HAS("T - e- 0 C0004096 snomed:195967001 Asthma");
    HAS("T - -s 0 C0004096 umls:C0004096 Asma");
    HAS("T - e- 0 C0004096 icd10cm:J45.909 Unspecified asthma, uncomplicated");
    CHECK(t.left[AC_LEFT_SUPPRESSED] == 1);
    taken s = { 0 };
    CHECK(strcmp(read_all("C0004096|T047|B2.2.1.2.1|Disease or Syndrome|AT17683839||\nC0000005|T116|A1.4.1.2.1.7|Amino Acid|AT1||", &s), "umls-types") == 0);
    CHECK(s.text.p && strcmp(s.text.p, "K problem -- 0 C0004096 : \n") == 0);
    taken_cleanup(&s);
}

AC_TEST(release, loinc_reads_quoted_cells_by_the_names_of_their_columns)
{
    READ("\xEF\xBB\xBF\"LOINC_NUM\",\"COMPONENT\",\"CLASS\",\"STATUS\",\"CONSUMER_NAME\",\"CLASSTYPE\",\"RELATEDNAMES2\",\"SHORTNAME\",\"LONG_COMMON_NAME\",\"DisplayName\"\n"
         "\"2345-7\",\"Glucose\",\"CHEM\",\"ACTIVE\",\"Glucose, Blood\",\"1\",\"Glu; Sugar; \"\"quoted\"\"\",\"Glucose SerPl-mCnc\",\"Glucose [Mass/volume] in Serum or Plasma\",\"\"\n"
         "\"1-8\",\"x\",\"CHEM\",\"DEPRECATED\",\"\",\"1\",\"\",\"x\",\"x y z\",\"\"\n"
         "\"8310-5\",\"Body temperature\",\"BDYTMP.ATOM\",\"ACTIVE\",\"Body temperature\",\"2\",\"\",\"Body temp\",\"Body temperature\",\"\"\n"
         "\"30525-0\",\"Age\",\"MISC\",\"ACTIVE\",\"\",\"2\",\"\",\"Age\",\"Age\",\"\"\n"
         "\"12-x\",\"a\",\"CHEM\",\"ACTIVE\",\"\",\"1\",\"\",\"b\",\"c\",\"\"\n"
         "\"2-6\",\"one cell too few\",\"CHEM\",\"ACTIVE\"\n", "loinc");
    HAS("T lab e- 0 2345-7 loinc:2345-7 Glucose [Mass/volume] in Serum or Plasma");
    HAS("T lab e- 1 2345-7 loinc:2345-7 Glucose SerPl-mCnc");
    HAS("T lab e- 2 2345-7 loinc:2345-7 Glucose, Blood");
    HAS("T vital e- 0 8310-5 loinc:8310-5 Body temperature");
    LACKS("Sugar");
    CHECK(t.left[AC_LEFT_SUPPRESSED] == 1 && t.left[AC_LEFT_KIND] == 1 && t.left[AC_LEFT_BAD_LINE] == 2);
}

AC_TEST(release, snomed_takes_the_kind_from_the_tag_and_leaves_what_is_inactive)
{
    READ("id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\n"
         "1\t20260501\t1\t9\t195967001\ten\t900000000000003001\tAsthma (disorder)\t9\n"
         "2\t20260501\t1\t9\t195967001\ten\t900000000000013009\tBronchial asthma\t9\n"
         "3\t20260501\t0\t9\t195967001\ten\t900000000000013009\tOld asthma\t9\n"
         "4\t20260501\t1\t9\t195967001\tes\t900000000000003001\tasma (trastorno)\t9\n"
         "5\t20260501\t1\t9\t195967001\tsv\t900000000000013009\tastma\t9\n"
         "6\t20260501\t1\t9\t161891005\ten\t900000000000003001\tHistory of asthma (situation)\t9\n"
         "7\t20260501\t1\t9\t195967001\ten\t900000000000550004\tA long definition.\t9\n"
         "8\t20260501\t1\t9\tnumber\ten\t900000000000013009\tx\t9\n", "snomed-descriptions");
    HAS("K problem -- 0 195967001 : ");
    HAS("T - e- 0 195967001 snomed:195967001 Asthma");
    HAS("T - e- 1 195967001 snomed:195967001 Bronchial asthma");
    HAS("T - -s 0 195967001 snomed:195967001 asma");
    HAS("T - e- 0 161891005 snomed:161891005 History of asthma");
    LACKS("K problem -- 0 161891005");
    CHECK(t.left[AC_LEFT_SUPPRESSED] == 1 && t.left[AC_LEFT_LANGUAGE] == 1 &&
          t.left[AC_LEFT_KIND] == 1 && t.left[AC_LEFT_BAD_LINE] == 1);
    taken s = { 0 };
    CHECK(strcmp(read_all("id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n195967001\t20260501\t1\t9\t9\n1959670012\t20260501\t0\t9\t9", &s), "snomed-concepts") == 0);
    CHECK(s.text.p && strcmp(s.text.p, "C problem -- 0 1959670012 : \n") == 0);
    taken_cleanup(&s);
}

AC_TEST(release, icd10cm_reads_fixed_places_and_writes_the_dot)
{
#define ORDER(number, code, valid, shortname, longname) number " " code " " valid " " shortname " " longname "\n"
    READ(ORDER("00001", "A00    ", "0", "Cholera                                                     ", "Cholera")
         ORDER("00002", "A000   ", "1", "Cholera due to Vibrio cholerae 01, biovar cholerae          ", "Cholera due to Vibrio cholerae 01, biovar cholerae")
         ORDER("12345", "E119   ", "1", "Type 2 diabetes mellitus without complications              ", "Type 2 diabetes mellitus without complications")
         ORDER("20000", "R51    ", "1", "Headache                                                    ", "Headache")
         ORDER("20001", "S52521A", "1", "Torus fracture of lower end of right radius, init           ", "Torus fracture of lower end of right radius, initial encounter for closed fracture")
         ORDER("90000", "Z9989  ", "1", "Dependence on oth enabling machines and devices             ", "Dependence on other enabling machines and devices")
         "cut short\n", "icd10cm-order");
    HAS("T problem e- 0 A00.0 icd10cm:A00.0 Cholera due to Vibrio cholerae 01, biovar cholerae");
    HAS("T problem e- 0 E11.9 icd10cm:E11.9 Type 2 diabetes mellitus without complications");
    HAS("T symptom e- 0 R51 icd10cm:R51 Headache");
    HAS("T problem e- 0 S52.521A icd10cm:S52.521A Torus fracture of lower end of right radius, initial encounter for closed fracture");
    CHECK(t.left[AC_LEFT_GROUP] == 1 && t.left[AC_LEFT_KIND] == 1 && t.left[AC_LEFT_BAD_LINE] == 1 && t.n == 5);
}

AC_TEST(release, atc_and_lists_of_ones_own)
{
    {
        READ("A01AB03\tchlorhexidine\nA\tALIMENTARY TRACT\nN02BE01\tparacetamol\tmore\nbroken\n", "atc");
        HAS("T medication es 1 N02BE01 atc:N02BE01 paracetamol");
        CHECK(t.n == 2 && t.left[AC_LEFT_GROUP] == 1 && t.left[AC_LEFT_BAD_LINE] == 1);
    }
    {
        READ("\"ATC code\",\"ATC level name\",\"DDD\"\n\"N02BE01\",\"paracetamol\",\"3\"\n", "atc");
        HAS("T medication es 1 N02BE01 atc:N02BE01 paracetamol");
        CHECK(t.left[AC_LEFT_BAD_LINE] == 0);
    }
    READ("term\tcode\tsystem\tkind\tlang\n"
         "B12 deficiency\tX1\tsnomed\tproblem\ten\n"
         "dolor raro\tX2\thttp://example.org/ours\tsymptom\tes\n"
         "# a remark\n"
         "no kind\tX3\tours\n"
         "bad kind\tX4\tours\tdisease\n"
         "bad lang\tX5\tours\tproblem\tfr\n"
         "words for a system\tX6\tnot a system\n"
         "too\tfew\n", "list");
    HAS("T problem e- 1 X1 snomed:X1 B12 deficiency");
    HAS("T symptom -s 1 X2 http://example.org/ours:X2 dolor raro");
    HAS("T - es 1 X3 ours:X3 no kind");
    CHECK(t.n == 3 && t.left[AC_LEFT_BAD_LINE] == 3 && t.left[AC_LEFT_LANGUAGE] == 1);
    taken s = { 0 };
    CHECK(strcmp(read_all("B12\tX1\tsnomed\tlab\n", &s), "list") == 0 && s.n == 1);
    taken_cleanup(&s);
}

AC_TEST(release, hostile_lines_are_counted_and_never_taken)
{
    static const char *const firsts[] = { "", "\n", "|", "\t", "|||||||||||||||||||||||||", "\"", "\"a", "\"LOINC_NUM\"", "\xFF\xFE", "id\teffectiveTime",
                                          "00001 A00     0", "a table\tof something\tthat is no list", "\x01\t\x02\t\x03", "C0000001|ENG" };
    for (size_t i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        ac_release r = { 0 };
        CHECK(!ac_release_begin(&r, ac_sv_z(firsts[i])));
    }
    READ("term\tcode\tsystem\n\xFF\xFE\tx\ty\nsound\tc\ts\nnul\x01\tc\ts\n", "list");
    CHECK(t.n == 1 && t.left[AC_LEFT_BAD_LINE] == 2);
    ac_sv cells[2], line = AC_SV("\"a\"\"b\"x,,\"un,closed");
    char buf[64];
    CHECK(ac_release_split_csv(line, buf, cells, 2) == 3 && ac_sv_eq(cells[0], AC_SV("a\"b")) && cells[1].n == 0);
    CHECK(ac_release_split_csv(AC_SV(""), buf, cells, 2) == 1 && ac_release_split(AC_SV(""), '|', cells, 2) == 1);
}

AC_TEST(release, the_edition_stands_in_the_name_of_the_file)
{
    CHECK(ac_sv_eq(ac_release_edition(AC_SV("sct2_Description_Snapshot-en_INT_20260501.txt")), AC_SV("20260501")));
    CHECK(ac_sv_eq(ac_release_edition(AC_SV("icd10cm-order-2026.txt")), AC_SV("2026")));
    CHECK(ac_release_edition(AC_SV("MRCONSO.RRF")).n == 0 && ac_release_edition(AC_SV("Loinc_2.81.csv")).n == 0 && ac_release_edition(AC_SV("")).n == 0);
}
