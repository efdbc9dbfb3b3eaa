#include "adapter/pdf/pdf.h"

#include "adapter/pdf/pdf_page.h"

#include <poppler.h>

enum { PAGE_BYTES = 256 << 20 }; /* of the words of a page, at most */

/* ---- what is said of the document as a whole ----------------------------------------------------------------------- */

static void tell(ac_mw *out, ac_sv name, char *value)
{
    if (value && *value)
        ac_mw_meta(out, name, ac_sv_z(value));
    g_free(value);
}

static void read_meta(PopplerDocument *doc, ac_mw *out)
{
    static const struct {
        ac_sv name;
        char *(*get)(PopplerDocument *);
    } rows[] = {
#define NAME(s) { s, sizeof s - 1 }
        { NAME("title"), poppler_document_get_title },       { NAME("author"), poppler_document_get_author },
        { NAME("subject"), poppler_document_get_subject },   { NAME("keywords"), poppler_document_get_keywords },
        { NAME("creator"), poppler_document_get_creator },   { NAME("producer"), poppler_document_get_producer },
#undef NAME
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        tell(out, rows[i].name, rows[i].get(doc));
}

static void read_attachments(PopplerDocument *doc, ac_mw *out)
{
    GList *list = poppler_document_get_attachments(doc);
    for (GList *l = list; l; l = l->next) {
        const PopplerAttachment *a = l->data;
        ac_mw_attachment(out, ac_sv_z(a->name), AC_SV(""), a->size == G_MAXSIZE ? 0 : a->size); /* most files do not say */
        g_object_unref(l->data);
    }
    g_list_free(list);
    if (list)
        ac_mw_warn(out, AC_MEDIA_ATTACHMENT_UNREAD, AC_NO_PAGE);
}

/* A PDF ends with %%EOF (ISO 32000-1, 7.5.5); readers accept it within the last kilobyte, as we do. */
static bool has_end(ac_sv bytes)
{
    ac_sv tail = ac_sv_sub(bytes, bytes.n > 1024 ? bytes.n - 1024 : 0, bytes.n);
    for (; tail.n >= 5; tail = ac_sv_sub(tail, 1, tail.n))
        if (ac_sv_starts(tail, AC_SV("%%EOF")))
            return true;
    return false;
}

static ac_media_note why(const GError *e, ac_sv bytes)
{
    if (e && e->domain == POPPLER_ERROR && e->code == POPPLER_ERROR_ENCRYPTED)
        return AC_MEDIA_ENCRYPTED;
    return has_end(bytes) ? AC_MEDIA_DAMAGED : AC_MEDIA_TRUNCATED;
}

/* A picture is a stream, and the dictionary of a stream is never packed: its type stands in the file as it is. Those within a page's content are
 * small by the standard's advice (8.9.7). */
static bool has_pictures(ac_sv bytes) { return memmem(bytes.p, bytes.n, "/Image", 6); }

static void read_pages(const ac_pdf_source *pdf, PopplerDocument *doc, uint32_t n)
{
    ac_mw *out = pdf->out;
    uint32_t unread = 0;
    ac_mw_progress(out, pdf->opt->page, n); /* it could be opened */
    for (uint32_t i = pdf->opt->page; i < n && !ac_mw_over(out); i++) {
        PopplerPage *page = poppler_document_get_page(doc, (int)i);
        if (page) {
            ac_pdf_page_read(pdf, page, i);
            g_object_unref(page);
        } else {
            unread++;
            ac_mw_page(out, 0, 0);
            ac_mw_page_end(out, AC_PAGE_FAILED, 0);
            ac_mw_warn(out, AC_MEDIA_PAGE_UNREAD, i);
        }
        ac_mw_progress(out, i + 1, n);
    }
    if (unread == n && n)
        ac_mw_fail(out, AC_MEDIA_DAMAGED);
}

PopplerDocument *ac_pdf_open(ac_sv bytes, ac_mw *out)
{
    GError *error = NULL;
    GBytes *held = g_bytes_new_static(bytes.p, bytes.n);
    PopplerDocument *doc = poppler_document_new_from_bytes(held, NULL, &error);
    g_bytes_unref(held);
    if (!doc)
        ac_mw_fail(out, why(error, bytes));
    g_clear_error(&error);
    return doc;
}

void ac_pdf_read(const ac_pdf_options *opt, ac_sv bytes, ac_mw *out)
{
    if (!opt->begun)
        ac_mw_type(out, AC_SV("application/pdf"));
    PopplerDocument *doc = ac_pdf_open(bytes, out);
    if (!doc)
        return;
    const int n = poppler_document_get_n_pages(doc);
    if (n <= 0)
        ac_mw_fail(out, has_end(bytes) ? AC_MEDIA_DAMAGED : AC_MEDIA_TRUNCATED);
    else if (opt->max_pages && (uint32_t)n > opt->max_pages)
        ac_mw_fail(out, AC_MEDIA_TOO_MANY_PAGES);
    else if (!has_end(bytes)) /* what the reader rebuilt is not all that there was */
        ac_mw_fail(out, AC_MEDIA_TRUNCATED);
    if (!opt->begun) {
        read_meta(doc, out);
        read_attachments(doc, out);
    }
    uint32_t tables = opt->tables;
    const ac_pdf_source pdf = { opt, ac_pdf_core_open(bytes.p, bytes.n), ac_arena_new(PAGE_BYTES), &tables, opt->ocr_all || has_pictures(bytes), out };
    if (pdf.core && pdf.arena)
        read_pages(&pdf, doc, n > 0 ? (uint32_t)n : 0);
    else
        ac_mw_fail(out, AC_MEDIA_MEMORY);
    ac_arena_free(pdf.arena);
    ac_pdf_core_close(pdf.core);
    g_object_unref(doc);
}
