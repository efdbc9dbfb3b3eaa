/** Is there a section header here? Used by section.c only. */
#ifndef AC_NLP_SECTION_HEADER_H
#define AC_NLP_SECTION_HEADER_H

#include "nlp/text/section.h"

typedef enum {
    AC_HEADER_LINE,     /* at the start of a line */
    AC_HEADER_GLUED,    /* after a comma that stands for a line end: "tonsils.,NECK: supple" */
    AC_HEADER_SENTENCE, /* after the end of a sentence in the same line */
    AC_HEADER_INLINE,   /* anywhere after a blank: capitals and a colon only */
} ac_header_place;

typedef struct {
    ac_span span;  /* the header's words with their colon */
    uint32_t from; /* where its line or statement begins, marks of lists and headings included */
    uint16_t type; /* ac_section_type */
    bool capitals, known;
    char mark; /* before it: '-' a bullet, '1' a number, 0 none */
    uint8_t words;
} ac_header;

typedef struct {
    const ac_note *note;
    uint32_t folded; /* cursor: candidates come in ascending order */
    bool soap;       /* single letters S: O: A: P: are headers of this note */
} ac_header_scan;

ac_header_scan ac_header_scan_of(const ac_note *note);

/** The header that begins at text byte at. Reads a bounded number of bytes. */
bool ac_header_at(ac_header_scan *scan, uint32_t at, ac_header_place place, ac_header *out);

#endif
