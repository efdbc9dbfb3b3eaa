/** aceso-media: reads one document per process, in a sandbox, and writes what it finds to the channel (core/media_write.h). Started by
 *  `aceso` (os/worker.h), never by people. */
#include "adapter/markup/markup.h"
#include "adapter/ocr/ocr.h"
#include "adapter/ocr/picture_edit.h"
#include "adapter/pdf/pdf.h"
#include "adapter/pdf/pdf_edit.h"
#include "core/media_read.h"
#include "core/media_request.h"
#include "os/sandbox.h"
#include "os/zygote.h"

#include <malloc.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

typedef struct {
    const ac_media_request *request;
    ac_media_type type;
    ac_sv bytes;
    ac_mw *out;
} job;

static ac_ocr *recogniser(const job *j)
{
    ac_ocr *ocr = NULL;
    ac_err err;
    return ac_ocr_tesseract_new(j->request->lang, j->request->max_pages, &ocr, &err) == AC_OK ? ocr : NULL;
}

static void read_pdf(const job *j)
{
    ac_ocr *ocr = recogniser(j);
    const ac_media_request *r = j->request;
    ac_pdf_read(&(ac_pdf_options) { .max_pages = r->max_pages, .ocr_all = r->ocr_all, .begun = r->begun, .page = r->page, .tables = r->tables, .ocr = ocr },
                j->bytes, j->out);
    ac_ocr_tesseract_free(ocr);
}

static void read_picture(const job *j)
{
    ac_ocr *ocr = recogniser(j);
    ac_mw_type(j->out, ac_media_type_name(j->type));
    if (ocr)
        ac_ocr_file(ocr, j->bytes, j->out);
    else
        ac_mw_fail(j->out, AC_MEDIA_NO_OCR);
    ac_ocr_tesseract_free(ocr);
}

static void read_markup(const job *j) { ac_markup_read(j->type, j->bytes, j->out); }

static void refuse(const job *j) { ac_mw_fail(j->out, AC_MEDIA_UNSUPPORTED); }

static void (*const readers[AC_MEDIA_TYPES])(const job *) = {
    [AC_MEDIA_TEXT] = refuse,        [AC_MEDIA_PDF] = read_pdf,       [AC_MEDIA_PNG] = read_picture,
    [AC_MEDIA_JPEG] = read_picture,  [AC_MEDIA_TIFF] = read_picture,  [AC_MEDIA_BMP] = read_picture,
    [AC_MEDIA_WEBP] = read_picture,  [AC_MEDIA_GIF] = read_picture,   [AC_MEDIA_ZIP] = read_markup,
    [AC_MEDIA_OLE] = refuse,         [AC_MEDIA_RTF] = read_markup,    [AC_MEDIA_HTML] = read_markup,
    [AC_MEDIA_XML] = read_markup,    [AC_MEDIA_DICOM] = refuse,
};

/* ---- documents that are changed ---------------------------------------------------------------------------------------- */

typedef void editor(ac_sv bytes, const ac_layout *edit, ac_mw *out);
static const struct {
    editor *change[AC_MEDIA_MODES]; /* by mode */
    ac_media_type type;
} editors[] = {
    { { NULL, ac_pdf_redact, ac_pdf_annotate }, AC_MEDIA_PDF },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_PNG },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_JPEG },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_TIFF },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_BMP },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_WEBP },
    { { NULL, ac_picture_redact, ac_picture_annotate }, AC_MEDIA_GIF },
    { { NULL, ac_markup_redact, NULL }, AC_MEDIA_ZIP },
};

/* What is to be changed comes as packets, up to DONE. */
static bool receive_edit(int channel, ac_mr *edit)
{
    char packet[AC_CHANNEL_PACKET_MAX];
    ac_err err;
    while (!edit->finished) {
        size_t n = 0;
        if (ac_channel_receive(channel, -1, packet, sizeof packet, &n, NULL, &err) != AC_OK || n == 0 ||
            ac_mr_packet(edit, (ac_sv) { packet, n }, &err) != AC_OK)
            return false;
    }
    return ac_mr_end(edit, &err) == AC_OK && edit->failed == AC_MEDIA_OK;
}

static void change(const job *j, int channel)
{
    ac_mr edit;
    ac_arena *arena = ac_arena_new(j->request->max_memory / 2);
    editor *e = NULL;
    for (size_t i = 0; i < sizeof editors / sizeof editors[0]; i++)
        if (editors[i].type == j->type)
            e = editors[i].change[j->request->mode];
    ac_mr_init(&edit, arena, j->request->max_bytes);
    if (!arena || !receive_edit(channel, &edit))
        ac_mw_fail(j->out, AC_MEDIA_MEMORY);
    else if (e)
        e(j->bytes, &edit.layout, j->out);
    else
        ac_mw_fail(j->out, AC_MEDIA_UNSUPPORTED);
    ac_mr_cleanup(&edit);
    ac_arena_free(arena);
}

enum { KEPT_BYTES = 32 << 20 };

static ac_sv map_document(int document)
{
    struct stat st;
    if (fstat(document, &st) != 0 || st.st_size <= 0)
        return (ac_sv) { "", 0 };
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, document, 0);
    return p == MAP_FAILED ? (ac_sv) { "", 0 } : (ac_sv) { p, (size_t)st.st_size };
}

static void read_document(ac_sv bytes_of_request, int document, int channel)
{
    ac_media_request request;
    ac_err err;
    ac_sv bytes = map_document(document);
    if (!ac_media_request_read(bytes_of_request, &request))
        return; /* an end without a word: the caller calls it a crash */
    mallopt(M_MMAP_THRESHOLD, KEPT_BYTES); /* readers free page by page what they need again for the next: the kernel need not have it in between */
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    static const char *const fonts[] = { "/usr/share/fonts", "/usr/share/poppler", "/var/cache/fontconfig", NULL };
    const ac_sandbox_limits limits = { request.max_memory, request.cpu_seconds, fonts };
    if (ac_sandbox_enter(&limits, &err) != AC_OK)
        return;
    ac_channel_batch batch;
    ac_mw out;
    ac_channel_batch_init(&batch, channel, AC_PACKET_BATCH);
    if (request.careful)
        ac_mw_init(&out, ac_channel_put, &channel, request.max_bytes);
    else
        ac_mw_init(&out, ac_channel_batch_put, &batch, request.max_bytes);
    ac_mw_resume(&out, request.page, request.text, request.words);
    const job j = { &request, ac_media_type_of(bytes), bytes, &out };
    if (request.mode == AC_MEDIA_READ)
        readers[j.type](&j);
    else
        change(&j, channel);
    (void)!(ac_mw_done(&out) && ac_channel_batch_send(&batch));
    ac_mw_cleanup(&out);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1 || ac_channel_is_none(AC_ZYGOTE_CONTROL)) {
        fputs("aceso-media is started by aceso; there is nothing to run by hand.\n", stderr);
        return 2;
    }
    ac_markup_warm_up();
    ac_pdf_warm_up();
    ac_ocr_warm_up();
    return ac_zygote_run(read_document);
}
