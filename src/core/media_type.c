#include "core/media_type.h"

enum { LOOK_BYTES = 1024 };

static const struct {
    ac_media_type type;
    size_t at;               /* where the magic bytes stand */
    ac_sv magic;
} signatures[] = {
#define MAGIC(s) { s, sizeof s - 1 }
    { AC_MEDIA_PNG, 0, MAGIC("\x89PNG\r\n\x1A\n") },
    { AC_MEDIA_JPEG, 0, MAGIC("\xFF\xD8\xFF") },
    { AC_MEDIA_TIFF, 0, MAGIC("II*\0") },
    { AC_MEDIA_TIFF, 0, MAGIC("MM\0*") },
    { AC_MEDIA_TIFF, 0, MAGIC("II+\0") }, /* BigTIFF */
    { AC_MEDIA_TIFF, 0, MAGIC("MM\0+") },
    { AC_MEDIA_WEBP, 8, MAGIC("WEBPVP8") },
    { AC_MEDIA_GIF, 0, MAGIC("GIF87a") },
    { AC_MEDIA_GIF, 0, MAGIC("GIF89a") },
    { AC_MEDIA_ZIP, 0, MAGIC("PK\3\4") },
    { AC_MEDIA_ZIP, 0, MAGIC("PK\5\6") },
    { AC_MEDIA_OLE, 0, MAGIC("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") },
    { AC_MEDIA_RTF, 0, MAGIC("{\\rtf") },
    { AC_MEDIA_DICOM, 128, MAGIC("DICM") },
#undef MAGIC
};

/* "BM", then the size of the file, four zero bytes, where the pixels begin, and a header of a size that exists: two letters alone
 * would make a picture of "BM normal" (bowel movement). */
static bool is_bmp(ac_sv s)
{
    return s.n >= 18 && ac_sv_starts(s, AC_SV("BM")) && memcmp(s.p + 6, "\0\0\0\0", 4) == 0 && s.p[14] >= 12 &&
           memcmp(s.p + 15, "\0\0\0", 3) == 0;
}

/* The text in front that says nothing: a byte order mark, white space. */
static ac_sv without_lead(ac_sv s)
{
    if (ac_sv_starts(s, AC_SV("\xEF\xBB\xBF")))
        s = ac_sv_sub(s, 3, s.n);
    while (s.n && ac_is_space(s.p[0]))
        s = ac_sv_sub(s, 1, s.n);
    return s;
}

static bool starts_nocase(ac_sv s, ac_sv prefix) { return ac_sv_eq_nocase(ac_sv_sub(s, 0, prefix.n), prefix); }

/* What is marked up, by its first tag; a note that begins with "<" is text. */
static ac_media_type markup(ac_sv s)
{
    if (starts_nocase(s, AC_SV("<!doctype html")) || starts_nocase(s, AC_SV("<html")))
        return AC_MEDIA_HTML;
    if (ac_sv_starts(s, AC_SV("<?xml")) || ac_sv_starts(s, AC_SV("<ClinicalDocument")))
        return AC_MEDIA_XML;
    return AC_MEDIA_TEXT;
}

ac_media_type ac_media_type_of(ac_sv bytes)
{
    ac_sv head = ac_sv_sub(bytes, 0, LOOK_BYTES);
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
        if (ac_sv_starts(ac_sv_sub(head, signatures[i].at, head.n), signatures[i].magic))
            return signatures[i].type;
    if (is_bmp(head))
        return AC_MEDIA_BMP;
    ac_sv text = without_lead(head);
    if (ac_sv_starts(text, AC_SV("%PDF-")))
        return AC_MEDIA_PDF;
    return markup(text);
}

ac_sv ac_media_type_name(ac_media_type type)
{
#define NAME(id, type, text) [id] = type,
    static const char *const names[] = { AC_MEDIA_TYPE_LIST(NAME) };
#undef NAME
    return ac_sv_z((unsigned)type < AC_MEDIA_TYPES ? names[type] : NULL);
}
