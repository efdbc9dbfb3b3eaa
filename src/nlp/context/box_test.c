#include "nlp/context/box.h"

#include "kit/test.h"
#include "nlp/context/context_testing.h"

static bool empty(const char *line, const char *word)
{
    return ac_box_is_empty_before(ac_sv_z(line), (size_t)(strstr(line, word) - line));
}

AC_TEST(box, the_nearest_one_before_on_the_line_counts)
{
    CHECK(empty("[ ] Asthma", "Asthma") && empty("\u2610 Asthma", "Asthma") && empty("[x] Gout [ ] Asthma", "Asthma"));
    CHECK(!empty("[x] Asthma", "Asthma") && !empty("\u2612 Asthma", "Asthma") &&
          !empty("[ ] Gout [x] Asthma", "Asthma"));
    CHECK(!empty("[ ] Gout\nAsthma", "Asthma") && !empty("Asthma [ ]", "Asthma") && !empty("Asthma", "Asthma"));
    CHECK(!ac_boxes_are_there(AC_SV("[x] Asthma")) && ac_boxes_are_there(AC_SV("\u25a1 Asthma")) &&
          !ac_boxes_are_there(AC_SV("")));
}

AC_TEST(box, what_was_offered_and_not_ticked_is_not_said)
{
    EN("\u2611 [Hypertension|present] \u2610 [asthma|gone]\n\u2612 [Gout|present]\n\u2610 [Diabetes|gone]");
    ES("\u2611 [Hipertensi\u00f3n|present]\n\u25a1 [Asma|gone]\nNo [fiebre|absent].");
}
