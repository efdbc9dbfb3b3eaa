#include "main/origins.h"

/* As browsers write it (RFC 6454): no path, lower case, the scheme's own port left out. */
static bool is_origin(ac_sv o)
{
    const bool https = ac_sv_starts(o, AC_SV("https://"));
    const ac_sv host = ac_sv_sub(o, https ? 8 : 7, o.n);
    if (!https && !ac_sv_starts(o, AC_SV("http://")))
        return false;
    for (size_t i = 0; i < host.n; i++) {
        const char c = host.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !memchr(".-:[]", c, 5))
            return false;
    }
    return host.n && !ac_sv_ends(host, https ? AC_SV(":443") : AC_SV(":80"));
}

ac_rc ac_origins_check(const char *list, ac_err *err)
{
    ac_sv rest = ac_sv_z(list), one;
    while (ac_sv_split(&rest, ',', &one))
        if (!is_origin(ac_sv_trim(one)))
            return ac_fail(err, AC_EINPUT, "origins are expected, as https://console.example.org, separated by commas");
    return AC_OK;
}

bool ac_origins_have(const char *list, ac_sv origin)
{
    ac_sv rest = ac_sv_z(list), one;
    while (ac_sv_split(&rest, ',', &one))
        if (ac_sv_eq(ac_sv_trim(one), origin))
            return true;
    return false;
}
