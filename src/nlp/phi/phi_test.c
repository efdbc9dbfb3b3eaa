#include "nlp/phi/phi_testing.h"

#include "kit/test.h"

#include <stdio.h>
#include <string.h>

#define EN(text, want) CHECK(ac_testing_phi(AC_LANG_EN, text, want))
#define ES(text, want) CHECK(ac_testing_phi(AC_LANG_ES, text, want))

AC_TEST(phi, english_labels)
{
    EN("MRN: 1234-5678", "MRN:1234-5678");
    EN("Medical record # SF-54321.", "MRN:SF-54321");
    EN("MRN is #SF 98765 today", "MRN:SF 98765");
    EN("(Insurance ID: HX-223344)?", "INSURANCE:HX-223344");
    EN("SSN 123-45-6789", "SSN:123-45-6789");
    EN("Account Number: 9876543210.", "ACCOUNT:9876543210");
    EN("Phone: (504) 123-4567 ext. 12", "PHONE:(504) 123-4567 ext. 12");
    EN("Her son (504-123-4567) was told.", "PHONE:504-123-4567");
    EN("Call (504-123-4567) or (504) 123-4568.", "PHONE:504-123-4567|PHONE:(504) 123-4568");
    EN("Fax: 650-123-4567", "FAX:650-123-4567");
    EN("Patient: SMITH, JOHN A.\nDOB: 03/04/1950", "PATIENT:SMITH, JOHN A.|DATE:03/04/1950");
    EN("Patient name: Xiu Okonkwo-Reyes", "PATIENT:Xiu Okonkwo-Reyes");
    EN("Attending: Dr. Ann Lee\nZIP: 02139", "STAFF:Dr. Ann Lee|ZIP:02139");
    EN("Serial number: AB12345X", "DEVICE:AB12345X");
    EN("Employer: Acme Widgets", "ORGANISATION:Acme Widgets");
    EN("Patient: yes, it hurts.", "");
    EN("Phone call was made. Insurance was discussed.", "");
}

AC_TEST(phi, english_names)
{
    EN("He was seen by Dr. Anthony Brown's team.", "STAFF:Dr. Anthony Brown");
    EN("It was Dr. X and Dr. Y.", "STAFF:Dr. X|STAFF:Dr. Y.");
    EN("Mr. O'Neil-Garza feels well.", "PATIENT:Mr. O'Neil-Garza");
    EN("a 60-year-old female, Maria Sanchez, with cancer", "NAME:Maria Sanchez");
    EN("a man, Jennifer A., with cancer", "NAME:Jennifer A.");
    EN("signed by Rhonda Ackerman, Ph.D., a psychologist", "STAFF:Rhonda Ackerman");
    EN("Drs. Smith and Jones agree.", "STAFF:Drs. Smith|STAFF:Jones");
    EN("We advised Gregory's mother. Gregory will return.", "NAME:Gregory|NAME:Gregory");
    EN("Karen White was seen. Then White left.", "NAME:Karen White|NAME:White");
    EN("referred by J. Smith for rash", "STAFF:J. Smith");
}

AC_TEST(phi, a_known_name_is_found_in_every_form)
{
    EN("Patient: Margaret Ellison\nEllison was seen. MARGARET ELLISON denies pain. Told ms ellison to rest; Margaret's son.",
       "PATIENT:Margaret Ellison|PATIENT:Ellison|PATIENT:MARGARET ELLISON|PATIENT:ellison|PATIENT:Margaret");
    EN("Patient: Karen Young\nShe looks young. Young children at home. Then Young left. White count normal.",
       "PATIENT:Karen Young|PATIENT:Young");
    EN("Signed by: Ann Lee, MD\nAL/kt\nAL block done.", "STAFF:Ann Lee|STAFF:AL|STAFF:kt");
    ES("Nombre: Carmen.\nApellidos: Rojo Sanz.\nExantema rojo. Carmen Rojo refiere tos. Rojo intenso.",
       "PATIENT:Carmen|PATIENT:Rojo Sanz|PATIENT:Carmen Rojo");
    EN("Doctor: Grace was here.\nPatient: Yes, Will do.\nDoctor: Your blood pressure is good.", "NAME:Grace");
}

AC_TEST(phi, postal_addresses_of_any_country)
{
    EN("Philippe Guernon\nHafnarstraeti 104 Apt. 5\nAkureyri\nIceland 80296",
       "NAME:Philippe Guernon|STREET:Hafnarstraeti 104 Apt. 5|LOCATION:Akureyri|COUNTRY:Iceland|ZIP:80296");
    EN("She lives at 5049 Harjukuja 54, Klirou.", "STREET:5049 Harjukuja 54|LOCATION:Klirou");
    EN("sent to PSC 4095, Box 8316\nAPO AE 85103 today", "STREET:PSC 4095, Box 8316\nAPO AE 85103");
    EN("ASSESSMENT:\n1 Aspirin 81\n2 Metoprolol 25\nPlan 5", "");
    EN("She lives at 48 Whitcombe Lane. Metformin 500 mg daily.", "STREET:48 Whitcombe Lane");
    EN("She lives in Awenne and flew to Klirou.", "LOCATION:Awenne|LOCATION:Klirou");
    EN("moved to ICU, transferred to Radiology; lives in Assisted Living", "");
}

AC_TEST(phi, names_by_what_stands_around)
{
    EN("My name is Rubija. Everyone calls me Siiri.", "NAME:Rubija|NAME:Siiri");
    EN("my name is lena andersson and it hurts", "NAME:lena andersson");
    EN("Present were Hannah, Anthony and Derek.", "NAME:Hannah|NAME:Anthony|NAME:Derek");
    EN("discussed with Delvis J. Carvajal today", "NAME:Delvis J. Carvajal");
    EN("Berry's ligament, Fitz-Hugh-Curtis syndrome, Kirby-Bauer method", "");
    ES("Técnica de Anderson-Hynes. Polígono de Willis.", "");
    ES("Me llamo Rubija y vivo lejos.", "NAME:Rubija");
}

AC_TEST(phi, eponyms_and_words_are_no_names)
{
    EN("Parkinson's disease, Foley catheter, Bell's palsy, Glasgow coma scale 15, Apgar 9.", "");
    EN("Hodgkin lymphoma, Crohn disease, Wells score, Babinski sign, McBurney point.", "");
    EN("A 16-French Foley and a Jackson-Pratt drain. Keith needle. MR angiography.", "");
    EN("Will follow up in May. Grant was given. Mark the site. Rose bengal.", "DATE:May");
    EN("HbA1c 7.2, CA-125 35, ICD-10, COVID-19, BP 120/80, T 98.6, WBC 12.3, 1,200 mL.", "");
    EN("HISTORY OF PRESENT ILLNESS: LEFT KNEE PAIN. NO CHEST PAIN.", "");
}

AC_TEST(phi, titles_in_capitals)
{
    EN("There is severe MR. Creatinine peaked at 2.1.", "");
    EN("MR. JOHN SMITH was seen.", "PATIENT:MR. JOHN SMITH");
    EN("MR. Smith was seen.", "PATIENT:Smith");
}

AC_TEST(phi, numbers_inside_the_house)
{
    EN("Please call pager 4471.", "PHONE:4471");
    EN("Beeper: 12-3456, pager (555) 123-4567", "PHONE:12-3456|PHONE:(555) 123-4567");
    EN("Knee extension 120 degrees.", "");
    ES("Firmado en guardia, busca 1234.", "PHONE:1234");
    ES("Fdo: Dra. Ana Gil, col. 28/45123.", "STAFF:Ana Gil|STAFF_ID:28/45123");
    ES("Dolor en la columna, col. 5", "");
}

AC_TEST(phi, english_places)
{
    EN("1234 Elm St, Apt 4, Chicago, IL 60601", "STREET:1234 Elm St, Apt 4|LOCATION:Chicago, IL|ZIP:60601");
    EN("She lives in Seattle.", "LOCATION:Seattle");
    EN("PO Box 123", "STREET:PO Box 123");
    EN("seen at St. Joseph's Hospital on May 10th, 2023", "HOSPITAL:St. Joseph's Hospital|DATE:May 10th, 2023");
    EN("seen at UCLA Medical Center", "HOSPITAL:UCLA Medical Center");
    EN("visited our Dallas clinic", "HOSPITAL:Dallas clinic");
    EN("seen at St. Luke's on Monday", "HOSPITAL:St. Luke's");
    EN("John Smith, MD", "STAFF:John Smith");
    EN("She is from Texas.", "STATE:Texas");
    EN("the hospital and the clinic", "");
}

AC_TEST(phi, facilities)
{
    ES("Hospital de Txagorritxu José Atxotegi, s/n 01009 Vitoria",
       "HOSPITAL:Hospital de Txagorritxu|STREET:José Atxotegi, s/n|ZIP:01009|LOCATION:Vitoria");
    ES("Hospital Universitario Marqués de Valdecilla Santander",
       "HOSPITAL:Hospital Universitario Marqués de Valdecilla|LOCATION:Santander");
    ES("Hospital Dr. Peset. Complejo Hospitalario Navarra-Norte",
       "HOSPITAL:Hospital Dr. Peset|HOSPITAL:Complejo Hospitalario Navarra-Norte");
    ES("Fundación \"Jiménez Díaz\" y el hospital", "ORGANISATION:Fundación \"Jiménez Díaz\"");
    EN("seen at Children's Hospital of Northern Colorado", "HOSPITAL:Children's Hospital of Northern Colorado");
    EN("at the Bank of Springdale and Vanderbilt University Medical Center",
       "ORGANISATION:Bank of Springdale|HOSPITAL:Vanderbilt University Medical Center");
    EN("works for Henderson Corporation; went to St. Jude's hospital",
       "ORGANISATION:Henderson Corporation|HOSPITAL:St. Jude's hospital");
    EN("General Hospital. Medical clinic. Health Center.", "HOSPITAL:General Hospital");
}

AC_TEST(phi, years_and_ages_of_several_parts)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    const ac_sv text =
        AC_SV("Niña de 3 años y 8 meses. Niño de tres años y medio. Operado en el año 2004. Lactante de 5 meses.");
    CHECK(ac_testing_note(&note, arena, text, AC_LANG_ES));
    static const char *const want[] = { "3 años y 8 meses", "tres años y medio", "año 2004" };
    size_t hits = 0;
    for (size_t i = 0; i < note.phi.n; i++)
        for (size_t k = 0; k < sizeof want / sizeof want[0]; k++)
            hits += ac_sv_eq(ac_span_text(text, note.phi.at[i].span), ac_sv_z(want[k]));
    CHECK(hits == 3);
}

AC_TEST(phi, contacts_and_numbers)
{
    EN("write to john.doe+x@mail.example.org.", "EMAIL:john.doe+x@mail.example.org");
    EN("see https://example.org/a?b=1 and www.example.com.", "URL:https://example.org/a?b=1|URL:www.example.com");
    EN("from 192.168.0.12 and fe80::1ff:fe23:4567", "IP:192.168.0.12|IP:fe80::1ff:fe23:4567");
    EN("call 415-555-1234 or +44 20 7946 0958", "PHONE:415-555-1234|PHONE:+44 20 7946 0958");
    EN("MAC 00:1A:2B:3C:4D:5E", "DEVICE:00:1A:2B:3C:4D:5E");
    EN("card 4111 1111 1111 1111", "ACCOUNT:4111 1111 1111 1111");
    EN("code AB-987654 and RS121314", "ID:AB-987654|ID:RS121314");
    EN("lives at SW1A 1AA", "ZIP:SW1A 1AA");
    EN("@ @@ a@b x@y.z (1) + -", "EMAIL:x@y.z");
}

AC_TEST(phi, spanish_header)
{
    ES("Nombre: Ernesto.\nApellidos: Rivera Bueno.\nNHC: 368503.\nNASS: 26 63514095.",
       "PATIENT:Ernesto|PATIENT:Rivera Bueno|MRN:368503|INSURANCE:26 63514095");
    ES("CIPA: nhc-150679.\nCP: 01022.", "MRN:150679|ZIP:01022");
    ES("Domicilio: Calle Losada Martí 23, 5 B..\nLocalidad/ Provincia: Vigo, Pontevedra.",
       "STREET:Calle Losada Martí 23, 5 B|LOCATION:Vigo|LOCATION:Pontevedra");
    ES("Médico: Ignacio Navarro Cuéllar NºCol: 28 28 70973.", "STAFF:Ignacio Navarro Cuéllar|STAFF_ID:28 28 70973");
    ES("País: España.\nFecha de nacimiento: 03/03/1946.", "COUNTRY:España|DATE:03/03/1946");
    ES("Episodio: 7425607.\nFecha de Ingreso: 26708/2017.", "CONTACT:7425607|DATE:26708/2017");
    ES("DNI 12345678Z, matrícula 1234 BCD", "MRN:12345678Z|VEHICLE:1234 BCD");
}

AC_TEST(phi, spanish_address_and_names)
{
    ES("Remitido por: Dr. Luis Moyano Calvo C/ Eduardo Rivas, 3 28018 Madrid. España.",
       "STAFF:Luis Moyano Calvo|STREET:C/ Eduardo Rivas, 3|ZIP:28018|LOCATION:Madrid|COUNTRY:España");
    ES("Tel.: 963 862 500 Fax: 963 862 501", "PHONE:963 862 500|FAX:963 862 501");
    ES("Servicio de Urología. Hospital Universitario 12 de Octubre. Avenida de Córdoba s/n. 28041 Madrid",
       "HOSPITAL:Hospital Universitario 12 de Octubre|STREET:Avenida de Córdoba s/n|ZIP:28041|LOCATION:Madrid");
    ES("Dra. María de la O Gómez visitó a D. José Pérez.", "STAFF:María de la O Gómez|PATIENT:José Pérez");
    ES("Centro de Salud de Chantrea", "HEALTH_CENTRE:Centro de Salud de Chantrea");
    ES("Universidad de Granada", "ORGANISATION:Universidad de Granada");
    ES("AV de 20/60 en ojo derecho. Vía oral. Signo de Murphy positivo. Test de Coombs.", "");
}

AC_TEST(phi, spanish_streets_without_their_kind)
{
    ES("Remitido por: Marta Sobas. Monte da Vila, 41 15898 Santiago de Compostela",
       "STAFF:Marta Sobas|STREET:Monte da Vila, 41|ZIP:15898|LOCATION:Santiago de Compostela");
    ES("Remitido por: Alicia Calleja Fernández NºCol: 24 24 61574.", "STAFF:Alicia Calleja Fernández|STAFF_ID:24 24 61574");
    ES("La temperatura era de 36 C. En la PL. Tras la prueba, 12 000 leucocitos.", "");
    ES("Avda. Martín Lagos, s/n C.P. 28045 - Madrid", "STREET:Avda. Martín Lagos, s/n|ZIP:28045|LOCATION:Madrid");
}

AC_TEST(phi, short_years_belong_to_their_date)
{
    EN("seen on Jan 15th '23 and Jan 22, '24; the '90s", "DATE:Jan 15th '23|DATE:Jan 22, '24");
}

static size_t count_of(const ac_note *note, ac_phi_type type, const char *text)
{
    size_t n = 0;
    for (size_t i = 0; i < note->phi.n; i++)
        n += note->phi.at[i].type == type && ac_sv_eq(ac_span_text(note->text, note->phi.at[i].span), ac_sv_z(text));
    return n;
}

AC_TEST(phi, relatives_with_number_and_side)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    CHECK(ac_testing_note(&note, arena,
                          AC_SV("Tiene dos hermanas y un tío materno; vive con su mujer. El niño mejora. Tras cuatro años "
                                "de seguimiento sigue bien."),
                          AC_LANG_ES));
    CHECK(count_of(&note, AC_PHI_KINSHIP, "dos hermanas") == 1 && count_of(&note, AC_PHI_KINSHIP, "tío materno") == 1);
    CHECK(count_of(&note, AC_PHI_KINSHIP, "mujer") == 1 && count_of(&note, AC_PHI_SEX, "niño") == 1);
    CHECK(count_of(&note, AC_PHI_AGE, "cuatro años") == 0);
}

AC_TEST(phi, sex_age_kin_and_work_have_types_of_their_own)
{
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new(16 << 20);
    ac_note note;
    size_t n[AC_PHI_COUNT] = { 0 };
    CHECK(ac_testing_note(&note, arena, AC_SV("Mujer de 70 años, de profesión costurera. Su madre falleció."),
                          AC_LANG_ES));
    for (size_t i = 0; i < note.phi.n; i++) {
        n[note.phi.at[i].type]++;
        if (note.phi.at[i].type == AC_PHI_AGE)
            CHECK(note.phi.at[i].number > 69.9 && note.phi.at[i].number < 70.1);
    }
    CHECK(n[AC_PHI_SEX] == 1 && n[AC_PHI_AGE] == 1 && n[AC_PHI_KINSHIP] == 1 && n[AC_PHI_PROFESSION] == 1);
}

static bool ordered(const ac_note *note)
{
    for (size_t i = 0; i < note->phi.n; i++) {
        ac_span s = note->phi.at[i].span;
        if (s.begin >= s.end || s.end > note->text.n || (i && s.begin < note->phi.at[i - 1].span.end))
            return false;
    }
    return true;
}

AC_TEST(phi, hostile_text_is_linear_and_ordered)
{
    static const char *const units[] = { "@", "a", "Dr. ", "1-", "MRN:", "St. Luke's ", "C/ ", "John ", "28036 ", "(",
                                         "> 12 Aa 3\n", "Apt 3\n", "Aa, 4 28001 Madrid ", "my name is ana " };
    static char text[200000];
    for (size_t k = 0; k < sizeof units / sizeof units[0]; k++) {
        size_t u = strlen(units[k]), n = 0;
        for (; n + u <= sizeof text; n += u)
            memcpy(text + n, units[k], u);
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 30);
        ac_note note;
        CHECK(ac_testing_note(&note, arena, (ac_sv) { text, n }, k % 2 ? AC_LANG_ES : AC_LANG_EN));
        CHECK(ordered(&note));
    }
}

AC_TEST(phi, a_small_arena_is_a_limit)
{
    const ac_sv text =
        AC_SV("Dr. John Smith, MRN: 12345, seen at Mayo Clinic in Dallas, TX 75201 on May 10th, 2023. John is well.");
    for (size_t room = 4096; room < 200000; room += 3001) {
        AC_AUTO_PTR(ac_arena) arena = ac_arena_new(room);
        ac_note note;
        if (ac_testing_note(&note, arena, text, AC_LANG_EN))
            CHECK(note.phi.n >= 5);
    }
}
