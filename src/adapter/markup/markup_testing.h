/** Test kit of this folder: a document read through both sides of the sandbox's packets. */
#ifndef AC_ADAPTER_MARKUP_TESTING_H
#define AC_ADAPTER_MARKUP_TESTING_H

#include "adapter/markup/markup.h"
#include "core/media_read.h"
#include "kit/test.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>

typedef struct {
    ac_mw writer;
    ac_mr reader;
    ac_arena *arena;
    ac_rc rc; /* AC_OK when all packets were in order, whatever became of the document */
} markup_read;

static inline bool markup_carry(void *context, ac_sv packet)
{
    markup_read *m = context;
    if (m->rc == AC_OK)
        m->rc = ac_mr_packet(&m->reader, packet, NULL);
    return true;
}

/* Fills m, caller storage. */
static inline void markup_read_init(markup_read *m, ac_media_type type, ac_sv bytes, uint64_t max_text)
{
    *m = (markup_read) { .arena = ac_arena_new((size_t)1 << 30) };
    ac_mr_init(&m->reader, m->arena, 2 * max_text + 1024);
    ac_mw_init(&m->writer, markup_carry, m, max_text);
    ac_markup_read(type, bytes, &m->writer);
    (void)ac_mw_done(&m->writer);
    if (m->rc == AC_OK)
        m->rc = ac_mr_end(&m->reader, NULL);
    CHECK(m->rc == AC_OK);
}

static inline void markup_read_cleanup(markup_read *m)
{
    ac_mw_cleanup(&m->writer);
    ac_mr_cleanup(&m->reader);
    ac_arena_free(m->arena);
}

static inline ac_media_note markup_reason(const markup_read *m) { return m->reader.failed; }

static inline bool markup_text_is(const markup_read *m, const char *text)
{
    bool same = m->reader.failed == AC_MEDIA_OK && ac_sv_eq(m->reader.layout.text, ac_sv_z(text));
    if (!same)
        fprintf(stderr, "# reason %d, text: %.*s\n", (int)m->reader.failed, (int)m->reader.layout.text.n, m->reader.layout.text.p);
    return same;
}

static inline bool markup_warned(const markup_read *m, ac_media_note note)
{
    for (size_t i = 0; i < m->reader.layout.warnings.n; i++)
        if (m->reader.layout.warnings.at[i].note == note)
            return true;
    return false;
}

static inline ac_sv markup_meta(const markup_read *m, const char *name)
{
    for (size_t i = 0; i < m->reader.layout.meta.n; i++)
        if (ac_sv_eq(m->reader.layout.meta.at[i].name, ac_sv_z(name)))
            return m->reader.layout.meta.at[i].value;
    return AC_SV("");
}

/* The text of a cell; empty when there is none. */
static inline ac_sv markup_cell(const markup_read *m, uint32_t table, uint32_t row, uint32_t column)
{
    for (size_t i = 0; i < m->reader.layout.cells.n; i++) {
        const ac_cell *c = &m->reader.layout.cells.at[i];
        if (c->table == table && c->row == row && c->column == column)
            return ac_span_text(m->reader.layout.text, c->span);
    }
    return AC_SV("");
}

/* ---- containers, packed by libarchive ------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *text;    /* a row without a name ends the list */
} markup_entry;

typedef struct {
    char *p;                    /* room for the container */
    size_t n, max;
} markup_zip;

static inline void markup_zip_cleanup(markup_zip *z) { ac_mem_free(z->p); }

static inline void markup_zip_add(struct archive *a, const char *name, ac_sv bytes)
{
    struct archive_entry *e = archive_entry_new();
    archive_entry_set_pathname(e, name);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    archive_entry_set_size(e, (la_int64_t)bytes.n);
    CHECK(archive_write_header(a, e) == ARCHIVE_OK);
    CHECK(archive_write_data(a, bytes.p, bytes.n) == (la_ssize_t)bytes.n);
    archive_entry_free(e);
}

static inline struct archive *markup_zip_begin(markup_zip *z, size_t max)
{
    *z = (markup_zip) { .p = ac_mem_alloc(max), .max = max };
    struct archive *a = archive_write_new();
    CHECK(archive_write_set_format_zip(a) == ARCHIVE_OK);
    CHECK(archive_write_set_bytes_in_last_block(a, 1) == ARCHIVE_OK);
    CHECK(archive_write_open_memory(a, z->p, max, &z->n) == ARCHIVE_OK);
    return a;
}

static inline void markup_zip_end(struct archive *a)
{
    CHECK(archive_write_close(a) == ARCHIVE_OK);
    archive_write_free(a);
}

static inline void markup_zip_init(markup_zip *z, const markup_entry *entries)
{
    struct archive *a = markup_zip_begin(z, 1 << 20);
    for (; entries->name; entries++)
        markup_zip_add(a, entries->name, ac_sv_z(entries->text));
    markup_zip_end(a);
}

static inline ac_sv markup_zip_bytes(const markup_zip *z) { return (ac_sv) { z->p, z->n }; }

/* Zip the entries and read them. */
static inline void markup_read_zipped(markup_read *m, const markup_entry *entries)
{
    AC_AUTO(markup_zip) z;
    markup_zip_init(&z, entries);
    markup_read_init(m, AC_MEDIA_ZIP, markup_zip_bytes(&z), 1 << 20);
}

#endif
