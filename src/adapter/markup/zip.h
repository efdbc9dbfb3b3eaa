/* The parts of a ZIP container, unpacked within limits. Nothing that the directory says of sizes is believed. libarchive. */
#ifndef AC_ADAPTER_MARKUP_ZIP_H
#define AC_ADAPTER_MARKUP_ZIP_H

#include "core/media_write.h"

enum {
    ZIP_ENTRIES_MAX = 20000,
    ZIP_PART_MAX = 64 * 1024 * 1024,         /* bytes of one part that is unpacked */
    ZIP_TOTAL_MAX = 128 * 1024 * 1024,       /* and of all of them */
};

typedef struct {
    ac_sv name;                 /* as in the container, without a leading '/' */
    ac_sv bytes;                /* p is NULL when it was not unpacked */
    uint64_t size;              /* as the directory says, for people only */
} zip_part;

typedef struct {
    ac_arena *arena;            /* owns names and bytes */
    AC_VEC(zip_part) parts;
} zip;

/* Unpack the parts whose names wanted accepts. False when it failed, with the reason told to out: AC_MEDIA_TRUNCATED (no directory at
 * the end), AC_MEDIA_DAMAGED (also when a wanted part stands twice), AC_MEDIA_ENCRYPTED, AC_MEDIA_TOO_LARGE, AC_MEDIA_MEMORY. */
bool zip_open(zip *z, ac_sv bytes, bool (*wanted)(ac_sv name), ac_mw *out);
void zip_close(zip *z);

/* NULL when there is none; ASCII letters in any case, as OPC says. */
const zip_part *zip_find(const zip *z, ac_sv name);
/* Once, before the sandbox closes: libarchive opens files for the time zone and for names. */
void zip_warm_up(void);
/* The last step of a path. */
ac_sv zip_base_name(ac_sv name);

#endif
