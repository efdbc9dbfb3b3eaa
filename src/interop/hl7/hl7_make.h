/** What the readers of HL7 v2 segments share: pieces of fields as FHIR data types, and which of them were read.
 *  The mapping follows HL7's "Version 2 to FHIR" guide (build.fhir.org/ig/HL7/v2-to-fhir), cut to what R4 can hold.
 *  Memory and ids are those of fhir_make.h: once the arena is full, helpers hand out a scrap area and f.full is set. */
#ifndef AC_INTEROP_HL7_MAKE_H
#define AC_INTEROP_HL7_MAKE_H

#include "interop/fhir_make.h"
#include "interop/hl7/hl7_read.h"
#include "interop/hl7/hl7_table.h"

#include <stddef.h>

/** A repetition of a field, or a component of one, and how its parts are separated. */
typedef struct {
    ac_sv raw;
    char sep;           /* between its parts; 0: it has none */
    uint64_t *seen;     /* the field's parts that were read, bit k - 1; NULL within a component */
} ac_hl7_value;

typedef struct {
    ac_fhir_maker f;
    const ac_hl7_message *msg;
    ac_sv source;                        /* the whole file */
    ac_hl7_reading *out;
    ac_err *err;
    ac_rc rc;                            /* the first failure that is not the arena's */
    uint64_t *seen;                      /* by field of the message */
    AC_VEC(uint64_t) lost;               /* what has no place: name, field, part */
    const ac_hl7_segment *at;            /* the segment being read */
    ac_sv zone;                          /* "+01:00" of MSH-7, which holds for times without one; empty when it has none */
    bool result;                         /* the message tells results: an OBR is a report */
    bool vaccine;                        /* the message is about immunisation */
    bool has_spm;                        /* specimens have segments of their own */
    ac_sv patient, encounter;            /* references, empty before there is one */
    ac_rec_patient *who;
    ac_rec_encounter *stay;
    struct {                             /* the order group that the segment belongs to */
        const ac_hl7_segment *orc;
        ac_sv request, report, given;    /* references: ServiceRequest or MedicationRequest; DiagnosticReport; what was given */
        ac_rec_service_request *service;
        ac_rec_diagnostic_report *diagnostics;
        ac_rec_medication_request *medication;
        ac_rec_medication_dispense *dispense;
        ac_rec_medication_administration *administration;
        ac_rec_immunization *immunization;
        ac_rec_dosage *dosage;           /* of medication or dispense */
        ac_rec_medication *drug;         /* with form, strength and parts; NULL before there is something to say */
        ac_sv drug_url;
        const ac_hl7_segment *timing;    /* a TQ1 that stands before what it times */
        ac_rec_concept *category;        /* of its observations; NULL when unknown */
        ac_sv specimen;
    } group;
    ac_rec_observation *observation;     /* the last one; NULL when another segment stands between */
    struct {
        const ac_hl7_segment *first;     /* of the text that goes on from OBX to OBX */
        ac_rec_texts lines;
    } text;
    ac_rec_document_reference *paper;    /* of the TXA whose OBX are being read */
    const ac_hl7_segment *paper_segment;
    ac_sv *comment;                      /* the one text that takes notes where there is no list of them; else NULL */
    ac_rec_texts comments;               /* for it */
    bool commenting;                     /* the segment before spoke of what it belongs to */
    struct {
        const ac_hl7_segment *first;     /* of the note that goes on from NTE to NTE */
        ac_rec_texts lines;
        ac_rec_annotation note;
    } note;
    ac_rec_appointment *appointment;
    struct {
        struct ac_rec_annotation **at;
        size_t *n, *cap;
    } notes;                             /* the note list of the last resource that has one; at is NULL when none */
} ac_hl7_maker;

/* ---- fields ---- */

ac_hl7_value ac_hl7_field(ac_hl7_maker *m, unsigned field);              /* the first repetition */
/** The next repetition; begin with *state 0. False when there is none. Empty ones are skipped. */
bool ac_hl7_next(ac_hl7_maker *m, unsigned field, size_t *state, ac_hl7_value *out);
bool ac_hl7_has(const ac_hl7_maker *m, unsigned field);                  /* not empty and not "" */
ac_sv ac_hl7_raw(ac_hl7_value v, unsigned k);                            /* a part, marked as read; empty for "" */
ac_hl7_value ac_hl7_sub(const ac_hl7_maker *m, ac_hl7_value v, unsigned k); /* a part with parts of its own, marked as read */
ac_sv ac_hl7_string(ac_hl7_maker *m, ac_hl7_value v, unsigned k);        /* a part as FHIR string; k 0: all of it */
ac_sv ac_hl7_code(ac_hl7_maker *m, ac_hl7_value v, unsigned k);          /* the same as FHIR code: no blanks at its ends or doubled */
/** Something of a field has no place: count it. part: a component, 0 for a field without, AC_HL7_REPEATED for further repetitions. */
enum { AC_HL7_REPEATED = 255 };
void ac_hl7_lost(ac_hl7_maker *m, const ac_hl7_segment *s, unsigned field, unsigned part);
/** A part that was read but has no place after all: count it. k 0: all of the field. */
void ac_hl7_unread(ac_hl7_value v, unsigned k);

/* ---- resources ---- */

/** A new resource with meta.source of the segment being read. */
void *ac_hl7_add(ac_hl7_maker *m, ac_rec_kind kind, ac_sv *url);
ac_sv ac_hl7_path(ac_hl7_maker *m, const ac_hl7_segment *s);             /* "OBX[3]", "PID" */
void ac_hl7_passage_add(ac_hl7_maker *m, const ac_hl7_segment *s, ac_sv title, ac_sv text, size_t at);

/* ---- data types: false or NULL when the value says nothing; out is zeroed memory ---- */

typedef bool ac_hl7_convert(ac_hl7_maker *m, ac_hl7_value v, const void *arg, void *out);

ac_hl7_convert ac_hl7_to_string;       /* ac_sv: the whole value */
ac_hl7_convert ac_hl7_to_first;        /* ac_sv: its first part */
ac_hl7_convert ac_hl7_to_date;         /* ac_sv */
ac_hl7_convert ac_hl7_to_date_time;    /* ac_sv */
ac_hl7_convert ac_hl7_to_instant;      /* ac_sv; nothing unless it has a time and a zone */
ac_hl7_convert ac_hl7_to_mapped;       /* ac_sv: code of arg, an ac_hl7_table */
ac_hl7_convert ac_hl7_to_bool;         /* uint8_t: Y, N of table 0136 */
ac_hl7_convert ac_hl7_to_number;       /* ac_sv: a FHIR decimal */
ac_hl7_convert ac_hl7_to_whole;        /* ac_sv: a FHIR positiveInt or unsignedInt */
ac_hl7_convert ac_hl7_to_concept;      /* ac_rec_concept: CWE, CE, CNE, IS, ID; arg NULL or the ac_hl7_set of codes without system */
ac_hl7_convert ac_hl7_to_coding;       /* ac_rec_coding: its first code */
ac_hl7_convert ac_hl7_to_cx;           /* ac_rec_identifier: CX; arg NULL or the type's code, table 0203 */
ac_hl7_convert ac_hl7_to_ei;           /* ac_rec_identifier: EI; arg as above */
ac_hl7_convert ac_hl7_to_name;         /* ac_rec_human_name: XPN; arg NULL or the use */
ac_hl7_convert ac_hl7_to_address;      /* ac_rec_address: XAD */
ac_hl7_convert ac_hl7_to_person;       /* ac_rec_reference: XCN */
ac_hl7_convert ac_hl7_to_clinician;    /* ac_rec_reference: NDL, a name whose parts are subcomponents */
ac_hl7_convert ac_hl7_to_named;        /* ac_rec_reference: XPN, a name alone */
ac_hl7_convert ac_hl7_to_org;          /* ac_rec_reference: XON */
ac_hl7_convert ac_hl7_to_place;        /* ac_rec_reference: PL */
ac_hl7_convert ac_hl7_to_thing;        /* ac_rec_reference: EI; arg: its type, "Device" */
ac_hl7_convert ac_hl7_to_performer;    /* ac_rec_performer: XCN */
ac_hl7_convert ac_hl7_to_annotation;   /* ac_rec_annotation: text */
ac_hl7_convert ac_hl7_to_quantity;     /* ac_rec_quantity: CQ */
ac_hl7_convert ac_hl7_to_period;       /* ac_rec_period: DR */

/** XTN: as many contact points as it holds addresses. */
typedef __typeof__(((ac_rec_patient *)0)->telecom) ac_hl7_telecoms;
void ac_hl7_telecom(ac_hl7_maker *m, ac_hl7_value v, ac_sv use, void *list);

/** What a number identifies, by whom it was given (an HD); NULL when value is empty. */
ac_rec_identifier *ac_hl7_identified(ac_hl7_maker *m, ac_sv value, ac_sv type, ac_hl7_value authority);
ac_rec_period *ac_hl7_period_of(ac_hl7_maker *m, ac_hl7_value v, unsigned from, unsigned to); /* of two parts; NULL when both are empty */
ac_sv ac_hl7_uri(ac_hl7_maker *m, ac_sv id, ac_sv kind);                  /* of an HD: urn:oid:..., urn:uuid:..., http...; else empty */
ac_sv ac_hl7_time_text(ac_hl7_maker *m, ac_sv raw, bool *whole);          /* FHIR dateTime of a DTM; *whole: nothing was lost */
ac_sv ac_hl7_decimal(ac_hl7_maker *m, ac_sv raw);                         /* as FHIR writes numbers; empty when it is none */
/** Number and unit; unit: a CWE whose first part is the code. NULL when there is no number. */
ac_rec_quantity *ac_hl7_amount(ac_hl7_maker *m, ac_sv number, ac_hl7_value unit);
ac_rec_concept *ac_hl7_words(ac_hl7_maker *m, ac_sv text);                /* NULL when empty */
ac_rec_concept *ac_hl7_unknown(ac_hl7_maker *m);                          /* data-absent-reason: unknown */
ac_rec_period *ac_hl7_begin_end(ac_hl7_maker *m, unsigned from, unsigned to); /* of two fields; NULL when both are empty; 0: none */

ac_sv ac_hl7_later(ac_hl7_maker *m, ac_sv instant, ac_sv minutes);
ac_rec_reference *ac_hl7_subject(ac_hl7_maker *m);                        /* the patient, who may be unknown */

/* ---- rows: field -> member ---- */

typedef enum { AC_HL7_TEXT, AC_HL7_FLAG, AC_HL7_ONE, AC_HL7_EACH, AC_HL7_TELECOM } ac_hl7_kind;

typedef struct {
    uint8_t field, kind;
    uint16_t offset, size;     /* of the member in the struct; of what it holds */
    ac_hl7_convert *convert;
    const void *arg;
} ac_hl7_row;

/* field, kind, resource, member, what one value of it is, converter, argument */
#define AC_HL7_R(field, kind, resource, member, type, convert, arg)                                                    \
    { field, AC_HL7_##kind, offsetof(ac_rec_##resource, member), sizeof(type), convert, arg }
#define AC_HL7_STR(field, resource, member, convert, arg) AC_HL7_R(field, TEXT, resource, member, ac_sv, convert, arg)
#define AC_HL7_OBJ(field, resource, member, type, convert, arg)                                                        \
    AC_HL7_R(field, ONE, resource, member, ac_rec_##type, convert, arg)
#define AC_HL7_ALL(field, resource, member, type, convert, arg)                                                        \
    AC_HL7_R(field, EACH, resource, member, ac_rec_##type, convert, arg)

/** Fill the members of a resource from the fields of the segment being read. A member that is filled already is left alone,
 *  and what a member for one value cannot take is counted. */
void ac_hl7_fill(ac_hl7_maker *m, const ac_hl7_row *rows, size_t n, void *resource);
#define AC_HL7_FILL(m, rows, resource) ac_hl7_fill((m), (rows), sizeof(rows) / sizeof((rows)[0]), (resource))

/* ---- segments ---- */

void ac_hl7_pid(ac_hl7_maker *m);
void ac_hl7_pd1(ac_hl7_maker *m);
void ac_hl7_nk1(ac_hl7_maker *m);
void ac_hl7_gt1(ac_hl7_maker *m);
void ac_hl7_in1(ac_hl7_maker *m);
void ac_hl7_mrg(ac_hl7_maker *m);
void ac_hl7_pv1(ac_hl7_maker *m);
void ac_hl7_pv2(ac_hl7_maker *m);
void ac_hl7_dg1(ac_hl7_maker *m);
void ac_hl7_prb(ac_hl7_maker *m);
void ac_hl7_al1(ac_hl7_maker *m);
void ac_hl7_iam(ac_hl7_maker *m);
void ac_hl7_pr1(ac_hl7_maker *m);
void ac_hl7_orc(ac_hl7_maker *m);
void ac_hl7_obr(ac_hl7_maker *m);
void ac_hl7_spm(ac_hl7_maker *m);
void ac_hl7_tq1(ac_hl7_maker *m);
void ac_hl7_obx(ac_hl7_maker *m);
void ac_hl7_nte(ac_hl7_maker *m);
void ac_hl7_rxa(ac_hl7_maker *m);
void ac_hl7_rxo(ac_hl7_maker *m);
void ac_hl7_rxe(ac_hl7_maker *m);
void ac_hl7_rxd(ac_hl7_maker *m);
void ac_hl7_rxr(ac_hl7_maker *m);
void ac_hl7_rxc(ac_hl7_maker *m);
void ac_hl7_txa(ac_hl7_maker *m);
void ac_hl7_sch(ac_hl7_maker *m);
void ac_hl7_ais(ac_hl7_maker *m);
void ac_hl7_aig(ac_hl7_maker *m);
void ac_hl7_ail(ac_hl7_maker *m);
void ac_hl7_aip(ac_hl7_maker *m);

/** The text of OBX segments that is still open becomes the value of its observation, and a passage; and so do notes. */
void ac_hl7_close_text(ac_hl7_maker *m);
void ac_hl7_close_note(ac_hl7_maker *m);
void ac_hl7_close_paper(ac_hl7_maker *m);
void ac_hl7_close_comment(ac_hl7_maker *m);
/** Notes go to this text from now on. */
void ac_hl7_comment_to(ac_hl7_maker *m, ac_sv *text);
void ac_hl7_close_appointment(ac_hl7_maker *m);
/** A TQ1 that came before its order. */
void ac_hl7_late_timing(ac_hl7_maker *m);

/** Of the order that the segment belongs to: fields of its ORC, and what ORC says of its state (request-status). */
void ac_hl7_fill_orc(ac_hl7_maker *m, const ac_hl7_row *rows, size_t n, void *resource);
ac_sv ac_hl7_order_status(ac_hl7_maker *m);

/** Remember whose note list the NTE segments that follow go to. */
#define AC_HL7_NOTES(m, resource)                                                                                      \
    ((void)((m)->notes.at = &(resource)->note.at, (m)->notes.n = &(resource)->note.n, (m)->notes.cap = &(resource)->note.cap))

#endif
