#include "adapter/crypto/pack.h"

#include "base/mem.h"
#include "base/spin.h"

#include <zstd.h>

enum {
    PLAIN,
    ZSTANDARD,
    LEVEL = 1,
    WORTH_IT = 256, /* bytes: a frame of less is hardly shorter, and takes longer than all else that is done to it */
    KEPT = 8,
    KEPT_BYTES = 1 << 20 /* what a large document has made larger is not kept */
};

struct ac_packer {
    ac_spin lock;
    size_t n_c, n_d;
    ZSTD_CCtx *c[KEPT];
    ZSTD_DCtx *d[KEPT];
};

ac_rc ac_packer_new(ac_packer **out, ac_err *err)
{
    ac_packer *p = ac_mem_alloc(sizeof *p);
    if (!p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    ac_spin_init(&p->lock);
    *out = p;
    return AC_OK;
}

void ac_packer_free(ac_packer *p)
{
    if (!p)
        return;
    while (p->n_c)
        (void)ZSTD_freeCCtx(p->c[--p->n_c]);
    while (p->n_d)
        (void)ZSTD_freeDCtx(p->d[--p->n_d]);
    ac_mem_free(p);
}

/* NULL: out of memory */
static ZSTD_CCtx *take_c(ac_packer *p)
{
    ac_spin_lock(&p->lock);
    ZSTD_CCtx *ctx = p->n_c ? p->c[--p->n_c] : NULL;
    ac_spin_unlock(&p->lock);
    return ctx ? ctx : ZSTD_createCCtx();
}

static void give_c(ac_packer *p, ZSTD_CCtx *ctx)
{
    const bool small = ZSTD_sizeof_CCtx(ctx) <= KEPT_BYTES;
    ac_spin_lock(&p->lock);
    const bool kept = small && p->n_c < KEPT;
    if (kept)
        p->c[p->n_c++] = ctx;
    ac_spin_unlock(&p->lock);
    if (!kept)
        (void)ZSTD_freeCCtx(ctx);
}

static ZSTD_DCtx *take_d(ac_packer *p)
{
    ac_spin_lock(&p->lock);
    ZSTD_DCtx *ctx = p->n_d ? p->d[--p->n_d] : NULL;
    ac_spin_unlock(&p->lock);
    return ctx ? ctx : ZSTD_createDCtx();
}

static void give_d(ac_packer *p, ZSTD_DCtx *ctx)
{
    const bool small = ZSTD_sizeof_DCtx(ctx) <= KEPT_BYTES;
    ac_spin_lock(&p->lock);
    const bool kept = small && p->n_d < KEPT;
    if (kept)
        p->d[p->n_d++] = ctx;
    ac_spin_unlock(&p->lock);
    if (!kept)
        (void)ZSTD_freeDCtx(ctx);
}

/* 0: it does not become shorter. */
static size_t compress(ZSTD_CCtx *ctx, ac_sv text, unsigned char *out)
{
    (void)ZSTD_CCtx_reset(ctx, ZSTD_reset_session_and_parameters); /* also after one that went wrong */
    (void)ZSTD_CCtx_setParameter(ctx, ZSTD_c_compressionLevel, LEVEL);
    (void)ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 0); /* what is sealed is authenticated */
    const size_t n = ZSTD_compress2(ctx, out, text.n - 1, text.p, text.n);
    return ZSTD_isError(n) ? 0 : n;
}

ac_rc ac_pack(ac_packer *p, ac_sv text, unsigned char *out, size_t *n, ac_err *err)
{
    size_t packed = 0;
    if (text.n >= WORTH_IT) {
        ZSTD_CCtx *ctx = take_c(p);
        if (!ctx)
            return ac_fail(err, AC_ENOMEM, "out of memory");
        packed = compress(ctx, text, out + 1);
        give_c(p, ctx);
    }
    out[0] = packed ? ZSTANDARD : PLAIN;
    if (!packed && text.n)
        memcpy(out + 1, text.p, text.n);
    *n = 1 + (packed ? packed : text.n);
    return AC_OK;
}

static ac_rc expand(ac_packer *packer, ac_sv frame, size_t max, ac_sb *out, ac_err *err)
{
    const unsigned long long n = ZSTD_getFrameContentSize(frame.p, frame.n);
    if (n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN)
        return ac_fail(err, AC_EIO, "what is packed is damaged");
    if (n > max)
        return ac_fail(err, AC_ELIMIT, "%llu bytes, more than the %zu allowed", n, max);
    const size_t before = out->n;
    char *p = ac_sb_room(out, (size_t)n);
    if (!p)
        return ac_sb_done(out, err);
    ZSTD_DCtx *ctx = take_d(packer);
    if (!ctx) {
        out->n = before;
        return ac_fail(err, AC_ENOMEM, "out of memory");
    }
    const size_t got = ZSTD_decompressDCtx(ctx, p, (size_t)n, frame.p, frame.n);
    give_d(packer, ctx);
    if (!ZSTD_isError(got) && got == n)
        return AC_OK;
    out->n = before;
    return ac_fail(err, AC_EIO, "what is packed is damaged");
}

ac_rc ac_unpack(ac_packer *p, ac_sv packed, size_t max, ac_sb *out, ac_err *err)
{
    const ac_sv rest = ac_sv_sub(packed, 1, packed.n);
    if (packed.n && packed.p[0] == ZSTANDARD)
        return expand(p, rest, max, out, err);
    if (!packed.n || packed.p[0] != PLAIN)
        return ac_fail(err, AC_EIO, "what is packed is damaged");
    if (rest.n > max)
        return ac_fail(err, AC_ELIMIT, "%zu bytes, more than the %zu allowed", rest.n, max);
    ac_sb_add(out, rest);
    return ac_sb_done(out, err);
}
