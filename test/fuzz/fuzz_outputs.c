/* Any text through the whole engine and the four outputs: every statement has words and evidence inside the note, and
 * what is not in the evidence is caught by the verifier. The first byte chooses the language. */
#include "base/arena.h"
#include "fuzz/fuzz.h"
#include "nlp/output/clinical_summary.h"
#include "nlp/text/normalise.h"
#include "nlp/pipeline.h"
#include "nlp/output/soap.h"
#include "nlp/output/summary.h"
#include "nlp/output/timeline.h"

#include <stdlib.h>

static void check(const ac_note *note, const ac_item *item)
{
    if (!item->text.n || !item->evidence.n)
        abort();
    for (size_t i = 0; i < item->evidence.n; i++) {
        ac_span s = item->evidence.at[i];
        if (s.begin >= s.end || s.end > note->text.n || (i && s.begin < item->evidence.at[i - 1].end))
            abort();
    }
}

static void check_all(const ac_note *note, const ac_items *lists[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < lists[i]->n; k++)
            check(note, &lists[i]->at[k]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new(1 << 26);
    ac_source src;
    if (n < 2 || ac_normalise((ac_sv) { (const char *)data + 1, n - 1 }, 1 << 20, a, &src, NULL) != AC_OK)
        return 0;
    ac_note note = { .arena = a, .text = src.text, .lang = data[0] & 1 ? AC_LANG_ES : AC_LANG_EN };
    ac_clinical_summary c;
    ac_soap s;
    ac_patient_summary p;
    ac_timeline t;
    if (ac_analyse(&note, NULL) != AC_OK || ac_clinical_summary_make(&note, &c, NULL) != AC_OK ||
        ac_soap_make(&note, &s, NULL) != AC_OK || ac_patient_summary_make(&note, &p, NULL) != AC_OK ||
        ac_timeline_make(&note, &t, NULL) != AC_OK)
        return 0;
    const ac_items *lists[] = { &c.risk_factors,
                                &c.relevant_conditions,
                                &c.medications,
                                &c.allergies,
                                &c.vitals,
                                &c.labs,
                                &c.procedures,
                                &c.narrative,
                                &s.subjective,
                                &s.objective,
                                &s.assessment,
                                &s.plan,
                                &p.top,
                                &p.problems,
                                &p.medications,
                                &p.allergies,
                                &p.results,
                                &p.procedures,
                                &p.chronology,
                                &p.follow_up,
                                &p.contradictions,
                                &p.questions };
    check_all(&note, lists, sizeof lists / sizeof lists[0]);
    for (size_t i = 0; i < t.n; i++) {
        check(&note, &t.at[i].item);
        if (!t.at[i].date.year)
            abort();
    }
    return 0;
}
