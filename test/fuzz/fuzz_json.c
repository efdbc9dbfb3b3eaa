/* What is accepted is written and read again as the same tree. */
#include "fuzz/fuzz.h"
#include "kit/json.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO_PTR(ac_arena) a = ac_arena_new((size_t)1 << 26);
    AC_AUTO(ac_sb) out = AC_SB((size_t)1 << 26);
    ac_json *first = NULL, *second = NULL;
    if (!a || ac_json_parse((ac_sv) { (const char *)data, n }, 64, a, &first, NULL) != AC_OK)
        return 0;
    ac_jw w = ac_jw_to(&out, data[0] & 3);
    kit_json_write(&w, first);
    if (out.rc != AC_OK)
        return 0;
    if (ac_json_parse(ac_sb_view(&out), 64, a, &second, NULL) != AC_OK || !kit_json_equal(first, second))
        abort();
    return 0;
}
