#include "nlp/context/context_testing.h"

AC_TEST(context, contractions_deny_however_they_are_typed)
{
    EN("I do n't have a [fever|absent] .", "He does n't have [pain|absent].", "She has n't had any [chest pain|absent].",
       "I don t have a [headache|absent].", "I dont have any [pain|absent] and it doesnt [hurt|absent].",
       "She wasn\xE2\x80\x99t having [nausea|absent]; he is n\xE2\x80\x99t [sick|absent].", "We could n't rule out [PE|possible].",
       "You don't have [diabetes|absent].", "I ca n't exclude [PE|possible].", "[MI|possible] has n't been ruled out.", "The [pain|present] has n't resolved.");
}

/* Terms of the lexicon may begin with the last words of a cue. */
AC_TEST(context, a_cue_that_runs_into_a_term_still_governs_it)
{
    EN("No prior [history of myocardial infarction|absent].", "No previous [history of stroke|absent] or [gout|absent].",
       "No [history of stroke|absent].", "Denies any [history of stroke|absent].", "Without [signs of infection|absent].",
       "No evidence of [free air|absent].", "[History of stroke|problem|present] in the chart.",
       "Family [history of stroke|family].",
       "I [quit smoking|social|present] in May.");
    ES("Sin [antecedentes de ictus|absent].", "Niega [antecedentes de infarto|absent], [diabetes|absent] o [tos|absent].",
       "Sin [signos de irritaci\xC3\xB3n peritoneal|absent].", "No se aprecian [signos de infecci\xC3\xB3n|absent].",
       "Abdomen blando, sin [signos de irritaci\xC3\xB3n|absent].");
}

AC_TEST(context, named_for_a_test_a_place_or_a_risk)
{
    EN("[Preeclampsia|problem|hypothetical] labs were normal.", "[Sepsis|problem|hypothetical] workup.", "On [DVT|hypothetical] prophylaxis.",
       "Seen in [heart failure|problem|hypothetical] clinic.", "Admitted to the [stroke|problem|hypothetical] unit.",
       "Risks including [bleeding|hypothetical], [infection|hypothetical], [DVT|hypothetical], [PE|problem|hypothetical] were explained.",
       "Risks, benefits and alternatives were discussed including [infection|hypothetical], [bleeding|hypothetical], and [DVT|hypothetical].",
       "The risks of surgery, including [death|hypothetical], were discussed; he has [pain|present].",
       "He is [chest pain|absent] free.", "She has [heart failure|problem|present] and goes to a clinic.");
    ES("Profilaxis de [TVP|hypothetical] con [heparina|medication|present].",
       "Profilaxis antibi\xC3\xB3tica con [cefazolina|medication|present].", "Ingresa en la unidad de [ictus|hypothetical].",
       "Se explican los riesgos: [sangrado|hypothetical], [infecci\xC3\xB3n|hypothetical], [TVP|hypothetical].",
       "Informado de los riesgos, incluyendo [hemorragia|hypothetical] y [trombosis|hypothetical].");
}

AC_TEST(context, no_known_allergies_that_go_on_are_something_else)
{
    EN("[No known drug allergies|allergy:no-known-allergies|gone] except [penicillin|medication|present] (rash).",
       "[NKDA|allergy:no-known-allergies|gone], other than [sulfa|medication|present] and [latex|allergy|present].",
       "[No known allergies|allergy:no-known-allergies|gone] to [penicillin|medication|absent] or [sulfa|medication|absent].",
       "[No known allergies|allergy:no-known-allergies|present] to medications. [Aspirin|medication|present] daily.",
       "[NKDA|allergy:no-known-allergies|present]; takes [aspirin|medication|present].",
       "[NKDA|allergy:no-known-allergies|present] but takes [aspirin|medication|present].",
       "No allergies other than [latex|allergy|present].");
    ES("[Sin alergias conocidas|allergy:no-known-allergies|gone] salvo a [penicilina|medication|present].",
       "[Sin alergias conocidas|allergy:no-known-allergies|gone] a [penicilina|medication|absent] ni [AAS|medication|absent].",
       "[Sin alergias conocidas|allergy:no-known-allergies|present]. Toma [AAS|medication|present].");
}

AC_TEST(context, a_history_that_goes_on_is_a_complaint)
{
    EN("History of abdominal [pain|present] since yesterday.", "History of chest [pain|present] that started this morning.",
       "History of [fever|historical] and [rash|historical].", "History of [pneumonia|problem|historical] since which he smokes less.",
       "History of [syncope|historical] 5 years ago.");
    ES("Historia de [cefalea|present] desde ayer.", "Antecedentes de [cefalea|historical].");
}

AC_TEST(context, why_something_was_not_done_is_there)
{
    ES("No se explora por [dolor|present].", "Ecograf\xC3\xAD" "a no concluyente por [obesidad|present].",
       "Se retira el tratamiento por [bradicardia|present].", "Sin [fiebre|absent] por la noche.",
       "No [disuria|absent], acompa\xC3\xB1" "ado de [dolor|present].", "No acompa\xC3\xB1" "ado de [dolor|absent].",
       "[Hematuria|present] sin [co\xC3\xA1gulos|absent] y [tenesmo|present].", "Sin [fiebre|absent], [tos|absent] ni [disnea|absent] y [dolor|present] leve.",
       "Sin [fiebre|absent] y [tos|absent] ni [disnea|absent].",
       "Sin [dolor|absent] con persistencia de [edema|present].", "[Flutter|problem|present] no conocido.");
    EN("The drug was stopped for [bleeding|present].", "Stopped it for [bleeding|present].", "Denies [fever|absent] or [cough|absent].");
}

AC_TEST(context, a_test_or_a_place_before_the_cue_is_not_what_it_denies)
{
    ES("Mediante [TAC|procedure|present] se descarta presencia de [TEP|absent].",
       "[Cuello|anatomy|present]: no se palpan [adenopat\xC3\xAD" "as|absent].", "[TEP|absent] descartado.",
       "[TAC|procedure|absent] cancelado.");
    EN("[CT|procedure|present] ruled out [PE|absent].", "[PE|absent] ruled out.");
}

AC_TEST(context, a_question_may_deny)
{
    EN("[doctor] you don't have any [chest pain|present]?\n[patient] yes i do.\n",
       "[doctor] you don't have any [chest pain|absent]?\n[patient] no.\n",
       "[doctor] you don't have [diabetes|absent].\n[patient] okay.\n",
       "[doctor] do you have any [pain|absent]?\n[patient] no i haven't.\n");
}
