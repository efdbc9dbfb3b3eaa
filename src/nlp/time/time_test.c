#include "nlp/time/time.h"

#include "kit/step_note.h"
#include "kit/test.h"
#include "nlp/time/calendar.h"
#include "nlp/entity/mark.h"

#include <stdio.h>

/* One line per case: text, the words found, kind, ISO date, amount, unit ('-' none). The note is of 2023-05-20. */
typedef struct {
    const char *text, *words;
    ac_time_kind kind;
    const char *iso;
    double amount;
    char unit;
} row;

static bool is(const kit_note *k, const ac_time_expr *t, const row *r)
{
    char iso[11] = "-";
    size_t n = t->date.year || t->date.month ? ac_date_iso(t->date, iso) : 1;
    return ac_sv_eq(kit_text(k, t->span), ac_sv_z(r->words)) && t->kind == (uint8_t)r->kind &&
           ac_sv_eq((ac_sv) { iso, n }, ac_sv_z(r->iso)) && t->amount == r->amount && (t->unit ? t->unit : '-') == r->unit;
}

static void check_rows(const row *rows, size_t n, ac_lang lang)
{
    for (size_t i = 0; i < n; i++) {
        AC_AUTO(kit_note) k = kit_note_of(rows[i].text, lang);
        bool ok = false;
        for (size_t t = 0; t < k.note.times.n; t++)
            ok |= is(&k, &k.note.times.at[t], &rows[i]);
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
    }
}

AC_TEST(time, english)
{
    static const row rows[] = {
        { "seen 05/10/2023", "05/10/2023", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "seen 25/12/2022", "25/12/2022", AC_TIME_DATE, "2022-12-25", 0, '-' },
        { "on 2023-05-10T10:00", "2023-05-10", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "on 5.10.23.", "5.10.23", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "May 10th, 2023", "May 10th, 2023", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "10th of May 2023", "10th of May 2023", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "on 12-MAR-19 he", "12-MAR-19", AC_TIME_DATE, "2019-03-12", 0, '-' },
        { "March 2012", "March 2012", AC_TIME_DATE, "2012-03", 0, '-' },
        { "Sept. 3, 2011", "Sept. 3, 2011", AC_TIME_DATE, "2011-09-03", 0, '-' },
        { "on 5/10 he", "5/10", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "on May 10 he", "May 10", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "on December 1 he", "December 1", AC_TIME_DATE, "2022-12-01", 0, '-' },
        { "on June 10 he", "June 10", AC_TIME_DATE, "--06-10", 0, '-' },
        { "10/2021", "10/2021", AC_TIME_DATE, "2021-10", 0, '-' },
        { "since May", "May", AC_TIME_DATE, "2023-05", 0, '-' },
        { "in 2019", "2019", AC_TIME_DATE, "2019", 0, '-' },
        { "appendectomy (2010)", "2010", AC_TIME_DATE, "2010", 0, '-' },
        { "since Monday", "Monday", AC_TIME_RELATIVE, "2023-05-15", -5, 'd' }, /* the 20th is a Saturday */
        { "since Saturday", "Saturday", AC_TIME_RELATIVE, "2023-05-13", -7, 'd' },
        { "fell last Friday", "last Friday", AC_TIME_RELATIVE, "2023-05-19", -1, 'd' },
        { "return on Monday", "Monday", AC_TIME_RELATIVE, "-", 0, '-' },
        { "yesterday", "yesterday", AC_TIME_RELATIVE, "2023-05-19", -1, 'd' },
        { "3 days ago", "3 days ago", AC_TIME_RELATIVE, "2023-05-17", -3, 'd' },
        { "two weeks ago", "two weeks ago", AC_TIME_RELATIVE, "2023-05-06", -2, 'w' },
        { "last month", "last month", AC_TIME_RELATIVE, "2023-04", -1, 'o' },
        { "follow up in 2 weeks", "follow up in 2 weeks", AC_TIME_RELATIVE, "2023-06-03", 2, 'w' },
        { "two weeks later", "two weeks later", AC_TIME_RELATIVE, "-", 0, '-' },
        { "postoperative day 3", "postoperative day 3", AC_TIME_RELATIVE, "-", 0, '-' },
        { "POD#2", "POD#2", AC_TIME_RELATIVE, "-", 0, '-' },
        { "for 3 days", "3 days", AC_TIME_DURATION, "-", 3, 'd' },
        { "6-week history", "6-week", AC_TIME_DURATION, "-", 6, 'w' },
        { "x 10 days", "10 days", AC_TIME_DURATION, "-", 10, 'd' },
        { "x10 d", "x10 d", AC_TIME_DURATION, "-", 10, 'd' },
        { "two and a half years", "two and a half years", AC_TIME_DURATION, "-", 2.5, 'a' },
        { "4 to 6 months", "4 to 6 months", AC_TIME_DURATION, "-", 4, 'o' },
        { "A 45-year-old man", "45-year-old", AC_TIME_AGE, "-", 45, 'a' },
        { "45 y/o", "45 y/o", AC_TIME_AGE, "-", 45, 'a' },
        { "62F with cough", "62", AC_TIME_AGE, "-", 62, 'a' },
        { "Age: 71", "71", AC_TIME_AGE, "-", 71, 'a' },
        { "a 3 month old infant", "3 month old", AC_TIME_AGE, "-", 3, 'o' },
        { "33 years of age", "33 years of age", AC_TIME_AGE, "-", 33, 'a' },
        { "at 10:30 am", "10:30 am", AC_TIME_CLOCK, "-", 10.5, 'h' },
        { "3 p.m. today", "3 p.m.", AC_TIME_CLOCK, "-", 15, 'h' },
        { "at 0830 hours", "0830 hours", AC_TIME_CLOCK, "-", 8.5, 'h' },
        { "at 12:15 am", "12:15 am", AC_TIME_CLOCK, "-", 0.25, 'h' },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_EN);
}

AC_TEST(time, spanish)
{
    static const row rows[] = {
        { "el 10/05/2023", "10/05/2023", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "el 05/25/2022", "05/25/2022", AC_TIME_DATE, "2022-05-25", 0, '-' },
        { "10 de mayo de 2023", "10 de mayo de 2023", AC_TIME_DATE, "2023-05-10", 0, '-' },
        { "marzo de 2012", "marzo de 2012", AC_TIME_DATE, "2012-03", 0, '-' },
        { "marzo del año 2012", "marzo del año 2012", AC_TIME_DATE, "2012-03", 0, '-' },
        { "12-mar-19", "12-mar-19", AC_TIME_DATE, "2019-03-12", 0, '-' },
        { "el 8 de julio", "8 de julio", AC_TIME_DATE, "--07-08", 0, '-' },
        { "desde 2015", "2015", AC_TIME_DATE, "2015", 0, '-' },
        { "en el año 2009", "2009", AC_TIME_DATE, "2009", 0, '-' },
        { "hace 3 días", "hace 3 días", AC_TIME_RELATIVE, "2023-05-17", -3, 'd' },
        { "hace una semana", "hace una semana", AC_TIME_RELATIVE, "2023-05-13", -1, 'w' },
        { "desde el lunes", "lunes", AC_TIME_RELATIVE, "2023-05-15", -5, 'd' },
        { "el domingo pasado", "el domingo pasado", AC_TIME_RELATIVE, "2023-05-14", -6, 'd' },
        { "ayer", "ayer", AC_TIME_RELATIVE, "2023-05-19", -1, 'd' },
        { "el mes pasado", "el mes pasado", AC_TIME_RELATIVE, "2023-04", -1, 'o' },
        { "dentro de 2 semanas", "dentro de 2 semanas", AC_TIME_RELATIVE, "2023-06-03", 2, 'w' },
        { "a los 3 días", "a los 3 días", AC_TIME_RELATIVE, "-", 0, '-' },
        { "desde hace 3 días", "3 días", AC_TIME_DURATION, "-", 3, 'd' },
        { "durante 6 meses", "6 meses", AC_TIME_DURATION, "-", 6, 'o' },
        { "de 5 años de evolución", "5 años", AC_TIME_DURATION, "-", 5, 'a' },
        { "mujer de 45 años", "45 años", AC_TIME_AGE, "-", 45, 'a' },
        { "Edad: 70 años", "70 años", AC_TIME_AGE, "-", 70, 'a' },
        { "3 meses de edad", "3 meses", AC_TIME_AGE, "-", 3, 'o' },
        { "a los 45 años", "45 años", AC_TIME_AGE, "-", 45, 'a' },
        { "a las 14:30 h", "14:30 h", AC_TIME_CLOCK, "-", 14.5, 'h' },
    };
    check_rows(rows, sizeof rows / sizeof rows[0], AC_LANG_ES);
}

/* What looks like a time and is none. */
AC_TEST(time, leaves_others_alone)
{
    static const char *const none[] = { "she may improve", "pain 5/10", "titer 1:40", "phone 555-12-2019", "2000 mL in all",
                                        "13/13/2023", "31/02/2023", "a count of 2010", "every 8 hours", "q 6 hours",
                                        "mg/24 h", "COVID-19", "version 1.2.3", "10:75", "99:30", "120/80", "x", "hace" };
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        AC_AUTO(kit_note) k = kit_note_of(none[i], AC_LANG_EN);
        if (k.note.times.n)
            printf("# %s\n", none[i]);
        CHECK(k.note.times.n == 0);
    }
}

AC_TEST(time, the_note_date_is_read_from_its_header)
{
    static const struct {
        const char *text;
        ac_lang lang;
        ac_date date;
    } rows[] = {
        { "Date of admission: 05/10/2020\nDate of discharge: 05/14/2020", AC_LANG_EN, { 2020, 5, 10 } },
        { "Dictated: 01/09/2020\nDate of discharge: 01/08/2020\nService date: 01/04/2020", AC_LANG_EN, { 2020, 1, 4 } },
        { "Electronically signed: 01/09/2020\nDate: 01/04/2020", AC_LANG_EN, { 2020, 1, 4 } },
        { "Birth date: 01/09/1950", AC_LANG_EN, { 0 } },
        { "Date of birth: 01/09/1950\nTranscribed: 02/03/2020", AC_LANG_EN, { 2020, 2, 3 } },
        { "Last visit date: 01/09/2019", AC_LANG_EN, { 0 } },
        { "DATE OF VISIT: March 3, 2021\nBorn 1/1/1960", AC_LANG_EN, { 2021, 3, 3 } },
        { "Date: 2021-03-03", AC_LANG_EN, { 2021, 3, 3 } },
        { "He was seen on 03/03/2021", AC_LANG_EN, { 0 } },
        { "Admitted 5 Jan 2024 with pneumonia.", AC_LANG_EN, { 2024, 1, 5 } },
        { "ICU NOTE\nAdmitted on 1/5/2024 from home.\nDischarged 1/9/2024", AC_LANG_EN, { 2024, 1, 5 } },
        { "Jane Roe\nSeen on March 3, 2021 for cough.", AC_LANG_EN, { 2021, 3, 3 } },
        { "Date of service 3/4/2024\nCough", AC_LANG_EN, { 2024, 3, 4 } },
        { "DOS 3/4/2024\nCough", AC_LANG_EN, { 2024, 3, 4 } },
        { "Asthma, hospitalized: 3/3/2019.", AC_LANG_EN, { 0 } },
        { "Heart failure, last admitted on 3/3/2019.", AC_LANG_EN, { 0 } },
        { "Cough. She was admitted on 3/3/2019.", AC_LANG_EN, { 0 } },
        { "Ingresado el 5 de enero de 2024 por neumonía.", AC_LANG_ES, { 2024, 1, 5 } },
        { "Ingreso: 05/01/2024\nAlta: 09/01/2024", AC_LANG_ES, { 2024, 1, 5 } },
        { "Ana Gil\nAtendida el día 05/01/2024 por tos.", AC_LANG_ES, { 2024, 1, 5 } },
        { "Asma, ingreso: 05/01/2019.", AC_LANG_ES, { 0 } },
        { "Neumonía, ingresado el 5 de enero de 2019.", AC_LANG_ES, { 0 } },
        { "Fecha de nacimiento: 03/03/1946. Fecha de Ingreso: 12/11/2016.", AC_LANG_ES, { 2016, 11, 12 } },
        { "Fecha de alta: 20/11/2016. Fecha de ingreso: 12/11/2016.", AC_LANG_ES, { 2016, 11, 12 } },
        { "F. nacimiento: 20/11/1956. Fecha de firma: 12/11/2016.", AC_LANG_ES, { 2016, 11, 12 } },
        { "Fecha de consulta: 20/11/2016. Fecha de la próxima cita: 12/12/2016.", AC_LANG_ES, { 2016, 11, 20 } },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        kit_note k;
        CHECK(kit_note_init(&k, ac_sv_z(rows[i].text), rows[i].lang, (ac_date) { 0 }, 1 << 22));
        ac_date d = k.note.note_date;
        bool ok = d.year == rows[i].date.year && d.month == rows[i].date.month && d.day == rows[i].date.day;
        if (!ok)
            printf("# %s\n", rows[i].text);
        CHECK(ok);
        kit_note_cleanup(&k);
    }
    AC_AUTO(kit_note) k = kit_note_of("Date of visit: 03/03/2021", AC_LANG_EN);
    CHECK(k.note.note_date.year == 2023); /* the caller's wins */
}

AC_TEST(time, lookups)
{
    AC_AUTO(kit_note) k = kit_note_of("pain for 3 days, since yesterday", AC_LANG_EN);
    CHECK(ac_time_after(&k.note, 0) == 0 && ac_time_after(&k.note, 31) == 1 && ac_time_after(&k.note, 40) == 2);
    CHECK(ac_time_at(&k.note, (ac_span) { 9, 10 }) && !ac_time_at(&k.note, (ac_span) { 0, 4 }));
    CHECK(ac_sv_eq(ac_period_ucum('o'), AC_SV("mo")) && ac_period_ucum(0).n == 0);
    CHECK(ac_step_marks(&k.note, NULL) == AC_OK); /* a second call does nothing */
    CHECK(ac_mark_at(&k.note, 10000, AC_SIG_FOR) == NULL);
}

AC_TEST(time, hostile_text_is_linear_and_bounded)
{
    enum { SIZE = 200000 };
    static char text[SIZE];
    static const char *const units[] = { "1", "/", "1/", "hace ", "de ", "a", "1-", "in ", "1:", "x1 " };
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        for (size_t i = 0, n = strlen(units[u]); i < SIZE; i++)
            text[i] = units[u][i % n];
        kit_note k;
        CHECK(kit_note_init(&k, (ac_sv) { text, SIZE }, AC_LANG_ES, (ac_date) { 0 }, 1 << 28));
        kit_note_cleanup(&k);
    }
    kit_note small;
    CHECK(!kit_note_init(&small, ac_sv_z("hace 3 días"), AC_LANG_ES, (ac_date) { 0 }, 256));
    kit_note_cleanup(&small);
}
