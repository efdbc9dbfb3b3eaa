#include "nlp/text/speaker.h"

#include <string.h>

enum { LABEL_MAX = 24 };

/* Labels in lower case without number, by speaker. */
static const struct {
    ac_sv label;
    ac_speaker speaker;
} labels[] = {
#define ROW(s, who) { { s, sizeof(s) - 1 }, AC_SPEAKER_##who },
    ROW("doctor", CLINICIAN) ROW("patient", PATIENT) ROW("doc", CLINICIAN) ROW("dr", CLINICIAN) ROW("dr.", CLINICIAN)
    ROW("physician", CLINICIAN) ROW("clinician", CLINICIAN) ROW("provider", CLINICIAN) ROW("nurse", CLINICIAN)
    ROW("md", CLINICIAN) ROW("gp", CLINICIAN) ROW("therapist", CLINICIAN) ROW("surgeon", CLINICIAN)
    ROW("pharmacist", CLINICIAN) ROW("interviewer", CLINICIAN) ROW("guest_clinician", CLINICIAN)
    ROW("guest clinician", CLINICIAN)
    ROW("m\xC3\xA9" "dico", CLINICIAN) ROW("m\xC3\xA9" "dica", CLINICIAN) ROW("medico", CLINICIAN) ROW("medica", CLINICIAN)
    ROW("doctora", CLINICIAN) ROW("dra", CLINICIAN) ROW("dra.", CLINICIAN) ROW("enfermera", CLINICIAN)
    ROW("enfermero", CLINICIAN) ROW("facultativo", CLINICIAN) ROW("psic\xC3\xB3logo", CLINICIAN)
    ROW("psic\xC3\xB3loga", CLINICIAN) ROW("entrevistador", CLINICIAN) ROW("entrevistadora", CLINICIAN)
    ROW("pt", PATIENT) ROW("pt.", PATIENT) ROW("paciente", PATIENT) ROW("pte", PATIENT) ROW("pte.", PATIENT)
    ROW("client", PATIENT) ROW("interviewee", PATIENT)
    ROW("guest", OTHER) ROW("guest_family", OTHER) ROW("guest family", OTHER)
    ROW("family", OTHER) ROW("mother", OTHER) ROW("father", OTHER) ROW("mom", OTHER) ROW("dad", OTHER)
    ROW("wife", OTHER) ROW("husband", OTHER) ROW("spouse", OTHER) ROW("partner", OTHER) ROW("son", OTHER)
    ROW("daughter", OTHER) ROW("parent", OTHER) ROW("caregiver", OTHER) ROW("carer", OTHER) ROW("relative", OTHER)
    ROW("interpreter", OTHER) ROW("speaker", OTHER) ROW("guest_speaker", OTHER) ROW("other", OTHER)
    ROW("madre", OTHER) ROW("padre", OTHER) ROW("esposa", OTHER) ROW("esposo", OTHER) ROW("marido", OTHER)
    ROW("mujer", OTHER) ROW("hija", OTHER) ROW("hijo", OTHER) ROW("familiar", OTHER) ROW("acompa\xC3\xB1" "ante", OTHER)
    ROW("cuidador", OTHER) ROW("cuidadora", OTHER) ROW("int\xC3\xA9rprete", OTHER) ROW("hablante", OTHER)
    ROW("d", CLINICIAN) ROW("p", PATIENT)
#undef ROW
};

/* Lower case for ASCII and for the accented capitals of Spanish (their second byte in UTF-8). */
static char lower(char c, char before)
{
    unsigned char u = (unsigned char)c;
    return before == '\xC3' && u >= 0x80 && u <= 0x9E ? (char)(u + 0x20) : ac_lower(c);
}

ac_speaker ac_speaker_of(ac_sv label)
{
    char buf[LABEL_MAX];
    label = ac_sv_trim(label);
    while (label.n > 1 && (ac_is_digit(label.p[label.n - 1]) || label.p[label.n - 1] == '_' ||
                           label.p[label.n - 1] == ' ' || label.p[label.n - 1] == '#'))
        label.n--;
    if (label.n == 0 || label.n > LABEL_MAX)
        return AC_SPEAKER_UNKNOWN;
    for (size_t i = 0; i < label.n; i++)
        buf[i] = lower(label.p[i], i ? label.p[i - 1] : '\0');
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (labels[i].label.n == label.n && memcmp(labels[i].label.p, buf, label.n) == 0)
            return labels[i].speaker;
    return AC_SPEAKER_UNKNOWN;
}
