/* Containers that lie: none of them may do harm, and none is read by half. */
#include "adapter/markup/markup_testing.h"

#define BEGIN "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">"
#define DOCUMENT BEGIN "<w:body><w:p><w:r><w:t>asma</w:t></w:r></w:p></w:body></w:document>"
#define RELS "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"word/document.xml\"/></Relationships>"

static const markup_entry small[] = { { "_rels/.rels", RELS }, { "word/document.xml", DOCUMENT }, { NULL, NULL } };

static ac_media_note reason_of(ac_sv bytes)
{
    AC_AUTO(markup_read) m;
    markup_read_init(&m, AC_MEDIA_ZIP, bytes, 1 << 20);
    if (markup_reason(&m) == AC_MEDIA_OK)
        CHECK(ac_sv_eq(m.reader.layout.text, AC_SV("asma")));
    return markup_reason(&m);
}

AC_TEST(zip, each_length_of_a_cut_container_fails)
{
    AC_AUTO(markup_zip) z;
    markup_zip_init(&z, small);
    CHECK(reason_of(markup_zip_bytes(&z)) == AC_MEDIA_OK);
    for (size_t n = 0; n < z.n; n++)
        CHECK(reason_of((ac_sv) { z.p, n }) == AC_MEDIA_TRUNCATED);
}

AC_TEST(zip, each_byte_changed_does_no_harm)
{
    AC_AUTO(markup_zip) z;
    markup_zip_init(&z, small);
    for (size_t i = 0; i < z.n; i++) {
        z.p[i] = (char)(z.p[i] ^ 0x41);
        AC_AUTO(markup_read) m;
        markup_read_init(&m, AC_MEDIA_ZIP, markup_zip_bytes(&z), 1 << 20);
        if (markup_reason(&m) == AC_MEDIA_OK) /* then the change was one of no meaning: a date, a permission */
            CHECK(ac_sv_eq(m.reader.layout.text, AC_SV("asma")));
        z.p[i] = (char)(z.p[i] ^ 0x41);
    }
}

static ac_media_note reason_of_large(size_t megabytes)
{
    AC_AUTO(markup_zip) z;
    AC_AUTO(ac_sb) much = AC_SB(1 << 20);
    while (much.n < 1 << 20)
        ac_sb_add(&much, AC_SV("<w:proofErr />  "));
    struct archive *a = markup_zip_begin(&z, 4 << 20);
    markup_zip_add(a, "_rels/.rels", AC_SV(RELS));
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, "word/document.xml");
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_size(e, (la_int64_t)((megabytes << 20) + sizeof DOCUMENT - 1));
    CHECK(archive_write_header(a, e) == ARCHIVE_OK);
    CHECK(archive_write_data(a, DOCUMENT, sizeof BEGIN - 1) > 0);
    for (size_t i = 0; i < megabytes; i++)
        CHECK(archive_write_data(a, much.p, much.n) == (la_ssize_t)much.n);
    CHECK(archive_write_data(a, &DOCUMENT[sizeof BEGIN - 1], sizeof DOCUMENT - sizeof BEGIN) > 0);
    archive_entry_free(e);
    markup_zip_end(a);
    return reason_of(markup_zip_bytes(&z));
}

AC_TEST(zip, what_unpacks_to_much_is_read_and_to_too_much_refused)
{
    CHECK(reason_of_large(10) == AC_MEDIA_OK);
    CHECK(reason_of_large(300) == AC_MEDIA_TOO_LARGE);
}

AC_TEST(zip, a_part_that_stands_twice_is_refused)
{
    AC_AUTO(markup_read) m;
    markup_read_zipped(&m, (const markup_entry[]) { small[0], small[1], { "WORD/document.xml", "<other/>" }, { NULL, NULL } });
    CHECK(markup_reason(&m) == AC_MEDIA_DAMAGED);
}

AC_TEST(zip, paths_lead_nowhere)
{
    AC_AUTO(markup_read) m;
    markup_read_zipped(&m, (const markup_entry[]) {
        { "_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"../../../etc/./passwd\"/></Relationships>" },
        { "/etc/passwd.xml", "x" }, { "../../up.xml", "x" }, { "word\\document.xml", DOCUMENT }, { NULL, NULL } });
    CHECK(markup_reason(&m) == AC_MEDIA_UNSUPPORTED);
    AC_AUTO(markup_read) back;
    markup_read_zipped(&back, (const markup_entry[]) { small[0], { "word\\document.xml", DOCUMENT }, { NULL, NULL } });
    CHECK(markup_text_is(&back, "asma"));
}

AC_TEST(zip, a_wrong_checksum_is_damage)
{
    AC_AUTO(markup_zip) z;
    static const char crc_of_directory[] = "PK\1\2";
    markup_zip_init(&z, small);
    for (size_t i = 0; i + 20 < z.n; i++)
        if (memcmp(z.p + i, crc_of_directory, 4) == 0)
            z.p[i + 16] = (char)(z.p[i + 16] ^ 1);
    CHECK(reason_of(markup_zip_bytes(&z)) != AC_MEDIA_OK);
}

AC_TEST(zip, other_containers_are_unsupported)
{
    AC_AUTO(markup_read) m;
    markup_read_zipped(&m, (const markup_entry[]) { { "readme.txt", "x" }, { NULL, NULL } });
    CHECK(markup_reason(&m) == AC_MEDIA_UNSUPPORTED);
    CHECK(reason_of(AC_SV("PK\3\4")) == AC_MEDIA_TRUNCATED);
    CHECK(reason_of(AC_SV("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")) == AC_MEDIA_DAMAGED);
}
