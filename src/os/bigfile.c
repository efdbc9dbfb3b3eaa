#include "os/bigfile.h"

#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <openssl/evp.h>

enum { BUFFER = 1 << 20, PATH_BYTES = 4096 };

struct ac_bigfile {
    int fd;
    bool named; /* the temporary name is there */
    size_t header, n;
    uint64_t at;
    EVP_MD_CTX *digest;
    char path[PATH_BYTES], part[PATH_BYTES];
    char buf[BUFFER];
};

static ac_rc write_out(int fd, ac_sv data, ac_err *err)
{
    int number = ac_file_put(fd, data);
    return number ? ac_file_error(err, number) : AC_OK;
}

static ac_rc open_part(ac_bigfile *f, const char *path, ac_err *err)
{
    if (snprintf(f->path, PATH_BYTES, "%s", path) >= PATH_BYTES ||
        snprintf(f->part, PATH_BYTES, "%s.%ld.part", path, (long)getpid()) >= PATH_BYTES)
        return ac_fail(err, AC_EINPUT, "name too long");
    f->fd = open(f->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (f->fd < 0)
        return ac_file_error(err, errno);
    f->named = true;
    if (lseek(f->fd, (off_t)f->header, SEEK_SET) < 0)
        return ac_file_error(err, errno);
    return AC_OK;
}

ac_rc ac_bigfile_new(const char *path, size_t header, ac_bigfile **out, ac_err *err)
{
    AC_AUTO_PTR(ac_bigfile) f = ac_mem_alloc(sizeof *f);
    if (!f)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    f->fd = -1;
    f->header = header;
    f->at = header;
    f->digest = EVP_MD_CTX_new();
    if (!f->digest || !EVP_DigestInit_ex(f->digest, EVP_sha256(), NULL))
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no SHA-256");
    AC_TRY(err, open_part(f, path, err));
    *out = AC_MOVE(&f);
    return AC_OK;
}

void ac_bigfile_free(ac_bigfile *f)
{
    if (!f)
        return;
    if (f->fd >= 0)
        (void)close(f->fd);
    if (f->named)
        (void)unlink(f->part);
    EVP_MD_CTX_free(f->digest);
    ac_mem_free(f);
}

static ac_rc empty_buffer(ac_bigfile *f, ac_err *err)
{
    size_t n = f->n;
    f->n = 0;
    if (!EVP_DigestUpdate(f->digest, f->buf, n))
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no SHA-256");
    return write_out(f->fd, (ac_sv) { f->buf, n }, err);
}

ac_rc ac_bigfile_add(ac_bigfile *f, ac_sv data, ac_err *err)
{
    f->at += data.n;
    while (data.n) {
        size_t n = data.n < BUFFER - f->n ? data.n : BUFFER - f->n;
        memcpy(f->buf + f->n, data.p, n);
        f->n += n;
        data = ac_sv_sub(data, n, data.n);
        if (f->n == BUFFER)
            AC_TRY(err, empty_buffer(f, err));
    }
    return AC_OK;
}

ac_rc ac_bigfile_zeros(ac_bigfile *f, uint64_t n, ac_err *err)
{
    static const char zeros[4096];
    for (uint64_t left = n; left;) {
        size_t step = left < sizeof zeros ? (size_t)left : sizeof zeros;
        AC_TRY(err, ac_bigfile_add(f, (ac_sv) { zeros, step }, err));
        left -= step;
    }
    return AC_OK;
}

uint64_t ac_bigfile_at(const ac_bigfile *f) { return f->at; }

ac_rc ac_bigfile_digest(ac_bigfile *f, unsigned char out[AC_DIGEST_BYTES], ac_err *err)
{
    unsigned n = 0;
    AC_TRY(err, empty_buffer(f, err));
    if (!EVP_DigestFinal_ex(f->digest, out, &n) || n != AC_DIGEST_BYTES)
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no SHA-256");
    return AC_OK;
}

/* The new name, too, must be on the disk. */
static void sync_folder(const char *path)
{
    char dir[PATH_BYTES];
    const char *slash = strrchr(path, '/');
    (void)snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        (void)close(fd);
    }
}

ac_rc ac_bigfile_commit(ac_bigfile *f, ac_sv header, ac_err *err)
{
    if (lseek(f->fd, 0, SEEK_SET) != 0)
        return ac_file_error(err, errno);
    AC_TRY(err, write_out(f->fd, header, err));
    if (fsync(f->fd) != 0 && errno != EINVAL && errno != EROFS)
        return ac_file_error(err, errno);
    int fd = f->fd;
    f->fd = -1;
    if (close(fd) != 0 || rename(f->part, f->path) != 0)
        return ac_file_error(err, errno);
    f->named = false;
    sync_folder(f->path);
    return AC_OK;
}

ac_rc ac_digest(ac_sv bytes, unsigned char out[AC_DIGEST_BYTES], ac_err *err)
{
    unsigned n = 0;
    if (!EVP_Digest(bytes.p, bytes.n, out, &n, EVP_sha256(), NULL) || n != AC_DIGEST_BYTES)
        return ac_fail(err, AC_EINTERNAL, "the crypto library has no SHA-256");
    return AC_OK;
}
