/* What styles.xml and numbering.xml of a Word document say of paragraphs: headings, and the labels of list items. */
#ifndef AC_ADAPTER_MARKUP_DOCX_STYLE_H
#define AC_ADAPTER_MARKUP_DOCX_STYLE_H

#include "adapter/markup/label.h"
#include "adapter/markup/xml.h"

enum { DOCX_LEVELS = 9 };

typedef struct {
    ac_sv id, based_on;
    bool heading, inherited;
    bool has_list, has_level;
    int64_t list, level;        /* numId and ilvl */
} docx_style;

typedef struct {
    label_style style;
    int64_t start;
    ac_sv text;                 /* "%1.%2" */
} docx_level;

typedef struct {
    int64_t id;
    docx_level level[DOCX_LEVELS];
    int64_t count[DOCX_LEVELS]; /* last number given; valid where used */
    bool used[DOCX_LEVELS];
} docx_abstract;

typedef struct {
    int64_t id;
    docx_abstract *abstract;
    int64_t restart[DOCX_LEVELS];
    bool restarts[DOCX_LEVELS]; /* and has not yet */
} docx_list;

typedef struct {
    ac_arena *arena;            /* owns all of it */
    AC_VEC(docx_style) styles;  /* by id */
    AC_VEC(docx_abstract) abstracts;
    AC_VEC(docx_list) lists;    /* by id */
} docx_styles;

/* Either part may be empty. s->arena is set by the caller. */
void docx_styles_read(docx_styles *s, ac_sv styles, ac_sv numbering, ac_mw *out);
/* NULL when there is none. */
const docx_style *docx_style_of(const docx_styles *s, ac_sv id);
/* Append the label of the next item of a list; counts it. */
void docx_label(docx_styles *s, int64_t list, int64_t level, ac_sb *out);

#endif
