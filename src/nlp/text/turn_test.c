#include "nlp/text/turn.h"

#include "kit/test.h"
#include "nlp/text/speaker.h"

static ac_note turns_of(ac_arena *arena, const char *text)
{
    ac_note note = { .arena = arena, .text = ac_sv_z(text) };
    CHECK(ac_step_turns(&note, NULL) == AC_OK);
    return note;
}

AC_TEST(turn, dialogues)
{
    static const struct {
        const char *text;
        size_t turns;
        ac_speaker first, second;
    } rows[] = {
        { "[doctor] hi , how are you ?\n[patient] okay .\n[doctor] good", 3, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "Doctor: What brings you in?\nPatient: I cough.\n", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "Doctor: Any pain? Patient: No, thanks. Doctor: Good.", 3, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "DR: Pain?\nPT: yes\nDR: ok", 3, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "M\303\251dico: \xC2\xBFQu\xC3\xA9 le pasa?\nPaciente: Me duele aqu\xC3\xAD.", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "M\xC3\x89" "DICO: Hola\nPACIENTE: Hola", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "D: any pain?\nP: yes\nD: where?\nP: here", 4, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "Guest_clinician: How is she?\nDoctor: Well.", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_CLINICIAN },
        { "Speaker 1: hello\nSpeaker 2: hi", 2, AC_SPEAKER_OTHER, AC_SPEAKER_OTHER },
        { "[00:01:02] Doctor: hi\n[00:01:09] Guest_neighbour_2: hello", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_OTHER },
        { "**Doctor:** How are you?\n**Patient:** I'm fine.", 2, AC_SPEAKER_CLINICIAN, AC_SPEAKER_PATIENT },
        { "  [patient]: i hurt\n\n  [doctor]: i see", 2, AC_SPEAKER_PATIENT, AC_SPEAKER_CLINICIAN },
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_note note = turns_of(arena, rows[i].text);
        CHECK(note.dialogue && note.turns.n == rows[i].turns);
        if (note.turns.n < 2)
            continue;
        CHECK(note.turns.at[0].speaker == rows[i].first && note.turns.at[1].speaker == rows[i].second);
    }
}

AC_TEST(turn, notes_are_no_dialogues)
{
    static const char *const rows[] = {
        "Patient: John Smith\nDoctor: Jane Roe\nDOB: 1/2/1950\n\nHe is well. Do you agree?",
        "Paciente: Juan P\xC3\xA9rez.\nM\303\251dico: Ana L\xC3\xB3pez.\nEdad: 40",
        "S: cough\nO: clear\nA: cold\nP: rest",
        "D: 01/02/2020\nT: 01/03/2020",
        "Mother: diabetes\nFather: stroke\nSon: well",
        "Doctor: You can go home.",
        "Doctor: hi\nDoctor: hello again?",
        "Patient:John\nDoctor:Jane?",
        "[see note] yes\n[other] no?",
        "plain text",
        "",
    };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ac_note note = turns_of(arena, rows[i]);
        CHECK(!note.dialogue && note.turns.n == 0);
    }
}

AC_TEST(turn, spans_hold_what_was_said)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(1 << 20);
    ac_note note = turns_of(arena, "Visit.\nDoctor: Any pain?\nAnywhere?\n\nPatient:\n [doctor]  no ");
    CHECK(note.turns.n == 3);
    CHECK(ac_sv_eq(ac_span_text(note.text, note.turns.at[0].label), AC_SV("Doctor:")));
    CHECK(ac_sv_eq(ac_span_text(note.text, note.turns.at[0].span), AC_SV("Any pain?\nAnywhere?")));
    CHECK(ac_span_len(note.turns.at[1].span) == 0);
    CHECK(ac_sv_eq(ac_span_text(note.text, note.turns.at[2].span), AC_SV("no")));
}

AC_TEST(turn, speakers)
{
    CHECK(ac_speaker_of(AC_SV("DOCTOR_2")) == AC_SPEAKER_CLINICIAN);
    CHECK(ac_speaker_of(AC_SV(" Pt. ")) == AC_SPEAKER_PATIENT);
    CHECK(ac_speaker_of(AC_SV("Acompa\xC3\x91" "ante")) == AC_SPEAKER_OTHER);
    CHECK(ac_speaker_of(AC_SV("Speaker #1")) == AC_SPEAKER_OTHER);
    CHECK(ac_speaker_of(AC_SV("")) == AC_SPEAKER_UNKNOWN && ac_speaker_of(AC_SV("7")) == AC_SPEAKER_UNKNOWN);
    CHECK(ac_speaker_of(AC_SV("a label that is much too long")) == AC_SPEAKER_UNKNOWN);
}
