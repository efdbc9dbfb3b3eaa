#include "app/job_result.h"

#include "app/members.h"
#include "app/pieces.h"

enum { WITHIN_MAX = 1 << 20 /* bytes; more are a blob */, NOTE = '@', NAMES_MAX = 1000 };

/* ---- storing ---- */

uint64_t ac_result_count(ac_sv text)
{
    uint64_t n = 0;
    ac_sv line;
    while (ac_sv_split(&text, '\n', &line))
        n += line.n > 0;
    return n;
}

static ac_rc put_blob(ac_service *s, const ac_job *job, ac_sv text, ac_err *err)
{
    AC_AUTO_PTR(ac_pieces_out) out = NULL;
    AC_TRY(err, ac_pieces_begin(s, job->key, job->id.v, true, NULL, &out, err));
    AC_TRY(err, ac_pieces_add(out, text, err));
    AC_TRY(err, ac_pieces_last(out, err));
    return ac_pieces_end(out, err);
}

/* Of a blob the row says how much is in it; a result itself begins with a brace. */
ac_rc ac_result_seal(ac_service *s, const ac_job *job, ac_sv text, ac_arena *arena, ac_sv *sealed, ac_err *err)
{
    AC_AUTO(ac_sb) note = AC_SB(64);
    if (text.n > WITHIN_MAX) {
        const ac_rc rc = put_blob(s, job, text, err);
        AC_TRY(err, rc == AC_ECONFLICT ? AC_EBUSY : rc);
        ac_sb_addf(&note, "%c%llu %llu\n", NOTE, (unsigned long long)text.n, (unsigned long long)ac_result_count(text));
        AC_TRY(err, ac_sb_done(&note, err));
        text = ac_sb_view(&note);
    }
    return ac_vault_seal(s->o.vault, job->key, job->id.v, AC_FIELD_RESULT, text, arena, sealed, err);
}

/* ---- reading ---- */

struct ac_result_stream {
    ac_service *s;
    ac_arena *arena; /* of text */
    ac_sv text;      /* when it is no blob */
    ac_pieces_in *pieces;
    ac_sb piece;
    uint64_t lines;
    bool chosen; /* only some members: */
    ac_members_filter filter;
    char fields[NAMES_MAX];
};

void ac_result_close(ac_result_stream *r)
{
    if (!r)
        return;
    if (r->piece.p)
        ac_crypto_wipe(r->s->o.crypto, r->piece.p, r->piece.n);
    ac_sb_cleanup(&r->piece);
    ac_pieces_close(r->pieces);
    ac_arena_free(r->arena);
    ac_mem_free(r);
}

uint64_t ac_result_lines(const ac_result_stream *r) { return r->lines; }

static bool read_note(ac_sv text, uint64_t *lines)
{
    int64_t bytes, n;
    ac_sv rest = ac_sv_trim(ac_sv_sub(text, 1, text.n)), one;
    if (!ac_sv_split(&rest, ' ', &one) || !ac_sv_to_i64(one, &bytes) || !ac_sv_to_i64(rest, &n) || bytes <= 0 || n <= 0)
        return false;
    *lines = (uint64_t)n;
    return true;
}

static ac_rc open_stored(ac_result_stream *r, const ac_job *whole, ac_err *err)
{
    ac_vault *vault = r->s->o.vault;
    AC_TRY(err, ac_vault_unseal(vault, whole->key, whole->id.v, AC_FIELD_RESULT, whole->result, AC_RESULT_MAX, r->arena,
                                &r->text, err));
    r->lines = ac_result_count(r->text);
    if (!r->text.n || r->text.p[0] != NOTE)
        return AC_OK;
    if (!read_note(r->text, &r->lines))
        return ac_fail(err, AC_EIO, "a stored result is damaged");
    const ac_rc rc = ac_pieces_open(r->s, whole->key, whole->id.v, &r->pieces, err);
    return rc == AC_ENOTFOUND ? ac_fail(err, AC_EIO, "a stored result is missing") : rc;
}

ac_rc ac_result_open(ac_service *s, const ac_job *whole, ac_sv fields, ac_result_stream **out, ac_err *err)
{
    AC_AUTO_PTR(ac_result_stream) r = ac_mem_alloc(sizeof *r);
    if (!r)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    *r = (ac_result_stream) { .s = s, .chosen = fields.p, .piece = AC_SB(AC_PIECE) };
    if (fields.n > sizeof r->fields)
        return ac_fail(err, AC_EINPUT, "too many members");
    if (fields.n)
        memcpy(r->fields, fields.p, fields.n);
    r->filter = ac_members_filter_of((ac_sv) { r->fields, fields.n });
    r->arena = ac_arena_new(AC_RESULT_WITHIN);
    if (!r->arena)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, open_stored(r, whole, err));
    *out = AC_MOVE(&r);
    return AC_OK;
}

ac_rc ac_result_next(ac_result_stream *r, ac_sb *to, bool *last, ac_err *err)
{
    ac_sv bytes = r->text;
    *last = true;
    if (r->pieces) {
        ac_sb_clear(&r->piece);
        AC_TRY(err, ac_pieces_next(r->pieces, &r->piece, last, err));
        bytes = ac_sb_view(&r->piece);
    }
    if (r->chosen) {
        AC_TRY(err, ac_members_pass(&r->filter, bytes, to, err));
        return *last ? ac_members_end(&r->filter, err) : AC_OK;
    }
    ac_sb_add(to, bytes);
    return ac_sb_done(to, err);
}

ac_rc ac_result_text(ac_service *s, const ac_job *whole, ac_sv fields, size_t max, ac_arena *arena, ac_sv *out,
                     ac_err *err)
{
    bool last = false;
    AC_AUTO(ac_sb) text = AC_SB(max);
    AC_AUTO_PTR(ac_result_stream) r = NULL;
    AC_TRY(err, ac_result_open(s, whole, fields, &r, err));
    ac_rc rc = AC_OK;
    while (!last && rc == AC_OK)
        rc = ac_result_next(r, &text, &last, err);
    if (rc == AC_OK) {
        *out = ac_arena_copy(arena, ac_sb_view(&text));
        rc = out->p || !text.n ? AC_OK : ac_fail(err, AC_ELIMIT, "no room for the result");
    }
    if (text.p)
        ac_crypto_wipe(s->o.crypto, text.p, text.n);
    return rc;
}
