/* The walker of a Word document's parts: document.xml, headers, footnotes, comments. */
#ifndef AC_ADAPTER_MARKUP_DOCX_TEXT_H
#define AC_ADAPTER_MARKUP_DOCX_TEXT_H

#include "adapter/markup/docx_style.h"
#include "adapter/markup/flow.h"

enum { DOCX_NESTED_MAX = 32 };

typedef AC_VEC(ac_sv) docx_ids;

/* What a run of text looks like; reset where a run begins. */
typedef struct {
    bool struck, raised;
    const char *font;           /* when it is one of pictures (symbol.h), else NULL */
} docx_run;

typedef struct {
    docx_run run;               /* of the paragraph around, to be put back */
    const docx_style *style;
    bool has_list, has_level, heading, mark_deleted;
    int64_t list, level;
    uint64_t puts;              /* of the flow when it began */
} docx_paragraph;

typedef struct {
    flow f;
    ac_mw *out;
    docx_styles styles;         /* its arena holds all else, too */
    docx_ids footnotes, endnotes; /* in the order of their marks */
    flow_side boxes;            /* text boxes wait for the end of the paragraph at which they are anchored */
    bool deleted, hidden;       /* text was left out; was kept although it is hidden */
    /* where the walker is */
    uint32_t depth, skip;       /* elements open; the one that is left out with all in it */
    uint32_t in_paragraph_props, in_run_props, in_row_props, box;
    bool in_text, joins, cell_waits;
    uint32_t cell_span;
    docx_run run;
    uint32_t paragraphs, alternatives;
    docx_paragraph paragraph[DOCX_NESTED_MAX];
    bool chosen[DOCX_NESTED_MAX]; /* of mc:AlternateContent: one of them is taken */
    uint64_t codes;             /* a bit for each open field, the innermost last: set while its code is told, not its result */
    int64_t drop_wanted, drop_at; /* of a drop-down field: which entry is chosen, which comes next */
    int ticked, tick_default;
    ac_sb text;                 /* of the open w:t */
    ac_sb note;                 /* what goes before the next note: "[1]" */
} docx;

void docx_walk(docx *d, ac_sv part);

/* ---- for the files of the walker ----------------------------------------------------------------------------------- */

typedef struct {
    const char *name;
    void (*open)(docx *, const xml_tag *);
    void (*close)(docx *);
    bool left_out;              /* with all that is in it */
} docx_element;

/* In byte order of their names; elements of no list are transparent. */
typedef struct {
    const docx_element *at;
    size_t n;
} docx_elements;

docx_elements docx_blocks(void);  /* paragraphs, tables, boxes, notes */
docx_elements docx_runs(void);    /* runs and what is in them */
docx_elements docx_changes(void); /* tracked changes, alternatives, fields, forms */

/* Is a property on, as of <w:vanish/>, not of <w:vanish w:val="0"/>? */
bool docx_is_on(const xml_tag *tag);
int64_t docx_number(const xml_tag *tag, const char *name, int64_t otherwise);
/* The innermost open; NULL when there is none. */
docx_paragraph *docx_paragraph_of(docx *d);
/* The code of a field, and what is struck through, is not the document's text. */
bool docx_shows(docx *d);
void docx_show(docx *d, ac_sv text);

#endif
