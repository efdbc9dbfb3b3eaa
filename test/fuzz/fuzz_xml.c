/* XML, XHTML, flat OpenDocument and HTML of any bytes. */
#include "adapter/markup/markup.h"
#include "fuzz/markup.h"

static void read_any(ac_sv bytes, ac_mw *out)
{
    bool html = ac_media_type_of(bytes) == AC_MEDIA_HTML;
    ac_markup_read(html ? AC_MEDIA_HTML : AC_MEDIA_XML, bytes, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) { return fuzz_markup(read_any, data, n); }
