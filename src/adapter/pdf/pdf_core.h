/** poppler's C++ core behind C: what a page draws, in one pass over it. poppler-glib, which does the rest, would go over the page once for
 *  its text, once more for the places of the characters, and once more for its pictures. Inside of adapter/pdf. */
#ifndef AC_ADAPTER_PDF_CORE_H
#define AC_ADAPTER_PDF_CORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ac_pdf_core ac_pdf_core;

/** Characters drawn next to each other. Points from the upper left corner of the page as it is shown. */
typedef struct {
    const uint32_t *chars;     /* code points, lent until the receiver returns */
    size_t n;
    float x0, y0, x1, y1;
    int turn;                  /* quarters clockwise from upright: 0 to 3 */
} ac_pdf_drawn;

typedef enum {
    AC_PDF_VALUE,              /* of a form's field, at its place: what is drawn there is not told as well */
    AC_PDF_COMMENT,            /* what a person has written about the page; it has no place of its own */
    AC_PDF_HIDDEN,             /* there is a value or comment that the document does not show: it is left out */
    AC_PDF_FILE                /* the name of a file that hangs on the page */
} ac_pdf_note_kind;

/** A straight line that is drawn, or a box so thin that it is one. */
typedef struct {
    float x0, y0, x1, y1;
} ac_pdf_rule;

/** Who takes what is found; false ends it. Notes come first, then all words in the order of the file, then the lines, once; no line where
 *  there are so many that it is a drawing. */
typedef struct {
    bool (*word)(void *context, const ac_pdf_drawn *word);
    bool (*note)(void *context, ac_pdf_note_kind kind, const ac_pdf_drawn *note, uint64_t file_bytes);
    bool (*rules)(void *context, const ac_pdf_rule *rules, size_t n);
    void *context;
} ac_pdf_taker;

/** NULL when it cannot be opened. bytes are borrowed until close. */
ac_pdf_core *ac_pdf_core_open(const char *bytes, size_t n);
void ac_pdf_core_close(ac_pdf_core *core);

/** Go over a page (from 0), and what is laid upon it: forms, stamps, notes. False when there is no memory, or the taker wants no more.
 *  pictures  NULL, or where the area that pictures cover goes, each counted alone, in square points: looking costs a little */
bool ac_pdf_core_page(ac_pdf_core *core, uint32_t page, const ac_pdf_taker *taker, double *pictures);

/** Make what all documents share, for the life of the process. */
void ac_pdf_core_warm_up(void);

#ifdef __cplusplus
}
#endif

#endif
