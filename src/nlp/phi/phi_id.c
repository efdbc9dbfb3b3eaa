#include "nlp/phi/phi_id.h"

#include <string.h>

enum { DIGITS_MAX = 40 };

size_t ac_id_digits(ac_sv s, char *out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (ac_is_digit(s.p[i])) {
            if (n < max)
                out[n] = s.p[i];
            n++;
        }
    return n;
}

bool ac_id_luhn(ac_sv s)
{
    char d[DIGITS_MAX];
    size_t n = ac_id_digits(s, d, sizeof d);
    if (n < 13 || n > 19)
        return false;
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        int v = d[n - 1 - i] - '0';
        if (i % 2)
            v = v > 4 ? 2 * v - 9 : 2 * v;
        sum += v;
    }
    return sum % 10 == 0;
}

bool ac_id_ssn(ac_sv s)
{
    char d[DIGITS_MAX];
    if (ac_id_digits(s, d, sizeof d) != 9)
        return false;
    return memcmp(d, "000", 3) != 0 && memcmp(d, "666", 3) != 0 && memcmp(d + 3, "00", 2) != 0 &&
           memcmp(d + 5, "0000", 4) != 0;
}

bool ac_id_nhs(ac_sv s)
{
    char d[DIGITS_MAX];
    if (ac_id_digits(s, d, sizeof d) != 10)
        return false;
    int sum = 0;
    for (int i = 0; i < 9; i++)
        sum += (d[i] - '0') * (10 - i);
    int check = 11 - sum % 11;
    return (check == 11 ? 0 : check) == d[9] - '0';
}

bool ac_id_dni(ac_sv s)
{
    static const char letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";
    char c[9];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '-' || s.p[i] == ' ' || s.p[i] == '.')
            continue;
        if (n == sizeof c)
            return false;
        c[n++] = ac_upper(s.p[i]);
    }
    if (n != 9)
        return false;
    if (c[0] >= 'X' && c[0] <= 'Z')
        c[0] = (char)('0' + (c[0] - 'X'));
    unsigned v = 0;
    for (int i = 0; i < 8; i++) {
        if (!ac_is_digit(c[i]))
            return false;
        v = v * 10 + (unsigned)(c[i] - '0');
    }
    return letters[v % 23] == c[8];
}

bool ac_id_iban(ac_sv s)
{
    char c[DIGITS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ' ')
            continue;
        if (n == 34 || !ac_is_alnum(s.p[i]))
            return false;
        c[n++] = ac_upper(s.p[i]);
    }
    if (n < 15 || !ac_is_upper(c[0]) || !ac_is_upper(c[1]) || !ac_is_digit(c[2]) || !ac_is_digit(c[3]))
        return false;
    unsigned rest = 0;
    for (size_t i = 0; i < n; i++) {
        char x = c[(i + 4) % n];
        rest = ac_is_digit(x) ? (rest * 10 + (unsigned)(x - '0')) % 97 : (rest * 100 + (unsigned)(x - 'A' + 10)) % 97;
    }
    return rest == 1;
}

bool ac_id_ipv4(ac_sv s)
{
    int parts = 0;
    for (ac_sv part; ac_sv_split(&s, '.', &part); parts++) {
        int64_t v;
        if (part.n == 0 || part.n > 3 || !ac_is_digit(part.p[0]) || !ac_sv_to_i64(part, &v) || v > 255)
            return false;
    }
    return parts == 4;
}

static bool is_hex(char c) { return ac_is_digit(c) || (ac_lower(c) >= 'a' && ac_lower(c) <= 'f'); }

bool ac_id_ipv6(ac_sv s)
{
    size_t group = 0, colons = 0, groups = 0, doubles = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == ':') {
            colons++;
            doubles += i && s.p[i - 1] == ':';
            group = 0;
        } else if (is_hex(s.p[i])) {
            groups += group++ == 0;
            if (group > 4)
                return false;
        } else
            return false;
    }
    return doubles <= 1 && (doubles ? colons >= 2 && groups >= 3 && groups < 8 : colons == 7 && groups == 8);
}

bool ac_id_mac(ac_sv s)
{
    if (s.n != 17 || (s.p[2] != ':' && s.p[2] != '-'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i % 3 == 2 ? s.p[i] != s.p[2] : !is_hex(s.p[i]))
            return false;
    return true;
}

bool ac_id_plate_es(ac_sv s)
{
    if (s.n < 7 || s.n > 8 || (s.n == 8 && s.p[4] != ' ' && s.p[4] != '-'))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!ac_is_digit(s.p[i]))
            return false;
    for (size_t i = s.n - 3; i < s.n; i++)
        if (!ac_is_upper(s.p[i]) || strchr("AEIOUQ", s.p[i]))
            return false;
    return true;
}

bool ac_id_uk_postcode(ac_sv s)
{
    if (s.n < 6 || s.n > 8 || s.p[s.n - 4] != ' ')
        return false;
    const char *in = s.p + s.n - 3;
    size_t out = s.n - 4, letters = 0;
    while (letters < out && ac_is_upper(s.p[letters]))
        letters++;
    if (letters < 1 || letters > 2 || letters == out || !ac_is_digit(s.p[letters]) || out - letters > 2)
        return false;
    return ac_is_digit(in[0]) && ac_is_upper(in[1]) && ac_is_upper(in[2]) && ac_is_alnum(s.p[out - 1]);
}

/* C A X 9 A X 9 A A 9 9 (C: 1 to 9; A: a letter; X: letter or digit), hyphens after the fourth and the seventh. The letters
 * S, L, O, I, B and Z are not used, but people misread and mistype them, so only the form without hyphens excludes them. Centers for Medicare & Medicaid Services, Understanding the MBI. */
bool ac_id_mbi(ac_sv s)
{
    static const char shape[] = "CAX9AX9AA99";
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '-' && s.n == 13 && (i == 4 || i == 8))
            continue;
        if (n == 11)
            return false;
        bool letter = ac_is_upper(c) && (s.n == 13 || !strchr("SLOIBZ", c)), digit = ac_is_digit(c);
        char want = shape[n++];
        if (!(want == 'A' ? letter : want == '9' ? digit : want == 'C' ? digit && c != '0' : letter || digit))
            return false;
    }
    return n == 11;
}
