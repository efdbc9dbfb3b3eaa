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

/* ---- PharmaCoNER ------------------------------------------------------------------------------------------------- */

/* What a laboratory test measures: small molecules and ions are "normalizables" of the corpus, proteins are "proteinas";
 * cells, ratios and panels are neither. Ids of data/lexicon/labs.tsv, sorted. */
static const char *const molecules[] = {
    "17-ohp", "5-hiaa", "abg-bicarbonate", "aldosterone", "aluminum-level", "ammonia", "androstenedione",
    "arsenic-level", "arterial-lactate", "bicarbonate", "bile-acids", "bilirubin-direct", "bilirubin-indirect",
    "bilirubin-total", "bun", "calcium-lab", "carbon-dioxide", "carnitine-lab", "carotene", "chloride",
    "cholesterol-total", "copper-lab", "copper-urine", "corrected-calcium", "cortisol", "cortisol-urine", "cotinine",
    "creatinine", "dheas", "estradiol-lab", "fasting-glucose", "folate", "free-t3", "free-t4", "glucose", "hdl",
    "homocysteine", "ionized-calcium", "iron-lab", "lactate", "ldl", "ldl-direct", "lead-level", "magnesium-lab",
    "mercury-level", "metanephrines-plasma", "metanephrines-urine", "methylmalonic-acid", "pco2", "phosphate", "po2",
    "postprandial-glucose", "potassium-lab", "progesterone-lab", "pyruvate", "selenium-lab", "sodium",
    "testosterone-free", "testosterone-total", "total-t3", "total-t4", "triglycerides", "urea", "uric-acid",
    "urine-bilirubin", "urine-chloride", "urine-citrate", "urine-creatinine", "urine-glucose", "urine-nitrite",
    "urine-oxalate", "urine-phosphate", "urine-potassium", "urine-sodium", "urine-urea", "vitamin-a-level",
    "vitamin-b1-level", "vitamin-b12", "vitamin-b6-level", "vitamin-c-level", "vitamin-d-1-25", "vitamin-d-lab",
    "vitamin-e-level", "vitamin-k-level", "vldl", "vma-urine", "zinc-lab",
};

static const char *const proteins[] = {
    "acid-phosphatase", "acth", "adamts13", "afp", "albumin", "aldolase", "alp", "alpha1-antitrypsin", "alt", "ama",
    "amh", "amylase", "ana", "anca", "anti-achr", "anti-aqp4", "anti-ccp", "anti-centromere", "anti-dsdna",
    "anti-endomysial", "anti-gad", "anti-gbm", "anti-gliadin", "anti-hbc", "anti-hbc-igm", "anti-hbe", "anti-hbs",
    "anti-hcv", "anti-intrinsic-factor", "anti-la", "anti-lkm", "anti-musk", "anti-parietal", "anti-pla2r",
    "anti-rnp", "anti-ro", "anti-scl70", "anti-smith", "anti-thyroglobulin", "anti-tpo", "anti-ttg",
    "anticardiolipin", "antithrombin-lab", "apo-a1", "apo-b", "asma", "aso", "ast", "bence-jones",
    "beta2-glycoprotein", "beta2-microglobulin", "bnp", "c-anca", "c-peptide", "c1-esterase-inhibitor", "ca125",
    "ca153", "ca199", "ca724", "calcitonin-lab", "calprotectin-fecal", "carboxyhemoglobin", "cea", "ceruloplasmin",
    "cholinesterase", "chromogranin-a", "ck", "ck-mb", "complement-c3", "complement-c4", "crp", "cryoglobulins",
    "csf-protein", "cyfra", "cystatin-c", "d-dimer", "erythropoietin-lab", "estrogen-receptor", "factor-ix-lab",
    "factor-v", "factor-vii", "factor-viii-lab", "ferritin", "fibrinogen-lab", "fructosamine", "fsh", "gastrin",
    "ggt", "globulin", "growth-hormone-lab", "haptoglobin", "hba1c", "hbeag", "hbsag", "hcg-quantitative", "he4",
    "hemoglobin", "her2-status", "hs-crp", "hs-troponin", "hs-troponin-i", "hs-troponin-t", "iga", "ige", "igf1",
    "igg", "igg4", "igm", "il2-receptor", "il6", "inhibin", "insulin-level", "kappa-light-chain", "ki67",
    "lambda-light-chain", "ldh", "lh", "lipase", "lipoprotein-a", "m-protein", "methemoglobin", "myoglobin", "nse",
    "nt-probnp", "p-anca", "prealbumin", "procalcitonin", "progesterone-receptor", "prolactin", "protein-c",
    "protein-s", "psa", "psa-free", "pth", "pthrp", "renin", "rheumatoid-factor", "s100", "scc-antigen", "shbg",
    "soluble-transferrin-receptor", "specific-ige", "thyroglobulin", "total-protein", "tp53", "trab",
    "transaminases-panel", "transferrin", "troponin", "troponin-i", "troponin-t", "tryptase", "tsh", "urine-albumin",
    "urine-myoglobin", "urine-protein", "vwf-antigen",
};

/* Drugs that are proteins themselves. */
static const char *const protein_classes[] = {
    "bispecific-antibody", "coagulation-factor", "enzyme-replacement", "erythropoiesis-stimulating", "g-csf",
    "gonadotropin", "growth-hormone", "immunoglobulin", "insulin", "interferon", "monoclonal-antibody", "thrombolytic",
};

static int by_id(const void *key, const void *row)
{
    const ac_sv *id = key;
    const char *const *name = row;
    return ac_sv_cmp(*id, ac_sv_z(*name));
}

static bool listed(ac_sv id, const char *const *list, size_t n) { return bsearch(&id, list, n, sizeof *list, by_id); }

static const char *tested(const ac_entity *x)
{
    ac_sv id = x->concept == AC_NONE ? AC_SV("") : ac_concept_id(x->concept);
    if (listed(id, molecules, sizeof molecules / sizeof molecules[0]))
        return "drug";
    return listed(id, proteins, sizeof proteins / sizeof proteins[0]) ? "protein" : NULL;
}

static const char *given(const ac_entity *x)
{
    for (size_t i = 0; x->concept != AC_NONE && i < sizeof protein_classes / sizeof protein_classes[0]; i++)
        if (ac_concept_in_class(x->concept, ac_sv_z(protein_classes[i])))
            return "protein";
    return "drug";
}

const char *ac_pharma_entity(const ac_entity *x, bool tagged)
{
    if (tagged)
        return x->substance == AC_SUBSTANCE_CHEMICAL ? "drug" : x->substance == AC_SUBSTANCE_PROTEIN ? "protein" : NULL;
    bool drug = x->kind == AC_KIND_MEDICATION || (x->kind == AC_KIND_ALLERGY && x->concept != AC_NONE &&
                                                  ac_concept_kind(x->concept) == AC_KIND_MEDICATION);
    return drug ? given(x) : x->kind == AC_KIND_LAB ? tested(x) : NULL;
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
