#include "core/media_request.h"

/* The same build on both ends: numbers as the machine has them. */
typedef struct {
    char magic[8];
    uint64_t max_bytes, max_memory;
    uint32_t max_pages, cpu_seconds, page, text, words, tables;
    uint8_t mode, ocr_all, careful, begun, lang_bytes;
    char lang[AC_MEDIA_LANG_MAX];
} wire;
static const char magic[8] = "acmedia1";

_Static_assert(sizeof(wire) <= AC_MEDIA_REQUEST_BYTES, "the request fits its buffer");

ac_sv ac_media_request_write(const ac_media_request *r, char buf[AC_MEDIA_REQUEST_BYTES])
{
    wire w = { .mode = (uint8_t)r->mode, .ocr_all = r->ocr_all, .max_bytes = r->max_bytes, .max_memory = r->max_memory,
               .max_pages = r->max_pages, .cpu_seconds = r->cpu_seconds, .page = r->page, .text = r->text, .words = r->words,
               .tables = r->tables, .careful = r->careful,
               .begun = r->begun };
    memcpy(w.magic, magic, sizeof magic);
    w.lang_bytes = (uint8_t)(r->lang.n <= AC_MEDIA_LANG_MAX ? r->lang.n : 0);
    if (w.lang_bytes)
        memcpy(w.lang, r->lang.p, w.lang_bytes);
    memcpy(buf, &w, sizeof w);
    return (ac_sv) { buf, sizeof w };
}

bool ac_media_request_read(ac_sv bytes, ac_media_request *out)
{
    wire w;
    if (bytes.n != sizeof w)
        return false;
    memcpy(&w, bytes.p, sizeof w);
    if (memcmp(w.magic, magic, sizeof magic) != 0 || w.lang_bytes > AC_MEDIA_LANG_MAX || w.mode >= AC_MEDIA_MODES)
        return false;
    *out = (ac_media_request) { .mode = (ac_media_mode)w.mode, .ocr_all = w.ocr_all, .lang = { bytes.p + offsetof(wire, lang), w.lang_bytes }, .max_bytes = w.max_bytes,
                                .max_memory = w.max_memory, .max_pages = w.max_pages, .cpu_seconds = w.cpu_seconds, .page = w.page,
                                .text = w.text, .words = w.words, .tables = w.tables, .careful = w.careful,
                                .begun = w.begun };
    return true;
}
