/** What a document is, by its bytes and never by its name, and the way in for each kind. */
#ifndef AC_APP_INTAKE_H
#define AC_APP_INTAKE_H

#include "core/media_type.h"
#include "interop/chart/chart.h"
#include "port/media.h"

/* kind, media type, document.source; a media document's own type is what the worker finds */
#define AC_INTAKE_LIST(X)                                                                                              \
    X(AC_INTAKE_TEXT, "text/plain", "text")                                                                            \
    X(AC_INTAKE_FHIR, "application/fhir+json", "fhir")                                                                 \
    X(AC_INTAKE_FHIR_LINES, "application/fhir+ndjson", "fhir")                                                         \
    X(AC_INTAKE_HL7, "application/hl7-v2", "hl7v2")                                                                    \
    X(AC_INTAKE_MEDIA, "application/octet-stream", "media")                                                            \
    X(AC_INTAKE_CCDA, "application/cda+xml", "ccda") /* told by its root, after the worker has read the XML */

#define AC_INTAKE_ENUM(id, ...) id,
typedef enum { AC_INTAKE_LIST(AC_INTAKE_ENUM) AC_INTAKE_KINDS } ac_intake_kind;
#undef AC_INTAKE_ENUM

typedef struct {
    const ac_lang *lang;       /* NULL: found out */
    ac_media *media;           /* reads what is not text; NULL: such documents are refused; borrowed */
    ac_media_options reading;  /* for it */
} ac_intake_options;

/** One patient's part of a document. */
typedef struct {
    ac_chart chart;
    const ac_record *record; /* what it was made of */
    size_t number;           /* of the message or patient in the document, from 1 */
} ac_intake_part;

/** A part that cannot be read, and stops no other. */
typedef struct {
    size_t number;           /* of the message in the document, from 1 */
    ac_err err;              /* why */
} ac_intake_fault;

typedef struct {
    ac_intake_kind kind;
    ac_sv media_type, source;  /* static: of the result's document.type and document.source */
    AC_VEC(ac_intake_part) parts; /* none for plain text and for documents that are read as text: */
    AC_VEC(ac_intake_fault) faults;
    ac_sv text;                /* the note then */
    const ac_layout *layout;   /* and where on which page its words stand, when it came so; else NULL */
} ac_intake;

/** By its first bytes; costs nothing for text. XML of any kind is AC_INTAKE_MEDIA. Pure. */
ac_intake_kind ac_intake_kind_of(ac_sv bytes);

/** Read a document of any kind.
 *  bytes   borrowed until out is dropped
 *  arena   owns everything
 *  errors  AC_EINPUT (broken, or of a kind that cannot be read here: err says why), AC_ELIMIT, AC_ENOMEM, AC_EIO
 *  thread  any, one at a time per arena */
AC_NODISCARD ac_rc ac_intake_read(const ac_intake_options *opt, ac_sv bytes, ac_arena *arena, ac_intake *out, ac_err *err);

#endif
