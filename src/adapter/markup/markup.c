#include "adapter/markup/markup.h"

#include <libxml/parser.h>

void ac_markup_warm_up(void) { xmlInitParser(); }

void ac_markup_read(ac_media_type type, ac_sv bytes, ac_mw *out)
{
    (void)bytes;
    ac_mw_type(out, ac_media_type_name(type));
    ac_mw_fail(out, AC_MEDIA_UNSUPPORTED);
}
