/** Test kit: notes with something of everything, in both languages. All people are invented. */
#ifndef AC_TEST_KIT_SAMPLES_H
#define AC_TEST_KIT_SAMPLES_H

#include "core/types.h"
#include "core/vocab.h"

typedef struct {
    const char *name;
    ac_lang lang;
    const char *text;
} kit_sample;

static const kit_sample kit_samples[] = {
    { "discharge-en", AC_LANG_EN,
      "DISCHARGE SUMMARY\n\nPatient: Margaret Holloway\nDOB: 03/03/1961\nMRN: 4471-2290\nDate of admission: 05/10/2023\n\n"
      "CHIEF COMPLAINT: Chest pain & shortness of breath.\n\n"
      "HISTORY OF PRESENT ILLNESS:\nMs. Holloway is a 62-year-old woman with type 2 diabetes and hypertension who "
      "presented with severe chest pain for 3 days. She denies fever, chills or cough. Possible pneumonia.\n\n"
      "PAST MEDICAL HISTORY: Hypertension. Appendectomy in 2010. History of stroke.\n\n"
      "FAMILY HISTORY: Mother had breast cancer. Father with diabetes and hypertension.\n\n"
      "SOCIAL HISTORY: Former smoker. Drinks alcohol occasionally.\n\n"
      "ALLERGIES: Penicillin (hives), peanuts.\n\n"
      "MEDICATIONS:\n1. Metformin 500 mg PO BID\n2. Lisinopril 10 mg daily\n3. Ibuprofen 400 mg every 6-8 hours as "
      "needed for pain\n4. Insulin glargine 20 units subcutaneously at bedtime\n5. Amoxicillin 500 mg TID x 10 days\n\n"
      "VITAL SIGNS: BP 150/95 mmHg, HR 98 bpm, T 38.5 C, SpO2 95% on RA, weight 82.5 kg.\n\n"
      "LABS: WBC 12.3 K/uL (H), Hgb 9.8 g/dL (12.0-16.0), Na 140, K 5.9 mmol/L, glucose 250 mg/dL, troponin negative, "
      "INR about 2.5, CRP < 5 mg/L.\n\n"
      "ASSESSMENT AND PLAN: Acute coronary syndrome ruled out. Left knee osteoarthritis. Schedule colonoscopy. Start "
      "atorvastatin 40 mg nightly. Follow up with Dr. Edmund Pratchley on 05/24/2023.\n" },
    { "informe-es", AC_LANG_ES,
      "INFORME DE ALTA\n\nNombre: Rosario Quintanilla Pérez\nNHC: 368503\nFecha de ingreso: 10/05/2023\n\n"
      "MOTIVO DE CONSULTA: Dolor abdominal.\n\nANTECEDENTES PERSONALES: Paciente mujer de 70 años con hipertensión "
      "arterial, diabetes mellitus tipo 2 y EPOC. Intervenida de apendicectomía en 2005. Alérgica a penicilina. "
      "Exfumadora.\n\nANTECEDENTES FAMILIARES: Padre con cardiopatía isquémica. Madre con cáncer de mama.\n\n"
      "ENFERMEDAD ACTUAL: Refiere dolor abdominal intenso de 3 días de evolución, sin fiebre ni vómitos. Posible "
      "colecistitis aguda.\n\nEXPLORACIÓN: TA 120/80 mmHg, FC 88 lpm, Tª 37,5 ºC, SatO2 94%.\n\n"
      "ANALÍTICA: Hemoglobina 10,5 g/dl, leucocitos 13.500/mm3, glucosa 169 mg/dl, creatinina 1,2 mg/dl, PCR 55 mg/L.\n\n"
      "TRATAMIENTO: Paracetamol 1 g cada 8 horas vía oral durante 5 días. Enalapril 20 mg/24h. Omeprazol 20 mg 1-0-0. "
      "Se suspende ibuprofeno.\n\nPLAN: Se solicita ecografía abdominal. Revisión en 2 semanas.\n" },
    { "visit-dialogue", AC_LANG_EN,
      "[doctor] hi , how are you today ?\n[patient] not great , i've had a headache for two weeks .\n"
      "[doctor] any fever ?\n[patient] no .\n[doctor] do you take anything ?\n"
      "[patient] just tylenol 500 mg twice a day .\n[doctor] your blood pressure is 142 over 90 . lungs are clear . "
      "i think this is a tension headache . let's get an mri and start amitriptyline 10 mg at bedtime .\n" },
    { "short", AC_LANG_EN, "NKDA. Afebrile. BP 120/80.\n" },
    { "hostile", AC_LANG_EN,
      "<script>alert(\"x\")</script> & pneumonia \xE2\x80\xA8 \\u0000 ]]> Hgb 99999999999999999999999 g/dL, K -5 mmol/L, BP "
      "999/0, metformin 1e309 mg PO q0h x 0 days, fever for 0.000001 s, \xF0\x9F\x98\x80 Na 1/0\n" },
    { "nothing", AC_LANG_EN, "The quick brown fox jumps over the lazy dog.\n" },
};
enum { KIT_SAMPLES = sizeof kit_samples / sizeof kit_samples[0] };

#endif
