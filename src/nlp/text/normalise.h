/** From the bytes of a document to the text the engine works on. */
#ifndef AC_NLP_NORMALISE_H
#define AC_NLP_NORMALISE_H

#include "core/note.h"

/** Where a piece of the text came from: source byte of text byte at = source + (at - text) * stride. Stride 1: copied;
 *  2: ASCII read from UTF-16; 0: every byte of the piece was made from one place (a Latin-1 letter, a UTF-16 unit,
 *  a composed letter, a line end of two bytes). */
typedef struct {
    uint64_t source;
    uint32_t text;
    uint8_t stride;
} ac_piece;

typedef struct {
    ac_sv text;            /* valid UTF-8, NFC, lines end in \n, no NUL or other control character but \t and \n */
    ac_piece *pieces;      /* ascending by text and by source; the last one is a sentinel at text.n */
    size_t n_pieces;       /* with the sentinel */
    ac_coverage coverage;  /* what was read, replaced and dropped */
} ac_source;

/** Decode and normalise a document.
 *  source  borrowed; UTF-8, UTF-16 (with a byte order mark or obviously so), or else Windows-1252/Latin-1. Invalid bytes
 *          become U+FFFD and are counted; control characters and invisible format characters are dropped and counted
 *  max     most bytes of source that are taken; more is AC_ELIMIT (never cut silently)
 *  arena   owns the result
 *  errors  AC_EINPUT (binary data, nothing but white space), AC_ELIMIT
 *  thread  any; pure */
AC_NODISCARD ac_rc ac_normalise(ac_sv source, size_t max, ac_arena *arena, ac_source *out, ac_err *err);

/** The source byte that text byte at came from; the length of the source for at >= text.n. */
uint64_t ac_source_offset(const ac_source *s, uint32_t at);

/** The other way: the first text byte that came from source byte at or, where that was dropped, from a later one. */
uint32_t ac_source_text_at(const ac_source *s, uint64_t at);

/** Code points: JSON gives both byte and code-point offsets. */
typedef struct {
    ac_sv text;
    uint32_t *every;       /* code points before byte 256 * i */
} ac_cp_map;
AC_NODISCARD ac_rc ac_cp_map_new(ac_sv text, ac_arena *arena, ac_cp_map *out, ac_err *err);
uint32_t ac_cp_of_byte(const ac_cp_map *m, uint32_t byte);
uint32_t ac_byte_of_cp(const ac_cp_map *m, uint32_t cp); /* clamped to the end of the text */

#endif
