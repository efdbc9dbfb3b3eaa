#include "eval/mapping.h"

#include "nlp/lexicon/lexicon.h"

#include <stdlib.h>

/* ---- MACCROBAT --------------------------------------------------------------------------------------------------- */

static const struct {
    uint8_t kind;
    uint32_t flags; /* any of these; 0: all of the kind */
    const char *type;
} entity_rows[] = { /* the first row that fits */
    { AC_KIND_SYMPTOM, 0, "Sign_symptom" },
    { AC_KIND_PROBLEM, AC_CONCEPT_SIGN, "Sign_symptom" },
    { AC_KIND_PROBLEM, 0, "Disease_disorder" },
    { AC_KIND_MEDICATION, 0, "Medication" },
    { AC_KIND_LAB, 0, "Diagnostic_procedure" },
    { AC_KIND_VITAL, 0, "Diagnostic_procedure" },
    { AC_KIND_PROCEDURE, AC_CONCEPT_SURGERY | AC_CONCEPT_THERAPY, "Therapeutic_procedure" },
    { AC_KIND_PROCEDURE, AC_CONCEPT_IMAGING | AC_CONCEPT_ENDOSCOPY | AC_CONCEPT_SCREENING | AC_CONCEPT_TEST,
      "Diagnostic_procedure" },
    { AC_KIND_PROCEDURE, 0, "Therapeutic_procedure" },
    { AC_KIND_ANATOMY, 0, "Biological_structure" },
};

static const struct {
    uint8_t kind;
    const char *type;
} attr_rows[] = {
    { AC_ATTR_DOSE, "Dosage" },          { AC_ATTR_STRENGTH, "Dosage" },  { AC_ATTR_ROUTE, "Administration" },
    { AC_ATTR_FREQUENCY, "Frequency" },  { AC_ATTR_SEVERITY, "Severity" }, { AC_ATTR_VALUE, "Lab_value" },
    { AC_ATTR_DURATION, "Duration" },
};

static const struct {
    uint8_t kind;
    const char *type;
} time_rows[] = {
    { AC_TIME_DATE, "Date" }, { AC_TIME_RELATIVE, "Date" }, { AC_TIME_DURATION, "Duration" }, { AC_TIME_AGE, "Age" },
};

/* Clinical_event ("presented", "admitted") has no counterpart here. It is scored all the same: what is not found counts. */
static const char *const scored[] = {
    "Age", "Sex", "Sign_symptom", "Disease_disorder", "Medication", "Dosage", "Administration", "Frequency", "Duration",
    "Lab_value", "Diagnostic_procedure", "Therapeutic_procedure", "Biological_structure", "Severity", "Date",
    "Clinical_event",
};

static uint32_t flags_of(const ac_entity *x) { return x->concept == AC_NONE ? 0 : ac_concept_flags(x->concept); }

const char *ac_maccrobat_entity(const ac_entity *x)
{
    for (size_t i = 0; i < sizeof entity_rows / sizeof entity_rows[0]; i++)
        if (entity_rows[i].kind == x->kind && (!entity_rows[i].flags || entity_rows[i].flags & flags_of(x)))
            return entity_rows[i].type;
    return NULL;
}

const char *ac_maccrobat_attr(const ac_attr *a)
{
    for (size_t i = 0; i < sizeof attr_rows / sizeof attr_rows[0]; i++)
        if (attr_rows[i].kind == a->kind)
            return attr_rows[i].type;
    return NULL;
}

bool ac_is_dosage(const ac_attr *a)
{
    return a->kind == AC_ATTR_DOSE || a->kind == AC_ATTR_STRENGTH || a->kind == AC_ATTR_FREQUENCY;
}

const char *ac_maccrobat_time(ac_time_kind kind)
{
    for (size_t i = 0; i < sizeof time_rows / sizeof time_rows[0]; i++)
        if (time_rows[i].kind == kind)
            return time_rows[i].type;
    return NULL;
}

const char *ac_maccrobat_scored(ac_sv type)
{
    for (size_t i = 0; i < sizeof scored / sizeof scored[0]; i++)
        if (ac_sv_eq(ac_sv_z(scored[i]), type))
            return scored[i];
    return NULL;
}

/* ---- E3C, presidio, MTS-Dialog ----------------------------------------------------------------------------------- */

bool ac_presidio_counts(ac_phi_type type)
{
    return type != AC_PHI_SEX && type != AC_PHI_KINSHIP && type != AC_PHI_PROFESSION;
}

bool ac_is_disorder(const ac_entity *x)
{
    if (x->kind == AC_KIND_PROBLEM || x->kind == AC_KIND_SYMPTOM)
        return true;
    return x->kind == AC_KIND_FAMILY && x->concept != AC_NONE && ac_concept_kind(x->concept) == AC_KIND_PROBLEM;
}

static const struct {
    const char *section;
    char part;
} parts[] = {
    { "FAM/SOCHX", 'S' },     { "GENHX", 'S' },         { "PASTMEDICALHX", 'S' }, { "CC", 'S' },
    { "PASTSURGICAL", 'S' },  { "ALLERGY", 'S' },       { "ROS", 'S' },           { "MEDICATIONS", 'S' },
    { "ASSESSMENT", 'A' },    { "EXAM", 'O' },          { "DIAGNOSIS", 'A' },     { "DISPOSITION", 'P' },
    { "PLAN", 'P' },          { "EDCOURSE", 'O' },      { "IMMUNIZATIONS", 'S' }, { "IMAGING", 'O' },
    { "GYNHX", 'S' },         { "PROCEDURES", 'O' },    { "OTHER_HISTORY", 'S' }, { "LABS", 'O' },
};

char ac_mts_part(ac_sv section)
{
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (ac_sv_eq(ac_sv_z(parts[i].section), section))
            return parts[i].part;
    return '-';
}
