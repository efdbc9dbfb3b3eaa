/* Names by what stands around them, in English notes: said, signed, shouted, typed in haste. */
#include "nlp/phi/phi_testing.h"

#include "kit/test.h"

#define EN(text, want) CHECK(ac_testing_phi(AC_LANG_EN, text, want))

AC_TEST(phi_said, relatives)
{
    EN("Labs were stable. His wife Itzel and her brother, Xiadani Opoku, agreed to the angiogram.",
       "RELATIVE:Itzel|RELATIVE:Xiadani Opoku");
    EN("Her mother, Hope, has diabetes. Mr. Ellison's son (Zaire) has asthma.", "RELATIVE:Hope|PATIENT:Mr. Ellison|RELATIVE:Zaire");
    EN("His mother Hodgkin disease, her father Parkinson disease.", "");
    EN("Chest pain. Aggie's husband was told; a nephew, Siti Stavropoulos, was not.", "NAME:Aggie|NAME:Siti Stavropoulos");
    EN("I spoke to her husband mehta about the biopsy.", "RELATIVE:mehta");
    EN("Her mother may have had a stroke; his father had cancer.", "");
}

AC_TEST(phi_said, whose_age_is_told)
{
    EN("Zyquan Opoku-Reyes is a pleasant 54-year-old man with asthma.", "PATIENT:Zyquan Opoku-Reyes");
    EN("WE SAW MARGARET ELLISON, A 54-YEAR-OLD FEMALE WITH ASTHMA, COUGH AND FEVER. SHE TAKES ASPIRIN AND IS WELL NOW THAT IT IS WARM.",
       "PATIENT:MARGARET ELLISON");
    EN("This is a 54-year-old man. The patient is a 54-year-old man. Infant is a 2-day-old.", "");
    EN("She turned 91 last month.", "");
}

AC_TEST(phi_said, employers_and_firms)
{
    EN("Asthma. She retired from Ironwood Freight in 1999; works for Kwon & Sons in Bastrop, TX.",
       "ORGANISATION:Ironwood Freight|DATE:1999|ORGANISATION:Kwon & Sons|LOCATION:Bastrop, TX");
    EN("Asthma. He works at night and works for himself.", "");
}

AC_TEST(phi_said, a_title_vouches_for_any_word)
{
    EN("Ms. Good has asthma. Dr. Her agrees. Seen by Dr. Maria Bones of surgery.", "PATIENT:Ms. Good|STAFF:Dr. Her|STAFF:Dr. Maria Bones");
    EN("PATIENT: Bones, Olive T.\nPROVIDER: May Long, MD", "PATIENT:Bones, Olive T.|STAFF:May Long");
    EN("He is under anesthesia. You may wait. Nurse Johnson and Doctor Rez agree on aspirin.", "STAFF:Johnson|STAFF:Doctor Rez");
    EN("severe MR. Creatinine rose.", "");
    EN("cc: Ann Lee, MD; John Novak, DO; chart", "STAFF:Ann Lee|STAFF:John Novak");
}

AC_TEST(phi_said, signatures)
{
    EN("Asthma is stable.\nKTO/rvw\nOB / GYN", "STAFF:KTO|STAFF:rvw");
    EN("Typed by QVX 03/04/2019", "STAFF:QVX|DATE:03/04/2019");
    EN("Specimen of asthma patient labelled OKAFOR, NGOZI M787556.", "NAME:OKAFOR, NGOZI|ID:M787556");
    EN("BP:hr was measured. CT/mr was done.", "");
}

AC_TEST(phi_said, numbers)
{
    EN("Asthma. Re: Nola Hawkins (52841)", "PATIENT:Nola Hawkins|ID:52841");
    EN("Asthma. Order 55-1964 was cancelled, pacer 4568-54361 checked, chart 45-34-63.", "ID:55-1964|ID:4568-54361|ID:45-34-63");
    EN("WBC 4500-11000, heparin 100000 units, 150-200 mg, prothrombin G20210A, CPT 27447.", "");
    EN("Card 1EG4-TE5-MK72 was copied.", "INSURANCE:1EG4-TE5-MK72");
    EN("Call 312/555-0142 x 45 about asthma.", "PHONE:312/555-0142 x 45");
}

AC_TEST(phi_said, places)
{
    EN("Fever. She was born in Quelimane and lives in Oak Hill. Seen at St. Francis, then Sycamore Hospital.",
       "LOCATION:Quelimane|LOCATION:Oak Hill|HOSPITAL:St. Francis|HOSPITAL:Sycamore Hospital");
    EN("Asthma. He lives at 8059 2nd Ave NW and at 6745 County Road 163.", "STREET:8059 2nd Ave NW|STREET:6745 County Road 163");
    EN("Fever. Home:\nSelby-on-the-Bay, MD 21037\nLake in the Hills IL 60156", "LOCATION:Selby-on-the|LOCATION:Bay, MD|ZIP:21037|LOCATION:Lake in the Hills IL|ZIP:60156");
    EN("Sutured in Heaney fashion; returned to Recovery. ST elevation.", "");
}

AC_TEST(phi_said, short_texts_that_are_not_clinical)
{
    EN("I used to work for Zonability as a clerk, but the people of Quezalt were kind.", "ORGANISATION:Zonability|NAME:Quezalt");
    EN("Hypertension. Bilateral reflux after Deflux injection.", "");
    EN("No signs of INFECTION. Briefly, he was COOPERATIVE. URIs were few. No evidence of POLYPS.", "");
    EN("Hi Doctor. Severely limited by pain; my mother's side of the family has it.", "");
}

AC_TEST(phi_said, hostile_input)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 30);
    static const char *const pieces[] = { "his wife A, ", "A, ", "St. ", "Dr. ", "X & ", "JT/", "is a 5-year-old ", "(a, ", "SMITH, ", "A. ",
                                         "A B is a 9-year-old ", "Aa TX 12345 ", "Ab-", "Ann Lee 1-1-", "Aa & ", "Ada, " };
    for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
        enum { TIMES = 20000 };
        size_t n = strlen(pieces[k]);
        char *text = ac_arena_alloc(arena, n * TIMES + 1);
        ac_note note;
        for (size_t i = 0; i < TIMES; i++)
            memcpy(text + i * n, pieces[k], n);
        CHECK(ac_testing_note(&note, arena, (ac_sv) { text, n * TIMES }, AC_LANG_EN));
        ac_arena_reset(arena);
    }
}
