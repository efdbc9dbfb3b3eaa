#include "adapter/fetch/reach.h"

#include <arpa/inet.h>
#include <netinet/in.h>

enum { V4_AT = 12, V4_BITS = 96, ADDRESS_BITS = 128, DIGITS_MAX = 46, WELL_KNOWN = 1024, HTTP = 80, HTTPS = 443 };

/* Not globally reachable: IANA IPv4 Special-Purpose Address Registry, and multicast. */
static const struct {
    unsigned char at[4];
    unsigned bits;
} V4[] = {
    { { 0, 0, 0, 0 }, 8 },        /* this host and network */
    { { 10, 0, 0, 0 }, 8 },       /* private */
    { { 100, 64, 0, 0 }, 10 },    /* shared (carriers; metadata of one cloud) */
    { { 127, 0, 0, 0 }, 8 },      /* loopback */
    { { 168, 63, 129, 16 }, 32 }, /* what every machine of one cloud has its host under */
    { { 169, 254, 0, 0 }, 16 },   /* link-local (metadata of most clouds) */
    { { 172, 16, 0, 0 }, 12 },    /* private */
    { { 192, 0, 0, 0 }, 24 },     /* protocol assignments */
    { { 192, 0, 2, 0 }, 24 },     /* documentation */
    { { 192, 88, 99, 0 }, 24 },   /* relays of 6to4 */
    { { 192, 168, 0, 0 }, 16 },   /* private */
    { { 198, 18, 0, 0 }, 15 },    /* benchmarks */
    { { 198, 51, 100, 0 }, 24 },  /* documentation */
    { { 203, 0, 113, 0 }, 24 },   /* documentation */
    { { 224, 0, 0, 0 }, 4 },      /* multicast */
    { { 240, 0, 0, 0 }, 4 },      /* reserved, broadcast */
};

/* Global unicast is 2000::/3 (RFC 4291); of it these are not, or lead somewhere else. */
static const ac_fetch_range V6[] = {
    { { 0x20, 0x01 }, 23 },             /* protocol assignments: Teredo, benchmarks, ORCHID */
    { { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
    { { 0x20, 0x02 }, 16 },             /* 6to4 */
    { { 0x3f, 0xfe }, 16 },             /* 6bone, given back */
    { { 0x3f, 0xff }, 20 },             /* documentation */
};

static const ac_fetch_range MAPPED = { { [10] = 0xff, [11] = 0xff }, V4_BITS };
static const ac_fetch_range NAT64 = { { 0x00, 0x64, 0xff, 0x9b }, V4_BITS }; /* RFC 6052 */
static const ac_fetch_range GLOBAL = { { 0x20 }, 3 };

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    const unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0)
        return false;
    return !rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

static bool in(const ac_address *a, const ac_fetch_range *r) { return same_bits(a->b, r->address, r->bits); }

bool ac_address_in(const ac_address *a, const ac_fetch_range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (in(a, &ranges[i]))
            return true;
    return false;
}

static bool v4_is_public(const unsigned char *v4)
{
    for (size_t i = 0; i < sizeof V4 / sizeof *V4; i++)
        if (same_bits(v4, V4[i].at, V4[i].bits))
            return false;
    return true;
}

bool ac_address_is_public(const ac_address *a)
{
    if (in(a, &MAPPED) || in(a, &NAT64))
        return v4_is_public(a->b + V4_AT);
    return in(a, &GLOBAL) && !ac_address_in(a, V6, sizeof V6 / sizeof *V6);
}

bool ac_address_parse(ac_sv digits, ac_address *out)
{
    char z[DIGITS_MAX];
    ac_address a = { { [10] = 0xff, [11] = 0xff } };
    if (digits.n >= sizeof z || memchr(digits.p ? digits.p : "", '\0', digits.n))
        return false;
    memcpy(z, digits.p ? digits.p : "", digits.n);
    z[digits.n] = '\0';
    if (inet_pton(AF_INET, z, a.b + V4_AT) != 1 && inet_pton(AF_INET6, z, a.b) != 1)
        return false;
    *out = a;
    return true;
}

bool ac_address_of(const struct sockaddr *from, size_t n, ac_address *out)
{
    ac_address a = { { [10] = 0xff, [11] = 0xff } };
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    if (from->sa_family == AF_INET && n >= sizeof v4) {
        memcpy(&v4, from, sizeof v4);
        memcpy(a.b + V4_AT, &v4.sin_addr, sizeof v4.sin_addr);
    } else if (from->sa_family == AF_INET6 && n >= sizeof v6) {
        memcpy(&v6, from, sizeof v6);
        memcpy(a.b, &v6.sin6_addr, sizeof a.b);
    } else {
        return false;
    }
    *out = a;
    return true;
}

bool ac_port_is_refused(unsigned port)
{
    static const unsigned refused[] = { 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000,
                                        6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080 };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (port == refused[i])
            return true;
    return port < WELL_KNOWN && port != HTTP && port != HTTPS;
}

/* No bit behind the prefix is set: who writes 10.20.0.1/16 means something else than he says. */
static bool is_prefix(const ac_fetch_range *r)
{
    for (unsigned bit = r->bits; bit < ADDRESS_BITS; bit++)
        if (r->address[bit / 8] & 0x80 >> bit % 8)
            return false;
    return true;
}

ac_rc ac_fetch_range_parse(ac_sv text, ac_fetch_range *out, ac_err *err)
{
    ac_address a;
    ac_sv address, rest = text;
    int64_t bits = 0;
    (void)ac_sv_split(&rest, '/', &address);
    if (!ac_address_parse(address, &a))
        return ac_fail(err, AC_EINPUT, "no address or range of addresses, as 10.20.0.0/16 is one");
    const unsigned from = in(&a, &MAPPED) && !memchr(address.p, ':', address.n) ? V4_BITS : 0;
    const bool one = address.n == text.n;
    if (!one &&
        (!rest.n || !ac_is_digit(rest.p[0]) || !ac_sv_to_i64(rest, &bits) || bits > ADDRESS_BITS - (int64_t)from))
        return ac_fail(err, AC_EINPUT, "a range of addresses ends with how many bits count");
    ac_fetch_range r = { .bits = one ? ADDRESS_BITS : from + (unsigned)bits };
    memcpy(r.address, a.b, sizeof r.address);
    if (!is_prefix(&r))
        return ac_fail(err, AC_EINPUT, "a range of addresses has bits set behind those that count");
    *out = r;
    return AC_OK;
}
