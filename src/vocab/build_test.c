#include "vocab/vocab_testing.h"

#include "nlp/text/fold.h"

/* What the longest term at the start of text gives: "system:code display", several separated by '|'. */
static ac_sv look_up(kit_vocab *k, const char *text, ac_lang lang)
{
    ac_folded f;
    ac_vocab_starts starts = { 0 };
    ac_vocab_hit hits[8];
    ac_sv note = ac_sv_z(text);
    AC_AUTO(ac_sb) out = AC_SB(4096);
    if (ac_fold(note, k->arena, &f, NULL) != AC_OK || ac_vocab_scan(&k->vocab, &f, k->arena, &starts, NULL) != AC_OK || !starts.n || starts.at[0].at)
        return AC_SV("");
    size_t n = ac_vocab_all(&k->vocab, &f, note, &starts.at[0], lang, hits, 8);
    for (uint32_t i = 0; n && i < hits[n - 1].n; i++) {
        ac_entity_code c;
        if (!ac_vocab_meaning_fits(&hits[n - 1].meanings[i], ac_sv_sub(note, 0, hits[n - 1].end), lang))
            continue;
        CHECK(ac_vocab_code_of(&k->vocab, &hits[n - 1].meanings[i], &c));
        ac_sb_addf(&out, "%s%.*s:%.*s %.*s", out.n ? "|" : "", (int)c.system.n, c.system.p, (int)c.code.n, c.code.p, (int)c.display.n, c.display.p);
    }
    return ac_arena_copy(k->arena, ac_sb_view(&out));
}

#define SAYS(text, lang, expected) CHECK(ac_sv_eq(look_up(&k, text, lang), AC_SV(expected)))
#define KIT                                                                                                            \
    __attribute__((cleanup(kit_vocab_cleanup))) kit_vocab k;                                                           \
    kit_vocab_init(&k)

AC_TEST(vocab_build, terms_are_found_as_notes_write_them)
{
    KIT;
    CHECK(kit_open(&k, "Crohn's disease\tA1\tours\tproblem\ten\n"
                       "Crohn disease of the colon\tA2\tours\tproblem\ten\n"
                       "Enfermedad de Crohn\tA1\tours\tproblem\tes\n"
                       "Sjögren-Larsson\tA3\tours\tproblem\tany\n"));
    SAYS("CROHN DISEASE", AC_LANG_EN, "ours:A1 Crohn's disease");
    SAYS("Crohn's\ndisease of the colon.", AC_LANG_EN, "ours:A2 Crohn disease of the colon");
    SAYS("crohn disease", AC_LANG_ES, "");
    SAYS("enfermedad de crohn", AC_LANG_ES, "ours:A1 Crohn's disease");
    SAYS("sjogren larsson", AC_LANG_ES, "ours:A3 Sjögren-Larsson");
    SAYS("crohn", AC_LANG_EN, "");
    SAYS("crohn diseases", AC_LANG_EN, "ours:A1 Crohn's disease");
    SAYS("crohn diseases", AC_LANG_ES, "");
    CHECK(k.report.terms == 4 && k.report.codes == 3 && k.vocab.header->terms == 4);
    CHECK(ac_vocab_verify(k.map, &k.vocab, &k.err) == AC_OK);
}

AC_TEST(vocab_build, what_is_dangerous_in_notes_is_left_out_and_counted)
{
    KIT;
    CHECK(kit_open(&k, "MS\tB1\tours\tproblem\nall\tB2\tours\tproblem\n12 34\tB3\tours\tlab\nhistory of gout\tB4\tours\tproblem\n"
                       "gout, unspecified\tB5\tours\tproblem\nno gout\tB6\tours\tproblem\nsin gota\tB7\tours\tproblem\n"
                       "one two three four five six seven eight nine ten eleven\tB8\tours\tproblem\n"
                       "other gout\tB9\tours\tproblem\npain\tB10\tours\nsound gout\tB11\tours\tproblem\nsound gout\tB11\tours\tproblem\n"
                       "ALL\tB12\tours\tproblem\nCOLDX\tB13\tours\tproblem\n"));
    CHECK(k.report.left[AC_LEFT_SHORT] == 1 && k.report.left[AC_LEFT_COMMON] == 2 && k.report.left[AC_LEFT_NUMBER] == 1);
    CHECK(k.report.left[AC_LEFT_RULE] == 5 && k.report.left[AC_LEFT_LONG] == 1 && k.report.left[AC_LEFT_KIND] == 1);
    CHECK(k.report.left[AC_LEFT_TWICE] == 1 && k.report.terms == 2);
    SAYS("sound gout", AC_LANG_EN, "ours:B11 sound gout");
    SAYS("COLDX", AC_LANG_EN, "ours:B13 COLDX"); /* an abbreviation counts in capitals only */
    SAYS("coldx", AC_LANG_EN, "");
}

AC_TEST(vocab_build, a_term_with_two_codes_of_one_system_has_none_unless_one_is_preferred)
{
    KIT;
    CHECK(kit_open(&k, "C0000001|ENG|P|L1|PF|S1|Y|A1||||ICD10CM|PT|X01|lupus rarus|0|N||\n"
                       "C0000002|ENG|S|L1|PF|S1|N|A2||||ICD10CM|ET|X02|lupus rarus|0|N||\n"
                       "C0000003|ENG|S|L1|PF|S1|N|A3||||ICD10CM|ET|J03|febris mala|0|N||\n"
                       "C0000004|ENG|S|L1|PF|S1|N|A4||||ICD10CM|ET|J04|febris mala|0|N||\n"
                       "C0000005|ENG|P|L1|PF|S1|Y|A4||||ICD10CM|PT|J05|febris bona|0|N||\n"
                       "C0000006|ENG|P|L1|PF|S1|Y|A4||||ICD10CM|PT|J06|alia|0|N||\n"));
    SAYS("febris mala", AC_LANG_EN, "");
    SAYS("febris bona", AC_LANG_EN, "umls:C0000005 febris bona|icd10cm:J05 febris bona");
    CHECK(k.report.left[AC_LEFT_MANY] == 4 && k.report.left[AC_LEFT_KIND] >= 2); /* X is how injuries come about */
}

AC_TEST(vocab_build, concepts_that_a_release_closed_are_gone)
{
    KIT;
    AC_AUTO_PTR(ac_vocab_builder) b = NULL;
    const ac_vocab_import_options opt = { AC_LANG_COUNT, AC_KIND_COUNT };
    ac_vocab_file f;
    const char *one = kit_path(&k, "one"), *two = kit_path(&k, "two");
    CHECK(ac_file_write(one, AC_SV("id\teffectiveTime\tactive\tmoduleId\tconceptId\tlanguageCode\ttypeId\tterm\tcaseSignificanceId\r\n"
                                   "1\t1\t1\t9\t111111\ten\t900000000000003001\tMorbus apertus (disorder)\t9\r\n"
                                   "2\t1\t1\t9\t222222\ten\t900000000000003001\tMorbus clausus (disorder)\t9\r\n"), &k.err) == AC_OK);
    CHECK(ac_file_write(two, AC_SV("id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\r\n111111\t1\t1\t9\t9\r\n222222\t1\t0\t9\t9\r\n"), &k.err) == AC_OK);
    CHECK(ac_vocab_builder_new(k.dir, true, &b, &k.err) == AC_OK && ac_vocab_import(b, one, &opt, &f, &k.err) == AC_OK && f.bad == 0);
    CHECK(ac_vocab_import(b, two, &opt, &f, &k.err) == AC_OK);
    const ac_vocab_title title = { AC_SV("snomed"), AC_SV("1"), AC_SV("now"), AC_SV("snomed"), AC_SV("snomed") };
    CHECK(ac_vocab_build(b, &title, kit_path(&k, "v"), &k.report, &k.err) == AC_OK);
    CHECK(ac_vocab_map(kit_path(&k, "v"), &k.map, &k.vocab, &k.err) == AC_OK);
    SAYS("morbus apertus", AC_LANG_EN, "snomed:111111 Morbus apertus");
    SAYS("morbus clausus", AC_LANG_EN, "");
    CHECK(k.report.left[AC_LEFT_SUPPRESSED] == 1 && k.vocab.systems[0].edition == 1 &&
          strcmp(k.vocab.systems[0].uri, "http://snomed.info/sct") == 0);
}

AC_TEST(vocab_build, plurals_give_way_to_names)
{
    KIT;
    CHECK(kit_open(&k, "zorbic cyst\tA1\tours\tproblem\ten\nzorbic cysts\tA2\tours\tproblem\ten\nquiste zórbico\tA1\tours\tproblem\tes\n"
                       "zorbicillin\tA3\tours\tmedication\ten\nZCYST\tA4\tours\tproblem\ten\nfracture of zorb\tA5\tours\tproblem\ten\n"));
    SAYS("zorbic cysts", AC_LANG_EN, "ours:A2 zorbic cysts");
    SAYS("quistes zórbicos", AC_LANG_ES, "ours:A1 zorbic cyst");
    SAYS("zorbicillins", AC_LANG_EN, "");
    SAYS("ZCYSTS", AC_LANG_EN, "");
    SAYS("fractures of zorb", AC_LANG_EN, "ours:A5 fracture of zorb");
    CHECK(k.report.terms == 6 && k.report.left[AC_LEFT_MANY] == 0 && k.vocab.header->n_entries == 8);
    CHECK(ac_vocab_verify(k.map, &k.vocab, &k.err) == AC_OK);
}

/* Many terms: those that were read are found, each with its own code. */
AC_TEST(vocab_build, a_hundred_thousand_terms)
{
    enum { N = 100000, ASKED = 997 };
    KIT;
    AC_AUTO(ac_sb) lines = AC_SB((size_t)1 << 26);
    for (unsigned i = 0; i < N; i++)
        ac_sb_addf(&lines, "morbus%u %s gradus%u\tC%u\tours\tproblem\n", i % 5000, i % 3 ? "acutus" : "lentus et gravis", i, i);
    ac_sb_add_char(&lines, '\0');
    CHECK(kit_open(&k, lines.p) && k.report.terms == N && k.report.codes == N);
    for (unsigned i = 0; i < N; i += ASKED) {
        char text[96], expected[128];
        (void)snprintf(text, sizeof text, "morbus%u %s gradus%u", i % 5000, i % 3 ? "acutus" : "lentus et gravis", i);
        (void)snprintf(expected, sizeof expected, "ours:C%u %s", i, text);
        CHECK(ac_sv_eq(look_up(&k, text, AC_LANG_EN), ac_sv_z(expected)));
    }
    CHECK(ac_vocab_verify(k.map, &k.vocab, &k.err) == AC_OK);
}

AC_TEST(vocab_build, files_that_are_none_or_mostly_wrong_are_refused)
{
    static const char *const bad[] = { "", "\n", "no vocabulary at all\n", "a,b,c\n1,2,3\n", "term\tcode\tsystem\tkind\nx\nx\n", "\xFF\xFE\x00" };
    KIT;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        k.err = (ac_err) { 0 };
        CHECK(kit_build(&k, "v", bad[i]) == AC_EINPUT && k.err.text[0]);
        CHECK(ac_file_remove(kit_path(&k, "v"), NULL) == AC_ENOTFOUND);
    }
    AC_AUTO(ac_sb) lines = AC_SB((size_t)1 << 23); /* a line of two megabytes is one bad line */
    ac_sb_add(&lines, AC_SV("sound gout\tC1\tours\tproblem\n"));
    for (size_t i = 0; i < (size_t)2 << 20; i++)
        ac_sb_add_char(&lines, 'x');
    ac_sb_add(&lines, AC_SV("\nsound gouts\tC2\tours\tproblem"));
    ac_sb_add_char(&lines, '\0');
    CHECK(kit_build(&k, "v", lines.p) == AC_OK && k.report.terms == 2 && k.report.left[AC_LEFT_BAD_LINE] == 1);
}

AC_TEST(vocab_build, quoted_cells_go_on_in_the_next_line)
{
    KIT;
    CHECK(kit_open(&k, "LOINC_NUM,STATUS,CLASSTYPE,LONG_COMMON_NAME,SHORTNAME\n\"2-6\",ACTIVE,1,\"Materia\r\nrara\",\"\"\n\"3-4\",ACTIVE,1,\"Materia alia\",x\n"));
    SAYS("materia rara", AC_LANG_EN, "loinc:2-6 Materia\nrara");
    SAYS("materia alia", AC_LANG_EN, "loinc:3-4 Materia alia");
    k.err = (ac_err) { 0 };
    CHECK(kit_build(&k, "w", "LOINC_NUM,STATUS,CLASSTYPE,LONG_COMMON_NAME\n2-6,ACTIVE,1,Materia rara\n3-4,ACTIVE,1,\"never closed\n") == AC_OK);
}

/* Every byte of a small file changed: it is refused, or every answer stays within its bytes. */
AC_TEST(vocab_build, damage_is_found_or_does_no_harm)
{
    KIT;
    CHECK(kit_open(&k, "gouty knee\tC1\tours\tproblem\ngouty toe\tC2\tours\tproblem\ngouty\tC3\ttheirs\tsymptom\n"));
    AC_AUTO(ac_sb) copy = AC_SB(1 << 20);
    ac_sb_add(&copy, k.map);
    CHECK(ac_sb_done(&copy, NULL) == AC_OK && ac_vocab_check(&k.vocab, &k.err) == AC_OK);
    size_t found = 0;
    for (size_t i = 0; i < copy.n; i++) {
        kit_vocab d = { .arena = k.arena };
        copy.p[i] = (char)(copy.p[i] ^ 0x41);
        if (ac_vocab_open(ac_sb_view(&copy), &d.vocab, NULL) == AC_OK) {
            found += ac_vocab_verify(ac_sb_view(&copy), &d.vocab, NULL) != AC_OK;
            ac_folded f;
            ac_vocab_starts starts = { 0 };
            ac_vocab_hit hits[8];
            CHECK(ac_fold(AC_SV("gouty knee and gouty toe"), k.arena, &f, NULL) == AC_OK && ac_vocab_scan(&d.vocab, &f, k.arena, &starts, NULL) == AC_OK);
            for (size_t s = 0; s < starts.n; s++)
                for (size_t n = ac_vocab_all(&d.vocab, &f, AC_SV("gouty knee and gouty toe"), &starts.at[s], AC_LANG_EN, hits, 8); n; n--)
                    for (uint32_t m = 0; m < hits[n - 1].n; m++) {
                        ac_entity_code c;
                        (void)ac_vocab_code_of(&d.vocab, &hits[n - 1].meanings[m], &c);
                    }
        } else
            found++;
        copy.p[i] = (char)(copy.p[i] ^ 0x41);
    }
    CHECK(found == copy.n - (AC_VOCAB_HEADER - sizeof(ac_vocab_header))); /* but for the padding of the header */
    for (size_t n = 0; n < copy.n; n += 7) {
        ac_vocab v;
        CHECK(ac_vocab_open(ac_sv_sub(ac_sb_view(&copy), 0, n), &v, NULL) == AC_EINPUT);
    }
}

AC_TEST(vocab_build, every_allocation_may_fail)
{
    KIT;
    ac_rc rc = AC_OK;
    AC_EACH_OOM(i) {
        k.err = (ac_err) { 0 };
        rc = kit_build(&k, "v", "gouty knee\tC1\tours\tproblem\n\"gouty\" toe\tC2\tours\tproblem\n");
        CHECK(rc == AC_OK || rc == AC_ENOMEM || rc == AC_ELIMIT);
    }
    CHECK(rc == AC_OK);
}

AC_TEST(vocab_build, names_that_may_stand_in_a_file_name)
{
    CHECK(ac_vocab_name_is_good(AC_SV("rxnorm")) && ac_vocab_name_is_good(AC_SV("2026-05.AB_1")));
    CHECK(!ac_vocab_name_is_good(AC_SV("")) && !ac_vocab_name_is_good(AC_SV("../x")) && !ac_vocab_name_is_good(AC_SV("a@b")) &&
          !ac_vocab_name_is_good(AC_SV(".x")) && !ac_vocab_name_is_good(AC_SV("0123456789012345678901234567890123456789012345678")));
}
