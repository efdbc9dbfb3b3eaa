/** Test kit: a folder of its own, and vocabularies built in it from lines. */
#ifndef AC_VOCAB_VOCAB_TESTING_H
#define AC_VOCAB_VOCAB_TESTING_H

#include "kit/test.h"
#include "os/file.h"
#include "os/mapping.h"
#include "vocab/import.h"
#include "vocab/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char dir[64];
    ac_arena *arena;
    ac_vocab_report report;
    ac_err err;
    ac_sv map;
    ac_vocab vocab;
} kit_vocab;

static inline void kit_vocab_init(kit_vocab *k)
{
    *k = (kit_vocab) { .dir = "/tmp/aceso-vocab-XXXXXX", .arena = ac_arena_new((size_t)1 << 28) };
    CHECK(mkdtemp(k->dir) != NULL);
}

static inline const char *kit_path(kit_vocab *k, const char *name) { return ac_arena_printf(k->arena, "%s/%s", k->dir, name).p; }

static inline void kit_vocab_cleanup(kit_vocab *k)
{
    ac_names names = { 0 };
    ac_mapping_close(k->map);
    CHECK(ac_dir_walk(k->dir, k->arena, &names, NULL) == AC_OK);
    for (size_t i = 0; i < names.n; i++)
        CHECK(remove(names.at[i].p) == 0);
    (void)remove(kit_path(k, "vocabularies"));
    CHECK(remove(k->dir) == 0); /* nothing else was left there */
    ac_arena_free(k->arena);
}

/* Import one file of these lines and build name from it. */
static inline ac_rc kit_build(kit_vocab *k, const char *name, const char *lines)
{
    AC_AUTO_PTR(ac_vocab_builder) b = NULL;
    const ac_vocab_import_options opt = { AC_LANG_COUNT, AC_KIND_COUNT };
    const char *source = kit_path(k, "source"), *path = kit_path(k, name);
    ac_vocab_file f;
    if (!source || !path)
        return ac_fail(&k->err, AC_ENOMEM, "no room for a path");
    AC_TRY(&k->err, ac_file_write(source, ac_sv_z(lines), &k->err));
    AC_TRY(&k->err, ac_vocab_builder_new(k->dir, true, &b, &k->err));
    AC_TRY(&k->err, ac_vocab_import(b, source, &opt, &f, &k->err));
    const ac_vocab_title title = { ac_sv_z(name), AC_SV("1"), AC_SV("2026-05-10T12:00:00Z"), AC_SV("own"), AC_SV("ours") };
    return ac_vocab_build(b, &title, path, &k->report, &k->err);
}

/* The same, opened. */
static inline bool kit_open(kit_vocab *k, const char *lines)
{
    ac_rc rc = kit_build(k, "vocabulary", lines);
    if (rc == AC_OK)
        rc = ac_vocab_map(kit_path(k, "vocabulary"), &k->map, &k->vocab, &k->err);
    return rc == AC_OK;
}

#endif
