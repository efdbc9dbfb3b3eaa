#include "nlp/lexicon/plural.h"

#include "kit/test.h"

AC_TEST(plural, heads_are_inflected)
{
    static const struct {
        ac_lang lang;
        const char *term, *plural; /* NULL: none */
    } rows[] = {
        { AC_LANG_EN, "rib fracture", "rib fractures" },
        { AC_LANG_EN, "fracture of rib", "fractures of rib" },
        { AC_LANG_EN, "allergy", "allergies" },
        { AC_LANG_EN, "x ray", NULL },
        { AC_LANG_EN, "diagnosis", "diagnoses" },
        { AC_LANG_EN, "biopsy", "biopsies" },
        { AC_LANG_EN, "abscess", "abscesses" },
        { AC_LANG_EN, "thrombus", NULL },
        { AC_LANG_ES, "fractura costal", "fracturas costales" },
        { AC_LANG_ES, "dolor de cabeza", "dolores de cabeza" },
        { AC_LANG_ES, "crisis", NULL },
        { AC_LANG_ES, "nariz", "narices" },
        { AC_LANG_ES, "muñeca", "muñecas" },
        { AC_LANG_ES, "migraña con aura", "migrañas con aura" },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv out[4];
        size_t n = ac_plurals(a, ac_sv_z(rows[i].term), rows[i].lang, out, 4);
        CHECK(n == (rows[i].plural ? 1 : 0));
        CHECK(!rows[i].plural || ac_sv_eq(out[0], ac_sv_z(rows[i].plural)));
    }
}

AC_TEST(plural, the_article_that_speech_puts_in)
{
    static const struct {
        ac_lang lang;
        const char *term, *first, *second;
    } rows[] = {
        { AC_LANG_EN, "carcinoma of breast", "carcinoma of the breast", NULL },
        { AC_LANG_EN, "carcinoma of the breast", NULL, NULL },
        { AC_LANG_EN, "rib fracture", NULL, NULL },
        { AC_LANG_EN, "type of", NULL, NULL },
        { AC_LANG_ES, "fractura de radio", "fractura del radio", "fractura de la radio" },
        { AC_LANG_ES, "fractura de la mano", NULL, NULL },
    };
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 16);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_sv out[2];
        size_t n = ac_articles(a, ac_sv_z(rows[i].term), rows[i].lang, out, 2);
        CHECK(n == (size_t)(rows[i].first != NULL) + (rows[i].second != NULL));
        CHECK(!rows[i].first || ac_sv_eq(out[0], ac_sv_z(rows[i].first)));
        CHECK(!rows[i].second || ac_sv_eq(out[1], ac_sv_z(rows[i].second)));
    }
}
