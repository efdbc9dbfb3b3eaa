#include "lexc/lexc.h"

#include "kit/test.h"
#include "nlp/text/fold.h"
#include "os/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PACK_TEST_MAX = 4 << 20 };

typedef struct {
    char dir[32];
    char path[2][48];
} workplace;

static workplace open_workplace(void)
{
    workplace w = { .dir = "/tmp/aceso-lexc-XXXXXX" };
    CHECK(mkdtemp(w.dir) != NULL);
    for (size_t i = 0; i < 2; i++)
        (void)snprintf(w.path[i], sizeof w.path[i], "%s/%zu.tsv", w.dir, i);
    return w;
}

static void workplace_cleanup(workplace *w)
{
    for (size_t i = 0; i < 2; i++)
        (void)remove(w->path[i]);
    CHECK(remove(w->dir) == 0);
}

/* Compile two texts as the files of a set; b may be NULL. */
static ac_rc compile(workplace *w, const char *set, const char *a, const char *b, ac_sb *out, ac_err *err)
{
    char *paths[] = { w->path[0], w->path[1] };
    AC_TRY(err, ac_file_write(paths[0], ac_sv_z(a), err));
    if (b)
        AC_TRY(err, ac_file_write(paths[1], ac_sv_z(b), err));
    return lexc_compile(set, paths, b ? 2 : 1, out, err);
}

static const char CONCEPTS[] = "# id kind codes flags en es any\n"
                               "asthma\tproblem\tsnomed:195967001 icd10cm:J45\tchronic\tasthma|reactive airway\tasma\t-\n"
                               "\n"
                               "glucose\tlab\tloinc:2345-7\tunit=mg/dL low=70 high=99 alt=mmol/L*18.016\tglucose\tglucosa\tglc^\n"
                               "pill-a\tmedication\t-\tclass=statin,lipid\tpill a\t-\t-\n"
                               "pill-ab\tmedication\t-\tcombo=pill-a+asthma\tpill ab\t-\tPAB^?\n";

static const char CONCEPTS_TURNED[] = "pill-ab\tmedication\t-\tcombo=pill-a+asthma\tpill ab\t-\tPAB^?\n"
                                      "glucose\tlab\tloinc:2345-7\tunit=mg/dL low=70 high=99 alt=mmol/L*18.016\tglucose\tglucosa\tglc^\n"
                                      "pill-a\tmedication\t-\tclass=statin,lipid\tpill a\t-\t-\n"
                                      "asthma\tproblem\tsnomed:195967001 icd10cm:J45\tchronic\tasthma|reactive airway\tasma\t-\n";

AC_TEST(lexc, a_pack_is_the_same_whenever_and_in_whatever_order_it_is_built)
{
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) once = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) again = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) turned = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &once, NULL) == AC_OK);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &again, NULL) == AC_OK);
    CHECK(compile(&w, "lexicon", CONCEPTS_TURNED, NULL, &turned, NULL) == AC_OK);
    CHECK(once.n > sizeof(ac_terms) && ac_sv_eq(ac_sb_view(&once), ac_sb_view(&again)));
    CHECK(ac_sv_eq(ac_sb_view(&once), ac_sb_view(&turned)));
}

AC_TEST(lexc, the_engine_reads_what_was_compiled)
{
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) lexicon = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) units = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &lexicon, NULL) == AC_OK);
    const ac_terms *t = (const ac_terms *)(const void *)lexicon.p;
    const ac_pack_concept *c = ac_pack_at(t, t->concepts);
    CHECK(t->concepts.n == 4 && strcmp(ac_pack_string(t, c[0].id), "asthma") == 0);
    CHECK(strcmp(ac_pack_string(t, c[0].name[AC_LANG_ES]), "asma") == 0 && c[0].n_codes == 2);
    CHECK(c[3].n_combo == 2 && c[2].n_classes == 2 && c[1].reference != AC_NONE && c[0].reference == AC_NONE);
    const ac_pack_reference *r = (const ac_pack_reference *)ac_pack_at(t, t->references) + c[1].reference;
    CHECK(r->low >= 70 && r->low <= 70 && r->n_alts == 1 && strcmp(ac_pack_string(t, r->unit), "mg/dL") == 0);
    const ac_term *plural = ac_terms_find(t, AC_SV("reactive airways"), AC_LANG_EN);
    CHECK(plural && plural->row == 0 && !ac_terms_find(t, AC_SV("asma"), AC_LANG_EN) && ac_terms_find(t, AC_SV("asma"), AC_LANG_ES));
    CHECK(compile(&w, "units", "unit\tany\tmg|milligram\tmg\tmass\n", "unit\ten\tgrain\t[gr]\t-\n", &units, NULL) == AC_OK);
    t = (const ac_terms *)(const void *)units.p;
    CHECK(ac_terms_rows(t) == 2 && ac_sv_eq(ac_terms_cell(t, 1, 0), AC_SV("[gr]")) && ac_terms_cell(t, 1, 1).n == 0);
    CHECK(ac_sv_eq(ac_terms_written(t, 0), AC_SV("mg|milligram")) && !ac_terms_find(t, AC_SV("grain"), AC_LANG_ES));
}

AC_TEST(lexc, every_term_is_found_from_its_first_word_and_nothing_else)
{
    static const char *const terms[] = { "mg", "mg per kg", "mg per kg and day", "k+", "+", "h. pylori", "x-ray", "p.r.n. at night" };
    static const char *const others[] = { "m", "mgs", "k", "k +", "h pylori", "x-rays", "p.r.n. at noon", "per kg", "" };
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) units = AC_SB(PACK_TEST_MAX);
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 20);
    CHECK(compile(&w, "units", "unit\tany\tmg|mg per kg|mg per kg and day|k+|+\tx\nunit\tany\th. pylori|x-ray|p.r.n. at night\ty\n",
                  NULL, &units, NULL) == AC_OK);
    const ac_terms *t = (const ac_terms *)(const void *)units.p;
    for (size_t i = 0; i < sizeof terms / sizeof terms[0] + sizeof others / sizeof others[0]; i++) {
        bool is_term = i < sizeof terms / sizeof terms[0];
        ac_sv text = ac_sv_z(is_term ? terms[i] : others[i - sizeof terms / sizeof terms[0]]);
        ac_folded f;
        ac_term_hit hit = { 0 };
        CHECK(ac_fold(text, a, &f, NULL) == AC_OK);
        bool whole = ac_terms_longest(t, &f, text, 0, AC_LANG_EN, &hit) && hit.end == f.text.n;
        CHECK(whole == is_term);
    }
}

static uint32_t hash_of(ac_sv term)
{
    uint32_t hash = 0;
    for (uint32_t at = 0; at < term.n; at += ac_fold_word(term, at) & AC_FOLD_WORD_MAX)
        hash = ac_pack_hash(hash, ac_fold_word(term, at));
    return hash;
}

static ac_pack_found found_in(const ac_pack_shared *s, ac_sv term)
{
    const ac_pack_words words = ac_pack_words_at(s, &s->table);
    return ac_pack_find(&words, hash_of(term), term, (1u << AC_PACK_INDEXED) - 1);
}

static uint32_t sets_that_start(const ac_pack_shared *s, ac_sv term)
{
    return ac_pack_start_sets(ac_pack_start_line(s, ac_fold_word(term, 0)), hash_of(term));
}

AC_TEST(lexc, packs_share_one_table_and_keep_the_rest)
{
    enum { SIG = 0, BOTH = 1u << SIG | 1u << AC_PACK_LEXICON };
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) lexicon = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) sig = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) shared = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) bare = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &lexicon, NULL) == AC_OK);
    CHECK(compile(&w, "sig", "route\tany\tasthma|glc\tx\n", NULL, &sig, NULL) == AC_OK);
    char *packs[] = { w.path[0], w.path[1] };
    CHECK(ac_file_write(packs[0], ac_sb_view(&lexicon), NULL) == AC_OK && ac_file_write(packs[1], ac_sb_view(&sig), NULL) == AC_OK);
    CHECK(lexc_compile("shared", packs, 2, &shared, NULL) == AC_OK && lexc_compile("bare", packs, 1, &bare, NULL) == AC_OK);
    const ac_pack_shared *s = (const void *)shared.p;
    const ac_pack_found asthma = found_in(s, AC_SV("asthma")), pill = found_in(s, AC_SV("pill a"));
    CHECK(asthma.terms && asthma.sets == BOTH && ac_pack_list_of(asthma, SIG)->row == 0);
    CHECK(ac_pack_list_of(asthma, AC_PACK_LEXICON) == asthma.terms + 1 && pill.sets == 1u << AC_PACK_LEXICON);
    CHECK(found_in(s, AC_SV("pill")).longer && !found_in(s, AC_SV("pill")).terms && !found_in(s, AC_SV("no")).terms);
    CHECK(sets_that_start(s, AC_SV("glc")) == BOTH && sets_that_start(s, AC_SV("reactive airway")) == 1u << AC_PACK_LEXICON);
    CHECK(!sets_that_start(s, AC_SV("no")) && !sets_that_start(s, AC_SV("reactive")));
    const ac_terms *t = (const void *)bare.p;
    CHECK(t->bytes == bare.n && bare.n < lexicon.n && !t->table.nodes.n && t->concepts.n == 4);
}

AC_TEST(lexc, only_packs_share)
{
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) lexicon = AC_SB(PACK_TEST_MAX);
    AC_AUTO(ac_sb) none = AC_SB(PACK_TEST_MAX);
    char *packs[] = { w.path[1] };
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &lexicon, NULL) == AC_OK);
    CHECK(ac_file_write(w.path[1], ac_sv_sub(ac_sb_view(&lexicon), 0, lexicon.n - 1), NULL) == AC_OK);
    CHECK(lexc_compile("shared", packs, 1, &none, NULL) == AC_EINPUT && lexc_compile("bare", packs, 1, &none, NULL) == AC_EINPUT);
    CHECK(lexc_compile("bare", packs, 0, &none, NULL) == AC_EINPUT && !none.n);
    CHECK(lexc_compile("shared", (char *[]) { "/no/such/file" }, 1, &none, NULL) == AC_ENOTFOUND);
}

AC_TEST(lexc, a_bad_row_is_one_error_with_its_place)
{
    static const struct {
        const char *set, *text, *says; /* says: behind "DIR/0.tsv:" */
    } rows[] = {
        { "units", "unit\tany\tmg\nthing\tany\tmg\n", "2: an unknown key in column 1" },
        { "units", "# x\n\nunit\tany\n", "3: needs 3 columns or more, has 2" },
        { "units", "unit\tfr\tmg\n", "1: column 2 is not en, es or any" },
        { "units", "unit\tany\tmg|^\n", "1: an empty term" },
        { "units", "unit\tany\tmg\r\n", "1: byte 12 is a control character" },
        { "units", "unit\tany\tm\xC3g\n", "1: byte 11 is not UTF-8" },
        { "units", "unit\tany\tm\xED\xA0\x80\n", "1: byte 11 is not UTF-8" },
        { "units", "unit\tany\ta\tb\tc\td\te\tf\tg\th\ti\tj\tk\tl\tm\tn\to\n", "1: more than 16 columns" },
        { "lexicon", "a\tproblem\t-\t-\ta a\t-\n", "1: needs 7 columns, has 6" },
        { "lexicon", "a\tillness\t-\t-\ta a\t-\t-\n", "1: an unknown kind in column 2" },
        { "lexicon", "a\tproblem\tccs:1\t-\ta a\t-\t-\n", "1: an unknown code system" },
        { "lexicon", "a\tproblem\t-\tlonely\ta a\t-\t-\n", "1: an unknown flag" },
        { "lexicon", "a\tlab\t-\tlow=few\ta a\t-\t-\n", "1: a range that is no number" },
        { "lexicon", "a\tlab\t-\talt=mmol/L\ta a\t-\t-\n", "1: alt needs UNIT*FACTOR or UNIT*FACTOR+OFFSET" },
        { "lexicon", "a\tlab\t-\talt=a*1 alt=b*1 alt=c*1 alt=d*1 alt=e*1 alt=f*1 alt=g*1 alt=h*1 alt=i*1\ta a\t-\t-\n",
          "1: too many alternative units" },
        { "lexicon", "a\tmedication\t-\tcombo=b\ta a\t-\t-\n", "1: combo names an unknown id" },
    };
    AC_AUTO(workplace) w = open_workplace();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(ac_sb) out = AC_SB(PACK_TEST_MAX);
        ac_err err = { 0 };
        CHECK(compile(&w, rows[i].set, rows[i].text, NULL, &out, &err) == AC_EINPUT);
        ac_sv said = ac_sv_z(err.text), place = ac_sv_z(w.path[0]);
        CHECK(ac_sv_starts(said, place) && ac_sv_eq(ac_sv_sub(said, place.n + 1, said.n), ac_sv_z(rows[i].says)));
    }
}

AC_TEST(lexc, what_two_rows_share_names_both)
{
    static const struct {
        const char *first, *second, *says;
    } rows[] = {
        { "a\tproblem\t-\t-\talpha\t-\t-\n", "a\tlab\t-\t-\tbeta\t-\t-\n", "the id is already in" },
        { "a\tproblem\t-\t-\talpha\t-\t-\n", "b\tproblem\t-\t-\tAlpha\t-\t-\n", "share the term 'alpha'" },
    };
    AC_AUTO(workplace) w = open_workplace();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO(ac_sb) out = AC_SB(PACK_TEST_MAX);
        ac_err err = { 0 };
        CHECK(compile(&w, "lexicon", rows[i].first, rows[i].second, &out, &err) == AC_EINPUT);
        CHECK(strstr(err.text, "0.tsv:1") && strstr(err.text, "1.tsv:1") && strstr(err.text, rows[i].says));
    }
    AC_AUTO(ac_sb) out = AC_SB(PACK_TEST_MAX); /* of two kinds the same word may be */
    CHECK(compile(&w, "lexicon", rows[1].first, "b\tlab\t-\t-\talpha\t-\t-\n", &out, NULL) == AC_OK);
}

AC_TEST(lexc, no_set_no_file_and_no_memory_are_errors)
{
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) none = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "poems", "x", NULL, &none, NULL) == AC_EINPUT);
    CHECK(lexc_compile("units", (char *[]) { "/no/such/file" }, 1, &none, NULL) == AC_ENOTFOUND);
    AC_AUTO(ac_sb) tight = AC_SB(64);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &tight, NULL) == AC_ELIMIT);
    AC_AUTO(ac_sb) whole = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "lexicon", CONCEPTS, NULL, &whole, NULL) == AC_OK);
    int failures = 0;
    AC_EACH_OOM(i) {
        AC_AUTO(ac_sb) out = AC_SB(PACK_TEST_MAX);
        ac_rc rc = lexc_compile("lexicon", (char *[]) { w.path[0] }, 1, &out, NULL);
        CHECK(rc != AC_OK || ac_sv_eq(ac_sb_view(&out), ac_sb_view(&whole)));
        failures += rc != AC_OK;
    }
    CHECK(failures > 10);
}

AC_TEST(lexc, a_rule_is_read_for_the_names_of_its_first_question)
{
    AC_AUTO(workplace) w = open_workplace();
    AC_AUTO(ac_sb) pack = AC_SB(PACK_TEST_MAX);
    CHECK(compile(&w, "guidelines",
                  "set\tany\tnsaid\tibuprofen,naproxen\n"
                  "rule\tany\ta\tinfo\tage>=65 lab:inr>3 drug:warfarin\tx\ty\tz\n"
                  "rule\tany\tb\tinfo\tno-lab:inr drug:warfarin,@nsaid\tx\ty\tz\n"
                  "rule\tany\tc\tinfo\tage>=65\tx\ty\tz\n", NULL, &pack, NULL) == AC_OK);
    const ac_terms *t = (const ac_terms *)(const void *)pack.p;
    const ac_pack_trigger *all = ac_pack_at(t, t->triggers);
    const struct { const char *name; uint32_t row; } rows[] = { { "inr", 1 }, { "warfarin", 2 }, { "ibuprofen", 2 }, { "naproxen", 2 } };
    CHECK(t->triggers.n == 5 && all[0].name == 0 && all[0].row == 3);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool found = false;
        for (size_t k = 0; k < t->triggers.n; k++)
            found = found || (all[k].name == ac_pack_name_hash(AC_SV(""), ac_sv_z(rows[i].name)) && all[k].row == rows[i].row);
        CHECK(found);
    }
    CHECK(compile(&w, "units", "unit\tany\t" "a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890"
                  "a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890"
                  "a234567890a234567890a234567890a234567890a234567890a2345\tx\n", NULL, &pack, NULL) == AC_EINPUT);
}
