#include "adapter/crypto/pack.h"

#include <zstd.h>

enum {
    PLAIN,
    ZSTANDARD,
    LEVEL = 1,
    WORTH_IT = 64 /* bytes: a frame of less is hardly ever shorter */
};

/* Its memory holds text. */
static void cctx_cleanup(ZSTD_CCtx *const *ctx) { (void)ZSTD_freeCCtx(*ctx); }
static void dctx_cleanup(ZSTD_DCtx *const *ctx) { (void)ZSTD_freeDCtx(*ctx); }

/* 0: it does not become shorter. */
static size_t compress(ZSTD_CCtx *ctx, ac_sv text, unsigned char *out)
{
    (void)ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, LEVEL);
    (void)ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 0); /* what is sealed is authenticated */
    const size_t n = ZSTD_compress2(ctx, out, text.n - 1, text.p, text.n);
    return ZSTD_isError(n) ? 0 : n;
}

ac_rc ac_pack(ac_sv text, unsigned char *out, size_t *n, ac_err *err)
{
    size_t packed = 0;
    if (text.n >= WORTH_IT) {
        __attribute__((cleanup(cctx_cleanup))) ZSTD_CCtx *ctx = ZSTD_createCCtx();
        if (!ctx)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        packed = compress(ctx, text, out + 1);
    }
    out[0] = packed ? ZSTANDARD : PLAIN;
    if (!packed && text.n)
        memcpy(out + 1, text.p, text.n);
    *n = 1 + (packed ? packed : text.n);
    return AC_OK;
}

static ac_rc expand(ac_sv frame, size_t max, ac_sb *out, ac_err *err)
{
    __attribute__((cleanup(dctx_cleanup))) ZSTD_DCtx *ctx = NULL;
    const unsigned long long n = ZSTD_getFrameContentSize(frame.p, frame.n);
    if (n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN)
        return ac_fail(err, AC_EIO, "what is packed is damaged");
    if (n > max)
        return ac_fail(err, AC_ELIMIT, "%llu bytes, more than the %zu allowed", n, max);
    if (!(ctx = ZSTD_createDCtx()))
        return ac_fail(err, AC_ENOMEM, "out of memory");
    const size_t before = out->n;
    char *p = ac_sb_room(out, (size_t)n);
    if (!p)
        return ac_sb_done(out, err);
    const size_t got = ZSTD_decompressDCtx(ctx, p, (size_t)n, frame.p, frame.n);
    if (!ZSTD_isError(got) && got == n)
        return AC_OK;
    out->n = before;
    return ac_fail(err, AC_EIO, "what is packed is damaged");
}

ac_rc ac_unpack(ac_sv packed, size_t max, ac_sb *out, ac_err *err)
{
    const ac_sv rest = ac_sv_sub(packed, 1, packed.n);
    if (packed.n && packed.p[0] == ZSTANDARD)
        return expand(rest, max, out, err);
    if (!packed.n || packed.p[0] != PLAIN)
        return ac_fail(err, AC_EIO, "what is packed is damaged");
    if (rest.n > max)
        return ac_fail(err, AC_ELIMIT, "%zu bytes, more than the %zu allowed", rest.n, max);
    ac_sb_add(out, rest);
    return ac_sb_done(out, err);
}
