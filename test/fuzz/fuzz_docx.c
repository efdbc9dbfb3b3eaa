/* The main part of a Word document, of any bytes. */
#include "adapter/markup/docx.h"
#include "fuzz/markup.h"

static void read_document(ac_sv bytes, ac_mw *out)
{
    zip_part parts[] = { { .name = AC_SV("word/document.xml"), .bytes = bytes },
                         { .name = AC_SV("word/_rels/document.xml.rels"),
                           .bytes = AC_SV("<Relationships><Relationship Id='n' Type='x/footnotes' Target='document.xml'/>"
                                          "<Relationship Id='c' Type='x/comments' Target='document.xml'/>"
                                          "<Relationship Id='s' Type='x/styles' Target='document.xml'/>"
                                          "<Relationship Id='l' Type='x/numbering' Target='document.xml'/>"
                                          "<Relationship Id='h' Type='x/header' Target='document.xml'/></Relationships>") } };
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)1 << 26);
    zip z = { .arena = arena, .parts = { parts, 2, 2 } };
    if (arena)
        docx_read(&z, &parts[0], out);
    else
        ac_mw_fail(out, AC_MEDIA_MEMORY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) { return fuzz_markup(read_document, data, n); }
