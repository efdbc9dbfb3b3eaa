#include "nlp/context/box.h"

#include "kit/test.h"
#include "nlp/context/context_testing.h"

static bool unticked(const char *line, const char *word)
{
    const size_t at = (size_t)(strstr(line, word) - line);
    return ac_box_is_unticked(ac_sv_z(line), ac_span_of(at, at + strlen(word)));
}

AC_TEST(box, the_nearest_one_before_on_the_line_counts)
{
    CHECK(unticked("[ ] Asthma", "Asthma") && unticked("\u2610 Asthma", "Asthma") && unticked("[x] Gout [ ] Asthma", "Asthma"));
    CHECK(!unticked("[x] Asthma", "Asthma") && !unticked("\u2612 Asthma", "Asthma") &&
          !unticked("[ ] Gout [x] Asthma", "Asthma"));
    CHECK(!unticked("[ ] Gout\nAsthma", "Asthma") && !unticked("Asthma", "Asthma"));
    CHECK(unticked("History: [ ] Asthma [x] Gout", "Asthma") && !unticked("History: [ ] Asthma [x] Gout", "Gout"));
    CHECK(ac_boxes_are_there(AC_SV("[x] Asthma")) && ac_boxes_are_there(AC_SV("\u25a1 Asthma")) &&
          !ac_boxes_are_there(AC_SV("")) && !ac_boxes_are_there(AC_SV("(4) [2]")));
}

AC_TEST(box, on_a_line_that_ends_with_one_the_next_counts)
{
    static const char line[] = "Asthma [ ]  Gout [x]  Stroke [ ] ";
    CHECK(unticked(line, "Asthma") && !unticked(line, "Gout") && unticked(line, "Stroke"));
    CHECK(unticked("  Asthma ( )", "Asthma") && !unticked("Asthma (x)\r\n[ ] Gout", "Asthma"));
}

AC_TEST(box, a_yes_or_no_belongs_to_the_question_before)
{
    CHECK(unticked("Asthma: [ ] Yes [x] No", "Asthma") && !unticked("Asthma: [x] Yes [ ] No", "Asthma"));
    CHECK(unticked("Asthma: [ ] Yes [ ] No", "Asthma") && !unticked("Asma: \u2612 S\u00ed \u2610 No", "Asma"));
    CHECK(unticked("Asthma [x] No [ ] Yes", "Asthma") && !unticked("Asthma [ ] No / [x] Yes", "Asthma"));
    CHECK(!unticked("[x] No known allergies", "allergies") && unticked("[ ] No known allergies", "allergies"));
    CHECK(unticked("Asthma [ ] Yes [x] No  Gout [x] Yes [ ] No", "Asthma"));
    CHECK(unticked("Asthma [x] Yes [ ] No  Gout", "Gout")); /* whose is it? */
}

AC_TEST(box, a_long_line_costs_a_bounded_look)
{
    enum { N = 100000 };
    static char line[3 * N + 1];
    for (size_t i = 0; i < N; i++)
        memcpy(line + 3 * i, "[ ]", 3);
    memcpy(line + 3 * (N / 2), "flu", 3);
    CHECK(unticked(line, "flu"));
}

AC_TEST(box, what_was_offered_and_not_ticked_is_not_said)
{
    EN("\u2611 [Hypertension|present] \u2610 [asthma|gone]\n\u2612 [Gout|present]\n\u2610 [Diabetes|gone]");
    EN("[Hypertension|present] [x]  [asthma|gone] [ ]\n[Gout|present]: [x] Yes [ ] No\n[Diabetes|gone]: [ ] Yes [x] No");
    ES("\u2611 [Hipertensi\u00f3n|present]\n\u25a1 [Asma|gone]\nNo [fiebre|absent].");
}
