#include "net/tls.h"
#include "kit/test.h"

#include "os/file.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    char folder[64], certificate[96], key[96], other[96];
} files;

static void begin(files *f)
{
    (void)snprintf(f->folder, sizeof f->folder, "/tmp/aceso-tls-%d", (int)getpid());
    (void)snprintf(f->certificate, sizeof f->certificate, "%s/c.pem", f->folder);
    (void)snprintf(f->key, sizeof f->key, "%s/k.pem", f->folder);
    (void)snprintf(f->other, sizeof f->other, "%s/o.pem", f->folder);
    CHECK(ac_dir_make(f->folder, NULL) == AC_OK);
}

static void end(const files *f)
{
    (void)unlink(f->certificate);
    (void)unlink(f->key);
    (void)unlink(f->other);
    (void)rmdir(f->folder);
}

AC_TEST(tls, a_certificate_of_its_own)
{
    files f;
    struct stat st;
    AC_AUTO_PTR(ac_tls) t = NULL;
    begin(&f);
    const ac_tls_options opt = { f.certificate, f.key, false };
    CHECK(ac_tls_new(&opt, &t, NULL) == AC_ENOTFOUND);
    CHECK(ac_tls_self_sign(f.certificate, f.key, 30, NULL) == AC_OK);
    CHECK(stat(f.key, &st) == 0 && (st.st_mode & 0777) == 0600);
    CHECK(ac_tls_new(&opt, &t, NULL) == AC_OK);
    const int64_t left = ac_tls_expires(t) - (int64_t)time(NULL);
    CHECK(left > (int64_t)29 * 86400 && left <= (int64_t)30 * 86400);
    end(&f);
}

AC_TEST(tls, what_does_not_fit_changes_nothing)
{
    files f;
    AC_AUTO_PTR(ac_tls) t = NULL;
    AC_AUTO_PTR(ac_tls) never = NULL;
    begin(&f);
    const ac_tls_options opt = { f.certificate, f.key, true };
    CHECK(ac_tls_self_sign(f.certificate, f.key, 30, NULL) == AC_OK && ac_tls_new(&opt, &t, NULL) == AC_OK);
    const int64_t before = ac_tls_expires(t);
    CHECK(ac_tls_self_sign(f.other, f.key, 60, NULL) == AC_OK); /* the key of another one */
    CHECK(ac_tls_reload(t, NULL) == AC_EINPUT && ac_tls_expires(t) == before);
    CHECK(ac_tls_new(&opt, &never, NULL) == AC_EINPUT && !never);
    CHECK(rename(f.other, f.certificate) == 0);
    CHECK(ac_tls_reload(t, NULL) == AC_OK && ac_tls_expires(t) > before);
    CHECK(ac_file_write(f.key, AC_SV("no PEM"), NULL) == AC_OK && ac_tls_reload(t, NULL) == AC_EINPUT);
    CHECK(ac_tls_self_sign("/nonexistent/c.pem", f.key, 1, NULL) != AC_OK);
    end(&f);
}
