/** HL7 v2 (2.3 to 2.8), the "vertical bar" encoding of chapter 2: messages, segments, fields. Nothing is copied: every
 *  piece is a view of the source, so its place there is known; hl7_text.h turns a piece into UTF-8 text. */
#ifndef AC_INTEROP_HL7_MESSAGE_H
#define AC_INTEROP_HL7_MESSAGE_H

#include "base/arena.h"

enum {
    AC_HL7_SEGMENTS_MAX = 200000,  /* of one message */
    AC_HL7_FIELDS_MAX = 8000000,   /* of one message, empty ones too */
    AC_HL7_MESSAGES_MAX = 100000,  /* of one file */
};

typedef enum {
    AC_HL7_DEFAULT,                /* nothing declared: UTF-8 where all of the message is, else Windows-1252 */
    AC_HL7_UTF8,
    AC_HL7_CP1252,                 /* declared as 8859/1, of which it is the superset that is meant in practice */
    AC_HL7_8859_15,
} ac_hl7_charset;

typedef struct {
    ac_sv name;                    /* "OBX" */
    ac_sv bytes;                   /* without the line end; holds line breaks where a text was broken over lines */
    uint32_t first, n;             /* its fields: message.fields[first + k], field number k + 1 */
    uint32_t nth;                  /* the how manyth of its name in the message, from 1 */
} ac_hl7_segment;

typedef struct {
    ac_sv bytes;                   /* the message within the source */
    char field_sep, comp_sep, rep_sep, esc, sub_sep, trunc; /* 0: the message has none */
    ac_hl7_charset charset;        /* what text is decoded by: never AC_HL7_DEFAULT */
    ac_hl7_segment *segments;      /* [0] is the MSH */
    size_t n_segments;
    ac_sv *fields;
    size_t n_fields;
} ac_hl7_message;

typedef AC_VEC(ac_sv) ac_hl7_parts;

/** Does this look like HL7 v2: a segment MSH, FHS or BHS at the beginning, after byte order mark, white space and framing? */
bool ac_hl7_is(ac_sv bytes);

/** Where the messages of a file are: one, several, or a batch (FHS BHS ... BTS FTS). Lines end in CR, LF or CRLF; the
 *  framing bytes of MLLP are taken for line ends.
 *  bytes   borrowed by the result
 *  errors  AC_EINPUT (no message, or something before the first one), AC_ELIMIT */
AC_NODISCARD ac_rc ac_hl7_cut(ac_sv bytes, ac_arena *arena, ac_hl7_parts *out, ac_err *err);

/** Read one message into segments and fields. A line that does not begin with a segment's name goes on the text of the one before.
 *  bytes   borrowed; as ac_hl7_cut gives it
 *  errors  AC_EINPUT (no MSH, separators that cannot be, a charset that is not read here), AC_ELIMIT
 *  thread  any; pure; linear */
AC_NODISCARD ac_rc ac_hl7_parse(ac_sv bytes, ac_arena *arena, ac_hl7_message *out, ac_err *err);

/** A piece of a segment, raw. Field, repetition, component and subcomponent count from 1; 0 takes the whole of that level.
 *  Empty where the message has none. Of a MSH, field 1 is the separator itself. */
ac_sv ac_hl7_get(const ac_hl7_message *m, const ac_hl7_segment *s, unsigned field, unsigned rep, unsigned comp, unsigned sub);

/** The k-th part of a piece, from 1; a piece without the separator is its own first part. */
ac_sv ac_hl7_part(ac_sv piece, char sep, unsigned k);

/** The explicit null, "": the sender says that there is none, which differs from saying nothing. */
static inline bool ac_hl7_is_null(ac_sv piece) { return piece.n == 2 && piece.p[0] == '"' && piece.p[1] == '"'; }

/** The first segment of that name; NULL when there is none. */
const ac_hl7_segment *ac_hl7_find(const ac_hl7_message *m, const char *name);

static inline bool ac_hl7_named(const ac_hl7_segment *s, const char *name)
{
    return memcmp(s->name.p, name, 3) == 0;
}

#endif
