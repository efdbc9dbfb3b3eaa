#include "adapter/markup/zip.h"

#include "adapter/markup/charset.h"

#include <archive.h>
#include <archive_entry.h>

enum {
    CHUNK = 64 * 1024,
    NAME_MAX_BYTES = 1024,
    END_RECORD = 22,            /* bytes of the end of a central directory, before a comment of at most 65,535 */
};
static const size_t ARENA_MAX = (size_t)ZIP_TOTAL_MAX + (16 << 20);

/* A container whose end is missing has no directory. */
static bool has_end(ac_sv s)
{
    size_t least = s.n > END_RECORD + UINT16_MAX ? s.n - END_RECORD - UINT16_MAX : 0;
    for (size_t i = s.n >= END_RECORD ? s.n - END_RECORD + 1 : 0; i-- > least;)
        if (memcmp(s.p + i, "PK\5\6", 4) == 0)
            return true;
    return false;
}

/* The name in the arena: UTF-8, parted by '/', not from the root. p is NULL when there is no room. */
static ac_sv name_of(zip *z, struct archive_entry *entry)
{
    AC_AUTO(ac_sb) name = AC_SB(3 * NAME_MAX_BYTES);
    const char *given = archive_entry_pathname_utf8(entry);
    ac_sv s = ac_sv_z(given ? given : archive_entry_pathname(entry));
    while (s.n && (s.p[0] == '/' || s.p[0] == '\\'))
        s = ac_sv_sub(s, 1, s.n);
    charset_decode(CHARSET_UTF8, ac_sv_sub(s, 0, NAME_MAX_BYTES), &name);
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '\\')
            name.p[i] = '/';
    if (name.rc != AC_OK)
        return (ac_sv) { NULL, 0 };
    return name.n ? ac_arena_copy(z->arena, ac_sb_view(&name)) : AC_SV("");
}

static bool fail(ac_mw *out, ac_media_note why)
{
    ac_mw_fail(out, why);
    return false;
}

/* What unpacks is counted as it comes. */
static bool unpack(zip *z, struct archive *a, zip_part *part, uint64_t *total, ac_mw *out)
{
    static const char nothing[] = "";
    AC_AUTO(ac_sb) bytes = AC_SB(ZIP_PART_MAX);
    char chunk[CHUNK];
    la_ssize_t n;
    while ((n = archive_read_data(a, chunk, sizeof chunk)) > 0) {
        *total += (uint64_t)n;
        ac_sb_add(&bytes, (ac_sv) { chunk, (size_t)n });
        if (bytes.rc != AC_OK || *total > ZIP_TOTAL_MAX)
            return fail(out, bytes.rc == AC_ENOMEM ? AC_MEDIA_MEMORY : AC_MEDIA_TOO_LARGE);
    }
    if (n < 0)
        return fail(out, AC_MEDIA_DAMAGED);
    part->bytes = bytes.n ? ac_arena_copy(z->arena, ac_sb_view(&bytes)) : (ac_sv) { nothing, 0 };
    return part->bytes.p ? true : fail(out, AC_MEDIA_MEMORY);
}

static bool add_entry(zip *z, struct archive *a, struct archive_entry *entry, bool (*wanted)(ac_sv), uint64_t *total, ac_mw *out)
{
    if (archive_entry_filetype(entry) != AE_IFREG)
        return true;
    ac_sv name = name_of(z, entry);
    if (!name.p)
        return fail(out, AC_MEDIA_MEMORY);
    bool unpacked = wanted(name);
    const zip_part *same = unpacked ? zip_find(z, name) : NULL;
    if (same)
        return fail(out, AC_MEDIA_DAMAGED); /* which of the two would be the document? */
    if (archive_entry_is_data_encrypted(entry))
        return fail(out, AC_MEDIA_ENCRYPTED);
    zip_part *part = ac_vec_push(&z->parts, z->arena);
    if (!part)
        return fail(out, AC_MEDIA_MEMORY);
    *part = (zip_part) { .name = name, .size = (uint64_t)archive_entry_size(entry) };
    return !unpacked || unpack(z, a, part, total, out);
}

static bool read_all(zip *z, struct archive *a, bool (*wanted)(ac_sv), ac_mw *out)
{
    struct archive_entry *entry;
    uint64_t total = 0;
    int rc;
    for (size_t n = 0; (rc = archive_read_next_header(a, &entry)) == ARCHIVE_OK || rc == ARCHIVE_WARN; n++) {
        if (n == ZIP_ENTRIES_MAX)
            return fail(out, AC_MEDIA_TOO_LARGE);
        if (!add_entry(z, a, entry, wanted, &total, out))
            return false;
    }
    return rc == ARCHIVE_EOF ? true : fail(out, AC_MEDIA_DAMAGED);
}

bool zip_open(zip *z, ac_sv bytes, bool (*wanted)(ac_sv), ac_mw *out)
{
    *z = (zip) { .arena = ac_arena_new(ARENA_MAX) };
    if (!z->arena)
        return fail(out, AC_MEDIA_MEMORY);
    if (!has_end(bytes))
        return fail(out, AC_MEDIA_TRUNCATED);
    struct archive *a = archive_read_new();
    if (!a)
        return fail(out, AC_MEDIA_MEMORY);
    /* only by the directory: what a reader without it would find is not what other programs show */
    bool good = archive_read_support_format_zip_seekable(a) == ARCHIVE_OK &&
                archive_read_set_options(a, "hdrcharset=UTF-8") >= ARCHIVE_WARN &&
                archive_read_open_memory(a, bytes.p, bytes.n) == ARCHIVE_OK;
    good = good ? read_all(z, a, wanted, out) : fail(out, AC_MEDIA_DAMAGED);
    archive_read_free(a);
    return good;
}

void zip_close(zip *z) { ac_arena_free(z->arena); }

const zip_part *zip_find(const zip *z, ac_sv name)
{
    for (size_t i = 0; i < z->parts.n; i++)
        if (ac_sv_eq_nocase(z->parts.at[i].name, name))
            return &z->parts.at[i];
    return NULL;
}

ac_sv zip_base_name(ac_sv name)
{
    size_t i = name.n;
    while (i && name.p[i - 1] != '/')
        i--;
    return ac_sv_sub(name, i, name.n);
}

static bool want_all(ac_sv name)
{
    (void)name;
    return true;
}

static bool send_nothing(void *context, ac_sv packet)
{
    (void)context, (void)packet;
    return true;
}

void zip_warm_up(void)
{
    /* a.xml, deflated, and a file whose name is not ASCII: so libarchive has opened time zones and conversions of names */
    static const char container[] =
        "PK\x03\x04\x14\x00\x00\x00\x08\x00\x8F\xABu]Q~\xAB\xA5\x0B\x00\x00\x00\x1B\x00\x00\x00\x05\x00\x00\x00"
        "" "a.xml\xB3I\xB4K\xC4\x02l\xF4\x13\xED\x00PK\x03\x04\x14\x00\x00\x08\x08\x00\x8F\xABu]\x83\x16\xDC\x8C"
        "\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\xC3\xA9\xAB\x00\x00PK\x01\x02\x14\x03\x14\x00\x00\x00"
        "\x08\x00\x8F\xABu]Q~\xAB\xA5\x0B\x00\x00\x00\x1B\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
        "\x00\x80\x01\x00\x00\x00\x00" "a.xmlPK\x01\x02\x14\x03\x14\x00\x00\x08\x08\x00\x8F\xABu]\x83\x16\xDC\x8C"
        "\x03\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01.\x00\x00\x00"
        "\xC3\xA9PK\x05\x06\x00\x00\x00\x00\x02\x00\x02\x00" "c\x00\x00\x00Q\x00\x00\x00\x00\x00";
    ac_mw nowhere;
    zip z;
    ac_mw_init(&nowhere, send_nothing, NULL, sizeof container);
    (void)zip_open(&z, (ac_sv) { container, sizeof container - 1 }, want_all, &nowhere);
    zip_close(&z);
    ac_mw_cleanup(&nowhere);
}
