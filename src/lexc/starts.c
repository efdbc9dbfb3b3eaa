/* What the packs of the sets that are looked up at every word say together of how terms start: see ac_pack_starts. */
#include "lexc/lexc.h"

#include "nlp/text/fold.h"
#include "os/file.h"

#include <string.h>

typedef struct {
    uint8_t (*lines)[AC_PACK_START_BITS];
    uint8_t set; /* one bit */
} starts;

/* As many of its first words as the filter knows. */
static void add_start(starts *s, ac_sv term)
{
    uint32_t first = ac_fold_word(term, 0), hash = 0, at = 0;
    for (int n = 0; n < AC_PACK_START_WORDS && at < term.n; n++) {
        uint32_t word = ac_fold_word(term, at);
        hash = ac_pack_hash(hash, word);
        at += word & AC_FOLD_WORD_MAX;
    }
    uint8_t *line = s->lines[ac_pack_start_line(first)];
    line[hash >> 26] |= s->set;
    line[hash >> 20 & (AC_PACK_START_BITS - 1)] |= s->set;
}

/* The terms of one compiled pack. */
static ac_rc add_pack(starts *s, ac_sv bytes, ac_err *err)
{
    ac_terms t;
    if (bytes.n < sizeof t)
        return ac_fail(err, AC_EINPUT, "no pack");
    memcpy(&t, bytes.p, sizeof t);
    if (t.magic != AC_PACK_MAGIC || t.bytes != bytes.n || t.set >= AC_PACK_INDEXED)
        return ac_fail(err, AC_EINPUT, "no pack of a set that is looked up at every word");
    s->set = (uint8_t)(1u << t.set);
    for (uint32_t i = 0; i < t.nodes.n; i++) {
        ac_pack_node node;
        memcpy(&node, bytes.p + t.nodes.off + i * sizeof node, sizeof node);
        size_t entry = (size_t)(node.entry & ~AC_PACK_LONGER) * AC_PACK_ENTRY_ALIGN;
        const char *p = bytes.p + t.entries.off + entry;
        if (entry)
            add_start(s, (ac_sv) { p + 1, (unsigned char)*p });
    }
    return AC_OK;
}

ac_rc lexc_starts(lexc *l, char *const *paths, size_t n_paths, ac_sb *out, ac_err *err)
{
    starts s = { .lines = ac_arena_alloc(l->arena, AC_PACK_START_LINES * sizeof *s.lines) };
    if (!s.lines)
        return ac_fail(err, AC_ELIMIT, "no room for how terms start");
    for (size_t i = 0; i < n_paths; i++) {
        AC_AUTO(ac_sb) pack = AC_SB(LEXC_PACK_MAX);
        AC_TRY(err, ac_file_read(paths[i], &pack, err));
        AC_TRY(err, add_pack(&s, ac_sb_view(&pack), err));
    }
    ac_sb_add(out, (ac_sv) { (const char *)s.lines, AC_PACK_START_LINES * sizeof *s.lines });
    return ac_sb_done(out, err);
}
