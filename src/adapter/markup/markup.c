#include "adapter/markup/markup.h"

#include "adapter/markup/docx.h"
#include "adapter/markup/html.h"
#include "adapter/markup/odt.h"
#include "adapter/markup/office_write.h"
#include "adapter/markup/opc.h"
#include "adapter/markup/rtf.h"
#include "adapter/markup/xlsx.h"
#include "adapter/markup/xml.h"
#include "adapter/markup/xml_tree.h"

void ac_markup_warm_up(void)
{
    xml_warm_up();
    zip_warm_up();
}

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

/* A document type ends after its own declarations, if it has any. */
static bool cut_doctype(ac_sv *s)
{
    const char *end = s->n ? memchr(s->p, '>', s->n) : NULL;
    bool inner = end && memchr(s->p, '[', (size_t)(end - s->p));
    return cut(s, AC_SV("<!"), inner ? AC_SV("]>") : AC_SV(">"));
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
    while (cut(&s, AC_SV("<?"), AC_SV("?>")) || cut(&s, AC_SV("<!--"), AC_SV("-->")) || cut_doctype(&s));
    if (!s.n || s.p[0] != '<')
        return AC_SV("");
    size_t n = 1;
    while (n < s.n && !ac_is_space(s.p[n]) && s.p[n] != '>' && s.p[n] != '/')
        n++;
    return ac_sv_sub(s, 1, n);
}

static void read_xml(ac_sv bytes, ac_mw *out)
{
    ac_sv root = root_name(bytes);
    if (ac_sv_eq_nocase(root, AC_SV("html")))
        html_read(bytes, out);
    else if (ac_sv_eq(root, AC_SV("office:document")))
        odt_read_flat(bytes, out);
    else
        xml_tree_read(bytes, out);
}

/* ---- containers ---------------------------------------------------------------------------------------------------- */

/* Only XML is read; pictures and embedded files are listed. */
static bool is_read(ac_sv name)
{
    ac_sv xml = AC_SV(".xml"), rels = AC_SV(".rels");
    return ac_sv_eq_nocase(ac_sv_sub(name, name.n - (name.n < xml.n ? name.n : xml.n), name.n), xml) ||
           ac_sv_eq_nocase(ac_sv_sub(name, name.n - (name.n < rels.n ? name.n : rels.n), name.n), rels) ||
           ac_sv_eq(name, AC_SV("mimetype"));
}

/* The name of the root element without its prefix. */
static ac_sv local_root(ac_sv xml)
{
    ac_sv name = root_name(xml), prefix = name;
    return name.n && memchr(name.p, ':', name.n) && ac_sv_split(&name, ':', &prefix) ? name : prefix;
}

static void refuse(ac_media_type type, ac_mw *out)
{
    ac_mw_type(out, ac_media_type_name(type));
    ac_mw_fail(out, AC_MEDIA_UNSUPPORTED);
}

static void read_package(zip *z, ac_mw *out)
{
    const zip_part *kind = zip_find(z, AC_SV("mimetype"));
    if (kind && kind->bytes.p && ac_sv_starts(kind->bytes, AC_SV("application/vnd.oasis.opendocument.text"))) {
        odt_read(z, out);
        return;
    }
    opc_rels rels = opc_rels_of(z, AC_SV(""), out);
    const zip_part *main = opc_part_of_type(z, &rels, "officeDocument");
    ac_sv root = main ? local_root(main->bytes) : AC_SV("");
    if (ac_sv_eq(root, AC_SV("document")))
        docx_read(z, main, out);
    else if (ac_sv_eq(root, AC_SV("workbook")))
        xlsx_read(z, main, out);
    else
        refuse(AC_MEDIA_ZIP, out);
}

static void read_zip(ac_sv bytes, ac_mw *out)
{
    zip z;
    if (zip_open(&z, bytes, is_read, out))
        read_package(&z, out);
    zip_close(&z);
}

void ac_markup_read(ac_media_type type, ac_sv bytes, ac_mw *out)
{
    switch (type) {
    case AC_MEDIA_HTML: html_read(bytes, out); break;
    case AC_MEDIA_XML: read_xml(bytes, out); break;
    case AC_MEDIA_RTF: rtf_read(bytes, out); break;
    case AC_MEDIA_ZIP: read_zip(bytes, out); break;
    default: refuse(type, out);
    }
}

void ac_markup_redact(ac_sv bytes, const ac_layout *edit, ac_mw *out)
{
    enum { FILE_MAX = 1 << 30 };
    AC_AUTO(ac_sb) file = AC_SB(FILE_MAX);
    (void)bytes;
    if (!office_write(edit, &file))
        ac_mw_fail(out, AC_MEDIA_UNSUPPORTED);
    else if (file.rc != AC_OK)
        ac_mw_fail(out, file.rc == AC_ENOMEM ? AC_MEDIA_MEMORY : AC_MEDIA_TOO_LARGE);
    else
        ac_mw_file(out, ac_sb_view(&file));
}
