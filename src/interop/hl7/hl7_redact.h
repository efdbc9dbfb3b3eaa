/** An HL7 v2 message written anew with nothing in it that identifies: only fields with a row in hl7_redact_rows.c come
 * along, each as its row says; segments without a row, all Z segments among them, are left out and counted. */
#ifndef AC_INTEROP_HL7_REDACT_H
#define AC_INTEROP_HL7_REDACT_H

#include "interop/hl7/hl7_message.h"
#include "interop/sheet.h"

/** What a field holds, and so what of it may leave. */
#define AC_HL7_ACT_LIST(X)                                                                                             \
    X(CODES, "kkkkkkkkkkkkkkkk") /* codes and numbers, whole */                                                        \
    X(CODED, "C")                /* CE, CWE: codes; their words as ac_sheet_coded where a code system is named */      \
    X(WORDS, "W")                /* free text: TX, FT, ST */                                                           \
    X(DATE, "dd")                /* DT, TS, DTM, DR */                                                                 \
    X(BIRTH, "b")                                                                                                      \
    X(TIMING, "kkkddkkwkk")    /* TQ */                                                                                \
    X(NAME, "N.....u")         /* XPN: family, given, further given names */                                           \
    X(PERSON, "sP.......u..u") /* XCN: number, then a name */                                                          \
    X(NAMED, "n")              /* NDL: number, family and given name as subcomponents of the first component */        \
    X(NUMBER, "i...u")         /* CX, EI, ST */                                                                        \
    X(ADDRESS, "rrltzcu.l")    /* XAD: street, other, city, state, postal code, country, type, -, county */            \
    X(TELECOM, "puue..p....p") /* XTN */                                                                               \
    X(PLACE, "l")              /* a place's name */                                                                    \
    X(HOUSE, "h")              /* XON */                                                                               \
    X(ROOM, "...h.u")          /* PL: of which house, of what kind */                                                  \
    X(VALUE, "V")              /* OBX-5, which OBX-2 says the type of */                                               \
    X(SPECIMEN, "kkkkwkk")     /* SPS */
#define AC_HL7_ACT_ENUM(id, parts) AC_HL7_ACT_##id,
typedef enum { AC_HL7_ACT_LIST(AC_HL7_ACT_ENUM) AC_HL7_ACTS } ac_hl7_act;
#undef AC_HL7_ACT_ENUM

typedef struct {
    char segment[4];
    uint8_t from, to; /* fields */
    uint8_t act;      /* ac_hl7_act */
    uint8_t phi;      /* ac_phi_type of a NAME or NUMBER */
} ac_hl7_redact_row;

/** Sorted by segment and field; hl7_redact_rows.c. */
extern const ac_hl7_redact_row ac_hl7_redact_rows[];
extern const size_t ac_hl7_redact_rows_n;

/** One walk over a message (sheet.h): appended to out with lines that end in CR, in UTF-8 where it is not plain ASCII.
 *  m       borrowed
 *  number  of the message within its file, from 1: its new control id
 *  errors  AC_EINPUT (a text switches to a character set that is not read), AC_ELIMIT
 *  thread  any; pure; linear */
AC_NODISCARD ac_rc ac_hl7_redact(const ac_hl7_message *m, size_t number, ac_sheet *sheet, ac_sb *out, ac_err *err);

#endif
