/** What a caller knows of a document before the engine reads it: facts of a FHIR resource, an HL7 segment, a C-CDA entry.
 *  The text then holds them in readable lines, and the engine finds nothing of its own there: a fact that came with its code keeps
 *  that code and is never guessed again from its words. The rest of the text is read like any other.
 *  All spans are bytes, half-open, into the same text; all lists ascend and never overlap. Whoever makes this owns it; it outlives the note. */
#ifndef AC_CORE_GIVEN_H
#define AC_CORE_GIVEN_H

#include "core/note.h"

typedef struct {
    ac_span span;                /* its words in the text */
    ac_span cue;                 /* the words that say what the assertion is; empty when none */
    uint8_t kind, assertion;     /* ac_kind, ac_assertion */
    ac_quantity value;           /* of labs and vitals */
    ac_attrs attrs;              /* with AC_NONE as entity */
    const ac_entity_code *codes; /* as the source has them; they are passed on unchanged */
    uint32_t n_codes;
    uint32_t entry;              /* the resource of the source that says it: an index into its record */
} ac_given_entity;

/** An identifier: what the structure calls a name, an address, a number, a date. */
typedef struct {
    ac_span span;
    uint8_t type;                /* ac_phi_type */
    ac_date date;                /* of AC_PHI_DATE */
    double number;               /* of AC_PHI_AGE: years */
} ac_given_phi;

/** Where in the source a stretch of the text comes from. */
typedef struct {
    ac_span span;
    ac_sv path;                  /* "Observation[17]", "OBX[3]", "section[2]/entry[4]": places, never names or ids */
} ac_origin;

/** Complete or say so: what of the structure is in none of the lines. */
typedef struct {
    uint64_t resources, resources_unread;     /* in the source; of a type that is not read, or of a meaning that is not understood */
    uint64_t resources_left_out;              /* of this patient: entered in error, cancelled */
    uint64_t members, members_unread;         /* at every depth of what was read */
    uint64_t attachments_unread;              /* that are no text */
} ac_given_coverage;

typedef struct ac_given {
    AC_VEC(ac_given_entity) entities;
    AC_VEC(ac_given_phi) phi;
    AC_VEC(ac_origin) origins;
    ac_spans titles;             /* headings of free text: a section begins there */
    ac_spans closed;             /* where nothing is recognised but identifiers */
    ac_patient patient;          /* age, sex, birth date and name: those with a span are known */
    ac_given_coverage coverage;
} ac_given;

/** The text has changed place: from[i] of every span becomes what map says. Returns a copy in the arena, NULL when that is full. */
ac_given *ac_given_moved(const ac_given *given, ac_arena *arena, uint32_t (*map)(const void *ctx, uint32_t at), const void *ctx);

/** The byte lies in a closed span. Pure; a binary search. */
bool ac_note_is_closed(const ac_note *note, uint32_t at);

/** Of the sentences that *wanted has (NULL: all of them) those outside closed spans, as another array in the note's arena; where nothing
 *  is closed *wanted stays. False when the arena is full. */
bool ac_note_wants_open(const ac_note *note, const bool **wanted);

#endif
