#include "interop/hl7/hl7_text.h"

#include "base/latin.h"

enum { LINES_MAX = 8 }; /* what one .sp or .sk can make */

/* Table 0211, the sets that are read here; with the spellings that senders use for them. */
static const struct {
    ac_sv name;
    ac_hl7_charset charset;
} charsets[] = {
    { { "ASCII", 5 }, AC_HL7_DEFAULT },         { { "UNICODE", 7 }, AC_HL7_DEFAULT },
    { { "UNICODE UTF-8", 13 }, AC_HL7_UTF8 },   { { "UTF-8", 5 }, AC_HL7_UTF8 },
    { { "UTF8", 4 }, AC_HL7_UTF8 },             { { "8859/1", 6 }, AC_HL7_CP1252 },
    { { "8859-1", 6 }, AC_HL7_CP1252 },         { { "ISO-8859-1", 10 }, AC_HL7_CP1252 },
    { { "ISO8859-1", 9 }, AC_HL7_CP1252 },      { { "ISO_8859-1", 10 }, AC_HL7_CP1252 },
    { { "ISO IR100", 9 }, AC_HL7_CP1252 },      { { "WINDOWS-1252", 12 }, AC_HL7_CP1252 },
    { { "8859/15", 7 }, AC_HL7_8859_15 },       { { "8859-15", 7 }, AC_HL7_8859_15 },
    { { "ISO-8859-15", 11 }, AC_HL7_8859_15 },  { { "ISO8859-15", 10 }, AC_HL7_8859_15 },
};

ac_rc ac_hl7_charset_of(const ac_hl7_message *m, ac_sv declared, ac_hl7_charset *out, ac_err *err)
{
    ac_hl7_charset c = AC_HL7_DEFAULT;
    size_t i = 0, n = sizeof charsets / sizeof charsets[0];
    declared = ac_sv_trim(declared);
    if (declared.n && !ac_hl7_is_null(declared)) {
        while (i < n && !ac_sv_eq_nocase(charsets[i].name, declared))
            i++;
        if (i == n)
            return ac_fail(err, AC_EINPUT, "MSH-18 names a character set that is not read here");
        c = charsets[i].charset;
    }
    *out = c != AC_HL7_DEFAULT ? c : ac_utf8_is(m->bytes) ? AC_HL7_UTF8 : AC_HL7_CP1252;
    return AC_OK;
}

/* ---- characters ---- */

static size_t put_character(int32_t cp, char *out) { return ac_utf8_put(cp < 0 ? 0xFFFD : (uint32_t)cp, out); }

static bool is_plain(char c) { return (c >= ' ' && c < 0x7F) || c == '\t' || c == '\n'; }

/* Bytes of the message's charset -> UTF-8; out has three bytes for each of them. */
static ac_sv to_utf8(ac_hl7_charset charset, ac_sv s, char *out)
{
    size_t at = 0;
    for (size_t i = 0, n = 1; i < s.n; i += n, n = 1) {
        unsigned char c = (unsigned char)s.p[i];
        if (is_plain(s.p[i])) {
            out[at++] = s.p[i];
        } else if (c == '\r') { /* a CRLF is one line break, and so is a CR alone */
            if (i + 1 == s.n || s.p[i + 1] != '\n')
                out[at++] = '\n';
        } else if (c < ' ' || c == 0x7F) {
            out[at++] = ' ';
        } else if (charset == AC_HL7_UTF8) {
            n = ac_utf8_length(ac_sv_sub(s, i, s.n));
            if (n)
                memcpy(out + at, s.p + i, n);
            at += n ? n : put_character(-1, out + at);
            n = n ? n : 1;
        } else {
            at += put_character(charset == AC_HL7_8859_15 ? ac_latin_9(c) : ac_latin_1252(c), out + at);
        }
    }
    return (ac_sv) { out, at };
}

/* ---- escape sequences ---- */

typedef struct {
    const ac_hl7_message *m;
    char *out;      /* as many bytes as the piece, and LINES_MAX for each sequence */
    size_t n;
} unescaper;

static int hex(char c)
{
    return ac_is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* \X0D0A\ : bytes in hexadecimal */
static bool put_hex(unescaper *u, ac_sv digits)
{
    size_t start = u->n;
    bool ok = digits.n && digits.n % 2 == 0;
    for (size_t i = 0; ok && i < digits.n; i += 2) {
        int high = hex(digits.p[i]), low = hex(digits.p[i + 1]);
        if ((ok = high >= 0 && low >= 0))
            u->out[u->n++] = (char)(high * 16 + low);
    }
    u->n = ok ? u->n : start;
    return ok;
}

/* \.sp3\ and \.sk3\ : n times that character; without a number once. */
static void put_times(unescaper *u, char c, ac_sv number)
{
    int64_t n = 1;
    if (number.n && (!ac_sv_to_i64(number, &n) || n < 1))
        n = 1;
    for (int64_t i = 0; i < n && i < LINES_MAX; i++)
        u->out[u->n++] = c;
}

/* The formatting commands of FT: .br .sp .ce end a line, .sk skips blanks, .in .ti .fi .nf say how lines are filled. */
static bool put_command(unescaper *u, ac_sv body)
{
    static const char known[][3] = { "br", "sp", "ce", "sk", "in", "ti", "fi", "nf" };
    size_t i = 0, n = sizeof known / sizeof known[0];
    while (i < n && (body.n < 3 || memcmp(body.p + 1, known[i], 2) != 0))
        i++;
    if (i == n)
        return false;
    if (i <= 2)
        put_times(u, '\n', i == 1 ? ac_sv_trim(ac_sv_sub(body, 3, body.n)) : AC_SV(""));
    else if (i == 3)
        put_times(u, ' ', ac_sv_trim(ac_sv_sub(body, 3, body.n)));
    return true;
}

static char escaped_separator(const ac_hl7_message *m, char letter)
{
    switch (letter) {
    case 'F': return m->field_sep;
    case 'S': return m->comp_sep;
    case 'T': return m->sub_sep ? m->sub_sep : '&';
    case 'R': return m->rep_sep ? m->rep_sep : '~';
    case 'E': return m->esc;
    case 'P': return m->trunc ? m->trunc : '#';
    default: return 0;
    }
}

/* What stands between two escape characters. False: no sequence that HL7 defines. */
static bool put_sequence(unescaper *u, ac_sv body, bool *foreign)
{
    char separator = body.n == 1 ? escaped_separator(u->m, body.p[0]) : 0;
    if (separator) {
        u->out[u->n++] = separator;
        return true;
    }
    if (body.n == 1)
        return body.p[0] == 'H' || body.p[0] == 'N';
    if (body.n && body.p[0] == '.')
        return put_command(u, body);
    if (body.n > 1 && body.p[0] == 'X')
        return put_hex(u, ac_sv_sub(body, 1, body.n));
    bool set = (body.n == 5 && body.p[0] == 'C') || ((body.n == 5 || body.n == 7) && body.p[0] == 'M');
    for (size_t i = 1; set && i < body.n; i++)
        set = hex(body.p[i]) >= 0;
    if (set && !ac_sv_eq(body, AC_SV("C2842"))) /* back to ASCII is where we are */
        *foreign = true;
    return set;
}

/* The escape character that ends the sequence; at itself when none does. The search stops at the next one, so it is linear. */
static size_t sequence_end(const ac_hl7_message *m, ac_sv s, size_t at)
{
    size_t end = at + 1;
    while (end < s.n && s.p[end] != m->esc && (ac_is_alnum(s.p[end]) || memchr(".+- ", s.p[end], 4)))
        end++;
    return end < s.n && s.p[end] == m->esc ? end : at;
}

static ac_rc unescape(const ac_hl7_message *m, ac_sv s, size_t sequences, ac_arena *arena, ac_sv *out, ac_err *err)
{
    unescaper u = { .m = m, .out = ac_arena_alloc(arena, s.n + sequences * LINES_MAX) };
    bool foreign = false;
    if (!u.out)
        return ac_fail(err, AC_ELIMIT, "no room for the text of an HL7 message");
    for (size_t i = 0; i < s.n; i++) {
        size_t end = s.p[i] == m->esc ? sequence_end(m, s, i) : i;
        if (end > i && put_sequence(&u, ac_sv_sub(s, i + 1, end), &foreign))
            i = end;
        else
            u.out[u.n++] = s.p[i];
    }
    if (foreign)
        return ac_fail(err, AC_EINPUT, "a text of an HL7 message switches to a character set that is not read here");
    *out = (ac_sv) { u.out, u.n };
    return AC_OK;
}

ac_rc ac_hl7_text(const ac_hl7_message *m, ac_sv piece, ac_arena *arena, ac_sv *out, ac_err *err)
{
    size_t sequences = 0, other = 0;
    for (size_t i = 0; i < piece.n; i++) {
        sequences += m->esc && piece.p[i] == m->esc;
        other += !is_plain(piece.p[i]);
    }
    if (sequences) {
        AC_TRY(err, unescape(m, piece, sequences, arena, &piece, err));
        other = 1;
    }
    if (other) {
        char *room = ac_arena_alloc(arena, piece.n * 3 + 1);
        if (!room)
            return ac_fail(err, AC_ELIMIT, "no room for the text of an HL7 message");
        piece = to_utf8(m->charset, piece, room);
    }
    *out = piece;
    return AC_OK;
}
