#include "core/media_request.h"

#include "kit/test.h"

AC_TEST(media_request, comes_back_as_it_went)
{
    char buf[AC_MEDIA_REQUEST_BYTES];
    const ac_media_request out = { .mode = AC_MEDIA_REDACT, .ocr_all = true, .lang = AC_SV("es"), .max_bytes = 5, .max_memory = 7, .max_pages = 9,
                                   .cpu_seconds = 11, .careful = true, .begun = true, .page = 13, .text = 15, .words = 17, .tables = 19 };
    ac_media_request in;
    ac_sv bytes = ac_media_request_write(&out, buf);
    CHECK(ac_media_request_read(bytes, &in) && in.mode == AC_MEDIA_REDACT && in.ocr_all && ac_sv_eq(in.lang, AC_SV("es")));
    CHECK(in.max_bytes == 5 && in.max_memory == 7 && in.max_pages == 9 && in.cpu_seconds == 11);
    CHECK(in.careful && in.begun && in.page == 13 && in.text == 15 && in.words == 17 && in.tables == 19);
}

AC_TEST(media_request, others_are_refused)
{
    char buf[AC_MEDIA_REQUEST_BYTES] = { 0 };
    ac_media_request in;
    ac_sv bytes = ac_media_request_write(&(ac_media_request) { .lang = AC_SV("en") }, buf);
    CHECK(!ac_media_request_read(ac_sv_sub(bytes, 0, bytes.n - 1), &in) && !ac_media_request_read(AC_SV(""), &in));
    buf[0] ^= 1;
    CHECK(!ac_media_request_read(bytes, &in));
}
