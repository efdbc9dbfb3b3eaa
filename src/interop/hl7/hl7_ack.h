/** Acknowledgements of HL7 v2 messages (chapter 2, "Message acknowledgment"). They never carry anything of the message but its
 *  control id, names of systems and separators. */
#ifndef AC_INTEROP_HL7_ACK_H
#define AC_INTEROP_HL7_ACK_H

#include "interop/hl7/hl7_message.h"

/** What became of the message. */
typedef enum {
    AC_HL7_TAKEN,     /* AA, CA */
    AC_HL7_FAILED,    /* AE, CE: its content could not be worked on */
    AC_HL7_REFUSED,   /* AR, CR: nothing of it was looked at; may come again later where the code says so */
} ac_hl7_outcome;

/** Table 0357, the codes that are used here: code, text. */
#define AC_HL7_ERRORS(X)                                                                                               \
    X(NONE, "0", "Message accepted") X(SEQUENCE, "100", "Segment sequence error")                                      \
    X(REQUIRED, "101", "Required field missing") X(TYPE, "102", "Data type error")                                     \
    X(TABLE, "103", "Table value not found") X(LENGTH, "104", "Value too long")                                        \
    X(UNSUPPORTED_TYPE, "200", "Unsupported message type") X(UNSUPPORTED_EVENT, "201", "Unsupported event code")       \
    X(UNSUPPORTED_VERSION, "203", "Unsupported version id") X(UNKNOWN_KEY, "204", "Unknown key identifier")            \
    X(DUPLICATE_KEY, "205", "Duplicate key identifier") X(LOCKED, "206", "Application record locked")                  \
    X(INTERNAL, "207", "Application internal error")
#define AC_HL7_ERROR_ENUM(name, code, text) AC_HL7_E_##name,
typedef enum { AC_HL7_ERRORS(AC_HL7_ERROR_ENUM) AC_HL7_ERROR_COUNT } ac_hl7_error;
#undef AC_HL7_ERROR_ENUM

typedef enum {
    AC_HL7_ACK_ACCEPT,       /* sent at once: the message is safely stored, or not. In original mode it is the only one */
    AC_HL7_ACK_APPLICATION,  /* sent when the message has been worked on; enhanced mode */
} ac_hl7_stage;

typedef struct {
    ac_hl7_stage stage;
    ac_hl7_outcome outcome;
    ac_hl7_error error;
    ac_sv time;              /* of the acknowledgement, YYYYMMDDHHMMSS+ZZZZ */
    ac_sv control_id;        /* of the acknowledgement; at most 20 characters that need no escape */
    ac_sv place;             /* where the error is, ERR-2: "PID^1^3"; empty when not known */
} ac_hl7_reply;

/** What the header of a message says of its way; raw pieces, empty where it says nothing. */
typedef struct {
    ac_sv application, facility; /* MSH-3, MSH-4: who sent it */
    ac_sv type, event;           /* MSH-9.1, 9.2 */
    ac_sv control_id;            /* MSH-10 */
    ac_sv version;               /* MSH-12.1 */
    ac_sv charset;               /* MSH-18, the first repetition */
    bool enhanced;               /* MSH-15 or MSH-16 asks for acknowledgements by stage */
} ac_hl7_envelope;

/** Read it. False: there is no header. message borrowed; pure; looks at the header alone. */
bool ac_hl7_envelope_read(ac_sv message, ac_hl7_envelope *out);

/** The error that a failed reading stands for. */
ac_hl7_error ac_hl7_error_of(ac_rc rc);

/** Does the sender want this acknowledgement? In original mode (neither MSH-15 nor MSH-16) exactly one, at the first stage. In enhanced
 *  mode MSH-15 and MSH-16 say: AL always, NE never, ER on error, SU on success; empty is never. */
bool ac_hl7_wants(ac_sv message, ac_hl7_stage stage, ac_hl7_outcome outcome);

/** Append the acknowledgement of a message, segments ended by CR, without MLLP framing.
 *  message  as it came in; may be hostile: what cannot be read of its header is left empty
 *  errors   AC_ELIMIT, AC_ENOMEM (out is full)
 *  thread   any; pure; looks at the header alone */
AC_NODISCARD ac_rc ac_hl7_ack(ac_sv message, const ac_hl7_reply *reply, ac_sb *out, ac_err *err);

#endif
