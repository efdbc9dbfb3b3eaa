#include "adapter/markup/xml_meta.h"

#include "adapter/markup/room.h"
#include "adapter/markup/xml.h"

enum { VALUE_MAX = 8 * 1024 };

typedef struct {
    const char *container;
    const xml_meta_row *rows;
    size_t n;
    ac_mw *out;
    bool within;
    ac_sv name;                 /* under which the open element is told; empty: not at all */
    ac_sb value;
} reader;

static void on_open(void *context, const xml_tag *tag)
{
    reader *r = context;
    r->name = AC_SV("");
    ac_sb_clear(&r->value);
    r->within |= xml_is(tag, r->container);
    for (size_t i = 0; r->within && i < r->n; i++)
        if (xml_is(tag, r->rows[i].element))
            r->name = ac_sv_z(r->rows[i].name);
}

static void on_close(void *context, const xml_tag *tag)
{
    reader *r = context;
    ac_sv value = ac_sv_trim(ac_sb_view(&r->value));
    if (r->name.n && is_whole(&r->value, r->out) && value.n)
        ac_mw_meta(r->out, r->name, value);
    r->name = AC_SV("");
    if (xml_is(tag, r->container))
        r->within = false;
}

static void on_chars(void *context, ac_sv text)
{
    reader *r = context;
    if (r->name.n)
        ac_sb_add(&r->value, text);
}

void xml_meta_tell(ac_sv bytes, const char *container, const xml_meta_row *rows, size_t n, ac_mw *out)
{
    static const xml_events events = { on_open, on_close, on_chars };
    reader r = { .container = container, .rows = rows, .n = n, .out = out, .value = AC_SB(VALUE_MAX) };
    xml_read(bytes, &events, &r, out);
    ac_sb_cleanup(&r.value);
}
