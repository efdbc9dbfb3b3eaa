#include "nlp/text/abbreviation.h"

#include "kit/test.h"

AC_TEST(abbreviation, languages_differ)
{
    CHECK(ac_abbreviation(AC_SV("Dr"), AC_LANG_EN) == AC_ABBR_TITLE);
    CHECK(ac_abbreviation(AC_SV("DRA"), AC_LANG_ES) == AC_ABBR_TITLE);
    CHECK(ac_abbreviation(AC_SV("dra"), AC_LANG_EN) == AC_ABBR_NONE);
    CHECK(ac_abbreviation(AC_SV("p.o"), AC_LANG_EN) == AC_ABBR_UNIT);
    CHECK(ac_abbreviation(AC_SV("no"), AC_LANG_EN) == AC_ABBR_NUMBER);
    CHECK(ac_abbreviation(AC_SV("grade"), AC_LANG_EN) == AC_ABBR_CLASS);
    CHECK(ac_abbreviation(AC_SV("The"), AC_LANG_EN) == AC_ABBR_STARTER);
    CHECK(ac_abbreviation(AC_SV("n\xC2\xBA"), AC_LANG_ES) == AC_ABBR_NUMBER);
    CHECK(ac_abbreviation(AC_SV(""), AC_LANG_EN) == AC_ABBR_NONE);
    CHECK(ac_abbreviation(AC_SV("a word that is too long"), AC_LANG_EN) == AC_ABBR_NONE);
}

/* The table must be sorted, or words are not found: try one near each end and some between. */
AC_TEST(abbreviation, search_reaches_all_of_the_table)
{
    static const char *const words[] = { "a", "abd", "b.i.d", "etc", "izda", "mrs", "q.d", "the", "vitamin", "wks", "yrs" };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        CHECK(ac_abbreviation(ac_sv_z(words[i]), AC_LANG_EN) != AC_ABBR_NONE ||
              ac_abbreviation(ac_sv_z(words[i]), AC_LANG_ES) != AC_ABBR_NONE);
}
