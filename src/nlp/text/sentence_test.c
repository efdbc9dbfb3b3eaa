#include "nlp/text/sentence.h"

#include "kit/test.h"
#include "nlp/text/fold.h"
#include "nlp/text/section.h"
#include "nlp/text/token.h"
#include "nlp/text/turn.h"

#include <stdio.h>
#include <string.h>

/* All steps up to sentences. */
static ac_note note_of(ac_arena *arena, ac_sv text, ac_lang lang)
{
    ac_note note = { .arena = arena, .text = text, .lang = lang };
    CHECK(ac_fold(text, arena, &note.folded, NULL) == AC_OK);
    CHECK(ac_step_tokens(&note, NULL) == AC_OK);
    CHECK(ac_step_sections(&note, NULL) == AC_OK);
    CHECK(ac_step_turns(&note, NULL) == AC_OK);
    CHECK(ac_step_sentences(&note, NULL) == AC_OK);
    return note;
}

/* The sentences, joined by " | ". */
static bool splits(ac_arena *arena, const char *text, ac_lang lang, const char *expected)
{
    AC_AUTO(ac_sb) got = AC_SB(1 << 20);
    ac_note note = note_of(arena, ac_sv_z(text), lang);
    for (size_t i = 0; i < note.sentences.n; i++) {
        ac_sb_add(&got, i ? AC_SV(" | ") : AC_SV(""));
        ac_sb_add(&got, ac_span_text(note.text, note.sentences.at[i].span));
    }
    bool same = ac_sv_eq(ac_sb_view(&got), ac_sv_z(expected));
    if (!same)
        printf("# expected %s\n# got      %.*s\n", expected, (int)got.n, got.p);
    return same;
}

typedef struct {
    const char *text, *expected;
} split_case;

static void check_cases(const split_case *rows, size_t n, ac_lang lang)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 24);
    for (size_t i = 0; i < n; i++)
        CHECK(splits(arena, rows[i].text, lang, rows[i].expected));
}

#define CHECK_CASES(rows, lang) check_cases(rows, sizeof(rows) / sizeof(rows)[0], lang)

AC_TEST(sentence, english_full_stops)
{
    static const split_case rows[] = {
        { "He is well. She is ill.", "He is well. | She is ill." },
        { "Seen by Dr. Smith today. Stable.", "Seen by Dr. Smith today. | Stable." },
        { "Mrs. J. Smith and Mr. A. B. Jones came.", "Mrs. J. Smith and Mr. A. B. Jones came." },
        { "At St. Mary Hospital vs. home.", "At St. Mary Hospital vs. home." },
        { "Lasix 40 mg p.o. b.i.d. for edema. Stop it.", "Lasix 40 mg p.o. b.i.d. for edema. | Stop it." },
        { "Aspirin 81 mg p.o. q.d. Metoprolol 25 mg b.i.d.", "Aspirin 81 mg p.o. q.d. | Metoprolol 25 mg b.i.d." },
        { "Room no. 5 and fig. 2 show it.", "Room no. 5 and fig. 2 show it." },
        { "Any pain? No. He is fine.", "Any pain? | No. | He is fine." },
        { "About 5 approx. 10 cm, e.g. here, i.e. there.", "About 5 approx. 10 cm, e.g. here, i.e. there." },
        { "Temp 98.6 and 3.5 mg. BP 120/80.", "Temp 98.6 and 3.5 mg. | BP 120/80." },
        { "Temperature was 98. The pulse was 80.", "Temperature was 98. | The pulse was 80." },
        { "At 9 a.m. he woke. At 10 p.m. She slept.", "At 9 a.m. he woke. | At 10 p.m. | She slept." },
        { "He has hepatitis C. She has none.", "He has hepatitis C. | She has none." },
        { "Takes vitamin D. Calcium too.", "Takes vitamin D. | Calcium too." },
        { "Born in the U.S. The family moved.", "Born in the U.S. | The family moved." },
        { "Give 10 cc/d. Watch him.", "Give 10 cc/d. | Watch him." },
        { "Shock at 150 J. First attempt failed.", "Shock at 150 J. | First attempt failed." },
        { "Followed by Dr. X.  No complaints.", "Followed by Dr. X. | No complaints." },
        { "Possible HPV. \"None\" he said.", "Possible HPV. | \"None\" he said." },
        { "He said \"I am fine.\" Then he left.", "He said \"I am fine.\" | Then he left." },
        { "It hurts (badly.) Rest helps.", "It hurts (badly.) | Rest helps." },
        { "Well... maybe so... Yes.", "Well... maybe so... | Yes." },
        { "has pain. no fever. resp. rate 20.", "has pain. | no fever. | resp. rate 20." },
        { "Imp: ?UTI. also anaemia", "Imp: | ?UTI. | also anaemia" },
        { "Likely ? CVA or ? TIA now", "Likely ? CVA or ? TIA now" },
        { "Really?! Yes! Good", "Really?! | Yes! | Good" },
        { "see www.Site.org or me@x.Org now", "see www.Site.org or me@x.Org now" },
        { "He will return tomorrow.The patient agrees.", "He will return tomorrow. | The patient agrees." },
        { "Mass is benign.,Cysts were seen.", "Mass is benign. | Cysts were seen." },
        { "John Smith, M.D., Ph.D., saw him.", "John Smith, M.D., Ph.D., saw him." },
        { "grade 3. He improved", "grade 3. | He improved" },
        { "...", "" },
        { "", "" },
    };
    CHECK_CASES(rows, AC_LANG_EN);
}

AC_TEST(sentence, english_lines_and_lists)
{
    static const split_case rows[] = {
        { "1. Aspirin\n2. Metoprolol 25 mg.\n3) Rest", "1. Aspirin | 2. Metoprolol 25 mg. | 3) Rest" },
        { "Take: 1. Aspirin 2. Metoprolol 3. Rest", "Take: | 1. Aspirin | 2. Metoprolol | 3. Rest" },
        { "1. Aspirin 81 mg 2. Metoprolol 25 mg 3. Lisinopril", "1. Aspirin 81 mg | 2. Metoprolol 25 mg | 3. Lisinopril" },
        { "1. Burn of grade 2. The arm is red.", "1. Burn of grade 2. | The arm is red." },
        { "- pain\n- fever\n\xE2\x80\xA2 cough", "- pain | - fever | \xE2\x80\xA2 cough" },
        { "A.  Lung, right,B.  Lymph node,C.  Skin", "A.  Lung, right, | B.  Lymph node, | C.  Skin" },
        { "Blood type: A\nWeight: 80 kg\nno pain", "Blood type: A | Weight: 80 kg | no pain" },
        { "He has a history of\ndiabetes and gout", "He has a history of\ndiabetes and gout" },
        { "No chest pain\nNo fever", "No chest pain | No fever" },
        { "no dysphagia\nno fever", "no dysphagia | no fever" },
        { "one\n\ntwo", "one | two" },
        { "first,\n\nsecond", "first, | second" },
        { "PLAN: Rest. Return soon.", "PLAN: | Rest. | Return soon." },
        { "He is well.,PLAN: , Rest.,ALLERGIES:,None.", "He is well. | PLAN: | Rest. | ALLERGIES: | None." },
        { "Name: John\nAddress: 4 Main St. Apt. 2, Boston. MA\nDate of birth: 1/2/1950",
          "Name: John | Address: 4 Main St. Apt. 2, Boston. MA | Date of birth: 1/2/1950" },
        { "Patient name: J. Doe. Jr.\nplan: rest. Sleep.", "Patient name: J. Doe. Jr. | plan: | rest. | Sleep." },
    };
    CHECK_CASES(rows, AC_LANG_EN);
}

AC_TEST(sentence, wrapped_lines_go_on)
{
    static const split_case rows[] = {
        { "The patient is a 45 year old man who came to\nthe clinic with chest pain that began two days\nago and "
          "has got worse since. He was seen by Dr.\nSmith, who found nothing. He feels better and\nwill come back.\n"
          "Short line\nNext one",
          "The patient is a 45 year old man who came to\nthe clinic with chest pain that began two days\nago and has "
          "got worse since. | He was seen by Dr.\nSmith, who found nothing. | He feels better and\nwill come back. | "
          "Short line | Next one" },
    };
    CHECK_CASES(rows, AC_LANG_EN);
}

/* No width can be learnt from so few lines: a long line without a mark at its end goes on in a line that begins small, where
 * sentences begin with capitals. */
AC_TEST(sentence, a_single_wrapped_line_goes_on)
{
    static const split_case english[] = {
        { "PHYSICAL EXAM: Abdomen soft, tender on deep palpation of the left lower quadrant of the\nabdomen, without rebound.\nWell.",
          "PHYSICAL EXAM: | Abdomen soft, tender on deep palpation of the left lower quadrant of the\nabdomen, without rebound. | Well." },
        { "He was sent home with a new prescription and a follow-up appointment\nin two weeks.\n\nMEDICATIONS:\n- Aspirin",
          "He was sent home with a new prescription and a follow-up appointment\nin two weeks. | MEDICATIONS: | - Aspirin" },
        { "Denies chest pain, shortness of breath, nausea, vomiting at this time\nHas cough",
          "Denies chest pain, shortness of breath, nausea, vomiting at this time | Has cough" },
        { "denies chest pain, shortness of breath, nausea, vomiting at this time\nhas cough since the day before yesterday, and some fever",
          "denies chest pain, shortness of breath, nausea, vomiting at this time | has cough since the day before yesterday, and some fever" },
        { "No fever\nrash on the arms", "No fever | rash on the arms" },
        { "PLAN: Aspirin 81 mg by mouth once daily for coronary artery disease:\nrest and fluids",
          "PLAN: | Aspirin 81 mg by mouth once daily for coronary artery disease: | rest and fluids" },
    };
    static const split_case spanish[] = {
        { "EXPLORACI\xC3\x93N: Abdomen blando, doloroso a la palpaci\xC3\xB3n en fosa il\xC3\xAD" "aca\nizquierda, sin signos de irritaci\xC3\xB3n.",
          "EXPLORACI\xC3\x93N: | Abdomen blando, doloroso a la palpaci\xC3\xB3n en fosa il\xC3\xAD" "aca\nizquierda, sin signos de irritaci\xC3\xB3n." },
    };
    CHECK_CASES(english, AC_LANG_EN);
    CHECK_CASES(spanish, AC_LANG_ES);
}

AC_TEST(sentence, speech_without_capitals)
{
    static const split_case rows[] = {
        { "[doctor] take it once every day. if it gets worse call me. ok. no fever.\n[patient] yes. i am.\n",
          "take it once every day. | if it gets worse call me. | ok. | no fever. | yes. | i am." },
        { "[doctor] see dr. smith at st. mary, about 5 mg. twice a day at 9 a.m. or so.\n[patient] hi.\n",
          "see dr. smith at st. mary, about 5 mg. twice a day at 9 a.m. or so. | hi." },
        { "[doctor] your heart is fine and your oxygen\nsaturation is 96 percent and i want the\nnurse to see you.\n[patient] hi.\n",
          "your heart is fine and your oxygen\nsaturation is 96 percent and i want the\nnurse to see you. | hi." },
    };
    CHECK_CASES(rows, AC_LANG_EN);
}

AC_TEST(sentence, spanish)
{
    static const split_case rows[] = {
        { "Est\xC3\xA1 bien. Ella no.", "Est\xC3\xA1 bien. | Ella no." },
        { "Visto por la Dra. L\xC3\xB3pez hoy. Estable.", "Visto por la Dra. L\xC3\xB3pez hoy. | Estable." },
        { "El Dr. D. Xavier P\xC3\xA9rez y la Sra. Ruiz.", "El Dr. D. Xavier P\xC3\xA9rez y la Sra. Ruiz." },
        { "Hosp. General, Avda. Mayor 3. Madrid.", "Hosp. General, Avda. Mayor 3. | Madrid." },
        { "N\xC2\xBA Col. 28 28 70973. Firma.", "N\xC2\xBA Col. 28 28 70973. | Firma." },
        { "Rodilla izda. dolorosa. Cadera dcha. normal.", "Rodilla izda. dolorosa. | Cadera dcha. normal." },
        { "Dolor en pierna izda. Niega fiebre.", "Dolor en pierna izda. | Niega fiebre." },
        { "A las 9 a.m. acude. A las 3 p.m. se va.", "A las 9 a.m. acude. | A las 3 p.m. se va." },
        { "Unos 3,5 mg/dl. Creatinina 1.2 mg.", "Unos 3,5 mg/dl. | Creatinina 1.2 mg." },
        { "Leucocitos 2.300 /mm3. Hb 11,3 g/dL. Resto normal.", "Leucocitos 2.300 /mm3. | Hb 11,3 g/dL. | Resto normal." },
        { "Paracetamol 1 g v.o. cada 8 h. si dolor. Reposo.", "Paracetamol 1 g v.o. cada 8 h. si dolor. | Reposo." },
        { "\xC2\xBFTiene fiebre? No. \xC2\xA1" "Bien!", "\xC2\xBFTiene fiebre? | No. | \xC2\xA1" "Bien!" },
        { "Alergias: no. Fumador.", "Alergias: | no. | Fumador." },
        { "V\xC3\xA9" "ase fig. 3 y p\xC3\xA1g. 12 del vol. 2.", "V\xC3\xA9" "ase fig. 3 y p\xC3\xA1g. 12 del vol. 2." },
        { "Aprox. 5 cm, p.ej. aqu\xC3\xAD, etc. Sigue.", "Aprox. 5 cm, p.ej. aqu\xC3\xAD, etc. | Sigue." },
        { "Naci\xC3\xB3 en EE.UU. Vive solo.", "Naci\xC3\xB3 en EE.UU. | Vive solo." },
        { "Toma vitamina D. Mejora.", "Toma vitamina D. | Mejora." },
        { "Temperatura de 36,7\xC2\xBA C. Presi\xC3\xB3n normal.", "Temperatura de 36,7\xC2\xBA C. | Presi\xC3\xB3n normal." },
        { "Hepatitis C. Se trata.", "Hepatitis C. | Se trata." },
        { "Debito de 1.000 cc/d. Al analizarlo, normal.", "Debito de 1.000 cc/d. | Al analizarlo, normal." },
        { "Refiere: \"me duele.\" Se explora.", "Refiere: \"me duele.\" | Se explora." },
        { "M. Eugenia Palacios firma. J. M. Ruiz no.", "M. Eugenia Palacios firma. | J. M. Ruiz no." },
        { "1.- Aspirina 100 mg\n2.- Enalapril 5 mg", "1.- Aspirina 100 mg | 2.- Enalapril 5 mg" },
        { "1. Aspirina 100 mg 2. Enalapril 5 mg", "1. Aspirina 100 mg | 2. Enalapril 5 mg" },
        { "Nombre: Blanca.\nDomicilio: Av. Mayor 59. 4, 2.\nCP: 01022.", "Nombre: Blanca. | Domicilio: Av. Mayor 59. 4, 2. | CP: 01022." },
        { "Antecedentes: HTA.\nDiabetes.", "Antecedentes: | HTA. | Diabetes." },
        { "Evoluci\xC3\xB3n: buena. Alta.", "Evoluci\xC3\xB3n: | buena. | Alta." },
        { "mujer con dolor de\ncabeza y fiebre", "mujer con dolor de\ncabeza y fiebre" },
        { "Sin fiebre\nSin tos", "Sin fiebre | Sin tos" },
        { "(Espa\xC3\xB1" "a). Correo: x@y.es", "(Espa\xC3\xB1" "a). | Correo: x@y.es" },
        { "Consulta el 12.03.2020. Acude solo.", "Consulta el 12.03.2020. | Acude solo." },
        { "Tfno. 948 13 62 72. Llamar.", "Tfno. 948 13 62 72. | Llamar." },
        { "Tiene un exantema. La paciente niega fiebre. Rojo intenso en cara.",
          "Tiene un exantema. | La paciente niega fiebre. | Rojo intenso en cara." },
        { "Dolor. \xC3\x89l lo niega.", "Dolor. | \xC3\x89l lo niega." },
    };
    CHECK_CASES(rows, AC_LANG_ES);
}

AC_TEST(sentence, turns_end_sentences_and_labels_are_left_out)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    const char *text = "[doctor] how are you ?\n[patient] i saw dr . smith . okay and\nyou\n[doctor] fine";
    CHECK(splits(arena, text, AC_LANG_EN, "how are you ? | i saw dr . smith . | okay and\nyou | fine"));
    ac_note note = note_of(arena, ac_sv_z(text), AC_LANG_EN);
    CHECK(note.dialogue && note.turns.n == 3);
    CHECK(note.sentences.at[0].turn == 0 && note.sentences.at[1].turn == 1 && note.sentences.at[3].turn == 2);
}

AC_TEST(sentence, tokens_and_sections_fit)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_note note = note_of(arena, AC_SV("HPI: Pain. PLAN: Rest, sleep."), AC_LANG_EN);
    CHECK(note.sentences.n == 4);
    const ac_sentence *s = note.sentences.at;
    CHECK(s[0].section == 0 && s[1].section == 0 && s[2].section == 1 && s[3].section == 1);
    CHECK(s[1].token_end - s[1].token_begin == 2);
    CHECK(s[3].token_end - s[3].token_begin == 4 && s[3].token_end == note.tokens.n);
    CHECK(s[0].turn == AC_NONE);
}

AC_TEST(sentence, run_ons_are_cut)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 24);
    static const char *const parts[] = { "word ", "word, ", "word; ", "word\xC3\xB1", "w" };
    for (size_t k = 0; k < sizeof parts / sizeof parts[0]; k++) {
        AC_AUTO(ac_sb) text = AC_SB(1 << 20);
        while (text.n < 20000)
            ac_sb_add(&text, ac_sv_z(parts[k]));
        ac_note note = note_of(arena, ac_sb_view(&text), AC_LANG_EN);
        CHECK(note.sentences.n >= 5 && note.sentences.n <= 10);
        for (size_t i = 0; i < note.sentences.n; i++) {
            ac_span s = note.sentences.at[i].span;
            CHECK(ac_span_len(s) <= AC_SENTENCE_MAX);
            CHECK(((unsigned char)note.text.p[s.begin] & 0xC0) != 0x80);
        }
    }
}

AC_TEST(sentence, a_full_arena_is_an_error)
{
    AC_AUTO_PTR(ac_arena) big = ac_arena_new(1 << 22);
    AC_AUTO(ac_sb) text = AC_SB(1 << 20);
    for (int i = 0; i < 2000; i++)
        ac_sb_add(&text, AC_SV("[doctor] Pain. Rest? PLAN: Yes.\n[patient] i\n"));
    static ac_rc (*const steps[])(ac_note *, ac_err *) = { ac_step_tokens, ac_step_sections, ac_step_turns, ac_step_sentences };
    ac_note note = note_of(big, ac_sb_view(&text), AC_LANG_EN);
    for (size_t k = 0; k < sizeof steps / sizeof steps[0]; k++) {
        AC_AUTO_PTR(ac_arena) tiny = ac_arena_new(1024);
        ac_note again = note;
        again.arena = tiny;
        if (k == 0)
            again.tokens = (ac_tokens) { 0 };
        if (k == 1)
            again.sections = (ac_section_list) { 0 };
        again.sentences = (ac_sentences) { 0 };
        CHECK(steps[k](&again, NULL) == AC_ELIMIT);
    }
}
