#include "app/recall.h"

#include "core/media_read.h"

/* A recording begins with who made it; then come readings: how many bytes the document had, and the packets of its
 * reader (core/media_read.h), each behind its length, up to a length of 0. */
static const ac_sv MADE_BY = { "aceso/recall/" AC_VERSION "\n", sizeof "aceso/recall/" AC_VERSION };

static void put_u64(ac_sb *b, uint64_t v) { ac_sb_add(b, (ac_sv) { (const char *)&v, sizeof v }); }

static bool take_u64(ac_sv *from, uint64_t *out)
{
    if (from->n < sizeof *out)
        return false;
    memcpy(out, from->p, sizeof *out);
    *from = ac_sv_sub(*from, sizeof *out, from->n);
    return true;
}

/* ---- reading, and recording it ---- */

typedef struct {
    ac_recall *r;
    const ac_media_options *opt;
} listener;

static bool pass_progress(void *context, uint32_t done, uint32_t total)
{
    const listener *l = context;
    return !l->opt->progress || l->opt->progress(l->opt->context, done, total);
}

static void hear(void *context, ac_sv packet)
{
    ac_sb *to = &((const listener *)context)->r->record;
    put_u64(to, packet.n);
    ac_sb_add(to, packet);
}

/* What a recording begins with. */
static void head(ac_recall *r)
{
    if (!r->record.n)
        ac_sb_add(&r->record, MADE_BY);
}

static void cut_to(ac_sb *b, size_t n)
{
    b->n = n;
    b->rc = AC_OK;
}

static ac_rc read_anew(ac_recall *r, const ac_media_options *opt, ac_sv bytes, ac_arena *arena, ac_media_document *out,
                       ac_err *err)
{
    listener l = { r, opt };
    ac_media_options below = *opt;
    r->earlier = AC_SV("");
    if (r->full)
        return ac_media_read(r->below, opt, bytes, arena, out, err);
    head(r);
    const size_t before = r->record.n;
    below.progress = pass_progress;
    below.heard = hear;
    below.context = &l;
    put_u64(&r->record, bytes.n);
    const ac_rc rc = ac_media_read(r->below, &below, bytes, arena, out, err);
    put_u64(&r->record, 0);
    r->full = rc != AC_OK || r->record.rc != AC_OK;
    if (r->full)
        cut_to(&r->record, before);
    else
        r->news = true;
    return rc;
}

/* ---- remembering ---- */

/* The next reading of the recording; *rest: what is behind it. */
static bool replay(ac_sv recording, ac_sv bytes, ac_mr *reader, ac_sv *rest)
{
    uint64_t n;
    if (!take_u64(&recording, &n) || n != bytes.n)
        return false;
    for (;;) {
        if (!take_u64(&recording, &n))
            return false;
        if (!n)
            break;
        if (n > recording.n || ac_mr_packet(reader, ac_sv_sub(recording, 0, n), NULL) != AC_OK)
            return false;
        recording = ac_sv_sub(recording, n, recording.n);
    }
    *rest = recording;
    return ac_mr_end(reader, NULL) == AC_OK && reader->failed == AC_MEDIA_OK;
}

static ac_rc op_read(ac_media *port, const ac_media_options *opt, ac_sv bytes, ac_arena *arena, ac_media_document *out,
                     ac_err *err)
{
    ac_recall *r = (ac_recall *)port;
    ac_sv rest = { 0 };
    AC_AUTO(ac_mr) reader = { 0 };
    ac_mr_init(&reader, arena, opt->max_bytes);
    if (!r->earlier.n || !replay(r->earlier, bytes, &reader, &rest))
        return read_anew(r, opt, bytes, arena, out, err);
    head(r);
    ac_sb_add(&r->record, ac_sv_sub(r->earlier, 0, r->earlier.n - rest.n));
    r->earlier = rest;
    *out = (ac_media_document) { reader.layout, reader.tree };
    return AC_OK;
}

static ac_rc op_change(ac_media *port, const ac_media_options *opt, ac_media_change how, ac_sv bytes,
                       const ac_layout *edit, ac_sb *out, ac_err *err)
{
    return ac_media_make(((ac_recall *)port)->below, opt, how, bytes, edit, out, err);
}

static void op_free(ac_media *port) { ac_sb_cleanup(&((ac_recall *)port)->record); }

void ac_recall_init(ac_recall *r, ac_media *below, ac_sv earlier, size_t max)
{
    static const ac_media_ops ops = { "recall", op_read, op_change, op_free };
    *r = (ac_recall) { .port = { &ops }, .below = below, .record = AC_SB(max) };
    if (ac_sv_starts(earlier, MADE_BY))
        r->earlier = ac_sv_sub(earlier, MADE_BY.n, earlier.n);
}

ac_sv ac_recall_record(const ac_recall *r) { return r->news ? ac_sb_view(&r->record) : AC_SV(""); }
