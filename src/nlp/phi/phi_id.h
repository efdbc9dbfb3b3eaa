/** Numbers that prove themselves: check digits and published shapes. Pure functions over one piece of text. */
#ifndef AC_NLP_PHI_ID_H
#define AC_NLP_PHI_ID_H

#include "base/str.h"

size_t ac_id_digits(ac_sv s, char *out, size_t max); /* the digits of s in order, at most max; how many s has */
bool ac_id_luhn(ac_sv s);                            /* 13 to 19 digits, ISO/IEC 7812-1 check digit */
bool ac_id_ssn(ac_sv s);                             /* AAA-GG-SSSS: no area 000, 666, no group 00, no serial 0000 */
bool ac_id_nhs(ac_sv s);                             /* ten digits, modulus 11 */
bool ac_id_dni(ac_sv s);                             /* Spanish DNI 12345678Z or NIE X1234567L with the right letter */
bool ac_id_iban(ac_sv s);                            /* ISO 13616, modulus 97; blanks allowed */
bool ac_id_ipv4(ac_sv s);
bool ac_id_ipv6(ac_sv s); /* at least two colons, groups of up to four hexadecimal digits */
bool ac_id_mac(ac_sv s);
bool ac_id_plate_es(ac_sv s);    /* 1234 BCD, 1234-BCD: no vowels, no Ñ, no Q */
bool ac_id_uk_postcode(ac_sv s); /* "SW1A 1AA" */
bool ac_id_mbi(ac_sv s);         /* "1EG4-TE5-MK72", a Medicare beneficiary identifier, also without its hyphens */


#endif
