/** What a document looks like that is more than plain text: its text, and where on which page each word of it stands; tables, metadata,
 *  attachments. Made by aceso-media (core/media_write.h), read back by core/media_read.h. All views lie in the reader's arena. */
#ifndef AC_CORE_LAYOUT_H
#define AC_CORE_LAYOUT_H

#include "base/arena.h"
#include "core/types.h"

/** In points (1/72 inch) from the upper left corner of the page as it is shown, y downwards. */
typedef struct {
    float x0, y0, x1, y1;
} ac_box;

/* name in JSON: where the text of a page comes from */
#define AC_PAGE_SOURCE_LIST(X)                                                                                         \
    X(AC_PAGE_TEXT, "text")     /* the document's own characters */                                                    \
    X(AC_PAGE_OCR, "ocr")       /* read from its picture */                                                            \
    X(AC_PAGE_EMPTY, "empty")   /* nothing on it */                                                                    \
    X(AC_PAGE_FAILED, "failed") /* could not be read; a warning says why */
#define AC_PAGE_SOURCE_ENUM(id, name) id,
typedef enum { AC_PAGE_SOURCE_LIST(AC_PAGE_SOURCE_ENUM) AC_PAGE_SOURCES } ac_page_source;
#undef AC_PAGE_SOURCE_ENUM

typedef struct {
    float width, height;  /* points */
    float turned;         /* degrees by which the page's picture had to be turned clockwise to be read; 0 for text */
    uint8_t source;       /* ac_page_source */
    ac_span span;         /* of the layout's text */
} ac_layout_page;

typedef struct {
    ac_span span;         /* of the layout's text; ascending, never overlapping */
    ac_box box;
    uint32_t page;        /* index */
    uint8_t confidence;   /* 0 to 100; 100 for the document's own characters */
} ac_word;

typedef struct {
    ac_span span;
    uint32_t table, row, column; /* from 0 */
} ac_cell;

typedef struct {
    ac_span span;         /* of the layout's text; ascending, never overlapping */
} ac_heading;

typedef struct {
    ac_sv name, value;    /* "title", "author": of the document, so as private as its text */
} ac_media_meta;

typedef struct {
    ac_sv name, type;     /* file name; media type or empty */
    uint64_t bytes;       /* 0: not known */
} ac_attachment;

/*    id                     name in JSON         for people */
#define AC_MEDIA_NOTE_LIST(X)                                                                                          \
    X(AC_MEDIA_OK, "ok", "read")                                                                                       \
    X(AC_MEDIA_DAMAGED, "damaged", "the file is damaged")                                                              \
    X(AC_MEDIA_TRUNCATED, "truncated", "the file ends too early")                                                      \
    X(AC_MEDIA_ENCRYPTED, "encrypted", "the file is encrypted with a password")                                        \
    X(AC_MEDIA_UNSUPPORTED, "unsupported", "this kind of file cannot be read")                                         \
    X(AC_MEDIA_TOO_LARGE, "too_large", "the file unpacks to more than the limit")                                      \
    X(AC_MEDIA_TOO_DEEP, "too_deep", "the file is nested too deeply")                                                  \
    X(AC_MEDIA_TOO_MANY_PAGES, "too_many_pages", "the document has more pages than the limit")                         \
    X(AC_MEDIA_MEMORY, "memory", "reading the file needs more memory than the limit")                                  \
    X(AC_MEDIA_TIME, "time", "reading the file takes longer than the limit")                                           \
    X(AC_MEDIA_CRASHED, "crashed", "the reader of this kind of file failed")                                           \
    X(AC_MEDIA_PAGE_UNREAD, "page_unread", "a page could not be read")                                                 \
    X(AC_MEDIA_NO_OCR, "no_ocr", "no text recognition for this language is installed")                                 \
    X(AC_MEDIA_LOW_CONFIDENCE, "low_confidence", "the picture of a page is hard to read")                              \
    X(AC_MEDIA_ATTACHMENT_UNREAD, "attachment_unread", "an attachment is listed but not read")                         \
    X(AC_MEDIA_META_UNREAD, "meta_unread", "metadata that is too long is left out")                                    \
    X(AC_MEDIA_DELETED_TEXT, "deleted_text", "text that is deleted or struck through is left out")                     \
    X(AC_MEDIA_ENTITY_REFUSED, "entity_refused", "an external or nested XML entity is left out")                       \
    X(AC_MEDIA_HIDDEN_TEXT, "hidden_text", "text that the document does not show is kept")                             \
    X(AC_MEDIA_CHARSET_UNREAD, "charset_unread", "letters of a character set that is not read are replaced by a mark")  \
    X(AC_MEDIA_HIDDEN_FIELD, "hidden_field", "a form field or note that the document does not show is left out")
#define AC_MEDIA_NOTE_ENUM(id, name, text) id,
typedef enum { AC_MEDIA_NOTE_LIST(AC_MEDIA_NOTE_ENUM) AC_MEDIA_NOTES } ac_media_note;
#undef AC_MEDIA_NOTE_ENUM

/** Something that readers of the result should know; the document goes on. */
typedef struct {
    uint8_t note;         /* ac_media_note */
    uint32_t page;        /* index, or AC_NO_PAGE */
} ac_media_warning;
#define AC_NO_PAGE UINT32_MAX

/** A part of a page that is to be painted over (redaction) or framed (annotation). */
typedef struct {
    uint32_t page;
    ac_box box;
    uint32_t colour;      /* 0xRRGGBB, of a frame */
} ac_region;

typedef AC_VEC(ac_layout_page) ac_layout_pages;
typedef AC_VEC(ac_word) ac_words;
typedef AC_VEC(ac_cell) ac_cells;

typedef struct ac_layout {
    ac_sv media_type;     /* "application/pdf" */
    ac_sv text;           /* UTF-8; words parted by blanks, lines by one line feed, blocks by two, pages by a form feed */
    ac_layout_pages pages;       /* none for what has no pages, as HTML */
    ac_words words;       /* of those pages */
    ac_cells cells;
    AC_VEC(ac_heading) headings; /* as the document calls them; none of pages */
    AC_VEC(ac_media_meta) meta;
    AC_VEC(ac_media_warning) warnings;
    AC_VEC(ac_attachment) attachments;
    AC_VEC(ac_region) regions; /* only on the way into a worker that changes a document */
} ac_layout;

ac_sv ac_page_source_name(ac_page_source source);
ac_sv ac_media_note_name(ac_media_note note);
ac_sv ac_media_note_text(ac_media_note note);

/** The words that a span of the text touches: [*first, *end) of layout->words. */
void ac_layout_words(const ac_layout *layout, ac_span span, size_t *first, size_t *end);

/** The text has changed place, as by normalisation: every end of a span becomes what map says; text is the new one. Returns a copy in the
 *  arena (its views are borrowed from the old one), NULL when that is full. */
ac_layout *ac_layout_moved(const ac_layout *layout, ac_sv text, ac_arena *arena, uint32_t (*map)(const void *ctx, uint32_t at),
                           const void *ctx);

#endif
