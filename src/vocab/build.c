#include "vocab/build_parts.h"

#include "os/stop.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_MAX = 64 << 20, CELL_MAX = 4000 };

uint64_t ac_build_hash(ac_sv s) /* FNV-1a, spread, for its high bits choose buckets */
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u;
    return h ^ h >> 32;
}

bool ac_vocab_name_is_good(ac_sv name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!ac_is_alnum(name.p[i]) && !memchr("._-", name.p[i], 3))
            return false;
    return name.n && name.n < AC_VOCAB_NAME_MAX && name.p[0] != '.' && name.p[0] != '-';
}

ac_rc ac_vocab_builder_new(const char *dir, bool plurals, ac_vocab_builder **out, ac_err *err)
{
    AC_AUTO_PTR(ac_vocab_builder) b = ac_mem_alloc(sizeof *b);
    if (!b)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    b->dir = dir;
    b->plurals = plurals;
    b->bucket = AC_SB(AC_BUCKET_MAX);
    b->record = AC_SB(1 << 20);
    b->entry = AC_SB(1 << 24);
    b->arena = ac_arena_new(ARENA_MAX);
    b->systems = ac_mem_alloc(AC_VOCAB_SYSTEMS_MAX * sizeof b->systems[0]);
    if (!b->arena || !b->systems)
        return ac_fail(err, AC_ENOMEM, "out of memory");
    AC_TRY(err, ac_spill_new(dir, AC_BUCKETS, &b->groups, err));
    *out = AC_MOVE(&b);
    return AC_OK;
}

void ac_vocab_builder_free(ac_vocab_builder *b)
{
    if (!b)
        return;
    ac_spill_free(b->groups);
    ac_spill_free(b->terms);
    ac_spill_free(b->nodes);
    ac_bigfile_free(b->file);
    ac_arena_free(b->arena);
    ac_sb_cleanup(&b->bucket);
    ac_sb_cleanup(&b->record);
    ac_sb_cleanup(&b->entry);
    ac_mem_free(b->refs);
    ac_mem_free(b->systems);
    ac_mem_free(b->singles);
    ac_mem_free(b->filter);
    ac_mem_free(b);
}

void ac_build_left(ac_vocab_builder *b, ac_left why) { b->report.left[why]++; }

static void left(void *ctx, ac_left why) { ac_build_left(ctx, why); }

/* ---- what the readers give ---------------------------------------------------------------------------------------- */

static void put_name(char *to, size_t max, ac_sv from)
{
    if (from.n)
        memcpy(to, from.p, from.n < max ? from.n : max - 1);
}

/* A new code system, or one that is known by now. */
static ac_rc system_of(ac_vocab_builder *b, const ac_item *item, uint8_t *out, ac_err *err)
{
    for (size_t i = b->n_systems; i-- > 0;) /* mostly the last one or two */
        if (ac_sv_eq(ac_sv_z(b->systems[i].name), item->system)) {
            *out = (uint8_t)i;
            return AC_OK;
        }
    if (b->n_systems == AC_VOCAB_SYSTEMS_MAX || item->system.n >= AC_VOCAB_NAME_MAX)
        return ac_fail(err, AC_ELIMIT, "more than %d code systems", AC_VOCAB_SYSTEMS_MAX);
    ac_vocab_system *s = &b->systems[b->n_systems];
    put_name(s->name, sizeof s->name, item->system);
    put_name(s->uri, sizeof s->uri, item->uri);
    *out = (uint8_t)b->n_systems++;
    return AC_OK;
}

static void add_record(ac_sb *out, const void *head, size_t n, const ac_sv *parts, size_t n_parts)
{
    ac_sb_clear(out);
    ac_sb_add(out, (ac_sv) { head, n });
    for (size_t i = 0; i < n_parts; i++)
        ac_sb_add(out, parts[i]);
    while (out->rc == AC_OK && out->n % AC_RECORD_ALIGN)
        ac_sb_add_char(out, '\0');
}

static ac_rc take(void *ctx, const ac_item *item, ac_err *err)
{
    ac_vocab_builder *b = ctx;
    const ac_sv parts[] = { item->group, item->code, item->term };
    if (item->group.n > CELL_MAX || item->code.n > CELL_MAX || item->term.n > CELL_MAX) {
        ac_build_left(b, AC_LEFT_LONG);
        return AC_OK;
    }
    ac_item_record r = { .hash = ac_build_hash(item->group), .seq = b->seq++, .group_n = (uint16_t)item->group.n,
                         .code_n = (uint16_t)item->code.n, .term_n = (uint16_t)item->term.n, .what = item->what,
                         .kind = item->kind, .order = item->order, .langs = item->langs, .rank = item->rank };
    if (item->code.n)
        AC_TRY(err, system_of(b, item, &r.system, err));
    r.bytes = (uint32_t)ac_vocab_pad(sizeof r + item->group.n + item->code.n + item->term.n, AC_RECORD_ALIGN);
    add_record(&b->record, &r, sizeof r, parts, sizeof parts / sizeof parts[0]);
    AC_TRY(err, ac_sb_done(&b->record, err));
    return ac_spill_add(b->groups, ac_build_bucket(r.hash), ac_sb_view(&b->record), err);
}

ac_release_sink ac_vocab_builder_sink(ac_vocab_builder *b) { return (ac_release_sink) { take, left, b }; }

/* ---- buckets ------------------------------------------------------------------------------------------------------ */

static ac_rc add_ref(ac_vocab_builder *b, const void *record, ac_err *err)
{
    if (b->n_refs == b->cap_refs) {
        size_t cap = b->cap_refs ? b->cap_refs * 2 : 1 << 12;
        ac_record_ref *grown = ac_mem_grow(b->refs, cap * sizeof *grown);
        if (!grown)
            return ac_fail(err, AC_ENOMEM, "no room to sort terms");
        b->refs = grown;
        b->cap_refs = cap;
    }
    uint64_t hash;
    memcpy(&hash, record, sizeof hash);
    b->refs[b->n_refs++] = (ac_record_ref) { hash, record };
    return AC_OK;
}

ac_rc ac_build_load(ac_vocab_builder *b, ac_spill *s, size_t bucket, int (*compare)(const void *, const void *), ac_err *err)
{
    if (ac_stop_signal())
        return ac_fail(err, AC_ECANCELLED, "stopped by a signal");
    AC_TRY(err, ac_spill_take(s, bucket, &b->bucket, err));
    b->n_refs = 0;
    for (size_t at = 0; at < b->bucket.n;) {
        uint32_t bytes;
        memcpy(&bytes, b->bucket.p + at + sizeof(uint64_t), sizeof bytes);
        AC_TRY(err, add_ref(b, b->bucket.p + at, err));
        at += bytes;
    }
    if (b->n_refs)
        qsort(b->refs, b->n_refs, sizeof b->refs[0], compare);
    return AC_OK;
}

/* ---- the file ----------------------------------------------------------------------------------------------------- */

static ac_rc align(ac_vocab_builder *b, ac_err *err)
{
    uint64_t at = ac_bigfile_at(b->file);
    return ac_bigfile_zeros(b->file, ac_vocab_pad(at, sizeof(uint64_t)) - at, err);
}

static ac_rc part(ac_vocab_builder *b, ac_vocab_part *out, ac_rc (*write)(ac_vocab_builder *, ac_err *), ac_err *err)
{
    AC_TRY(err, align(b, err));
    out->off = ac_bigfile_at(b->file);
    AC_TRY(err, write(b, err));
    out->n = ac_bigfile_at(b->file) - out->off;
    return AC_OK;
}

static ac_rc write_systems(ac_vocab_builder *b, ac_err *err)
{
    return ac_bigfile_add(b->file, (ac_sv) { (const char *)b->systems, b->n_systems * sizeof b->systems[0] }, err);
}

static ac_rc write_singles(ac_vocab_builder *b, ac_err *err)
{
    return ac_bigfile_add(b->file, (ac_sv) { (const char *)b->singles, b->header.singles.n }, err);
}

static ac_rc write_filter(ac_vocab_builder *b, ac_err *err)
{
    return ac_bigfile_add(b->file, (ac_sv) { (const char *)b->filter, b->header.filter.n }, err);
}

/* A power of two of words: a byte or two for each term. */
static ac_rc make_filter(uint64_t terms, uint64_t **out, ac_vocab_part *part, ac_err *err)
{
    uint64_t words = 64;
    while (words * sizeof(uint64_t) < terms)
        words *= 2;
    *out = ac_mem_alloc(words * sizeof(uint64_t));
    part->n = words * sizeof(uint64_t);
    return *out ? AC_OK : ac_fail(err, AC_ENOMEM, "no room for the filter of terms");
}

static ac_rc write_parts(ac_vocab_builder *b, ac_err *err)
{
    ac_vocab_header *h = &b->header;
    AC_TRY(err, ac_spill_new(b->dir, AC_BUCKETS, &b->terms, err));
    AC_TRY(err, part(b, &h->codes, ac_build_groups, err));
    ac_spill_free(AC_MOVE(&b->groups));
    if (!b->records)
        return ac_fail(err, AC_EINPUT, "nothing that notes speak of was found");
    AC_TRY(err, make_filter(b->single_records * 2, &b->singles, &h->singles, err));
    AC_TRY(err, make_filter(b->records, &b->filter, &h->filter, err));
    AC_TRY(err, ac_spill_new(b->dir, AC_BUCKETS, &b->nodes, err));
    AC_TRY(err, part(b, &h->entries, ac_build_entries, err));
    ac_spill_free(AC_MOVE(&b->terms));
    if (!b->report.terms)
        return ac_fail(err, AC_EINPUT, "nothing that notes speak of was found");
    AC_TRY(err, part(b, &h->singles, write_singles, err));
    AC_TRY(err, part(b, &h->filter, write_filter, err));
    AC_TRY(err, part(b, &h->nodes, ac_build_nodes, err));
    AC_TRY(err, part(b, &h->systems, write_systems, err));
    return align(b, err);
}

static ac_rc write_header(ac_vocab_builder *b, const ac_vocab_title *t, ac_err *err)
{
    ac_vocab_header *h = &b->header;
    memcpy(h->magic, AC_VOCAB_MAGIC, sizeof h->magic);
    put_name(h->name, sizeof h->name, t->name);
    put_name(h->edition, sizeof h->edition, t->edition);
    put_name(h->made, sizeof h->made, t->made);
    put_name(h->licence, sizeof h->licence, t->licence);
    h->terms = b->report.terms;
    h->n_codes = b->report.codes;
    h->bytes = b->report.bytes = ac_bigfile_at(b->file);
    AC_TRY(err, ac_bigfile_digest(b->file, h->digest, err));
    h->check = ac_vocab_header_check(h);
    return ac_bigfile_commit(b->file, (ac_sv) { (const char *)h, sizeof *h }, err);
}

ac_rc ac_vocab_build(ac_vocab_builder *b, const ac_vocab_title *title, const char *path, ac_vocab_report *report, ac_err *err)
{
    for (size_t i = 0; i < b->n_systems; i++)
        b->systems[i].edition = ac_sv_eq(ac_sv_z(b->systems[i].name), title->system);
    AC_TRY(err, ac_bigfile_new(path, AC_VOCAB_HEADER, &b->file, err));
    AC_TRY(err, write_parts(b, err));
    AC_TRY(err, write_header(b, title, err));
    *report = b->report;
    return AC_OK;
}
