/** Inside chart*.c: how lines, facts and identifiers are written. Once the arena is full nothing is written any more; the chart fails in
 *  the end, so that no writer has to look. */
#ifndef AC_INTEROP_CHART_MAKE_H
#define AC_INTEROP_CHART_MAKE_H

#include "interop/chart/chart.h"
#include "interop/record_refs.h"

/* Headings: words of data/sections, so that the sections step knows them (chart_test.c asks it). */
#define AC_CHART_SECTION_LIST(X)                                                                                       \
    X(AC_CHART_PATIENT, "Patient information", "Datos del paciente")                                                   \
    X(AC_CHART_PROBLEMS, "Problem list", "Lista de problemas")                                                         \
    X(AC_CHART_HISTORY, "Past medical history", "Antecedentes personales")                                             \
    X(AC_CHART_ALLERGIES, "Allergies", "Alergias")                                                                     \
    X(AC_CHART_MEDICATIONS, "Medications", "Medicación")                                                               \
    X(AC_CHART_VACCINES, "Immunizations", "Inmunizaciones")                                                            \
    X(AC_CHART_VITALS, "Vital signs", "Constantes vitales")                                                            \
    X(AC_CHART_RESULTS, "Results", "Resultados")                                                                       \
    X(AC_CHART_IMAGING, "Imaging", "Pruebas de imagen")                                                                \
    X(AC_CHART_PROCEDURES, "Procedures", "Procedimientos")                                                             \
    X(AC_CHART_FAMILY, "Family history", "Antecedentes familiares")                                                    \
    X(AC_CHART_SOCIAL, "Social history", "Antecedentes sociales")                                                      \
    X(AC_CHART_VISITS, "Encounter summary", "Resumen")                                                                 \
    X(AC_CHART_PLAN, "Plan", "Plan")

/* Words of our own between the record's */
#define AC_CHART_TEXT_LIST(X)                                                                                          \
    X(NAME, "Name", "Nombre") X(SEX, "Sex", "Sexo") X(BORN, "Date of birth", "Fecha de nacimiento") X(AGE, "Age", "Edad") \
    X(YEARS, "years", "años") X(DIED, "Deceased", "Fallecimiento") X(ADDRESS, "Address", "Domicilio")                   \
    X(TELECOM, "Contact", "Contacto") X(ID, "Identifier", "Identificador") X(RELATIVE, "Contact person", "Persona de contacto") \
    X(STAFF, "Clinician", "Profesional") X(PLACE, "Facility", "Centro") X(INSURANCE, "Insurance", "Seguro")              \
    X(SINCE, "since", "desde") X(UNTIL, "until", "hasta") X(YES, "yes", "sí") X(NO, "no", "no")                         \
    X(RULED_OUT, "ruled out", "descartado") X(NOT_DONE, "not done", "no realizado") X(NOT_TAKEN, "not taken", "no tomado") \
    X(NOT_GIVEN, "not to be given", "no administrar") X(RANGE, "reference", "referencia") X(REASON, "for", "por")         \
    X(REACTION, "reaction", "reacción") X(SITE, "site", "localización") X(AS_NEEDED, "as needed", "si precisa")          \
    X(TIMES_A, "times per", "veces por") X(EVERY, "every", "cada") X(NOTE, "Notes", "Nota") X(REPORT, "Report", "Informe") \
    X(IMPRESSION, "Assessment", "Valoración") X(FEMALE, "female", "mujer") X(MALE, "male", "varón") X(OTHER, "other", "otro")  \
    X(NO_VALUE, "no value", "sin valor")                                                                                 \
    X(PLANNED, "planned", "previsto")

#define AC_CHART_SECTION_ENUM(id, ...) id,
#define AC_CHART_TEXT_ENUM(id, ...) AC_SAY_##id,
typedef enum { AC_CHART_SECTION_LIST(AC_CHART_SECTION_ENUM) AC_CHART_SECTIONS } ac_chart_section;
typedef enum { AC_CHART_TEXT_LIST(AC_CHART_TEXT_ENUM) AC_SAY_COUNT } ac_chart_say;
#undef AC_CHART_SECTION_ENUM
#undef AC_CHART_TEXT_ENUM

/* Codes of a status that came without words */
#define AC_CHART_STATUS_LIST(X)                                                                                        \
    X("active", "activo") X("recurrence", "recurrente") X("relapse", "en recaída") X("inactive", "inactivo")            \
    X("remission", "en remisión") X("resolved", "resuelto") X("unconfirmed", "sin confirmar")                           \
    X("provisional", "provisional") X("differential", "diagnóstico diferencial") X("presumed", "supuesto")              \
    X("completed", "completado") X("stopped", "suspendido") X("on-hold", "en pausa") X("intended", "previsto")          \
    X("draft", "borrador") X("in-progress", "en curso") X("unknown", "desconocido")                                     \
    X("mild", "leve") X("moderate", "moderado") X("severe", "grave")

typedef struct {
    const ac_chart_source *source;
    const ac_record *record;
    const ac_refs *refs;
    const bool *done;        /* per entry: a request that a report answers */
    ac_arena *arena;
    ac_chart *chart;
    ac_sb text;
    uint32_t entry;          /* the resource that is written, an index into record->entries */
    size_t line;             /* where its line began */
    AC_VEC(ac_chart_passage) passages; /* free text found on the way */
    bool full;
} ac_chart_maker;

/* ---- text ---- */

ac_sv ac_chart_title(const ac_chart_maker *m, ac_chart_section s);
void ac_chart_heading(ac_chart_maker *m, ac_sv title);           /* on a line of its own, behind a blank one */
void ac_chart_begin(ac_chart_maker *m, uint32_t entry);          /* a line: "- " */
void ac_chart_end(ac_chart_maker *m);                            /* of the line, with its origin; nothing when nothing stands in it */
ac_span ac_chart_add(ac_chart_maker *m, ac_sv s);                /* on the line: white space becomes one blank */
ac_span ac_chart_words_of(ac_chart_maker *m, ac_sv s);           /* a string of the record: where it stands is remembered */
ac_span ac_chart_say_it(ac_chart_maker *m, ac_chart_say what);
/** A code of a status, in the language of the chart where it is known. */
ac_span ac_chart_status(ac_chart_maker *m, ac_sv code);
/** "words: what", which is what makes the running fact denied or planned */
ac_span ac_chart_cue(ac_chart_maker *m, ac_chart_say what);
/** ", label words" */
ac_span ac_chart_part(ac_chart_maker *m, ac_chart_say label, ac_sv words);
/** A FHIR date or dateTime, an identifier; *out: the date itself, may be NULL. The empty span when it is none. */
ac_span ac_chart_date(ac_chart_maker *m, ac_sv fhir, ac_date *out);
/** ", since 2010-03-05"; an attribute of the running fact, unless kind is AC_ATTR_COUNT */
void ac_chart_dated(ac_chart_maker *m, const char *before, ac_sv fhir, ac_attr_kind kind);
void ac_chart_phi(ac_chart_maker *m, ac_span span, ac_phi_type type);
void ac_chart_passage_of(ac_chart_maker *m, ac_sv title, ac_sv text); /* of the running resource; written at the end */

/* ---- facts ---- */

/** Begin a fact with the words of a concept and its codes; false when it is none: without words and codes, or saying that
 *  there is nothing (its words are written then). */
bool ac_chart_fact(ac_chart_maker *m, const ac_rec_concept *c, ac_kind kind, ac_assertion assertion);
ac_given_entity *ac_chart_running(ac_chart_maker *m); /* the last one; never NULL */
void ac_chart_attr(ac_chart_maker *m, ac_attr attr);  /* of the last one */
ac_sv ac_chart_name(const ac_rec_concept *c);         /* its words; empty when none */
bool ac_chart_any(const ac_rec_concept *c, const char *codes); /* one of these, parted by blanks */
bool ac_chart_one_of(ac_sv code, const char *codes);
bool ac_chart_number(ac_sv number, double *out);
/** "6.9 mmol/L": written, and read into *out (has false when it is no number). */
ac_span ac_chart_quantity(ac_chart_maker *m, const ac_rec_quantity *q, ac_quantity *out);
void ac_chart_notes(ac_chart_maker *m, const ac_rec_annotation *at, size_t n, ac_sv title);

/* ---- writers: each writes the resource when it belongs into that section ---- */

bool ac_chart_write_clinical(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s);
bool ac_chart_write_medication(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s);
bool ac_chart_write_result(ac_chart_maker *m, const ac_rec_entry *e, ac_chart_section s);
void ac_chart_write_patient(ac_chart_maker *m);
/** Free text of a resource goes to m->passages. */
void ac_chart_collect(ac_chart_maker *m, const ac_rec_entry *e);
void ac_chart_collect_narrative(ac_chart_maker *m, const ac_rec_entry *e);
void ac_chart_write_passages(ac_chart_maker *m);

/** XHTML of a narrative as plain text; of anything else what stands between its tags. */
ac_sv ac_chart_text_of_html(ac_arena *arena, ac_sv html);

#endif
