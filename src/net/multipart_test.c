#include "net/multipart.h"
#include "kit/test.h"

typedef struct {
    ac_sb text;
    ac_rc stop; /* what data() returns */
} seen;

static ac_rc begin(void *context, const ac_part *p, ac_err *err)
{
    seen *s = context;
    (void)err;
    ac_sb_add_char(&s->text, '[');
    ac_sb_add(&s->text, p->name);
    ac_sb_add_char(&s->text, '|');
    ac_sb_add(&s->text, p->filename.p ? p->filename : AC_SV("-"));
    ac_sb_add_char(&s->text, '|');
    ac_sb_add(&s->text, p->type);
    ac_sb_add_char(&s->text, '|');
    return AC_OK;
}

static ac_rc data(void *context, ac_sv bytes, ac_err *err)
{
    seen *s = context;
    ac_sb_add(&s->text, bytes);
    return s->stop == AC_OK ? AC_OK : ac_fail(err, s->stop, "enough");
}

static ac_rc end(void *context, ac_err *err)
{
    (void)err;
    ac_sb_add_char(&((seen *)context)->text, ']');
    return AC_OK;
}

static const ac_multipart_limits limits = { 3, 200, 50 };

static ac_rc read_all(ac_sv raw, size_t step, seen *s)
{
    AC_AUTO_PTR(ac_multipart) m = NULL;
    const ac_multipart_ops ops = { s, begin, data, end };
    ac_rc rc = ac_multipart_new(AC_SV("Multipart/Form-Data; charset=utf-8; boundary=\"a b-1\""), &ops, &limits, &m, NULL);
    for (size_t i = 0; i < raw.n && rc == AC_OK; i += step)
        rc = ac_multipart_feed(m, ac_sv_sub(raw, i, i + step), NULL);
    return rc == AC_OK ? ac_multipart_end(m, NULL) : rc;
}

AC_TEST(multipart, the_same_however_it_is_cut)
{
    const ac_sv raw = AC_SV("--a b-1\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nline\r\n--a b-2\r\n\r--a b-1\r\r\n--a\r\n--a b-1\r\n"
                            "content-type: image/png\r\nContent-Disposition: form-data; filename=\"../../etc/x \xc3\xb1.png\"; name=file\r\n\r\n\r\n--a b-1\r\n"
                            "Content-Disposition: form-data; name=e; filename=\"\"\r\n\r\n\r\n\r\n--a b-1--\r\nanything");
    const ac_sv expected = AC_SV("[text|-||line\r\n--a b-2\r\n\r--a b-1\r\r\n--a][file|x \xc3\xb1.png|image/png|][e|||\r\n]");
    for (size_t step = 1; step <= raw.n; step++) {
        seen s = { .text = AC_SB(1000) };
        CHECK(read_all(raw, step, &s) == AC_OK && ac_sv_eq(ac_sb_view(&s.text), expected));
        ac_sb_cleanup(&s.text);
    }
    for (size_t n = 0; n < raw.n - 8; n++) { /* its beginning is not all of it */
        seen s = { .text = AC_SB(1000) };
        const ac_rc rc = read_all(ac_sv_sub(raw, 0, n), 7, &s);
        CHECK(rc == (n < raw.n - 10 ? AC_EINPUT : AC_OK));
        ac_sb_cleanup(&s.text);
    }
}

#define NAMED "Content-Disposition: form-data; name=a\r\n"
#define LONG "0123456789012345678901234567890123456789"

AC_TEST(multipart, what_is_refused)
{
    static const struct {
        const char *raw;
        ac_rc rc;
    } cases[] = {
        { "", AC_EINPUT },
        { "preamble\r\n--a b-1--", AC_EINPUT },
        { "\r\n--a b-1--", AC_EINPUT },
        { "--a b-2--", AC_EINPUT },
        { "--a b-1x", AC_EINPUT },
        { "--a b-1-x", AC_EINPUT },
        { "--a b-1 \r\n", AC_EINPUT },
        { "--a b-1\rx", AC_EINPUT },
        { "--a b-1\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nX: y\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\n" NAMED NAMED "\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nContent-Disposition: file; name=a\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nContent-Disposition: form-data; name=\"\xff\"\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nContent-Disposition : form-data; name=a\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\nContent-Disposition: form-data;\n name=a\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\n" NAMED "Content-Transfer-Encoding: base64\r\n\r\n\r\n--a b-1--", AC_EINPUT },
        { "--a b-1\r\n" NAMED "X: " LONG LONG LONG LONG LONG "\r\n\r\n\r\n--a b-1--", AC_ELIMIT },
        { "--a b-1\r\n" NAMED "\r\n" LONG LONG "\r\n--a b-1--", AC_ELIMIT },
        { "--a b-1\r\n" NAMED "\r\n\r\n--a b-1\r\n" NAMED "\r\n\r\n--a b-1\r\n" NAMED "\r\n\r\n--a b-1\r\n" NAMED "\r\n\r\n--a b-1--", AC_ELIMIT },
        { "--a b-1\r\n" NAMED "\r\n\r\n--a b-1--", AC_OK },
        { "--a b-1--", AC_OK },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t step = 1; step < 300; step += 298) {
            seen s = { .text = AC_SB(1000) };
            CHECK(read_all(ac_sv_z(cases[i].raw), step, &s) == cases[i].rc);
            ac_sb_cleanup(&s.text);
        }
    seen s = { .text = AC_SB(1000), .stop = AC_ECANCELLED };
    CHECK(read_all(AC_SV("--a b-1\r\n" NAMED "\r\nx\r\n--a b-1--"), 1, &s) == AC_ECANCELLED); /* the receiver's own reason */
    ac_sb_cleanup(&s.text);
}

AC_TEST(multipart, types)
{
    static const char *const bad[] = { "", "multipart/form-data", "multipart/mixed; boundary=a", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a \"",
                                       "multipart/form-data; boundary=\"a\rb\"", "multipart/form-data; boundary=a; boundary=b",
                                       "multipart/form-data; boundary=01234567890123456789012345678901234567890123456789012345678901234567890" };
    const ac_multipart_ops ops = { NULL, begin, data, end };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ac_multipart *m = NULL;
        CHECK(ac_multipart_new(ac_sv_z(bad[i]), &ops, &limits, &m, NULL) == AC_EINPUT && !m);
    }
    AC_EACH_OOM(i) {
        seen s = { .text = AC_SB(1000) };
        ac_rc rc = read_all(AC_SV("--a b-1\r\n" NAMED "\r\nx\r\n--a b-1--"), 100, &s);
        CHECK(rc == AC_OK || rc == AC_ENOMEM);
        ac_sb_cleanup(&s.text);
    }
}
