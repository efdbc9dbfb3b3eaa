/** What aceso asks of aceso-media for one document, as bytes on the way between them. */
#ifndef AC_CORE_MEDIA_REQUEST_H
#define AC_CORE_MEDIA_REQUEST_H

#include "base/str.h"

enum { AC_MEDIA_REQUEST_BYTES = 64, AC_MEDIA_LANG_MAX = 7 };

typedef struct {
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
