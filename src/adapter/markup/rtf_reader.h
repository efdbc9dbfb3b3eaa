/* What the files of the RTF reader share: groups, destinations, the text that is being made. */
#ifndef AC_ADAPTER_MARKUP_RTF_READER_H
#define AC_ADAPTER_MARKUP_RTF_READER_H

#include "adapter/markup/charset.h"
#include "adapter/markup/flow.h"

enum {
    RTF_DEPTH_MAX = 512,
    RTF_FONTS = 32768,          /* font numbers are of 15 bits */
    RTF_SIDE_MAX = 16 * 1024 * 1024,
};

/* Where the text of a group goes. */
typedef enum {
    RTF_TEXT,
    RTF_SKIP,                   /* left out with all that is in it */
    RTF_HOLDER,                 /* left out but for the shapes, pictures and forms that it holds */
    RTF_INFO,                   /* of it, the groups that are RTF_META */
    RTF_FONTS_TABLE, RTF_META, RTF_HEADER, RTF_FOOTER, RTF_FOOTNOTE, RTF_COMMENT, RTF_AUTHOR, RTF_BOX, RTF_LABEL,
    RTF_PICTURE, RTF_OBJECT, RTF_FORM,
} rtf_dest;

/* Which paragraphs stand in a table, and how much of it is open. */
typedef struct {
    bool wanted, table, row, cell;
} rtf_table;

typedef struct {
    rtf_dest dest;
    bool opened;                /* this group set dest: its end is the end of it */
    flow_side *before;          /* to what text went around it */
    rtf_table table;            /* that was open around it */
    uint32_t font, fallback;    /* fallback: bytes that stand for a \u after it */
    bool deleted, hidden, raised;
    bool starred;               /* "\*": what follows may be unknown */
    const char *meta;           /* name under which RTF_META is told */
} rtf_group;

typedef struct {
    uint8_t set;                /* charset */
    const char *symbol;         /* of symbol.h, NULL for letters */
} rtf_font;

typedef struct {
    ac_sv rest;                 /* not read yet */
    ac_mw *out;
    flow f;
    rtf_group *group;           /* the innermost, within groups */
    rtf_group groups[RTF_DEPTH_MAX];
    rtf_font *fonts;            /* RTF_FONTS of them */
    charset set;                /* of the document */
    ac_sb text;                 /* UTF-8 that is not told yet */
    ac_sb value;                /* of a meta datum, author or label */
    ac_sb author;
    uint32_t skip;              /* characters to leave out, standing for a \u */
    uint32_t high;              /* first half of a surrogate pair */
    rtf_table table;
    uint64_t puts;              /* of the flow when the paragraph began */
    uint32_t notes;             /* footnotes so far */
    int64_t form_type, form_result, form_default;
    uint64_t object_bytes;      /* hexadecimal digits of a picture or object */
    const char *object_type;
    flow_side side, footers, footnotes, comments, boxes;
    ac_sb margins;              /* headers and footers that were told */
    bool deleted, hidden, unread, unread_letters;
    bool half;                  /* the first byte of a pair that is not read has just been */
} rtf;

/* A control word with its number; n is has_n ? it : 1. */
void rtf_word(rtf *r, ac_sv word, bool has_n, int64_t n);
/* The innermost group ends, before what was around it is put back. */
void rtf_group_end(rtf *r);
/* Tell the text that waits. */
void rtf_flush(rtf *r);
/* One character of the text, or of what else the group holds. */
void rtf_put(rtf *r, uint32_t character);
/* A gap in the text of a group that has text. */
void rtf_gap(rtf *r, ac_gap gap);
/* What comes next is text: open the cell in which it stands, or end the table before it. */
void rtf_place(rtf *r);
void rtf_table_close(rtf *r);
/* The name of the current font is complete. */
void rtf_font_end(rtf *r);
bool rtf_is_text(rtf_dest dest);

#endif
