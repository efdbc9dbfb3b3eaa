/** Which addresses and ports a request may go to. Pure; any thread. */
#ifndef AC_ADAPTER_FETCH_REACH_H
#define AC_ADAPTER_FETCH_REACH_H

#include "port/fetch.h"

#include <sys/socket.h>

typedef struct {
    unsigned char b[16]; /* IPv6; IPv4 as ::ffff:a.b.c.d */
} ac_address;

/** Digits of IPv4 (four decimal numbers) or IPv6, nothing else. */
bool ac_address_parse(ac_sv digits, ac_address *out);
/** Of AF_INET or AF_INET6; false: of something else. */
bool ac_address_of(const struct sockaddr *from, size_t n, ac_address *out);

/** Is it globally reachable by the registries of IANA (RFC 6890)? Those that hold an IPv4 address (mapped, NAT64) are
 * what that is. */
bool ac_address_is_public(const ac_address *a);
bool ac_address_in(const ac_address *a, const ac_fetch_range *ranges, size_t n);

/** Is that port something that no HTTP server has: a service below 1024, or one of the Fetch standard's list? */
bool ac_port_is_refused(unsigned port);

/** "10.20.0.0/16", "fd00::/8", or one address.  errors  AC_EINPUT: neither, or bits behind the prefix are set */
AC_NODISCARD ac_rc ac_fetch_range_parse(ac_sv text, ac_fetch_range *out, ac_err *err);

#endif
