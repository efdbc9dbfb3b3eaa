/* A ZIP container whose parts are stored, not packed: whoever makes one can look for a value in its very bytes. No
 * dates, no names of users. */
#ifndef AC_ADAPTER_MARKUP_ZIP_WRITE_H
#define AC_ADAPTER_MARKUP_ZIP_WRITE_H

#include "base/str.h"

enum { ZIP_WRITE_PARTS_MAX = 8 };

typedef struct {
    const char *name; /* borrowed until zip_write_end */
    uint32_t crc, bytes, at;
} zip_write_part;

typedef struct {
    ac_sb *out; /* borrowed; empty at the start */
    zip_write_part part[ZIP_WRITE_PARTS_MAX];
    size_t n;
} zip_writer;

/* out fails (AC_ELIMIT) with one part too many or when the container is larger than ZIP can be. */
void zip_write_part_of(zip_writer *z, const char *name, ac_sv bytes);
void zip_write_end(zip_writer *z);

#endif
