#include "app/pieces.h"

#include "app/service_parts.h"

/* A blob is a row of pieces: four bytes of length, big-endian, and the sealed piece. Each is sealed for its place in
 * the row, the last one as the last, so that none can be left out, moved or cut off. */
enum { HEAD = 4, SEALED_MAX = AC_PIECE + (1 << 10), ROOM = 1 << 20, PLACE = 32 };

static ac_sv place_of(uint64_t number, bool last, char buf[PLACE])
{
    ac_sv word = last ? AC_SV("last ") : AC_SV("piece ");
    memcpy(buf, word.p, word.n);
    size_t n = word.n;
    for (int shift = 56; shift >= 0; shift -= 8)
        buf[n++] = (char)(number >> shift);
    return (ac_sv) { buf, n };
}

/* ---- out ---- */

struct ac_pieces_out {
    ac_service *s;
    ac_id key, id;
    unsigned char *digest;
    ac_key chain; /* of the pieces so far */
    uint64_t number;
    ac_blob *blob;
    ac_arena *arena; /* of one piece */
    size_t n;        /* bytes of piece */
    char piece[AC_PIECE];
};

void ac_pieces_free(ac_pieces_out *p)
{
    if (!p)
        return;
    ac_blob_abandon(p->blob);
    ac_arena_free(p->arena);
    ac_crypto_wipe(p->s->o.crypto, p->piece, sizeof p->piece);
    ac_mem_free(p);
}

ac_rc ac_pieces_begin(ac_service *s, ac_id key, ac_id id, bool over, unsigned char *digest, ac_pieces_out **out,
                      ac_err *err)
{
    AC_AUTO_PTR(ac_pieces_out) p = ac_mem_alloc(sizeof *p);
    if (!p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    p->s = s;
    p->key = key;
    p->id = id;
    p->digest = digest;
    p->arena = ac_arena_new(ROOM);
    if (!p->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err,
           over ? ac_blob_begin_over(s->o.blobs, id, &p->blob, err) : ac_blob_begin(s->o.blobs, id, &p->blob, err));
    *out = AC_MOVE(&p);
    return AC_OK;
}

static ac_rc write_piece(ac_pieces_out *p, bool last, ac_err *err)
{
    char place[PLACE];
    ac_sv sealed;
    const ac_sv where = place_of(p->number++, last, place), text = { p->piece, p->n };
    const ac_key before = p->chain;
    if (p->digest)
        ac_crypto_mac(p->s->o.crypto, &before, text, p->chain.b);
    AC_TRY(err, ac_vault_seal(p->s->o.vault, p->key, p->id, where, text, p->arena, &sealed, err));
    const char head[HEAD] = { (char)(sealed.n >> 24), (char)(sealed.n >> 16), (char)(sealed.n >> 8), (char)sealed.n };
    AC_TRY(err, ac_blob_add(p->blob, (ac_sv) { head, HEAD }, err));
    AC_TRY(err, ac_blob_add(p->blob, sealed, err));
    ac_arena_reset(p->arena);
    p->n = 0;
    return AC_OK;
}

ac_rc ac_pieces_add(ac_pieces_out *p, ac_sv bytes, ac_err *err)
{
    while (bytes.n) {
        if (p->n == AC_PIECE)
            AC_TRY(err, write_piece(p, false, err));
        const size_t n = bytes.n < AC_PIECE - p->n ? bytes.n : AC_PIECE - p->n;
        memcpy(p->piece + p->n, bytes.p, n);
        p->n += n;
        bytes = ac_sv_sub(bytes, n, bytes.n);
    }
    return AC_OK;
}

ac_rc ac_pieces_last(ac_pieces_out *p, ac_err *err) { return write_piece(p, true, err); }

ac_rc ac_pieces_end(ac_pieces_out *p, ac_err *err)
{
    AC_TRY(err, ac_blob_end(AC_MOVE(&p->blob), err));
    if (p->digest)
        memcpy(p->digest, p->chain.b, sizeof p->chain.b);
    return AC_OK;
}

/* ---- in ---- */

struct ac_pieces_in {
    ac_service *s;
    ac_id key, id;
    uint64_t size, at, number;
    ac_arena *arena; /* of one piece */
    ac_sb sealed;
};

void ac_pieces_close(ac_pieces_in *p)
{
    if (!p)
        return;
    ac_arena_free(p->arena); /* which wipes it */
    ac_sb_cleanup(&p->sealed);
    ac_mem_free(p);
}

ac_rc ac_pieces_open(ac_service *s, ac_id key, ac_id id, ac_pieces_in **out, ac_err *err)
{
    AC_AUTO_PTR(ac_pieces_in) p = ac_mem_alloc(sizeof *p);
    if (!p)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *p = (ac_pieces_in) { .s = s, .key = key, .id = id, .arena = ac_arena_new(ROOM), .sealed = AC_SB(SEALED_MAX) };
    if (!p->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_blobs_size(s->o.blobs, id, &p->size, err));
    if (!p->size)
        return ac_fail(err, AC_EIO, "what is stored is empty");
    *out = AC_MOVE(&p);
    return AC_OK;
}

static ac_rc read_sealed(ac_pieces_in *p, size_t n, ac_err *err)
{
    ac_sb_clear(&p->sealed);
    AC_TRY(err, ac_blobs_read(p->s->o.blobs, p->id, p->at, n, &p->sealed, err));
    p->at += n;
    return p->sealed.n == n ? AC_OK : ac_fail(err, AC_EIO, "what is stored is cut off");
}

ac_rc ac_pieces_next(ac_pieces_in *p, ac_sb *out, bool *last, ac_err *err)
{
    char place[PLACE];
    ac_sv text;
    AC_TRY(err, read_sealed(p, HEAD, err));
    const unsigned char *b = (const unsigned char *)p->sealed.p;
    const size_t n = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    if (n > SEALED_MAX || n > p->size - p->at)
        return ac_fail(err, AC_EIO, "what is stored is damaged");
    AC_TRY(err, read_sealed(p, n, err));
    *last = p->at == p->size;
    AC_TRY(err, ac_vault_unseal(p->s->o.vault, p->key, p->id, place_of(p->number++, *last, place),
                                ac_sb_view(&p->sealed), AC_PIECE, p->arena, &text, err));
    ac_sb_add(out, text);
    ac_arena_reset(p->arena);
    return ac_sb_done(out, err);
}
