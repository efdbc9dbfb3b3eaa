/** What aceso asks of aceso-media for one document, as bytes on the way between them. */
#ifndef AC_CORE_MEDIA_REQUEST_H
#define AC_CORE_MEDIA_REQUEST_H

#include "base/str.h"

enum { AC_MEDIA_REQUEST_BYTES = 64, AC_MEDIA_LANG_MAX = 7 };

typedef enum {
    AC_MEDIA_READ,
    AC_MEDIA_REDACT,     /* the regions are gone for good, and everything else that is not a picture of the pages; */
    AC_MEDIA_ANNOTATE,   /* the regions are framed. Both: the layout with regions comes as packets on the channel, up to DONE */
    AC_MEDIA_MODES
} ac_media_mode;

typedef struct {
    ac_media_mode mode;
    bool careful;        /* what was read of a page is sent before the next one begins */
    bool begun;          /* by a reader that failed: what is said of the whole document was said, and so were: */
    uint32_t page;       /* the pages before this one, */
    uint32_t text, words, tables; /* so many bytes, words and tables */
    bool ocr_all;        /* look for words in every picture, however small, of pages that have text, too */
    ac_sv lang;          /* of text recognition: "en", "es"; empty: told by what is read */
    uint64_t max_bytes;  /* of text */
    uint64_t max_memory; /* bytes, beyond what the worker holds at its start */
    uint32_t max_pages;  /* 0: no limit */
    uint32_t cpu_seconds;
} ac_media_request;

/** Returns the bytes, in buf. */
ac_sv ac_media_request_write(const ac_media_request *r, char buf[AC_MEDIA_REQUEST_BYTES]);
/** False when they are no request. out->lang lies in bytes. */
bool ac_media_request_read(ac_sv bytes, ac_media_request *out);

#endif
