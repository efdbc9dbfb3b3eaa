/* E-mail, web and network addresses, telephone numbers: read from the bytes, because tokens cut them into pieces. */
#include "nlp/phi/phi_id.h"
#include "nlp/phi/phi_scan.h"

#include <string.h>

enum { EMAIL_MAX = 128, URL_MAX = 512, PHONE_BYTES = 26, PHONE_MIN = 9, PHONE_MAX = 15, AREA_DIGITS = 3, EXTENSION_MAX = 6, EVERYDAY_MIN = 7 };

static bool local_char(char c) { return ac_is_alnum(c) || ac_phi_in(c, "._%+-") || (unsigned char)c >= 0x80; }
static bool host_char(char c) { return ac_is_alnum(c) || c == '.' || c == '-' || (unsigned char)c >= 0x80; }

static void email_at(ac_phi_scan *s, size_t at)
{
    ac_sv t = s->note->text;
    size_t begin = at, end = at + 1;
    while (begin > 0 && at - begin < EMAIL_MAX && local_char(t.p[begin - 1]))
        begin--;
    while (end < t.n && end - at < EMAIL_MAX && host_char(t.p[end]))
        end++;
    static const char *const labels[] = { "e-mail.", "e-mail-", "email.", "email-" }; /* "E-mail.ana@x.es" */
    for (size_t k = 0; k < sizeof labels / sizeof labels[0]; k++)
        if (ac_sv_eq_nocase(ac_sv_sub(t, begin, begin + strlen(labels[k])), ac_sv_z(labels[k])) &&
            begin + strlen(labels[k]) < at)
            begin += strlen(labels[k]);
    while (begin < at && !ac_is_alnum(t.p[begin]))
        begin++;
    while (end > at + 1 && !ac_is_alnum(t.p[end - 1]))
        end--;
    if (at - begin < 1 || end - at < 4 || !memchr(t.p + at, '.', end - at))
        return;
    ac_phi_add(s, ac_span_of(begin, end), AC_PHI_EMAIL, 0.99f, "e-mail address");
}

static bool url_char(char c) { return (unsigned char)c > ' ' && !ac_phi_in(c, "<>\"'()[]{}|^`,;"); }

static size_t url_at(ac_phi_scan *s, size_t at)
{
    static const char *const starts[] = { "http://", "https://", "ftp://", "www." };
    ac_sv t = s->note->text, rest = ac_sv_sub(t, at, t.n);
    for (size_t k = 0; k < sizeof starts / sizeof starts[0]; k++) {
        size_t n = strlen(starts[k]), end = at + n;
        if (rest.n <= n || !ac_sv_eq_nocase(ac_sv_sub(rest, 0, n), ac_sv_z(starts[k])))
            continue;
        while (end < t.n && end - at < URL_MAX && url_char(t.p[end]))
            end++;
        if (end - at > n + 2)
            ac_phi_add(s, ac_span_of(at, end), AC_PHI_URL, 0.99f, "web address");
        return end;
    }
    return at;
}

/* A run of hexadecimal digits with dots, colons, hyphens: a network address or nothing. Returns its end. */
static size_t network_at(ac_phi_scan *s, size_t at)
{
    ac_sv t = s->note->text;
    size_t end = at, limit = at + 40;
    while (end < t.n && end < limit && (ac_is_alnum(t.p[end]) || ac_phi_in(t.p[end], ".:-")))
        end++;
    if (end == limit)
        return end;
    while (end > at && !ac_is_alnum(t.p[end - 1]) && t.p[end - 1] != ':')
        end--;
    ac_sv run = ac_sv_sub(t, at, end);
    if (ac_id_ipv4(run) || ac_id_ipv6(run))
        ac_phi_add(s, ac_span_of(at, end), AC_PHI_IP, 0.95f, "network address");
    else if (ac_id_mac(run))
        ac_phi_add(s, ac_span_of(at, end), AC_PHI_DEVICE, 0.95f, "MAC address");
    return end > at ? end : at + 1;
}

/* ---- telephone numbers ----------------------------------------------------------------------------------------- */

typedef struct {
    char digits[PHONE_MAX + 1];
    uint8_t group[PHONE_MAX]; /* lengths of the groups between separators */
    size_t n, groups;
    size_t end; /* after the last digit */
    bool plus, bracket, separated;
} phone;

static bool add_digit(phone *p, char c, bool fresh)
{
    if (p->n == PHONE_MAX || (fresh && p->groups == PHONE_MAX))
        return false;
    if (fresh)
        p->group[p->groups++] = 0;
    p->group[p->groups - 1]++;
    p->digits[p->n++] = c;
    return true;
}

/* Digits in groups with single separators between them. */
static void read_phone(ac_sv t, size_t at, phone *p)
{
    bool fresh = true;
    size_t gap = 0;
    *p = (phone) { .plus = t.p[at] == '+', .bracket = t.p[at] == '(', .end = at };
    for (size_t i = at + (p->plus || p->bracket); i < t.n && i < at + PHONE_BYTES; i++) {
        char c = t.p[i];
        if (ac_is_digit(c)) {
            if (!add_digit(p, c, fresh))
                return;
            p->separated = p->separated || (gap && p->n > 1);
            p->end = i + 1;
            fresh = false;
            gap = 0;
        } else if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || (c == '/' && p->n == AREA_DIGITS)) {
            fresh = true;
            if (++gap > (p->bracket ? 2u : 1u) + (c == '(' || t.p[i - 1] == ')'))
                return;
        } else
            return;
    }
}

static bool groups_are(const phone *p, const char *shape)
{
    size_t n = strlen(shape);
    for (size_t i = 0; i < n && i < p->groups; i++)
        if (p->group[i] != (uint8_t)(shape[i] - '0'))
            return false;
    return n == p->groups;
}

static bool phone_shape(const phone *p, ac_lang lang)
{
    static const char *const north_american[] = { "334", "1334" };
    static const char *const spanish[] = { "9", "333", "3222", "2322", "234", "36", "27", "2223", "45", "3330" };
    static const char *const british[] = { "56", "533", "344", "434", "524" };
    if (p->plus)
        return p->n >= PHONE_MIN;
    for (size_t i = 0; i < sizeof north_american / sizeof north_american[0]; i++)
        if (groups_are(p, north_american[i]) && p->separated)
            return p->digits[p->n - 10] != '0';
    for (size_t i = 0; lang == AC_LANG_ES && i < sizeof spanish / sizeof spanish[0]; i++)
        if (groups_are(p, spanish[i]) && p->digits[0] >= '6' && (p->digits[0] != '7' || p->digits[1] > '0'))
            return true;
    if (p->digits[0] == '0' && p->separated && p->groups >= 2 && p->groups <= 6 && p->n >= 10 && p->group[0] >= 2)
        return true; /* a trunk or international prefix */
    for (size_t i = 0; i < sizeof british / sizeof british[0]; i++)
        if (groups_are(p, british[i]) && p->digits[0] == '0' && p->separated)
            return true;
    return false;
}

/* " x 45", " ext. 1234" */
static size_t past_extension(ac_sv t, size_t end)
{
    size_t i = end + (end < t.n && t.p[end] == ','), digits = 0;
    while (i < t.n && t.p[i] == ' ' && i < end + 3)
        i++;
    ac_sv rest = ac_sv_sub(t, i, t.n);
    if (!rest.n || ac_lower(rest.p[0]) == 'x')
        i += rest.n > 0;
    else if (rest.n > 3 && ac_sv_eq_nocase(ac_sv_sub(rest, 0, 3), AC_SV("ext")))
        i += 3;
    else
        return end;
    while (i < t.n && (t.p[i] == '.' || t.p[i] == ' ' || t.p[i] == ':') && i < end + 9)
        i++;
    while (i + digits < t.n && ac_is_digit(t.p[i + digits]))
        digits++;
    return digits > 0 && digits <= EXTENSION_MAX ? i + digits : end;
}

size_t ac_phi_within(ac_sv t, size_t begin, size_t end)
{
    return begin + (begin < end && t.p[begin] == '(' && !memchr(t.p + begin, ')', end - begin));
}

static size_t phone_at(ac_phi_scan *s, size_t at)
{
    ac_sv t = s->note->text;
    phone p;
    read_phone(t, at, &p);
    bool follows = p.end < t.n && (ac_is_alnum(t.p[p.end]) || (unsigned char)t.p[p.end] == 0xC3);
    bool everyday = s->everyday && p.separated && p.n >= EVERYDAY_MIN && p.n < PHONE_MAX - 2; /* in a clinical text these may be values */
    if (!p.n || follows || !(everyday || phone_shape(&p, s->note->lang)))
        return p.end > at ? p.end : at + 1;
    at = ac_phi_within(t, at, p.end);
    p.end = past_extension(t, p.end);
    ac_phi_item *item = ac_phi_add(s, ac_span_of(at, p.end), AC_PHI_PHONE, p.plus ? 0.92f : 0.8f, "shape of a telephone number");
    if (item)
        item->span.begin = (uint32_t)at;
    return p.end;
}

static bool word_before(ac_sv t, size_t i)
{
    return i > 0 && (ac_is_alnum(t.p[i - 1]) || (unsigned char)t.p[i - 1] >= 0x80 || t.p[i - 1] == '@');
}

/* What may begin at a byte. Most bytes of a text begin nothing; they must cost next to nothing. */
enum { AT = 1, ADDRESS = 2, DIGIT = 4, MARK = 8, HEX = 16 };
static const uint8_t begins[256] = {
    ['@'] = AT,   ['w'] = ADDRESS, ['h'] = ADDRESS, ['H'] = ADDRESS, ['W'] = ADDRESS, ['f'] = ADDRESS | HEX, ['F'] = HEX, ['+'] = MARK,
    ['('] = MARK, ['0'] = DIGIT,   ['1'] = DIGIT,   ['2'] = DIGIT,   ['3'] = DIGIT,   ['4'] = DIGIT,         ['5'] = DIGIT, ['6'] = DIGIT,
    ['7'] = DIGIT, ['8'] = DIGIT,  ['9'] = DIGIT,   ['a'] = HEX,     ['b'] = HEX,     ['c'] = HEX,           ['d'] = HEX, ['e'] = HEX,
    ['A'] = HEX,  ['B'] = HEX,     ['C'] = HEX,     ['D'] = HEX,     ['E'] = HEX,
};

/* "http", "www", "ftp": the second letter rules out nearly every word. */
static bool may_be_url(ac_sv t, size_t i)
{
    char next = i + 1 < t.n ? ac_lower(t.p[i + 1]) : 0;
    return next == (ac_lower(t.p[i]) == 'w' ? 'w' : 't');
}

/* A network address that begins with a letter has its first mark after one to four hexadecimal digits: "fe80:", "a4-5e". */
static bool may_be_network(ac_sv t, size_t i)
{
    for (size_t k = i + 1; k < t.n && k <= i + 4; k++) {
        if (t.p[k] == ':' || t.p[k] == '-')
            return true;
        if (!(ac_is_digit(t.p[k]) || (ac_lower(t.p[k]) >= 'a' && ac_lower(t.p[k]) <= 'f')))
            return false;
    }
    return false;
}

void ac_phi_rule_contact(ac_phi_scan *s)
{
    ac_sv t = s->note->text;
    size_t urls = 0, networks = 0, phones = 0; /* each kind goes on where its last reading ended: linear */
    for (size_t i = 0; i < t.n; i++) {
        uint8_t kind = begins[(unsigned char)t.p[i]];
        if (!kind || (kind & (ADDRESS | HEX) && i > 0 && ac_is_lower(t.p[i]) && ac_is_lower(t.p[i - 1])))
            continue;
        if (kind == AT) {
            email_at(s, i);
            continue;
        }
        if (word_before(t, i))
            continue;
        if (kind & ADDRESS && i >= urls && may_be_url(t, i))
            urls = url_at(s, i);
        if (i >= networks && (kind & DIGIT || (kind & HEX && may_be_network(t, i))))
            networks = network_at(s, i);
        bool dials = kind & DIGIT || (kind & MARK && i + 1 < t.n && ac_is_digit(t.p[i + 1]));
        if (dials && i >= phones && !(i && ac_phi_in(t.p[i - 1], ".,-/") && i > 1 && ac_is_digit(t.p[i - 2])))
            phones = phone_at(s, i);
    }
}
