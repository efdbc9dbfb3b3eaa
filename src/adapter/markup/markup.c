#include "adapter/markup/markup.h"

#include "adapter/markup/html.h"
#include "adapter/markup/xml.h"
#include "adapter/markup/xml_tree.h"

void ac_markup_warm_up(void) { xml_warm_up(); }

/* The end of what begins at s with open, in which quotes hide nothing: "<!-- -->", "<? ?>". */
static bool cut(ac_sv *s, ac_sv open, ac_sv close)
{
    if (!ac_sv_starts(*s, open))
        return false;
    for (size_t i = open.n; i + close.n <= s->n; i++)
        if (memcmp(s->p + i, close.p, close.n) == 0) {
            *s = ac_sv_sub(*s, i + close.n, s->n);
            return true;
        }
    *s = AC_SV("");
    return true;
}

/* The name of the root element as written, with its prefix; empty when it is not near the beginning. */
static ac_sv root_name(ac_sv s)
{
    enum { LOOK = 4096 };
    s = ac_sv_sub(s, 0, LOOK);
    if (ac_sv_starts(s, AC_SV("\xEF\xBB\xBF")))
        s = ac_sv_sub(s, 3, s.n);
    do
        s = ac_sv_trim(s);
    while (cut(&s, AC_SV("<?"), AC_SV("?>")) || cut(&s, AC_SV("<!--"), AC_SV("-->")) || cut(&s, AC_SV("<!"), AC_SV(">")));
    if (!s.n || s.p[0] != '<')
        return AC_SV("");
    size_t n = 1;
    while (n < s.n && !ac_is_space(s.p[n]) && s.p[n] != '>' && s.p[n] != '/')
        n++;
    return ac_sv_sub(s, 1, n);
}

static void read_xml(ac_sv bytes, ac_mw *out)
{
    if (ac_sv_eq_nocase(root_name(bytes), AC_SV("html")))
        html_read(bytes, out);
    else
        xml_tree_read(bytes, out);
}

void ac_markup_read(ac_media_type type, ac_sv bytes, ac_mw *out)
{
    switch (type) {
    case AC_MEDIA_HTML: html_read(bytes, out); break;
    case AC_MEDIA_XML: read_xml(bytes, out); break;
    default:
        ac_mw_type(out, ac_media_type_name(type));
        ac_mw_fail(out, AC_MEDIA_UNSUPPORTED);
    }
}
