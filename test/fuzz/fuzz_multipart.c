/* A form reads the same however it is cut, and what is read is proper. */
#include "fuzz/fuzz.h"
#include "net/multipart.h"

#include <stdlib.h>

enum { TEXT = 1 << 20 };

static ac_rc begin(void *context, const ac_part *p, ac_err *err)
{
    (void)err;
    if (!p->name.n || !ac_utf8_is(p->name) || memchr(p->name.p, '\n', p->name.n) || (p->filename.n && memchr(p->filename.p, '/', p->filename.n)))
        abort();
    ac_sb_add_char(context, '[');
    ac_sb_add(context, p->name);
    ac_sb_add(context, p->filename.p ? p->filename : AC_SV("-"));
    ac_sb_add(context, p->type);
    return AC_OK;
}

static ac_rc data_of(void *context, ac_sv bytes, ac_err *err)
{
    (void)err;
    if (!bytes.n)
        abort();
    ac_sb_add(context, bytes);
    return AC_OK;
}

static ac_rc end(void *context, ac_err *err)
{
    (void)err;
    ac_sb_add_char(context, ']');
    return AC_OK;
}

static ac_rc read_all(ac_sv raw, size_t step, ac_sb *out)
{
    AC_AUTO_PTR(ac_multipart) m = NULL;
    const ac_multipart_ops ops = { out, begin, data_of, end };
    const ac_multipart_limits limits = { 8, 300, 2000 };
    ac_rc rc = ac_multipart_new(AC_SV("multipart/form-data; boundary=ab"), &ops, &limits, &m, NULL);
    for (size_t i = 0; i < raw.n && rc == AC_OK; i += step)
        rc = ac_multipart_feed(m, ac_sv_sub(raw, i, i + step), NULL);
    return rc == AC_OK ? ac_multipart_end(m, NULL) : rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    AC_AUTO(ac_sb) whole = AC_SB(TEXT);
    AC_AUTO(ac_sb) cut = AC_SB(TEXT);
    if (n < 2 || n > TEXT / 2)
        return 0;
    ac_sv raw = { (const char *)data + 1, n - 1 };
    const ac_rc one = read_all(raw, raw.n, &whole), two = read_all(raw, data[0] % 9 + 1, &cut);
    if (one != two || (one == AC_OK && !ac_sv_eq(ac_sb_view(&whole), ac_sb_view(&cut))))
        abort();
    return 0;
}
