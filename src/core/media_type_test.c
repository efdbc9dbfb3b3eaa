#include "core/media_type.h"

#include "kit/test.h"

AC_TEST(media_type, told_by_content)
{
    const struct {
        ac_sv bytes;
        ac_media_type type;
    } rows[] = {
        { AC_SV("%PDF-1.7\n"), AC_MEDIA_PDF }, { AC_SV("\xEF\xBB\xBF \n%PDF-1.4"), AC_MEDIA_PDF },
        { AC_SV("\x89PNG\r\n\x1A\n...."), AC_MEDIA_PNG }, { AC_SV("\xFF\xD8\xFF\xE0"), AC_MEDIA_JPEG },
        { AC_SV("II*\0...."), AC_MEDIA_TIFF }, { AC_SV("RIFF....WEBPVP8 "), AC_MEDIA_WEBP },
        { AC_SV("BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), AC_MEDIA_BMP }, { AC_SV("BM normal, no blood in the stool."), AC_MEDIA_TEXT },
        { AC_SV("PK\3\4"), AC_MEDIA_ZIP }, { AC_SV("{\\rtf1\\ansi"), AC_MEDIA_RTF }, { AC_SV("{\"resourceType\":"), AC_MEDIA_TEXT },
        { AC_SV("<!DOCTYPE HTML>"), AC_MEDIA_HTML }, { AC_SV("  <Html lang=es>"), AC_MEDIA_HTML },
        { AC_SV("<?xml version=\"1.0\"?>"), AC_MEDIA_XML }, { AC_SV("<ClinicalDocument xmlns="), AC_MEDIA_XML },
        { AC_SV("<5 mmol/L"), AC_MEDIA_TEXT }, { AC_SV("MSH|^~\\&|"), AC_MEDIA_TEXT }, { AC_SV(""), AC_MEDIA_TEXT },
        { AC_SV("P"), AC_MEDIA_TEXT }, { AC_SV("GIF89a"), AC_MEDIA_GIF }, { AC_SV("II"), AC_MEDIA_TEXT },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CHECK(ac_media_type_of(rows[i].bytes) == rows[i].type);
    char dicom[132] = { 0 };
    memcpy(dicom + 128, "DICM", 4);
    CHECK(ac_media_type_of((ac_sv) { dicom, sizeof dicom }) == AC_MEDIA_DICOM);
    CHECK(ac_sv_eq(ac_media_type_name(AC_MEDIA_PDF), AC_SV("application/pdf")));
}
