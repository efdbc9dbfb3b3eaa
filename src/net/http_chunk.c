#include "net/http_chunk.h"

enum { LINE_MAX_ = 256, TRAILER_MAX = 8192, DIGITS_MAX = 15 /* less than 2^60 */ };

typedef enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, TRAILER, TRAILER_TEXT, TRAILER_LF, END_LF, END, BAD } state;

static int hex_of(char c)
{
    if (ac_is_digit(c))
        return c - '0';
    c = ac_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_text(char c) { return c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f); }

static state in_size(ac_chunk *c, char b)
{
    const int digit = hex_of(b);
    if (digit >= 0) {
        c->left = c->left * 16 + (uint64_t)digit;
        return ++c->digits > DIGITS_MAX ? BAD : SIZE;
    }
    if (!c->digits)
        return BAD;
    return b == '\r' ? SIZE_LF : b == ';' ? EXTENSION : BAD;
}

/* The state after one byte that is not data. */
static state step(ac_chunk *c, char b)
{
    switch ((state)c->state) {
    case SIZE: return in_size(c, b);
    case EXTENSION: return b == '\r' ? SIZE_LF : is_text(b) && ++c->line <= LINE_MAX_ ? EXTENSION : BAD;
    case SIZE_LF: c->line = c->digits = 0; return b != '\n' ? BAD : c->left ? DATA : TRAILER;
    case DATA_CR: return b == '\r' ? DATA_LF : BAD;
    case DATA_LF: return b == '\n' ? SIZE : BAD;
    case TRAILER: return b == '\r' ? END_LF : is_text(b) && b != ' ' && b != '\t' && ++c->line <= TRAILER_MAX ? TRAILER_TEXT : BAD;
    case TRAILER_TEXT: return b == '\r' ? TRAILER_LF : is_text(b) && ++c->line <= TRAILER_MAX ? TRAILER_TEXT : BAD;
    case TRAILER_LF: return b == '\n' ? TRAILER : BAD;
    case END_LF: return b == '\n' ? END : BAD;
    case DATA:
    case END:
    case BAD: break;
    }
    return BAD;
}

ac_chunk_event ac_chunk_take(ac_chunk *c, ac_sv *rest, ac_sv *data)
{
    while (rest->n && c->state != END) {
        if (c->state == DATA) {
            const size_t n = c->left < rest->n ? (size_t)c->left : rest->n;
            *data = ac_sv_sub(*rest, 0, n);
            *rest = ac_sv_sub(*rest, n, rest->n);
            c->left -= n;
            c->state = c->left ? DATA : DATA_CR;
            return AC_CHUNK_DATA;
        }
        c->state = (uint8_t)step(c, rest->p[0]);
        if (c->state == BAD)
            return AC_CHUNK_BAD;
        *rest = ac_sv_sub(*rest, 1, rest->n);
    }
    return c->state == END ? AC_CHUNK_END : AC_CHUNK_MORE;
}
