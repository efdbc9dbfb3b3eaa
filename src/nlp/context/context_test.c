#include "nlp/context/context_testing.h"

AC_TEST(context, denials_run_through_lists_in_english)
{
    EN("No [fever|absent], [chills|absent] or [cough|absent].", "He denies [orthopnea|absent], [edema|absent], or [pain|absent].",
       "No [fever|absent] but he has [cough|present].", "No [fever|absent], she has [cough|present].",
       "Without evidence of [pneumonia|absent] or [effusion|absent].", "There is no [murmur|absent], her lungs are [clear|present].",
       "Negative for [fever|absent], [weight loss|absent] and [night sweats|absent].", "Denies: [chest pain|absent], [syncope|absent].",
       "Heart regular, no [murmurs|absent], [gallops|absent], [rubs|absent].", "She had nausea (no [vomiting|absent]) and [pain|present].",
       "No [rales|absent]; [edema|present] to the knees.", "The patient was not [jaundiced|absent] by his examination.",
       "No [fever|absent] and the heart is [enlarged|present].",
       "No [murmur|absent], [rub|absent] or [gallop|absent] is appreciated.", "Negative [tenderness|absent].",
       "No [masses|absent], [lesions|absent] and [nodules|absent] are seen.", "She has not felt [feverish|absent].",
       "No [heart|anatomy|present] [murmur|absent].", "Awake, in no acute [distress|absent].");
}

AC_TEST(context, denials_in_spanish_need_a_closed_list)
{
    ES("No [fiebre|absent], [tos|absent] ni [disnea|absent].", "Sin [dolor|absent] abdominal ni [diarrea|absent].",
       "No [alergias|absent] conocidas, [HTA|present], [diabetes|present].", "Niega [cefalea|absent], [mareo|absent].",
       "No refiere [tos|absent] pero presenta [disnea|present].", "Sin [edemas|absent], con [crepitantes|present] en bases.",
       "Se descarta [neumonía|absent].", "[TEP|absent] descartado.", "[Fiebre|present] sin [tos|absent].",
       "Ausencia de [derrame|absent].", "Nunca ha tenido [asma|absent].", "No se acompaña de [palidez|absent] ni [sudoración|absent].",
       "No presenta ninguna [lesión|absent].", "No refiere actualmente [dolor|absent] ni [disnea|absent].",
       "En ningún momento ha tenido [dolor|absent], [disnea|absent] o [palpitaciones|absent].",
       "No [fiebre|absent], [tos|absent], [disnea|absent].", "No [fiebre|absent], [dolor|present] de dos días.",
       "No [alergias|absent], [HTA|problem|present], [diabetes|problem|present], [asma|problem|present].",
       "Ha cedido el [dolor|absent].", "Ya no tiene [fiebre|absent].",
       "No precisó [transfusión|procedure|absent].", "Sin [fiebre|absent], y ahora [tos|present].");
}

AC_TEST(context, denial_after_the_finding)
{
    EN("[MI|absent] was ruled out.", "[DVT|absent] has been ruled out but [cellulitis|present] remains.", "[Fever|absent]: no.",
       "[Fever|absent], [chills|absent] and [cough|absent] are absent.", "[Headache|absent] denied.", "[Nausea|absent]: none",
       "Partial [obstruction|absent], resolved.", "Her [pain|absent] has resolved.", "Ruled out [MI|absent].",
       "[Warfarin|medication|absent] was discontinued.", "She cannot be taken off [warfarin|medication|present].",
       "[HIV|absent], [HSV|absent], [Lyme|absent], [EBV|absent], [malaria|absent] and [CMV|absent] titers were negative.",
       "[Biopsy|procedure|present]: right lobe, negative.", "Not due to [angina|absent].",
       "[Influenza|absent] test negative.", "[Vomiting|present], [rash|absent] negative.");
    ES("[HTA|absent] no, [DM|absent] no.", "[Murphy|absent] negativo.", "[Dolor|absent] ausente.",
       "Se suspende [enalapril|medication|absent].", "[Fiebre|absent] resuelta.",
       "[Espironolactona|medication|absent] suspendida por [ginecomastia|present].",
       "Ha suspendido la [espironolactona|medication|absent] por [ginecomastia|present].");
}

AC_TEST(context, negative_results_do_not_deny_the_test)
{
    EN("[Troponin|lab|present] was negative.", "[CT|procedure|present] negative for [PE|absent].");
    ES("[Hemocultivos|lab|present] negativos.");
}

AC_TEST(context, words_that_look_like_denials)
{
    EN("Gram negative [sepsis|present].", "No change in the [effusion|present].", "No increase in [edema|present].",
       "The [pain|present] has not resolved.", "Not only [fever|present] but [chills|present].", "Lives at No. 5, has [asthma|present].",
       "[Pain|present] not relieved by rest.");
    ES("Sin cambios en la [neumonía|present].", "El [dolor|present] no cede.", "[Diabetes|present] no insulinodependiente.",
       "No solo [fiebre|present].");
}

AC_TEST(context, a_cue_inside_a_term_is_none)
{
    EN("[absent bowel sounds|present] today.", "[No known drug allergies|allergy:no-known-allergies|present].",
       "Allergies: [NKDA|allergy:no-known-allergies|present]");
}

AC_TEST(context, possible)
{
    EN("Possible [pneumonia|possible], [hypertension|present].", "Rule out [MI|possible].", "r/o [PE|possible]", "[CHF|possible]?",
       "?[pneumonia|possible] on film", "Suspected [appendicitis|possible].", "[PE|possible] cannot be excluded.",
       "Findings suggestive of [fracture|possible].", "No possible [cause|absent].", "No [fever|absent], possible [sinusitis|possible].",
       "[Jaundice|present] and probable [stone|possible].", "Done to rule out [colitis|possible], and [neoplasia|possible].",
       "[Cyst|possible] versus [carcinoma|possible].", "It may be due to an [abscess|possible].",
       "A [stroke|possible], [haematoma|possible], etc., should be ruled out.", "A possibly infected [stent|device|present].",
       "It is unclear whether this is [angina|possible].");
    ES("Probable [bronquitis|possible].", "[Neumonía|possible] a descartar.", "Compatible con [ictus|possible].",
       "Sospecha de [TEP|possible].", "No se puede descartar [fractura|possible].", "No se descarta [isquemia|possible].");
}

AC_TEST(context, hypothetical_and_conditional)
{
    EN("Return if you have [fever|hypothetical], [chills|hypothetical] or [pain|hypothetical].",
       "If she has [weakness|hypothetical], she should return; she has [cough|present].",
       "Call if any of the following occur: [bleeding|hypothetical], [pain|hypothetical].",
       "Watch for [bleeding|hypothetical].", "Worried about [cancer|problem|hypothetical].",
       "Worried about her [pain|present].",
       "She is at risk for [falls|hypothetical].", "Tylenol as needed for [pain|conditional].", "[DVT|hypothetical] prophylaxis given.",
       "Ondansetron prn [nausea|conditional]. Today [pain|present].");
    ES("Paracetamol si [dolor|hypothetical] o [fiebre|hypothetical].", "Acudir a urgencias si [fiebre|hypothetical] o [vómitos|hypothetical].", "Si presenta [dolor|hypothetical], consultar.",
       "Riesgo de [caídas|hypothetical].", "Paracetamol en caso de [fiebre|conditional].", "Sí tiene [fiebre|present].");
}

AC_TEST(context, historical)
{
    EN("History of [stroke|historical] and [gout|historical].", "H/o [MI|historical].", "s/p [appendectomy|procedure|historical].",
       "Prior [fracture|historical], now [pain|present].", "One week history of [cough|present].", "1.5 week h/o [cough|present].",
       "A history of longstanding back [pain|present].", "The sponge was used to stop [bleeding|present].", "[Seizures|historical] in the past.",
       "He had [MI|problem|historical] in 2005.", "[Fracture|problem|historical] 5 years ago.", "[Cough|problem|present] since 2005.",
       "[Asthma|problem:asthma|present] diagnosed in 2005.", "No history of [seizure|absent].",
       "History of [CHF|historical] who presents with [pain|present].", "[Cholecystectomy|procedure|historical] in 2001.");
    ES("Antecedentes de [ictus|historical].", "[Neumonía|problem|historical] hace 5 años.", "Intervenido de [hernia|historical].",
       "[IAM|historical] previo.", "Sin antecedentes de [ictus|absent].");
}

AC_TEST(context, spoken_plans_opinions_and_memories)
{
    EN("[doctor] let's get an [x-ray|procedure|planned] of the [knee|anatomy|present].\n[patient] okay.\n",
       "[doctor] we'll start you on [ibuprofen|medication|planned].\n[patient] okay.\n",
       "[doctor] i want you to take [tylenol|medication|planned].\n[patient] okay.\n",
       "[doctor] i think this is a [tear|possible].\n[patient] okay.\n",
       "[doctor] call if it gets worse or you get a [fever|hypothetical].\n[patient] okay.\n",
       "[doctor] hi.\n[patient] last year i had [pneumonia|problem|historical].\n",
       "[doctor] hi.\n[patient] since last year i have had [cough|present].\n");
    ES("[médico] creo que es una [bronquitis|possible].\n[paciente] vale.\n",
       "[médico] le voy a dar [amoxicilina|medication|planned].\n[paciente] vale.\n",
       "[médico] hola.\n[paciente] el año pasado tuve una [neumonía|problem|historical].\n");
}

AC_TEST(context, planned_only_what_can_be_planned)
{
    EN("Will schedule [MRI|procedure|planned] for back [pain|present].", "[Colonoscopy|procedure|planned] is scheduled.",
       "PLAN: Order [CT|procedure|planned].\nStart [metformin|medication|planned].", "Check of the [knee|anatomy|present] was done.",
       "HISTORY OF PRESENT ILLNESS: Did get [CT|procedure|present] there.");
    ES("Se solicita [TAC|procedure|planned].", "Pendiente de [colonoscopia|procedure|planned].");
}

AC_TEST(context, sections)
{
    EN("PAST MEDICAL HISTORY:\n1. [Asthma|problem:asthma|present]\n2. [Pneumonia|problem|historical]\n",
       "PAST SURGICAL HISTORY: [Appendectomy|procedure|historical].\n",
       "FAMILY HISTORY: [Diabetes|problem|family]. No [cancer|problem|absent].\n",
       "HISTORY OF PRESENT ILLNESS: [Pneumonia|problem|present].\n");
    ES("Antecedentes familiares: [Diabetes|problem|family].\n");
}

static ac_sv relative_of(const char *marked, ac_lang lang, char *out, size_t max)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    sample s;
    read_sample(marked, &s);
    ac_note note = { .arena = arena, .text = { s.text, s.n }, .lang = lang };
    CHECK(run(&note, &s) == AC_OK);
    const ac_entity *e = entity_at(&note, s.mentions[0].e.span.begin);
    const ac_attr *a = e ? ac_entity_attr(e, AC_ATTR_RELATIVE) : NULL;
    size_t n = a && a->norm.n < max ? a->norm.n : 0;
    if (n)
        memcpy(out, a->norm.p, n);
    return (ac_sv) { out, n };
}

AC_TEST(context, family)
{
    EN("Mother had [breast cancer|family] and [gout|family].", "Family history of [colon cancer|family].",
       "[Colon cancer|family] in his aunt, [stroke|family] in her brother.", "Mother reports he has [fever|present].",
       "History was obtained from her mother, [fever|present] for two days.", "Brought in by his wife with [pain|present].",
       "Family history of [gout|family]; the patient has [asthma|present].", "No family history of [lupus|absent].",
       "[Breast cancer|family] (mother), [gout|family] - father.", "Positive for [stroke|family], mother.",
       "He was in [pain|present] and his mother drove him.", "[Gout|family] runs in the family.",
       "He is [divorced|social|present] and has two sons.", "He had [fever|present], so his mother called.",
       "Seen by family physician for [cough|present].");
    ES("Madre con [cáncer|family].", "Según su madre tiene [fiebre|present].", "Padre fallecido por [ictus|family].");
    char norm[32];
    CHECK(ac_sv_eq(relative_of("Mother had [gout|family].", AC_LANG_EN, norm, sizeof norm), AC_SV("mother")));
    CHECK(ac_sv_eq(relative_of("[Stroke|family] in his uncle, gout in his sister", AC_LANG_EN, norm, sizeof norm), AC_SV("uncle")));
    CHECK(ac_sv_eq(relative_of("Hermana con [asma|family].", AC_LANG_ES, norm, sizeof norm), AC_SV("sister")));
    CHECK(relative_of("Family history of [gout|family].", AC_LANG_EN, norm, sizeof norm).n == 0);
}

static ac_kind kind_after(const char *marked, ac_lang lang)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    sample s;
    read_sample(marked, &s);
    ac_note note = { .arena = arena, .text = { s.text, s.n }, .lang = lang };
    CHECK(run(&note, &s) == AC_OK);
    const ac_entity *e = entity_at(&note, s.mentions[0].e.span.begin);
    return e ? (ac_kind)e->kind : AC_KIND_COUNT;
}

AC_TEST(context, allergies)
{
    CHECK(kind_after("Allergic to [penicillin|medication|present].", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("[Codeine|medication|present] allergy noted.", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("Takes [morphine|medication|present].", AC_LANG_EN) == AC_KIND_MEDICATION);
    CHECK(kind_after("ALLERGIES: [Sulfa|medication|present].\n", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("Alergia a [penicilina|medication|present].", AC_LANG_ES) == AC_KIND_ALLERGY);
    CHECK(kind_after("[Penicillin allergy|problem:penicillin-allergy|present].", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("[Peanuts|allergy|gone] in his diet.", AC_LANG_EN) == AC_KIND_COUNT);
    EN("Allergic to [codeine|medication|present] but takes [morphine|medication|present].", "Diet with [shrimp|allergy|gone].",
       "Not allergic to [latex|allergy|absent].", "Allergic to [eggs|allergy|present] ([rash|conditional]).",
       "ALLERGIES: [Penicillin|medication|present].\nReaction: [hives|conditional].\n",
       "[allergy|problem|gone] to [latex|allergy|present]", "Allergic to [dust|allergy|present], [asthma|problem:asthma|present].");
}

AC_TEST(context, the_test_that_found_nothing_was_done)
{
    EN("PLAN:\n[Colonoscopy|procedure|planned], [CBC|lab|planned] in a week.", "FOLLOW-UP: [Echocardiogram|procedure|planned].",
       "Plan: the patient is s/p [colonoscopy|procedure|historical].", "Lisinopril held for [AKI|problem|present].");
    ES("PLAN:\n[Ecografía|procedure|planned] y [hemograma|lab|planned].");
    EN("No evidence of blockage on [CT|procedure:ct-scan|present].", "No new [CT|procedure:ct-scan|absent].",
       "There was no mention of a [CT|procedure:ct-scan|absent].");
    EN("No evidence of [embolism|absent] on [CT angiogram|procedure|present].", "No [fracture|absent] by [X-ray|procedure|present].",
       "No [fracture|absent] seen on [X-ray|procedure|present] or [MRI|procedure|present].",
       "No [pain|absent] on [aspirin|medication|present].", "No [mass|absent] in the [colon|anatomy|present] on [CT|procedure|present].",
       "No [surgery|procedure|absent] for her [hernia|present].",
       "She has never had [chemotherapy|procedure|absent] or [radiation|procedure|absent] for her [mesothelioma|present].",
       "No prior [colonoscopy|procedure|absent].", "No [fever|absent], [chills|absent] or [MRI|procedure|absent].",
       "She was not treated with [aspirin|medication|absent].", "No [DVT|absent] or prior [surgery|procedure|absent].");
    ES("Sin evidencia de [neumonía|absent] en la [radiografía|procedure|present].",
       "No se observa [fractura|absent] en [TAC|procedure|present].", "No [fiebre|absent] con [paracetamol|medication|present].",
       "No se realiza [TAC|procedure|absent].");
}

AC_TEST(context, limits_and_goals_are_no_results)
{
    EN("Return if [weight|vital|hypothetical] increases by more than 2 kg.", "Call if [temperature|vital|hypothetical] exceeds 38.5.",
       "Hold for [SBP|vital|conditional] below 100.", "Goal [A1c|lab|hypothetical] below 7.", "[LDL|lab|hypothetical] goal is 70.",
       "Titrate to keep [INR|lab|hypothetical] 2 to 3.", "[A1c|lab|present] is at goal.", "[A1c|lab|present] 8.2, goal 7.");
    ES("Avisar si [glucosa|lab|hypothetical] superior a 300.", "Objetivo de [LDL|lab|hypothetical] menor de 70.");
}

AC_TEST(context, a_colon_carries_the_cue_into_the_list)
{
    EN("Return for any of the following:\n- [fever|hypothetical]\n- [pain|hypothetical], [chills|hypothetical]\n\n- [cough|present]\n",
       "The patient denies the following:\n1. [Pain|absent].\n2. [Fever|absent].\nShe has a [cough|present].\n",
       "Complications include, but are not limited to:\n1. [Bleeding|hypothetical].\n2. [Pain|hypothetical].\n",
       "Denies:\n- [fever|absent] but reports [cough|present]\n- no [pain|absent]\n",
       "No [fever|absent].\n- [cough|present]\n", "He has no [fever|absent], his problems are:\n- [cough|present]\n");
    ES("Acudir si presenta:\n- [fiebre|hypothetical]\n- [dolor|hypothetical]\n");
}

AC_TEST(context, habits_are_denied_once)
{
    EN("[Never smoker|social|present].", "[Denies tobacco|social|present], [alcohol|social|absent] or [drug use|social|absent].",
       "[Never smoker|social|present], [hypertension|present].", "[No tobacco|social|present] or [drugs|social|absent].",
       "He is not a [smoker|social|absent].");
    ES("[No fuma|social|present].", "[Niega tabaco|social|present], [alcohol|social|absent].");
}

AC_TEST(context, what_a_drug_provokes)
{
    CHECK(kind_after("[Sulfa|medication|present] gives me [hives|symptom|conditional].", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("[Penicillin|medication|present] causes [anaphylaxis|symptom|conditional].", AC_LANG_EN) == AC_KIND_ALLERGY);
    CHECK(kind_after("[Lisinopril|medication|present] causes [cough|symptom|present].", AC_LANG_EN) == AC_KIND_MEDICATION);
    CHECK(kind_after("[Aspirin|medication|present] never gave me [hives|symptom|absent].", AC_LANG_EN) == AC_KIND_MEDICATION);
    CHECK(kind_after("A la [aspirina|medication|present], me salen [ronchas|symptom|conditional].", AC_LANG_ES) == AC_KIND_ALLERGY);
    CHECK(kind_after("La [penicilina|medication|present] me da alergia.", AC_LANG_ES) == AC_KIND_ALLERGY);
    EN("[Hives|symptom|conditional] whenever I take [sulfa|medication|present].",
       "[Allergic to penicillin|problem:penicillin-allergy|present] - [hives|conditional].", "[Allergic to penicillin|problem:penicillin-allergy|present], i get a [rash|conditional].",
       "[Penicillin allergy|problem:penicillin-allergy|present]. He has a [rash|present].", "[Allergic to penicillin|problem:penicillin-allergy|present] and has a [rash|present].",
       "Allergic to [codeine|medication|present], presents with [rash|present].");
    ES("[Alergia a penicilina|problem:penicillin-allergy|present] ([exantema|conditional]).",
       "[Alergia a penicilina|problem:penicillin-allergy|present], le produce [urticaria|conditional].");
}

AC_TEST(context, lists_of_symptoms_with_signs)
{
    EN("(-) [fever|absent] (+) [cough|present]", "+ for [cough|present], - for [fever|absent]", "[Fever|absent] (-), [cough|present] (+)",
       "GI is -ve for change in [habit|absent], [bleeding|absent] (occult), [anemia|absent].");
}

AC_TEST(context, questions_are_decided_by_their_answers)
{
    EN("[doctor] any [fever|absent] or [chills|absent]?\n[patient] no.\n[doctor] do you have [pain|present]?\n[patient] yes, at night.\n",
       "[doctor] do you have any [cough|absent]?\n[patient] no just a [headache|present].\n",
       "[doctor] have you had [vomiting|hypothetical]?\n[patient] well it depends.\n",
       "[doctor] any [fever|possible] or [cough|possible]?\n[patient] yes.\n",
       "[doctor] and you have [asthma|present] and [gout|present]?\n[patient] yes.\n",
       "[doctor] i will treat your [asthma|present], okay?\n[patient] sure.\n",
       "[doctor] how are you?\n[patient] no i don't have [pain|absent] but my mom had [gout|family] and my son a [cough|present]\n",
       "[doctor] you have [diabetes|absent]? no? okay.\n[patient] hello.\n", "Do you have any [fever|absent]? No.",
       "[doctor] hi.\n[patient] hello.\n[doctor] is there [pain|hypothetical]?");
    EN("[doctor] any [fever|possible]?\n[patient] i'm not sure.\n",
       "[doctor] are you taking [metformin|medication|absent]?\n[patient] i stopped it last month.\n",
       "[doctor] hi.\n[patient] i stopped taking [metformin|medication|absent].\n",
       "[doctor] do you take [aspirin|medication|present]?\n[patient] every morning.\n",
       "[doctor] do you have a recent [A1c|lab|hypothetical]?\n[patient] well it depends.\n");
    ES("[médico] ¿tiene [fiebre|possible]?\n[paciente] no lo sé.\n",
       "[médico] ¿toma [enalapril|medication|absent]?\n[paciente] lo dejé hace un mes.\n");
    ES("[médico] ¿tiene [fiebre|absent]?\n[paciente] no.\n[médico] ¿tiene [tos|present]?\n[paciente] sí, mucha.\n");
}

AC_TEST(context, cues_say_where_they_stand_and_what_they_govern)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_note note = { .arena = arena, .text = AC_SV("No fever, but suspected asthma."), .lang = AC_LANG_EN };
    CHECK(prepare(&note) == AC_OK);
    ac_cue_scopes cues = { 0 };
    CHECK(ac_context_cues(&note, arena, &cues, NULL) == AC_OK);
    CHECK(cues.n == 2);
    CHECK(cues.at[0].kind == AC_CUE_ABSENT_PRE && cues.at[0].cue.begin == 0 && cues.at[0].cue.end == 2);
    CHECK(cues.at[0].scope.begin == 3 && cues.at[0].scope.end == 8);
    CHECK(cues.at[1].kind == AC_CUE_POSSIBLE_PRE && cues.at[1].scope.end == 30);
    CHECK(ac_cue_assertion(AC_CUE_FAMILY) == AC_FAMILY && ac_cue_direction(AC_CUE_FAMILY) == '=');
}

AC_TEST(context, the_marker_is_what_says_it_alone)
{
    static const struct {
        const char *text, *marker;
        ac_lang lang;
    } rows[] = {
        { "La TAC no muestra sangrado.", "no", AC_LANG_ES },
        { "Sin signos de TVP.", "Sin", AC_LANG_ES },
        { "Cultivo de sangre: fue negativo.", "fue negativo", AC_LANG_ES },
        { "Ausencia de fiebre.", "Ausencia de", AC_LANG_ES },
        { "No fever.", "No", AC_LANG_EN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        ac_note note = { .arena = arena, .text = ac_sv_z(rows[i].text), .lang = rows[i].lang };
        ac_cue_scopes cues = { 0 };
        CHECK(prepare(&note) == AC_OK && ac_context_cues(&note, arena, &cues, NULL) == AC_OK && cues.n);
        ac_sv got = cues.n ? ac_span_text(note.text, cues.at[0].marker) : AC_SV("");
        CHECK(ac_sv_eq(got, ac_sv_z(rows[i].marker)));
    }
}

static void repeat(const char *piece, size_t bytes, ac_lang lang)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)512 << 20);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    while (ac_sb_view(&text).n < bytes)
        ac_sb_add(&text, ac_sv_z(piece));
    ac_note note = { .arena = arena, .text = ac_sb_view(&text), .lang = lang };
    CHECK(prepare(&note) == AC_OK);
    ac_cue_scopes cues = { 0 };
    CHECK(ac_context_cues(&note, arena, &cues, NULL) == AC_OK);
    CHECK(ac_step_context(&note, NULL) == AC_OK);
}

AC_TEST(context, hostile_repetition_stays_linear)
{
    static const char *const pieces[] = { "no ", "negative ", "mother ", "no,", "?", "(", ") no (", "no change ", ", she ", ":-", "si ",
                                          "no - - ", "history of possible no if ", "\xC3\xB1", "resolved " };
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++)
        repeat(pieces[i], 60000, i % 2 ? AC_LANG_ES : AC_LANG_EN);
}

AC_TEST(context, an_empty_note_is_fine)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
    ac_note note = { .arena = arena, .text = AC_SV(""), .lang = AC_LANG_EN };
    CHECK(prepare(&note) == AC_OK);
    CHECK(ac_step_context(&note, NULL) == AC_OK);
}

AC_TEST(context, every_allocation_may_fail)
{
    static const char dialogue[] = "[doctor] any [fever|absent]?\n[patient] no. mother had [gout|family].\n";
    sample s;
    read_sample(dialogue, &s);
    size_t whole = 0;
    for (size_t room = 64; room < ARENA && !whole; room += 64) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(room);
        ac_note note = { .arena = arena, .text = { s.text, s.n }, .lang = AC_LANG_EN };
        ac_rc rc = run(&note, &s);
        CHECK(rc == AC_OK || rc == AC_ELIMIT);
        ac_cue_scopes cues = { 0 };
        if (rc == AC_OK && ac_context_cues(&note, arena, &cues, NULL) == AC_OK)
            whole = room;
    }
    CHECK(whole > 0);
}

AC_TEST(context, an_answer_may_tell_the_dose)
{
    static const char *const texts[] = {
        "[doctor] are you still taking the lisinopril?\n[patient] yes, twenty milligrams every morning.\n",
        "[doctor] and what about the lisinopril, do you take it?\n[patient] 20 mg every morning.\n",
        "[médico] ¿toma el lisinopril?\n[paciente] sí, tomo 20 mg por la mañana.\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(ARENA);
        ac_note note = ac_test_note(arena, texts[i], i == 2 ? AC_LANG_ES : AC_LANG_EN);
        const ac_entity *e = ac_test_entity(&note, "lisinopril");
        const ac_attr *dose = e ? ac_entity_attr(e, AC_ATTR_DOSE) : NULL;
        CHECK(e && e->assertion == AC_PRESENT);
        CHECK(dose && dose->quantity.low == 20);
        CHECK(e && ac_entity_attr(e, AC_ATTR_FREQUENCY));
    }
}
