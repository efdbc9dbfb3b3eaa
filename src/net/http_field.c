#include "net/http_field.h"

#include <stdio.h>
#include <time.h>

/* ---- characters ---------------------------------------------------------------------------------------------------- */

bool ac_is_token(char c) { return ac_is_alnum(c) || (c && memchr("!#$%&'*+-.^_`|~", c, 15)); }

bool ac_is_token_all(ac_sv s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!ac_is_token(s.p[i]))
            return false;
    return s.n;
}

size_t ac_sv_find_any(ac_sv s, const char *set)
{
    size_t i = 0;
    while (i < s.n && (!s.p[i] || !strchr(set, s.p[i])))
        i++;
    return i;
}

/* ---- lists --------------------------------------------------------------------------------------------------------- */

bool ac_field_next(ac_sv *rest, ac_sv *element)
{
    while (rest->n && ac_sv_split(rest, ',', element)) {
        *element = ac_sv_trim(*element);
        if (element->n)
            return true;
    }
    return false;
}

bool ac_field_has(ac_sv list, const char *token)
{
    ac_sv element;
    while (ac_field_next(&list, &element))
        if (ac_sv_eq_nocase(element, ac_sv_z(token)))
            return true;
    return false;
}

/* "gzip;q=0.5": is it anything but refused? */
static bool has_quality(ac_sv parameters)
{
    double q;
    ac_sv p = ac_sv_trim(parameters);
    if (!p.n)
        return true;
    return p.n > 2 && ac_lower(p.p[0]) == 'q' && p.p[1] == '=' && ac_sv_to_double(ac_sv_sub(p, 2, p.n), &q) && q > 0;
}

bool ac_field_accepts(ac_sv list, const char *coding)
{
    ac_sv element, name;
    while (ac_field_next(&list, &element)) {
        ac_sv rest = element;
        (void)ac_sv_split(&rest, ';', &name);
        if (ac_sv_eq_nocase(ac_sv_trim(name), ac_sv_z(coding)))
            return has_quality(name.n < element.n ? rest : AC_SV(""));
    }
    return false;
}

bool ac_field_matches(ac_sv list, ac_sv tag)
{
    ac_sv element;
    if (ac_sv_eq(ac_sv_trim(list), AC_SV("*")))
        return true;
    while (ac_field_next(&list, &element)) {
        if (ac_sv_starts(element, AC_SV("W/")))
            element = ac_sv_sub(element, 2, element.n);
        if (element.n == tag.n + 2 && element.p[0] == '"' && element.p[element.n - 1] == '"' && ac_sv_eq(ac_sv_sub(element, 1, element.n - 1), tag))
            return true;
    }
    return false;
}

/* ---- parameters ---------------------------------------------------------------------------------------------------- */

/* A value off *rest, or past it (buf is NULL); false when it is malformed. */
static bool read_value(ac_sv *rest, char *buf, size_t size, ac_sv *out)
{
    size_t i = 0, n = 0;
    if (!rest->n || rest->p[0] != '"') {
        while (i < rest->n && ac_is_token(rest->p[i]))
            i++;
        *out = ac_sv_sub(*rest, 0, i);
        *rest = ac_sv_sub(*rest, i, rest->n);
        return i;
    }
    for (i = 1; i < rest->n && rest->p[i] != '"'; i++) {
        i += rest->p[i] == '\\';
        if (i == rest->n || (buf && n == size))
            return false;
        if (buf)
            buf[n++] = rest->p[i];
    }
    if (i == rest->n)
        return false;
    *out = (ac_sv) { buf ? buf : "", n };
    *rest = ac_sv_sub(*rest, i + 1, rest->n);
    return true;
}

static void skip_blanks(ac_sv *s)
{
    while (s->n && (s->p[0] == ' ' || s->p[0] == '\t'))
        *s = ac_sv_sub(*s, 1, s->n);
}

ac_sv ac_field_param(ac_sv value, const char *name, char *buf, size_t size)
{
    const ac_sv none = { NULL, 0 };
    ac_sv found = none, unused, rest = ac_sv_sub(value, ac_sv_find_any(value, ";"), value.n);
    while (rest.n) {
        if (rest.p[0] != ';')
            return none;
        rest = ac_sv_sub(rest, 1, rest.n);
        skip_blanks(&rest);
        size_t n = 0;
        while (n < rest.n && ac_is_token(rest.p[n]))
            n++;
        const ac_sv key = ac_sv_sub(rest, 0, n);
        rest = ac_sv_sub(rest, n, rest.n);
        if (!n && !rest.n)
            break;
        if (!n || !rest.n || rest.p[0] != '=')
            return none;
        rest = ac_sv_sub(rest, 1, rest.n);
        const bool wanted = ac_sv_eq_nocase(key, ac_sv_z(name));
        if ((wanted && found.p) || !read_value(&rest, wanted ? buf : NULL, size, wanted ? &found : &unused))
            return none;
        skip_blanks(&rest);
    }
    return found;
}

ac_sv ac_field_cookie(ac_sv cookies, ac_sv name)
{
    ac_sv pair;
    while (cookies.n && ac_sv_split(&cookies, ';', &pair)) {
        pair = ac_sv_trim(pair);
        if (pair.n > name.n && pair.p[name.n] == '=' && ac_sv_eq(ac_sv_sub(pair, 0, name.n), name))
            return (ac_sv) { pair.p + name.n + 1, pair.n - name.n - 1 };
    }
    return (ac_sv) { NULL, 0 };
}

/* ---- dates and statuses -------------------------------------------------------------------------------------------- */

ac_sv ac_field_date(int64_t seconds, char buf[AC_FIELD_DATE])
{
    static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    struct tm t;
    time_t at = (time_t)seconds;
    if (!gmtime_r(&at, &t) || t.tm_year > 9999 - 1900)
        return AC_SV("");
    const int n = snprintf(buf, AC_FIELD_DATE, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", days + (size_t)3 * (size_t)t.tm_wday, (unsigned)t.tm_mday % 100,
                           months + (size_t)3 * (size_t)t.tm_mon, (unsigned)(t.tm_year + 1900) % 10000, (unsigned)t.tm_hour % 100,
                           (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
    return (ac_sv) { buf, n > 0 ? (size_t)n : 0 };
}

static const struct {
    int status;
    const char *text, *code;
} statuses[] = {
    { 101, "Switching Protocols", "" },
    { 200, "OK", "" },
    { 201, "Created", "" },
    { 202, "Accepted", "" },
    { 204, "No Content", "" },
    { 206, "Partial Content", "" },
    { 301, "Moved Permanently", "" },
    { 302, "Found", "" },
    { 303, "See Other", "" },
    { 304, "Not Modified", "" },
    { 307, "Temporary Redirect", "" },
    { 308, "Permanent Redirect", "" },
    { 400, "Bad Request", "bad_request" },
    { 401, "Unauthorized", "unauthorized" },
    { 403, "Forbidden", "forbidden" },
    { 404, "Not Found", "not_found" },
    { 405, "Method Not Allowed", "method_not_allowed" },
    { 406, "Not Acceptable", "not_acceptable" },
    { 408, "Request Timeout", "request_timeout" },
    { 409, "Conflict", "conflict" },
    { 410, "Gone", "gone" },
    { 411, "Length Required", "length_required" },
    { 412, "Precondition Failed", "precondition_failed" },
    { 413, "Content Too Large", "content_too_large" },
    { 414, "URI Too Long", "uri_too_long" },
    { 415, "Unsupported Media Type", "unsupported_media_type" },
    { 416, "Range Not Satisfiable", "range_not_satisfiable" },
    { 417, "Expectation Failed", "expectation_failed" },
    { 422, "Unprocessable Content", "unprocessable_content" },
    { 425, "Too Early", "too_early" },
    { 426, "Upgrade Required", "upgrade_required" },
    { 428, "Precondition Required", "precondition_required" },
    { 429, "Too Many Requests", "too_many_requests" },
    { 431, "Request Header Fields Too Large", "headers_too_large" },
    { 500, "Internal Server Error", "internal" },
    { 501, "Not Implemented", "not_implemented" },
    { 502, "Bad Gateway", "bad_gateway" },
    { 503, "Service Unavailable", "unavailable" },
    { 504, "Gateway Timeout", "gateway_timeout" },
    { 505, "HTTP Version Not Supported", "version_not_supported" },
    { 507, "Insufficient Storage", "insufficient_storage" },
};

const char *ac_status_text(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status)
            return statuses[i].text;
    return status < 400 ? "OK" : "Error";
}

const char *ac_status_code(int status)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if (statuses[i].status == status && statuses[i].code[0])
            return statuses[i].code;
    return "error";
}
