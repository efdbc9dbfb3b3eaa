/** All that a structured document says in words, on one sheet for the engine: whoever writes the document anew walks over it twice. On the
 *  first walk each piece of text is put on the sheet; the engine reads it as one note, so that a name that one field calls a name is found
 *  in the free text of another; on the second walk each piece comes back as it may leave. Both walks must ask for the same pieces in the same
 *  order.
 *  Once the arena is full nothing is put on any more; the sheet fails in the end, so that no writer has to look. */
#ifndef AC_INTEROP_SHEET_H
#define AC_INTEROP_SHEET_H

#include "core/given.h"
#include "nlp/deid/deid.h"

typedef enum {
    AC_SHEET_LINE,    /* a line of its own */
    AC_SHEET_VALUE,   /* on the line, ": " before it: what stands before it says what it is */
    AC_SHEET_BLANK,   /* on the line */
    AC_SHEET_GOES_ON, /* the words go on where those before ended */
} ac_sheet_gap;

typedef struct {
    ac_span span; /* of the sheet's text */
    ac_sv made;   /* what may leave */
} ac_sheet_piece;

typedef struct {
    ac_arena *arena;
    const ac_deid_options *deid;
    ac_sv text;        /* the engine's source, once the first walk is over */
    ac_given given;    /* what the structure calls identifiers, for the engine */
    ac_sb prose;       /* the beginning of its free text: what its language is told by */
    int16_t year;      /* when the document was made; 0: not known */
    uint64_t left_out; /* parts of the document that may not leave, as the writer counts them */
    /* private */
    ac_sb building;
    AC_VEC(ac_sheet_piece) pieces;
    size_t next; /* the piece that is asked for next */
    bool filled, full;
} ac_sheet;

/** arena owns all of it; to be cleaned up. */
void ac_sheet_init(ac_sheet *s, const ac_deid_options *deid, ac_arena *arena);
void ac_sheet_cleanup(ac_sheet *s);

/** Free text: the engine finds what identifies in it. On the first walk the result is text itself, on the second what may leave; it lives as
 *  long as text and the arena. */
ac_sv ac_sheet_words(ac_sheet *s, ac_sheet_gap gap, ac_sv text);
/** A code, or words that came with one: nothing is looked for in it but what identifies elsewhere. */
ac_sv ac_sheet_coded(ac_sheet *s, ac_sv text);
/** The structure says that it identifies. What stands for a replaced value already ("[PATIENT]", "****") stays. */
ac_sv ac_sheet_known(ac_sheet *s, ac_phi_type type, ac_sv text);

/** A date as it may leave: whole, moved, the year alone, or none (year 0). */
ac_date ac_sheet_date(const ac_sheet *s, ac_date date);
/** The same of a birth: whoever may be 90 or older has no year of birth. */
ac_date ac_sheet_birth(const ac_sheet *s, ac_date date);
/** HL7's YYYY[MM[DD[hhmm...]]][zone], v2 and v3 alike; empty when nothing of it may leave or it is no date. Lives in the arena. */
ac_sv ac_sheet_hl7_date(ac_sheet *s, ac_sv text, bool birth);

/** The first walk is over. errors  AC_ELIMIT */
AC_NODISCARD ac_rc ac_sheet_close(ac_sheet *s, ac_err *err);
/** The engine has read the sheet.
 *  text    the note's, which made speaks of
 *  map     from bytes of the sheet to bytes of text
 *  errors  AC_ELIMIT */
AC_NODISCARD ac_rc ac_sheet_fill(ac_sheet *s, ac_sv text, const ac_deidentified *made,
                                 uint32_t (*map)(const void *ctx, uint32_t at), const void *ctx, ac_err *err);
/** The second walk is over. errors  AC_ELIMIT; AC_EINTERNAL when it did not ask for what the first one put on */
AC_NODISCARD ac_rc ac_sheet_done(const ac_sheet *s, ac_err *err);

#endif
