/* A vocabulary file that is damaged in any way: it is refused, or every look-up stays within its bytes and comes to an end. The first
 * bytes of the input are written over the header's places; the check of the header is made good, for an attacker can do that too. */
#include "fuzz/fuzz.h"
#include "nlp/lexicon/vocabulary.h"
#include "nlp/text/fold.h"

#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 16 };

static void look(const ac_vocab *v, ac_arena *arena)
{
    const ac_sv text = AC_SV("gouty knee and gouty toe, GOUT of the big toe; zorbic fever");
    ac_folded f;
    ac_vocab_starts starts = { 0 };
    ac_vocab_hit hits[8];
    if (ac_fold(text, arena, &f, NULL) != AC_OK || ac_vocab_scan(v, &f, arena, &starts, NULL) != AC_OK)
        return;
    for (size_t s = 0; s < starts.n; s++)
        for (size_t n = ac_vocab_all(v, &f, text, &starts.at[s], AC_LANG_EN, hits, 8); n; n--)
            for (uint32_t m = 0; m < hits[n - 1].n; m++) {
                ac_entity_code c;
                if (ac_vocab_code_of(v, &hits[n - 1].meanings[m], &c) && (c.code.p[c.code.n] || c.display.p[c.display.n] || !c.system.n))
                    abort();
            }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    ac_vocab v;
    AC_AUTO_PTR(ac_arena) arena = ac_arena_new((size_t)16 << 20);
    if (!arena || n < sizeof(ac_vocab_header) || n > FILE_MAX)
        return 0;
    ac_vocab_header *file = ac_mem_alloc(AC_VOCAB_HEADER + n);
    if (!file)
        return 0;
    memcpy(file, data, sizeof *file);
    memcpy((char *)file + AC_VOCAB_HEADER, data + sizeof *file, n - sizeof *file);
    ac_sv bytes = { (const char *)file, AC_VOCAB_HEADER + n - sizeof *file };
    file->bytes = bytes.n;
    memcpy(file->magic, AC_VOCAB_MAGIC, sizeof file->magic);
    file->check = ac_vocab_header_check(file);
    if (ac_vocab_open(bytes, &v, NULL) == AC_OK) {
        look(&v, arena);
        if (ac_vocab_check(&v, NULL) == AC_OK && v.header->n_nodes == 0 && v.header->terms)
            abort();
    }
    ac_mem_free(file);
    return 0;
}
