#include "adapter/ocr/picture_file.h"

enum { PIXELS_MAX = 200 * 1000 * 1000 };

ac_media_note ac_picture_check(ac_sv bytes, l_int32 *format)
{
    l_int32 w = 0, h = 0;
    if (pixReadHeaderMem((const l_uint8 *)bytes.p, bytes.n, format, &w, &h, NULL, NULL, NULL) != 0)
        return AC_MEDIA_DAMAGED;
    return (int64_t)w * h > PIXELS_MAX ? AC_MEDIA_TOO_LARGE : AC_MEDIA_OK;
}

float ac_picture_dpi(PIX *pix)
{
    const int said = pixGetXRes(pix);
    if (said >= 90 && said <= 1200)
        return (float)said;
    const int shorter = pixGetWidth(pix) < pixGetHeight(pix) ? pixGetWidth(pix) : pixGetHeight(pix);
    const float guess = (float)shorter / 8.5f;
    return guess < 72 ? 72 : guess > 600 ? 600 : guess;
}
