/** What the engine says about one note: the outputs. Every sentence carries the spans that prove it.
 *  Everything lives in the note's arena. */
#ifndef AC_CORE_RESULT_H
#define AC_CORE_RESULT_H

#include "core/note.h"

/** One statement with its evidence (bytes of the note's text, ascending, at least one). */
typedef struct {
    ac_sv text;
    ac_spans evidence;
    uint32_t fact; /* index into note.facts, or AC_NONE */
} ac_item;

typedef struct {
    ac_item *at;
    size_t n, cap;
} ac_items;

typedef struct {
    ac_sv name, duration, severity; /* empty when not said */
    ac_spans evidence;
    uint32_t fact;
} ac_symptom_item;

typedef struct {
    ac_symptom_item *at;
    size_t n, cap;
} ac_symptom_items;

/** The record that the summarisers before us promised: see docs/result-format.md. */
typedef struct {
    bool has_age;
    double age;                /* years */
    ac_spans age_evidence;
    ac_sv gender;              /* in the note's language, as their clients expect; empty when unknown */
    ac_spans gender_evidence;
    ac_symptom_items symptoms;
    ac_items risk_factors, relevant_conditions, medications, allergies, vitals, labs, procedures;
    ac_items narrative;        /* narrative_summary: the sentences, in order */
} ac_clinical_summary;

typedef struct {
    ac_items subjective, objective, assessment, plan;
} ac_soap;

typedef struct {
    ac_items top;              /* at most three: what matters first */
    ac_items problems, medications, allergies, results, procedures, chronology, follow_up, contradictions, questions;
} ac_patient_summary;

typedef struct {
    ac_date date;              /* year 0: only an order is known */
    ac_date end;               /* year 0: a point in time */
    uint8_t kind;              /* ac_kind of the event's fact, or AC_KIND_COUNT */
    ac_item item;
} ac_event;

typedef struct {
    ac_event *at;
    size_t n, cap;
} ac_timeline;

typedef enum { AC_SEVERITY_INFO, AC_SEVERITY_WARNING, AC_SEVERITY_CRITICAL } ac_severity;

/** A rule of data/guidelines that the note meets. */
typedef struct {
    ac_sv rule, citation;      /* static */
    uint8_t severity;          /* ac_severity */
    ac_item item;
} ac_finding;

typedef struct {
    ac_finding *at;
    size_t n, cap;
} ac_findings;

/** What was replaced in the de-identified text: PHI, and what repeats it elsewhere. */
typedef struct {
    ac_span span;              /* bytes of the note's text */
    ac_sv text;                /* what stands there now */
    size_t at;                 /* where that begins in the de-identified text */
} ac_deid_cut;

typedef struct {
    ac_sv profile, mode;       /* static names */
    ac_sv text;                /* the de-identified text */
    ac_deid_cut *cuts;         /* ascending, never overlapping: what differs between it and the note */
    size_t n_cuts;
    ac_sv *replacements;       /* one per note.phi item: what stands there now */
} ac_deidentified;

typedef struct {
    const ac_note *note;
    ac_deidentified deidentified;
    ac_clinical_summary clinical_summary;
    ac_soap soap;
    ac_patient_summary summary;
    ac_timeline timeline;
    ac_findings guidelines;
    ac_items unsupported;      /* statements that lost their evidence: never part of the outputs above */
} ac_result;

#endif
