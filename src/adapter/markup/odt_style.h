/* What an OpenDocument says of lists and of struck-through or raised text in its styles. */
#ifndef AC_ADAPTER_MARKUP_ODT_STYLE_H
#define AC_ADAPTER_MARKUP_ODT_STYLE_H

#include "adapter/markup/label.h"
#include "adapter/markup/xml.h"

enum { ODT_LEVELS = 10 };

typedef struct {
    ac_sv name;
    bool struck, raised, hidden;   /* of a style of text */
    bool is_list;
    label_style style[ODT_LEVELS];
    int64_t start[ODT_LEVELS];
    ac_sv prefix[ODT_LEVELS], suffix[ODT_LEVELS];
} odt_style;

typedef struct {
    ac_arena *arena;
    AC_VEC(odt_style) texts, lists; /* by name, once sorted */
    odt_style *open;
    size_t level;               /* of a list style that is open; ODT_LEVELS: none */
} odt_styles;

/* Events of the elements that hold styles. */
void odt_style_open(odt_styles *s, const xml_tag *tag, ac_mw *out);
void odt_style_close(odt_styles *s, const xml_tag *tag);
/* All are read: they may be asked for. */
void odt_styles_sort(odt_styles *s);
const odt_style *odt_text_style(const odt_styles *s, ac_sv name);
const odt_style *odt_list_style(const odt_styles *s, ac_sv name);

#endif
