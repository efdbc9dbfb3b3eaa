/* Documents that are written anew: both walks over a message or a C-CDA document ask for the same pieces, what they write is read again, and
 * nothing that the structure calls an identifier is in it; an Office file made of any text and cells is read again with the same words. */
#include "adapter/markup/markup.h"
#include "adapter/markup/office_write.h"
#include "core/media_read.h"
#include "fuzz/fuzz.h"
#include "interop/ccda/ccda_read.h"
#include "interop/ccda/ccda_redact.h"
#include "interop/hl7/hl7_redact.h"

#include <stdlib.h>

enum { TEXT_MAX = 1 << 22 };

static void need(bool ok)
{
    if (!ok)
        abort();
}

typedef struct {
    ac_hl7_message message;
    const ac_tree_node *root;  /* NULL: it is the message */
} document;

static uint32_t same(const void *ctx, uint32_t at) { return (void)ctx, at; }
static bool carry(void *reader, ac_sv packet) { return ac_mr_packet(reader, packet, NULL) == AC_OK; }

static ac_rc walk(const document *d, ac_sheet *sheet, ac_sb *out)
{
    ac_sb_clear(out);
    return d->root ? ac_ccda_redact(d->root, sheet, out, NULL) : ac_hl7_redact(&d->message, 1, sheet, out, NULL);
}

/* All that is given goes, whole; true when there is a copy. */
static bool copied(const document *d, ac_arena *a, ac_sheet *sheet, ac_sb *out)
{
    if (walk(d, sheet, out) != AC_OK || ac_sheet_close(sheet, NULL) != AC_OK)
        return false;
    const size_t n = sheet->given.phi.n;
    ac_deidentified made = { .cuts = ac_arena_alloc(a, (n + 1) * sizeof(ac_deid_cut)), .n_cuts = n };
    if (!made.cuts)
        return false;
    for (size_t i = 0; i < n; i++) {
        need(sheet->given.phi.at[i].span.end <= sheet->text.n);
        made.cuts[i] = (ac_deid_cut) { sheet->given.phi.at[i].span, AC_SV("[X]"), 0 };
    }
    if (ac_sheet_fill(sheet, sheet->text, &made, same, NULL, NULL) != AC_OK || walk(d, sheet, out) != AC_OK)
        return false;
    const ac_rc rc = ac_sheet_done(sheet, NULL);
    need(rc != AC_EINTERNAL);
    return rc == AC_OK;
}

/* Parsed again, what is still given is what stands for a value. */
static void again(const document *d, ac_arena *a)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO(ac_sheet) sheet;
    ac_sheet_init(&sheet, &tags, a);
    AC_AUTO(ac_sb) out = AC_SB((size_t)1 << 27);
    if (walk(d, &sheet, &out) == AC_OK && ac_sheet_close(&sheet, NULL) == AC_OK)
        need(sheet.given.phi.n == 0);
}

static bool read_xml(ac_sv bytes, ac_arena *a, ac_mr *reader)
{
    ac_mw writer;
    ac_mr_init(reader, a, TEXT_MAX);
    ac_mw_init(&writer, carry, reader, TEXT_MAX);
    ac_markup_read(AC_MEDIA_XML, bytes, &writer);
    (void)ac_mw_done(&writer);
    ac_mw_cleanup(&writer);
    return ac_mr_end(reader, NULL) == AC_OK && reader->failed == AC_MEDIA_OK && reader->tree && ac_ccda_is(reader->tree);
}

static void message(ac_sv bytes, ac_arena *a)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO(ac_sheet) sheet;
    document d = { .root = NULL };
    ac_sheet_init(&sheet, &tags, a);
    AC_AUTO(ac_sb) out = AC_SB((size_t)1 << 27);
    if (ac_hl7_parse(bytes, a, &d.message, NULL) != AC_OK || !copied(&d, a, &sheet, &out))
        return;
    need(ac_hl7_parse(ac_sb_view(&out), a, &d.message, NULL) == AC_OK);
    again(&d, a);
}

static void structured(ac_sv bytes, ac_arena *a)
{
    static const ac_deid_options tags = { AC_DEID_SAFE_HARBOR, AC_DEID_TAG, NULL, NULL };
    AC_AUTO(ac_sheet) sheet;
    ac_mr reader, second;
    ac_sheet_init(&sheet, &tags, a);
    AC_AUTO(ac_sb) out = AC_SB((size_t)1 << 27);
    if (read_xml(bytes, a, &reader)) {
        document d = { .root = reader.tree };
        if (copied(&d, a, &sheet, &out) && out.n < TEXT_MAX) {
            need(read_xml(ac_sb_view(&out), a, &second));
            again(&(document) { .root = second.tree }, a);
            ac_mr_cleanup(&second);
        }
    }
    ac_mr_cleanup(&reader);
}

/* Cells of the lines, in places that the first bytes choose. */
static void office(ac_sv bytes, ac_arena *a)
{
    static const char *const types[] = { "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                         "application/vnd.oasis.opendocument.text" };
    if (!bytes.n || !ac_utf8_is(bytes))
        return;
    ac_layout edit = { .media_type = ac_sv_z(types[bytes.p[0] & 1]), .text = bytes };
    ac_sv rest = bytes, line;
    for (uint32_t k = 0; ac_sv_split(&rest, '\n', &line); k++) {
        const size_t begin = (size_t)(line.p - bytes.p);
        ac_cell *cell = line.n > 1 && line.p[0] != ' ' ? ac_vec_push(&edit.cells, a) : NULL;
        if (cell)
            *cell = (ac_cell) { ac_span_of(begin, begin + line.n), (uint32_t)(k & 8), k / 3, (unsigned char)line.p[1] & 7u };
    }
    AC_AUTO(ac_sb) file = AC_SB((size_t)1 << 27);
    need(office_write(&edit, &file) && file.rc == AC_OK);
    ac_mr reader;
    ac_mw writer;
    ac_mr_init(&reader, a, TEXT_MAX);
    ac_mw_init(&writer, carry, &reader, TEXT_MAX);
    ac_markup_read(AC_MEDIA_ZIP, ac_sb_view(&file), &writer);
    (void)ac_mw_done(&writer);
    need(ac_mr_end(&reader, NULL) == AC_OK && reader.failed == AC_MEDIA_OK);
    ac_mw_cleanup(&writer);
    ac_mr_cleanup(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 28);
    const ac_sv bytes = { (const char *)data, n };
    if (!a || n > 1 << 16)
        return 0;
    message(bytes, a);
    structured(bytes, a);
    office(bytes, a);
    return 0;
}
