/* A builder that could not grow must end the document, not shorten it. */
#ifndef AC_ADAPTER_MARKUP_ROOM_H
#define AC_ADAPTER_MARKUP_ROOM_H

#include "core/media_write.h"

/* Is b whole? Where memory was short, the document fails; a builder that met its own limit is for the caller to judge. */
static inline bool is_whole(const ac_sb *b, ac_mw *out)
{
    if (b->rc == AC_ENOMEM)
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    return b->rc == AC_OK;
}

/* The same where its limit is one of the document. */
static inline bool is_whole_or_too_large(const ac_sb *b, ac_mw *out)
{
    if (b->rc != AC_OK && b->rc != AC_ENOMEM)
        ac_mw_fail(out, AC_MEDIA_TOO_LARGE);
    return is_whole(b, out);
}

#endif
