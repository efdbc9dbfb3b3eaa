/* Routine questions: what their answers become, as it leaves the verifier. */
#include "kit/test.h"

#include "nlp/output/interview.h"
#include "nlp/output/soap.h"
#include "nlp/output/verify.h"
#include "nlp/pipeline.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    const char *said;    /* the dialogue */
    const char *written; /* all of subjective, a line a statement */
    ac_lang lang;
} row;

static bool write_note(const char *said, ac_lang lang, ac_arena *arena, ac_sb *out)
{
    ac_note note = { .arena = arena, .text = ac_sv_z(said), .lang = lang };
    ac_result r = { .note = &note };
    if (ac_analyse(&note, NULL) != AC_OK || !note.dialogue || ac_soap_make(&note, &r.soap, NULL) != AC_OK ||
        ac_verify_result(&r, arena, NULL) != AC_OK || r.unsupported.n)
        return false;
    for (size_t i = 0; i < r.soap.subjective.n; i++) {
        ac_sb_add(out, r.soap.subjective.at[i].text);
        ac_sb_add_char(out, '\n');
        if (!r.soap.subjective.at[i].evidence.n)
            return false;
    }
    return true;
}

static void check_rows(const row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 26);
        AC_AUTO(ac_sb) text = AC_SB(1u << 16);
        CHECK(write_note(rows[i].said, rows[i].lang, arena, &text));
        if (!ac_sv_eq(ac_sb_view(&text), ac_sv_z(rows[i].written)))
            fprintf(stderr, "row %zu: %.*s", i, (int)text.n, text.p);
        CHECK(ac_sv_eq(ac_sb_view(&text), ac_sv_z(rows[i].written)));
    }
}

#define CHECK_ROWS(r) check_rows(r, sizeof(r) / sizeof(r)[0])

AC_TEST(interview, plain_answers_are_told_by_the_topic)
{
    static const row rows[] = {
        { "Doctor: Do you have any allergies?\nPatient: No.\nDoctor: Okay.\n", "No known allergies.\n", AC_LANG_EN },
        { "Doctor: Are you allergic to any medications?\nPatient: Not that I know of.\n", "No known allergies to medications.\n",
          AC_LANG_EN },
        { "Doctor: Do you smoke or drink alcohol?\nPatient: No, I don't.\nDoctor: Good.\n",
          "Does not smoke.\nDoes not drink alcohol.\n", AC_LANG_EN },
        { "Doctor: Do you smoke?\nPatient: Yes, I do.\nDoctor: Okay.\n", "Smokes.\n", AC_LANG_EN },
        { "Doctor: Any past surgeries?\nPatient: Nope, nothing.\nDoctor: And family history?\nPatient: None that I know of.\n",
          "No past surgeries.\nNo known family history of disease.\n", AC_LANG_EN },
        { "Doctor: \xC2\xBF" "Fuma usted?\nPaciente: No, nunca.\nDoctor: \xC2\xBF" "Bebe alcohol?\nPaciente: S\xC3\xAD.\n",
          "No fuma.\nBebe alcohol.\n", AC_LANG_ES },
    };
    CHECK_ROWS(rows);
}

AC_TEST(interview, answers_with_content_keep_the_patients_words)
{
    static const row rows[] = {
        { "Doctor: Any surgeries?\nPatient: Just my appendix, ten years ago.\nDoctor: Okay.\n",
          "Surgical history: the patient's appendix, ten years ago.\n", AC_LANG_EN },
        { "Doctor: Do you drink?\nPatient: Yes, a beer on Sundays.\nDoctor: I see.\n", "Alcohol: a beer on Sundays.\n",
          AC_LANG_EN },
        { "Doctor: Are you married?\nPatient: No, I'm divorced.\nDoctor: Any kids?\nPatient: Yes. I have two sons.\n",
          "Marital status: no, the patient is divorced.\nChildren: the patient has two sons.\n", AC_LANG_EN },
        { "Doctor: What do you do for a living?\nPatient: I drive a bus.\nDoctor: Nice.\n",
          "Occupation: the patient drives a bus.\n", AC_LANG_EN },
        { "Doctor: \xC2\xBF" "Con qui\xC3\xA9n vive?\nPaciente: Vivo con mi hija.\nDoctor: \xC2\xBF" "A qu\xC3\xA9 se "
          "dedica?\nPaciente: Soy panadero.\n",
          "Convivencia: vive con su hija.\nProfesi\xC3\xB3n: es panadero.\n", AC_LANG_ES },
    };
    CHECK_ROWS(rows);
}

AC_TEST(interview, what_is_unsure_is_left_out)
{
    static const row rows[] = {
        { "Doctor: Do you have any allergies?\nPatient: I'm not sure.\nDoctor: Okay.\n", "", AC_LANG_EN },
        { "Doctor: Any surgeries on your knee?\nPatient: No.\nDoctor: Okay.\n", "", AC_LANG_EN },
        { "Doctor: So you don't smoke?\nPatient: Right.\nDoctor: Okay.\n", "", AC_LANG_EN }, /* no smoker */
        { "Doctor: Do you smoke or drink?\nPatient: Yes.\nDoctor: Okay.\n", "", AC_LANG_EN }, /* which? */
        { "Doctor: Any allergies?\nPatient: What do you mean?\nDoctor: Never mind.\n", "", AC_LANG_EN },
        { "Doctor: Do you have any allergies?\nDoctor: Look at this.\nPatient: No.\n", "", AC_LANG_EN },
        { "Doctor: Do you smoke?\nPatient: No. Yes, I do.\nDoctor: Okay.\n", "", AC_LANG_EN },
        { "Patient: Do you have any allergies?\nDoctor: No.\nPatient: Okay.\n", "", AC_LANG_EN },
        { "Doctor: \xC2\xBFTiene alguna alergia?\nPaciente: No lo s\xC3\xA9.\nDoctor: Bien.\n", "", AC_LANG_ES },
    };
    CHECK_ROWS(rows);
}

AC_TEST(interview, a_relatives_disease_is_not_denied_of_the_patient)
{
    static const row rows[] = {
        { "Doctor: Any family history of diabetes?\nPatient: No.\nDoctor: Okay.\n", "Denies diabetes in the family.\n",
          AC_LANG_EN },
    };
    CHECK_ROWS(rows);
}

/* "No" answers; what comes after "just" is there, with a comma or, as in dictation, without. */
AC_TEST(interview, a_no_that_is_taken_back_denies_nothing_of_the_rest)
{
    static const row rows[] = {
        { "Doctor: Have you had any vomiting?\nPatient: No just a bad headache since Monday.\nDoctor: Okay.\n",
          "Denies vomiting.\nA bad headache since Monday.\n", AC_LANG_EN },
        { "Doctor: Have you had any vomiting?\nPatient: No, just a bad headache since Monday.\nDoctor: Okay.\n",
          "Denies vomiting.\nA bad headache since Monday.\n", AC_LANG_EN },
    };
    CHECK_ROWS(rows);
}

AC_TEST(interview, complaints_are_told_as_nouns)
{
    static const row rows[] = {
        { "Doctor: Have you passed out?\nPatient: No.\nDoctor: Have you felt dizzy?\nPatient: Yes, I have.\n",
          "Denies passing out.\nReports feeling dizzy.\n", AC_LANG_EN },
    };
    CHECK_ROWS(rows);
}

/* Two visits: nothing of the greetings, no question, each thing once. */
AC_TEST(interview, spanish_visits)
{
    static const row rows[] = {
        { "M\xC3\xA9" "dico: Buenas tardes, \xC2\xBFqu\xC3\xA9 le trae por aqu\xC3\xAD?\n"
          "Paciente: Tengo tos desde el lunes.\n"
          "M\xC3\xA9" "dico: \xC2\xBFHa tenido fiebre?\nPaciente: No.\n"
          "M\xC3\xA9" "dico: \xC2\xBF" "Fuma?\nPaciente: S\xC3\xAD, diez cigarrillos al d\xC3\xAD" "a.\n"
          "M\xC3\xA9" "dico: \xC2\xBFTiene alguna alergia?\nPaciente: No, ninguna.\n",
          "Motivo de consulta: tiene tos desde el lunes.\nNiega fiebre.\nTabaco: diez cigarrillos al d\xC3\xAD" "a.\nSin alergias conocidas.\n",
          AC_LANG_ES },
        { "M\xC3\xA9" "dico: Buenos d\xC3\xAD" "as, d\xC3\xADgame.\nPaciente: Me duele mucho la rodilla derecha.\n"
          "M\xC3\xA9" "dico: \xC2\xBFLe han operado alguna vez?\nPaciente: Solo de apendicitis.\n"
          "M\xC3\xA9" "dico: \xC2\xBFToma alguna medicaci\xC3\xB3n?\nPaciente: No, nada.\n"
          "M\xC3\xA9" "dico: \xC2\xBF" "Bebe alcohol?\nPaciente: No s\xC3\xA9, puede ser.\n",
          "Motivo de consulta: le duele mucho la rodilla derecha.\nAntecedentes quir\xC3\xBArgicos: solo de apendicitis.\nNo toma "
          "medicaci\xC3\xB3n.\n",
          AC_LANG_ES },
    };
    CHECK_ROWS(rows);
}

AC_TEST(interview, poor_text_is_survived)
{
    static const char *const texts[] = {
        "Doctor: allergies\nPatient:\nDoctor: ?\nPatient: no no no , , ,\n",
        "Doctor: Any allergies?\nPatient: , no , just\nDoctor: smoke smoke smoke smoke drink drugs family surgeries?\nPatient: yes\n",
        "Doctor: Any allergies\xEF\xBF\xBD?\nPatient: no\xEF\xBF\xBD.\nDoctor: ok\nPatient: but\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 26);
        ac_note note = { .arena = arena, .text = ac_sv_z(texts[i]), .lang = AC_LANG_EN };
        ac_soap soap;
        CHECK(ac_analyse(&note, NULL) == AC_OK);
        CHECK(ac_soap_make(&note, &soap, NULL) == AC_OK);
    }
}
