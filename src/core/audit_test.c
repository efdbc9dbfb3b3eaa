#include "core/audit.h"

#include "kit/test.h"

/* No secret, but it depends on every byte and on their order. */
static void toy_mac(void *context, const unsigned char *bytes, size_t n, unsigned char out[AC_AUDIT_MAC])
{
    uint64_t h = *(const uint64_t *)context;
    for (size_t i = 0; i < n; i++)
        h = (h ^ bytes[i]) * 0x100000001b3;
    memset(out, 0, AC_AUDIT_MAC);
    memcpy(out, &h, sizeof h);
}

static uint64_t seed = 0xcbf29ce484222325;
static const ac_audit_chain chain = { toy_mac, &seed };
static const unsigned char first[AC_AUDIT_MAC];

static ac_audit_record record(uint64_t number)
{
    return (ac_audit_record) { .number = number,
                               .at_ms = 1700000000000 + (int64_t)number,
                               .tenant.v.b[3] = 1,
                               .actor_kind = AC_ACTOR_KEY,
                               .actor.b[0] = 9,
                               .action = AC_AUDIT_READ,
                               .what = AC_WHAT_RESULT,
                               .object.b[15] = 7,
                               .patient.v.b[1] = 2,
                               .request.b[2] = 5,
                               .outcome = AC_EDENIED,
                               .detail = 1ull << 40 };
}

AC_TEST(audit, bytes_go_there_and_back)
{
    unsigned char bytes[AC_AUDIT_BYTES], again[AC_AUDIT_BYTES];
    ac_audit_record r = record(3), back = { 0 };
    ac_audit_encode(&r, bytes);
    CHECK(ac_audit_decode(bytes, &back));
    ac_audit_encode(&back, again);
    CHECK(memcmp(bytes, again, sizeof bytes) == 0 && back.detail == r.detail && back.outcome == AC_EDENIED &&
          back.action == AC_AUDIT_READ);
}

AC_TEST(audit, values_that_nobody_wrote_are_refused)
{
    unsigned char bytes[AC_AUDIT_BYTES];
    ac_audit_record r = record(3), back;
    for (size_t i = AC_AUDIT_BYTES - 8; i < AC_AUDIT_BYTES; i++) {
        ac_audit_encode(&r, bytes);
        bytes[i] = 0xff;
        CHECK(!ac_audit_decode(bytes, &back));
    }
}

AC_TEST(audit, every_byte_is_chained)
{
    ac_audit_record one = record(1), two = record(2);
    ac_audit_seal(&chain, first, &one);
    ac_audit_seal(&chain, one.mac, &two);
    CHECK(ac_audit_follows(&chain, 0, first, &one) && ac_audit_follows(&chain, 1, one.mac, &two));
    CHECK(!ac_audit_follows(&chain, 0, first, &two)); /* one left out */
    CHECK(!ac_audit_follows(&chain, 1, first, &two)); /* another one before it */
    unsigned char bytes[AC_AUDIT_BYTES];
    for (size_t i = 0; i < AC_AUDIT_BYTES; i++) {
        ac_audit_record changed;
        ac_audit_encode(&two, bytes);
        bytes[i] ^= 1;
        if (!ac_audit_decode(bytes, &changed))
            continue;
        memcpy(changed.mac, two.mac, AC_AUDIT_MAC);
        CHECK(!ac_audit_follows(&chain, 1, one.mac, &changed));
    }
}
