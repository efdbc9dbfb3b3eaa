/** port/media by the program aceso-media: each document is read in a process of its own, sandboxed, which is killed when it goes silent. */
#ifndef AC_ADAPTER_MEDIA_WORKER_H
#define AC_ADAPTER_MEDIA_WORKER_H

#include "port/media.h"

typedef struct {
    const char *program;   /* NULL: aceso-media beside this program */
    uint32_t silence_ms;   /* without a sign of life for so long it is killed; 0: 60 s, more than any page takes */
    uint32_t cpu_seconds;  /* for one document; 0: 600 */
    uint64_t max_memory;   /* bytes for one document; 0: 2 GiB */
} ac_media_worker_options;

/** Nothing is started before the first document. The caller frees it (ac_media_free). errors  AC_ENOMEM */
AC_NODISCARD ac_rc ac_media_worker_new(const ac_media_worker_options *opt, ac_media **out, ac_err *err);

#endif
