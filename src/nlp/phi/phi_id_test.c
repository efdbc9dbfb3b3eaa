#include "nlp/phi/phi_id.h"

#include "kit/test.h"

AC_TEST(phi_id, check_digits)
{
    CHECK(ac_id_luhn(AC_SV("4111 1111 1111 1111")));
    CHECK(ac_id_luhn(AC_SV("378282246310005")));
    CHECK(!ac_id_luhn(AC_SV("4111 1111 1111 1112")));
    CHECK(!ac_id_luhn(AC_SV("411111111111")));
    CHECK(ac_id_ssn(AC_SV("123-45-6789")));
    CHECK(!ac_id_ssn(AC_SV("000-45-6789")));
    CHECK(!ac_id_ssn(AC_SV("666-45-6789")));
    CHECK(!ac_id_ssn(AC_SV("123-00-6789")));
    CHECK(!ac_id_ssn(AC_SV("123-45-0000")));
    CHECK(!ac_id_ssn(AC_SV("123-45-678")));
    CHECK(ac_id_nhs(AC_SV("943 476 5919")));
    CHECK(!ac_id_nhs(AC_SV("943 476 5910")));
    CHECK(!ac_id_nhs(AC_SV("943 476 591")));
    CHECK(ac_id_dni(AC_SV("12345678Z")));
    CHECK(ac_id_dni(AC_SV("12.345.678-z")));
    CHECK(ac_id_dni(AC_SV("X1234567L")));
    CHECK(!ac_id_dni(AC_SV("12345678A")));
    CHECK(!ac_id_dni(AC_SV("1234A678Z")));
    CHECK(!ac_id_dni(AC_SV("1234567890Z")));
    CHECK(ac_id_iban(AC_SV("ES91 2100 0418 4502 0005 1332")));
    CHECK(ac_id_iban(AC_SV("GB82WEST12345698765432")));
    CHECK(!ac_id_iban(AC_SV("ES91 2100 0418 4502 0005 1333")));
    CHECK(!ac_id_iban(AC_SV("ES9")));
    CHECK(!ac_id_iban(AC_SV("ES91_2100_0418_4502_0005")));
}

AC_TEST(phi_id, shapes)
{
    CHECK(ac_id_ipv4(AC_SV("192.168.0.1")));
    CHECK(!ac_id_ipv4(AC_SV("192.168.0.256")));
    CHECK(!ac_id_ipv4(AC_SV("192.168.0")));
    CHECK(!ac_id_ipv4(AC_SV("1.2.3.")));
    CHECK(ac_id_ipv6(AC_SV("2001:db8:0:0:0:ff00:42:8329")));
    CHECK(ac_id_ipv6(AC_SV("fe80::1ff:fe23:4567")));
    CHECK(!ac_id_ipv6(AC_SV("10:30:00")));
    CHECK(!ac_id_ipv6(AC_SV("12345::1:2")));
    CHECK(!ac_id_ipv6(AC_SV("fe80::x")));
    CHECK(ac_id_mac(AC_SV("00:1A:2B:3C:4D:5E")));
    CHECK(ac_id_mac(AC_SV("00-1a-2b-3c-4d-5e")));
    CHECK(!ac_id_mac(AC_SV("00:1A:2B:3C:4D:5G")));
    CHECK(!ac_id_mac(AC_SV("00:1A:2B:3C:4D")));
    CHECK(ac_id_plate_es(AC_SV("1234 BCD")));
    CHECK(ac_id_plate_es(AC_SV("1234BCD")));
    CHECK(!ac_id_plate_es(AC_SV("1234 ABC")));
    CHECK(!ac_id_plate_es(AC_SV("123 BCDF")));
    CHECK(ac_id_uk_postcode(AC_SV("SW1A 1AA")));
    CHECK(ac_id_uk_postcode(AC_SV("M1 1AE")));
    CHECK(!ac_id_uk_postcode(AC_SV("12 3456")));
    CHECK(!ac_id_uk_postcode(AC_SV("SWA1 1AA")));
}

AC_TEST(phi_id, digits_are_counted_past_the_room)
{
    char d[4];
    CHECK(ac_id_digits(AC_SV("12-34-56"), d, sizeof d) == 6);
    CHECK(d[3] == '4');
}
