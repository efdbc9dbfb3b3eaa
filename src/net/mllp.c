#include "net/mllp.h"

enum { VT = 0x0B, FS = 0x1C, CR = '\r' };

static void begin(ac_mllp *m)
{
    ac_sb_clear(&m->block);
    m->block.max = m->max;
    m->state = AC_MLLP_INSIDE;
}

static bool at_line_start(const ac_mllp *m)
{
    return m->block.n == 0 || m->block.p[m->block.n - 1] == CR || m->block.p[m->block.n - 1] == '\n';
}

/* Longest run of bytes that mean nothing to the framing. */
static size_t plain(ac_sv s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != VT && s.p[n] != FS)
        n++;
    return n;
}

static void add(ac_mllp *m, ac_sv bytes)
{
    size_t room = m->max - m->block.n;
    ac_sb_add(&m->block, ac_sv_sub(bytes, 0, room));
    if (bytes.n > room)
        m->state = m->state == AC_MLLP_ENDING ? AC_MLLP_SKIP_ENDING : AC_MLLP_SKIPPING;
}

/* One byte that the framing looks at. */
static ac_mllp_event step(ac_mllp *m, char c)
{
    switch (m->state) {
    case AC_MLLP_OUTSIDE:
        if (c == VT)
            begin(m);
        else
            m->stray += !ac_is_space(c);
        break;
    case AC_MLLP_INSIDE:
        if (c == FS) {
            m->state = AC_MLLP_ENDING;
        } else if (c == VT && at_line_start(m)) {
            m->broken++;
            begin(m);
        } else {
            add(m, (ac_sv) { &c, 1 });
        }
        break;
    case AC_MLLP_ENDING:
        m->state = AC_MLLP_INSIDE;
        if (c == CR) {
            m->state = AC_MLLP_OUTSIDE;
            m->messages++;
            return AC_MLLP_MESSAGE;
        }
        add(m, AC_SV("\x1C"));
        return step(m, c);
    case AC_MLLP_SKIPPING:
        m->state = c == FS ? AC_MLLP_SKIP_ENDING : AC_MLLP_SKIPPING;
        break;
    case AC_MLLP_SKIP_ENDING:
        m->state = c == FS ? AC_MLLP_SKIP_ENDING : AC_MLLP_SKIPPING;
        if (c == CR) {
            m->state = AC_MLLP_OUTSIDE;
            m->too_long++;
            return AC_MLLP_TOO_LONG;
        }
        break;
    }
    return AC_MLLP_MORE;
}

ac_rc ac_mllp_take(ac_mllp *m, ac_sv *rest, ac_mllp_event *event, ac_sv *message, ac_err *err)
{
    *event = AC_MLLP_MORE;
    while (rest->n && *event == AC_MLLP_MORE) {
        size_t n = m->state == AC_MLLP_INSIDE ? plain(*rest) : 0;
        if (n)
            add(m, ac_sv_sub(*rest, 0, n));
        else
            *event = step(m, rest->p[n++]);
        *rest = (ac_sv) { rest->p + n, rest->n - n };
        if (m->block.rc == AC_ENOMEM) {
            m->state = AC_MLLP_SKIPPING;
            return ac_fail(err, AC_ENOMEM, "no memory for an MLLP message");
        }
    }
    if (*event == AC_MLLP_MESSAGE)
        *message = ac_sb_view(&m->block);
    return AC_OK;
}

ac_rc ac_mllp_frame(ac_sv message, ac_sb *out, ac_err *err)
{
    for (size_t i = 0; i < message.n; i++)
        if (message.p[i] == VT || (message.p[i] == FS && (i + 1 == message.n || message.p[i + 1] == CR)))
            return ac_fail(err, AC_EINPUT, "a message holds the bytes that MLLP ends it with");
    ac_sb_add_char(out, VT);
    ac_sb_add(out, message);
    ac_sb_add(out, AC_SV("\x1C\r"));
    return ac_sb_done(out, err);
}

void ac_mllp_cleanup(ac_mllp *m) { ac_sb_cleanup(&m->block); }
