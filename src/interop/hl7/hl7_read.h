/** HL7 v2 in: every message of a file becomes an ac_record (FHIR R4) and the passages of free text that it holds. */
#ifndef AC_INTEROP_HL7_READ_H
#define AC_INTEROP_HL7_READ_H

#include "interop/hl7/hl7_message.h"
#include "interop/record.h"

/** Free text of a message, for the engine to read: notes (NTE), reports and documents (OBX of type TX or FT). */
typedef struct {
    ac_sv path;   /* the segment it begins in: "OBX[3]" */
    ac_sv title;  /* what the message calls it; may be empty */
    ac_sv text;   /* UTF-8, lines end in \n */
    size_t at;    /* byte of the source where it begins */
} ac_hl7_passage;

typedef struct {
    ac_sv bytes;                              /* the message within the source */
    size_t number;                            /* in the file, from 1 */
    ac_sv type, trigger;                      /* MSH-9: "ADT", "A01" */
    ac_sv control_id, version, time;          /* MSH-10, MSH-12, MSH-7 as FHIR dateTime; empty when not said */
    ac_sv application, facility;              /* MSH-3, MSH-4: who sent it */
    /** The facts. A resource tells where it comes from in meta.source, "#OBX[3]" (without number where a message has one).
     *  In coverage a resource is a segment and a member is a component of a field that is not empty; unknown names them as
     *  {"PV1", "39.2"}, and a segment that is not read at all as {"ZBE", ""}. */
    ac_record record;
    AC_VEC(ac_hl7_passage) passages;          /* in the order of the message */
} ac_hl7_reading;

/** A message of the file that cannot be read. */
typedef struct {
    size_t number;                            /* in the file, from 1 */
    ac_err err;                               /* why; rc is AC_EINPUT */
} ac_hl7_fault;

typedef struct {
    ac_hl7_reading *at;
    size_t n, cap;
    AC_VEC(ac_hl7_fault) faults;
} ac_hl7_messages;

/** Read all messages of a file. One that cannot be read is named in out->faults and stops no other.
 *  bytes   borrowed: the result points into it
 *  arena   owns the result
 *  out     at least one message; untouched on error
 *  errors  AC_EINPUT (no HL7 v2; none of its messages can be read: why the first cannot), AC_ELIMIT (too large, the arena is full)
 *  thread  any; pure; linear in the size of the file */
AC_NODISCARD ac_rc ac_hl7_read(ac_sv bytes, ac_arena *arena, ac_hl7_messages *out, ac_err *err);

#endif
